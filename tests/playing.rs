//! `play` and `now`, heard through WAV files and the null output.

use crate::home::{Home, RATE, Ran, Signal, as_floats, has, sample_media, tone};
use std::fs;
use std::process::Command;

/// What the program wrote, against what it should have.
#[track_caller]
fn heard(home: &Home, expected: &[i16]) {
    let (samples, rate) = home.read_wav(&home.path("out.wav"));
    assert_eq!((samples.len(), rate), (expected.len(), RATE));
    let wrong = samples
        .iter()
        .zip(as_floats(expected))
        .position(|(heard, meant)| *heard != meant);
    assert_eq!(wrong, None, "the first sample that differs");
}

fn play(home: &Home, what: &[&str]) -> Ran {
    home.run(&[&["play", "--output", "wav:out.wav"], what].concat())
}

#[test]
fn pieces_of_one_tone_join_without_a_sample_too_many_or_too_few() {
    let home = Home::new();
    let whole = tone(3, 70_000);
    for (name, from, to) in [
        ("1.wav", 0, 33_333),
        ("2.wav", 33_333, 33_400),
        ("3.wav", 33_400, 70_000),
    ] {
        home.wav(name, &whole[from * 2..to * 2], RATE);
    }
    play(&home, &["Music/1.wav", "Music/2.wav", "Music/3.wav"]).ended(0);
    heard(&home, &whole);
    home.run(&["scan", "Music"]).ended(0);
    play(&home, &["Music"]).ended(0);
    heard(&home, &whole);
}

#[test]
fn the_live_album_of_the_sample_media_plays_as_another_decoder_hears_it() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let folder = live_album();
    let mut pieces: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "flac"))
        .collect();
    pieces.sort();
    assert_eq!(pieces.len(), 6);
    let mut expected = Vec::new();
    for piece in pieces {
        let decoded = Command::new("ffmpeg")
            .args(["-v", "error", "-i"])
            .arg(piece)
            .args(["-f", "s16le", "-"])
            .output()
            .unwrap();
        expected.extend(
            decoded
                .stdout
                .chunks(2)
                .map(|pair| i16::from_le_bytes([pair[0], pair[1]])),
        );
    }
    play(&home, &[folder.to_str().unwrap()]).ended(0);
    heard(&home, &expected);
}

fn live_album() -> std::path::PathBuf {
    let artists = fs::read_dir(sample_media())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir());
    let albums = artists.flat_map(|artist| {
        fs::read_dir(artist)
            .unwrap()
            .map(|entry| entry.unwrap().path())
    });
    albums
        .filter(|album| album.is_dir())
        .find(|album| album.to_string_lossy().contains("Live"))
        .expect("sample-media has a live album")
}

#[test]
fn every_format_of_the_sample_media_plays_whole() {
    let home = Home::new();
    home.run(&["scan", sample_media().to_str().unwrap()])
        .ended(0);
    let ran = home
        .run(&[
            "play",
            "--output",
            "wav:out.wav",
            sample_media().to_str().unwrap(),
        ])
        .ended(0);
    assert_eq!(ran.out.lines().count(), 12, "{}", ran.out);
    let (samples, rate) = home.read_wav(&home.path("out.wav"));
    let stats = home.run(&["stats", "--json"]).json();
    let played_ms = samples.len() as f64 / 2.0 / f64::from(rate) * 1000.0;
    // Heads state lengths with the padding of their encoders.
    assert!(
        (played_ms - stats["length_ms"].as_f64().unwrap()).abs() < 1_000.0,
        "{played_ms} of {stats}"
    );
}

#[test]
fn what_cannot_be_played_is_named_and_stepped_over() {
    let home = Home::scanned(&["1.wav", "2.wav", "3.wav"]);
    fs::write(home.music().join("2.wav"), "RIFF no more").unwrap();
    let ran = play(&home, &["Music/1.wav", "Music/2.wav", "Music/3.wav"]).ended(4);
    assert!(
        ran.err.contains("Skipped") && ran.err.contains("2.wav"),
        "{}",
        ran.err
    );
    heard(
        &home,
        &[tone(0, RATE as usize / 2), tone(2, RATE as usize / 2)].concat(),
    );
    let ran = play(&home, &["Music/2.wav"]).ended(4);
    assert!(ran.err.contains("Skipped"), "{}", ran.err);
}

#[test]
fn a_first_song_that_cannot_be_played_holds_nothing_up() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    fs::write(home.music().join("1.wav"), "RIFF no more").unwrap();
    let play = |what: &str| {
        let playing = home.start(&["play", what, "--output", "null"]);
        playing.end().ended(4)
    };
    let ran = play("Music");
    assert!(ran.err.contains("Skipped 1"), "{}", ran.err);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    fs::write(home.music().join("2.wav"), "RIFF no more").unwrap();
    let ran = play("Music");
    assert!(ran.err.contains("Skipped 2"), "{}", ran.err);
    assert_eq!(ran.out, "");
}

#[test]
fn what_has_no_decoder_inside_plays_with_ffmpeg_and_says_so_without_it() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let whole = tone(3, 70_000);
    for (name, from, to) in [("1.wav", 0, 33_333), ("2.wav", 33_333, 70_000)] {
        let wav = home.wav(name, &whole[from * 2..to * 2], RATE);
        let encoded = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-i"])
            .arg(&wav)
            .arg(wav.with_extension("wv"))
            .status()
            .unwrap();
        assert!(encoded.success());
    }
    play(&home, &["Music/1.wv", "Music/2.wv"]).ended(0);
    heard(&home, &whole);

    let json = home.run(&["info", "Music/1.wv", "--json"]).ended(0).json();
    assert_eq!(json["plays"], "with-ffmpeg");
    let json = home.run(&["info", "Music/1.wav", "--json"]).ended(0).json();
    assert_eq!(json["plays"], "plays");
    let sentence = "plays with ffmpeg, which is not here: install the package ffmpeg";
    let without = |args: &[&str]| Ran::from(home.command(args).env("PATH", "").output().unwrap());
    let info = without(&["info", "Music/1.wv"]).ended(0);
    assert!(info.out.contains(sentence), "{}", info.out);
    let ran = without(&[
        "play",
        "--output",
        "wav:out.wav",
        "Music/1.wv",
        "Music/2.wav",
    ])
    .ended(4);
    assert!(
        ran.err.contains(&format!("1.wv {sentence} (WavPack)")),
        "{}",
        ran.err
    );
    heard(&home, &whole[33_333 * 2..]);
}

#[test]
fn surround_and_sound_in_odd_containers_reach_the_output() {
    if !has("ffmpeg") {
        return;
    }
    let home = Home::new();
    let wav = home.wav("1.wav", &tone(3, 44_100), RATE);
    for (name, arguments) in [
        ("mp3.wav", &["-c:a", "libmp3lame"][..]),
        ("surround.m4a", &["-c:a", "aac", "-ac", "6"]),
    ] {
        let encoded = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-i"])
            .arg(&wav)
            .args(arguments)
            .arg(home.music().join(name))
            .status()
            .unwrap();
        assert!(encoded.success());
        play(&home, &[&format!("Music/{name}")]).ended(0);
        let (samples, rate) = home.read_wav(&home.path("out.wav"));
        let frames = samples.len() / 2;
        assert!(
            (44_100..48_000).contains(&frames) && rate == RATE,
            "{name}: {frames} at {rate}"
        );
        assert!(
            samples.iter().any(|sample| sample.abs() > 0.1),
            "{name} is silent"
        );
    }
}

#[test]
fn words_find_a_playlist_then_an_album_then_an_artist_then_songs() {
    let home = Home::scanned(&["blue.wav", "blue too.wav", "other.wav"]);
    let ran = play(&home, &["blue"]).ended(0);
    assert!(
        ran.err.contains("2 songs that fit, blue first"),
        "{}",
        ran.err
    );
    home.run(&["playlist", "new", "blue", "other"]).ended(0);
    let ran = play(&home, &["blue"]).ended(0);
    assert!(
        ran.err.contains("the playlist “blue”: 1 song"),
        "{}",
        ran.err
    );
    heard(&home, &tone(2, RATE as usize / 2));
    let ran = play(&home, &["green"]).ended(3);
    assert!(ran.err.contains("nothing fits “green”"), "{}", ran.err);
    play(&home, &["--album", "blue"]).ended(3);
    let ran = play(&home, &["no/such.flac"]).ended(3);
    assert!(
        ran.err.contains("there is no file or folder no/such.flac"),
        "{}",
        ran.err
    );
}

#[test]
fn a_playlist_file_plays_what_is_here_and_names_the_rest() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    fs::write(
        home.music().join("mix.m3u8"),
        "#EXTM3U\r\n2.wav\r\n#EXTINF:9,Somebody - Far Away\r\nfar/away.flac\r\n./1.wav\r\n",
    )
    .unwrap();
    let ran = play(&home, &["Music/mix.m3u8"]).ended(4);
    assert!(
        ran.err.contains("Stepping over 1 of 3 rows") && ran.err.contains("Somebody – Far Away"),
        "{}",
        ran.err
    );
    heard(
        &home,
        &[tone(1, RATE as usize / 2), tone(0, RATE as usize / 2)].concat(),
    );
}

#[test]
fn a_search_pipes_into_play() {
    let home = Home::scanned(&["1 x.wav", "2 y.wav"]);
    let found = home.run(&["search", "y"]).ended(0);
    home.pipe(
        &["play", "-", "--output", "wav:out.wav"],
        found.out.as_bytes(),
    )
    .ended(0);
    heard(&home, &tone(1, RATE as usize / 2));
}

#[test]
fn a_shuffle_plays_everything_once_in_another_order() {
    let files: Vec<String> = (0..12).map(|number| format!("{number:02}.wav")).collect();
    let home = Home::new();
    for (number, file) in files.iter().enumerate() {
        home.tone(file, number, 500);
    }
    let played = |args: &[&str]| play(&home, &[&["Music"], args].concat()).ended(0).out;
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    let (plain, shuffled) = (played(&[]), played(&["--shuffle"]));
    assert_eq!(sorted(&plain), plain.lines().collect::<Vec<_>>());
    assert_ne!(plain, shuffled);
    assert_eq!(sorted(&plain), sorted(&shuffled));
    assert_eq!(
        played(&["--shuffle=albums"]),
        plain,
        "one folder is one album"
    );
}

#[test]
fn from_a_place_in_the_song() {
    let home = Home::new();
    home.tone("1.wav", 5, RATE as usize * 3);
    play(&home, &["Music/1.wav", "--from", "0:02"]).ended(0);
    let (samples, _) = home.read_wav(&home.path("out.wav"));
    let whole = as_floats(&tone(5, RATE as usize * 3));
    let expected = &whole[RATE as usize * 2 * 2..];
    assert_eq!(samples.len(), expected.len());
    // A start in the middle is faded in, so that it does not click; after 10 ms it is the song to the sample.
    let faded = RATE as usize / 100 * 2;
    assert!(
        samples[faded..] == expected[faded..],
        "the song is at the asked place"
    );
    assert!(samples[2].abs() < 0.05, "and begins softly");
}

#[test]
fn now_goes_on_where_it_was() {
    let home = Home::scanned(&["1.wav", "2.wav", "3.wav"]);
    let long = home.tone("long.wav", 9, RATE as usize * 60);
    let mut playing = home.start(&[
        "play",
        "Music/1.wav",
        long.to_str().unwrap(),
        "Music/2.wav",
        "--output",
        "null",
    ]);
    playing.wait_for("long");
    playing.signal(Signal::TERM);
    playing.end().ended(143);
    let ran = home.run(&["now", "--output", "wav:out.wav"]).ended(0);
    assert!(ran.err.contains("Going on with long"), "{}", ran.err);
    let (samples, _) = home.read_wav(&home.path("out.wav"));
    let rest = RATE as usize * 60 * 2 + RATE as usize;
    assert!(
        samples.len() <= rest && samples.len() > rest / 2,
        "{} of {rest}",
        samples.len()
    );
}

#[test]
fn now_without_a_queue_plays_everything_by_album() {
    let home = Home::scanned(&["A/1.wav", "A/2.wav", "B/1.wav", "B/2.wav"]);
    let ran = home.run(&["now", "--output", "wav:out.wav"]).ended(0);
    assert_eq!(ran.out.lines().count(), 4, "{}", ran.out);
    let empty = Home::new();
    let ran = empty.run(&["now"]).ended(3);
    assert!(ran.err.contains("standin scan"), "{}", ran.err);
}

#[test]
fn a_queue_whose_file_moved_is_found_again() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    play(&home, &["Music/1.wav", "Music/2.wav"]).ended(0);
    fs::create_dir(home.music().join("new")).unwrap();
    fs::rename(
        home.music().join("1.wav"),
        home.music().join("new/other name.wav"),
    )
    .unwrap();
    home.run(&["scan"]).ended(0);
    play(&home, &[]).ended(0);
    heard(
        &home,
        &[tone(0, RATE as usize / 2), tone(1, RATE as usize / 2)].concat(),
    );
}

#[test]
fn no_device_is_a_sentence_and_a_code_and_null_can_stand_in() {
    let home = Home::scanned(&["1.wav"]);
    let no_sound = |args: &[&str]| -> Ran {
        // An ALSA configuration without a single device, and no sound server.
        let empty = home.path("alsa.conf");
        fs::write(&empty, "").unwrap();
        home.command(args)
            .env("ALSA_CONFIG_PATH", &empty)
            .output()
            .unwrap()
            .into()
    };
    let ran = no_sound(&["play", "Music/1.wav"]).ended(7);
    assert!(
        ran.err.lines().count() == 2
            && !ran.err.contains("Playing")
            && !ran.err.contains("..")
            && ran.err.contains("--output null"),
        "{}",
        ran.err
    );
    let ran = no_sound(&["play", "Music/1.wav", "--output", "default,null"]).ended(0);
    assert_eq!(
        ran.err
            .lines()
            .filter(|line| line.contains("instead"))
            .count(),
        1,
        "{}",
        ran.err
    );
    for again in ["now", "play"] {
        let ran = no_sound(&[again]).ended(7);
        assert!(!ran.err.contains("Going on"), "{again}: {}", ran.err);
    }
}

#[test]
fn signals_end_it_with_their_codes() {
    let home = Home::new();
    home.tone("long.wav", 1, RATE as usize * 30);
    for (signal, code) in [(Signal::INT, 130), (Signal::TERM, 143)] {
        let mut playing = home.start(&["play", "Music/long.wav", "--output", "null"]);
        playing.wait_for("long");
        playing.signal(signal);
        playing.end().ended(code);
    }
}

#[test]
fn a_folder_that_goes_away_is_named_and_its_songs_are_not_tried_one_by_one() {
    let home = Home::new();
    for number in 0..40 {
        home.tone(&format!("{number:02}.wav"), number, RATE as usize / 2);
    }
    let mut playing = home.start(&["play", "Music", "--output", "null"]);
    playing.wait_for("00 (");
    fs::rename(home.music(), home.path("Elsewhere")).unwrap();
    let ran = playing.end().ended(6);
    let skipped = ran.err.lines().filter(|line| line.contains("Skipped"));
    assert_eq!(skipped.count(), 10, "{}", ran.err);
    assert!(
        ran.err.contains("your music folder seems to be away"),
        "{}",
        ran.err
    );
    let waits = home.run(&["status", "--json"]).ended(0).json();
    assert_eq!(waits["queue"], 40);
    fs::rename(home.path("Elsewhere"), home.path("Music")).unwrap();
    let ran = play(&home, &["--resume"]).ended(0);
    let first = waits["current"]["row"].as_u64().unwrap() - 1;
    assert!(
        ran.err.contains(&format!("Going on with {first:02}.")),
        "{}",
        ran.err
    );
    assert_eq!(ran.out.lines().count() as u64, 40 - first);
}

#[test]
fn a_queue_keeps_the_songs_of_a_folder_that_is_away() {
    let home = Home::new();
    for (number, file) in ["1.wav", "../Other/2.wav", "3.wav"].iter().enumerate() {
        home.tone(file, number, 500);
    }
    home.run(&["scan", "Music", "Other"]).ended(0);
    play(&home, &["Music/1.wav", "Other/2.wav", "Music/3.wav"]).ended(0);
    fs::rename(home.path("Other"), home.path("Elsewhere")).unwrap();
    let ran = play(&home, &["--resume"]).ended(0);
    assert!(
        ran.err.contains("1 of 3 songs of the queue are not here."),
        "{}",
        ran.err
    );
    assert_eq!(ran.out.lines().count(), 2);
    fs::rename(home.path("Elsewhere"), home.path("Other")).unwrap();
    let ran = play(&home, &["--resume"]).ended(0);
    assert_eq!(ran.out, "1 (0:00)\n2 (0:00)\n3 (0:00)\n");
    for folder in ["Music", "Other"] {
        fs::rename(home.path(folder), home.path(&format!("No{folder}"))).unwrap();
    }
    let ran = home.run(&["play", "--resume"]).ended(6);
    assert!(
        ran.err.contains("your music folder is away, and 3 songs"),
        "{}",
        ran.err
    );
}

#[test]
fn a_long_queue_goes_on_from_its_place_and_the_rest_of_it_joins() {
    let home = Home::new();
    for number in 0..260 {
        home.tone(&format!("{number:03}.wav"), number, 50);
    }
    home.run(&["scan", "Music"]).ended(0);
    play(&home, &["Music"]).ended(0);
    for gone in ["010", "100", "250"] {
        fs::remove_file(home.music().join(format!("{gone}.wav"))).unwrap();
    }
    home.run(&["scan"]).ended(0);
    let go_on_at = |row: usize| {
        let queue = fs::read_to_string(home.path("home/state/queue.jsonl")).unwrap();
        let (_, head) = queue.lines().next().unwrap().split_once(' ').unwrap();
        let head: serde_json::Value = serde_json::from_str(head).unwrap();
        let place = serde_json::json!({"stamp": head["head"]["stamp"], "place": {"row": row, "at_ms": 0}, "playing": false});
        fs::write(home.path("home/state/position.json"), place.to_string()).unwrap();
        let ran = play(&home, &["--resume"]).ended(0);
        assert!(
            ran.err
                .contains("3 of 260 songs of the queue are not here."),
            "{}",
            ran.err
        );
        let saved = fs::read_to_string(home.path("home/state/queue.jsonl")).unwrap();
        let rows = |text: &str| text.lines().skip(1).map(str::to_owned).collect::<Vec<_>>();
        for (now, before) in rows(&saved).iter().zip(rows(&queue)) {
            assert_eq!(*now, before, "every row keeps its place");
        }
        assert_eq!(rows(&saved).len(), 260);
        ran.out
            .lines()
            .map(|line| line[..3].to_owned())
            .collect::<Vec<_>>()
    };
    let from = |first: usize| -> Vec<String> {
        let all = (first..260).filter(|number| ![10, 100, 250].contains(number));
        all.map(|number| format!("{number:03}")).collect()
    };
    assert_eq!(go_on_at(5), from(5), "most of it comes behind");
    assert_eq!(go_on_at(100), from(101), "before and behind");
    assert_eq!(go_on_at(258), from(258), "before");
}

#[test]
fn now_keeps_a_queue_whose_folder_is_away_and_plays_what_is_here() {
    let home = Home::new();
    for (number, file) in ["1.wav", "../Other/2.wav", "3.wav"].iter().enumerate() {
        home.tone(file, number, 500);
    }
    home.run(&["scan", "Music", "Other"]).ended(0);
    play(&home, &["Other/2.wav"]).ended(0);
    let saved = || fs::read(home.path("home/state/queue.jsonl")).unwrap();
    let queue = saved();
    let away = |folder: &str| {
        fs::rename(home.path(folder), home.path(&format!("No{folder}"))).unwrap();
    };
    away("Other");
    let ran = home.run(&["now", "--output", "wav:out.wav"]).ended(0);
    assert!(ran.err.contains("keeps its place"), "{}", ran.err);
    let mut lines: Vec<&str> = ran.out.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["1 (0:00)", "3 (0:00)"]);
    assert_eq!(saved(), queue);
    away("Music");
    let ran = home.run(&["now", "--output", "null"]).ended(6);
    assert!(ran.err.contains("folder is away"), "{}", ran.err);
    assert_eq!(saved(), queue);
    fs::rename(home.path("NoOther"), home.path("Other")).unwrap();
    let ran = home.run(&["now", "--output", "wav:out.wav"]).ended(0);
    assert_eq!(ran.out, "2 (0:00)\n");
}

#[test]
fn songs_overlap_where_they_are_asked_to_and_never_the_neighbours_of_an_album() {
    let home = Home::new();
    for (number, file) in ["1.wav", "2.wav", "Live/01 a.wav", "Live/02 b.wav"]
        .iter()
        .enumerate()
    {
        home.tone(file, number, RATE as usize * 3);
    }
    home.run(&["scan", "Music"]).ended(0);
    let length = |args: &[&str]| {
        play(&home, args).ended(0);
        home.read_wav(&home.path("out.wav")).0.len() / 2
    };
    let both = RATE as usize * 6;
    let loose = ["Music/1.wav", "Music/2.wav"];
    assert_eq!(length(&loose), both);
    let overlapped = length(&[&loose[..], &["--crossfade", "1"]].concat());
    assert_eq!(overlapped, both - RATE as usize);
    let album = ["Music/Live/01 a.wav", "Music/Live/02 b.wav"];
    let info = home.run(&["info", album[0], "--json"]).ended(0).json();
    assert_eq!(info["album"], "Live", "the folder's name stands in");
    assert_eq!(length(&[&album[..], &["--crossfade", "1"]].concat()), both);
}
