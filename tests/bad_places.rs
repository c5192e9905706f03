//! Roots, disks and databases that are not as they should be: a sentence and an exit code, and nothing is lost.

use crate::home::{HANG, Home, Ran, Signal};
use rusqlite::Connection;
use rustix::process::geteuid;
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

/// A user who may not do everything.
const NOBODY: u32 = 65_534;

/// Runs as a user whom permissions bind; `None`, and a word, where that cannot be.
pub fn run_bound(home: &Home, args: &[&str]) -> Option<Ran> {
    let mut command = home.command(args);
    if geteuid().is_root() {
        fs::set_permissions(home.path(""), fs::Permissions::from_mode(0o755)).unwrap();
        command.uid(NOBODY).gid(NOBODY);
    }
    match command.output() {
        Ok(output) => Some(output.into()),
        Err(error) => {
            println!("skipped: another user cannot run the program: {error}");
            None
        }
    }
}

/// Gives everything in the home to the user of [`run_bound`].
pub fn hand_over(folder: &Path) {
    if geteuid().is_root() {
        chown(folder, Some(NOBODY), Some(NOBODY)).unwrap();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_type().unwrap().is_dir() {
                hand_over(&entry.path());
            } else {
                chown(entry.path(), Some(NOBODY), Some(NOBODY)).unwrap();
            }
        }
    }
}

fn index(home: &Home) -> PathBuf {
    home.path("home/cache/library.db")
}

/// Indexes that were set aside.
fn set_aside(home: &Home) -> Vec<PathBuf> {
    let entries = fs::read_dir(index(home).parent().unwrap()).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let is_bad = |path: &PathBuf| path.to_string_lossy().contains("library.db.bad-");
    paths.filter(is_bad).collect()
}

#[test]
fn a_root_that_is_not_there_or_no_folder_is_refused() {
    let home = Home::new();
    let song = home.tone("a.wav", 1, 5_000);
    let ran = home.run(&["scan", "no/such/folder"]).ended(1);
    assert_eq!(
        ran.err,
        "standin: cannot use the folder no/such/folder: it is not there; look how it is written, or whether its disk is plugged in.\n"
    );
    let ran = home.run(&["scan", song.to_str().unwrap()]).ended(1);
    assert_eq!(
        ran.err,
        format!(
            "standin: cannot use the folder {}: it is a file; name the folder that it is in.\n",
            song.display()
        )
    );
}

#[test]
fn a_folder_that_may_not_be_read_is_a_skip_and_its_songs_stay() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    home.tone("shut/b.wav", 2, 5_000);
    let unread = home.tone("c.wav", 3, 5_000);
    hand_over(&home.path(""));
    let Some(ran) = run_bound(&home, &["scan", "Music", "--json"]) else {
        return;
    };
    assert_eq!(ran.ended(0).json()["new"], 3);
    let shut = home.music().join("shut");
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(&unread, fs::Permissions::from_mode(0o000)).unwrap();
    let full = run_bound(&home, &["scan", "--full"]).unwrap();
    fs::set_permissions(&shut, fs::Permissions::from_mode(0o755)).unwrap();
    let full = full.ended(4);
    assert!(
        full.out
            .starts_with("scanned 3 = 0 new + 0 changed + 0 moved + 1 same + 2 skipped\n"),
        "{full:?}"
    );
    for told in [
        "shut: the folder cannot be read: permission denied.\n",
        "c.wav: it cannot be opened: permission denied.\n",
    ] {
        assert!(full.err.contains(told), "{full:?}");
    }
    let songs = home.run(&["ls", "Music/shut", "--json"]).ended(0).json();
    assert_eq!(songs["songs"].as_array().unwrap().len(), 1);
}

#[test]
fn places_that_cannot_be_written_are_told() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    fs::write(home.path("home"), "a file where a folder should be").unwrap();
    let ran = home.run(&["scan", "Music"]).ended(1);
    assert!(
        ran.err.starts_with("standin: cannot make the folder ")
            && ran.err.contains("not a directory.\n  let it be written"),
        "{ran:?}"
    );
    fs::remove_file(home.path("home")).unwrap();

    fs::create_dir(home.path("home")).unwrap();
    hand_over(&home.path(""));
    fs::set_permissions(home.path("home"), fs::Permissions::from_mode(0o555)).unwrap();
    let Some(ran) = run_bound(&home, &["scan", "Music"]) else {
        return;
    };
    let ran = ran.ended(1);
    assert!(
        ran.err.contains("permission denied.\n  let it be written"),
        "{ran:?}"
    );
    fs::set_permissions(home.path("home"), fs::Permissions::from_mode(0o755)).unwrap();

    run_bound(&home, &["scan", "Music"]).unwrap().ended(0);
    let cache = home.path("home/cache");
    let old = fs::read(index(&home)).unwrap();
    home.tone("b.wav", 2, 5_000);
    for file in ["library.db", "library.lock"] {
        fs::set_permissions(cache.join(file), fs::Permissions::from_mode(0o444)).unwrap();
    }
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o555)).unwrap();
    let ran = run_bound(&home, &["scan"]).unwrap();
    fs::set_permissions(&cache, fs::Permissions::from_mode(0o755)).unwrap();
    let ran = ran.ended(1);
    assert!(
        ran.err
            .contains("\n  let it be written, or name another place"),
        "{ran:?}"
    );
    assert_eq!(fs::read(index(&home)).unwrap(), old);
}

/// Runs the program under a limit on the size of a file, in blocks of 512 bytes: a write beyond it fails, as on a disk
/// that is full.
pub fn with_small_disk(home: &Home, blocks: u64, args: &[&str]) -> Ran {
    let program = home.command(args);
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
    let mut shell = Command::new("sh");
    shell
        .args(["-c", &script, "sh"])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(home.path(""))
        .env("XDG_RUNTIME_DIR", home.path(""));
    shell.output().unwrap().into()
}

#[test]
fn a_disk_without_room_is_told_and_the_index_stays_whole() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    for number in 0..400 {
        home.tone(&format!("more/{number}.wav"), number, 500);
    }
    let size = fs::metadata(index(&home)).unwrap().size();
    let ran = with_small_disk(&home, size / 512 + 8, &["scan"]).ended(1);
    assert!(
        ran.err.contains("library.db")
            && ran.err.contains("the disk is full, or it fails")
            && ran.err.contains("make room and run it again"),
        "{ran:?}"
    );
    let stats = home.run(&["stats", "--json"]).ended(0).json();
    assert!(stats["songs"].as_u64() >= Some(2), "{stats}");
    let whole = Connection::open(index(&home)).unwrap();
    let answer: String = whole
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(answer, "ok");
    drop(whole);
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!(report["songs"], 402);
}

#[test]
fn an_index_of_a_newer_version_is_left_alone() {
    let home = Home::scanned(&["a.wav"]);
    let newer = Connection::open(index(&home)).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let before = fs::read(index(&home)).unwrap();
    for args in [&["scan"][..], &["scan", "--full"], &["stats"]] {
        let ran = home.run(args).ended(1);
        assert!(ran.err.contains("is of version 99"), "{ran:?}");
    }
    assert_eq!(fs::read(index(&home)).unwrap(), before);
    assert!(set_aside(&home).is_empty());
}

#[test]
fn what_a_newer_version_keeps_of_a_person_is_left_alone() {
    let home = Home::scanned(&["a.wav"]);
    let data = home.path("home/data");
    let newer = Connection::open(data.join("standin.db")).unwrap();
    let version = |newer: &Connection| -> u32 {
        let asked = newer.query_row("PRAGMA user_version", [], |row| row.get(0));
        asked.unwrap()
    };
    let known = version(&newer);
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let files = ["standin.db", "standin.jsonl"];
    let read = || files.map(|file| fs::read(data.join(file)).unwrap());
    let before = read();
    for args in [
        &["scan"][..],
        &["playlist", "ls"],
        &["playlist", "new", "mix"],
        &["rate", "Music/a.wav", "3"],
        &["rate", "Music/a.wav", "3", "--dry-run"],
        &["backup", "create"],
        &["backup", "ls"],
        &["play", "Music/a.wav", "--output", "null"],
    ] {
        let ran = home.run(args).ended(1);
        let both = format!("is of version 99, and this standin knows versions up to {known}: ");
        assert!(ran.err.contains(&both), "{args:?}: {ran:?}");
        assert_eq!(crate::messages::fault(&ran.err), None, "{}", ran.err);
        assert!(read() == before, "{args:?}");
    }
}

#[test]
fn a_damaged_index_is_told_set_aside_and_made_anew() {
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 3] = [
        ("its head", |bytes| bytes[..100].fill(0x5a)),
        ("half of it", |bytes| bytes.truncate(bytes.len() / 2)),
        ("many bytes", |bytes| {
            let at = |page: usize| page * 4_096 + 8;
            for page in 1..bytes.len() / 4_096 {
                bytes[at(page)..at(page) + 64].fill(0xff);
            }
        }),
    ];
    for (what, damage) in damages {
        let home = Home::scanned(&["a.wav", "b/c.wav"]);
        let mut bytes = fs::read(index(&home)).unwrap();
        damage(&mut bytes);
        fs::write(index(&home), &bytes).unwrap();
        let told = home.run(&["search", "a"]).ended(1);
        assert!(
            told.err.contains("library.db is damaged") && told.err.contains("standin scan --full"),
            "{what}: {told:?}"
        );
        // One folder was meant, and all of them are read.
        let ran = home.run(&["scan", "Music/b"]).ended(0);
        assert!(ran.out.starts_with("scanned 2 = 2 new"), "{what}: {ran:?}");
        assert!(ran.err.contains("has been made anew"), "{what}: {ran:?}");
        let [bad] = &set_aside(&home)[..] else {
            panic!("{what}: {:?}", set_aside(&home));
        };
        assert_eq!(fs::read(bad).unwrap(), bytes, "{what}");
        assert_eq!(home.run(&["scan", "--json"]).ended(0).json()["same"], 2);
        assert_eq!(set_aside(&home).len(), 1);
    }
}

#[test]
fn damage_that_a_scan_does_not_come_across_is_found_by_a_full_one() {
    let home = Home::scanned(&["a.wav", "b/c.wav"]);
    let index_of_titles: u32 = Connection::open(index(&home))
        .unwrap()
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'song_by_title'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let mut bytes = fs::read(index(&home)).unwrap();
    let at = (index_of_titles as usize - 1) * 4_096;
    bytes[at..at + 4_096].fill(0xff);
    fs::write(index(&home), &bytes).unwrap();
    let dry = home.run(&["scan", "--full", "--dry-run"]).ended(1);
    assert!(dry.err.contains("is damaged"), "{dry:?}");
    assert!(set_aside(&home).is_empty());
    let ran = home.run(&["scan", "--full", "--json"]).ended(0).json();
    assert_eq!(ran["new"], 2);
    assert!(
        ran["damaged_index"]
            .as_str()
            .unwrap()
            .contains("library.db.bad-")
    );
    assert_eq!(set_aside(&home).len(), 1);
}

#[test]
fn what_the_person_made_is_not_set_aside_where_there_is_no_copy_of_it() {
    let home = Home::scanned(&["a.wav"]);
    fs::remove_file(home.path("home/data/standin.jsonl")).unwrap();
    let own = home.path("home/data/standin.db");
    let mut bytes = fs::read(&own).unwrap();
    bytes[..100].fill(0x5a);
    fs::write(&own, &bytes).unwrap();
    for args in [&["scan"][..], &["scan", "--full"], &["playlist", "ls"]] {
        let ran = home.run(args).ended(1);
        assert!(
            ran.err.contains("standin.db is damaged") && ran.err.contains("left as it is"),
            "{ran:?}"
        );
        assert_eq!(fs::read(&own).unwrap(), bytes);
    }
}

#[test]
fn two_scans_at_once_both_end_well() {
    let home = Home::new();
    for number in 0..300 {
        home.tone(&format!("{number}.wav"), number, 500);
    }
    let both = [(); 2].map(|()| home.start(&["scan", "Music", "--json"]));
    let reports = both.map(|scan| scan.end().ended(0).json());
    let sum = |name: &str| -> u64 { reports.iter().map(|it| it[name].as_u64().unwrap()).sum() };
    assert_eq!((sum("new"), sum("same"), sum("gone")), (300, 300, 0));
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 300);
}

#[test]
fn a_signal_in_the_middle_keeps_what_was_stored() {
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let home = Home::new();
        let mut files = 0;
        // Caught in the middle: with few files a fast machine may be through before it is seen.
        let stored = loop {
            assert!(files < 100_000, "the scan is never caught in the middle");
            for number in files..files * 2 + 2_000 {
                home.tone(&format!("{}/{number}.wav", number / 100), number, 64);
            }
            files = files * 2 + 2_000;
            let scan = home.start(&["scan", "Music"]);
            if wait_for_rows(&home, &scan) {
                scan.signal(Signal::STOP);
                scan.signal(signal);
                scan.signal(Signal::CONT);
                let ended = scan.end();
                let stats = home.run(&["stats", "--json"]).json();
                let stored = stats["songs"].as_u64().unwrap();
                if ended.code == Some(code) && stored < files as u64 {
                    assert!(ended.err.contains("Stopped early"), "{ended:?}");
                    break stored;
                }
            }
            fs::remove_dir_all(home.path("home")).unwrap();
        };
        assert!(0 < stored && stored < files as u64, "{stored} of {files}");
        let rest = home.run(&["scan", "--json"]).ended(0).json();
        assert_eq!(
            (rest["same"].as_u64(), rest["new"].as_u64()),
            (Some(stored), Some(files as u64 - stored))
        );
    }
}

/// Waits until something of a scan is on the disk; `false` where it has ended.
fn wait_for_rows(home: &Home, scan: &crate::home::Running) -> bool {
    let began = Instant::now();
    let wal = home.path("home/cache/library.db-wal");
    // Beyond the schema and the roots.
    while fs::metadata(&wal).map_or(0, |wal| wal.len()) < 160 << 10 {
        assert!(began.elapsed() < HANG, "the scan stores nothing");
        if fs::metadata(&wal).is_err() && index(home).exists() && scan.has_ended() {
            return false;
        }
        std::thread::yield_now();
    }
    true
}

#[test]
fn what_may_only_be_read_is_read() {
    read_only(|_| ());
}

#[test]
fn what_an_older_version_has_left_is_read_where_it_may_only_be_read() {
    read_only(|home| {
        let person = Connection::open(home.path("home/data/standin.db")).unwrap();
        let older = "DROP TABLE loudness; DROP TABLE checked; PRAGMA user_version = 1;";
        person.execute_batch(older).unwrap();
    });
}

fn read_only(prepare: impl FnOnce(&Home)) {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    home.run(&["playlist", "new", "mine"]).ended(0);
    home.run(&["playlist", "add", "mine", "Music/a.wav"])
        .ended(0);
    prepare(&home);
    hand_over(&home.path(""));
    let folders = ["home/cache", "home/data"].map(|folder| home.path(folder));
    for folder in &folders {
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            let mode = if file.is_dir() { 0o555 } else { 0o444 };
            fs::set_permissions(file, fs::Permissions::from_mode(mode)).unwrap();
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o555)).unwrap();
    }
    let asked: Vec<_> = [
        &["search", "a"][..],
        &["ls", "Music"],
        &["info", "Music/a.wav"],
        &["stats"],
        &["playlist", "show", "mine"],
        &["play", "Music/a.wav", "--output", "wav:out.wav"],
        &["play", "mine", "--output", "null"],
    ]
    .into_iter()
    .map(|args| (args, run_bound(&home, args)))
    .collect();
    for folder in &folders {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    for (args, ran) in asked {
        let Some(ran) = ran else { return };
        let ran = ran.ended(0);
        assert!(!ran.out.is_empty(), "{args:?}: {}", ran.err);
    }
}
