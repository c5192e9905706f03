//! What the guard wants done. It does none of it.

use super::Verdict;
use crate::music::Wanted;
use serde::{Deserialize, Serialize};

/// Something to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "kebab-case")]
pub enum Act {
    /// Ask a service whether it answers, once; [`Fact::Probed`](super::Fact::Probed) tells.
    Probe {
        /// Its name.
        service: String,
    },
    /// Find what would play in a client's place and make it ready; [`Fact::Prepared`](super::Fact::Prepared) tells.
    /// What was made ready before is no longer wanted.
    Prepare {
        /// Comes back with the fact.
        number: u64,
        /// What to take over from.
        from: TakeOver,
    },
    /// Pause the client, then play what is ready, or would be.
    TakeOver(TakeOver),
    /// Ask the person whether to; [`Fact::Answer`](super::Fact::Answer) tells.
    Ask(TakeOver),
    /// The question no longer stands.
    AskNoMore,
    /// The message about what plays in a client's place is better told like this.
    Correct {
        /// Whose fault it is.
        why: Why,
    },
    /// The service is back: say so.
    IsBack {
        /// Its name, or its client's.
        service: String,
    },
    /// Our music ends, for the client plays by the person's wish.
    GiveWay,
    /// Our music ends and the client goes on.
    HandBack {
        /// Its name on the bus.
        client: String,
    },
    /// The outage is over.
    Close,
}

/// A client that has fallen silent, or may.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TakeOver {
    /// Its name on the bus.
    pub client: String,
    /// The service that it plays from, by name.
    pub service: String,
    /// What it played.
    pub wanted: Wanted,
    /// What it played before that, newest first: they tell which list it is in.
    pub before: Vec<Wanted>,
    /// Where it stopped, in ms from the song's beginning, where the client tells it truly.
    pub place_ms: Option<u64>,
    /// When it was last known to sound, in ms of the facts' clock.
    pub silent_since_ms: Option<u64>,
    /// Why, as far as is known.
    pub why: Why,
}

/// Whose fault it is, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// In one word.
    pub verdict: Verdict,
    /// What was seen, each in words.
    pub evidence: Vec<String>,
}

impl Default for Why {
    fn default() -> Self {
        Self {
            verdict: Verdict::Up,
            evidence: Vec::new(),
        }
    }
}
