//! The long fade to silence: what the callback does for [`super::Command::Fade`]. No lock, no allocation, no system call.

use super::ring::CHANNELS;

/// How fast the level comes back where a fade is called off in the middle.
const BACK_SECONDS: f64 = 0.010;

/// A level that falls evenly to silence, or comes back.
pub(super) struct LongFade {
    /// In `f64`: the steps of a long fade are smaller than an `f32` near 1 can be told from 1.
    level: f64,
}

impl LongFade {
    pub(super) fn new() -> Self {
        Self { level: 1.0 }
    }

    /// Silence is reached, and is to stay.
    pub(super) fn is_silent(&self, over_ms: u32) -> bool {
        over_ms > 0 && self.level == 0.0
    }

    /// Frames at most until silence is reached.
    pub(super) fn frames_left(&self, over_ms: u32, rate: u32) -> usize {
        match over_ms {
            0 => usize::MAX,
            _ => (self.level / step(over_ms, rate)).ceil() as usize,
        }
    }

    /// Whatever faded before: full level from the next frame on.
    pub(super) fn reset(&mut self) {
        self.level = 1.0;
    }

    /// Applies the level to `out` (interleaved stereo). `over_ms`: from full level to silence; 0: no fade is wanted.
    pub(super) fn shade(&mut self, out: &mut [f32], over_ms: u32, rate: u32) {
        if over_ms == 0 && self.level == 1.0 {
            return;
        }
        let (goal, step) = match over_ms {
            0 => (1.0, 1.0 / (BACK_SECONDS * f64::from(rate.max(1)))),
            _ => (0.0, -step(over_ms, rate)),
        };
        for frame in out.chunks_exact_mut(CHANNELS) {
            self.level = match self.level + step {
                level if step < 0.0 => level.max(goal),
                level => level.min(goal),
            };
            let level = self.level as f32;
            frame.iter_mut().for_each(|sample| *sample *= level);
        }
    }
}

fn step(over_ms: u32, rate: u32) -> f64 {
    1_000.0 / (f64::from(over_ms.max(1)) * f64::from(rate.max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fade_takes_its_time_and_ends_in_silence() {
        for (over_ms, rate) in [(1, 8_000), (10_000, 48_000), (600_000, 192_000)] {
            let frames = u64::from(over_ms) * u64::from(rate) / 1_000;
            let mut fade = LongFade::new();
            let mut done = 0;
            let mut block = vec![1.0; 2 * 4_800];
            while !fade.is_silent(over_ms) {
                block.fill(1.0);
                fade.shade(&mut block, over_ms, rate);
                done += 4_800;
                assert!(done <= frames + 4_801, "{over_ms} ms at {rate} Hz");
            }
            assert!(done >= frames, "{over_ms} ms at {rate} Hz");
            assert_eq!(block[2 * 4_799], 0.0);
        }
    }

    #[test]
    fn what_is_called_off_comes_back_without_a_step() {
        let mut fade = LongFade::new();
        let mut block = vec![1.0; 2 * 4_800];
        fade.shade(&mut block, 200, 48_000);
        assert!((block[2 * 4_799] - 0.5).abs() < 1e-3);
        let before = block[2 * 4_799];
        block.fill(1.0);
        fade.shade(&mut block, 0, 48_000);
        assert!((block[0] - before).abs() < 0.003 && block[2 * 4_799] == 1.0);
    }
}
