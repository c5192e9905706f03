//! Rows of playlists as people and programs read them, each with what will play for it. It resolves nothing.

use super::songs::{self, insert_path, insert_uri};
use crate::music::{Verdict, Wanted};
use serde_json::{Value, json};

/// What a row asks for, for JSON.
pub fn wanted_json(wanted: &Wanted) -> Value {
    let mut value = json!({
        "title": wanted.title, "artists": wanted.artists, "album": wanted.album, "length_ms": wanted.length_ms,
        "isrc": wanted.isrc, "span": wanted.span,
    });
    if let Some(place) = &wanted.place {
        insert_uri(&mut value, "place", place);
    }
    value
}

/// A row with its verdict and the reason for it, for JSON.
pub fn json(wanted: &Wanted, verdict: &Verdict, reason: &str) -> Value {
    let mut value = json!({
        "verdict": verdict.word(), "reason": reason, "rung": null, "wanted": wanted_json(wanted),
    });
    match verdict {
        Verdict::Found { song, rung, .. } => {
            value["rung"] = rung.code().into();
            value["song"] = songs::json(song);
            insert_path(&mut value, "file", &song.place.file());
        }
        Verdict::Offered { song, .. } => value["offered"] = songs::json(song),
        Verdict::Missing(_) => {}
    }
    value
}
