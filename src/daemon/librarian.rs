//! The librarian: keeps the index current, and scans when somebody asks. It decides nothing about what plays.
//!
//! Two threads: `librarian` watches the roots for as long as this lives, `update` runs the scans that are asked for, one
//! after the other. They take turns at the index, as every scan does.

use crate::library::scan::{Progress, ScanOptions};
use crate::library::watch::WatchNews;
use crate::library::{Library, LibraryError};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded, select};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Scans that may wait; further ones are refused, as in MPD.
const MAX_JOBS: usize = 32;

/// A watch that could not begin is begun again after so long.
const WATCH_AGAIN: Duration = Duration::from_secs(30);

/// What has happened to the index.
#[derive(Debug)]
pub enum LibraryNews {
    /// A scan that was asked for begins or ends.
    Updating,
    /// Songs came, went or changed.
    Changed,
    /// Something that a person should know: from the watch, as it tells it.
    Watch(WatchNews),
    /// A scan that was asked for failed.
    Failed(LibraryError),
}

/// Takes news; it must not wait.
pub type OnNews = Arc<dyn Fn(LibraryNews) + Send + Sync>;

/// A scan that was asked for.
struct Job {
    number: u32,
    /// Folders; none: every root.
    folders: Vec<PathBuf>,
    full: bool,
}

/// A scan that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Scanning {
    /// Its number.
    pub job: u32,
    /// How far it is; `None`: it has not begun.
    pub progress: Option<Progress>,
}

/// The running librarian; a clone is the same one. The threads end when [`end`](Self::end) is called.
#[derive(Clone)]
pub struct Librarian {
    jobs: Sender<Job>,
    last: Arc<AtomicU32>,
    /// The job that runs or waits, else 0.
    now: Arc<AtomicU32>,
    /// How far the one that runs is.
    progress: Arc<Mutex<Option<Progress>>>,
    /// Why the last one failed, in a sentence.
    failed: Arc<Mutex<Option<String>>>,
    stop: Arc<AtomicBool>,
    /// Dropped at the end: who waits for a scan to be asked for waits no longer.
    life: Arc<Mutex<Option<Sender<()>>>>,
    threads: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Librarian {
    /// Starts both threads; with `watches`, the roots are watched. `music`: the folder that the first scan takes, where none is known.
    pub fn start(
        library: &Library,
        watches: bool,
        music: Option<PathBuf>,
        on: OnNews,
    ) -> std::io::Result<Self> {
        let (jobs, asked) = bounded(MAX_JOBS);
        let (life, lives) = bounded(0);
        let librarian = Self {
            jobs,
            last: Arc::default(),
            now: Arc::default(),
            progress: Arc::default(),
            failed: Arc::default(),
            stop: Arc::default(),
            life: Arc::new(Mutex::new(Some(life))),
            threads: Arc::default(),
        };
        let mut threads = Vec::new();
        if watches {
            let (library, on, stop) = (library.clone(), on.clone(), librarian.stop.clone());
            let lives = lives.clone();
            let watch = move || keep_watching(&library, &on, &stop, lives);
            threads.push(
                std::thread::Builder::new()
                    .name("librarian".into())
                    .spawn(watch)?,
            );
        }
        let jobs = Jobs {
            library: library.clone(),
            now: librarian.now.clone(),
            progress: librarian.progress.clone(),
            failed: librarian.failed.clone(),
            music,
            on,
            stop: librarian.stop.clone(),
        };
        let update = move || jobs.run(&asked, &lives);
        threads.push(
            std::thread::Builder::new()
                .name("update".into())
                .spawn(update)?,
        );
        *librarian
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = threads;
        Ok(librarian)
    }

    /// Asks for a scan of these folders, or of every root; gives its number. `None`: too many wait.
    pub fn update(&self, folders: Vec<PathBuf>, full: bool) -> Option<u32> {
        let number = self.last.fetch_add(1, Ordering::AcqRel) + 1;
        let job = Job {
            number,
            folders,
            full,
        };
        // Before it is handed over: a scan may have ended by the time that this goes on.
        let turn = |from, to| {
            self.now
                .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire)
        };
        turn(0, number).ok();
        match self.jobs.try_send(job) {
            Ok(()) => Some(number),
            Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) => {
                turn(number, 0).ok();
                None
            }
        }
    }

    /// The number of the scan that runs or waits.
    pub fn job(&self) -> Option<u32> {
        Some(self.now.load(Ordering::Acquire)).filter(|number| *number > 0)
    }

    /// The scan that runs or waits, and how far it is.
    pub fn scanning(&self) -> Option<Scanning> {
        let job = self.job()?;
        let progress = *self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        Some(Scanning { job, progress })
    }

    /// Why the last scan that was asked for failed, in a sentence.
    pub fn failed(&self) -> Option<String> {
        self.failed
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Ends the threads: a scan under way stops between two files.
    pub fn end(&self) {
        self.stop.store(true, Ordering::Release);
        self.life
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            thread.join().ok();
        }
    }
}

/// Where there are no roots yet, the first one is taken up when it comes.
fn keep_watching(library: &Library, on: &OnNews, stop: &AtomicBool, lives: Receiver<()>) {
    let tell = on.clone();
    let mut hear = move |news: WatchNews| {
        let has_changed = matches!(&news, WatchNews::Scanned(report) if report.changes_something());
        tell(LibraryNews::Watch(news));
        if has_changed {
            tell(LibraryNews::Changed);
        }
    };
    loop {
        let watched = library.roots_to_watch().and_then(|roots| {
            let lives = Some(lives.clone());
            library.watch_until(&roots, None, &mut hear, stop, lives)
        });
        match watched {
            Ok(()) => return,
            Err(error) => on(LibraryNews::Failed(error)),
        }
        // What was missing may be there in a while: a file, room on a disk.
        if lives.recv_timeout(WATCH_AGAIN) != Err(RecvTimeoutError::Timeout) {
            return;
        }
    }
}

/// What the thread `update` works with.
struct Jobs {
    library: Library,
    now: Arc<AtomicU32>,
    progress: Arc<Mutex<Option<Progress>>>,
    failed: Arc<Mutex<Option<String>>>,
    music: Option<PathBuf>,
    on: OnNews,
    stop: Arc<AtomicBool>,
}

impl Jobs {
    fn run(&self, asked: &Receiver<Job>, lives: &Receiver<()>) {
        loop {
            let job = select! {
                recv(asked) -> job => job.ok(),
                recv(lives) -> _ => None,
            };
            let Some(job) = job.filter(|_| !self.stop.load(Ordering::Acquire)) else {
                return;
            };
            self.now.store(job.number, Ordering::Release);
            (self.on)(LibraryNews::Updating);
            let scanned = self.scan(&job);
            self.say(scanned.as_ref().err().map(ToString::to_string));
            match scanned {
                Ok(true) => (self.on)(LibraryNews::Changed),
                Ok(false) => {}
                Err(error) => (self.on)(LibraryNews::Failed(error)),
            }
            self.tell(None);
            let next = if asked.is_empty() { 0 } else { job.number + 1 };
            self.now.store(next, Ordering::Release);
            (self.on)(LibraryNews::Updating);
        }
    }

    /// Whether the scan has changed anything.
    fn scan(&self, job: &Job) -> Result<bool, LibraryError> {
        let roots = self
            .library
            .roots_to_scan(&job.folders, self.music.as_deref(), false)?;
        let how = ScanOptions {
            full: job.full,
            ..ScanOptions::default()
        };
        let tell = |progress| self.tell(Some(progress));
        let report = self.library.scan(&roots, how, &tell, &self.stop)?;
        Ok(report.changes_something())
    }

    fn say(&self, failed: Option<String>) {
        *self.failed.lock().unwrap_or_else(PoisonError::into_inner) = failed;
    }

    fn tell(&self, progress: Option<Progress>) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = progress;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::worker::ReadIn;

    /// More than enough for a scan of nothing.
    const HANG: Duration = Duration::from_secs(30);

    #[test]
    fn a_scan_that_ends_before_it_is_told_of_leaves_no_trace() {
        let dir = tempfile::tempdir().unwrap();
        let library = Library::new(dir.path(), dir.path(), ReadIn::default());
        let (news, told) = bounded(1_024);
        let on: OnNews = Arc::new(move |told| {
            news.try_send(matches!(told, LibraryNews::Updating)).ok();
        });
        // No folder is named and none is known: each scan fails at once.
        let librarian = Librarian::start(&library, false, None, on).unwrap();
        for _ in 0..2_000 {
            librarian.update(Vec::new(), false).unwrap();
            let mut updates = 0;
            while updates < 2 {
                updates += usize::from(told.recv_timeout(HANG).unwrap());
            }
            assert_eq!(librarian.job(), None);
            assert!(librarian.failed().is_some());
        }
        librarian.end();
    }
}
