//! Stored playlists: rows of [`Wanted`] under a name. It never asks whether a row's file is here, and never drops one.

use super::rows::{COLUMNS, PLACEHOLDERS, insert, wanted};
use super::{Person, PersonError, Undone, names, now_ms};
use crate::music::{Wanted, fold};
use crate::wanted::MAX_ROWS;
use rusqlite::{Connection, OptionalExtension, params};
use std::ops::RangeInclusive;

/// What a list of playlists tells of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaylistHead {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: usize,
    /// The sum of the lengths that are known, in ms.
    pub length_ms: u64,
    /// When it last was edited, in ms since 1970.
    pub changed_at_ms: i64,
}

/// A playlist as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPlaylist {
    /// Its name, which may differ from the one asked for by case and accents.
    pub name: String,
    /// Its rows in order.
    pub rows: Vec<Wanted>,
}

impl Person {
    /// All playlists, sorted by name without regard to case and accents.
    pub fn playlists(&self) -> Result<Vec<PlaylistHead>, PersonError> {
        let mut heads = self.ask(|connection| Ok(heads(connection)?))?;
        heads.sort_by_cached_key(|head| (fold(&head.name), head.name.clone()));
        Ok(heads)
    }

    /// The playlist of exactly that name, else the only one whose name differs in case, width and accents alone.
    pub fn playlist(&self, name: &str) -> Result<Option<StoredPlaylist>, PersonError> {
        self.ask(|connection| {
            let names = all_names(connection)?;
            let exact = names.iter().find(|other| *other == name);
            let Some(name) = exact.or_else(|| names::only_folded(name, &names)) else {
                return Ok(None);
            };
            let id = id_of(connection, name)?;
            Ok(Some(StoredPlaylist {
                name: name.clone(),
                rows: rows_of(connection, id)?,
            }))
        })
    }

    /// The error that says so, with the name that may be meant.
    pub fn no_such_playlist(&self, name: &str) -> PersonError {
        let names = self
            .ask(|connection| Ok(all_names(connection)?))
            .unwrap_or_default();
        PersonError::NoSuchPlaylist {
            name: name.to_owned(),
            nearest: names::nearest(name, &names),
        }
    }

    /// Makes a playlist.
    pub fn create(&mut self, name: &str, rows: &[Wanted]) -> Result<(), PersonError> {
        self.edit(|connection| {
            check_free(connection, name)?;
            connection.execute(
                "INSERT INTO playlist(name, changed_at_ms) VALUES (?, ?)",
                params![name, now_ms()],
            )?;
            let id = connection.last_insert_rowid();
            push_rows(connection, (id, name), 0, rows)
        })
    }

    /// Puts rows at the end of the playlist of exactly that name.
    pub fn append(&mut self, name: &str, rows: &[Wanted]) -> Result<(), PersonError> {
        self.edit(|connection| {
            let id = id_of(connection, name)?;
            let before = count(connection, id)?;
            push_rows(connection, (id, name), before, rows)?;
            touch(connection, id)
        })
    }

    /// Takes rows out, by ranges of positions from 1, and tells how many. If one is not there, none is taken;
    /// a range that ends before it begins takes none.
    pub fn remove_rows(
        &mut self,
        name: &str,
        positions: &[RangeInclusive<usize>],
    ) -> Result<usize, PersonError> {
        self.edit(|connection| {
            let id = id_of(connection, name)?;
            let rows = rows_of(connection, id)?;
            let before = rows.len();
            if let Some(position) = first_outside(positions, before) {
                return Err(Undone::Told(PersonError::NoSuchRow {
                    name: name.to_owned(),
                    position,
                    rows: before,
                }));
            }
            let kept: Vec<Wanted> = (1..)
                .zip(rows)
                .filter(|(position, _)| !positions.iter().any(|range| range.contains(position)))
                .map(|(_, row)| row)
                .collect();
            put_rows(connection, (id, name), &kept)?;
            Ok(before - kept.len())
        })
    }

    /// Gives the playlist another name.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), PersonError> {
        self.edit(|connection| {
            let id = id_of(connection, from)?;
            if from != to {
                check_free(connection, to)?;
            }
            connection.execute("UPDATE playlist SET name = ? WHERE id = ?", params![to, id])?;
            touch(connection, id)
        })
    }

    /// Deletes the playlist of exactly that name.
    pub fn delete(&mut self, name: &str) -> Result<(), PersonError> {
        self.edit(|connection| {
            let id = id_of(connection, name)?;
            connection.execute("DELETE FROM playlist WHERE id = ?", [id])?;
            Ok(())
        })
    }
}

fn heads(connection: &Connection) -> rusqlite::Result<Vec<PlaylistHead>> {
    let mut statement = connection.prepare_cached(
        "SELECT name, changed_at_ms, count(position), total(length_ms)
         FROM playlist LEFT JOIN playlist_row ON playlist_id = id GROUP BY id",
    )?;
    let heads = statement.query_map([], |row| {
        Ok(PlaylistHead {
            name: row.get(0)?,
            changed_at_ms: row.get(1)?,
            rows: usize::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
            length_ms: row.get::<_, f64>(3)? as u64,
        })
    })?;
    heads.collect()
}

fn all_names(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM playlist")?;
    statement.query_map([], |row| row.get(0))?.collect()
}

fn id_of(connection: &Connection, name: &str) -> Result<i64, Undone> {
    let id = connection
        .query_row("SELECT id FROM playlist WHERE name = ?", [name], |row| {
            row.get(0)
        })
        .optional()?;
    match id {
        Some(id) => Ok(id),
        None => Err(Undone::Told(PersonError::NoSuchPlaylist {
            name: name.to_owned(),
            nearest: names::nearest(name, &all_names(connection)?),
        })),
    }
}

fn check_free(connection: &Connection, name: &str) -> Result<(), Undone> {
    let name = name.to_owned();
    if let Some(why) = names::fault(&name) {
        return Err(Undone::Told(PersonError::BadName { name, why }));
    }
    let taken = connection
        .prepare_cached("SELECT 1 FROM playlist WHERE name = ?")?
        .exists([&name])?;
    if taken {
        return Err(Undone::Told(PersonError::AlreadyThere { name }));
    }
    Ok(())
}

fn count(connection: &Connection, id: i64) -> rusqlite::Result<usize> {
    let count: i64 = connection.query_row(
        "SELECT count(*) FROM playlist_row WHERE playlist_id = ?",
        [id],
        |row| row.get(0),
    )?;
    Ok(usize::try_from(count).unwrap_or_default())
}

fn rows_of(connection: &Connection, id: i64) -> rusqlite::Result<Vec<Wanted>> {
    let mut statement = connection.prepare_cached(&format!(
        "SELECT {COLUMNS} FROM playlist_row WHERE playlist_id = ? ORDER BY position"
    ))?;
    statement.query_map([id], |row| wanted(row, 0))?.collect()
}

fn put_rows(connection: &Connection, list: (i64, &str), rows: &[Wanted]) -> Result<(), Undone> {
    connection.execute("DELETE FROM playlist_row WHERE playlist_id = ?", [list.0])?;
    push_rows(connection, list, 0, rows)?;
    touch(connection, list.0)
}

fn push_rows(
    connection: &Connection,
    (id, name): (i64, &str),
    before: usize,
    rows: &[Wanted],
) -> Result<(), Undone> {
    let after = before.saturating_add(rows.len());
    if after > MAX_ROWS {
        return Err(Undone::Told(PersonError::TooManyRows {
            name: name.to_owned(),
            rows: after,
        }));
    }
    let mut statement = connection.prepare_cached(&format!(
        "INSERT INTO playlist_row(playlist_id, position, {COLUMNS}) VALUES ({PLACEHOLDERS})"
    ))?;
    for (position, row) in (before as i64 + 1..).zip(rows) {
        insert(&mut statement, [id, position], row)?;
    }
    Ok(())
}

fn touch(connection: &Connection, id: i64) -> Result<(), Undone> {
    connection.execute(
        "UPDATE playlist SET changed_at_ms = ? WHERE id = ?",
        params![now_ms(), id],
    )?;
    Ok(())
}

fn first_outside(positions: &[RangeInclusive<usize>], rows: usize) -> Option<usize> {
    let there = 1..=rows;
    positions
        .iter()
        .flat_map(|range| [*range.start(), *range.end()])
        .find(|position| !there.contains(position))
}
