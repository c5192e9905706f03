//! What is kept, on the wire: playlists that other programs edit, rows whose files are gone, smart ones; modes; messages
//! of clients that are gone.

use crate::dice::Dice;
use crate::home::{Home, Signal};
use crate::talk::Server;
use rustix::process::{Pid, kill_process};

fn end(server: Server) -> Option<i32> {
    let id = i32::try_from(server.id()).unwrap();
    kill_process(Pid::from_raw(id).unwrap(), Signal::TERM).unwrap();
    server.ended()
}

#[test]
fn a_playlist_that_another_program_edits_is_news() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    for (verb, rows) in [
        (&["playlist", "new", "x"][..], 0),
        (&["playlist", "add", "x", "Music/a.wav", "Music/b.wav"], 2),
        (&["playlist", "rm", "x", "1"], 1),
    ] {
        talk.say("idle stored_playlist");
        home.run(verb).ended(0);
        assert_eq!(
            talk.answer(),
            ["changed: stored_playlist", "OK"],
            "{verb:?}"
        );
        assert_eq!(talk.got("listplaylist x").len(), rows, "{verb:?}");
    }
    // A rating is no playlist.
    talk.say("idle stored_playlist");
    home.run(&["rate", "Music/a.wav", "3"]).ended(0);
    home.run(&["playlist", "rename", "x", "y"]).ended(0);
    assert_eq!(talk.answer(), ["changed: stored_playlist", "OK"]);
    assert_eq!(talk.values("listplaylists", "playlist"), ["y"]);
    talk.say("idle stored_playlist");
    talk.say("noidle");
    assert_eq!(talk.answer(), ["OK"], "nothing else was told");
}

#[test]
fn a_row_whose_file_is_gone_keeps_its_place_and_is_stepped_over() {
    let home = Home::scanned(&["a.wav", "b.wav", "c.wav"]);
    home.run(&[
        "playlist",
        "new",
        "x",
        "Music/a.wav",
        "Music/b.wav",
        "Music/c.wav",
    ])
    .ended(0);
    std::fs::remove_file(home.music().join("b.wav")).unwrap();
    home.run(&["scan", "--prune"]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let all = ["Music/a.wav", "Music/b.wav", "Music/c.wav"];
    assert_eq!(talk.values("listplaylist x", "file"), all);
    assert_eq!(talk.values("listplaylistinfo x", "file"), all);
    assert_eq!(talk.values("listplaylistinfo x 1:2", "duration"), ["0.500"]);
    assert_eq!(talk.values("playlistlength x", "songs"), ["3"]);
    talk.got("load x");
    assert_eq!(
        talk.values("playlistinfo", "file"),
        ["Music/a.wav", "Music/c.wav"]
    );
    talk.got("clear");
    talk.got("load x 1:3");
    assert_eq!(talk.values("playlistinfo", "file"), ["Music/c.wav"]);
    talk.got("playlistmove x 1:3 0");
    assert_eq!(
        talk.values("listplaylist x", "file"),
        ["Music/b.wav", "Music/c.wav", "Music/a.wav"]
    );
    talk.got("save x append");
    assert_eq!(talk.got("listplaylist x").len(), 4);
    talk.got("save x replace");
    assert_eq!(talk.values("listplaylist x", "file"), ["Music/c.wav"]);
    for (line, code) in [
        ("save x", 56),
        ("save nothere append", 50),
        ("save nothere replace", 50),
        ("save x nonsense", 2),
    ] {
        let answer = talk.ask(line);
        assert!(
            answer[0].starts_with(&format!("ACK [{code}@0] {{save}}")),
            "{answer:?}"
        );
    }
    let found = talk.values("searchplaylist x \"(file contains 'C.WAV')\"", "file");
    assert_eq!(found, ["Music/c.wav"]);
}

#[test]
fn a_smart_playlist_is_listed_and_loaded_and_not_edited() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    home.run(&["playlist", "smart", "smart", "(file contains 'a.wav')"])
        .ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    assert_eq!(talk.values("listplaylist smart", "file"), ["Music/a.wav"]);
    talk.got("load smart");
    assert_eq!(talk.values("playlistinfo", "file"), ["Music/a.wav"]);
    for line in [
        "playlistadd smart Music/b.wav",
        "playlistadd smart Music/b.wav 0",
        "playlistdelete smart 0",
        "playlistmove smart 0 0",
        "playlistclear smart",
        "save smart append",
        "save smart replace",
    ] {
        let answer = talk.ask(line);
        assert!(answer[0].starts_with("ACK [4@0]"), "{line}: {answer:?}");
    }
    talk.got("rename smart other");
    talk.got("rm other");
}

#[test]
fn modes_are_as_they_were_left() {
    let home = Home::scanned(&["a.wav"]);
    let modes = |server: &Server| {
        let mut talk = server.talk();
        let names = ["repeat", "random", "single", "consume", "xfade", "volume"];
        let mut all: Vec<String> = names
            .iter()
            .flat_map(|name| talk.values("status", name))
            .collect();
        all.extend(talk.values("replay_gain_status", "replay_gain_mode"));
        all
    };
    let server = Server::ours(&home);
    assert_eq!(modes(&server), ["0", "0", "0", "0", "100", "off"]);
    let mut talk = server.talk();
    for line in [
        "repeat 1",
        "random 1",
        "single 1",
        "consume 1",
        "crossfade 4",
        "setvol 40",
        "replay_gain_mode album",
    ] {
        talk.got(line);
    }
    let left = ["1", "1", "1", "1", "4", "40", "album"];
    assert_eq!(modes(&server), left);
    assert_eq!(end(server), Some(0));
    // Here somebody says in the environment that nothing is levelled, which wins.
    let server = Server::ours(&home);
    assert_eq!(modes(&server), ["1", "1", "1", "1", "4", "40", "off"]);
    server.talk().got("single oneshot");
    server.talk().got("add Music");
    assert_eq!(end(server), Some(0));
    let server = Server::ours(&home);
    assert_eq!(modes(&server)[2], "0", "one song was meant then");
}

/// The folder may be on a disk that comes later.
#[test]
fn a_queue_whose_folder_is_away_is_kept() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    let server = Server::ours(&home);
    server.talk().got("add Music");
    assert_eq!(end(server), Some(0));
    let (here, away) = (home.music(), home.path("away"));
    std::fs::rename(&here, &away).unwrap();
    let server = Server::ours(&home);
    assert_eq!(server.talk().got("playlistinfo"), [""; 0]);
    server.talk().got("random 1");
    assert_eq!(end(server), Some(0));
    std::fs::rename(&away, &here).unwrap();
    let server = Server::ours(&home);
    let files = server.talk().values("playlistinfo", "file");
    assert_eq!(files, ["Music/a.wav", "Music/b.wav"]);
}

#[test]
fn a_client_that_is_gone_hears_nothing() {
    let home = Home::scanned(&[]);
    let server = Server::ours(&home);
    let (mut stays, mut goes) = (server.talk(), server.talk());
    goes.got("subscribe a");
    stays.say("idle subscription");
    drop(goes);
    assert_eq!(stays.answer(), ["changed: subscription", "OK"]);
    assert_eq!(stays.got("channels"), [""; 0]);
    assert!(stays.ask("sendmessage a x")[0].starts_with("ACK [50@0]"));
}

#[test]
fn a_turned_off_output_is_silent_until_it_is_turned_on() {
    let home = Home::scanned(&["a.wav"]);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let state = |talk: &mut crate::talk::Talk| talk.values("status", "state").remove(0);
    talk.got("add Music");
    talk.got("repeat 1");
    talk.got("play");
    assert_eq!(state(&mut talk), "play");
    talk.got("disableoutput 0");
    assert_eq!(talk.values("outputs", "outputenabled")[0], "0");
    assert_eq!(state(&mut talk), "pause");
    talk.got("play");
    assert_eq!(state(&mut talk), "pause");
    talk.got("enableoutput 0");
    talk.got("play");
    assert_eq!(state(&mut talk), "play");
}

#[test]
fn kill_saves_and_ends() {
    let home = Home::scanned(&["a.wav"]);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    talk.got("add Music");
    talk.say("kill");
    assert_eq!(server.ended(), Some(0));
    let server = Server::ours(&home);
    assert_eq!(
        server.talk().values("playlistinfo", "file"),
        ["Music/a.wav"]
    );
}

/// What was acknowledged is there after a kill; what was under way is there whole, or not at all.
#[test]
fn edits_of_the_queue_outlive_a_kill() {
    let home = Home::scanned(&["a.wav", "b.wav", "c.wav"]);
    let mut dice = Dice(7);
    let mut before: Vec<String> = Vec::new();
    let mut under_way: Vec<String> = Vec::new();
    for _ in 0..6 {
        let server = Server::ours(&home);
        let mut talk = server.talk();
        let now = talk.got("playlist");
        assert!(now == before || now == under_way, "{now:?}, was {before:?}");
        talk.got("add Music");
        talk.got("add Music");
        for _ in 0..12 {
            let line = edit(talk.got("playlist").len() as u64, &mut dice);
            talk.got(&line);
        }
        before = talk.got("playlist");
        let line = edit(before.len() as u64, &mut dice);
        talk.say(&line);
        under_way = after(&line, &before);
        drop(server);
    }
}

fn edit(songs: u64, dice: &mut Dice) -> String {
    let (one, other) = (dice.below(songs), dice.below(songs));
    match dice.below(4) {
        0 => format!("move {one} {other}"),
        1 => format!("swap {one} {other}"),
        2 => format!("delete {one}"),
        _ => format!("addid Music/b.wav {one}"),
    }
}

/// The answer to `playlist` after an edit.
fn after(edit: &str, before: &[String]) -> Vec<String> {
    let song = |line: &String| line.split_once(':').unwrap().1.to_owned();
    let mut songs: Vec<String> = before.iter().map(song).collect();
    let words: Vec<&str> = edit.split(' ').collect();
    let number = |at: usize| words[at].parse::<usize>().unwrap();
    match words[0] {
        "move" => {
            let song = songs.remove(number(1));
            songs.insert(number(2), song);
        }
        "swap" => songs.swap(number(1), number(2)),
        "delete" => drop(songs.remove(number(1))),
        _ => songs.insert(number(2), "file: Music/b.wav".into()),
    }
    let line = |(at, song): (usize, String)| format!("{at}:{song}");
    songs.into_iter().enumerate().map(line).collect()
}
