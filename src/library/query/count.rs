//! How many songs a filter leaves and how long they play, grouped by a field where that is asked: MPD's `count`.

use super::asked::AskedError;
use super::expression::Expression;
use super::figure::{Figure, FigureTest, Order};
use super::holds::Facts;
use super::list::values;
use super::sort::Sortable;
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::person::Kept;
use crate::music::{Field, Uri};
use std::collections::BTreeMap;

/// Songs that have one value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// How many.
    pub songs: u64,
    /// How long, in ms.
    pub length_ms: u64,
}

impl Counted {
    fn add(&mut self, length_ms: Option<u64>) {
        self.songs += 1;
        self.length_ms = self.length_ms.saturating_add(length_ms.unwrap_or(0));
    }
}

impl Reader {
    /// All songs for which a filter holds.
    pub fn counted(&self, filter: &Expression) -> Result<Counted, LibraryError> {
        let mut all = Counted::default();
        self.each_matching(filter, |facts| {
            all.add(facts.length_ms());
            Ok(())
        })?;
        Ok(all)
    }

    /// The same for each value of a field; songs that have none of it count under the empty one.
    pub fn counted_by(
        &self,
        filter: &Expression,
        field: Field,
    ) -> Result<BTreeMap<String, Counted>, LibraryError> {
        let mut by_value: BTreeMap<String, Counted> = BTreeMap::new();
        self.each_matching(filter, |facts| {
            for value in values(facts.row, field)? {
                by_value.entry(value).or_default().add(facts.length_ms());
            }
            Ok(())
        })?;
        Ok(by_value)
    }

    /// The songs in a folder of which a number is kept, by address, and that number; the empty folder is everywhere. Of what
    /// is counted, 0 is not kept.
    pub fn kept_below(&self, folder: &str, kept: Kept) -> Result<Vec<(Uri, i64)>, LibraryError> {
        let least = match kept {
            Kept::Rating => "0",
            Kept::Plays | Kept::Skips => "1",
            Kept::LastPlayed | Kept::LastSkipped | Kept::Added => "1970",
        };
        let figure = Figure::Kept(kept);
        let test = FigureTest::read(figure, Order::AtLeast, least).map_err(AskedError::Value)?;
        let filter = Expression::All(vec![
            Expression::Below(folder.to_owned()),
            Expression::Figure(test),
        ]);
        let mut found = Vec::new();
        self.each_matching(&filter, |facts| {
            found.extend(
                facts
                    .figure(figure)
                    .map(|number| (facts.song_uri(), number)),
            );
            Ok(())
        })?;
        found.sort_by(|(one, _), (other, _)| one.as_bytes().cmp(other.as_bytes()));
        Ok(found)
    }
}
