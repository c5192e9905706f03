//! First step: which files may be songs. What is walked and what is not stands in [`super::tree`]; this file sends it on.
//!
//! Links, in one place: a link to a file is that file. A link to a folder is not followed and is a listed skip, so
//! nothing can go round in circles. A link that leads nowhere is a listed skip where its name is musical, as is one that
//! leads to a pipe, a socket or a device.

use super::names::{is_hidden, is_of_the_system};
use super::report::Skip;
use super::tags::SkipReason;
use super::tree::{GoOn, Met, walk_all, walk_part};
use crate::music::Root;
use crossbeam_channel::Sender;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many files go to the readers at once.
const BATCH: usize = 256;

/// A file that may be a song.
pub struct Walked {
    /// Which root of the scan.
    pub root: usize,
    /// Its whole path.
    pub path: PathBuf,
    /// Whether its name promises music; else its first bytes decide.
    pub is_sure: bool,
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
        let dir_bytes = dir.as_os_str().as_bytes();
        let below = dir_bytes.len() + usize::from(!dir_bytes.ends_with(b"/"));
        let mut on = |met| {
            self.end.stopped |= stop.load(Ordering::Relaxed);
            !self.end.stopped && self.take(met, start.root, below)
        };
        if start.below.is_empty() {
            walk_all(dir, roots, &mut on);
        } else {
            walk_part(
                dir,
                Path::new(OsStr::from_bytes(&start.below)),
                roots,
                &mut on,
            );
        }
    }

    fn take(&mut self, met: Met, root: usize, below: usize) -> GoOn {
        match met {
            Met::File { path, is_sure } => {
                self.end.seen += u64::from(is_sure);
                self.batch.files.push(Walked {
                    root,
                    path,
                    is_sure,
                    below,
                });
            }
            Met::Sheet(path) => self.batch.sheets.push(Walked {
                root,
                path,
                is_sure: true,
                below,
            }),
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
