//! Who reads never waits for who writes: not for a transaction of any length, and not for a first scan at any moment of it.

use crate::dice::Dice;
use crate::home::{HANG, Home, Ran, Running, Signal, has, program_path};
use crate::undisturbed::niceness;
use rusqlite::Connection;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

const PLAY: &[&str] = &["play", "mix", "--output", "null:fast"];

/// What people ask while something else writes; playing first: it writes too, what was heard, and `info` tells of it.
const READERS: &[&[&str]] = &[
    PLAY,
    &["search", "wav"],
    &["find", "title", "2"],
    &["ls", "Music"],
    &["list", "title"],
    &["playlist", "show", "mix"],
    &["info", "Music/1.wav"],
    &["stats"],
    &["status"],
];

/// Files of a first scan that is looked at in its steps.
const FILES: usize = 400;
/// Steps of it at most.
const MOST_STEPS: usize = 60;
/// What a scan works between two looks, in ns of processor time.
const STEP_NS: u64 = 1_000_000;

/// A home with songs and a list of them.
fn home() -> Home {
    let home = Home::scanned(&["1.wav", "2.wav", "b/3.wav"]);
    home.run(&["playlist", "new", "mix", "Music"]).ended(0);
    home.run(&["rate", "Music/1.wav", "4.5"]).ended(0);
    home
}

fn index(home: &Home) -> PathBuf {
    home.path("home/cache/library.db")
}

fn person(home: &Home) -> PathBuf {
    home.path("home/data/standin.db")
}

/// In the middle of changing everything in both, with more than fits into memory: also what the end of a first scan does,
/// which makes indexes and merges the full text.
fn writers_in(home: &Home) -> [Connection; 2] {
    let begun = |file: PathBuf, changes: &str| {
        let connection = Connection::open(file).unwrap();
        let begin = "PRAGMA foreign_keys=OFF; PRAGMA cache_size=1; BEGIN IMMEDIATE;";
        connection
            .execute_batch(&format!("{begin} {changes}"))
            .unwrap();
        connection
    };
    [
        begun(
            index(home),
            "UPDATE song SET title = 'x'; DELETE FROM song_text; DELETE FROM file;
             CREATE INDEX of_this_test ON song(title, id);
             INSERT INTO song_text(song_text, rank) VALUES ('merge', 500);",
        ),
        begun(
            person(home),
            "DELETE FROM playlist; DELETE FROM about; DELETE FROM root;",
        ),
    ]
}

fn answer(home: &Home, args: &[&str]) -> (Option<i32>, String) {
    let ran = home.start(args).end();
    is_not_held_up(args, &ran);
    (ran.code, ran.out)
}

#[track_caller]
fn is_not_held_up(args: &[&str], ran: &Ran) {
    let said = ran.err.to_lowercase();
    // What was heard is counted later, which is told; nobody waits for it.
    let is_told = args == PLAY && said.contains("counted");
    assert!(is_told || !said.contains("locked"), "{args:?}: {ran:?}");
}

#[test]
fn readers_answer_as_ever_while_both_files_are_written() {
    let home = home();
    let alone: Vec<_> = READERS.iter().map(|args| answer(&home, args)).collect();
    assert!(alone.iter().all(|(code, _)| *code == Some(0)), "{alone:?}");
    let writers = writers_in(&home);
    // From the end: what plays is counted, and told from then on.
    for (args, alone) in READERS.iter().zip(&alone).rev() {
        assert_eq!(answer(&home, args), *alone, "{args:?}");
    }
    // All have answered, and the writers are not done yet.
    for writer in writers {
        assert!(!writer.is_autocommit());
        writer.execute_batch("ROLLBACK").unwrap();
    }
}

/// Whether SQLite was refused a lock: what it does before it waits.
fn was_refused_a_lock(home: &Home, args: &[&str]) -> bool {
    let trace = home.path("trace");
    let standin = home.command(args);
    let mut traced = Command::new(program_path("strace"));
    traced.args(["-f", "-e", "trace=fcntl", "-o"]).arg(&trace);
    traced.arg(standin.get_program()).args(standin.get_args());
    for (name, value) in standin.get_envs() {
        match value {
            Some(value) => traced.env(name, value),
            None => traced.env_remove(name),
        };
    }
    traced.current_dir(home.path(""));
    assert!(traced.output().unwrap().status.success(), "{args:?}");
    let trace = std::fs::read_to_string(trace).unwrap();
    assert!(trace.contains("F_SETLK"), "it opens no database: {trace}");
    trace.contains("EAGAIN")
}

#[test]
fn no_reader_so_much_as_asks_for_a_writers_lock() {
    if !has("strace") {
        return;
    }
    let home = home();
    let writers = writers_in(&home);
    for args in READERS.iter().filter(|args| **args != PLAY) {
        assert!(!was_refused_a_lock(&home, args), "{args:?}");
    }
    drop(writers);
}

/// Whether somebody is in the middle of writing the index, which has its tables.
fn is_written(home: &Home) -> bool {
    let Ok(look) = Connection::open(index(home)) else {
        return false;
    };
    look.busy_timeout(Duration::ZERO).unwrap();
    let has_tables = look.query_row("SELECT count(*) FROM root", [], |row| row.get::<_, u64>(0));
    has_tables.is_ok() && look.execute_batch("BEGIN IMMEDIATE; ROLLBACK").is_err()
}

/// Processor time of all threads of a process, in ns.
fn worked(process: &Running) -> u64 {
    let tasks = std::fs::read_dir(format!("/proc/{}/task", process.child.id())).unwrap();
    let of_task = |task: std::io::Result<std::fs::DirEntry>| -> u64 {
        // A thread may end meanwhile.
        let stat = std::fs::read_to_string(task.unwrap().path().join("schedstat"));
        let first = stat.unwrap_or_default();
        let first = first.split_whitespace().next();
        first.map_or(0, |ns| ns.parse().unwrap())
    };
    tasks.map(of_task).sum()
}

/// Lets it work a little, and holds it. `false`: it has ended.
fn step(scan: &Running) -> bool {
    let (before, began) = (worked(scan), Instant::now());
    scan.signal(Signal::CONT);
    while !scan.has_ended() && worked(scan) < before + STEP_NS {
        assert!(began.elapsed() < HANG, "the scan stands still");
        std::thread::yield_now();
    }
    scan.signal(Signal::STOP);
    !scan.has_ended()
}

#[test]
fn readers_answer_at_every_moment_of_a_first_scan() {
    let home = home();
    for number in 0..FILES {
        home.tone(&format!("c/{number}.wav"), number, 64);
    }
    std::fs::remove_dir_all(home.path("home/cache")).unwrap();
    let scan = home.start(&["scan"]);
    let (mut dice, mut answered) = (Dice(21), 0);
    let own = niceness(std::process::id())[0];
    for _ in 0..MOST_STEPS {
        if !step(&scan) {
            break;
        }
        // Its moments without a lock, when the file is made, are not what is looked for.
        if !is_written(&home) {
            continue;
        }
        let nice = niceness(scan.child.id());
        assert!(
            nice.iter().all(|nice| *nice == (own + 10).min(19)),
            "it gives way: {nice:?}, beside {own} of the test"
        );
        let args = READERS[dice.below(READERS.len() as u64) as usize];
        let (code, _) = answer(&home, args);
        // What is not stored yet is not found.
        assert!(matches!(code, Some(0 | 3 | 4)), "{args:?}: {code:?}");
        assert!(!scan.has_ended() && is_written(&home));
        answered += 1;
    }
    scan.signal(Signal::CONT);
    scan.end().ended(0);
    println!("{answered} answers within one scan");
    assert!(answered > 0);
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], FILES + 3);
}
