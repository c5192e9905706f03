//! Batches of rows, and the heads before them: which rows count, each in its place, whatever became of the lines beside
//! it. A damaged row is a hole; a batch that was not written to its end does not count. Pure.

use super::SavedPlace;
use super::order::{Run, apply};
use crate::player::MAX_QUEUE;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A file of rows alone.
pub(super) const SCHEMA: u32 = 2;

/// What an order says: a standin that knows of none must not take the rows without it. The newest that is read.
pub(super) const EDITED: u32 = 3;

/// The line before each batch. Older standins wrote none that say an order: their rows came to the end, and `rows` alone
/// counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Head {
    pub schema: u32,
    /// Grows with every file: other files name the queue by it.
    pub stamp: u64,
    /// Where the music was.
    pub place: Option<SavedPlace>,
    /// Lines that follow and belong to it.
    pub rows: usize,
    /// Of an edit: how all rows stand from then on, those that belong to it behind the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<Vec<Run>>,
    /// Of an edit: how many there were before.
    #[serde(skip_serializing_if = "is_zero")]
    pub of: usize,
}

impl Head {
    /// Whether it begins a file: rows alone come after it.
    fn is_first(&self) -> bool {
        self.schema > 0 && self.schema < EDITED
    }
}

// Serde hands a reference over.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What names a queue, and where the music was when that was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    pub stamp: u64,
    pub place: Option<SavedPlace>,
}

impl At {
    pub fn of(head: &Head) -> Self {
        Self {
            stamp: head.stamp,
            place: head.place,
        }
    }
}

/// Rows between two heads. `None`: something damaged lies there.
#[derive(Default)]
pub(super) struct Batch {
    pub head: Option<Head>,
    pub rows: Vec<Option<Range<usize>>>,
}

impl Batch {
    fn is_damaged(&self) -> bool {
        self.rows.iter().any(Option::is_none)
    }

    /// Whether it has the rows that its head tells of.
    pub fn adds_up(&self) -> bool {
        self.rows.len() == self.head.as_ref().map_or(0, |head| head.rows)
    }

    /// Adds its rows, in their order; of an edit that counts, what names the queue from then on.
    pub fn take_part_in(mut self, all: &mut InOrder) -> Option<At> {
        let order = self.head.as_mut().and_then(|head| head.order.take());
        let (Some(order), Some(head)) = (order, self.head.clone()) else {
            all.add(self.settled());
            return None;
        };
        let is_of_these = all.order.len() == head.of;
        let mut own = self.settled();
        // Beyond its own: of one whose head is damaged, which came to the end.
        let behind = own.split_off(head.rows.min(own.len()));
        let is_whole = own.len() == head.rows;
        all.add(own);
        let counts = is_of_these && is_whole && apply(&order, &mut all.order, MAX_QUEUE);
        all.add(behind);
        counts.then_some(At::of(&head))
    }

    /// Rows of the file's first batch that have no line, though it was synced whole before the file got its name.
    pub fn missing(&self) -> usize {
        let first = self.head.as_ref().filter(|head| head.is_first());
        let told = first.map_or(0, |head| head.rows.min(MAX_QUEUE));
        match self.is_damaged() {
            true => 0,
            false => told.saturating_sub(self.rows.len()),
        }
    }

    /// Before the first head that can be read: the first damaged line was a head, unless the first edit has counted it among
    /// the rows.
    pub fn drop_head(&mut self, rows: Option<usize>) {
        let is_row = rows.is_some_and(|rows| self.rows.len() <= rows);
        if let Some(at) = self.rows.iter().position(Option::is_none)
            && !is_row
        {
            self.rows.remove(at);
        }
    }

    /// The rows that count, each in its place.
    fn settled(mut self) -> Vec<Option<Range<usize>>> {
        let Some(head) = self.head.take() else {
            return self.rows;
        };
        let told = head.rows.min(MAX_QUEUE);
        if !self.is_damaged() && self.rows.len() < told && !head.is_first() {
            return Vec::new();
        }
        if head.is_first() && !self.is_damaged() {
            self.rows.resize(self.rows.len().max(told), None);
        }
        // A break that flips makes one line of two, or two of one; and a head that is damaged is no row.
        while let Some(at) = self.rows.iter().rposition(Option::is_none)
            && self.rows.len() != told
        {
            match self.rows.len() < told {
                true => self.rows.insert(at, None),
                false => drop(self.rows.remove(at)),
            }
        }
        self.rows
    }
}

/// Rows as orders move them about: by where they stand among all that were read.
#[derive(Default)]
pub(super) struct InOrder {
    read: Vec<Option<Range<usize>>>,
    order: Vec<u32>,
}

impl InOrder {
    fn add(&mut self, rows: Vec<Option<Range<usize>>>) {
        for row in rows {
            // A file of so many lines is larger than any that is read.
            self.order.extend(u32::try_from(self.read.len()).ok());
            self.read.push(row);
        }
    }

    /// Where each lies; a damaged one lies nowhere.
    pub fn rows(self) -> Vec<Range<usize>> {
        let rows = self.order.iter().take(MAX_QUEUE);
        rows.map(|at| self.read[*at as usize].clone().unwrap_or_default())
            .collect()
    }
}
