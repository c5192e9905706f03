//! The equaliser as people use it: before anything plays, while something does, and from config.toml. And the speed.

use crate::home::{Home, RATE, Signal, as_floats, tone};
use crate::knocking::{Client, Daemon};
use std::fs;

const CURVE: &str = "Preamp: -6.0 dB\nFilter 1: OFF PK Fc 100 Hz Gain 3 dB Q 1\n";
/// 6 dB down.
const FACTOR: f32 = 0.501_187_2;

fn home() -> Home {
    let home = Home::new();
    home.tone("1.wav", 1, RATE as usize / 2);
    fs::write(home.path("ParametricEQ.txt"), CURVE).unwrap();
    home
}

fn configure(home: &Home, text: &str) {
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(home.path("home/config/config.toml"), text).unwrap();
}

/// What is heard of the tone, as parts of what it is: 1, or less.
fn heard(home: &Home, options: &[&str]) -> f32 {
    let play = [
        "play",
        "Music",
        "--output",
        "wav:out.wav",
        "--replaygain",
        "off",
    ];
    home.run(&[&play[..], options].concat()).ended(0);
    let heard = home.read_wav(&home.path("out.wav")).0;
    let is = as_floats(&tone(1, RATE as usize / 2));
    assert_eq!(heard.len(), is.len());
    let of = |samples: &[f32]| samples.iter().map(|sample| sample.abs()).sum::<f32>();
    if heard == is {
        return 1.0;
    }
    of(&heard) / of(&is)
}

#[track_caller]
fn near(is: f32, wanted: f32) {
    assert!((is - wanted).abs() < 1e-3, "{is} and not {wanted}");
}

#[test]
fn what_was_said_before_holds_for_whatever_plays() {
    let home = home();
    let told = home.run(&["eq"]).ended(0).out;
    assert_eq!(told, "The equaliser is flat: no sample is touched.\n");
    assert_eq!(heard(&home, &[]), 1.0, "every bit");
    let said = home.run(&["eq", "load", "ParametricEQ.txt"]).ended(0).err;
    assert_eq!(
        said,
        "The equaliser is on: ParametricEQ.txt, preamp -6.0 dB.\n"
    );
    near(heard(&home, &[]), FACTOR);
    home.run(&["eq", "off"]).ended(0);
    assert_eq!(heard(&home, &[]), 1.0);
    let now = home.run(&["eq", "--json"]).ended(0).json();
    assert_eq!(
        (&now["on"], &now["name"]),
        (&false.into(), &"ParametricEQ.txt".into())
    );
    home.run(&["eq", "on"]).ended(0);
    near(heard(&home, &[]), FACTOR);
    home.run(&["eq", "bands", "-0,0,0,0,0,0,0,0,0,0", "-q"])
        .ended(0);
    assert_eq!(heard(&home, &[]), 1.0);
    // A band lower than 20 Hz from the tone's would be heard; this one lies where it is.
    home.run(&["eq", "band", "1", "-12"]).ended(0);
    let now = home.run(&["eq"]).ended(0).out;
    assert!(
        now.starts_with(
            "The equaliser is on: ten bands, preamp +0.0 dB.\n1\tpeak\t31.25\t-12\t1.41\n"
        ),
        "{now}"
    );
    home.run(&["eq", "preamp", "-6"]).ended(0);
    assert!(heard(&home, &[]) <= FACTOR + 1e-3);
}

#[test]
fn a_daemon_takes_another_curve_at_once_and_keeps_it() {
    let home = home();
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    assert_eq!(client.value("standin_eq", "heard"), "0");
    home.run(&["eq", "band", "3", "+2.5"]).ended(0);
    assert_eq!(client.value("standin_eq", "heard"), "1");
    let curve = client.value("standin_eq", "curve");
    assert!(
        curve.starts_with("auto peak:31.25:0:") && curve.contains("peak:125:2.5:"),
        "{curve}"
    );
    client.must("standin_eq set \"by hand\" \"-3 low:105:6.5:0.7\"");
    let now = home.run(&["eq", "--json"]).ended(0).json();
    assert_eq!(
        (&now["name"], &now["preamp_db"]),
        (&"by hand".into(), &(-3.0).into())
    );
    assert_eq!(now["bands"][0]["shape"], "low");
    for wrong in [
        "standin_eq loud",
        "standin_eq set x",
        "standin_eq set x \"-3 low:1:1:1\"",
        "standin_eq set x \"\"",
    ] {
        assert!(
            client.ask(wrong).last().unwrap().starts_with("ACK [2@0]"),
            "{wrong}"
        );
    }
    client.must("standin_eq off");
    daemon.end().ended(0);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    assert_eq!(client.value("standin_eq", "on"), "0");
    assert_eq!(client.value("standin_eq", "curve"), "-3 low:105:6.5:0.7");
    client.must("standin_eq on");
    assert_eq!(client.value("standin_eq", "heard"), "1");
    client.must("standin_eq usual");
    assert_eq!(client.value("standin_eq", "heard"), "0");
    daemon.end().ended(0);
}

#[test]
fn the_config_says_what_is_usual() {
    let home = home();
    configure(&home, "[play]\nequaliser = \"HD EQ.txt\"\n");
    let play = ["play", "Music", "--output", "wav:out.wav"];
    let warned = home.run(&play).ended(0).err;
    assert!(
        warned.contains("HD EQ.txt") && warned.contains("the equaliser is left out."),
        "{warned}"
    );
    fs::copy(
        home.path("ParametricEQ.txt"),
        home.path("home/config/HD EQ.txt"),
    )
    .unwrap();
    near(heard(&home, &[]), FACTOR);
    home.run(&["eq", "off"]).ended(0);
    assert_eq!(heard(&home, &[]), 1.0, "what was said wins");
    home.run(&["eq", "usual"]).ended(0);
    near(heard(&home, &[]), FACTOR);
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    assert_eq!(client.value("standin_eq", "name"), "HD EQ.txt");
    configure(&home, "[play]\n");
    daemon.running.signal(Signal::HUP);
    client.wait_until(|client| client.value("standin_eq", "heard") == "0");
    daemon.end().ended(0);
}

#[test]
fn bit_perfect_playing_has_no_equaliser_and_says_so() {
    let home = home();
    home.run(&["eq", "load", "ParametricEQ.txt"]).ended(0);
    let play = ["play", "Music", "--bit-perfect", "--output", "wav:out.wav"];
    let warned = home.run(&play).ended(0).err;
    assert!(
        warned.contains("The equaliser has no effect: bit-perfect playing touches no sample."),
        "{warned}"
    );
    let mut reader = hound::WavReader::open(home.path("out.wav")).unwrap();
    let heard: Vec<i16> = reader.samples().map(Result::unwrap).collect();
    assert_eq!(heard, tone(1, RATE as usize / 2));
    let daemon = Daemon::of(
        &home,
        home.command(&["daemon", "--bit-perfect", "--output", "null"]),
    );
    let refused = home.run(&["eq", "band", "1", "3"]).ended(1).err;
    assert!(
        refused.contains("bit-perfect playing touches no sample"),
        "{refused}"
    );
    let now = home.run(&["eq"]).ended(0).out;
    assert!(
        now.starts_with("The equaliser is on and not heard"),
        "{now}"
    );
    daemon.end().ended(0);
}

#[test]
fn a_song_that_is_played_faster_ends_sooner() {
    let home = home();
    let frames = |speed: &str| {
        let play = ["play", "Music", "--output", "wav:out.wav", "--speed", speed];
        home.run(&play).ended(0);
        home.read_wav(&home.path("out.wav")).0.len() / 2
    };
    assert_eq!(frames("1"), RATE as usize / 2);
    let fast = frames("2");
    assert!(
        fast.abs_diff(RATE as usize / 4) < RATE as usize / 12,
        "{fast}"
    );
    let daemon = Daemon::start(&home);
    let mut client = Client::at(&home);
    home.run(&["speed", "1.25"]).ended(0);
    assert_eq!(client.value("standin_speed", "speed"), "1.25");
    assert_eq!(home.run(&["speed"]).ended(0).out, "speed: 1.25\n");
    client.must("standin_speed 1");
    assert!(
        client
            .ask("standin_speed 9")
            .last()
            .unwrap()
            .starts_with("ACK [2@0]")
    );
    daemon.end().ended(0);
}
