//! Files that go wrong while they play: the good part sounds, it is told once, and the next song plays.

use super::*;

const RATE: u32 = 44_100;
/// Long enough not to be decoded whole before it is heard.
const FRAMES: usize = 12 * 44_100;

/// As sound of a whole file of that format, and what becomes of it where `harm` is done to it 3 s before its end.
fn harmed(
    shelf: &mut Shelf,
    (name, arguments): (&str, &[&str]),
    harm: impl Fn(&Path),
) -> Option<(Vec<f32>, Vec<f32>, Vec<Notice>)> {
    let item = encode(shelf, name, arguments, RATE, &tones(RATE, FRAMES))?;
    let after = shelf.wav(RATE, &tones(RATE, 10_000));
    let (whole, _) = render(std::slice::from_ref(&item), RATE);
    let mut bench = Bench::new(RATE);
    bench.play(&item, 0);
    let mut out = Vec::new();
    while out.len() / CHANNELS < FRAMES - 6 * RATE as usize {
        bench.feeder.step();
        out.extend(bench.hear(1_000));
    }
    harm(&item.file);
    let (rest, told) = bench.hear_all(|asked| (asked == item.entry).then(|| after.clone()));
    out.extend(rest);
    assert_eq!(
        heard(&told).last(),
        Some(&after.entry.0),
        "{name}: {told:?}"
    );
    let ending = out.split_off(out.len() - 10_000 * CHANNELS);
    assert!(
        ending == tones(RATE, 10_000),
        "{name}: the next song is not whole"
    );
    Some((whole, out, told))
}

fn told_of(told: &[Notice], entry: u64) -> usize {
    let bad = |notice: &&Notice| match notice {
        Notice::Failed { entry: of, .. } | Notice::Damaged { entry: of, .. } => of.0 == entry,
        _ => false,
    };
    told.iter().filter(bad).count()
}

const FORMATS: [(&str, &[&str]); 7] = [
    ("a.wav", &[]),
    ("a.flac", &[]),
    ("a.mp3", &["-c:a", "libmp3lame", "-b:a", "192k"]),
    ("a.ogg", &["-c:a", "libvorbis", "-q:a", "6"]),
    ("a.m4a", &["-c:a", "aac", "-b:a", "192k"]),
    ("a.mka", &["-c:a", "flac"]),
    ("a.wv", &[]),
];

#[test]
fn a_file_that_vanishes_or_is_replaced_while_it_plays_goes_on() {
    for format in FORMATS {
        let mut shelf = Shelf::new();
        let other = shelf.path("other");
        std::fs::write(&other, b"something else").unwrap();
        for vanishes in [true, false] {
            let harm = |file: &Path| match vanishes {
                true => std::fs::remove_file(file).unwrap(),
                false => std::fs::rename(&other, file).unwrap(),
            };
            let Some((whole, out, told)) = harmed(&mut shelf, format, harm) else {
                continue;
            };
            assert!(
                out == whole,
                "{}: {} of {}",
                format.0,
                out.len(),
                whole.len()
            );
            assert_eq!(failed(&told), [], "{}", format.0);
        }
    }
}

#[test]
fn a_file_that_is_cut_off_while_it_plays_ends_there_and_is_told_once() {
    for format in FORMATS {
        let mut shelf = Shelf::new();
        let harm = |file: &Path| {
            let file = std::fs::File::options().write(true).open(file).unwrap();
            let length = file.metadata().unwrap().len();
            file.set_len(length * 8 / 10).unwrap();
        };
        let Some((whole, out, told)) = harmed(&mut shelf, format, harm) else {
            continue;
        };
        let part = out.len() as f64 / whole.len() as f64;
        println!("{}: {part:.3} of it, told {}", format.0, told_of(&told, 1));
        assert!((0.6..0.95).contains(&part), "{}: {part:.3} of it", format.0);
        let same = out.iter().zip(&whole).take_while(|(a, b)| a == b).count();
        assert!(
            out.len() - same < 10_000,
            "{}: {same} of {}",
            format.0,
            out.len()
        );
        assert_eq!(told_of(&told, 1), 1, "{}: {told:?}", format.0);
    }
}

#[test]
fn a_file_that_is_overwritten_while_it_plays_ends_and_is_told_at_most_once() {
    for format in FORMATS {
        let mut shelf = Shelf::new();
        let harm = |file: &Path| {
            let length = std::fs::metadata(file).unwrap().len();
            let mut chance = Chance(4);
            let noise: Vec<u8> = (0..length).map(|_| chance.below(256) as u8).collect();
            let mut file = std::fs::File::options().write(true).open(file).unwrap();
            std::io::Write::write_all(&mut file, &noise).unwrap();
        };
        let Some((whole, out, told)) = harmed(&mut shelf, format, harm) else {
            continue;
        };
        println!(
            "{}: {} of {}, told {}",
            format.0,
            out.len(),
            whole.len(),
            told_of(&told, 1)
        );
        assert!(out.len() <= whole.len() + 10_000, "{}", format.0);
        assert!(told_of(&told, 1) <= 1, "{}: {told:?}", format.0);
    }
}

#[test]
fn a_folder_that_is_away_is_one_notice_a_song_and_no_more() {
    let mut shelf = Shelf::new();
    let sound = tones(RATE, 10_000);
    let first = shelf.wav(RATE, &sound);
    let missing: Vec<Item> = (0..2_000)
        .map(|n| shelf.item(PathBuf::from(format!("/nowhere/{n}.flac"))))
        .collect();
    let items = [vec![first], missing].concat();
    let (out, told) = render(&items, RATE);
    assert!(out == sound);
    assert_eq!(failed(&told).len(), 2_000);
    // Heard, finished, and for each song that it failed and that the next is wanted: nothing is tried twice.
    assert_eq!(told.len(), 2 + 2_000 + 2_001);
}

#[test]
fn a_file_that_was_cut_off_before_is_told_once_too() {
    let opus: (&str, &[&str]) = ("a.opus", &["-c:a", "libopus"]);
    for (name, arguments) in FORMATS.into_iter().chain([opus]) {
        let mut shelf = Shelf::new();
        let sound = tones(RATE, 3 * RATE as usize);
        let Some(item) = encode(&mut shelf, name, arguments, RATE, &sound) else {
            continue;
        };
        let file = std::fs::File::options().write(true).open(&item.file);
        let file = file.unwrap();
        file.set_len(file.metadata().unwrap().len() * 2 / 3)
            .unwrap();
        let after = shelf.wav(RATE, &tones(RATE, 10_000));
        let (_, told) = render(&[item, after], RATE);
        assert_eq!(told_of(&told, 1), 1, "{name}: {told:?}");
        assert_eq!(heard(&told).last(), Some(&2), "{name}: {told:?}");
    }
}
