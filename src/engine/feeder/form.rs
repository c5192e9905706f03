//! Bit-perfect playing: the output takes each song's own rate and format. A song that needs another form than the one
//! before it is not begun until that one is heard to its end: nothing here is resampled, faded or mixed.

use super::super::form::{Form, SampleKind, WHOLE_BITS};
use super::super::tracks::Track;
use super::super::{Notice, Touch};
use super::{Feeder, Item};
use crate::music::Gain;
use std::sync::atomic::Ordering::{Relaxed, Release};
use std::time::{Duration, Instant};

impl Feeder {
    /// The item as bit-perfect playing takes it: at its own level, and joined without an overlap.
    pub(super) fn plain(&self, mut item: Item) -> Item {
        if self.controls.is_bit_perfect() {
            item.gain = Gain::default();
            item.crossfade_ms = 0;
        }
        item
    }

    /// Sets the output to this track's form, where that is asked for. `false`: something is still to be heard in
    /// another form, and the track must wait.
    ///
    /// An output without a rate takes the first song's in any case.
    pub(super) fn suits(&mut self, track: &mut Track) -> bool {
        let form = match self.controls.is_bit_perfect() {
            true => Form::holding(track.rate(), track.sample_kind()),
            false if self.controls.form().rate == 0 => Form {
                rate: track.rate(),
                ..self.controls.form()
            },
            false => return true,
        };
        let suits = self.controls.form() == form || self.change_form(form);
        if let Some(given) = &mut self.given {
            given.waits_for_form = !suits;
        }
        if suits && self.controls.is_bit_perfect() {
            track.touch_nothing();
            self.tell_touched(track);
        }
        suits
    }

    fn change_form(&mut self, form: Form) -> bool {
        if !self.is_drained() {
            return false;
        }
        if let Some(given) = &mut self.given {
            given.drained_since = None;
        }
        self.controls.primed.store(false, Release);
        self.controls.set_form(form, self.stream.next_frame());
        (self.wake_output)();
        true
    }

    /// Nothing that was pushed is still to be heard.
    fn is_drained(&mut self) -> bool {
        let sounds = self.controls.wants_sound();
        let Some(given) = &mut self.given else {
            return true;
        };
        if self.pushed == given.from && !sounds {
            return true;
        }
        let taken = self.controls.taken_in(given.epoch);
        if taken.is_none_or(|taken| taken < self.pushed) {
            return false;
        }
        let since = *given.drained_since.get_or_insert_with(Instant::now);
        since.elapsed() >= self.drain_time()
    }

    /// From the last frame taken to the last one heard.
    pub(super) fn drain_time(&self) -> Duration {
        match self.controls.drain_us.load(Relaxed) {
            0 => Duration::ZERO,
            us => Duration::from_micros(us) + self.controls.latency(),
        }
    }

    /// Once a song, although a seek begins it again.
    fn tell_touched(&mut self, track: &Track) {
        let entry = track.item().entry;
        if self.touched_told.replace(entry) == Some(entry) {
            return;
        }
        let folded = Some(track.channels()).filter(|channels| *channels > 2);
        let (SampleKind::Integer { bits } | SampleKind::Float { bits }) = track.sample_kind();
        let is_integer = matches!(track.sample_kind(), SampleKind::Integer { .. });
        let shortened = Some(bits).filter(|bits| *bits > if is_integer { WHOLE_BITS } else { 32 });
        let touches = [folded.map(Touch::Folded), shortened.map(Touch::Shortened)];
        for how in touches.into_iter().flatten() {
            self.post.send(Notice::Touched { entry, how });
        }
    }
}
