//! The device is a thing that fails: what happens to the music then, and how it gets to another one.

use crate::home::{Home, RATE, Running, has, wait_until};
use crate::pulse::{Driven, Pulse};
use rustix::process::Signal;
use std::path::PathBuf;
use std::process::Command;

/// How far the music may be from where it was, in ms.
const NEAR_MS: u64 = 500;

/// A minute in which a sample tells its place.
fn ramp(home: &Home) -> PathBuf {
    ramp_of(home, 60)
}

/// So many seconds in which the left channel rises with each frame, so that a sample tells its place.
pub fn ramp_of(home: &Home, seconds: usize) -> PathBuf {
    let frames =
        (0..seconds * RATE as usize).flat_map(|n| [(n / 100) as i16 + 1, (n % 100) as i16]);
    home.wav("ramp.wav", &frames.collect::<Vec<i16>>(), RATE)
}

/// The place of each frame of a recording in the music, where it is heard at its full level.
pub fn places(samples: &[f32]) -> Vec<(usize, usize)> {
    let frame = |n: usize| -> Option<usize> {
        let (hundreds, ones) = (samples[n * 2] * 32_768.0, samples[n * 2 + 1] * 32_768.0);
        let is_whole = hundreds.fract() == 0.0 && ones.fract() == 0.0 && hundreds >= 1.0;
        is_whole.then(|| (hundreds as usize - 1) * 100 + ones as usize)
    };
    let followed =
        |n: usize| Some((n, frame(n)?)).filter(|(_, place)| frame(n + 1) == Some(place + 1));
    (0..samples.len() / 2 - 1).filter_map(followed).collect()
}

fn near(one: u64, other: u64) {
    assert!(
        one.abs_diff(other) <= NEAR_MS,
        "{one} ms is not near {other} ms"
    );
}

#[test]
fn a_server_that_dies_and_comes_back_goes_on_where_it_was() {
    let home = Home::new();
    let Some(mut pulse) = Pulse::start(&home) else {
        return;
    };
    let song = ramp(&home);
    let mut engine = Driven::start(&pulse, "default", "");
    engine.tell(&format!("play 0 {}", song.display()));
    pulse.record("null").sound(RATE as usize);
    for _ in 0..2 {
        pulse.kill();
        engine.hears("lost");
        let place = engine.position_ms();
        pulse.start_again();
        let mut recording = pulse.record("null");
        engine.hears("back");
        recording.sound(RATE as usize);
        let (_, first) = places(&recording.samples)[0];
        near(first as u64 * 1_000 / u64::from(RATE), place);
        near(engine.position_ms(), place + 1_000);
    }
    assert!(engine.heard_so_far().is_empty(), "and nothing else is said");
}

#[test]
fn a_sink_that_goes_and_comes_back_goes_on_where_it_was() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let song = ramp(&home);
    let mut engine = Driven::start(&pulse, "default", "");
    engine.tell(&format!("play 0 {}", song.display()));
    pulse.record("null").sound(RATE as usize);
    pulse.remove_first_sink();
    engine.hears("lost the device is gone");
    let place = engine.position_ms();
    pulse.add_sink("null");
    let mut recording = pulse.record("null");
    engine.hears("back");
    recording.sound(RATE as usize);
    let (_, first) = places(&recording.samples)[0];
    near(first as u64 * 1_000 / u64::from(RATE), place);
}

/// The sink goes while another one is there.
fn sink_goes(options: &str) -> Option<(Home, Pulse, Driven)> {
    let home = Home::new();
    let pulse = Pulse::start(&home)?;
    let song = ramp(&home);
    let mut engine = Driven::start(&pulse, "default", options);
    engine.tell(&format!("play 0 {}", song.display()));
    pulse.record("null").sound(RATE as usize);
    pulse.add_sink("other");
    pulse.remove_first_sink();
    Some((home, pulse, engine))
}

#[test]
fn sound_does_not_come_out_of_a_device_that_nobody_chose() {
    let Some((_home, pulse, mut engine)) = sink_goes("") else {
        return;
    };
    assert!(engine.hears("paused").contains("is gone"));
    let place = engine.position_ms();
    let mut recording = pulse.record("other");
    recording.silence(RATE as usize / 2);
    assert!(recording.samples.iter().all(|sample| *sample == 0.0));
    engine.tell("resume");
    recording.sound(RATE as usize);
    let (_, first) = places(&recording.samples)[0];
    near(first as u64 * 1_000 / u64::from(RATE), place);
}

#[test]
fn sound_follows_to_any_device_where_that_is_asked_for() {
    let Some((_home, pulse, mut engine)) = sink_goes("follow") else {
        return;
    };
    engine.hears("moved");
    let place = engine.position_ms();
    let mut recording = pulse.record("other");
    recording.sound(RATE as usize);
    let (_, first) = places(&recording.samples)[0];
    near(first as u64 * 1_000 / u64::from(RATE), place);
}

/// Our streams on the server, and whether they are halted.
fn halted(pulse: &Pulse) -> Vec<bool> {
    let inputs = pulse.pactl(&["list", "sink-inputs"]).unwrap();
    let lines = inputs.lines().map(str::trim);
    let halted = lines.filter_map(|line| line.strip_prefix("Corked: "));
    halted.map(|halted| halted == "yes").collect()
}

#[test]
fn what_is_played_while_the_stream_stands_halted_is_heard() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let song = ramp(&home);
    let play = format!("play 0 {}", song.display());
    let mut engine = Driven::start(&pulse, "default", "");
    for _ in 0..5 {
        engine.tell(&play);
        pulse.record("null").sound(RATE as usize / 10);
        engine.tell("pause");
        wait_until(|| halted(&pulse) == [true]);
    }
}

#[test]
fn a_stream_that_a_person_moves_plays_on_there() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let song = ramp(&home);
    pulse.add_sink("other");
    let mut recording = pulse.record("other");
    let mut engine = Driven::start(&pulse, "default", "");
    engine.tell(&format!("play 0 {}", song.display()));
    pulse.record("null").sound(RATE as usize);
    let inputs = pulse.pactl(&["list", "short", "sink-inputs"]).unwrap();
    let stream = inputs.split_whitespace().next().unwrap();
    pulse.pactl(&["move-sink-input", stream, "other"]).unwrap();
    engine.hears("moved");
    recording.sound(RATE as usize);
    let places = places(&recording.samples);
    let all_follow = places.windows(2).all(|pair| pair[1].1 - pair[0].1 == 1);
    assert!(all_follow, "no frame is lost on the way or after it");
}

#[test]
fn the_sound_goes_to_another_output_while_it_plays() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let song = ramp(&home);
    pulse.add_sink("other");
    let (mut here, mut there) = (pulse.record("null"), pulse.record("other"));
    let mut engine = Driven::start(&pulse, "null", "");
    engine.hears("ready");
    engine.tell(&format!("play 0 {}", song.display()));
    engine.hears("heard 1");
    // From the null device to a sink, where the real time begins.
    engine.tell("output default");
    engine.hears("moved");
    here.sound(RATE as usize);
    engine.tell("output no such device");
    assert!(engine.hears("refused").contains("no such device"));
    engine.tell("output wav:x.wav");
    engine.hears("refused");
    engine.tell("output other");
    engine.hears("moved");
    there.sound(RATE as usize);
    here.silence(RATE as usize / 4);
    let (left, came) = (places(&here.samples), places(&there.samples));
    let all_follow =
        |places: &[(usize, usize)]| places.windows(2).all(|pair| pair[1].1 - pair[0].1 == 1);
    assert!(all_follow(&left) && all_follow(&came));
    // A fade out and a fade in lie between, and what the monitor does not tell.
    let between = came[0].1.checked_sub(left.last().unwrap().1);
    let fades = RATE as usize * 6 / 100;
    assert!(between.is_some_and(|frames| frames <= fades), "{between:?}");
    engine.tell("output null");
    engine.hears("moved");
    let place = engine.position_ms();
    there.silence(RATE as usize / 4);
    assert!(engine.position_ms() > place, "and it plays on in silence");
}

#[test]
fn a_server_that_dies_over_and_over_is_told_of_in_few_lines() {
    let home = Home::new();
    let Some(mut pulse) = Pulse::start(&home) else {
        return;
    };
    let mut play = home.command(&["play"]);
    play.arg(ramp(&home))
        .env("PULSE_SERVER", &pulse.socket)
        .env_remove("PULSE_SINK");
    let standin = Running::of(play);
    pulse.record("null").sound(RATE as usize / 4);
    for _ in 0..10 {
        pulse.kill();
        pulse.start_again();
        pulse.record("null").sound(RATE as usize / 10);
    }
    standin.signal(Signal::INT);
    let said = standin.end().err;
    let told = said.lines().filter(|line| line.contains("gone")).count();
    assert!(
        (1..=6).contains(&told) && said.lines().count() <= 10,
        "{said}"
    );
}

#[test]
fn what_the_server_misses_is_counted_apart_from_what_the_ring_misses() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let (song, packed) = (ramp(&home), home.path("ramp.wv"));
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .args([&song, &packed])
        .status();
    assert!(made.unwrap().success());
    let short = home.wav("short.wav", &[1_000; 20_000], RATE);
    let mut recording = pulse.record("null");
    let mut engine = Driven::start(&pulse, "default", "");
    // What ends, holds or jumps by order misses nothing.
    engine.tell(&format!("play 0 {}", short.display()));
    engine.hears("finished");
    engine.tell(&format!("play 0 {}\t{}", song.display(), packed.display()));
    recording.sound(RATE as usize / 2);
    engine.tell("pause");
    recording.silence(RATE as usize / 4);
    engine.tell("resume");
    recording.sound(RATE as usize / 2);
    engine.tell("go 1 30000");
    recording.sound(RATE as usize / 2);
    assert_eq!(engine.underruns(), (0, 0));
    // Nobody comes to send what is there.
    engine.signal("-STOP");
    recording.silence(RATE as usize / 10);
    engine.signal("-CONT");
    recording.sound(RATE as usize / 2);
    assert_eq!(engine.underruns(), (0, 1));
    // Nothing is there: the decoder stands still.
    engine.tell("go 2 0");
    engine.hears("heard 2");
    recording.sound(RATE as usize / 2);
    engine.signal_children("-STOP");
    recording.silence(RATE as usize / 10);
    engine.signal_children("-CONT");
    recording.sound(RATE as usize / 2);
    assert_eq!(engine.underruns(), (1, 1));
}

#[test]
fn a_server_that_hangs_for_a_while_is_waited_for() {
    let home = Home::new();
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let song = ramp(&home);
    let mut recording = pulse.record("null");
    let mut engine = Driven::start(&pulse, "default", "");
    engine.tell(&format!("play 0 {}", song.display()));
    recording.sound(RATE as usize);
    pulse.signal("-STOP");
    // What is asked meanwhile is done afterwards.
    engine.tell("volume 90");
    engine.tell("pause");
    let place = engine.position_ms();
    pulse.signal("-CONT");
    recording.silence(RATE as usize / 4);
    near(engine.position_ms(), place);
    engine.tell("resume");
    recording.sound(RATE as usize / 2);
}
