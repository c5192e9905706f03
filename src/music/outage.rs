//! An outage as the diary keeps it: when, whose fault, and what was played instead. Plain data.

use super::Wanted;
use serde::{Deserialize, Serialize};

/// What happened once.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outage {
    /// When the client fell silent, in ms since 1970, as near as that is known.
    pub began_at_ms: i64,
    /// When it was over, in ms since 1970; `None`: it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at_ms: Option<i64>,
    /// When it was last written, in ms since 1970: of one that no end was written of, the last that is known.
    pub seen_at_ms: i64,
    /// The service, by name, or empty.
    pub service: String,
    /// The client's name on the bus.
    pub client: String,
    /// Whose fault it was, in one word; see the outage's verdicts.
    pub verdict: String,
    /// How that is known, each in words.
    pub evidence: Vec<String>,
    /// What the client played.
    pub instead_of: Wanted,
    /// The playlist that it was in, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<String>,
    /// When our own music began, in ms since 1970; `None`: it did not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_over_at_ms: Option<i64>,
    /// How long nothing was heard before that, in ms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silence_ms: Option<u64>,
    /// How many songs of ours were begun.
    pub songs: u32,
    /// How many rows of the list were stepped over between them: nothing of them plays here.
    #[serde(skip_serializing_if = "is_none")]
    pub left_out: u32,
    /// What was done about it.
    #[serde(skip_serializing_if = "Response::is_usual")]
    pub response: Response,
}

fn is_none(count: &u32) -> bool {
    *count == 0
}

/// What was done about an outage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// Our music stepped in.
    #[default]
    SteppedIn,
    /// It would have, but nothing was to be done.
    DryRun,
    /// The person was asked, and did not answer.
    NotAnswered,
}

impl Response {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::SteppedIn => "stepped-in",
            Self::DryRun => "dry-run",
            Self::NotAnswered => "not-answered",
        }
    }

    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

impl Outage {
    /// How long it took, in ms; of one that is not over, so far as is known.
    pub fn length_ms(&self) -> u64 {
        let end = self.ended_at_ms.unwrap_or(self.seen_at_ms);
        end.saturating_sub(self.began_at_ms).max(0).unsigned_abs()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_back_meanwhile_makes_no_length_of_it() {
        let outage = |ended_at_ms| Outage {
            began_at_ms: 10_000,
            ended_at_ms,
            seen_at_ms: 12_000,
            ..Outage::default()
        };
        for (ended_at_ms, length_ms) in [
            (Some(14_000), 4_000),
            (Some(4_000), 0),
            (Some(i64::MIN), 0),
            (None, 2_000),
        ] {
            assert_eq!(outage(ended_at_ms).length_ms(), length_ms);
        }
    }
}
