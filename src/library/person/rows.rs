//! A [`Wanted`] as columns of a table, and back. A damaged cell costs its own value, never the row.

use crate::music::{AudioKey, Span, Uri, Wanted};
use rusqlite::{Row, Statement, params};

/// The columns, in the order in which they are written and read.
pub(super) const COLUMNS: &str = "title, artists, album, length_ms, isrc, audio_key, place, start_frame, end_frame, external, track, disc";
/// The same, of a file of a version before numbers of tracks were kept, which may only be read.
pub(super) const OLD_COLUMNS: &str = "title, artists, album, length_ms, isrc, audio_key, place, start_frame, end_frame, external, NULL, NULL";
/// A placeholder for two numbers that come first, and for each of [`COLUMNS`].
pub(super) const PLACEHOLDERS: &str = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?";

/// Runs an insert of two numbers and a row.
pub(super) fn insert(
    statement: &mut Statement,
    numbers: [i64; 2],
    wanted: &Wanted,
) -> rusqlite::Result<usize> {
    let span = wanted.span;
    statement.execute(params![
        numbers[0],
        numbers[1],
        wanted.title,
        as_json(&wanted.artists),
        wanted.album,
        wanted.length_ms.map(stored),
        wanted.isrc,
        wanted.key.as_ref().map(|key| key.as_bytes().as_slice()),
        wanted.place.as_ref().map(Uri::as_bytes),
        span.map(|span| stored(span.start_frame)),
        span.and_then(|span| span.end_frame).map(stored),
        as_json(&wanted.external),
        wanted.track,
        wanted.disc,
    ])
}

/// The row whose [`COLUMNS`] begin at column `from`.
pub(super) fn wanted(row: &Row, from: usize) -> rusqlite::Result<Wanted> {
    let number = |at: usize| -> rusqlite::Result<Option<u64>> {
        let number: Option<i64> = row.get(from + at)?;
        Ok(number.and_then(|number| u64::try_from(number).ok()))
    };
    let end_frame = number(8)?;
    let key: Option<Vec<u8>> = row.get(from + 5)?;
    let place: Option<Vec<u8>> = row.get(from + 6)?;
    let artists: String = row.get(from + 1)?;
    let external: String = row.get(from + 9)?;
    Ok(Wanted {
        title: row.get(from)?,
        artists: serde_json::from_str(&artists).unwrap_or_default(),
        album: row.get(from + 2)?,
        length_ms: number(3)?,
        isrc: row.get(from + 4)?,
        key: key.as_deref().and_then(AudioKey::from_slice),
        place: place.map(Uri::new),
        span: number(7)?.map(|start_frame| Span {
            start_frame,
            end_frame,
        }),
        external: serde_json::from_str(&external).unwrap_or_default(),
        track: row.get(from + 10)?,
        disc: row.get(from + 11)?,
    })
}

/// The row as it will be read again: its numbers end where SQLite's do.
pub(super) fn as_stored(row: &Wanted) -> Wanted {
    let number = |number: u64| number.min(i64::MAX.unsigned_abs());
    Wanted {
        length_ms: row.length_ms.map(number),
        span: row.span.map(|span| Span {
            start_frame: number(span.start_frame),
            end_frame: span.end_frame.map(number),
        }),
        ..row.clone()
    }
}

/// SQLite's integers end at 2⁶³ − 1, far beyond any length.
pub(super) fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn as_json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("lists of strings are always JSON")
}
