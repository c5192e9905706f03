//! The watchers: which root is heard through events, which is polled, and which is away and waits. From an event it takes
//! no more than a path.

use super::Mark;
use crate::library::mounts;
use crate::library::scan::{IgnoreKind, Progress, Promise, ScanReport, is_sheet, promise};
use crate::music::Root;
use crossbeam_channel::Sender;
use notify::event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind};
use notify::{
    Config, ErrorKind, Event, EventKind, EventKindMask, RecommendedWatcher, RecursiveMode, Watcher,
};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often a root that no event tells of is looked at, unless asked otherwise.
const POLL: Duration = Duration::from_secs(60);

/// What a watch tells.
#[derive(Debug)]
pub enum WatchNews {
    /// How far the first scan is.
    Progress(Progress),
    /// A scan has ended.
    Scanned(Box<ScanReport>),
    /// A root is looked at every so often.
    Polling {
        /// The root.
        root: Arc<Root>,
        /// How often.
        every: Duration,
        /// Why no event tells of it.
        why: PollReason,
    },
}

/// Why a root is polled.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PollReason {
    /// Someone asked for it.
    #[error("as asked")]
    Asked,
    /// Its file system does not tell what others change.
    #[error("{0} does not tell of changes that others make")]
    Silent(String),
    /// The system's limit of watched folders.
    #[error(
        "it has more folders than may be watched: raise fs.inotify.max_user_watches with sysctl"
    )]
    WatchLimit,
    /// The watcher failed.
    #[error("it cannot be watched: {0}")]
    Failed(String),
}

/// Device and inode of a root's folder: another one at the same path must be armed anew.
type Identity = (u64, u64);

enum Arm {
    Away,
    Heard(Identity),
    Polled { identity: Identity, next_ms: u64 },
}

/// The watchers of all roots.
pub struct Arms {
    arms: Vec<Arm>,
    watcher: Result<RecommendedWatcher, String>,
    poll: Option<Duration>,
    lost: Arc<AtomicBool>,
}

impl Arms {
    /// Nothing is armed before [`Arms::look_after`].
    pub fn new(roots: &[Arc<Root>], poll: Option<Duration>, to: Sender<Mark>) -> Self {
        let lost = Arc::new(AtomicBool::new(false));
        // Reading files must not be an event, or a scan would cause the next one.
        let kinds = EventKindMask::CREATE
            | EventKindMask::REMOVE
            | EventKindMask::MODIFY_NAME
            | EventKindMask::ACCESS_CLOSE;
        let config = Config::default()
            .with_event_kinds(kinds)
            .with_follow_symlinks(false);
        let hears = Hears {
            dirs: roots.to_vec(),
            to,
            lost: lost.clone(),
        };
        let hear = move |event: notify::Result<Event>| hears.hear(event);
        let watcher = RecommendedWatcher::new(hear, config).map_err(|error| error.to_string());
        Self {
            arms: roots.iter().map(|_| Arm::Away).collect(),
            watcher,
            poll,
            lost,
        }
    }

    /// Whether events were lost since this was last asked.
    pub fn has_lost_events(&self) -> bool {
        self.lost.swap(false, Ordering::Relaxed)
    }

    /// Arms what is back, polls what is due. The roots to be looked at, with what there is to tell of them.
    pub fn look_after(
        &mut self,
        roots: &[Arc<Root>],
        now_ms: u64,
    ) -> Vec<(usize, Option<WatchNews>)> {
        let mut dirty = Vec::new();
        for (at, root) in roots.iter().enumerate() {
            let identity = identity(&root.dir);
            match (&mut self.arms[at], identity) {
                (Arm::Away, None) => {}
                (Arm::Heard(known), Some(now)) if *known == now => {}
                (Arm::Polled { identity, next_ms }, Some(now)) if *identity == now => {
                    if *next_ms <= now_ms {
                        *next_ms = now_ms.saturating_add(millis(self.poll.unwrap_or(POLL)));
                        dirty.push((at, None));
                    }
                }
                (_, None) => {
                    self.disarm(root);
                    self.arms[at] = Arm::Away;
                    dirty.push((at, None));
                }
                (_, Some(now)) => {
                    self.disarm(root);
                    dirty.push((at, self.arm(at, root, now, now_ms)));
                }
            }
        }
        dirty
    }

    fn disarm(&mut self, root: &Root) {
        if let Ok(watcher) = &mut self.watcher {
            // It may never have been armed, or have ended with its folder.
            let _ = watcher.unwatch(&root.dir);
        }
    }

    fn arm(
        &mut self,
        at: usize,
        root: &Arc<Root>,
        identity: Identity,
        now_ms: u64,
    ) -> Option<WatchNews> {
        let Some(why) = self.hear(root) else {
            self.arms[at] = Arm::Heard(identity);
            return None;
        };
        let every = self.poll.unwrap_or(POLL);
        self.arms[at] = Arm::Polled {
            identity,
            next_ms: now_ms.saturating_add(millis(every)),
        };
        let root = root.clone();
        Some(WatchNews::Polling { root, every, why })
    }

    /// Listens for events of a root, or says why that is no use.
    fn hear(&mut self, root: &Root) -> Option<PollReason> {
        if self.poll.is_some() {
            return Some(PollReason::Asked);
        }
        if let Some(kind) = mounts::silent_type(&root.dir) {
            return Some(PollReason::Silent(kind));
        }
        let watcher = match &mut self.watcher {
            Ok(watcher) => watcher,
            Err(error) => return Some(PollReason::Failed(error.clone())),
        };
        let error = watcher.watch(&root.dir, RecursiveMode::Recursive).err()?;
        // Half a tree that is heard would pass for the whole.
        let _ = watcher.unwatch(&root.dir);
        Some(match error.kind {
            ErrorKind::MaxFilesWatch => PollReason::WatchLimit,
            _ => PollReason::Failed(error.to_string()),
        })
    }
}

fn identity(dir: &Path) -> Option<Identity> {
    let folder = std::fs::metadata(dir)
        .ok()
        .filter(|folder| folder.is_dir())?;
    Some((folder.dev(), folder.ino()))
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Runs on the watcher's thread: it never waits.
struct Hears {
    dirs: Vec<Arc<Root>>,
    to: Sender<Mark>,
    lost: Arc<AtomicBool>,
}

impl Hears {
    fn hear(&self, event: notify::Result<Event>) {
        match event {
            Ok(event) if !event.need_rescan() => {
                for path in &event.paths {
                    let mark = self.mark(&event.kind, path);
                    if mark.is_some_and(|mark| self.to.try_send(mark).is_err()) {
                        self.lost.store(true, Ordering::Relaxed);
                    }
                }
            }
            _ => self.lost.store(true, Ordering::Relaxed),
        }
    }

    fn mark(&self, kind: &EventKind, path: &Path) -> Option<Mark> {
        let roots = self
            .dirs
            .iter()
            .enumerate()
            .filter(|(_, root)| path.starts_with(&root.dir));
        let (at, root) = roots.max_by_key(|(_, root)| root.dir.as_os_str().len())?;
        let below = path.strip_prefix(&root.dir).ok()?;
        let folder = || (at, below.as_os_str().as_bytes().to_vec());
        let name = path.file_name()?.as_bytes();
        let is_rule = IgnoreKind::of(name).is_some();
        let is_file = is_rule || is_sheet(name) || promise(name) == Promise::Music;
        // It may be music, or a folder.
        let is_open = !is_file && promise(name) == Promise::Nothing && !name.starts_with(b".");
        // In a folder, the folder: many files at once are one mark. In the root, the file: the root may be large.
        let around = || match below.parent() {
            // What an ignore file says holds for all of its folder.
            Some(parent) if is_rule || !parent.as_os_str().is_empty() => {
                (at, parent.as_os_str().as_bytes().to_vec())
            }
            _ => folder(),
        };
        match kind {
            EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => {
                Some(Mark::Done(folder()))
            }
            // Its end will be told when it is closed; a link has no end to tell.
            EventKind::Create(_) if is_file || is_open => Some(Mark::Begun(around())),
            EventKind::Remove(_) | EventKind::Access(AccessKind::Close(AccessMode::Write))
                if is_file || is_open =>
            {
                Some(Mark::Done(around()))
            }
            EventKind::Modify(ModifyKind::Name(_)) if is_file => Some(Mark::Done(around())),
            // A folder, or a file that is none of ours: looking tells.
            EventKind::Modify(ModifyKind::Name(_)) => Some(Mark::Done(folder())),
            _ => None,
        }
    }
}
