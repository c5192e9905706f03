//! A song as a row of the index while somebody looks at it: nothing is copied, and no song is made of it. What cannot be
//! read of a row is not there.

use super::row::{self, MODIFIED, NS_OF_MS};
use crate::music::{Field, Format, RelPath, Root, Span};
use rusqlite::Row;
use std::collections::HashMap;
use std::sync::Arc;

/// A row of the song columns, whose root is known and whose path can be said.
pub struct SongRow<'r> {
    row: &'r Row<'r>,
    root: &'r Arc<Root>,
    path: &'r [u8],
}

impl<'r> SongRow<'r> {
    /// `None` where its root is not among these.
    pub(super) fn of(row: &'r Row<'r>, roots: &'r HashMap<i64, Arc<Root>>) -> Option<Self> {
        let root = roots.get(&row.get(1).ok()?)?;
        let path = row.get_ref(2).ok()?.as_blob().ok()?;
        RelPath::check(path).ok()?;
        Some(Self { row, root, path })
    }

    /// The root that it lies in.
    pub fn root(&self) -> &Root {
        self.root
    }

    /// The path below that root.
    pub fn path(&self) -> &[u8] {
        self.path
    }

    /// 0: the whole file; from 1: which of the songs in it.
    pub fn part(&self) -> u32 {
        row::part(self.row).unwrap_or_default()
    }

    /// The part of the file that it is.
    pub fn span(&self) -> Option<Span> {
        row::span(self.row).unwrap_or_default()
    }

    /// When its file was last changed, in ms since 1970.
    pub fn modified_ms(&self) -> Option<i64> {
        let modified_ns: i64 = self.row.get(MODIFIED).ok()?;
        Some(modified_ns.div_euclid(NS_OF_MS))
    }

    /// How it is encoded.
    pub fn format(&self) -> Format {
        row::format(self.row).unwrap_or_default()
    }

    /// Playing time in ms.
    pub fn length_ms(&self) -> Option<u64> {
        row::length_ms(self.row).unwrap_or_default()
    }

    /// Shows each value of a field.
    pub fn each_value(&self, field: Field, see: &mut dyn FnMut(&str)) {
        let mut see_all = |value: &str| {
            see(value);
            false
        };
        // What comes before what cannot be read was shown.
        let _ = row::see_values(self.row, field, &mut see_all);
    }
}
