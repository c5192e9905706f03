//! One song fades out while the next one fades in, sample by sample.

use super::*;

const RATE: u32 = 44_100;

/// The end of `one` and the beginning of `two` over so many frames, as their two ramps have it.
fn crossfaded(one: &[f32], two: &[f32], frames: usize) -> Vec<f32> {
    let (before, ending) = one.split_at(one.len() - frames * CHANNELS);
    let (beginning, after) = two.split_at(frames * CHANNELS);
    let both = ending
        .iter()
        .zip(beginning)
        .enumerate()
        .map(|(n, (old, new))| {
            let turn = ((n / CHANNELS) as f64 + 0.5) / frames as f64 * std::f64::consts::FRAC_PI_2;
            new * turn.sin() as f32 + old * turn.cos() as f32
        });
    before
        .iter()
        .copied()
        .chain(both)
        .chain(after.iter().copied())
        .collect()
}

fn over(item: &Item, crossfade_ms: u32) -> Item {
    Item {
        crossfade_ms,
        ..item.clone()
    }
}

fn same(out: &[f32], wanted: &[f32], what: &str) {
    assert_eq!(out.len(), wanted.len(), "{what}: frames × 2");
    let off = worst(out, wanted);
    assert!(off < 1e-5, "{what}: off by {off}");
}

fn silent_from(samples: &[f32]) -> usize {
    samples
        .iter()
        .rposition(|sample| *sample != 0.0)
        .map_or(0, |at| at + 1)
}

#[test]
fn two_songs_overlap_by_their_ramps_to_the_sample() {
    for (ms, frames) in [(1, 44), (37, 1_631), (500, 22_050), (1_000, 44_100)] {
        let mut shelf = Shelf::new();
        let sounds = [tones(RATE, 100_003), tones(RATE, 90_001)];
        let items = [
            shelf.wav(RATE, &sounds[0]),
            over(&shelf.wav(RATE, &sounds[1]), ms),
        ];
        let (out, told) = render(&items, RATE);
        same(
            &out,
            &crossfaded(&sounds[0], &sounds[1], frames),
            &format!("{ms} ms"),
        );
        assert_eq!(heard(&told), [1, 2]);
    }
}

#[test]
fn a_song_overlaps_on_both_sides_and_never_by_more_than_half_of_itself() {
    let mut shelf = Shelf::new();
    let sounds = [400_000, 6 * 44_100, 500_000].map(|frames| tones(RATE, frames));
    let items = [
        shelf.wav(RATE, &sounds[0]),
        over(&shelf.wav(RATE, &sounds[1]), 12_000),
        over(&shelf.wav(RATE, &sounds[2]), 12_000),
    ];
    let (out, told) = render(&items, RATE);
    let first = crossfaded(&sounds[0], &sounds[1], 3 * 44_100);
    same(
        &out,
        &crossfaded(&first, &sounds[2], 3 * 44_100),
        "three songs",
    );
    assert_eq!(heard(&told), [1, 2, 3]);
}

#[test]
fn songs_of_other_rates_overlap_in_the_outputs_frames() {
    for rates in [[44_100, 48_000], [48_000, 44_100], [96_000, 22_050]] {
        let mut shelf = Shelf::new();
        let items = rates.map(|rate| shelf.wav(rate, &tones(rate, 2 * rate as usize)));
        let alone = [0, 1].map(|n: usize| render(&items[n..=n], 48_000).0);
        let (out, _) = render(&[items[0].clone(), over(&items[1], 250)], 48_000);
        same(
            &out,
            &crossfaded(&alone[0], &alone[1], 12_000),
            &format!("{rates:?}"),
        );
    }
}

#[test]
fn twelve_seconds_of_overlap_are_whole() {
    let mut shelf = Shelf::new();
    let sounds = [tones(8_000, 26 * 8_000), tones(8_000, 30 * 8_000)];
    let items = [
        shelf.wav(8_000, &sounds[0]),
        over(&shelf.wav(8_000, &sounds[1]), 12_000),
    ];
    let (out, _) = render(&items, 8_000);
    same(&out, &crossfaded(&sounds[0], &sounds[1], 96_000), "12 s");
}

#[test]
fn a_follower_said_late_overlaps_with_what_is_left_or_joins() {
    let mut shelf = Shelf::new();
    let sounds = [tones(RATE, 4 * 44_100), tones(RATE, 3 * 44_100)];
    let one = shelf.wav(RATE, &sounds[0]);
    let two = over(&shelf.wav(RATE, &sounds[1]), 1_500);
    for (heard_frames, expected) in [
        (10_000, 66_150..=66_150),
        (66_200, 31_000..=33_100),
        (132_300, 0..=0),
    ] {
        let mut bench = Bench::new(RATE);
        bench.play(&one, 0);
        bench.fill_the_ring();
        let mut out = Vec::new();
        for _ in 0..heard_frames / 100 {
            out.extend(bench.hear(100));
            bench.fill_the_ring();
        }
        bench.follow(Some(&two));
        bench.notices.try_iter().for_each(drop);
        let (rest, told) = bench.hear_all(|_| None);
        out.extend(rest);
        assert_eq!(heard(&told), [2]);
        let overlap = (sounds[0].len() + sounds[1].len() - out.len()) / CHANNELS;
        same(&out, &crossfaded(&sounds[0], &sounds[1], overlap), "late");
        assert!(expected.contains(&overlap), "{overlap} frames");
    }
}

#[test]
fn a_follower_taken_back_in_the_overlap_leaves_the_song_whole() {
    let mut shelf = Shelf::new();
    let sounds = [tones(RATE, 3 * 44_100), tones(RATE, 50_000)];
    let one = shelf.wav(RATE, &sounds[0]);
    let two = over(&shelf.wav(RATE, &vec![0.9; 400_000]), 1_000);
    let three = shelf.wav(RATE, &sounds[1]);
    for (again, frames) in [(three.clone(), 0), (over(&three, 300), 13_230)] {
        let mut bench = Bench::new(RATE);
        bench.play(&one, 0);
        bench.follow(Some(&two));
        let mut out = Vec::new();
        // The overlap is in the ring, and is not heard yet.
        while out.len() / CHANNELS < 2 * 44_100 - 500 {
            bench.fill_the_ring();
            out.extend(bench.hear(100));
        }
        bench.follow(Some(&again));
        bench.notices.try_iter().for_each(drop);
        bench.fill_the_ring();
        out.extend(bench.hear(44_100 / 2));
        let position = bench.markers.position(&bench.controls).unwrap();
        let elapsed = out.len() as u64 / 2 * 1_000 / u64::from(RATE);
        assert_eq!(position.entry, one.entry);
        assert!(
            position.elapsed_ms.abs_diff(elapsed) <= 1,
            "{position:?}, {elapsed} ms"
        );
        let (rest, told) = bench.hear_all(|_| None);
        out.extend(rest);
        assert_eq!(heard(&told), [three.entry.0]);
        same(
            &out,
            &crossfaded(&sounds[0], &sounds[1], frames),
            "taken back",
        );
    }
}

#[test]
fn a_follower_that_fails_leaves_the_song_whole_and_one_that_breaks_off_lets_it_fade() {
    let mut shelf = Shelf::new();
    let sounds = [tones(RATE, 3 * 44_100), tones(RATE, 2 * 44_100)];
    let one = shelf.wav(RATE, &sounds[0]);
    let three = over(&shelf.wav(RATE, &sounds[1]), 500);
    let mut cut_to = |frames: u64| {
        let item = shelf.wav(RATE, &sounds[1]);
        let file = std::fs::File::options().write(true).open(&item.file);
        file.unwrap().set_len(44 + 4 * frames).unwrap();
        over(&item, 1_000)
    };
    let (empty, broken) = (cut_to(0), cut_to(11_025));

    let (out, told) = render(&[one.clone(), empty, three.clone()], RATE);
    assert_eq!(heard(&told), [one.entry.0, three.entry.0]);
    assert_eq!(failed(&told).len(), 1, "{told:?}");
    same(
        &out,
        &crossfaded(&sounds[0], &sounds[1], 22_050),
        "an empty one between",
    );

    let (out, told) = render(&[one.clone(), broken.clone(), over(&three, 0)], RATE);
    assert_eq!(heard(&told), [one.entry.0, broken.entry.0, three.entry.0]);
    assert_eq!(failed(&told).len(), 1, "{told:?}");
    let mut broken_off = sounds[1][..11_025 * CHANNELS].to_vec();
    broken_off.resize(44_100 * CHANNELS, 0.0);
    let wanted = [
        crossfaded(&sounds[0], &broken_off, 44_100),
        sounds[1].clone(),
    ]
    .concat();
    same(&out, &wanted, "a broken one between");
}

#[test]
fn the_end_of_the_song_that_fades_out_is_told_where_it_is_damaged() {
    let mut shelf = Shelf::new();
    let sounds = [tones(RATE, 3 * 44_100), tones(RATE, 2 * 44_100)];
    let one = shelf.wav(RATE, &sounds[0]);
    std::fs::File::options()
        .write(true)
        .open(&one.file)
        .unwrap()
        .set_len(44 + 4 * (2 * 44_100 + 22_050))
        .unwrap();
    let two = over(&shelf.wav(RATE, &sounds[1]), 1_000);
    let (out, told) = render(&[one.clone(), two], RATE);
    let mut ending = sounds[0].clone();
    ending[(2 * 44_100 + 22_050) * CHANNELS..].fill(0.0);
    same(
        &out,
        &crossfaded(&ending, &sounds[1], 44_100),
        "cut off while it fades",
    );
    let damaged: Vec<u64> = told
        .iter()
        .filter_map(|notice| match notice {
            Notice::Damaged { entry, .. } => Some(entry.0),
            _ => None,
        })
        .collect();
    assert_eq!(damaged, [one.entry.0], "{told:?}");
}

#[test]
fn loud_songs_together_stay_within_full_scale_without_a_step() {
    let mut shelf = Shelf::new();
    let loud = vec![0.95; 3 * 44_100 * CHANNELS];
    let items = [shelf.wav(RATE, &loud), over(&shelf.wav(RATE, &loud), 1_000)];
    let (out, _) = render(&items, RATE);
    let peak = out
        .iter()
        .fold(0.0, |peak: f32, sample| peak.max(sample.abs()));
    let step = out
        .windows(3)
        .map(|three| (three[2] - three[0]).abs())
        .fold(0.0, f32::max);
    assert!(peak <= 1.0, "{peak}");
    assert!(step < 0.002, "{step}");
    for (ms, bound) in [(20, 0.05), (100, 0.03)] {
        let items = [items[0].clone(), over(&items[1], ms)];
        let (out, _) = render(&items, RATE);
        let steps = out.windows(3).map(|three| (three[2] - three[0]).abs());
        let step = steps.fold(0.0, f32::max);
        assert!(step < bound, "{step} in {ms} ms");
    }
    let quiet = &out[2 * 44_100 * CHANNELS..3 * 44_100 * CHANNELS];
    assert!(
        quiet.iter().all(|sample| *sample > 0.93),
        "nothing is dampened more than needed"
    );
    assert_eq!(
        out[out.len() - 10_000],
        0.95_f32.mul_add(32_768.0, 0.0).trunc() / 32_768.0
    );
}

#[test]
fn the_position_is_the_new_songs_from_the_first_frame_of_both_and_a_seek_there_is_exact() {
    let mut shelf = Shelf::new();
    let sounds = [tones(RATE, 3 * 44_100), tones(RATE, 4 * 44_100)];
    let one = shelf.wav(RATE, &sounds[0]);
    let two = over(&shelf.wav(RATE, &sounds[1]), 1_000);
    let mut bench = Bench::new(RATE);
    bench.play(&one, 0);
    bench.follow(Some(&two));
    let mut out = Vec::new();
    while out.len() / CHANNELS < 2 * 44_100 + 22_050 {
        bench.fill_the_ring();
        out.extend(bench.hear(50));
    }
    let position = bench.markers.position(&bench.controls).unwrap();
    assert_eq!((position.entry, position.elapsed_ms), (two.entry, 500));
    bench.feeder.step();
    let told: Vec<Notice> = bench.notices.try_iter().collect();
    assert_eq!(heard(&told), [1, 2]);

    // 10 ms of the overlap fade out, then 10 ms of the song fade in: nothing of the other one is left.
    bench.play(&two, 2_000);
    let (out, _) = bench.hear_all(|_| None);
    let wanted = &sounds[1][2 * 44_100 * CHANNELS..];
    let fades = out.len() - wanted.len();
    assert!((880..=884).contains(&fades), "{fades}");
    let after = 882 + fades;
    same(&out[after..], &wanted[882..], "after a seek");
}

#[test]
fn stopped_in_the_overlap_nothing_is_left_of_either() {
    let mut shelf = Shelf::new();
    let one = shelf.wav(RATE, &tones(RATE, 3 * 44_100));
    let two = over(&shelf.wav(RATE, &tones(RATE, 3 * 44_100)), 1_000);
    let mut bench = Bench::new(RATE);
    bench.play(&one, 2_000);
    bench.follow(Some(&two));
    bench.fill_the_ring();
    bench.hear(20_000);
    bench.epoch += 1;
    bench.controls.epoch.store(bench.epoch, Relaxed);
    bench.feeder.obey(Command::Stop, bench.epoch);
    let out = bench.hear(44_100);
    assert!(silent_from(&out) <= 442 * CHANNELS, "10 ms of fade");
    bench.feeder.step();
    assert!(bench.hear(44_100).is_empty());
    // What plays next begins clean.
    let sound = tones(RATE, 30_000);
    let three = shelf.wav(RATE, &sound);
    bench.play(&three, 0);
    let (out, _) = bench.hear_all(|_| None);
    same(&out, &sound, "after a stop");
}

#[test]
fn a_song_whose_end_is_only_guessed_joins_whole() {
    let mut shelf = Shelf::new();
    let sound = tones(RATE, 3 * 44_100);
    let arguments = ["-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0"];
    let Some(one) = encode(&mut shelf, "a.mp3", &arguments, RATE, &sound) else {
        return;
    };
    let two = over(&shelf.wav(RATE, &sound), 1_000);
    let alone = render(std::slice::from_ref(&one), RATE).0;
    let (out, _) = render(&[one, two], RATE);
    assert!(out == [alone, sound].concat());
}
