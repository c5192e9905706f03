//! What a person made is kept: stars, backups, and a database that is made again from its copies.

use crate::home::Home;
use std::fs;

#[test]
fn stars_are_kept_and_refused_where_words_fit_several() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    home.run(&["rate", "Music/1.wav", "4.5"]).ended(0);
    let info = |file: &str| home.run(&["info", file, "--json"]).ended(0).json();
    assert_eq!(info("Music/1.wav")["rating"], 4.5);
    assert!(info("Music/2.wav")["rating"].is_null());
    let ran = home.run(&["rate", "wav", "4.5"]).ended(2);
    assert!(ran.err.contains("fits 2 songs"), "{}", ran.err);
    home.run(&["rate", "wav", "1", "--all", "--dry-run"])
        .ended(0);
    let backup = home.run(&["backup", "create", "--json"]).ended(0).json();
    assert_eq!((&backup["songs"], &backup["roots"]), (&1.into(), &1.into()));
    home.run(&["rate", "wav", "1", "--all"]).ended(0);
    let backup = home.run(&["backup", "create", "--json"]).ended(0).json();
    assert_eq!(backup["songs"], 2);
    // They belong to the recording: renamed, retagged and in an index made anew it has them still.
    fs::rename(home.music().join("1.wav"), home.music().join("uno.wav")).unwrap();
    fs::remove_dir_all(home.path("home/cache")).unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(info("Music/uno.wav")["rating"], 1.0);
    home.run(&["rate", "Music/uno.wav", "none"]).ended(0);
    assert!(info("Music/uno.wav")["rating"].is_null());
}

#[test]
fn a_backup_is_put_back() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    home.run(&["playlist", "new", "mix", "Music/1.wav"])
        .ended(0);
    let backup = home.run(&["backup", "create", "--json"]).ended(0).json();
    let name = backup["name"].as_str().unwrap();
    home.run(&["playlist", "rm", "mix"]).ended(0);
    home.run(&["backup", "restore", name, "--dry-run"]).ended(0);
    home.run(&["playlist", "show", "mix"]).ended(3);
    home.run(&["backup", "restore", name]).ended(0);
    home.run(&["playlist", "show", "mix"]).ended(0);
    let list = home.run(&["backup", "ls", "--json"]).ended(0).json();
    let damaged = |backup: &serde_json::Value| backup["damaged"] != 0;
    assert!(!list["backups"].as_array().unwrap().iter().any(damaged));
}

/// In an outage nobody reads a manual first: the verb that was asked for is done.
#[test]
fn a_damaged_database_is_made_again_and_the_music_plays() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    home.run(&["playlist", "new", "mix", "Music/1.wav"])
        .ended(0);
    let data = home.path("home/data");
    let database = data.join("standin.db");
    let mut bytes = fs::read(&database).unwrap();
    bytes[..100].fill(0xa5);
    fs::write(&database, &bytes).unwrap();
    let ran = home.run(&["play", "mix", "--output", "wav:x.wav"]).ended(0);
    assert!(ran.err.contains("made again from"), "{}", ran.err);
    assert!(home.path("x.wav").exists());
    let aside = fs::read_dir(&data).unwrap().flatten();
    let aside = aside.map(|entry| entry.path());
    let aside = aside.filter(|path| path.to_string_lossy().contains("standin.db.bad-"));
    let aside: Vec<_> = aside.collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(fs::read(&aside[0]).unwrap(), bytes);
    let ran = home.run(&["playlist", "show", "mix"]).ended(0);
    assert!(!ran.err.contains("made again"), "{}", ran.err);
}

/// Who deletes the database, or has only the copy from an old disk, has lost nothing.
#[test]
fn a_deleted_database_is_made_again_from_its_copy() {
    let home = Home::scanned(&["1.wav"]);
    home.run(&["rate", "Music/1.wav", "3"]).ended(0);
    fs::remove_file(home.path("home/data/standin.db")).unwrap();
    let ran = home.run(&["doctor", "--json"]);
    assert!(ran.out.contains("standin.db is gone"), "{ran:?}");
    let ran = home.run(&["rate", "Music/1.wav", "4"]).ended(0);
    let told = "what you made was gone and is made again from";
    assert!(ran.err.contains(told), "{}", ran.err);
    assert!(!ran.err.contains("damaged"), "{}", ran.err);
    let ran = home.run(&["root", "ls", "--json"]).ended(0);
    assert_eq!(ran.json()["roots"][0]["name"], "Music");
    assert!(ran.err.is_empty(), "{}", ran.err);
}

/// Database and copy are gone together: only the person knows whether that was meant, so the next verb says what there is.
#[test]
fn backups_that_are_left_alone_are_named_by_the_first_verb() {
    let home = Home::scanned(&["1.wav"]);
    home.run(&["rate", "Music/1.wav", "3"]).ended(0);
    let create = || home.run(&["backup", "create", "--json"]).ended(0).json();
    create();
    let newest = create()["name"].as_str().unwrap().to_owned();
    for file in fs::read_dir(home.path("home/data")).unwrap().flatten() {
        if file.path().is_file() {
            fs::remove_file(file.path()).unwrap();
        }
    }
    let command = format!("standin backup restore {newest}");
    for args in [
        &["status"][..],
        &["playlist", "ls", "--quiet"],
        &["scan", "Music"],
    ] {
        let ran = home.run(args);
        let told: Vec<&str> = ran
            .err
            .lines()
            .filter(|line| line.contains(&command))
            .collect();
        assert_eq!(told.len(), 1, "{args:?}: {ran:?}");
        assert_eq!(crate::messages::fault(told[0]), None, "{ran:?}");
    }
    // Begun anew: it has been said.
    assert_eq!(home.run(&["status"]).ended(0).err, "");
    home.run(&["backup", "restore", &newest]).ended(0);
    let info = home.run(&["info", "Music/1.wav", "--json"]).ended(0).json();
    assert_eq!(info["rating"], 3.0);
}

/// The second copy is text: what was made can be read without standin.
#[test]
fn the_copy_names_every_change() {
    let home = Home::scanned(&["1.wav"]);
    home.run(&["playlist", "new", "mix", "Music/1.wav"])
        .ended(0);
    home.run(&["playlist", "rename", "mix", "mux"]).ended(0);
    home.run(&["rate", "Music/1.wav", "3"]).ended(0);
    let copy = fs::read_to_string(home.path("home/data/standin.jsonl")).unwrap();
    for said in ["create_playlist", "rename_playlist", "\"rating\":6"] {
        assert!(copy.contains(said), "{said}: {copy}");
    }
}

/// A disk that is half there must not empty the library.
#[test]
fn a_scan_asks_before_it_lets_much_go() {
    let files: Vec<String> = (1..=10).map(|number| format!("{number}.wav")).collect();
    let home = Home::scanned(&files.iter().map(String::as_str).collect::<Vec<_>>());
    for file in &files[..6] {
        fs::remove_file(home.music().join(file)).unwrap();
    }
    let ran = home.run(&["scan"]).ended(4);
    assert!(ran.err.contains("6 of 10 files of “Music”"), "{}", ran.err);
    assert!(ran.err.contains("standin scan --prune"), "{}", ran.err);
    let stats = home.run(&["stats", "--json"]).ended(0).json();
    assert_eq!((&stats["songs"], &stats["gone"]), (&10.into(), &0.into()));
    let report = home.run(&["scan", "--prune", "--json"]).ended(0).json();
    assert_eq!(
        (&report["gone"], &report["forgotten"]),
        (&6.into(), &6.into())
    );
    let stats = home.run(&["stats", "--json"]).ended(0).json();
    assert_eq!((&stats["songs"], &stats["gone"]), (&4.into(), &0.into()));
}
