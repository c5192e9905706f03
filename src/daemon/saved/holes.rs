//! Rows of a queue whose songs were not here when it went on: they keep their places in what is saved, and may be here
//! again when it goes on the next time.

use super::SavedRow;
use crate::music::EntryId;
use crate::player::Entry;
use std::collections::HashMap;

/// The holes of one queue.
#[derive(Default)]
pub(super) struct Holes {
    /// How many songs that are here stand before each, until the queue of them is there.
    waiting: Vec<(usize, SavedRow)>,
    /// Before all entries, and behind each.
    front: Vec<SavedRow>,
    behind: HashMap<EntryId, Vec<SavedRow>>,
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
        for (before, row) in std::mem::take(&mut self.waiting) {
            match before.checked_sub(1).and_then(|at| entries.get(at)) {
                Some(entry) => self.behind.entry(entry.id).or_default().push(row),
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
}
