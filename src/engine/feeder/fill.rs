//! Decodes blocks where there is room, and pushes what fits. It tells of nothing but files that end in the middle.

use super::super::DecodeError;
use super::super::given::{Answer, Link};
use super::super::ring::CHANNELS;
use super::{Feeder, Notice};
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
        if !self.filling || !self.stream.ready().is_empty() {
            return;
        }
        if let Some(track) = self.given.as_mut().and_then(|given| given.held.take()) {
            return self.begin_base(*track);
        }
        let left_ms = self.buffered_ms();
        let Some(given) = &mut self.given else { return };
        if let Some(track) = &mut given.decoding {
            match self.stream.feed(track) {
                Ok(true) => {}
                Ok(false) => self.end_track(None),
                Err(error) => self.end_track(Some(error)),
            }
            return;
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
        let Some(given) = &mut self.given else { return };
        given.answer = Answer::Begun(Link {
            item: track.item().clone(),
            at_ms: 0,
            start,
            end: None,
            heard: false,
        });
        given.decoding = Some(*track);
    }

    fn end_track(&mut self, error: Option<DecodeError>) {
        let Some(mut track) = self.given.as_mut().and_then(|given| given.decoding.take()) else {
            return;
        };
        self.end_link();
        let entry = track.item().entry;
        if let Some(error) = error {
            self.post.send(Notice::Failed { entry, error });
        } else if let Some(error) = track.take_damage() {
            self.post.send(Notice::Damaged { entry, error });
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
        if !ready.is_empty() {
            let (pushed, _) = self.ring.push_partial_slice(&ready[..fits]);
            self.pushed += (pushed.len() / CHANNELS) as u64;
            self.filling = fits == ready.len();
            self.stream.pushed(fits);
            if self.controls.drain_us.load(Relaxed) == 0 {
                (self.wake_output)();
            }
        }
        self.prime();
    }

    /// Room that only a song to jump to may take: it must not wait until the output has thrown away the old one.
    fn kept_free(&self) -> usize {
        let epoch = self.given.as_ref().map_or(0, |given| given.epoch);
        match self.controls.taken_in(epoch) {
            Some(_) => self.ring.buffer().capacity() / KEPT_FREE,
            None => 0,
        }
    }

    fn prime(&mut self) {
        let Some(given) = &self.given else { return };
        if self.controls.primed.load(Relaxed) || given.finished {
            return;
        }
        let start = self.controls.taken().max(given.base.start);
        let music = self.pushed.saturating_sub(start);
        // Before the first song that opens there may be no rate yet, and an output must not begin without one.
        let enough = music >= self.frames(PRIME_MS) || given.decoding.is_none();
        if music > 0 && enough {
            self.controls.primed.store(true, Release);
            (self.wake_output)();
        }
    }
}
