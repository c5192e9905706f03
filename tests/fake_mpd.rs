//! A server that speaks MPD's protocol and says what a test gives it: every verb has an answer without a daemon, and
//! hostile names without a file that bears them.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

pub struct FakeMpd {
    /// What `MPD_HOST` names.
    pub socket: PathBuf,
}

impl FakeMpd {
    /// Listens below `dir`. Every name that it tells is `name`, which has no line break.
    pub fn start(dir: &Path, name: &str) -> Self {
        Self::at(&dir.join("fake"), name, |_| None)
    }

    /// Listens at this socket; `knows`: whole answers to commands that are answered otherwise than usual.
    pub fn at(socket: &Path, name: &str, knows: fn(&str) -> Option<&'static str>) -> Self {
        let listener = UnixListener::bind(socket).unwrap();
        let name = name.to_owned();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let name = name.clone();
                std::thread::spawn(move || serve(stream, &name, knows));
            }
        });
        let socket = socket.to_owned();
        Self { socket }
    }
}

/// Until the client goes, or has been idle once.
fn serve(mut stream: UnixStream, name: &str, knows: fn(&str) -> Option<&'static str>) {
    stream.write_all(b"OK MPD 0.23.5\n").unwrap();
    let lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let (mut in_list, mut idled) = (false, false);
    for line in lines.map_while(Result::ok) {
        let command = line.split(' ').next().unwrap();
        in_list = (in_list || command == "command_list_begin") && command != "command_list_end";
        if in_list {
            continue;
        }
        if command == "idle" && std::mem::replace(&mut idled, true) {
            return;
        }
        let said = knows(command).map_or_else(|| answer(command, &line, name), str::to_owned);
        if stream.write_all(said.as_bytes()).is_err() {
            return;
        }
    }
}

fn answer(command: &str, line: &str, name: &str) -> String {
    let song = format!(
        "file: {name}/{name}.flac\nArtist: {name}\nTitle: {name}\nAlbum: {name}\nduration: 200.5\nPos: 0\nId: 1\n"
    );
    let told = match command {
        "status" => format!(
            "volume: 50\nrepeat: 0\nrandom: 0\nsingle: 0\nconsume: 0\nplaylistlength: 1\nstate: play\nsong: 0\nsongid: 1\nelapsed: 10.5\nduration: 200.5\nerror: {name}\n"
        ),
        "currentsong" | "playlistinfo" => song,
        "stats" => "songs: 7\n".into(),
        "outputs" => format!("outputid: 0\noutputname: {name}\noutputenabled: 1\n"),
        "listplaylists" => format!("playlist: {name}\n"),
        "replay_gain_status" => format!("replay_gain_mode: {name}\n"),
        "standin_speed" => "speed: 1.25\n".into(),
        "idle" => format!("changed: {name}\n"),
        "load" if line.contains("nosuch") => return format!("ACK [50@0] {{load}} {name}\n"),
        _ => String::new(),
    };
    format!("{told}OK\n")
}
