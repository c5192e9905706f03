//! From any number of channels to two. Stereo passes untouched.
//!
//! Coefficients: ITU-R BS.775 (centre and surrounds −3 dB, no low-frequency channel), then scaled so that no input
//! within full scale can clip.

use std::f32::consts::FRAC_1_SQRT_2;

/// Where a channel stands, as far as mixing to stereo cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::engine) enum Speaker {
    /// Front left, or between it and the centre.
    Left,
    /// Front right, or between it and the centre.
    Right,
    /// Front centre, or mono.
    Centre,
    /// To the left side, behind, or above.
    LeftSurround,
    /// To the right side, behind, or above.
    RightSurround,
    /// Behind or above in the middle.
    MiddleSurround,
    /// Low frequencies only: left out.
    Low,
}

impl Speaker {
    /// Where channels stand by convention if nothing but their number is known: the order of WAV files without a mask
    /// and of FLAC (RFC 9639 §9.1.3). What is beyond eight is in the middle.
    pub(in crate::engine) fn by_convention(channels: usize) -> Vec<Self> {
        use Speaker::*;
        let known: &[Self] = match channels {
            1 => &[Centre],
            3 => &[Left, Right, Centre],
            4 => &[Left, Right, LeftSurround, RightSurround],
            5 => &[Left, Right, Centre, LeftSurround, RightSurround],
            7 => &[
                Left,
                Right,
                Centre,
                Low,
                MiddleSurround,
                LeftSurround,
                RightSurround,
            ],
            _ => &[
                Left,
                Right,
                Centre,
                Low,
                LeftSurround,
                RightSurround,
                LeftSurround,
                RightSurround,
            ],
        };
        let known = known
            .iter()
            .copied()
            .chain(std::iter::repeat(MiddleSurround));
        known.take(channels).collect()
    }
}

/// How much of a channel goes left and right.
type Share = [f32; 2];

/// Mixes blocks of one channel layout to stereo.
pub(in crate::engine) struct Downmix {
    shares: Vec<Share>,
}

impl Downmix {
    /// `speakers`: one a channel, in the order in which the samples are interleaved.
    pub(in crate::engine) fn new(speakers: &[Speaker]) -> Self {
        if speakers.len() == 1 {
            return Self {
                shares: vec![[1.0, 1.0]],
            };
        }
        let mut shares: Vec<Share> = speakers.iter().map(|speaker| share(*speaker)).collect();
        let total = |side: usize| shares.iter().map(|share| share[side]).sum::<f32>();
        let scale = 1.0 / total(0).max(total(1)).max(1.0);
        shares.iter_mut().flatten().for_each(|part| *part *= scale);
        Self { shares }
    }

    /// Appends the block's frames to `out`, as stereo.
    pub(in crate::engine) fn mix(&self, block: &[f32], out: &mut Vec<f32>) {
        match self.shares.as_slice() {
            [] => {}
            [_] => out.extend(block.iter().flat_map(|sample| [*sample, *sample])),
            [[1.0, 0.0], [0.0, 1.0]] => out.extend_from_slice(block),
            shares => {
                for frame in block.chunks_exact(shares.len()) {
                    let mixed =
                        frame
                            .iter()
                            .zip(shares)
                            .fold([0.0; 2], |sum: Share, (sample, share)| {
                                [sum[0] + sample * share[0], sum[1] + sample * share[1]]
                            });
                    out.extend_from_slice(&mixed);
                }
            }
        }
    }
}

fn share(speaker: Speaker) -> Share {
    const HALF_POWER: f32 = FRAC_1_SQRT_2;
    match speaker {
        Speaker::Left => [1.0, 0.0],
        Speaker::Right => [0.0, 1.0],
        Speaker::Centre => [HALF_POWER, HALF_POWER],
        Speaker::LeftSurround => [HALF_POWER, 0.0],
        Speaker::RightSurround => [0.0, HALF_POWER],
        Speaker::MiddleSurround => [0.5, 0.5],
        Speaker::Low => [0.0, 0.0],
    }
}

#[cfg(test)]
mod tests {
    use super::Speaker::*;
    use super::*;

    fn mix(speakers: &[Speaker], block: &[f32]) -> Vec<f32> {
        let mut out = Vec::new();
        Downmix::new(speakers).mix(block, &mut out);
        out
    }

    #[test]
    fn mono_goes_to_both_sides_and_stereo_is_untouched() {
        assert_eq!(mix(&[Centre], &[0.25, -1.0]), [0.25, 0.25, -1.0, -1.0]);
        assert_eq!(
            mix(&[Left, Right], &[0.1, 0.2, 0.3, 0.4]),
            [0.1, 0.2, 0.3, 0.4]
        );
    }

    #[test]
    fn surround_keeps_its_sides_and_cannot_clip() {
        let surround = [Left, Right, Centre, Low, LeftSurround, RightSurround];
        let loudest = mix(&surround, &[1.0; 6]);
        assert!(
            (loudest[0] - 1.0).abs() < 1e-6 && loudest[0] == loudest[1],
            "{loudest:?}"
        );
        let [left, right] = mix(&surround, &[0.5, 0.0, 0.0, 1.0, 0.0, 0.0])[..] else {
            panic!("one frame is two samples")
        };
        assert!((left - 0.5 / (1.0 + 2.0 * FRAC_1_SQRT_2)).abs() < 1e-6 && right == 0.0);
    }
}
