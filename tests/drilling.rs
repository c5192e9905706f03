//! A drill: songs of the playlists with the network away, and nothing of the person's own changed.

use crate::home::{Home, RATE, Ran};
use std::fs;

fn home() -> Home {
    let home = Home::new();
    for (file, number) in [("one.wav", 1), ("two.wav", 2), ("three.wav", 3)] {
        home.tone(file, number, RATE as usize / 4);
    }
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["playlist", "new", "Trip", "Music/one.wav", "Music/two.wav"])
        .ended(0);
    home
}

#[test]
fn songs_of_the_playlists_play_with_no_network() {
    let home = home();
    let answer = home
        .run(&["drill", "--seconds", "6", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&answer["songs"], &answer["played"]),
        (&2.into(), &2.into()),
        "{answer}"
    );
    assert_eq!(
        (&answer["failed"], &answer["wire"]),
        (&serde_json::json!([]), &true.into())
    );
    let network = answer["network"].as_str().unwrap();
    println!("the network was taken away by: {network}");
    assert_ne!(network, "not");
    assert_eq!(answer["heard_ms"], 500, "{answer}");
    let told = home.run(&["drill", "--seconds", "1"]).ended(0);
    assert!(told.err.contains("No network: "), "{}", told.err);
    assert!(told.err.contains(" = 1 played + 0 failed"), "{}", told.err);
}

#[test]
fn a_file_that_does_not_play_is_named_with_its_reason() {
    let home = home();
    let path = home.music().join("two.wav");
    let whole = fs::read(&path).unwrap();
    // Of the same size and age, so that nobody has noticed.
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    fs::write(&path, vec![0x11; whole.len()]).unwrap();
    let file = fs::File::options().write(true).open(&path).unwrap();
    file.set_modified(time).unwrap();
    let answer = home
        .run(&["drill", "Trip", "--seconds", "6", "--json"])
        .ended(4)
        .json();
    assert_eq!(
        (&answer["songs"], &answer["played"]),
        (&2.into(), &1.into()),
        "{answer}"
    );
    let failed = &answer["failed"][0];
    assert_eq!(
        (&failed["step"], &failed["playlist"]),
        (&"play".into(), &"Trip".into())
    );
    assert!(failed["path"].as_str().unwrap().ends_with("two.wav"));
    assert!(!failed["reason"].as_str().unwrap().is_empty());
    let told = home.run(&["drill", "Trip", "--seconds", "6"]).ended(4);
    assert!(told.out.starts_with("play\tTrip\t"), "{}", told.out);
}

#[test]
fn queue_counts_and_history_are_as_they_were() {
    let home = home();
    home.run(&["play", "three", "--output", "null:fast"])
        .ended(0);
    let all = |folder: &str| {
        let folder = home.path("home").join(folder);
        let mut files: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.is_file())
            .map(|path| (path.clone(), fs::read(path).unwrap()))
            .collect();
        files.sort();
        files
    };
    let history = home.run(&["history"]).ended(0).out;
    let (data, state) = (all("data"), all("state"));
    home.run(&["drill", "--seconds", "1"]).ended(0);
    assert!(all("data") == data && all("state") == state);
    assert_eq!(home.run(&["history"]).ended(0).out, history);
}

#[test]
fn a_folder_that_is_away_and_no_music_at_all_are_told() {
    let home = home();
    fs::rename(home.music(), home.path("elsewhere")).unwrap();
    home.run(&["drill", "--seconds", "1"]).ended(6);
    let empty = Home::new();
    empty.run(&["drill", "--seconds", "1"]).ended(3);
}

#[test]
fn where_no_namespace_can_be_had_sockets_are_refused() {
    let home = home();
    let mut command = home.command(&["drill", "--seconds", "1", "--json"]);
    // As if it had been begun anew, and the system had left it where it was.
    let own = fs::read_link("/proc/self/ns/net").unwrap();
    let ran = Ran::from(command.env("STANDIN_DRILL_INSIDE", own).output().unwrap());
    let answer = ran.json();
    let network = answer["network"].as_str().unwrap();
    println!("without a namespace: {network}");
    assert_ne!(network, "namespace");
    // A kernel that can filter calls filters them.
    let filters = fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail");
    if filters.is_ok_and(|actions| actions.contains("errno")) {
        assert_eq!(network, "sockets-refused");
    }
    let is_away = network != "not";
    assert_eq!(ran.code, Some(if is_away { 0 } else { 4 }), "{answer}");
    assert_eq!(
        (&answer["played"], &answer["wire"]),
        (&1.into(), &true.into())
    );
}
