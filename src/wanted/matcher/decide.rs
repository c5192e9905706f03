//! The rungs: from a comparison to a verdict, the first rule that holds. Precision before recall: a wrong version is worse
//! than a hole.

use super::album::Agreement;
use super::compare::{Base, Comparison, SAME_LENGTH_MS};
use crate::music::{Grade, Rung};
use crate::wanted::artist::Relation;
use crate::wanted::title::Kind;
use serde::Serialize;

/// Lengths that corroborate what names leave open.
const CLOSE_MS: u64 = 2_000;
/// The same for names that many songs have, as `Intro`, if they are on other albums.
const COMMON_MS: u64 = 1_000;
/// Two masters of one recording are so far apart, if nothing else tells that they are on one album.
const OTHER_MASTER_MS: u64 = 5_000;
/// The same within an album; what is further away is another version, whatever its code says.
const OTHER_VERSION_MS: u64 = 10_000;

/// The test that a song failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Failed {
    /// It is called otherwise.
    Title,
    /// Somebody else performs it.
    Artist,
    /// It is another part, movement or work.
    Numbers,
    /// It is another version.
    Version,
    /// It is longer or shorter.
    Length,
    /// Names agree, and there is nothing else to check them by.
    NothingToCheck,
    /// Several songs fit as well, and they are not one recording.
    Ambiguous,
}

impl Failed {
    /// The test in words, to stand after "it failed".
    pub fn words(self) -> &'static str {
        match self {
            Self::Title => "the title",
            Self::Artist => "the artist",
            Self::Numbers => "the number of the part or the work",
            Self::Version => "the version",
            Self::Length => "the length",
            Self::NothingToCheck => "the second look: neither length nor album tells",
            Self::Ambiguous => "being the only one",
        }
    }
}

/// What a comparison comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// `None`: it is not the song.
    pub grade: Option<Grade>,
    pub rung: Option<Rung>,
    /// Why it is not exact or likely.
    pub failed: Option<Failed>,
}

impl Decision {
    /// Whether it plays without asking.
    pub fn plays(self) -> bool {
        matches!(self.grade, Some(Grade::Exact | Grade::Likely))
    }

    pub fn ask(rung: Rung, failed: Failed) -> Self {
        Self {
            grade: Some(Grade::Ask),
            rung: Some(rung),
            failed: Some(failed),
        }
    }
}

/// The first rung that holds.
pub(super) fn decide(one: &Comparison) -> Decision {
    if let Some(rung) = one.identity {
        return exact(rung);
    }
    if one.isrc.agrees() {
        return by_isrc(one);
    }
    if one.recording.agrees() {
        return exact(Rung::Recording);
    }
    by_names(one)
}

fn by_isrc(one: &Comparison) -> Decision {
    let other_version = one
        .differences
        .iter()
        .any(|difference| !difference.by_album);
    // A code in a wrong file: nothing but the code agrees.
    let strange = !one.is_nameless && one.base == Base::Other && one.artist <= Relation::Unknown;
    if one.beyond(OTHER_VERSION_MS) {
        Decision::ask(Rung::Isrc, Failed::Length)
    } else if other_version {
        Decision::ask(Rung::Isrc, Failed::Version)
    } else if strange && !one.within(SAME_LENGTH_MS) {
        Decision::ask(Rung::Isrc, Failed::Title)
    } else {
        exact(Rung::Isrc)
    }
}

fn by_names(one: &Comparison) -> Decision {
    if one.base == Base::Other {
        return refused(Failed::Title);
    }
    if one.artist == Relation::Unrelated {
        return refused(Failed::Artist);
    }
    if !one.numbers_agree {
        return refused(Failed::Numbers);
    }
    if !one.differences.is_empty() {
        return another_version(one);
    }
    match (one.artist, one.base) {
        (Relation::Unknown, _) => by_album_and_length(one),
        (Relation::Same, Base::Equal) if !one.guessed => by_whole_names(one),
        (_, Base::Equal) => by_part_of_names(one),
        _ => by_near_names(one),
    }
}

/// R8.
fn another_version(one: &Comparison) -> Decision {
    let by_others = one.artist != Relation::Same
        && one
            .differences
            .iter()
            .any(|difference| difference.kind == Kind::Karaoke);
    if one.base != Base::Equal || one.artist < Relation::Contained || by_others {
        return refused(Failed::Version);
    }
    // Only the album tells that it is live, say, and the length says that it may be the same.
    let doubtful = one.differences.iter().all(|difference| difference.by_album);
    if doubtful && one.within(SAME_LENGTH_MS) {
        return Decision::ask(Rung::OtherVersion, Failed::Version);
    }
    substitute(Failed::Version)
}

/// R4 and R5.
fn by_whole_names(one: &Comparison) -> Decision {
    if one.is_common && one.album == Agreement::Differs && !one.within(COMMON_MS) {
        return Decision::ask(Rung::Names, Failed::NothingToCheck);
    }
    if one.within(SAME_LENGTH_MS) {
        return exact(Rung::NamesAndLength);
    }
    if one.delta_ms.is_some() {
        let near =
            one.within(OTHER_MASTER_MS) || one.album.agrees() && one.within(OTHER_VERSION_MS);
        return match near && !one.is_common {
            true => likely(Rung::NamesNearLength),
            false => substitute(Failed::Length),
        };
    }
    let numbered = one.track.agrees() && one.album != Agreement::Differs && !one.is_common;
    if one.album.agrees() || numbered {
        exact(Rung::NamesAndAlbum)
    } else if one.is_common || one.is_live {
        Decision::ask(Rung::Names, Failed::NothingToCheck)
    } else {
        likely(Rung::Names)
    }
}

/// R6.
fn by_part_of_names(one: &Comparison) -> Decision {
    if one.within(CLOSE_MS) || one.album.agrees() && !one.beyond(OTHER_MASTER_MS) {
        return likely(Rung::PartOfNames);
    }
    if one.delta_ms.is_none() {
        return Decision::ask(Rung::PartOfNames, Failed::NothingToCheck);
    }
    match one.artist {
        Relation::Contained | Relation::Same => substitute(Failed::Length),
        _ => refused(Failed::Length),
    }
}

/// R7.
fn by_near_names(one: &Comparison) -> Decision {
    let known = match one.base {
        Base::OneWork => one.artist >= Relation::Contained,
        _ => one.artist == Relation::Same,
    };
    if !known {
        return refused(Failed::Title);
    }
    let tracks = one.album.agrees() && one.track.agrees();
    if one.within(CLOSE_MS) || one.delta_ms.is_none() && tracks {
        return likely(Rung::Spelling);
    }
    match one.delta_ms {
        None if one.album.agrees() => Decision::ask(Rung::Spelling, Failed::NothingToCheck),
        None => refused(Failed::Title),
        Some(_) => refused(Failed::Length),
    }
}

/// One side names no artist.
fn by_album_and_length(one: &Comparison) -> Decision {
    if one.base != Base::Equal {
        return refused(Failed::Artist);
    }
    match (one.within(CLOSE_MS), one.album.agrees()) {
        (true, true) => likely(Rung::PartOfNames),
        (true, false) => Decision::ask(Rung::PartOfNames, Failed::Artist),
        (false, true) if one.delta_ms.is_none() => Decision::ask(Rung::PartOfNames, Failed::Artist),
        _ => refused(Failed::Artist),
    }
}

fn exact(rung: Rung) -> Decision {
    Decision {
        grade: Some(Grade::Exact),
        rung: Some(rung),
        failed: None,
    }
}

fn likely(rung: Rung) -> Decision {
    Decision {
        grade: Some(Grade::Likely),
        rung: Some(rung),
        failed: None,
    }
}

fn substitute(failed: Failed) -> Decision {
    Decision {
        grade: Some(Grade::Substitute),
        rung: Some(Rung::OtherVersion),
        failed: Some(failed),
    }
}

fn refused(failed: Failed) -> Decision {
    Decision {
        grade: None,
        rung: None,
        failed: Some(failed),
    }
}
