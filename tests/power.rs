//! The power goes, or one write fails, in the middle of every kind of change: what was acknowledged is there, nothing is
//! half there. Skipped, with a word, where there is no FUSE.

use crate::dice::Dice;
use crate::forgetful::mount::mount;
use crate::forgetful::{Disk, Fault, TOP};
use crate::home::{Home, Ran};
use crate::kept::Kept;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

/// What is on a disk.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// Every kind of change, with what it is told by.
const CHANGES: &[&[&str]] = &[
    &["playlist", "add", "mix", "Music/1.wav"],
    &["playlist", "rm", "mix", "2"],
    &["playlist", "rename", "mix", "mux"],
    &["playlist", "new", "new", "Music"],
    &["playlist", "rm", "mix"],
    &["rate", "wav", "3.5", "--all"],
    &["root", "rm", "Music"],
    &["backup", "restore", "first.jsonl"],
    &["backup", "create"],
];

fn files_in(folder: &Path) -> Files {
    let entries = walkdir::WalkDir::new(folder)
        .into_iter()
        .map(Result::unwrap);
    let files = entries.filter(|entry| entry.file_type().is_file());
    let files = files.map(|entry| {
        let name = entry.path().strip_prefix(folder).unwrap().to_owned();
        (name, fs::read(entry.path()).unwrap())
    });
    files
        .filter(|(name, _)| !name.to_string_lossy().ends_with("-shm"))
        .collect()
}

#[track_caller]
fn kept(files: &Files) -> Kept {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let file = folder.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, bytes).unwrap();
    }
    Kept::in_folder(folder.path())
}

/// A home with something of everything, and what is in its data folder, which is empty now.
fn home() -> (Home, Files) {
    let home = Home::scanned(&["1.wav", "2.wav", "3.wav"]);
    let data = home.path("home/data");
    home.run(&["playlist", "new", "mix", "Music"]).ended(0);
    let backup = home.run(&["backup", "create", "--json"]).ended(0).json();
    fs::copy(backup["path"].as_str().unwrap(), home.path("first.jsonl")).unwrap();
    home.run(&["rate", "Music/1.wav", "2"]).ended(0);
    home.run(&["playlist", "add", "mix", "Music/3.wav"])
        .ended(0);
    let files = files_in(&data);
    fs::remove_dir_all(&data).unwrap();
    fs::create_dir(&data).unwrap();
    (home, files)
}

struct Tried {
    ran: Ran,
    left: Files,
    /// Changes of the disk that it took.
    changes: u64,
}

/// Runs on a disk with a fault; `None` where there is no FUSE.
fn try_out(home: &Home, files: &Files, args: &[&str], fault: Fault, dice: Dice) -> Option<Tried> {
    let disk = Arc::new(Mutex::new(Disk::with(files, fault, dice)));
    // What made the files is not counted.
    disk.lock().unwrap().changes = 0;
    let session = mount(&disk, &home.path("home/data"))?;
    let ran = home.run(args);
    drop(session);
    let mut disk = disk.lock().unwrap();
    if matches!(fault, Fault::Cut(_)) && disk.has_power() {
        disk.cut();
    }
    Some(Tried {
        ran,
        left: disk.left(),
        changes: disk.changes,
    })
}

/// What is kept before and after a change, and how many changes of the disk it takes.
fn whole(home: &Home, files: &Files, args: &[&str]) -> Option<(Kept, Kept, u64)> {
    let tried = try_out(home, files, args, Fault::None, Dice(0))?;
    tried.ran.ended(0);
    Some((kept(files), kept(&tried.left), tried.changes))
}

/// Cuts the power before the n-th change of the disk, for random n.
fn cut_power(times: u64, dice: &mut Dice) {
    let (home, files) = home();
    let mut acknowledged = 0;
    for args in CHANGES {
        let Some((before, after, changes)) = whole(&home, &files, args) else {
            return;
        };
        for _ in 0..times.div_ceil(CHANGES.len() as u64) {
            // The last numbers are those of a cut after it has ended.
            let at = 1 + dice.below(changes + 2);
            let seed = Dice(dice.below(u64::MAX));
            let tried = try_out(&home, &files, args, Fault::Cut(at), seed).unwrap();
            let found = kept(&tried.left);
            if tried.ran.code == Some(0) {
                acknowledged += 1;
                assert!(found == after, "{args:?}, cut at {at}: it was acknowledged");
            } else {
                let is_whole = found == before || found == after;
                assert!(is_whole, "{args:?}, cut at {at}: half there");
            }
        }
    }
    assert!(acknowledged > 0, "nothing was ever acknowledged");
}

/// Every change of the disk fails once, one after the other.
fn fail_once(step: u64) {
    let (home, files) = home();
    for args in CHANGES {
        let Some((before, after, changes)) = whole(&home, &files, args) else {
            return;
        };
        for at in (1..=changes).step_by(step as usize) {
            let tried = try_out(&home, &files, args, Fault::Once(at), Dice(at)).unwrap();
            let found = kept(&tried.left);
            let ran = tried.ran;
            if ran.code == Some(0) {
                assert!(found == after, "{args:?}, {at} of {changes}: {ran:?}");
                continue;
            }
            assert_eq!(ran.code, Some(1), "{args:?}, {at} of {changes}: {ran:?}");
            assert_eq!(
                crate::messages::fault(&ran.err),
                None,
                "{args:?}, {at}: {}",
                ran.err
            );
            assert!(
                found == before,
                "{args:?}, {at} of {changes} is half there: {ran:?}"
            );
        }
    }
}

fn cut_migrations(times: u64, dice: &mut Dice) {
    let home = Home::new();
    fs::create_dir_all(home.path("home/data")).unwrap();
    for version in 1..=3 {
        let old = format!("tests/old/standin-{version}.db");
        let old = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(old)).unwrap();
        let files = Files::from([("standin.db".into(), old)]);
        let args = &["playlist", "new", "after"];
        let Some((before, after, changes)) = whole(&home, &files, args) else {
            return;
        };
        for _ in 0..times {
            let at = 1 + dice.below(changes + 2);
            let seed = Dice(dice.below(u64::MAX));
            let tried = try_out(&home, &files, args, Fault::Cut(at), seed).unwrap();
            let found = kept(&tried.left);
            let is_done = tried.ran.code == Some(0);
            let is_whole = found == after || !is_done && found == before;
            assert!(is_whole, "version {version}, cut at {at}: {:?}", tried.ran);
        }
    }
}

#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    cut_power(18, &mut Dice(8));
    cut_migrations(3, &mut Dice(9));
}

#[test]
fn a_write_that_fails_leaves_what_was_there() {
    fail_once(9);
}

#[test]
#[ignore = "takes minutes: for the release"]
fn hundreds_of_power_cuts() {
    cut_power(400, &mut Dice::thrown());
    cut_migrations(100, &mut Dice::thrown());
}

#[test]
#[ignore = "takes minutes: for the release"]
fn every_write_fails_once() {
    fail_once(1);
}

/// The model: without it the tests above would hold for a program that syncs nothing.
#[test]
fn a_disk_forgets_what_was_not_synced_and_nothing_else() {
    let mut seen = std::collections::BTreeSet::new();
    for seed in 0..200 {
        let files = Files::from([("kept".into(), b"old".to_vec())]);
        let mut disk = Disk::with(&files, Fault::None, Dice(seed));
        let made = |disk: &mut Disk, name: &str| {
            let file = disk.make(TOP, name.as_ref(), false);
            disk.write(file, 0, b"new");
            file
        };
        made(&mut disk, "unsynced");
        let synced = made(&mut disk, "synced");
        disk.sync(synced);
        let renamed = made(&mut disk, "renamed.new");
        disk.sync(renamed);
        let name = |name: &str| (TOP, name.into());
        disk.rename(name("renamed.new"), name("kept"));
        disk.cut();
        let left = disk.left();
        let text = |name: &str| {
            let bytes = left.get(Path::new(name));
            bytes.map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        };
        assert_eq!(text("synced").as_deref(), Some("new"), "seed {seed}");
        seen.insert((text("unsynced"), text("kept"), text("renamed.new")));
    }
    // Another beginning of the namings each time, and the page there or not.
    let kept: Vec<_> = seen
        .iter()
        .filter_map(|(_, kept, _)| kept.clone())
        .collect();
    assert!(kept.contains(&"old".to_owned()) && kept.contains(&"new".to_owned()));
    let unsynced: Vec<_> = seen
        .iter()
        .map(|(unsynced, _, _)| unsynced.clone())
        .collect();
    for left in [None, Some(String::new()), Some("new".to_owned())] {
        assert!(unsynced.contains(&left), "{left:?} of {seen:?}");
    }
}
