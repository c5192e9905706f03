//! `songs` of Quod Libet: a pickle of a list of songs, each with its tags and, under names that begin with `~`, what is
//! known of it (quodlibet's `formats/_audio.py`).

use super::pickle::{self, PickleError, Pickled, Value};
use super::{Adoptable, Marked, count, seconds, stars};
use crate::wanted::MAX_LINE;
use crate::wanted::names::believed_ms;

/// Whether it begins as a pickle of protocol 2 and later does.
pub fn is_songs(head: &[u8]) -> bool {
    matches!(head, [0x80, 2..=5, ..])
}

/// Reads the songs.
pub fn read_songs(bytes: &[u8]) -> Result<Adoptable, PickleError> {
    let pickled = pickle::read(bytes)?;
    let mut all = Adoptable::default();
    for song in pickled.list(pickled.top()) {
        if !all.song(song_of(&pickled, song)) {
            break;
        }
    }
    Ok(all)
}

fn song_of(pickled: &Pickled, song: &Value) -> Marked {
    let mut marked = Marked::default();
    for (key, value) in pickled.map(song) {
        if let Some(key) = pickled.bytes(key) {
            take(&mut marked, &key, value, pickled);
        }
    }
    marked
}

fn take(song: &mut Marked, key: &[u8], value: &Value, pickled: &Pickled) {
    let text = || {
        let bytes = pickled.bytes(value).filter(|bytes| bytes.len() <= MAX_LINE);
        bytes.unwrap_or_default()
    };
    let number = match value {
        Value::Int(number) => *number as f64,
        Value::Float(number) => *number,
        _ => 0.0,
    };
    let (wanted, marks) = (&mut song.wanted, &mut song.marks);
    match key {
        // Several values stand on a line each.
        b"title" => wanted.title = lines(&text()).join(" "),
        b"artist" => wanted.artists = lines(&text()),
        b"album" => wanted.album = lines(&text()).join(" "),
        b"isrc" => wanted.isrc = lines(&text()).into_iter().next().unwrap_or_default(),
        b"~filename" => {
            song.paths = Some(text())
                .filter(|path| !path.is_empty())
                .into_iter()
                .collect()
        }
        b"~#length" => wanted.length_ms = believed_ms(number * 1000.0),
        b"~#rating" => marks.rating = stars(number, 1.0),
        b"~#playcount" => marks.plays = count(number as i64),
        b"~#skipcount" => marks.skips = count(number as i64),
        b"~#lastplayed" => marks.played_at_ms = seconds(number),
        b"~#added" => marks.added_at_ms = seconds(number),
        _ => {}
    }
}

fn lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(str::to_owned).collect()
}
