//! A disk that is full at every point in turn, and places that may only be read: a sentence that says what to do, nothing half
//! written, and what was there is there. That every single write fails is tried in `power`.

use crate::bad_places::{hand_over, run_bound, with_small_disk};
use crate::home::{Home, Ran};
use crate::kept::{Kept, is_whole};
use crate::messages::fault;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

/// Bytes of a block of `ulimit -f`.
const BLOCK: u64 = 512;

/// Every kind of change of what a person made.
const CHANGES: &[&[&str]] = &[
    &["rate", "wav", "3.5", "--all"],
    &["playlist", "new", "new", "Music"],
    &["playlist", "add", "mix", "Music"],
    &["playlist", "rm", "mix", "1"],
    &["backup", "create"],
    &["backup", "restore", "first.jsonl"],
    &["root", "add", "."],
];

/// A home with something of everything.
fn home() -> Home {
    let files: Vec<String> = (1..=20).map(|number| format!("{number}.wav")).collect();
    let home = Home::scanned(&files.iter().map(String::as_str).collect::<Vec<_>>());
    home.run(&["playlist", "new", "mix", "Music"]).ended(0);
    let backup = home.run(&["backup", "create", "--json"]).ended(0).json();
    fs::copy(backup["path"].as_str().unwrap(), home.path("first.jsonl")).unwrap();
    home.run(&["rate", "Music/1.wav", "2"]).ended(0);
    home
}

#[track_caller]
fn is_told(args: &[&str], ran: &Ran) {
    assert_eq!(ran.code, Some(1), "{args:?}: {ran:?}");
    assert_eq!(fault(&ran.err), None, "{args:?}: {}", ran.err);
    let says_what_to_do = ran.err.contains("\n  ") || ran.err.contains(": use ");
    assert!(says_what_to_do, "{args:?}: {}", ran.err);
}

/// Makes the limit on a file's size longer until the change is made.
fn changes_on_small_disks(step: u64) {
    for args in CHANGES {
        let home = home();
        let before = Kept::in_home(&home);
        let mut failed = 0;
        for blocks in (0..).step_by(step as usize) {
            assert!(blocks * BLOCK < 4 << 20, "{args:?} is never done");
            let ran = with_small_disk(&home, blocks, args);
            if ran.code == Some(0) {
                break;
            }
            failed += 1;
            is_told(args, &ran);
            assert!(
                Kept::in_home(&home) == before,
                "{args:?} is half there: {ran:?}"
            );
        }
        assert!(failed > 0, "{args:?} never failed");
        Kept::in_home(&home);
        home.run(&["backup", "ls"]).ended(0);
    }
}

#[test]
fn a_change_on_a_disk_without_room_is_told_and_not_half_made() {
    changes_on_small_disks(17);
}

#[test]
#[ignore = "takes minutes: for the release"]
fn a_change_on_a_disk_that_is_full_at_any_block() {
    changes_on_small_disks(1);
}

#[test]
fn a_migration_on_a_disk_without_room_loses_nothing() {
    let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/old/standin-1.db");
    let home = Home::new();
    fs::create_dir_all(home.path("home/data")).unwrap();
    let database = home.path("home/data/standin.db");
    fs::copy(old, &database).unwrap();
    let mut failed = 0;
    for blocks in (0..).step_by(16) {
        // What is there is told in any case; what cannot be kept is refused.
        let ran = with_small_disk(&home, blocks, &["playlist", "ls"]).ended(0);
        assert_eq!(ran.out, "Road trip\n");
        let args = &["playlist", "new", "new"];
        let ran = with_small_disk(&home, blocks, args);
        if ran.code == Some(0) {
            break;
        }
        failed += 1;
        is_told(args, &ran);
        is_whole(&database);
    }
    assert!(failed > 0);
    assert!(Kept::in_home(&home).playlists().contains_key("Road trip"));
}

/// Runs on a disk of so many KiB that holds what is in the data folder, and leaves there what is on it after; `None`, and a
/// word, where no disk can be mounted.
fn on_disk_of(kib: u64, home: &Home, args: &[&str]) -> Option<Ran> {
    let program = home.command(args);
    let script = format!(
        "mv \"$DATA\" \"$DATA.all\" && mkdir \"$DATA\" && mount -t tmpfs -o size={kib}k,mode=755 none \"$DATA\" || exit 99
         cp -a \"$DATA.all/.\" \"$DATA\" || exit 98
         \"$@\"; code=$?
         rm -rf \"$DATA.all\" && cp -a \"$DATA/.\" \"$DATA.all\" && umount \"$DATA\" && rmdir \"$DATA\" && mv \"$DATA.all\" \"$DATA\"
         exit $code"
    );
    let mut shell = Command::new("unshare");
    shell.args(["-rm", "sh", "-c", &script, "sh"]);
    shell.arg(program.get_program()).args(program.get_args());
    shell.current_dir(home.path(""));
    shell.env("DATA", home.path("home/data"));
    shell.env("XDG_RUNTIME_DIR", home.path(""));
    let ran: Ran = match shell.output() {
        Ok(output) => output.into(),
        Err(error) => {
            println!("skipped: unshare cannot be run: {error}");
            return None;
        }
    };
    if ran.code == Some(99) || ran.err.starts_with("unshare:") {
        println!("skipped: no disk can be mounted here: {}", ran.err);
        return None;
    }
    Some(ran)
}

#[test]
fn a_disk_that_is_full_takes_nothing_from_what_is_on_it() {
    for args in CHANGES {
        let home = home();
        let before = Kept::in_home(&home);
        let mut failed = 0;
        for kib in (80..).step_by(36) {
            let Some(ran) = on_disk_of(kib, &home, args) else {
                return;
            };
            match ran.code {
                Some(0) => break,
                // It does not even hold what is there.
                Some(98) => {
                    let data = home.path("home/data");
                    fs::remove_dir_all(&data).unwrap();
                    fs::rename(data.with_extension("all"), data).unwrap();
                    continue;
                }
                _ => {}
            }
            failed += 1;
            is_told(args, &ran);
            assert!(
                Kept::in_home(&home) == before,
                "{args:?} is half there: {ran:?}"
            );
        }
        println!("{args:?} failed {failed} times");
        Kept::in_home(&home);
    }
}

#[test]
fn where_nothing_may_be_written_a_change_is_refused() {
    let home = home();
    home.run(&["backup", "create"]).ended(0);
    hand_over(&home.path(""));
    let folders = ["home/data/backups", "home/data", "home/cache"].map(|folder| home.path(folder));
    let set = |file: u32, folder: u32| {
        for path in &folders {
            for entry in fs::read_dir(path).unwrap().map(Result::unwrap) {
                if entry.file_type().unwrap().is_file() {
                    fs::set_permissions(entry.path(), fs::Permissions::from_mode(file)).unwrap();
                }
            }
            fs::set_permissions(path, fs::Permissions::from_mode(folder)).unwrap();
        }
    };
    let before = Kept::in_home(&home);
    set(0o444, 0o555);
    let scans: &[&[&str]] = &[&["scan"], &["root", "rm", "Music"]];
    let mut runs = Vec::new();
    for args in CHANGES.iter().chain(scans) {
        runs.push((args, run_bound(&home, args)));
    }
    set(0o644, 0o755);
    for (args, ran) in runs {
        let Some(ran) = ran else { return };
        is_told(args, &ran);
        let hint = "\n  let it be written, or name another place with --home DIR.";
        assert!(ran.err.contains(hint), "{args:?}: {}", ran.err);
    }
    assert!(Kept::in_home(&home) == before);
}
