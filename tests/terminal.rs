//! `play` on a real terminal: the live line, and what each key does.

use crate::home::{HANG, Home, RATE};
use rexpect::session::{Options, PtySession, spawn_with_options};

fn play(home: &Home, args: &[&str]) -> PtySession {
    let mut command = home.command(&[&["play", "--output", "null"], args].concat());
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
fn see(session: &mut PtySession, text: &str) {
    let bytes: String = text.bytes().map(char::from).collect();
    if session.exp_string(&bytes).is_err() {
        panic!("the terminal never shows {text:?}");
    }
}

fn press(session: &mut PtySession, keys: &str) {
    session.send(keys).unwrap();
    session.flush().unwrap();
}

fn code(session: &PtySession) -> i32 {
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
