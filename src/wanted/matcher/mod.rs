//! From a row and the songs that it may mean to the one that it does, with the evidence. Pure: it looks for no song.
//!
//! Versions veto, numbers must be equal, and ratios serve for typing errors alone; see [`decide`](decide) for the rungs.
//! Every song is told about, accepted or not: which test it failed, and each field's outcome.

mod album;
mod compare;
mod decide;
mod evidence;
mod facts;
mod identity;
mod isrc;
mod keys;
mod versions;

pub use album::Agreement;
pub use compare::Base;
pub use decide::Failed;
pub use evidence::{About, Outcome, Signal};
pub use identity::{has_names, identity};
pub use isrc::isrcs;
pub use keys::{Keys, keys_of_song};

use super::artist::Aliases;
use crate::music::{Grade, Rung, Song, Uri, Wanted};
use compare::Comparison;
use decide::{Decision, decide};
use evidence::{score, signals};
use facts::Facts;
use serde::Serialize;
use std::borrow::Borrow;
use std::cmp::Reverse;

/// The version of the rules; a decision that was stored by another one is made anew, unless a person made it.
pub const MATCHER_VERSION: u32 = 1;
/// The songs of a row that are told about.
const MAX_TOLD: usize = 5;
/// Lengths that two copies of one recording may differ by.
const COPIES_MS: u64 = 10_000;

/// What the songs come to for a row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Judgement {
    /// The songs, the one that is meant or comes nearest first; at most five. Empty: there was none.
    pub told: Vec<Judged>,
    /// By how much the first one outweighs the best that is not a copy of it, where there is one.
    pub margin: Option<i32>,
}

/// What one song came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// Its place in the list that was judged.
    pub at: usize,
    /// How sure it is; `None`: it is not what is wanted.
    pub grade: Option<Grade>,
    /// The rule that held.
    pub rung: Option<Rung>,
    /// The test that it failed; `None` where it is exact or likely.
    pub failed: Option<Failed>,
    /// The weights together.
    pub score: i32,
    /// Each field's outcome.
    pub signals: Vec<Signal>,
}

impl Judgement {
    /// The song that plays without asking.
    pub fn accepted(&self) -> Option<&Judged> {
        let first = self.told.first()?;
        matches!(first.grade, Some(Grade::Exact | Grade::Likely)).then_some(first)
    }

    /// Another one that comes second.
    pub fn runner_up(&self) -> Option<&Judged> {
        self.told.get(1)
    }
}

/// Judges each song for the row.
pub fn judge<S: Borrow<Song>>(wanted: &Wanted, songs: &[S], aliases: &Aliases) -> Judgement {
    let asked = Facts::of_wanted(wanted);
    let mut all: Vec<Weighed> = Vec::with_capacity(songs.len());
    for (at, song) in songs.iter().enumerate() {
        let song: &Song = song.borrow();
        let comparison = Comparison::of(
            &asked,
            &Facts::of_song(song),
            identity(wanted, song),
            aliases,
        );
        all.push(Weighed {
            at,
            song,
            uri: song.uri(),
            decision: decide(&comparison),
            score: score(&comparison),
            comparison,
        });
    }
    all.sort_by(|a, b| a.order().cmp(&b.order()));
    if let Some(ambiguous) = ambiguity(&all) {
        all[0].decision = ambiguous;
    }
    let margin = all.first().and_then(|first| {
        let other = all.iter().skip(1).find(|other| !first.is_copy_of(other))?;
        Some(first.score - other.score)
    });
    let told = all.iter().take(MAX_TOLD).map(Weighed::told).collect();
    Judgement { told, margin }
}

/// Several songs of one name, and nothing to tell which of them is meant.
fn ambiguity(all: &[Weighed]) -> Option<Decision> {
    let first = all.first()?;
    let unchecked = first.comparison.delta_ms.is_none() && !first.comparison.album.agrees();
    let rung = first
        .decision
        .rung
        .filter(|_| first.decision.plays() && unchecked)?;
    if matches!(rung, Rung::Place | Rung::Key | Rung::Recording) {
        return None;
    }
    let rivals = all.iter().skip(1).filter(|other| other.decision.plays());
    let another = rivals.filter(|other| !first.is_copy_of(other)).count() > 0;
    another.then(|| Decision::ask(rung, Failed::Ambiguous))
}

/// A song with what it came to.
struct Weighed<'a> {
    at: usize,
    song: &'a Song,
    uri: Uri,
    comparison: Comparison,
    decision: Decision,
    score: i32,
}

impl Weighed<'_> {
    /// The surest first; among equal recordings what is preferred, the album that is wanted, the nearest in length, the
    /// richest encoding, and the first by its place, so that the answer is the same each time.
    fn order(&self) -> impl Ord + use<'_> {
        let grade = match self.decision.grade {
            Some(Grade::Exact) => 0,
            Some(Grade::Likely) => 1,
            Some(Grade::Ask) => 2,
            Some(Grade::Substitute) => 3,
            None => 4,
        };
        let fits = grade < 3;
        let identity = match self.comparison.identity {
            Some(Rung::Place) => 0,
            Some(_) => 1,
            None => 2,
        };
        // What does not fit is told by how near it comes.
        let near = if fits { 0 } else { -self.score };
        let seconds = self
            .comparison
            .delta_ms
            .map_or(0, |delta| delta.unsigned_abs() / 1_000);
        let quality = (self.song.format.codec.is_lossless(), self.song.format.kbps);
        let recording = (
            self.comparison.unmet,
            !self.comparison.album.agrees(),
            seconds,
        );
        (
            grade,
            identity,
            near,
            recording,
            Reverse(quality),
            &self.uri,
        )
    }

    /// Whether the two may be one recording, by their lengths.
    fn is_copy_of(&self, other: &Self) -> bool {
        match (self.song.length_ms, other.song.length_ms) {
            (Some(a), Some(b)) => {
                a.abs_diff(b) <= COPIES_MS && self.decision.plays() == other.decision.plays()
            }
            _ => self.decision.plays() == other.decision.plays(),
        }
    }

    fn told(&self) -> Judged {
        Judged {
            at: self.at,
            grade: self.decision.grade,
            rung: self.decision.rung,
            failed: self.decision.failed,
            score: self.score,
            signals: signals(&self.comparison),
        }
    }
}

/// The evidence of a song as it is stored and shown.
impl Serialize for Judged {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut out = to.serialize_struct("judged", 5)?;
        out.serialize_field("verdict", self.grade.map_or("missing", Grade::word))?;
        out.serialize_field("rung", &self.rung.map(Rung::code))?;
        out.serialize_field("failed", &self.failed)?;
        out.serialize_field("score", &self.score)?;
        out.serialize_field("signals", &self.signals)?;
        out.end()
    }
}

#[cfg(test)]
mod tests;
