//! The songs of a filter, all of them or the first in an order. What it means stands in `holds`; which rows need not be looked
//! at, in `narrow`.
//!
//! Of many songs a few are wanted: no song is made before it is known to be one of them, and of the others no more is kept
//! than of those.

use super::expression::Expression;
use super::figure::Figure;
use super::figures::{Figures, OfFile};
use super::holds::{Facts, Ready, Seen};
use super::narrow::Narrow;
use super::sort::{Sort, SortKey, Sortable, Sorting};
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::person::now_ms;
use crate::library::row::{self, HERE_SONGS, MODIFIED, NS_OF_MS, SONG_COLUMNS};
use crate::music::{AudioKey, Field, Format, Place, Rating, RelPath, Root, Song, Uri};
use rusqlite::{Row, params_from_iter};
use std::cmp::Ordering;
use std::hash::{BuildHasher, RandomState};
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

/// Columns of a row behind [`SONG_COLUMNS`].
const MORE_COLUMNS: &str = "title_folded, album_folded";
/// The place in them of which part of its file a song is.
const PART: usize = 33;
const TITLE_FOLDED: usize = 36;
const ALBUM_FOLDED: usize = 37;

/// Light rows beyond the limit that are held before they are cut.
const MORE_HELD: usize = 1_000;

impl Reader {
    /// The first so many songs for which a filter holds, in an order; without one, by address.
    pub fn first_matching(
        &self,
        filter: &Expression,
        sort: Option<Sort>,
        limit: Option<usize>,
    ) -> Result<Vec<Song>, LibraryError> {
        let Some(limit) = limit else {
            let mut songs = self.matching(filter)?;
            if let Some(sort) = sort {
                self.sort(&mut songs, sort)?;
            }
            return Ok(songs);
        };
        let mut songs = Vec::new();
        for id in self.first_ids(filter, sort, limit)? {
            songs.extend(self.songs("WHERE song.id = ?1", [id])?);
        }
        Ok(songs)
    }

    /// The rows of the first so many songs for which a filter holds, in an order; without one, by address.
    pub(in crate::library) fn first_ids(
        &self,
        filter: &Expression,
        sort: Option<Sort>,
        limit: usize,
    ) -> Result<Vec<i64>, LibraryError> {
        let sorting = sort.map(|sort| self.sorting(sort)).transpose()?;
        let mut first = First::new(sorting, limit);
        self.each_matching(filter, |facts| first.see(facts))?;
        Ok(first.cut().into_iter().map(|light| light.id).collect())
    }

    /// The rows of all songs for which a filter holds, in no order.
    pub(in crate::library) fn ids_of(&self, filter: &Expression) -> Result<Vec<i64>, LibraryError> {
        let mut ids = Vec::new();
        self.each_matching(filter, |facts| {
            ids.push(facts.row.get(0)?);
            Ok(())
        })?;
        Ok(ids)
    }

    /// Every song for which a filter holds, by address.
    pub fn matching(&self, filter: &Expression) -> Result<Vec<Song>, LibraryError> {
        let mut songs = Vec::new();
        self.each_matching(filter, |facts| {
            songs.extend(row::song(facts.row, &self.by_id)?);
            Ok(())
        })?;
        songs.sort_by_cached_key(|song| {
            let span = song.span.map(|span| span.start_frame);
            (song.place.uri().as_bytes().to_vec(), span)
        });
        Ok(songs)
    }

    /// Shows the row of each song for which a filter holds, in no order.
    pub(super) fn each_matching(
        &self,
        filter: &Expression,
        mut see: impl FnMut(&RowFacts) -> rusqlite::Result<()>,
    ) -> Result<(), LibraryError> {
        let now_ms = now_ms();
        let ready = Ready::new(filter, now_ms);
        let figures = self.figures(filter.kept())?;
        let Narrow { condition, values } = Narrow::new(filter, self, &figures, now_ms);
        self.ask(|connection| {
            let sql = format!(
                "SELECT {SONG_COLUMNS}, {MORE_COLUMNS} FROM {HERE_SONGS} WHERE {condition}"
            );
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                let Some(root) = self.by_id.get(&row.get(1)?) else {
                    continue;
                };
                let facts = RowFacts {
                    row,
                    root,
                    figures: &figures,
                };
                if ready.holds(&facts) {
                    see(&facts)?;
                }
            }
            Ok(())
        })
    }
}

/// A row as the index has it; no song is made of it. What cannot be read of a row is not there.
pub(super) struct RowFacts<'a> {
    pub row: &'a Row<'a>,
    root: &'a Arc<Root>,
    figures: &'a Figures,
}

impl RowFacts<'_> {
    /// The song's own address: where it is a part of a file, that of the part.
    pub fn song_uri(&self) -> Uri {
        let file = Facts::uri(self);
        match self.row.get(PART) {
            Ok(part) if part > 0 => file.of_part(part),
            _ => file,
        }
    }

    fn place(&self) -> Option<Place> {
        let path = self.row.get_ref(2).ok()?;
        Some(Place {
            root: self.root.clone(),
            path: RelPath::new(path.as_blob().ok()?).ok()?,
        })
    }
}

impl Facts for RowFacts<'_> {
    fn values(&self, field: Field, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        Seen::new(row::see_values(self.row, field, is_it).unwrap_or(None))
    }

    fn all_values(&self, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        Seen::new(row::see_all_values(self.row, is_it).unwrap_or(None))
    }

    fn uri(&self) -> Uri {
        self.place().map_or(Uri::new(""), |place| place.uri())
    }

    fn file(&self) -> Vec<u8> {
        let file = self.place().map(|place| place.file());
        file.map_or(Vec::new(), |file| file.as_os_str().as_bytes().to_vec())
    }

    fn format(&self) -> Format {
        row::format(self.row).unwrap_or_default()
    }

    fn figure(&self, figure: Figure) -> Option<i64> {
        self.figures.of(figure, self.audio_key(), self)
    }
}

impl OfFile for RowFacts<'_> {
    fn rating(&self) -> Option<Rating> {
        row::rating(self.row).unwrap_or(None)
    }

    fn modified_ms(&self) -> Option<i64> {
        let modified_ns: i64 = self.row.get(MODIFIED).ok()?;
        Some(modified_ns.div_euclid(NS_OF_MS))
    }
}

impl Sortable for RowFacts<'_> {
    fn first(&self, field: Field) -> Option<String> {
        let mut first = None;
        let _ = row::see_values(self.row, field, &mut |value| {
            first = Some(value.to_owned());
            true
        });
        first
    }

    fn title_folded(&self) -> String {
        self.row.get(TITLE_FOLDED).unwrap_or_default()
    }

    fn album_folded(&self) -> String {
        self.row.get(ALBUM_FOLDED).unwrap_or_default()
    }

    fn album_artist(&self) -> String {
        row::album_artist(self.row).unwrap_or_default()
    }

    fn disc_and_track(&self) -> (Option<u32>, Option<u32>) {
        row::disc_and_track(self.row).unwrap_or_default()
    }

    fn length_ms(&self) -> Option<u64> {
        self.row.get(27).unwrap_or_default()
    }

    fn audio_key(&self) -> Option<AudioKey> {
        let key = self.row.get_ref(3).ok()?.as_blob_or_null().ok()?;
        key.and_then(AudioKey::from_slice)
    }

    fn dice(&self, random: &RandomState) -> u64 {
        let id: Option<i64> = self.row.get(0).ok();
        random.hash_one(id)
    }
}

/// A song of which no more is known than where it stands among others.
struct Light {
    id: i64,
    key: Option<SortKey>,
    /// Its address and where it begins there.
    place: (Vec<u8>, Option<i64>),
}

/// The first songs in an order, as rows come.
struct First {
    sorting: Option<Sorting>,
    limit: usize,
    held: Vec<Light>,
}

impl First {
    fn new(sorting: Option<Sorting>, limit: usize) -> Self {
        let held = Vec::new();
        Self {
            sorting,
            limit,
            held,
        }
    }

    fn see(&mut self, facts: &RowFacts) -> rusqlite::Result<()> {
        let sorting = self.sorting.as_ref();
        self.held.push(Light {
            id: facts.row.get(0)?,
            key: sorting.map(|sorting| sorting.key(facts)),
            place: (facts.uri().as_bytes().to_vec(), facts.row.get(4)?),
        });
        if self.held.len() >= self.limit.saturating_mul(2).saturating_add(MORE_HELD) {
            self.keep_first();
        }
        Ok(())
    }

    fn keep_first(&mut self) {
        let sorting = self.sorting.as_ref();
        self.held.sort_by(|one, other| {
            let by_key = sorting
                .zip(one.key.as_ref())
                .zip(other.key.as_ref())
                .map(|((sorting, one), other)| sorting.compare(one, other));
            let by_key = by_key.unwrap_or(Ordering::Equal);
            by_key.then_with(|| one.place.cmp(&other.place))
        });
        self.held.truncate(self.limit);
    }

    fn cut(mut self) -> Vec<Light> {
        self.keep_first();
        self.held
    }
}
