//! Another program's SQLite file, read and left as it is: not a byte, not a time of it changes, nor of what lies beside it.
//!
//! A file that nothing lies beside is opened as one that never changes, so no lock and no `-shm` is made. Where a `-wal` or a
//! `-journal` lies beside it, what was written last stands there, so all of them are copied into a folder of ours and read
//! from there. What changes while it is read or copied is refused: it may be half old and half new.
//!
//! What it names a table must be one: a view could ask for more than all of the file.

use super::AdoptError;
use crate::library::sqlite;
use crate::wanted::MAX_LINE;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use std::collections::HashSet;
use std::io::Read;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What may lie beside a file of SQLite, with what was written last.
const BESIDE: [&str; 2] = ["-wal", "-journal"];
/// The largest file that is copied, in bytes.
const MAX_COPY_BYTES: u64 = 4 << 30;

/// The file, open.
pub struct Foreign {
    connection: Connection,
    path: PathBuf,
    before: Vec<Option<Stamp>>,
    /// Where its copy is, as long as it is read.
    _copy: Option<Folder>,
}

type Stamp = (u64, SystemTime);

impl Foreign {
    /// Opens it for reading.
    pub fn open(path: &Path) -> Result<Self, AdoptError> {
        let before = stamps(path);
        let has_more = before[1..].iter().flatten().any(|(length, _)| *length > 0);
        let copy = match has_more {
            true => Some(copied(path)?),
            false => None,
        };
        let opened = match &copy {
            // Of the copy the log may be folded in.
            Some(copy) => {
                Connection::open(copy.path().join(COPY)).map_err(|error| failed(path, error))
            }
            None => sqlite::open_unchanging(path).map_err(AdoptError::Open),
        };
        let connection = opened?;
        let guarded =
            connection.execute_batch("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;");
        guarded.map_err(|error| failed(path, error))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            before,
            _copy: copy,
        })
    }

    /// Ends the reading; an error, where the file was changed under it.
    pub fn end(self) -> Result<(), AdoptError> {
        match stamps(&self.path) == self.before {
            true => Ok(()),
            false => Err(AdoptError::IsWritten { path: self.path }),
        }
    }

    /// The columns of a table; none, where it has no such table.
    pub fn columns(&self, table: &str) -> Result<HashSet<String>, AdoptError> {
        let sql = "SELECT name FROM pragma_table_info(?1)
            WHERE EXISTS(SELECT 1 FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND lower(name) = lower(?1))";
        let mut columns = HashSet::new();
        self.each(sql, [table], |row| {
            columns.insert(text(row, 0).to_lowercase());
            true
        })?;
        Ok(columns)
    }

    /// Whether it has a table with all these columns.
    pub fn has(&self, table: &str, columns: &[&str]) -> Result<bool, AdoptError> {
        let there = self.columns(table)?;
        Ok(columns.iter().all(|column| there.contains(*column)))
    }

    /// Each row of an answer, until `take` has enough.
    pub fn each(
        &self,
        sql: &str,
        with: impl rusqlite::Params,
        mut take: impl FnMut(&Row) -> bool,
    ) -> Result<(), AdoptError> {
        let read = || {
            let mut statement = self.connection.prepare(sql)?;
            let mut rows = statement.query(with)?;
            while let Some(row) = rows.next()? {
                if !take(row) {
                    break;
                }
            }
            Ok(())
        };
        read().map_err(|error| failed(&self.path, error))
    }
}

fn failed(path: &Path, source: rusqlite::Error) -> AdoptError {
    AdoptError::Sqlite {
        path: path.to_owned(),
        source,
    }
}

/// The file's name as a copy.
const COPY: &str = "copy.db";

/// A folder for a copy, which nobody else may look into; it goes with its value.
struct Folder(PathBuf);

impl Folder {
    fn new() -> std::io::Result<Self> {
        let name = format!("standin-adopt-{:016x}", fastrand::u64(..));
        let folder = std::env::temp_dir().join(name);
        std::fs::DirBuilder::new().mode(0o700).create(&folder)?;
        Ok(Self(folder))
    }

    fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What cannot be removed is the system's to tidy.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn copied(path: &Path) -> Result<Folder, AdoptError> {
    let failed = |source| AdoptError::File {
        path: path.to_owned(),
        source,
    };
    let folder = Folder::new().map_err(failed)?;
    let mut left = MAX_COPY_BYTES;
    for (from, name) in with_what_lies_beside(path) {
        let to = folder.path().join(format!("{COPY}{name}"));
        match std::fs::File::open(&from) {
            Ok(file) => {
                let mut to = std::fs::File::create_new(to).map_err(failed)?;
                let copied = std::io::copy(&mut file.take(left + 1), &mut to).map_err(failed)?;
                left = left.checked_sub(copied).ok_or_else(|| AdoptError::TooBig {
                    path: path.to_owned(),
                })?;
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !name.is_empty() => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(folder)
}

fn with_what_lies_beside(path: &Path) -> impl Iterator<Item = (PathBuf, &'static str)> {
    std::iter::once("").chain(BESIDE).map(move |end| {
        let mut name = path.as_os_str().to_owned();
        name.push(end);
        (PathBuf::from(name), end)
    })
}

/// Length and time of the file and of what may lie beside it.
fn stamps(path: &Path) -> Vec<Option<Stamp>> {
    let stamp = |(path, _): (PathBuf, &str)| {
        let file = std::fs::metadata(path).ok()?;
        Some((file.len(), file.modified().ok()?))
    };
    with_what_lies_beside(path).map(stamp).collect()
}

/// The value of a column as text, whatever kind it is of; too long a one is empty.
pub fn text(row: &Row, at: usize) -> String {
    match row.get_ref(at) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) if bytes.len() <= MAX_LINE => {
            String::from_utf8_lossy(bytes).trim().to_owned()
        }
        Ok(ValueRef::Integer(number)) => number.to_string(),
        Ok(ValueRef::Real(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The same as bytes, for paths.
pub fn bytes(row: &Row, at: usize) -> Vec<u8> {
    match row.get_ref(at) {
        Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) if bytes.len() <= MAX_LINE => {
            bytes.to_vec()
        }
        _ => Vec::new(),
    }
}

/// The value of a column as a number; 0 for what is none.
pub fn number(row: &Row, at: usize) -> f64 {
    match row.get_ref(at) {
        Ok(ValueRef::Integer(number)) => number as f64,
        Ok(ValueRef::Real(number)) => number,
        Ok(ValueRef::Text(text)) => {
            let text = std::str::from_utf8(text).unwrap_or_default();
            text.trim().parse().unwrap_or(0.0)
        }
        _ => 0.0,
    }
}

/// The same as a number of something that is counted from 1; nothing for 0 and below.
pub fn ordinal(row: &Row, at: usize) -> Option<u32> {
    let number = number(row, at);
    (1.0..1e6).contains(&number).then_some(number as u32)
}
