//! Scans, then keeps the index current: an event says that a folder is dirty, and a dirty folder is scanned. No event is
//! ever applied as such, so one that is lost, doubled or out of order does no harm.
//!
//! A root on a file system that tells nothing, or beyond the limit of watches, is polled instead, and that is said. A root
//! that vanishes is armed again when it is back.

mod arm;
mod dirty;

pub use arm::{PollReason, WatchNews};

use super::scan::{Held, Progress, ScanOptions, ScanReport, scan};
use super::worker::ReadIn;
use super::{Index, LibraryError};
use crate::music::{Root, Uri};
use arm::Arms;
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};
use dirty::{Dirty, Due, Folder};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Events that wait while a scan runs; beyond these, everything is dirty.
const WAITING_EVENTS: usize = 8_192;
/// How often the watch looks whether it shall stop, and whether a root is back.
const LOOK_UP: Duration = Duration::from_millis(500);

/// How to watch.
#[derive(Clone, Debug, Default)]
pub struct WatchOptions {
    /// Look at every root so often instead of waiting for events.
    pub poll: Option<Duration>,
    /// Where foreign files are read.
    pub read_in: ReadIn,
}

/// Watches until `stop`; `on` is told of every scan that changed something, of the first one in any case, and of every
/// root that is polled. Called from this thread.
pub fn watch(
    index: &Index,
    roots: &[Arc<Root>],
    options: &WatchOptions,
    on: &mut (dyn FnMut(WatchNews) + Send),
    stop: &AtomicBool,
) -> Result<(), LibraryError> {
    let (events, marks) = bounded(WAITING_EVENTS);
    let mut watch = Watch {
        index,
        roots,
        on: Mutex::new(on),
        stop,
        read_in: &options.read_in,
        dirty: Dirty::default(),
        held: Vec::new(),
        began: Instant::now(),
    };
    // Armed first: what happens during the first scan is seen.
    let mut arms = Arms::new(roots, options.poll, events);
    watch.look_after(&mut arms);
    watch.scan(Due::Everything, true)?;
    while !stop.load(Ordering::Relaxed) {
        watch.wait(&marks, &arms);
        watch.look_after(&mut arms);
        let now_ms = watch.now_ms();
        if let Some(due) = watch.dirty.take(now_ms) {
            watch.scan(due, false)?;
        }
    }
    Ok(())
}

/// What an event makes dirty.
pub(super) enum Mark {
    /// A folder or a file that is as it will be.
    Done(Folder),
    /// One that has begun to be.
    Begun(Folder),
}

struct Watch<'a> {
    index: &'a Index,
    roots: &'a [Arc<Root>],
    on: Mutex<&'a mut (dyn FnMut(WatchNews) + Send)>,
    stop: &'a AtomicBool,
    read_in: &'a ReadIn,
    dirty: Dirty,
    /// What the last scan held, so that it is told once.
    held: Vec<Held>,
    began: Instant,
}

impl Watch<'_> {
    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// Takes in marks until something is due or it is time to look up.
    fn wait(&mut self, marks: &Receiver<Mark>, arms: &Arms) {
        let now_ms = self.now_ms();
        let due_ms = self
            .dirty
            .next_ms()
            .map(|due_ms| due_ms.saturating_sub(now_ms));
        let most = due_ms.map_or(LOOK_UP, |ms| Duration::from_millis(ms).min(LOOK_UP));
        match marks.recv_timeout(most) {
            Ok(mark) => self.take(std::iter::once(mark).chain(marks.try_iter())),
            Err(RecvTimeoutError::Timeout) => {}
            // Every watcher has ended: only looking after the arms is left to do.
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(most),
        }
        if arms.has_lost_events() {
            self.dirty.mark_everything(self.now_ms());
        }
    }

    fn take(&mut self, marks: impl Iterator<Item = Mark>) {
        let now_ms = self.now_ms();
        for mark in marks.take(WAITING_EVENTS) {
            match mark {
                Mark::Done(folder) => self.dirty.mark(folder, now_ms),
                Mark::Begun(folder) => self.dirty.mark_unfinished(folder, now_ms),
            }
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
        let mut on = self
            .on
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        on(news);
    }

    fn scan(&mut self, due: Due, is_first: bool) -> Result<(), LibraryError> {
        let folders = match due {
            Due::Everything => Vec::new(),
            Due::Folders(folders) => folders,
        };
        let options = ScanOptions {
            read_in: self.read_in.clone(),
            only: folders.iter().map(|folder| self.uri(folder)).collect(),
            ..ScanOptions::default()
        };
        let progress = |progress: Progress| {
            if is_first {
                self.tell(WatchNews::Progress(progress));
            }
        };
        let report = scan(self.index, self.roots, &options, &progress, self.stop)?;
        let has_changed = has_changed(&report);
        if has_changed {
            // Watches of new folders are set one after the other: look once more for what came in between.
            let now_ms = self.now_ms();
            for folder in folders {
                self.dirty.mark_unfinished(folder, now_ms);
            }
        }
        let is_news = std::mem::replace(&mut self.held, report.held.clone()) != report.held
            && !report.held.is_empty();
        if is_first || has_changed || is_news {
            self.tell(WatchNews::Scanned(Box::new(report)));
        }
        Ok(())
    }

    fn uri(&self, (root, below): &Folder) -> Uri {
        let name = self.roots[*root].name.as_bytes();
        Uri::new([name, b"/", below].concat())
    }
}

fn has_changed(report: &ScanReport) -> bool {
    report.new + report.changed + report.moved + report.gone > 0
}

#[cfg(test)]
mod tests;
