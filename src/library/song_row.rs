//! A song as a row of the index while somebody looks at it: nothing is copied, and no song is made of it. What cannot be
//! read of a row is not there.

use super::row::{self, MODIFIED, NS_OF_MS};
use crate::music::{Field, Format, Root, Span};
use rusqlite::Row;
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

/// Of the song columns those that are read here.
const COLUMNS: &[usize] = &[
    0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 22, 23, 24, 25, 26, 27, 28, 32, 33, 34,
    MODIFIED,
];

/// The song columns, of which no others than those hold anything: each costs time.
pub(super) fn columns() -> &'static str {
    static TEXT: OnceLock<String> = OnceLock::new();
    TEXT.get_or_init(|| row::only_columns(COLUMNS))
}

/// A row of the song columns, whose root is known and whose path can be said.
pub struct SongRow<'r> {
    row: &'r Row<'r>,
    root: &'r Arc<Root>,
    path: &'r [u8],
    part: u32,
}

impl<'r> SongRow<'r> {
    /// `None` where its root is not among these.
    pub(super) fn of(row: &'r Row<'r>, roots: &'r HashMap<i64, Arc<Root>>) -> Option<Self> {
        let root = roots.get(&row.get(1).ok()?)?;
        let path = row.get_ref(2).ok()?.as_blob().ok()?;
        // No scan keeps such a path, and here a line would end in it.
        if path.contains(&b'\n') {
            return None;
        }
        let part = row::part(row).ok()?;
        Some(Self {
            row,
            root,
            path,
            part,
        })
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
        self.part
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

    /// Whether this field was made of its path.
    pub fn is_from_path(&self, field: Field) -> bool {
        row::is_from_path(self.row, field).unwrap_or_default()
    }

    /// Shows each value of these fields, field by field.
    pub fn each_value<'f>(
        &self,
        fields: impl IntoIterator<Item = &'f Field>,
        see: &mut dyn FnMut(Field, &str),
    ) {
        // Most songs have nothing there, and most fields have no other place.
        let has_more = row::has_more(self.row).unwrap_or_default();
        for field in fields {
            if row::is_in_column(*field) || has_more {
                let mut see_all = |value: &str| {
                    see(*field, value);
                    false
                };
                // What comes before what cannot be read was shown.
                let _ = row::see_values(self.row, *field, &mut see_all);
            }
        }
    }
}
