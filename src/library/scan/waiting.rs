//! Folders of a walk that wait to be listed, handed out to all who list. It reads none.
//!
//! The last that was found is the next to be listed: so few wait, and what lies together is listed one after the other.

use super::ignored::Rules;
use std::path::PathBuf;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// So many folders may wait.
const MAX_WAITING: usize = 1 << 20;

/// A folder that waits.
pub struct Waiting {
    /// Where it lies.
    pub folder: PathBuf,
    /// What the ignore files above it say.
    pub rules: Rules,
    /// Someone named it: it is wanted, whatever lies in it.
    pub is_root: bool,
}

/// All that wait.
#[derive(Default)]
pub struct Folders {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waiting>,
    /// How many are being listed: more may come of them.
    listed_now: usize,
    /// How many have nothing to list: where nobody has, nobody is woken.
    idle: usize,
    is_over: bool,
}

impl Folders {
    /// The first one.
    pub fn begin(&mut self, first: Waiting) {
        self.lock().waiting.push(first);
    }

    /// The next one, once there is one. `None`: the walk is over.
    pub fn next(&self) -> Option<Listing<'_>> {
        let mut state = self.lock();
        loop {
            if state.is_over {
                return None;
            }
            if let Some(of) = state.waiting.pop() {
                state.listed_now += 1;
                return Some(Listing {
                    folders: self,
                    of,
                    goes_on: false,
                });
            }
            if state.listed_now == 0 {
                return None;
            }
            state.idle += 1;
            let changed = self.changed.wait(state);
            state = changed.unwrap_or_else(PoisonError::into_inner);
            state.idle -= 1;
        }
    }

    /// Adds those that were found; gives back those for which there is no room.
    pub fn wait(&self, found: Vec<Waiting>) -> Vec<Waiting> {
        if found.is_empty() {
            return found;
        }
        let mut state = self.lock();
        let room = MAX_WAITING.saturating_sub(state.waiting.len());
        let mut found = found;
        let beyond = found.split_off(room.min(found.len()));
        state.waiting.append(&mut found);
        let is_awaited = state.idle > 0;
        drop(state);
        if is_awaited {
            self.changed.notify_all();
        }
        beyond
    }

    /// Nobody panics while holding it.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A folder that is being listed: until this is dropped, others wait for what comes of it.
pub struct Listing<'a> {
    folders: &'a Folders,
    /// The folder.
    pub of: Waiting,
    /// Whether the walk goes on after it: not until somebody says so.
    pub goes_on: bool,
}

impl Drop for Listing<'_> {
    fn drop(&mut self) {
        let mut state = self.folders.lock();
        state.listed_now -= 1;
        state.is_over |= !self.goes_on;
        let is_last = state.is_over || state.listed_now == 0 && state.waiting.is_empty();
        drop(state);
        if is_last {
            self.folders.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> Waiting {
        Waiting {
            folder: name.into(),
            rules: Rules::default(),
            is_root: false,
        }
    }

    fn begun() -> Folders {
        let mut folders = Folders::default();
        folders.begin(folder("root"));
        folders
    }

    #[test]
    fn two_list_each_folder_once_and_both_come_to_the_end() {
        let folders = begun();
        let list = || {
            let mut listed = Vec::new();
            while let Some(mut listing) = folders.next() {
                let name = listing.of.folder.to_string_lossy().into_owned();
                if name.len() < 10 {
                    let below = ["a", "b"].map(|end| folder(&format!("{name}{end}")));
                    assert!(folders.wait(below.into()).is_empty());
                }
                listed.push(name);
                listing.goes_on = true;
            }
            listed
        };
        let mut all = std::thread::scope(|threads| {
            let other = threads.spawn(list);
            [list(), other.join().unwrap()].concat()
        });
        let listed = all.len();
        all.sort();
        all.dedup();
        assert_eq!((listed, all.len()), (127, 127));
    }

    #[test]
    fn one_that_stops_or_panics_ends_the_walk_for_all() {
        let folders = begun();
        folders.wait(vec![folder("a"), folder("b")]);
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _listing = folders.next();
            panic!("a lister's own");
        }));
        assert!(panicked.is_err() && folders.next().is_none());
    }

    #[test]
    fn no_more_wait_than_there_is_room_for() {
        let folders = begun();
        let many = (0..MAX_WAITING).map(|_| folder("x")).collect();
        assert_eq!(folders.wait(many).len(), 1);
    }
}
