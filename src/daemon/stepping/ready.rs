//! The thread `guard-aside`: all of the guard's work that may wait for a disk. It looks for what would play in a client's place
//! and makes it ready, and writes the diary. A disk that hangs holds up nothing else.

use super::stream::Streamed;
use crate::engine::prime;
use crate::library::{InPlace, Instead, Library, LibraryError, Placed};
use crate::music::Outage;
use crate::outage::{Owned, TakeOver};
use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

/// Work that may wait; what is asked beyond it is asked again later, or not at all.
const MAX_JOBS: usize = 32;

/// So many songs that cannot be decoded are passed by for one that can.
const MAX_BROKEN: usize = 3;

/// How long what is under way is waited for at the end.
const ENDS_WITHIN: Duration = Duration::from_secs(3);

/// What would play, made ready.
#[derive(Default)]
pub(super) struct Ready {
    pub from: TakeOver,
    pub in_place: InPlace,
    pub owned: Option<Owned>,
}

impl Ready {
    /// What the client played, told with all that is known of it.
    pub fn told(&self, from: TakeOver) -> TakeOver {
        TakeOver {
            wanted: self.in_place.wanted.clone(),
            ..from
        }
    }

    /// For the machine.
    pub fn owned(&self) -> Owned {
        self.owned.unwrap_or(Owned::Nothing)
    }
}

/// What is asked.
pub(super) enum Job {
    /// `number`: how many such jobs were asked before it.
    Prepare {
        number: u64,
        from: Box<TakeOver>,
    },
    /// What comes behind.
    More(Box<InPlace>),
    /// Into the diary.
    Keep(Box<Outage>),
    Remember(Box<Streamed>),
}

/// What came of it.
pub(super) enum Done {
    Prepared {
        number: u64,
        ready: Box<Ready>,
    },
    More {
        rest: Box<InPlace>,
        songs: Vec<Placed>,
    },
    Failed(String),
}

/// Who asks.
pub(super) struct Aside {
    jobs: Sender<Job>,
    /// The newest number.
    newest: Arc<AtomicU64>,
}

impl Aside {
    /// Makes ready what would play; what was asked before is not wanted any more. Its number; `None`: too much waits.
    pub fn prepare(&self, from: &TakeOver) -> Option<u64> {
        let number = self.newest.fetch_add(1, Ordering::AcqRel) + 1;
        let from = Box::new(from.clone());
        self.ask(Job::Prepare { number, from }).then_some(number)
    }

    /// Whether it will be done; it never waits.
    pub fn ask(&self, job: Job) -> bool {
        !matches!(self.jobs.try_send(job), Err(TrySendError::Full(_)))
    }
}

pub(super) type Started = (Aside, Receiver<Done>, Helper);

/// Starts the thread; it ends with who asks.
pub(super) fn start(library: Library, state: &Path) -> io::Result<Started> {
    let (jobs, asked) = bounded(MAX_JOBS);
    let (tell, done) = bounded(MAX_JOBS);
    let (end, ended) = bounded::<()>(1);
    let newest = Arc::new(AtomicU64::new(0));
    let worker = Worker {
        library,
        state: state.to_owned(),
        newest: Arc::clone(&newest),
        tell,
    };
    let thread = std::thread::Builder::new()
        .name("guard-aside".into())
        .spawn(move || {
            worker.run(&asked);
            drop(end);
        })?;
    let helper = Helper {
        thread: Some(thread),
        ended,
    };
    Ok((Aside { jobs, newest }, done, helper))
}

/// The thread. Dropping it waits for its end, but not for a disk that hangs.
pub(super) struct Helper {
    thread: Option<JoinHandle<()>>,
    ended: Receiver<()>,
}

impl Drop for Helper {
    fn drop(&mut self) {
        // Nothing is ever sent: who waits is told by the end.
        let has_ended = self.ended.recv_timeout(ENDS_WITHIN);
        if has_ended.is_err_and(|error| error.is_disconnected())
            && let Some(thread) = self.thread.take()
        {
            thread.join().ok();
        }
    }
}

struct Worker {
    library: Library,
    state: PathBuf,
    newest: Arc<AtomicU64>,
    tell: Sender<Done>,
}

impl Worker {
    fn run(&self, asked: &Receiver<Job>) {
        self.say_failed("the diary of outages", self.close_what_was_left());
        while let Ok(job) = asked.recv() {
            match job {
                Job::Prepare { number, from } => {
                    if self.newest.load(Ordering::Acquire) == number {
                        let ready = Box::new(self.prepare(*from));
                        self.tell.send(Done::Prepared { number, ready }).ok();
                    }
                }
                Job::More(mut rest) => {
                    let songs = self.library.in_place_go_on(&mut rest);
                    let songs = self.or_say("your files", songs).unwrap_or_default();
                    self.tell.send(Done::More { rest, songs }).ok();
                }
                Job::Keep(outage) => {
                    let kept = || Ok(self.library.person()?.keep_outage(&outage)?);
                    self.say_failed("the diary of outages", kept());
                }
                // It is a hint: nobody misses one that a full disk did not take.
                Job::Remember(streamed) => _ = streamed.write(&self.state),
            }
        }
    }

    /// A kill leaves an outage open.
    fn close_what_was_left(&self) -> Result<(), LibraryError> {
        let all = self.library.person_reader()?.outages()?;
        if all.iter().any(|outage| outage.ended_at_ms.is_none()) {
            self.library.person()?.close_outages()?;
        }
        Ok(())
    }

    fn prepare(&self, from: TakeOver) -> Ready {
        let in_place = self.library.in_place_of(&from.wanted, &from.before);
        let nothing = || InPlace {
            wanted: from.wanted.clone(),
            ..InPlace::default()
        };
        let in_place = self.or_say("your files", in_place).unwrap_or_else(nothing);
        let mut ready = Ready {
            from,
            in_place,
            owned: None,
        };
        let is_silent = self.leave_broken_out(&mut ready);
        ready.owned = ready.in_place.instead.map(|instead| match instead {
            Instead::Song if is_silent => Owned::SilentThere,
            Instead::Song => Owned::Song,
            Instead::Later => Owned::Later,
            Instead::StandIn => Owned::StandIn,
        });
        // What comes next is known to play, too; whether it does is the desk's to find out.
        if let Some(next) = ready.in_place.songs.get(1) {
            prime(&next.song, 0).ok();
        }
        ready
    }

    /// The first song is one that plays; whether it is silent where it would begin.
    fn leave_broken_out(&self, ready: &mut Ready) -> bool {
        for _ in 0..MAX_BROKEN {
            let place_ms = ready.from.place_ms;
            let Some(first) = ready.in_place.songs.first() else {
                break;
            };
            let is_song = ready.in_place.instead == Some(Instead::Song);
            let at_ms = place_ms.filter(|_| is_song).unwrap_or(0);
            match prime(&first.song, at_ms) {
                Ok(primed) => return primed.is_silent && place_ms.is_some(),
                Err(_) => drop(ready.in_place.songs.remove(0)),
            }
            if is_song {
                ready.in_place.instead = Some(Instead::Later);
            }
        }
        if ready.in_place.songs.is_empty() {
            ready.in_place.instead = None;
        }
        false
    }

    fn or_say<T>(&self, what: &str, done: Result<T, LibraryError>) -> Option<T> {
        done.map_err(|error| self.say(what, &error)).ok()
    }

    fn say_failed(&self, what: &str, done: Result<(), LibraryError>) {
        self.or_say(what, done);
    }

    fn say(&self, what: &str, error: &LibraryError) {
        let told = format!("The guard cannot use {what}: {error}.");
        self.tell.send(Done::Failed(told)).ok();
    }
}
