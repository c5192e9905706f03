//! What was seen. Plain data.

use crate::engine::OpenedOutput;
use crate::library::person::{Agreement, BackupDates};
use crate::library::watch::How;
use crate::music::{Codec, Playing};
use std::path::PathBuf;

/// Everything that was seen.
#[derive(Clone, Debug)]
pub(super) struct Facts {
    pub now_ms: i64,
    pub roots: Vec<RootFacts>,
    /// A watch runs.
    pub is_watched: bool,
    pub index: Database,
    pub own: Database,
    pub copy: Option<Agreement>,
    /// Beside the names of the music folders, which a scan makes again.
    pub has_made_something: bool,
    pub backups: BackupDates,
    /// Of those that were put back in memory.
    pub damaged_backups: Vec<String>,
    /// Databases and copies that were set aside.
    pub set_aside: Vec<PathBuf>,
    /// Or why none opens.
    pub output: Result<OpenedOutput, String>,
    pub ffmpeg_is_here: bool,
    pub limits: Limits,
    pub disks: Vec<Disk>,
    pub music: MusicFacts,
}

/// A music folder.
#[derive(Clone, Debug)]
pub(super) struct RootFacts {
    pub name: String,
    pub dir: PathBuf,
    pub is_here: bool,
    pub is_scanned: bool,
    pub songs: u64,
    pub folders: u64,
    /// Files of the index that were looked for, and those of them that are not there.
    pub looked_for: u64,
    pub not_there: u64,
    /// The type of its file system, where that tells of no changes.
    pub silent_type: Option<String>,
    /// What the watch that runs does with it; `None`: nothing, or none runs.
    pub watched: Option<How>,
}

/// A database file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Database {
    /// There is none yet.
    None,
    /// It opens; `read`: all of it was read and is whole.
    Opens { read: bool },
    /// It is damaged, as a sentence tells.
    Damaged(String),
    /// It cannot be used for another reason.
    Unusable(String),
}

/// What the system allows; `None`: it does not tell.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Folders that all programs of this user may watch.
    pub watches: Option<u64>,
    /// Files that this program may have open.
    pub open_files: Option<u64>,
}

/// A folder that standin writes into.
#[derive(Clone, Debug)]
pub(super) struct Disk {
    pub folder: PathBuf,
    pub free_bytes: u64,
    pub is_writable: bool,
}

/// The files of the index.
#[derive(Clone, Debug, Default)]
pub(super) struct MusicFacts {
    pub by_playing: Vec<(Codec, Playing, u64)>,
    /// Files that ended their reader.
    pub ended_reader: Vec<PathBuf>,
    /// Files that are not in the index, by reason.
    pub skipped: Vec<(String, u64)>,
    pub files: u64,
    pub unverified: u64,
    pub damaged: u64,
}
