//! What a song of another rate sounds like beyond a join, so that a resampler need not end or begin in silence there.
//!
//! Two pieces meet at time 0, each at its own rate. What each lacks, the other one's sound at its own rate, is
//! interpolated with a windowed sinc (Kaiser's window; Smith, “Digital Audio Resampling”, CCRMA). Near the join that
//! needs frames from both sides, and so each result is used to better the other one a few times. It is done once a
//! join, over some hundredths of a second: nothing that is heard passes through here but by a resampler's filter.

const CHANNELS: usize = 2;
/// Zero crossings of the sinc on each side.
const CROSSINGS: usize = 64;
/// Entries of the table for each of them; between two it is interpolated (error below −90 dB).
const ENTRIES: usize = 256;
/// Kaiser's β: about 90 dB of rejection.
const BETA: f64 = 9.0;
/// The edge of what passes, as a part of half the lower rate.
const CUTOFF: f64 = 0.955;
/// How often the two sides better each other.
const ROUNDS: usize = 12;

/// What lies on the other side of a join, for each side at its own rate.
pub(in crate::engine) struct Neighbours {
    /// The end of the earlier piece at the later one's rate.
    pub before: Vec<f32>,
    /// The beginning of the later piece at the earlier one's rate.
    pub after: Vec<f32>,
}

/// The end of one piece and the beginning of the next, stereo. What lies beyond their own other ends is silence.
pub(in crate::engine) struct Join<'a> {
    pub tail: &'a [f32],
    pub tail_rate: u32,
    pub head: &'a [f32],
    pub head_rate: u32,
}

/// How many frames of `rate` next to a join matter to what lies on its other side at `other` Hz.
pub(in crate::engine) fn reach(rate: u32, other: u32) -> usize {
    let lower = u64::from(rate.min(other).max(1));
    let frames = (CROSSINGS as u64 * u64::from(rate)).div_ceil(lower);
    usize::try_from(frames).unwrap_or(usize::MAX)
}

impl Join<'_> {
    /// So many frames before the join at the later rate, and so many after it at the earlier one.
    pub(in crate::engine) fn neighbours(&self, before: usize, after: usize) -> Neighbours {
        let (earlier, later) = (self.tail_rate.max(1), self.head_rate.max(1));
        let near_before = reach(later, earlier) + 1;
        let near_after = reach(earlier, later) + 1;
        let kernel = Kernel::new();
        let mut back = vec![0.0; before.max(near_before) * CHANNELS];
        let mut ahead = vec![0.0; after.max(near_after) * CHANNELS];
        for round in 0..ROUNDS {
            let (near_back, near_ahead) = match round {
                0 => (back.len(), ahead.len()),
                _ => (near_before * CHANNELS, near_after * CHANNELS),
            };
            let from = back.len() - near_back;
            let first = -signed(near_back / CHANNELS);
            let earlier_side = (self.tail, ahead.as_slice());
            kernel.fill(&mut back[from..], first, earlier_side, earlier, later);
            let later_side = (back.as_slice(), self.head);
            kernel.fill(&mut ahead[..near_ahead], 0, later_side, later, earlier);
        }
        back.drain(..back.len() - before * CHANNELS);
        ahead.truncate(after * CHANNELS);
        Neighbours {
            before: back,
            after: ahead,
        }
    }
}

/// The windowed sinc, from its middle to its end.
struct Kernel(Vec<f32>);

impl Kernel {
    fn new() -> Self {
        let entries = CROSSINGS * ENTRIES;
        let scale = 1.0 / bessel_i0(BETA);
        Self(
            (0..=entries + 1)
                .map(|n| {
                    let at = n as f64 / entries as f64;
                    let window = scale * bessel_i0(BETA * (1.0 - at * at).max(0.0).sqrt());
                    let x = std::f64::consts::PI * CUTOFF * at * CROSSINGS as f64;
                    let sinc = if n == 0 { 1.0 } else { x.sin() / x };
                    (window * sinc * CUTOFF) as f32
                })
                .collect(),
        )
    }

    fn at(&self, crossings: f64) -> f32 {
        let place = crossings.abs() * ENTRIES as f64;
        let (entry, part) = (place as usize, (place - place.floor()) as f32);
        match (self.0.get(entry), self.0.get(entry + 1)) {
            (Some(one), Some(other)) => one + (other - one) * part,
            _ => 0.0,
        }
    }

    /// Fills `out` with the frames from `first` on at `to` Hz of a sound given at `from` Hz, before and after time 0.
    fn fill(&self, out: &mut [f32], first: i64, sound: (&[f32], &[f32]), from: u32, to: u32) {
        let narrowing = (f64::from(to) / f64::from(from)).min(1.0);
        let half = signed(reach(from, to));
        for (index, frame) in (first..).zip(out.chunks_exact_mut(CHANNELS)) {
            let exact = i128::from(index) * i128::from(from);
            let whole = i64::try_from(exact.div_euclid(i128::from(to))).unwrap_or(0);
            let part = exact.rem_euclid(i128::from(to)) as f64 / f64::from(to);
            let mut sum = [0.0; CHANNELS];
            for offset in -half..=half + 1 {
                let Some([left, right]) = frame_of(sound, whole + offset) else {
                    continue;
                };
                let weight = self.at((offset as f64 - part) * narrowing);
                sum = [sum[0] + weight * left, sum[1] + weight * right];
            }
            frame.copy_from_slice(&sum.map(|side| side * narrowing as f32));
        }
    }
}

/// A frame of a sound that is cut in two at frame 0.
fn frame_of((before, after): (&[f32], &[f32]), index: i64) -> Option<[f32; CHANNELS]> {
    let (piece, at) = match usize::try_from(index) {
        Ok(at) => (after, at),
        Err(_) => {
            let back = usize::try_from(index.unsigned_abs()).ok()?;
            (before, (before.len() / CHANNELS).checked_sub(back)?)
        }
    };
    let frame = piece.get(at.checked_mul(CHANNELS)?..)?.get(..CHANNELS)?;
    frame.try_into().ok()
}

fn signed(frames: usize) -> i64 {
    i64::try_from(frames).unwrap_or(i64::MAX)
}

/// The modified Bessel function of the first kind and order 0, by its series.
fn bessel_i0(x: f64) -> f64 {
    let quarter = x * x / 4.0;
    let mut term = 1.0;
    (1..40).fold(1.0, |sum, n| {
        term *= quarter / f64::from(n * n);
        sum + term
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(rate: u32, hz: f64, frames: std::ops::Range<i64>) -> Vec<f32> {
        let step = hz * std::f64::consts::TAU / f64::from(rate);
        frames
            .flat_map(|n| [(0.5 * (n as f64 * step + 0.7).sin()) as f32; 2])
            .collect()
    }

    #[test]
    fn a_tone_goes_on_beyond_the_join() {
        for (tail_rate, head_rate) in [
            (44_100, 48_000),
            (48_000, 44_100),
            (96_000, 44_100),
            (22_050, 48_000),
            (44_100, 192_000),
        ] {
            for hz in [100.0, 997.0, 8_000.0] {
                let tail = tone(tail_rate, hz, -40_000..0);
                let head = tone(head_rate, hz, 0..40_000);
                let join = Join {
                    tail: &tail,
                    tail_rate,
                    head: &head,
                    head_rate,
                };
                let met = join.neighbours(900, 1_000);
                let off = |a: &[f32], b: &[f32]| {
                    a.iter()
                        .zip(b)
                        .map(|(a, b)| (a - b).abs())
                        .fold(0.0, f32::max)
                };
                let before = off(&met.before, &tone(head_rate, hz, -900..0));
                let after = off(&met.after, &tone(tail_rate, hz, 0..1_000));
                assert!(
                    before < 1e-3 && after < 1e-3,
                    "{tail_rate} → {head_rate}, {hz} Hz: {before} {after}"
                );
            }
        }
    }
}
