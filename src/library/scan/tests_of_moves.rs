//! What a scan makes of files that were moved or renamed: it reads nothing of them, and what it then knows is what a fresh
//! scan finds.

use super::known::path_hash;
use super::tests::{Shelf, retag, write_wav};
use super::*;
use std::fs::{self, File};
use std::sync::atomic::AtomicU64;

/// A scan, and how many files it read.
fn scan_and_count(shelf: &Shelf) -> (ScanReport, u64) {
    let most = AtomicU64::new(0);
    let progress = |progress: Progress| {
        if let Progress::Scanning { read, .. } = progress {
            most.fetch_max(read, Ordering::Relaxed);
        }
    };
    let (options, stop) = (ScanOptions::default(), AtomicBool::new(false));
    let report = scan(&shelf.index, &shelf.roots, &options, &progress, &stop).unwrap();
    (report, most.into_inner())
}

fn rename(shelf: &Shelf, from: &str, to: &str) {
    fs::create_dir_all(shelf.path(to).parent().unwrap()).unwrap();
    fs::rename(shelf.path(from), shelf.path(to)).unwrap();
}

/// A song of which only its path tells anything.
fn add_untagged(shelf: &Shelf, name: &str, pitch: u32) {
    fs::create_dir_all(shelf.path(name).parent().unwrap()).unwrap();
    write_wav(&shelf.path(name), pitch);
}

/// Changes what a file says where nobody can see it from outside: its inode, size and time stay.
fn change_unseen(shelf: &Shelf, name: &str) {
    let path = shelf.path(name);
    let before = fs::metadata(&path).unwrap();
    let other = shelf.path("../other.wav");
    fs::copy(&path, &other).unwrap();
    retag(&other, "SONG 1", "Björk", "Album");
    let bytes = fs::read(&other).unwrap();
    assert_eq!(bytes.len() as u64, before.len());
    fs::write(&path, bytes).unwrap();
    let file = File::options().write(true).open(&path).unwrap();
    file.set_modified(before.modified().unwrap()).unwrap();
}

/// The index tells of the files what one tells that knows nothing yet.
#[track_caller]
fn assert_as_fresh(shelf: &Shelf) {
    let fresh = Shelf::over(shelf);
    fresh.scan();
    assert_eq!(shelf.dump(), fresh.dump());
    let (known, found) = (shelf.scan(), fresh.scan());
    assert_eq!((known.same, known.new), (found.same, 0));
}

#[test]
fn nothing_is_read_of_what_was_only_moved() {
    let shelf = Shelf::new();
    (1..=3).for_each(|n| drop(shelf.add(format!("a/{n}.wav"), n)));
    assert_eq!(scan_and_count(&shelf).1, 3);
    let before = shelf.song("a/1.wav").unwrap();
    change_unseen(&shelf, "a/1.wav");
    rename(&shelf, "a", "deep/b");
    rename(&shelf, "deep/b/3.wav", "deep/three.wav");
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, report.seen, read), (3, 3, 0));
    let after = shelf.song("deep/b/1.wav").unwrap();
    assert_eq!((after.id, after.key), (before.id, before.key));
    assert_eq!(after.tags.title, "Song 1");
    assert_eq!(shelf.song("a/1.wav"), None);
    // It is asked for: everything is read.
    let full = ScanOptions {
        full: true,
        ..ScanOptions::default()
    };
    rename(&shelf, "deep/b/1.wav", "1.wav");
    assert_eq!(shelf.scan_with(&full).moved, 1);
    assert_eq!(shelf.song("1.wav").unwrap().tags.title, "SONG 1");
}

#[test]
fn what_its_path_told_is_told_anew() {
    let shelf = Shelf::new();
    add_untagged(&shelf, "Nirvana/1991 - Nevermind/03 Lithium.wav", 1);
    add_untagged(&shelf, "Nirvana/1991 - Nevermind/04 Breed.wav", 2);
    shelf.scan();
    let id = |name: &str| shelf.song(name).unwrap().id;
    let lithium = id("Nirvana/1991 - Nevermind/03 Lithium.wav");
    rename(
        &shelf,
        "Nirvana/1991 - Nevermind/03 Lithium.wav",
        "Björk/1993 - Debut/CD2/07 Venus.wav",
    );
    rename(&shelf, "Nirvana/1991 - Nevermind/04 Breed.wav", "Breed.wav");
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, read), (2, 0));
    assert_eq!(id("Björk/1993 - Debut/CD2/07 Venus.wav"), lithium);
    let fresh = Shelf::over(&shelf);
    fresh.scan();
    for name in ["Björk/1993 - Debut/CD2/07 Venus.wav", "Breed.wav"] {
        let (known, found) = (shelf.song(name).unwrap(), fresh.song(name).unwrap());
        assert_eq!(known.tags, found.tags, "{name}");
    }
    let found = |words: &str| shelf.reader().search(words, 9).unwrap().len();
    assert_eq!(
        (found("lithium"), found("nevermind"), found("nirvana")),
        (0, 0, 0)
    );
    assert_eq!(
        (found("bjork venus"), found("debut"), found("breed")),
        (1, 1, 1)
    );
}

#[test]
fn a_hard_link_is_no_move() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    shelf.scan();
    fs::hard_link(shelf.path("1.wav"), shelf.path("2.wav")).unwrap();
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.new, report.same, report.moved, read), (1, 1, 0, 1));
    // Of two rows of one inode it is the one whose place is empty.
    let kept = shelf.song("1.wav").unwrap().id;
    let moved = shelf.song("2.wav").unwrap().id;
    rename(&shelf, "2.wav", "3.wav");
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.same, report.moved, read), (1, 1, 0));
    assert_eq!(shelf.song("1.wav").unwrap().id, kept);
    assert_eq!(shelf.song("3.wav").unwrap().id, moved);
    // Both at once, and a third name: two rows go on.
    rename(&shelf, "1.wav", "a/1.wav");
    rename(&shelf, "3.wav", "a/3.wav");
    fs::hard_link(shelf.path("a/1.wav"), shelf.path("a/4.wav")).unwrap();
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, report.new, report.gone, read), (2, 1, 0, 1));
    assert_as_fresh(&shelf);
}

#[test]
fn what_was_retagged_too_is_read_and_known_by_its_audio() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    shelf.scan();
    let id = shelf.song("1.wav").unwrap().id;
    rename(&shelf, "1.wav", "a/one.wav");
    retag(
        &shelf.path("a/one.wav"),
        "Another and longer title",
        "Someone",
        "Elsewhere",
    );
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, report.new, read), (1, 0, 1));
    let song = shelf.song("a/one.wav").unwrap();
    assert_eq!(
        (song.id, song.tags.title.as_str()),
        (id, "Another and longer title")
    );
    // As to another disk: the inode is another, and it is the one that the row has from now on.
    fs::copy(shelf.path("a/one.wav"), shelf.path("copy.wav")).unwrap();
    fs::remove_file(shelf.path("a/one.wav")).unwrap();
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, read), (1, 1));
    rename(&shelf, "copy.wav", "b/one.wav");
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, read), (1, 0));
    assert_eq!(shelf.song("b/one.wav").unwrap().id, id);
}

#[test]
fn a_place_that_another_file_has_taken_is_not_left() {
    let shelf = Shelf::new();
    (1..=6).for_each(|n| drop(shelf.add(format!("{n}.wav"), n)));
    shelf.scan();
    // Two change names …
    rename(&shelf, "1.wav", "aside.wav");
    rename(&shelf, "2.wav", "1.wav");
    rename(&shelf, "aside.wav", "2.wav");
    // … one goes, and another takes its place …
    rename(&shelf, "4.wav", "five.wav");
    rename(&shelf, "3.wav", "4.wav");
    // … and one goes over another.
    rename(&shelf, "5.wav", "6.wav");
    shelf.scan();
    assert_as_fresh(&shelf);
    let title = |name: &str| shelf.song(name).unwrap().tags.title;
    assert_eq!(
        (title("1.wav"), title("2.wav")),
        ("Song 2".into(), "Song 1".into())
    );
    assert_eq!(
        (title("4.wav"), title("five.wav")),
        ("Song 3".into(), "Song 4".into())
    );
    assert_eq!(title("6.wav"), "Song 5");
}

#[test]
fn a_place_of_a_file_that_has_long_been_gone_is_taken_without_reading() {
    let shelf = Shelf::new();
    (1..=3).for_each(|n| drop(shelf.add(format!("{n}.wav"), n)));
    shelf.scan();
    let id = |name: &str| shelf.song(name).unwrap().id;
    let (one, two) = (id("1.wav"), id("2.wav"));
    let aside = shelf.path("../aside.wav");
    fs::rename(shelf.path("2.wav"), &aside).unwrap();
    assert_eq!(shelf.scan().gone, 1);
    rename(&shelf, "1.wav", "2.wav");
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, report.new, report.gone, read), (1, 0, 0, 0));
    assert_eq!(id("2.wav"), one);
    assert_as_fresh(&shelf);
    // The row that left its place is there for its own file, at the place that it was given …
    fs::rename(&aside, shelf.path("1.wav")).unwrap();
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.new, read), (1, 1));
    assert_as_fresh(&shelf);
    // … and elsewhere, in the very scan in which its place is taken.
    assert_eq!(id("1.wav"), two);
    fs::rename(shelf.path("1.wav"), &aside).unwrap();
    assert_eq!(shelf.scan().gone, 1);
    rename(&shelf, "3.wav", "1.wav");
    fs::rename(&aside, shelf.path("elsewhere.wav")).unwrap();
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, report.new, read), (2, 0, 1));
    assert_eq!(id("elsewhere.wav"), two);
    assert_as_fresh(&shelf);
}

#[test]
fn files_move_between_roots_and_no_root_that_is_away_has_lost_them() {
    let mut shelf = Shelf::new();
    let dir = shelf.path("../more");
    fs::create_dir(&dir).unwrap();
    shelf.roots.push(Arc::new(Root {
        name: "More".into(),
        dir: dir.clone(),
    }));
    for n in 1..=4 {
        add_untagged(&shelf, &format!("Artist/2001 - Album/0{n} Song.wav"), n);
    }
    shelf.scan();
    fs::rename(shelf.path("Artist"), dir.join("Artist")).unwrap();
    // The other root is empty now, and so it is away: nobody knows what became of its files.
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.away.len(), report.new, read), (1, 4, 4));
    add_untagged(&shelf, "here.wav", 9);
    shelf.scan();
    fs::rename(dir.join("Artist/2001 - Album"), shelf.path("Album")).unwrap();
    write_wav(&dir.join("there.wav"), 8);
    let (report, read) = scan_and_count(&shelf);
    assert_eq!((report.moved, report.new, read), (4, 1, 1));
    assert_as_fresh(&shelf);
}

#[test]
fn what_is_cut_by_a_sheet_or_comes_to_one_is_cut_at_its_new_place() {
    let shelf = Shelf::new();
    let sheet = "FILE \"cd.wav\" WAVE\nTRACK 01 AUDIO\nINDEX 01 00:00:00\nTRACK 02 AUDIO\nINDEX 01 00:00:10\n";
    shelf.add("a/cd.wav", 1);
    fs::write(shelf.path("a/cd.cue"), sheet).unwrap();
    shelf.add("whole.wav", 2);
    shelf.scan();
    assert_eq!(shelf.reader().song_count().unwrap(), 3);
    rename(&shelf, "a", "b");
    shelf.scan();
    assert_as_fresh(&shelf);
    // Its file leaves it, and another takes the name that it says.
    rename(&shelf, "b/cd.wav", "was cut.wav");
    shelf.scan();
    assert_as_fresh(&shelf);
    rename(&shelf, "whole.wav", "b/cd.wav");
    shelf.scan();
    assert_as_fresh(&shelf);
    assert_eq!(shelf.reader().song_count().unwrap(), 3);
}

#[test]
fn a_name_that_promises_something_else_is_looked_into() {
    let shelf = Shelf::new();
    (1..=3).for_each(|n| drop(shelf.add(format!("{n}.wav"), n)));
    fs::write(shelf.path("broken.mp3"), "no music").unwrap();
    shelf.add("Track", 4);
    shelf.scan();
    rename(&shelf, "1.wav", "1.mp3");
    rename(&shelf, "2.wav", "2.jpg");
    rename(&shelf, "3.wav", ".hidden.wav");
    rename(&shelf, "broken.mp3", "still broken.mp3");
    rename(&shelf, "Track", "Track of another name");
    let (report, read) = scan_and_count(&shelf);
    // The one of another extension, and the one that is none.
    assert_eq!((read, report.skipped.len()), (2, 1));
    assert_as_fresh(&shelf);
}

#[test]
fn a_row_that_has_gone_elsewhere_is_not_seen_at_its_old_place() {
    let shelf = Shelf::new();
    (1..=2).for_each(|n| drop(shelf.add(format!("{n}.wav"), n)));
    shelf.scan();
    let connection = shelf.index.writer().unwrap();
    let all = Scope {
        root_id: 1,
        below: Vec::new(),
    };
    let known = Known::load(&connection, &[all]).unwrap();
    let row = |name: &[u8]| &known.rows[&path_hash(1, name)];
    assert!(row(b"1.wav").take_away());
    assert!(!row(b"1.wav").see() && !row(b"1.wav").take_away());
    assert!(row(b"2.wav").see() && row(b"2.wav").see());
    assert!(!row(b"2.wav").take_away());
    assert!(known.unseen().is_empty());
}
