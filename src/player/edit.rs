//! What doors do to the queue: put in, take out, move, shuffle. What plays goes on wherever it can.

use super::desk::Player;
use super::event::{Changes, Effect, Once, Refusal, State};
use super::{MAX_QUEUE, Queue};
use crate::music::{EntryId, Song};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

impl Player {
    pub(super) fn append(&mut self, songs: Vec<Arc<Song>>) -> Vec<Effect> {
        self.insert(songs, self.queue.len())
    }

    /// All of them or none.
    pub(super) fn insert(&mut self, songs: Vec<Arc<Song>>, at: usize) -> Vec<Effect> {
        if at > self.queue.len() {
            return refused(Refusal::NoPosition);
        }
        if songs.len() > MAX_QUEUE - self.queue.len() {
            return refused(Refusal::Full);
        }
        let new = self.queue.insert(songs, at);
        self.admit(&new)
    }

    pub(super) fn surround(
        &mut self,
        before: Vec<Arc<Song>>,
        behind: Vec<Arc<Song>>,
    ) -> Vec<Effect> {
        let new = self.queue.surround(before, behind);
        self.admit(&new)
    }

    fn admit(&mut self, new: &[EntryId]) -> Vec<Effect> {
        if let Some(round) = &mut self.round {
            round.admit(new, self.target);
        }
        let mut effects = self.order_changed();
        effects.extend(new.first().map(|first| Effect::Queued {
            first: *first,
            count: new.len(),
        }));
        effects
    }

    pub(super) fn delete(&mut self, range: Range<usize>) -> Vec<Effect> {
        let Some(range) = self.queue.cut_off(range) else {
            return refused(Refusal::NoPosition);
        };
        let gone: HashSet<EntryId> = self.queue.ids(range.clone()).collect();
        let heir = self.heir(&gone);
        self.queue.remove(range);
        self.let_go(&gone, heir)
    }

    /// All of them or none.
    pub(super) fn delete_entries(&mut self, ids: &[EntryId]) -> Vec<Effect> {
        let gone: HashSet<EntryId> = ids.iter().copied().collect();
        if self.queue.count_of(&gone) < gone.len() {
            return refused(Refusal::NoEntry);
        }
        let heir = self.heir(&gone);
        self.queue.remove_all(&gone);
        self.let_go(&gone, heir)
    }

    /// What plays in the place of the target once these are gone; `None` also where the target stays.
    fn heir(&self, gone: &HashSet<EntryId>) -> Option<EntryId> {
        let mut next = self.target.filter(|target| gone.contains(target))?;
        for _ in 0..self.queue.len() {
            next = self.after(next)?;
            if !gone.contains(&next) {
                return Some(next);
            }
        }
        None
    }

    fn let_go(&mut self, gone: &HashSet<EntryId>, heir: Option<EntryId>) -> Vec<Effect> {
        let loses_target = self.target.is_some_and(|target| gone.contains(&target));
        if let Some(heir) = heir {
            self.turn_round(heir);
        }
        if let Some(round) = &mut self.round {
            round.forget(gone);
        }
        self.failed.retain(|id| !gone.contains(id));
        self.missing.retain(|id| !gone.contains(id));
        self.current = self.current.filter(|id| !gone.contains(id));
        if !loses_target {
            return self.order_changed();
        }
        let mut effects = vec![Effect::Changed(Changes::QUEUE)];
        effects.extend(self.inherit(heir));
        effects
    }

    /// The target was taken out: while music plays its heir does, else the heir waits for the next `Play`.
    fn inherit(&mut self, heir: Option<EntryId>) -> Vec<Effect> {
        match (self.state, heir) {
            (State::Playing, Some(heir)) => self.begin_entry(heir, false),
            (State::Stopped, heir) => {
                self.target = heir;
                Vec::new()
            }
            (State::Playing | State::Paused, heir) => {
                let effects = self.finish_by(Effect::Stop);
                self.target = heir;
                effects
            }
        }
    }

    pub(super) fn relocate(&mut self, range: Range<usize>, to: usize) -> Vec<Effect> {
        let len = self.queue.len();
        if range.start > range.end || range.end > len || to > len - range.len() {
            return refused(Refusal::NoPosition);
        }
        self.queue.relocate(range, to);
        self.order_changed()
    }

    pub(super) fn swap(&mut self, one: EntryId, other: EntryId) -> Vec<Effect> {
        let positions = (self.queue.position(one), self.queue.position(other));
        let (Some(one), Some(other)) = positions else {
            return refused(Refusal::NoEntry);
        };
        self.queue.swap(one, other);
        self.order_changed()
    }

    pub(super) fn shuffle(&mut self, range: Range<usize>) -> Vec<Effect> {
        let Some(range) = self.queue.cut_off(range) else {
            return refused(Refusal::NoPosition);
        };
        self.seed = self.seed.wrapping_add(1);
        self.queue.shuffle(range, self.target, self.seed);
        self.order_changed()
    }

    pub(super) fn set_priority(&mut self, ids: &[EntryId], priority: u8) -> Vec<Effect> {
        let which: HashSet<EntryId> = ids.iter().copied().collect();
        if self.queue.count_of(&which) < which.len() {
            return refused(Refusal::NoEntry);
        }
        let other: HashSet<EntryId> = self
            .queue
            .entries()
            .iter()
            .filter(|entry| which.contains(&entry.id) && entry.priority != priority)
            .map(|entry| entry.id)
            .collect();
        if other.is_empty() {
            return Vec::new();
        }
        self.queue.change(&other, |entry| entry.priority = priority);
        if let Some(round) = &mut self.round {
            let other: Vec<EntryId> = ids
                .iter()
                .filter(|id| other.contains(id))
                .copied()
                .collect();
            round.set_priority(&other, priority, self.target);
        }
        self.order_changed()
    }

    /// Entries that are gone meanwhile are left out. What plays is not begun anew.
    pub(super) fn renew(&mut self, songs: Vec<(EntryId, Arc<Song>)>) -> Vec<Effect> {
        let mut songs: HashMap<_, _> = songs.into_iter().collect();
        let which = songs.keys().copied().collect();
        if self.queue.count_of(&which) == 0 {
            return Vec::new();
        }
        self.queue.change(&which, |entry| {
            if let Some(song) = songs.remove(&entry.id) {
                entry.song = song;
            }
        });
        self.failed.retain(|id| !which.contains(id));
        self.order_changed()
    }

    /// What stands where has changed, and with it perhaps what comes next.
    pub(super) fn order_changed(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Changed(Changes::QUEUE)];
        effects.extend(self.follow_again());
        effects
    }

    /// A song was played and left: it leaves the queue where that is the mode.
    pub(super) fn consume(&mut self, played: EntryId) -> Vec<Effect> {
        if self.consume == Once::Off || self.target == Some(played) {
            return Vec::new();
        }
        let mut changes = Changes::QUEUE;
        if self.consume == Once::Oneshot {
            self.consume = Once::Off;
            changes = changes.with(Changes::OPTIONS);
        }
        let gone = HashSet::from([played]);
        self.queue.remove_all(&gone);
        let mut effects = self.let_go(&gone, None);
        effects.push(Effect::Changed(changes));
        effects
    }
}

pub(super) fn refused(why: Refusal) -> Vec<Effect> {
    vec![Effect::Refused(why)]
}

impl Queue {
    /// The range as far as the queue goes; `None`: it begins beyond, or ends before it begins.
    fn cut_off(&self, range: Range<usize>) -> Option<Range<usize>> {
        let end = range.end.min(self.len());
        (range.start <= end).then_some(range.start..end)
    }

    fn ids(&self, range: Range<usize>) -> impl Iterator<Item = EntryId> {
        self.entries()[range].iter().map(|entry| entry.id)
    }

    /// How many of these are queued.
    fn count_of(&self, ids: &HashSet<EntryId>) -> usize {
        let entries = self.entries().iter();
        entries.filter(|entry| ids.contains(&entry.id)).count()
    }
}
