//! From song to song through the feeder: changes of rate, very short songs, followers that do not come after all.

use super::*;

fn frames_at(frames: usize, from: u32, to: u32) -> usize {
    let (frames, from, to) = (frames as u64, u64::from(from), u64::from(to));
    ((frames * to + from / 2) / from) as usize
}

#[test]
fn songs_shorter_than_the_resamplers_filter_lose_and_add_no_frame() {
    let lengths = [
        (44_100, 4_410),
        (48_000, 1),
        (44_100, 3),
        (22_050, 100),
        (48_000, 500),
        (96_000, 1_001),
        (44_100, 20_000),
        (8_000, 33),
    ];
    for to in [44_100, 48_000, 96_000] {
        let mut shelf = Shelf::new();
        let items: Vec<Item> = lengths
            .iter()
            .map(|(rate, frames)| shelf.wav(*rate, &vec![0.25; frames * CHANNELS]))
            .collect();
        let (out, told) = render(&items, to);
        let wanted: usize = lengths
            .iter()
            .map(|(rate, frames)| frames_at(*frames, *rate, to))
            .sum();
        assert_eq!(out.len() / CHANNELS, wanted, "at {to} Hz");
        assert_eq!(heard(&told), (1..=8).collect::<Vec<_>>(), "at {to} Hz");
    }
}

#[test]
fn no_silence_stands_where_the_rate_changes() {
    let mut shelf = Shelf::new();
    let items = [44_100, 48_000, 22_050, 96_000, 44_100]
        .map(|rate| shelf.wav(rate, &vec![0.25; rate as usize / 5 * CHANNELS]));
    for to in [44_100, 48_000] {
        let (out, _) = render(&items, to);
        let edge = 2_000 * CHANNELS;
        let off = out[edge..out.len() - edge]
            .iter()
            .map(|sample| (sample - 0.25).abs())
            .fold(0.0, f32::max);
        assert!(off < 1e-3, "{off} at {to} Hz");
    }
}

#[test]
fn a_follower_of_another_rate_that_is_taken_back_or_fails_leaves_no_trace() {
    let mut shelf = Shelf::new();
    let one = shelf.wav(44_100, &tones(44_100, 30_011));
    let three = shelf.wav(48_000, &tones(48_000, 25_000));
    let empty = shelf.wav(22_050, &tones(22_050, 10_000));
    std::fs::File::options()
        .write(true)
        .open(&empty.file)
        .unwrap()
        .set_len(44)
        .unwrap();
    let short = shelf.wav(96_000, &vec![0.9; 300 * CHANNELS]);
    for to in [44_100, 48_000, 96_000] {
        let (wanted, _) = render(&[one.clone(), three.clone()], to);
        let (out, told) = render(&[one.clone(), empty.clone(), three.clone()], to);
        assert_eq!(heard(&told), [one.entry.0, three.entry.0]);
        assert!(out == wanted, "what fails changes something at {to} Hz");

        let mut bench = Bench::new(to);
        bench.play(&one, 0);
        bench.follow(Some(&short));
        bench.fill_the_ring();
        let mut out = bench.hear(5_000);
        bench.follow(Some(&three));
        let (rest, told) = bench.hear_all(|_| None);
        out.extend(rest);
        assert_eq!(heard(&told), [one.entry.0, three.entry.0]);
        assert_eq!(out.len(), wanted.len());
        // The filter rang before the one that did not come: that much of the first song is in the ring already.
        let join = frames_at(30_011, 44_100, to) * CHANNELS;
        let rung = 2_000 * CHANNELS;
        let before = worst(&out[..join - rung], &wanted[..join - rung]);
        let behind = worst(&out[join + rung..], &wanted[join + rung..]);
        assert!(
            before < 1e-5 && behind < 1e-5,
            "{before} {behind} at {to} Hz"
        );
    }
}
