//! What a watch tells. Plain data.

use super::limits::Raise;
use crate::library::LibraryError;
use crate::library::scan::{Progress, ScanReport};
use crate::library::turn::Holder;
use crate::music::Root;
use std::sync::Arc;
use std::time::Duration;

/// What a watch tells.
#[derive(Debug)]
pub enum WatchNews {
    /// Another watch keeps this index current; this one waits until that ends.
    Waiting(Option<Holder>),
    /// How far the first scan is, or that a scan waits for another one.
    Progress(Progress),
    /// A scan has ended.
    Scanned(Box<ScanReport>),
    /// A scan has failed, and will be tried again.
    Failed {
        /// Why.
        error: LibraryError,
        /// When.
        again_in: Duration,
    },
    /// A root is looked at every so often.
    Polling {
        /// The root.
        root: Arc<Root>,
        /// How often.
        every: Duration,
        /// Why no event tells of it.
        why: PollReason,
    },
    /// A root that was away or polled is watched.
    Watched(Arc<Root>),
    /// A root has gone away; it is watched again when it is back.
    Away(Arc<Root>),
    /// A root that was away is back.
    Back(Arc<Root>),
    /// A folder has become a root.
    Added(Arc<Root>),
    /// A folder is a root no longer.
    LetGo(Arc<Root>),
    /// All that was heard of is in the index.
    Settled,
}

/// Why a root is polled.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PollReason {
    /// Someone asked for it.
    #[error("as asked")]
    Asked,
    /// Its file system, or one mounted in it, does not tell what others change.
    #[error("{0} does not tell of changes that others make")]
    Silent(String),
    /// The system's limit of watched folders.
    #[error("it has more folders than the system lets be watched")]
    WatchLimit(Raise),
    /// The system's limit of programs that watch.
    #[error("more programs watch files than the system lets")]
    WatcherLimit(Raise),
    /// The watcher failed.
    #[error("it cannot be watched: {0}")]
    Failed(String),
}

impl PollReason {
    /// In a word or two.
    pub fn in_short(&self) -> &str {
        match self {
            Self::Asked => "as asked",
            Self::Silent(kind) => kind,
            Self::WatchLimit(_) => "limit of watches",
            Self::WatcherLimit(_) => "limit of watchers",
            Self::Failed(_) => "it cannot be watched",
        }
    }

    /// Shell lines that mend it: now, and for good.
    pub fn remedy(&self) -> Vec<String> {
        match self {
            Self::WatchLimit(raise) | Self::WatcherLimit(raise) => raise.lines().to_vec(),
            _ => Vec::new(),
        }
    }
}
