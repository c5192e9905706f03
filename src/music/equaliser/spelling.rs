//! A curve in one line: the preamp in dB or `auto`, then each band as `peak:HZ:DB:Q`, `low:…` or `high:…`. What is written
//! is read again as the same numbers.

use super::{Band, Equaliser, EqualiserError, MAX_BANDS, Shape};
use std::fmt;
use std::str::FromStr;

const AUTO: &str = "auto";
/// What is quoted of a word that is not understood, in characters.
const MAX_QUOTED: usize = 40;

impl Shape {
    const ALL: [Self; 3] = [Self::Peak, Self::LowShelf, Self::HighShelf];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Peak => "peak",
            Self::LowShelf => "low",
            Self::HighShelf => "high",
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hz, gain_db, q) = (self.hz(), self.gain_db(), self.q());
        write!(out, "{}:{hz}:{gain_db}:{q}", self.shape().word())
    }
}

impl FromStr for Band {
    type Err = EqualiserError;

    fn from_str(text: &str) -> Result<Self, EqualiserError> {
        let wrong = || EqualiserError::Value(format!("“{}” is no band", quoted(text)));
        let mut parts = text.split(':');
        let word = parts.next().ok_or_else(wrong)?;
        let shape = Shape::ALL.into_iter().find(|shape| shape.word() == word);
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        match (shape, number(), number(), number(), parts.next()) {
            (Some(shape), Some(hz), Some(gain_db), Some(q), None) => {
                Self::new(shape, hz, gain_db, q)
            }
            _ => Err(wrong()),
        }
    }
}

impl fmt::Display for Equaliser {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.said_preamp_db() {
            Some(db) => write!(out, "{db}")?,
            None => out.write_str(AUTO)?,
        }
        self.bands()
            .iter()
            .try_for_each(|band| write!(out, " {band}"))
    }
}

impl FromStr for Equaliser {
    type Err = EqualiserError;

    fn from_str(text: &str) -> Result<Self, EqualiserError> {
        let mut words = text.split_whitespace();
        let preamp_db =
            match words.next() {
                Some(AUTO) => None,
                Some(word) => Some(word.parse().map_err(|_| {
                    EqualiserError::Value(format!("“{}” is no preamp", quoted(word)))
                })?),
                None => return Err(EqualiserError::Value("a curve begins with a preamp".into())),
            };
        // One too many is enough to be refused.
        let bands = words.take(MAX_BANDS + 1).map(Band::from_str);
        Self::new(preamp_db, bands.collect::<Result<_, _>>()?)
    }
}

/// As much of it as a message holds.
pub(super) fn quoted(text: &str) -> String {
    text.chars().take(MAX_QUOTED).collect()
}
