//! What was taken from the ring and may still be wanted back: the last seconds of frames, as they came, and how loud
//! each was sent. Pure: it knows no server and no clock.
//!
//! Frames of the tape are counted from the first one ever put on it. `cursor` is the next one to be sent. A pause, a
//! jump or a new volume goes back to a frame that the server has not played yet and sends from there again: quieter,
//! or other frames.

use crate::engine::ring::CHANNELS;
use std::collections::VecDeque;

/// Time from full level to silence and back.
const FADE_SECONDS: f32 = 0.020;
/// Places where the tape does not follow the ring; older ones are dropped.
const MAX_JOINTS: usize = 64;

pub(super) struct Tape {
    rate: u32,
    samples: Vec<f32>,
    /// The level that each frame was sent at, as far as it was sent.
    levels: Vec<f32>,
    first: u64,
    cursor: u64,
    level: f32,
    joints: VecDeque<Joint>,
}

/// From frame `tape` of the tape on it holds the ring's frames from `ring` on.
#[derive(Clone, Copy)]
struct Joint {
    tape: u64,
    ring: u64,
}

impl Tape {
    /// `rate`: frames a second.
    pub(super) fn new(rate: u32) -> Self {
        Self {
            rate,
            samples: Vec::new(),
            levels: Vec::new(),
            first: 0,
            cursor: 0,
            level: 0.0,
            joints: VecDeque::new(),
        }
    }

    /// The next frame to be sent.
    pub(super) fn cursor(&self) -> u64 {
        self.cursor
    }

    /// Frames that wait to be sent.
    pub(super) fn waiting(&self) -> u64 {
        self.end() - self.cursor
    }

    /// Frames in which full level becomes silence.
    pub(super) fn fade_frames(&self) -> u64 {
        (FADE_SECONDS * self.rate as f32).ceil() as u64
    }

    fn end(&self) -> u64 {
        self.first + (self.samples.len() / CHANNELS) as u64
    }

    /// Puts frames at the end; the first of them is the ring's frame `ring`.
    pub(super) fn push(&mut self, samples: &[f32], ring: u64) {
        let tape = self.end();
        if self.ring_frame(tape) != Some(ring) {
            self.joints.push_back(Joint { tape, ring });
            if self.joints.len() > MAX_JOINTS {
                self.joints.pop_front();
            }
        }
        self.samples.extend_from_slice(samples);
    }

    /// The ring's frame that lies at this place.
    pub(super) fn ring_frame(&self, tape: u64) -> Option<u64> {
        let joint = self.joints.iter().rev().find(|joint| joint.tape <= tape)?;
        Some(joint.ring + (tape - joint.tape))
    }

    /// Goes back to an earlier frame; to the first one that is kept, where it is earlier than that. What was sent from
    /// there on will be sent again, at the level that it had there.
    pub(super) fn go_back(&mut self, to: u64) {
        let to = to.clamp(self.first, self.cursor);
        let kept = usize::try_from(to - self.first).unwrap_or(usize::MAX);
        if to < self.cursor {
            self.level = self.levels.get(kept).copied().unwrap_or(0.0);
        }
        self.levels.truncate(kept);
        self.cursor = to;
    }

    /// What comes next begins at this level.
    pub(super) fn set_level(&mut self, level: f32) {
        self.level = level;
    }

    /// Forgets what was not sent.
    pub(super) fn cut(&mut self) {
        let kept = usize::try_from(self.cursor - self.first).unwrap_or(usize::MAX);
        self.samples.truncate(kept.saturating_mul(CHANNELS));
        let cursor = self.cursor;
        self.joints.retain(|joint| joint.tape < cursor);
    }

    /// Appends the next frames to `out`, `frames` at most, moving to the level `goal` without a step.
    pub(super) fn send(&mut self, frames: u64, goal: f32, out: &mut Vec<f32>) -> u64 {
        let frames = usize::try_from(frames.min(self.waiting())).unwrap_or(0);
        let from = usize::try_from(self.cursor - self.first).unwrap_or(0);
        let Some(sent) = self
            .samples
            .get(from * CHANNELS..(from + frames) * CHANNELS)
        else {
            return 0;
        };
        let step = 1.0 / (FADE_SECONDS * self.rate as f32);
        let begin = out.len();
        out.extend_from_slice(sent);
        for frame in out[begin..].chunks_exact_mut(CHANNELS) {
            if self.level != goal {
                self.level = nearer(self.level, goal, step);
            }
            if self.level != 1.0 {
                frame.iter_mut().for_each(|sample| *sample *= self.level);
            }
            self.levels.push(self.level);
        }
        self.cursor += frames as u64;
        frames as u64
    }

    /// Forgets what lies before this frame. Seldom does anything move.
    pub(super) fn forget_before(&mut self, frame: u64) {
        let old = usize::try_from(frame.min(self.cursor).saturating_sub(self.first)).unwrap_or(0);
        if old * CHANNELS * 2 < self.samples.len() {
            return;
        }
        self.samples.drain(..old * CHANNELS);
        self.levels.drain(..old.min(self.levels.len()));
        self.first += old as u64;
        let first = self.first;
        while self.joints.get(1).is_some_and(|next| next.tape <= first) {
            self.joints.pop_front();
        }
    }
}

fn nearer(value: f32, goal: f32, step: f32) -> f32 {
    if value < goal {
        (value + step).min(goal)
    } else {
        (value - step).max(goal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 1_000;
    /// Twenty frames from full level to silence.
    const STEP: f32 = 0.05;

    fn counted(range: std::ops::Range<u64>) -> Vec<f32> {
        range
            .flat_map(|frame| [frame as f32, -(frame as f32)])
            .collect()
    }

    fn filled(frames: u64) -> Tape {
        let mut tape = Tape::new(RATE);
        tape.set_level(1.0);
        tape.push(&counted(0..frames), 500);
        tape
    }

    fn sent(tape: &mut Tape, frames: u64, goal: f32) -> Vec<f32> {
        let mut out = Vec::new();
        tape.send(frames, goal, &mut out);
        out
    }

    #[test]
    fn what_is_not_touched_is_sent_as_it_came() {
        let mut tape = filled(100);
        assert_eq!(sent(&mut tape, 60, 1.0), counted(0..60));
        assert_eq!(sent(&mut tape, 60, 1.0), counted(60..100));
        assert_eq!((tape.cursor(), tape.waiting()), (100, 0));
    }

    #[test]
    fn a_pause_goes_back_and_fades_and_the_next_frame_follows_it() {
        let mut tape = filled(100);
        sent(&mut tape, 80, 1.0);
        tape.go_back(30);
        let faded = sent(&mut tape, 20, 0.0);
        assert_eq!(faded.len(), 40);
        let level = |at: usize| faded[at * 2] / (30.0 + at as f32);
        assert!((level(0) - (1.0 - STEP)).abs() < 1e-5 && faded[39].abs() < 1e-3);
        assert_eq!((tape.cursor(), tape.ring_frame(50)), (50, Some(550)));
        let after = sent(&mut tape, 50, 1.0);
        assert!((after[0] - 50.0 * STEP).abs() < 1e-3, "{}", after[0]);
        assert_eq!(after[40..], counted(70..100));
    }

    #[test]
    fn going_back_into_a_fade_takes_the_level_there() {
        let mut tape = filled(100);
        sent(&mut tape, 50, 1.0);
        sent(&mut tape, 10, 0.0);
        tape.go_back(55);
        let level = sent(&mut tape, 1, 1.0)[0] / 55.0;
        assert!((level - (1.0 - 5.0 * STEP)).abs() < 1e-4, "{level}");
    }

    #[test]
    fn a_jump_leaves_out_what_was_not_heard() {
        let mut tape = filled(100);
        sent(&mut tape, 100, 1.0);
        tape.go_back(40);
        sent(&mut tape, 20, 0.0);
        tape.cut();
        tape.set_level(1.0);
        tape.push(&counted(900..910), 9_000);
        assert_eq!(sent(&mut tape, 99, 1.0), counted(900..910));
        assert_eq!(tape.ring_frame(59), Some(559));
        assert_eq!(tape.ring_frame(60), Some(9_000));
    }

    #[test]
    fn memory_is_given_back_and_places_stay() {
        let mut tape = filled(0);
        let mut total = 0;
        for _ in 0..1_000 {
            tape.push(&counted(total..total + 50), 500 + total);
            total += 50;
            sent(&mut tape, 50, 1.0);
            tape.forget_before(tape.cursor().saturating_sub(100));
        }
        assert!(
            tape.samples.capacity() < 2_000,
            "{}",
            tape.samples.capacity()
        );
        assert_eq!(tape.ring_frame(total - 1), Some(500 + total - 1));
        tape.go_back(total - 100);
        assert_eq!(sent(&mut tape, 100, 1.0), counted(total - 100..total));
        tape.go_back(0);
        assert!(tape.cursor() >= total - 200, "no further than what is kept");
    }
}
