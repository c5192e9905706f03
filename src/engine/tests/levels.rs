//! What is heard, read as levels, of whole engines.

use super::*;
use crate::engine::levels::tests::band_of;
use std::time::Instant;

/// A sine in both channels, at this part of full scale.
fn sine(hz: f64, amplitude: f64, frames: usize) -> Vec<f32> {
    let sample = |n: usize| (n as f64 * hz * std::f64::consts::TAU / 44_100.0).sin() * amplitude;
    (0..frames).flat_map(|n| [sample(n) as f32; 2]).collect()
}

/// Looks until what is heard is so.
fn until(engine: &Engine, is_so: impl Fn(Option<&Levels>) -> bool) -> Option<Levels> {
    let began = Instant::now();
    loop {
        let levels = engine.levels();
        if is_so(levels.as_ref()) {
            return levels;
        }
        assert!(began.elapsed() < PATIENCE, "{levels:?}");
        std::thread::yield_now();
    }
}

#[test]
fn a_sine_that_is_heard_reads_its_level_in_its_band_after_volume_and_gain() {
    let mut shelf = Shelf::new();
    let mut item = shelf.wav(44_100, &sine(1_000.0, 0.5, 44_100 * 60));
    item.gain = Gain { db: -6.0 };
    let (engine, _notices) = start(Output::Null);
    assert_eq!(engine.levels(), None);
    engine.command(play(&item, 0));
    let is_whole = |levels: Option<&Levels>, db: f32| {
        levels.is_some_and(|levels| levels.rms_db.iter().all(|rms| (rms - db).abs() < 0.1))
    };
    // Half of full scale, and the gain: the RMS of a sine is 3 dB below its peak.
    until(&engine, |now| is_whole(now, -6.02 - 6.0 - 3.01));
    let levels = until(&engine, |now| {
        now.is_some_and(|now| (now.bands_db[band_of(1_000.0)] + 12.02).abs() < 0.3)
    });
    let bands = levels.unwrap().bands_db;
    let loudest = (0..bands.len()).max_by(|a, b| bands[*a].total_cmp(&bands[*b]));
    assert_eq!(loudest, Some(band_of(1_000.0)));
    // A volume of 50 is an eighth.
    engine.command(Command::Volume(50));
    until(&engine, |now| is_whole(now, -6.02 - 6.0 - 3.01 - 18.06));
    engine.command(Command::Pause);
    assert_eq!(engine.levels(), None);
    engine.command(Command::Resume);
    until(&engine, |now| is_whole(now, -6.02 - 6.0 - 3.01 - 18.06));
    engine.command(Command::Stop);
    until(&engine, |now| now.is_none());
}

#[test]
fn silence_reads_the_floor_and_what_nobody_hears_reads_nothing() {
    let mut shelf = Shelf::new();
    let silence = shelf.wav(44_100, &vec![0.0; 44_100 * 60 * CHANNELS]);
    let (engine, _notices) = start(Output::Null);
    engine.command(play(&silence, 0));
    let levels = until(&engine, |now| now.is_some()).unwrap();
    assert_eq!((levels.peak_db, levels.rms_db), ([-90.0; 2], [-90.0; 2]));
    assert!(levels.bands_db.iter().all(|db| *db == -90.0));
    let tone = shelf.wav(44_100, &sine(1_000.0, 0.5, 44_100));
    let (engine, notices) = start(Output::Wav(shelf.path("out.wav")));
    assert_eq!(engine.levels(), None);
    play_through(&engine, &notices, &[tone]);
    assert_eq!(engine.levels(), None);
}
