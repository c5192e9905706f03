//! Bits that flip on the disk, one at a time: never a crash, never a silent loss of what a person made, and what is told is a
//! sentence.

use crate::dice::Dice;
use crate::home::{Home, Ran};
use crate::kept::Kept;
use crate::messages::fault;
use std::fs;
use std::path::{Path, PathBuf};

/// A home with something of everything, and no log beside its databases.
fn home() -> Home {
    let home = Home::scanned(&["1.wav", "2.wav", "b/3.wav"]);
    home.run(&["playlist", "new", "mix", "Music"]).ended(0);
    home.run(&["rate", "Music/1.wav", "4.5"]).ended(0);
    home.run(&["backup", "create"]).ended(0);
    home
}

fn data(home: &Home) -> PathBuf {
    home.path("home/data")
}

/// Puts a folder back as it was.
fn put_back(from: &Path, to: &Path) {
    fs::remove_dir_all(to).unwrap();
    for entry in walkdir::WalkDir::new(from).into_iter().map(Result::unwrap) {
        let there = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(there).unwrap();
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}

fn flip(file: &Path, dice: &mut Dice) -> u64 {
    let mut bytes = fs::read(file).unwrap();
    let bit = dice.below(8 * bytes.len() as u64);
    bytes[(bit / 8) as usize] ^= 1 << (bit % 8);
    fs::write(file, bytes).unwrap();
    bit
}

/// It has ended by itself, and what it said of a failure is a sentence.
#[track_caller]
fn is_no_crash(args: &[&str], bit: u64, ran: &Ran) {
    let is_ours = matches!(ran.code, Some(0 | 1 | 3 | 4 | 6));
    assert!(
        is_ours && !ran.err.contains("panicked"),
        "{args:?}, bit {bit}: {ran:?}"
    );
    if ran.code == Some(1) {
        assert_eq!(fault(&ran.err), None, "{args:?}, bit {bit}: {}", ran.err);
    }
}

/// Flips bits of a file below the home, whose folder is put back each time, runs the verbs and looks.
fn rot(home: &Home, file: &str, times: u64, dice: &mut Dice, mut after: impl FnMut(&Home, u64)) {
    let file = home.path(file);
    let folder = file.parent().unwrap();
    let kept = tempfile::tempdir().unwrap();
    let whole = kept.path().join("whole");
    fs::create_dir(&whole).unwrap();
    put_back(folder, &whole);
    for _ in 0..times {
        put_back(&whole, folder);
        let bit = flip(&file, dice);
        after(home, bit);
    }
}

fn rot_of_the_database(times: u64, dice: &mut Dice) {
    let expected = shown(&home());
    let mut mended = 0;
    rot(&home(), "home/data/standin.db", times, dice, |home, bit| {
        // It reads everything; what it meets is mended, and told.
        let args = &["backup", "create"];
        let ran = home.run(args);
        is_no_crash(args, bit, &ran);
        assert_eq!(ran.code, Some(0), "bit {bit}: {ran:?}");
        mended += u64::from(ran.err.contains("made again from"));
        assert_eq!(shown(home), expected, "bit {bit}");
        Kept::in_home(home);
    });
    println!("{mended} of {times} flips were told and mended, the others did no harm");
}

/// What a person sees of what they made.
fn shown(home: &Home) -> (Kept, Vec<String>, f64) {
    let list = home
        .run(&["playlist", "show", "mix", "--json"])
        .ended(0)
        .json();
    let rows = list["rows"].as_array().unwrap().iter();
    let rows = rows.map(|row| row["title"].to_string());
    let info = home.run(&["info", "Music/1.wav", "--json"]).ended(0).json();
    (
        // Each home lies in a folder of its own.
        Kept::in_home(home).without_roots(),
        rows.collect(),
        info["rating"].as_f64().unwrap(),
    )
}

fn rot_of_the_copy(times: u64, dice: &mut Dice) {
    let expected = shown(&home());
    rot(
        &home(),
        "home/data/standin.jsonl",
        times,
        dice,
        |home, bit| {
            let (mix, rated) = (["playlist", "show", "mix"], ["rate", "Music/1.wav", "4.5"]);
            home.run(&mix).ended(0);
            // The first change of a day finds it.
            fs::remove_dir_all(data(home).join("backups")).unwrap();
            let ran = home.run(&rated);
            is_no_crash(&rated, bit, &ran);
            ran.ended(0);
            assert_eq!(shown(home), expected, "bit {bit}");
        },
    );
}

/// The database is gone too, and there is no backup: what can be read is made again, and how much cannot is told.
fn rot_of_the_copy_alone(times: u64, dice: &mut Dice) {
    rot(
        &home(),
        "home/data/standin.jsonl",
        times,
        dice,
        |home, bit| {
            fs::write(data(home).join("standin.db"), "no database").unwrap();
            fs::remove_dir_all(data(home).join("backups")).unwrap();
            let args = &["playlist", "ls"];
            let ran = home.run(args);
            is_no_crash(args, bit, &ran);
            let told = ran.err.contains("cannot be read.");
            assert!(told, "bit {bit}: {ran:?}");
            // A break between two lines that is none any more costs both; there are three.
            assert!(!Kept::in_home(home).is_empty(), "bit {bit}: {ran:?}");
        },
    );
}

fn rot_of_a_backup(times: u64, dice: &mut Dice) {
    let home = home();
    let expected = shown(&home);
    let list = home.run(&["backup", "ls", "--json"]).json();
    let name = list["backups"][0]["name"].as_str().unwrap();
    let file = format!("home/data/backups/{name}");
    rot(&home, &file, times, dice, |home, bit| {
        let listed = home.run(&["backup", "ls", "--json"]).ended(4).json();
        let backups = listed["backups"].as_array().unwrap();
        let it = backups.iter().find(|backup| backup["name"] == *name);
        assert!(
            it.unwrap()["damaged"].as_u64() > Some(0),
            "bit {bit}: {listed}"
        );
        let ran = home.run(&["backup", "restore", name]).ended(1);
        is_no_crash(&["backup", "restore"], bit, &ran);
        assert!(
            ran.err.contains("--what-can-be-read"),
            "bit {bit}: {}",
            ran.err
        );
        assert_eq!(shown(home), expected, "bit {bit}");
    });
    home.run(&["backup", "restore", name, "--what-can-be-read"])
        .ended(4);
    Kept::in_home(&home);
}

/// The queue goes on with every song whose line is whole, and says that one is not.
fn rot_of_the_queue(times: u64, dice: &mut Dice) {
    const NAMES: [&str; 3] = ["1.wav", "2.wav", "3.wav"];
    let home = home();
    home.run(&["play", "mix", "--output", "null:fast"]).ended(0);
    let play_on = ["play", "--resume", "--output", "null:fast"];
    rot(&home, "home/state/queue.jsonl", times, dice, |home, bit| {
        let ran = home.run(&play_on);
        is_no_crash(&play_on, bit, &ran);
        assert!(
            ran.err.contains("of the saved queue cannot be read"),
            "bit {bit}: {ran:?}"
        );
        let saved = fs::read_to_string(home.path("home/state/queue.jsonl")).unwrap();
        let left = NAMES.iter().filter(|name| saved.contains(*name)).count();
        assert!(left + 2 >= NAMES.len(), "bit {bit}: {saved}");
    });
}

fn rot_of_the_index(times: u64, dice: &mut Dice) {
    rot(
        &home(),
        "home/cache/library.db",
        times,
        dice,
        |home, bit| {
            for args in [
                &["search", "wav"][..],
                &["ls", "Music"],
                &["info", "Music/1.wav"],
                &["stats"],
                &["play", "mix", "--output", "null:fast"],
                &["scan"],
            ] {
                is_no_crash(args, bit, &home.run(args));
            }
            let ran = home.run(&["scan", "--full", "--json"]);
            is_no_crash(&["scan", "--full"], bit, &ran);
            assert_eq!(ran.ended(0).json()["songs"], 3, "bit {bit}");
            for title in ["1", "2", "3"] {
                let found = home
                    .run(&["find", "title", title, "--json"])
                    .ended(0)
                    .json();
                assert_eq!(
                    found["songs"].as_array().unwrap().len(),
                    1,
                    "bit {bit}: {title}"
                );
            }
        },
    );
}

#[test]
fn a_flipped_bit_of_what_a_person_made_is_mended() {
    rot_of_the_database(20, &mut Dice(11));
    rot_of_the_copy(10, &mut Dice(12));
}

#[test]
fn a_flipped_bit_of_the_last_copy_costs_its_line_and_is_told() {
    rot_of_the_copy_alone(15, &mut Dice(13));
}

#[test]
fn a_flipped_bit_of_a_backup_is_told() {
    rot_of_a_backup(15, &mut Dice(14));
}

#[test]
fn a_flipped_bit_of_the_queue_costs_its_line_and_is_told() {
    rot_of_the_queue(15, &mut Dice(16));
}

#[test]
fn a_flipped_bit_of_the_index_is_scanned_away() {
    rot_of_the_index(8, &mut Dice(15));
}

#[test]
#[ignore = "takes minutes: for the release"]
fn four_hundred_flipped_bits_of_each_file_of_a_person() {
    let mut dice = Dice::thrown();
    rot_of_the_database(400, &mut dice);
    rot_of_the_copy(400, &mut dice);
    rot_of_the_copy_alone(400, &mut dice);
    rot_of_a_backup(400, &mut dice);
    rot_of_the_queue(400, &mut dice);
}

#[test]
#[ignore = "takes minutes: for the release"]
fn four_hundred_flipped_bits_of_the_index() {
    rot_of_the_index(400, &mut Dice::thrown());
}
