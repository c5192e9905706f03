//! `play --bit-perfect`: what comes out is what is in the files.

use crate::home::{Home, RATE, tone};
use crate::pulse::Pulse;
use std::path::Path;
use std::process::Stdio;

#[test]
fn songs_of_two_rates_go_to_two_files_and_no_sample_is_touched() {
    let home = Home::new();
    let (first, second) = (tone(1, 9_000), tone(2, 8_000));
    let files = [
        home.wav("1.wav", &first, RATE),
        home.wav("2.wav", &second, 2 * RATE),
    ];
    let out = home.path("out.wav");
    let output = format!("wav:{}", out.display());
    let mut command = home.command(&["play", "--bit-perfect", "--output", &output]);
    let ran: crate::home::Ran = command.args(&files).output().unwrap().into();
    let ran = ran.ended(0);
    assert!(ran.err.contains("out-2.wav"), "{}", ran.err);
    for (name, rate, samples) in [("out.wav", RATE, first), ("out-2.wav", 2 * RATE, second)] {
        let mut reader = hound::WavReader::open(home.path(name)).unwrap();
        let spec = reader.spec();
        assert_eq!((spec.sample_rate, spec.bits_per_sample), (rate, 16));
        let heard: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert!(heard == samples, "{name}");
    }
    let refused = home.run(&["play", "--bit-perfect", "--volume", "50", "x"]);
    assert!(refused.ended(2).err.contains("--volume"));
}

/// Two seconds of steps of so many bits; 32: floats.
fn write_song(path: &Path, rate: u32, bits: u16) -> Vec<f32> {
    let is_float = bits == 32;
    let spec = hound::WavSpec {
        channels: 2,
        sample_rate: rate,
        bits_per_sample: bits,
        sample_format: match is_float {
            true => hound::SampleFormat::Float,
            false => hound::SampleFormat::Int,
        },
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    let full = 1_i64 << (bits.min(24) - 1);
    let samples = (0..i64::from(rate) * 4).map(|n| {
        let step = (n * n * 7_919 + n * 104_729) % full - full / 2;
        if is_float {
            writer.write_sample(step as f32 / full as f32).unwrap();
        } else {
            writer.write_sample(step as i32).unwrap();
        }
        step as f32 / full as f32
    });
    let samples = samples.collect();
    writer.finalize().unwrap();
    samples
}

#[test]
fn a_sink_of_the_songs_rate_and_format_plays_the_very_samples() {
    for (rate, format, bits) in [
        (RATE, "s16le", 16),
        (96_000, "s24le", 24),
        (48_000, "float32le", 32),
    ] {
        let home = Home::new();
        let sink = format!("rate={rate} format={format}");
        let Some(pulse) = Pulse::start_with(&home, &sink) else {
            return;
        };
        let song = home.path("song.wav");
        let samples = write_song(&song, rate, bits);
        let mut command = home.command(&["play", "--bit-perfect"]);
        command
            .arg(&song)
            .env("PULSE_SERVER", &pulse.socket)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut recording = pulse.record_at("null", rate);
        let playing = command.spawn().unwrap();
        recording.sound(1);
        let streams = pulse.pactl(&["list", "sink-inputs"]).unwrap();
        let heard = recording.silence(rate as usize / 2);
        let ran: crate::home::Ran = playing.wait_with_output().unwrap().into();
        ran.ended(0);
        let form = format!("{format} 2ch {rate}Hz");
        assert!(streams.contains(&form), "{form} in\n{streams}");
        // The server itself may swallow the first milliseconds while the sink wakes.
        let rest = &samples[samples.len() / 8..];
        let start = heard
            .windows(64)
            .position(|window| window == &rest[..64])
            .unwrap_or_else(|| panic!("{form}: none of the song is in the recording"));
        let wrong = heard[start..]
            .iter()
            .zip(rest)
            .position(|(heard, meant)| heard != meant);
        assert_eq!(wrong, None, "{form}: of {} samples", rest.len());
        assert!(heard.len() - start >= rest.len());
    }
}
