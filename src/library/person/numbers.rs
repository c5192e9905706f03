//! Numbers of many songs at once: one column of what is kept, by audio key; and when songs were added.
//!
//! A column is read as it stands: the sum of each record is held where a song is told and where all is checked, for it
//! takes ten times as long. What was added can be found out again roughly, from the files' times, so it is not in the
//! second copy.

use super::{Person, PersonError, schema};
use crate::music::AudioKey;
use rusqlite::{Connection, params};

/// A number that is kept of a song.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// Stars that were given here, in halves.
    Rating,
    /// How often it was heard.
    Plays,
    /// How often it was stepped over.
    Skips,
    /// When it was last heard, in ms since 1970.
    LastPlayed,
    /// When it was last stepped over, in ms since 1970.
    LastSkipped,
    /// When it came, in ms since 1970.
    Added,
}

impl Kept {
    /// The column of `about`; `None`: it has a table of its own.
    fn column(self) -> Option<&'static str> {
        Some(match self {
            Self::Rating => "rating",
            Self::Plays => "nullif(plays, 0)",
            Self::Skips => "nullif(skips, 0)",
            Self::LastPlayed => "played_at_ms",
            Self::LastSkipped => "skipped_at_ms",
            Self::Added => return None,
        })
    }
}

/// A number of each song that has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Column(Vec<(AudioKey, i64)>);

impl Column {
    /// The number of this audio.
    pub fn get(&self, key: AudioKey) -> Option<i64> {
        let found = self.0.binary_search_by_key(&key, |(key, _)| *key);
        Some(self.0.get(found.ok()?)?.1)
    }

    /// The number of this audio is this one from now on.
    pub(super) fn put(&mut self, key: AudioKey, number: i64) {
        match self.0.binary_search_by_key(&key, |(key, _)| *key) {
            Ok(at) => self.0[at].1 = number,
            Err(at) => self.0.insert(at, (key, number)),
        }
    }

    /// All of them, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = (AudioKey, i64)> {
        self.0.iter().copied()
    }
}

impl Person {
    /// Each column that is asked for, in that order. A file of an older version, which may not be written, knows nothing.
    pub fn columns(&self, kept: &[Kept]) -> Result<Vec<Column>, PersonError> {
        let mut columns = self.ask(|connection| {
            let mut columns = vec![Column::default(); kept.len()];
            if !schema::has_seals(connection)? {
                return Ok(columns);
            }
            read_about(connection, kept, &mut columns)?;
            for (kept, column) in kept.iter().zip(&mut columns) {
                if *kept == Kept::Added {
                    *column = added(connection)?;
                }
            }
            Ok(columns)
        })?;
        self.add_waiting(kept, &mut columns)?;
        Ok(columns)
    }

    /// Keeps when songs came, in ms since 1970, of those of which it is not kept yet; sorted by key it is quick.
    pub fn keep_added(&mut self, songs: &[(AudioKey, i64)]) -> Result<(), PersonError> {
        if songs.is_empty() {
            return Ok(());
        }
        self.edit(|edit| {
            let sql = "INSERT OR IGNORE INTO added(audio_key, at_ms) VALUES (?1, ?2)";
            let mut statement = edit.connection.prepare_cached(sql)?;
            for (key, at_ms) in songs {
                statement.execute(params![key.as_bytes(), at_ms])?;
            }
            Ok(())
        })
    }
}

/// Keeps that a song came at that time, in ms since 1970, where nothing earlier is kept; whether that was news.
pub(super) fn came_by(
    connection: &Connection,
    key: AudioKey,
    at_ms: i64,
) -> rusqlite::Result<bool> {
    let sql = "INSERT INTO added(audio_key, at_ms) VALUES (?1, ?2)
        ON CONFLICT(audio_key) DO UPDATE SET at_ms = excluded.at_ms WHERE excluded.at_ms < at_ms";
    let mut statement = connection.prepare_cached(sql)?;
    Ok(statement.execute(params![key.as_bytes(), at_ms])? > 0)
}

/// All columns of `about` in one reading: its rows are long, and lie in the order of the keys.
fn read_about(
    connection: &Connection,
    kept: &[Kept],
    columns: &mut [Column],
) -> rusqlite::Result<()> {
    let asked: Vec<_> = kept.iter().filter_map(|kept| kept.column()).collect();
    if asked.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT audio_key, {} FROM about ORDER BY audio_key",
        asked.join(", ")
    );
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let of_about = || kept.iter().map(|kept| kept.column().is_some());
    while let Some(row) = rows.next()? {
        let key = AudioKey::from_bytes(row.get(0)?);
        let mut at = 0;
        for column in of_about()
            .zip(&mut *columns)
            .filter_map(|(is_asked, column)| is_asked.then_some(column))
        {
            at += 1;
            column
                .0
                .extend(row.get::<_, Option<i64>>(at)?.map(|number| (key, number)));
        }
    }
    Ok(())
}

fn added(connection: &Connection) -> rusqlite::Result<Column> {
    let sql = "SELECT audio_key, at_ms FROM added ORDER BY audio_key";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok((AudioKey::from_bytes(row.get(0)?), row.get(1)?))
    })?;
    Ok(Column(rows.collect::<rusqlite::Result<_>>()?))
}
