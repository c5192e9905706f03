//! Checksums of our own: SQLite notices damage to its structure, and hardly any to the values in it.
//!
//! Every record has a sum of 64 bits. A record that is read alone carries its own; a playlist carries that of all its
//! rows; and a tally of each table, the wrapping sum of its records', tells when one has gone. What does not fit is told
//! as damage, never passed on. They hold against accidents, not against a forger.

use super::Undone;
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

/// The tables that have a tally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tally {
    Roots,
    Playlists,
    Abouts,
    Heard,
    Stickers,
    Records,
}

impl Tally {
    pub const ALL: [Self; 6] = [
        Self::Roots,
        Self::Playlists,
        Self::Abouts,
        Self::Heard,
        Self::Stickers,
        Self::Records,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Roots => "root",
            Self::Playlists => "playlist",
            Self::Abouts => "about",
            Self::Heard => "heard",
            Self::Stickers => "sticker",
            Self::Records => "record",
        }
    }

    /// What is in it, for a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Roots => "the music folders",
            Self::Playlists => "the list of playlists",
            Self::Abouts => "ratings and counts",
            Self::Heard => "the history",
            Self::Stickers => "stickers",
            Self::Records => "imports and decisions",
        }
    }
}

/// The sum of a record: the first 8 bytes of the BLAKE3 of its JSON.
pub(super) fn of(record: &impl Serialize) -> i64 {
    let json = serde_json::to_vec(record).expect("records are always JSON");
    let hash = blake3::hash(&json);
    let (first, _) = hash.as_bytes().split_at(8);
    i64::from_le_bytes(first.try_into().expect("eight bytes"))
}

/// The sum of all, in whatever order.
pub(super) fn sum(sums: impl Iterator<Item = i64>) -> i64 {
    sums.fold(0, i64::wrapping_add)
}

/// A record came to a table.
pub(super) fn add(connection: &Connection, tally: Tally, seal: i64) -> rusqlite::Result<()> {
    let before = tally_of(connection, tally)?.unwrap_or(0);
    set(connection, tally, before.wrapping_add(seal))
}

/// A record left a table.
pub(super) fn take(connection: &Connection, tally: Tally, seal: i64) -> rusqlite::Result<()> {
    add(connection, tally, seal.wrapping_neg())
}

/// What the records of a table sum up to.
pub(super) fn set(connection: &Connection, tally: Tally, sum: i64) -> rusqlite::Result<()> {
    let sql = "INSERT INTO tally(what, sum) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET sum = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    statement.execute(params![tally.name(), sum])?;
    Ok(())
}

/// Damage, where the records that were read do not sum up to what was written. A file of an older version, which may
/// only be read, has no tallies: it is taken as it is.
pub(super) fn hold(connection: &Connection, tally: Tally, read: i64) -> Result<(), Undone> {
    match tally_of(connection, tally)? {
        Some(written) if written != read => Err(Undone::damaged(tally.words())),
        _ => Ok(()),
    }
}

/// `None`: there is none, or none of this table.
pub(super) fn tally_of(connection: &Connection, tally: Tally) -> rusqlite::Result<Option<i64>> {
    if !super::schema::has_seals(connection)? {
        return Ok(None);
    }
    let sql = "SELECT sum FROM tally WHERE what = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    statement
        .query_row([tally.name()], |row| row.get(0))
        .optional()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_tells_every_letter_and_no_order() {
        assert_ne!(of(&"a"), of(&"b"));
        assert_ne!(of(&("a", "b")), of(&("b", "a")));
        let sums = [of(&1), of(&2), of(&3)];
        let back = sums.iter().rev().copied();
        assert_eq!(sum(sums.iter().copied()), sum(back));
        assert_ne!(sum(sums.iter().copied()), sum(sums[1..].iter().copied()));
    }
}
