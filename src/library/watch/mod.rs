//! Scans, then keeps the index current: an event says that a folder is dirty, and a dirty folder is scanned. No event is
//! ever applied as such, so one that is lost, doubled or out of order does no harm.
//!
//! A root on a file system that tells nothing, or beyond the limit of watches, is polled instead, and that is said. A root
//! that vanishes is armed again when it is back. A scan that fails is tried again. Where there are other roots than before,
//! all is begun anew.
//!
//! What no event tells of: a file that is changed through a link to it, by another of its names, or through memory; and
//! a new time without new content, unless the time of the last reading is set with it. So all is looked at once more
//! [`SWEEP`] after something was heard; where nothing happens, no disk is woken.

mod arm;
mod dirty;
mod growing;
mod hear;
mod limits;
mod looking;
mod news;
mod state;

pub use limits::{Raise, most_watches};
pub use news::{PollReason, WatchNews};
pub use state::{How, RootWatch, Watching, state};

use super::worker::ReadIn;
use super::{Index, LibraryError};
use crate::music::Root;
use crossbeam_channel::Receiver;
use looking::Looking;
use state::Told;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How to watch.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// Look at every root so often instead of waiting for events.
    pub poll: Option<Duration>,
    /// So long nothing may happen in a folder before it is looked at.
    pub quiet: Duration,
    /// Where foreign files are read.
    pub read_in: ReadIn,
    /// Its other end is dropped once `stop` is set: then nothing needs to be looked at just to see that it is not.
    pub ends: Option<Receiver<()>>,
}

impl Default for WatchOptions {
    fn default() -> Self {
        Self {
            poll: None,
            quiet: Duration::from_millis(500),
            read_in: ReadIn::default(),
            ends: None,
        }
    }
}

/// The roots to watch.
pub struct Roots<'a> {
    /// Those that there are now.
    pub first: &'a [Arc<Root>],
    /// All that there are, where they are others than before; asked again and again.
    pub news: &'a mut dyn FnMut() -> Option<Vec<Arc<Root>>>,
}

/// Watches until `stop`; `on` is told of every scan that changed something, of the first one in any case, and of what
/// becomes of the roots. Called from this thread. Another watch of the same index is waited for.
pub fn watch(
    index: &Index,
    roots: Roots,
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
    let mut now = roots.first.to_vec();
    let mut is_first = true;
    loop {
        let mut looking = Looking::at(index, &now, options, &tell, stop);
        let Some(new) = looking.run(&mut told, roots.news, is_first)? else {
            return Ok(());
        };
        drop(looking);
        tell_of_roots(index, &now, &new, &tell);
        now = new;
        is_first = false;
    }
}

fn tell_of_roots(index: &Index, before: &[Arc<Root>], now: &[Arc<Root>], tell: &dyn Fn(WatchNews)) {
    for root in before.iter().filter(|root| !now.contains(root)) {
        // A scan that began before the root went has noted it anew. What cannot be taken out now is nobody's, and not seen.
        if !now.iter().any(|other| other.name == root.name) {
            let _ = index.forget_root(&root.name);
        }
        tell(WatchNews::LetGo(root.clone()));
    }
    for root in now.iter().filter(|root| !before.contains(root)) {
        tell(WatchNews::Added(root.clone()));
    }
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
