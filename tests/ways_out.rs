//! Ways that lead out of the music folders: links, and lists of songs. Who comes over a network, and is nobody's owner, gets
//! nothing through them (T17 of reference/reliability.md).

use crate::besieged::OF_PATHS;
use crate::home::Home;
use crate::knocking::{Client, Daemon};
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

const SHEET: &str = "FILE \"cd.wav\" WAVE\nTRACK 01 AUDIO\nTITLE \"Secret\"\nINDEX 01 00:00:00\n";

/// A music folder with one song, and a folder beside it that is none.
fn home() -> (Home, PathBuf) {
    let home = Home::new();
    home.tone("one.wav", 1, 1_000);
    home.tone("../Outside/out.wav", 2, 1_000);
    home.tone("../Outside/cd.wav", 3, 1_000);
    let outside = home.music().with_file_name("Outside");
    fs::write(outside.join("cd.cue"), SHEET).unwrap();
    fs::write(outside.join("secret"), "words that are no picture").unwrap();
    (home, outside)
}

/// A client over a network, and whom it talks to.
fn stranger(home: &Home) -> (Client<TcpStream>, Daemon) {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let mut command = home.command(&["daemon", "-v", "--output", "null"]);
    command.args(["--listen", &address.to_string()]);
    let daemon = Daemon::of(home, command);
    let client = Client::greeted(TcpStream::connect(address).unwrap());
    (client, daemon)
}

/// The files of the queue.
fn queue(client: &mut Client<TcpStream>) -> Vec<String> {
    let lines = client.must("playlistinfo").into_iter();
    lines
        .filter_map(|line| Some(line.strip_prefix("file: ")?.to_owned()))
        .collect()
}

#[test]
fn a_link_to_a_folder_is_no_way_out() {
    let (home, outside) = home();
    symlink(&outside, home.music().join("way")).unwrap();
    symlink("way", home.music().join("way to the way")).unwrap();
    symlink(outside.join("secret"), home.music().join("cover.jpg")).unwrap();
    // The links are listed as skipped.
    home.run(&["scan", "Music"]).ended(4);
    let (mut client, daemon) = stranger(&home);
    let job = client.value("update \"Music/way\"", "updating_db");
    client.wait_until(|client| client.value("status", "updating_db") != job);
    for path in [
        "Music/way",
        "Music/way/out.wav",
        "Music/way/secret",
        "Music/way/cd.wav/track0001",
        "Music/way/cd.cue",
        "Music/way to the way/out.wav",
        "Music/way to the way/cd.wav/track0001",
    ] {
        for (command, more) in OF_PATHS {
            let answer = client.ask(&format!("{command} \"{path}\"{more}"));
            assert_eq!(answer.len(), 1, "{command} {path:?}: {answer:?}");
        }
    }
    let listed = ["directory: Music", "file: Music/one.wav"];
    assert_eq!(client.must("listall"), listed);
    let answer = client.ask("albumart Music/one.wav 0");
    assert!(answer[0].starts_with("ACK [50@0]"), "{answer:?}");
    assert_eq!(queue(&mut client), [""; 0]);
    daemon.end_undisturbed();
}

#[test]
fn a_link_into_a_music_folder_leads_to_its_songs() {
    let (home, outside) = home();
    symlink(home.music(), outside.join("in")).unwrap();
    symlink(home.music().join("one.wav"), outside.join("one too.wav")).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    let daemon = Daemon::start(&home);
    let mut owner = Client::at(&home);
    for path in ["in", "in/one.wav", "in/../Music/one.wav", "one too.wav"] {
        owner.must("clear");
        owner.must(&format!("add \"{}/{path}\"", outside.display()));
        let lines = owner.must("playlistinfo");
        assert_eq!(lines[0], "file: Music/one.wav", "{path}");
    }
    daemon.end_undisturbed();
}

/// A list whose rows lead out in every way that there is.
fn list(outside: &Path) -> String {
    let outside = outside.display();
    let rows = [
        "one.wav",
        "../Outside/out.wav",
        "../Music/../Outside/out.wav",
        "%2e%2e/Outside/out.wav",
        "/etc/passwd",
        &format!("{outside}/out.wav"),
        &format!("//{outside}/out.wav"),
        &format!("file://{outside}/out.wav"),
    ];
    rows.join("\n") + "\n"
}

#[test]
fn a_list_of_songs_is_no_way_out() {
    let (home, outside) = home();
    home.run(&["scan", "Music"]).ended(0);
    fs::write(home.music().join("list.m3u"), list(&outside)).unwrap();
    fs::write(outside.join("list.m3u"), "out.wav\n").unwrap();
    home.run(&["playlist", "new", "made", "Music/list.m3u"]);
    let (mut client, daemon) = stranger(&home);
    // A list is asked for by its name alone, wherever a file of it lies.
    let listed = format!("{}/list.m3u", outside.display());
    for path in ["Music/list.m3u", "list.m3u", "../Outside/list.m3u", &listed] {
        for command in [
            "load",
            "listplaylist",
            "listplaylistinfo",
            "add",
            "addid",
            "playlistadd x",
        ] {
            let answer = client.ask(&format!("{command} \"{path}\""));
            assert_eq!(answer.len(), 1, "{command} {path:?}: {answer:?}");
            assert!(answer[0].starts_with("ACK "), "{command} {path:?}");
        }
    }
    // Every row keeps its place; only what lies in a music folder plays.
    assert_eq!(client.must("listplaylist made").len(), 8);
    assert_eq!(
        client.must("searchplaylist made \"(title != 'x')\"")[0],
        "file: Music/one.wav"
    );
    client.must("load made");
    assert_eq!(queue(&mut client), ["Music/one.wav"]);
    let missing = |lines: Vec<String>| {
        lines
            .iter()
            .filter(|line| line.starts_with("row: "))
            .count()
    };
    assert_eq!(missing(client.must("standin_missing made")), 7);
    let mut owner = Client::at(&home);
    assert!(missing(owner.must("standin_missing made")) < 7);
    owner.must("clear");
    owner.must("load made");
    assert!(
        owner
            .value("status", "playlistlength")
            .parse::<usize>()
            .unwrap()
            > 1
    );
    daemon.end_undisturbed();
}

#[test]
fn a_row_that_holds_lines_of_the_protocol_forges_none() {
    let (home, _) = home();
    home.run(&["scan", "Music"]).ended(0);
    let xspf = "<playlist><trackList><track><location>a%0AOK%0Afile:%20b.wav</location>\
                <title>x&#10;OK</title></track></trackList></playlist>";
    fs::write(home.music().join("odd.xspf"), xspf).unwrap();
    home.run(&["playlist", "new", "odd", "Music/odd.xspf"]);
    let (mut client, daemon) = stranger(&home);
    assert_eq!(client.value("playlistlength odd", "songs"), "1");
    for command in ["listplaylist odd", "listplaylistinfo odd"] {
        let lines = client.must(command);
        assert!(lines.iter().all(|line| line.contains(": ")), "{lines:?}");
        client.must("ping");
    }
    daemon.end_undisturbed();
}
