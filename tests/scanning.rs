//! `scan`, `root`, `search`, `ls`, `info` and `stats` as people use them.

use crate::home::{Home, RATE, Ran, sample_media};
use std::fs;

#[test]
fn every_count_adds_up_and_only_changes_are_read() {
    let home = Home::scanned(&["a.wav", "b/c.wav", "b/d.wav"]);
    let report = |home: &Home| home.run(&["scan", "--json"]).json();
    let counts = |report: &serde_json::Value| {
        ["seen", "new", "changed", "moved", "same", "gone"]
            .map(|name| report[name].as_u64().unwrap())
    };
    assert_eq!(counts(&report(&home)), [3, 0, 0, 0, 3, 0]);
    home.tone("e.wav", 7, 5_000);
    home.tone("a.wav", 8, 6_000);
    fs::rename(
        home.music().join("b/c.wav"),
        home.music().join("b/moved.wav"),
    )
    .unwrap();
    fs::remove_file(home.music().join("b/d.wav")).unwrap();
    assert_eq!(counts(&report(&home)), [3, 1, 1, 1, 0, 1]);
    assert_eq!(counts(&report(&home)), [3, 0, 0, 0, 3, 0]);
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 3);
}

#[test]
fn a_folder_below_a_root_is_scanned_as_part_of_it() {
    let home = Home::scanned(&["a.wav", "b/c.wav"]);
    home.tone("b/new.wav", 7, 5_000);
    home.tone("elsewhere.wav", 8, 5_000);
    let report = home.run(&["scan", "Music/b", "--json"]).ended(0).json();
    assert_eq!(
        (&report["seen"], &report["new"], &report["gone"]),
        (&2.into(), &1.into(), &0.into())
    );
    let roots = home.run(&["root", "--json"]).ended(0).json();
    assert_eq!(roots["roots"].as_array().unwrap().len(), 1);
}

#[test]
fn a_file_that_is_no_audio_is_named_with_its_reason_and_stops_nothing() {
    let home = Home::new();
    home.tone("good.wav", 1, 5_000);
    fs::write(home.music().join("bad.mp3"), "this is no music").unwrap();
    let ran = home.run(&["scan", "Music"]).ended(4);
    assert!(
        ran.out
            .starts_with("scanned 2 = 1 new + 0 changed + 0 moved + 0 same + 1 skipped"),
        "{}",
        ran.out
    );
    assert!(ran.err.contains("bad.mp3: "), "{}", ran.err);
    let listed = home.run(&["ls", "--skipped", "--json"]).ended(0).json();
    assert!(
        listed["skipped"][0]["path"]
            .as_str()
            .unwrap()
            .ends_with("bad.mp3")
    );
}

#[test]
fn a_root_that_is_away_keeps_its_songs() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    let away = home.path("elsewhere");
    fs::rename(home.music(), &away).unwrap();
    let ran = home.run(&["scan"]).ended(6);
    assert!(ran.err.contains("is away"), "{}", ran.err);
    assert_eq!(
        home.run(&["root", "--json"]).ended(6).json()["roots"][0]["state"],
        "away"
    );
    fs::create_dir(home.music()).unwrap();
    home.run(&["scan"]).ended(6);
    fs::remove_dir(home.music()).unwrap();
    fs::rename(&away, home.music()).unwrap();
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!((&report["same"], &report["songs"]), (&2.into(), &2.into()));
}

#[test]
fn what_cannot_be_scanned_is_a_sentence() {
    let home = Home::new();
    let ran = home.run(&["scan", "no/such/folder"]).ended(1);
    assert!(
        ran.err.starts_with("standin: ") && ran.err.contains("no/such/folder"),
        "{}",
        ran.err
    );
    let ran = home.run(&["scan", "Music"]).ended(0);
    assert!(ran.out.starts_with("scanned 0 = 0 new"), "{}", ran.out);
    let ran = home.run(&["search", "x"]).ended(3);
    assert!(ran.err.contains("standin scan"), "{}", ran.err);
}

#[test]
fn without_a_folder_the_music_folder_is_taken_and_told() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let ran = home.run(&["scan"]).ended(3);
    assert!(
        ran.err.contains("standin scan FOLDER"),
        "under --home there is no person's music folder: {}",
        ran.err
    );
    // A person's own places: ~/.local/share and its like, and ~/Music.
    let ran: Ran = home.personal(&["scan"]).output().unwrap().into();
    let ran = ran.ended(0);
    assert!(
        ran.err.contains("this indexes") && ran.out.contains("= 1 new"),
        "{ran:?}"
    );
    assert!(
        home.path(".cache/standin/library.db").exists()
            && home.path(".local/share/standin/standin.db").exists()
    );
}

#[test]
fn a_dry_run_changes_nothing() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let ran = home.run(&["scan", "--dry-run", "Music"]).ended(0);
    assert!(ran.out.starts_with("would scan 1 = 1 new"), "{}", ran.out);
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 0);
    assert_eq!(
        home.run(&["root", "--json"]).json()["roots"]
            .as_array()
            .map(Vec::len),
        Some(0)
    );
}

#[test]
fn names_that_are_not_utf8_work_everywhere() {
    use std::os::unix::ffi::OsStrExt;
    let home = Home::new();
    let plain = home.tone("x.wav", 1, RATE as usize / 10);
    let latin = home
        .music()
        .join(std::ffi::OsStr::from_bytes(b"caf\xe9.wav"));
    fs::rename(plain, &latin).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    let found = home.command(&["search", "-0", "caf"]).output().unwrap();
    assert_eq!(found.stdout, [latin.as_os_str().as_bytes(), b"\0"].concat());
    home.pipe(
        &["play", "-", "--output", "wav:out.wav"],
        &[latin.as_os_str().as_bytes(), b"\n"].concat(),
    )
    .ended(0);
    assert_eq!(
        home.read_wav(&home.path("out.wav")).0.len(),
        RATE as usize / 10 * 2
    );
    // And on the command line, where a shell completes it.
    for (before, after) in [
        (&["play"][..], &["--output", "null"][..]),
        (&["info"], &[]),
        (&["lyrics"], &[]),
        (&["rate"], &["4"]),
        (&["verify"], &[]),
        (&["playlist", "new", "mine"], &[]),
        (&["match", "set", "mine:1"], &[]),
        (&["ban"], &[]),
    ] {
        let mut command = home.command(before);
        command.arg(latin.strip_prefix(home.path("")).unwrap());
        let ran = Ran::from(command.args(after).output().unwrap());
        let found_no_words = before == ["lyrics"] && ran.code == Some(3);
        assert!(ran.code == Some(0) || found_no_words, "{before:?}: {ran:?}");
    }
}

#[test]
fn the_sample_media_is_found_by_words_in_any_script() {
    let home = Home::new();
    home.run(&["scan", sample_media().to_str().unwrap()])
        .ended(0);
    let stats = home.run(&["stats", "--json"]).ended(0).json();
    assert_eq!(
        (&stats["songs"], &stats["albums"], &stats["skipped"]),
        (&12.into(), &2.into(), &0.into())
    );
    for (words, file) in [
        ("aero lantern", "Ærø"),
        ("ночной", "Ночной"),
        ("nochnoi", "Ночной"),
        ("静", ""),
        ("波", "しずかな波"),
        ("losiu", "łosiu"),
    ] {
        let found = home.run(&["search", words]);
        assert_eq!(
            found.code,
            Some(if file.is_empty() { 3 } else { 0 }),
            "{words}"
        );
        assert!(found.out.contains(file), "{words}: {}", found.out);
    }
    let songs = home.run(&["ls", "--json"]).ended(0).json();
    assert_eq!(songs["folders"].as_array().unwrap().len(), 1);
    for codec in ["flac", "mp3", "vorbis", "opus", "aac", "pcm"] {
        assert!(
            stats["codecs"][codec].as_u64() >= Some(1),
            "{codec} in {stats}"
        );
    }
}

#[test]
fn a_list_for_another_program_holds_paths_of_files_alone() {
    let home = Home::scanned(&["a.wav", "b/c.wav"]);
    let listed = home.run(&["ls", "-0", "Music"]).ended(0);
    assert_eq!(
        listed.out,
        format!("{}\0", home.music().join("a.wav").display())
    );
}

#[test]
fn a_song_is_told_in_full_and_several_are_named() {
    let home = Home::scanned(&["one tune.wav", "other tune.wav"]);
    let told = home.run(&["info", "one", "--json"]).ended(0).json();
    assert_eq!(
        (&told["title"], &told["rate"], &told["codec"]),
        (&"one tune".into(), &RATE.into(), &"pcm".into())
    );
    assert_eq!(told["key"].as_str().map(str::len), Some(32));
    let several = home.run(&["info", "tune"]).ended(2);
    assert!(
        several.err.contains("one tune") && several.err.contains("other tune"),
        "{}",
        several.err
    );
    assert_eq!(
        home.run(&["info", "tune", "--all", "--json"])
            .ended(0)
            .json()["songs"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    home.run(&["info", "nothing of that name"]).ended(3);
}
