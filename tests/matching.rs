//! `match`: how rows are matched and why, and that what a person decides about a row holds.

use crate::home::{Home, RATE};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use serde_json::Value;
use standin::library::person::{Gathered, Person};
use standin::music::Wanted;
use standin::wanted::{TakenList, TakenRow, Taker};
use std::fs;

const SECONDS: usize = 2;
const ARTIST: &str = "The Example Band";

/// A song with these names, of its own sound.
fn song(home: &Home, file: &str, number: usize, title: &str) {
    let path = home.tone(file, number, RATE as usize * SECONDS);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_artist(ARTIST.into());
    tag.set_title(title.into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
}

/// A list of a service in which `First Light`, `Second Sun` and `Nowhere` are wanted.
fn rows(titles: &[&str]) -> TakenList {
    let row = |title: &&str| TakenRow {
        wanted: Wanted {
            title: (*title).into(),
            artists: vec![ARTIST.into()],
            length_ms: Some(SECONDS as u64 * 1_000),
            external: vec![("spotify".into(), (*title).into())],
            ..Wanted::default()
        },
        ..TakenRow::default()
    };
    TakenList {
        service: "spotify".into(),
        name: "Road Trip".into(),
        rows: titles.iter().map(row).collect(),
        ..TakenList::default()
    }
}

fn import(home: &Home, titles: &[&str]) {
    let mut person = Person::open(&home.path("home/data")).unwrap();
    let mut gathered = Gathered::default();
    gathered.list(rows(titles));
    person.import(gathered, "export.zip").unwrap();
}

const ALL: [&str; 3] = ["First Light", "Second Sun", "Nowhere"];

/// A live version of the first row, the second one, and nothing like the third.
fn home() -> Home {
    let home = Home::new();
    song(&home, "live.wav", 1, "First Light (Live)");
    song(&home, "sun.wav", 2, "Second Sun");
    home.run(&["scan", "Music"]).ended(0);
    import(&home, &ALL);
    home
}

fn shown(home: &Home, code: i32) -> Vec<(String, String)> {
    let shown = home.run(&["playlist", "show", "Road Trip", "--json"]);
    let shown = shown.ended(code).json();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = shown["rows"].as_array().unwrap().iter();
    rows.map(|row| (text(row, "verdict"), text(row, "reason")))
        .collect()
}

fn first(home: &Home) -> (String, String) {
    shown(home, 4).remove(0)
}

#[test]
fn rows_that_do_not_play_name_the_nearest_song_and_the_test_that_it_failed() {
    let home = home();
    let told = home.run(&["match", "Road", "Trip"]).ended(4);
    assert_eq!(
        told.out,
        "Road Trip:1\tsubstitute\tThe Example Band – First Light\tThe Example Band – First Light (Live) (0:02)\tthe version\n\
         Road Trip:3\tmissing\tThe Example Band – Nowhere\t\tno such file here\n"
    );
    assert_eq!(
        told.err,
        "“Road Trip”: 3 rows, 1 exact, 1 substitute, 1 missing.\n"
    );
    let few = home.run(&["match", "-n", "1", "--json"]).ended(4).json();
    assert_eq!(
        (&few["more"], few["open"].as_array().unwrap().len()),
        (&1.into(), 1)
    );
}

#[test]
fn why_tells_of_accepted_and_refused_rows_alike() {
    let home = home();
    let why = |row: &str| home.run(&["match", "why", row, "--json"]).ended(0).json();
    let refused = why("Road Trip:1");
    assert_eq!(refused["verdict"], "substitute");
    assert_eq!(refused["failed"], "the version");
    assert_eq!(refused["songs"][0]["failed"], "version");
    let signals = refused["songs"][0]["signals"].as_array().unwrap();
    let version = signals.iter().find(|signal| signal["about"] == "version");
    assert!(version.unwrap()["weight"].as_i64().unwrap() < 0);
    let accepted = why("Road Trip:2");
    assert_eq!(
        (&accepted["verdict"], &accepted["rung"]),
        (&"exact".into(), &"R4".into())
    );
    assert_eq!(accepted["failed"], Value::Null);
    assert!(accepted["songs"][0]["score"].as_i64().unwrap() > 0);
    let text = home.run(&["match", "why", "Road Trip", "2"]).ended(0).out;
    assert!(
        text.contains("exact: found by artist, title and length (R4)\n"),
        "{text}"
    );
    assert!(
        text.contains("\n1\ttitle\tagrees\t+40\tthe same title\n"),
        "{text}"
    );
}

#[test]
fn what_is_decided_holds_against_another_import_a_move_and_a_new_index() {
    let home = home();
    assert_eq!(first(&home).0, "substitute");
    home.run(&["match", "set", "Road Trip:1", "Music/live.wav"])
        .ended(0);
    let decided = ("exact".to_owned(), "found by your decision".to_owned());
    assert_eq!(first(&home), decided);
    let ran = home.run(&["play", "Road Trip", "--output", "wav:out.wav"]);
    assert!(ran.ended(4).err.contains("Stepping over 1 of 3 rows"));
    fs::rename(
        home.music().join("live.wav"),
        home.music().join("moved.wav"),
    )
    .unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(first(&home), decided);
    home.run(&["playlist", "rm", "Road Trip"]).ended(0);
    import(&home, &ALL);
    fs::remove_dir_all(home.path("home/cache")).unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(first(&home), decided);
    let why = home.run(&["match", "why", "Road Trip:1"]).ended(0).out;
    assert!(why.contains("found by your decision (R0)"), "{why}");
    fs::remove_file(home.music().join("moved.wav")).unwrap();
    home.run(&["scan"]).ended(0);
    let gone = "the song that you chose for it is not here";
    assert_eq!(first(&home), ("missing".into(), gone.into()));
    home.run(&["match", "unset", "Road Trip:1"]).ended(0);
    assert_eq!(first(&home).1, "no such file here");
}

#[test]
fn none_of_these_holds_until_something_else_comes() {
    let home = home();
    home.run(&["match", "set", "Road Trip", "2", "--none"])
        .ended(0);
    let none = "you said that none of the songs here is it";
    assert_eq!(shown(&home, 4)[1], ("missing".into(), none.into()));
    song(&home, "another.wav", 3, "Second Sun");
    home.run(&["scan"]).ended(0);
    let found = home.run(&["playlist", "show", "Road Trip", "--json"]);
    let found = found.ended(4).json();
    let file = found["rows"][1]["file"].as_str().unwrap();
    assert!(file.ends_with("another.wav"), "{file}");
}

#[test]
fn decisions_are_carried_elsewhere() {
    let home = home();
    home.run(&["match", "set", "Road Trip:1", "Music/live.wav"])
        .ended(0);
    home.run(&["match", "set", "Road Trip:2", "--none"])
        .ended(0);
    home.run(&["match", "export", "decided.jsonl"]).ended(0);
    home.run(&["match", "export", "decided.jsonl"]).ended(1);
    let before = shown(&home, 4);
    for row in ["Road Trip:1", "Road Trip:2"] {
        home.run(&["match", "unset", row]).ended(0);
    }
    assert_ne!(shown(&home, 4), before);
    let mut lines = fs::read_to_string(home.path("decided.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 2);
    home.run(&["match", "import", "decided.jsonl"]).ended(0);
    assert_eq!(shown(&home, 4), before);
    lines.push_str("{\"row\": 7}\n");
    let told = home
        .pipe(&["match", "import", "-"], lines.as_bytes())
        .ended(4);
    assert_eq!(
        told.err,
        "standin: line 3 is no decision.\n0 decisions hold from now on; 2 here already or decided later, 1 left.\n"
    );
}

#[test]
fn rows_that_the_service_has_no_more_are_told() {
    let home = home();
    import(&home, &ALL[..2]);
    let shown = home.run(&["playlist", "show", "Road Trip"]).ended(4).out;
    let there: Vec<_> = shown
        .lines()
        .map(|line| line.ends_with("\tno longer there"))
        .collect();
    assert_eq!(there, [false, false, true], "{shown}");
    let json = home
        .run(&["playlist", "show", "Road Trip", "--json"])
        .ended(4)
        .json();
    assert!(json["rows"][2]["removed_there_at_ms"].is_i64());
    assert_eq!(json["rows"][0].get("removed_there_at_ms"), None);
    assert_eq!(json["rows"][0]["offered"]["title"], "First Light (Live)");
}
