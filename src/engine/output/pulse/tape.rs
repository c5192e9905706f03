//! What was taken from the ring and may still be wanted back: the last seconds of frames, as they came, and how loud
//! each was sent. Pure: it knows no server and no clock.
//!
//! Frames of the tape are counted from the first one ever put on it. `cursor` is the next one to be sent. A pause, a
//! jump, a new volume or another curve of the equaliser goes back to a frame that the server has not played yet and sends
//! from there again: quieter, shaped otherwise, or other frames.

use crate::engine::curve::{CurveWords, Shaping};
use crate::engine::ring::CHANNELS;
use std::collections::VecDeque;

/// Time from full level to silence and back.
const FADE_SECONDS: f32 = 0.020;
/// What is old is given up when it is one part in so many of the tape.
const MOVES_WHEN: usize = 4;
/// The longest that the tape gets where nothing odd happens, in seconds: room is made for it at once.
const LENGTH_SECONDS: f32 = 1.75;
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
    shaping: Shaping,
    /// The first frame along the curve that holds now.
    shaped_from: u64,
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
        let frames = (LENGTH_SECONDS * rate as f32) as usize;
        Self {
            rate,
            samples: Vec::with_capacity(frames * CHANNELS),
            levels: Vec::with_capacity(frames),
            first: 0,
            cursor: 0,
            level: 0.0,
            shaping: Shaping::default(),
            shaped_from: 0,
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
            self.shape_again_from(kept);
        }
        self.levels.truncate(kept);
        self.cursor = to;
    }

    /// What the filters remember is what they had heard up to there: frames kept before it are played to them again.
    fn shape_again_from(&mut self, kept: usize) {
        let filters = self.shaping.filters();
        let from = kept.saturating_sub(filters.memory_frames());
        let past = &self.samples[from * CHANNELS..kept * CHANNELS];
        let fades = filters.fade_frames();
        let faded = (self.first + kept as u64).saturating_sub(self.shaped_from);
        let faded = usize::try_from(faded).unwrap_or(usize::MAX);
        filters.go_back(past, fades.saturating_sub(faded));
    }

    /// What is sent from now on is shaped along the curve that holds now.
    pub(super) fn equalise(&mut self, curve: &CurveWords) {
        if self.shaping.take(curve, self.rate) {
            self.shaped_from = self.cursor;
        }
    }

    /// What waits to be sent, as it came.
    pub(super) fn unsent(&self) -> Vec<f32> {
        let from = usize::try_from(self.cursor - self.first).unwrap_or(usize::MAX);
        let unsent = self.samples.get(from.saturating_mul(CHANNELS)..);
        unsent.map_or_else(Vec::new, <[f32]>::to_vec)
    }

    /// What comes next begins at this level.
    pub(super) fn set_level(&mut self, level: f32) {
        self.level = level;
    }

    /// Forgets what was not sent.
    pub(super) fn cut(&mut self) {
        let kept = usize::try_from(self.cursor - self.first).unwrap_or(usize::MAX);
        self.samples.truncate(kept.saturating_mul(CHANNELS));
        self.shaping.filters().forget();
        let cursor = self.cursor;
        self.joints.retain(|joint| joint.tape < cursor);
    }

    /// Appends the next frames to `out`, `frames` at most, along the curve, and moving to the level `goal` without a step.
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
        self.shaping.filters().run(&mut out[begin..]);
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
        if old * CHANNELS * MOVES_WHEN < self.samples.len() {
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
    use crate::engine::controls::Controls;
    use crate::music::{Band, Equaliser, Shape};

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
            tape.samples.capacity() <= (LENGTH_SECONDS * RATE as f32) as usize * 2,
            "{}",
            tape.samples.capacity()
        );
        assert_eq!(tape.ring_frame(total - 1), Some(500 + total - 1));
        tape.go_back(total - 100);
        assert_eq!(sent(&mut tape, 100, 1.0), counted(total - 100..total));
        tape.go_back(0);
        assert!(tape.cursor() >= total - 200, "no further than what is kept");
    }

    fn shaped(curve: &Equaliser) -> Controls {
        let controls = Controls::new(100);
        controls.equalise(curve);
        controls
    }

    /// Slow enough for a tape of a thousand frames a second.
    fn wave(frames: u64) -> Vec<f32> {
        let sample = |frame: u64| (frame as f32 * 0.06).sin() * 0.5;
        (0..frames).flat_map(|frame| [sample(frame); 2]).collect()
    }

    fn raised() -> Equaliser {
        let bell = Band::new(Shape::Peak, 60.0, 6.0, 0.7).unwrap();
        Equaliser::new(Some(-6.0), vec![bell]).unwrap()
    }

    #[test]
    fn what_is_sent_again_is_shaped_as_it_was() {
        let controls = shaped(&raised());
        let mut tape = Tape::new(RATE);
        tape.set_level(1.0);
        tape.push(&wave(900), 0);
        tape.equalise(&controls.curve);
        let before = sent(&mut tape, 900, 1.0);
        assert_ne!(before, wave(900));
        tape.go_back(600);
        assert_eq!(tape.unsent(), wave(900)[1_200..], "as it came");
        let again = sent(&mut tape, 300, 1.0);
        for (again, before) in again.iter().zip(&before[1_200..]) {
            assert!((again - before).abs() < 1e-4, "{again} and not {before}");
        }
    }

    #[test]
    fn another_curve_begins_without_a_step_where_the_tape_went_back_to() {
        for (first, then) in [
            (Equaliser::default(), raised()),
            (raised(), Equaliser::default()),
        ] {
            let controls = shaped(&first);
            let mut tape = Tape::new(RATE);
            tape.set_level(1.0);
            tape.push(&wave(900), 0);
            tape.equalise(&controls.curve);
            let before = sent(&mut tape, 700, 1.0);
            // It is taken with what comes next, which is sent before the server has said where it is.
            controls.equalise(&then);
            tape.equalise(&controls.curve);
            sent(&mut tape, 100, 1.0);
            tape.go_back(500);
            tape.equalise(&controls.curve);
            let again = sent(&mut tape, 400, 1.0);
            let joined = [&before[..1_000], &again[..]].concat();
            let steps = joined.chunks_exact(2).map(|frame| frame[0]);
            let largest = steps.clone().zip(steps.skip(1)).map(|(a, b)| (a - b).abs());
            let largest = largest.fold(0.0, f32::max);
            // The wave moves by 0.03 a frame at most, and 6 dB are over in 20 frames.
            assert!(largest < 0.06, "{largest}");
            let hz = 0.06 * f64::from(RATE) / std::f64::consts::TAU;
            let raised_db = f64::from(then.preamp_db()) + then.response_db(hz, RATE);
            let wanted = 0.5 * 10f64.powf(raised_db / 20.0) as f32;
            let top = again[200..]
                .iter()
                .fold(0f32, |top, sample| top.max(*sample));
            assert!((top - wanted).abs() < 0.01, "{top} and not {wanted}");
        }
    }
}
