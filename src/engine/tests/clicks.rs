//! Nothing clicks: whatever is asked for, the music's own steps become larger by no more than the steepest ramp's.

use super::*;
use crate::engine::ring::LARGEST_STEP_AT_44_100;

const RATE: u32 = 44_100;
const HZ: f32 = 60.0;

/// A low tone at full scale: its own steps are small, and any other is seen.
fn low_tone(frames: usize) -> Vec<f32> {
    let sample = |n: usize| {
        let wave = (n as f32 * HZ * std::f32::consts::TAU / RATE as f32).sin();
        (wave * 32_767.0).round() / 32_768.0
    };
    (0..frames).flat_map(|n| [sample(n); 2]).collect()
}

/// The largest step that the tone itself takes.
fn own_step() -> f32 {
    HZ * std::f32::consts::TAU / RATE as f32 + 1.0 / 32_768.0
}

fn largest_step(samples: &[f32]) -> f32 {
    samples
        .windows(CHANNELS + 1)
        .map(|window| (window[CHANNELS] - window[0]).abs())
        .fold(0.0, f32::max)
}

/// What a device gets, silence included: `blocks` of 10 ms.
fn listen(bench: &mut Bench, heard: &mut Vec<f32>, blocks: usize) {
    let mut block = vec![0.0; RATE as usize / 100 * CHANNELS];
    for _ in 0..blocks {
        bench.feeder.step();
        bench.source.fill(&mut block);
        heard.extend_from_slice(&block);
    }
}

/// Begins in the middle, then does this in the middle of a wave; all that was heard.
fn heard_around(act: impl Fn(&mut Bench, &Item, &mut Vec<f32>)) -> Vec<f32> {
    let mut shelf = Shelf::new();
    let song = shelf.wav(RATE, &low_tone(RATE as usize * 6));
    let mut worst = Vec::new();
    // A crest, a trough and between: the moment must not matter.
    for at_ms in [1_004, 1_012, 1_007] {
        let mut heard = vec![0.0; CHANNELS];
        let mut bench = Bench::new(RATE);
        bench.play(&song, at_ms);
        bench.fill_the_ring();
        listen(&mut bench, &mut heard, 30);
        act(&mut bench, &song, &mut heard);
        bench.fill_the_ring();
        listen(&mut bench, &mut heard, 30);
        if worst.is_empty() || largest_step(&heard) > largest_step(&worst) {
            worst = heard;
        }
    }
    assert!(worst.iter().any(|sample| sample.abs() > 0.99), "full scale");
    worst
}

#[track_caller]
fn assert_no_click(heard: &[f32]) {
    let (step, bound) = (largest_step(heard), own_step() + LARGEST_STEP_AT_44_100);
    assert!(step <= bound, "a step of {step}, the bound is {bound}");
}

#[test]
fn a_bound_that_is_broken_is_seen() {
    let mut samples = low_tone(1_000);
    assert!(largest_step(&samples) <= own_step());
    samples.drain(..2 * 200);
    let whole = [low_tone(200), vec![0.0; 200], samples].concat();
    assert!(largest_step(&whole) > own_step() + LARGEST_STEP_AT_44_100);
}

#[test]
fn a_start_in_the_middle_and_a_seek() {
    assert_no_click(&heard_around(|_, _, _| ()));
    assert_no_click(&heard_around(|bench, song, _| bench.play(song, 3_003)));
    assert_no_click(&heard_around(|bench, song, _| bench.play(song, 11)));
}

#[test]
fn a_pause_and_going_on() {
    assert_no_click(&heard_around(|bench, _, _| {
        bench.controls.paused.store(true, Relaxed);
    }));
    for silent_blocks in [0, 1, 7] {
        let mut shelf = Shelf::new();
        let song = shelf.wav(RATE, &low_tone(RATE as usize * 6));
        let mut bench = Bench::new(RATE);
        let mut heard = vec![0.0; CHANNELS];
        bench.play(&song, 1_004);
        bench.fill_the_ring();
        listen(&mut bench, &mut heard, 10);
        bench.controls.paused.store(true, Relaxed);
        listen(&mut bench, &mut heard, silent_blocks);
        bench.controls.paused.store(false, Relaxed);
        listen(&mut bench, &mut heard, 10);
        assert_no_click(&heard);
    }
}

#[test]
fn a_stop_and_the_end_of_the_engine() {
    assert_no_click(&heard_around(|bench, _, _| {
        bench.epoch += 1;
        bench.controls.epoch.store(bench.epoch, Relaxed);
        bench.feeder.obey(Command::Stop, bench.epoch);
    }));
    assert_no_click(&heard_around(|bench, _, _| {
        bench.controls.quitting.store(true, Relaxed);
    }));
}

/// The next song begins as it is; its own first step is its own.
#[test]
fn the_next_song() {
    let mut shelf = Shelf::new();
    let next = shelf.wav(RATE, &low_tone(RATE as usize));
    assert_no_click(&heard_around(|bench, _, _| bench.play(&next, 0)));
}

#[test]
fn the_volume_in_one_leap_and_in_many() {
    assert_no_click(&heard_around(|bench, _, _| bench.controls.set_volume(0)));
    assert_no_click(&heard_around(|bench, _, heard| {
        for volume in [0, 100, 50, 100, 3, 90, 100] {
            bench.controls.set_volume(volume);
            listen(bench, heard, 1);
        }
    }));
}

#[test]
fn a_volume_and_a_pause_at_once() {
    assert_no_click(&heard_around(|bench, _, _| {
        bench.controls.set_volume(0);
        bench.controls.paused.store(true, Relaxed);
    }));
}

#[test]
fn quick_hands() {
    assert_no_click(&heard_around(|bench, song, heard| {
        for at_ms in [2_001, 4_002, 1_003, 3_004] {
            bench.play(song, at_ms);
            bench.feeder.step();
            listen(bench, heard, 1);
        }
    }));
}
