//! Why a question or an edit failed, as a sentence without capital and full stop.

use crate::library::sqlite::{self, OpenError, Trouble};
use crate::music::Printable;
use std::path::{Path, PathBuf};

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
    /// A sum does not fit.
    #[error(
        "{} is damaged: {what} is not as it was written",
        Printable::path(path)
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What of it.
        what: String,
    },
    /// There is no database, and a second copy of one.
    #[error("{} is gone, and its second copy is not", Printable::path(path))]
    Gone {
        /// Where the database was.
        path: PathBuf,
    },
    /// The second copy or a backup could not be written or read.
    #[error("cannot use {}: {source}", Printable::path(path))]
    Copy {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A backup has lines that are not as they were written.
    #[error(
        "{} is damaged: {damaged} of its lines cannot be read",
        Printable::path(path)
    )]
    DamagedBackup {
        /// The file.
        path: PathBuf,
        /// How many lines.
        damaged: u64,
    },
    /// There is no backup of that name.
    #[error("there is no backup “{}”", Printable::new(name))]
    NoSuchBackup {
        /// The name.
        name: String,
    },
    /// A playlist that is made of a query has no rows of its own.
    #[error(
        "“{}” is made of a query and has no rows of its own",
        Printable::new(name)
    )]
    IsSmart {
        /// The playlist.
        name: String,
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
    /// No value of a song may be kept so.
    #[error("this cannot be kept of a song: {why}")]
    BadSticker {
        /// What is wrong with it.
        why: &'static str,
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
    #[error("cannot use the folder {}: {}", Printable::path(path), why(source))]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl PersonError {
    /// Whether the file, or what stands beside it, could not be written.
    pub(super) fn is_for_lack_of_writing(&self) -> bool {
        match self {
            Self::Open(error) => error.is_for_lack_of_writing(),
            Self::Sqlite { source, .. } => sqlite::trouble(source).is_for_lack_of_writing(),
            Self::Copy { .. } => true,
            _ => false,
        }
    }

    /// Whether what is in the file is not what was written.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Damaged { .. } | Self::Gone { .. } => true,
            Self::Sqlite { source, .. } | Self::Open(OpenError::Sqlite { source, .. }) => {
                sqlite::trouble(source) == Trouble::Damaged
            }
            _ => false,
        }
    }
}

fn meant(nearest: &Option<String>) -> String {
    nearest.as_ref().map_or(String::new(), |name| {
        format!("; did you mean “{}”?", Printable::new(name))
    })
}

/// Why a transaction came to nothing.
pub(super) enum Undone {
    Sqlite(rusqlite::Error),
    /// What is not as it was written.
    Damaged(String),
    Told(PersonError),
}

impl Undone {
    pub fn damaged(what: &str) -> Self {
        Self::Damaged(what.to_owned())
    }

    pub fn copy(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        Self::Told(PersonError::Copy { path, source })
    }

    pub fn told(self, path: &Path) -> PersonError {
        match self {
            Self::Sqlite(source) => PersonError::Sqlite {
                path: path.to_owned(),
                source,
            },
            Self::Damaged(what) => PersonError::Damaged {
                path: path.to_owned(),
                what,
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

/// Why a folder cannot be used, and what may help where it is not there.
fn why(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            "it is not there; look how it is written, or whether its disk is plugged in".into()
        }
        std::io::ErrorKind::NotADirectory => "it is a file; name the folder that it is in".into(),
        kind => kind.to_string(),
    }
}
