//! The thread `counts`: it writes what was heard. While `standin.db` cannot be written it keeps it in the state folder and
//! tries again from time to time; nobody waits for it but who ends the desk, and that for a moment.
//!
//! What it has written a kill does not take, and counts nothing twice. A kill takes what is on its way: the song that has
//! just counted, and more of them only where songs are shorter than the disk takes to sync.

use super::MAX_UNWRITTEN;
use crate::daemon::snapshot::{News, View};
use crate::library::person::{HowFar, LeftOffLookup, Listening, PersonError, Uncounted, Underway};
use crate::library::{Library, LibraryError};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

/// Another program that writes is waited for so long: then it is kept until later.
const PATIENCE: Duration = Duration::from_millis(250);

/// What could not be counted is tried again after so long.
const AGAIN: Duration = Duration::from_secs(10);

/// What is to be written.
pub enum Counted {
    /// What was heard.
    Heard(Box<Listening>),
    /// Where a long file was left.
    Left(HowFar),
}

/// Where what was heard is counted.
pub struct Counter {
    library: Library,
    uncounted: Uncounted,
    state: PathBuf,
}

impl Counter {
    /// In what the person made, else in the state folder. Nothing is opened before something was heard.
    pub fn new(library: Library, state: &Path) -> Self {
        let uncounted = Uncounted::at(state);
        let state = state.to_owned();
        Self {
            library,
            uncounted,
            state,
        }
    }

    /// What is owned.
    pub(in crate::daemon) fn library(&self) -> Library {
        self.library.clone()
    }

    /// Where long files were left, also as a kill has left it.
    pub(in crate::daemon) fn left_off(&self) -> LeftOffLookup {
        self.library.left_off_lookup()
    }

    /// Counts what an earlier run could not, where there is something and nobody has to be waited for; else it waits on.
    pub fn catch_up(&self) {
        if !self.uncounted.is_empty() {
            self.count(&[], Duration::ZERO).ok();
        }
    }

    /// Where a kill has left a long file, where that is news.
    fn underway(&self) -> Option<HowFar> {
        let underway = Underway::in_folder(&self.state).read()?;
        let kept = self
            .library
            .person_reader()
            .ok()?
            .left_off(underway.key)
            .ok()?;
        let is_news = match kept {
            Some(kept) => kept.left_at_ms < underway.left.left_at_ms,
            None => underway.left.at_ms.is_some(),
        };
        is_news.then_some(underway)
    }

    /// Keeps where long files were left.
    fn leave_off(&self, left: &[HowFar]) -> Result<(), LibraryError> {
        let mut person = self.library.person()?;
        person.wait_at_most(PATIENCE)?;
        Ok(person.leave_off(left)?)
    }

    /// What waited longest is counted first.
    fn count(&self, heard: &[Listening], patience: Duration) -> Result<(), LibraryError> {
        let mut person = self.library.person()?;
        person.wait_at_most(patience)?;
        self.uncounted.count_into(&mut person)?;
        person.hear(heard)?;
        Ok(())
    }
}

/// Starts the thread; it ends when nobody can hand it anything any more.
pub fn start(
    counter: Counter,
    view: Arc<View>,
) -> std::io::Result<(Sender<Counted>, JoinHandle<()>)> {
    let (sender, heard) = bounded(MAX_UNWRITTEN);
    let writer = Writer {
        counter,
        view,
        held: Vec::new(),
        left: Vec::new(),
        is_told: false,
    };
    let thread = std::thread::Builder::new().name("counts".into());
    Ok((sender, thread.spawn(move || writer.run(&heard))?))
}

struct Writer {
    counter: Counter,
    view: Arc<View>,
    /// Neither counted nor kept, at most [`MAX_UNWRITTEN`].
    held: Vec<Listening>,
    /// Where files were left that is yet to be kept, at most [`MAX_UNWRITTEN`].
    left: Vec<HowFar>,
    is_told: bool,
}

impl Writer {
    fn run(mut self, heard: &Receiver<Counted>) {
        if !self.counter.uncounted.is_empty() {
            self.count();
        }
        self.left.extend(self.counter.underway());
        self.leave_off();
        loop {
            let next = match self.waits() {
                true => heard.recv_timeout(AGAIN),
                false => heard.recv().map_err(RecvTimeoutError::from),
            };
            match next {
                Ok(first) => {
                    let all = std::iter::once(first).chain(heard.try_iter());
                    all.take(MAX_UNWRITTEN).for_each(|one| self.take(one));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
            self.write();
        }
        if self.waits() {
            self.write();
        }
    }

    fn take(&mut self, one: Counted) {
        match one {
            Counted::Heard(listening) => self.held.push(*listening),
            Counted::Left(how_far) => self.left.push(how_far),
        }
    }

    fn waits(&self) -> bool {
        !self.left.is_empty() || self.waits_to_count()
    }

    fn waits_to_count(&self) -> bool {
        !self.held.is_empty() || !self.counter.uncounted.is_empty()
    }

    fn write(&mut self) {
        if self.waits_to_count() {
            self.count();
        }
        self.leave_off();
    }

    /// What cannot be kept now is tried again; the last of it is in the state folder, too.
    fn leave_off(&mut self) {
        if !self.left.is_empty() && self.counter.leave_off(&self.left).is_ok() {
            self.left.clear();
        }
        let too_many = self.left.len().saturating_sub(MAX_UNWRITTEN);
        self.left.drain(..too_many);
    }

    fn count(&mut self) {
        let Err(error) = self.counter.count(&self.held, PATIENCE) else {
            self.held.clear();
            self.is_told = false;
            return;
        };
        let news = match self.keep() {
            Ok(()) => News::CountedLater {
                reason: error.to_string(),
            },
            Err(unkept) => News::NotCounted {
                reason: format!("{error}, and {unkept}"),
            },
        };
        if !std::mem::replace(&mut self.is_told, true) {
            self.view.tell(news);
        }
    }

    fn keep(&mut self) -> Result<(), PersonError> {
        if !self.held.is_empty() {
            let kept = self.counter.uncounted.add(&self.held);
            if kept.is_err() {
                let too_many = self.held.len().saturating_sub(MAX_UNWRITTEN);
                self.held.drain(..too_many);
            }
            kept?;
        }
        self.held.clear();
        Ok(())
    }
}
