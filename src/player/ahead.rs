//! What comes next: every rule about the song after this one, and what the engine's news mean for it.

use super::MAX_MISSING_IN_A_ROW;
use super::desk::{Following, Player};
use super::event::{Changes, Effect, Follower, Once, State};
use super::order::Round;
use super::overlap::may_overlap;
use crate::music::EntryId;

impl Player {
    /// The target is heard for the first time, or a song that was offered to follow it has begun.
    pub(super) fn heard(&mut self, id: EntryId) -> Vec<Effect> {
        if self.queue.entry(id).is_none() {
            return self.begun_too_late(id);
        }
        let (mut left, mut begins_at) = (None, 0);
        if self.target == Some(id) && !self.target_heard {
            self.target_heard = true;
        } else if self.offered.contains(&id) {
            // Also one that another took the place of meanwhile: the engine had begun with it, and goes on from there.
            left = self.target.filter(|_| self.target_heard);
            begins_at = self.follows_at_as_told(id);
            if let Some(before) = self.target {
                self.went_on_to(before, id);
            }
            self.turn_round(id);
            self.target = Some(id);
            self.target_heard = true;
            self.ask_anew();
        } else {
            // Of a song that was taken back meanwhile: what was asked for instead is on its way.
            return Vec::new();
        }
        self.missing.clear();
        self.current = Some(id);
        let mut effects = vec![Effect::Changed(Changes::PLAYER)];
        effects.extend(self.goes_on(id, begins_at).filter(|_| begins_at > 0));
        effects.extend(self.fade_where_due());
        effects.extend(left.into_iter().flat_map(|left| self.consume(left)));
        effects
    }

    /// The engine has begun with a song that was taken out of the queue meanwhile: the target has ended.
    fn begun_too_late(&mut self, id: EntryId) -> Vec<Effect> {
        if !self.offered.contains(&id) {
            return Vec::new();
        }
        let left = self.target;
        match left.and_then(|target| self.follower(target)) {
            Some(next) => {
                self.turn_round(next.entry);
                self.went_on_to(left.unwrap_or(next.entry), next.entry);
                let mut effects = self.begin_entry(next.entry, false);
                effects.extend(left.into_iter().flat_map(|left| self.consume(left)));
                effects
            }
            None => self.end_of_queue(Effect::Stop),
        }
    }

    /// What the engine was told of where this follower begins, in ms.
    fn follows_at_as_told(&self, id: EntryId) -> u64 {
        match self.following {
            Following::Told(Some(next)) if next.entry == id => next.from_ms,
            _ => 0,
        }
    }

    pub(super) fn answer(&mut self, after: EntryId) -> Vec<Effect> {
        if self.state == State::Stopped {
            return Vec::new();
        }
        let asked = |target: &EntryId| *target == after || self.failed.contains(&after);
        let Some(target) = self.target.filter(asked) else {
            return Vec::new();
        };
        let next = self.follower(target);
        vec![self.tell(next)]
    }

    /// Tells the engine anew where what comes next is no longer what it was told.
    pub(super) fn follow_again(&mut self) -> Option<Effect> {
        let Following::Told(told) = self.following else {
            return None;
        };
        let next = self.target.and_then(|target| self.follower(target));
        (next != told).then(|| self.tell(next))
    }

    fn tell(&mut self, next: Option<Follower>) -> Effect {
        self.following = Following::Told(next);
        let new = next.filter(|next| !self.offered.contains(&next.entry));
        self.offered.extend(new.map(|next| next.entry));
        Effect::Follow(next)
    }

    /// The engine has not been told anything yet of what follows the target.
    pub(super) fn ask_anew(&mut self) {
        self.following = Following::Unasked;
        self.offered.clear();
    }

    /// The engine goes on by itself: it has what follows, or asks for it.
    pub(super) fn step_over(&mut self, id: EntryId) -> Vec<Effect> {
        self.missing.clear();
        self.pass_by(id);
        vec![Effect::Changed(Changes::PLAYER)]
    }

    /// As any song that cannot be played, until so many in a row are away that it is the folder which is.
    pub(super) fn miss(&mut self, id: EntryId) -> Vec<Effect> {
        self.pass_by(id);
        self.missing.push(id);
        if self.missing.len() < MAX_MISSING_IN_A_ROW {
            return vec![Effect::Changed(Changes::PLAYER)];
        }
        let missing = std::mem::take(&mut self.missing);
        missing.iter().for_each(|id| {
            self.failed.remove(id);
        });
        let mut effects = self.finish_by(Effect::Stop);
        // The folder may be back when somebody plays again: from the first song that was not there.
        self.target = missing.first().copied();
        effects.push(Effect::GaveUp {
            missing: missing.len(),
        });
        effects
    }

    fn pass_by(&mut self, id: EntryId) {
        self.failed.insert(id);
        if matches!(self.following, Following::Told(Some(next)) if next.entry == id) {
            self.following = Following::Unasked;
        }
    }

    /// Only where the last answer was "nothing follows": after a new `Play` the news is stale.
    pub(super) fn finish(&mut self) -> Vec<Effect> {
        if self.following != Following::Told(None) {
            return Vec::new();
        }
        let goes_on_at = self
            .target
            .filter(|_| self.single != Once::Off)
            .and_then(|target| self.after(target));
        if let Some(next) = goes_on_at {
            self.turn_round(next);
        }
        let broke_off = self
            .target
            .is_some_and(|target| self.failed.contains(&target));
        self.memory.leave(!broke_off);
        let mut effects = self.end_of_queue(Effect::Stop);
        effects.remove(0);
        self.target = goes_on_at.filter(|next| self.queue.entry(*next).is_some());
        effects
    }

    /// What played last was played.
    pub(super) fn end_of_queue(&mut self, effect: Effect) -> Vec<Effect> {
        let left = self.target;
        let mut effects = self.finish_by(effect);
        effects.extend(left.into_iter().flat_map(|left| self.consume(left)));
        effects
    }

    /// The end of the queue: the next `Play` begins at the front.
    pub(super) fn finish_by(&mut self, effect: Effect) -> Vec<Effect> {
        self.target = None;
        self.be_silent();
        let mut effects = vec![effect, Effect::Changed(Changes::PLAYER)];
        if self.single == Once::Oneshot {
            self.single = Once::Off;
            effects.push(Effect::Changed(Changes::OPTIONS));
        }
        effects.extend(self.end_sleep());
        effects
    }

    /// Stopped: nothing is heard, and nothing is under way.
    pub(super) fn be_silent(&mut self) {
        self.memory.leave(false);
        self.current = None;
        self.target_heard = false;
        self.ask_anew();
        self.state = State::Stopped;
    }

    /// What follows `id` by itself, and how it joins; `None`: silence.
    pub(super) fn follower(&self, id: EntryId) -> Option<Follower> {
        // "After this song" means one that is heard: the first that can be played, where this one cannot.
        let is_passed_by = self.failed.contains(&id) && !self.target_heard;
        let stands_alone = self.single != Once::Off && !is_passed_by;
        let next = match stands_alone {
            false => self.successor(id)?,
            true if self.repeats_one() && self.failed.contains(&id) => self.successor(id)?,
            true if self.repeats_one() => id,
            true => return None,
        };
        let (before, after) = (self.queue.entry(id)?, self.queue.entry(next)?);
        let crossfade_ms = match self.crossfade_ms {
            ms if ms > 0 && may_overlap(&before.song, &after.song) => ms,
            _ => 0,
        };
        Some(Follower {
            entry: next,
            crossfade_ms,
            from_ms: self.follows_at(id, next),
        })
    }

    /// What plays after `id`, which is gone by then where songs leave the queue.
    pub(super) fn successor(&self, id: EntryId) -> Option<EntryId> {
        let stays = self.consume == Once::Off;
        self.after(id).filter(|next| stays || *next != id)
    }

    /// As in MPD: `single` and `repeat` together play one song over and over.
    fn repeats_one(&self) -> bool {
        self.single == Once::On && self.repeat && self.consume == Once::Off
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

    /// Whether the step after the target, or before it, leads out of the queue or is left to a shuffle.
    pub fn is_at_edge(&self) -> bool {
        let position = |id: EntryId| self.queue.position(id);
        let Some((target, at)) = self.target.and_then(|id| Some((id, position(id)?))) else {
            return true;
        };
        let goes_on = self.after(target).and_then(position) > Some(at);
        self.random() || !goes_on || self.before(target).is_none()
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
        let entries = self.queue.entries();
        let ids = entries.iter().map(|entry| entry.id).collect();
        let above_0 = entries.iter().filter(|entry| entry.priority > 0);
        let priorities = above_0.map(|entry| (entry.id, entry.priority)).collect();
        Round::new(self.seed, ids, first, priorities)
    }
}
