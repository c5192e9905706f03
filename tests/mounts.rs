//! Roots on real mounts, which go, come back, and tell nothing of what others change in them. The disk is a FUSE program of
//! this process; without FUSE the tests say that they were skipped.

use crate::dice::Dice;
use crate::forgetful::{Disk, Fault, TOP, mount::mount};
use crate::home::{HANG, Home, Signal};
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A disk that holds these songs.
fn disk(home: &Home, songs: &[&str]) -> Arc<Mutex<Disk>> {
    let songs = songs.iter().zip(1..);
    let files: BTreeMap<PathBuf, Vec<u8>> = songs
        .map(|(name, number)| (name.into(), song(home, number)))
        .collect();
    Arc::new(Mutex::new(Disk::with(&files, Fault::None, Dice(1))))
}

/// The bytes of a song that no other number has.
fn song(home: &Home, number: usize) -> Vec<u8> {
    std::fs::read(home.tone("../aside.wav", number, 5_000)).unwrap()
}

/// Puts a file on the disk past the mount, as somebody else who shares it does.
fn put_from_elsewhere(disk: &Mutex<Disk>, name: &str, bytes: &[u8]) {
    let mut disk = disk.lock().unwrap();
    let file = disk.make(TOP, OsStr::new(name), false);
    disk.write(file, 0, bytes);
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn watch_of_root(home: &Home) -> serde_json::Value {
    home.run(&["root", "--json"]).json()["roots"][0]["watch"].clone()
}

#[track_caller]
fn wait_until(is_so: impl Fn() -> bool) {
    let since = Instant::now();
    while !is_so() {
        assert!(since.elapsed() < HANG);
    }
}

#[test]
fn a_mount_that_goes_and_comes_back_is_whole_and_nothing_of_it_is_read() {
    let home = Home::new();
    let disk = disk(&home, &["a.wav", "b/c.wav"]);
    let Some(mounted) = mount(&disk, &home.music()) else {
        return;
    };
    home.run(&["scan", text(&home.music())]).ended(0);
    let mut watching = home.start(&["watch"]);
    watching.wait_for("scanned 2 = 0 new");
    watching.wait_for_warning(
        "“Music” is looked at every 60 s: fuse does not tell of changes that others make.",
    );
    assert_eq!(watch_of_root(&home)["state"], "polled");
    let opens = disk.lock().unwrap().opens;

    drop(mounted);
    watching.wait_for_warning("has gone away; it is watched again when it is back.");
    wait_until(|| watch_of_root(&home)["state"] == "waiting");
    let told = home.run(&["play", "Music/a.wav", "--output", "wav:out.wav"]);
    assert!(told.ended(6).err.contains("is away"));
    home.run(&["scan"]).ended(6);
    assert_eq!(home.run(&["stats", "--json"]).json()["songs"], 2);

    let _mounted = mount(&disk, &home.music()).unwrap();
    watching.wait_for_warning("“Music” is back.\n“Music” is looked at every 60 s");
    assert_eq!(disk.lock().unwrap().opens, opens);
    let report = home.run(&["scan", "--json"]).ended(0).json();
    assert_eq!((&report["same"], &report["seen"]), (&2.into(), &2.into()));
    assert_eq!(disk.lock().unwrap().opens, opens);
    home.run(&["play", "Music/a.wav", "--output", "wav:out.wav"])
        .ended(0);
    watching.signal(Signal::INT);
    watching.end().ended(130);
}

#[test]
fn what_another_machine_writes_is_found_without_an_event() {
    let home = Home::new();
    let disk = disk(&home, &["a.wav"]);
    let Some(_mounted) = mount(&disk, &home.music()) else {
        return;
    };
    home.run(&["scan", text(&home.music())]).ended(0);
    let mut watching = home.start(&["watch", "--poll", "1"]);
    watching.wait_for("scanned 1 = 0 new");
    put_from_elsewhere(&disk, "b.wav", &song(&home, 2));
    watching.wait_for("scanned 2 = 1 new");
    home.run(&["play", "Music/b.wav", "--output", "wav:out.wav"])
        .ended(0);
    watching.signal(Signal::INT);
    watching.end().ended(130);
}

#[test]
#[ignore = "waits as long as a folder may take to answer"]
fn a_mount_that_does_not_answer_is_away() {
    let home = Home::new();
    let disk = disk(&home, &["a.wav"]);
    let Some(_mounted) = mount(&disk, &home.music()) else {
        return;
    };
    home.run(&["scan", text(&home.music())]).ended(0);
    let silence = disk.lock().unwrap();
    home.run(&["root"]).ended(6);
    home.run(&["scan"]).ended(6);
    home.run(&["play", "--output", "null"]).ended(6);
    drop(silence);
    home.run(&["scan"]).ended(0);
}
