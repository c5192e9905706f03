//! What was heard, handed out: all of it, or what is new.

use crate::home::{Home, RATE};
use serde_json::Value;

/// Two songs with names, heard to their ends, and one without an artist.
fn heard() -> Home {
    let home = Home::new();
    for (number, file) in [
        "Miles/Blue/01 One.wav",
        "Miles/Blue/02 Two.wav",
        "three.wav",
    ]
    .iter()
    .enumerate()
    {
        home.tone(file, number, RATE as usize / 10);
    }
    home.run(&["scan", home.music().to_str().unwrap()]).ended(0);
    play(&home, "Blue");
    home
}

fn play(home: &Home, what: &str) {
    let file = format!("wav:{what}.wav");
    home.run(&["play", what, "--output", &file]).ended(0);
    std::fs::remove_file(home.path(&format!("{what}.wav"))).unwrap();
}

/// The songs of a log, checked to be one.
fn titles(log: &str) -> Vec<&str> {
    let rows: Vec<&str> = log.lines().skip(3).collect();
    assert!(
        log.starts_with("#AUDIOSCROBBLER/1.1\n#TZ/UTC\n#CLIENT/standin "),
        "{log}"
    );
    assert!(rows.iter().all(|row| row.split('\t').count() == 8), "{log}");
    rows.iter()
        .map(|row| row.split('\t').nth(2).unwrap())
        .collect()
}

#[test]
fn a_log_grows_by_what_is_new_and_is_never_written_over_by_chance() {
    let home = heard();
    let log = home.path("x.log");
    let read = || std::fs::read_to_string(&log).unwrap();
    let new = ["history", "--scrobbles", "x.log", "--new"];
    home.run(&new).ended(0);
    assert_eq!(titles(&read()), ["One", "Two"]);
    home.run(&new).ended(0);
    assert_eq!(titles(&read()), ["One", "Two"]);
    play(&home, "One");
    home.run(&new).ended(0);
    assert_eq!(titles(&read()), ["One", "Two", "One"]);

    // Without --new it is all of it, and the mark stays where it is.
    let all = home.run(&["history", "--scrobbles", "-"]).ended(0).out;
    assert_eq!(titles(&all), ["One", "Two", "One"]);
    home.run(&["history", "--scrobbles", "x.log"]).ended(1);
    assert_eq!(titles(&read()), ["One", "Two", "One"]);
    home.run(&["history", "--scrobbles", "x.log", "--force"])
        .ended(0);
    assert_eq!(read(), all);
    // What could not be written is still new.
    play(&home, "Two");
    home.run(&["history", "--scrobbles", "Music", "--new"])
        .ended(1);
    let new = home
        .run(&["history", "--scrobbles", "-", "--new"])
        .ended(0)
        .out;
    assert_eq!(titles(&new), ["Two"]);
}

#[test]
fn listenbrainz_is_told_with_a_mark_of_its_own() {
    let home = heard();
    home.run(&["history", "--scrobbles", "-", "--new"]).ended(0);
    play(&home, "three");
    let told = home.run(&["history", "--listenbrainz", "--new"]).ended(0);
    assert!(told.err.contains("Left out 1 song"), "{}", told.err);
    let value: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(value["listen_type"], "import");
    let listens = value["payload"].as_array().unwrap();
    let names: Vec<_> = listens
        .iter()
        .map(|listen| listen["track_metadata"]["track_name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["One", "Two"]);
    assert!(
        listens
            .iter()
            .all(|listen| listen["listened_at"].as_i64() > Some(1_700_000_000))
    );
    let told = home.run(&["history", "--listenbrainz", "--new"]).ended(0);
    assert_eq!(told.out, "");
}
