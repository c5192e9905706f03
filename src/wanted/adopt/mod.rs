//! What other players keep of a person's songs: bytes → songs with their stars and counts, and playlists. Those that keep it in
//! text, XML or formats of their own are read here; those that keep it in SQLite are read in `library::adopt`. It opens no
//! file, and never says which song a row means.

pub mod cmus;
pub mod mpd;
mod pickle;
pub mod quodlibet;
pub mod rhythmbox;

#[cfg(test)]
mod tests;

pub use pickle::PickleError;

use super::TakenList;
use crate::music::{Rating, Wanted};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The songs that are read of one player; of what comes behind them nothing is.
pub const MAX_SONGS: usize = 500_000;
/// The playlists that are read of one player.
pub const MAX_LISTS: usize = 10_000;
/// The rows of all its playlists.
pub const MAX_ROWS_IN_ALL: usize = 1_000_000;
/// The largest file of a player that is read whole, in bytes.
pub const MAX_FILE_BYTES: usize = 256 << 20;

/// What a player keeps of a song beside its names.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Stars; nothing where the player says that there are none.
    pub rating: Option<Rating>,
    /// How often it was heard.
    pub plays: u32,
    /// How often it was stepped over.
    pub skips: u32,
    /// When it was last heard, in ms since 1970.
    pub played_at_ms: Option<i64>,
    /// When it was last stepped over, in ms since 1970.
    pub skipped_at_ms: Option<i64>,
    /// When it came, in ms since 1970.
    pub added_at_ms: Option<i64>,
    /// What clients of MPD keep under names that have no meaning here.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub stickers: BTreeMap<String, String>,
}

/// A song of a player.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Marked {
    /// Its names and its length; no place yet.
    pub wanted: Wanted,
    /// Where its file lies, as the player has it: see [`Row::paths`](super::Row::paths).
    pub paths: Vec<Vec<u8>>,
    /// What is kept of it.
    pub marks: Marks,
}

/// All that is taken of one player.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adoptable {
    /// Each song of which it keeps something.
    pub songs: Vec<Marked>,
    /// How many songs it has in all.
    pub known: usize,
    /// Its playlists, without those that it makes by itself.
    pub lists: Vec<TakenList>,
    /// Songs and rows that could not be read.
    pub unreadable: usize,
    /// The file is damaged, or longer than is read; what stands before was taken.
    pub ends_early: bool,
}

impl Marks {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it tells how often or when the song was heard or stepped over.
    pub fn is_counted(&self) -> bool {
        self.plays > 0
            || self.skips > 0
            || self.played_at_ms.is_some()
            || self.skipped_at_ms.is_some()
    }

    /// Takes over what the same player keeps of another file of the same audio: each was heard by itself.
    pub fn join(&mut self, other: Self) {
        self.rating = self.rating.max(other.rating);
        self.plays = self.plays.saturating_add(other.plays);
        self.skips = self.skips.saturating_add(other.skips);
        self.played_at_ms = self.played_at_ms.max(other.played_at_ms);
        self.skipped_at_ms = self.skipped_at_ms.max(other.skipped_at_ms);
        self.added_at_ms = match (self.added_at_ms, other.added_at_ms) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        for (name, value) in other.stickers {
            self.stickers.entry(name).or_insert(value);
        }
    }
}

impl Adoptable {
    /// Takes in a song, where something is kept of it. `false`: there are too many.
    pub fn song(&mut self, song: Marked) -> bool {
        self.known += 1;
        if self.known > MAX_SONGS {
            self.ends_early = true;
            return false;
        }
        let is_named = !song.wanted.title.is_empty() || !song.paths.is_empty();
        match is_named {
            true if song.marks.is_empty() => {}
            true => self.songs.push(song),
            false => self.unreadable += 1,
        }
        true
    }

    /// Songs with stars.
    pub fn rated(&self) -> usize {
        let rated = self.songs.iter();
        rated.filter(|song| song.marks.rating.is_some()).count()
    }

    /// Songs with counts.
    pub fn counted(&self) -> usize {
        let counted = self.songs.iter();
        counted.filter(|song| song.marks.is_counted()).count()
    }

    /// Rows of all playlists.
    pub fn rows(&self) -> usize {
        self.lists.iter().map(|list| list.rows.len()).sum()
    }
}

/// The stars that are `value` of `most`, to the nearest half; 0, what is below it and what is above `most` are none.
pub fn stars(value: f64, most: f64) -> Option<Rating> {
    let halves = (value / most * f64::from(Rating::MOST_HALVES)).round();
    (value > 0.0 && value <= most && halves >= 1.0).then(|| Rating::from_halves(halves as u8))
}

/// Seconds since 1970 as ms; what is none, as the 0 and the -1 of those who mean "never", is nothing.
pub fn seconds(seconds: f64) -> Option<i64> {
    super::export::when_in_seconds(seconds)
}

/// A count, whatever a player wrote.
pub fn count(number: i64) -> u32 {
    u32::try_from(number.max(0)).unwrap_or(u32::MAX)
}
