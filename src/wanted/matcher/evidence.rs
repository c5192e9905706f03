//! What a comparison tells in words and weights: for people who ask why, and to say which of several songs comes nearest. It
//! decides nothing.

use super::album::Agreement;
use super::compare::{Base, Comparison};
use crate::music::clock;
use crate::wanted::artist::Relation;
use serde::Serialize;

/// What a signal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs)]
pub enum About {
    File,
    Isrc,
    Recording,
    Artist,
    Title,
    Numbers,
    Version,
    Length,
    Album,
    Track,
}

/// How a signal came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Both sides say the same.
    Agrees,
    /// Nearly, or in part.
    Partly,
    /// They say different things.
    Differs,
    /// One side does not say.
    Unknown,
}

/// One field's evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// Of which field.
    pub about: About,
    /// How it came out.
    pub outcome: Outcome,
    /// What it adds to the score.
    pub weight: i32,
    /// In words.
    pub words: String,
}

/// Weights of what agrees; they rank, and decide nothing.
const FILE: i32 = 200;
const CODE: i32 = 60;
const TITLE: i32 = 40;
const ARTIST: i32 = 30;
const LENGTH: i32 = 20;
const ALBUM: i32 = 10;
const TRACK: i32 = 5;

/// Each signal, in the order of the rungs; what neither side says is left out where it is a code or a number.
pub(super) fn signals(one: &Comparison) -> Vec<Signal> {
    let mut all = Vec::new();
    let mut add = |about, outcome, weight, words: String| {
        all.push(Signal {
            about,
            outcome,
            weight,
            words,
        })
    };
    if let Some(rung) = one.identity {
        add(About::File, Outcome::Agrees, FILE, rung.words().into());
    }
    for (about, agreement, code) in [
        (About::Isrc, one.isrc, "ISRC"),
        (About::Recording, one.recording, "MusicBrainz recording"),
    ] {
        match agreement {
            Agreement::Agrees => add(about, Outcome::Agrees, CODE, format!("the same {code}")),
            // A reissue gets a new code: that tells nothing.
            Agreement::Differs => add(
                about,
                Outcome::Differs,
                0,
                format!("another {code}, as a reissue has"),
            ),
            Agreement::Unknown => {}
        }
    }
    let (outcome, weight) = artist(one.artist);
    add(About::Artist, outcome, weight, one.artist.words().into());
    let (outcome, weight, words) = title(one.base);
    let words = if one.guessed {
        format!("{words}, read otherwise than it stands there")
    } else {
        words.into()
    };
    add(About::Title, outcome, weight, words);
    if !one.numbers_agree {
        add(
            About::Numbers,
            Outcome::Differs,
            -TITLE,
            "another part, movement or work".into(),
        );
    }
    for difference in &one.differences {
        let detail = match difference.detail.as_str() {
            "" => String::new(),
            detail => format!(" ({detail})"),
        };
        let side = match (difference.wanted_has, difference.by_album) {
            (Some(true), false) => "only what is wanted is",
            (Some(true), true) => "only the album that is wanted is",
            (Some(false), false) => "only this is",
            (Some(false), true) => "only this album is",
            (None, _) => "both are, of another kind:",
        };
        add(
            About::Version,
            Outcome::Differs,
            -ARTIST,
            format!("{side} {}{detail}", difference.kind.words()),
        );
    }
    if one.differences.is_empty() {
        let words = if one.unmet == 0 {
            "the same version"
        } else {
            "the same version, in another mix or rating"
        };
        add(
            About::Version,
            Outcome::Agrees,
            -(one.unmet as i32),
            words.into(),
        );
    }
    let (outcome, weight, words) = length(one.delta_ms);
    add(About::Length, outcome, weight, words);
    for (about, agreement, weight, name) in [
        (About::Album, one.album, ALBUM, "album"),
        (About::Track, one.track, TRACK, "track number"),
    ] {
        match agreement {
            Agreement::Agrees => add(about, Outcome::Agrees, weight, format!("the same {name}")),
            Agreement::Differs => add(about, Outcome::Differs, 0, format!("another {name}")),
            Agreement::Unknown => add(about, Outcome::Unknown, 0, format!("no {name} is told")),
        }
    }
    all
}

/// The weights together.
pub(super) fn score(one: &Comparison) -> i32 {
    let code = |agreement: Agreement| if agreement.agrees() { CODE } else { 0 };
    let file = if one.identity.is_some() { FILE } else { 0 };
    let numbers = if one.numbers_agree { 0 } else { -TITLE };
    let versions = match one.differences.len() as i32 {
        0 => -(one.unmet as i32),
        count => -ARTIST * count,
    };
    let agreeing = |agreement: Agreement, weight: i32| if agreement.agrees() { weight } else { 0 };
    file + code(one.isrc)
        + code(one.recording)
        + artist(one.artist).1
        + title(one.base).1
        + numbers
        + versions
        + length(one.delta_ms).1
        + agreeing(one.album, ALBUM)
        + agreeing(one.track, TRACK)
}

fn artist(relation: Relation) -> (Outcome, i32) {
    match relation {
        Relation::Same => (Outcome::Agrees, ARTIST),
        Relation::Contained => (Outcome::Partly, ARTIST / 2),
        Relation::Near => (Outcome::Partly, ARTIST / 3),
        Relation::Unknown => (Outcome::Unknown, 0),
        Relation::Unrelated => (Outcome::Differs, -ARTIST),
    }
}

fn title(base: Base) -> (Outcome, i32, &'static str) {
    match base {
        Base::Equal => (Outcome::Agrees, TITLE, "the same title"),
        Base::OneWork => (
            Outcome::Partly,
            TITLE - 5,
            "one work by its catalogue number",
        ),
        Base::Shortened => (
            Outcome::Partly,
            TITLE / 2,
            "the same title but for what is in brackets",
        ),
        Base::Misspelt => (Outcome::Partly, TITLE / 2, "a typing error apart"),
        Base::Other => (Outcome::Differs, -TITLE, "another title"),
    }
}

fn length(delta_ms: Option<i64>) -> (Outcome, i32, String) {
    let Some(delta) = delta_ms else {
        return (Outcome::Unknown, 0, "no length is told".into());
    };
    let apart = delta.unsigned_abs();
    let side = if delta < 0 { "shorter" } else { "longer" };
    let words = match apart {
        0..1_000 => "the same length".into(),
        1_000..60_000 => format!("{}.{} s {side}", apart / 1_000, apart % 1_000 / 100),
        _ => format!("{} {side}", clock(apart)),
    };
    match apart {
        0..=2_000 => (Outcome::Agrees, LENGTH, words),
        2_001..=3_000 => (Outcome::Agrees, LENGTH - 5, words),
        3_001..=10_000 => (Outcome::Partly, LENGTH / 4, words),
        _ => (Outcome::Differs, -LENGTH / 2, words),
    }
}
