//! The end of a queue: what fits goes on without a gap, and tells why it came.

use crate::home::{Home, RATE, Signal, wait_until};
use serde_json::Value;

/// Songs of half a second each.
const SONGS: [&str; 6] = ["a.wav", "b.wav", "c.wav", "d.wav", "e.wav", "f.wav"];

fn status(home: &Home) -> Value {
    home.run(&["status", "--json"]).ended(0).json()
}

#[test]
fn what_fits_goes_on_and_tells_why() {
    let home = Home::scanned(&SONGS);
    let args = ["play", "Music/a.wav", "--then", "go-on", "--output", "null"];
    let mut playing = home.start(&args);
    // One that it was asked for, and two that came by themselves.
    (0..3).for_each(|_| drop(playing.wait_for("\n")));
    wait_until(|| status(&home)["came"].is_string());
    let told = status(&home);
    assert_eq!(told["at_end"], "go-on", "{told}");
    let came = told["came"].as_str().unwrap();
    let rules = [": by chance", ": loved most"];
    let is_told = rules.iter().any(|rule| came.ends_with(rule));
    assert!(came.starts_with("goes on after ") && is_told, "{came}");
    let text = home.run(&["status"]).ended(0).out;
    assert!(
        text.contains("at the end: what fits; this song goes on after "),
        "{text}"
    );
    playing.signal(Signal::TERM);
    playing.end();
    let history = home.run(&["history", "--json"]).ended(0).json();
    let lines = history["history"].as_array().unwrap();
    let from = |line: &Value| line["from"].as_str().unwrap_or_default().to_owned();
    let came = lines
        .iter()
        .filter(|line| from(line).starts_with("goes on after "));
    assert!(came.count() >= 1, "{history}");
}

/// Each sample of one song is followed by the first of the next: what fits is found while the last one plays.
#[test]
fn there_is_no_gap_before_what_fits() {
    let home = Home::scanned(&SONGS[..2]);
    let args = [
        "play",
        "Music/a.wav",
        "--then",
        "go-on",
        "--output",
        "wav:out.wav",
    ];
    let playing = home.start(&args);
    let file = home.path("out.wav");
    let bytes = || std::fs::metadata(&file).map_or(0, |file| file.len());
    // Float, stereo: the first song and the whole of the one that came behind it.
    wait_until(|| bytes() > u64::from(RATE) * 8 + 1_000);
    playing.signal(Signal::TERM);
    playing.end();
    let (samples, _) = home.read_wav(&file);
    let half = RATE as usize;
    let expected =
        [0, 1].map(|number| crate::home::as_floats(&crate::home::tone(number, RATE as usize / 2)));
    assert!(samples[..half] == expected[0][..], "the first song");
    assert!(
        samples[half..2 * half] == expected[1][..],
        "what fits, at once"
    );
}

#[test]
fn the_config_says_what_is_usual_and_a_daemon_is_told_otherwise() {
    let home = Home::scanned(&SONGS);
    std::fs::create_dir_all(home.path("home/config")).unwrap();
    let config = "[play]\nat_end = \"go-on\"\n";
    std::fs::write(home.path("home/config/config.toml"), config).unwrap();
    let daemon = home.start(&["daemon", "--output", "null"]);
    wait_until(|| home.run(&["clear"]).code == Some(0));
    home.run(&["play", "Music/a.wav"]).ended(0);
    wait_until(|| status(&home)["queue"].as_u64() > Some(1));
    for then in ["repeat", "stop"] {
        home.run(&["play", "Music/a.wav", "--then", then]).ended(0);
        let told = status(&home);
        assert_eq!((&told["at_end"], &told["queue"]), (&then.into(), &1.into()));
        assert_eq!(told["repeat"], then == "repeat");
    }
    wait_until(|| status(&home)["state"] == "stop");
    // What was said last holds in the next daemon, too, and not what is set.
    daemon.signal(Signal::TERM);
    daemon.end();
    let daemon = home.start(&["daemon", "--output", "null"]);
    wait_until(|| home.run(&["status", "--json"]).json()["at_end"].is_string());
    assert_eq!(status(&home)["at_end"], "stop");
    daemon.signal(Signal::TERM);
    daemon.end();
}
