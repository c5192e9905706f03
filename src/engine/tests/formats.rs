//! Every format that ffmpeg makes, where it is there: frames, joins, seeks and damage.

use super::*;

/// Name, ffmpeg's arguments, rate, and how far a sample may be off (0: lossless).
const FORMATS: [(&str, &[&str], u32, f32); 11] = [
    ("a.flac", &[], 44_100, 0.0),
    ("a.m4a", &["-c:a", "alac"], 44_100, 0.0),
    ("b.aiff", &[], 44_100, 0.0),
    (
        "a.mp3",
        &["-c:a", "libmp3lame", "-b:a", "256k"],
        44_100,
        0.01,
    ),
    ("v.mp3", &["-c:a", "libmp3lame", "-q:a", "2"], 48_000, 0.01),
    ("aac.m4a", &["-c:a", "aac", "-b:a", "256k"], 44_100, 0.01),
    ("a.ogg", &["-c:a", "libvorbis", "-q:a", "8"], 44_100, 0.01),
    ("a.opus", &["-c:a", "libopus", "-b:a", "256k"], 48_000, 0.01),
    ("a.mka", &["-c:a", "flac"], 44_100, 0.0),
    ("a.wv", &[], 44_100, 0.0),
    ("a.tta", &[], 44_100, 0.0),
];

#[test]
fn every_format_gives_as_many_frames_as_went_in_and_joins() {
    for (name, arguments, rate, off) in FORMATS {
        let mut shelf = Shelf::new();
        let whole = tones(rate, 200_003);
        let cut = 98_765 * CHANNELS;
        let Some(one) = encode(&mut shelf, name, arguments, rate, &whole[..cut]) else {
            continue;
        };
        let two = encode(
            &mut shelf,
            &format!("2{name}"),
            arguments,
            rate,
            &whole[cut..],
        )
        .unwrap();
        let (out, told) = render(&[one, two], rate);
        assert_eq!(failed(&told), [], "{name}");
        assert_eq!(out.len(), whole.len(), "{name}: frames × 2");
        let error = rms_error(&out, &whole);
        assert!(error <= off, "{name} is off by {error}");
    }
}

#[test]
fn every_format_seeks_to_the_exact_frame() {
    for (name, arguments, rate, _) in FORMATS {
        let mut shelf = Shelf::new();
        let whole = tones(rate, 5 * rate as usize);
        let Some(item) = encode(&mut shelf, name, arguments, rate, &whole) else {
            continue;
        };
        let (unsplit, _) = render(std::slice::from_ref(&item), rate);
        for start_frame in [1, 1_000, 44_100, 100_001, 199_999, 0] {
            let span = Some(Span {
                start_frame,
                end_frame: None,
            });
            let (out, _) = render(
                &[Item {
                    span,
                    ..item.clone()
                }],
                rate,
            );
            let wanted = &unsplit[start_frame as usize * CHANNELS..];
            assert_eq!(out.len(), wanted.len(), "{name} from {start_frame}");
            // A codec with memory needs a moment after a seek; what matters is that no frame is late or lost.
            let settled = (out.len() / 2).min(8_000);
            assert!(
                worst(&out[settled..], &wanted[settled..]) < 2e-3,
                "{name} from {start_frame}"
            );
        }
    }
}

#[test]
fn tracks_of_one_file_join_whichever_decoder_it_has() {
    for (name, arguments) in [
        ("a.flac", &[][..]),
        ("a.wv", &[]),
        ("a.ac3", &["-c:a", "ac3"]),
    ] {
        let mut shelf = Shelf::new();
        let whole = tones(48_000, 200_000);
        let Some(item) = encode(&mut shelf, name, arguments, 48_000, &whole) else {
            continue;
        };
        let (unsplit, _) = render(std::slice::from_ref(&item), 48_000);
        let cuts = [0, 1_001, 77_777, 150_000];
        let ends = cuts.iter().skip(1).map(|end| Some(*end)).chain([None]);
        let tracks: Vec<Item> = (1..)
            .zip(cuts.iter().zip(ends))
            .map(|(n, (start_frame, end_frame))| Item {
                entry: EntryId(n),
                span: Some(Span {
                    start_frame: *start_frame,
                    end_frame,
                }),
                ..item.clone()
            })
            .collect();
        let (joined, told) = render(&tracks, 48_000);
        assert_eq!(failed(&told), [], "{name}");
        assert!(
            joined == unsplit,
            "{name}: {} and {}",
            joined.len(),
            unsplit.len()
        );
    }
}

#[test]
fn damage_in_the_middle_is_stepped_over_and_told_once() {
    let mut shelf = Shelf::new();
    let whole = tones(44_100, 400_000);
    let Some(item) = encode(&mut shelf, "a.flac", &[], 44_100, &whole) else {
        return;
    };
    let mut bytes = std::fs::read(&item.file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 300].fill(0x55);
    std::fs::write(&item.file, bytes).unwrap();
    let (out, told) = render(&[item], 44_100);
    let damage = told
        .iter()
        .filter(|notice| matches!(notice, Notice::Damaged { .. }))
        .count();
    assert_eq!((damage, failed(&told).len()), (1, 0), "{told:?}");
    assert!(out.len() > whole.len() * 8 / 10);
}

#[test]
fn a_song_that_the_resampler_holds_whole_ends_and_what_follows_plays() {
    let mut shelf = Shelf::new();
    let long = vec![0.1; 4_410 * CHANNELS];
    let items = [
        shelf.wav(44_100, &long),
        shelf.wav(48_000, &[0.1; 240 * CHANNELS]),
        shelf.wav(44_100, &long),
    ];
    let (out, _) = render(&items, 44_100);
    // 240 frames at 48 kHz are 220.5 at 44.1.
    assert_eq!(out.len() / CHANNELS, 4_410 + 221 + 4_410);
}
