//! Length, pitch and smoothness of what is stretched.

use super::*;
use std::f64::consts::TAU;

const RATE: u32 = 44_100;

fn tone(hz: f64, frames: usize) -> Vec<f32> {
    (0..frames)
        .map(|n| (TAU * hz * n as f64 / f64::from(RATE)).sin() as f32 * 0.5)
        .flat_map(|sample| [sample, -sample / 3.0])
        .collect()
}

fn stretched(samples: &[f32], speed: f64, block: usize) -> Vec<f32> {
    let mut stretch = Stretch::new(RATE, speed);
    let mut out = Vec::new();
    for block in samples.chunks(block * CHANNELS) {
        stretch.push(block, &mut out);
    }
    stretch.finish(&mut out);
    out
}

/// By the left channel's ways up through silence.
fn pitch_hz(samples: &[f32]) -> f64 {
    let left: Vec<f32> = samples
        .chunks_exact(CHANNELS)
        .map(|frame| frame[0])
        .collect();
    let ups = left
        .windows(2)
        .filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0)
        .count();
    ups as f64 * f64::from(RATE) / left.len() as f64
}

#[test]
fn it_is_as_long_as_its_speed_says_and_keeps_its_pitch() {
    let frames = 3 * RATE as usize;
    for hz in [82.4, 220.0, 1_000.0, 5_003.0] {
        let song = tone(hz, frames);
        for speed in [0.5, 0.8, 1.25, 1.5, 2.0, 3.0] {
            let out = stretched(&song, speed, 4_096);
            let wanted = frames as f64 / speed;
            let length = (out.len() / CHANNELS) as f64;
            assert!(
                (length - wanted).abs() < f64::from(RATE) * 0.08,
                "{hz} Hz at {speed}: {length} frames, not {wanted}"
            );
            let pitch = pitch_hz(&out);
            assert!(
                (pitch / hz - 1.0).abs() < 0.01,
                "{hz} Hz at {speed} became {pitch} Hz"
            );
        }
    }
}

#[test]
fn nothing_clicks_and_nothing_is_louder() {
    for (hz, speed) in [(60.0, 1.5), (60.0, 0.7), (441.0, 2.0), (441.0, 3.0)] {
        let out = stretched(&tone(hz, 2 * RATE as usize), speed, 1_000);
        let left: Vec<f32> = out.chunks_exact(CHANNELS).map(|frame| frame[0]).collect();
        let step = left
            .windows(2)
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max);
        let own = 0.5 * (TAU * hz / f64::from(RATE)) as f32;
        assert!(
            step < own * 1.2,
            "{hz} Hz at {speed}: a step of {step}, its own are {own}"
        );
        let top = left.iter().fold(0f32, |top, sample| top.max(sample.abs()));
        assert!(top < 0.51, "{top}");
    }
}

#[test]
fn how_it_comes_in_does_not_matter() {
    let song = tone(313.0, RATE as usize);
    let whole = stretched(&song, 1.5, RATE as usize);
    for block in [1, 333, 4_096] {
        assert!(stretched(&song, 1.5, block) == whole, "{block}");
    }
}

#[test]
fn short_songs_and_silence_come_out() {
    assert!(stretched(&[], 2.0, 100).is_empty());
    for frames in [1, 500, 881, 882, 883, 2_000] {
        for speed in [0.5, 1.5, 3.0] {
            let out = stretched(&tone(100.0, frames), speed, 100);
            assert!(
                !out.is_empty() && out.len() <= 4 * frames * CHANNELS,
                "{frames} at {speed}: {}",
                out.len()
            );
        }
    }
    let silent = stretched(&vec![0.0; 2 * 44_100], 1.7, 1_024);
    assert!(silent.iter().all(|sample| *sample == 0.0));
}

#[test]
fn memory_stays_small() {
    let mut stretch = Stretch::new(RATE, 0.5);
    let mut out = Vec::new();
    for _ in 0..300 {
        stretch.push(&tone(200.0, 1_024), &mut out);
        out.clear();
        assert!(
            stretch.input.len() < 8_000 * CHANNELS,
            "{}",
            stretch.input.len()
        );
    }
}
