//! `match`: how rows are matched and why, and that what a person decides about a row holds.

use crate::home::{Home, RATE};
use crate::talk::{Server, Talk};
use crate::terminal::{code, press, see, start};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use serde_json::Value;
use standin::library::Library;
use standin::library::person::{Gathered, Person};
use standin::library::worker::ReadIn;
use standin::music::Wanted;
use standin::wanted::{TakenList, TakenRow, Taker};
use std::fs;

const SECONDS: usize = 2;
const ARTIST: &str = "The Example Band";

/// A song with these names, of its own sound.
fn song(home: &Home, file: &str, number: usize, title: &str) {
    let path = home.tone(file, number, RATE as usize * SECONDS);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_artist(ARTIST.into());
    tag.set_title(title.into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
}

/// A list of a service in which `First Light`, `Second Sun` and `Nowhere` are wanted.
fn rows(titles: &[&str]) -> TakenList {
    let row = |title: &&str| TakenRow {
        wanted: Wanted {
            title: (*title).into(),
            artists: vec![ARTIST.into()],
            length_ms: Some(SECONDS as u64 * 1_000),
            external: vec![("spotify".into(), (*title).into())],
            ..Wanted::default()
        },
        ..TakenRow::default()
    };
    TakenList {
        service: "spotify".into(),
        name: "Road Trip".into(),
        rows: titles.iter().map(row).collect(),
        ..TakenList::default()
    }
}

fn import(home: &Home, titles: &[&str]) {
    let mut person = Person::open(&home.path("home/data")).unwrap();
    let mut gathered = Gathered::default();
    gathered.list(rows(titles));
    person.import(gathered, "export.zip").unwrap();
}

const ALL: [&str; 3] = ["First Light", "Second Sun", "Nowhere"];

/// A live version of the first row, the second one, and nothing like the third.
fn home() -> Home {
    let home = Home::new();
    song(&home, "live.wav", 1, "First Light (Live)");
    song(&home, "sun.wav", 2, "Second Sun");
    home.run(&["scan", "Music"]).ended(0);
    import(&home, &ALL);
    home
}

fn shown(home: &Home, code: i32) -> Vec<(String, String)> {
    let shown = home.run(&["playlist", "show", "Road Trip", "--json"]);
    let shown = shown.ended(code).json();
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = shown["rows"].as_array().unwrap().iter();
    rows.map(|row| (text(row, "verdict"), text(row, "reason")))
        .collect()
}

fn first(home: &Home) -> (String, String) {
    shown(home, 4).remove(0)
}

#[test]
fn rows_that_do_not_play_name_the_nearest_song_and_the_test_that_it_failed() {
    let home = home();
    let told = home.run(&["match", "Road", "Trip"]).ended(4);
    assert_eq!(
        told.out,
        "Road Trip:1\tsubstitute\tThe Example Band – First Light\tThe Example Band – First Light (Live) (0:02)\tthe version\n\
         Road Trip:3\tmissing\tThe Example Band – Nowhere\t\tno such file here\n"
    );
    assert_eq!(
        told.err,
        "“Road Trip”: 3 rows, 1 exact, 1 substitute, 1 missing.\n"
    );
    let few = home.run(&["match", "-n", "1", "--json"]).ended(4).json();
    assert_eq!(
        (&few["more"], few["open"].as_array().unwrap().len()),
        (&1.into(), 1)
    );
}

#[test]
fn a_row_that_is_missing_names_the_nearest_song_wherever_it_is_told() {
    let home = home();
    let path = home.tone("untagged.wav", 3, RATE as usize * 6);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title("Nowhere".into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
    home.run(&["scan"]).ended(0);
    let sentence = "no such file here; nearest is Nowhere (0:06), which failed the artist";
    let version = "another version of it is here; nearest is The Example Band – First Light (Live) (0:02), which failed the version";
    let all = shown(&home, 4);
    assert_eq!(all[2], ("missing".into(), sentence.into()));
    assert_eq!(all[0], ("substitute".into(), version.into()));
    let text = home.run(&["playlist", "show", "Road Trip"]).ended(4).out;
    assert!(text.contains(sentence) && text.contains(version), "{text}");
    let why = home.run(&["match", "why", "Road Trip:3"]).ended(0).out;
    assert!(why.contains(&format!("missing: {sentence}\n")), "{why}");
    let listed = home.run(&["match", "--json"]).ended(4).json();
    assert_eq!(listed["open"][1]["reason"], sentence);
    for by in ["track", "album", "artist"] {
        let missing = home.run(&["missing", "--by", by, "--json"]).ended(4).json();
        let wants = missing["offers"].as_array().unwrap().iter();
        let wants: Vec<_> = wants
            .flat_map(|offer| offer["wants"].as_array().unwrap().clone())
            .collect();
        let of = |title: &str| {
            let found = wants.iter().find(|want| want["title"] == title);
            found.unwrap()["reason"].clone()
        };
        assert_eq!(
            (of("Nowhere"), of("First Light")),
            (sentence.into(), version.into())
        );
    }
    let table = home.run(&["missing", "--by", "track"]).ended(4).out;
    assert!(table.contains(sentence), "{table}");
    for format in ["csv", "markdown"] {
        let text = home.run(&["missing", "--format", format]).ended(4).out;
        assert!(text.contains(sentence), "{text}");
    }
}

#[test]
fn why_tells_of_accepted_and_refused_rows_alike() {
    let home = home();
    let why = |row: &str| home.run(&["match", "why", row, "--json"]).ended(0).json();
    let refused = why("Road Trip:1");
    assert_eq!(refused["verdict"], "substitute");
    assert_eq!(refused["failed"], "the version");
    assert_eq!(refused["songs"][0]["failed"], "version");
    let signals = refused["songs"][0]["signals"].as_array().unwrap();
    let version = signals.iter().find(|signal| signal["about"] == "version");
    assert!(version.unwrap()["weight"].as_i64().unwrap() < 0);
    let accepted = why("Road Trip:2");
    assert_eq!(
        (&accepted["verdict"], &accepted["rung"]),
        (&"exact".into(), &"R4".into())
    );
    assert_eq!(accepted["failed"], Value::Null);
    assert!(accepted["songs"][0]["score"].as_i64().unwrap() > 0);
    let text = home.run(&["match", "why", "Road Trip", "2"]).ended(0).out;
    assert!(
        text.contains("exact: found by artist, title and length (R4)\n"),
        "{text}"
    );
    assert!(
        text.contains("\n1\ttitle\tagrees\t+40\tthe same title\n"),
        "{text}"
    );
}

#[test]
fn what_is_decided_holds_against_another_import_a_move_and_a_new_index() {
    let home = home();
    assert_eq!(first(&home).0, "substitute");
    home.run(&["match", "set", "Road Trip:1", "Music/live.wav"])
        .ended(0);
    let decided = ("exact".to_owned(), "found by your decision".to_owned());
    assert_eq!(first(&home), decided);
    let ran = home.run(&["play", "Road Trip", "--output", "wav:out.wav"]);
    assert!(ran.ended(4).err.contains("Stepping over 1 of 3 rows"));
    fs::rename(
        home.music().join("live.wav"),
        home.music().join("moved.wav"),
    )
    .unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(first(&home), decided);
    home.run(&["playlist", "rm", "Road Trip"]).ended(0);
    import(&home, &ALL);
    fs::remove_dir_all(home.path("home/cache")).unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(first(&home), decided);
    let why = home.run(&["match", "why", "Road Trip:1"]).ended(0).out;
    assert!(why.contains("found by your decision (R0)"), "{why}");
    fs::remove_file(home.music().join("moved.wav")).unwrap();
    home.run(&["scan"]).ended(0);
    let gone = "the song that you chose for it is not here";
    assert_eq!(first(&home), ("missing".into(), gone.into()));
    home.run(&["match", "unset", "Road Trip:1"]).ended(0);
    assert_eq!(first(&home).1, "no such file here");
}

#[test]
fn none_of_these_holds_until_something_else_comes() {
    let home = home();
    home.run(&["match", "set", "Road Trip", "2", "--none"])
        .ended(0);
    let none = "you said that none of the songs here is it";
    assert_eq!(shown(&home, 4)[1], ("missing".into(), none.into()));
    song(&home, "another.wav", 3, "Second Sun");
    home.run(&["scan"]).ended(0);
    let found = home.run(&["playlist", "show", "Road Trip", "--json"]);
    let found = found.ended(4).json();
    let file = found["rows"][1]["file"].as_str().unwrap();
    assert!(file.ends_with("another.wav"), "{file}");
}

#[test]
fn decisions_are_carried_elsewhere() {
    let home = home();
    home.run(&["match", "set", "Road Trip:1", "Music/live.wav"])
        .ended(0);
    home.run(&["match", "set", "Road Trip:2", "--none"])
        .ended(0);
    home.run(&["match", "export", "decided.jsonl"]).ended(0);
    home.run(&["match", "export", "decided.jsonl"]).ended(1);
    let before = shown(&home, 4);
    for row in ["Road Trip:1", "Road Trip:2"] {
        home.run(&["match", "unset", row]).ended(0);
    }
    assert_ne!(shown(&home, 4), before);
    let mut lines = fs::read_to_string(home.path("decided.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), 2);
    home.run(&["match", "import", "decided.jsonl"]).ended(0);
    assert_eq!(shown(&home, 4), before);
    lines.push_str("{\"row\": 7}\n");
    let told = home
        .pipe(&["match", "import", "-"], lines.as_bytes())
        .ended(4);
    assert_eq!(
        told.err,
        "standin: line 3 is no decision.\n0 decisions hold from now on; 2 here already or decided later, 1 left.\n"
    );
}

#[test]
fn a_row_that_is_missing_is_exported_by_its_names() {
    let home = home();
    for (format, names) in [
        ("m3u8", "#EXTINF:2,The Example Band - Nowhere"),
        ("xspf", "<title>Nowhere</title>"),
        ("jspf", "Nowhere"),
    ] {
        let args = ["playlist", "export", "Road Trip", "--format", format];
        let written = home.run(&args).ended(4).out;
        assert!(written.contains(names), "{written}");
    }
}

#[test]
fn rows_that_the_service_has_no_more_are_told() {
    let home = home();
    import(&home, &ALL[..2]);
    let shown = home.run(&["playlist", "show", "Road Trip"]).ended(4).out;
    let there: Vec<_> = shown
        .lines()
        .map(|line| line.ends_with("\tno longer there"))
        .collect();
    assert_eq!(there, [false, false, true], "{shown}");
    let json = home
        .run(&["playlist", "show", "Road Trip", "--json"])
        .ended(4)
        .json();
    assert!(json["rows"][2]["removed_there_at_ms"].is_i64());
    assert_eq!(json["rows"][0].get("removed_there_at_ms"), None);
    assert_eq!(json["rows"][0]["offered"]["title"], "First Light (Live)");
}

#[test]
fn when_a_file_comes_only_the_rows_that_could_want_it_are_matched_again() {
    let home = home();
    let others: Vec<String> = (0..50).map(|number| format!("Other {number}")).collect();
    let mut all: Vec<&str> = ALL.to_vec();
    all.extend(others.iter().map(String::as_str));
    import(&home, &all);
    let (data, cache) = (home.path("home/data"), home.path("home/cache"));
    let library = Library::new(&data, &cache, ReadIn::ThisProcess);
    let mut seen = library.see(library.newest_song().unwrap()).unwrap();
    assert!(library.come_since(&mut seen).unwrap().is_empty());
    song(&home, "nowhere.wav", 3, "Nowhere");
    home.run(&["scan"]).ended(0);
    let came = library.come_since(&mut seen).unwrap();
    let filled = library.filled_by(&came, "Road Trip").unwrap();
    assert_eq!((filled.matched, filled.rows.len()), (1, 1));
    assert_eq!(filled.rows[0].song.title(), "Nowhere");
    assert_eq!(filled.rows[0].before[0].title(), "Second Sun");
    assert!(library.come_since(&mut seen).unwrap().is_empty());
    // A copy of what plays already is looked at, and fills nothing; what nobody wants is not looked at.
    for (file, number, title, matched) in [
        ("copy.wav", 4, "Second Sun", 1),
        ("x.wav", 5, "Xylophone", 0),
    ] {
        song(&home, file, number, title);
        home.run(&["scan"]).ended(0);
        let came = library.come_since(&mut seen).unwrap();
        let filled = library.filled_by(&came, "Road Trip").unwrap();
        assert_eq!((filled.matched, filled.rows.len()), (matched, 0), "{file}");
    }
}

#[test]
fn a_hole_of_the_playlist_that_plays_is_filled_when_its_file_comes() {
    let home = home();
    let server = Server::ours(&home);
    let mut talk = server.talk();
    talk.got("load \"Road Trip\"");
    talk.got("add Music/live.wav");
    assert_eq!(
        talk.values("playlistinfo", "file"),
        ["Music/sun.wav", "Music/live.wav"]
    );
    song(&home, "nowhere.wav", 3, "Nowhere");
    talk.got("update");
    while talk.values("playlistinfo", "file").len() < 3 {
        talk.got("idle playlist");
    }
    let queued = ["Music/sun.wav", "Music/nowhere.wav", "Music/live.wav"];
    assert_eq!(talk.values("playlistinfo", "file"), queued);
}

/// Rows that are common names without a length or an album are asked about.
fn home_that_asks() -> Home {
    let home = Home::new();
    for (file, number, title) in [
        ("a.wav", 1, "Intro"),
        ("b.wav", 2, "Intro"),
        ("c.wav", 3, "Outro"),
    ] {
        song(&home, file, number, title);
    }
    home.run(&["scan", "Music"]).ended(0);
    let list = "#EXTM3U\n#EXTINF:-1,The Example Band - Intro\n1.mp3\n#EXTINF:-1,The Example Band - Outro\n2.mp3\n";
    fs::write(home.path("asks.m3u8"), list).unwrap();
    home.run(&["playlist", "new", "Asks", "asks.m3u8"]).ended(0);
    home
}

fn verdicts(home: &Home) -> Vec<String> {
    let told = home.run(&["playlist", "show", "Asks", "--json"]).json();
    let rows = told["rows"].as_array().unwrap().iter();
    rows.map(|row| format!("{} {}", row["verdict"].as_str().unwrap(), row["rung"]))
        .collect()
}

#[test]
fn a_review_asks_with_one_key_each_and_takes_back() {
    let home = home_that_asks();
    assert_eq!(verdicts(&home), ["ask null", "ask null"]);
    let mut session = start(&home, &["match", "review", "Asks", "--output", "null"]);
    see(&mut session, "Asks:1 (1 of 2)");
    see(&mut session, "Music/b.wav");
    see(&mut session, "q quit");
    press(&mut session, "p");
    see(&mut session, "♪ 1");
    press(&mut session, "p");
    see(&mut session, "♪ 2");
    press(&mut session, "p");
    see(&mut session, "♪ 1");
    press(&mut session, "9x2");
    see(&mut session, "it is The Example Band – Intro");
    see(&mut session, "Asks:2 (2 of 2)");
    press(&mut session, "u");
    see(&mut session, "Asks:1 (1 of 2)");
    press(&mut session, "n");
    see(&mut session, "none of them");
    see(&mut session, "Asks:2 (2 of 2)");
    press(&mut session, "1");
    see(&mut session, "Decided 2 of 2 rows.");
    session.exp_eof().unwrap();
    assert_eq!(code(&session), 0);
    assert_eq!(verdicts(&home), ["missing null", "exact \"R0\""]);
}

#[test]
fn a_review_that_is_left_keeps_what_was_decided() {
    let home = home_that_asks();
    for (keys, end, left) in [("1q", 0, 1), ("s", 0, 1), ("\x03", 130, 1)] {
        let mut session = start(&home, &["match", "review", "--output", "null"]);
        see(&mut session, "q quit");
        press(&mut session, keys);
        session.exp_eof().unwrap();
        assert_eq!(code(&session), end, "{keys:?}");
        let asks = verdicts(&home)
            .iter()
            .filter(|verdict| verdict.starts_with("ask"))
            .count();
        assert_eq!(asks, left, "{keys:?}");
    }
}

/// What a daemon tells of itself that a review must leave as it was.
fn state(talk: &mut Talk) -> (Vec<String>, Vec<String>, Vec<String>) {
    let of = |talk: &mut Talk, name: &str| talk.values("status", name);
    let queue = talk.values("playlistinfo", "Id");
    (queue, of(talk, "songid"), of(talk, "playlist"))
}

#[test]
fn a_review_pauses_the_daemon_while_it_plays_and_leaves_its_queue_alone() {
    let home = home_that_asks();
    // It must not end meanwhile.
    home.tone("long.wav", 9, RATE as usize * 600);
    home.run(&["scan"]).ended(0);
    let server = Server::ours(&home);
    let mut talk = server.talk();
    let playing = |talk: &mut Talk, state: &str| {
        while talk.values("status", "state") != [state] {
            talk.got("idle player");
        }
    };
    for (before, during) in [("play", "pause"), ("pause", "pause"), ("stop", "stop")] {
        match before {
            "play" => {
                talk.got("clear");
                talk.got("add Music/long.wav");
                talk.got("add Music/a.wav");
                talk.got("play 0");
            }
            "pause" => drop(talk.got("pause 1")),
            _ => drop(talk.got("stop")),
        }
        playing(&mut talk, before);
        let was = state(&mut talk);
        let mut session = start(&home, &["match", "review", "Asks", "--output", "null"]);
        see(&mut session, "q quit");
        press(&mut session, "p");
        see(&mut session, "♪ 1");
        assert_eq!(talk.values("status", "state"), [during]);
        press(&mut session, "q");
        session.exp_eof().unwrap();
        assert_eq!(talk.values("status", "state"), [before]);
        assert_eq!(state(&mut talk), was);
    }
}

/// What the queue of the standin that runs tells of its entries.
fn labels(home: &Home) -> Vec<Option<String>> {
    let queue = home.run(&["queue", "--json"]).ended(0).json();
    let songs = queue["songs"].as_array().unwrap().iter();
    songs
        .map(|song| song["stand_in"].as_str().map(str::to_owned))
        .collect()
}

const LIVE: &str = "stand-in for The Example Band – First Light (another version)";
const NEIGHBOUR: &str = "stand-in for The Example Band – Nowhere (by the same artist)";

#[test]
fn stand_ins_play_where_they_are_asked_for_and_are_told_everywhere() {
    let home = home();
    song(&home, "other.wav", 3, "Another Road");
    song(&home, "banned.wav", 4, "About Ships");
    home.run(&["scan"]).ended(0);
    home.run(&["ban", "About", "Ships"]).ended(0);
    let ran = home.run(&["play", "Road Trip", "--output", "null:fast"]);
    assert!(ran.ended(4).err.contains("Stepping over 2 of 3 rows:"));
    let args = ["play", "Road Trip", "--stand-ins"];
    let ran = home.run(&[&args[..], &["--output", "null:fast"]].concat());
    let told = ran.ended(4).err;
    for line in [
        "2 songs stand in:",
        "  The Example Band – First Light (Live) for The Example Band – First Light (another version)",
        "  The Example Band – Another Road for The Example Band – Nowhere (by the same artist)",
    ] {
        assert!(told.contains(line), "{told}");
    }
    assert!(!told.contains("Stepping over"), "{told}");
    let heard = home.run(&["history", "--json"]).ended(0).json();
    let from = |at: usize| heard["history"][at]["from"].clone();
    assert_eq!(
        [from(0), from(1), from(2)],
        [NEIGHBOUR, "playlist Road Trip", LIVE]
    );
    let mut session = start(&home, &[&args[..], &["--output", "null"]].concat());
    see(&mut session, "▶ [stand-in] The");
    press(&mut session, "q");
    session.exp_eof().unwrap();
    let status = home.run(&["status", "--json"]).ended(0).json();
    assert_eq!(status["current"]["stand_in"], LIVE);
    assert!(home.run(&["status"]).ended(0).out.contains(LIVE));
}

#[test]
fn stand_ins_that_are_handed_over_keep_their_label() {
    let home = home();
    song(&home, "other.wav", 3, "Another Road");
    home.run(&["scan"]).ended(0);
    let all = [Some(LIVE.to_owned()), None, Some(NEIGHBOUR.to_owned())];
    let server = Server::ours(&home);
    home.run(&["play", "Road Trip", "--stand-ins"]).ended(4);
    assert_eq!(labels(&home), all);
    assert!(home.run(&["status"]).ended(0).out.contains(LIVE));
    // It is killed.
    drop(server);
    let _server = Server::ours(&home);
    assert_eq!(labels(&home), all);
}
