//! A file that is owned: all of it as one song, and the songs in it where it holds several. It asks nothing.

use super::key::part_key;
use super::scan::Found;
use crate::music::{AudioKey, Place, ReplayGain, Song, Span, Tags, Wanted};

/// What lies at a place.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedFile {
    /// All of it.
    pub whole: Song,
    /// The songs in it, in their order; none: it is one song.
    pub parts: Vec<Song>,
}

impl OwnedFile {
    /// The key of all of the file that a song is, or is a part of: laid over once more, a part's gives it.
    pub fn key_around(song: &Song) -> Option<AudioKey> {
        match song.span {
            Some(span) => song.key.map(|key| part_key(key, span)),
            None => song.key,
        }
    }

    /// A file that was just read.
    pub fn new(found: &Found, place: &Place) -> Self {
        let whole = Song {
            id: None,
            place: place.clone(),
            key: found.key,
            part: 0,
            span: None,
            tags: found.tags.clone(),
            format: found.format,
            length_ms: found.length_ms,
            modified_ms: None,
        };
        let parts = (1..).zip(&found.parts).map(|(part, it)| Song {
            part,
            tags: it.tags.clone(),
            length_ms: it.length_ms,
            ..cut_out(&whole, it.span)
        });
        Self {
            parts: parts.collect(),
            whole,
        }
    }

    /// The songs of a file as the index has them, which keeps no row for all of a file that is cut; `None`: there are none.
    pub fn of_songs(songs: Vec<Song>, whole_key: Option<AudioKey>) -> Option<Self> {
        let first = songs.first()?;
        if first.part == 0 {
            return Some(Self {
                whole: first.clone(),
                parts: Vec::new(),
            });
        }
        Some(Self {
            whole: made_whole(first, songs.last()?, whole_key),
            parts: songs,
        })
    }

    /// What is listed of it: the songs in it, or all of it.
    pub fn songs(self) -> Vec<Song> {
        if self.parts.is_empty() {
            vec![self.whole]
        } else {
            self.parts
        }
    }

    /// What may be meant by a row: every song in it, and all of it.
    pub fn all(self) -> Vec<Song> {
        let mut all = self.parts;
        all.push(self.whole);
        all
    }
}

/// All of a file, from what its first and its last part say of it.
fn made_whole(first: &Song, last: &Song, key: Option<AudioKey>) -> Song {
    let tags = &first.tags;
    let artists = if tags.album_artists.is_empty() {
        &tags.artists
    } else {
        &tags.album_artists
    };
    let rate = u64::from(first.format.rate.unwrap_or(0));
    let start_ms = last.span.and_then(|span| {
        let frames = span.start_frame.checked_mul(1_000)?;
        frames.checked_div(rate)
    });
    Song {
        id: None,
        key,
        part: 0,
        span: None,
        tags: Tags {
            title: tags.album.clone(),
            artists: artists.clone(),
            track: None,
            isrc: String::new(),
            gain: ReplayGain {
                track_db: tags.gain.album_db,
                track_peak: tags.gain.album_peak,
                ..tags.gain
            },
            ..tags.clone()
        },
        length_ms: start_ms
            .zip(last.length_ms)
            .map(|(start, length)| start.saturating_add(length)),
        ..first.clone()
    }
}

/// A part of a file that no sheet and no chapter names. It has the names of all of it.
pub fn cut_out(whole: &Song, span: Span) -> Song {
    let rate = whole.format.rate.unwrap_or(0);
    Song {
        id: None,
        key: whole.key.map(|key| part_key(key, span)),
        span: Some(span),
        length_ms: span.length_ms(rate, whole.length_ms),
        ..whole.clone()
    }
}

/// The part of a file that a row means which was taken from it when it was cut in another way: it has the names of the
/// row. `None` where other audio lies there now, or the file ends before.
pub fn as_wanted(whole: &Song, wanted: &Wanted) -> Option<Song> {
    let mut song = cut_out(whole, wanted.span?);
    if song.length_ms == Some(0) {
        return None;
    }
    if wanted.key.is_some() && wanted.key != song.key {
        return None;
    }
    let tags = &mut song.tags;
    if !wanted.title.is_empty() {
        tags.title.clone_from(&wanted.title);
        tags.track = None;
        tags.isrc.clone_from(&wanted.isrc);
        tags.mb_recording = String::new();
    }
    if !wanted.artists.is_empty() {
        tags.artists.clone_from(&wanted.artists);
    }
    if !wanted.album.is_empty() {
        tags.album.clone_from(&wanted.album);
    }
    Some(song)
}
