//! What someone wants to hear, and what the library answers. Plain data: scoring lives in `wanted`, looking in `library`.

use super::{AudioKey, Song, Span, Uri};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A row of a playlist, a saved queue or an import: names that outlive the file they once meant.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The song's name.
    pub title: String,
    /// Performers, in order.
    pub artists: Vec<String>,
    /// The album it was on.
    pub album: String,
    /// Its number on the disc, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub track: Option<u32>,
    /// The disc's number, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disc: Option<u32>,
    /// Playing time in ms, where known.
    pub length_ms: Option<u64>,
    /// International Standard Recording Code, or empty.
    pub isrc: String,
    /// The audio it meant when it last was a file here.
    pub key: Option<AudioKey>,
    /// Where it last lay, or where its playlist file said.
    pub place: Option<Uri>,
    /// The part of the file, where it is not the whole.
    pub span: Option<Span>,
    /// Ids elsewhere, as (service, id).
    pub external: Vec<(String, String)>,
}

impl Wanted {
    /// `Artist – Title`, or the place where there are no names.
    pub fn label(&self) -> String {
        match (self.artists.is_empty(), self.title.is_empty()) {
            (false, false) => format!("{} – {}", self.artists.join(", "), self.title),
            (_, false) => self.title.clone(),
            (false, true) => self.artists.join(", "),
            (true, true) => self
                .place
                .as_ref()
                .map_or("(nothing is known of this row)".into(), |place| {
                    place.to_string()
                }),
        }
    }
}

/// The library's answer to a [`Wanted`].
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// A song that is here and plays: exact or likely.
    Found {
        /// What will play.
        song: Arc<Song>,
        /// How sure it is.
        grade: Grade,
        /// The rule that found it.
        rung: Rung,
    },
    /// A song that is here and does not play by itself: a question for the person, or another version.
    Offered {
        /// What could play.
        song: Arc<Song>,
        /// [`Grade::Ask`] or [`Grade::Substitute`].
        grade: Grade,
        /// Why it does not.
        why: Miss,
    },
    /// Nothing here is it.
    Missing(Miss),
}

impl Verdict {
    /// The song that plays, where there is one.
    pub fn song(&self) -> Option<&Arc<Song>> {
        match self {
            Self::Found { song, .. } => Some(song),
            Self::Offered { .. } | Self::Missing(_) => None,
        }
    }

    /// The song that could play, with a person's leave.
    pub fn offered(&self) -> Option<&Arc<Song>> {
        match self {
            Self::Offered { song, .. } => Some(song),
            Self::Found { .. } | Self::Missing(_) => None,
        }
    }

    /// Why nothing plays.
    pub fn miss(&self) -> Option<Miss> {
        match self {
            Self::Found { .. } => None,
            Self::Offered { why, .. } => Some(*why),
            Self::Missing(miss) => Some(*miss),
        }
    }

    /// The one word for this verdict everywhere: exact, likely, ask, substitute, missing.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Found { grade, .. } | Self::Offered { grade, .. } => grade.word(),
            Self::Missing(_) => "missing",
        }
    }
}

/// How sure a match is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// This recording.
    Exact,
    /// Nearly certain; plays without asking.
    Likely,
    /// Not without a person's word.
    Ask,
    /// Another version of it; never silent.
    Substitute,
}

impl Grade {
    /// The word for it everywhere.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Likely => "likely",
            Self::Ask => "ask",
            Self::Substitute => "substitute",
        }
    }
}

/// The rule that decided, first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// A person said so.
    Decided,
    /// Its file lies where the row says.
    Place,
    /// A file with the same audio lies elsewhere.
    Key,
    /// The recording's code is the same.
    Isrc,
    /// The recording's id at MusicBrainz is the same.
    Recording,
    /// Artist and title are the same, and the length agrees.
    NamesAndLength,
    /// Artist and title are the same, and so are album or track; no length is known.
    NamesAndAlbum,
    /// Artist and title are the same, and the length nearly is.
    NamesNearLength,
    /// Artist and title are the same, and there is nothing else to check.
    Names,
    /// The title is the same and some of the artists are; length or album agree.
    PartOfNames,
    /// The title is spelt otherwise; the length agrees.
    Spelling,
    /// The title is the same, and the version is not.
    OtherVersion,
}

impl Rung {
    /// The rule in words, to stand after "found by".
    pub fn words(self) -> &'static str {
        match self {
            Self::Decided => "your decision",
            Self::Place => "its path",
            Self::Key => "its audio, at another path",
            Self::Isrc => "its ISRC",
            Self::Recording => "its MusicBrainz id",
            Self::NamesAndLength => "artist, title and length",
            Self::NamesAndAlbum => "artist, title and album",
            Self::NamesNearLength => "artist and title, at nearly that length",
            Self::Names => "artist and title",
            Self::PartOfNames => "title and part of the artists, with length or album",
            Self::Spelling => "artist and length, with the title spelt otherwise",
            Self::OtherVersion => "its title, in another version",
        }
    }

    /// Its short name: `R0` to `R8`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Decided => "R0",
            Self::Place | Self::Key => "R1",
            Self::Isrc => "R2",
            Self::Recording => "R3",
            Self::NamesAndLength | Self::NamesAndAlbum => "R4",
            Self::NamesNearLength | Self::Names => "R5",
            Self::PartOfNames => "R6",
            Self::Spelling => "R7",
            Self::OtherVersion => "R8",
        }
    }
}

/// Why a row has no song.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Miss {
    /// No file of that path, audio or name is here.
    NotHere,
    /// It is known, but its root is away.
    RootAway,
    /// Its names are here, but every song of those names has another length.
    OtherLength,
    /// Another version of it is here.
    OtherVersion,
    /// A song here may be it, and nothing tells for sure.
    Unsure,
    /// The row says too little to look for.
    NoNames,
    /// A person said that none of the songs here is it.
    Refused,
    /// A person said which song it is, and that one is not here.
    ChosenNotHere,
}

impl Miss {
    /// The reason as people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotHere => "no such file here",
            Self::RootAway => "its music folder is away",
            Self::OtherLength => "a song of that name is here, but its length differs",
            Self::OtherVersion => "another version of it is here",
            Self::Unsure => "a song here may be it, and nothing tells for sure",
            Self::NoNames => "the row names no song",
            Self::Refused => "you said that none of the songs here is it",
            Self::ChosenNotHere => "the song that you chose for it is not here",
        }
    }
}
