//! Versions that meet: a standin that runs is older or newer than the one that asks, and files were written by a newer one.
//! Each says so, and nothing is hurt.

use crate::fake_mpd::FakeMpd;
use crate::home::Home;
use crate::knocking::{Client, Daemon, socket};
use serde_json::json;
use standin::library::summed;
use std::fs;

/// What a server answers to what only a standin knows; `None`: as MPD does.
type Knows = fn(&str) -> Option<&'static str>;

/// A server at our own socket.
fn serving(home: &Home, knows: Knows) -> FakeMpd {
    fs::create_dir_all(home.path("home/run")).unwrap();
    FakeMpd::at(&socket(home), "a name", knows)
}

fn first(command: &str) -> Option<&'static str> {
    match command {
        // The first versions tell no version.
        "commands" => Some("command: status\ncommand: standin_why\nOK\n"),
        _ => unknown(command),
    }
}

fn old(command: &str) -> Option<&'static str> {
    match command {
        "standin_version" => Some("version: 0.0.1\nOK\n"),
        _ => first(command),
    }
}

fn foreign(command: &str) -> Option<&'static str> {
    match command {
        "commands" => Some("command: status\nOK\n"),
        _ => unknown(command),
    }
}

fn unknown(command: &str) -> Option<&'static str> {
    match command {
        "standin_guard" => Some("ACK [5@0] {} unknown command \"standin_guard\"\n"),
        "standin_answer" => {
            Some("ACK [2@0] {standin_answer} too many arguments for \"standin_answer\"\n")
        }
        name if name.starts_with("standin_") => {
            Some("ACK [5@0] {} unknown command \"standin_x\"\n")
        }
        _ => None,
    }
}

#[test]
fn who_runs_and_does_not_know_a_command_is_named() {
    let here = env!("CARGO_PKG_VERSION");
    let knows: [(Knows, String); 3] = [
        (
            first,
            format!(
                "the standin that runs is older than this ({here}), and does not know standin_guard"
            ),
        ),
        (
            old,
            format!(
                "the standin that runs is 0.0.1, this is {here}, and it does not take standin_guard like that"
            ),
        ),
        (
            foreign,
            "the server is no standin, and does not know standin_guard".into(),
        ),
    ];
    for (knows, told) in knows {
        let home = Home::new();
        let _server = serving(&home, knows);
        let ran = home.run(&["guard", "--off"]).ended(1);
        assert!(ran.err.contains(&told), "{}", ran.err);
        assert!(ran.err.contains("start it again"), "{}", ran.err);
        // What every server knows goes on as ever, and so does what needs no server.
        home.run(&["status"]).ended(0);
        home.run(&["next"]).ended(0);
        home.run(&["queue"]).ended(0);
        home.run(&["config", "show"]).ended(0);
    }
    let home = Home::new();
    let _server = serving(&home, old);
    let ran = home.run(&["guard", "yes"]).ended(1);
    assert!(ran.err.contains("is 0.0.1, this is"), "{}", ran.err);
}

fn newer(command: &str) -> Option<&'static str> {
    match command {
        "standin_version" => Some("version: 99.0.0\nOK\n"),
        "standin_config" => Some(
            "version: 99.0.0\nmood: blue\nkey: play.volume\nvalue: 7\nkey: play.telepathy\nvalue: true\nkey: odd\nkey: x\nOK\n",
        ),
        "standin_guard" => Some("guard: telepathic\nguard_state: dreaming\nguard_mood: blue\nOK\n"),
        "status" => Some(
            "volume: 50\nmood: blue\nrepeat: 0\nrandom: 2\nsingle: sometimes\nconsume: 0\nplaylistlength: 1\nstate: play\nsong: 0\nsongid: 1\nelapsed: 10.5\nduration: 200.5\naudio: 1:2:3:4\nOK\n",
        ),
        "idle" => Some("changed: dreams\nOK\n"),
        _ => None,
    }
}

#[test]
fn a_newer_daemon_that_tells_more_is_understood() {
    let home = Home::new();
    let _server = serving(&home, newer);
    for args in [
        &["status"][..],
        &["status", "--json"],
        &["current"],
        &["queue"],
        &["idle"],
        &["volume", "+5"],
        &["toggle"],
        &["lsplaylists"],
    ] {
        let ran = home.run(args).ended(0);
        assert!(!ran.err.contains("panicked"), "{args:?}: {}", ran.err);
    }
    let ran = home.run(&["config", "show"]).ended(0);
    let here = env!("CARGO_PKG_VERSION");
    assert!(
        ran.err.contains(&format!("is 99.0.0, this is {here}")),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("play.volume is 7 there"), "{}", ran.err);
}

#[test]
fn an_older_client_is_served_by_a_newer_daemon() {
    let home = Home::scanned(&["1.wav"]);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    // What is not known here is refused by name, and the connection lives.
    let refused = client.ask("standin_of_the_past 1");
    assert_eq!(
        refused,
        ["ACK [5@0] {} unknown command \"standin_of_the_past\""]
    );
    client.must("add Music");
    assert_eq!(client.value("status", "playlistlength"), "1");
    daemon.end().ended(0);
}

#[test]
fn a_queue_of_a_newer_standin_is_kept() {
    let home = Home::scanned(&["1.wav"]);
    let (state, queue) = (home.path("home/state"), home.path("home/state/queue.jsonl"));
    fs::create_dir_all(&state).unwrap();
    let newer = summed::line(&json!({"head": {"schema": 99, "rows": 0}}));
    fs::write(&queue, &newer).unwrap();
    home.run(&["status"]).ended(0);
    home.run(&["play", "--resume", "--output", "null"]).ended(3);
    let aside = home.path("home/state/queue.jsonl.newer");
    assert_eq!(fs::read_to_string(&aside).unwrap(), newer);

    fs::remove_file(&aside).unwrap();
    fs::write(&queue, &newer).unwrap();
    let daemon = Daemon::of(&home, home.command(&["daemon", "--output", "null"]));
    let mut client = Client::at(&home);
    client.must("add Music");
    let ran = daemon.end().ended(0);
    let told = format!(
        "was written by a newer standin; it is kept as {}.",
        aside.display()
    );
    assert!(ran.err.contains(&told), "{}", ran.err);
    assert_eq!(fs::read_to_string(&aside).unwrap(), newer);
    assert!(fs::read_to_string(&queue).unwrap().contains("1.wav"));
}
