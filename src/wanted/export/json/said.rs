//! Values as exports have them: text where a number was due, a number where text was, null, or something that nobody asked
//! for.

use super::super::out::clean;
use super::super::time;
use crate::wanted::MAX_LINE;
use crate::wanted::names::believed_ms;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// A plain value; lists and objects say nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Said {
    #[default]
    Nothing,
    Text(String),
    Number(f64),
    Truth(bool),
}

impl Said {
    /// On one line; a number as its digits.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => clean(text),
            Self::Number(number) => number.to_string(),
            Self::Truth(_) | Self::Nothing => String::new(),
        }
    }

    /// Whether it is there.
    pub fn is_there(&self) -> bool {
        !self.text().is_empty()
    }

    /// A number, also one that stands in a text.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            Self::Text(text) => text.trim().parse().ok(),
            Self::Truth(_) | Self::Nothing => None,
        }
    }

    /// A playing time that may be true, of ms.
    pub fn ms(&self) -> Option<u64> {
        self.number().and_then(believed_ms)
    }

    /// The number of a song or a disc; 0 is none.
    pub fn ordinal(&self) -> Option<u32> {
        let number = self.number()?;
        (number >= 1.0 && number <= f64::from(u32::MAX)).then_some(number as u32)
    }

    /// When, in ms since 1970.
    pub fn at_ms(&self) -> Option<i64> {
        match self {
            Self::Text(text) => time::parse(text),
            Self::Number(number) => time::of_number(*number),
            Self::Truth(_) | Self::Nothing => None,
        }
    }

    /// Yes or no.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Truth(truth) => Some(*truth),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Listen)
    }
}

struct Listen;

impl<'de> Visitor<'de> for Listen {
    type Value = Said;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a value")
    }

    /// A text that is too long is no name; it costs its row.
    fn visit_str<E: Error>(self, text: &str) -> Result<Said, E> {
        match text.len() > MAX_LINE {
            true => Err(E::custom("too long")),
            false => Ok(Said::Text(text.to_owned())),
        }
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Said, E> {
        Ok(Said::Truth(truth))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Said, E> {
        Ok(Said::Number(number as f64))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Said, E> {
        Ok(Said::Number(number as f64))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Said, E> {
        Ok(Said::Number(number))
    }

    fn visit_unit<E: Error>(self) -> Result<Said, E> {
        Ok(Said::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Said, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Said::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Said, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Said::Nothing)
    }
}
