//! `handle`: one event in, effects out. Every rule about what plays next stands here and nowhere else.

mod neighbours;

use super::RESTART_AFTER_MS;
use super::order::Round;
use super::queue::Queue;
use crate::music::{EntryId, Song};
use std::collections::HashSet;
use std::sync::Arc;

/// Everything that can happen to the desk.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The queue becomes these songs and `start`, a position, plays from `at_ms` on, or waits there.
    Replace {
        /// What is queued from now on.
        songs: Vec<Arc<Song>>,
        /// Position that plays first; beyond the end: the first of all.
        start: usize,
        /// Where in that song, in ms.
        at_ms: u64,
        /// Whether it waits.
        paused: bool,
    },
    /// These come at the end of the queue.
    Append(Vec<Arc<Song>>),
    /// This entry plays from its start.
    PlayEntry(EntryId),
    /// Pauses what plays, plays what is paused, starts what is stopped.
    Toggle,
    /// Pauses what plays.
    Pause,
    /// Plays what is paused; starts what is stopped.
    Play,
    /// Silence; the next `Play` begins the same song.
    Stop,
    /// The song after this one, now.
    Next,
    /// The song before, or this one again, by how much of it has been heard.
    Previous {
        /// How much of the current song has been heard, in ms.
        elapsed_ms: u64,
    },
    /// To this place in the current song, in ms.
    Seek(u64),
    /// Loudness in percent, 0 to 100.
    Volume(u8),
    /// Whether songs come in shuffled rounds.
    Random(bool),
    /// Whether the queue begins again at its end.
    Repeat(bool),

    /// The engine: the first frame of this entry has been heard.
    Heard(EntryId),
    /// The engine: the decoding of this entry comes to its end.
    WantsNext(EntryId),
    /// The engine: this entry cannot be played, or broke off.
    Failed(EntryId),
    /// The engine: everything it was given has been heard.
    Finished,
}

/// What the daemon has to carry out, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The engine forgets what it has and plays this.
    Play {
        /// What plays.
        entry: EntryId,
        /// From where on, in ms.
        at_ms: u64,
        /// Whether it waits there.
        paused: bool,
    },
    /// What comes after the song that plays; `None`: nothing.
    Follow(Option<EntryId>),
    /// The engine holds still.
    Pause,
    /// The engine goes on.
    Resume,
    /// The engine forgets what it has.
    Stop,
    /// Loudness in percent.
    Volume(u8),
    /// What others may want to look at again.
    Changed(Changes),
}

/// A set of things that changed; sets add up, so none is ever lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes(u8);

impl Changes {
    /// What is queued.
    pub const QUEUE: Self = Self(1);
    /// What plays, or whether it does.
    pub const PLAYER: Self = Self(2);
    /// Random, repeat.
    pub const OPTIONS: Self = Self(4);
    /// Loudness.
    pub const MIXER: Self = Self(8);

    /// Both sets.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether anything of `other` is in this set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Whether there is music.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing is loaded.
    #[default]
    Stopped,
    /// Music, or about to be.
    Playing,
    /// Held still.
    Paused,
}

/// What the engine was told about what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Following {
    /// The engine has not asked.
    Unasked,
    /// It asked and this was the answer.
    Told(Option<EntryId>),
}

/// The desk.
#[derive(Debug)]
pub struct Player {
    queue: Queue,
    state: State,
    /// What the engine was last told to play, or went on to.
    target: Option<EntryId>,
    /// Whether the target's first frame has been heard.
    target_heard: bool,
    /// What the ear has: the target once it is heard, until then what sounded before.
    current: Option<EntryId>,
    following: Following,
    /// Entries that could not be played; they are stepped over until somebody asks for them.
    failed: HashSet<EntryId>,
    round: Option<Round>,
    repeat: bool,
    volume_percent: u8,
    seed: u64,
}

impl Player {
    /// An empty desk. `seed` makes its shuffled rounds; `volume_percent` is what the engine was started with.
    pub fn new(seed: u64, volume_percent: u8) -> Self {
        Self {
            queue: Queue::default(),
            state: State::Stopped,
            target: None,
            target_heard: false,
            current: None,
            following: Following::Unasked,
            failed: HashSet::new(),
            round: None,
            repeat: false,
            volume_percent,
            seed,
        }
    }

    /// What is queued.
    pub fn queue(&self) -> &Queue {
        &self.queue
    }

    /// Whether there is music.
    pub fn state(&self) -> State {
        self.state
    }

    /// What is heard; before the first sound, what will be.
    pub fn current(&self) -> Option<EntryId> {
        self.current
    }

    /// What will come when the current song ends by itself.
    pub fn upcoming(&self) -> Option<EntryId> {
        self.after(self.current?)
    }

    /// Whether this entry could not be played when it was last tried.
    pub fn has_failed(&self, id: EntryId) -> bool {
        self.failed.contains(&id)
    }

    /// Whether songs come in shuffled rounds.
    pub fn random(&self) -> bool {
        self.round.is_some()
    }

    /// Whether the queue begins again at its end.
    pub fn repeat(&self) -> bool {
        self.repeat
    }

    /// Loudness in percent.
    pub fn volume_percent(&self) -> u8 {
        self.volume_percent
    }

    /// Takes one event and says what is to be done.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Replace {
                songs,
                start,
                at_ms,
                paused,
            } => self.replace(songs, start, at_ms, paused),
            Event::Append(songs) => self.append(songs),
            Event::PlayEntry(id) => self.play_entry(id, 0, false),
            Event::Toggle if self.state == State::Playing => self.pause(),
            Event::Toggle | Event::Play => self.play(),
            Event::Pause => self.pause(),
            Event::Stop => self.stop(),
            Event::Next => self.next(),
            Event::Previous { elapsed_ms } => self.previous(elapsed_ms),
            Event::Seek(at_ms) => self.seek(at_ms),
            Event::Volume(percent) => self.set_volume(percent),
            Event::Random(on) => self.set_random(on),
            Event::Repeat(on) => self.set_repeat(on),
            Event::Heard(id) => self.heard(id),
            Event::WantsNext(after) => self.answer(after),
            Event::Failed(id) => self.step_over(id),
            Event::Finished => self.finish(),
        }
    }

    fn replace(
        &mut self,
        songs: Vec<Arc<Song>>,
        start: usize,
        at_ms: u64,
        paused: bool,
    ) -> Vec<Effect> {
        let was_random = self.random();
        self.queue.clear();
        self.failed.clear();
        self.round = None;
        let ids = self.queue.append(songs);
        let first = ids.get(start).or(ids.first()).copied();
        if was_random {
            self.round = Some(self.new_round(first));
        }
        let mut effects = match first {
            Some(first) => self.play_entry(first, at_ms, paused),
            None => self.stop(),
        };
        effects.push(Effect::Changed(Changes::QUEUE));
        effects
    }

    fn append(&mut self, songs: Vec<Arc<Song>>) -> Vec<Effect> {
        let new = self.queue.append(songs);
        if let Some(round) = &mut self.round {
            round.admit(&new, self.target);
        }
        let mut effects = vec![Effect::Changed(Changes::QUEUE)];
        effects.extend(self.follow_again());
        effects
    }

    fn play_entry(&mut self, id: EntryId, at_ms: u64, paused: bool) -> Vec<Effect> {
        if self.queue.entry(id).is_none() {
            return Vec::new();
        }
        self.failed.remove(&id);
        if self.state == State::Stopped {
            self.current = Some(id);
        }
        self.target = Some(id);
        self.target_heard = false;
        self.following = Following::Unasked;
        self.state = if paused {
            State::Paused
        } else {
            State::Playing
        };
        vec![
            Effect::Play {
                entry: id,
                at_ms,
                paused,
            },
            Effect::Changed(Changes::PLAYER),
        ]
    }

    fn play(&mut self) -> Vec<Effect> {
        match self.state {
            State::Playing => Vec::new(),
            State::Paused => {
                self.state = State::Playing;
                vec![Effect::Resume, Effect::Changed(Changes::PLAYER)]
            }
            State::Stopped => {
                let start = self.target.or_else(|| self.first());
                start.map_or(Vec::new(), |id| self.play_entry(id, 0, false))
            }
        }
    }

    fn pause(&mut self) -> Vec<Effect> {
        if self.state != State::Playing {
            return Vec::new();
        }
        self.state = State::Paused;
        vec![Effect::Pause, Effect::Changed(Changes::PLAYER)]
    }

    /// Keeps the target, so that the next `Play` begins the same song.
    fn stop(&mut self) -> Vec<Effect> {
        self.target = self.target.filter(|id| self.queue.entry(*id).is_some());
        self.current = None;
        self.target_heard = false;
        self.following = Following::Unasked;
        self.state = State::Stopped;
        vec![Effect::Stop, Effect::Changed(Changes::PLAYER)]
    }

    fn next(&mut self) -> Vec<Effect> {
        if self.state == State::Stopped {
            return Vec::new();
        }
        match self.target.and_then(|id| self.after(id)) {
            Some(next) => {
                self.turn_round(next);
                self.play_entry(next, 0, false)
            }
            None => self.finish_by(Effect::Stop),
        }
    }

    fn previous(&mut self, elapsed_ms: u64) -> Vec<Effect> {
        let Some(target) = self.target.filter(|_| self.state != State::Stopped) else {
            return Vec::new();
        };
        let before = if elapsed_ms > RESTART_AFTER_MS {
            None
        } else {
            self.before(target)
        };
        self.play_entry(before.unwrap_or(target), 0, false)
    }

    fn seek(&mut self, at_ms: u64) -> Vec<Effect> {
        let Some(target) = self.target.filter(|_| self.state != State::Stopped) else {
            return Vec::new();
        };
        self.play_entry(target, at_ms, self.state == State::Paused)
    }

    fn set_volume(&mut self, percent: u8) -> Vec<Effect> {
        let percent = percent.min(100);
        if percent == self.volume_percent {
            return Vec::new();
        }
        self.volume_percent = percent;
        vec![Effect::Volume(percent), Effect::Changed(Changes::MIXER)]
    }

    fn set_random(&mut self, on: bool) -> Vec<Effect> {
        if on == self.random() {
            return Vec::new();
        }
        self.round = on.then(|| self.new_round(self.target));
        self.options_changed()
    }

    fn set_repeat(&mut self, on: bool) -> Vec<Effect> {
        if on == self.repeat {
            return Vec::new();
        }
        self.repeat = on;
        self.options_changed()
    }

    fn options_changed(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Changed(Changes::OPTIONS)];
        effects.extend(self.follow_again());
        effects
    }

    /// The target is heard for the first time, or the song that follows it has begun.
    fn heard(&mut self, id: EntryId) -> Vec<Effect> {
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

    fn answer(&mut self, after: EntryId) -> Vec<Effect> {
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
    fn follow_again(&mut self) -> Option<Effect> {
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
    fn step_over(&mut self, id: EntryId) -> Vec<Effect> {
        self.failed.insert(id);
        if self.following == Following::Told(Some(id)) {
            self.following = Following::Unasked;
        }
        vec![Effect::Changed(Changes::PLAYER)]
    }

    /// Only where the last answer was "nothing follows": after a new `Play` the news is stale.
    fn finish(&mut self) -> Vec<Effect> {
        if self.following != Following::Told(None) {
            return Vec::new();
        }
        let mut effects = self.finish_by(Effect::Stop);
        effects.remove(0);
        effects
    }

    /// The end of the queue: the next `Play` begins at the front.
    fn finish_by(&mut self, effect: Effect) -> Vec<Effect> {
        self.target = None;
        self.current = None;
        self.target_heard = false;
        self.following = Following::Unasked;
        self.state = State::Stopped;
        vec![effect, Effect::Changed(Changes::PLAYER)]
    }

    /// What plays after `id`, stepping over what could not be played; `None`: the queue ends.
    fn after(&self, id: EntryId) -> Option<EntryId> {
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

    fn before(&self, id: EntryId) -> Option<EntryId> {
        match &self.round {
            Some(round) => round.before(id),
            None => Some(self.queue.entries()[self.queue.position(id)?.checked_sub(1)?].id),
        }
    }

    fn first(&self) -> Option<EntryId> {
        match &self.round {
            Some(round) => round.first(),
            None => self.queue.entries().first().map(|entry| entry.id),
        }
    }

    /// Goes over to the next shuffled round where `next` is not in this one after the target.
    fn turn_round(&mut self, next: EntryId) {
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

    fn new_round(&mut self, first: Option<EntryId>) -> Round {
        self.seed = self.seed.wrapping_add(1);
        let ids = self.queue.entries().iter().map(|entry| entry.id).collect();
        Round::new(self.seed, ids, first)
    }
}
