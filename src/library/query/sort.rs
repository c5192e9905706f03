//! The order in which songs are told, by a field or by what is kept of them. It leaves no song out.

use super::figure::Figure;
use super::figures::{Figures, OfFile};
use super::matching::NS_OF_MS;
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::person::Kept;
use crate::music::{Field, Printable, Rating, Song, fold};
use rusqlite::OptionalExtension;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::str::FromStr;

/// By what songs are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Title,
    /// Then by date and album.
    Artist,
    /// Then by disc and track.
    Album,
    /// Then by album artist and album.
    Date,
    Length,
    Figure(Kept),
    /// Another order every time.
    Random,
}

const NAMES: &[(&str, By)] = &[
    ("title", By::Title),
    ("artist", By::Artist),
    ("album", By::Album),
    ("date", By::Date),
    ("length", By::Length),
    ("added", By::Figure(Kept::Added)),
    ("last-played", By::Figure(Kept::LastPlayed)),
    ("last-skipped", By::Figure(Kept::LastSkipped)),
    ("plays", By::Figure(Kept::Plays)),
    ("skips", By::Figure(Kept::Skips)),
    ("rating", By::Figure(Kept::Rating)),
    ("random", By::Random),
];

/// An order, written as the name of a field, with `-` before it where the greatest comes first. Songs that do not have
/// the field come last either way, and songs that are equal in it stay as they were, or album by album.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Sort {
    by: By,
    is_reversed: bool,
}

impl Sort {
    /// What came last first.
    pub const NEWEST: Self = Self {
        by: By::Figure(Kept::Added),
        is_reversed: true,
    };

    /// The other way round.
    pub fn reversed(self) -> Self {
        let is_reversed = !self.is_reversed;
        Self {
            is_reversed,
            ..self
        }
    }
}

impl FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (is_reversed, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text),
        };
        let found = NAMES
            .iter()
            .find(|(known, _)| name.eq_ignore_ascii_case(known));
        let (_, by) = found.ok_or_else(|| {
            let names: Vec<_> = NAMES.iter().map(|(name, _)| *name).collect();
            let (name, names) = (Printable::new(name), names.join(", "));
            format!("songs cannot be sorted by “{name}”, but by {names}")
        })?;
        Ok(Self {
            by: *by,
            is_reversed,
        })
    }
}

impl TryFrom<String> for Sort {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Sort> for String {
    fn from(sort: Sort) -> Self {
        sort.to_string()
    }
}

impl fmt::Display for Sort {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = NAMES.iter().find(|(_, by)| *by == self.by);
        let minus = if self.is_reversed { "-" } else { "" };
        write!(out, "{minus}{}", found.map_or("", |(name, _)| name))
    }
}

/// What songs are compared by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(String),
    Number(i64),
}

impl Reader {
    /// Puts songs in order.
    pub fn sort<S: Borrow<Song>>(&self, songs: &mut [S], sort: Sort) -> Result<(), LibraryError> {
        let kept = match sort.by {
            By::Figure(kept) => vec![kept],
            _ => Vec::new(),
        };
        let figures = self.figures(kept)?;
        let random = RandomState::new();
        let mut keys = Vec::with_capacity(songs.len());
        for song in songs.iter().map(Borrow::borrow) {
            keys.push((
                self.key(song, sort.by, &figures, &random),
                next(song, sort.by),
            ));
        }
        let mut order: Vec<usize> = (0..songs.len()).collect();
        order.sort_by(|a, b| {
            let ((one, next), (other, next_other)) = (&keys[*a], &keys[*b]);
            compare(one, other, sort.is_reversed).then_with(|| next.cmp(next_other))
        });
        permute(songs, order);
        Ok(())
    }

    fn key(&self, song: &Song, by: By, figures: &Figures, random: &RandomState) -> Option<Key> {
        let first = |fields: &[Field]| {
            let values = fields.iter().map(|field| song.tags.values(*field));
            let found = values
                .into_iter()
                .find_map(|values| Some(values.first()?.to_string()));
            found.map(|value| Key::Text(fold(&value)))
        };
        match by {
            By::Title => Some(Key::Text(fold(&song.title()))),
            By::Artist => first(&[Field::ArtistSort, Field::Artist]),
            By::Album => first(&[Field::AlbumSort, Field::Album]),
            By::Date => first(&[Field::Date]),
            By::Length => Some(Key::Number(i64::try_from(song.length_ms?).ok()?)),
            By::Random => {
                let place = (song.place.file(), song.part);
                Some(Key::Number(random.hash_one(place).cast_signed()))
            }
            By::Figure(kept) => {
                let file = Indexed { reader: self, song };
                figures
                    .of(Figure::Kept(kept), song.key, &file)
                    .map(Key::Number)
            }
        }
    }
}

/// What decides between songs that are equal; empty: their order so far.
fn next(song: &Song, by: By) -> (String, String, u32, u32) {
    let tags = &song.tags;
    let (first, second) = match by {
        By::Artist => (tags.date.clone(), fold(&tags.album)),
        By::Album => (fold(&tags.album_artist()), tags.date.clone()),
        By::Date => (fold(&tags.album_artist()), fold(&tags.album)),
        _ => return Default::default(),
    };
    let (disc, track) = (tags.disc.unwrap_or(1), tags.track.unwrap_or(u32::MAX));
    (first, second, disc, track)
}

/// What is not there comes last, whichever way the others go.
fn compare(one: &Option<Key>, other: &Option<Key>, is_reversed: bool) -> Ordering {
    match (one, other) {
        (Some(one), Some(other)) if is_reversed => other.cmp(one),
        (Some(one), Some(other)) => one.cmp(other),
        (one, other) => one.is_none().cmp(&other.is_none()),
    }
}

/// The one at `order[n]` comes to n.
fn permute<S>(all: &mut [S], mut order: Vec<usize>) {
    for start in 0..order.len() {
        let mut at = start;
        // Along one ring of places, until it is closed.
        while order[at] != start {
            let from = order[at];
            all.swap(at, from);
            order[at] = at;
            at = from;
        }
        order[at] = at;
    }
}

/// A song's file as the index knows it.
struct Indexed<'a> {
    reader: &'a Reader,
    song: &'a Song,
}

impl OfFile for Indexed<'_> {
    fn rating(&self) -> Option<Rating> {
        self.song.tags.rating
    }

    fn modified_ms(&self) -> Option<i64> {
        let id = self.song.id?.0;
        let sql = "SELECT mtime_ns FROM file JOIN song ON file_id = file.id WHERE song.id = ?1";
        let modified_ns: Option<i64> = self
            .reader
            .ask(|connection| {
                let mut statement = connection.prepare_cached(sql)?;
                statement.query_row([id], |row| row.get(0)).optional()
            })
            .ok()?;
        Some(modified_ns?.div_euclid(NS_OF_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_are_read_as_they_are_written() {
        for (name, _) in NAMES {
            for text in [name.to_string(), format!("-{name}")] {
                let sort: Sort = text.parse().unwrap();
                assert_eq!(sort.to_string(), text);
                assert_eq!(sort.reversed().reversed(), sort);
            }
        }
        for wrong in ["", "-", "colour", "--title"] {
            assert!(wrong.parse::<Sort>().is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_one_comes_to_its_place(values in proptest::collection::vec(0..50_u8, 0..40)) {
            let mut order: Vec<usize> = (0..values.len()).collect();
            order.sort_by_key(|at| values[*at]);
            let wanted: Vec<(u8, usize)> = order.iter().map(|at| (values[*at], *at)).collect();
            let mut all: Vec<(u8, usize)> = values.iter().copied().zip(0..).collect();
            permute(&mut all, order);
            proptest::prop_assert_eq!(all, wanted);
        }
    }
}
