//! What a filter says, as a tree. Plain data: the text of it is read by `parse`, a song is held against it by `holds`.

use super::audio_format::FormatMask;
use super::figure::{Figure, FigureTest};
use crate::library::person::Kept;
use crate::music::Field;

/// How deep expressions may lie in each other.
pub const MAX_DEPTH: usize = 32;
/// How many tests one filter may have.
pub const MAX_TERMS: usize = 256;
/// Bytes of a filter's text.
pub const MAX_BYTES: usize = 64 << 10;
/// Bytes of one value: MPD's own limit.
pub const MAX_VALUE_BYTES: usize = 4_095;
/// Bytes that a regular expression may take when it is compiled.
const MAX_REGEX_BYTES: usize = 1 << 20;
/// How deep groups of a regular expression may lie in each other.
const MAX_REGEX_DEPTH: u32 = 50;

/// What a song must be like.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// Every one of these holds; of none, always.
    All(Vec<Self>),
    /// This does not hold.
    Not(Box<Self>),
    /// A text of the song is so.
    Text(TextTest),
    /// It lies in this folder or one below: an address (`Music/Nina`) or an absolute path. Empty: everywhere.
    Below(String),
    /// Its sound has this shape.
    Format(FormatMask),
    /// A number of it is so.
    Figure(FigureTest),
}

impl Expression {
    /// What is kept of songs that must be known to hold one against it, each once.
    pub fn kept(&self) -> Vec<Kept> {
        let mut all = Vec::new();
        self.add_kept(&mut all);
        all.sort_unstable();
        all.dedup();
        all
    }

    fn add_kept(&self, all: &mut Vec<Kept>) {
        match self {
            Self::All(each) => each.iter().for_each(|one| one.add_kept(all)),
            Self::Not(inner) => inner.add_kept(all),
            Self::Figure(test) => {
                if let Figure::Kept(kept) = test.figure {
                    all.push(kept);
                }
            }
            Self::Text(_) | Self::Below(_) | Self::Format(_) => {}
        }
    }
}

/// A text of a song, and what it must be like.
#[derive(Clone, Debug, PartialEq)]
pub struct TextTest {
    /// Which text.
    pub what: What,
    /// How it is compared.
    pub how: How,
    /// What makes no difference.
    pub case: Case,
    /// No value of the song may be so.
    pub negated: bool,
    /// With what. Empty with [`How::Is`]: the song has no such value.
    pub value: String,
}

/// A text of a song.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// A field; where the song does not have it, the one that stands in for it.
    Field(Field),
    /// Every field that it has.
    Any,
    /// Its address, `ROOT/path`.
    File,
    /// The short name of its codec.
    Codec,
}

/// How a text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The whole of it.
    Is,
    /// Any part of it.
    Contains,
    /// Its beginning.
    Begins,
    /// A regular expression, anywhere in it.
    Regex,
}

/// What makes no difference between two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// How its letters are composed.
    Exact,
    /// Width, case and diacritics too, as in [`fold`](crate::music::fold).
    Folded,
}

/// The fields that stand in for one that a song does not have, the first that it has; as MPD does it.
pub fn stand_ins(field: Field) -> &'static [Field] {
    match field {
        Field::AlbumArtist | Field::ArtistSort => &[Field::Artist],
        Field::AlbumArtistSort => &[Field::AlbumArtist, Field::ArtistSort, Field::Artist],
        Field::AlbumSort => &[Field::Album],
        _ => &[],
    }
}

/// A regular expression within the limits on its size; the error says what is wrong with it.
pub fn regex(pattern: &str, case: Case) -> Result<regex::Regex, String> {
    let built = regex::RegexBuilder::new(pattern)
        .case_insensitive(case == Case::Folded)
        .size_limit(MAX_REGEX_BYTES)
        .dfa_size_limit(MAX_REGEX_BYTES)
        .nest_limit(MAX_REGEX_DEPTH)
        .build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "the regular expression is too big".to_owned(),
        // Its report is a picture of several lines whose last one says what is wrong.
        error => {
            let report = error.to_string();
            let last = report.lines().last().unwrap_or_default().trim();
            let reason = last.strip_prefix("error: ").unwrap_or(last);
            format!("the regular expression is wrong: {reason}")
        }
    })
}
