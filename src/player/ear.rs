//! What counts as heard, and what as skipped. Pure: it is told where the music is and what happens to the desk, and never
//! looks at a clock.
//!
//! A **listening** begins when a song's first frame is heard that was played from elsewhere, or that follows by itself. It
//! ends when the song does, when another is played, and when the desk stops; a pause, also the sleep timer's, does not end
//! it. Each comes to one of three things, once:
//!
//! - **Played**: half of the song, or 4 minutes of it, were heard (last.fm's rule, for songs of every length). What was
//!   sought over was not heard; what was heard twice counts twice. A song whose length nobody knows is played after 4
//!   minutes, or by its end, where half of what there was of it was heard. It is told as soon as it is so.
//! - **Skipped**: a person left it for another (next, previous, an entry, a new queue) after at least 2 s of it were heard
//!   and before it was played. The same audio again is no other song, and the last song of a queue is left for none. A
//!   song on which the sleep timer has paused the music is not skipped by what is played on waking.
//! - **Nothing**: all else. Stop, quit, a kill, damage and missing files skip nothing, and neither does a song whose end
//!   was reached with too little of it heard.
//!
//! A seek goes on with the listening, also one to the start; the song from its start again (`previous`, or its entry
//! played again) is a new one, and so is each round of a song that repeats. A song without an audio key is not listened
//! to: nothing could be counted on it.

use super::desk::Player;
use super::event::{Effect, Event, State};
use super::queue::Entry;
use crate::music::{EntryId, Origin, Song};
use std::sync::Arc;

/// So much of a song is enough, however long it is, in ms.
pub const ENOUGH_MS: u64 = 4 * 60 * 1_000;

/// A song that was left earlier was not listened to at all, in ms.
pub const SKIPPED_AFTER_MS: u64 = 2_000;

/// Where the music is, by the frames that the device took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sounding {
    /// What sounds.
    pub entry: EntryId,
    /// Since the song's start.
    pub elapsed_ms: u64,
    /// The whole song, where its length is known.
    pub length_ms: Option<u64>,
}

/// What a listening came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Listened {
    /// The song; it has an audio key.
    pub song: Arc<Song>,
    /// Where it came from into the queue, where somebody has said.
    pub origin: Option<Arc<Origin>>,
    /// Whether it counts as played; else it was skipped.
    pub played: bool,
}

/// Listens along.
#[derive(Debug, Default)]
pub struct Ear {
    now: Option<Listening>,
    /// What the engine was last told to play and from where, until it is heard.
    awaited: Option<(EntryId, u64)>,
}

#[derive(Debug)]
struct Listening {
    entry: EntryId,
    song: Arc<Song>,
    origin: Option<Arc<Origin>>,
    length_ms: Option<u64>,
    /// Up to where it was heard.
    at_ms: u64,
    /// How much of it was heard.
    heard_ms: u64,
    /// Whether the device said that it sounds: a very short song may be told before it does.
    is_seen: bool,
    broke_off: bool,
    has_counted: bool,
}

/// What an event means for what is listened to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cause {
    Seek,
    Heard(EntryId),
    BrokeOff(EntryId),
    Finished,
    Other,
}

impl Cause {
    fn of(event: &Event) -> Self {
        match event {
            Event::Seek(_) | Event::SeekEntry(..) => Self::Seek,
            Event::Heard(id) => Self::Heard(*id),
            Event::Failed(id) | Event::Missing(id) => Self::BrokeOff(*id),
            Event::Finished => Self::Finished,
            _ => Self::Other,
        }
    }
}

impl Ear {
    /// Takes an event to the desk, and says what the listenings came to that it ends. `sounding`: now, before it.
    pub fn handle(
        &mut self,
        player: &mut Player,
        event: Event,
        sounding: Option<Sounding>,
    ) -> (Vec<Effect>, Vec<Listened>) {
        let before = self.listen(sounding);
        let (cause, was_asleep) = (Cause::of(&event), player.asleep());
        let effects = player.handle(event);
        let after = self.follow(cause, was_asleep, &effects, player);
        (effects, before.into_iter().chain(after).collect())
    }

    /// Where the music is now: to be told when [`due_in_ms`](Self::due_in_ms) of music have passed.
    pub fn listen(&mut self, sounding: Option<Sounding>) -> Option<Listened> {
        let (now, sounding) = (self.now.as_mut()?, sounding?);
        if now.entry == sounding.entry {
            return now.hear(sounding);
        }
        // The next song sounds already, and the news of it is on its way.
        let has_ended = now.is_seen && self.awaited.is_none();
        self.now.take_if(|_| has_ended)?.end()
    }

    /// How much more music makes what is heard count; `None`: nothing will.
    pub fn due_in_ms(&self) -> Option<u64> {
        let now = self.now.as_ref().filter(|now| !now.has_counted)?;
        Some(enough_ms(now.length_ms).saturating_sub(now.heard_ms))
    }

    fn follow(
        &mut self,
        cause: Cause,
        was_asleep: bool,
        effects: &[Effect],
        player: &Player,
    ) -> Option<Listened> {
        let mut listened = None;
        match cause {
            // Without effects it was news of a song that was taken back meanwhile.
            Cause::Heard(id) if !effects.is_empty() => listened = self.begin(id, player),
            Cause::BrokeOff(id) => {
                let broken = self.now.as_mut().filter(|now| now.entry == id);
                broken.into_iter().for_each(|now| now.broke_off = true);
            }
            Cause::Finished if player.state() == State::Stopped => {
                listened = self.now.take().and_then(Listening::end);
            }
            _ => {}
        }
        for effect in effects {
            if let Effect::Play { entry, at_ms, .. } = effect {
                let to = (*entry, *at_ms);
                listened = listened.or(self.jump(to, cause == Cause::Seek, was_asleep, player));
            }
        }
        if player.state() == State::Stopped {
            *self = Self::default();
        }
        listened
    }

    /// The first frame of an entry is heard: of what was played from elsewhere, of what was sought, or of what follows.
    fn begin(&mut self, id: EntryId, player: &Player) -> Option<Listened> {
        let awaited = self.awaited.take().filter(|(entry, _)| *entry == id);
        let is_sought = |now: &Listening| now.entry == id && awaited.is_some();
        if self.now.as_ref().is_some_and(is_sought) {
            return None;
        }
        let ended = self.now.take().and_then(Listening::end);
        let at_ms = awaited.map_or(0, |(_, at_ms)| at_ms);
        let entry = player.queue().entry(id);
        let known = entry.filter(|entry| entry.song.key.is_some());
        self.now = known.map(|entry| Listening::of(entry, at_ms));
        ended
    }

    /// Something is played from elsewhere: all that does so is asked for by a person.
    fn jump(
        &mut self,
        to: (EntryId, u64),
        is_seek: bool,
        was_asleep: bool,
        player: &Player,
    ) -> Option<Listened> {
        self.awaited = Some(to);
        let (entry, at_ms) = to;
        if let Some(now) = self
            .now
            .as_mut()
            .filter(|now| is_seek && now.entry == entry)
        {
            now.at_ms = at_ms;
            return None;
        }
        let left = self.now.take()?;
        let next = player.queue().entry(entry);
        let is_same =
            left.entry == entry || next.is_some_and(|next| next.song.key == left.song.key);
        left.skip().filter(|_| !is_same && !was_asleep)
    }
}

impl Listening {
    fn of(entry: &Entry, at_ms: u64) -> Self {
        Self {
            entry: entry.id,
            length_ms: entry.song.length_ms.filter(|length| *length > 0),
            song: entry.song.clone(),
            origin: entry.origin.clone(),
            at_ms,
            heard_ms: 0,
            is_seen: false,
            broke_off: false,
            has_counted: false,
        }
    }

    fn hear(&mut self, sounding: Sounding) -> Option<Listened> {
        self.is_seen = true;
        let length = sounding.length_ms.filter(|length| *length > 0);
        self.length_ms = length.or(self.length_ms);
        // It goes back where a latency is estimated anew, and where the same song begins again: that is told.
        self.heard_ms += sounding.elapsed_ms.saturating_sub(self.at_ms);
        self.at_ms = self.at_ms.max(sounding.elapsed_ms);
        self.count(enough_ms(self.length_ms))
    }

    /// It has ended by itself: all that was left of it was heard, unless it broke off.
    fn end(mut self) -> Option<Listened> {
        let length_ms = self.length_ms.unwrap_or(self.at_ms);
        if !self.broke_off {
            self.heard_ms += length_ms.saturating_sub(self.at_ms);
        }
        let is_unknown_and_broken = self.broke_off && self.length_ms.is_none();
        let known = Some(length_ms).filter(|_| !is_unknown_and_broken);
        self.count(enough_ms(known))
    }

    fn count(&mut self, enough_ms: u64) -> Option<Listened> {
        if self.has_counted || self.heard_ms < enough_ms {
            return None;
        }
        self.has_counted = true;
        Some(Listened {
            song: self.song.clone(),
            origin: self.origin.clone(),
            played: true,
        })
    }

    fn skip(self) -> Option<Listened> {
        let is_skip = !self.has_counted && self.heard_ms >= SKIPPED_AFTER_MS;
        is_skip.then_some(Listened {
            song: self.song,
            origin: self.origin,
            played: false,
        })
    }
}

/// How much of a song of this length makes it played.
pub fn enough_ms(length_ms: Option<u64>) -> u64 {
    length_ms.map_or(ENOUGH_MS, |length| length.div_ceil(2).min(ENOUGH_MS))
}
