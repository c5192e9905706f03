//! The watch of some roots: takes in what was heard, and has it scanned when it is due. It ends where there are other roots.

use super::arm::Arms;
use super::dirty::{Dirty, Due, Folder};
use super::growing::Growing;
use super::hear::{self, Alarms, Mark};
use super::state::{How, RootWatch, Told};
use super::{WatchNews, WatchOptions, millis};
use crate::library::scan::{Held, Progress, ScanOptions, ScanReport, scan};
use crate::library::turn::Verb;
use crate::library::worker::ReadIn;
use crate::library::{Index, LibraryError};
use crate::music::{Root, Uri};
use crossbeam_channel::{Receiver, RecvTimeoutError, bounded, never, select};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Events that wait while a scan runs; beyond these, everything is dirty.
const WAITING_EVENTS: usize = 8_192;
/// How often the watch looks whether it shall stop, whether a root is back, and whether there are others.
const LOOK_UP: Duration = Duration::from_millis(500);
/// The same of a watch that is told when it shall stop: it runs all day, and wakes the processor each time.
const LOOK_UP_RARELY: Duration = Duration::from_secs(2);
/// So long after something was heard everything is looked at.
const SWEEP: Duration = Duration::from_secs(600);
/// So long after a scan that failed it is tried again, and twice as long after each that fails next …
pub(super) const AGAIN: Duration = Duration::from_secs(2);
/// … until it is this long.
const AGAIN_AT_MOST: Duration = Duration::from_secs(60);
/// So many kinds of loss are known to have been told.
const MOST_TOLD: usize = 64;

/// The watch of some roots.
pub(super) struct Looking<'a> {
    index: &'a Index,
    roots: &'a [Arc<Root>],
    on: &'a (dyn Fn(WatchNews) + Sync),
    stop: &'a AtomicBool,
    read_in: &'a ReadIn,
    marks: Receiver<Mark>,
    ends: Receiver<()>,
    look_up: Duration,
    arms: Arms,
    quiet_ms: u64,
    dirty: Dirty,
    growing: Growing,
    /// What scans held, so that each is told once.
    held: Vec<Held>,
    /// Roots that were found away.
    away: Vec<Arc<Root>>,
    /// How roots are watched from now on: told when a scan has found them here.
    new_ways: Vec<(usize, WatchNews)>,
    songs_total: u64,
    /// Scans that failed, one after the other.
    failures: u32,
    not_before_ms: u64,
    sweep_ms: Option<u64>,
    began: Instant,
}

impl<'a> Looking<'a> {
    /// Hears of these roots from now on.
    pub fn at(
        index: &'a Index,
        roots: &'a [Arc<Root>],
        options: &'a WatchOptions,
        on: &'a (dyn Fn(WatchNews) + Sync),
        stop: &'a AtomicBool,
    ) -> Self {
        let (events, marks) = bounded(WAITING_EVENTS);
        let alarms = Arc::new(Alarms::default());
        let ears = hear::ears(roots, events, alarms.clone());
        let quiet_ms = millis(options.quiet);
        Self {
            index,
            roots,
            on,
            stop,
            read_in: &options.read_in,
            marks,
            ends: options.ends.clone().unwrap_or_else(never),
            look_up: match options.ends {
                Some(_) => LOOK_UP_RARELY,
                None => LOOK_UP,
            },
            arms: Arms::new(roots, options.poll, ears, alarms),
            quiet_ms,
            dirty: Dirty::new(quiet_ms),
            growing: Growing::default(),
            held: Vec::new(),
            away: Vec::new(),
            new_ways: Vec::new(),
            songs_total: 0,
            failures: 0,
            not_before_ms: 0,
            sweep_ms: None,
            began: Instant::now(),
        }
    }

    /// Scans everything, and then what is heard of; until it is told to stop, or gives the roots that there are instead.
    pub fn run(
        &mut self,
        told: &mut Told,
        news: &mut dyn FnMut() -> Option<Vec<Arc<Root>>>,
        is_first: bool,
    ) -> Result<Option<Vec<Arc<Root>>>, LibraryError> {
        // Armed first: what happens during the first scan is seen.
        self.look_after();
        self.tell_new_ways(&|_| true);
        told.tell(self.ways());
        // Everything is looked at now: what arming marked is no reason to do so again.
        self.dirty = Dirty::new(self.quiet_ms);
        match is_first {
            true => self.scan(&Due::Everything, true)?,
            false => self.scan_or_again(Due::Everything),
        }
        let mut is_settled = false;
        while !self.stop.load(Ordering::Relaxed) {
            self.wait();
            if let Some(others) = news() {
                return Ok(Some(others));
            }
            self.look_after();
            if let Some(due) = self.take_due() {
                self.arms.catch_up();
                self.scan_or_again(due);
            }
            told.tell(self.ways());
            let was_settled = std::mem::replace(&mut is_settled, self.is_settled());
            if is_settled && !was_settled {
                self.tell(WatchNews::Settled);
            }
        }
        Ok(None)
    }

    fn now_ms(&self) -> u64 {
        millis(self.began.elapsed())
    }

    /// Takes in marks until something is due or it is time to look up.
    fn wait(&mut self) {
        let now_ms = self.now_ms();
        let due_ms = self.dirty.next_ms().map(|due_ms| {
            let due_ms = due_ms.max(self.not_before_ms);
            due_ms.saturating_sub(now_ms)
        });
        let most = due_ms.map_or(self.look_up, |ms| {
            Duration::from_millis(ms).min(self.look_up)
        });
        let heard = select! {
            recv(self.marks) -> mark => mark.map_err(|_| RecvTimeoutError::Disconnected),
            recv(self.ends) -> _ => return,
            default(most) => Err(RecvTimeoutError::Timeout),
        };
        match heard {
            Ok(mark) => {
                let marks = self.marks.clone();
                self.take(std::iter::once(mark).chain(marks.try_iter()));
            }
            Err(RecvTimeoutError::Timeout) => {}
            // Every watcher has ended, or there was none: only looking after the arms is left to do.
            Err(RecvTimeoutError::Disconnected) => drop(self.ends.recv_timeout(most)),
        }
        let now_ms = self.now_ms();
        if self.arms.has_lost_marks() {
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
    fn look_after(&mut self) {
        let now_ms = self.now_ms();
        for (at, news) in self.arms.look_after(self.roots, now_ms) {
            self.dirty.mark((at, Vec::new()), now_ms);
            match news {
                Some(WatchNews::Away(root)) => self.note_away(root),
                Some(news) => self.new_ways.push((at, news)),
                None => {}
            }
        }
    }

    /// Where a disk is no longer mounted there may be a folder all the same: that it is watched is worth no word.
    fn tell_new_ways(&mut self, is_looked_at: &dyn Fn(usize) -> bool) {
        for (at, news) in std::mem::take(&mut self.new_ways) {
            if !is_looked_at(at) {
                self.new_ways.push((at, news));
            } else if !self.away.contains(&self.roots[at]) {
                self.tell(news);
            }
        }
    }

    fn note_away(&mut self, root: Arc<Root>) {
        if !self.away.contains(&root) {
            self.away.push(root.clone());
            self.tell(WatchNews::Away(root));
        }
    }

    /// Notes which of the roots that a scan looked at are away and which are back.
    fn note_here(&mut self, report: &ScanReport, is_looked_at: &dyn Fn(usize) -> bool) {
        for (at, root) in self.roots.iter().enumerate() {
            let was_away = self.away.contains(root);
            match report.away.contains(root) {
                true => self.note_away(root.clone()),
                false if was_away && is_looked_at(at) => {
                    self.away.retain(|away| away != root);
                    self.tell(WatchNews::Back(root.clone()));
                }
                false => {}
            }
        }
        self.tell_new_ways(is_looked_at);
    }

    /// How each root is looked after.
    fn ways(&self) -> Vec<RootWatch> {
        let mut ways = self.arms.tell(self.roots);
        for (root, way) in self.roots.iter().zip(&mut ways) {
            if self.away.contains(root) {
                way.how = How::Away;
            }
        }
        ways
    }

    fn tell(&self, news: WatchNews) {
        (self.on)(news);
    }

    fn take_due(&mut self) -> Option<Due> {
        let now_ms = self.now_ms();
        (now_ms >= self.not_before_ms).then(|| self.dirty.take(now_ms))?
    }

    fn is_settled(&self) -> bool {
        self.dirty.next_ms().is_none() && self.marks.is_empty()
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
        let on = self.on;
        let progress = |progress: Progress| {
            if is_first || matches!(progress, Progress::Waiting(_)) {
                on(WatchNews::Progress(progress));
            }
        };
        let report = scan(self.index, self.roots, &options, &progress, self.stop)?;
        let is_whole = |root: usize| {
            folders
                .iter()
                .any(|(at, below)| *at == root && below.is_empty())
        };
        let is_looked_at =
            |root: usize| folders.is_empty() || folders.iter().any(|(at, _)| *at == root);
        if is_first {
            // It tells that itself.
            self.away.clone_from(&report.away);
        }
        self.note_here(&report, &is_looked_at);
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
