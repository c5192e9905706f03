//! What a client can wait for in `idle`, as sets of bits that add up: none is lost, and none waits for a reader.

use crate::player::Changes;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// A set of MPD's subsystems.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subsystems(u16);

macro_rules! subsystems {
    ($($constant:ident = $bit:literal, $name:literal;)+) => {
        #[allow(missing_docs)]
        impl Subsystems {
            $(pub const $constant: Self = Self(1 << $bit);)+

            const NAMES: &[(Self, &str)] = &[$((Self::$constant, $name)),+];
        }
    };
}

// In the order in which MPD tells them.
subsystems! {
    DATABASE = 0, "database";
    STORED_PLAYLIST = 1, "stored_playlist";
    PLAYLIST = 2, "playlist";
    PLAYER = 3, "player";
    MIXER = 4, "mixer";
    OUTPUT = 5, "output";
    OPTIONS = 6, "options";
    STICKER = 7, "sticker";
    UPDATE = 8, "update";
    SUBSCRIPTION = 9, "subscription";
    MESSAGE = 10, "message";
    NEIGHBOR = 11, "neighbor";
    MOUNT = 12, "mount";
    PARTITION = 13, "partition";
}

impl Subsystems {
    /// All of them.
    pub const ALL: Self = Self(u16::MAX);

    /// The subsystem of this name, in any case.
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::NAMES
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name));
        found.map(|(one, _)| *one)
    }

    /// The names in this set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let known = Self::NAMES.iter();
        known
            .filter(move |(one, _)| self.has(*one))
            .map(|(_, name)| *name)
    }

    /// Both sets.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What is in both.
    pub fn among(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// What is in this and not in the other.
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether anything of `other` is in this set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl From<Changes> for Subsystems {
    fn from(changes: Changes) -> Self {
        let known = [
            (Changes::QUEUE, Self::PLAYLIST),
            (Changes::PLAYER, Self::PLAYER),
            (Changes::OPTIONS, Self::OPTIONS),
            (Changes::MIXER, Self::MIXER),
            (Changes::OUTPUT, Self::OUTPUT),
        ];
        let changed = known.iter().filter(|(change, _)| changes.has(*change));
        changed.fold(Self::default(), |all, (_, one)| all.with(*one))
    }
}

/// Where news are left for the thread of the sockets: it never blocks who leaves them.
#[derive(Clone, Default)]
pub struct Stir(Arc<Inner>);

#[derive(Default)]
struct Inner {
    news: AtomicU16,
    /// News that are for one client alone.
    single: Mutex<Vec<(u64, Subsystems)>>,
    waker: OnceLock<Arc<mio::Waker>>,
}

impl Stir {
    /// Something has changed.
    pub fn tell(&self, news: Subsystems) {
        if news.is_empty() {
            return;
        }
        self.0.news.fetch_or(news.0, Ordering::Release);
        self.wake();
    }

    /// Something has changed for the client of this number alone.
    pub(super) fn tell_one(&self, client: u64, news: Subsystems) {
        self.single().push((client, news));
        self.wake();
    }

    /// The thread takes them with its next turn, so they are as few as clients and their messages.
    pub(super) fn take_single(&self) -> Vec<(u64, Subsystems)> {
        std::mem::take(&mut *self.single())
    }

    fn single(&self) -> MutexGuard<'_, Vec<(u64, Subsystems)>> {
        let single = &self.0.single;
        single.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The thread looks after its sockets.
    pub(super) fn wake(&self) {
        if let Some(waker) = self.0.waker.get() {
            // It fails only where the kernel is out of memory; the next news wakes it then.
            waker.wake().ok();
        }
    }

    pub(super) fn take(&self) -> Subsystems {
        Subsystems(self.0.news.swap(0, Ordering::Acquire))
    }

    /// Once: who is woken.
    pub(super) fn wakes(&self, waker: Arc<mio::Waker>) {
        self.0.waker.set(waker).ok();
    }
}
