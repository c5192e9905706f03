//! Which songs have come, or changed, since somebody looked last, and which rows they may be wanted by. It keeps a number a
//! song, and no row.

use super::resolve::without;
use super::row::HERE_SONGS;
use super::{Library, LibraryError, Reader};
use crate::music::{AudioKey, Song, SongId, Uri, Wanted};
use crate::wanted::matcher::Keys;
use crate::wanted::spellings;
use rusqlite::Connection;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The songs of an index as somebody saw them, to tell by what has come since.
pub struct Seen(Vec<(i64, i64)>);

/// Songs that came, by all that leads to them.
#[derive(Debug, Default)]
pub struct Came {
    songs: HashSet<SongId>,
    keys: HashSet<i32>,
    audio: HashSet<AudioKey>,
    places: HashSet<Uri>,
    /// More came than are held by what leads to them.
    is_too_much: bool,
}

/// What songs that came are for a playlist.
#[derive(Debug, Default)]
pub struct Filled {
    /// The rows that had no song before, each with the one that it has now.
    pub rows: Vec<FilledRow>,
    /// How many rows were matched to find that out: those that could want one of the songs.
    pub matched: usize,
}

/// A row that had no song before.
#[derive(Debug)]
pub struct FilledRow {
    /// What it plays now.
    pub song: Arc<Song>,
    /// The songs of the rows before it, the nearest first.
    pub before: Vec<Arc<Song>>,
}

/// The rows before one that are looked at for what stands before it in a queue.
const MAX_BEFORE: usize = 50;
/// So many songs that came at once are held by what leads to them; where more have, every row may want one.
const MAX_CAME: usize = 20_000;

impl Came {
    /// Whether nothing has come.
    pub fn is_empty(&self) -> bool {
        self.songs.is_empty()
    }

    fn has(&self, song: &Song) -> bool {
        song.id.is_some_and(|id| self.songs.contains(&id))
    }

    /// Whether one of them may be what a row wants.
    fn may_be(&self, row: &Wanted, keys: &Keys) -> bool {
        let by_place = |place: &Uri| {
            let spelled = spellings(place.as_bytes()).into_iter();
            spelled.map(Uri::new).any(|uri| self.places.contains(&uri))
        };
        self.is_too_much
            || row.key.is_some_and(|key| self.audio.contains(&key))
            || row.place.as_ref().is_some_and(by_place)
            || [&keys.names, &keys.titles, &keys.spelt]
                .into_iter()
                .flatten()
                .any(|key| self.keys.contains(key))
    }
}

impl Library {
    /// The newest song of the index, to [`see`](Self::see) later what was there now: this costs nothing.
    pub fn newest_song(&self) -> Result<SongId, LibraryError> {
        let sql = "SELECT coalesce(max(id), 0) FROM song";
        let newest = |connection: &Connection| connection.query_row(sql, [], |row| row.get(0));
        Ok(SongId(self.reader()?.ask(newest)?))
    }

    /// The songs as they are now, up to this one.
    pub fn see(&self, newest: SongId) -> Result<Seen, LibraryError> {
        let mut seen = seen(&self.reader()?)?;
        seen.retain(|(id, _)| *id <= newest.0);
        Ok(Seen(seen))
    }

    /// What has come or changed since; from now on it is seen.
    pub fn come_since(&self, before: &mut Seen) -> Result<Came, LibraryError> {
        let reader = self.reader()?;
        let now = seen(&reader)?;
        let mut came = Came::default();
        let mut old = before.0.iter().peekable();
        for song in &now {
            while old.next_if(|old| old.0 < song.0).is_some() {}
            if old.peek() == Some(&song) {
                continue;
            }
            came.is_too_much |= came.songs.len() >= MAX_CAME;
            came.songs.insert(SongId(song.0));
            if !came.is_too_much {
                reader.take_in(SongId(song.0), &mut came)?;
            }
        }
        before.0 = now;
        Ok(came)
    }

    /// Which rows of a playlist these songs fill: only those are matched that could want one of them.
    pub fn filled_by(&self, came: &Came, playlist: &str) -> Result<Filled, LibraryError> {
        let rows = self.stored_playlist(playlist)?.rows;
        let (looking, said) = (self.looking()?, self.said()?);
        let mut filled = Filled::default();
        // Rows that stand before several which are filled are matched once.
        let mut known: HashMap<usize, Option<Arc<Song>>> = HashMap::new();
        let mut song_of = |at: usize| -> Option<Arc<Song>> {
            let of_row = || said.resolve(&looking, &rows[at]).song().cloned();
            known.entry(at).or_insert_with(of_row).clone()
        };
        for (at, row) in rows.iter().enumerate() {
            if !came.may_be(row, &Keys::of_wanted(row, &said.aliases)) {
                continue;
            }
            filled.matched += 1;
            let Some(song) = song_of(at).filter(|song| came.has(song)) else {
                continue;
            };
            // A better copy of what plays already fills nothing.
            let others = without(&looking, |song: &Song| came.has(song));
            if said.resolve(&others, row).song().is_some() {
                continue;
            }
            let before = at.saturating_sub(MAX_BEFORE)..at;
            let before = before.rev().filter_map(&mut song_of).collect();
            filled.rows.push(FilledRow { song, before });
        }
        Ok(filled)
    }
}

/// Each song that is here with a number that changes when it does, by its row.
fn seen(reader: &Reader) -> Result<Vec<(i64, i64)>, LibraryError> {
    reader.ask(|connection| {
        let sql = format!(
            "SELECT song.id, file.id, file.mtime_ns, file.size FROM {HERE_SONGS} ORDER BY song.id"
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let rows = statement.query_map([], |row| {
            let (file, mtime_ns, size): (i64, i64, i64) = (row.get(1)?, row.get(2)?, row.get(3)?);
            let state = file.wrapping_mul(31).wrapping_add(mtime_ns);
            Ok((row.get(0)?, state.wrapping_mul(31).wrapping_add(size)))
        })?;
        rows.collect()
    })
}

impl Reader {
    fn take_in(&self, id: SongId, came: &mut Came) -> Result<(), LibraryError> {
        for song in self.songs("WHERE song.id = ?1", [id.0])? {
            came.audio.extend(song.key);
            came.audio.extend(self.whole_key(&song)?);
            came.places.insert(song.place.uri());
            came.places.insert(Uri::new(
                song.place.file().into_os_string().into_encoded_bytes(),
            ));
        }
        let keys: Vec<i32> = self.ask(|connection| {
            let sql = "SELECT match_key FROM song_match WHERE song_id = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map([id.0], |row| row.get(0))?.collect()
        })?;
        came.keys.extend(keys);
        Ok(())
    }
}
