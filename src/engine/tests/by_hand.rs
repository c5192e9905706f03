//! A feeder driven by hand: every sample of joins, seeks, followers and fades, and the place that is told.

use super::*;
use crate::engine::feeder::UNHEARD_REST;

#[test]
fn joins_at_odd_samples_are_bit_exact() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 200_001);
    let mut rest = whole.as_slice();
    let mut items = Vec::new();
    for frames in [1, 33_333, 999, 128_001, 7] {
        let (piece, after) = rest.split_at(frames * CHANNELS);
        items.push(shelf.wav(44_100, piece));
        rest = after;
    }
    items.push(shelf.wav(44_100, rest));
    let (out, told) = render(&items, 44_100);
    assert_eq!(out.len(), whole.len());
    assert_eq!(out, whole);
    assert_eq!(heard(&told), [1, 2, 3, 4, 5, 6]);
    assert!(matches!(
        told.last(),
        Some(Notice::Finished { after: EntryId(6) })
    ));
}

#[test]
fn resampled_pieces_are_the_resampled_whole() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 150_000);
    let cut = 70_001 * CHANNELS;
    let pieces = [
        shelf.wav(44_100, &whole[..cut]),
        shelf.wav(44_100, &whole[cut..]),
    ];
    let unsplit = [shelf.wav(44_100, &whole)];
    let (joined, _) = render(&pieces, 48_000);
    assert_eq!(joined, render(&unsplit, 48_000).0);
    assert_eq!(joined.len() / CHANNELS, 163_265);
}

#[test]
fn frames_are_counted_exactly_where_the_rate_changes() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(44_100, &tones(44_100, 50_001)),
        shelf.wav(48_000, &tones(48_000, 40_003)),
        shelf.wav(44_100, &tones(44_100, 30_001)),
    ];
    let frames = |rate| render(&items, rate).0.len() / CHANNELS;
    assert_eq!(frames(44_100), 50_001 + 36_753 + 30_001);
    assert_eq!(frames(48_000), 54_423 + 40_003 + 32_654);
}

#[test]
fn a_seek_lands_on_the_exact_sample_and_spans_are_exact() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 100_000);
    let item = shelf.wav(44_100, &whole);
    let mut bench = Bench::new(44_100);
    bench.play(&item, 1_234);
    let (out, _) = bench.hear_all(|_| None);
    let (first, fade) = (54_419, 441);
    assert_eq!(out.len(), whole.len() - first * CHANNELS);
    assert_eq!(out[fade * CHANNELS..], whole[(first + fade) * CHANNELS..]);

    let span = Some(Span {
        start_frame: 10_007,
        end_frame: Some(60_013),
    });
    let (out, _) = render(&[Item { span, ..item }], 44_100);
    assert_eq!(out, whole[10_007 * CHANNELS..60_013 * CHANNELS]);
}

#[test]
fn playing_another_song_jumps_to_it_after_a_fade() {
    let mut shelf = Shelf::new();
    let (first, second) = (tones(44_100, 300_000), tones(44_100, 20_000));
    let (one, two) = (shelf.wav(44_100, &first), shelf.wav(44_100, &second));
    let mut bench = Bench::new(44_100);
    bench.play(&one, 0);
    bench.fill_the_ring();
    assert_eq!(bench.hear(10_000), first[..20_000]);
    bench.play(&two, 0);
    let (out, told) = bench.hear_all(|_| None);
    let faded = out.len() / CHANNELS - 20_000;
    assert!((440..=442).contains(&faded), "{faded} frames of fade");
    assert_eq!(out[faded * CHANNELS..], second);
    assert_eq!(heard(&told), [1, 2]);
}

#[test]
fn a_follower_can_be_replaced_after_its_decoding_began() {
    for rate in [44_100, 48_000] {
        let mut shelf = Shelf::new();
        let (first, third) = (tones(44_100, 30_000), tones(44_100, 25_000));
        let one = shelf.wav(44_100, &first);
        let two = shelf.wav(44_100, &vec![0.9; 200_000]);
        let three = shelf.wav(44_100, &third);
        let mut bench = Bench::new(rate);
        bench.play(&one, 0);
        bench.follow(Some(&two));
        bench.fill_the_ring();
        let mut out = bench.hear(5_000);
        bench.follow(Some(&three));
        bench.fill_the_ring();
        let (rest, told) = bench.hear_all(|after| {
            assert_eq!(after, three.entry);
            None
        });
        out.extend(rest);
        assert_eq!(heard(&told), [1, 3]);
        if rate == 44_100 {
            assert_eq!(out, [first, third].concat());
        } else {
            assert_eq!(out.len() / CHANNELS, 32_653 + 27_211);
            assert!(
                out.iter().all(|sample| sample.abs() < 0.5),
                "nothing is left of the second but what the filter rang before it"
            );
        }
    }
}

#[test]
fn a_follower_said_too_late_changes_nothing() {
    let mut shelf = Shelf::new();
    let sounds = [tones(44_100, 20_000), tones(44_100, 900_000)];
    let (one, two) = (shelf.wav(44_100, &sounds[0]), shelf.wav(44_100, &sounds[1]));
    let late = shelf.wav(44_100, &[0.9; 2_000]);
    let mut bench = Bench::new(44_100);
    bench.play(&one, 0);
    bench.follow(Some(&two));
    bench.fill_the_ring();
    let mut out = bench.hear(20_001);
    bench.follow(Some(&late));
    let (rest, told) = bench.hear_all(|_| None);
    out.extend(rest);
    assert_eq!(heard(&told), [1, 2]);
    assert_eq!(out, sounds.concat());
}

#[test]
fn files_that_do_not_play_are_told_and_the_next_one_plays() {
    let mut shelf = Shelf::new();
    let sound = tones(44_100, 30_000);
    let garbage = shelf.path("garbage.mp3");
    std::fs::write(&garbage, [7; 5_000]).unwrap();
    let zeros = shelf.path("zeros.mp3");
    std::fs::File::create(&zeros)
        .unwrap()
        .set_len(4 << 30)
        .unwrap();
    let cut_off = shelf.path("cut.wav");
    write_wav(&cut_off, 44_100, 2, &sound);
    std::fs::File::options()
        .write(true)
        .open(&cut_off)
        .unwrap()
        .set_len(44 + 4 * 9_000)
        .unwrap();
    let missing = shelf.path("missing.flac");
    let folder = shelf.folder.path().to_owned();
    let bad: Vec<Item> = [missing, garbage, zeros, folder, cut_off]
        .into_iter()
        .map(|path| shelf.item(path))
        .collect();
    let last = shelf.wav(44_100, &sound);
    let items = [bad, vec![last]].concat();
    let (out, told) = render(&items, 44_100);
    assert_eq!(out, [&sound[..18_000], &sound].concat());
    let reasons = failed(&told);
    let told_of: Vec<u64> = reasons.iter().map(|(entry, _)| *entry).collect();
    assert_eq!(told_of, [1, 2, 3, 4, 5], "{reasons:?}");
    assert!(reasons[0].1.contains("cannot open"), "{reasons:?}");
    assert!(reasons[1].1.contains("not an audio file"), "{reasons:?}");
    assert!(reasons[4].1.contains("ends before"), "{reasons:?}");
    assert_eq!(heard(&told), [5, 6]);
}

#[test]
fn mono_and_gain_reach_the_output() {
    let mut shelf = Shelf::new();
    let path = shelf.path("mono.wav");
    write_wav(&path, 44_100, 1, &[0.5; 1_000]);
    let mut item = shelf.item(path);
    item.gain.db = -6.0206;
    let (out, _) = render(&[item], 44_100);
    assert_eq!(out.len(), 2_000);
    assert!(out.iter().all(|sample| (sample - 0.25).abs() < 1e-5));
}

#[test]
fn the_position_is_that_of_what_is_heard_and_a_seek_shows_at_once() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 441_000));
    let mut bench = Bench::new(44_100);
    assert_eq!(bench.markers.position(&bench.controls), None);
    bench.play(&item, 0);
    bench.fill_the_ring();
    bench.hear(44_100);
    let position = bench.markers.position(&bench.controls).unwrap();
    assert_eq!(
        (position.elapsed_ms, position.length_ms),
        (1_000, Some(10_000))
    );
    bench
        .markers
        .seek(&bench.controls, item.entry, 7_000, bench.epoch + 1, false);
    assert_eq!(
        bench.markers.position(&bench.controls).unwrap().elapsed_ms,
        7_000
    );
    bench.play(&item, 7_000);
    bench.fill_the_ring();
    assert_eq!(
        bench.markers.position(&bench.controls).unwrap().elapsed_ms,
        7_000
    );
    bench.hear(44_100);
    let elapsed = bench.markers.position(&bench.controls).unwrap().elapsed_ms;
    assert!((7_980..=8_000).contains(&elapsed), "{elapsed}");
}

#[test]
fn what_begins_in_silence_stands_where_it_was_sought() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(44_100, &tones(44_100, 441_000)),
        shelf.wav(44_100, &tones(44_100, 441_000)),
    ];
    let mut bench = Bench::new(44_100);
    bench.play(&items[0], 0);
    bench.fill_the_ring();
    bench.hear(44_100);
    bench.markers.seek(
        &bench.controls,
        items[1].entry,
        7_000,
        bench.epoch + 1,
        true,
    );
    bench.play(&items[1], 7_000);
    let position = bench.markers.position(&bench.controls).unwrap();
    assert_eq!(
        (position.entry, position.elapsed_ms),
        (items[1].entry, 7_000)
    );
    bench.fill_the_ring();
    bench.hear(44_100);
    let position = bench.markers.position(&bench.controls).unwrap();
    assert_eq!(position.entry, items[1].entry);
    assert!((7_980..=8_000).contains(&position.elapsed_ms));
}

#[test]
fn a_fade_reaches_silence_across_a_join_and_holds_until_it_is_ended() {
    let mut shelf = Shelf::new();
    let sound = vec![0.5; 22_050 * CHANNELS];
    let items = [shelf.wav(44_100, &sound), shelf.wav(44_100, &sound)];
    let mut bench = Bench::new(44_100);
    bench.play(&items[0], 0);
    bench.follow(Some(&items[1]));
    bench.fill_the_ring();
    bench.hear(11_025);
    bench.controls.fade_ms.store(500, Relaxed);
    bench
        .feeder
        .obey(Command::Fade { over_ms: 500 }, bench.epoch);
    let out = bench.hear(44_100);
    assert!((22_050..=22_051).contains(&(out.len() / CHANNELS)));
    let half = out[11_025 * CHANNELS];
    assert!((half - 0.25).abs() < 1e-3, "{half} in the middle");
    let steps = out.windows(3).map(|w| (w[2] - w[0]).abs());
    assert!(steps.fold(0.0, f32::max) < 1e-4 && out[out.len() - 1] == 0.0);
    assert!(bench.hear(1_000).is_empty());
    bench.feeder.step();
    let told: Vec<Notice> = bench.notices.try_iter().collect();
    assert_eq!(heard(&told), [1, 2]);
    assert!(matches!(told.last(), Some(Notice::Faded)), "{told:?}");
    bench.feeder.step();
    assert!(bench.notices.is_empty(), "it is told once");
    // What `Resume` does.
    bench.controls.fade_ms.store(0, Relaxed);
    let out = bench.hear(1_000);
    assert!(out[0] < 0.01 && out[441 * CHANNELS] == 0.5);
}

#[test]
fn a_song_that_waited_with_a_full_ring_gives_way_to_another() {
    let mut shelf = Shelf::new();
    let second = tones(44_100, 20_000);
    let waiting = shelf.wav(44_100, &vec![0.9; 600_000]);
    let wanted = shelf.wav(44_100, &second);
    let mut bench = Bench::new(44_100);
    // Nothing was taken of it yet: it may have all of the ring.
    bench.play(&waiting, 0);
    bench.fill_the_ring();
    bench.epoch += 1;
    bench.controls.epoch.store(bench.epoch, Relaxed);
    bench.feeder.obey(Command::Stop, bench.epoch);
    assert!(!bench.controls.wants_sound());
    bench.play(&wanted, 0);
    bench.fill_the_ring();
    assert!(bench.controls.wants_sound(), "an output waits for that");
    let (out, told) = bench.hear_all(|_| None);
    assert_eq!(heard(&told), [2]);
    assert_eq!(out[out.len() - second.len()..], second);
}

#[test]
fn a_song_that_was_jumped_to_is_told_as_soon_as_it_is_heard() {
    let mut shelf = Shelf::new();
    let songs = [1, 2].map(|_| shelf.wav(44_100, &tones(44_100, 300_000)));
    let mut bench = Bench::new(44_100);
    for song in &songs {
        bench.play(song, 0);
        bench.fill_the_ring();
        // A block in which the jump lies, as an output notes it that will be heard in a while.
        let before = bench.controls.taken();
        bench.source.take_music(&mut [0.0; 8_820]);
        bench.controls.note_block(before, Duration::from_secs(60));
        bench.fill_the_ring();
        let told: Vec<Notice> = bench.notices.try_iter().collect();
        assert_eq!(heard(&told), [] as [u64; 0]);
        let rest = bench.feeder.rest();
        assert!(rest <= UNHEARD_REST, "it sleeps for {rest:?}");
    }
}
