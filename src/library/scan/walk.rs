//! First step: which files may be songs. It reads names, opens no file and asks for no size.
//!
//! What is walked: files with a known extension, in any case. What is not: hidden files and folders, the folders that
//! systems keep for themselves ([`SYSTEM_FOLDERS`]), folders with a `.nomedia` in them, and folders that are roots
//! themselves, so that a file belongs to the innermost root alone. A link to a file is that file; a link to a folder
//! is a listed skip, so nothing can go round in circles.

use super::report::Skip;
use super::tags::SkipReason;
use crate::music::Root;
use crossbeam_channel::Sender;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use walkdir::{DirEntry, WalkDir};

/// So many files go to the readers at once.
const BATCH: usize = 256;
/// Deeper folders are not walked: no path of the system is that long.
const MAX_DEPTH: usize = 2_048;
/// Folders that hold no music of anybody.
const SYSTEM_FOLDERS: &[&str] = &[
    "@eaDir",
    "$RECYCLE.BIN",
    "System Volume Information",
    "lost+found",
    "#recycle",
];
/// A folder with this file in it is not music.
const NOT_MEDIA: &str = ".nomedia";

/// What may be a song, by extension.
const EXTENSIONS: &[&str] = &[
    "mp3", "flac", "ogg", "oga", "opus", "m4a", "m4b", "mp4", "aac", "wav", "aif", "aiff", "aifc",
    "caf", "mka", "webm", "wv", "ape", "mpc", "wma", "dsf", "dff", "tta", "mp2", "mp1", "mp+",
    "spx", "mod", "xm", "s3m", "it", "mptm",
];
const LONGEST_EXTENSION: usize = 4;

/// A file that may be a song.
pub struct Walked {
    /// Which root of the scan.
    pub root: usize,
    /// Its whole path.
    pub path: PathBuf,
    below: usize,
}

impl Walked {
    /// The path below the root.
    pub fn below(&self) -> &[u8] {
        self.path
            .as_os_str()
            .as_bytes()
            .get(self.below..)
            .unwrap_or_default()
    }
}

/// A stretch of the walk.
#[derive(Default)]
pub struct WalkBatch {
    /// Files to look at.
    pub files: Vec<Walked>,
    /// What the walk itself could not take.
    pub skips: Vec<Skip>,
}

/// A folder to walk, or all of a root.
#[derive(Clone, Debug)]
pub struct Start {
    /// Which root of the scan.
    pub root: usize,
    /// The folder below it; empty: the root itself.
    pub below: Vec<u8>,
}

/// What the walk knows when it is over.
#[derive(Default)]
pub struct WalkEnd {
    /// Files seen, and folders and links that are listed as skips.
    pub seen: u64,
    /// Folders that could not be read: what lies below is not gone.
    pub unreadable: Vec<PathBuf>,
    /// It was told to stop, or nobody listens any more.
    pub stopped: bool,
}

/// Walks one start after the other and sends what it finds.
pub fn walk(
    roots: &[Arc<Root>],
    starts: &[Start],
    to: &Sender<WalkBatch>,
    stop: &AtomicBool,
) -> WalkEnd {
    let mut walk = Walk {
        roots,
        to,
        batch: WalkBatch::default(),
        end: WalkEnd::default(),
    };
    for start in starts {
        walk.start(start, stop);
    }
    walk.send();
    walk.end
}

struct Walk<'a> {
    roots: &'a [Arc<Root>],
    to: &'a Sender<WalkBatch>,
    batch: WalkBatch,
    end: WalkEnd,
}

impl Walk<'_> {
    fn start(&mut self, start: &Start, stop: &AtomicBool) {
        let roots = self.roots;
        let dir = &roots[start.root].dir;
        let folder = dir.join(Path::new(OsStr::from_bytes(&start.below)));
        // A folder that vanished or is not walked holds nothing: its rows are gone, it is not unreadable.
        if !start.below.is_empty() && (has_vanished(&folder) || is_excluded(&folder, dir, roots)) {
            return;
        }
        let below =
            dir.as_os_str().len() + usize::from(!dir.as_os_str().as_bytes().ends_with(b"/"));
        let entries = WalkDir::new(&folder)
            .max_depth(MAX_DEPTH)
            .into_iter()
            .filter_entry(|entry| is_wanted(entry, roots));
        for entry in entries {
            if self.end.stopped || stop.load(Ordering::Relaxed) {
                self.end.stopped = true;
                return;
            }
            match entry {
                Ok(entry) => self.take(entry, start.root, below),
                Err(error) => self.fail(error, &folder),
            }
        }
    }

    fn take(&mut self, entry: DirEntry, root: usize, below: usize) {
        let kind = entry.file_type();
        if kind.is_dir() {
            return;
        }
        if has_known_extension(entry.file_name().as_bytes())
            && !(kind.is_symlink() && leads_to_folder(&entry))
        {
            self.end.seen += 1;
            let path = entry.into_path();
            self.batch.files.push(Walked { root, path, below });
            if self.batch.files.len() >= BATCH {
                self.send();
            }
        } else if kind.is_symlink() && leads_to_folder(&entry) {
            self.skip(entry.into_path(), SkipReason::LinkToFolder);
        }
    }

    fn fail(&mut self, error: walkdir::Error, folder: &Path) {
        let path = error.path().unwrap_or(folder).to_owned();
        // Deleted while we walk: that it is not there is all there is to say.
        let kind = error.io_error().map(|error| error.kind());
        if kind == Some(std::io::ErrorKind::NotFound) {
            return;
        }
        let why = kind.map_or_else(|| error.to_string(), |kind| kind.to_string());
        self.end.unreadable.push(path.clone());
        self.skip(path, SkipReason::Folder(why));
    }

    fn skip(&mut self, path: PathBuf, reason: SkipReason) {
        self.end.seen += 1;
        let reason = reason.to_string();
        self.batch.skips.push(Skip { path, reason });
    }

    fn send(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        if self.to.send(batch).is_err() {
            self.end.stopped = true;
        }
    }
}

pub fn is_wanted(entry: &DirEntry, roots: &[Arc<Root>]) -> bool {
    entry.depth() == 0
        || !is_hidden(entry.file_name())
            && (!entry.file_type().is_dir() || is_wanted_folder(entry.path(), roots))
}

fn is_hidden(name: &OsStr) -> bool {
    name.as_bytes().starts_with(b".")
}

fn is_of_the_system(name: &OsStr) -> bool {
    SYSTEM_FOLDERS
        .iter()
        .any(|folder| folder.as_bytes() == name.as_bytes())
}

fn is_wanted_folder(folder: &Path, roots: &[Arc<Root>]) -> bool {
    !folder.file_name().is_some_and(is_of_the_system)
        && !roots.iter().any(|root| root.dir == folder)
        && !is_there(&folder.join(NOT_MEDIA))
}

/// Whether the walk from a root would never come to this path.
fn is_excluded(path: &Path, root: &Path, roots: &[Arc<Root>]) -> bool {
    let hides = |part: &Path| {
        let kind = std::fs::symlink_metadata(part).map(|it| it.file_type());
        let is_folder = kind.as_ref().is_ok_and(|kind| kind.is_dir());
        part.file_name().is_some_and(is_hidden)
            || is_folder && !is_wanted_folder(part, roots)
            || !is_folder && part != path
            || kind.is_ok_and(|kind| kind.is_symlink()) && part.is_dir()
    };
    path.ancestors().take_while(|part| *part != root).any(hides)
}

fn is_there(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::EXISTS).is_ok()
}

/// Surely not there; a folder that cannot be asked is not meant.
fn has_vanished(path: &Path) -> bool {
    use rustix::io::Errno;
    matches!(rustix::fs::lstat(path), Err(Errno::NOENT | Errno::NOTDIR))
}

fn leads_to_folder(link: &DirEntry) -> bool {
    std::fs::metadata(link.path()).is_ok_and(|target| target.is_dir())
}

/// Whether a file of this name may be a song.
pub fn has_known_extension(name: &[u8]) -> bool {
    let Some(dot) = name.iter().rposition(|byte| *byte == b'.') else {
        return false;
    };
    let extension = &name[dot + 1..];
    extension.len() <= LONGEST_EXTENSION
        && EXTENSIONS
            .iter()
            .any(|known| extension.eq_ignore_ascii_case(known.as_bytes()))
}

/// Whether a root is away: not there, not readable, or empty but for what the system keeps in a mount point.
pub fn is_away(root: &Root, had_files: bool) -> bool {
    let Ok(mut entries) = std::fs::read_dir(&root.dir) else {
        return true;
    };
    had_files
        && !entries.any(|entry| {
            let name = entry.map(|entry| entry.file_name());
            name.is_ok_and(|name| !is_hidden(&name) && !is_of_the_system(&name))
        })
}
