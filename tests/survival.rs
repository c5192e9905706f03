//! What a kill leaves of a player: queue, modes and place, whole, and less than a second back.

use crate::dice::Dice;
use crate::home::{HANG, Home, RATE, Signal};
use rexpect::session::{Options, PtySession, spawn_with_options};
use rustix::process::{Pid, kill_process};
use std::process::Command;
use std::time::Duration;

const SONGS: usize = 5;
/// Of the songs that the kills interrupt.
const SECONDS: usize = 40;

/// Runs the program on a terminal of its own; tells its process, too.
fn on_terminal(home: &Home, args: &[&str]) -> (PtySession, Pid) {
    let program = home.command(args);
    // A shell tells the number of the process that it becomes.
    let mut command = Command::new("sh");
    command
        .args(["-c", "echo pid $$.; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(program.get_args())
        .current_dir(home.path(""))
        .env("TERM", "xterm");
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let options = Options::new().timeout_ms(Some(HANG.as_millis() as u64));
    let mut session = spawn_with_options(command, options).unwrap();
    session.exp_string("pid ").unwrap();
    let pid = session.exp_string(".").unwrap().parse().unwrap();
    (session, Pid::from_raw(pid).unwrap())
}

/// The last live line of what a terminal was sent: the song and whole seconds of it.
fn last_line(sent: &str) -> Option<(String, u64)> {
    // The session reads bytes as Latin-1.
    let bytes: Vec<u8> = sent.chars().map(|c| c as u8).collect();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    text.rsplit('\r').find_map(|line| {
        let line = line.trim_start_matches("\u{1b}[K");
        let line = line.strip_prefix(['▶', '⏸'])?;
        let mut words = line.split_whitespace();
        let name = words.next()?.to_owned();
        let (minutes, seconds) = words.next()?.split_once(':')?;
        let minutes: u64 = minutes.parse().ok()?;
        Some((name, minutes * 60 + seconds.parse::<u64>().ok()?))
    })
}

/// Keys that never end the queue, which repeats all the time, and whether they go back: what was shown before them may
/// rightly be far ahead of what is saved after them.
const KEYS: &[(&str, bool)] = &[
    ("n", false),
    (" ", false),
    ("s", false),
    ("x", false),
    ("z", false),
    ("\x1b[C", false),
    ("\x1b[A", false),
    ("\x1b[B", false),
    ("p", true),
    ("\x1b[D", true),
];

/// What was seen last before a kill.
struct Seen {
    name: String,
    seconds: u64,
    went_back: bool,
}

/// Plays on, presses keys, and is killed in the middle of it.
fn play_and_kill(home: &Home, args: &[&str], dice: &mut Dice) -> Seen {
    let (mut session, pid) = on_terminal(home, args);
    // The clock of the live line, and not the place where it is said to go on. What the keys left on (single, consume,
    // volume) may leave no room for the song's name.
    let (before, at) = session.exp_regex("  [0-9]:[0-9][0-9] ").unwrap();
    let mut went_back = false;
    for _ in 0..dice.below(5) {
        let (key, back) = KEYS[dice.below(KEYS.len() as u64) as usize];
        session.send(key).unwrap();
        session.flush().unwrap();
        went_back |= back;
        // A random moment is what is waited for.
        std::thread::sleep(Duration::from_millis(dice.below(60)));
    }
    std::thread::sleep(Duration::from_millis(dice.below(1_500)));
    kill_process(pid, Signal::KILL).unwrap();
    let sent = before + &at + &session.exp_eof().unwrap();
    let (name, seconds) = last_line(&sent).unwrap_or_else(|| panic!("no live line in {sent:?}"));
    Seen {
        name,
        seconds,
        went_back,
    }
}

fn kill_so_often(times: u64, seed: u64) {
    println!("seed {seed}");
    let mut dice = Dice(seed);
    let home = Home::new();
    let names: Vec<String> = (0..SONGS).map(|number| format!("song{number}")).collect();
    for (number, name) in names.iter().enumerate() {
        home.tone(&format!("{name}.wav"), number, RATE as usize * SECONDS);
    }
    let mut args: Vec<&str> = vec!["play", "Music", "--repeat", "--output", "null"];
    let mut compared = 0;
    for round in 0..times {
        let seen = play_and_kill(&home, &args, &mut dice);
        let status = home.run(&["status", "--json"]).ended(0).json();
        assert_eq!(status["queue"], SONGS, "round {round}: {status}");
        assert_eq!(status["state"], "pause", "round {round}: {status}");
        let current = &status["current"];
        let row = current["row"].as_u64().unwrap() as usize;
        assert_eq!(current["title"], names[row - 1], "round {round}");
        // What was shown was heard. After another key the song may be the next one already.
        let elapsed_ms = current["elapsed_ms"].as_u64().unwrap();
        if current["title"] == seen.name && !seen.went_back {
            compared += 1;
            assert!(
                elapsed_ms + 1_000 >= seen.seconds * 1_000,
                "round {round}: {elapsed_ms} ms of {} are left of {} s",
                seen.name,
                seen.seconds
            );
        }
        args = vec!["play", "--resume", "--output", "null"];
    }
    assert!(compared * 10 > times, "{compared} of {times} compared");
    // The queue as a whole, in its order, from its front on.
    home.run(&[
        "play",
        "--resume",
        "--output",
        "wav:out.wav",
        "--sleep",
        "song",
    ])
    .ended(0);
    let saved = std::fs::read_to_string(home.path("home/state/queue.jsonl")).unwrap();
    let rows: Vec<&str> = saved.lines().skip(1).collect();
    assert_eq!(rows.len(), SONGS);
    for (row, name) in rows.iter().zip(&names) {
        assert!(row.contains(&format!("\"title\":\"{name}\"")), "{row}");
    }
}

#[test]
fn a_kill_at_any_moment_leaves_queue_and_place() {
    kill_so_often(20, 7);
}

#[test]
#[ignore = "takes minutes: for the release"]
fn two_hundred_kills_leave_queue_and_place() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    kill_so_often(200, now.unwrap().as_nanos() as u64);
}

#[test]
fn what_was_killed_waits_and_goes_on_where_it_was() {
    let home = Home::new();
    for number in 0..2 {
        home.tone(&format!("{number}.wav"), number, RATE as usize * 30);
    }
    let mut playing = home.start(&[
        "play", "Music", "--from", "0:20", "--volume", "60", "--output", "null",
    ]);
    playing.wait_for("0 (0:30)");
    let status = |home: &Home| home.run(&["status", "--json"]).ended(0).json();
    while status(&home)["current"]["elapsed_ms"].as_u64() <= Some(20_000) {}
    assert_eq!(status(&home)["state"], "play");
    playing.signal(Signal::KILL);
    assert_eq!(playing.end().code, None);
    let left = status(&home);
    assert_eq!(
        (&left["state"], &left["queue"]),
        (&"pause".into(), &2.into())
    );
    let text = home.run(&[]).ended(0).out;
    assert!(
        text.contains("Paused at 0:2") && text.contains("of 0:30: 0, 1 of 2 songs."),
        "{text}"
    );
    assert!(text.contains("standin play --resume"), "{text}");
    let ran = home
        .run(&["play", "--resume", "--output", "wav:out.wav"])
        .ended(0);
    assert!(ran.err.contains("Going on with 0 at 0:2"), "{}", ran.err);
    let (samples, _) = home.read_wav(&home.path("out.wav"));
    let elapsed_ms = left["current"]["elapsed_ms"].as_u64().unwrap();
    let rate = u64::from(RATE);
    assert_eq!(
        samples.len() as u64 / 2,
        60 * rate - elapsed_ms * rate / 1_000
    );
    assert_eq!(status(&home)["state"], "stop", "it was played to its end");
}
