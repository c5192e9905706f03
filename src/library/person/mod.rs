//! `standin.db`: what the person made, roots and playlists; and what took hours to find out, loudness and checks.
//!
//! Everything in it hangs on audio keys and names ([`Wanted`](crate::music::Wanted)), never on a row of the index,
//! so it outlives the index. Each edit is one transaction, and what was acknowledged survives a power cut. It never
//! opens a music file.

mod loudness;
mod names;
mod playlists;
mod roots;
mod rows;
mod schema;

pub use loudness::CheckedFile;
pub use names::MAX_NAME_BYTES;
pub use playlists::{PlaylistHead, StoredPlaylist};
pub use roots::{RootState, place_of, state_of};

use super::sqlite::{self, Durability, OpenError};
use crate::music::Printable;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// The file's name in the data folder.
pub const FILE: &str = "standin.db";

/// What the person made, open.
pub struct Person {
    connection: Connection,
    path: PathBuf,
}

/// Why a question or an edit failed.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    /// The file could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// SQLite failed.
    #[error("{}", sqlite::sentence(path, source))]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// No playlist has that name.
    #[error("there is no playlist “{}”{}", Printable::new(name), meant(nearest))]
    NoSuchPlaylist {
        /// The name that was asked for.
        name: String,
        /// The playlist that may be meant.
        nearest: Option<String>,
    },
    /// A playlist has that name already.
    #[error("there is a playlist “{}” already", Printable::new(name))]
    AlreadyThere {
        /// The name.
        name: String,
    },
    /// No playlist may have that name.
    #[error("a playlist cannot be called “{}”: {why}", Printable::new(name))]
    BadName {
        /// The name.
        name: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The playlist has no such row.
    #[error(
        "there is no row {position} in “{}”, which has {rows}",
        Printable::new(name)
    )]
    NoSuchRow {
        /// The playlist.
        name: String,
        /// The position that was asked for, from 1.
        position: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// The playlist would have more rows than [`MAX_ROWS`](crate::wanted::MAX_ROWS).
    #[error(
        "“{}” would have {rows} rows, and a playlist has at most {}",
        Printable::new(name),
        crate::wanted::MAX_ROWS
    )]
    TooManyRows {
        /// The playlist.
        name: String,
        /// How many it would have.
        rows: usize,
    },
    /// No root has that name.
    #[error("there is no root “{}”{}", Printable::new(name), meant(nearest))]
    NoSuchRoot {
        /// The name that was asked for.
        name: String,
        /// The root that may be meant.
        nearest: Option<String>,
    },
    /// A folder that is to become a root cannot be read, or is none.
    #[error("cannot use the folder {}: {}", Printable::path(path), source.kind())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

fn meant(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or(String::new(), |name| {
        format!("; did you mean “{}”?", Printable::new(name))
    })
}

impl Person {
    /// Opens `standin.db` in the data folder for reading and writing, and makes both where they are not there.
    pub fn open(data: &Path) -> Result<Self, PersonError> {
        let path = data.join(FILE);
        let connection = sqlite::open_writer(&path, schema::MIGRATIONS, Durability::Power)?;
        Ok(Self { connection, path })
    }

    /// Opens it for reading: every edit fails. Where there is no file yet all answers are empty, and none is made.
    pub fn look(data: &Path) -> Result<Self, PersonError> {
        let path = data.join(FILE);
        if let Some(connection) = sqlite::open_reader(&path, schema::MIGRATIONS)? {
            return Ok(Self { connection, path });
        }
        let person = if path.exists() {
            // Made by an older standin: what is in it must not seem lost, so it is brought up to date.
            Self::open(data)?
        } else {
            Self::nothing(&path)?
        };
        let closed = person.connection.pragma_update(None, "query_only", true);
        closed.map_err(|source| person.failed(source))?;
        Ok(person)
    }

    fn nothing(path: &Path) -> Result<Self, PersonError> {
        let open = || {
            let connection = Connection::open_in_memory()?;
            connection.execute_batch(&schema::MIGRATIONS.join("\n"))?;
            Ok(connection)
        };
        let path = path.to_owned();
        match open() {
            Ok(connection) => Ok(Self { connection, path }),
            Err(source) => Err(PersonError::Sqlite { path, source }),
        }
    }

    fn failed(&self, source: rusqlite::Error) -> PersonError {
        PersonError::Sqlite {
            path: self.path.clone(),
            source,
        }
    }

    /// Asks in one read transaction, so that several questions see one state.
    fn ask<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Undone>,
    ) -> Result<T, PersonError> {
        let asked = (|| {
            let transaction =
                Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)?;
            question(&transaction)
        })();
        asked.map_err(|undone| undone.told(&self.path))
    }

    /// Edits in one transaction: all of it, or nothing.
    fn edit<T>(
        &mut self,
        edit: impl FnOnce(&Connection) -> Result<T, Undone>,
    ) -> Result<T, PersonError> {
        let edited = (|| {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let answer = edit(&transaction)?;
            transaction.commit()?;
            Ok(answer)
        })();
        edited.map_err(|undone: Undone| undone.told(&self.path))
    }
}

/// Why a transaction came to nothing.
enum Undone {
    Sqlite(rusqlite::Error),
    Told(PersonError),
}

impl Undone {
    fn told(self, path: &Path) -> PersonError {
        match self {
            Self::Sqlite(source) => PersonError::Sqlite {
                path: path.to_owned(),
                source,
            },
            Self::Told(error) => error,
        }
    }
}

impl From<rusqlite::Error> for Undone {
    fn from(source: rusqlite::Error) -> Self {
        Self::Sqlite(source)
    }
}

impl From<PersonError> for Undone {
    fn from(error: PersonError) -> Self {
        Self::Told(error)
    }
}

/// Now, in ms since 1970; 0 on a machine whose clock stands before.
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

#[cfg(test)]
mod tests;
