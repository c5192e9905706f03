//! The order in which songs are told, by a field or by what is kept of them. It leaves no song out.

use super::figure::Figure;
use super::figures::{Figures, OfFile};
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::person::Kept;
use crate::music::{AudioKey, Field, Printable, Rating, Song, fold};
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
    /// When the file was changed.
    Modified,
    Figure(Kept),
    /// Any other field.
    Field(Field),
    /// Another order every time.
    Random,
}

const NAMES: &[(&str, By)] = &[
    ("title", By::Title),
    ("artist", By::Artist),
    ("album", By::Album),
    ("date", By::Date),
    ("length", By::Length),
    ("modified", By::Modified),
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
        let found = found.map(|(_, by)| *by);
        let by = found.or_else(|| Field::from_name(name).map(By::Field));
        let by = by.ok_or_else(|| {
            let names: Vec<_> = NAMES.iter().map(|(name, _)| *name).collect();
            let (name, names) = (Printable::new(name), names.join(", "));
            format!("songs cannot be sorted by “{name}”, but by {names} or another field")
        })?;
        Ok(Self { by, is_reversed })
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
        let minus = if self.is_reversed { "-" } else { "" };
        let name = match self.by {
            By::Field(field) => field.name(),
            by => {
                let found = NAMES.iter().find(|(_, known)| *known == by);
                found.map_or("", |(name, _)| name)
            }
        };
        write!(out, "{minus}{name}")
    }
}

/// What a song is compared by: its key, and what decides between songs that are equal in it.
pub(super) struct SortKey {
    key: Option<Key>,
    next: (String, String, u32, u32),
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Text(String),
    Number(i64),
}

/// What an order asks of a song, wherever it is kept.
pub(super) trait Sortable: OfFile {
    /// The first value of a field.
    fn first(&self, field: Field) -> Option<String>;
    /// Its title, or what stands for it, folded.
    fn title_folded(&self) -> String;
    /// Its album's name, folded.
    fn album_folded(&self) -> String;
    /// Whose album it is.
    fn album_artist(&self) -> String;
    /// Of its disc and on it.
    fn disc_and_track(&self) -> (Option<u32>, Option<u32>);
    /// How long it is.
    fn length_ms(&self) -> Option<u64>;
    /// Its audio.
    fn audio_key(&self) -> Option<AudioKey>;
    /// Another number for every song.
    fn dice(&self, random: &RandomState) -> u64;
}

/// An order with all that it takes to compare.
pub(super) struct Sorting {
    sort: Sort,
    figures: Figures,
    random: RandomState,
}

impl Sorting {
    /// What a song is compared by.
    pub fn key(&self, song: &impl Sortable) -> SortKey {
        SortKey {
            key: self.first_key(song),
            next: next(song, self.sort.by),
        }
    }

    fn first_key(&self, song: &impl Sortable) -> Option<Key> {
        let first = |fields: &[Field]| {
            let found = fields.iter().find_map(|field| song.first(*field));
            found.map(|value| Key::Text(fold(&value)))
        };
        match self.sort.by {
            By::Title => Some(Key::Text(song.title_folded())),
            By::Artist => first(&[Field::ArtistSort, Field::Artist]),
            By::Album => first(&[Field::AlbumSort, Field::Album]),
            By::Date => first(&[Field::Date]),
            By::Length => Some(Key::Number(i64::try_from(song.length_ms()?).ok()?)),
            By::Modified => song.modified_ms().map(Key::Number),
            By::Field(Field::Disc) => song.disc_and_track().0.map(|disc| Key::Number(disc.into())),
            By::Field(Field::Track) => {
                let (_, track) = song.disc_and_track();
                track.map(|track| Key::Number(track.into()))
            }
            By::Field(Field::AlbumArtist) => first(&[
                Field::AlbumArtistSort,
                Field::AlbumArtist,
                Field::ArtistSort,
                Field::Artist,
            ]),
            By::Field(field) => first(&[field]),
            By::Random => Some(Key::Number(song.dice(&self.random).cast_signed())),
            By::Figure(kept) => {
                let figure = Figure::Kept(kept);
                let number = self.figures.of(figure, song.audio_key(), song);
                number.map(Key::Number)
            }
        }
    }

    /// Which of two comes first; equal: the one that did so far.
    pub fn compare(&self, one: &SortKey, other: &SortKey) -> Ordering {
        let by_key = compare(&one.key, &other.key, self.sort.is_reversed);
        by_key.then_with(|| one.next.cmp(&other.next))
    }
}

impl Reader {
    /// Makes an order ready.
    pub(super) fn sorting(&self, sort: Sort) -> Result<Sorting, LibraryError> {
        let kept = match sort.by {
            By::Figure(kept) => vec![kept],
            _ => Vec::new(),
        };
        Ok(Sorting {
            sort,
            figures: self.figures(kept)?,
            random: RandomState::new(),
        })
    }

    /// Puts songs in order.
    pub fn sort<S: Borrow<Song>>(&self, songs: &mut [S], sort: Sort) -> Result<(), LibraryError> {
        let sorting = self.sorting(sort)?;
        let key = |song: &S| {
            let song = song.borrow();
            sorting.key(&Indexed(song))
        };
        let keys: Vec<SortKey> = songs.iter().map(key).collect();
        let mut order: Vec<usize> = (0..songs.len()).collect();
        order.sort_by(|a, b| sorting.compare(&keys[*a], &keys[*b]));
        permute(songs, order);
        Ok(())
    }
}

/// What decides between songs that are equal; empty: their order so far.
fn next(song: &impl Sortable, by: By) -> (String, String, u32, u32) {
    let date = || song.first(Field::Date).unwrap_or_default();
    let (first, second) = match by {
        By::Artist => (date(), song.album_folded()),
        By::Album => (fold(&song.album_artist()), date()),
        By::Date => (fold(&song.album_artist()), song.album_folded()),
        _ => return Default::default(),
    };
    let (disc, track) = song.disc_and_track();
    (first, second, disc.unwrap_or(1), track.unwrap_or(u32::MAX))
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
pub(super) struct Indexed<'a>(pub &'a Song);

impl OfFile for Indexed<'_> {
    fn rating(&self) -> Option<Rating> {
        self.0.tags.rating
    }

    fn modified_ms(&self) -> Option<i64> {
        self.0.modified_ms
    }
}

impl Sortable for Indexed<'_> {
    fn first(&self, field: Field) -> Option<String> {
        let values = self.0.tags.values(field);
        values.first().map(ToString::to_string)
    }

    fn title_folded(&self) -> String {
        fold(&self.0.title())
    }

    fn album_folded(&self) -> String {
        fold(&self.0.tags.album)
    }

    fn album_artist(&self) -> String {
        self.0.tags.album_artist()
    }

    fn disc_and_track(&self) -> (Option<u32>, Option<u32>) {
        (self.0.tags.disc, self.0.tags.track)
    }

    fn length_ms(&self) -> Option<u64> {
        self.0.length_ms
    }

    fn audio_key(&self) -> Option<AudioKey> {
        self.0.key
    }

    fn dice(&self, random: &RandomState) -> u64 {
        random.hash_one((self.0.place.file(), self.0.part))
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
