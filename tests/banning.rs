//! What is banned never plays by itself, and plays where it is named.

use crate::home::{Home, RATE, tone};

const FRAMES: usize = RATE as usize / 10;

/// How long what was played is, in frames of all channels.
fn played(home: &Home, args: &[&str]) -> usize {
    let mut all = args.to_vec();
    all.extend(["--output", "wav:out.wav"]);
    home.run(&all).ended(0);
    home.read_wav(&home.path("out.wav")).0.len()
}

fn home() -> (Home, usize) {
    let home = Home::new();
    for (file, number) in [("one.wav", 1), ("two.wav", 2), ("three.wav", 3)] {
        home.tone(file, number, FRAMES);
    }
    home.run(&["scan", "Music"]).ended(0);
    (home, tone(1, FRAMES).len())
}

#[test]
fn what_is_banned_is_left_out_by_chance_and_played_by_name() {
    let (home, song) = home();
    home.run(&["ban", "one"]).ended(0);
    assert_eq!(played(&home, &["now"]), 2 * song);
    assert_eq!(played(&home, &["play", "--shuffle"]), 2 * song);
    assert_eq!(
        played(&home, &["play", "wav", "--shuffle=albums"]),
        2 * song
    );
    assert_eq!(played(&home, &["play", "one"]), song);
    assert_eq!(played(&home, &["play", "wav"]), 3 * song);
    let told = home.run(&["play", "--shuffle", "--output", "null:fast"]);
    assert!(
        told.err.contains("Leaving out 1 song that is banned."),
        "{}",
        told.err
    );
}

#[test]
fn a_ban_is_told_lifted_and_survives_the_index() {
    let (home, song) = home();
    home.run(&["ban", "one"]).ended(0);
    home.run(&["ban", "--artist", "The", "Example", "Band"])
        .ended(0);
    let told = home.run(&["ban"]).ended(0).out;
    assert_eq!(told, "artist\tThe Example Band\tyou\nsong\tone\tyou\n");
    std::fs::remove_dir_all(home.path("home/cache")).unwrap();
    home.run(&["scan"]).ended(0);
    home.run(&["ban", "two"]).ended(0);
    home.run(&["ban", "three", "--dry-run"]).ended(0);
    home.run(&["ban", "three"]).ended(0);
    home.run(&["now", "--output", "null:fast"]).ended(3);
    home.run(&["play", "one", "--shuffle", "--output", "null:fast"])
        .ended(3);
    home.run(&["ban", "--lift", "o"]).ended(2);
    home.run(&["ban", "--lift", "one"]).ended(0);
    assert_eq!(played(&home, &["play", "--shuffle"]), song);
    home.run(&["ban", "--lift", "--all", "t"]).ended(0);
    assert_eq!(home.run(&["ban"]).ended(0).out, "");
}
