//! What a screen asks for and MPD has no word for: rows with what plays for them, lyrics, levels, how far long work is.

use crate::home::{Home, RATE, Signal, wait_until};
use crate::talk::{Server, Talk};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use standin::library::person::Person;
use standin::music::Wanted;
use std::fs;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixListener;

const ARTIST: &str = "The Example Band";

/// A song of two seconds with these names, and a sound of its own.
fn song(home: &Home, file: &str, number: usize, title: &str) {
    let path = home.tone(file, number, RATE as usize * 2);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_artist(ARTIST.into());
    tag.set_title(title.into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
}

fn wanted(artist: &str, title: &str, length_ms: Option<u64>) -> Wanted {
    Wanted {
        title: title.into(),
        artists: vec![artist.into()],
        length_ms,
        ..Wanted::default()
    }
}

fn scan(home: &Home) {
    let music = home.music();
    home.run(&["scan", music.to_str().unwrap()]).ended(0);
}

fn list(home: &Home, name: &str, rows: &[Wanted]) {
    let mut person = Person::open(&home.path("home/data")).unwrap();
    person.create(name, rows).unwrap();
}

/// The lines of a row, by its number.
fn row(lines: &[String], number: usize) -> Vec<&str> {
    let begin = format!("row: {number}");
    let rest = lines.iter().skip_while(|line| **line != begin);
    let rest = rest.skip(1).take_while(|line| !line.starts_with("row: "));
    rest.map(String::as_str).collect()
}

#[test]
fn rows_tell_what_plays_for_them() {
    let home = Home::new();
    song(&home, "sun.wav", 1, "Second Sun");
    song(&home, "light.wav", 2, "First Light (Live)");
    song(&home, "old.wav", 3, "Old Road");
    scan(&home);
    let (long, half) = (Some(2_000), None);
    let rows = [
        wanted(ARTIST, "Second Sun", long),
        wanted(ARTIST, "Old Road", half),
        wanted(ARTIST, "First Light", long),
        wanted("Nobody", "Nothing", Some(61_500)),
    ];
    list(&home, "Mix", &rows);
    let shown = home.run(&["playlist", "show", "Mix", "--json"]).ended(4);
    let words: Vec<_> = shown.json()["rows"].as_array().unwrap().clone();
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let told = talk.got("standin_rows Mix 0:100");
    assert_eq!(told[0], "rows: 4");
    assert_eq!(
        row(&told, 0)[..2],
        ["verdict: exact", "file: Music/sun.wav"]
    );
    assert!(row(&told, 0).contains(&"Title: Second Sun"));
    assert!(row(&told, 0).contains(&"duration: 2.000"));
    assert_eq!(
        row(&told, 1)[..2],
        ["verdict: likely", "file: Music/old.wav"]
    );
    for (number, word) in ["exact", "likely"].iter().enumerate() {
        assert_eq!(words[number]["verdict"], *word, "the same words everywhere");
    }
    let stands_in = row(&told, 2);
    assert_eq!(
        stands_in[..2],
        ["verdict: stand-in", "file: Music/light.wav"]
    );
    let name = "Name: stand-in for The Example Band – First Light (another version)";
    assert_eq!(stands_in.last(), Some(&name));
    assert_eq!(
        row(&told, 3),
        [
            "verdict: missing",
            "file: Nobody – Nothing",
            "Artist: Nobody",
            "Title: Nothing",
            "Time: 62",
            "duration: 61.500"
        ]
    );
    // A window has the same numbers, and beyond the end there is nothing.
    let window = talk.got("standin_rows Mix 2:3");
    assert_eq!(
        (window[0].as_str(), window[1].as_str()),
        ("rows: 4", "row: 2")
    );
    assert_eq!(row(&window, 2), stands_in);
    assert_eq!(talk.got("standin_rows Mix 4:9"), ["rows: 4"]);
    assert!(talk.ask("standin_rows Nothing 0:9")[0].starts_with("ACK [50@0] {standin_rows}"));
    assert!(talk.ask("standin_rows Mix x")[0].starts_with("ACK [2@0]"));
    // What is taken away is missing at the next look.
    fs::remove_file(home.music().join("sun.wav")).unwrap();
    home.run(&["scan", "--prune"]).ended(0);
    let told = talk.got("standin_rows Mix 0:1");
    assert_ne!(row(&told, 0)[0], "verdict: exact");
}

#[test]
fn lyrics_come_with_their_times() {
    let home = Home::scanned(&["a.wav", "b.wav", "c.wav"]);
    let beside = |name: &str, text: &str| fs::write(home.music().join(name), text).unwrap();
    beside("a.lrc", "[00:02.50]zwei \x1b[31m\n[00:01.00]eins\n");
    beside("b.txt", "one\n\ntwo\n");
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let of_a = [
        "source: beside",
        "synced: 1",
        "ms: 1000",
        "line: eins",
        "ms: 2500",
    ];
    let told = talk.got("standin_lyrics Music/a.wav");
    assert_eq!(told[..5], of_a);
    assert!(told[5].starts_with("line: zwei") && !told[5].contains('\x1b'));
    let of_b = [
        "source: beside",
        "synced: 0",
        "line: one",
        "line: ",
        "line: two",
    ];
    assert_eq!(talk.got("standin_lyrics Music/b.wav"), of_b);
    assert!(talk.got("standin_lyrics Music/c.wav").is_empty());
    assert!(talk.ask("standin_lyrics Music/d.wav")[0].starts_with("ACK [50@0]"));
    // Of what plays.
    assert!(talk.got("standin_lyrics").is_empty());
    talk.got("add Music/a.wav");
    talk.got("play");
    wait_until(|| !talk.got("standin_lyrics").is_empty());
    // And of what plays from elsewhere.
    fs::create_dir(home.path("elsewhere")).unwrap();
    let own = home.path("elsewhere").canonicalize().unwrap().join("d.wav");
    fs::copy(home.music().join("b.wav"), &own).unwrap();
    fs::write(own.with_extension("txt"), "three\n").unwrap();
    home.run(&["play", own.to_str().unwrap()]).ended(0);
    let (uri, line) = (own.to_str().unwrap(), String::from("line: three"));
    wait_until(|| {
        talk.ask(&format!("standin_lyrics \"{uri}\""))
            .contains(&line)
    });
}

/// The levels that a line of `standin_levels` tells.
fn levels(talk: &mut Talk, name: &str) -> Vec<f32> {
    let lines = talk.values("standin_levels", name);
    let told = lines.first().map(String::as_str).unwrap_or_default();
    told.split_whitespace()
        .map(|level| level.parse().unwrap())
        .collect()
}

#[test]
fn levels_are_those_of_what_is_heard() {
    let home = Home::new();
    // 16-bit samples of an eighth and a quarter of full scale, at 1,000 Hz.
    let step = std::f64::consts::TAU * 1_000.0 / f64::from(RATE);
    let at = |n: usize, peak: f64| ((step * n as f64).sin() * peak * 32_768.0) as i16;
    let samples: Vec<i16> = (0..RATE as usize * 60)
        .flat_map(|n| [at(n, 0.125), at(n, 0.25)])
        .collect();
    home.wav("tone.wav", &samples, RATE);
    scan(&home);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    assert!(talk.got("standin_levels").is_empty());
    talk.got("add Music/tone.wav");
    talk.got("play");
    let is_near = |levels: &[f32], wanted: &[f32]| {
        let mut both = levels.iter().zip(wanted);
        levels.len() == wanted.len() && both.all(|(level, wanted)| (level - wanted).abs() < 0.3)
    };
    wait_until(|| is_near(&levels(&mut talk, "rms_db"), &[-21.07, -15.05]));
    wait_until(|| is_near(&levels(&mut talk, "peak_db"), &[-18.06, -12.04]));
    // The mix of both, three sixteenths, in the 13th of 24 bands from 40 Hz to 16 kHz.
    wait_until(|| {
        let bands = levels(&mut talk, "bands_db");
        bands.len() == 24
            && (bands[12] + 14.54).abs() < 0.3
            && bands.iter().all(|db| *db <= bands[12] && *db >= -90.0)
    });
    assert_eq!(talk.got("standin_levels")[0], "channels: 2");
    talk.got("pause 1");
    wait_until(|| talk.got("standin_levels").is_empty());
}

#[test]
fn a_scan_that_was_asked_for_is_work() {
    let home = Home::scanned(&["a.wav"]);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    assert!(talk.got("standin_work").is_empty());
    // It waits for another one.
    let turn = fs::File::open(home.path("home/cache/library.lock")).unwrap();
    turn.lock().unwrap();
    talk.got("update");
    assert_eq!(talk.got("standin_work"), ["work: scan", "done: 0"]);
    drop(turn);
    wait_until(|| talk.got("standin_work").is_empty());
}

#[test]
fn work_is_told_for_as_long_as_its_client_is_there() {
    let home = Home::new();
    let server = Server::ours(&home);
    let (mut talk, mut hears, mut works) = (server.talk(), server.talk(), server.talk());
    hears.say("idle update");
    works.got("standin_work verify 3 10");
    assert_eq!(hears.answer(), ["changed: update", "OK"]);
    works.got("standin_work verify 4 10");
    // How far it is was no news: the next is its end.
    hears.say("idle update");
    let told = ["work: verify", "done: 4", "total: 10"];
    assert_eq!(talk.got("standin_work"), told);
    drop(works);
    assert_eq!(hears.answer(), ["changed: update", "OK"]);
    assert!(talk.got("standin_work").is_empty());
    let mut works = server.talk();
    works.got("standin_work pack 7");
    assert_eq!(talk.got("standin_work"), ["work: pack", "done: 7"]);
    for wrong in ["verify", "\"a b\" 1", "verify x", "verify 1 -1"] {
        let answer = works.ask(&format!("standin_work {wrong}"));
        assert!(
            answer[0].starts_with("ACK [2@0] {standin_work}"),
            "{answer:?}"
        );
    }
}

/// A WAV of so many seconds of silence, which takes no room on the disk.
fn silence(home: &Home, file: &str, seconds: u32) {
    const HEAD: u32 = 44;
    let bytes = seconds * RATE * 4;
    let path = home.wav(file, &[], RATE);
    let wav = fs::OpenOptions::new().write(true).open(path).unwrap();
    wav.write_all_at(&(HEAD - 8 + bytes).to_le_bytes(), 4)
        .unwrap();
    wav.write_all_at(&bytes.to_le_bytes(), u64::from(HEAD) - 4)
        .unwrap();
    wav.set_len(u64::from(HEAD + bytes)).unwrap();
}

#[test]
fn a_verb_beside_a_daemon_tells_how_far_it_is() {
    let home = Home::new();
    // It is stopped long before it has decoded all that.
    for name in ["a.wav", "b.wav", "c.wav"] {
        silence(&home, name, 1_200);
    }
    scan(&home);
    let server = Server::ours(&home);
    let (mut talk, mut hears) = (server.talk(), server.talk());
    hears.say("idle update");
    let verify = home.start(&["verify", "--jobs", "1"]);
    assert_eq!(hears.answer(), ["changed: update", "OK"]);
    assert_eq!(talk.values("standin_work", "work"), ["verify"]);
    wait_until(|| talk.values("standin_work", "total") == ["3"]);
    hears.say("idle update");
    verify.signal(Signal::INT);
    verify.end().ended(130);
    assert_eq!(hears.answer(), ["changed: update", "OK"]);
    assert!(talk.got("standin_work").is_empty());
}

#[test]
fn a_daemon_that_does_not_answer_costs_a_verb_nothing() {
    let home = Home::scanned(&["a.wav"]);
    let run = home.path("home/run");
    fs::create_dir_all(&run).unwrap();
    let _hangs = UnixListener::bind(run.join("socket")).unwrap();
    for verb in ["scan", "verify"] {
        let ran = home.run(&[verb, "--quiet"]).ended(0);
        assert_eq!(ran.err, "");
    }
}
