//! The queue: songs in positions, each with an id that never changes. It does not know what plays.

use super::MAX_QUEUE;
use super::event::Origins;
use crate::music::{EntryId, Origin, Song};
use std::collections::HashSet;
use std::ops::Range;
use std::sync::Arc;

/// A song's place in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Unique for as long as the queue lives.
    pub id: EntryId,
    /// What plays.
    pub song: Arc<Song>,
    /// In shuffled rounds the higher come first.
    pub priority: u8,
    /// Where it comes from, where somebody has said.
    pub origin: Option<Arc<Origin>>,
    /// The queue's version when this entry came to its position, or was last changed.
    pub version: u64,
}

/// Entries in the order in which they were put.
#[derive(Debug, Default)]
pub struct Queue {
    entries: Vec<Entry>,
    version: u64,
    last_id: u64,
    /// Where what is put in now comes from.
    origins: Origins,
}

impl Queue {
    /// All entries, by position.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Grows with every change.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Number of entries.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is queued.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The entry of this id.
    pub fn entry(&self, id: EntryId) -> Option<&Entry> {
        self.position(id).map(|position| &self.entries[position])
    }

    /// The position, from 0, of this id.
    pub fn position(&self, id: EntryId) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id)
    }

    /// What is put in from now on comes from there.
    pub(super) fn expect(&mut self, origins: Origins) {
        self.origins = origins;
    }

    /// Puts songs before all entries and behind them, and gives their ids.
    pub(super) fn surround(
        &mut self,
        before: impl IntoIterator<Item = Arc<Song>>,
        behind: impl IntoIterator<Item = Arc<Song>>,
    ) -> Vec<EntryId> {
        let mut new = self.insert(before, 0);
        new.extend(self.insert(behind, self.len()));
        new
    }

    /// Puts songs at this position, which is at most the length, and gives their ids, which count up by one; beyond
    /// [`MAX_QUEUE`] none is taken.
    pub(super) fn insert(
        &mut self,
        songs: impl IntoIterator<Item = Arc<Song>>,
        at: usize,
    ) -> Vec<EntryId> {
        let room = MAX_QUEUE.saturating_sub(self.entries.len());
        let behind = self.entries.split_off(at);
        for song in songs.into_iter().take(room) {
            self.last_id += 1;
            self.entries.push(Entry {
                id: EntryId(self.last_id),
                song,
                priority: 0,
                origin: self.origins.next(),
                version: 0,
            });
        }
        let new = at..self.entries.len();
        self.entries.extend(behind);
        self.touch(at..self.entries.len());
        self.entries[new].iter().map(|entry| entry.id).collect()
    }

    /// Takes these positions out and gives their ids.
    pub(super) fn remove(&mut self, range: Range<usize>) -> Vec<EntryId> {
        let at = range.start;
        let gone = self.entries.drain(range).map(|entry| entry.id).collect();
        self.touch(at..self.entries.len());
        gone
    }

    /// Takes these entries out.
    pub(super) fn remove_all(&mut self, gone: &HashSet<EntryId>) {
        let first = self
            .entries
            .iter()
            .position(|entry| gone.contains(&entry.id));
        self.entries.retain(|entry| !gone.contains(&entry.id));
        if let Some(first) = first {
            self.touch(first..self.entries.len());
        }
    }

    /// Moves these positions so that the first of them stands at `to`, which leaves room for them.
    pub(super) fn relocate(&mut self, range: Range<usize>, to: usize) {
        let (start, end, count) = (range.start, range.end, range.len());
        let touched = start.min(to)..end.max(to + count);
        let moved: Vec<Entry> = self.entries.drain(range).collect();
        self.entries.splice(to..to, moved);
        self.touch(touched);
    }

    /// Lets two positions change places.
    pub(super) fn swap(&mut self, one: usize, other: usize) {
        self.entries.swap(one, other);
        self.version += 1;
        for at in [one, other] {
            self.entries[at].version = self.version;
        }
    }

    /// Puts these positions in another order, made by `seed`; `first`, where it is among them, stands first.
    pub(super) fn shuffle(&mut self, range: Range<usize>, first: Option<EntryId>, seed: u64) {
        let part = &mut self.entries[range.clone()];
        fastrand::Rng::with_seed(seed).shuffle(part);
        if let Some(at) = part.iter().position(|entry| Some(entry.id) == first) {
            part.swap(0, at);
        }
        self.touch(range);
    }

    /// Changes entries where they stand; ids that are not queued are left out.
    pub(super) fn change(&mut self, ids: &HashSet<EntryId>, mut change: impl FnMut(&mut Entry)) {
        self.version += 1;
        for entry in self.entries.iter_mut() {
            if ids.contains(&entry.id) {
                change(entry);
                entry.version = self.version;
            }
        }
    }

    /// Ids and versions come after those of another one from now on, and all that is queued has changed.
    pub(super) fn follow(&mut self, other: &Self) {
        self.last_id = self.last_id.max(other.last_id);
        self.version = self.version.max(other.version);
        self.touch(0..self.entries.len());
    }

    /// Takes everything out. Ids are not given again.
    pub(super) fn clear(&mut self) {
        self.version += 1;
        self.entries.clear();
    }

    /// What stands in these positions has changed.
    fn touch(&mut self, range: Range<usize>) {
        self.version += 1;
        for entry in &mut self.entries[range] {
            entry.version = self.version;
        }
    }
}
