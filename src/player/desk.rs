//! `handle`: one event in, effects out. What a door may ask stands here; what the engine tells, in `ahead`.

use super::edit::refused;
use super::event::{Changes, Effect, Event, Follower, Once, Origins, Refusal, State};
use super::long::Memory;
use super::order::Round;
use super::queue::Queue;
use super::sleep::Sleep;
use super::{MAX_CROSSFADE_MS, RESTART_AFTER_MS};
use crate::music::{EntryId, Song};
use std::collections::HashSet;
use std::sync::Arc;

/// What the engine was told about what comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Following {
    /// The engine has not asked.
    Unasked,
    /// It asked and this was the answer.
    Told(Option<Follower>),
}

/// The desk.
#[derive(Debug)]
pub struct Player {
    pub(super) queue: Queue,
    pub(super) state: State,
    /// What the engine was last told to play, or went on to.
    pub(super) target: Option<EntryId>,
    /// Whether the target's first frame has been heard.
    pub(super) target_heard: bool,
    /// What the ear has: the target once it is heard, until then what sounded before.
    pub(super) current: Option<EntryId>,
    pub(super) following: Following,
    /// Everything that the engine was told to follow the target; it may have begun with any of it.
    pub(super) offered: Vec<EntryId>,
    /// Entries that could not be played; they are stepped over until somebody asks for them.
    pub(super) failed: HashSet<EntryId>,
    /// Entries in a row whose files were not there, since a song was heard.
    pub(super) missing: Vec<EntryId>,
    pub(super) round: Option<Round>,
    pub(super) repeat: bool,
    pub(super) crossfade_ms: u32,
    pub(super) single: Once,
    pub(super) consume: Once,
    pub(super) sleep: Sleep,
    pub(super) memory: Memory,
    /// Whether what fits comes when the queue has been played.
    pub(super) goes_on: bool,
    /// What it was last asked for.
    pub(super) wanted_after: Option<EntryId>,
    pub(super) volume_percent: u8,
    pub(super) seed: u64,
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
            offered: Vec::new(),
            failed: HashSet::new(),
            missing: Vec::new(),
            round: None,
            repeat: false,
            crossfade_ms: 0,
            single: Once::Off,
            consume: Once::Off,
            sleep: Sleep::default(),
            memory: Memory::default(),
            goes_on: false,
            wanted_after: None,
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
        let current = self.place()?;
        self.follower(current).map(|next| next.entry)
    }

    /// Where the next `Play` begins: what is heard, or what was stopped before or at.
    pub fn place(&self) -> Option<EntryId> {
        self.current.or(self.target)
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

    /// How long songs overlap that are not one piece of music, in ms.
    pub fn crossfade_ms(&self) -> u32 {
        self.crossfade_ms
    }

    /// Whether each song is played for itself.
    pub fn single(&self) -> Once {
        self.single
    }

    /// Whether songs leave the queue once they were played.
    pub fn consume_mode(&self) -> Once {
        self.consume
    }

    /// Loudness in percent.
    pub fn volume_percent(&self) -> u8 {
        self.volume_percent
    }

    /// Takes one event and says what is to be done.
    pub fn handle(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = self.take(event);
        effects.extend(self.memory.tell());
        effects.extend(self.want_more());
        effects
    }

    fn take(&mut self, event: Event) -> Vec<Effect> {
        match event {
            Event::Replace {
                songs,
                start,
                at_ms,
                paused,
            } => self.replace(songs, start, at_ms, paused),
            Event::Append(songs) => self.append(songs),
            Event::Insert { songs, at } => self.insert(songs, at),
            Event::Delete(range) => self.delete(range),
            Event::DeleteEntries(ids) => self.delete_entries(&ids),
            Event::Move { range, to } => self.relocate(range, to),
            Event::Swap(one, other) => self.swap(one, other),
            Event::Shuffle(range) => self.shuffle(range),
            Event::Priority(ids, priority) => self.set_priority(&ids, priority),
            Event::Renew(songs) => self.renew(songs),
            Event::Surround { before, behind } => self.surround(before, behind),
            Event::Whence(origins, event) => self.handle_from(origins, *event),
            Event::PlayEntry(id) => self.begin_entry(id, false),
            Event::SeekEntry(id, at_ms) => self.play_entry(id, at_ms, self.state == State::Paused),
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
            Event::AtEnd(at_end) => self.set_at_end(at_end),
            Event::More { after, songs } => self.take_more(after, songs),
            Event::Crossfade(ms) => self.set_crossfade(ms),
            Event::Single(mode) => self.set_single(mode),
            Event::Consume(mode) => self.set_consume(mode),
            Event::Sleep(in_ms) => self.set_sleep(in_ms),
            Event::Alarm => self.alarm(),
            Event::Heard(id) => self.heard(id),
            Event::WantsNext(after) => self.answer(after),
            Event::Failed(id) => self.step_over(id),
            Event::Missing(id) => self.miss(id),
            Event::Finished => self.finish(),
            Event::Faded => self.faded(),
        }
    }

    fn handle_from(&mut self, origins: Origins, event: Event) -> Vec<Effect> {
        self.queue.expect(origins);
        let effects = self.take(event);
        self.queue.expect(Origins::Unknown);
        effects
    }

    fn replace(
        &mut self,
        songs: Vec<Arc<Song>>,
        start: usize,
        at_ms: Option<u64>,
        paused: bool,
    ) -> Vec<Effect> {
        let was_random = self.random();
        self.memory.leave(false);
        self.queue.clear();
        self.failed.clear();
        self.missing.clear();
        self.round = None;
        let ids = self.queue.insert(songs, 0);
        let first = ids.get(start).or(ids.first()).copied();
        if was_random {
            self.round = Some(self.new_round(first));
        }
        let mut effects = match first {
            Some(first) => match at_ms {
                Some(at_ms) => self.play_entry(first, at_ms, paused),
                None => self.begin_entry(first, paused),
            },
            None => self.stop(),
        };
        effects.push(Effect::Changed(Changes::QUEUE));
        effects
    }

    /// From its start; what is long from where it was left.
    pub(super) fn begin_entry(&mut self, id: EntryId, paused: bool) -> Vec<Effect> {
        let (id, at_ms) = self.begins(id);
        let mut effects = self.play_entry(id, at_ms, paused);
        effects.extend(self.goes_on(id, at_ms).filter(|_| at_ms > 0));
        effects
    }

    pub(super) fn play_entry(&mut self, id: EntryId, at_ms: u64, paused: bool) -> Vec<Effect> {
        if self.queue.entry(id).is_none() {
            return refused(Refusal::NoEntry);
        }
        self.leave_for(id);
        self.failed.remove(&id);
        // Where nothing is heard, this is what is shown.
        if self.state == State::Stopped || paused {
            self.current = Some(id);
        }
        self.target = Some(id);
        self.target_heard = false;
        self.ask_anew();
        self.state = if paused {
            State::Paused
        } else {
            State::Playing
        };
        let play = Effect::Play {
            entry: id,
            at_ms,
            paused,
        };
        let mut effects = vec![play, Effect::Changed(Changes::PLAYER)];
        effects.extend(self.wake());
        effects
    }

    fn play(&mut self) -> Vec<Effect> {
        match self.state {
            State::Playing => Vec::new(),
            State::Paused => {
                self.state = State::Playing;
                let mut effects = vec![Effect::Resume, Effect::Changed(Changes::PLAYER)];
                effects.extend(self.wake());
                effects
            }
            State::Stopped => {
                let start = self.target.or_else(|| self.first());
                start.map_or(Vec::new(), |id| self.begin_entry(id, false))
            }
        }
    }

    pub(super) fn pause(&mut self) -> Vec<Effect> {
        if self.state != State::Playing {
            return Vec::new();
        }
        self.state = State::Paused;
        if !self.target_heard {
            // What was about to be heard is what waits now.
            self.current = self.target;
        }
        vec![Effect::Pause, Effect::Changed(Changes::PLAYER)]
    }

    /// Keeps the target, so that the next `Play` begins the same song.
    fn stop(&mut self) -> Vec<Effect> {
        self.target = self.target.filter(|id| self.queue.entry(*id).is_some());
        self.be_silent();
        let mut effects = vec![Effect::Stop, Effect::Changed(Changes::PLAYER)];
        effects.extend(self.end_sleep());
        effects
    }

    fn next(&mut self) -> Vec<Effect> {
        if self.state == State::Stopped {
            return Vec::new();
        }
        match self.target.and_then(|id| self.successor(id)) {
            Some(next) => {
                let left = self.target;
                self.turn_round(next);
                let mut effects = self.begin_entry(next, false);
                effects.extend(left.into_iter().flat_map(|left| self.consume(left)));
                effects
            }
            None => self.end_of_queue(Effect::Stop),
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
        match before {
            Some(before) => self.begin_entry(before, false),
            None => self.play_entry(target, 0, false),
        }
    }

    fn seek(&mut self, at_ms: u64) -> Vec<Effect> {
        let Some(target) = self.target.filter(|_| self.state != State::Stopped) else {
            return refused(Refusal::Silent);
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

    fn set_crossfade(&mut self, ms: u32) -> Vec<Effect> {
        let ms = ms.min(MAX_CROSSFADE_MS);
        if ms == self.crossfade_ms {
            return Vec::new();
        }
        self.crossfade_ms = ms;
        self.options_changed()
    }

    fn set_single(&mut self, mode: Once) -> Vec<Effect> {
        if mode == self.single {
            return Vec::new();
        }
        self.single = mode;
        self.options_changed()
    }

    fn set_consume(&mut self, mode: Once) -> Vec<Effect> {
        if mode == self.consume {
            return Vec::new();
        }
        self.consume = mode;
        self.options_changed()
    }

    pub(super) fn options_changed(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Changed(Changes::OPTIONS)];
        effects.extend(self.follow_again());
        effects
    }
}
