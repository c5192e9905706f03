//! What comes with a song besides its sound: `cover` and `lyrics`, and what its path tells where it says nothing itself.

use crate::home::{Home, has, sample_media};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs ffmpeg quietly in the music folder.
fn ffmpeg(home: &Home, args: &[&str]) {
    let ran = Command::new("ffmpeg")
        .current_dir(home.music())
        .args(["-v", "error", "-nostdin", "-y"])
        .args(args)
        .output()
        .unwrap();
    assert!(
        ran.status.success(),
        "{args:?}: {}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

/// A home with a PNG of 40 × 30, which covers are made of.
fn home_with_picture() -> (Home, PathBuf) {
    let home = Home::new();
    let picture = home.path("picture.png");
    ffmpeg(
        &home,
        &[
            "-f",
            "lavfi",
            "-i",
            "color=red:s=40x30",
            "-frames:v",
            "1",
            picture.to_str().unwrap(),
        ],
    );
    (home, picture)
}

const TONE: [&str; 4] = ["-f", "lavfi", "-i", "sine=d=0.3"];

#[test]
fn the_picture_in_a_file_is_its_cover_in_every_format() {
    if !has("ffmpeg") {
        return;
    }
    let (home, picture) = home_with_picture();
    let picture = picture.to_str().unwrap();
    for (file, args) in [
        ("a.mp3", &["-id3v2_version", "3"][..]),
        ("b.mp3", &["-id3v2_version", "4"]),
        ("c.flac", &[]),
        ("d.m4a", &[]),
        ("e.aiff", &["-write_id3v2", "1"]),
    ] {
        let mut all = [
            &TONE[..],
            &["-i", picture, "-map", "0:a", "-map", "1:v", "-c:v", "copy"],
        ]
        .concat();
        all.extend([
            "-disposition:v",
            "attached_pic",
            "-metadata:s:v",
            "comment=Cover (front)",
        ]);
        all.extend(args);
        all.push(file);
        ffmpeg(&home, &all);
        is_the_picture(&home, file, picture);
    }
}

#[test]
fn the_tag_in_a_chunk_of_a_wav_file_holds_a_cover() {
    if !has("ffmpeg") {
        return;
    }
    let (home, picture) = home_with_picture();
    let song = home.tone("x.wav", 1, 5_000);
    let body = [&b"\0image/png\0\x03\0"[..], &fs::read(&picture).unwrap()].concat();
    let size = u32::try_from(body.len()).unwrap();
    let frame = [&b"APIC"[..], &size.to_be_bytes(), &[0, 0], &body].concat();
    let synchsafe = [21, 14, 7, 0].map(|shift| ((size + 10) >> shift & 0x7f) as u8);
    let tag = [&b"ID3\x03\0\0"[..], &synchsafe, &frame].concat();
    let length = u32::try_from(tag.len()).unwrap().to_le_bytes();
    let wav = fs::read(&song).unwrap();
    fs::write(&song, [&wav[..], b"id3 ", &length, &tag].concat()).unwrap();
    is_the_picture(&home, "x.wav", picture.to_str().unwrap());
}

#[test]
fn a_picture_in_comments_and_attachments_is_a_cover_too() {
    if !has("ffmpeg") {
        return;
    }
    let (home, picture) = home_with_picture();
    let bytes = fs::read(&picture).unwrap();
    let block = format!("METADATA_BLOCK_PICTURE={}", base64(&picture_block(&bytes)));
    let picture = picture.to_str().unwrap();
    for file in ["a.ogg", "b.opus"] {
        ffmpeg(&home, &[&TONE[..], &["-metadata", &block, file]].concat());
        is_the_picture(&home, file, picture);
    }
    let attached = [
        "-attach",
        picture,
        "-metadata:s:t",
        "mimetype=image/png",
        "-metadata:s:t",
        "filename=cover.png",
        "c.mka",
    ];
    ffmpeg(&home, &[&TONE[..], &attached].concat());
    is_the_picture(&home, "c.mka", picture);
}

fn is_the_picture(home: &Home, file: &str, picture: &str) {
    let song = home.music().join(file);
    let song = song.to_str().unwrap();
    let told = home.run(&["cover", song, "--json"]).ended(0).json();
    let told = |name: &str| told[name].clone();
    assert_eq!(
        (told("kind"), told("source")),
        ("png".into(), "file".into()),
        "{file}"
    );
    assert_eq!(
        (told("width"), told("height")),
        (40.into(), 30.into()),
        "{file}"
    );
    let piped = home.command(&["cover", song]).output().unwrap();
    assert!(
        piped.stdout == fs::read(picture).unwrap(),
        "{file}: other bytes"
    );
}

/// A FLAC picture block, as Vorbis comments hold it: a front cover (RFC 9639, 8.8).
fn picture_block(png: &[u8]) -> Vec<u8> {
    let number = |number: usize| u32::try_from(number).unwrap().to_be_bytes();
    let mut block = [&number(3)[..], &number(9), b"image/png", &number(0)].concat();
    [40, 30, 24, 0, png.len()]
        .iter()
        .for_each(|value| block.extend(number(*value)));
    block.extend(png);
    block
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let three = byte(0) << 16 | byte(1) << 8 | byte(2);
        for at in 0..4 {
            let letter = LETTERS[(three >> (18 - 6 * at) & 63) as usize];
            text.push(if at <= chunk.len() {
                letter as char
            } else {
                '='
            });
        }
    }
    text
}

#[test]
fn an_ape_tag_holds_a_cover_and_lyrics() {
    if !has("ffmpeg") {
        return;
    }
    let (home, picture) = home_with_picture();
    let png = fs::read(&picture).unwrap();
    ffmpeg(&home, &[&TONE[..], &["-c:a", "wavpack", "x.wv"]].concat());
    let item = |key: &str, flags: u32, value: &[u8]| {
        let size = u32::try_from(value.len()).unwrap();
        [
            &size.to_le_bytes()[..],
            &flags.to_le_bytes(),
            key.as_bytes(),
            b"\0",
            value,
        ]
        .concat()
    };
    let items = [
        item("Cover Art (Front)", 2, &[b"cover.png\0", &png[..]].concat()),
        item("Lyrics", 0, b"one\ntwo"),
    ]
    .concat();
    let size = u32::try_from(items.len() + 32).unwrap();
    let foot = [
        &b"APETAGEX"[..],
        &2_000u32.to_le_bytes(),
        &size.to_le_bytes(),
        &2u32.to_le_bytes(),
        &[0; 12],
    ]
    .concat();
    let song = home.music().join("x.wv");
    // The encoder's own tag is replaced.
    let mut bytes = fs::read(&song).unwrap();
    if let Some(at) = bytes.windows(8).position(|eight| eight == b"APETAGEX") {
        bytes.truncate(at);
    }
    fs::write(&song, [bytes, items, foot].concat()).unwrap();
    is_the_picture(&home, "x.wv", picture.to_str().unwrap());
    assert_eq!(
        home.run(&["lyrics", song.to_str().unwrap()]).ended(0).out,
        "one\ntwo\n"
    );
}

#[test]
fn the_sample_media_has_its_covers_in_its_folders() {
    let home = Home::new();
    home.run(&["scan", sample_media().to_str().unwrap()])
        .ended(0);
    let told = home
        .run(&["cover", "weathervane", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&told["source"], &told["kind"]),
        (&"folder".into(), &"jpeg".into())
    );
    let path = told["path"].as_str().unwrap();
    assert!(
        path.ends_with("2019 - Live at the Boathouse/cover.jpg"),
        "{path}"
    );
    let out = home.path("out.jpg");
    let write = ["cover", "weathervane", "--output", out.to_str().unwrap()];
    let said = home.run(&write).ended(0).err;
    assert!(said.contains("out.jpg (jpeg, "), "{said}");
    assert!(fs::read(&out).unwrap() == fs::read(path).unwrap());
    assert!(home.run(&write).ended(1).err.contains("--force"));
    home.run(&[&write[..], &["--force"]].concat()).ended(0);
}

#[test]
fn words_that_fit_several_songs_or_none_do_nothing() {
    let home = Home::scanned(&["one tune.wav", "other tune.wav"]);
    for verb in ["cover", "lyrics"] {
        let ran = home.run(&[verb, "tune"]).ended(2);
        assert!(
            ran.err.contains("one tune") && ran.err.contains("other tune"),
            "{}",
            ran.err
        );
        home.run(&[verb, "nothing of that name"]).ended(3);
        let ran = home.run(&[verb, "one"]).ended(3);
        assert!(
            ran.err.contains(&format!("one tune has no {verb}")),
            "{}",
            ran.err
        );
        assert_eq!(ran.out, "");
        assert!(
            home.run(&[verb, "--help"])
                .ended(0)
                .out
                .contains("Examples:")
        );
    }
}

#[test]
fn lyrics_in_a_file_and_beside_it() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    for (file, key) in [
        ("a.mp3", "UNSYNCEDLYRICS"),
        ("b.flac", "LYRICS"),
        ("c.ogg", "UNSYNCEDLYRICS"),
        ("d.opus", "LYRICS"),
        ("e.m4a", "lyrics"),
    ] {
        let text = format!("{key}=first\nsecond");
        ffmpeg(&home, &[&TONE[..], &["-metadata", &text, file]].concat());
        let song = home.music().join(file);
        let told = home.run(&["lyrics", song.to_str().unwrap()]).ended(0);
        assert_eq!(told.out, "first\nsecond\n", "{file}");
    }
    let song = home.music().join("b.flac");
    let song = song.to_str().unwrap();
    let said = home.run(&["lyrics", song, "--synced"]).ended(3).err;
    assert!(said.contains("without times"), "{said}");
    let lrc = b"[ti:x]\r\n[00:02.50]zwei\r\n[00:01.00]eins f\xfcr\r\n";
    fs::write(home.music().join("B.LRC"), lrc).unwrap();
    assert_eq!(home.run(&["lyrics", song]).ended(0).out, "eins für\nzwei\n");
    let synced = home.run(&["lyrics", song, "--synced"]).ended(0).out;
    assert_eq!(synced, "[00:01.00]eins für\n[00:02.50]zwei\n");
    let told = home.run(&["lyrics", song, "--json"]).ended(0).json();
    assert_eq!(
        (&told["source"], &told["synced"]),
        (&"beside".into(), &true.into())
    );
    assert_eq!(
        told["lines"][1],
        serde_json::json!({ "ms": 2_500, "text": "zwei" })
    );
}

#[test]
fn lyrics_steer_no_terminal() {
    let home = Home::new();
    home.tone("x.wav", 1, 5_000);
    fs::write(home.music().join("x.txt"), "\x1b]0;gotcha\x07la").unwrap();
    let song = home.music().join("x.wav");
    let out = home.run(&["lyrics", song.to_str().unwrap()]).ended(0).out;
    assert!(!out.contains('\x1b') && out.ends_with("la\n"), "{out:?}");
}

#[test]
fn the_path_tells_what_the_tags_do_not() {
    let home = Home::scanned(&[
        "Nina/1965 - Pastel Blues/CD 2/03 Trouble in Mind.wav",
        "Downloads/7 Rings.wav",
    ]);
    let told = home.run(&["info", "trouble", "--json"]).ended(0).json();
    let told = |name: &str| told[name].clone();
    assert_eq!(
        (told("title"), told("album")),
        ("Trouble in Mind".into(), "Pastel Blues".into())
    );
    assert_eq!(
        (told("artists"), told("date")),
        (["Nina"].as_slice().into(), "1965".into())
    );
    assert_eq!((told("track"), told("disc")), (3.into(), 2.into()));
    assert_eq!(
        told("from_path"),
        serde_json::json!(["artist", "album", "date", "title", "track", "disc"])
    );
    let words = home.run(&["info", "trouble"]).ended(0).out;
    assert!(
        words.contains("from its path") && words.contains("artist, album, date"),
        "{words}"
    );
    let rings = home.run(&["info", "rings", "--json"]).ended(0).json();
    assert_eq!(
        (&rings["title"], &rings["album"]),
        (&"7 Rings".into(), &"".into())
    );
    // Words of what was filled find it, and so does the file that is in no root.
    assert!(
        home.run(&["search", "pastel"])
            .ended(0)
            .out
            .contains("Trouble in Mind")
    );
    let outside = home.path("Nina/Pastel Blues/04 Ain't No Use.wav");
    fs::create_dir_all(outside.parent().unwrap()).unwrap();
    fs::copy(home.tone("y.wav", 3, 5_000), &outside).unwrap();
    let told = home
        .run(&["info", outside.to_str().unwrap(), "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&told["title"], &told["track"]),
        (&"Ain't No Use".into(), &4.into())
    );
}

#[test]
fn the_charset_that_was_guessed_and_all_other_fields_are_told() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let tags = [
        "-metadata",
        "CONDUCTOR=Someone",
        "-metadata",
        "PLAYCOUNT=4",
        "-metadata",
        "FMPS_RATING=0.7",
        "x.flac",
    ];
    ffmpeg(&home, &[&TONE[..], &tags].concat());
    let song = home.music().join("x.flac");
    let told = home
        .run(&["info", song.to_str().unwrap(), "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&told["rating"], &told["play_count"]),
        (&3.5.into(), &4.into())
    );
    assert_eq!(
        told["more"],
        serde_json::json!({ "conductor": ["Someone"] })
    );
    let words = home.run(&["info", song.to_str().unwrap()]).ended(0).out;
    assert!(
        words.contains("3.5 of 5") && words.contains("Someone"),
        "{words}"
    );
    let old = write_id3v1_cyrillic(&home);
    let told = home.run(&["info", old.to_str().unwrap()]).ended(0).out;
    assert!(told.contains("guessed: windows-1251"), "{told}");
}

/// An MP3 whose only tag is an ID3v1 in Windows-1251.
fn write_id3v1_cyrillic(home: &Home) -> PathBuf {
    ffmpeg(
        home,
        &[
            &TONE[..],
            &[
                "-write_xing",
                "0",
                "-id3v2_version",
                "0",
                "-map_metadata",
                "-1",
                "old.mp3",
            ],
        ]
        .concat(),
    );
    let path: PathBuf = Path::join(&home.music(), "old.mp3");
    let mut bytes = fs::read(&path).unwrap();
    let mut tag = vec![0; 128];
    tag[..3].copy_from_slice(b"TAG");
    // Группа крови, Кино
    tag[3..15].copy_from_slice(b"\xc3\xf0\xf3\xef\xef\xe0 \xea\xf0\xee\xe2\xe8");
    tag[33..37].copy_from_slice(b"\xca\xe8\xed\xee");
    bytes.extend(tag);
    fs::write(&path, bytes).unwrap();
    path
}
