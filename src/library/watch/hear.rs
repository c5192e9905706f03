//! From the system's events to marks. It runs on the watcher's thread, never waits, and takes from an event no more than
//! a path and whether something there has begun or ended.

use super::dirty::Folder;
use crate::library::scan::{IgnoreKind, Promise, is_sheet, promise};
use crate::music::Root;
use crossbeam_channel::Sender;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
use notify::{
    Config, Error, ErrorKind, Event, EventKind, EventKindMask, RecommendedWatcher, RecursiveMode,
    Watcher,
};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

/// So many folders that cannot be read are looked at again, until they can.
const MOST_DEAF: usize = 256;

/// What an event makes dirty.
#[derive(PartialEq, Eq, Debug)]
pub struct Mark {
    /// The folder to look at.
    pub folder: Folder,
    /// The file in it, where the event is of a file.
    pub file: Option<Folder>,
    /// It is being written, and its end will be told.
    pub has_begun: bool,
}

/// What went wrong on the watcher's thread.
#[derive(Default)]
pub struct Alarms {
    /// Marks were lost: anything may have changed.
    pub lost: AtomicBool,
    /// Events were lost, or folders are not watched: anything may have changed, and the watches have holes.
    pub has_holes: AtomicBool,
    deaf: Mutex<Vec<PathBuf>>,
}

impl Alarms {
    /// Folders that could not be read, and so not watched.
    pub fn deaf(&self) -> MutexGuard<'_, Vec<PathBuf>> {
        self.deaf
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

/// Why a folder is not watched.
pub enum Deafness {
    /// The system's limit of watched folders.
    WatchLimit,
    /// The system's limit of programs that watch.
    WatcherLimit,
    /// Something else.
    Failed(String),
}

impl From<Error> for Deafness {
    fn from(error: Error) -> Self {
        match &error.kind {
            ErrorKind::MaxFilesWatch => Self::WatchLimit,
            // What inotify_init says where there are too many.
            ErrorKind::Io(io)
                if io.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()) =>
            {
                Self::WatcherLimit
            }
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// What hears; tests have one that is told what to hear.
pub trait Ears {
    /// Hears of a folder and all below it.
    fn watch(&mut self, dir: &Path) -> Result<(), Deafness>;
    /// Hears of it no more.
    fn unwatch(&mut self, dir: &Path);
    /// Waits until folders of which news was given are heard as well.
    fn catch_up(&mut self);
    /// How many folders may be watched.
    fn most_watches(&self) -> Option<u64>;
}

impl Ears for RecommendedWatcher {
    fn watch(&mut self, dir: &Path) -> Result<(), Deafness> {
        Ok(Watcher::watch(self, dir, RecursiveMode::Recursive)?)
    }

    fn unwatch(&mut self, dir: &Path) {
        // It may never have been watched, or have ended with its folder.
        let _ = Watcher::unwatch(self, dir);
    }

    fn catch_up(&mut self) {
        // Changes nothing: the answer comes from the thread that sets the watches of new folders, after it has set them.
        let _ = self.configure(Config::default());
    }

    fn most_watches(&self) -> Option<u64> {
        super::limits::most_watches()
    }
}

/// The system's ears.
pub fn ears(
    roots: &[Arc<Root>],
    to: Sender<Mark>,
    alarms: Arc<Alarms>,
) -> Result<Box<dyn Ears>, Deafness> {
    // Reading files must not be an event, or a scan would cause the next one.
    let kinds = EventKindMask::CREATE
        | EventKindMask::REMOVE
        | EventKindMask::MODIFY_NAME
        | EventKindMask::MODIFY_META
        | EventKindMask::ACCESS_CLOSE;
    let config = Config::default()
        .with_event_kinds(kinds)
        .with_follow_symlinks(false);
    let roots = roots.to_vec();
    let hears = Hears { roots, to, alarms };
    let hear = move |event: notify::Result<Event>| hears.hear(event);
    Ok(Box::new(RecommendedWatcher::new(hear, config)?))
}

struct Hears {
    roots: Vec<Arc<Root>>,
    to: Sender<Mark>,
    alarms: Arc<Alarms>,
}

impl Hears {
    fn hear(&self, event: notify::Result<Event>) {
        match event {
            Ok(event) if !event.need_rescan() => {
                for path in &event.paths {
                    let mark = self.mark(&event.kind, path);
                    if mark.is_some_and(|mark| self.to.try_send(mark).is_err()) {
                        self.alarms.lost.store(true, Ordering::Relaxed);
                    }
                }
            }
            // A folder came and went.
            Err(error) if matches!(error.kind, ErrorKind::PathNotFound) => {}
            Err(error) if !error.paths.is_empty() && is_forbidden(&error) => {
                let mut deaf = self.alarms.deaf();
                let room = MOST_DEAF.saturating_sub(deaf.len());
                let new: Vec<_> = error
                    .paths
                    .into_iter()
                    .filter(|path| !deaf.contains(path))
                    .collect();
                deaf.extend(new.into_iter().take(room));
            }
            _ => self.alarms.has_holes.store(true, Ordering::Relaxed),
        }
    }

    fn mark(&self, kind: &EventKind, path: &Path) -> Option<Mark> {
        let roots = self
            .roots
            .iter()
            .enumerate()
            .filter(|(_, root)| path.starts_with(&root.dir));
        let (at, root) = roots.max_by_key(|(_, root)| root.dir.as_os_str().len())?;
        let below = path.strip_prefix(&root.dir).ok()?;
        let name = path.file_name()?.as_bytes();
        let is_rule = IgnoreKind::of(name).is_some();
        let is_file = is_rule || is_sheet(name) || promise(name) == Promise::Music;
        let is_hidden = name.starts_with(b".") && !is_rule;
        // It may be music, or a folder.
        let is_open = !is_file && promise(name) == Promise::Nothing && !is_hidden;
        let place = || (at, below.as_os_str().as_bytes().to_vec());
        let folder = || Mark {
            folder: place(),
            file: None,
            has_begun: false,
        };
        let file = |has_begun| Mark {
            // In a folder, the folder: many files at once are one mark. In the root, the file: the root may be large.
            folder: match below.parent() {
                // What an ignore file says holds for all of its folder.
                Some(parent) if is_rule || !parent.as_os_str().is_empty() => {
                    (at, parent.as_os_str().as_bytes().to_vec())
                }
                _ => place(),
            },
            file: Some(place()),
            has_begun,
        };
        match kind {
            EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => {
                Some(folder())
            }
            EventKind::Create(_) if !is_hidden => match whole(path) {
                Made::Whole => Some(file(false)),
                Made::Open if is_file || is_open => Some(file(true)),
                Made::Open => None,
            },
            EventKind::Remove(_) if !is_hidden => Some(file(false)),
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Modify(ModifyKind::Metadata(_))
                if is_file || is_open =>
            {
                Some(file(false))
            }
            EventKind::Modify(ModifyKind::Name(_)) if is_file => Some(file(false)),
            // A folder, or a file that is none of ours: looking tells.
            EventKind::Modify(ModifyKind::Name(_)) => Some(folder()),
            _ => None,
        }
    }
}

enum Made {
    /// A link, or one more name of a file: nobody writes, and no end will be told.
    Whole,
    /// A file that somebody has opened.
    Open,
}

fn whole(path: &Path) -> Made {
    match std::fs::symlink_metadata(path) {
        Ok(data) if data.is_symlink() || data.nlink() > 1 => Made::Whole,
        _ => Made::Open,
    }
}

fn is_forbidden(error: &Error) -> bool {
    matches!(&error.kind, ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::PermissionDenied)
}
