//! The order in which entries play, apart from their positions. It never changes the queue.

use crate::music::EntryId;

/// A shuffled round through the queue. The same seed and the same ids give the same round.
#[derive(Debug, Clone)]
pub(super) struct Round {
    seed: u64,
    ids: Vec<EntryId>,
}

impl Round {
    /// A round over these ids that begins with `first`, where given.
    pub fn new(seed: u64, ids: Vec<EntryId>, first: Option<EntryId>) -> Self {
        let mut ids = ids;
        fastrand::Rng::with_seed(seed).shuffle(&mut ids);
        if let Some(at) = first.and_then(|first| ids.iter().position(|id| *id == first)) {
            ids.swap(0, at);
        }
        Self { seed, ids }
    }

    /// Takes new ids in, each somewhere after `current`, so that every song still comes once.
    pub fn admit(&mut self, new: &[EntryId], current: Option<EntryId>) {
        let start = current
            .and_then(|current| self.position(current))
            .map_or(0, |at| at + 1);
        let salt = new.first().map_or(0, |id| id.0);
        let mut rng = fastrand::Rng::with_seed(self.seed ^ salt.rotate_left(32));
        self.ids.extend_from_slice(new);
        rng.shuffle(&mut self.ids[start..]);
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
        let mut next = Self::new(self.seed.wrapping_add(1), self.ids.clone(), None);
        if next.ids.len() > 1 && next.ids.first() == self.ids.last() {
            next.ids.rotate_left(1);
        }
        next
    }

    fn position(&self, id: EntryId) -> Option<usize> {
        self.ids.iter().position(|other| *other == id)
    }
}
