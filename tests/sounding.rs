//! The whole way to a sound server: a private PulseAudio whose null sink is recorded.

use crate::home::{Home, RATE, as_floats, tone};
use crate::pulse::Pulse;
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
