//! `config.toml`, as a person writes it, rightly or wrongly.

use crate::home::{Home, RATE, as_floats, tone};
use std::fs;

fn with_config(text: &str) -> Home {
    let home = Home::new();
    home.tone("1.wav", 1, RATE as usize / 2);
    fs::create_dir_all(home.path("home/config")).unwrap();
    fs::write(home.path("home/config/config.toml"), text).unwrap();
    home
}

fn heard(home: &Home, file: &str) -> Vec<f32> {
    home.read_wav(&home.path(file)).0
}

#[test]
fn what_is_set_holds_and_what_is_typed_wins() {
    let home = with_config(
        "[play]\noutput = \"wav:set.wav\"\nvolume = 0\nreplaygain = \"off\"\ncrossfade_s = 0.1\n",
    );
    home.run(&["play", "Music"]).ended(0);
    let samples = heard(&home, "set.wav");
    assert!(samples.len() > RATE as usize / 2 && samples.iter().all(|sample| *sample == 0.0));
    home.run(&[
        "play",
        "Music",
        "--output",
        "wav:typed.wav",
        "--volume",
        "100",
    ])
    .ended(0);
    assert_eq!(
        heard(&home, "typed.wav"),
        as_floats(&tone(1, RATE as usize / 2))
    );
    fs::remove_file(home.path("set.wav")).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["now"]).ended(0);
    assert!(home.path("set.wav").exists(), "now obeys it too");
}

#[test]
fn a_queue_that_goes_on_keeps_its_volume_until_another_is_typed() {
    let home = with_config("[play]\nvolume = 50\n");
    let silent = |args: &[&str]| {
        home.run(
            &[
                &["play", "--output", "wav:out.wav", "--replaygain", "off"],
                args,
            ]
            .concat(),
        )
        .ended(0);
        heard(&home, "out.wav").iter().all(|sample| *sample == 0.0)
    };
    assert!(!silent(&["Music"]));
    assert!(silent(&["Music", "--volume", "0"]));
    assert!(silent(&["--resume"]), "as it was left");
    assert!(!silent(&["--resume", "--volume", "30"]));
}

#[test]
fn a_broken_config_is_told_and_the_music_plays() {
    for (text, told) in [
        (
            "[play]\nvolume = 900\n",
            "config.toml, line 2: volume is a whole number from 0 to 100; it is left out.",
        ),
        ("[play\n", "config.toml, line 1: this is not TOML"),
        (
            "[play]\nvolum = 9\n",
            "config.toml, line 2: there is no setting volum; volume is one; it is left out.",
        ),
        (
            "\u{1b}]0;x\u{7} = 1\n",
            "config.toml, line 1: this is not TOML",
        ),
    ] {
        let home = with_config(text);
        let ran = home
            .run(&["play", "Music", "--output", "wav:out.wav"])
            .ended(0);
        assert!(ran.err.contains(told), "{}", ran.err);
        assert!(
            ran.err.lines().all(|line| line.ends_with('.')),
            "{}",
            ran.err
        );
        assert!(!ran.err.contains('\u{1b}'), "{}", ran.err);
        assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    }
}

#[test]
fn another_config_can_be_named() {
    let home = with_config("[play]\noutput = \"wav:usual.wav\"\n");
    fs::write(
        home.path("other.toml"),
        "[play]\noutput = \"wav:other.wav\"\n",
    )
    .unwrap();
    let ran: crate::home::Ran = home
        .command(&["play", "Music"])
        .env("STANDIN_CONFIG", home.path("other.toml"))
        .output()
        .unwrap()
        .into();
    ran.ended(0);
    assert!(home.path("other.wav").exists() && !home.path("usual.wav").exists());
}
