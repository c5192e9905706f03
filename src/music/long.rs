//! What is long: files that are told or mixed rather than sung one after the other. It knows no place in them.

use super::{Song, fold};
use std::ops::RangeInclusive;

/// Files that play for so long are long where nobody says otherwise, in ms.
pub const USUAL_LONG_MS: u64 = 20 * 60 * 1_000;

/// Genres that are told, folded, and not sung.
const TOLD: [&str; 10] = [
    "audiobook",
    "audiobooks",
    "audio book",
    "audio books",
    "podcast",
    "podcasts",
    "horbuch",
    "hoerbuch",
    "horspiel",
    "speech",
];

/// How long such a genre is before it is folded, in bytes.
const TOLD_BYTES: RangeInclusive<usize> = 6..=24;

/// Containers of audiobooks.
const BOOK: &[u8; 4] = b".m4b";

/// Whether a song is long, or is a part of what is told: all of a file that plays for `from_ms`, and of any length what
/// is an audiobook or a podcast by its genre or its name. 0: none is.
pub fn is_long(song: &Song, from_ms: u64) -> bool {
    if from_ms == 0 {
        return false;
    }
    let is_whole = song.span.is_none();
    is_whole && song.length_ms.is_some_and(|length| length >= from_ms) || is_told(song)
}

fn is_told(song: &Song) -> bool {
    // Asked of each song of a long queue: what cannot be such a word is not folded.
    let is_told =
        |genre: &String| TOLD_BYTES.contains(&genre.len()) && TOLD.contains(&fold(genre).as_str());
    let end = song.place.path.as_bytes().last_chunk::<4>();
    let is_book = end.is_some_and(|end| end.eq_ignore_ascii_case(BOOK));
    song.tags.genres.iter().any(is_told) || is_book
}
