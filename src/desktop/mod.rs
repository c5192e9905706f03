//! The desktop: media keys, applets and lock screens through MPRIS, sleep that is held off while music plays, and, where
//! it is asked for, a notification for each song. A door like any other: no rule about music stands here, and nothing
//! in it is ever waited for by the desk. Where there is no D-Bus, nothing is said and nothing is missing.
//!
//! | file | what it does |
//! |---|---|
//! | `shown` | the desk as MPRIS shows it; pure |
//! | `jumps` | whether the position has jumped; pure |
//! | `house` | what calls and the thread share |
//! | `mpris` | the objects on the session bus: calls → events, and properties |
//! | `life` | the thread: buses come and go, changes go out |
//! | `art` | a picture's file for a song |
//! | `awake` | sleep, held off |
//! | `buttons` | those on what the guard says, and who presses them |
//! | `notify` | notifications |
//! | `sensors` | the senses of the guard, for whoever starts them: facts up, orders down |
//! | `streaming` | what streaming clients show on the buses |
//! | `level` | whether a client's own stream sounds |
//! | `network` | the route, NetworkManager's word, sleep |
//! | `waits` | what threads here wait with |
//!
//! # Threads
//!
//! One, `desktop`, runs all of it but the sensors; `cover` is there while a picture is looked for. A wake of the desk leaves
//! a mark and goes on; the thread then looks at the snapshot. Of the sensors, `sensors` has the buses, and `level` the sound
//! server, where it may listen; with the guard off neither is there.
//!
//! Source: MPRIS 2.2 (specifications.freedesktop.org/mpris-spec), Desktop Notifications 1.2.

mod art;
mod awake;
mod buttons;
mod house;
mod jumps;
mod level;
mod life;
mod mpris;
mod network;
mod notify;
mod sensors;
mod shown;
mod streaming;
mod waits;

pub use sensors::{Ordered, Sensors};
#[doc(hidden)]
pub use streaming::{Body, Field};

use crate::daemon::Desk;
use crate::daemon::stepping::Switch;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use zruntime::mpmc::{Sender, bounded};

/// A session bus that is not there, or went away, is looked for again after so long.
const AGAIN: Duration = Duration::from_secs(60);

/// Who does not answer within this much is not waited for.
const PATIENCE: Duration = Duration::from_secs(3);

/// What the person has set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// A notification for each song.
    pub notifications: bool,
    /// Where pictures are kept that lie in no file of their own.
    pub art: PathBuf,
}

/// The desktop's thread. Dropping it leaves the bus.
pub struct Desktop {
    notifies: Arc<AtomicBool>,
    stay: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Desktop {
    /// Starts the thread; it tells of this desk until it is dropped.
    /// `guard`: who asks and is answered, where there is one.
    pub fn start(
        desk: &Arc<Desk>,
        guard: Option<Arc<Switch>>,
        settings: Settings,
    ) -> io::Result<Self> {
        let (wake, woken) = bounded(NonZeroUsize::MIN);
        let (stay, gone) = bounded::<()>(NonZeroUsize::MIN);
        // A mark that is there already has woken the thread.
        let ring = wake.clone();
        desk.wake_by(move |_| _ = ring.try_send(()));
        let house = house::House::new(desk.clone(), guard, wake);
        let notifies = Arc::new(AtomicBool::new(settings.notifications));
        let (art, notified) = (settings.art, notifies.clone());
        let thread = std::thread::Builder::new()
            .name("desktop".into())
            .spawn(move || life::live(house, art, notified, woken, gone))?;
        Ok(Self {
            notifies,
            stay: Some(stay),
            thread: Some(thread),
        })
    }
}

impl Desktop {
    /// Whether a notification is shown for each song from now on.
    pub fn notify_of_songs(&self, notifies: bool) {
        self.notifies.store(notifies, Ordering::Relaxed);
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        drop(self.stay.take());
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}
