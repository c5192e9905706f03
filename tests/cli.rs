//! The promises of the command line itself: codes, sentences, pipes, help.

use crate::home::{Home, Ran, has, program_path};
use crate::talk::Server;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn wrong_usage_is_two_and_help_is_an_answer() {
    let home = Home::new();
    home.run(&["play", "--no-such-option"]).ended(2);
    home.run(&["frobnicate"]).ended(2);
    home.run(&["play", "x", "--from", "never"]).ended(2);
    for args in [
        &["--help"][..],
        &["play", "--help"],
        &["playlist", "--help"],
        &["--version"],
    ] {
        assert!(!home.run(args).ended(0).out.is_empty());
    }
    assert!(home.run(&["--help"]).out.contains("Exit codes:"));
    assert!(home.run(&["play", "--help"]).out.contains("Examples:"));
}

#[test]
fn alone_it_says_what_to_do() {
    let home = Home::new();
    assert!(home.run(&[]).ended(0).out.contains("standin scan FOLDER"));
    let home = Home::scanned(&["1.wav"]);
    assert!(home.run(&[]).ended(0).out.contains("1 song in the library"));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    for args in [
        &["ls", "Music"][..],
        &["stats"],
        &["--help"],
        &["search", "1", "--json"],
        &["man"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let ran: Ran = home.command(args).stdout(writer).output().unwrap().into();
        assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn reading_verbs_make_no_files() {
    let home = Home::new();
    for args in [
        &["status"][..],
        &["stats"],
        &["playlist", "ls"],
        &["root"],
        &["search", "x"],
        &["now"],
        &["ls"],
    ] {
        home.run(args);
        assert!(!home.path("home").exists(), "{args:?} made files");
    }
}

#[test]
fn a_database_of_a_newer_standin_is_refused_and_kept() {
    let home = Home::scanned(&["1.wav"]);
    for file in ["home/cache/library.db", "home/data/standin.db"] {
        let path = home.path(file);
        let version = rusqlite::Connection::open(&path).unwrap();
        version.pragma_update(None, "user_version", 999).unwrap();
        version.close().unwrap();
        let before = fs::read(&path).unwrap();
        let ran = home.run(&["scan"]).ended(1);
        assert!(
            ran.err.contains("999") && ran.err.contains("newer"),
            "{}",
            ran.err
        );
        assert_eq!(fs::read(&path).unwrap(), before);
        rusqlite::Connection::open(&path)
            .unwrap()
            .pragma_update(None, "user_version", 1)
            .unwrap();
    }
}

#[test]
fn control_characters_of_names_reach_no_terminal() {
    let home = Home::new();
    home.tone("a\u{1b}]0;x\u{7}\u{202e}b.wav", 1, 5_000);
    fs::write(home.music().join("bad\u{1b}[2J.mp3"), "no music").unwrap();
    let ran = home.run(&["scan", "Music"]).ended(4);
    let texts = [
        ran.err,
        home.run(&["info", "a"]).out,
        home.run(&["play", "Music", "--output", "wav:x.wav"]).out,
    ];
    for text in texts {
        assert!(
            !text.is_empty() && !text.contains(['\u{1b}', '\u{7}', '\u{202e}']),
            "{text:?}"
        );
    }
}

#[test]
fn completions_and_manual_pages_come_from_the_arguments() {
    let home = Home::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(
            home.run(&["completions", shell])
                .ended(0)
                .out
                .contains("playlist"),
            "{shell}"
        );
    }
    assert!(home.run(&["man"]).ended(0).out.contains(".TH standin"));
    home.run(&["man", "pages"]).ended(0);
    assert!(
        fs::read_to_string(home.path("pages/standin-play.1"))
            .unwrap()
            .contains("shuffle")
    );
}

/// What bash makes of them is tried where the daemon is driven.
#[test]
fn fish_offers_names_where_names_stand_and_files_where_files_do() {
    if !has("fish") {
        return println!("skipped: fish is not installed");
    }
    let home = Home::scanned(&["1.wav"]);
    home.run(&["playlist", "new", "two words", "1"]).ended(0);
    // `load` and `rm` ask whoever plays.
    let _server = Server::ours(&home);
    let script = home.path("standin.fish");
    fs::write(&script, home.run(&["completions", "fish"]).ended(0).out).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_standin"));
    let offered = |line: &str| {
        let ask = format!("source '{}'; complete -C '{line}'", script.display());
        let output = Command::new(program_path("fish"))
            .args(["--no-config", "-c", &ask])
            .env("PATH", program.parent().unwrap())
            .env("STANDIN_HOME", home.path("home"))
            .current_dir(home.path(""))
            .output();
        let out = Ran::from(output.unwrap()).ended(0).out;
        let word = |line: &str| line.split('\t').next().unwrap_or_default().to_owned();
        out.lines().map(word).collect::<Vec<_>>()
    };
    for (line, whole) in [
        ("standin rm ", &["two words"][..]),
        ("standin playlist show ", &["two words"]),
        ("standin playlist sm", &["smart"]),
        (
            "standin completions ",
            &["bash", "elvish", "fish", "powershell", "zsh"],
        ),
        ("standin random ", &["off", "on", "toggle"]),
        ("standin next ", &[]),
    ] {
        assert_eq!(offered(line), whole, "{line}");
    }
    let of_play = offered("standin play ");
    for name in ["two words", "Music/"] {
        assert!(of_play.contains(&name.to_owned()), "{name}: {of_play:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_a_sentence() {
    let home = Home::new();
    fs::write(home.path("home"), "a file where the home should be").unwrap();
    let ran = home.run(&["scan", "Music"]).ended(1);
    assert!(
        ran.err.starts_with("standin: cannot") && ran.err.contains("home"),
        "{}",
        ran.err
    );
}

#[test]
fn a_folder_without_songs_is_said_to_have_none() {
    let home = Home::scanned(&["1.wav"]);
    let outside = home.path("elsewhere");
    std::fs::create_dir(&outside).unwrap();
    let outside = outside.to_str().unwrap();
    let gone = home.music().join("gone");
    for folder in [
        "/nowhere",
        "Music/nothere",
        "/",
        outside,
        gone.to_str().unwrap(),
    ] {
        let ran = home.run(&["ls", folder]).ended(3);
        let says = format!("nothing is indexed in {folder}");
        assert!(ran.err.contains(&says), "{folder}: {}", ran.err);
        assert_eq!(ran.out, "", "{folder}");
    }
}
