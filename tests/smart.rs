//! What a person made is asked for: by stars, counts and times, in any order, and by playlists that ask anew.

use crate::home::{Home, RATE};
use std::collections::BTreeSet;
use std::fs;

/// The files' names of a list in a pipe, one after the other.
fn names(out: &str) -> String {
    let name = |line: &str| {
        let file = line.rsplit('/').next().unwrap();
        file.trim_end_matches(".wav").to_owned()
    };
    out.lines().map(name).collect::<Vec<_>>().join(" ")
}

fn found(home: &Home, args: &[&str]) -> String {
    names(&home.run(args).ended(0).out)
}

fn rated() -> Home {
    let home = Home::scanned(&["a.wav", "b.wav", "c.wav", "d.wav"]);
    home.run(&["rate", "Music/b.wav", "4.5"]).ended(0);
    home.run(&["rate", "Music/c.wav", "3"]).ended(0);
    home
}

#[test]
fn stars_and_orders_are_asked_for() {
    let home = rated();
    for (args, wanted) in [
        (&["search", "(rating >= '4')"][..], "b"),
        (&["search", "rating", ">=3", "--sort", "-rating"], "b c"),
        (&["search", "rating", "none"], "a d"),
        (&["find", "(plays == '0')", "--sort", "-title"], "d c b a"),
        (&["search", "wav", "--sort", "rating", "-n", "1"], "c"),
        (
            &["search", "wav", "--sort", "title", "--reverse"],
            "d c b a",
        ),
        (&["search", "--sort", "-rating", "-n", "3"], "b c a"),
        (&["search", "last-played", "never", "--limit", "2"], "a b"),
        (&["list", "file", "rating", "3"], "c"),
    ] {
        assert_eq!(found(&home, args), wanted, "{args:?}");
    }
    let json = home
        .run(&["search", "rating", "4.5", "--json"])
        .ended(0)
        .json();
    assert_eq!(json["songs"][0]["rating"], 4.5);
    // In an index made anew, at another place, they are what they were.
    fs::rename(home.music().join("b.wav"), home.music().join("z.wav")).unwrap();
    fs::remove_dir_all(home.path("home/cache")).unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(found(&home, &["search", "rating", "4.5"]), "z");
}

#[test]
fn what_came_last_is_listed_first() {
    let home = Home::scanned(&["old.wav", "older.wav"]);
    for (name, number) in [("new.wav", 7), ("newer.wav", 8)] {
        home.tone(name, number, RATE as usize / 10);
        home.run(&["scan"]).ended(0);
    }
    let recent = found(&home, &["ls", "--recent"]);
    assert!(recent.starts_with("newer new old"), "{recent}");
    assert_eq!(
        found(&home, &["ls", "--recent", "Music", "-n", "1"]),
        "newer"
    );
    assert_eq!(
        found(&home, &["search", "--sort", "-added", "-n", "2"]),
        "newer new"
    );
    assert_eq!(
        found(&home, &["search", "new", "--sort", "added"]),
        "new newer"
    );
    assert_eq!(
        home.run(&["search", "added", "1d"])
            .ended(0)
            .out
            .lines()
            .count(),
        4
    );
    home.run(&[
        "play",
        "--sort",
        "-added",
        "-n",
        "1",
        "--output",
        "wav:x.wav",
    ])
    .ended(0);
    assert_eq!(
        home.read_wav(&home.path("x.wav")).0.len(),
        RATE as usize / 10 * 2
    );
}

#[test]
fn a_smart_playlist_asks_anew() {
    let home = rated();
    let made = home
        .run(&[
            "playlist", "smart", "Best", "rating", ">=4", "--sort", "-rating",
        ])
        .ended(0);
    assert!(made.err.contains("“Best” holds 1 song now"), "{}", made.err);
    let shown = |home: &Home| {
        home.run(&["playlist", "show", "Best", "-f", "%title%"])
            .ended(0)
            .out
    };
    assert_eq!(shown(&home), "b\n");
    home.run(&["rate", "Music/d.wav", "5"]).ended(0);
    assert_eq!(shown(&home), "d\nb\n");
    let exported = home.run(&["playlist", "export", "Best"]).ended(0).out;
    assert!(
        exported.find("d.wav").unwrap() < exported.find("b.wav").unwrap(),
        "{exported}"
    );
    home.run(&["play", "best", "--output", "wav:x.wav"])
        .ended(0);
    assert_eq!(
        home.read_wav(&home.path("x.wav")).0.len(),
        RATE as usize * 2
    );
    let listed = home.run(&["playlist", "ls", "--json"]).ended(0).json();
    assert_eq!(
        listed["playlists"][0]["query"]["what"],
        serde_json::json!(["rating", ">=4"])
    );
    assert!(listed["playlists"][0]["rows"].is_null());
    // It has no rows that could be changed, and its name is taken.
    for args in [&["add", "Best", "a"][..], &["rm", "Best", "1"]] {
        let ran = home.run(&[&["playlist"], args].concat()).ended(2);
        assert!(ran.err.contains("is made of a query"), "{}", ran.err);
    }
    let ran = home
        .run(&["playlist", "smart", "Best", "rating", "3"])
        .ended(1);
    assert!(ran.err.contains("--force"), "{}", ran.err);
    home.run(&["playlist", "smart", "Best", "rating", "3", "--force"])
        .ended(0);
    assert_eq!(shown(&home), "c\n");
    // What it holds now can be kept as rows.
    home.run(&["playlist", "new", "Then", "Best"]).ended(0);
    home.run(&["rate", "Music/c.wav", "none"]).ended(0);
    let ran = home.run(&["playlist", "show", "Best"]).ended(3);
    assert!(ran.err.contains("“Best” finds no song now"), "{}", ran.err);
    home.run(&["playlist", "show", "Then"]).ended(0);
    // One with rows of its own is not written over.
    home.run(&["playlist", "smart", "Then", "rating", "3", "--force"])
        .ended(1);
    home.run(&["playlist", "rm", "Best"]).ended(0);
    home.run(&["playlist", "show", "Best"]).ended(3);
}

#[test]
fn a_smart_playlist_is_in_the_copies() {
    let home = rated();
    home.run(&["playlist", "smart", "Best", "(rating >= '4')", "-n", "9"])
        .ended(0);
    let backup = home.run(&["backup", "create", "--json"]).ended(0).json();
    home.run(&["playlist", "rm", "Best"]).ended(0);
    let name = backup["name"].as_str().unwrap();
    home.run(&["backup", "restore", name]).ended(0);
    let shown = ["playlist", "show", "Best", "-f", "%title%"];
    assert_eq!(home.run(&shown).ended(0).out, "b\n");
    // And the database that is made again from its second copy has it, and when songs came.
    let database = home.path("home/data/standin.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[..100].fill(0xa5);
    fs::write(&database, &bytes).unwrap();
    let ran = home.run(&shown).ended(0);
    assert!(ran.err.contains("made again"), "{}", ran.err);
    assert_eq!(ran.out, "b\n");
    assert_eq!(
        home.run(&["search", "--sort", "-added"])
            .ended(0)
            .out
            .lines()
            .count(),
        4
    );
}

#[test]
fn what_a_query_keeps_is_refused_where_it_cannot_be_asked() {
    let home = rated();
    home.run(&["playlist", "smart", "Best", "rating", "3"])
        .ended(0);
    let database = rusqlite::Connection::open(home.path("home/data/standin.db")).unwrap();
    let seal = database.execute("UPDATE playlist SET query = 'x', seal = NULL", []);
    assert_eq!(seal.unwrap(), 1);
    drop(database);
    let ran = home.run(&["playlist", "show", "Best"]).ended(1);
    assert!(
        ran.err.contains("the query of “Best” cannot be understood"),
        "{}",
        ran.err
    );
}

/// Three albums of two songs, which have the album's tone.
fn albums() -> Home {
    let home = Home::new();
    for album in ["x", "y", "z"] {
        for track in ["1", "2"] {
            let number = (album.as_bytes()[0] - b'w') as usize * 2;
            home.tone(&format!("{album}/{track}.wav"), number, 400);
        }
    }
    home.run(&["scan", "Music"]).ended(0);
    home
}

#[test]
fn albums_are_shuffled_whole_over_whatever_is_played() {
    let home = albums();
    // One of each album in turn.
    home.run(&[
        "playlist",
        "new",
        "mixed",
        "Music/x/1.wav",
        "Music/y/1.wav",
        "Music/z/1.wav",
        "Music/x/2.wav",
        "Music/y/2.wav",
        "Music/z/2.wav",
    ])
    .ended(0);
    for what in [&[][..], &["wav"], &["mixed"], &["base", "Music"]] {
        let mut orders = BTreeSet::new();
        for _ in 0..40 {
            let args = [
                &["play"],
                what,
                &["--shuffle=albums", "--output", "wav:x.wav"],
            ]
            .concat();
            home.run(&args).ended(0);
            let (samples, _) = home.read_wav(&home.path("x.wav"));
            // Songs of an album have one tone: an album is two stretches that are the same.
            let songs: Vec<Vec<u32>> = samples
                .chunks(800)
                .map(|song| song.iter().map(|sample| sample.to_bits()).collect())
                .collect();
            assert_eq!(songs.len(), 6, "{what:?}");
            for album in songs.chunks(2) {
                assert_eq!(album[0], album[1], "{what:?}");
            }
            orders.insert(songs);
            if orders.len() > 1 {
                break;
            }
        }
        assert!(orders.len() > 1, "{what:?}");
    }
}
