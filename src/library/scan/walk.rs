//! First step: which files may be songs. What is walked and what is not stands in [`super::tree`]; this file sends it on.
//!
//! Links, in one place: a link to a file is that file. A link to a folder is not followed and is a listed skip, so
//! nothing can go round in circles. A link that leads nowhere is a listed skip where its name is musical, as is one that
//! leads to a pipe, a socket or a device.

use super::names::{is_hidden, is_of_the_system};
use super::report::Skip;
use super::tags::SkipReason;
use super::tree::{GoOn, Looked, Met, Tree};
use crate::music::Root;
use crossbeam_channel::Sender;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::Builder;

/// So many files go to the readers at once.
const BATCH: usize = 256;
/// So many threads list: more gain nothing on a disk, and a warm tree costs less than what comes after it.
const LISTERS: usize = 2;

/// A file that may be a song.
pub struct Walked {
    /// Which root of the scan.
    pub root: usize,
    /// Its whole path.
    pub path: PathBuf,
    /// Whether its name promises music; else its first bytes decide.
    pub is_sure: bool,
    /// Which file it was when the walk met it.
    pub now: Looked,
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
    /// Cue sheets, which are no songs and are not counted.
    pub sheets: Vec<Walked>,
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
    /// Files whose names promise music, and folders and links that are listed as skips.
    pub seen: u64,
    /// Folders that could not be read: what lies below is not gone.
    pub unreadable: Vec<PathBuf>,
    /// It was told to stop, or nobody listens any more.
    pub stopped: bool,
}

impl WalkEnd {
    /// Nobody knows what was left out.
    pub fn stopped() -> Self {
        Self {
            stopped: true,
            ..Self::default()
        }
    }

    fn add(&mut self, other: Self) {
        self.seen += other.seen;
        self.unreadable.extend(other.unreadable);
        self.stopped |= other.stopped;
    }
}

/// Walks one start after the other and sends what it finds.
pub fn walk(
    roots: &[Arc<Root>],
    starts: &[Start],
    to: &Sender<WalkBatch>,
    stop: &AtomicBool,
) -> WalkEnd {
    let mut end = WalkEnd::default();
    for start in starts {
        end.add(walk_one(roots, start, to, stop));
    }
    end
}

fn walk_one(
    roots: &[Arc<Root>],
    start: &Start,
    to: &Sender<WalkBatch>,
    stop: &AtomicBool,
) -> WalkEnd {
    let dir = &roots[start.root].dir;
    let dir_bytes = dir.as_os_str().as_bytes();
    let new = || Walk {
        to,
        stop,
        root: start.root,
        below: dir_bytes.len() + usize::from(!dir_bytes.ends_with(b"/")),
        batch: WalkBatch::default(),
        end: WalkEnd::default(),
    };
    let mut first = new();
    let below = Path::new(OsStr::from_bytes(&start.below));
    if let Some(tree) = Tree::below(dir, below, roots, &mut |met| first.take(met)) {
        std::thread::scope(|threads| {
            let beside = || {
                let mut walk = new();
                tree.list_all(&mut |met| walk.take(met));
                walk.end()
            };
            let spawn = || {
                Builder::new()
                    .name("walk".into())
                    .spawn_scoped(threads, beside)
            };
            // Where no further thread is to be had, the first lists all.
            let others: Vec<_> = (1..LISTERS).filter_map(|_| spawn().ok()).collect();
            tree.list_all(&mut |met| first.take(met));
            for other in others {
                let other = other.join().unwrap_or_else(|_| WalkEnd::stopped());
                first.end.add(other);
            }
        });
    }
    first.end()
}

/// What one thread lists.
struct Walk<'a> {
    to: &'a Sender<WalkBatch>,
    stop: &'a AtomicBool,
    root: usize,
    below: usize,
    batch: WalkBatch,
    end: WalkEnd,
}

impl Walk<'_> {
    fn take(&mut self, met: Met) -> GoOn {
        self.end.stopped |= self.stop.load(Ordering::Relaxed);
        if self.end.stopped {
            return false;
        }
        match met {
            Met::File { path, is_sure, now } => {
                self.end.seen += u64::from(is_sure);
                let walked = self.walked(path, is_sure, now);
                self.batch.files.push(walked);
            }
            Met::Sheet(path, now) => {
                let walked = self.walked(path, true, now);
                self.batch.sheets.push(walked);
            }
            Met::LinkToFolder(path) => self.skip(path, SkipReason::LinkToFolder.to_string()),
            Met::Disobeyed(path, why) => self.skip(path, why.to_string()),
            Met::Unreadable(path, error) => {
                self.end.unreadable.push(path.clone());
                self.skip(path, SkipReason::Folder(why(&error)).to_string());
            }
        }
        if self.batch.files.len() + self.batch.sheets.len() + self.batch.skips.len() >= BATCH {
            self.send();
        }
        !self.end.stopped
    }

    fn walked(&self, path: PathBuf, is_sure: bool, now: Looked) -> Walked {
        Walked {
            root: self.root,
            path,
            is_sure,
            now,
            below: self.below,
        }
    }

    fn skip(&mut self, path: PathBuf, reason: String) {
        self.end.seen += 1;
        self.batch.skips.push(Skip { path, reason });
    }

    fn send(&mut self) {
        let batch = std::mem::take(&mut self.batch);
        if self.to.send(batch).is_err() {
            self.end.stopped = true;
        }
    }

    fn end(mut self) -> WalkEnd {
        self.send();
        self.end
    }
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::InvalidFilename => "its path is longer than the system allows".into(),
        io::ErrorKind::Other => error.to_string(),
        kind => kind.to_string(),
    }
}

/// Whether a file of this name is a cue sheet.
pub fn is_sheet(name: &[u8]) -> bool {
    let end = name.len().checked_sub(4).and_then(|at| name.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case(b".cue"))
}

/// Whether a root is away: not there, not readable, or empty but for what the system keeps in a mount point.
pub fn is_away(root: &Root, had_files: bool) -> bool {
    let Ok(mut entries) = std::fs::read_dir(&root.dir) else {
        return true;
    };
    had_files
        && !entries.any(|entry| {
            let name = entry.map(|entry| entry.file_name());
            name.is_ok_and(|name| !is_hidden(name.as_bytes()) && !is_of_the_system(name.as_bytes()))
        })
}
