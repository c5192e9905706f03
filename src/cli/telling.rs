//! How far long work is, told to our own daemon where one runs, so that its clients can show it. It never fails, and nobody
//! waits for it: a daemon that is not there, or does not answer, costs the work nothing.

use super::Context;
use super::wire::{GREETS_WITHIN, own_address};
use crate::mpd::remote::{Address, Remote, RemoteError, Words};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// The shortest time from one news to the next.
const EVERY: Duration = Duration::from_millis(250);
/// Where there is no news for so long, the last is told again: a client that says nothing for a minute is taken to be gone.
const AGAIN_AFTER: Duration = Duration::from_secs(20);
/// How much there is to do is not known.
const UNKNOWN: u64 = u64::MAX;

/// Work that is told of until this is dropped.
pub struct Telling {
    far: Arc<Far>,
    /// One that waits is enough: what is told is how far it is by then.
    news: Sender<()>,
    /// Dropped at the end.
    _life: Sender<()>,
}

/// How far it is.
struct Far {
    done: AtomicU64,
    total: AtomicU64,
}

/// The thread's side of it.
struct Teller {
    name: &'static str,
    far: Arc<Far>,
    news: Receiver<()>,
    life: Receiver<()>,
}

impl Telling {
    /// From now on it is told that such work is done.
    pub fn begin(name: &'static str, context: &Context) -> Self {
        let (news, told) = bounded(1);
        let (life, lives) = bounded(0);
        let far = Arc::new(Far {
            done: AtomicU64::new(0),
            total: AtomicU64::new(UNKNOWN),
        });
        let teller = Teller {
            name,
            far: far.clone(),
            news: told,
            life: lives,
        };
        let address = own_address(context);
        // Where no thread can be had, nobody is told; and nobody waits for its end.
        std::thread::Builder::new()
            .name("telling".into())
            .spawn(move || teller.tell(address))
            .ok();
        Self {
            far,
            news,
            _life: life,
        }
    }

    /// So much is done of so much, in files, bytes, or whatever is counted.
    pub fn tell(&self, done: u64, total: Option<u64>) {
        self.far.done.store(done, Relaxed);
        self.far.total.store(total.unwrap_or(UNKNOWN), Relaxed);
        self.news.try_send(()).ok();
    }
}

impl Teller {
    /// Until the work is done, or nobody takes it.
    fn tell(self, address: Address) -> Option<()> {
        let mut remote = Remote::connect_within(address, GREETS_WITHIN).ok()?;
        loop {
            self.say(&mut remote).ok()?;
            if self.life.recv_timeout(EVERY) == Err(RecvTimeoutError::Disconnected) {
                return None;
            }
            if self.news.recv_timeout(AGAIN_AFTER) == Err(RecvTimeoutError::Disconnected) {
                return None;
            }
        }
    }

    fn say(&self, remote: &mut Remote) -> Result<(), RemoteError> {
        let words = Words::new("standin_work").with(self.name);
        let words = words.with(self.far.done.load(Relaxed).to_string());
        let words = match self.far.total.load(Relaxed) {
            UNKNOWN => words,
            total => words.with(total.to_string()),
        };
        remote.ask(words).map(|_| ())
    }
}
