//! LRC and SYLT in every form, and which text is taken.

use super::*;
use proptest::prelude::*;
use std::fs;

fn shown(lines: &[Line]) -> Vec<String> {
    let time = |line: &Line| line.at_ms.map_or(String::new(), lrc::time);
    lines
        .iter()
        .map(|line| format!("{}{}", time(line), line.text))
        .collect()
}

#[test]
fn lrc_in_every_form() {
    for (text, lines) in [
        ("[00:01.50]a\n[00:02]b", &["[00:01.50]a", "[00:02.00]b"][..]),
        ("[ar:X]\n[ti:Y]\n[00:01.5] a", &["[00:01.50]a"]),
        (
            "[00:09.00][00:01.00]again\n[00:05.00]once",
            &["[00:01.00]again", "[00:05.00]once", "[00:09.00]again"],
        ),
        ("[offset:+500]\n[00:02.00]a", &["[00:01.50]a"]),
        ("[offset:-500]\n[00:02.00]a", &["[00:02.50]a"]),
        ("[offset:9999]\n[00:02.00]a", &["[00:00.00]a"]),
        (
            "[00:01.00]<00:01.00>two <00:01.40>words",
            &["[00:01.00]two words"],
        ),
        ("[00:01.00]a < b > c", &["[00:01.00]a < b > c"]),
        ("[00:01:50]a", &["[00:01.50]a"]),
        ("[100:00.00]long", &["[100:00.00]long"]),
        ("[Chorus]\nla la", &["[Chorus]", "la la"]),
        ("plain\n\ntext", &["plain", "", "text"]),
        ("[00:01.00]a\n\n[00:03.00]", &["[00:01.00]a", "[00:03.00]"]),
        (
            "[99999999999999999999:00.00]x",
            &["[99999999999999999999:00.00]x"],
        ),
        ("", &[]),
    ] {
        assert_eq!(shown(&lrc::parse(text)), lines, "{text:?}");
    }
}

#[test]
fn more_lines_than_a_song_has_are_cut() {
    let many = "[00:01.00][00:02.00]x\n".repeat(MOST_LINES);
    assert_eq!(lrc::parse(&many).len(), MOST_LINES);
}

fn sylt(charset: u8, pieces: &[(&[u8], u32)]) -> Vec<u8> {
    let end: &[u8] = if charset == 1 { &[0, 0] } else { &[0] };
    let mut frame = [&[charset][..], b"eng", &[2, 1], end].concat();
    for (text, at) in pieces {
        frame.extend([text, end, &at.to_be_bytes()].concat());
    }
    frame
}

#[test]
fn sylt_of_lines_and_of_syllables() {
    let lines = sylt::parse(&sylt(3, &[("né".as_bytes(), 1_000), (b"two", 2_000)]));
    assert_eq!(shown(&lines), ["[00:01.00]né", "[00:02.00]two"]);
    let syllables = sylt::parse(&sylt(
        0,
        &[
            (b"\nHel", 1_000),
            (b"lo", 1_500),
            (b" you", 1_700),
            (b"\ntwo", 2_000),
        ],
    ));
    assert_eq!(shown(&syllables), ["[00:01.00]Hello you", "[00:02.00]two"]);
    let wide = sylt::parse(&sylt(1, &[(b"\xff\xfea\0\x30\0", 1_000)]));
    assert_eq!(shown(&wide), ["[00:01.00]a0"]);
    let mut in_frames = sylt(0, &[(b"x", 1)]);
    in_frames[4] = 1;
    assert!(sylt::parse(&in_frames).is_empty());
}

proptest! {
    #[test]
    fn any_text_is_lyrics(text in "(\\[[0-9:.a-z]{0,9}\\]|<|>|\\n|\\PC){0,60}") {
        let lines = lrc::parse(&text);
        let times: Vec<u64> = lines.iter().filter_map(|line| line.at_ms).collect();
        prop_assert!(times.is_sorted());
        let written: String = lines
            .iter()
            .filter_map(|line| Some(format!("{}{}\n", lrc::time(line.at_ms?), line.text)))
            .collect();
        prop_assert_eq!(lrc::parse(&written).len(), times.len());
    }

    #[test]
    fn any_frame_is_read(bytes: Vec<u8>, charset in 0..4u8) {
        let frame = [&[charset], &b"eng\x02\x01"[..], &bytes].concat();
        sylt::parse(&frame);
        sylt::parse(&bytes);
    }
}

#[test]
fn which_text_is_taken() {
    let dir = tempfile::tempdir().unwrap();
    let song = Song::at(dir.path().join("A Song.mp3").to_str().unwrap());
    let put = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    // ID3v2.3 with one USLT frame.
    let of_file = b"ID3\x03\0\0\0\0\0\x17USLT\0\0\0\x0d\0\0\0eng\0embedded";
    put("A Song.mp3", of_file);
    put("a song.TXT", b"caf\xe9");
    put("Another Song.lrc", b"[00:01.00]not this one");
    let taken = || shown(&lyrics(&song).unwrap().unwrap().lines).join("|");
    assert_eq!(taken(), "embedded");
    put("a SONG.LRC", b"\xef\xbb\xbf[00:01.00]timed");
    assert_eq!(taken(), "[00:01.00]timed");
    fs::remove_file(dir.path().join("a SONG.LRC")).unwrap();
    put("A Song.mp3", b"no tag at all");
    assert_eq!(taken(), "café");
    put("a song.TXT", &[b'x'; MOST_LYRICS_BYTES + 1]);
    assert_eq!(lyrics(&song).unwrap(), None);
    put("a song.TXT", b" \n ");
    assert_eq!(lyrics(&song).unwrap(), None);
}
