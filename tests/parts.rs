//! Songs that are parts of a file, through the built program.

use crate::home::{Home, RATE, Ran, as_floats, has, tone};
use std::fs;
use std::path::Path;
use std::process::Command;

const FRAMES: usize = 3 * RATE as usize;
/// Where the tracks begin, in frames of a CD and in frames of the file.
const STARTS: [(&str, usize); 3] = [
    ("00:00:00", 0),
    ("00:00:71", 71 * 588),
    ("00:02:01", 151 * 588),
];

/// A home with one file of a tone and a sheet of three tracks beside it, scanned.
fn cut(name: &str) -> Option<(Home, Vec<i16>)> {
    let home = Home::new();
    let whole = tone(1, FRAMES);
    home.wav("Band/cd.wav", &whole, RATE);
    let folder = home.music().join("Band");
    if name == "cd.flac" {
        if !has("flac") {
            return None;
        }
        let made = Command::new("flac")
            .args(["-s", "--delete-input-file", "cd.wav"])
            .current_dir(&folder)
            .status();
        assert!(made.unwrap().success());
    }
    let track = |(n, (time, _)): (usize, &(&str, usize))| {
        format!("TRACK 0{n} AUDIO\nTITLE \"Piece {n}\"\nINDEX 01 {time}\n")
    };
    let tracks: String = (1..).zip(&STARTS).map(track).collect();
    // As rippers leave it: the sheet still names the WAV that was encoded since.
    let sheet =
        format!("PERFORMER \"The Band\"\nTITLE \"Long Tone\"\nFILE \"cd.wav\" WAVE\n{tracks}");
    fs::write(folder.join("cd.cue"), sheet).unwrap();
    let scanned = home.run(&["scan", home.music().to_str().unwrap()]).ended(0);
    assert!(scanned.out.contains("scanned 1 = 1 new"), "{}", scanned.out);
    Some((home, whole))
}

/// The samples of parts, by their numbers from 1.
fn pieces(whole: &[i16], parts: &[usize]) -> Vec<i16> {
    let piece = |part: &usize| {
        let until = STARTS.get(*part).map_or(FRAMES, |(_, start)| *start);
        &whole[2 * STARTS[*part - 1].1..2 * until]
    };
    parts.iter().flat_map(piece).copied().collect()
}

#[track_caller]
fn heard(home: &Home, expected: &[i16]) {
    let (samples, rate) = home.read_wav(&home.path("out.wav"));
    assert_eq!((samples.len(), rate), (expected.len(), RATE));
    let pairs = samples.iter().zip(as_floats(expected));
    let wrong = pairs.into_iter().position(|(heard, meant)| *heard != meant);
    assert_eq!(wrong, None, "the first sample that differs");
}

fn play(home: &Home, what: &[&str]) -> Ran {
    let ran = home.run(&[&["play", "--output", "wav:out.wav"], what].concat());
    ran.ended(0)
}

#[test]
fn parts_play_to_the_sample_in_any_order() {
    for name in ["cd.wav", "cd.flac"] {
        let Some((home, whole)) = cut(name) else {
            return;
        };
        let file = format!("Music/Band/{name}");
        for all in ["Long Tone", "The Band", "Music/Band", &file] {
            play(&home, &[all]);
            heard(&home, &whole);
        }
        play(&home, &["piece 2"]);
        heard(&home, &pieces(&whole, &[2]));
        let [first, second, third] = [1, 2, 3].map(|n| format!("{file}/track000{n}"));
        play(&home, &[&third, &first, &second, &third]);
        heard(&home, &pieces(&whole, &[3, 1, 2, 3]));
        let outside = home.path("outside");
        fs::rename(home.music().join("Band"), &outside).unwrap();
        let file = outside.join(name);
        play(&home, &[file.to_str().unwrap()]);
        heard(&home, &whole);
        play(&home, &[file.join("track0003").to_str().unwrap()]);
        heard(&home, &pieces(&whole, &[3]));
    }
}

#[test]
fn chapters_play_to_the_sample() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let whole = tone(2, FRAMES);
    home.wav("x.wav", &whole, RATE);
    let chapter = |start: u32, end: u32, title: &str| {
        format!("[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={end}\ntitle={title}\n")
    };
    let chapters = [chapter(0, 1_000, "Eins"), chapter(1_000, 3_000, "Zwei")].concat();
    fs::write(
        home.music().join("x.txt"),
        format!(";FFMETADATA1\ntitle=Book\n{chapters}"),
    )
    .unwrap();
    let from = [
        "-v",
        "error",
        "-i",
        "x.wav",
        "-i",
        "x.txt",
        "-map",
        "0:a",
        "-map_metadata",
        "1",
        "-map_chapters",
        "1",
    ];
    for (codec, name) in [("flac", "x.mka"), ("alac", "x.m4b")] {
        let made = Command::new("ffmpeg")
            .args(from)
            .args(["-c:a", codec, name])
            .current_dir(home.music())
            .status();
        assert!(made.unwrap().success());
    }
    fs::remove_file(home.music().join("x.wav")).unwrap();
    home.run(&["scan", home.music().to_str().unwrap()]).ended(0);
    for name in ["x.mka", "x.m4b"] {
        let file = format!("Music/{name}");
        play(&home, &[&file]);
        heard(&home, &whole);
        play(&home, &[&format!("{file}/track0002")]);
        heard(&home, &whole[2 * RATE as usize..]);
        let list = home.path("all.m3u8");
        fs::write(&list, home.music().join(name).to_str().unwrap()).unwrap();
        play(&home, &[list.to_str().unwrap()]);
        heard(&home, &whole);
    }
}

#[test]
fn a_pipe_brings_the_very_parts() {
    let Some((home, whole)) = cut("cd.wav") else {
        return;
    };
    let listed = home.run(&["ls", "Music/Band"]).ended(0).out;
    let lines: Vec<&str> = listed.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[1].ends_with("/Music/Band/cd.wav/track0002"),
        "{listed}"
    );
    let found = home.run(&["search", "piece", "2"]).ended(0).out;
    let ran = home.pipe(&["play", "-", "--output", "wav:out.wav"], found.as_bytes());
    ran.ended(0);
    heard(&home, &pieces(&whole, &[2]));
    let back: Vec<&str> = lines.iter().rev().copied().collect();
    home.pipe(
        &["playlist", "new", "Back", "-"],
        back.join("\n").as_bytes(),
    )
    .ended(0);
    play(&home, &["Back"]);
    heard(&home, &pieces(&whole, &[3, 2, 1]));
    let files = home.run(&["ls", "-0", "Music/Band"]).ended(0).out;
    assert_eq!(
        files,
        format!("{}\0", home.music().join("Band/cd.wav").display())
    );
    // The path of the file itself, in a list, is all of it as one song.
    let path = home.music().join("Band/cd.wav");
    home.pipe(
        &["playlist", "new", "All", "-"],
        path.to_str().unwrap().as_bytes(),
    )
    .ended(0);
    let rows = home
        .run(&["playlist", "show", "All", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (
            rows["rows"].as_array().unwrap().len(),
            &rows["rows"][0]["wanted"]["title"]
        ),
        (1, &"Long Tone".into())
    );
    play(&home, &["All"]);
    heard(&home, &whole);
}

#[test]
fn rows_of_parts_are_found_after_a_move_and_without_the_sheet() {
    let Some((home, whole)) = cut("cd.wav") else {
        return;
    };
    home.run(&["playlist", "new", "mine", "Music/Band/cd.wav"])
        .ended(0);
    home.run(&["playlist", "rm", "mine", "2"]).ended(0);
    let expected = pieces(&whole, &[1, 3]);
    play(&home, &["mine"]);
    heard(&home, &expected);
    fs::create_dir(home.music().join("New")).unwrap();
    for name in ["cd.wav", "cd.cue"] {
        fs::rename(
            home.music().join("Band").join(name),
            home.music().join("New").join(name),
        )
        .unwrap();
    }
    let scanned = home.run(&["scan"]).ended(0);
    assert!(scanned.out.contains("1 moved"), "{}", scanned.out);
    play(&home, &["mine"]);
    heard(&home, &expected);
    let rows = home
        .run(&["playlist", "show", "mine", "--json"])
        .ended(0)
        .json();
    assert_eq!(rows["rows"][1]["verdict"], "exact");
    // Back at its place and without the sheet, the file still has the part in it.
    fs::rename(home.music().join("New/cd.cue"), home.path("cd.cue")).unwrap();
    fs::rename(
        home.music().join("New/cd.wav"),
        home.music().join("Band/cd.wav"),
    )
    .unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(home.run(&["stats", "--json"]).ended(0).json()["songs"], 1);
    play(&home, &["mine"]);
    heard(&home, &expected);
}

#[test]
fn info_tells_of_a_part_and_of_the_file() {
    let Some((home, _)) = cut("cd.wav") else {
        return;
    };
    let part = home
        .run(&["info", "Music/Band/cd.wav/track0002", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&part["title"], &part["track"], &part["part"]),
        (&"Piece 2".into(), &2.into(), &2.into())
    );
    assert_eq!(part["span"]["start_frame"], 71 * 588);
    assert_eq!(part["uri"], "Music/Band/cd.wav/track0002");
    assert!(Path::new(part["path"].as_str().unwrap()).is_file());
    let file = home
        .run(&["info", "Music/Band/cd.wav", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&file["title"], &file["length_ms"]),
        (&"Long Tone".into(), &3_000.into())
    );
    let all = home
        .run(&["info", "--all", "Music/Band/cd.wav", "--json"])
        .ended(0)
        .json();
    assert_eq!(all["songs"].as_array().unwrap().len(), 3);
    let told = home.run(&["info", "piece", "3"]).ended(0).out;
    assert!(told.contains("Music/Band/cd.wav/track0003"), "{told}");
}
