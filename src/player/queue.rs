//! The queue: songs in positions, each with an id that never changes. It does not know what plays.

use super::MAX_QUEUE;
use crate::music::{EntryId, Song};
use std::sync::Arc;

/// A song's place in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Unique for as long as the queue lives.
    pub id: EntryId,
    /// What plays.
    pub song: Arc<Song>,
    /// The queue's version when this entry came to its position.
    pub version: u64,
}

/// Entries in the order in which they were put.
#[derive(Debug, Default)]
pub struct Queue {
    entries: Vec<Entry>,
    version: u64,
    last_id: u64,
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

    /// Puts songs before all entries and behind them, and gives their ids; all stand in new positions then.
    pub(super) fn surround(
        &mut self,
        before: impl IntoIterator<Item = Arc<Song>>,
        behind: impl IntoIterator<Item = Arc<Song>>,
    ) -> Vec<EntryId> {
        let kept = std::mem::take(&mut self.entries);
        let mut new = self.append(before);
        self.entries.extend(kept);
        new.extend(self.append(behind));
        for entry in &mut self.entries {
            entry.version = self.version;
        }
        new
    }

    /// Puts songs at the end and gives their ids; beyond [`MAX_QUEUE`] none is taken.
    pub(super) fn append(&mut self, songs: impl IntoIterator<Item = Arc<Song>>) -> Vec<EntryId> {
        self.version += 1;
        let room = MAX_QUEUE.saturating_sub(self.entries.len());
        let first = self.entries.len();
        for song in songs.into_iter().take(room) {
            self.last_id += 1;
            self.entries.push(Entry {
                id: EntryId(self.last_id),
                song,
                version: self.version,
            });
        }
        self.entries[first..].iter().map(|entry| entry.id).collect()
    }

    /// Takes everything out. Ids are not given again.
    pub(super) fn clear(&mut self) {
        self.version += 1;
        self.entries.clear();
    }
}
