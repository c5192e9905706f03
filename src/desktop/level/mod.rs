//! Whether a streaming client makes any sound: the peak of what its own stream sends to its sink, of that stream alone, and
//! nothing of it is kept. It never listens to a microphone: each stream recorded is that of a sink's own monitor, bound to one
//! stream that is played there, and is refused where the server says otherwise. Nothing runs unless the person has said yes,
//! and there is no connection while no client says that it plays.
//!
//! | file | what it does |
//! |---|---|
//! | `whose` | which of the streams are a client's; pure |
//! | `ear` | what is asked for to hear one stream, and what was heard |
//! | `server` | one connection: streams come and go, levels change |
//! | `life` | the thread: servers come and go |
//!
//! PulseAudio says of a stream that runs dry all that it says of one that plays (measured: not corked, the sink running);
//! its peak alone tells, which is then exactly 0.

mod ear;
mod life;
mod server;
mod whose;

pub use whose::Followed;

use crate::engine::pulse::{Waker, waker};
use crate::outage::Facts;
use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// The clients that are listened to, for the thread to take.
type Wanted = Arc<Mutex<Vec<Followed>>>;

/// The thread that listens. Dropping it ends it.
pub struct Listener {
    wanted: Wanted,
    waker: Waker,
    quitting: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// Starts the thread; nothing is listened to yet.
    pub fn start(facts: Facts) -> io::Result<Self> {
        let (waker, woken) = waker()?;
        let (wanted, quitting) = (Wanted::default(), Arc::<AtomicBool>::default());
        let life = life::Life::new(facts, wanted.clone(), woken.into(), quitting.clone());
        let thread = std::thread::Builder::new()
            .name("level".into())
            .spawn(move || life.run())?;
        Ok(Self {
            wanted,
            waker,
            quitting,
            thread: Some(thread),
        })
    }

    /// Listens to these from now on, and to nobody else.
    pub fn follow(&self, clients: Vec<Followed>) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = clients;
        self.waker.wake();
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.quitting.store(true, Ordering::Release);
        self.waker.wake();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
