//! The filters measured with tones, against the curve that they are to have.

use super::*;
use std::f64::consts::TAU;

fn filters(curve: &Equaliser, rate: u32) -> Filters {
    let mut filters = Filters::default();
    filters.tune(rate);
    assert!(filters.set(curve.into()));
    filters
}

fn curve(preamp_db: f32, bands: &[(Shape, f32, f32, f32)]) -> Equaliser {
    let bands = bands.iter();
    let bands = bands.map(|(shape, hz, gain_db, q)| Band::new(*shape, *hz, *gain_db, *q).unwrap());
    Equaliser::new(Some(preamp_db), bands.collect()).unwrap()
}

/// Stereo; the right channel is half as loud.
fn tone(hz: f64, rate: u32, frames: usize, level: f64) -> Vec<f32> {
    (0..frames)
        .map(|n| level * (TAU * hz * n as f64 / f64::from(rate)).sin())
        .flat_map(|sample| [sample as f32, sample as f32 / 2.0])
        .collect()
}

/// How loud the tone is in one channel, in dB of full scale.
fn level_db(frames: &[f32], channel: usize, hz: f64, rate: u32) -> f64 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    let count = frames.len() / CHANNELS;
    for (n, frame) in frames.chunks_exact(CHANNELS).enumerate() {
        let angle = TAU * hz * n as f64 / f64::from(rate);
        real += f64::from(frame[channel]) * angle.cos();
        imaginary += f64::from(frame[channel]) * angle.sin();
    }
    20.0 * (2.0 * f64::hypot(real, imaginary) / count as f64).log10()
}

/// What the filters make of a tone, in dB, once they have swung in: a quarter of a second of it, so whole periods of whole
/// fours of Hz.
fn measured_db(curve: &Equaliser, hz: f64, rate: u32, channel: usize) -> f64 {
    let mut filters = filters(curve, rate);
    let quarter = rate as usize / 4;
    let mut frames = tone(hz, rate, 2 * quarter, 0.01);
    let before = frames[quarter * CHANNELS..].to_vec();
    for block in frames.chunks_mut(1_000) {
        filters.run(block);
    }
    let after = &frames[quarter * CHANNELS..];
    level_db(after, channel, hz, rate) - level_db(&before, channel, hz, rate)
}

#[test]
fn each_shape_measures_as_its_analytic_response() {
    let shapes = [
        (Shape::Peak, 1_000.0, 6.0, 1.41),
        (Shape::Peak, 40.0, -12.0, 4.0),
        (Shape::Peak, 15_000.0, 9.0, 0.7),
        (Shape::LowShelf, 105.0, 6.5, 0.7),
        (Shape::LowShelf, 300.0, -9.0, 1.2),
        (Shape::HighShelf, 8_000.0, -4.5, 0.7),
        (Shape::HighShelf, 2_500.0, 12.0, 0.5),
    ];
    let mut worst: f64 = 0.0;
    for rate in [44_100, 48_000, 96_000] {
        for shape in shapes {
            let curve = curve(0.0, &[shape]);
            for hz in [
                20.0, 40.0, 104.0, 700.0, 1_000.0, 4_000.0, 12_000.0, 19_000.0,
            ] {
                let wanted = curve.response_db(hz, rate);
                let is = measured_db(&curve, hz, rate, 0);
                worst = worst.max((is - wanted).abs());
                assert!(
                    (is - wanted).abs() < 0.1,
                    "{shape:?} at {hz} of {rate} Hz: {is} and not {wanted}"
                );
            }
        }
    }
    println!(
        "the worst of {} points is {worst:.6} dB off",
        3 * shapes.len() * 8
    );
}

#[test]
fn bands_and_preamp_add_up_in_both_channels() {
    let curve = curve(
        -7.0,
        &[
            (Shape::LowShelf, 105.0, 6.5, 0.7),
            (Shape::Peak, 1_700.0, -3.0, 2.0),
            (Shape::HighShelf, 9_000.0, 4.0, 0.7),
        ],
    );
    for hz in [32.0, 1_700.0, 15_000.0] {
        let wanted = curve.response_db(hz, 48_000) - 7.0;
        for channel in 0..CHANNELS {
            let is = measured_db(&curve, hz, 48_000, channel);
            assert!((is - wanted).abs() < 0.1, "{hz} Hz: {is} and not {wanted}");
        }
    }
}

#[test]
fn what_is_flat_changes_no_bit() {
    let rate = 44_100;
    let music = tone(997.0, rate, 5_000, 1.5);
    let flat = Equaliser::ten_bands([0.0; 10]).unwrap();
    let mut heard = music.clone();
    let mut filters = filters(&flat, rate);
    filters.run(&mut heard);
    assert!(filters.is_absent());
    assert_eq!(heard, music);
    // And again, once a curve has come and gone.
    let raised = flat.clone().with_gain(4, 6.0).unwrap();
    for curve in [&raised, &flat] {
        assert!(filters.set(curve.into()));
        filters.run(&mut tone(997.0, rate, 5_000, 0.1));
    }
    let mut heard = music.clone();
    filters.run(&mut heard);
    assert_eq!(heard, music);
}

#[test]
fn a_new_curve_comes_in_without_a_click() {
    let rate = 48_000;
    let curves = [
        curve(0.0, &[]),
        curve(
            -6.0,
            &[
                (Shape::Peak, 60.0, 12.0, 1.0),
                (Shape::HighShelf, 4_000.0, -9.0, 0.7),
            ],
        ),
        curve(3.0, &[(Shape::LowShelf, 200.0, -12.0, 0.7)]),
        curve(0.0, &[]),
    ];
    // 50 Hz: its own steps are small, so that any other would be seen.
    let mut music = tone(50.0, rate, 48_000, 0.2);
    let mut filters = filters(&curves[0], rate);
    let mut level: f32 = 0.0;
    for (block, at) in music.chunks_mut(1_024).zip(0..) {
        if at % 10 == 3 {
            assert!(
                filters.set((&curves[at / 10 % curves.len()]).into()),
                "{at}"
            );
        }
        filters.run(block);
        level = block
            .iter()
            .fold(level, |level, sample| level.max(sample.abs()));
    }
    let steps = music.chunks_exact(CHANNELS).map(|frame| frame[0]);
    let largest = steps
        .clone()
        .zip(steps.skip(1))
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max);
    // A tone of 50 Hz moves so much from frame to frame, and the fade adds a 960th of what it moves by.
    let own = level * (TAU * 50.0 / 48_000.0) as f32;
    assert!(
        largest < own + 2.0 * level / 960.0,
        "{largest} where the tone has {own}"
    );
}

#[test]
fn a_change_waits_for_the_one_before() {
    let (rate, flat) = (48_000, curve(0.0, &[]));
    let low = curve(-6.0, &[]);
    let mut filters = filters(&flat, rate);
    filters.run(&mut [0.5; 200]);
    assert!(filters.set((&low).into()) && !filters.set((&flat).into()));
    let mut frames = vec![0.5; 2 * 960];
    filters.run(&mut frames);
    assert!(
        (frames[2] - 0.5).abs() < 1e-3,
        "it begins as it was: {}",
        frames[2]
    );
    assert!(
        (frames[2 * 959] - 0.2506).abs() < 1e-3,
        "{}",
        frames[2 * 959]
    );
    assert!(filters.set((&flat).into()));
}

#[test]
fn nothing_goes_beyond_full_scale() {
    let rate = 48_000;
    let mut music = tone(1_000.0, rate, 9_600, 0.9);
    filters(&curve(0.0, &[(Shape::Peak, 1_000.0, 12.0, 1.0)]), rate).run(&mut music);
    let top = music.iter().fold(0f32, |top, sample| top.max(sample.abs()));
    assert_eq!(top, 1.0);
    // A curve that has room for its highest point does not get there.
    let with_room = Equaliser::new(
        None,
        vec![Band::new(Shape::Peak, 1_000.0, 12.0, 1.0).unwrap()],
    );
    let mut music = tone(1_000.0, rate, 9_600, 0.9);
    filters(&with_room.unwrap(), rate).run(&mut music);
    let top = music.iter().fold(0f32, |top, sample| top.max(sample.abs()));
    assert!(top < 0.95, "{top}");
}

#[test]
fn who_goes_back_goes_on_as_if_he_had_not() {
    let rate = 48_000;
    let curve = curve(
        -3.0,
        &[
            (Shape::Peak, 31.25, 9.0, 1.41),
            (Shape::HighShelf, 4_000.0, 6.0, 0.7),
        ],
    );
    let raw = tone(123.0, rate, 48_000, 0.3);
    let mut whole = raw.clone();
    let mut filters = filters(&curve, rate);
    filters.run(&mut whole);
    let (past, rest) = raw.split_at(30_000 * CHANNELS);
    let past = &past[past.len() - filters.memory_frames() * CHANNELS..];
    filters.go_back(past, 0);
    let mut again = rest.to_vec();
    filters.run(&mut again);
    let far = again
        .iter()
        .zip(&whole[30_000 * CHANNELS..])
        .map(|(a, b)| (a - b).abs());
    let far = far.fold(0.0, f32::max);
    assert!(far < 2e-4, "{far}");
}

#[test]
fn silence_after_music_becomes_silence() {
    let mut filters = filters(&curve(0.0, &[(Shape::Peak, 40.0, 9.0, 2.0)]), 48_000);
    filters.run(&mut tone(40.0, 48_000, 4_800, 0.5));
    for _ in 0..20 {
        filters.run(&mut [0.0; 48_000]);
    }
    assert!(
        filters.now.biquads[0]
            .memory
            .as_flattened()
            .iter()
            .all(|state| *state == 0.0)
    );
}
