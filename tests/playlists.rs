//! `playlist`: rows outlive their files.

use crate::home::{Home, sample_media};
use std::fs;

#[test]
fn a_row_keeps_its_place_and_its_names_while_its_file_is_gone() {
    let home = Home::scanned(&["1.wav", "2.wav", "3.wav"]);
    home.run(&[
        "playlist",
        "new",
        "Road Trip",
        "Music/1.wav",
        "Music/2.wav",
        "Music/3.wav",
    ])
    .ended(0);
    fs::rename(home.music().join("2.wav"), home.path("2.wav")).unwrap();
    home.run(&["scan"]).ended(0);
    let shown = home
        .run(&["playlist", "show", "Road Trip", "--json"])
        .ended(4)
        .json();
    let verdicts: Vec<_> = shown["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["exact", "missing", "exact"]);
    assert_eq!(shown["rows"][1]["wanted"]["title"], "2");
    let ran = home
        .run(&["play", "Road", "Trip", "--output", "wav:out.wav"])
        .ended(4);
    assert!(ran.err.contains("Stepping over 1 of 3 rows"), "{}", ran.err);
    fs::create_dir(home.music().join("back")).unwrap();
    fs::rename(home.path("2.wav"), home.music().join("back/renamed.wav")).unwrap();
    home.run(&["scan"]).ended(0);
    let shown = home
        .run(&["playlist", "show", "Road Trip", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        shown["rows"][1]["reason"],
        "found by its audio, at another path"
    );
}

#[test]
fn playlists_outlive_the_index() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    home.run(&["playlist", "new", "mine", "Music/1.wav", "Music/2.wav"])
        .ended(0);
    fs::remove_dir_all(home.path("home/cache")).unwrap();
    home.run(&["scan"]).ended(0);
    home.run(&["playlist", "show", "mine"]).ended(0);
}

#[test]
fn out_as_m3u8_and_in_again_is_the_same_list() {
    let home = Home::scanned(&["a/1.wav", "ü/2.wav"]);
    fs::write(
        home.music().join("in.m3u8"),
        "#EXTM3U\n#EXTINF:61,Band - Gone\nnowhere.flac\na/1.wav\nü/2.wav\na/1.wav\n",
    )
    .unwrap();
    home.run(&["playlist", "new", "one", "Music/in.m3u8"])
        .ended(0);
    home.run(&["playlist", "export", "one", "Music/out.m3u8", "--relative"])
        .ended(4);
    let written = fs::read_to_string(home.music().join("out.m3u8")).unwrap();
    assert!(
        written.contains("\na/1.wav\n") && written.contains("#EXTINF:61,Band - Gone\n"),
        "{written}"
    );
    home.run(&["playlist", "new", "two", "Music/out.m3u8"])
        .ended(0);
    let rows = |name: &str| {
        let shown = home
            .run(&["playlist", "show", name, "--json"])
            .ended(4)
            .json();
        shown["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["verdict"].clone(), row["file"].clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(rows("one"), rows("two"));
    let ran = home
        .run(&["playlist", "export", "one", "Music/out.m3u8"])
        .ended(1);
    assert!(
        ran.err.contains("there already") && ran.err.contains("--force"),
        "{}",
        ran.err
    );
}

#[test]
fn rows_and_lists_are_added_renamed_and_removed() {
    let home = Home::scanned(&["1.wav", "2.wav", "3.wav"]);
    home.run(&["playlist", "new", "x"]).ended(0);
    home.run(&["playlist", "new", "x"]).ended(1);
    home.run(&[
        "playlist",
        "add",
        "x",
        "Music/1.wav",
        "Music/2.wav",
        "Music/3.wav",
    ])
    .ended(0);
    home.run(&["playlist", "rm", "x", "1-2", "--dry-run"])
        .ended(0);
    home.run(&["playlist", "rm", "x", "1-2"]).ended(0);
    home.run(&["playlist", "rm", "x", "2"]).ended(2);
    home.run(&["playlist", "rename", "x", "y"]).ended(0);
    let shown = home
        .run(&["playlist", "show", "y", "--json"])
        .ended(0)
        .json();
    assert_eq!(shown["rows"].as_array().unwrap().len(), 1);
    assert_eq!(home.run(&["playlist", "ls"]).ended(0).out, "y\n");
    let ran = home.run(&["playlist", "show", "z"]).ended(3);
    assert!(ran.err.contains("“z”; did you mean “y”?\n"), "{}", ran.err);
    home.run(&["playlist", "rm", "y"]).ended(0);
    assert_eq!(home.run(&["playlist", "ls"]).ended(0).out, "");
}

#[test]
fn the_playlists_of_the_sample_media_are_read() {
    let home = Home::new();
    home.run(&["scan", sample_media().to_str().unwrap()])
        .ended(0);
    let mut missing = 0;
    let mut files = 0;
    for entry in fs::read_dir(sample_media().join("Playlists")).unwrap() {
        let file = entry.unwrap().path();
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        home.run(&["playlist", "new", &name, file.to_str().unwrap()])
            .ended(0);
        missing += home.run(&["playlist", "show", &name, "--json"]).json()["missing"]
            .as_u64()
            .unwrap();
        files += 1;
    }
    assert_eq!((files, missing), (2, 1), "one row is missing on purpose");
}
