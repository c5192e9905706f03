//! Whether all is well with everything that music needs, and what to do where it is not.
//!
//! - `facts`: what was seen. Plain data.
//! - `gather`, `gather_system`: see it. They change nothing, and whatever fails is a fact too.
//! - `judge`, `judge_library`, `judge_watch`: facts → findings. Pure.
//! - `mend`: what can be mended without asking: databases, made again from what they can be made from.

mod facts;
mod gather;
mod gather_system;
mod judge;
mod judge_library;
mod judge_watch;
mod mend;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_what_is_wrong;

pub use gather::DoctorOptions;
pub use mend::{Mended, mend};

use crate::library::Library;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// The music folders.
    Folders,
    /// Who keeps the index current.
    Watch,
    /// The index, which a scan makes again.
    Index,
    /// What the person made.
    Own,
    /// Backups of that.
    Backups,
    /// Where sound goes.
    Output,
    /// Programs beside this one.
    Tools,
    /// What the system allows.
    Limits,
    /// Where standin writes.
    Disk,
    /// The music itself.
    Music,
    /// Files that were tried.
    Files,
    /// What needs a network.
    Network,
    /// Playlists, and how much of them is owned.
    Playlists,
    /// How loud songs are.
    Loudness,
    /// What was taken in from streaming services.
    Imports,
    /// Whether a streaming client that falls silent is noticed.
    Guard,
}

impl Area {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Folders => "folders",
            Self::Watch => "watch",
            Self::Index => "index",
            Self::Own => "own",
            Self::Backups => "backups",
            Self::Output => "output",
            Self::Tools => "tools",
            Self::Limits => "limits",
            Self::Disk => "disk",
            Self::Music => "music",
            Self::Files => "files",
            Self::Network => "network",
            Self::Playlists => "playlists",
            Self::Loudness => "loudness",
            Self::Imports => "imports",
            Self::Guard => "guard",
        }
    }
}

/// How it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Nothing is to be done.
    Well,
    /// Nothing is wrong, and something would be good all the same: someone who has just begun has done none of it.
    Advice,
    /// Something is to be done; music plays all the same.
    Attention,
    /// Something does not work.
    Wrong,
}

impl State {
    /// A word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Advice => "advice",
            Self::Attention => "attention",
            Self::Wrong => "wrong",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub area: Area,
    /// How that is.
    pub state: State,
    /// What was found, as a sentence.
    pub what: String,
    /// What to do, as a sentence; none where all is well.
    pub to_do: Option<String>,
    /// It is a music folder that is away.
    pub is_root_away: bool,
}

impl Finding {
    pub(in crate::care) fn well(area: Area, what: impl Into<String>) -> Self {
        Self {
            area,
            state: State::Well,
            what: what.into(),
            to_do: None,
            is_root_away: false,
        }
    }

    pub(in crate::care) fn advice(
        area: Area,
        what: impl Into<String>,
        to_do: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Advice,
            ..Self::attention(area, what, to_do)
        }
    }

    pub(in crate::care) fn attention(
        area: Area,
        what: impl Into<String>,
        to_do: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Attention,
            to_do: Some(to_do.into()),
            ..Self::well(area, what)
        }
    }

    pub(in crate::care) fn wrong(
        area: Area,
        what: impl Into<String>,
        to_do: impl Into<String>,
    ) -> Self {
        Self {
            state: State::Wrong,
            ..Self::attention(area, what, to_do)
        }
    }
}

/// Looks at everything, in an order that is always the same.
pub fn doctor(library: &Library, options: &DoctorOptions) -> Vec<Finding> {
    judge::judge(&gather::gather(library, options))
}
