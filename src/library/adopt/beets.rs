//! beets: `library.db`, with a table of items and one of what people and plugins put to them (`item_attributes`); the play
//! counts and stars there are those of its `mpdstats`. It has no playlists of its own.

use super::AdoptError;
use super::foreign::{Foreign, bytes, number, ordinal, text};
use crate::music::Wanted;
use crate::wanted::adopt::{Adoptable, Marked, Marks, count, seconds, stars};
use std::collections::HashMap;
use std::path::Path;

/// Items and what is put to them; beets before 1.5 keeps nothing in columns that is asked for here.
const ITEMS: &str = "SELECT id, path, title, artist, album, track, disc, length, isrc, added FROM items ORDER BY id";
const PUT_TO_THEM: &str = "SELECT entity_id, key, value FROM item_attributes
    WHERE key IN ('rating', 'play_count', 'skip_count', 'last_played')";

pub fn read(path: &Path) -> Result<Adoptable, AdoptError> {
    let db = Foreign::open(path)?;
    let (mut marks, mut ratings) = (HashMap::<i64, Marks>::new(), HashMap::new());
    db.each(PUT_TO_THEM, [], |row| {
        let (item, key, value) = (number(row, 0) as i64, text(row, 1), number(row, 2));
        let marks = marks.entry(item).or_default();
        match key.as_str() {
            "rating" => drop(ratings.insert(item, value)),
            "play_count" => marks.plays = count(value as i64),
            "skip_count" => marks.skips = count(value as i64),
            _ => marks.played_at_ms = seconds(value),
        }
        true
    })?;
    let most = most_of(ratings.values().copied());
    let mut all = Adoptable::default();
    db.each(ITEMS, [], |row| {
        let item = number(row, 0) as i64;
        let mut marks = marks.remove(&item).unwrap_or_default();
        marks.rating = ratings.get(&item).and_then(|value| stars(*value, most));
        marks.added_at_ms = seconds(number(row, 9));
        let path = bytes(row, 1);
        all.song(Marked {
            wanted: Wanted {
                title: text(row, 2),
                artists: vec![text(row, 3)],
                album: text(row, 4),
                track: ordinal(row, 5),
                disc: ordinal(row, 6),
                length_ms: Some((number(row, 7) * 1000.0) as u64).filter(|ms| *ms > 0),
                isrc: text(row, 8),
                ..Wanted::default()
            },
            paths: Some(path)
                .filter(|path| path.starts_with(b"/"))
                .into_iter()
                .collect(),
            marks,
        })
    })?;
    db.end()?;
    Ok(all)
}

/// What five stars are: `mpdstats` counts up to 1, people count their own field up to 5, 10 or 100. One library has one
/// way, so its largest number tells.
fn most_of(ratings: impl Iterator<Item = f64>) -> f64 {
    let largest = ratings.fold(0.0, f64::max);
    let scales = [1.0, 5.0, 10.0, 100.0];
    scales
        .into_iter()
        .find(|most| largest <= *most)
        .unwrap_or(largest)
}
