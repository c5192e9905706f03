//! `kill -9` at random moments of everything that writes: what was acknowledged is there, nothing is half there, and the
//! next run goes on. Playing has its own in `survival`.

use crate::dice::Dice;
use crate::home::{Home, Running, Signal};
use crate::kept::{Kept, is_whole};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How a run that was to be killed ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Before the kill: it has acknowledged.
    ByItself,
    Killed,
}

/// Runs and kills at a random moment of so many microseconds.
fn killed_within(home: &Home, args: &[&str], micros: u64, dice: &mut Dice) -> End {
    let running = home.start(args);
    // A random moment is what is waited for.
    std::thread::sleep(Duration::from_micros(dice.below(micros)));
    kill(running)
}

#[track_caller]
fn kill(running: Running) -> End {
    running.signal(Signal::KILL);
    let ran = running.end();
    match ran.code {
        Some(0) => End::ByItself,
        None => End::Killed,
        _ => panic!("{ran:?}"),
    }
}

/// How long a run takes by itself, in microseconds.
fn duration(home: &Home, args: &[&str]) -> u64 {
    let began = Instant::now();
    home.run(args).ended(0);
    began.elapsed().as_micros() as u64
}

fn index(home: &Home) -> PathBuf {
    home.path("home/cache/library.db")
}

/// Songs in an index that is whole, each with its file and its text; none where there is no index.
#[track_caller]
fn stored(home: &Home) -> u64 {
    if !index(home).exists() {
        return 0;
    }
    is_whole(&index(home));
    let index = Connection::open(index(home)).unwrap();
    let count = |table: &str| -> u64 {
        let sql = format!("SELECT count(*) FROM {table}");
        index.query_row(&sql, [], |row| row.get(0)).unwrap_or(0)
    };
    let songs = count("song");
    assert_eq!(
        (count("file"), count("song_text")),
        (songs, songs),
        "half a batch"
    );
    songs
}

/// Small songs of `files` different sounds.
fn library(files: usize) -> Home {
    let home = Home::new();
    for number in 0..files {
        home.tone(&format!("{}/{number}.wav", number / 100), number, 64);
    }
    home
}

fn kill_scans(times: u64, files: usize, dice: &mut Dice) {
    let home = library(files);
    let whole = duration(&home, &["scan", "Music"]);
    fs::remove_dir_all(home.path("home")).unwrap();
    let (mut kills, mut caught, mut before) = (0, 0, 0);
    while kills < times {
        // A first scan, and those that go on where it was killed.
        let end = killed_within(&home, &["scan", "Music"], whole, dice);
        let after = stored(&home);
        assert!(after >= before, "{after} of {before} songs are left");
        if end == End::Killed {
            kills += 1;
            caught += u64::from(0 < after && after < files as u64);
            before = after;
            continue;
        }
        assert_eq!(after, files as u64);
        fs::remove_dir_all(home.path("home")).unwrap();
        before = 0;
    }
    println!("{caught} of {kills} kills left part of an index");
    // What was stored is not read again.
    let report = home.run(&["scan", "Music", "--json"]).ended(0).json();
    assert_eq!(report["same"], before);
    assert_eq!(report["new"], files as u64 - before);
    assert_eq!(stored(&home), files as u64);
}

/// What a person has been told is kept.
#[derive(Clone, Debug, Default, PartialEq)]
struct Acknowledged {
    rows: Vec<String>,
    ratings: BTreeMap<String, u64>,
}

impl Acknowledged {
    fn in_home(home: &Home) -> Self {
        let kept = Kept::in_home(home);
        let mut lists = kept.playlists();
        Self {
            rows: lists.remove("mix").unwrap_or_default(),
            ratings: kept.ratings(),
        }
    }

    /// One of the edits that there are, and what is kept after it.
    fn edited(&self, dice: &mut Dice) -> (Vec<String>, Self) {
        let mut after = self.clone();
        let number = dice.below(10).to_string();
        let file = format!("Music/0/{number}.wav");
        let args = match dice.below(4) {
            0 if self.rows.len() > 20 => {
                after.rows.remove(2);
                vec!["playlist", "rm", "mix", "3"]
            }
            0 | 1 => {
                after.rows.push(number);
                vec!["playlist", "add", "mix", &file]
            }
            stars => {
                let stars = if stars == 2 { "2" } else { "4.5" };
                let halves = if stars == "2" { 4 } else { 9 };
                after.ratings.insert(number, halves);
                vec!["rate", &file, stars]
            }
        };
        (args.into_iter().map(str::to_owned).collect(), after)
    }
}

fn kill_edits(times: u64, dice: &mut Dice) {
    let home = library(10);
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["playlist", "new", "mix"]).ended(0);
    let whole = duration(&home, &["playlist", "add", "mix", "Music/0/1.wav"]);
    let mut known = Acknowledged::in_home(&home);
    let (mut kills, mut after_it) = (0, 0);
    while kills < times {
        let (args, after) = known.edited(dice);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let end = killed_within(&home, &args, whole, dice);
        let found = Acknowledged::in_home(&home);
        match end {
            End::ByItself => assert_eq!(found, after, "{args:?} was acknowledged"),
            End::Killed => {
                kills += 1;
                after_it += u64::from(found == after);
                assert!(found == after || found == known, "{args:?} is half there");
            }
        }
        known = found;
    }
    println!("{after_it} of {kills} killed edits were kept");
}

/// A home whose data folder holds what an older version has left.
fn older(version: usize) -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path("home/data")).unwrap();
    let old = format!("tests/old/standin-{version}.db");
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join(old);
    fs::copy(old, home.path("home/data/standin.db")).unwrap();
    home
}

fn old_versions() -> usize {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/old");
    fs::read_dir(old).unwrap().count()
}

fn kill_migrations(times: u64, dice: &mut Dice) {
    for version in 1..=old_versions() {
        let whole = older(version);
        let micros = duration(&whole, &["playlist", "ls"]);
        let expected = Kept::in_home(&whole);
        let mut kills = 0;
        while kills < times {
            let home = older(version);
            let end = killed_within(&home, &["playlist", "ls"], micros, dice);
            kills += u64::from(end == End::Killed);
            assert_eq!(Kept::in_home(&home), expected, "version {version}");
            home.run(&["playlist", "ls"]).ended(0);
        }
    }
}

/// An index of an older version is begun anew; a kill in the middle of that leaves one that the next scan fills.
fn kill_migrations_of_the_index(times: u64, dice: &mut Dice) {
    let home = library(20);
    home.run(&["scan", "Music"]).ended(0);
    let sets_version = |version: u64| {
        let index = Connection::open(index(&home)).unwrap();
        index.pragma_update(None, "user_version", version).unwrap();
    };
    sets_version(3);
    let whole = duration(&home, &["scan"]);
    for _ in 0..times {
        sets_version(dice.below(4));
        killed_within(&home, &["scan"], whole, dice);
        is_whole(&index(&home));
        let report = home.run(&["scan", "--json"]).ended(0).json();
        assert_eq!(report["songs"], 20);
        assert_eq!(stored(&home), 20);
    }
}

fn kill_backups(times: u64, dice: &mut Dice) {
    let home = library(10);
    home.run(&["scan", "Music"]).ended(0);
    let name = |ran: crate::home::Ran| ran.json()["name"].as_str().unwrap().to_owned();
    home.run(&["playlist", "new", "mix", "Music/0/1.wav"])
        .ended(0);
    home.run(&["rate", "Music/0/2.wav", "3"]).ended(0);
    let one = Kept::in_home(&home);
    let first = name(home.run(&["backup", "create", "--json"]).ended(0));
    home.run(&["playlist", "add", "mix", "Music"]).ended(0);
    home.run(&["rate", "Music/0/2.wav", "none"]).ended(0);
    let other = Kept::in_home(&home);
    let second = name(home.run(&["backup", "create", "--json"]).ended(0));
    // Elsewhere, so that their number does not make them superfluous.
    let [first, second] = [first, second].map(|name| {
        let kept = home.path(&name);
        fs::copy(home.path("home/data/backups").join(&name), &kept).unwrap();
        kept.to_str().unwrap().to_owned()
    });
    let whole = duration(&home, &["backup", "restore", &second]);
    let mut known = other.clone();
    let mut kills = 0;
    while kills < times {
        let (args, after) = match dice.below(3) {
            0 => (vec!["backup", "create"], known.clone()),
            1 => (vec!["backup", "restore", &first], one.clone()),
            _ => (vec!["backup", "restore", &second], other.clone()),
        };
        let end = killed_within(&home, &args, whole, dice);
        let found = Kept::in_home(&home);
        kills += u64::from(end == End::Killed);
        match end {
            End::ByItself => assert_eq!(found, after, "{args:?}"),
            End::Killed => assert!(found == after || found == known, "{args:?} is half there"),
        }
        known = found;
        // Code 0: every backup that is listed is whole.
        home.run(&["backup", "ls"]).ended(0);
    }
}

fn kill_watches(times: u64, dice: &mut Dice) {
    let home = library(50);
    for round in 0..times {
        let mut watching = home.start(&["watch", "Music"]);
        watching.wait_for("scanned ");
        for number in 0..dice.below(20) {
            let file = home.tone(&format!("new/{round}-{number}.wav"), number as usize, 64);
            if number % 5 == 4 {
                fs::rename(&file, home.music().join(format!("{round}-{number}.wav"))).unwrap();
            }
        }
        std::thread::sleep(Duration::from_millis(dice.below(700)));
        assert!(kill(watching) == End::Killed);
        is_whole(&index(&home));
        let files = walkdir::WalkDir::new(home.music()).into_iter();
        let files = files.filter(|entry| entry.as_ref().unwrap().file_type().is_file());
        let report = home.run(&["scan", "--json"]).ended(0).json();
        assert_eq!(report["songs"], files.count());
    }
    Kept::in_home(&home);
}

#[test]
fn a_scan_killed_at_any_moment_goes_on_where_it_was() {
    kill_scans(8, 700, &mut Dice(1));
}

#[test]
fn an_edit_killed_at_any_moment_is_whole_or_not_there() {
    kill_edits(15, &mut Dice(2));
}

#[test]
fn a_migration_killed_at_any_moment_loses_nothing() {
    kill_migrations(4, &mut Dice(3));
    kill_migrations_of_the_index(4, &mut Dice(4));
}

#[test]
fn a_backup_killed_at_any_moment_is_whole_or_not_there() {
    kill_backups(10, &mut Dice(5));
}

#[test]
fn a_watch_killed_at_any_moment_leaves_an_index_that_goes_on() {
    kill_watches(2, &mut Dice(6));
}

#[test]
#[ignore = "takes minutes: for the release"]
fn two_hundred_kills_of_a_scan() {
    kill_scans(200, 3_000, &mut Dice::thrown());
}

#[test]
#[ignore = "takes minutes: for the release"]
fn two_hundred_kills_of_edits() {
    kill_edits(200, &mut Dice::thrown());
}

#[test]
#[ignore = "takes minutes: for the release"]
fn two_hundred_kills_of_migrations() {
    kill_migrations(200, &mut Dice::thrown());
    kill_migrations_of_the_index(200, &mut Dice::thrown());
}

#[test]
#[ignore = "takes minutes: for the release"]
fn two_hundred_kills_of_backups() {
    kill_backups(200, &mut Dice::thrown());
}

#[test]
#[ignore = "takes minutes: for the release"]
fn two_hundred_kills_of_a_watch() {
    kill_watches(200, &mut Dice::thrown());
}
