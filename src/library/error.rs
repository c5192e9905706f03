//! What the library's database work can end with. A file's own trouble is no error but a listed skip.

use super::bytes::OpenFailure;
use super::person::PersonError;
use super::scan::Skip;
use super::sqlite::{OpenError, Trouble, sentence, trouble};
use crate::music::Printable;
use std::path::{Path, PathBuf};

/// Why the library could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    /// A database cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A database cannot be read or written.
    #[error("{}", sentence(path, source))]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The index is not as it was written.
    #[error("{} is damaged", Printable::path(path))]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// The damaged index cannot be set aside.
    #[error("{} is damaged, and it cannot be moved away: {}", Printable::path(path), source.kind())]
    SetAside {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The lock that lets scans take turns cannot be had.
    #[error("cannot open {}: {}", Printable::path(path), source.kind())]
    Lock {
        /// The lock file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The process that reads foreign files cannot be had.
    #[error(transparent)]
    Worker(#[from] super::worker::WorkerError),
    /// No thread could be started.
    #[error("cannot start a thread: {0}")]
    Thread(std::io::Error),
    /// What the person made cannot be read or changed as asked.
    #[error(transparent)]
    Person(#[from] PersonError),
    /// A question cannot be understood.
    #[error(transparent)]
    Asked(#[from] super::query::AskedError),
    /// What a smart playlist keeps cannot be asked.
    #[error(
        "the query of “{}” cannot be understood: {reason}",
        Printable::new(name)
    )]
    BadQuery {
        /// The playlist.
        name: String,
        /// Why.
        reason: String,
    },
    /// No root was named, and none is known.
    #[error("no music folder is named and none is known")]
    NoRoots,
    /// A file or folder that was named cannot be read.
    #[error("cannot read {}: {source}", Printable::path(path))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A song's file cannot be opened.
    #[error("cannot read {}: {failure}", Printable::path(path))]
    NotOpened {
        /// The file.
        path: PathBuf,
        /// Why.
        failure: OpenFailure,
    },
    /// A file that was named is no music.
    #[error("cannot play {}: {}", Printable::path(&_0.path), _0.reason)]
    Unreadable(Skip),
    /// A file that was named is no playlist.
    #[error("{} is no playlist: {reason}", Printable::path(path))]
    NotAPlaylist {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: crate::wanted::Refused,
    },
    /// A scan was asked for a root that is not among those given.
    #[error("there is no root named {0}")]
    NoSuchRoot(String),
}

impl LibraryError {
    /// What it comes to, where a database failed: the index, or the person's own file.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::Damaged { .. } => Trouble::Damaged,
            Self::Sqlite { source, .. }
            | Self::Open(OpenError::Sqlite { source, .. })
            | Self::Person(PersonError::Sqlite { source, .. })
            | Self::Person(PersonError::Open(OpenError::Sqlite { source, .. })) => trouble(source),
            Self::Lock { .. }
            | Self::Open(OpenError::Folder { .. })
            | Self::Person(PersonError::Open(OpenError::Folder { .. })) => Trouble::Closed,
            _ => Trouble::Other,
        }
    }

    /// Adds the file to what SQLite said of it.
    pub fn sqlite(path: &Path) -> impl Fn(rusqlite::Error) -> Self + use<'_> {
        move |source| Self::Sqlite {
            path: path.to_owned(),
            source,
        }
    }
}
