//! Everything that a person made, taken out as plain files: it is whole, other programs read it, and nothing changes here.

use crate::home::Home;
use std::fs;

#[test]
fn what_was_made_is_taken_out_whole_and_comes_back_elsewhere() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    let list = format!(
        "#EXTM3U\n{}\n#EXTINF:100,Nobody - Never Owned\n/nowhere/never.flac\n",
        home.music().join("1.wav").display()
    );
    fs::write(home.path("mix.m3u8"), list).unwrap();
    home.run(&["import", "mix.m3u8"]).ended(0);
    home.run(&["playlist", "new", "a:b", "Music/2.wav"])
        .ended(0);
    home.run(&["playlist", "new", "A:B", "Music/1.wav"])
        .ended(0);
    home.run(&["playlist", "smart", "loved", "rating", ">=4"])
        .ended(0);
    home.run(&["rate", "Music/1.wav", "4.5"]).ended(0);
    home.run(&["play", "Music/2.wav", "--output", "wav:x.wav"])
        .ended(0);
    let before = home.run(&["playlist", "ls", "--json"]).ended(0).json();

    let told = home
        .run(&["export", "--all", "out", "--json"])
        .ended(0)
        .json();
    let count = |name: &str| {
        let files = told["files"].as_array().unwrap();
        let file = files.iter().find(|file| file["name"] == name);
        file.unwrap_or_else(|| panic!("{name} of {told}"))["count"]
            .as_u64()
            .unwrap()
    };
    assert_eq!(count("playlists/"), 4);
    assert_eq!(count("heard.scrobbler.log"), 0, "the songs have no artist");
    assert_eq!(count("music-folders.csv"), 1);
    let out = |name: &str| fs::read_to_string(home.path("out").join(name)).unwrap();
    let mix = out("playlists/mix.m3u8");
    assert!(
        mix.contains("Never Owned") && mix.contains("1.wav"),
        "{mix}"
    );
    assert!(out("playlists/mix.xspf").contains("Never Owned"));
    // Names that a file system takes for one are two files.
    let alike = [("a_b", "2.wav"), ("A_B", "1.wav")];
    let is_there = |(stem, song): (&str, &str)| {
        let names = [format!("{stem}.m3u8"), format!("{stem} (2).m3u8")];
        let folder = home.path("out/playlists");
        let mut files = names.iter().map(|name| folder.join(name));
        let file = files.find(|file| file.exists()).unwrap();
        fs::read_to_string(file).unwrap().contains(song)
    };
    assert!(alike.into_iter().all(is_there));
    assert!(out("smart-playlists.csv").contains("loved,"));
    let songs = out("songs.csv");
    let rows: Vec<&str> = songs.lines().collect();
    assert_eq!(rows.len() as u64, count("songs.csv") + 1);
    let rated = rows.iter().find(|row| row.contains("1.wav")).unwrap();
    assert!(rated.contains(",4.5,0,0,"), "{rated}");
    let heard = rows.iter().find(|row| row.contains("2.wav")).unwrap();
    assert!(heard.contains(",,1,0,2"), "{heard}");
    for line in out("README.txt").lines().skip(2) {
        let name = line.split_whitespace().next().unwrap();
        assert!(home.path("out").join(name).exists(), "{line}");
    }
    // Nothing changed here, and nothing is written over.
    assert_eq!(
        home.run(&["playlist", "ls", "--json"]).ended(0).json(),
        before
    );
    home.run(&["export", "--all", "out"]).ended(1);

    let elsewhere = Home::new();
    let everything = home.path("out/everything.jsonl");
    elsewhere
        .run(&["backup", "restore", everything.to_str().unwrap()])
        .ended(0);
    let names = |answer: &serde_json::Value| {
        let lists = answer["playlists"].as_array().unwrap();
        lists
            .iter()
            .map(|list| list["name"].clone())
            .collect::<Vec<_>>()
    };
    let there = elsewhere.run(&["playlist", "ls", "--json"]).ended(0).json();
    assert_eq!(names(&there), names(&before));
}

#[test]
fn where_nothing_was_made_the_files_are_there_and_empty() {
    let home = Home::new();
    home.run(&["export", "--all", "out"]).ended(0);
    let songs = fs::read_to_string(home.path("out/songs.csv")).unwrap();
    assert_eq!(songs.lines().count(), 1);
    let told = home.run(&["export", "--all", "again"]).ended(0).out;
    assert!(
        told.lines().all(|line| line.split('\t').count() == 3),
        "{told}"
    );
    assert!(!home.path("out/everything.jsonl").exists());
    assert!(!home.path("home/data/standin.db").exists());
}
