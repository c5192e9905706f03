//! The whole way to a sound server: a private PulseAudio whose null sink is recorded.

use crate::home::{Home, RATE, as_floats, tone};
use crate::pulse::{Driven, Pulse};
use std::path::PathBuf;
use std::process::Stdio;

#[test]
fn a_sound_server_gets_every_sample_across_a_join() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let whole = tone(1, RATE as usize * 3);
    let cut = 2 * 55_555;
    let files: Vec<PathBuf> = vec![
        home.wav("1.wav", &whole[..cut], RATE),
        home.wav("2.wav", &whole[cut..], RATE),
    ];
    let mut command = home.command(&["play"]);
    command
        .args(&files)
        .env("PULSE_SERVER", &pulse.socket)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut recording = pulse.record("null");
    let playing = command.spawn().unwrap();
    recording.sound(1);
    let samples = recording.silence(RATE as usize / 2);
    let ran: crate::home::Ran = playing.wait_with_output().unwrap().into();
    ran.ended(0);
    let expected = as_floats(&whole);
    // The server itself may swallow the first milliseconds while the sink wakes: the rest must be there to the sample.
    let middle = &expected[cut - 20_000..];
    let start = samples
        .windows(64)
        .position(|window| window == &middle[..64])
        .expect("the tone before the join is in the recording");
    let heard = &samples[start..start + middle.len()];
    let wrong = heard
        .iter()
        .zip(middle)
        .position(|(heard, meant)| heard != meant);
    assert_eq!(
        wrong,
        None,
        "first sample that differs, of {} around the join at 20000",
        middle.len()
    );
}

/// Noise that no device has by itself, as integers of so many bits.
fn noise(frames: usize, bits: u32) -> Vec<i32> {
    let mut state = 1u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state as i32) >> (32 - bits)
    };
    (0..frames * 2).map(|_| next()).collect()
}

/// What the sink plays of a song of these samples, from where the recording has it on; and what it should.
fn through_a_sink(rate: u32, bits: u16, sink: &str, options: &str) -> Option<(Vec<f32>, Vec<f32>)> {
    let home = Home::new();
    let pulse = Pulse::start_with(&home, &format!("rate={rate} format={sink}"))?;
    let samples = noise(rate as usize * 2, bits.into());
    let path = home.path("song.wav");
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(&path, spec).unwrap();
    samples
        .iter()
        .for_each(|sample| writer.write_sample(*sample).unwrap());
    writer.finalize().unwrap();
    let mut recording = pulse.record_at("null", rate);
    let mut engine = Driven::start(&pulse, "default", options);
    engine.tell(&format!("play 0 {}", path.display()));
    engine.hears("finished");
    recording.silence(rate as usize / 4);
    let full = (1u32 << (bits - 1)) as f32;
    let music: Vec<f32> = samples.iter().map(|sample| *sample as f32 / full).collect();
    // The monitor may lack the first milliseconds.
    let heard = &recording.samples;
    let last = heard.iter().rposition(|sample| *sample != 0.0).unwrap() + 1;
    let length = last.min(music.len() - rate as usize / 25);
    let tail = |samples: &[f32], end: usize| samples[end - length..end].to_vec();
    Some((tail(heard, last), tail(&music, music.len())))
}

#[test]
fn music_of_16_bits_reaches_a_sink_of_16_bits_bit_for_bit() {
    let Some((heard, music)) = through_a_sink(RATE, 16, "s16le", "") else {
        return;
    };
    assert!(music.len() > RATE as usize * 3 && heard == music);
}

#[test]
fn bit_perfect_music_of_24_bits_and_96_khz_reaches_such_a_sink_bit_for_bit() {
    let Some((heard, music)) = through_a_sink(96_000, 24, "s32le", "exact") else {
        return;
    };
    assert!(music.len() > 96_000 * 3 && heard == music);
}
