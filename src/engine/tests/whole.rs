//! Whole engines, threads and all: into a WAV file, and at the pace of a device that is none.

use super::*;

#[test]
fn an_engine_with_a_wav_file_joins_bit_exactly() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 300_000);
    let cut = 123_457 * CHANNELS;
    let items = [
        shelf.wav(44_100, &whole[..cut]),
        shelf.item(PathBuf::from("/nowhere")),
        shelf.wav(44_100, &whole[cut..]),
    ];
    let out = shelf.path("out.wav");
    let (engine, notices) = start(Output::Wav(out.clone()));
    let told = play_through(&engine, &notices, &items);
    drop(engine);
    assert_eq!(heard(&told), [1, 3]);
    assert_eq!(failed(&told).len(), 1);
    let (rate, samples) = read_wav(&out);
    assert_eq!((rate, samples.len()), (44_100, whole.len()));
    assert_eq!(samples, whole);
}

#[test]
fn a_wav_file_has_the_first_songs_rate_and_is_whole_without_any() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(32_000, &tones(32_000, 10_000)),
        shelf.wav(44_100, &tones(44_100, 44_100)),
    ];
    let out = shelf.path("out.wav");
    let (engine, notices) = start(Output::Wav(out.clone()));
    play_through(&engine, &notices, &items);
    drop(engine);
    let (rate, samples) = read_wav(&out);
    assert_eq!((rate, samples.len() / CHANNELS), (32_000, 42_000));
    drop(start(Output::Wav(out.clone())));
    assert_eq!(read_wav(&out).1.len(), 0);
    assert!(matches!(
        Engine::start(
            Options {
                output: Output::Wav("/nowhere/out.wav".into()),
                volume_percent: 100,
                bit_perfect: false,
                on_loss: OnLoss::default(),
                waits: false,
            },
            bounded(1).0
        ),
        Err(EngineError::Wav { .. })
    ));
}

#[test]
fn the_null_output_keeps_time_and_tells_in_order() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(44_100, &tones(44_100, 9_000)),
        shelf.wav(44_100, &tones(44_100, 13_000)),
    ];
    let (engine, notices) = start(Output::Null);
    assert_eq!(engine.position(), None);
    let told = play_through(&engine, &notices, &items);
    assert_eq!(heard(&told), [1, 2]);
    assert_eq!(engine.position(), None);
}

#[test]
fn an_output_without_a_rate_goes_on_wherever_songs_fail() {
    let mut shelf = Shelf::new();
    let sound = tones(44_100, 9_000);
    let wav = shelf.path("out.wav");
    for fails in 1_u64..8 {
        let mut item = |n: u64| match fails >> n & 1 {
            0 => shelf.wav(44_100, &sound),
            _ => shelf.item(PathBuf::from("/nowhere")),
        };
        let items = [item(0), item(1), item(2)];
        let bad: Vec<bool> = (0..3).map(|n| fails >> n & 1 == 1).collect();
        for output in [Output::Null, Output::Wav(wav.clone())] {
            let (engine, notices) = start(output);
            let told = play_through(&engine, &notices, &items);
            let entries = items.iter().zip(&bad);
            let plays = entries.filter(|(_, bad)| !**bad);
            let wanted: Vec<u64> = plays.map(|(item, _)| item.entry.0).collect();
            assert_eq!(heard(&told), wanted, "{bad:?}");
            assert_eq!(failed(&told).len(), 3 - wanted.len(), "{bad:?}");
        }
    }
}

#[test]
fn a_pause_holds_the_position_and_stop_forgets() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 441_000));
    let (engine, notices) = start(Output::Null);
    engine.command(Command::Play {
        item: item.clone(),
        at_ms: 2_000,
        paused: true,
    });
    engine.command(Command::Volume(30));
    engine.command(Command::Resume);
    let until_heard = || loop {
        if let Notice::Heard { entry } = notices.recv_timeout(PATIENCE).unwrap() {
            return entry;
        }
    };
    assert_eq!(until_heard(), item.entry);
    assert!(engine.position().unwrap().elapsed_ms >= 2_000);
    engine.command(Command::Pause);
    engine.command(play(&item, 9_000));
    assert_eq!(engine.position().unwrap().elapsed_ms, 9_000);
    assert_eq!(until_heard(), item.entry);
    assert!(engine.position().unwrap().elapsed_ms >= 8_990);
    engine.command(Command::Stop);
    engine.command(play(&item, 0));
    assert_eq!(until_heard(), item.entry);
    assert!(engine.position().unwrap().elapsed_ms < 9_000);
}

#[test]
fn a_fade_holds_the_engine_until_resume_or_play() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 66_150));
    let (engine, notices) = start(Output::Null);
    let until = |wanted: fn(&Notice) -> bool| {
        loop {
            let notice = notices.recv_timeout(PATIENCE).unwrap();
            if matches!(notice, Notice::WantsNext { .. }) {
                engine.command(Command::Follow(None));
            }
            if wanted(&notice) {
                return;
            }
        }
    };
    engine.command(play(&item, 0));
    until(|notice| matches!(notice, Notice::Heard { .. }));
    engine.command(Command::Fade { over_ms: 200 });
    until(|notice| matches!(notice, Notice::Faded));
    let held = engine.position().unwrap();
    assert!((200..1_500).contains(&held.elapsed_ms), "{held:?}");
    engine.command(Command::Resume);
    until(|notice| matches!(notice, Notice::Finished { .. }));

    engine.command(play(&item, 0));
    until(|notice| matches!(notice, Notice::Heard { .. }));
    engine.command(Command::Fade { over_ms: 60_000 });
    engine.command(play(&item, 500));
    until(|notice| matches!(notice, Notice::Heard { .. }));
    until(|notice| matches!(notice, Notice::Finished { .. }));
    // With nothing to fade it holds at once, and the next song is not held by it.
    engine.command(Command::Fade { over_ms: 100 });
    until(|notice| matches!(notice, Notice::Faded));
    engine.command(play(&item, 1_000));
    until(|notice| matches!(notice, Notice::Finished { .. }));
}
