//! `play` on a real terminal: the live line, and what each key does.

use crate::home::{HANG, Home, RATE};
use rexpect::session::{Options, PtySession, spawn_with_options};
use std::process::Command;

pub fn play(home: &Home, args: &[&str]) -> PtySession {
    start(home, &[&["play", "--output", "null"], args].concat())
}

pub fn start(home: &Home, args: &[&str]) -> PtySession {
    spawn(home.command(args))
}

/// The same where the terminal has 80 columns and 24 rows; a new one has none.
pub fn start_sized(home: &Home, args: &[&str]) -> PtySession {
    let program = home.command(args);
    let mut command = Command::new("sh");
    command.args(["-c", "stty columns 80 rows 24; exec \"$@\"", "sh"]);
    command.arg(program.get_program()).args(program.get_args());
    command.current_dir(program.get_current_dir().unwrap());
    for (name, value) in program.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    spawn(command)
}

fn spawn(mut command: Command) -> PtySession {
    // The terminal is stdin too.
    command
        .stdin(std::process::Stdio::inherit())
        .env("TERM", "xterm");
    spawn_with_options(
        command,
        Options::new().timeout_ms(Some(HANG.as_millis() as u64)),
    )
    .unwrap()
}

/// Waits until the terminal shows this. The session reads bytes as Latin-1.
pub fn see(session: &mut PtySession, text: &str) {
    let bytes: String = text.bytes().map(char::from).collect();
    if session.exp_string(&bytes).is_err() {
        panic!("the terminal never shows {text:?}");
    }
}

pub fn press(session: &mut PtySession, keys: &str) {
    session.send(keys).unwrap();
    session.flush().unwrap();
}

pub fn code(session: &PtySession) -> i32 {
    match session.process().wait().unwrap() {
        rexpect::process::WaitStatus::Exited(_, code) => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn keys_drive_the_music() {
    let home = Home::new();
    for (number, file) in ["one.wav", "two.wav"].iter().enumerate() {
        home.tone(file, number, RATE as usize * 120);
    }
    let mut session = play(&home, &["Music"]);
    see(&mut session, "▶ one");
    see(&mut session, "next: two");
    press(&mut session, "n");
    see(&mut session, "▶ two");
    press(&mut session, " ");
    see(&mut session, "⏸ two");
    press(&mut session, " ");
    see(&mut session, "▶ two");
    press(&mut session, "\x1b[C\x1b[C");
    see(&mut session, "0:10");
    press(&mut session, "p");
    see(&mut session, "▶ two  0:00");
    press(&mut session, "p");
    see(&mut session, "▶ one");
    press(&mut session, "\x1b[B");
    see(&mut session, "vol 95%");
    press(&mut session, "s");
    see(&mut session, "shuffle");
    press(&mut session, "r");
    see(&mut session, "repeat");
    press(&mut session, "q");
    session.exp_eof().unwrap();
    assert_eq!(code(&session), 0);
}

#[test]
fn ctrl_c_leaves_the_terminal_whole() {
    let home = Home::new();
    home.tone("one.wav", 1, RATE as usize * 120);
    let mut session = play(&home, &["Music/one.wav"]);
    see(&mut session, "▶ one");
    press(&mut session, "\x03");
    let rest = session.exp_eof().unwrap();
    assert!(
        rest.contains("\x1b[?25h"),
        "the cursor is shown again: {rest:?}"
    );
    assert_eq!(code(&session), 130);
}

#[test]
fn stop_after_this_song_ends_it_and_play_goes_on_with_the_next() {
    let home = Home::new();
    home.tone("one.wav", 1, RATE as usize * 4);
    home.tone("two.wav", 2, RATE as usize);
    let mut session = play(&home, &["Music"]);
    see(&mut session, "next: two");
    press(&mut session, "x");
    see(&mut session, "stops after this");
    session.exp_eof().unwrap();
    assert_eq!(code(&session), 0);
    let ran = home.run(&["play", "--resume", "--output", "wav:out.wav"]);
    let ran = ran.ended(0);
    assert!(ran.err.contains("Going on with two."), "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
}

#[test]
fn the_sleep_timer_is_shown_fades_out_and_ends_it_in_its_place() {
    let home = Home::new();
    home.tone("one.wav", 1, RATE as usize * 120);
    let mut session = play(&home, &["Music", "--sleep", "3s"]);
    see(&mut session, "sleep 0:0");
    session.exp_eof().unwrap();
    assert_eq!(code(&session), 0);
    let status = home.run(&["status", "--json"]).ended(0).json();
    assert_eq!(status["state"], "pause");
    let elapsed_ms = status["current"]["elapsed_ms"].as_u64().unwrap();
    assert!((2_000..60_000).contains(&elapsed_ms), "{status}");
}

#[test]
fn a_key_sets_the_sleep_timer_and_takes_it_back() {
    let home = Home::new();
    home.tone("one.wav", 1, RATE as usize * 120);
    let mut session = play(&home, &["Music"]);
    see(&mut session, "▶ one");
    for minutes in [15, 30, 45, 60, 90] {
        press(&mut session, "z");
        // Just set, or a moment later.
        let shown = format!("sleep ({minutes}:00|{}:5[0-9])", minutes - 1);
        let shown = shown
            .replace("60:00", "1:00:00")
            .replace("90:00", "1:30:00");
        session.exp_regex(&shown.replace("89:", "1:29:")).unwrap();
    }
    press(&mut session, "z");
    press(&mut session, " ");
    see(&mut session, "⏸ one");
    press(&mut session, "q");
    let rest = session.exp_eof().unwrap();
    assert!(!rest.contains("sleep"), "{rest:?}");
}

#[test]
fn an_output_that_is_not_the_default_is_shown() {
    let home = Home::new();
    home.tone("one.wav", 1, RATE as usize * 120);
    let mut session = play(&home, &["Music", "--crossfade", "2.5"]);
    see(&mut session, "fade 2.5 s");
    see(&mut session, "→ the null device");
    press(&mut session, "q");
    session.exp_eof().unwrap();
    assert_eq!(code(&session), 0);
}

#[test]
fn the_bar_of_verify_is_gone_when_it_ends() {
    let home = Home::scanned(&["one.wav", "two.wav"]);
    let mut session = start(&home, &["verify"]);
    see(&mut session, "0/2");
    see(&mut session, "how long is not known yet");
    let rest = session.exp_eof().unwrap();
    let (bar, told) = rest.split_once("Verified 2 files").unwrap();
    assert!(bar.ends_with("\x1b[2K"), "{bar:?}");
    assert!(!told.contains("/2"), "{told:?}");
    assert_eq!(code(&session), 0);
}
