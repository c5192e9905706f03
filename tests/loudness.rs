//! `verify`, and what comes of it when music plays.

use crate::home::{Home, RATE, Signal, as_floats, has, sample_media, tone};
use lofty::config::WriteOptions;
use lofty::tag::{ItemKey, Tag, TagExt, TagType};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// ReplayGain 2's reference.
const REFERENCE_LUFS: f64 = -18.0;

fn tag(file: &Path, fields: &[(ItemKey, &str)]) {
    let mut tag = Tag::new(TagType::Id3v2);
    for (key, text) in fields {
        tag.insert_text(*key, (*text).to_owned());
    }
    tag.save_to_path(file, WriteOptions::default()).unwrap();
}

/// Plays to a WAV, and gives the factor between each of these songs and what was heard of it, in dB.
#[track_caller]
fn gains(home: &Home, args: &[&str], songs: &[&[i16]]) -> Vec<f64> {
    let args = [&["play", "--output", "wav:out.wav"], args].concat();
    home.run(&args).ended(0);
    let (heard, _) = home.read_wav(&home.path("out.wav"));
    let frames: usize = songs.iter().map(|song| song.len()).sum();
    assert_eq!(heard.len(), frames);
    let mut at = 0;
    let mut gains = Vec::new();
    for song in songs {
        let made = as_floats(song);
        let heard = &heard[at..at + made.len()];
        at += made.len();
        let loudest = (0..made.len()).max_by(|a, b| made[*a].abs().total_cmp(&made[*b].abs()));
        let loudest = loudest.unwrap();
        let factor = heard[loudest] / made[loudest];
        // One factor for all of the song: nothing is limited.
        for (heard, made) in heard.iter().zip(&made) {
            assert!(
                (heard - made * factor).abs() < 1e-5,
                "{heard} {made} {factor}"
            );
        }
        gains.push(20.0 * f64::from(factor).log10());
    }
    gains
}

#[track_caller]
fn are(found: &[f64], wanted: &[f64]) {
    let close = found
        .iter()
        .zip(wanted)
        .all(|(found, wanted)| (found - wanted).abs() < 0.02);
    assert!(
        found.len() == wanted.len() && close,
        "{found:?} are not {wanted:?}"
    );
}

#[test]
fn songs_are_played_at_the_loudness_of_their_tags_else_at_what_was_measured() {
    let home = Home::new();
    let songs = [1, 2, 3].map(|number| tone(number, RATE as usize));
    let files: Vec<PathBuf> = (0..3)
        .map(|at| home.wav(&format!("{at}.wav"), &songs[at], RATE))
        .collect();
    let stated = [
        (ItemKey::ReplayGainTrackGain, "-3.5 dB"),
        (ItemKey::ReplayGainTrackPeak, "0.37"),
    ];
    tag(&files[0], &stated);
    home.run(&["scan", "Music"]).ended(0);
    let all: Vec<&[i16]> = songs.iter().map(Vec::as_slice).collect();
    let play = |how: &[&str]| gains(&home, &[how, &["Music"]].concat(), &all);
    are(&play(&["--replaygain", "auto"]), &[-3.5, -8.0, -8.0]);
    are(
        &play(&["--replaygain", "off", "--preamp", "6"]),
        &[0.0, 0.0, 0.0],
    );
    are(
        &play(&["--replaygain", "track", "--preamp", "-2"]),
        &[-5.5, -10.0, -10.0],
    );
    home.run(&["verify"]).ended(0);
    let info = home.run(&["info", "Music/1.wav", "--json"]).ended(0).json();
    let lufs = info["measured"]["lufs"].as_f64().unwrap();
    let measured = REFERENCE_LUFS - lufs;
    assert_eq!(info["gain"]["source"], "measured");
    let found = play(&["--replaygain", "auto"]);
    are(&found[..2], &[-3.5, measured]);
    // The peak is measured now, too, and a true peak may reach full scale.
    let up = play(&["--replaygain", "auto", "--preamp", "20"]);
    let peak = info["measured"]["true_peak"].as_f64().unwrap();
    assert!((up[1] + 20.0 * peak.log10()).abs() < 0.02, "{up:?} {peak}");
}

#[test]
fn an_album_keeps_its_balance_where_its_songs_stand_together() {
    let home = Home::new();
    let loud = tone(1, RATE as usize);
    let quiet: Vec<i16> = tone(2, RATE as usize)
        .iter()
        .map(|sample| sample / 8)
        .collect();
    for (name, samples) in [("1.wav", &loud), ("2.wav", &quiet)] {
        let file = home.wav(name, samples, RATE);
        tag(
            &file,
            &[(ItemKey::AlbumTitle, "One"), (ItemKey::TrackArtist, "A")],
        );
    }
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["verify"]).ended(0);
    let together = gains(&home, &["--replaygain", "auto", "Music"], &[&loud, &quiet]);
    assert!((together[0] - together[1]).abs() < 0.01, "{together:?}");
    let alone = gains(&home, &["--replaygain", "auto", "Music/2.wav"], &[&quiet]);
    // Sixteen bits of a quiet tone.
    assert!(
        (alone[0] - together[0] - 18.06).abs() < 0.7,
        "{alone:?} {together:?}"
    );
    let info = home.run(&["info", "Music/2.wav"]).ended(0).out;
    assert!(
        info.contains("among its album") && info.contains("LUFS"),
        "{info}"
    );
}

fn flac(home: &Home, name: &str) -> PathBuf {
    let media = walkdir::WalkDir::new(sample_media())
        .into_iter()
        .map(|entry| entry.unwrap().into_path());
    let flac = media
        .filter(|path| path.extension().is_some_and(|ext| ext == "flac"))
        .min()
        .unwrap();
    let file = home.music().join(name);
    fs::copy(flac, &file).unwrap();
    file
}

#[test]
fn damage_is_listed_by_path_kind_and_second_and_known_again() {
    let home = Home::new();
    home.tone("whole.wav", 1, RATE as usize);
    let cut = flac(&home, "cut.flac");
    let bytes = fs::read(&cut).unwrap();
    fs::write(&cut, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let wrong = flac(&home, "wrong.flac");
    let mut bytes = fs::read(&wrong).unwrap();
    bytes[8 + 18] ^= 1;
    fs::write(&wrong, bytes).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    let outlook = home.run(&["verify", "--dry-run"]).ended(0);
    assert!(
        outlook
            .err
            .contains("3 files = 0 whole + 0 damaged + 3 left to verify, "),
        "{}",
        outlook.err
    );
    let ran = home.run(&["verify"]).ended(4);
    let lines: Vec<Vec<&str>> = ran
        .out
        .lines()
        .map(|line| line.split('\t').collect())
        .collect();
    assert_eq!(lines.len(), 2, "{}", ran.out);
    assert!(
        ran.err
            .contains("Verified 3 files = 1 whole + 2 damaged + 0 not checked + 0 changed ("),
        "{}",
        ran.err
    );
    let line = |name: &str| lines.iter().find(|line| line[0].ends_with(name)).unwrap();
    assert_eq!(line("cut.flac")[2], "stops");
    assert!(line("cut.flac")[1].contains(':'), "{lines:?}");
    assert_eq!(line("wrong.flac")[2], "checksum");
    let outlook = home.run(&["verify", "--dry-run"]).ended(4);
    assert_eq!(outlook.out, ran.out);
    assert_eq!(
        outlook.err,
        "3 files = 1 whole + 2 damaged + 0 left to verify.\n"
    );
    let again = home.run(&["verify", "--json"]).ended(4).json();
    assert_eq!((&again["known"], &again["whole"]), (&3.into(), &1.into()));
    assert_eq!(again["damaged"].as_array().unwrap().len(), 2);
    let one = home
        .run(&["verify", "whole", "--again", "--json"])
        .ended(0)
        .json();
    assert_eq!((&one["files"], &one["known"]), (&1.into(), &0.into()));
}

#[test]
fn a_killed_verify_goes_on_where_it_was() {
    let home = Home::new();
    for number in 0..60 {
        home.tone(&format!("{number}.wav"), number, RATE as usize * 2);
    }
    home.run(&["scan", "Music"]).ended(0);
    let rows = |table: &str| -> i64 {
        let person = rusqlite::Connection::open(home.path("home/data/standin.db")).unwrap();
        let check: String = person
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(check, "ok");
        let sql = format!("SELECT count(*) FROM {table}");
        person.query_row(&sql, [], |row| row.get(0)).unwrap_or(0)
    };
    let mut known = 0;
    for wanted in [1, 5, 12] {
        let running = home.start(&["verify"]);
        let started = Instant::now();
        while rows("checked") < wanted && !running.has_ended() {
            assert!(started.elapsed() < crate::home::HANG);
            std::thread::yield_now();
        }
        running.signal(Signal::KILL);
        drop(running);
        let now = rows("checked");
        assert!(now >= known, "{now} {known}");
        assert_eq!(now, rows("loudness"));
        known = now;
    }
    let report = home.run(&["verify", "--json"]).ended(0).json();
    assert_eq!(
        (&report["whole"], &report["known"]),
        (&60.into(), &known.into())
    );
}

#[test]
fn songs_that_ffmpeg_alone_decodes_are_measured_too() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let wav = home.tone("x.wav", 1, RATE as usize * 2);
    let made = std::process::Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(&wav)
        .arg(home.music().join("x.wv"))
        .status()
        .unwrap();
    assert!(made.success());
    home.run(&["scan", "Music"]).ended(0);
    home.run(&["verify"]).ended(0);
    let lufs = |file: &str| {
        let info = home.run(&["info", file, "--json"]).ended(0).json();
        info["measured"]["lufs"].as_f64().unwrap()
    };
    assert!((lufs("Music/x.wav") - lufs("Music/x.wv")).abs() < 0.01);
}

#[test]
fn the_songs_of_one_file_are_measured_each_for_itself() {
    let home = Home::new();
    let loud = tone(1, RATE as usize * 2);
    let quiet: Vec<i16> = loud.iter().map(|sample| sample / 4).collect();
    home.wav("disc.wav", &[loud, quiet].concat(), RATE);
    let sheet = "FILE \"disc.wav\" WAVE\n TRACK 01 AUDIO\n  INDEX 01 00:00:00\n TRACK 02 AUDIO\n  INDEX 01 00:02:00\n";
    fs::write(home.music().join("disc.cue"), sheet).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    assert_eq!(home.run(&["verify", "--json"]).ended(0).json()["files"], 1);
    let lufs = |song: &str| {
        let info = home.run(&["info", song, "--json"]).ended(0).json();
        info["measured"]["lufs"].as_f64().unwrap()
    };
    let (first, second) = (
        lufs("Music/disc.wav/track0001"),
        lufs("Music/disc.wav/track0002"),
    );
    assert!((first - second - 12.04).abs() < 0.1, "{first} {second}");
    let whole = lufs("Music/disc.wav");
    assert!(second < whole && whole < first, "{first} {second} {whole}");
}
