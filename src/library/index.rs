//! `library.db`: what is known of the files below the roots. All of it can be made again by a scan; nothing that a person
//! made is in it. Whoever wants to know reads through a [`Reader`]; only the scan writes.
//!
//! A file has a row as soon as it was seen: with songs, or with the reason why it has none. A file that is no longer there
//! is *gone*: its row and its songs stay, so that it is known again wherever it comes back, and nothing lists it.
//! What is no file that could hold a song, a link to a folder say, is noted in `passed` with the reason.
//! The full text holds exactly the songs that are here, under their own ids. Lists in one column are joined by U+001F.

use super::LibraryError;
use super::mounts::Disk;
use super::person::Uncounted;
use super::row::HERE_SONGS;
use super::schema::MIGRATIONS;
use super::sqlite::{Durability, open_reader, open_writer};
use crate::music::Root;
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// `file.state`: it was there when its folder was last looked at.
pub(super) const HERE: i64 = 0;
/// `file.state`: it was not.
pub(super) const GONE: i64 = 1;

/// `sheet.mtime_ns`: it is new or has changed, and the files that it is about have not been cut by it yet.
pub(super) const CHANGED: i64 = i64::MIN;
/// `sheet.mtime_ns`: a file that it may be about has come or changed.
pub(super) const TOUCHED: i64 = CHANGED + 1;

/// Pages that a writer keeps in memory, in KiB: the inner pages of every index at 1,000,000 songs.
const CACHE_KIB: u32 = 24 << 10;
/// WAL pages before they are copied into the file: each copying waits for the disk twice.
const CHECKPOINT_PAGES: u32 = 8_000;

/// Prepared statements that a connection keeps: more than there are.
const STATEMENTS: usize = 64;

/// Where the index lies. Nothing is opened before it is asked for.
#[derive(Clone, Debug)]
pub struct Index {
    path: PathBuf,
}

impl Index {
    /// The index in this file, which need not be there yet.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens for reading. Songs of roots that are not among `roots` are not seen; where no index is yet, nothing is.
    pub fn reader(&self, roots: &[Arc<Root>]) -> Result<Reader, LibraryError> {
        let failed = LibraryError::sqlite(&self.path);
        let connection = open_reader(&self.path, MIGRATIONS)?;
        let mut by_id = HashMap::new();
        if let Some(connection) = &connection {
            keep_plans(connection).map_err(&failed)?;
            by_id = known_roots(connection, roots).map_err(failed)?;
        }
        Ok(Reader {
            connection,
            path: self.path.clone(),
            roots: roots.to_vec(),
            by_id,
            data: None,
            uncounted: None,
        })
    }

    /// Forgets a root and every file of it: for a root that a person removed, never for one that is away.
    pub fn forget_root(&self, name: &str) -> Result<(), LibraryError> {
        let failed = LibraryError::sqlite(&self.path);
        let mut connection = self.writer()?;
        let forget = |connection: &mut Connection| {
            let transaction = connection.transaction()?;
            let below = "root_id = (SELECT id FROM root WHERE name = ?1)";
            for statement in [
                format!(
                    "DELETE FROM song_text WHERE rowid IN (SELECT song.id FROM song JOIN file ON file.id = file_id WHERE state = {HERE} AND {below})"
                ),
                format!("DELETE FROM file WHERE {below}"),
                format!("DELETE FROM sheet WHERE {below}"),
                "DELETE FROM root WHERE name = ?1".to_owned(),
            ] {
                transaction.execute(&statement, [name])?;
            }
            transaction.commit()
        };
        forget(&mut connection).map_err(failed)
    }

    /// Opens for writing what will be taken back. Where there is no index, or one that would begin empty, it is one that
    /// nobody else sees.
    pub(super) fn rehearsal(&self) -> Result<Connection, LibraryError> {
        match open_reader(&self.path, MIGRATIONS)? {
            Some(_) => self.writer(),
            None => Self::at("").writer(),
        }
    }

    /// Opens for writing, and makes the file where there is none; under no name, one that is gone with the connection.
    pub(super) fn writer(&self) -> Result<Connection, LibraryError> {
        let connection = open_writer(&self.path, MIGRATIONS, Durability::Process)?;
        let failed = LibraryError::sqlite(&self.path);
        keep_plans(&connection).map_err(&failed)?;
        connection
            .execute_batch(&format!(
                "PRAGMA cache_size=-{CACHE_KIB}; PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES};"
            ))
            .map_err(&failed)?;
        Ok(connection)
    }
}

/// Keeps prepared statements, and their plans whatever is bound: else each one is compiled anew for every value, since
/// a value might decide whether a partial index serves.
fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

pub(super) fn known_roots(
    connection: &Connection,
    roots: &[Arc<Root>],
) -> rusqlite::Result<HashMap<i64, Arc<Root>>> {
    let mut statement = connection.prepare("SELECT id, name FROM root")?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
    })?;
    let mut by_id = HashMap::new();
    for row in rows {
        let (id, name) = row?;
        if let Some(root) = roots.iter().find(|root| root.name == name) {
            by_id.insert(id, root.clone());
        }
    }
    Ok(by_id)
}

/// Reads the index; what it can answer stands in `query`, `lookup`, `browse` and `stats`.
pub struct Reader {
    pub(super) connection: Option<Connection>,
    pub(super) path: PathBuf,
    pub(super) roots: Vec<Arc<Root>>,
    pub(super) by_id: HashMap<i64, Arc<Root>>,
    /// Where what is kept of songs lies; `None`: nothing is.
    pub(super) data: Option<PathBuf>,
    /// What waits to be counted beside it.
    pub(super) uncounted: Option<Uncounted>,
}

impl Reader {
    /// The same, which also knows what the person made that has its file in this folder. It is read when it is asked for.
    pub(super) fn with_data(self, data: &Path, uncounted: Option<Uncounted>) -> Self {
        Self {
            data: Some(data.to_owned()),
            uncounted,
            ..self
        }
    }

    /// The roots that this reader sees.
    pub fn roots(&self) -> &[Arc<Root>] {
        &self.roots
    }

    /// How many songs are here.
    pub fn song_count(&self) -> Result<u64, LibraryError> {
        // Those that are gone are few and have an index: nobody looks at the file of every other song.
        let sql = "SELECT (SELECT count(*) FROM song) - (SELECT count(*) FROM file INDEXED BY file_not_here
             CROSS JOIN song ON file_id = file.id WHERE state <> 0)";
        self.ask(|connection| connection.query_row(sql, [], |row| row.get(0)))
    }

    /// Which file system a root was on at the last scan.
    pub(super) fn disk_of(&self, name: &str) -> Result<Option<Disk>, LibraryError> {
        let Some(root) = self.root_id(name) else {
            return Ok(None);
        };
        self.ask(|connection| noted_disk(connection, root))
    }

    /// How many songs of a root are here.
    pub fn songs_in_root(&self, name: &str) -> Result<u64, LibraryError> {
        let Some(root) = self.root_id(name) else {
            return Ok(0);
        };
        let sql = format!("SELECT count(*) FROM {HERE_SONGS} WHERE root_id = ?1");
        self.ask(|connection| connection.query_row(&sql, [root], |row| row.get(0)))
    }

    /// Whether a song of a root is here.
    pub fn has_songs_in_root(&self, name: &str) -> Result<bool, LibraryError> {
        let Some(root) = self.root_id(name) else {
            return Ok(false);
        };
        let sql = format!("SELECT EXISTS(SELECT 1 FROM {HERE_SONGS} WHERE root_id = ?1)");
        self.ask(|connection| connection.query_row(&sql, [root], |row| row.get(0)))
    }

    /// Asks the database; where there is none, the answer is the empty one.
    pub(super) fn ask<T: Default>(
        &self,
        question: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, LibraryError> {
        match &self.connection {
            Some(connection) => question(connection).map_err(LibraryError::sqlite(&self.path)),
            None => Ok(T::default()),
        }
    }

    /// The row of a root by its name.
    pub(super) fn root_id(&self, name: &str) -> Option<i64> {
        let found = self.by_id.iter().find(|(_, root)| root.name == name);
        found.map(|(id, _)| *id)
    }
}

/// Which file system a root, by its row, was on at the last scan.
pub(super) fn noted_disk(connection: &Connection, root: i64) -> rusqlite::Result<Option<Disk>> {
    let sql = "SELECT mounted_at, disk FROM root WHERE id = ?1";
    connection.query_row(sql, [root], |row| {
        let point: Option<Vec<u8>> = row.get(0)?;
        let id: Option<i64> = row.get(1)?;
        Ok(point.map(|point| Disk {
            point: OsString::from_vec(point).into(),
            id: id.map(i64::cast_unsigned),
        }))
    })
}
