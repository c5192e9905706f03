//! What other players keep of songs comes to what is kept here: stars, counts, when songs were last heard and when they came.
//! A player's whole library is one edit. It resolves nothing: each song comes with its key, or is kept until it has one.
//!
//! Rules, where both sides know something:
//!
//! - **Stars** are taken where a song has none here, and once: who changed them here, or took them away, has decided.
//! - **Counts** of a player are of listenings that were not here, so they are added. Two players are another matter: people
//!   carry their library from one to the next, with its counts, and programs write them into tags that others read. Of all
//!   players the largest count is therefore the one that is added, and of it only what was not added before: taking over the
//!   same again, or an older backup of it, adds nothing.
//! - **When it was last heard** is the later of the two, **when it came** the earlier.
//! - **Stickers** are taken under names that have no value here.

use super::super::change::Change;
use super::super::edit::Edit;
use super::super::heard::{About, about_of};
use super::super::records::Shelved;
use super::super::{Person, PersonError, Undone, now_ms, numbers, stickers};
use super::{Gathered, Imported};
use crate::music::{AudioKey, Wanted};
use crate::wanted::adopt::Marks;
use serde::{Deserialize, Serialize};

/// The songs that are not here of which is kept what players said.
const MAX_WAITING: usize = 100_000;

/// What of a song's marks came from other players, under its key.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
struct Given {
    rated: bool,
    plays: u32,
    skips: u32,
}

impl Shelved for Given {
    const SHELF: &'static str = "adopted";
}

/// What a player keeps of a song that is not here, under the player's word and what the song is known by.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Waits {
    /// The player's word.
    pub player: String,
    /// The song.
    pub wanted: Wanted,
    /// What is kept of it.
    pub marks: Marks,
}

impl Shelved for Waits {
    const SHELF: &'static str = "adopting";
}

/// All that is to be taken of one player, or of those that waited.
#[derive(Debug, Default)]
pub struct ToAdopt {
    /// Its playlists.
    pub gathered: Gathered,
    /// Songs that are here, with their keys, each once.
    pub here: Vec<(Wanted, Marks)>,
    /// Songs that are not, each under its name.
    pub waits: Vec<(String, Waits)>,
    /// The names of those that waited, and have come.
    pub come: Vec<String>,
}

/// What became of the marks of songs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marking {
    /// Songs that got stars.
    pub rated: usize,
    /// Songs whose stars here are others, which stay.
    pub rated_here: usize,
    /// Songs that were heard more often than was known.
    pub counted: usize,
    /// Listenings that came with that.
    pub plays: u64,
    /// Songs that came earlier than was known.
    pub added: usize,
    /// Stickers that came.
    pub stickers: usize,
    /// Songs of which nothing was new.
    pub same: usize,
    /// Songs that are not here and wait for their file.
    pub waiting: usize,
    /// Songs that are not here and do not wait: there are too many.
    pub not_kept: usize,
}

impl Person {
    /// Takes over what a player keeps. All of it, or nothing.
    pub fn adopt(
        &mut self,
        all: ToAdopt,
        called: &str,
    ) -> Result<(Imported, Marking), PersonError> {
        self.edit(|edit| {
            let mut marking = Marking::default();
            for (song, marks) in all.here {
                edit.mark(song, marks, &mut marking)?;
            }
            edit.keep_waiting(all.waits, &mut marking)?;
            for name in all.come {
                edit.unshelve::<Waits>(&name)?;
            }
            let imported = match all.gathered.is_empty() {
                true => Imported::default(),
                false => edit.import(all.gathered, called)?,
            };
            Ok((imported, marking))
        })
    }
}

impl Edit<'_> {
    fn mark(&mut self, song: Wanted, marks: Marks, marking: &mut Marking) -> Result<(), Undone> {
        let Some(key) = song.key else { return Ok(()) };
        let name = key.to_string();
        let mut given = self.shelved::<Given>(&name)?.unwrap_or_default();
        let before = about_of(self.connection, key)?.unwrap_or_default();
        let mut about = before.clone();
        let mut is_new = false;
        if marks.rating.is_some() {
            if about.rating.is_none() && !given.rated {
                (about.rating, given.rated) = (marks.rating, true);
                marking.rated += 1;
            } else if about.rating != marks.rating {
                marking.rated_here += 1;
            }
        }
        let plays = marks.plays.saturating_sub(given.plays);
        marking.counted += usize::from(plays > 0);
        marking.plays += u64::from(plays);
        count(&mut about, &mut given, &marks);
        if about != before {
            about.song = song;
            self.make(Change::About(Box::new(about)))?;
            self.shelve(&name, &given)?;
            is_new = true;
        }
        if let Some(at_ms) = marks.added_at_ms.filter(|at_ms| *at_ms <= now_ms()) {
            let is_earlier = numbers::came_by(self.connection, key, at_ms)?;
            marking.added += usize::from(is_earlier);
            is_new |= is_earlier;
        }
        for (name, value) in marks.stickers {
            if self.stick_if_new(key, name, value)? {
                marking.stickers += 1;
                is_new = true;
            }
        }
        marking.same += usize::from(!is_new);
        Ok(())
    }

    fn stick_if_new(&mut self, key: AudioKey, name: String, value: String) -> Result<bool, Undone> {
        if !stickers::may_come(self.connection, key, &name, &value)? {
            return Ok(false);
        }
        let value = Some(value);
        self.make(Change::Stick { key, name, value })?;
        Ok(true)
    }

    fn keep_waiting(
        &mut self,
        waits: Vec<(String, Waits)>,
        marking: &mut Marking,
    ) -> Result<(), Undone> {
        if waits.is_empty() {
            return Ok(());
        }
        let known = self.all_shelved::<Waits>()?;
        let known: std::collections::HashSet<String> =
            known.into_iter().map(|(name, _)| name).collect();
        let mut room = MAX_WAITING.saturating_sub(known.len());
        for (name, waits) in waits {
            if !known.contains(&name) {
                if room == 0 {
                    marking.not_kept += 1;
                    continue;
                }
                room -= 1;
            }
            marking.waiting += 1;
            self.shelve(&name, &waits)?;
        }
        Ok(())
    }
}

/// Adds what is new of the counts, and takes the later of the times; one that is yet to come is a wrong clock's.
fn count(about: &mut About, given: &mut Given, marks: &Marks) {
    let now = now_ms();
    let later = |here: Option<i64>, there: Option<i64>| here.max(there.filter(|at| *at <= now));
    for (here, given, there) in [
        (&mut about.plays, &mut given.plays, marks.plays),
        (&mut about.skips, &mut given.skips, marks.skips),
    ] {
        *here = here.saturating_add(there.saturating_sub(*given));
        *given = there.max(*given);
    }
    about.played_at_ms = later(about.played_at_ms, marks.played_at_ms);
    about.skipped_at_ms = later(about.skipped_at_ms, marks.skipped_at_ms);
}
