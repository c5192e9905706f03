//! The order in which entries play, apart from their positions. It never changes the queue.

use crate::music::EntryId;
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

/// Entries whose priority is not 0.
pub(super) type Priorities = HashMap<EntryId, u8>;

/// A shuffled round through the queue. The same seed, ids and priorities give the same round.
#[derive(Debug, Clone)]
pub(super) struct Round {
    seed: u64,
    ids: Vec<EntryId>,
    priorities: Priorities,
}

impl Round {
    /// A round over these ids, those of high priority first; `first`, where given, begins it all the same.
    pub fn new(
        seed: u64,
        ids: Vec<EntryId>,
        first: Option<EntryId>,
        priorities: Priorities,
    ) -> Self {
        let mut ids = ids;
        fastrand::Rng::with_seed(seed).shuffle(&mut ids);
        if let Some(at) = first.and_then(|first| ids.iter().position(|id| *id == first)) {
            ids.swap(0, at);
        }
        let mut round = Self {
            seed,
            ids,
            priorities,
        };
        round.sort_behind(first);
        round
    }

    /// Takes new ids in, each somewhere after `current`, so that every song still comes once.
    pub fn admit(&mut self, new: &[EntryId], current: Option<EntryId>) {
        let start = self.behind(current);
        let salt = new.first().map_or(0, |id| id.0);
        let mut rng = fastrand::Rng::with_seed(self.seed ^ salt.rotate_left(32));
        self.ids.extend_from_slice(new);
        rng.shuffle(&mut self.ids[start..]);
        self.sort_behind(current);
    }

    /// Leaves out what is queued no more.
    pub fn forget(&mut self, gone: &HashSet<EntryId>) {
        self.ids.retain(|id| !gone.contains(id));
        self.priorities.retain(|id, _| !gone.contains(id));
    }

    /// Gives these ids a priority. What came before `current` and is above 0 comes again, as in MPD.
    pub fn set_priority(&mut self, which: &[EntryId], priority: u8, current: Option<EntryId>) {
        for id in which {
            match priority {
                0 => self.priorities.remove(id),
                _ => self.priorities.insert(*id, priority),
            };
        }
        if priority > 0 {
            self.call_again(&which.iter().copied().collect(), current);
        }
        self.sort_behind(current);
    }

    fn call_again(&mut self, which: &HashSet<EntryId>, current: Option<EntryId>) {
        let before = self.behind(current).saturating_sub(1);
        let again: Vec<EntryId> = self.ids[..before]
            .iter()
            .filter(|id| which.contains(id))
            .copied()
            .collect();
        self.ids.retain(|id| !again.contains(id));
        let start = self.behind(current);
        self.ids.splice(start..start, again);
    }

    fn sort_behind(&mut self, current: Option<EntryId>) {
        if self.priorities.is_empty() {
            return;
        }
        let start = self.behind(current);
        let rank = |id: &EntryId| self.priorities.get(id).copied().unwrap_or(0);
        self.ids[start..].sort_by_key(|id| Reverse(rank(id)));
    }

    /// Where what comes after this id begins.
    fn behind(&self, current: Option<EntryId>) -> usize {
        let at = current.and_then(|current| self.position(current));
        at.map_or(0, |at| at + 1)
    }

    pub fn after(&self, id: EntryId) -> Option<EntryId> {
        self.ids.get(self.position(id)? + 1).copied()
    }

    pub fn before(&self, id: EntryId) -> Option<EntryId> {
        self.ids.get(self.position(id)?.checked_sub(1)?).copied()
    }

    pub fn first(&self) -> Option<EntryId> {
        self.ids.first().copied()
    }

    /// The round that comes after this one; it does not begin with the song that this one ends with.
    pub fn next_round(&self) -> Self {
        let seed = self.seed.wrapping_add(1);
        let mut next = Self::new(seed, self.ids.clone(), None, self.priorities.clone());
        if next.ids.len() > 1 && next.ids.first() == self.ids.last() {
            next.ids.rotate_left(1);
        }
        next
    }

    fn position(&self, id: EntryId) -> Option<usize> {
        self.ids.iter().position(|other| *other == id)
    }
}
