//! A damaged `standin.db` is set aside, and one that is damaged or gone is made again from its second copy, or else from
//! the newest backup. What can
//! still be read of loudness and checks comes along. It never deletes a file.

use super::text::{Line, Lines, Read1};
use super::{FILE, Person, PersonError, Undone, backup, journal, schema, seal};
use crate::library::aside;
use crate::library::sqlite::{self, Durability};
use rusqlite::Connection;
use rusqlite::types::Value;
use std::io;
use std::path::{Path, PathBuf};

/// Held while a database is made again, so that two programs do not do it at once.
const LOCK: &str = "standin.lock";

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Where the damaged file is now; `None`: it was gone.
    pub aside: Option<PathBuf>,
    /// What it was made from.
    pub from: PathBuf,
    /// Lines of that file that were damaged themselves: what they said is lost.
    pub damaged: u64,
}

/// Makes `standin.db` of this data folder again, where it is damaged or gone; `None`: it is whole. An error of kind `NotFound` in
/// [`PersonError::Copy`]: there is nothing that it could be made from, and it is left as it is.
pub fn recover(data: &Path) -> Result<Option<Recovered>, PersonError> {
    let path = data.join(FILE);
    let failed = |source| PersonError::Copy {
        path: path.clone(),
        source,
    };
    let _lock = lock(data).map_err(failed)?;
    if !is_damaged(data) {
        return Ok(None);
    }
    let from = best_source(data).ok_or_else(|| failed(io::ErrorKind::NotFound.into()))?;
    let new = path.with_extension("db.new");
    let _ = std::fs::remove_file(&new);
    let damaged = make(&new, &from, &path)?;
    let aside = match path.exists() {
        true => Some(aside::move_database_away(&path).map_err(failed)?),
        false => {
            aside::move_log_away(&path).map_err(failed)?;
            None
        }
    };
    std::fs::rename(&new, &path).map_err(failed)?;
    let folder = std::fs::File::open(data);
    folder.and_then(|data| data.sync_all()).map_err(failed)?;
    Ok(Some(Recovered {
        aside,
        from,
        damaged,
    }))
}

/// Whether it is damaged for those who read, or for those who write: a flipped bit in the schema may be met by these alone.
fn is_damaged(data: &Path) -> bool {
    if Person::look(data)
        .and_then(|person| person.check())
        .is_err()
    {
        return true;
    }
    let is_there = data.join(FILE).exists();
    let opened = is_there.then(|| Person::open(data).and_then(|person| person.check()));
    opened.is_some_and(|opened| opened.is_err_and(|error| error.is_damage()))
}

fn lock(data: &Path) -> io::Result<std::fs::File> {
    let file = std::fs::File::create(data.join(LOCK))?;
    file.lock()?;
    Ok(file)
}

/// The second copy where it has no damage, else what has least of it: the newest first. Where the copy was just being
/// written anew, the one before it may be all there is.
fn best_source(data: &Path) -> Option<PathBuf> {
    let copy = data.join(journal::COPY);
    let copies = [journal::before(&copy), copy];
    let looked_at = copies
        .iter()
        .rev()
        .filter_map(|copy| backup::look_at(copy).ok());
    let backups = backup::all_in(&data.join(backup::FOLDER)).unwrap_or_default();
    let candidates = looked_at.chain(backups);
    let best = candidates.min_by_key(|candidate| candidate.contents.damaged);
    best.map(|best| best.path)
}

/// The number of damaged lines.
fn make(new: &Path, from: &Path, old: &Path) -> Result<u64, PersonError> {
    let connection = sqlite::open_writer(new, schema::MIGRATIONS, Durability::Power)?;
    let mut person = Person::with(connection, new.to_owned());
    let copy = person.copy.clone();
    let damaged = person.edit(|edit| {
        for tally in seal::Tally::ALL {
            seal::set(edit.connection, tally, 0)?;
        }
        let damaged = replay(edit.connection, from)?;
        if damaged == 0 && from == copy {
            journal::adopt(edit.connection, &copy)?;
        } else {
            edit.renew_copy();
        }
        Ok(damaged)
    })?;
    if old.exists() {
        person.salvage(old);
    }
    Ok(damaged)
}

/// Does all that a file tells, and counts the lines that are not as they were written.
pub(super) fn replay(connection: &Connection, path: &Path) -> Result<u64, Undone> {
    let failed = |source| Undone::copy(path, source);
    let (mut lines, head) = Lines::open_anyway(path).map_err(failed)?;
    let mut damaged = u64::from(head.is_none());
    loop {
        match lines.next::<Line>().map_err(failed)? {
            Read1::Whole(line) => journal::apply(connection, &line)?,
            Read1::Damaged => damaged += 1,
            Read1::Torn | Read1::End => return Ok(damaged),
        }
    }
}

impl Person {
    /// Takes over what the damaged file tells of loudness, checks and when songs were added, as far as it can be read.
    fn salvage(&mut self, old: &Path) {
        let attach = "ATTACH ?1 AS old";
        let attached = self.connection.execute(attach, [old.to_string_lossy()]);
        if attached.is_err() {
            return;
        }
        for table in ["loudness", "checked", "added"] {
            // Where it cannot be read on, what was read until then stays.
            let _ = self.take_over(table);
        }
        let _ = self.connection.execute_batch("DETACH old");
    }

    fn take_over(&self, table: &str) -> rusqlite::Result<()> {
        self.connection.execute_batch("BEGIN")?;
        let taken = self.take_rows(table);
        self.connection.execute_batch("COMMIT")?;
        taken
    }

    fn take_rows(&self, table: &str) -> rusqlite::Result<()> {
        let read = format!("SELECT * FROM old.{table}");
        let mut read = self.connection.prepare(&read)?;
        let columns = read.column_count();
        let places = vec!["?"; columns].join(", ");
        let write = format!("INSERT OR IGNORE INTO main.{table} VALUES ({places})");
        let mut write = self.connection.prepare(&write)?;
        let mut rows = read.query([])?;
        while let Some(row) = rows.next()? {
            let values = (0..columns).map(|at| row.get::<_, Value>(at));
            let values = values.collect::<rusqlite::Result<Vec<_>>>()?;
            write.execute(rusqlite::params_from_iter(values))?;
        }
        Ok(())
    }
}
