//! Sheets and chapters inside real files that other programs made, and that no bytes make a reader of them go wrong.

use super::*;
use crate::library::scan::tags::read_tags;
use proptest::prelude::*;
use std::fs;
use std::process::Command;

/// Runs a program; `false`, and a word of it, where it is not installed.
fn made_by(dir: &Path, program: &str, args: &[&str]) -> bool {
    match Command::new(program).current_dir(dir).args(args).output() {
        Ok(output) => {
            let told = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{program}: {told}");
            true
        }
        Err(_) => {
            println!("skipped: {program} is not installed");
            false
        }
    }
}

const CHAPTERS: &str = ";FFMETADATA1\ntitle=A Book\nartist=Somebody\n\
    [CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Eins\n\
    [CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2500\ntitle=Zwei é\n\
    [CHAPTER]\nTIMEBASE=1/1000\nSTART=2500\nEND=4000\ntitle=Drei\n";
const SHEET: &str = "PERFORMER Band\nTITLE Disc\nFILE x.wav WAVE\nTRACK 01 AUDIO\nTITLE One\nINDEX 01 00:00:00\n\
    TRACK 02 AUDIO\nTITLE Two\nISRC USABC9912345\nINDEX 00 00:00:50\nINDEX 01 00:01:00\n\
    TRACK 03 AUDIO\nTITLE Three\nINDEX 01 00:02:37\n";

/// A folder with four seconds of sound, the chapters and the sheet; `None` where ffmpeg is not installed.
fn bench() -> Option<tempfile::TempDir> {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("chapters.txt"), CHAPTERS).unwrap();
    fs::write(dir.path().join("x.cue"), SHEET).unwrap();
    let tone = "sine=frequency=440:sample_rate=44100:duration=4";
    made_by(
        dir.path(),
        "ffmpeg",
        &[
            "-v", "error", "-f", "lavfi", "-i", tone, "-ac", "2", "x.wav",
        ],
    )
    .then_some(dir)
}

/// A line for each part: title, album, number, frames.
fn told(path: &Path) -> Vec<String> {
    let parts = read_tags(path).unwrap().parts;
    let tell = |part: &Part| {
        let (span, tags) = (part.span, &part.tags);
        let track = tags.track.unwrap_or(0);
        let end = span.end_frame.map_or("end".into(), |end| end.to_string());
        format!(
            "{}|{}|{track}|{}-{end}",
            tags.title, tags.album, span.start_frame
        )
    };
    parts.iter().map(tell).collect()
}

#[test]
fn chapters_of_every_container() {
    let Some(dir) = bench() else { return };
    for (name, codec, rate) in [
        ("x.m4b", "aac", 44_100),
        ("x.mka", "flac", 44_100),
        ("x.mp3", "libmp3lame", 44_100),
        ("x.webm", "libopus", 48_000),
    ] {
        let args = [
            "-v",
            "error",
            "-i",
            "x.wav",
            "-i",
            "chapters.txt",
            "-map",
            "0:a",
            "-map_metadata",
            "1",
            "-map_chapters",
            "1",
            "-c:a",
            codec,
            name,
        ];
        made_by(dir.path(), "ffmpeg", &args);
        let frames = |ms: u64| ms * rate / 1_000;
        let path = dir.path().join(name);
        // The title of a Matroska file stands where this reader of it does not look.
        let without_album = |line: String| line.replace("|A Book|", "||");
        let told: Vec<_> = told(&path).into_iter().map(without_album).collect();
        assert_eq!(
            told,
            [
                format!("Eins||1|0-{}", frames(1_000)),
                format!("Zwei é||2|{}-{}", frames(1_000), frames(2_500)),
                format!("Drei||3|{}-end", frames(2_500)),
            ],
            "{name}"
        );
        let is_matroska = name.ends_with(".mka") || name.ends_with(".webm");
        let parts = read_tags(&path).unwrap().parts;
        assert_eq!(parts[1].length_ms, Some(1_500), "{name}");
        // The head of a Matroska file tells its length where the probe does not look.
        let last_ms = parts[2].length_ms.or(is_matroska.then_some(1_500));
        assert!(last_ms.unwrap().abs_diff(1_500) < 100, "{name}");
        assert_eq!(parts[0].tags.artists, ["Somebody"], "{name}");
        assert!(is_matroska || parts[0].tags.album == "A Book", "{name}");
    }
}

#[test]
fn chapters_in_comments() {
    let Some(dir) = bench() else { return };
    for (name, codec, rate) in [
        ("x.ogg", "libvorbis", 44_100),
        ("x.opus", "libopus", 48_000),
        ("x.flac", "flac", 44_100),
    ] {
        let said = [
            "title=A Book",
            "CHAPTER000=00:00:00.250",
            "CHAPTER000NAME=Eins",
            "CHAPTER001=00:00:02.500",
            "CHAPTER001NAME=Zwei",
        ];
        let mut args = vec!["-v", "error", "-i", "x.wav"];
        args.extend(said.iter().flat_map(|said| ["-metadata", said]));
        args.extend(["-c:a", codec, name]);
        made_by(dir.path(), "ffmpeg", &args);
        let at = 5 * rate / 2;
        let expected = [
            format!("Eins|A Book|1|0-{at}"),
            format!("Zwei|A Book|2|{at}-end"),
        ];
        assert_eq!(told(&dir.path().join(name)), expected, "{name}");
    }
}

#[test]
fn the_older_chapters_of_an_m4b_are_read_where_it_has_no_track_of_them() {
    let Some(dir) = bench() else { return };
    let args = [
        "-v",
        "error",
        "-i",
        "x.wav",
        "-i",
        "chapters.txt",
        "-map",
        "0:a",
        "-map_chapters",
        "1",
        "-c:a",
        "aac",
        "x.m4b",
    ];
    made_by(dir.path(), "ffmpeg", &args);
    let path = dir.path().join("x.m4b");
    let whole = fs::read(&path).unwrap();
    let renamed = |name: &[u8; 4]| -> Vec<u8> {
        let at = whole.windows(4).position(|four| four == name).unwrap();
        [&whole[..at], b"none", &whole[at + 4..]].concat()
    };
    let both = told(&path);
    assert_eq!(both.len(), 3);
    for gone in [b"tref", b"chpl"] {
        fs::write(&path, renamed(gone)).unwrap();
        assert_eq!(told(&path), both);
    }
}

#[test]
fn one_chapter_is_the_whole_file() {
    let Some(dir) = bench() else { return };
    let one: String = CHAPTERS.split_inclusive("title=Eins\n").take(1).collect();
    fs::write(dir.path().join("chapters.txt"), one).unwrap();
    let args = [
        "-v",
        "error",
        "-i",
        "x.wav",
        "-i",
        "chapters.txt",
        "-map",
        "0:a",
        "-map_chapters",
        "1",
        "-c:a",
        "flac",
        "x.mka",
    ];
    made_by(dir.path(), "ffmpeg", &args);
    assert!(told(&dir.path().join("x.mka")).is_empty());
}

#[test]
fn a_sheet_in_a_tag_and_the_block_of_flac() {
    let Some(dir) = bench() else { return };
    let flac = ["-s", "-f", "--cuesheet=x.cue", "x.wav", "-o", "x.flac"];
    if !made_by(dir.path(), "flac", &flac) {
        return;
    }
    let path = dir.path().join("x.flac");
    let span = ["0-44100", "44100-109956", "109956-end"];
    let block = |title: &str, n: usize| format!("{title}||{n}|{}", span[n - 1]);
    let expected = [
        block("Track 1", 1),
        block("Track 2", 2),
        block("Track 3", 3),
    ];
    assert_eq!(told(&path), expected);
    assert_eq!(read_tags(&path).unwrap().parts[1].tags.isrc, "USABC9912345");
    if made_by(
        dir.path(),
        "metaflac",
        &["--set-tag-from-file=CUESHEET=x.cue", "x.flac"],
    ) {
        let tagged = ["One|Disc|1", "Two|Disc|2", "Three|Disc|3"];
        let expected: Vec<_> = tagged
            .iter()
            .zip(span)
            .map(|(names, span)| format!("{names}|{span}"))
            .collect();
        assert_eq!(told(&path), expected, "the names of the tag");
    }
}

#[test]
fn no_part_lies_where_no_column_of_the_index_could_hold_it() {
    let found = Found {
        stamp: crate::library::bytes::Stamp {
            size: 1,
            mtime_ns: 0,
        },
        tags: Tags::default(),
        format: crate::music::Format {
            codec: Codec::Flac,
            rate: Some(1),
            ..Default::default()
        },
        length_ms: None,
        key: None,
        parts: Vec::new(),
    };
    let whole = Whole::of(&found, Path::new("x")).unwrap();
    let mark = |start_frame, end_frame| cut::Mark {
        start_frame,
        end_frame,
        number: 1,
        isrc: String::new(),
    };
    let marks = vec![
        mark(0, Some(1 << 19)),
        mark(1 << 19, Some(1 << 47)),
        mark(1 << 47, Some(u64::MAX)),
        mark(u64::MAX, None),
    ];
    let parts = cut::by_marks(&whole, marks);
    let told: Vec<_> = parts
        .iter()
        .map(|part| (part.span.end_frame, part.length_ms))
        .collect();
    assert_eq!(
        told,
        [
            (Some(1 << 19), Some((1 << 19) * 1_000)),
            (Some(1 << 47), None),
            (None, None)
        ]
    );
}

/// Writes bytes as a file and looks at what is in it.
fn look(bytes: &[u8], look: impl Fn(&mut FileBytes)) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("x");
    fs::write(&path, bytes).unwrap();
    look(&mut FileBytes::open(&path).unwrap());
}

fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
    let size = u32::try_from(inside.len() + 8).unwrap();
    [&size.to_be_bytes(), kind.as_slice(), inside].concat()
}

/// `moov` with both kinds of chapters, after its text samples.
fn small_mp4() -> Vec<u8> {
    let words = |numbers: &[u32]| -> Vec<u8> {
        numbers
            .iter()
            .flat_map(|number| number.to_be_bytes())
            .collect()
    };
    let text = b"\0\x03abc\0\x04\xfe\xff\0d";
    let media = boxed(b"mdat", text);
    let nero = [
        b"\x01\0\0\0\0\0\0\0\x02".as_slice(),
        &[0; 8],
        b"\x01a",
        &[0, 0, 0, 0, 0, 0x98, 0x96, 0x80],
        b"\x01b",
    ];
    let table = [
        boxed(b"stts", &words(&[0, 1, 2, 500])),
        boxed(b"stsz", &words(&[0, 0, 2, 5, 6])),
        boxed(b"stsc", &words(&[0, 1, 1, 2, 1])),
        boxed(b"stco", &words(&[0, 1, 8])),
    ];
    let head = boxed(b"mdhd", &words(&[0, 0, 0, 1_000, 0]));
    let inner = boxed(b"minf", &boxed(b"stbl", &table.concat()));
    let chapters = [
        boxed(b"tkhd", &words(&[0, 0, 0, 7])),
        boxed(b"mdia", &[head, inner].concat()),
    ];
    let sound = boxed(b"tref", &boxed(b"chap", &words(&[7])));
    let moov = [
        boxed(b"trak", &sound),
        boxed(b"trak", &chapters.concat()),
        boxed(b"udta", &boxed(b"chpl", &nero.concat())),
    ];
    [media, boxed(b"moov", &moov.concat())].concat()
}

/// `fLaC` with nothing but a CUESHEET block of two tracks and the end.
fn small_flac() -> Vec<u8> {
    let mut block = vec![0; 396];
    block[395] = 3;
    for (number, offset, points) in [(1u8, 0u64, 1u8), (2, 588, 2), (170, 5_880, 0)] {
        block.extend(offset.to_be_bytes());
        block.push(number);
        block.extend(b"USABC9912345\0");
        block.extend([0; 13]);
        block.push(points);
        for point in 0..u64::from(points) {
            block.extend((point * 588).to_be_bytes());
            block.extend([
                u8::try_from(point).unwrap() + u8::from(points == 1),
                0,
                0,
                0,
            ]);
        }
    }
    let size = u32::try_from(block.len()).unwrap().to_be_bytes();
    [b"fLaC\x85".as_slice(), &size[1..], &block].concat()
}

/// A segment with one edition of two chapters, and a hidden one before it.
fn small_matroska() -> Vec<u8> {
    let element = |id: &[u8], inside: &[u8]| {
        [id, &[0x80 | u8::try_from(inside.len()).unwrap()], inside].concat()
    };
    let chapter = |start: u8, title: &[u8]| {
        let text = element(b"\x80", &element(b"\x85", title));
        element(b"\xb6", &[element(b"\x91", &[start]), text].concat())
    };
    let hidden = [element(b"\x45\xbd", &[1]), chapter(9, b"no")].concat();
    let shown = [chapter(0, b"abc"), chapter(5, b"d")].concat();
    let editions = [element(b"\x45\xb9", &hidden), element(b"\x45\xb9", &shown)];
    let chapters = element(b"\x10\x43\xa7\x70", &editions.concat());
    let segment = element(b"\x18\x53\x80\x67", &chapters);
    [element(b"\x1a\x45\xdf\xa3", b""), segment].concat()
}

fn bytes_of(mut bytes: Vec<u8>, changes: Vec<(prop::sample::Index, u8)>) -> Vec<u8> {
    for (at, byte) in changes {
        let at = at.index(bytes.len());
        bytes[at] = byte;
    }
    bytes
}

#[test]
fn the_small_files_say_what_they_should() {
    let chapter = |start_ns, title: &str| Chapter {
        start_ns,
        title: title.into(),
    };
    look(&small_mp4(), |file| {
        let expected = [chapter(0, "abc"), chapter(500_000_000, "d")];
        assert_eq!(mp4::chapters(file), expected);
    });
    look(&small_matroska(), |file| {
        assert_eq!(
            matroska::chapters(file),
            [chapter(0, "abc"), chapter(5, "d")]
        );
        hide_chapters(file);
        assert!(matroska::chapters(file).is_empty());
    });
    look(&small_flac(), |file| {
        let marks = flac::marks(file, 0).unwrap().unwrap();
        let told: Vec<_> = marks
            .iter()
            .map(|it| (it.number, it.start_frame, it.end_frame))
            .collect();
        assert_eq!(told, [(1, 0, Some(1_176)), (2, 1_176, None)]);
    });
}

fn some_changes() -> impl Strategy<Value = Vec<(prop::sample::Index, u8)>> {
    proptest::collection::vec(any::<(prop::sample::Index, u8)>(), 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn no_boxes_make_the_reader_panic_or_go_on_for_ever(changes in some_changes(), cut: prop::sample::Index) {
        let mut bytes = bytes_of(small_mp4(), changes);
        bytes.truncate(cut.index(bytes.len() + 1));
        look(&bytes, |file| assert!(mp4::chapters(file).len() <= MOST_PARTS));
    }

    #[test]
    fn no_elements_make_the_reader_panic_or_go_on_for_ever(changes in some_changes(), cut: prop::sample::Index) {
        let mut bytes = bytes_of(small_matroska(), changes);
        bytes.truncate(cut.index(bytes.len() + 1));
        look(&bytes, |file| {
            assert!(matroska::chapters(file).len() <= MOST_PARTS);
            hide_chapters(file);
        });
    }

    #[test]
    fn no_block_makes_the_reader_panic_or_go_on_for_ever(changes in some_changes(), cut: prop::sample::Index) {
        let mut bytes = bytes_of(small_flac(), changes);
        bytes.truncate(cut.index(bytes.len() + 1));
        look(&bytes, |file| {
            let marks = flac::marks(file, 0).unwrap().unwrap_or_default();
            assert!(marks.len() <= MOST_PARTS);
        });
    }

    #[test]
    fn no_comment_makes_the_reader_panic(name: String, digits in "[0-9]{0,4}", text: String, clock in "[0-9:.]{0,24}") {
        let mut chapters = Vec::new();
        for name in [name, format!("CHAPTER{digits}"), format!("chapter{digits}NAME")] {
            in_vorbis(&name, &text, &mut chapters);
            in_vorbis(&name, &clock, &mut chapters);
        }
    }
}

#[test]
fn times_in_comments() {
    let start = |text: &str| {
        let mut chapters = Vec::new();
        assert!(in_vorbis("Chapter007", text, &mut chapters));
        chapters[0].1.start_ns
    };
    for (text, ns) in [
        ("00:00:01.5", 1_500_000_000),
        ("01:02:03.004", 3_723_004_000_000),
        ("00:00:09", 9_000_000_000),
        ("00:00", u64::MAX),
        ("00:00:00:00", u64::MAX),
        ("00:00:x.1", u64::MAX),
        ("00:00:1.é", u64::MAX),
    ] {
        assert_eq!(start(text), ns, "{text}");
    }
    assert!(!in_vorbis("CHAPTERS", "", &mut Vec::new()));
}
