//! Where songs come from, from the moment they are queued to the history, and what else MPD has no word for.

use crate::home::{Home, Signal};
use crate::talk::{Server, Talk};
use rustix::process::{Pid, kill_process};
use serde_json::{Value, json};

/// Where each line of the history came from, newest first.
fn origins(home: &Home) -> Vec<Value> {
    let told = home.run(&["history", "--json"]).ended(0).json();
    let lines = told["history"].as_array().unwrap().iter();
    lines.map(|line| line["from"].clone()).collect()
}

/// Where each entry of the queue comes from, by its place there.
fn queued(talk: &mut Talk) -> Vec<String> {
    let ids = talk.values("playlistinfo", "Id");
    let from = |id: &String| talk.values(&format!("standin_why {id}"), "from").join(",");
    ids.iter().map(from).collect()
}

/// Ends it by itself: all that was heard is written.
fn end(server: Server) {
    let id = i32::try_from(server.id()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::TERM).unwrap();
    server.ended();
}

#[test]
fn what_is_played_in_words_stands_in_the_history_with_them() {
    let home = Home::scanned(&["one.wav", "two.wav"]);
    home.run(&["playlist", "new", "Mix", "Music/two.wav"])
        .ended(0);
    for what in ["one", "Mix", "Music/one.wav"] {
        home.run(&["play", what, "--output", "null"]).ended(0);
    }
    home.run(&["play", "--shuffle", "-n", "1", "--output", "null"])
        .ended(0);
    let told = origins(&home);
    let path = format!("path {}", home.music().join("one.wav").display());
    assert_eq!(told[0], json!("everything"));
    assert_eq!(
        told[1..],
        [json!(path), json!("playlist Mix"), json!("search one")]
    );
    let lines = home.run(&["history"]).ended(0).out;
    assert!(lines.contains("\ttwo\t\tplaylist Mix\n"), "{lines}");
}

#[test]
fn clients_add_from_somewhere_and_it_outlives_a_kill() {
    let home = Home::scanned(&["a.wav", "b.wav", "c.wav"]);
    home.run(&["playlist", "new", "Mix", "Music/a.wav"])
        .ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    talk.got("add Music/c.wav");
    talk.got("load Mix");
    talk.got("searchadd title b");
    talk.got("standin_from \"stream radio\"");
    talk.got("load Mix");
    talk.got("addid Music/b.wav 0");
    talk.got("standin_from \"\"");
    talk.got("addid Music/b.wav");
    let all = [
        "stream radio",
        "",
        "playlist Mix",
        "search title b",
        "stream radio",
        "",
    ];
    assert_eq!(queued(&mut talk), all);
    // It is killed.
    drop(server);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    assert_eq!(queued(&mut talk), all);
    talk.got("play 0");
    while talk.values("status", "state") != ["stop"] {
        talk.got("idle player");
    }
    end(server);
    let words = all.iter().rev().map(|words| match *words {
        "" => Value::Null,
        words => json!(words),
    });
    assert_eq!(origins(&home), words.collect::<Vec<_>>());
}

#[test]
fn a_hand_over_says_where_its_songs_come_from() {
    let home = Home::scanned(&["one.wav", "two.wav"]);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    home.run(&["play", "two"]).ended(0);
    home.run(&["play", "--add", "Music/one.wav"]).ended(0);
    let path = format!("path {}", home.music().join("one.wav").display());
    assert_eq!(queued(&mut talk), ["search two", &path]);
}

#[test]
fn why_tells_the_row_and_how_it_plays() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    home.run(&["playlist", "new", "Mix", "Music/b.wav", "Music/a.wav"])
        .ended(0);
    home.run(&["verify"]).ended(0);
    std::fs::rename(home.music().join("a.wav"), home.music().join("z.wav")).unwrap();
    home.run(&["scan"]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    talk.got("load Mix 1:2");
    let id = talk.values("playlistinfo", "Id").remove(0);
    let why = talk.got(&format!("standin_why {id}"));
    assert_eq!(
        why,
        [
            "file: Music/z.wav",
            &format!("Id: {id}"),
            "from: playlist Mix",
            "row: 1",
            "verdict: exact",
            "found_by: its audio, at another path",
            "codec: pcm",
            "plays: plays",
            "decoder: standin",
        ],
        "{why:?}"
    );
    // Tests play without levelling.
    talk.got("replay_gain_mode track");
    let why = talk.got(&format!("standin_why {id}"));
    assert!(why[9].starts_with("gain_db: -"), "{why:?}");
    assert_eq!(
        why[10..],
        [
            "gain_source: measured",
            "gain_reach: track",
            "gain_held_back: 0"
        ]
    );
    talk.got("rm Mix");
    let why = talk.got(&format!("standin_why {id}"));
    assert!(!why.iter().any(|line| line.starts_with("row")), "{why:?}");
    assert!(talk.ask("standin_why 999")[0].starts_with("ACK [50@0] {standin_why}"));
}

#[test]
fn what_is_missing_and_how_ready_it_is_are_told() {
    let home = Home::scanned(&["a.wav", "b.wav", "c.wav"]);
    home.run(&["playlist", "new", "Mix", "Music/a.wav", "Music/b.wav"])
        .ended(0);
    home.run(&["playlist", "new", "Whole", "Music/c.wav"])
        .ended(0);
    std::fs::remove_file(home.music().join("b.wav")).unwrap();
    home.run(&["scan", "--prune"]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let missing = talk.got("standin_missing");
    assert_eq!(missing, talk.got("standin_missing Mix"));
    assert_eq!(missing[..2], ["playlist: Mix", "row: 1"]);
    assert_eq!(missing.last().unwrap(), "reason: no such file here");
    assert!(talk.got("standin_missing Whole").is_empty());
    assert!(talk.ask("standin_missing Nothing")[0].starts_with("ACK [50@0]"));
    let ready = talk.got("standin_ready");
    assert_eq!(
        ready[..3],
        ["songs: 2", "songs_here: 2", "songs_playing: 2"]
    );
    let of_root = &ready[ready.len() - 3..];
    assert_eq!(of_root, ["root: Music", "state: here", "songs: 2"]);
    assert_eq!(talk.values("standin_ready", "backup_age").len(), 1);
    std::fs::rename(home.music(), home.path("elsewhere")).unwrap();
    let ready = talk.got("standin_ready");
    assert_eq!(ready[..2], ["songs: 2", "songs_here: 0"]);
    assert_eq!(ready[ready.len() - 2], "state: away");
    assert!(talk.got("standin_scan").is_empty());
    let commands = talk.values("commands", "command");
    let own = commands.iter().filter(|name| name.starts_with("standin_"));
    assert_eq!(own.count(), 17);
}
