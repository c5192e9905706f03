//! Moving in: what other players keep of a person's songs, found, read, and taken over. Each player has a file here, which
//! reads what it keeps in SQLite and folders; its formats of text are read in `wanted::adopt`. Nothing of theirs is changed.
//!
//! | file | what it does |
//! |---|---|
//! | `find` | the usual places of each player |
//! | `recognise` | what a file or a folder is, by what stands in it |
//! | `foreign` | SQLite files of others, left as they are |
//! | `lists` | folders of playlists |
//! | `take` | songs found here, and all of it taken in as one edit |
//! | the others | a player each |

mod beets;
mod cmus;
mod find;
mod foreign;
mod itunes;
mod lists;
mod mpd;
mod navidrome;
mod quodlibet;
mod recognise;
mod rhythmbox;
mod strawberry;
mod take;

pub use find::Homes;
pub use recognise::recognise;
pub use take::{Adopted, AdoptedFrom};

use super::sqlite::{OpenError, sentence};
use crate::music::Printable;
use crate::wanted::adopt::{Adoptable, MAX_FILE_BYTES, PickleError};
use std::io::Read;
use std::path::{Path, PathBuf};

/// A player whose library can be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Player {
    /// MPD: stickers, playlists, the queue.
    Mpd,
    /// beets: fields of items, when they were added.
    Beets,
    /// Rhythmbox.
    Rhythmbox,
    /// Strawberry.
    Strawberry,
    /// Clementine, which Strawberry began as.
    Clementine,
    /// Quod Libet.
    QuodLibet,
    /// cmus: playlists and play counts.
    Cmus,
    /// Navidrome: its database, or a backup of it.
    Navidrome,
    /// iTunes and Music: `Library.xml`.
    Itunes,
}

impl Player {
    /// All of them, in the order in which they are looked for.
    pub const ALL: [Self; 9] = [
        Self::Mpd,
        Self::Beets,
        Self::Rhythmbox,
        Self::Strawberry,
        Self::Clementine,
        Self::QuodLibet,
        Self::Cmus,
        Self::Navidrome,
        Self::Itunes,
    ];

    /// Its name as one types it, and as its lists are marked.
    pub fn word(self) -> &'static str {
        match self {
            Self::Mpd => "mpd",
            Self::Beets => "beets",
            Self::Rhythmbox => "rhythmbox",
            Self::Strawberry => "strawberry",
            Self::Clementine => "clementine",
            Self::QuodLibet => "quodlibet",
            Self::Cmus => "cmus",
            Self::Navidrome => "navidrome",
            Self::Itunes => "itunes",
        }
    }

    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Itunes => "iTunes",
            _ => crate::wanted::service_words(self.word()),
        }
    }

    /// The player of this word, in capitals or not.
    pub fn of_word(word: &str) -> Option<Self> {
        let is_it = |player: &Self| player.word().eq_ignore_ascii_case(word);
        Self::ALL.into_iter().find(is_it)
    }
}

/// A library of a player.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Found {
    /// Whose.
    pub player: Player,
    /// The file that tells it, or the folder.
    pub path: PathBuf,
}

impl Found {
    /// Reads all that is taken of it.
    pub fn read(&self, homes: &Homes) -> Result<Adoptable, AdoptError> {
        let path = &self.path;
        match self.player {
            Player::Mpd => mpd::read(path, homes),
            Player::Beets => beets::read(path),
            Player::Rhythmbox => rhythmbox::read(path),
            Player::Strawberry => strawberry::read(path, &strawberry::STRAWBERRY),
            Player::Clementine => strawberry::read(path, &strawberry::CLEMENTINE),
            Player::QuodLibet => quodlibet::read(path),
            Player::Cmus => cmus::read(path),
            Player::Navidrome => navidrome::read(path),
            Player::Itunes => itunes::read(path),
        }
    }
}

/// Why a player's library cannot be taken over.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// Its database cannot be opened.
    #[error(transparent)]
    Open(OpenError),
    /// Its database cannot be read.
    #[error("{}", sentence(path, source))]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// A file of it cannot be read.
    #[error("cannot read {}: {source}", Printable::path(path))]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// It changed while it was read.
    #[error(
        "{} is being written now: end the player that uses it, and try again",
        Printable::path(path)
    )]
    IsWritten {
        /// The file.
        path: PathBuf,
    },
    /// It is larger than any that is read.
    #[error("{} is larger than any library that is read", Printable::path(path))]
    TooBig {
        /// The file.
        path: PathBuf,
    },
    /// It is no pickle that Quod Libet would write.
    #[error("cannot read {}: {source}", Printable::path(path))]
    Pickle {
        /// The file.
        path: PathBuf,
        /// Why.
        source: PickleError,
    },
}

/// A regular file, whole: a pipe or a device would keep whoever reads it waiting.
fn whole(path: &Path) -> Result<Vec<u8>, AdoptError> {
    let failed = |source| AdoptError::File {
        path: path.to_owned(),
        source,
    };
    let is_file = std::fs::metadata(path).map_err(failed)?.is_file();
    if !is_file {
        let why = "it is no regular file";
        return Err(failed(std::io::Error::new(
            std::io::ErrorKind::InvalidInput,
            why,
        )));
    }
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    let most = MAX_FILE_BYTES as u64 + 1;
    file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    match bytes.len() > MAX_FILE_BYTES {
        true => Err(AdoptError::TooBig {
            path: path.to_owned(),
        }),
        false => Ok(bytes),
    }
}

/// The folder of a library that may be told by a file in it.
fn folder_of(path: &Path) -> &Path {
    match path.is_dir() {
        true => path,
        false => path.parent().unwrap_or(Path::new("/")),
    }
}
