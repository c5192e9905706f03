//! What comes next: every rule about the song after this one, and what the engine's news mean for it.

use super::desk::{Following, Player};
use super::event::{Changes, Effect, State};
use super::order::Round;
use crate::music::EntryId;

impl Player {
    /// The target is heard for the first time, or the song that follows it has begun.
    pub(super) fn heard(&mut self, id: EntryId) -> Vec<Effect> {
        if self.target == Some(id) && !self.target_heard {
            self.target_heard = true;
        } else if self.following == Following::Told(Some(id)) {
            self.turn_round(id);
            self.target = Some(id);
            self.target_heard = true;
            self.following = Following::Unasked;
        } else {
            // Of a song that was taken back meanwhile: what was asked for instead is on its way.
            return Vec::new();
        }
        self.current = Some(id);
        vec![Effect::Changed(Changes::PLAYER)]
    }

    pub(super) fn answer(&mut self, after: EntryId) -> Vec<Effect> {
        if self.state == State::Stopped {
            return Vec::new();
        }
        let asked = |target: &EntryId| *target == after || self.failed.contains(&after);
        let Some(target) = self.target.filter(asked) else {
            return Vec::new();
        };
        let next = self.after(target);
        self.following = Following::Told(next);
        vec![Effect::Follow(next)]
    }

    /// Tells the engine anew where what comes next is no longer what it was told.
    pub(super) fn follow_again(&mut self) -> Option<Effect> {
        let Following::Told(told) = self.following else {
            return None;
        };
        let next = self.target.and_then(|target| self.after(target));
        if next == told {
            return None;
        }
        self.following = Following::Told(next);
        Some(Effect::Follow(next))
    }

    /// The engine goes on by itself: it has what follows, or asks for it.
    pub(super) fn step_over(&mut self, id: EntryId) -> Vec<Effect> {
        self.failed.insert(id);
        if self.following == Following::Told(Some(id)) {
            self.following = Following::Unasked;
        }
        vec![Effect::Changed(Changes::PLAYER)]
    }

    /// Only where the last answer was "nothing follows": after a new `Play` the news is stale.
    pub(super) fn finish(&mut self) -> Vec<Effect> {
        if self.following != Following::Told(None) {
            return Vec::new();
        }
        let mut effects = self.finish_by(Effect::Stop);
        effects.remove(0);
        effects
    }

    /// The end of the queue: the next `Play` begins at the front.
    pub(super) fn finish_by(&mut self, effect: Effect) -> Vec<Effect> {
        self.target = None;
        self.current = None;
        self.target_heard = false;
        self.following = Following::Unasked;
        self.state = State::Stopped;
        vec![effect, Effect::Changed(Changes::PLAYER)]
    }

    /// What plays after `id`, stepping over what could not be played; `None`: the queue ends.
    pub(super) fn after(&self, id: EntryId) -> Option<EntryId> {
        let mut next = id;
        for _ in 0..self.queue.len() {
            next = self.neighbour(next)?;
            if !self.failed.contains(&next) {
                return Some(next);
            }
        }
        None
    }

    fn neighbour(&self, id: EntryId) -> Option<EntryId> {
        match &self.round {
            Some(round) => round
                .after(id)
                .or_else(|| self.repeat.then(|| round.next_round().first())?),
            None => {
                let entries = self.queue.entries();
                let next = self.queue.position(id)? + 1;
                entries
                    .get(next)
                    .or_else(|| self.repeat.then(|| entries.first())?)
                    .map(|entry| entry.id)
            }
        }
    }

    pub(super) fn before(&self, id: EntryId) -> Option<EntryId> {
        match &self.round {
            Some(round) => round.before(id),
            None => Some(self.queue.entries()[self.queue.position(id)?.checked_sub(1)?].id),
        }
    }

    pub(super) fn first(&self) -> Option<EntryId> {
        match &self.round {
            Some(round) => round.first(),
            None => self.queue.entries().first().map(|entry| entry.id),
        }
    }

    /// Goes over to the next shuffled round where `next` is not in this one after the target.
    pub(super) fn turn_round(&mut self, next: EntryId) {
        let Some((round, target)) = self.round.as_ref().zip(self.target) else {
            return;
        };
        let mut ahead = round.after(target);
        while let Some(id) = ahead {
            if id == next {
                return;
            }
            ahead = round.after(id);
        }
        self.round = Some(round.next_round());
    }

    pub(super) fn new_round(&mut self, first: Option<EntryId>) -> Round {
        self.seed = self.seed.wrapping_add(1);
        let ids = self.queue.entries().iter().map(|entry| entry.id).collect();
        Round::new(self.seed, ids, first)
    }
}
