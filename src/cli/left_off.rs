//! Where a long file was left, as `info` tells it.

use crate::library::OwnedFile;
use crate::library::person::{LeftOff, LeftOffLookup};
use crate::music::{Song, clock};
use serde_json::{Value, json};

/// Where the file of a song was left.
pub struct LeftAt(Option<LeftOff>);

impl LeftAt {
    /// As it was kept, or as a kill has left it.
    pub fn of(song: &Song, lookup: &mut LeftOffLookup) -> Self {
        let left = OwnedFile::key_around(song).and_then(|key| lookup.of(key));
        Self(left.filter(|left| left.at_ms.is_some()))
    }

    /// Adds it to the JSON of the song.
    pub fn insert_into(&self, value: &mut Value) {
        value["left"] = self.0.map_or(Value::Null, |left| {
            json!({ "at_ms": left.at_ms, "length_ms": left.length_ms, "left_at_ms": left.left_at_ms })
        });
    }

    /// `1:02:33 of 5:10:00`; empty: nowhere.
    pub fn words(&self) -> String {
        let Some(left) = self.0 else {
            return String::new();
        };
        let length = left
            .length_ms
            .map_or(String::new(), |length| format!(" of {}", clock(length)));
        left.at_ms
            .map_or(String::new(), |at| format!("{}{length}", clock(at)))
    }
}
