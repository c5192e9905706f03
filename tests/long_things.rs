//! Long things go on where they were left: by quitting, by a kill, under another name; and not where the person says so.

use crate::home::{Home, RATE, Running, Signal, wait_until};
use serde_json::Value;

/// Of the long file here, in seconds: its first and last 30 do not count.
const LONG_S: u64 = 100;

/// A home with a file that is long by its settings, and one that is not.
fn home() -> Home {
    let home = Home::new();
    home.tone("mix.wav", 1, RATE as usize * LONG_S as usize);
    home.tone("song.wav", 2, RATE as usize / 2);
    std::fs::create_dir_all(home.path("home/config")).unwrap();
    let config = "[play]\nremember_from_min = 1\n";
    std::fs::write(home.path("home/config/config.toml"), config).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    home
}

fn info(home: &Home, file: &str) -> Value {
    home.run(&["info", file, "--json"]).ended(0).json()
}

/// In ms; `None`: it was left nowhere.
fn left(home: &Home, file: &str) -> Option<u64> {
    info(home, file)["left"]["at_ms"].as_u64()
}

/// How many ms of a whole run were heard, and what was told.
fn whole(home: &Home, args: &[&str]) -> (u64, String) {
    let ran = home.run(&[&["play", "--output", "wav:out.wav"], args].concat());
    let ran = ran.ended(0);
    let (samples, rate) = home.read_wav(&home.path("out.wav"));
    let frames = samples.len() as u64 / 2;
    (frames * 1_000 / u64::from(rate), ran.err)
}

/// Plays from the middle on until some of that was heard.
fn play_from_the_middle(home: &Home) -> Running {
    let args = [
        "play",
        "Music/mix.wav",
        "--from",
        "0:45",
        "--output",
        "null",
    ];
    let mut playing = home.start(&args);
    playing.wait_for("mix");
    let elapsed = |status: &Value| status["current"]["elapsed_ms"].as_u64();
    wait_until(|| {
        let status = home.run(&["status", "--json"]).ended(0).json();
        elapsed(&status) > Some(45_500)
    });
    playing
}

#[test]
fn a_long_file_goes_on_where_it_was_left_and_begins_anew_once_it_was_heard() {
    let home = home();
    let playing = play_from_the_middle(&home);
    playing.signal(Signal::TERM);
    playing.end();
    let at_ms = left(&home, "Music/mix.wav").unwrap();
    assert!((45_500..LONG_S * 1_000).contains(&at_ms), "{at_ms}");
    let text = home.run(&["info", "Music/mix.wav"]).ended(0).out;
    assert!(
        text.contains("left at       0:4") && text.contains(" of 1:40"),
        "{text}"
    );
    // Where the person says where, it begins there, and what is not long has no place.
    let (heard_ms, told) = whole(
        &home,
        &["Music/song.wav", "Music/mix.wav", "--from", "0:00.2"],
    );
    assert!(
        told.contains("Going on at 0:4"),
        "what follows goes on too: {told}"
    );
    assert_eq!(heard_ms, 300 + LONG_S * 1_000 - (at_ms - 5_000));
    assert_eq!(
        left(&home, "Music/mix.wav"),
        None,
        "it was heard to its end"
    );
    assert_eq!(left(&home, "Music/song.wav"), None);
    let (heard_ms, told) = whole(&home, &["Music/mix.wav"]);
    assert_eq!(heard_ms, LONG_S * 1_000);
    assert!(!told.contains("Going on"), "{told}");
}

#[test]
fn a_kill_leaves_the_place_and_a_new_name_keeps_it() {
    let home = home();
    let playing = play_from_the_middle(&home);
    playing.signal(Signal::KILL);
    playing.end();
    let at_ms = left(&home, "Music/mix.wav").unwrap();
    assert!((45_000..LONG_S * 1_000).contains(&at_ms), "{at_ms}");
    std::fs::rename(home.music().join("mix.wav"), home.music().join("other.wav")).unwrap();
    home.run(&["scan"]).ended(0);
    assert_eq!(left(&home, "Music/other.wav"), Some(at_ms));
    // Whatever plays next folds it in: it is a person's from then on.
    whole(&home, &["Music/song.wav"]);
    std::fs::remove_file(home.path("home/state/long.json")).unwrap();
    assert_eq!(left(&home, "Music/other.wav"), Some(at_ms));
    let (heard_ms, told) = whole(&home, &["Music/other.wav", "--from", "0"]);
    assert_eq!(heard_ms, LONG_S * 1_000, "{told}");
    assert!(!told.contains("Going on"), "{told}");
}

#[test]
fn a_daemon_goes_on_too_and_tells_it() {
    let home = home();
    let playing = play_from_the_middle(&home);
    playing.signal(Signal::TERM);
    playing.end();
    let daemon = home.start(&["daemon", "--output", "null"]);
    wait_until(|| home.run(&["clear"]).code == Some(0));
    let told = home.run(&["play", "Music/mix.wav"]).ended(0).err;
    assert!(told.contains("Going on at 0:4"), "{told}");
    let told = home
        .run(&["play", "Music/mix.wav", "--from", "0"])
        .ended(0)
        .err;
    assert!(!told.contains("Going on"), "{told}");
    let status = home.run(&["status", "--json"]).ended(0).json();
    assert!(
        status["current"]["elapsed_ms"].as_u64() < Some(30_000),
        "{status}"
    );
    daemon.signal(Signal::TERM);
    daemon.end();
}

#[test]
fn nothing_is_remembered_where_nobody_wants_it() {
    let home = home();
    let config = "[play]\nremember_from_min = 0\n";
    std::fs::write(home.path("home/config/config.toml"), config).unwrap();
    let playing = play_from_the_middle(&home);
    playing.signal(Signal::TERM);
    playing.end();
    assert_eq!(left(&home, "Music/mix.wav"), None);
    assert!(!home.path("home/state/long.json").exists());
}
