//! Files that one disk can hold and another cannot: links, times, names, numbers, and files that change while they are read.

use crate::home::{HANG, Home, RATE};
use std::fs::{self, File};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

const DAY: u64 = 24 * 60 * 60;

/// Two names of one file on the disk are two files and one recording: stars are for both, and either may go.
#[test]
fn hard_links_are_files_of_their_own_and_one_recording() {
    let home = Home::new();
    let file = home.tone("a.wav", 1, 5_000);
    fs::create_dir(home.music().join("b")).unwrap();
    fs::hard_link(&file, home.music().join("b/c.wav")).unwrap();
    let report = home.run(&["scan", "Music", "--json"]).ended(0).json();
    assert_eq!((&report["new"], &report["songs"]), (&2.into(), &2.into()));
    home.run(&["rate", "Music/a.wav", "4"]).ended(0);
    let info = |file: &str| home.run(&["info", file, "--json"]).ended(0).json();
    let (one, other) = (info("Music/a.wav"), info("Music/b/c.wav"));
    assert_eq!(one["key"], other["key"]);
    assert_eq!(
        (&one["rating"], &other["rating"]),
        (&4.0.into(), &4.0.into())
    );
    // The name that goes is gone, and was not moved to the one that was there.
    fs::remove_file(file).unwrap();
    home.run(&["playlist", "new", "mix", "Music/b/c.wav"])
        .ended(0);
    let report = home.run(&["scan", "--prune", "--json"]).ended(0).json();
    let counts = ["same", "moved", "gone"].map(|name| report[name].as_u64().unwrap());
    assert_eq!(counts, [1, 0, 1]);
    assert_eq!(info("Music/b/c.wav")["rating"], 4.0);
}

/// The years that file systems know: FAT ends in 2107, NTFS begins in 1601, and a clock may have stood anywhere.
#[test]
fn files_of_every_year_are_scanned_once() {
    let home = Home::new();
    let years = |since: i64| (since - 1970).unsigned_abs() * 365 * DAY;
    let before = |year| UNIX_EPOCH - Duration::from_secs(years(year));
    let after = |year| UNIX_EPOCH + Duration::from_secs(years(year));
    let times = [
        before(1601),
        before(1900),
        before(1969),
        UNIX_EPOCH,
        after(2038),
        after(2107),
        after(2300),
        after(9999),
    ];
    for (number, time) in times.into_iter().enumerate() {
        let path = home.tone(&format!("{number}.wav"), number, 5_000);
        // A disk that does not know the year takes another, or none.
        let _ = File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_modified(time);
    }
    let report = home.run(&["scan", "Music", "--json"]).ended(0).json();
    assert_eq!(report["new"], times.len());
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!(report["same"], times.len());
    home.run(&["info", "Music/0.wav"]).ended(0);
    // The clock comes right again: what is written now is another file, whatever stood there in the future.
    let path = home.tone("5.wav", 50, 5_000);
    File::options()
        .write(true)
        .open(path)
        .unwrap()
        .set_modified(SystemTime::now())
        .unwrap();
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!(
        (&report["changed"], &report["same"]),
        (&1.into(), &7.into())
    );
}

/// A copy on FAT has times of two whole seconds: the files that were there before are the same; copied to and fro, a song
/// stays the same song.
#[test]
fn times_of_two_seconds_make_no_song_another() {
    let home = Home::scanned(&["a.wav", "b.wav"]);
    home.run(&["rate", "Music/a.wav", "5"]).ended(0);
    for file in ["a.wav", "b.wav"] {
        let file = home.music().join(file);
        let since = fs::metadata(&file).unwrap().modified().unwrap();
        let seconds = since.duration_since(UNIX_EPOCH).unwrap().as_secs() / 2 * 2;
        let even = UNIX_EPOCH + Duration::from_secs(seconds);
        File::options()
            .write(true)
            .open(file)
            .unwrap()
            .set_modified(even)
            .unwrap();
    }
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!((&report["new"], &report["gone"]), (&0.into(), &0.into()));
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!(report["same"], 2);
    let info = home.run(&["info", "Music/a.wav", "--json"]).ended(0).json();
    assert_eq!(info["rating"], 5.0);
}

/// Where case counts both spellings are files; a name of which only the case changes is a move.
#[test]
fn two_spellings_are_two_files_and_another_spelling_is_a_move() {
    let home = Home::new();
    home.tone("Song.wav", 1, 5_000);
    home.tone("other.wav", 2, 5_000);
    let upper = home.tone("SONG.wav", 3, 5_000);
    let spellings = fs::read_dir(home.music()).unwrap().count() as u64 - 1;
    let report = home.run(&["scan", "Music", "--json"]).ended(0).json();
    assert_eq!(report["songs"], spellings + 1);
    home.run(&["rate", "Music/SONG.wav", "3"]).ended(0);
    fs::rename(upper, home.music().join("sOnG.wav")).unwrap();
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!((&report["moved"], &report["gone"]), (&1.into(), &0.into()));
    let info = home
        .run(&["info", "Music/sOnG.wav", "--json"])
        .ended(0)
        .json();
    assert_eq!(info["rating"], 3.0);
}

/// Replaced again and again while it is scanned: no scan fails, and in the end the index knows what is there.
#[test]
fn a_file_that_is_replaced_while_it_is_read_is_known_as_what_it_became() {
    let home = Home::new();
    let file = home.tone("a.wav", 0, RATE as usize);
    let others = [1, 2].map(|number| {
        let made = home.tone("next.wav", number, RATE as usize * number / 2);
        let kept = home.path(&format!("{number}.kept"));
        fs::rename(made, &kept).unwrap();
        kept
    });
    let is_over = AtomicBool::new(false);
    let last = std::thread::scope(|threads| {
        let replacing = threads.spawn(|| {
            let mut last = 0;
            while !is_over.load(Ordering::Relaxed) {
                last = 1 - last;
                let new = home.path("new");
                fs::copy(&others[last], &new).unwrap();
                fs::rename(new, &file).unwrap();
            }
            last
        });
        for _ in 0..10 {
            home.run(&["scan", "Music"]).ended(0);
        }
        is_over.store(true, Ordering::Relaxed);
        replacing.join().unwrap()
    });
    home.run(&["scan"]).ended(0);
    let known = home.run(&["info", "Music/a.wav", "--json"]).ended(0).json();
    assert_eq!(known["length_ms"], (last as u64 + 1) * 500);
    fs::copy(&others[last], home.path("same.wav")).unwrap();
    let same = home.run(&["info", "same.wav", "--json"]).ended(0).json();
    assert_eq!(known["key"], same["key"]);
}

#[test]
#[ignore = "takes minutes: for the release"]
fn a_hundred_thousand_files_in_one_folder() {
    let home = Home::new();
    let file = home.tone("0.wav", 1, 64);
    let bytes = fs::read(&file).unwrap();
    for number in 1..100_000_u32 {
        let mut song = bytes.clone();
        let end = song.len() - 4;
        song[end..].copy_from_slice(&number.to_le_bytes());
        fs::write(home.music().join(format!("{number}.wav")), song).unwrap();
    }
    let report = home.run(&["scan", "Music", "--json"]).ended(0).json();
    assert_eq!(
        (&report["new"], &report["songs"]),
        (&100_000.into(), &100_000.into())
    );
    println!("first scan: {} s", report["seconds"]);
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!(report["same"], 100_000);
    println!("second scan: {} s", report["seconds"]);
    let began = Instant::now();
    let listed = home.run(&["ls", "Music", "-0"]).ended(0).out;
    assert_eq!(listed.matches('\0').count(), 100_000);
    assert!(began.elapsed() < HANG);
}
