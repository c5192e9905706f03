//! Rows of a queue whose songs were not here when it went on: they keep their places in what is saved, and may be here
//! again when it goes on the next time.

use super::SavedRow;
use crate::music::EntryId;
use crate::player::Entry;
use std::collections::HashMap;

/// Holes before all entries are numbered from here on, those behind them from there; ids of entries never come so far.
const FIRST_IN_FRONT: u64 = 1 << 62;
const FIRST_BEHIND: u64 = 1 << 63;

/// The holes of one queue.
#[derive(Default)]
pub(super) struct Holes {
    /// How many songs that are here stand before each, until the queue of them is there.
    waiting: Vec<(usize, SavedRow)>,
    /// Before all entries, and behind each.
    front: Vec<SavedRow>,
    behind: HashMap<EntryId, Vec<SavedRow>>,
    /// The number of the first hole behind each.
    numbers: HashMap<EntryId, u64>,
}

impl Holes {
    /// Of the queue that comes next: how many of its songs stand before each hole, in order.
    pub fn of_next(holes: Vec<(usize, SavedRow)>) -> Self {
        Self {
            waiting: holes,
            ..Self::default()
        }
    }

    /// Another queue: the holes that waited for it find their places, those of the last one are gone with it.
    pub fn settle(&mut self, entries: &[Entry]) {
        self.front.clear();
        self.behind.clear();
        self.numbers.clear();
        for (number, (before, row)) in (FIRST_BEHIND..).zip(std::mem::take(&mut self.waiting)) {
            match before.checked_sub(1).and_then(|at| entries.get(at)) {
                Some(entry) => {
                    self.numbers.entry(entry.id).or_insert(number);
                    self.behind.entry(entry.id).or_default().push(row);
                }
                None => self.front.push(row),
            }
        }
    }

    /// Whether nothing is missing.
    pub fn is_empty(&self) -> bool {
        self.front.is_empty() && self.behind.is_empty()
    }

    pub fn front(&self) -> &[SavedRow] {
        &self.front
    }

    pub fn behind(&self, entry: EntryId) -> &[SavedRow] {
        self.behind.get(&entry).map_or(&[], Vec::as_slice)
    }

    /// The row of the entry at this position.
    pub fn row(&self, entries: &[Entry], position: usize) -> usize {
        if self.is_empty() {
            return position;
        }
        let before = entries.iter().take(position);
        let behind = before.map(|entry| self.behind(entry.id).len());
        self.front.len() + position + behind.sum::<usize>()
    }

    /// All rows by number: entries by their ids, and holes.
    pub fn numbers(&self, entries: &[Entry]) -> Vec<u64> {
        if self.is_empty() {
            return entries.iter().map(|entry| entry.id.0).collect();
        }
        let mut rows: Vec<u64> = (FIRST_IN_FRONT..).take(self.front.len()).collect();
        for entry in entries {
            rows.push(entry.id.0);
            if let Some(first) = self.numbers.get(&entry.id) {
                rows.extend((*first..).take(self.behind(entry.id).len()));
            }
        }
        rows
    }

    /// Whether a row of this number is a hole.
    pub fn is_one(row: u64) -> bool {
        row >= FIRST_IN_FRONT
    }
}
