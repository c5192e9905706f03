//! The errors that somebody makes in the first hour, made on purpose: each is answered with what to do.

use crate::home::Home;
use std::fs;

/// What is typed, how it ends, and what the answer says to do.
const MADE: &[(&[&str], i32, &str)] = &[
    // Before anything is indexed.
    (&["play"], 3, "`standin now` plays at once"),
    (&["play", "kind", "of", "blue"], 3, "`standin scan FOLDER`"),
    (&["now", "--output", "null"], 3, "`standin scan FOLDER`"),
    (&["search", "anything"], 3, "`standin scan FOLDER`"),
    (&["tui"], 2, "needs a terminal"),
    (&["next"], 5, "`standin daemon` starts one"),
    (&["scan"], 3, "`standin scan FOLDER`"),
    (&["scan", "nowhere"], 1, "look how it is written"),
    (
        &["scan", "Music/song.wav"],
        1,
        "name the folder that it is in",
    ),
    (&["scan", "empty"], 0, "name the folder where it is"),
    // Words where a verb should stand.
    (&["kind", "of", "blue"], 2, "`standin play kind of blue`"),
    (&["Music/song.wav"], 2, "`standin play Music/song.wav`"),
    (&["Music"], 2, "`standin scan Music`"),
    (&["serach", "x"], 2, "Did you mean `standin search`?"),
    (&["sound"], 2, "`standin help sound`"),
    (&["spotify"], 2, "`standin help`"),
    (&["playlist"], 2, "another word must follow"),
    (&["playlist", "play", "x"], 2, "standin --help"),
    // What is in a network.
    (
        &["play", "https://radio.example/stream"],
        3,
        "plays files that are here",
    ),
    (
        &["import", "https://list.example/1"],
        1,
        "`standin help playlists`",
    ),
    (
        &["import", "spotify:playlist:1"],
        1,
        "`standin help playlists`",
    ),
    // What is no export, no music, no option.
    (&["import", "nowhere.zip"], 1, "No such file"),
    (&["import", "notes.txt"], 3, "`standin import --help`"),
    (&["import", "Music"], 3, "`standin scan Music`"),
    (
        &["play", "Music/broken.mp3", "--output", "null"],
        4,
        "it is damaged",
    ),
    (
        &["play", "Music/song.wav", "--output", "nosuchdevice"],
        7,
        "`--output null` plays without sound",
    ),
    (&["play", "--vol", "50"], 2, "--volume"),
    (&["rate", "Music/song.wav", "11"], 2, "0 to 5"),
    (
        &["backup", "restore", "yesterday"],
        3,
        "`standin backup ls`",
    ),
];

#[test]
fn each_is_answered_with_what_to_do() {
    for (args, code, advice) in MADE {
        let home = Home::new();
        home.tone("song.wav", 1, 4_410);
        fs::write(home.music().join("broken.mp3"), "x").unwrap();
        fs::write(home.path("notes.txt"), "milk\n").unwrap();
        fs::create_dir(home.path("empty")).unwrap();
        let ran = home.run(args);
        let told = format!("{}{}", ran.out, ran.err);
        ran.ended(*code);
        assert!(told.contains(advice), "{args:?}: {told}");
    }
}

#[test]
fn a_slip_in_the_settings_stops_nothing_and_names_its_line() {
    let home = Home::scanned(&["1.wav"]);
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(
        home.path("home/config/config.toml"),
        "[play]\nvolumee = 80\n",
    )
    .unwrap();
    let ran = home.run(&["play", "1", "--output", "wav:x.wav"]).ended(0);
    assert!(
        ran.err.contains("line 2") && ran.err.contains("volume"),
        "{}",
        ran.err
    );
}
