//! `dupes`, with files as people have them.

use crate::home::{Home, RATE, has, tone};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use std::fs;
use std::path::Path;

fn named(path: &Path, title: &str, album: &str) {
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title(title.into());
    tag.set_artist("Nina Simone".into());
    tag.set_album(album.into());
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

/// A song, a copy of it with other tags, a shorter encoding of less quality, a hard link, a link, and another song.
fn shelf() -> Home {
    let home = Home::new();
    let sound = tone(1, RATE as usize * 3);
    let best = home.wav("a/best.wav", &sound, RATE);
    named(&best, "Sinnerman", "Pastel Blues");
    let copy = home.music().join("copy.wav");
    fs::copy(&best, &copy).unwrap();
    named(&copy, "Track 1", "");
    let half: Vec<i16> = sound
        .chunks(4)
        .flat_map(|four| [four[0], four[1]])
        .collect();
    let worse = home.wav("worse.wav", &half, RATE / 2);
    named(&worse, "SINNERMAN", "Best of");
    fs::hard_link(&best, home.music().join("hard.wav")).unwrap();
    std::os::unix::fs::symlink(&best, home.music().join("link.wav")).unwrap();
    named(
        &home.tone("other.wav", 2, RATE as usize * 6),
        "Sinnerman",
        "",
    );
    home.run(&["scan", "Music"]).ended(0);
    home
}

#[test]
fn each_copy_is_told_with_what_it_is_and_what_it_takes() {
    let home = shelf();
    let report = home.run(&["dupes", "--json"]).ended(0).json();
    let groups = report["groups"].as_array().unwrap();
    assert_eq!(groups.len(), 1, "{report:#}");
    let copies = groups[0]["copies"].as_array().unwrap();
    let told = |copy: &serde_json::Value| {
        let path = copy["path"].as_str().unwrap();
        let file = path.rsplit('/').next().unwrap().to_owned();
        let text = |name: &str| copy[name].as_str().unwrap().to_owned();
        let frees = copy["frees_bytes"].as_u64().unwrap() > 0;
        (file, text("evidence"), copy["spare"] == true, frees)
    };
    let of = |file: &str, evidence: &str, spare, frees| {
        (file.to_owned(), evidence.to_owned(), spare, frees)
    };
    assert_eq!(
        copies.iter().map(told).collect::<Vec<_>>(),
        [
            of("best.wav", "best", false, false),
            of("hard.wav", "audio", false, false),
            of("link.wav", "audio", false, false),
            of("copy.wav", "audio", true, true),
            of("worse.wav", "names", true, true),
        ]
    );
    assert_eq!(copies[1]["same_file"], true);
    assert_eq!(copies[2]["symlink"], true);
    let taken: u64 = ["copy.wav", "worse.wav"]
        .iter()
        .map(|file| fs::metadata(home.music().join(file)).unwrap().len())
        .sum();
    assert_eq!(report["waste_bytes"], taken);
    let lines = home.run(&["dupes"]).ended(0);
    assert_eq!(lines.out.lines().count(), 5, "{}", lines.out);
    assert!(
        lines.err.contains("1 recording more than once; 2 files"),
        "{}",
        lines.err
    );
}

#[test]
fn the_spare_paths_go_to_another_program_and_with_them_gone_nothing_is_twice() {
    let home = shelf();
    let same = home.run(&["dupes", "--same-audio", "-0"]).ended(0).out;
    let music = home.music();
    let path = |file: &str| format!("{}\0", music.join(file).display());
    assert_eq!(same, path("copy.wav"));
    let all = home.run(&["dupes", "-0"]).ended(0).out;
    assert_eq!(all, path("copy.wav") + &path("worse.wav"));
    for spare in all.split_terminator('\0') {
        fs::remove_file(spare).unwrap();
    }
    for link in ["hard.wav", "link.wav"] {
        fs::remove_file(music.join(link)).unwrap();
    }
    // Before the next scan too.
    let none = home.run(&["dupes"]).ended(3);
    assert_eq!(
        (none.out.as_str(), none.err.as_str()),
        ("", "Nothing is owned twice.\n")
    );
    assert!(music.join("a/best.wav").exists());
}

#[test]
fn a_damaged_copy_is_not_the_one_to_keep() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let wav = home.tone("x.wav", 1, RATE as usize * 2);
    for file in ["x.flac", "x.mp3"] {
        let made = std::process::Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(&wav)
            .args([
                "-metadata",
                "title=So What",
                "-metadata",
                "artist=Miles Davis",
            ])
            .arg(home.music().join(file))
            .status();
        assert!(made.unwrap().success());
    }
    fs::remove_file(wav).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    let best = || {
        let report = home.run(&["dupes", "--json"]).ended(0).json();
        let best = report["groups"][0]["copies"][0].clone();
        assert_eq!(best["damaged"], false);
        best["codec"].as_str().unwrap().to_owned()
    };
    assert_eq!(best(), "flac");
    let flac = home.music().join("x.flac");
    let mut bytes = fs::read(&flac).unwrap();
    let end = bytes.len();
    bytes[end / 2..end / 2 + 400].fill(0x5a);
    fs::write(&flac, bytes).unwrap();
    home.run(&["scan"]).ended(0);
    home.run(&["verify"]).ended(4);
    assert_eq!(best(), "mp3");
}

#[test]
fn a_root_that_is_away_is_told() {
    let home = Home::scanned(&["1.wav"]);
    fs::copy(home.music().join("1.wav"), home.music().join("2.wav")).unwrap();
    home.run(&["scan"]).ended(0);
    home.run(&["dupes"]).ended(0);
    fs::rename(home.music(), home.path("elsewhere")).unwrap();
    let away = home.run(&["dupes"]).ended(6);
    assert!(away.err.contains("“Music” is away"), "{}", away.err);
}
