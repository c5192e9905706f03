//! `--plain`: what a screen reader can follow, on a real terminal. Nothing is drawn, moved or coloured there.

use crate::home::{Home, RATE};
use crate::terminal::{code, press, see, start_sized};

/// All that a program writes on a terminal until it ends.
fn all_of(home: &Home, args: &[&str]) -> String {
    let mut session = start_sized(home, args);
    let bytes: Vec<u8> = session
        .exp_eof()
        .unwrap()
        .chars()
        .map(|c| c as u8)
        .collect();
    String::from_utf8(bytes).unwrap()
}

/// No colour, no cursor moved, no line drawn over.
fn is_plain(text: &str) -> bool {
    !text.contains('\x1b') && !text.replace("\r\n", "").contains('\r')
}

#[test]
fn columns_have_their_names_and_signs_are_words() {
    let home = Home::scanned(&["one.wav", "two.wav"]);
    let songs = all_of(&home, &["search", "--plain", "wav"]);
    assert!(is_plain(&songs), "{songs:?}");
    let one = songs.lines().find(|line| line.contains("one")).unwrap();
    assert!(
        one.contains("TITLE: one;") && one.contains("TIME: 0:0"),
        "{one}"
    );
    assert_eq!(songs.lines().count(), 2, "{songs}");
    let told = all_of(&home, &["doctor", "--plain"]);
    assert!(is_plain(&told) && told.contains("Well: "), "{told}");
    for sign in ["✓", "✗", "•", "━", "█"] {
        assert!(!told.contains(sign), "{told}");
    }
    let scanned = all_of(&home, &["scan", "--full", "--plain"]);
    assert!(
        is_plain(&scanned) && scanned.contains("2 same"),
        "{scanned}"
    );
}

#[test]
fn what_plays_is_told_once_and_how_far_it_is_when_asked() {
    let home = Home::new();
    for (number, file) in ["one.wav", "two.wav"].iter().enumerate() {
        home.tone(file, number, RATE as usize * 120);
    }
    let mut session = start_sized(&home, &["play", "--output", "null", "--plain", "Music"]);
    see(&mut session, "q quits.");
    see(&mut session, "Playing: one, 2:00, to the null device");
    press(&mut session, " ");
    see(&mut session, "Paused: one, 2:00, to");
    press(&mut session, "i");
    let (between, _) = session.exp_regex("0:[0-9][0-9] of 2:00[.]\r\n").unwrap();
    assert!(
        is_plain(&between) && !between.contains("one"),
        "{between:?}"
    );
    press(&mut session, "n");
    see(&mut session, "two, 2:00, to");
    press(&mut session, "s");
    see(&mut session, "two, 2:00, shuffle, to");
    press(&mut session, "q");
    assert_eq!(code(&session), 0);
}

#[test]
fn the_environment_asks_for_it_and_the_screen_says_what_to_use_instead() {
    let home = Home::scanned(&["one.wav"]);
    let told = all_of(&home, &["tui", "--plain"]);
    assert!(told.contains("standin play --plain"), "{told}");
    let mut command = home.command(&["doctor", "--color", "always"]);
    command.env("STANDIN_PLAIN", "1");
    let out = command.output().unwrap();
    assert!(!out.stdout.contains(&0x1b));
}
