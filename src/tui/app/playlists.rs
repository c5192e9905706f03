//! The playlists, and the rows of one with what each of them plays. It holds the pages around what is seen.

use super::cursor::Cursor;
use super::names::Names;
use crate::tui::ask::{Ask, ListRow};
use std::collections::BTreeMap;
use std::ops::Range;

/// Rows that are asked for at once.
const PART: usize = 200;
/// Rows of a list that are held.
const MAX_ROWS: usize = 100_000;

/// The view.
#[derive(Debug, Default)]
pub struct Playlists {
    pub names: Names,
    pub of_rows: Cursor,
    /// Whether someone is in the rows.
    pub is_inside: bool,
    /// Whose rows these are.
    pub shown: Option<String>,
    pub rows: BTreeMap<usize, ListRow>,
    asked: Vec<Range<usize>>,
}

impl Playlists {
    /// The names, told anew.
    pub fn set_names(&mut self, names: Vec<String>) {
        self.names.set(names);
        self.asked.clear();
    }

    /// What has to be asked for to see what is to be seen.
    pub fn wants(&mut self) -> Vec<Ask> {
        let Some(meant) = self.names.meant().map(str::to_owned) else {
            return Vec::new();
        };
        if self.shown.as_deref() != Some(&meant) {
            self.shown = Some(meant.clone());
            self.rows.clear();
            self.asked.clear();
            self.of_rows.begin(0);
        }
        let seen = self.of_rows.seen();
        let part = seen.start / PART..seen.end.saturating_sub(1) / PART + 1;
        let parts = part.map(|part| part * PART..(part + 1) * PART);
        let new: Vec<_> = parts.filter(|part| !self.asked.contains(part)).collect();
        self.asked.extend(new.clone());
        let ask = |range| Ask::Rows(meant.clone(), range);
        new.into_iter().map(ask).collect()
    }

    /// Rows of a list, of which there are so many in all.
    pub fn told(&mut self, name: &str, from: usize, rows: Vec<ListRow>, count: usize) {
        if self.shown.as_deref() != Some(name) {
            return;
        }
        self.of_rows.set_count(count.min(MAX_ROWS));
        self.rows
            .extend((from..).zip(rows).take_while(|(at, _)| *at < MAX_ROWS));
    }

    /// The lists may be others by now.
    pub fn doubt(&mut self) {
        self.asked.clear();
    }

    /// The cursor of where someone is.
    pub fn cursor(&mut self) -> &mut Cursor {
        match self.is_inside {
            true => &mut self.of_rows,
            false => &mut self.names.cursor,
        }
    }
}
