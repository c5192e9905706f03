//! A client's MPRIS properties as plain values, as a sensor read them and a trace keeps them. Nothing is believed here and
//! nothing judged: clients lie, each in its own way.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Of a client's metadata so many fields are kept, in the order of their names …
pub const MAX_FIELDS: usize = 64;
/// … each text of them cut to so many bytes, between letters, and each list to [`MAX_FIELDS`] texts.
pub const MAX_TEXT_BYTES: usize = 1_024;

/// What a client shows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Shown {
    /// `Playing`, `Paused`, `Stopped`, or whatever it says; empty: it does not say.
    pub status: String,
    /// As it calls itself.
    pub identity: String,
    /// `mpris:trackid`, `xesam:title` and the like.
    pub metadata: BTreeMap<String, Value>,
    /// In µs, where it told one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub position_us: Option<i64>,
    /// How loud the person has set it, from 0, where it tells: one that is at 0 is silent by wish.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<f64>,
}

/// One value of a client's metadata, of whatever type it came in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Any integer, and a boolean as 0 or 1.
    Whole(i64),
    /// A floating-point number.
    Float(f64),
    /// A text or an object's path.
    Text(String),
    /// A list of them.
    Texts(Vec<String>),
}
