//! What sensors, probes and the desk tell the guard, each with its time. A trace is a file of them, one in a line, and can be
//! played to the guard again. Facts hold what was seen, never what it means.

use super::{Shown, Verdict};
use serde::{Deserialize, Serialize};

/// A fact and when it was noted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Noted {
    /// In ms of a clock that only goes forward and began at any time.
    pub at_ms: u64,
    /// What was noted.
    pub fact: Fact,
}

/// Something that was seen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// A client shows this: when it comes, and at each change.
    Client {
        /// Its name on the bus, such as `org.mpris.MediaPlayer2.spotify`.
        client: String,
        /// All that it shows.
        shown: Shown,
    },
    /// Its position, when it was looked at; `None`: it gives none.
    Position {
        /// Its name on the bus.
        client: String,
        /// In µs.
        us: Option<i64>,
    },
    /// Its name has left the bus.
    ClientGone {
        /// Its name on the bus.
        client: String,
    },
    /// How its stream has sounded from now on; told at each change. Where nothing may be measured, never.
    Sound {
        /// Its name on the bus.
        client: String,
        /// How loud.
        level: Level,
    },
    /// Whether there is a way out of this machine.
    Route {
        /// A default route, of IPv4 or IPv6.
        is_there: bool,
    },
    /// What NetworkManager says.
    Network {
        /// Its word.
        connectivity: Connectivity,
    },
    /// A probe that was asked for has ended.
    Probed(Probed),
    /// The machine has slept until now.
    Woke,
    /// Our own music.
    Ours {
        /// What it did.
        ours: Ours,
    },
    /// What [`Act::Prepare`](super::Act::Prepare) came to.
    Prepared {
        /// The number that it carried.
        number: u64,
        /// What would play.
        owned: Owned,
    },
    /// The person's answer to [`Act::Ask`](super::Act::Ask).
    Answer {
        /// Whether to step in.
        yes: bool,
    },
    /// The time that the guard wanted to be woken at has come.
    Tick,
}

/// How a client's stream sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Some samples are not 0.
    Sounds,
    /// It runs, and every sample is 0.
    Silent,
    /// The client itself has halted it.
    Corked,
    /// There is no stream.
    Gone,
}

/// NetworkManager's `Connectivity`. Source: NetworkManager's D-Bus reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connectivity {
    /// It does not know: no information, and not offline.
    Unknown,
    /// No network.
    None,
    /// A log-in page stands before it.
    Portal,
    /// A network without the world behind it.
    Limited,
    /// All of it.
    Full,
}

/// What one probe of a service found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// The service's name.
    pub service: String,
    /// What this probe alone says.
    pub verdict: Verdict,
    /// The same in words, such as `apresolve.spotify.com: HTTP 502`.
    pub evidence: String,
    /// How many different checks were made …
    pub checks: u32,
    /// … and how many failed.
    pub failed: u32,
    /// How long it took, in ms.
    pub took_ms: u64,
    /// The service wants to be left alone for so long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

/// What our own music did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ours {
    /// Its first sample after a take-over was heard.
    Sounds,
    /// A song came to its end.
    SongEnded,
    /// The person paused or stopped it.
    Halted,
    /// The person began it, or something else in it.
    Begun,
    /// It cannot play, or there is nothing more.
    Ended,
}

/// What could play in a client's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owned {
    /// The song itself, and it sounds at that place.
    Song,
    /// The song itself, which is silent at that place: a quiet passage.
    SilentThere,
    /// A song that comes later in the list.
    Later,
    /// Another song, labelled.
    StandIn,
    /// Nothing here.
    Nothing,
}
