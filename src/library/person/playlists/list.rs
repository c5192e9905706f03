//! The tables of playlists, and the sum of each. Only a [`Change`](super::super::change::Change) writes them.

use super::super::rows::{COLUMNS, OLD_COLUMNS, PLACEHOLDERS, as_stored, insert, wanted};
use super::super::seal::{self, Tally};
use super::super::{PersonError, Undone, names, schema};
use crate::music::Wanted;
use crate::wanted::MAX_ROWS;
use rusqlite::{Connection, OptionalExtension, params};

pub(in crate::library::person) fn create(
    connection: &Connection,
    name: &str,
    query: Option<&str>,
    rows: &[Wanted],
    at_ms: i64,
) -> Result<(), Undone> {
    check_free(connection, name)?;
    let sql = "INSERT INTO playlist(name, query, changed_at_ms, changed_seal, seal) VALUES (?, ?, ?, ?, ?)";
    let seal = seal_of_head(name, query);
    let changed_seal = seal::of(&at_ms);
    connection.execute(sql, params![name, query, at_ms, changed_seal, seal])?;
    seal::add(connection, Tally::Playlists, seal_of_name(name))?;
    let list = List {
        id: connection.last_insert_rowid(),
        name,
    };
    list.push(connection, 0, rows)
}

pub(in crate::library::person) fn append(
    connection: &Connection,
    name: &str,
    rows: &[Wanted],
    at_ms: i64,
) -> Result<(), Undone> {
    let list = List::with_rows(connection, name)?;
    let before = list.count(connection)?;
    list.push(connection, before, rows)?;
    list.touch(connection, at_ms)
}

pub(in crate::library::person) fn remove_rows(
    connection: &Connection,
    name: &str,
    positions: &[(usize, usize)],
    at_ms: i64,
) -> Result<usize, Undone> {
    let list = List::with_rows(connection, name)?;
    let rows = list.rows(connection)?;
    let before = rows.len();
    if let Some(position) = first_outside(positions, before) {
        return Err(Undone::Told(PersonError::NoSuchRow {
            name: name.to_owned(),
            position,
            rows: before,
        }));
    }
    let is_out = |position| {
        positions
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&position))
    };
    let numbered = (1..).zip(rows);
    let kept: Vec<Wanted> = numbered
        .filter(|(position, _)| !is_out(*position))
        .map(|(_, row)| row)
        .collect();
    list.empty(connection)?;
    list.push(connection, 0, &kept)?;
    list.touch(connection, at_ms)?;
    Ok(before - kept.len())
}

pub(in crate::library::person) fn rename(
    connection: &Connection,
    from: &str,
    to: &str,
    at_ms: i64,
) -> Result<(), Undone> {
    let list = List::find(connection, from)?;
    if from != to {
        check_free(connection, to)?;
    }
    let query = list.query(connection)?;
    let sql = "UPDATE playlist SET name = ? WHERE id = ?";
    connection.execute(sql, params![to, list.id])?;
    let query = query.as_deref();
    let change = seal_of_head(to, query).wrapping_sub(seal_of_head(from, query));
    list.add_to_seal(connection, change)?;
    seal::take(connection, Tally::Playlists, seal_of_name(from))?;
    seal::add(connection, Tally::Playlists, seal_of_name(to))?;
    list.touch(connection, at_ms)
}

pub(in crate::library::person) fn delete(
    connection: &Connection,
    name: &str,
) -> Result<(), Undone> {
    let list = List::find(connection, name)?;
    connection.execute("DELETE FROM playlist WHERE id = ?", [list.id])?;
    Ok(seal::take(
        connection,
        Tally::Playlists,
        seal_of_name(name),
    )?)
}

/// The rows of the playlist of exactly that name.
pub(in crate::library::person) fn rows(
    connection: &Connection,
    name: &str,
) -> Result<Vec<Wanted>, Undone> {
    List::with_rows(connection, name)?.rows(connection)
}

/// A playlist whole, with the hour of its last edit, for a snapshot and a check of the whole.
pub(in crate::library::person) struct Whole {
    pub name: String,
    pub query: Option<String>,
    pub rows: Vec<Wanted>,
    pub changed_at_ms: i64,
}

/// Every playlist, each with its sum checked, and their tally.
pub(in crate::library::person) fn each(
    connection: &Connection,
    mut take: impl FnMut(Whole) -> Result<(), Undone>,
) -> Result<(), Undone> {
    let sql = "SELECT id, name, changed_at_ms FROM playlist ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let mut heads = statement.query([])?;
    let mut names = 0_i64;
    while let Some(head) = heads.next()? {
        let name: String = head.get(1)?;
        let list = List {
            id: head.get(0)?,
            name: &name,
        };
        names = names.wrapping_add(seal_of_name(&name));
        let (query, rows) = (list.query(connection)?, list.rows(connection)?);
        take(Whole {
            changed_at_ms: list.changed_at_ms(connection, head.get(2)?)?,
            query,
            rows,
            name,
        })?;
    }
    seal::hold(connection, Tally::Playlists, names)
}

/// Gives those their sums that were written before there were any.
pub(in crate::library::person) fn seal_all(connection: &Connection) -> Result<(), Undone> {
    let mut names = 0_i64;
    for name in all_names(connection)? {
        let list = List::find(connection, &name)?;
        names = names.wrapping_add(seal_of_name(&name));
        let rows = list.unheld_rows(connection)?;
        let seal = seal_of_head(&name, None).wrapping_add(seal_of_rows(0, &rows));
        let sql = "UPDATE playlist SET seal = ? WHERE id = ?";
        connection.execute(sql, params![seal, list.id])?;
    }
    Ok(seal::set(connection, Tally::Playlists, names)?)
}

fn seal_of_name(name: &str) -> i64 {
    seal::of(&name)
}

fn seal_of_head(name: &str, query: Option<&str>) -> i64 {
    seal::of(&(name, query))
}

/// `before`: how many rows stand before these.
fn seal_of_rows(before: usize, rows: &[Wanted]) -> i64 {
    seal::sum((before + 1..).zip(rows).map(|row| seal::of(&row)))
}

/// A playlist's row in its table.
pub(super) struct List<'a> {
    id: i64,
    name: &'a str,
}

impl<'a> List<'a> {
    pub fn find(connection: &Connection, name: &'a str) -> Result<Self, Undone> {
        let sql = "SELECT id FROM playlist WHERE name = ?";
        let id = connection.query_row(sql, [name], |row| row.get(0));
        match id.optional()? {
            Some(id) => Ok(Self { id, name }),
            None => Err(Undone::Told(PersonError::NoSuchPlaylist {
                name: name.to_owned(),
                nearest: names::nearest(name, &all_names(connection)?),
            })),
        }
    }

    /// One that may have rows of its own.
    pub fn with_rows(connection: &Connection, name: &'a str) -> Result<Self, Undone> {
        let list = Self::find(connection, name)?;
        if list.query(connection)?.is_some() {
            let name = name.to_owned();
            return Err(Undone::Told(PersonError::IsSmart { name }));
        }
        Ok(list)
    }

    fn count(&self, connection: &Connection) -> rusqlite::Result<usize> {
        let sql = "SELECT count(*) FROM playlist_row WHERE playlist_id = ?";
        let count: i64 = connection.query_row(sql, [self.id], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    pub fn query(&self, connection: &Connection) -> rusqlite::Result<Option<String>> {
        if !schema::has_seals(connection)? {
            return Ok(None);
        }
        let sql = "SELECT query FROM playlist WHERE id = ?";
        connection.query_row(sql, [self.id], |row| row.get(0))
    }

    /// The rows, held against their sum.
    pub fn rows(&self, connection: &Connection) -> Result<Vec<Wanted>, Undone> {
        let rows = self.unheld_rows(connection)?;
        if !schema::has_seals(connection)? {
            return Ok(rows);
        }
        let sql = "SELECT seal FROM playlist WHERE id = ?";
        let written: Option<i64> = connection.query_row(sql, [self.id], |row| row.get(0))?;
        let query = self.query(connection)?;
        let read = seal_of_head(self.name, query.as_deref()).wrapping_add(seal_of_rows(0, &rows));
        match written {
            Some(written) if written != read => Err(self.damaged()),
            _ => Ok(rows),
        }
    }

    fn unheld_rows(&self, connection: &Connection) -> rusqlite::Result<Vec<Wanted>> {
        let columns = match schema::has_records(connection)? {
            true => COLUMNS,
            false => OLD_COLUMNS,
        };
        let mut statement = connection.prepare_cached(&format!(
            "SELECT {columns} FROM playlist_row WHERE playlist_id = ? ORDER BY position"
        ))?;
        let rows = statement.query_map([self.id], |row| wanted(row, 0))?;
        rows.collect()
    }

    /// The hour of the last change, held against its sum.
    fn changed_at_ms(&self, connection: &Connection, read: i64) -> Result<i64, Undone> {
        if !schema::has_records(connection)? {
            return Ok(read);
        }
        let sql = "SELECT changed_seal FROM playlist WHERE id = ?";
        let written: Option<i64> = connection.query_row(sql, [self.id], |row| row.get(0))?;
        match written {
            Some(written) if written != seal::of(&read) => Err(self.damaged()),
            _ => Ok(read),
        }
    }

    fn damaged(&self) -> Undone {
        Undone::Damaged(format!("the playlist “{}”", self.name))
    }

    fn empty(&self, connection: &Connection) -> Result<(), Undone> {
        let rows = self.unheld_rows(connection)?;
        let sql = "DELETE FROM playlist_row WHERE playlist_id = ?";
        connection.execute(sql, [self.id])?;
        self.add_to_seal(connection, seal_of_rows(0, &rows).wrapping_neg())
    }

    fn push(&self, connection: &Connection, before: usize, rows: &[Wanted]) -> Result<(), Undone> {
        let rows: Vec<Wanted> = rows.iter().map(as_stored).collect();
        let after = before.saturating_add(rows.len());
        if after > MAX_ROWS {
            return Err(Undone::Told(PersonError::TooManyRows {
                name: self.name.to_owned(),
                rows: after,
            }));
        }
        let mut statement = connection.prepare_cached(&format!(
            "INSERT INTO playlist_row(playlist_id, position, {COLUMNS}) VALUES ({PLACEHOLDERS})"
        ))?;
        for (position, row) in (before as i64 + 1..).zip(&rows) {
            insert(&mut statement, [self.id, position], row)?;
        }
        self.add_to_seal(connection, seal_of_rows(before, &rows))
    }

    fn add_to_seal(&self, connection: &Connection, change: i64) -> Result<(), Undone> {
        let sql = "SELECT seal FROM playlist WHERE id = ?";
        let before: i64 = connection.query_row(sql, [self.id], |row| row.get(0))?;
        let sql = "UPDATE playlist SET seal = ? WHERE id = ?";
        connection.execute(sql, params![before.wrapping_add(change), self.id])?;
        Ok(())
    }

    fn touch(&self, connection: &Connection, at_ms: i64) -> Result<(), Undone> {
        let sql = "UPDATE playlist SET changed_at_ms = ?, changed_seal = ? WHERE id = ?";
        connection.execute(sql, params![at_ms, seal::of(&at_ms), self.id])?;
        Ok(())
    }
}

/// Whether there is a playlist of that name that is made of a query.
pub(super) fn is_smart(connection: &Connection, name: &str) -> Result<bool, Undone> {
    match List::find(connection, name) {
        Ok(list) => Ok(list.query(connection)?.is_some()),
        Err(Undone::Told(_)) => Ok(false),
        Err(failed) => Err(failed),
    }
}

pub(in crate::library::person) fn all_names(
    connection: &Connection,
) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare_cached("SELECT name FROM playlist")?;
    statement.query_map([], |row| row.get(0))?.collect()
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

fn first_outside(positions: &[(usize, usize)], rows: usize) -> Option<usize> {
    let there = 1..=rows;
    positions
        .iter()
        .flat_map(|(first, last)| [*first, *last])
        .find(|position| !there.contains(position))
}
