//! A song held against an [`Expression`]. The one place that says what a filter means; SQL only spares it songs that cannot
//! fit. It asks no database.

use super::audio_format::FormatMask;
use super::expression::{Case, Expression, How, TextTest, What, regex, stand_ins};
use super::figure::{Figure, FigureTest};
use crate::music::{Field, Format, Uri, fold};
use std::borrow::Cow;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// What can be known of a song, wherever it is kept.
pub trait Facts {
    /// Looks at each value of a field in turn, until one is it.
    fn values(&self, field: Field, is_it: &mut dyn FnMut(&str) -> bool) -> Seen;
    /// Looks at each value of every field in turn, until one is it.
    fn all_values(&self, is_it: &mut dyn FnMut(&str) -> bool) -> Seen;
    /// Its address.
    fn uri(&self) -> Uri;
    /// Its file's absolute path.
    fn file(&self) -> Vec<u8>;
    /// How it is encoded.
    fn format(&self) -> Format;
    /// A number of it: half stars, times, ms since 1970; `None`: it has none.
    fn figure(&self, figure: Figure) -> Option<i64>;
}

/// What came of looking at values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// There were none.
    Nothing,
    /// None of them was it.
    Other,
    /// One was it.
    It,
}

impl Seen {
    /// `None`: there were no values; else whether one was it.
    pub fn new(seen: Option<bool>) -> Self {
        match seen {
            None => Self::Nothing,
            Some(false) => Self::Other,
            Some(true) => Self::It,
        }
    }
}

/// An expression made ready to be held against many songs.
pub enum Ready {
    /// Every one of these.
    All(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// A text.
    Text {
        /// Which.
        what: What,
        /// How it must be.
        pattern: Pattern,
        /// None may be so.
        negated: bool,
    },
    /// In this folder.
    Below(Vec<u8>),
    /// Of this shape.
    Format(FormatMask),
    /// Of such a number.
    Figure(FigureTest),
}

/// A text to compare with, folded or composed once.
pub enum Pattern {
    /// The song has no such value.
    Absent,
    /// A plain text.
    Plain {
        /// Which part of a value it must be.
        how: How,
        /// What makes no difference.
        case: Case,
        /// The text.
        text: String,
    },
    /// A regular expression.
    Regex(regex::Regex),
    /// One that cannot be compiled: it fits nothing. The parser lets none through.
    Never,
}

impl Ready {
    /// Makes an expression ready at this hour, in ms since 1970.
    pub fn new(expression: &Expression, now_ms: i64) -> Self {
        match expression {
            Expression::All(all) => {
                Self::All(all.iter().map(|each| Self::new(each, now_ms)).collect())
            }
            Expression::Not(inner) => Self::Not(Box::new(Self::new(inner, now_ms))),
            Expression::Text(test) => Self::Text {
                what: test.what,
                pattern: Pattern::new(test),
                negated: test.negated,
            },
            Expression::Below(folder) => {
                let folder = folder.strip_suffix('/').unwrap_or(folder);
                Self::Below(composed(folder).as_bytes().to_vec())
            }
            Expression::Format(mask) => Self::Format(*mask),
            Expression::Figure(test) => Self::Figure(test.at(now_ms)),
        }
    }

    /// Whether a song is so.
    pub fn holds(&self, song: &impl Facts) -> bool {
        match self {
            Self::All(all) => all.iter().all(|each| each.holds(song)),
            Self::Not(inner) => !inner.holds(song),
            Self::Text {
                what,
                pattern,
                negated,
            } => pattern.fits_song(*what, song) != *negated,
            Self::Below(folder) => {
                if folder.is_empty() {
                    return true;
                }
                let path = match folder.first() {
                    Some(b'/') => song.file(),
                    _ => song.uri().as_bytes().to_vec(),
                };
                is_below(&path, folder)
            }
            Self::Format(mask) => mask.fits(&song.format()),
            Self::Figure(test) => test.holds(song.figure(test.figure)),
        }
    }
}

/// Whether a path is this folder or lies below it; the folder is in NFC.
fn is_below(path: &[u8], folder: &[u8]) -> bool {
    let lies = |path: &[u8]| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
    };
    lies(path)
        || (!path.is_ascii()
            && std::str::from_utf8(path).is_ok_and(|path| lies(composed(path).as_bytes())))
}

impl Pattern {
    fn new(test: &TextTest) -> Self {
        if test.how == How::Regex {
            return regex(&test.value, test.case).map_or(Self::Never, Self::Regex);
        }
        let text = match test.case {
            Case::Exact => composed(&test.value).into_owned(),
            Case::Folded => fold(&test.value),
        };
        match test.how {
            How::Is if test.value.is_empty() => Self::Absent,
            how => Self::Plain {
                how,
                case: test.case,
                text,
            },
        }
    }

    fn fits_song(&self, what: What, song: &impl Facts) -> bool {
        match what {
            What::Any => song.all_values(&mut |value| self.fits(value)) == Seen::It,
            What::Field(field) => {
                let stand_ins = stand_ins(field).iter().copied();
                // Only where a field says nothing does the next one stand in.
                let seen = std::iter::once(field)
                    .chain(stand_ins)
                    .map(|field| self.fits_values(field, song))
                    .find(|seen| *seen != Seen::Nothing);
                match seen {
                    None => self.is_empty(),
                    Some(seen) => seen == Seen::It,
                }
            }
            What::File => self.fits(&String::from_utf8_lossy(song.uri().as_bytes())),
            What::Codec => self.fits(song.format().codec.name()),
        }
    }

    /// Whether it was an empty text: it fits what is not there.
    fn is_empty(&self) -> bool {
        match self {
            Self::Absent => true,
            Self::Plain { text, .. } => text.is_empty(),
            Self::Regex(_) | Self::Never => false,
        }
    }

    fn fits_values(&self, field: Field, song: &impl Facts) -> Seen {
        song.values(field, &mut |value| self.fits(value))
    }

    fn fits(&self, value: &str) -> bool {
        match self {
            Self::Absent => value.is_empty(),
            Self::Never => false,
            Self::Regex(regex) => regex.is_match(&composed(value)),
            Self::Plain { how, case, text } => {
                let value = match case {
                    Case::Exact => composed(value),
                    Case::Folded => Cow::Owned(fold(value)),
                };
                match how {
                    How::Is => value == text.as_str(),
                    How::Begins => value.starts_with(text.as_str()),
                    How::Contains | How::Regex => value.contains(text.as_str()),
                }
            }
        }
    }
}

/// The text in NFC.
fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.nfc().collect())
}
