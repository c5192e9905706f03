//! What a person thinks of a song and how often they heard it, by audio key: every copy of a recording shares it, and it
//! outlives the file. It judges nothing: what counts as heard is decided where music plays.

use super::change::Change;
use super::seal::{self, Tally};
use super::{Person, PersonError, Undone, schema};
use crate::music::{AudioKey, Origin, Rating, Wanted};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// The history is that of so many songs; of the oldest the counts remain.
const MAX_HEARD: i64 = 1_000_000;

/// All that is kept of a song.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// The song's names and its key.
    pub song: Wanted,
    /// Stars, where somebody gave some.
    pub rating: Option<Rating>,
    /// How often it was heard.
    pub plays: u32,
    /// How often it was stepped over.
    pub skips: u32,
    /// When it was last heard, in ms since 1970.
    pub played_at_ms: Option<i64>,
    /// When it was last stepped over, in ms since 1970.
    pub skipped_at_ms: Option<i64>,
}

/// A listening that is to be counted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Listening {
    /// When, in ms since 1970. With the key it tells this listening from every other one: it counts once, however often
    /// it is handed over.
    pub at_ms: i64,
    /// The song's names and its key; without a key nothing is counted.
    pub song: Wanted,
    /// Heard, or stepped over.
    pub to_the_end: bool,
    /// Where it came from, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

/// A line of the history. Its sum is that of its JSON: what was not known when a line was written must not stand in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// When, in ms since 1970.
    pub at_ms: i64,
    /// What.
    pub key: AudioKey,
    /// Heard, or stepped over.
    pub to_the_end: bool,
    /// Where it came from, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<Origin>,
}

impl Person {
    /// Gives songs stars, or takes them away; how many songs got them. A song without an audio key has nothing that stars
    /// could hang on.
    pub fn rate(&mut self, songs: &[Wanted], rating: Option<Rating>) -> Result<usize, PersonError> {
        self.edit(|edit| {
            let known = songs.iter().filter(|song| song.key.is_some());
            let mut rated = 0;
            for song in known {
                let song = song.clone();
                edit.make(Change::Rate { song, rating })?;
                rated += 1;
            }
            Ok(rated)
        })
    }

    /// Counts what was heard and stepped over, all of it in one edit; how many of them are new.
    pub fn hear(&mut self, listenings: &[Listening]) -> Result<usize, PersonError> {
        self.edit(|edit| {
            let mut new = 0;
            for listening in listenings {
                let Some(key) = listening.song.key else {
                    continue;
                };
                if is_counted(edit.connection, key, listening.at_ms)? {
                    continue;
                }
                edit.make(Change::Hear {
                    song: listening.song.clone(),
                    to_the_end: listening.to_the_end,
                    heard_at_ms: listening.at_ms,
                    origin: listening.origin.clone(),
                })?;
                new += 1;
            }
            Ok(new)
        })
    }

    /// What is kept of this audio.
    pub fn about(&self, key: AudioKey) -> Result<Option<About>, PersonError> {
        let kept = self.ask(|connection| about_of(connection, key))?;
        Ok(self.with_waiting(key, kept))
    }

    /// All that is kept of each song, in the order of the keys.
    pub fn each_kept(&self, mut take: impl FnMut(About)) -> Result<(), PersonError> {
        self.ask(|connection| match schema::has_seals(connection)? {
            true => each_about(connection, |about| {
                take(about);
                Ok(())
            }),
            false => Ok(()),
        })
    }

    /// Puts all of it at once, for tests of those who ask.
    #[cfg(test)]
    pub(in crate::library) fn put_about(&mut self, about: About) {
        let change = Change::About(Box::new(about));
        self.edit(|edit| edit.make(change)).unwrap();
    }
}

impl About {
    /// Counts a listening. `at_ms`: when it was; `now_ms`: when that is counted.
    pub(super) fn count(&mut self, to_the_end: bool, at_ms: i64, now_ms: i64) {
        let (count, when) = if to_the_end {
            (&mut self.plays, &mut self.played_at_ms)
        } else {
            (&mut self.skips, &mut self.skipped_at_ms)
        };
        *count = count.saturating_add(1);
        // What is counted late is not the last; a time that is yet to come was a wrong clock's.
        let before = when.filter(|before| *before <= now_ms);
        *when = before.max(Some(at_ms));
    }
}

pub(super) fn is_counted(
    connection: &Connection,
    key: AudioKey,
    at_ms: i64,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM heard WHERE audio_key = ?1 AND at_ms = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement.exists(params![key.as_bytes(), at_ms])
}

pub(super) fn rate(
    connection: &Connection,
    song: &Wanted,
    rating: Option<Rating>,
) -> Result<(), Undone> {
    change(connection, song, |about| about.rating = rating)
}

/// Counts it, and puts its line into the history. `now_ms`: when that is written.
pub(super) fn hear(
    connection: &Connection,
    song: &Wanted,
    heard: &Heard,
    now_ms: i64,
) -> Result<(), Undone> {
    change(connection, song, |about| {
        about.count(heard.to_the_end, heard.at_ms, now_ms);
    })?;
    put_heard(connection, heard)
}

/// A line of the history, which counts no more.
pub(super) fn put_heard(connection: &Connection, heard: &Heard) -> Result<(), Undone> {
    let sql = "INSERT INTO heard(at_ms, audio_key, to_the_end, origin) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql)?;
    let newest = statement.insert(params![
        heard.at_ms,
        heard.key.as_bytes(),
        heard.to_the_end,
        heard.origin.as_ref().map(Origin::to_string),
    ])?;
    seal::add(connection, Tally::Heard, seal::of(heard))?;
    let columns = heard_columns(connection)?;
    let oldest = format!("SELECT {columns} FROM heard WHERE id = ?1");
    let too_old = newest - MAX_HEARD;
    let mut statement = connection.prepare_cached(&oldest)?;
    let gone = statement.query_row([too_old], heard_of_row).optional()?;
    if let Some(gone) = gone {
        connection.execute("DELETE FROM heard WHERE id = ?1", [too_old])?;
        seal::take(connection, Tally::Heard, seal::of(&gone))?;
    }
    Ok(())
}

/// Writes all that is known of a song, in place of what was.
pub(super) fn put(connection: &Connection, about: &About) -> Result<(), Undone> {
    let Some(key) = about.song.key else {
        return Ok(());
    };
    if let Some(before) = about_of(connection, key)? {
        seal::take(connection, Tally::Abouts, seal::of(&before))?;
    }
    let seal = seal::of(about);
    let sql = "INSERT OR REPLACE INTO about(audio_key, rating, plays, skips, played_at_ms, skipped_at_ms, song, seal)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(sql)?.execute(params![
        key.as_bytes(),
        about.rating.map(Rating::halves),
        about.plays,
        about.skips,
        about.played_at_ms,
        about.skipped_at_ms,
        serde_json::to_string(&about.song).expect("names are always JSON"),
        seal,
    ])?;
    seal::add(connection, Tally::Abouts, seal)?;
    Ok(())
}

fn change(
    connection: &Connection,
    song: &Wanted,
    change: impl FnOnce(&mut About),
) -> Result<(), Undone> {
    let Some(key) = song.key else { return Ok(()) };
    let mut about = about_of(connection, key)?.unwrap_or_default();
    // The newest names are the best.
    about.song = song.clone();
    change(&mut about);
    put(connection, &about)
}

/// What is kept of this audio; damage, where its sum does not fit.
pub(super) fn about_of(connection: &Connection, key: AudioKey) -> Result<Option<About>, Undone> {
    if !schema::has_seals(connection)? {
        return Ok(None);
    }
    let sql = format!("SELECT {COLUMNS} FROM about WHERE audio_key = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([key.as_bytes()])?;
    rows.next()?.map(about_of_row).transpose()
}

/// Every record, with its sum and their tally checked, for a snapshot and a check of the whole.
pub(super) fn each_about(
    connection: &Connection,
    mut take: impl FnMut(About) -> Result<(), Undone>,
) -> Result<(), Undone> {
    let sql = format!("SELECT {COLUMNS} FROM about ORDER BY audio_key");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut sum = 0_i64;
    while let Some(row) = rows.next()? {
        let about = about_of_row(row)?;
        sum = sum.wrapping_add(seal::of(&about));
        take(about)?;
    }
    seal::hold(connection, Tally::Abouts, sum)
}

/// Every line of the history, oldest first.
pub(super) fn each_heard(
    connection: &Connection,
    mut take: impl FnMut(Heard) -> Result<(), Undone>,
) -> Result<(), Undone> {
    let columns = heard_columns(connection)?;
    let sql = format!("SELECT {columns} FROM heard ORDER BY id");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut sum = 0_i64;
    while let Some(row) = rows.next()? {
        let heard = heard_of_row(row)?;
        sum = sum.wrapping_add(seal::of(&heard));
        take(heard)?;
    }
    seal::hold(connection, Tally::Heard, sum)
}

const COLUMNS: &str = "song, rating, plays, skips, played_at_ms, skipped_at_ms, seal, audio_key";

fn about_of_row(row: &Row) -> Result<About, Undone> {
    let damaged = || Undone::damaged(Tally::Abouts.words());
    let song: String = row.get(0)?;
    let rating: Option<u8> = row.get(1)?;
    let about = About {
        song: serde_json::from_str(&song).map_err(|_| damaged())?,
        rating: rating.map(Rating::from_halves),
        plays: row.get(2)?,
        skips: row.get(3)?,
        played_at_ms: row.get(4)?,
        skipped_at_ms: row.get(5)?,
    };
    let key: Vec<u8> = row.get(7)?;
    let is_its_key = about.song.key == AudioKey::from_slice(&key);
    if !is_its_key || row.get::<_, i64>(6)? != seal::of(&about) {
        return Err(damaged());
    }
    Ok(about)
}

/// What a line of the history is read from; a file of an older version, which may only be read, does not know whence.
pub(super) fn heard_columns(connection: &Connection) -> rusqlite::Result<&'static str> {
    Ok(match schema::has_origins(connection)? {
        true => "at_ms, audio_key, to_the_end, origin",
        false => "at_ms, audio_key, to_the_end, NULL",
    })
}

/// A row of [`heard_columns`].
pub(super) fn heard_of_row(row: &Row) -> rusqlite::Result<Heard> {
    let key: [u8; 16] = row.get(1)?;
    let origin: Option<String> = row.get(3)?;
    Ok(Heard {
        at_ms: row.get(0)?,
        key: AudioKey::from_bytes(key),
        to_the_end: row.get(2)?,
        origin: origin.map(Origin::from),
    })
}
