//! What resampling costs the sound, measured.

use super::tests::resampled;

/// The amplitude of a tone in the left channel, and the root mean square of all that is not that tone.
fn fit(frames: &[f32], rate: u32, hz: f64) -> (f64, f64) {
    let step = hz * std::f64::consts::TAU / f64::from(rate);
    let left: Vec<f64> = frames
        .iter()
        .step_by(2)
        .map(|left| f64::from(*left))
        .collect();
    let waves = |n: usize| (step * n as f64).sin_cos();
    let mut sums = [0.0; 5];
    for (n, y) in left.iter().enumerate() {
        let (s, c) = waves(n);
        for (sum, part) in sums.iter_mut().zip([s * s, c * c, s * c, y * s, y * c]) {
            *sum += part;
        }
    }
    let [ss, cc, sc, ys, yc] = sums;
    let whole = ss * cc - sc * sc;
    let (a, b) = ((ys * cc - yc * sc) / whole, (yc * ss - ys * sc) / whole);
    let rest = left.iter().enumerate().map(|(n, y)| {
        let (s, c) = waves(n);
        (y - a * s - b * c).powi(2)
    });
    let rest = (rest.sum::<f64>() / left.len() as f64).sqrt();
    (a.hypot(b), rest)
}

/// A tone of half of full scale, in `f32` from the first sample on; without the edges, where the filter rings.
fn a_tone_through(from: u32, to: u32, hz: f64) -> Vec<f32> {
    let step = hz * std::f64::consts::TAU / f64::from(from);
    let input: Vec<f32> = (0..from / 4)
        .flat_map(|n| [(0.5 * (f64::from(n) * step).sin()) as f32; 2])
        .collect();
    let out = resampled(&input, 1_024, from, to);
    let edge = out.len() / 2 / 5 * 2;
    out[edge..out.len() - edge].to_vec()
}

fn db(ratio: f64) -> f64 {
    20.0 * ratio.max(1e-12).log10()
}

const PAIRS: [(u32, u32); 6] = [
    (44_100, 48_000),
    (48_000, 44_100),
    (96_000, 44_100),
    (192_000, 48_000),
    (22_050, 48_000),
    (44_100, 96_000),
];

#[test]
fn noise_and_distortion_are_130_db_below_a_tone_and_the_level_is_kept() {
    for (from, to) in PAIRS {
        let half = f64::from(from.min(to)) / 2.0;
        for hz in [1_000.0, 10_000.0, 15_000.0, half * 0.97] {
            if hz > half * 0.97 {
                continue;
            }
            let (level, rest) = fit(&a_tone_through(from, to, hz), to, hz);
            let thdn = db(rest / (level / 2f64.sqrt()));
            let off = db(level / 0.5).abs();
            println!("{from} → {to} Hz, {hz} Hz: THD+N {thdn:.1} dB, level off by {off:.3} dB");
            assert!(thdn < -130.0, "{from} → {to} Hz, {hz} Hz: {thdn:.1} dB");
            assert!(off < 0.1, "{from} → {to} Hz, {hz} Hz: {off:.3} dB");
        }
    }
}

#[test]
fn what_the_lower_rate_cannot_hold_is_130_db_down() {
    for (from, to) in PAIRS {
        let half = f64::from(from.min(to)) / 2.0;
        let top = f64::from(from) / 2.0;
        // Tones that would come back as aliases; where the rate rises, as images: those `fit` leaves over, above.
        let tones = (0..8).map(|n| half * 1.01 + (top - half * 1.01) * f64::from(n) / 8.0);
        for hz in tones.filter(|hz| *hz > half && *hz < top) {
            let out = a_tone_through(from, to, hz);
            let squares = out.iter().map(|sample| f64::from(*sample).powi(2));
            let alias = db((squares.sum::<f64>() / out.len() as f64).sqrt() * 2.0 * 2f64.sqrt());
            println!("{from} → {to} Hz, {hz:.0} Hz comes through at {alias:.1} dB");
            assert!(
                alias < -130.0,
                "{from} → {to} Hz, {hz:.0} Hz: {alias:.1} dB"
            );
        }
    }
}
