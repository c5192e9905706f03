//! `--dry-run`: it says what would be done, refuses what would be refused, and changes not a byte.

use crate::home::Home;
use std::collections::BTreeMap;
use std::fs;

/// Every file of the home with its bytes. What SQLite keeps beside a database while it is open is no part of it, as long as
/// nothing is in it; nor is a lock, which tells who had it last.
fn files(home: &Home) -> BTreeMap<String, Vec<u8>> {
    let entries = walkdir::WalkDir::new(home.path("")).into_iter();
    let entries = entries
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file());
    let files = entries.map(|entry| {
        let path = entry.path().to_str().unwrap().to_owned();
        let bytes = fs::read(entry.path()).unwrap();
        (path, bytes)
    });
    let beside = |path: &str, bytes: &[u8]| {
        path.ends_with("-shm")
            || path.ends_with(".lock")
            || path.ends_with("-wal") && bytes.is_empty()
    };
    files.filter(|(path, bytes)| !beside(path, bytes)).collect()
}

/// Arguments, the code, and what is said.
const TRIED: &[(&[&str], i32, &str)] = &[
    (&["scan"], 0, "would scan 3 = 1 new"),
    (&["scan", "--full"], 0, "would scan 3 = 1 new"),
    (
        &["scan", "--prune"],
        0,
        "1 file that was gone would be forgotten",
    ),
    (&["scan", "Other"], 0, "would scan 1 = 1 new"),
    (
        &["rate", "Music/1.wav", "4"],
        0,
        "1 would get 4 of 5 stars.",
    ),
    (
        &["rate", "wav", "4", "--all"],
        0,
        "3 songs would get 4 of 5 stars.",
    ),
    (
        &["playlist", "new", "new", "Music/1.wav"],
        0,
        "“new” would have 1 row.",
    ),
    (
        &["playlist", "new", "mix"],
        1,
        "there is a playlist “mix” already",
    ),
    (&["playlist", "new", "a/b"], 2, "cannot be called"),
    (
        &["playlist", "smart", "best", "rating", ">=1"],
        0,
        "“best” would hold 1 song now.",
    ),
    (
        &["playlist", "smart", "mix", "rating", ">=1"],
        1,
        "there is a playlist “mix” already",
    ),
    (
        &["playlist", "add", "mix", "Music/2.wav"],
        0,
        "Would add 1 row to “mix”.",
    ),
    (
        &["playlist", "add", "mux", "Music/2.wav"],
        3,
        "did you mean “mix”?",
    ),
    (&["playlist", "rm", "mix", "1"], 0, "Row 1, 1, would go."),
    (&["playlist", "rm", "mix", "9"], 2, "names no row"),
    (&["playlist", "rm", "mix"], 0, "“mix” with 1 row would go."),
    (
        &["playlist", "rename", "mix", "mux"],
        0,
        "“mix” would be called “mux”.",
    ),
    (
        &["playlist", "rename", "mix", "other"],
        1,
        "there is a playlist “other” already",
    ),
    (
        &["match", "set", "mix:1", "Music/2.wav"],
        0,
        "“mix”, row 1, 1: it would be 2.",
    ),
    (
        &["match", "set", "mix:1", "--none"],
        0,
        "it would be none of 1 song here.",
    ),
    (&["match", "unset", "mix:1"], 0, "nothing was decided."),
    (&["adopt", "rhythmdb.xml"], 0, "Nothing was changed."),
    (
        &["match", "import", "decided.jsonl"],
        0,
        "1 decision would hold from now on",
    ),
    (&["root", "add", "Other"], 0, "“Other” would be remembered."),
    (
        &["root", "add", "nowhere"],
        1,
        "cannot use the folder nowhere",
    ),
    (
        &["root", "rm", "Music"],
        0,
        "“Music” with 3 songs would be forgotten; its files would not be touched.",
    ),
    (&["root", "rm", "Musik"], 3, "did you mean “Music”?"),
    (
        &["backup", "restore", "kept.jsonl"],
        0,
        "kept.jsonl would be put back: 1 music folder",
    ),
    (&["backup", "restore", "nothing"], 3, "there is no backup"),
];

#[test]
fn what_would_be_done_is_told_and_nothing_is() {
    let home = Home::scanned(&["1.wav", "2.wav", "3.wav"]);
    home.run(&["playlist", "new", "mix", "Music/1.wav"])
        .ended(0);
    home.run(&["playlist", "new", "other"]).ended(0);
    home.run(&["rate", "Music/1.wav", "2"]).ended(0);
    let backup = home.run(&["backup", "create", "--json"]).ended(0).json();
    fs::copy(backup["path"].as_str().unwrap(), home.path("kept.jsonl")).unwrap();
    fs::write(
        home.path("rhythmdb.xml"),
        "<rhythmdb version='2.0'><entry type='song'><title>1</title><location>file:///x.mp3</location><rating>3</rating></entry></rhythmdb>",
    )
    .unwrap();
    fs::write(
        home.path("decided.jsonl"),
        r#"{"row":{"title":"x"},"decided":{"none_of":[]},"at_ms":1}"#,
    )
    .unwrap();
    fs::create_dir(home.path("Other")).unwrap();
    fs::rename(home.tone("4.wav", 9, 500), home.path("Other/5.wav")).unwrap();
    fs::remove_file(home.music().join("3.wav")).unwrap();
    home.tone("6.wav", 7, 500);
    let before = files(&home);
    for (args, code, said) in TRIED {
        let ran = home.run(&[args, &["--dry-run"][..]].concat()).ended(*code);
        let told = format!("{}{}", ran.out, ran.err);
        assert!(told.contains(said), "{args:?}: {told}");
        let after = files(&home);
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&after), names(&before), "{args:?}");
        let changed: Vec<_> = after
            .iter()
            .filter(|(path, bytes)| before[*path] != **bytes)
            .collect();
        let changed: Vec<_> = changed.iter().map(|(path, _)| path).collect();
        assert!(changed.is_empty(), "{args:?} changed {changed:?}");
    }
}

#[test]
fn where_nothing_is_yet_nothing_is_made() {
    let home = Home::new();
    home.tone("1.wav", 1, 500);
    for args in [
        &["scan", "Music"][..],
        &["scan", "Music", "--full", "--prune"],
        &["root", "add", "Music"],
        &["playlist", "new", "mix"],
        &["playlist", "new", "mix", "Music/1.wav"],
        &["rate", "Music/1.wav", "3"],
    ] {
        home.run(&[args, &["--dry-run"]].concat()).ended(0);
        assert!(!home.path("home").exists(), "{args:?}");
    }
}

#[test]
fn an_index_of_an_older_version_stays_as_it_is() {
    let home = Home::scanned(&["1.wav"]);
    let index = home.path("home/cache/library.db");
    let older = rusqlite::Connection::open(&index).unwrap();
    older.pragma_update(None, "user_version", 3).unwrap();
    drop(older);
    let before = fs::read(&index).unwrap();
    for full in [&[][..], &["--full"]] {
        let ran = home.run(&[&["scan", "--dry-run"], full].concat()).ended(0);
        assert!(ran.out.starts_with("would scan 1 = 1 new"), "{}", ran.out);
        assert_eq!(fs::read(&index).unwrap(), before);
    }
}
