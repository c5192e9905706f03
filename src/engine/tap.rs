//! What sounds, for who looks: the last frames that went to the output, with when they are heard. It judges nothing.
//!
//! The output writes, be it a device's callback: no lock, no allocation, no system call, and where nobody has looked for a
//! while nothing but one load for each block. Who looks finds the frames that are heard at that moment, not those on
//! their way. A look costs the output nothing but what it writes.

use super::controls::{Controls, Published};
use super::ring::CHANNELS;
use std::sync::OnceLock;
use std::sync::atomic::{
    AtomicU64,
    Ordering::{Acquire, Relaxed},
};
use std::time::Duration;

/// Frames that are kept: what a sound server holds and what is looked at, at 48 kHz more than twice. A power of two.
const FRAMES: usize = 131_072;
/// Who looked is shown so many seconds of sound; then nothing is written until somebody looks again.
const SHOWN_SECONDS: u64 = 2;
/// Parts of a second for how long a block may be late before nothing sounds.
const LATE: u64 = 5;
/// No run of frames was begun.
const NEVER: u64 = u64::MAX;

/// A place for the last frames. One thread writes at a time: who has the sound.
#[derive(Debug)]
pub(super) struct Tap {
    /// Frames that are still to be written for who looked last.
    wanted: AtomicU64,
    /// Left in the upper half, right in the lower, as the bits of an `f32`; made when somebody looks first.
    frames: OnceLock<Box<[AtomicU64]>>,
    /// From there on all frames up to `end` were written. The writer's own.
    begun: AtomicU64,
    end: AtomicU64,
    /// `begun` and `end`; a frame, when it was written (µs) and how long until it is heard (µs); the rate.
    clock: Published<6>,
}

/// What is heard.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heard {
    /// Left and right, up to this moment.
    pub frames: Vec<[f32; CHANNELS]>,
    /// Frames a second.
    pub rate: u32,
}

impl Default for Tap {
    fn default() -> Self {
        Self {
            wanted: AtomicU64::new(0),
            frames: OnceLock::new(),
            begun: AtomicU64::new(NEVER),
            end: AtomicU64::new(0),
            clock: Published::new(),
        }
    }
}

impl Tap {
    /// Puts frames at this place, and gives where the run that they belong to begins.
    fn write(&self, kept: &[AtomicU64], at: u64, frames: &[f32]) -> u64 {
        let follows = (self.begun.load(Relaxed)..=self.end.load(Relaxed)).contains(&at);
        if !follows {
            self.begun.store(at, Relaxed);
        }
        for (place, frame) in (at..).zip(frames.chunks_exact(CHANNELS)) {
            let bits = |sample: f32| u64::from(sample.to_bits());
            kept[place as usize % FRAMES].store(bits(frame[0]) << 32 | bits(frame[1]), Relaxed);
        }
        self.end
            .store(at + (frames.len() / CHANNELS) as u64, Relaxed);
        self.begun.load(Relaxed)
    }

    /// So many frames of what was wanted are written.
    fn count(&self, wanted: u64, frames: u64) {
        // Somebody may look at this moment: what that adds is never less than a block.
        let left = self.wanted.fetch_sub(frames.min(wanted), Relaxed);
        if left <= frames {
            self.begun.store(NEVER, Relaxed);
        }
    }

    fn frame(kept: &[AtomicU64], at: u64) -> [f32; CHANNELS] {
        let bits = kept[at as usize % FRAMES].load(Relaxed);
        [(bits >> 32) as u32, bits as u32].map(f32::from_bits)
    }
}

impl Controls {
    /// As [`show_at`](Self::show_at), of frames that follow those before.
    pub(super) fn show(&self, frames: &[f32], rate: u32, latency: Duration) {
        self.show_at(self.tap.end.load(Relaxed), frames, rate, latency);
    }

    /// Said by the output of each block: these frames (interleaved stereo), as they sound, lie at this place of what it
    /// plays, in front of which nothing has changed; they are heard after `latency`.
    pub(super) fn show_at(&self, at: u64, frames: &[f32], rate: u32, latency: Duration) {
        let wanted = self.tap.wanted.load(Relaxed);
        if wanted == 0 {
            return;
        }
        let Some(kept) = self.tap.frames.get() else {
            return;
        };
        let begun = self.tap.write(kept, at, frames);
        let latency_us = u64::try_from(latency.as_micros()).unwrap_or(0);
        let end = self.tap.end.load(Relaxed);
        let words = [begun, end, at, self.now_us(), latency_us, rate.into()];
        self.tap.clock.publish(words);
        self.tap.count(wanted, end - at);
    }

    /// What is heard at this moment and was heard just before it, as long as [`Heard::span`] says; `None`: nothing
    /// sounds, or nobody has looked lately.
    pub(super) fn look(&self) -> Option<Heard> {
        let rate = self.rate.load(Acquire);
        let kept = self.tap.frames.get_or_init(|| {
            let none = || AtomicU64::new(0);
            std::iter::repeat_with(none).take(FRAMES).collect()
        });
        self.tap
            .wanted
            .store(SHOWN_SECONDS * u64::from(rate), Relaxed);
        if self.is_silent() {
            return None;
        }
        let (_, [begun, end, at, at_us, latency_us, rate]) = self.tap.clock.read_whole();
        let (now, due) = (self.now_us(), at_us.saturating_add(latency_us));
        let frames = |us: u64| us.saturating_mul(rate) / 1_000_000;
        let heard = match now.checked_sub(due) {
            Some(since) => at.saturating_add(frames(since)),
            None => at.saturating_sub(frames(due - now)),
        };
        let is_past = heard > end + rate / LATE;
        let heard = heard.min(end);
        let first = begun.max(end.saturating_sub(FRAMES as u64));
        if is_past || heard <= first {
            return None;
        }
        let rate = u32::try_from(rate).unwrap_or(0);
        let span = Heard::span(rate) as u64;
        let place = |n: u64| heard.checked_sub(span - n).filter(|at| *at >= first);
        let frame = |n| place(n).map_or([0.0; CHANNELS], |at| Tap::frame(kept, at));
        let frames = (0..span).map(frame).collect();
        Some(Heard { frames, rate })
    }

    /// By order; and what keeps no time nobody hears.
    fn is_silent(&self) -> bool {
        !self.wants_sound() || self.quiet.load(Acquire) || !self.keeps_time.load(Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 8_000;

    fn controls() -> Controls {
        let controls = Controls::new(100);
        controls.rate.store(RATE, Relaxed);
        controls.quiet.store(false, Relaxed);
        controls.primed.store(true, Relaxed);
        controls
    }

    /// As many frames, each with its number.
    fn counted(from: u64, frames: u64) -> Vec<f32> {
        let frame = |n: u64| [n as f32, -(n as f32)];
        (from..from + frames).flat_map(frame).collect()
    }

    /// From now on time stands still.
    fn hold(controls: &Controls) {
        controls.note_rest();
    }

    #[test]
    fn who_does_not_look_costs_nothing() {
        let controls = controls();
        controls.show(&counted(0, 100), RATE, Duration::ZERO);
        assert!(controls.tap.frames.get().is_none());
        assert_eq!(controls.tap.end.load(Relaxed), 0);
    }

    #[test]
    fn what_is_heard_is_shown_and_not_what_is_on_its_way() {
        let controls = controls();
        hold(&controls);
        assert_eq!(controls.look(), None);
        controls.show(&counted(0, 4_000), RATE, Duration::ZERO);
        assert_eq!(controls.look(), None, "nothing of it is heard yet");
        // Frame 4,000 is heard in a quarter of a second: frame 2,000 is heard now.
        controls.show(&counted(4_000, 800), RATE, Duration::from_millis(250));
        let heard = controls.look().unwrap();
        assert_eq!(heard.frames.len(), Heard::span(RATE));
        assert_eq!(heard.frames.last(), Some(&[1_999.0, -1_999.0]));
        // What lies before the first frame is silence.
        assert_eq!(heard.frames[0], [0.0, 0.0]);
        assert_eq!(heard.frames[Heard::span(RATE) - 2_000 + 7], [7.0, -7.0]);
    }

    #[test]
    fn what_is_sent_again_takes_the_place_of_what_was_there() {
        let controls = controls();
        hold(&controls);
        controls.look();
        let at_100 = |frames, latency_ms| {
            controls.show_at(100, frames, RATE, Duration::from_millis(latency_ms));
        };
        at_100(&counted(100, 4_000), 0);
        controls.show_at(2_000, &counted(7_000, 100), RATE, Duration::ZERO);
        controls.show_at(2_100, &[], RATE, Duration::ZERO);
        let heard = controls.look().unwrap();
        assert_eq!(heard.frames.last(), Some(&[7_099.0, -7_099.0]));
        let before = heard.frames.len() - 101;
        assert_eq!(heard.frames[before], [1_999.0, -1_999.0]);
    }

    #[test]
    fn a_while_after_the_last_look_nothing_is_written() {
        let controls = controls();
        hold(&controls);
        controls.look();
        for second in 0..SHOWN_SECONDS + 1 {
            let from = second * u64::from(RATE);
            controls.show(&counted(from, RATE.into()), RATE, Duration::ZERO);
        }
        let written = SHOWN_SECONDS * u64::from(RATE);
        assert_eq!(controls.tap.end.load(Relaxed), written);
        // What is written from then on stands for itself.
        controls.look();
        controls.show(&counted(0, 10), RATE, Duration::ZERO);
        controls.show(&[], RATE, Duration::ZERO);
        let heard = controls.look().unwrap();
        let last = heard.frames.len() - 11;
        assert_eq!(heard.frames[last..last + 2], [[0.0, 0.0], [0.0, -0.0]]);
        assert_eq!(heard.frames.last(), Some(&[9.0, -9.0]));
    }

    #[test]
    fn nothing_sounds_in_a_pause_or_once_all_was_heard() {
        let controls = controls();
        controls.look();
        controls.show(&counted(0, 4_000), RATE, Duration::ZERO);
        hold(&controls);
        controls.show(&[], RATE, Duration::ZERO);
        assert!(controls.look().is_some());
        controls.paused.store(true, Relaxed);
        assert_eq!(controls.look(), None);
        controls.paused.store(false, Relaxed);
        assert!(controls.look().is_some());
        // Its last frame was heard half a second ago.
        let words = [0, 4_000, 8_000, controls.now_us(), 0, RATE.into()];
        controls.tap.clock.publish(words);
        assert_eq!(controls.look(), None);
    }
}
