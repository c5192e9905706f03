//! One key of `config.toml`: what is told of it, what it may be, and how it is taken. From these rows come the check, the manual
//! page, the example and `standin config`; nothing about a key is written down anywhere else.

use super::settings::Settings;
use toml::de::DeValue;

/// When a running daemon takes a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// On SIGHUP, at once.
    AtOnce,
    /// At the next start; on SIGHUP a change is told.
    AtStart,
    /// Whoever uses it reads it whenever it begins: a screen, `standin probe`.
    EachTime,
}

impl Taken {
    /// In a few words.
    pub fn words(self) -> &'static str {
        match self {
            Self::AtOnce => "on SIGHUP",
            Self::AtStart => "at the next start",
            Self::EachTime => "each time it is used",
        }
    }
}

/// What is told of one key.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// As it is written.
    pub name: &'static str,
    /// What it may be, behind "NAME is".
    pub allowed: &'static str,
    /// The value that says what holds where nothing is said, as TOML; `""`: no value says that.
    pub usual: &'static str,
    /// What it does, in a sentence or two.
    pub about: &'static str,
    /// A value that it may have, as TOML.
    pub example: &'static str,
    /// When a change is taken.
    pub taken: Taken,
}

impl Row {
    /// Whether its value is nobody's to read.
    pub fn is_secret(&self) -> bool {
        is_secret(self.name)
    }
}

/// Parts of names whose values are never shown.
const SECRET: [&str; 3] = ["password", "secret", "token"];

/// Whether what is called so is never shown.
pub(super) fn is_secret(name: &str) -> bool {
    SECRET.iter().any(|part| name.contains(part))
}

/// A key of something that is being read.
pub(super) struct Key<T: 'static = Settings> {
    pub row: Row,
    /// Puts a value where it belongs; `false`: it may not be like that.
    pub take: fn(&mut T, &DeValue<'_>) -> bool,
}

/// The rows of these keys.
pub(super) fn rows<T>(keys: &'static [Key<T>]) -> Vec<Row> {
    keys.iter().map(|key| key.row).collect()
}

/// Puts what is there; whether it is.
pub(super) fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let is_there = value.is_some();
    if is_there {
        *place = value;
    }
    is_there
}

/// Whole or not: nobody who writes `crossfade_s = 4` should be sent away for a point.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Integer(integer) => i32::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .map(f64::from),
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

/// A whole number from 1 to `most`.
pub(super) fn whole(value: &DeValue<'_>, most: i32) -> Option<u32> {
    let DeValue::Integer(integer) = value else {
        return None;
    };
    let number = i32::from_str_radix(integer.as_str(), integer.radix()).ok();
    let number = number.filter(|number| (1..=most).contains(number));
    number.and_then(|number| u32::try_from(number).ok())
}

/// Every value of a list, where all of them are like that; one alone is a list of one.
pub(super) fn each<T>(value: &DeValue<'_>, take: fn(&DeValue<'_>) -> Option<T>) -> Option<Vec<T>> {
    match value {
        DeValue::Array(values) => values.iter().map(|value| take(value.get_ref())).collect(),
        value => take(value).map(|one| vec![one]),
    }
}
