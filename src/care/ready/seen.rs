//! What was looked at. Plain data.

use crate::care::missing::Coverage;
use crate::outage::{Mode, Profile};
use std::path::PathBuf;

/// Everything that was looked at.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    pub now_ms: i64,
    /// Whether an output opens.
    pub has_output: bool,
    pub lists: Vec<ListReady>,
    pub all: Coverage,
    /// What was heard elsewhere in the last year; `None`: no history was imported.
    pub year: Option<Minutes>,
    /// Songs that are here, and how long they last, in ms.
    pub songs: u64,
    pub songs_last_ms: u64,
    /// Songs of all playlists that are here, each once, and how long they last, in ms.
    pub listed: u64,
    pub listed_last_ms: u64,
    /// Files that were opened and begun, and those that failed, with the reason.
    pub tried: usize,
    pub failed: Vec<(PathBuf, String)>,
    /// Songs whose loudness is known, of those that are here.
    pub measured: u64,
    /// Roots that need a network: name, type of the file system, songs.
    pub far: Vec<(String, String, u64)>,
    /// Imports: what each was called, and when it was last made, in ms since 1970.
    pub imports: Vec<(String, i64)>,
    /// How far the guard may go.
    pub guard: Mode,
    /// Whether it may measure if a client's own stream sounds.
    pub listens: bool,
    /// What the person knows of streaming clients.
    pub clients: Vec<Profile>,
}

/// A playlist, and how much of it there is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListReady {
    /// Its rows.
    pub coverage: Coverage,
    /// What was heard of its songs elsewhere in the last year, where a history was imported.
    pub year: Option<Minutes>,
    /// Whether it is a service's.
    pub is_mirror: bool,
}

/// How long was listened, and how much of that is owned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Minutes {
    /// In ms.
    pub heard_ms: u64,
    /// Of songs that play here by themselves, in ms.
    pub owned_ms: u64,
}

/// The listening of a month.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Month {
    /// `2026-11`, by universal time.
    pub name: String,
    /// What was heard.
    pub minutes: Minutes,
}

impl Minutes {
    /// How much of it is owned, in percent, rounded down; of nothing all is.
    pub fn percent(&self) -> u64 {
        match self.heard_ms {
            0 => 100,
            heard => self.owned_ms.saturating_mul(100) / heard,
        }
    }

    pub(super) fn add(&mut self, ms: u64, is_owned: bool) {
        self.heard_ms = self.heard_ms.saturating_add(ms);
        if is_owned {
            self.owned_ms = self.owned_ms.saturating_add(ms);
        }
    }
}
