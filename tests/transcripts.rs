//! The same commands, put to our daemon and to Debian's mpd over the same files: the answers are the same, line by line,
//! or the difference stands in the transcript with its reason.
//!
//! A transcript is a text of commands, each on a line, asked one after the other on one connection:
//!
//! - `# words`: a comment. Before a line that begins with `≠` it is the reason why the answers differ; where they do not,
//!   the test fails too, so that the list stays true.
//! - `@` in a command is the version of the queue as it was at the last `!mark`, which each server counts in its own steps;
//!   `$0` is the id of what stood first then. Ids are compared by the order in which they are first told.
//! - `!other COMMAND`: asked on a second connection, and compared too. `!wait`: the answer of an `idle` before it.
//! - `!plays 1`: waits until something of the song at this position has been heard: only then it is the current one here.
//!
//! Not compared are lines that tell hours, places of this machine and counts of a run (`VOLATILE`), and the order of the
//! tags within a song.

use crate::finding::{Tagged, tagged_as};
use crate::home::{HANG, Home, RATE, has};
use crate::talk::{Server, Talk};
use lofty::tag::ItemKey;
use std::process::Command;
use std::time::Instant;

/// Lines that are of their moment or their machine.
const VOLATILE: &[&str] = &[
    "Last-Modified",
    "Added",
    "elapsed",
    "time",
    "bitrate",
    "audio",
    "playlist",
    // Of MPD 0.24.
    "lastloadedplaylist",
    "uptime",
    "playtime",
    "db_update",
    "storage",
    "music_directory",
];

const SONGS: &[Tagged] = &[
    (
        "a/1.flac",
        &[
            (ItemKey::TrackTitle, "Army of Me"),
            (ItemKey::TrackArtist, "Björk"),
            (ItemKey::AlbumTitle, "Post"),
            (ItemKey::AlbumArtist, "Björk"),
            (ItemKey::RecordingDate, "1995"),
            (ItemKey::TrackNumber, "1"),
        ],
    ),
    (
        "a/2.flac",
        &[
            (ItemKey::TrackTitle, "Hyperballad"),
            (ItemKey::TrackArtist, "Björk"),
            (ItemKey::AlbumTitle, "Post"),
            (ItemKey::TrackNumber, "2"),
        ],
    ),
    (
        "b/3.flac",
        &[
            (ItemKey::TrackTitle, "Blue in Green"),
            (ItemKey::TrackArtist, "Miles Davis"),
            (ItemKey::TrackArtist, "Bill Evans"),
        ],
    ),
    ("b/4.flac", &[(ItemKey::TrackTitle, "Sinnerman")]),
    ("5.flac", &[(ItemKey::TrackTitle, "Five")]),
];

const TRANSCRIPTS: &[(&str, &str)] = &[
    ("queue", include_str!("transcripts/queue.txt")),
    ("playback", include_str!("transcripts/playback.txt")),
    ("playlists", include_str!("transcripts/playlists.txt")),
    ("others", include_str!("transcripts/others.txt")),
    ("database", include_str!("transcripts/database.txt")),
];

/// Songs whose addresses stand in another order than they do in their folders.
const DISORDERED: &[Tagged] = &[
    ("z.flac", &[(ItemKey::TrackTitle, "Z")]),
    (
        "d/a.flac",
        &[(ItemKey::AlbumTitle, "B"), (ItemKey::TrackNumber, "10")],
    ),
    (
        "d/b.flac",
        &[(ItemKey::AlbumTitle, "B"), (ItemKey::TrackNumber, "2")],
    ),
    (
        "d/c.flac",
        &[(ItemKey::AlbumTitle, "a"), (ItemKey::TrackNumber, "9")],
    ),
    (
        "d/e.flac",
        &[
            (ItemKey::AlbumTitle, "B"),
            (ItemKey::DiscNumber, "2"),
            (ItemKey::TrackNumber, "1"),
        ],
    ),
    (
        "d/f.flac",
        &[(ItemKey::AlbumTitle, "B"), (ItemKey::TrackNumber, "2")],
    ),
    ("d/g.flac", &[]),
    ("d/deep/a.flac", &[]),
    ("D/a.flac", &[(ItemKey::TrackNumber, "1")]),
    ("D e/a.flac", &[]),
    ("D-e/a.flac", &[]),
];

#[test]
fn every_answer_is_mpds_or_differs_for_a_reason() {
    compare(SONGS, TRANSCRIPTS);
}

#[test]
fn folders_are_queued_in_mpds_order() {
    let order = include_str!("transcripts/order.txt");
    compare(DISORDERED, &[("order", order)]);
}

fn compare(songs: &[Tagged], transcripts: &[(&str, &str)]) {
    if !has("mpd") || !has("flac") {
        return println!("skipped: mpd or flac is not installed");
    }
    let home = Home::new();
    let sound = home.path("sound.flac");
    let made = Command::new("flac")
        .args(["--silent", "-o"])
        .args([&sound, &home.tone("tone.wav", 1, 20 * RATE as usize)])
        .status();
    assert!(made.unwrap().success());
    std::fs::remove_file(home.music().join("tone.wav")).unwrap();
    let home = tagged_as(home, &sound, songs);
    let (ours, mpd) = (Server::ours(&home), Server::mpd(&home));
    let mut faults = Vec::new();
    for (name, text) in transcripts {
        let mut asked = [&ours, &mpd].map(Asked::new);
        for (number, line) in (1..).zip(text.lines()) {
            let differs = line.strip_prefix("≠ ");
            let command = differs.unwrap_or(line);
            if command.is_empty() || command.starts_with("# ") {
                continue;
            }
            let [ours, mpd] = asked.each_mut().map(|asked| asked.ask(command));
            if (ours == mpd) == differs.is_some() {
                let same = if differs.is_some() {
                    " (the same!)"
                } else {
                    ""
                };
                faults.push(format!(
                    "{name}.txt:{number}: {command}{same}\n  ours {ours:#?}\n  mpd  {mpd:#?}"
                ));
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} differ\n{}",
        faults.len(),
        faults.join("\n")
    );
}

/// One server in the course of a transcript.
struct Asked<'a> {
    server: &'a Server,
    talk: Talk,
    other: Talk,
    version: String,
    marked: Vec<String>,
    told: Vec<String>,
    is_in_list: bool,
}

impl<'a> Asked<'a> {
    fn new(server: &'a Server) -> Self {
        Self {
            server,
            talk: server.talk(),
            other: server.talk(),
            version: String::new(),
            marked: Vec::new(),
            told: Vec::new(),
            is_in_list: false,
        }
    }

    fn ask(&mut self, command: &str) -> Vec<String> {
        let mut command = command.replace('@', &self.version);
        for (at, id) in self.marked.iter().enumerate() {
            command = command.replace(&format!("${at}"), id);
        }
        let answer = match command.as_str() {
            "!mark" => {
                self.version = self.talk.values("status", "playlist").remove(0);
                self.marked = self.talk.values("playlistinfo", "Id");
                return Vec::new();
            }
            "!wait" => self.talk.answer(),
            _ if command.starts_with("!plays ") => {
                self.hear(&command["!plays ".len()..]);
                return Vec::new();
            }
            _ if command.starts_with("idle") => {
                self.talk.say(&command);
                return Vec::new();
            }
            _ if command.starts_with("command_list") || self.is_in_list => {
                self.is_in_list = command != "command_list_end";
                self.talk.say(&command);
                if self.is_in_list {
                    return Vec::new();
                }
                self.talk.answer()
            }
            _ => match command.strip_prefix("!other ") {
                Some(command) => self.other.ask(command),
                None => self.talk.ask(&command),
            },
        };
        if answer.last().is_some_and(String::is_empty) {
            // The connection was closed, which is an answer, too.
            (self.talk, self.other) = (self.server.talk(), self.server.talk());
        }
        normal(answer.into_iter().map(|line| self.known(line)).collect())
    }

    fn hear(&mut self, position: &str) {
        let started = Instant::now();
        loop {
            let status = self.talk.got("status");
            let value = |name: &str| {
                let line = status.iter().find_map(|line| line.strip_prefix(name));
                line.unwrap_or_default().to_owned()
            };
            let is_heard = value("elapsed: ").parse().is_ok_and(|s: f64| s > 0.0);
            if value("song: ") == position && is_heard {
                return;
            }
            assert!(
                started.elapsed() < HANG,
                "{position} is not heard: {status:?}"
            );
            std::thread::yield_now();
        }
    }

    fn known(&mut self, line: String) -> String {
        let Some((name @ ("Id" | "songid" | "nextsongid"), id)) = line.split_once(": ") else {
            return line;
        };
        let at = self.told.iter().position(|told| told == id);
        let at = at.unwrap_or_else(|| {
            self.told.push(id.to_owned());
            self.told.len() - 1
        });
        format!("{name}: #{at}")
    }
}

/// As answers are compared.
fn normal(answer: Vec<String>) -> Vec<String> {
    let is_volatile = |line: &String| {
        let name = line.split_once(": ").map_or("", |(name, _)| name);
        VOLATILE.contains(&name)
    };
    // Further outputs are those of the machine.
    let known = answer.iter().position(|line| line == "outputid: 1");
    let (answer, cut) = match known {
        Some(end) => (answer[..end].to_vec(), vec!["OK".to_owned()]),
        None => (answer, Vec::new()),
    };
    let answer = answer.into_iter().chain(cut);
    let mut lines: Vec<String> = answer.filter(|line| !is_volatile(line)).collect();
    // The lines of one song, from its address on.
    let begins = |line: &String| line.starts_with("file: ");
    for song in lines.chunk_by_mut(|_, next| !begins(next)) {
        if song.first().is_some_and(begins) {
            let end = song
                .iter()
                .position(|line| line == "OK")
                .unwrap_or(song.len());
            song[1..end].sort();
        }
    }
    lines
}
