//! Why nothing, or no more, was packed. What is wrong with one file is no error but a line of the report.

use super::ledger;
use crate::library::LibraryError;
use crate::library::person::PersonError;
use crate::music::Printable;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Why the work ended.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The library could not be asked.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// The folder to pack into is not there.
    #[error("there is no folder {}", Printable::path(path))]
    NoFolder {
        /// Which.
        path: PathBuf,
    },
    /// It is a music folder, or holds one.
    #[error(
        "{} is, holds or lies in the music folder “{}”",
        Printable::path(path),
        Printable::new(root)
    )]
    IsMusic {
        /// Which.
        path: PathBuf,
        /// The music folder's name.
        root: String,
    },
    /// Not even what comes beside the music fits.
    #[error("it would take {} MB beside the music, and there are {} MB for all of it", needs.div_ceil(1_000_000), size / 1_000_000)]
    NoRoom {
        /// Bytes that it takes.
        needs: u64,
        /// Bytes that there are.
        size: u64,
    },
    /// Not one song fits.
    #[error("no song fits into {size} bytes")]
    NothingFits {
        /// Bytes that there are.
        size: u64,
    },
    /// Another pack is at work there.
    #[error("another pack is at work there")]
    Busy,
    /// The stick takes no more.
    #[error("{} is full", Printable::path(path))]
    Full {
        /// What could not be written.
        path: PathBuf,
    },
    /// The disk in this place is another one now.
    #[error("the disk at {} is gone", Printable::path(path))]
    Gone {
        /// The folder.
        path: PathBuf,
    },
    /// What is read back is not what was written, time after time.
    #[error("{} does not keep what is written to it", Printable::path(path))]
    KeepsNothing {
        /// The folder.
        path: PathBuf,
    },
    /// The stick cannot be read or written.
    #[error("cannot write {}: {source}", Printable::path(path))]
    Stick {
        /// What.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The music is there, and the player is not.
    #[error("the player cannot be put there: {0}")]
    NoPlayer(String),
    /// The place of the player's home holds what somebody made, and no pack has written it.
    #[error(
        "{} is somebody's home: it was not made by a pack",
        Printable::path(path)
    )]
    AnothersHome {
        /// Which.
        path: PathBuf,
    },
    /// The place of the list of what was written is no file of ours.
    #[error("{} is no file", Printable::path(path))]
    NoFile {
        /// Which.
        path: PathBuf,
    },
}

impl PackError {
    pub(super) fn of_person(error: PersonError) -> Self {
        Self::Library(error.into())
    }

    pub(super) fn of_writing(path: &Path, source: std::io::Error) -> Self {
        let path = path.to_owned();
        match source.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full { path },
            _ => Self::Stick { path, source },
        }
    }

    /// The name of the list of what was written.
    pub fn list_name() -> &'static str {
        ledger::FILE
    }
}
