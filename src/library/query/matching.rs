//! The songs of a filter. What it means stands in `holds`; which rows need not be looked at, in `narrow`.

use super::expression::Expression;
use super::figure::Figure;
use super::figures::{Figures, OfFile};
use super::holds::{Facts, Ready, Seen};
use super::narrow::Narrow;
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::person::now_ms;
use crate::library::row::{self, HERE_SONGS, SONG_COLUMNS};
use crate::music::{AudioKey, Field, Format, Place, Rating, RelPath, Root, Song, Uri};
use rusqlite::{Row, params_from_iter};
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

/// Nanoseconds of a millisecond.
pub(super) const NS_OF_MS: i64 = 1_000_000;

impl Reader {
    /// Every song for which a filter holds, by address.
    pub fn matching(&self, filter: &Expression) -> Result<Vec<Song>, LibraryError> {
        let mut songs = Vec::new();
        self.each_matching(filter, |row| {
            songs.extend(row::song(row, &self.by_id)?);
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
        mut see: impl FnMut(&Row) -> rusqlite::Result<()>,
    ) -> Result<(), LibraryError> {
        let now_ms = now_ms();
        let ready = Ready::new(filter, now_ms);
        let figures = self.figures(filter.kept())?;
        let Narrow { condition, values } = Narrow::new(filter, self, &figures, now_ms);
        self.ask(|connection| {
            let sql =
                format!("SELECT {SONG_COLUMNS}, file.mtime_ns FROM {HERE_SONGS} WHERE {condition}");
            let mut statement = connection.prepare(&sql)?;
            let modified_column = statement.column_count().saturating_sub(1);
            let mut rows = statement.query(params_from_iter(values))?;
            while let Some(row) = rows.next()? {
                let Some(root) = self.by_id.get(&row.get(1)?) else {
                    continue;
                };
                let facts = RowFacts {
                    row,
                    root,
                    figures: &figures,
                    modified_column,
                };
                if ready.holds(&facts) {
                    see(row)?;
                }
            }
            Ok(())
        })
    }
}

/// A row as the index has it; no song is made of it. What cannot be read of a row is not there.
struct RowFacts<'a> {
    row: &'a Row<'a>,
    root: &'a Arc<Root>,
    figures: &'a Figures,
    modified_column: usize,
}

impl RowFacts<'_> {
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
        let key = self.row.get_ref(3).ok()?.as_blob_or_null().ok()?;
        let key = key.and_then(AudioKey::from_slice);
        self.figures.of(figure, key, self)
    }
}

impl OfFile for RowFacts<'_> {
    fn rating(&self) -> Option<Rating> {
        row::rating(self.row).unwrap_or(None)
    }

    fn modified_ms(&self) -> Option<i64> {
        let modified_ns: i64 = self.row.get(self.modified_column).ok()?;
        Some(modified_ns.div_euclid(NS_OF_MS))
    }
}
