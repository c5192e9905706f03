//! Joins across a change of rate, against a sound that never changed it.

use super::*;

/// 5 ms of the output.
const NEAR_MS: usize = 5;

/// A sound that is known at every rate: tones, at most as many as an ear would tell apart, stereo.
struct Sound(Vec<(f64, f64)>);

impl Sound {
    fn tone(hz: f64) -> Self {
        Self(vec![(hz, 0.4)])
    }

    /// As many partials as music has, from 30 Hz to `top` Hz, falling by 3 dB an octave, with phases by chance.
    fn dense(top: f64) -> Self {
        let octaves = (top / 30.0).log2();
        Self(
            (0..24)
                .map(|n| 30.0 * 2f64.powf(octaves * f64::from(n) / 23.0))
                .map(|hz| (hz, 2.0 / hz.sqrt()))
                .collect(),
        )
    }

    fn at(&self, rate: f64, from: i64, frames: usize) -> Vec<f32> {
        (from..)
            .take(frames)
            .flat_map(|n| {
                let time = n as f64 / rate;
                let side = |shift: f64| {
                    let parts = self.0.iter().enumerate();
                    let sum: f64 = parts
                        .map(|(n, (hz, level))| {
                            let phase = n as f64 * 2.399 + shift;
                            level * (hz * time * std::f64::consts::TAU + phase).sin()
                        })
                        .sum();
                    sum as f32
                };
                [side(0.7), side(2.0)]
            })
            .collect()
    }
}

fn put_in_blocks(lane: &mut Lane, frames: &[f32], out: &mut Vec<f32>) {
    frames
        .chunks(1_152 * CHANNELS)
        .for_each(|block| lane.put(block, out));
}

fn db(of: &[f32], against: &[f32]) -> f64 {
    let power = |samples: &[f32]| {
        let squares = samples.iter().map(|sample| f64::from(*sample).powi(2));
        squares.sum::<f64>() / samples.len() as f64
    };
    10.0 * (power(of).max(1e-20) / power(against)).log10()
}

/// How far the join is off what the sound would be without one, in dB below it.
///
/// Each piece's reference is the same sound resampled alone, with the same sound at the same rate beyond the join.
fn residue(sound: &Sound, rates: [u32; 2], to: u32, cut: usize) -> f64 {
    let [earlier, later] = rates;
    let after = 6_011;
    let one = sound.at(earlier.into(), -(cut as i64), cut);
    let two = sound.at(later.into(), 0, after);
    let mut lane = Lane::new(0);
    let mut out = Vec::new();
    lane.begin(earlier, to, &mut out);
    put_in_blocks(&mut lane, &one, &mut out);
    let join = lane.next_frame() as usize;
    lane.begin(later, to, &mut out);
    put_in_blocks(&mut lane, &two, &mut out);
    lane.flush(&mut out);
    assert_eq!(join as u64, round_ratio(cut as u64, earlier, to));
    assert_eq!(
        out.len() / CHANNELS,
        join + round_ratio(after as u64, later, to) as usize
    );

    let alone = |rate: u32, from: i64, frames: usize| {
        let mut lane = Lane::new(0);
        let mut out = Vec::new();
        lane.begin(rate, to, &mut out);
        put_in_blocks(&mut lane, &sound.at(rate.into(), from, frames), &mut out);
        lane.flush(&mut out);
        out
    };
    // Whole periods of the two rates before the join, so that frames fall on frames.
    let lead = later as usize / 2;
    let before = alone(earlier, -(cut as i64), cut + 6_000);
    let behind = alone(later, -(lead as i64), lead + after);
    let near = NEAR_MS * to as usize / 1_000 * CHANNELS;
    let wanted = [
        &before[join * CHANNELS - near..join * CHANNELS],
        &behind[to as usize / 2 * CHANNELS..to as usize / 2 * CHANNELS + near],
    ]
    .concat();
    let made = &out[join * CHANNELS - near..join * CHANNELS + near];
    let off: Vec<f32> = made.iter().zip(&wanted).map(|(a, b)| a - b).collect();
    db(&off, &wanted)
}

#[test]
fn a_join_across_a_change_of_rate_is_as_if_there_were_none() {
    let pairs = [
        ([44_100, 48_000], 48_000),
        ([48_000, 44_100], 48_000),
        ([44_100, 48_000], 44_100),
        ([48_000, 44_100], 44_100),
        ([96_000, 44_100], 48_000),
        ([44_100, 96_000], 48_000),
        ([22_050, 48_000], 48_000),
        ([48_000, 22_050], 44_100),
        ([192_000, 44_100], 44_100),
        ([44_100, 96_000], 192_000),
    ];
    for (rates, to) in pairs {
        let top = f64::from(*rates.iter().min().unwrap()) * 0.42;
        for (name, sound) in [
            ("100 Hz", Sound::tone(100.0)),
            ("997 Hz", Sound::tone(997.0)),
            ("8 kHz", Sound::tone(8_000.0)),
            ("music", Sound::dense(top)),
        ] {
            for cut in [8_001, 12_334] {
                let db = residue(&sound, rates, to, cut);
                assert!(
                    db <= -100.0,
                    "{rates:?} at {to} Hz, {name}, cut at {cut}: {db:.1} dB"
                );
            }
        }
    }
}
