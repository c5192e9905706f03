//! Decodes blocks where there is room, and pushes what fits. It tells of nothing but files that end in the middle.

use super::super::DecodeError;
use super::super::given::{Answer, Link};
use super::super::ring::CHANNELS;
use super::super::tracks::Track;
use super::{Feeder, Notice};
use crate::music::EntryId;
use std::sync::atomic::Ordering::{Relaxed, Release};

/// Music in the ring before the output starts; less where the song is shorter.
const PRIME_MS: u64 = 200;
/// The part of the ring that is kept for a song to jump to: one in so many.
const KEPT_FREE: usize = 8;
/// Where nothing follows a resampled song yet: its last frames come out when so much is left.
const LAST_MOMENT_MS: u64 = 300;

impl Feeder {
    pub(super) fn make(&mut self) {
        let free = self.ring.slots();
        self.filling |= free >= self.ring.buffer().capacity() / 2;
        self.begin_overlap();
        if !self.filling || !self.stream.ready().is_empty() || self.awaits_answer() {
            return;
        }
        if let Some(track) = self.given.as_mut().and_then(|given| given.held.take()) {
            return self.begin_base(*track);
        }
        let left_ms = self.buffered_ms();
        let Some(given) = &mut self.given else { return };
        if let Some(track) = &mut given.decoding {
            match self.stream.feed(track) {
                Ok(true) => self.begin_overlap(),
                Ok(false) => self.end_track(None),
                Err(error) => self.end_track(Some(error)),
            }
            return;
        }
        if self.stream.is_overlapping() {
            return self.stream.fade_alone();
        }
        match &given.answer {
            Answer::Ready(_) => self.begin_follower(),
            Answer::Nothing => self.stream.flush(),
            Answer::Unknown
                if left_ms < LAST_MOMENT_MS && self.controls.drain_us.load(Relaxed) > 0 =>
            {
                self.stream.flush();
            }
            // All of a very short song is held back by the resampler: it is heard, and the next one asked for, only when
            // it comes out.
            Answer::Begun(link) if self.stream.made() <= link.start => self.stream.flush(),
            Answer::Unknown | Answer::Begun(_) => {}
        }
    }

    /// An output that keeps no time would take the song's end before its follower, which may overlap with it, is known.
    pub(super) fn awaits_answer(&self) -> bool {
        let asks = self.given.as_ref().is_some_and(|given| {
            given.asked && given.decoding.is_some() && matches!(given.answer, Answer::Unknown)
        });
        asks && !self.controls.keeps_time.load(Relaxed)
    }

    fn begin_follower(&mut self) {
        let Some(given) = &mut self.given else { return };
        let Answer::Ready(mut track) = std::mem::replace(&mut given.answer, Answer::Unknown) else {
            return;
        };
        if !self.suits(&mut track) {
            if let Some(given) = &mut self.given {
                given.answer = Answer::Ready(track);
            }
            return;
        }
        let start = self.begin(&track);
        self.go_on_with(*track, start);
    }

    fn go_on_with(&mut self, track: Track, start: u64) {
        let Some(given) = &mut self.given else { return };
        given.answer = Answer::Begun(Link {
            item: track.item().clone(),
            at_ms: track.item().from_ms,
            length_ms: track.length_ms(),
            start,
            end: None,
            taken: false,
        });
        given.decoding = Some(track);
    }

    /// Where the follower is to come in before the song has ended, and its time has come.
    fn begin_overlap(&mut self) {
        // One that is over makes room for the next.
        self.tell_faded_out();
        let Some((start, end)) = self.due_overlap() else {
            return;
        };
        let rate = self.controls.rate.load(Relaxed);
        let Some(given) = &mut self.given else { return };
        let Answer::Ready(next) = std::mem::replace(&mut given.answer, Answer::Unknown) else {
            return;
        };
        let track = given.decoding.take();
        given.base.end = Some(end);
        let start = self.stream.overlap(track, start, end, [next.rate(), rate]);
        self.mark(&next, start);
        self.go_on_with(*next, start);
    }

    /// The first frame of both songs and the one after the last of them. No song overlaps with more than half of itself,
    /// so that what comes in and what goes out never meet; and none whose end is not known for certain.
    fn due_overlap(&self) -> Option<(u64, u64)> {
        let given = self.given.as_ref()?;
        let Answer::Ready(next) = &given.answer else {
            return None;
        };
        let half = |length_ms: Option<u64>| length_ms.map_or(u64::MAX, |ms| self.frames(ms) / 2);
        let length = self
            .frames(next.item().crossfade_ms.into())
            .min(half(given.base.length_ms))
            .min(half(next.length_ms()));
        if length == 0 || self.stream.has_overlap() {
            return None;
        }
        let end = self.stream.end_of(given.decoding.as_ref())?;
        let start = end.saturating_sub(length);
        let is_due = start <= self.stream.made() && self.stream.first_unpushed() < end;
        is_due.then_some((start, end))
    }

    fn end_track(&mut self, error: Option<DecodeError>) {
        let Some(mut track) = self.given.as_mut().and_then(|given| given.decoding.take()) else {
            return;
        };
        let entry = track.item().entry;
        if self.stream.nothing_came_in() {
            self.undo_overlap();
            self.want_another_than(entry);
        } else {
            self.end_link();
        }
        if let Some(error) = error {
            self.post.send(Notice::Failed { entry, error });
        } else if let Some(error) = track.take_damage() {
            self.post.send(Notice::Damaged { entry, error });
        }
    }

    /// Nothing came of this follower.
    fn want_another_than(&mut self, entry: EntryId) {
        if let Some(given) = &mut self.given {
            given.answer = Answer::Unknown;
            (given.after, given.asked) = (entry, false);
        }
    }

    /// The last link ends where the stream stands.
    pub(super) fn end_link(&mut self) {
        let end = self.stream.next_frame();
        let Some(given) = &mut self.given else { return };
        let link = match &mut given.answer {
            Answer::Begun(link) => link,
            _ => &mut given.base,
        };
        link.end = Some(end);
        if link.start > end {
            link.start = end;
        }
    }

    pub(super) fn push(&mut self) {
        let ready = self.stream.ready();
        let room = self.ring.slots().saturating_sub(self.kept_free());
        let fits = ready.len().min(room / CHANNELS * CHANNELS);
        let is_stuck = !ready.is_empty() && fits == 0;
        if !ready.is_empty() {
            let (pushed, _) = self.ring.push_partial_slice(&ready[..fits]);
            self.pushed += (pushed.len() / CHANNELS) as u64;
            self.filling = fits == ready.len();
            self.stream.pushed(fits);
            if self.controls.drain_us.load(Relaxed) == 0 {
                (self.wake_output)();
            }
        }
        self.prime(is_stuck);
    }

    /// Room that only a song to jump to may take: it must not wait until the output has thrown away the old one.
    fn kept_free(&self) -> usize {
        let epoch = self.given.as_ref().map_or(0, |given| given.epoch);
        match self.controls.taken_in(epoch) {
            Some(_) => self.ring.buffer().capacity() / KEPT_FREE,
            None => 0,
        }
    }

    /// `is_stuck`: nothing has room, for what was made before fills the ring; the output must begin to throw it away.
    fn prime(&mut self, is_stuck: bool) {
        let Some(given) = &self.given else { return };
        if self.controls.primed.load(Relaxed) || given.finished {
            return;
        }
        let start = self.controls.taken().max(given.base.start);
        let music = self.pushed.saturating_sub(start);
        // Before the first song that opens there may be no rate yet, and an output must not begin without one.
        let enough = music >= self.frames(PRIME_MS) || given.decoding.is_none();
        if is_stuck || music > 0 && enough {
            self.controls.primed.store(true, Release);
            (self.wake_output)();
        }
    }
}
