//! The distinct values of a field, grouped by others: MPD's `list`. It counts and prints nothing.

use super::asked::{ListedType, Listing};
use super::expression::stand_ins;
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::row;
use crate::music::{Field, fold};
use rusqlite::Row;
use std::collections::BTreeSet;

/// More values of one song are not listed: fields of many values multiply where they group each other.
const MAX_OF_ONE_SONG: usize = 10_000;

impl Reader {
    /// One row for each distinct value: those that it is grouped by, the outermost first, and the value itself. A song that
    /// has none of a field has the empty value. In the order of the values, folded.
    ///
    /// Files are listed by [`matching`](Self::matching) and not here; they give no rows.
    pub fn listed(&self, listing: &Listing) -> Result<Vec<Vec<String>>, LibraryError> {
        let ListedType::Field(field) = listing.what else {
            return Ok(Vec::new());
        };
        let fields: Vec<Field> = listing.groups.iter().copied().chain([field]).collect();
        let mut found: BTreeSet<Vec<String>> = BTreeSet::new();
        self.each_matching(&listing.filter, |row| {
            let mut combined = vec![Vec::new()];
            for field in &fields {
                let values = values(row, *field)?;
                let longer = combined.iter().flat_map(|before: &Vec<String>| {
                    values
                        .iter()
                        .map(|value| [before.as_slice(), std::slice::from_ref(value)].concat())
                });
                combined = longer.take(MAX_OF_ONE_SONG).collect();
            }
            found.extend(combined);
            Ok(())
        })?;
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_cached_key(|row| {
            // Values that fold to the same keep apart, so that a group stays in one piece.
            let keys = row.iter().map(|value| (fold(value), value.clone()));
            keys.collect::<Vec<_>>()
        });
        Ok(found)
    }
}

fn values(row: &Row, field: Field) -> rusqlite::Result<Vec<String>> {
    for field in std::iter::once(&field).chain(stand_ins(field)) {
        let mut values = Vec::new();
        row::see_values(row, *field, &mut |value| {
            values.push(value.to_owned());
            false
        })?;
        if !values.is_empty() {
            return Ok(values);
        }
    }
    Ok(vec![String::new()])
}
