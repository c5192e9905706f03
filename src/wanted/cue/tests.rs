//! What rippers write, and that nothing in a sheet costs more than its own line.

use super::*;
use crate::wanted::{MAX_LINE, MAX_NOTES, Refused};
use proptest::prelude::*;

const SHEET: &str = "REM GENRE \"Alt Rock\"\nREM DATE 1997\nREM DISCID 860B640B\nREM COMMENT \"Ripper v1\"\n\
    REM DISCNUMBER 2\nREM TOTALDISCS 3\nREM REPLAYGAIN_ALBUM_GAIN -7.50 dB\nREM REPLAYGAIN_ALBUM_PEAK 0.988\n\
    CATALOG 0123456789012\nPERFORMER \"The Example Band\"\nTITLE \"Sample Days\"\nSONGWRITER \"A. Writer\"\n\
    FILE \"Sample Days.flac\" WAVE\n\
    \x20 TRACK 01 AUDIO\n    TITLE \"First Light\"\n    FLAGS DCP PRE\n    ISRC us-ex1-03-00036\n\
    \x20   REM REPLAYGAIN_TRACK_GAIN -3.1 dB\n    REM GENRE Pop\n    INDEX 00 00:00:00\n    INDEX 01 00:00:33\n\
    \x20 TRACK 02 AUDIO\n    TITLE \"Second\"\n    PERFORMER \"Guest\"\n    INDEX 00 03:00:00\n    INDEX 01 03:02:00\n\
    \x20   INDEX 02 04:00:00\n";

/// One line a track: `file|number|title|performer|start-end`.
fn told(text: &[u8]) -> Vec<String> {
    tell(&parse(text).unwrap())
}

fn tell(sheet: &CueSheet) -> Vec<String> {
    let track = |file: &CueFile, track: &CueTrack| {
        let path = file.paths.first().map(|path| String::from_utf8_lossy(path));
        let end = track.span.end.map_or(String::new(), |end| end.to_string());
        let (number, start) = (track.number, track.span.start);
        format!(
            "{}|{number}|{}|{}|{start}-{end}",
            path.unwrap_or_default(),
            track.title,
            track.performer
        )
    };
    let files = sheet.files.iter();
    files
        .flat_map(|file| file.tracks.iter().map(move |one| track(file, one)))
        .collect()
}

fn notes(sheet: &CueSheet) -> Vec<String> {
    sheet.notes.iter().map(ToString::to_string).collect()
}

#[test]
fn a_whole_sheet() {
    let sheet = parse(SHEET.as_bytes()).unwrap();
    assert_eq!(
        tell(&sheet),
        [
            "Sample Days.flac|1|First Light||33-13650",
            "Sample Days.flac|2|Second|Guest|13650-"
        ]
    );
    assert_eq!(
        (sheet.title.as_str(), sheet.performer.as_str()),
        ("Sample Days", "The Example Band")
    );
    assert_eq!(
        (sheet.songwriter.as_str(), sheet.catalog.as_str()),
        ("A. Writer", "0123456789012")
    );
    let remarks = &sheet.remarks;
    assert_eq!(
        (remarks.genre.as_str(), remarks.date.as_str()),
        ("Alt Rock", "1997")
    );
    assert_eq!(
        (remarks.disc_id.as_str(), remarks.comment.as_str()),
        ("860B640B", "Ripper v1")
    );
    assert_eq!((remarks.disc, remarks.discs), (Some(2), Some(3)));
    assert_eq!(
        (remarks.gain.album_db, remarks.gain.album_peak),
        (Some(-7.5), Some(0.988))
    );
    let first = &sheet.files[0].tracks[0];
    assert_eq!(
        (first.isrc.as_str(), first.pregap, first.line),
        ("USEX10300036", Some(0), 14)
    );
    assert_eq!(
        (first.remarks.genre.as_str(), first.remarks.gain.track_db),
        ("Pop", Some(-3.1))
    );
    assert!(first.flags.pre_emphasis && first.flags.copy_permitted && !first.flags.serial_copy);
    assert_eq!(sheet.files[0].kind, "WAVE");
    assert_eq!((sheet.refused, notes(&sheet).len()), (0, 0));
}

#[test]
fn every_line_end_charset_and_case() {
    let expected = told(SHEET.as_bytes());
    let utf_16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(SHEET.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for bytes in [
        SHEET.replace('\n', "\r\n").into_bytes(),
        SHEET.replace('\n', "\r").into_bytes(),
        format!("\u{feff}{SHEET}").into_bytes(),
        format!("{SHEET}\0\0").into_bytes(),
        SHEET
            .replace("TRACK", "track")
            .replace("INDEX", "Index")
            .into_bytes(),
        SHEET.replace("    ", "\t\t").into_bytes(),
        utf_16,
    ] {
        assert_eq!(told(&bytes), expected);
    }
    let latin = b"FILE \"Bj\xf6rk.wav\" WAVE\nTRACK 1 AUDIO\nTITLE \"J\xf3ga\"\nINDEX 1 0:0:0\n";
    let sheet = parse(latin).unwrap();
    assert_eq!(tell(&sheet), ["Björk.wav|1|Jóga||0-"]);
    assert_eq!(sheet.encoding, Encoding::Windows1252);
    assert_eq!(
        sheet.files[0].paths[1], b"Bj\xf6rk.wav",
        "as a disk may have it"
    );
}

#[test]
fn a_gap_at_the_end_of_the_file_before() {
    let text = "FILE 1.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nTITLE Two\nINDEX 00 03:00:00\n\
        FILE 2.wav WAVE\nINDEX 01 00:00:00\nTRACK 03 AUDIO\nINDEX 00 02:00:00\nFILE 3.wav WAVE\nINDEX 01 00:00:10\n";
    let sheet = parse(text.as_bytes()).unwrap();
    assert_eq!(
        tell(&sheet),
        ["1.wav|1|||0-", "2.wav|2|Two||0-", "3.wav|3|||10-"]
    );
    assert_eq!(sheet.files[1].tracks[0].pregap, None);
}

#[test]
fn a_file_that_is_named_before_each_track_is_one() {
    let text = "FILE a.wav WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nFILE \"a.wav\" WAVE\nTRACK 02 AUDIO\nINDEX 01 00:01:00\n\
        FILE b.wav WAVE\nTRACK 03 AUDIO\nINDEX 01 00:00:00\n";
    let sheet = parse(text.as_bytes()).unwrap();
    assert_eq!(
        tell(&sheet),
        ["a.wav|1|||0-75", "a.wav|2|||75-", "b.wav|3|||0-"]
    );
    assert_eq!(sheet.files.len(), 2);
}

#[test]
fn data_tracks_end_a_song_and_are_none() {
    let text = "FILE a.bin BINARY\nTRACK 01 MODE1/2352\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 01:00:00\n\
        TRACK 03 MODE2/2352\nINDEX 01 02:00:00\n";
    let sheet = parse(text.as_bytes()).unwrap();
    assert_eq!(tell(&sheet), ["a.bin|2|||4500-9000"]);
    assert_eq!(sheet.refused, 2);
    assert_eq!(
        notes(&sheet)[0],
        "line 2: a track of kind MODE1/2352 holds no music"
    );
}

#[test]
fn what_makes_no_sense_is_noted_and_stepped_over() {
    let text = "HELLO\nFILE a.wav WAVE\nTRACK x AUDIO\nINDEX 01 oops\nISRC\nTRACK 02 AUDIO\nTITLE \"Open\nINDEX 01 01:00:00\n\
        TRACK 03 AUDIO\nTITLE Lost\nTRACK 04 AUDIO\nINDEX 01 00:30:00\nTRACK 05 AUDIO\nINDEX 00 02:00:00\n\
        FILE http://x/b.wav WAVE\nTRACK 06 AUDIO\nINDEX 01 00:00:00\n";
    let sheet = parse(text.as_bytes()).unwrap();
    assert_eq!(
        tell(&sheet),
        [
            "a.wav|1|||0-2250",
            "a.wav|2|Open||4500-",
            "a.wav|4|||2250-4500",
            "|5|||0-",
            "|6|||0-"
        ]
    );
    assert_eq!(
        notes(&sheet),
        [
            "line 1: `HELLO` is not understood here",
            "line 3: `TRACK` is not understood here",
            "line 4: `oops` is no time in minutes, seconds and frames",
            "line 3: the track has no INDEX 01; its start is a guess",
            "line 9: the track has no INDEX 01",
            "line 11: the track begins before the one above it",
            "line 15: the http address is left out, the names are kept",
            "line 13: the track has no INDEX 01; its start is a guess",
        ]
    );
    assert_eq!(sheet.refused, 1);
}

#[test]
fn a_sheet_in_a_tag_names_no_file() {
    let sheet = parse(b"TRACK 01 AUDIO\nINDEX 01 00:00:00\n").unwrap();
    assert_eq!(sheet.files[0].paths, Vec::<Vec<u8>>::new());
    assert_eq!(tell(&sheet), ["|1|||0-"]);
}

#[test]
fn limits_hold() {
    assert_eq!(parse(b"REM GENRE x\nTITLE y\n"), Err(Refused::NoTracks));
    assert_eq!(parse(b""), Err(Refused::NoTracks));
    let big = vec![b'\n'; crate::wanted::MAX_BYTES + 1];
    assert_eq!(parse(&big), Err(Refused::TooBig(big.len())));
    let many: String = (0..MAX_TRACKS + 5)
        .map(|n| format!("FILE {n} WAVE\nTRACK 1 AUDIO\nINDEX 1 0:0:0\n"))
        .collect();
    let sheet = parse(many.as_bytes()).unwrap();
    assert_eq!(
        (sheet.files.len(), tell(&sheet).len()),
        (MAX_TRACKS, MAX_TRACKS)
    );
    assert_eq!(
        notes(&sheet),
        ["line 2998: only the first 999 tracks are read"]
    );
    let noisy = b"WHAT\n".repeat(MAX_NOTES * 2);
    let sheet = parse(&[&noisy[..], b"TRACK 1 AUDIO\n"].concat()).unwrap();
    assert_eq!(sheet.notes.len(), MAX_NOTES);
    let long = [
        &b"TITLE "[..],
        &b"a".repeat(MAX_LINE),
        b"\nTRACK 1 AUDIO\nTITLE b\n",
    ]
    .concat();
    let sheet = parse(&long).unwrap();
    assert_eq!(
        (sheet.title.as_str(), told(&long)),
        ("", vec!["|1|b||0-".into()])
    );
}

#[test]
fn spans_in_frames_of_the_file() {
    let span = CueSpan {
        start: 33,
        end: Some(13_650),
    };
    for (rate, start_frame, end_frame) in [
        (44_100, 19_404, 8_026_200),
        (96_000, 42_240, 17_472_000),
        (32_000, 14_080, 5_824_000),
        (0, 0, 0),
    ] {
        let end_frame = Some(end_frame);
        assert_eq!(
            span.at_rate(rate),
            Span {
                start_frame,
                end_frame
            }
        );
    }
    assert_eq!(span.length_ms(), Some(181_560));
    assert_eq!(CueSpan { end: None, ..span }.length_ms(), None);
}

#[test]
fn as_a_playlist() {
    let playlist = read(SHEET.as_bytes()).unwrap();
    assert_eq!(playlist.name.as_deref(), Some("Sample Days"));
    let row = &playlist.rows[0];
    assert_eq!(row.wanted.artists, ["The Example Band"]);
    assert_eq!(playlist.rows[1].wanted.artists, ["Guest"]);
    assert_eq!(
        (row.wanted.title.as_str(), row.wanted.album.as_str()),
        ("First Light", "Sample Days")
    );
    assert_eq!((row.wanted.length_ms, row.line), (Some(181_560), 14));
    assert_eq!(row.paths, [b"Sample Days.flac"]);
    assert!(row.span.is_some());
}

fn line() -> impl Strategy<Value = String> {
    "(FILE|TRACK|INDEX|REM|TITLE|FLAGS|ISRC) ?(\"|[0-9]{1,3}|AUDIO|MODE1|DISCNUMBER)? ?([0-9:\"]{0,10}|\\PC{0,6})"
}

proptest! {
    #[test]
    fn any_bytes_end_well(bytes: Vec<u8>) {
        let _ = parse(&bytes);
    }

    #[test]
    fn any_lines_make_spans_that_go_forward(lines in proptest::collection::vec(line(), 0..30)) {
        let Ok(sheet) = parse(lines.join("\n").as_bytes()) else { return Ok(()) };
        for file in &sheet.files {
            for CueTrack { span, .. } in &file.tracks {
                prop_assert!(span.end.is_none_or(|end| end > span.start));
                let span = span.at_rate(u32::MAX);
                prop_assert!(span.end_frame.is_none_or(|end| end > span.start_frame));
            }
        }
    }
}
