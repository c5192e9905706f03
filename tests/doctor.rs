//! `doctor`, on homes where something is wrong.

use crate::home::{Home, Ran, Running};
use crate::pulse::Pulse;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// The findings of a run: area, state and what was found of each.
#[track_caller]
fn findings(home: &Home, args: &[&str], code: i32) -> Vec<(String, String, String)> {
    let args = [&["doctor", "--json"], args].concat();
    read(&home.run(&args).ended(code).json())
}

fn read(told: &Value) -> Vec<(String, String, String)> {
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = told["findings"].as_array().unwrap().iter();
    findings
        .map(|one| (text(one, "area"), text(one, "state"), text(one, "what")))
        .collect()
}

#[track_caller]
fn has(found: &[(String, String, String)], area: &str, state: &str, what: &str) {
    let is_it =
        |one: &&(String, String, String)| one.0 == area && one.1 == state && one.2.contains(what);
    assert!(
        found.iter().any(|one| is_it(&one)),
        "{area} {state} {what}: {found:#?}"
    );
}

/// Asks with the environment of this sound server.
#[track_caller]
fn findings_with(home: &Home, server: &str, code: i32) -> Vec<(String, String, String)> {
    let mut doctor = home.command(&["doctor", "--json"]);
    doctor.env("PULSE_SERVER", server).env_remove("PULSE_SINK");
    read(&Ran::from(doctor.output().unwrap()).ended(code).json())
}

/// Damages the head of a database.
fn spoil(home: &Home, file: &str) -> PathBuf {
    let path = home.path(file);
    let mut bytes = fs::read(&path).unwrap();
    bytes[..100].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn a_new_home_is_told_how_to_begin_and_nothing_is_made() {
    let home = Home::new();
    let found = findings(&home, &[], 4);
    has(&found, "folders", "attention", "No music folder is known");
    has(&found, "own", "well", "Nothing was made yet");
    has(&found, "backups", "well", "nothing to back up");
    assert!(!home.path("home").exists());
}

#[test]
fn what_is_well_is_told_too_and_lines_are_plain_in_a_pipe() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    home.run(&["verify"]).ended(0);
    home.run(&["backup", "create"]).ended(0);
    // There may be a sound card or none: this ends it with 4 in any case.
    fs::write(home.music().join("empty.mp3"), "").unwrap();
    home.run(&["scan"]).ended(4);
    for how in [&[][..], &["--deep"]] {
        let found = findings(&home, how, 4);
        has(&found, "folders", "well", "“Music”");
        has(&found, "index", "well", "The index is whole");
        has(&found, "own", "well", "What you made is whole");
        has(&found, "own", "well", "Its second copy says the same");
        has(&found, "backups", "well", "The newest backup is ");
        has(
            &found,
            "music",
            "well",
            "All 2 files were verified and are whole",
        );
        has(
            &found,
            "music",
            "attention",
            "1 files are not in the index: 1 × it is empty",
        );
        assert!(found.iter().any(|one| one.0 == "output"), "{found:#?}");
    }
    let Ran { out, .. } = home.run(&["doctor"]).ended(4);
    for line in out.lines() {
        assert_eq!(line.split('\t').count(), 4, "{line}");
    }
    assert!(out.contains("attention\tmusic\t"), "{out}");
}

#[test]
fn a_folder_that_is_away_is_the_larger_cause() {
    let home = Home::scanned(&["1.wav"]);
    fs::rename(home.music(), home.path("elsewhere")).unwrap();
    let found = findings(&home, &[], 6);
    has(&found, "folders", "wrong", "is away; its 1 songs are kept");
}

#[test]
fn files_that_vanished_and_files_that_are_damaged_are_counted() {
    let files: Vec<String> = (1..=10).map(|number| format!("{number}.wav")).collect();
    let home = Home::scanned(&files.iter().map(String::as_str).collect::<Vec<_>>());
    let cut = home.music().join("10.wav");
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    home.run(&["scan"]).ended(0);
    home.run(&["verify", "--json"]).ended(4);
    has(
        &findings(&home, &[], 4),
        "music",
        "attention",
        "1 of 10 files are damaged",
    );
    for file in &files[..6] {
        fs::remove_file(home.music().join(file)).unwrap();
    }
    for how in [&[][..], &["--deep"]] {
        let found = findings(&home, how, 4);
        has(&found, "folders", "attention", "lacks many of its files");
    }
}

#[test]
fn a_damaged_index_is_told_and_mended_and_kept() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    let path = spoil(&home, "home/cache/library.db");
    let before = fs::read(&path).unwrap();
    let found = findings(&home, &[], 4);
    has(&found, "index", "wrong", "library.db is damaged");
    assert_eq!(fs::read(&path).unwrap(), before, "only told");
    let ran = home.run(&["doctor", "--mend"]).ended(4);
    assert!(ran.err.contains("has been made anew"), "{}", ran.err);
    assert!(
        ran.out.contains("well\tindex\tThe index is whole."),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("library.db.bad-"), "{}", ran.out);
    assert_eq!(home.run(&["stats", "--json"]).ended(0).json()["songs"], 2);
    let kept = fs::read_dir(home.path("home/cache")).unwrap().flatten();
    let kept = kept.map(|entry| entry.path());
    let kept = kept.filter(|path| path.to_string_lossy().contains(".bad-"));
    assert!(
        kept.map(|path| fs::read(path).unwrap())
            .any(|bytes| bytes == before)
    );
}

#[test]
fn what_the_person_made_is_told_to_be_damaged_and_mended() {
    let home = Home::scanned(&["1.wav"]);
    home.run(&["playlist", "new", "mix", "Music/1.wav"])
        .ended(0);
    let path = spoil(&home, "home/data/standin.db");
    let before = fs::read(&path).unwrap();
    let found = findings(&home, &[], 4);
    has(&found, "own", "wrong", "standin.db is damaged");
    assert_eq!(fs::read(&path).unwrap(), before, "only told");
    let ran = home.run(&["doctor", "--mend"]).ended(4);
    assert!(ran.err.contains("made again from"), "{}", ran.err);
    assert!(
        ran.out.contains("well\town\tWhat you made is whole."),
        "{}",
        ran.out
    );
    home.run(&["playlist", "show", "mix"]).ended(0);
}

#[test]
fn a_copy_or_a_backup_that_is_damaged_is_found_by_reading_it() {
    let home = Home::scanned(&["1.wav"]);
    home.run(&["playlist", "new", "mix", "Music/1.wav"])
        .ended(0);
    home.run(&["backup", "create"]).ended(0);
    let flip = |path: &PathBuf| {
        let mut bytes = fs::read(path).unwrap();
        let end = bytes.len();
        bytes[end - 9] ^= 4;
        fs::write(path, bytes).unwrap();
    };
    flip(&home.path("home/data/standin.jsonl"));
    let backups = fs::read_dir(home.path("home/data/backups")).unwrap();
    let mut backups: Vec<PathBuf> = backups.map(|entry| entry.unwrap().path()).collect();
    backups.sort();
    flip(backups.last().unwrap());
    has(&findings(&home, &[], 4), "own", "well", "Its second copy");
    let found = findings(&home, &["--deep"], 4);
    has(&found, "own", "attention", "standin.jsonl, is damaged");
    has(&found, "backups", "attention", ".jsonl is damaged");
    home.run(&["doctor", "--mend"]).ended(4);
    has(
        &findings(&home, &["--deep"], 4),
        "own",
        "well",
        "Its second copy says the same",
    );
    fs::remove_file(home.path("home/data/standin.jsonl")).unwrap();
    has(&findings(&home, &[], 4), "own", "attention", "is missing");
}

#[test]
fn the_output_is_opened_as_playing_would() {
    let home = Home::new();
    let Some(mut pulse) = Pulse::start(&home) else {
        return;
    };
    let server = pulse.socket.clone();
    let has_output = |server: &str, state, what| {
        has(&findings_with(&home, server, 4), "output", state, what);
    };
    has_output(&server, "well", "“Null Output” opens, through pulseaudio");
    let streams = pulse.pactl(&["list", "short", "sink-inputs"]).unwrap();
    assert_eq!(streams, "", "and closed again");
    pulse.remove_first_sink();
    has_output(&server, "wrong", "has no device to play on");
    pulse.kill();
    has_output(&server, "wrong", "cannot be reached");
    has_output("unix:/nowhere", "wrong", "cannot be reached");
}

#[test]
fn after_the_first_scan_there_is_advice_and_nothing_to_be_done() {
    let home = Home::scanned(&["1.wav"]);
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    let found = findings_with(&home, &pulse.socket, 0);
    has(&found, "music", "advice", "1 were never verified");
    has(&found, "backups", "well", "nothing to back up yet");
    home.run(&["rate", "1", "4"]).ended(0);
    findings_with(&home, &pulse.socket, 0);
    fs::remove_dir_all(home.path("home/data/backups")).unwrap();
    let found = findings_with(&home, &pulse.socket, 4);
    has(&found, "backups", "attention", "no backup");
}

#[test]
fn a_watch_that_runs_is_told_with_the_folders_that_it_keeps_current() {
    let home = Home::scanned(&["1.wav"]);
    let found = findings(&home, &[], 4);
    has(&found, "watch", "well", "No watch runs");
    let mut watch = home.start(&["watch"]);
    watch.wait_for("scanned 1 = 0 new");
    let found = findings(&home, &[], 4);
    has(&found, "watch", "well", "A watch keeps “Music” current.");
    fs::create_dir(home.path("Other")).unwrap();
    home.run(&["root", "add", "Other"]).ended(0);
    let found = findings(&home, &[], 4);
    has(&found, "watch", "advice", "does not look after “Other”");
}

#[test]
fn a_sound_server_that_hangs_is_not_waited_for_however_many_wait_there() {
    let home = Home::new();
    let song = home.tone("1.wav", 1, 1_000);
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    pulse.signal("-STOP");
    let ask = |args: &[&str]| {
        let mut command = home.command(args);
        command
            .env("PULSE_SERVER", &pulse.socket)
            .env_remove("PULSE_SINK");
        Running::of(command)
    };
    // More than it lets wait at its socket.
    let doctors: Vec<Running> = (0..9).map(|_| ask(&["doctor"])).collect();
    let play = ask(&["play", song.to_str().unwrap()]);
    for doctor in doctors {
        let told = doctor.end().ended(4).out;
        assert!(
            told.contains("wrong\toutput\tThe sound server does not answer."),
            "{told}"
        );
    }
    let said = play.end().ended(7).err;
    assert!(said.contains("the sound server does not answer"), "{said}");
    pulse.signal("-CONT");
}
