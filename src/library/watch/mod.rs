//! Scans, then keeps the index current: an event says that a folder is dirty, and a dirty folder is scanned. No event is
//! ever applied as such, so one that is lost, doubled or out of order does no harm.
//!
//! A root on a file system that tells nothing, or beyond the limit of watches, is polled instead, and that is said. A root
//! that vanishes is armed again when it is back. A scan that fails is tried again.
//!
//! What no event tells of: a file that is changed through a link to it, by another of its names, or through memory; and
//! a new time without new content, unless the time of the last reading is set with it. So all is looked at once more
//! [`SWEEP`] after something was heard; where nothing happens, no disk is woken.

mod arm;
mod dirty;
mod growing;
mod hear;
mod limits;
mod news;
mod state;

pub use limits::{Raise, most_watches};
pub use news::{PollReason, WatchNews};
pub use state::{How, RootWatch, Watching, state};

use super::scan::{Held, Progress, ScanOptions, ScanReport, scan};
use super::turn::Verb;
use super::worker::ReadIn;
use super::{Index, LibraryError};
use crate::music::{Root, Uri};
use arm::Arms;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use dirty::{Dirty, Due, Folder};
use growing::Growing;
use hear::{Alarms, Mark};
use state::Told;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Events that wait while a scan runs; beyond these, everything is dirty.
const WAITING_EVENTS: usize = 8_192;
/// How often the watch looks whether it shall stop, and whether a root is back.
const LOOK_UP: Duration = Duration::from_millis(500);
/// So long after something was heard everything is looked at.
const SWEEP: Duration = Duration::from_secs(600);
/// So long after a scan that failed it is tried again, and twice as long after each that fails next …
const AGAIN: Duration = Duration::from_secs(2);
/// … until it is this long.
const AGAIN_AT_MOST: Duration = Duration::from_secs(60);
/// So many kinds of loss are known to have been told.
const MOST_TOLD: usize = 64;

/// How to watch.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// Look at every root so often instead of waiting for events.
    pub poll: Option<Duration>,
    /// So long nothing may happen in a folder before it is looked at.
    pub quiet: Duration,
    /// Where foreign files are read.
    pub read_in: ReadIn,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            poll: None,
            quiet: Duration::from_millis(500),
            read_in: ReadIn::default(),
        }
    }
}

/// Watches until `stop`; `on` is told of every scan that changed something, of the first one in any case, and of what
/// becomes of the roots. Called from this thread. Another watch of the same index is waited for.
pub fn watch(
    index: &Index,
    roots: &[Arc<Root>],
    options: &WatchOptions,
    on: &mut (dyn FnMut(WatchNews) + Send),
    stop: &AtomicBool,
) -> Result<(), LibraryError> {
    let on = Mutex::new(on);
    let tell = |news| {
        let mut on = on.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        on(news);
    };
    let waits = |holder| tell(WatchNews::Waiting(holder));
    let Some(mut told) = Told::take(index, &waits, stop)? else {
        return Ok(());
    };
    let (events, marks) = bounded(WAITING_EVENTS);
    let alarms = Arc::new(Alarms::default());
    let ears = hear::ears(roots, events, alarms.clone());
    let mut arms = Arms::new(roots, options.poll, ears, alarms);
    let mut watch = Watch {
        index,
        roots,
        on: &tell,
        stop,
        read_in: &options.read_in,
        dirty: Dirty::new(millis(options.quiet)),
        growing: Growing::default(),
        held: Vec::new(),
        songs_total: 0,
        failures: 0,
        not_before_ms: 0,
        sweep_ms: None,
        began: Instant::now(),
    };
    // Armed first: what happens during the first scan is seen.
    watch.look_after(&mut arms);
    told.tell(arms.tell(roots));
    // Everything is looked at now: what arming marked is no reason to do so again.
    watch.dirty = Dirty::new(millis(options.quiet));
    watch.scan(&Due::Everything, true)?;
    let mut is_settled = false;
    while !stop.load(Ordering::Relaxed) {
        watch.wait(&marks, &arms);
        watch.look_after(&mut arms);
        told.tell(arms.tell(roots));
        if let Some(due) = watch.take_due() {
            arms.catch_up();
            watch.scan_or_again(due);
        }
        let was_settled = std::mem::replace(&mut is_settled, watch.is_settled(&marks));
        if is_settled && !was_settled {
            watch.tell(WatchNews::Settled);
        }
    }
    Ok(())
}

struct Watch<'a> {
    index: &'a Index,
    roots: &'a [Arc<Root>],
    on: &'a (dyn Fn(WatchNews) + Sync),
    stop: &'a AtomicBool,
    read_in: &'a ReadIn,
    dirty: Dirty,
    growing: Growing,
    /// What scans held, so that each is told once.
    held: Vec<Held>,
    songs_total: u64,
    /// Scans that failed, one after the other.
    failures: u32,
    not_before_ms: u64,
    sweep_ms: Option<u64>,
    began: Instant,
}

impl Watch<'_> {
    fn now_ms(&self) -> u64 {
        millis(self.began.elapsed())
    }

    /// Takes in marks until something is due or it is time to look up.
    fn wait(&mut self, marks: &Receiver<Mark>, arms: &Arms) {
        let now_ms = self.now_ms();
        let due_ms = self.dirty.next_ms().map(|due_ms| {
            let due_ms = due_ms.max(self.not_before_ms);
            due_ms.saturating_sub(now_ms)
        });
        let most = due_ms.map_or(LOOK_UP, |ms| Duration::from_millis(ms).min(LOOK_UP));
        match marks.recv_timeout(most) {
            Ok(mark) => self.take(std::iter::once(mark).chain(marks.try_iter())),
            Err(RecvTimeoutError::Timeout) => {}
            // Every watcher has ended: only looking after the arms is left to do.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(most),
        }
        let now_ms = self.now_ms();
        if arms.has_lost_marks() {
            self.growing.clear();
            self.dirty.mark_everything(now_ms);
        }
        for folder in self.growing.overdue(now_ms) {
            self.dirty.mark(folder, now_ms);
        }
        if self.sweep_ms.is_some_and(|sweep_ms| sweep_ms <= now_ms) {
            self.sweep_ms = None;
            self.dirty.mark_everything(now_ms);
        }
    }

    fn take(&mut self, marks: impl Iterator<Item = Mark>) {
        let now_ms = self.now_ms();
        self.sweep_ms.get_or_insert(now_ms + millis(SWEEP));
        for mark in marks.take(WAITING_EVENTS) {
            let Mark {
                folder,
                file,
                has_begun,
            } = mark;
            if let Some(file) = file {
                if has_begun && self.growing.begin(file.clone(), folder.clone(), now_ms) {
                    continue;
                }
                self.growing.end(&file);
            }
            self.dirty.mark(folder, now_ms);
        }
    }

    /// Arms roots that are back, and marks those whose time to be polled has come.
    fn look_after(&mut self, arms: &mut Arms) {
        let now_ms = self.now_ms();
        for (root, news) in arms.look_after(self.roots, now_ms) {
            self.dirty.mark((root, Vec::new()), now_ms);
            if let Some(news) = news {
                self.tell(news);
            }
        }
    }

    fn tell(&self, news: WatchNews) {
        (self.on)(news);
    }

    fn take_due(&mut self) -> Option<Due> {
        let now_ms = self.now_ms();
        (now_ms >= self.not_before_ms).then(|| self.dirty.take(now_ms))?
    }

    fn is_settled(&self, marks: &Receiver<Mark>) -> bool {
        self.dirty.next_ms().is_none() && marks.is_empty()
    }

    /// A scan that fails is tried again: a disk may be full for a while, or the index locked.
    fn scan_or_again(&mut self, due: Due) {
        let Err(error) = self.scan(&due, false) else {
            self.failures = 0;
            return;
        };
        let again_in = AGAIN_AT_MOST.min(AGAIN * 2u32.saturating_pow(self.failures.min(16)));
        self.failures += 1;
        let now_ms = self.now_ms();
        self.not_before_ms = now_ms + millis(again_in);
        match due {
            Due::Everything => self.dirty.mark_everything(now_ms),
            Due::Folders(folders) => {
                let mark = |folder| self.dirty.mark(folder, now_ms);
                folders.into_iter().for_each(mark);
            }
        }
        self.tell(WatchNews::Failed { error, again_in });
    }

    fn scan(&mut self, due: &Due, is_first: bool) -> Result<(), LibraryError> {
        let folders = match due {
            Due::Everything => &[][..],
            Due::Folders(folders) => folders,
        };
        let options = ScanOptions {
            read_in: self.read_in.clone(),
            only: folders.iter().map(|folder| self.uri(folder)).collect(),
            by: Verb::Watch,
            growing: Arc::new(self.growing.paths(self.roots)),
            ..ScanOptions::default()
        };
        let progress = |progress: Progress| {
            if is_first || matches!(progress, Progress::Waiting(_)) {
                self.tell(WatchNews::Progress(progress));
            }
        };
        let report = scan(self.index, self.roots, &options, &progress, self.stop)?;
        let is_whole = |root: usize| {
            folders
                .iter()
                .any(|(at, below)| *at == root && below.is_empty())
        };
        let is_news = self.note_held(&report, &|root| folders.is_empty() || is_whole(root));
        // A cue sheet may cut a file that was not looked at, and no count tells of it.
        let total = std::mem::replace(&mut self.songs_total, report.songs_total);
        let has_changed = has_changed(&report) || total != report.songs_total;
        if is_first || is_news || has_changed {
            self.tell(WatchNews::Scanned(Box::new(report)));
        }
        Ok(())
    }

    /// Whether the scan held what has not been told; `was_whole` says of which roots it saw everything.
    fn note_held(&mut self, report: &ScanReport, was_whole: &dyn Fn(usize) -> bool) -> bool {
        let position = |held: &Held| self.roots.iter().position(|root| *root == held.root);
        let is_same = |a: &Held, b: &Held| a.root == b.root && a.files == b.files;
        let new = |held: &&Held| !self.held.iter().any(|known| is_same(known, held));
        let new: Vec<Held> = report.held.iter().filter(new).cloned().collect();
        // What was held may have turned up elsewhere: then it is not lost, and its old place is told again.
        if report.new + report.moved > 0 {
            let now_ms = self.now_ms();
            for root in self.held.iter().filter_map(position) {
                self.dirty.mark((root, Vec::new()), now_ms);
            }
        }
        let is_still = |held: &Held| report.held.iter().any(|now| is_same(now, held));
        let roots = self.roots;
        self.held.retain(|held| {
            let root = roots.iter().position(|root| *root == held.root);
            is_still(held) || !root.is_some_and(was_whole)
        });
        let is_news = !new.is_empty();
        self.held.extend(new);
        let surplus = self.held.len().saturating_sub(MOST_TOLD);
        self.held.drain(..surplus);
        is_news
    }

    fn uri(&self, (root, below): &Folder) -> Uri {
        let name = self.roots[*root].name.as_bytes();
        Uri::new([name, b"/", below].concat())
    }
}

fn has_changed(report: &ScanReport) -> bool {
    report.new + report.changed + report.moved + report.gone > 0
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_accidents;
#[cfg(test)]
mod tests_of_wandering;
