//! Songs that somebody has in hand, held against a filter: those of the queue, of a playlist. It looks for no song.

use super::expression::Expression;
use super::figure::Figure;
use super::figures::Figures;
use super::holds::{Facts, Ready, Seen};
use super::sort::Indexed;
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::person::now_ms;
use crate::music::{Field, Format, Song, Uri};
use std::os::unix::ffi::OsStrExt;

impl Reader {
    /// For each of these songs, in the index or not, whether a filter holds for it.
    pub fn hold<'s>(
        &self,
        filter: &Expression,
        songs: impl IntoIterator<Item = &'s Song>,
    ) -> Result<Vec<bool>, LibraryError> {
        let ready = Ready::new(filter, now_ms());
        let figures = self.figures(filter.kept())?;
        let holds = |song: &'s Song| {
            ready.holds(&InHand {
                indexed: Indexed(song),
                figures: &figures,
            })
        };
        Ok(songs.into_iter().map(holds).collect())
    }
}

struct InHand<'a> {
    indexed: Indexed<'a>,
    figures: &'a Figures,
}

impl Facts for InHand<'_> {
    fn values(&self, field: Field, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        let values = self.indexed.0.tags.values(field);
        Seen::new((!values.is_empty()).then(|| values.iter().any(|value| is_it(value))))
    }

    fn all_values(&self, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        let seen = Field::ALL.iter().map(|field| self.values(*field, is_it));
        seen.max().unwrap_or(Seen::Nothing)
    }

    fn uri(&self) -> Uri {
        self.indexed.0.place.uri()
    }

    fn file(&self) -> Vec<u8> {
        let file = self.indexed.0.place.file();
        file.as_os_str().as_bytes().to_vec()
    }

    fn format(&self) -> Format {
        self.indexed.0.format
    }

    fn figure(&self, figure: Figure) -> Option<i64> {
        self.figures.of(figure, self.indexed.0.key, &self.indexed)
    }
}
