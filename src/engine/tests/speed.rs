//! Songs faster and slower: the time that is told is the song's own, and at the usual speed nothing is touched.

use super::*;
use crate::music::Speed;

fn bench(speed: f32) -> Bench {
    let bench = Bench::new(44_100);
    bench.controls.set_speed(Speed::new(speed).unwrap());
    bench
}

#[test]
fn at_the_usual_speed_every_bit_stays() {
    let mut shelf = Shelf::new();
    let samples = tones(44_100, 50_000);
    let item = shelf.wav(44_100, &samples);
    let mut bench = bench(1.5);
    bench.controls.set_speed(Speed::default());
    bench.play(&item, 0);
    assert!(bench.hear_all(|_| None).0 == samples);
}

#[test]
fn a_song_ends_sooner_or_later_and_the_next_one_follows() {
    let mut shelf = Shelf::new();
    let items = [
        shelf.wav(44_100, &tones(44_100, 88_200)),
        shelf.wav(48_000, &tones(48_000, 96_000)),
    ];
    for speed in [0.5, 1.25, 3.0] {
        let mut bench = bench(speed);
        bench.play(&items[0], 0);
        let (out, told) = bench.hear_all(follower_in(&items));
        let wanted = 4.0 * 44_100.0 / speed;
        let frames = (out.len() / CHANNELS) as f32;
        assert!(
            (frames - wanted).abs() < 44_100.0 * 0.16,
            "{frames} frames at {speed}, not {wanted}"
        );
        assert_eq!(heard(&told), [items[0].entry.0, items[1].entry.0]);
        assert!(failed(&told).is_empty());
    }
}

#[test]
fn elapsed_time_is_the_songs_own() {
    let mut shelf = Shelf::new();
    let item = shelf.wav(44_100, &tones(44_100, 441_000));
    let mut bench = bench(2.0);
    bench.play(&item, 3_000);
    bench.fill_the_ring();
    bench.hear(44_100);
    let position = bench.markers.position(&bench.controls).unwrap();
    assert_eq!(
        (position.elapsed_ms, position.length_ms),
        (5_000, Some(10_000))
    );
}

#[test]
fn two_songs_do_not_overlap_while_they_are_not_as_they_are() {
    let mut shelf = Shelf::new();
    let first = shelf.wav(44_100, &tones(44_100, 88_200));
    let next = Item {
        crossfade_ms: 500,
        ..shelf.wav(44_100, &tones(44_100, 88_200))
    };
    let mut bench = bench(2.0);
    bench.play(&first, 0);
    let (out, _) = bench.hear_all(|after| (after == first.entry).then(|| next.clone()));
    let frames = (out.len() / CHANNELS) as i64;
    assert!((frames - 88_200).abs() < 7_000, "{frames}");
}

#[test]
fn bit_perfect_playing_takes_no_speed() {
    let controls = Controls::new(100);
    controls.be_bit_perfect();
    controls.set_speed(Speed::new(2.0).unwrap());
    assert!(controls.speed().is_usual());
}
