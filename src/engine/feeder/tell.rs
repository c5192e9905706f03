//! Says what is heard, asks for what follows, and knows how long nothing will be to do. It decodes nothing.

use super::super::given::Answer;
use super::super::ring::CHANNELS;
use super::{Feeder, Notice};
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::time::{Duration, Instant};

/// A song is told as heard before it is, where so little is left that its follower must be known at once.
const HURRY_MS: u64 = 1_000;
/// The longest sleep, while nothing plays and whatever is to be done comes as an order; and the shortest.
const LONGEST_REST: Duration = Duration::from_secs(10);
const SHORTEST_REST: Duration = Duration::from_millis(20);
/// The longest sleep while something was taken and is not told as heard: across a jump nobody can say how long that takes.
pub(in crate::engine) const UNHEARD_REST: Duration = Duration::from_millis(50);

impl Feeder {
    pub(super) fn tell(&mut self) {
        self.post.send_kept();
        self.tell_heard();
        self.tell_faded_out();
        if self.taken_only.is_empty() || self.is_pressed() {
            self.tell_all_heard();
            self.ask();
        }
        self.finish();
        self.tell_faded();
    }

    /// A song whose end is heard below the next one has ended: nothing needs to be asked, whatever was wrong with it.
    pub(super) fn tell_faded_out(&mut self) {
        let Some(ended) = self.stream.take_ended() else {
            return;
        };
        if let Some(error) = ended.error.or(ended.damage) {
            let entry = ended.entry;
            self.post.send(Notice::Damaged { entry, error });
        }
    }

    fn tell_faded(&mut self) {
        let nothing_plays = self.given.as_ref().is_none_or(|given| given.finished);
        let is_wanted = self.controls.fade_ms.load(Relaxed) > 0;
        if !self.fade_told && is_wanted && (nothing_plays || self.controls.has_faded()) {
            self.fade_told = true;
            self.post.send(Notice::Faded);
        }
    }

    pub(super) fn tell_heard(&mut self) {
        let Some(given) = &mut self.given else { return };
        let Some(taken) = self.controls.taken_in(given.epoch) else {
            return;
        };
        let follower = match &mut given.answer {
            Answer::Begun(link) => Some(link),
            _ => None,
        };
        if follower.as_ref().is_some_and(|link| taken > link.start) {
            self.stream.settle();
        }
        for link in std::iter::once(&mut given.base).chain(follower) {
            if !link.taken && taken > link.start && !link.is_empty() {
                link.taken = true;
                self.taken_only.push_back((link.start, link.item.entry));
            }
        }
        let heard = self.controls.heard();
        while let Some((start, entry)) = self.taken_only.front().copied()
            && heard > start
        {
            self.taken_only.pop_front();
            self.post.send(Notice::Heard { entry });
        }
    }

    /// What the output has taken counts as heard.
    fn tell_all_heard(&mut self) {
        for (_, entry) in self.taken_only.drain(..) {
            self.post.send(Notice::Heard { entry });
        }
    }

    /// The output will run dry before all that it has taken is heard.
    fn is_pressed(&self) -> bool {
        let decoding = self
            .given
            .as_ref()
            .and_then(|given| given.decoding.as_ref());
        let left_ms = decoding.map_or(0, |track| track.left_ms().unwrap_or(0));
        self.buffered_ms() + left_ms < HURRY_MS
    }

    /// Asks what follows the last song, once it is near its end and nothing before it can still be replaced.
    fn ask(&mut self) {
        let Some(given) = self.given.as_mut().filter(|given| given.held.is_none()) else {
            return;
        };
        if !given.is_near_end() {
            return;
        }
        if let Answer::Begun(link) = &given.answer
            && (link.taken || link.is_empty())
            && let Answer::Begun(link) = std::mem::replace(&mut given.answer, Answer::Unknown)
        {
            given.after = link.item.entry;
            given.base = link;
            given.asked = false;
        }
        if matches!(given.answer, Answer::Unknown) && !given.asked {
            given.asked = true;
            let after = given.after;
            self.post.send(Notice::WantsNext { after });
        }
    }

    fn finish(&mut self) {
        let drain = self.drain_time();
        let Some(given) = self.given.as_mut().filter(|given| given.held.is_none()) else {
            return;
        };
        let all_given = matches!(given.answer, Answer::Nothing) && given.decoding.is_none();
        let all_pushed =
            self.stream.ready().is_empty() && self.stream.made() == self.stream.next_frame();
        if given.finished || !all_given || !all_pushed {
            return;
        }
        let nothing_came = self.pushed == given.from;
        let taken = self.controls.taken_in(given.epoch);
        if !nothing_came && taken.is_none_or(|taken| taken < self.pushed) {
            return;
        }
        let since = *given.drained_since.get_or_insert_with(Instant::now);
        if since.elapsed() >= drain {
            given.finished = true;
            let after = given.after;
            self.controls.primed.store(false, Release);
            (self.wake_output)();
            self.markers.clear();
            self.post.send(Notice::Finished { after });
        }
    }

    /// How long nothing will be to do, unless an order comes.
    pub(in crate::engine) fn rest(&self) -> Duration {
        let Some(given) = &self.given else {
            return self.rest_idle();
        };
        if given.waits_for_form {
            return if self.controls.paused.load(Relaxed) {
                self.rest_idle()
            } else {
                SHORTEST_REST
            };
        }
        let has_work = given.decoding.is_some()
            || matches!(given.answer, Answer::Ready(_))
            || self.stream.is_overlapping();
        if self.filling && has_work && !self.awaits_answer() {
            return Duration::ZERO;
        }
        let waits = given.decoding.is_none() && self.pushed == given.from;
        let holds = self.controls.paused.load(Relaxed) || self.controls.has_faded();
        if waits || holds || given.finished {
            return self.rest_idle();
        }
        let Some(taken) = self.controls.taken_in(given.epoch) else {
            return SHORTEST_REST;
        };
        let mut due = taken + self.frames(1_000);
        let half = (self.ring.buffer().capacity() / CHANNELS / 2) as u64;
        if has_work || !self.stream.ready().is_empty() {
            due = due.min(self.pushed.saturating_sub(half));
        }
        let follower = match &given.answer {
            Answer::Begun(link) => Some(link),
            _ => None,
        };
        for link in std::iter::once(&given.base)
            .chain(follower)
            .filter(|link| !link.taken)
        {
            due = due.min(link.start + 1);
        }
        if given.decoding.is_none() {
            due = due.min(self.pushed);
        }
        let rate = u64::from(self.controls.rate.load(Relaxed)).max(1);
        let mut frames = due.saturating_sub(taken);
        if let Some((start, _)) = self.taken_only.front() {
            frames = frames.min((start + 1).saturating_sub(self.controls.heard()));
        }
        let wait = Duration::from_micros(frames.saturating_mul(1_000_000) / rate);
        let longest = match self.taken_only.is_empty() {
            true => self.rest_idle(),
            false => UNHEARD_REST,
        };
        wait.clamp(SHORTEST_REST, longest)
    }

    fn rest_idle(&self) -> Duration {
        if self.post.is_empty() {
            LONGEST_REST
        } else {
            SHORTEST_REST
        }
    }
}
