//! Long things go on where they were left: which files remember a place of their own, where one begins that does, and when
//! its place is kept or forgotten. Pure: places are told to it and told by it, and who keeps them is elsewhere.
//!
//! - **What is long**: all of a file that plays for so many minutes (20, where nobody says otherwise), and of any length
//!   what is an audiobook or a podcast by its genre, or by a name that ends in `.m4b`. A book that is cut into chapters has
//!   one place for all of them; an album in one file that a sheet cuts has none: its songs are songs.
//! - **Where it begins**: [`GOES_BACK_MS`] before its place, whoever begins it: the person, what follows by itself, a
//!   shuffle. Of a book in chapters that is so where its first chapter begins, and not where songs are shuffled. Who is
//!   within a file already goes where he says, as does who names a place.
//! - **When it is kept**: when the file is left, be it by silence, with more than [`LEAST_MS`] heard and more than
//!   [`LEAST_MS`] to come. Left before that, or played to its end, it begins at its start the next time.

use super::desk::Player;
use super::ear::Sounding;
use super::event::{Effect, State};
use crate::music::{AudioKey, EntryId, Song, Span, is_long};
use std::collections::HashMap;
use std::sync::Arc;

/// So much before its place a file goes on, in ms: enough to know again what it was about.
pub const GOES_BACK_MS: u64 = 5_000;

/// The first and the last of a file, in ms: who leaves it there has not begun, or has heard it.
pub const LEAST_MS: u64 = 30_000;

/// Places that are known at once; beyond, those that nobody asked for lately are asked for anew.
const MAX_KNOWN: usize = 10_000;

/// The key of all of the file that a song is, or is a part of.
pub type FileKey = fn(&Song) -> Option<AudioKey>;

/// Which files remember their place, and what is known of those places.
#[derive(Debug)]
pub(super) struct Memory {
    /// How long a file is that remembers, in ms; 0: none does.
    from_ms: u64,
    file_key: FileKey,
    /// In ms since the file's start; `None`: it has none.
    known: HashMap<AudioKey, Option<u64>>,
    now: Option<Now>,
    /// What was left and is yet to be told.
    left: Vec<Left>,
}

/// What is heard and remembers its place.
#[derive(Clone, Debug)]
struct Now {
    key: AudioKey,
    song: Arc<Song>,
    /// In ms since the file's start.
    at_ms: u64,
    /// Of all of the file, where that is known.
    length_ms: Option<u64>,
}

/// A long file that was left, or how far it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Left {
    /// The key of all of it.
    pub key: AudioKey,
    /// It, or the part of it that was heard last.
    pub song: Arc<Song>,
    /// Where it goes on the next time, in ms since its start; `None`: at its start.
    pub at_ms: Option<u64>,
    /// How long all of it is, in ms, where that is known.
    pub length_ms: Option<u64>,
}

impl Default for Memory {
    /// It remembers nothing.
    fn default() -> Self {
        Self::new(0, |song| song.key)
    }
}

impl Memory {
    fn new(from_ms: u64, file_key: FileKey) -> Self {
        Self {
            from_ms,
            file_key,
            known: HashMap::new(),
            now: None,
            left: Vec::new(),
        }
    }

    /// The key of the file of a song that remembers its place.
    fn key_of(&self, song: &Song) -> Option<AudioKey> {
        is_long(song, self.from_ms).then(|| (self.file_key)(song))?
    }

    fn place(&self, key: AudioKey) -> Option<u64> {
        self.known.get(&key).copied().flatten()
    }

    fn learn(&mut self, key: AudioKey, at_ms: Option<u64>) {
        if self.known.len() >= MAX_KNOWN {
            self.known.clear();
        }
        self.known.insert(key, at_ms);
    }

    /// What is heard is left; `ended`: it was heard to its end.
    pub(super) fn leave(&mut self, ended: bool) {
        let Some(now) = self.now.take() else { return };
        let left = now.left(ended);
        self.learn(left.key, left.at_ms);
        self.left.push(left);
    }

    pub(super) fn tell(&mut self) -> impl Iterator<Item = Effect> {
        std::mem::take(&mut self.left).into_iter().map(Effect::Left)
    }
}

impl Now {
    fn left(&self, ended: bool) -> Left {
        let end_ms = self.length_ms.unwrap_or(u64::MAX);
        let is_between =
            self.at_ms > LEAST_MS && self.at_ms < end_ms.saturating_sub(LEAST_MS) && !ended;
        Left {
            key: self.key,
            song: self.song.clone(),
            at_ms: is_between.then_some(self.at_ms),
            length_ms: self.length_ms,
        }
    }
}

/// Where a part begins in its file, in ms; the file itself at 0.
fn start_ms(song: &Song) -> u64 {
    let rate = u64::from(song.format.rate.unwrap_or(0));
    let start = song.span.map_or(0, |span| span.start_frame);
    let ms = start.saturating_mul(1_000).checked_div(rate);
    ms.unwrap_or(0)
}

impl Player {
    /// From now on files that play for so long, in ms, remember their place, and what is told by its genre; 0: none does.
    /// `file_key`: the key of the file that a song is, or is a part of.
    pub fn remember_from(&mut self, from_ms: u64, file_key: FileKey) {
        let known = std::mem::take(&mut self.memory.known);
        self.memory = Memory {
            known,
            ..Memory::new(from_ms, file_key)
        };
    }

    /// The key of a song's file, where it remembers its place and that is yet to be learned.
    pub fn unknown_place(&self, song: &Song) -> Option<AudioKey> {
        let key = self.memory.key_of(song)?;
        (!self.memory.known.contains_key(&key)).then_some(key)
    }

    /// The place of a file, in ms since its start; `None`: it has none.
    pub fn learn_place(&mut self, key: AudioKey, at_ms: Option<u64>) {
        self.memory.learn(key, at_ms);
    }

    /// Where the music is; the place of what is long is known by it.
    pub fn observe(&mut self, sounding: Sounding) {
        if self.target != Some(sounding.entry) || !self.target_heard {
            return;
        }
        let Some(entry) = self.queue.entry(sounding.entry) else {
            return;
        };
        let Some(key) = self.memory.key_of(&entry.song) else {
            return;
        };
        let song = entry.song.clone();
        let is_last = song.span.is_none_or(|span| span.end_frame.is_none());
        let length_ms = sounding.length_ms.or(song.length_ms);
        let length_ms = length_ms.filter(|length| is_last && *length > 0);
        let from_ms = start_ms(&song);
        self.memory.now = Some(Now {
            key,
            at_ms: from_ms.saturating_add(sounding.elapsed_ms),
            length_ms: length_ms.map(|length| from_ms.saturating_add(length)),
            song,
        });
    }

    /// What a kill would leave of the long file that is heard; `None`: none is.
    pub fn how_far(&self) -> Option<Left> {
        self.memory.now.as_ref().map(|now| now.left(false))
    }

    /// Whether both are, or are parts of, one file that remembers its place.
    fn is_one_file(&self, one: EntryId, other: EntryId) -> bool {
        let key = |id| {
            let entry = self.queue.entry(id)?;
            self.memory.key_of(&entry.song)
        };
        key(one).is_some_and(|one| key(other) == Some(one))
    }

    /// What was heard is left for this entry, unless that is in the same file.
    pub(super) fn leave_for(&mut self, next: EntryId) {
        let Some(now) = &self.memory.now else { return };
        let next = self.queue.entry(next);
        let is_same = next.is_some_and(|next| self.memory.key_of(&next.song) == Some(now.key));
        if !is_same {
            self.memory.leave(false);
        }
    }

    /// `next` has followed what was heard by itself.
    pub(super) fn went_on_to(&mut self, left: EntryId, next: EntryId) {
        if left == next || !self.is_one_file(left, next) {
            let broke_off = self.failed.contains(&left);
            self.memory.leave(!broke_off);
        }
    }

    /// Where an entry begins that is begun from elsewhere and for which no place was named: it, or of a book the chapter
    /// where it was left, and the place in that, in ms.
    pub(super) fn begins(&self, id: EntryId) -> (EntryId, u64) {
        let is_within = self.state != State::Stopped
            && self
                .target
                .is_some_and(|target| self.is_one_file(target, id));
        let start = (id, 0);
        if is_within {
            return start;
        }
        let Some((key, at_ms, span, part)) = self.place_of(id) else {
            return start;
        };
        match span {
            None => (id, at_ms),
            Some(_) if part == 1 && !self.random() => self.chapter_at(key, at_ms).unwrap_or(start),
            Some(_) => start,
        }
    }

    /// Where an entry begins that follows `before` by itself, in ms.
    pub(super) fn follows_at(&self, before: EntryId, id: EntryId) -> u64 {
        if before == id || self.is_one_file(before, id) {
            return 0;
        }
        match self.place_of(id) {
            Some((_, at_ms, None, _)) => at_ms,
            _ => 0,
        }
    }

    fn place_of(&self, id: EntryId) -> Option<(AudioKey, u64, Option<Span>, u32)> {
        let song = &self.queue.entry(id)?.song;
        let key = self.memory.key_of(song)?;
        let at_ms = self.memory.place(key)?.saturating_sub(GOES_BACK_MS);
        Some((key, at_ms, song.span, song.part))
    }

    /// The queued part of a file in which this place lies, and the place in it.
    fn chapter_at(&self, key: AudioKey, at_ms: u64) -> Option<(EntryId, u64)> {
        let parts = self.queue.entries().iter();
        let parts = parts.filter(|entry| self.memory.key_of(&entry.song) == Some(key));
        let begun = parts.filter(|entry| start_ms(&entry.song) <= at_ms);
        let part = begun.max_by_key(|entry| start_ms(&entry.song))?;
        Some((part.id, at_ms - start_ms(&part.song)))
    }

    /// `begins` or `follows_at` have led somewhere: that is told.
    pub(super) fn goes_on(&self, entry: EntryId, at_ms: u64) -> Option<Effect> {
        let song = self.queue.entry(entry).map(|entry| entry.song.clone())?;
        let in_file_ms = start_ms(&song).saturating_add(at_ms);
        (in_file_ms > 0).then_some(Effect::GoesOn {
            entry,
            song,
            at_ms: in_file_ms,
        })
    }
}
