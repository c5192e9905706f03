//! How often the output wanted music that should have been there and was not. It counts and decides nothing.

use std::sync::atomic::{
    AtomicBool, AtomicU64,
    Ordering::{Acquire, Relaxed, Release},
};

/// Dry spells of the ring: it ran empty after music had flowed, though more of it was to come.
#[derive(Debug, Default)]
pub(super) struct DrySpells {
    /// The feeder is still making the music that comes next.
    more_comes: AtomicBool,
    count: AtomicU64,
}

impl DrySpells {
    /// Said by the feeder: whether there is more to come of what it was given.
    pub(super) fn expect(&self, more_comes: bool) {
        self.more_comes.store(more_comes, Release);
    }

    /// Whether the feeder is making more.
    pub(super) fn more_comes(&self) -> bool {
        self.more_comes.load(Acquire)
    }

    /// Said once a spell, by whoever puts silence in the place of music: it counts where more is to come.
    pub(super) fn note(&self) -> bool {
        let dry = self.more_comes();
        if dry {
            self.count.fetch_add(1, Relaxed);
        }
        dry
    }

    /// How many there were.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Relaxed)
    }
}
