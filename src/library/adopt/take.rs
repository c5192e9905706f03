//! What was read of a player, taken in: its rows and songs get their places, songs are looked up as any row is, and all of it
//! is one edit. What belongs to a song that is not here waits under the song's names until a scan finds it.

use super::{Found, Player};
use crate::library::exports::Placing;
use crate::library::person::{ListImported, Marking, ToAdopt, Waits};
use crate::library::{Library, LibraryError};
use crate::music::{AudioKey, Song, Verdict, Wanted};
use crate::wanted::adopt::{Adoptable, Marked, Marks};
use crate::wanted::{Row, Taker, external_name, identities};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Songs that are looked up at once.
const AT_ONCE: usize = 10_000;

/// What a player's library came to.
#[derive(Debug)]
pub struct AdoptedFrom {
    /// Whose, and where.
    pub found: Found,
    /// Songs that it knows.
    pub known: usize,
    /// Songs with stars there.
    pub rated_there: usize,
    /// Songs with counts there.
    pub counted_there: usize,
    /// Songs and rows that could not be read.
    pub unreadable: usize,
    /// Its file is damaged, or longer than is read.
    pub ends_early: bool,
    /// What was done.
    pub adopted: Adopted,
}

/// What was done.
#[derive(Debug, Default)]
pub struct Adopted {
    /// Songs of which the player keeps something and that are here.
    pub here: usize,
    /// Its playlists, each with the rows that it has here now.
    pub lists: Vec<ListImported>,
    /// What became of its marks.
    pub marking: Marking,
}

impl Library {
    /// Takes over what was read of a player, or with `dry_run` tells what would be.
    pub fn adopt(
        &self,
        found: Found,
        read: Adoptable,
        dry_run: bool,
    ) -> Result<AdoptedFrom, LibraryError> {
        let roots = self.person_reader()?.roots()?;
        let roots: Vec<PathBuf> = roots.iter().map(|root| root.dir.clone()).collect();
        let (rated_there, counted_there) = (read.rated(), read.counted());
        let mut all = ToAdopt::default();
        let mut placing = Placing {
            gathered: &mut all.gathered,
            roots: &roots,
        };
        read.lists.into_iter().for_each(|list| placing.list(list));
        let here = self.look_up(found.player, read.songs, &roots, &mut all)?;
        let mut person = self.person_or_rehearsal(dry_run)?;
        let (imported, marking) = person.adopt(all, found.player.name())?;
        Ok(AdoptedFrom {
            known: read.known,
            rated_there,
            counted_there,
            unreadable: read.unreadable,
            ends_early: read.ends_early,
            found,
            adopted: Adopted {
                here,
                lists: imported.lists,
                marking,
            },
        })
    }

    /// Gives what waits to the songs that have come since; how many have.
    pub fn adopt_what_waits(&self) -> Result<usize, LibraryError> {
        let waits = self.person_reader()?.records::<Waits>()?;
        if waits.is_empty() {
            return Ok(0);
        }
        let rows: Vec<Wanted> = waits.iter().map(|(_, one)| one.wanted.clone()).collect();
        let mut come = 0;
        // By player, so that the counts of one are not held against those of another.
        let mut by_player: HashMap<String, (ByKey, Vec<String>)> = HashMap::new();
        for ((name, one), verdict) in waits.into_iter().zip(self.resolve(&rows)?) {
            if let Some((key, song)) = keyed(&verdict) {
                let (songs, names) = by_player.entry(one.player).or_default();
                songs.join(key, song, one.marks);
                names.push(name);
                come += 1;
            }
        }
        for (_, (songs, names)) in by_player {
            let all = ToAdopt {
                here: songs.end(),
                come: names,
                ..ToAdopt::default()
            };
            self.person()?.adopt(all, "")?;
        }
        Ok(come)
    }

    /// Which songs are here; how many.
    fn look_up(
        &self,
        player: Player,
        songs: Vec<Marked>,
        roots: &[PathBuf],
        all: &mut ToAdopt,
    ) -> Result<usize, LibraryError> {
        let mut found = ByKey::default();
        let mut here = 0;
        let mut songs = songs.into_iter();
        loop {
            let some: Vec<Marked> = songs.by_ref().take(AT_ONCE).collect();
            if some.is_empty() {
                break;
            }
            let (rows, marks): (Vec<Wanted>, Vec<Marks>) =
                some.into_iter().map(|song| placed(song, roots)).unzip();
            let verdicts = self.resolve(&rows)?;
            for ((row, marks), verdict) in rows.into_iter().zip(marks).zip(verdicts) {
                match keyed(&verdict) {
                    Some((key, song)) => {
                        here += 1;
                        found.join(key, song, marks);
                    }
                    None => all.waits.extend(waits(player, row, marks)),
                }
            }
        }
        all.here = found.end();
        Ok(here)
    }
}

/// What a player keeps, by the audio: two files of the same are one song here.
#[derive(Default)]
struct ByKey {
    songs: Vec<(Wanted, Marks)>,
    at: HashMap<AudioKey, usize>,
}

impl ByKey {
    fn join(&mut self, key: AudioKey, song: &Song, marks: Marks) {
        let at = *self.at.entry(key).or_insert(self.songs.len());
        match self.songs.get_mut(at) {
            Some((_, known)) => known.join(marks),
            None => self.songs.push((song.wanted(), marks)),
        }
    }

    /// In the order of the keys, in which they are written fastest.
    fn end(mut self) -> Vec<(Wanted, Marks)> {
        self.songs.sort_by_key(|(song, _)| song.key);
        self.songs
    }
}

fn keyed(verdict: &Verdict) -> Option<(AudioKey, &Arc<Song>)> {
    let song = verdict.song()?;
    Some((song.key?, song))
}

fn placed(song: Marked, roots: &[PathBuf]) -> (Wanted, Marks) {
    let folders: Vec<&Path> = roots.iter().map(PathBuf::as_path).collect();
    let row = Row {
        wanted: song.wanted,
        paths: song.paths,
        ..Row::default()
    };
    // Without a root a relative path means nothing, and an absolute one still does.
    let folders = match folders.is_empty() {
        true => vec![Path::new("/")],
        false => folders,
    };
    (
        row.wanted_at(&folders, &mut |file| file.is_file()),
        song.marks,
    )
}

/// What is kept of a song that is not here. When it came tells itself when it comes, so that alone is not worth keeping.
fn waits(player: Player, wanted: Wanted, marks: Marks) -> Option<(String, Waits)> {
    let dated = Marks {
        added_at_ms: marks.added_at_ms,
        ..Marks::default()
    };
    let identity = identities(&wanted).into_iter().next()?;
    (marks != dated).then(|| {
        let player = player.word().to_owned();
        let name = external_name(&player, &identity);
        (
            name,
            Waits {
                player,
                wanted,
                marks,
            },
        )
    })
}
