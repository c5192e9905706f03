//! What a scan tells: how far it is, and in the end what it did. Plain data.

use crate::library::turn::Holder;
use crate::music::Root;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// A file, or a folder, that is not in the index, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Skip {
    /// Where it lies.
    pub path: PathBuf,
    /// A sentence that stands after the path.
    pub reason: String,
}

/// How far a scan is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Progress {
    /// Another scan is at work, and this one waits for it; `None`: it did not say who it is.
    Waiting(Option<Holder>),
    /// Looking at files.
    Scanning {
        /// Files looked at so far.
        seen: u64,
        /// Files whose tags were read.
        read: u64,
        /// Files skipped.
        skipped: u64,
        /// How many files the index held before: what `seen` may come to.
        expected: u64,
    },
    /// Every file was seen; what has gone and what has moved is being noted.
    Finishing,
}

/// Files of a root that are no longer there, and so many that they were kept as they were.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Held {
    /// The root.
    pub root: Arc<Root>,
    /// Files that are not there.
    pub files: u64,
    /// Of so many that the index has.
    pub of: u64,
}

/// What a scan did. `seen` = `new` + `changed` + `moved` + `same` + the length of `skipped`, always.
#[derive(Clone, Debug, Default)]
pub struct ScanReport {
    /// Files that are music by name or content, and links and folders that are listed as skips.
    pub seen: u64,
    /// Files that were not here before.
    pub new: u64,
    /// Files whose size or time had changed.
    pub changed: u64,
    /// Files whose audio was known at a place where it is no longer.
    pub moved: u64,
    /// Files as they were.
    pub same: u64,
    /// What is not in the index, and why.
    pub skipped: Vec<Skip>,
    /// Cue sheets, which are not counted, that could not be used as they are, and why. Each is told once.
    pub sheets: Vec<Skip>,
    /// Files that were here and are no longer; they stay known.
    pub gone: u64,
    /// Roots of which more than a fifth vanished at once: nothing was noted of that.
    pub held: Vec<Held>,
    /// Files that were gone and are no longer known, because that was asked for.
    pub forgotten: u64,
    /// Roots that are away: nothing of them was changed.
    pub away: Vec<Arc<Root>>,
    /// Songs that are in the index now, whole.
    pub songs_total: u64,
    /// It was told to stop: what was stored until then stays, and nothing was declared gone.
    pub stopped: bool,
    /// Where the old index lies, which was damaged: this scan made a new one.
    pub remade: Option<PathBuf>,
    /// How long it took.
    pub elapsed: Duration,
}

impl ScanReport {
    /// Whether the index holds other songs than before, or tells other things of them.
    pub fn changes_something(&self) -> bool {
        self.new + self.changed + self.moved + self.gone + self.forgotten > 0
            || self.remade.is_some()
    }

    /// Files looked at so far, whatever came of them.
    pub(super) fn sum(&self) -> u64 {
        self.new + self.changed + self.moved + self.same + self.skipped.len() as u64
    }
}
