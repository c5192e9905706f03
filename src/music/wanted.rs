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
    /// A song that is here.
    Found {
        /// What will play.
        song: Arc<Song>,
        /// How sure it is.
        grade: Grade,
        /// The rule that found it.
        rung: Rung,
    },
    /// Nothing here is it.
    Missing(Miss),
}

impl Verdict {
    /// The song, where there is one.
    pub fn song(&self) -> Option<&Arc<Song>> {
        match self {
            Self::Found { song, .. } => Some(song),
            Self::Missing(_) => None,
        }
    }

    /// The one word for this verdict everywhere: exact, likely, ask, substitute, missing.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Found {
                grade: Grade::Exact,
                ..
            } => "exact",
            Self::Found {
                grade: Grade::Likely,
                ..
            } => "likely",
            Self::Found {
                grade: Grade::Ask, ..
            } => "ask",
            Self::Found {
                grade: Grade::Substitute,
                ..
            } => "substitute",
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

/// The rule that decided, first that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rung {
    /// Its file lies where the row says.
    Place,
    /// A file with the same audio lies elsewhere.
    Key,
    /// Artist and title are the same, and the length agrees.
    NamesAndLength,
}

impl Rung {
    /// The rule in words, to stand after "found by".
    pub fn words(self) -> &'static str {
        match self {
            Self::Place => "its path",
            Self::Key => "its audio, at another path",
            Self::NamesAndLength => "artist, title and length",
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
    /// The row says too little to look for.
    NoNames,
}

impl Miss {
    /// The reason as people read it.
    pub fn words(self) -> &'static str {
        match self {
            Self::NotHere => "no such file here",
            Self::RootAway => "its music folder is away",
            Self::OtherLength => "a song of that name is here, but its length differs",
            Self::NoNames => "the row names no song",
        }
    }
}
