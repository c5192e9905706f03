//! What was heard, as it is told: the newest lines with the names of their songs, and sums. It changes nothing.

use super::heard::{Heard, about_of, heard_columns, heard_of_row};
use super::{Person, PersonError, Undone, schema};
use crate::music::{AudioKey, Wanted};
use rusqlite::Connection;

/// Listenings that are of late.
const LATELY: i64 = 2_000;

/// Lines that are told of one span of time.
const MAX_BETWEEN: usize = 10_000;

/// How much was heard in all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// How often a song was heard.
    pub plays: u64,
    /// How often one was stepped over.
    pub skips: u64,
    /// Songs that were heard at least once.
    pub songs: u64,
}

/// A line of the history, with what is known of its song.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// The line.
    pub heard: Heard,
    /// When it was, by the local clock: `2026-11-24 15:30`.
    pub when: String,
    /// The newest names of the song, where they are kept.
    pub song: Wanted,
}

impl Person {
    /// How much was heard in all.
    pub fn totals(&self) -> Result<Totals, PersonError> {
        let mut totals = self.ask(|connection| {
            if !schema::has_seals(connection)? {
                return Ok(Totals::default());
            }
            let sql =
                "SELECT total(plays), total(skips), count(*) FILTER (WHERE plays > 0) FROM about";
            let whole = |number: f64| number as u64;
            Ok(connection.query_row(sql, [], |row| {
                Ok(Totals {
                    plays: whole(row.get(0)?),
                    skips: whole(row.get(1)?),
                    songs: row.get(2)?,
                })
            })?)
        })?;
        self.add_waiting_to(&mut totals)?;
        Ok(totals)
    }

    /// The newest lines of the history, newest first: what was counted late stands where it was heard.
    pub fn history(&self, most: usize) -> Result<Vec<Told>, PersonError> {
        let mut lines: Vec<Told> = self.ask(|connection| {
            if !schema::has_seals(connection)? {
                return Ok(Vec::new());
            }
            let columns = heard_columns(connection)?;
            let sql = format!("SELECT {columns} FROM heard ORDER BY at_ms DESC, id DESC LIMIT ?1");
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = i64::try_from(most).unwrap_or(i64::MAX);
            let lines = statement.query_map([rows], heard_of_row)?;
            let lines = lines.map(|heard| told(connection, heard?));
            lines.collect()
        })?;
        self.add_waiting_lines(&mut lines)?;
        lines.truncate(most);
        Ok(lines)
    }

    /// What was heard most of late, the most heard first.
    pub fn most_heard_lately(&self, most: usize) -> Result<Vec<AudioKey>, PersonError> {
        self.ask(|connection| {
            if !schema::has_seals(connection)? {
                return Ok(Vec::new());
            }
            let sql = "SELECT audio_key FROM (SELECT id, audio_key FROM heard WHERE to_the_end ORDER BY id DESC LIMIT ?1)
                GROUP BY audio_key ORDER BY count(*) DESC, max(id) DESC LIMIT ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let keys = statement.query_map((LATELY, most), |row| row.get::<_, Vec<u8>>(0))?;
            let keys = keys.map(|key| Ok(AudioKey::from_slice(&key?)));
            let keys: Vec<Option<AudioKey>> = keys.collect::<rusqlite::Result<_>>()?;
            Ok(keys.into_iter().flatten().collect())
        })
    }

    /// What was heard, or stepped over, last: so many at most, the last one first.
    pub fn heard_last(&self, most: usize) -> Result<Vec<AudioKey>, PersonError> {
        self.ask(|connection| {
            if !schema::has_seals(connection)? {
                return Ok(Vec::new());
            }
            let sql = "SELECT audio_key FROM heard ORDER BY id DESC LIMIT ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let keys = statement.query_map([most], |row| row.get(0).map(AudioKey::from_bytes))?;
            Ok(keys.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// What was heard from one hour to another, in ms since 1970, oldest first.
    pub fn heard_between(&self, from_ms: i64, to_ms: i64) -> Result<Vec<Told>, PersonError> {
        let mut lines: Vec<Told> = self.ask(|connection| {
            if !schema::has_seals(connection)? {
                return Ok(Vec::new());
            }
            let columns = heard_columns(connection)?;
            let sql = format!(
                "SELECT {columns} FROM heard WHERE at_ms BETWEEN ?1 AND ?2 ORDER BY at_ms, id LIMIT ?3"
            );
            let mut statement = connection.prepare_cached(&sql)?;
            let lines = statement.query_map((from_ms, to_ms, MAX_BETWEEN), heard_of_row)?;
            let lines = lines.map(|heard| told(connection, heard?));
            lines.collect()
        })?;
        self.add_waiting_lines(&mut lines)?;
        lines.retain(|line| (from_ms..=to_ms).contains(&line.heard.at_ms));
        lines.sort_by_key(|line| line.heard.at_ms);
        Ok(lines)
    }

    /// A point in time by the local clock, `2026-11-24 15:30`; empty where it is none that a calendar has.
    pub fn local_time(&self, at_ms: i64) -> Result<String, PersonError> {
        self.ask(|connection| Ok(local_time(connection, at_ms)?))
    }
}

pub(super) fn told(connection: &Connection, heard: Heard) -> Result<Told, Undone> {
    let about = about_of(connection, heard.key)?;
    Ok(Told {
        when: local_time(connection, heard.at_ms)?,
        heard,
        song: about.map(|about| about.song).unwrap_or_default(),
    })
}

pub(super) fn local_time(connection: &Connection, at_ms: i64) -> rusqlite::Result<String> {
    let sql =
        "SELECT coalesce(strftime('%Y-%m-%d %H:%M', ?1 / 1000, 'unixepoch', 'localtime'), '')";
    let mut statement = connection.prepare_cached(sql)?;
    statement.query_row([at_ms], |row| row.get(0))
}
