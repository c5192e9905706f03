//! The distinct values of a field, grouped by others: MPD's `list`. It counts and prints nothing.

use super::asked::{ListedType, Listing};
use super::expression::{Expression, stand_ins};
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::library::row::{self, ALL_HERE};
use crate::music::{Field, fold};
use rusqlite::Row;
use rusqlite::types::Value;
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
        let mut see = |row: &Row| {
            found.extend(combined(row, &fields)?);
            Ok(())
        };
        match listing.filter == Expression::All(Vec::new()) && self.sees_all()? {
            true => self.each_of_all(&fields, &mut see)?,
            false => self.each_matching(&listing.filter, |facts| see(facts.row))?,
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_cached_key(|row| {
            // Values that fold to the same keep apart, so that a group stays in one piece.
            let keys = row.iter().map(|value| (fold(value), value.clone()));
            keys.collect::<Vec<_>>()
        });
        Ok(found)
    }

    /// Whether every song of the index is of a root that is seen.
    fn sees_all(&self) -> Result<bool, LibraryError> {
        let sql = "SELECT count(*) FROM root";
        let roots: usize =
            self.ask(|connection| connection.query_row(sql, [], |row| row.get(0)))?;
        Ok(roots == self.by_id.len())
    }

    /// Shows the rows of all songs, of which only these fields are read. Of neighbours that have the same values, as the
    /// songs of an album have, one is shown.
    fn each_of_all(
        &self,
        fields: &[Field],
        see: &mut dyn FnMut(&Row) -> rusqlite::Result<()>,
    ) -> Result<(), LibraryError> {
        let read = fields
            .iter()
            .flat_map(|field| std::iter::once(field).chain(stand_ins(*field)));
        let columns: Vec<usize> = read.map(|field| row::column_of(*field)).collect();
        let sql = format!("SELECT {} FROM {ALL_HERE}", row::only_columns(&columns));
        self.ask(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            let mut before: Vec<Value> = Vec::new();
            while let Some(row) = rows.next()? {
                let is_same = before.len() == columns.len()
                    && columns.iter().zip(&before).all(|(column, before)| {
                        row.get_ref(*column)
                            .is_ok_and(|value| value == before.into())
                    });
                if is_same {
                    continue;
                }
                see(row)?;
                before.clear();
                for column in &columns {
                    before.push(row.get(*column)?);
                }
            }
            Ok(())
        })
    }
}

/// The values of these fields that a row has, each with each.
fn combined(row: &Row, fields: &[Field]) -> rusqlite::Result<Vec<Vec<String>>> {
    let mut combined = vec![Vec::new()];
    for field in fields {
        let values = values(row, *field)?;
        let longer = combined.iter().flat_map(|before: &Vec<String>| {
            values
                .iter()
                .map(|value| [before.as_slice(), std::slice::from_ref(value)].concat())
        });
        combined = longer.take(MAX_OF_ONE_SONG).collect();
    }
    Ok(combined)
}

pub(super) fn values(row: &Row, field: Field) -> rusqlite::Result<Vec<String>> {
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
