//! What is heard is counted, once: through the keys, beside other writers, through kills and through a database that cannot
//! be written.

use crate::home::{Home, RATE, Signal};
use crate::terminal::{play, press, see};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs;

/// Told where what is heard has to wait.
const KEPT: &str = "it is kept, and counted when that is over.";

/// Plays and skips of a song.
fn counts(home: &Home, file: &str) -> (u64, u64) {
    let info = home.run(&["info", file, "--json"]).ended(0).json();
    let heard = &info["heard"];
    let is_told = |count: &str, when: &str| (heard[count] != 0) == heard[when].is_i64();
    assert!(
        is_told("plays", "played_at_ms") && is_told("skips", "skipped_at_ms"),
        "{heard}"
    );
    (
        heard["plays"].as_u64().unwrap(),
        heard["skips"].as_u64().unwrap(),
    )
}

/// The history as titles, those of skipped songs with a minus, newest first.
fn history(home: &Home) -> Vec<String> {
    let told = home.run(&["history", "--json"]).ended(0).json();
    let word = |line: &Value| {
        let sign = if line["skipped"] == json!(true) {
            "-"
        } else {
            ""
        };
        format!("{sign}{}", line["title"].as_str().unwrap())
    };
    told["history"]
        .as_array()
        .unwrap()
        .iter()
        .map(word)
        .collect()
}

/// Another program that writes, until it is dropped.
struct Lock(Connection);

impl Lock {
    fn on(home: &Home) -> Self {
        let database = Connection::open(home.path("home/data/standin.db")).unwrap();
        database.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(database)
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}

#[test]
fn a_queue_is_counted_song_by_song_and_outlives_index_and_names() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    home.run(&["play", "Music", "--output", "null"]).ended(0);
    home.run(&["play", "Music/2.wav", "--output", "wav:x.wav"])
        .ended(0);
    assert_eq!(history(&home), ["2", "2", "1"]);
    assert_eq!(
        (counts(&home, "Music/1.wav"), counts(&home, "Music/2.wav")),
        ((1, 0), (2, 0))
    );
    let stats = home.run(&["stats", "--json"]).ended(0).json();
    assert_eq!(
        stats["heard"],
        json!({ "plays": 3, "skips": 0, "songs": 2 })
    );
    // Too little of it.
    home.run(&["play", "Music/1.wav", "--from", "0.3", "--output", "null"])
        .ended(0);
    assert_eq!(counts(&home, "Music/1.wav"), (1, 0));
    fs::rename(home.music().join("2.wav"), home.music().join("zwei.wav")).unwrap();
    fs::remove_dir_all(home.path("home/cache")).unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(counts(&home, "Music/zwei.wav"), (2, 0));
    let told = home.run(&["info", "Music/zwei.wav"]).ended(0).out;
    assert!(told.contains("heard         2 times, last 20"), "{told}");
    // Also what lies in no music folder.
    let outside = home.path("outside.wav");
    fs::rename(home.tone("3.wav", 3, RATE as usize / 2), &outside).unwrap();
    let outside = outside.to_str().unwrap();
    home.run(&["play", outside, "--output", "null"]).ended(0);
    assert_eq!(counts(&home, outside), (1, 0));
}

#[test]
fn what_is_left_early_is_skipped_and_what_is_ended_is_not() {
    let home = Home::new();
    for (number, file) in ["one.wav", "two.wav"].iter().enumerate() {
        home.tone(file, number, RATE as usize * 60);
    }
    let mut session = play(&home, &["Music"]);
    see(&mut session, "0:02");
    press(&mut session, "n");
    see(&mut session, "▶ two");
    see(&mut session, "0:02");
    press(&mut session, "q");
    session.exp_eof().unwrap();
    assert_eq!(history(&home), ["-one"]);
    assert_eq!(counts(&home, "Music/one.wav"), (0, 1));
    let lines = home.run(&["history"]).ended(0).out;
    assert!(
        lines.starts_with("20") && lines.contains("\tone\tskipped\tpath "),
        "{lines:?}"
    );
}

#[test]
fn beside_others_that_write_nothing_is_lost() {
    let files = ["1.wav", "2.wav", "3.wav", "4.wav"];
    let home = Home::scanned(&files);
    let playing = home.start(&["play", "Music", "--output", "null"]);
    let mut stars = 0;
    while !playing.has_ended() {
        stars = (stars + 1) % 6;
        for file in files {
            let file = format!("Music/{file}");
            home.run(&["rate", &file, &stars.to_string()]).ended(0);
        }
        home.run(&["scan", "--full"]).ended(0);
    }
    playing.end().ended(0);
    assert_eq!(history(&home), ["4", "3", "2", "1"]);
    for file in files {
        let info = home
            .run(&["info", &format!("Music/{file}"), "--json"])
            .json();
        assert_eq!(
            (&info["rating"], &info["heard"]["plays"]),
            (&json!(f64::from(stars)), &json!(1))
        );
    }
}

#[test]
fn a_locked_database_is_told_once_and_counts_come_later_once() {
    let home = Home::scanned(&["1.wav", "2.wav", "3.wav"]);
    let lock = Lock::on(&home);
    let ran = home.run(&["play", "Music", "--output", "null"]).ended(0);
    assert_eq!(ran.out.lines().count(), 3, "the music goes on: {}", ran.out);
    assert_eq!(ran.err.matches(KEPT).count(), 1, "{}", ran.err);
    // What waits is told as if it were counted.
    let told = || {
        assert_eq!(history(&home), ["3", "2", "1"]);
        assert_eq!(counts(&home, "Music/1.wav"), (1, 0));
        let stats = home.run(&["stats", "--json"]).ended(0).json();
        assert_eq!(
            stats["heard"],
            json!({ "plays": 3, "skips": 0, "songs": 3 })
        );
        for asked in [&["plays", "1"][..], &["last-played", "1d"]] {
            let found = home.run(&[&["search"][..], asked].concat()).ended(0);
            assert_eq!(found.out.lines().count(), 3, "{asked:?}: {}", found.out);
        }
    };
    told();
    drop(lock);
    told();
    for _ in 0..2 {
        assert_eq!(history(&home), ["3", "2", "1"]);
    }
    assert_eq!(counts(&home, "Music/1.wav"), (1, 0));
}

/// The player that kept it counts it itself, without a new start.
#[test]
fn what_waited_is_counted_with_the_next_song() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    home.tone("3.wav", 3, RATE as usize * 2);
    home.run(&["scan"]).ended(0);
    let lock = Lock::on(&home);
    let mut playing = home.start(&["play", "Music", "--output", "null"]);
    playing.wait_for_warning(KEPT);
    drop(lock);
    playing.end().ended(0);
    let waiting = home.path("home/state/heard.jsonl");
    assert_eq!(fs::metadata(waiting).unwrap().len(), 0);
    assert_eq!(history(&home), ["3", "2", "1"]);
}

#[test]
fn a_kill_loses_nothing_that_waits() {
    let home = Home::scanned(&["1.wav"]);
    home.tone("2.wav", 2, RATE as usize * 60);
    home.run(&["scan"]).ended(0);
    let lock = Lock::on(&home);
    let mut playing = home.start(&["play", "Music", "--output", "null"]);
    playing.wait_for_warning(KEPT);
    playing.signal(Signal::KILL);
    assert_eq!(playing.end().code, None);
    drop(lock);
    // The next player counts it, although it hears nothing to its half.
    home.run(&["play", "Music/2.wav", "--from", "59", "--output", "null"])
        .ended(0);
    assert_eq!(
        fs::metadata(home.path("home/state/heard.jsonl"))
            .unwrap()
            .len(),
        0
    );
    assert_eq!(history(&home), ["1"]);
}

#[test]
fn a_kill_loses_nothing_that_was_counted_and_counts_nothing_twice() {
    let files: Vec<String> = (1..=9).map(|number| format!("{number}.wav")).collect();
    let home = Home::scanned(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let playing = home.start(&["play", "Music", "--output", "null"]);
    let mut before = history(&home);
    while before.len() < 3 {
        before = history(&home);
    }
    playing.signal(Signal::KILL);
    playing.end();
    let after = history(&home);
    assert!(after.ends_with(&before), "{before:?} {after:?}");
    let in_order: Vec<String> = (1..=after.len())
        .rev()
        .map(|number| number.to_string())
        .collect();
    assert_eq!(after, in_order);
}

#[test]
fn a_database_that_is_damaged_while_music_plays_costs_no_count() {
    let home = Home::scanned(&["2.wav", "3.wav"]);
    // Damaged before anything is counted.
    home.tone("1.wav", 1, RATE as usize * 2);
    home.run(&["scan"]).ended(0);
    let database = home.path("home/data/standin.db");
    let mut playing = home.start(&["play", "Music", "--output", "null"]);
    playing.wait_for("1 (0:02)");
    let mut bytes = fs::read(&database).unwrap();
    bytes[..100].fill(0xa5);
    fs::write(&database, &bytes).unwrap();
    let ran = playing.end().ended(0);
    assert_eq!(ran.err.matches(KEPT).count(), 1, "{}", ran.err);
    let told = home.run(&["history"]).ended(0);
    assert!(told.err.contains("made again from"), "{}", told.err);
    assert_eq!(history(&home), ["3", "2", "1"]);
}

#[test]
fn where_nothing_can_be_kept_it_is_told_and_the_music_plays() {
    let home = Home::new();
    home.tone("1.wav", 1, RATE as usize / 2);
    home.tone("2.wav", 2, RATE as usize / 2);
    fs::create_dir(home.path("home")).unwrap();
    for folder in ["home/data", "home/state"] {
        fs::write(home.path(folder), "a file").unwrap();
    }
    let ran = home.run(&["play", "Music", "--output", "null"]).ended(0);
    assert_eq!(ran.out.lines().count(), 2, "{}", ran.out);
    assert_eq!(
        ran.err.matches("What you hear is not counted: ").count(),
        1,
        "{}",
        ran.err
    );
}
