//! What a scan does as it is asked to: for one folder, without keeping anything, for everything anew, until it is stopped.

use super::tests::{Shelf, counts, retag};
use super::*;
use std::fs;
use std::sync::Mutex;

#[test]
fn a_scan_of_one_folder_leaves_the_others_alone() {
    let shelf = Shelf::new();
    for name in ["a/1.wav", "a/b/2.wav", "a b/3.wav", "c/4.wav"] {
        shelf.add(name, name.len() as u32);
    }
    shelf.scan();
    fs::remove_dir_all(shelf.path("a")).unwrap();
    fs::remove_dir_all(shelf.path("c")).unwrap();
    let only = |uris: &[&str]| ScanOptions {
        only: uris.iter().map(|uri| Uri::new(*uri)).collect(),
        ..ScanOptions::default()
    };
    let report = shelf.scan_with(&only(&["Music/a/b", "Music/a b", "Music/a/"]));
    assert_eq!(
        (counts(&report), report.songs_total),
        ([0, 0, 0, 1, 0, 2], 2)
    );
    let nowhere = scan(
        &shelf.index,
        &shelf.roots,
        &only(&["Nowhere"]),
        &|_| {},
        &AtomicBool::new(false),
    );
    assert!(matches!(nowhere, Err(LibraryError::NoSuchRoot(name)) if name == "Nowhere"));
}

#[test]
fn a_dry_run_tells_the_same_and_keeps_nothing() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    shelf.scan();
    shelf.add("2.wav", 2);
    fs::rename(shelf.path("1.wav"), shelf.path("one.wav")).unwrap();
    let dry = ScanOptions {
        dry_run: true,
        ..ScanOptions::default()
    };
    let told = counts(&shelf.scan_with(&dry));
    assert_eq!(told, [1, 0, 1, 0, 0, 0]);
    assert_eq!(shelf.reader().stats().unwrap().songs, 1);
    assert_eq!(counts(&shelf.scan()), told);
}

#[test]
fn everything_is_read_again_where_that_is_asked_for() {
    let shelf = Shelf::new();
    let path = shelf.add("1.wav", 1);
    shelf.scan();
    let before = fs::metadata(&path).unwrap().modified().unwrap();
    retag(&path, "Song 2", "Björk", "Album");
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_modified(before)
        .unwrap();
    assert_eq!(shelf.scan().same, 1);
    assert_eq!(shelf.song("1.wav").unwrap().tags.title, "Song 1");
    let full = ScanOptions {
        full: true,
        ..ScanOptions::default()
    };
    assert_eq!(shelf.scan_with(&full).same, 1);
    assert_eq!(shelf.song("1.wav").unwrap().tags.title, "Song 2");
}

#[test]
fn a_scan_that_is_stopped_keeps_what_it_has_and_declares_nothing_gone() {
    let shelf = Shelf::new();
    for n in 0..600 {
        shelf.add(format!("{n}.wav"), n);
    }
    shelf.scan();
    for n in 0..600 {
        retag(&shelf.path(format!("{n}.wav")), "Changed", "", "");
    }
    fs::remove_file(shelf.path("7.wav")).unwrap();
    let stop = AtomicBool::new(false);
    let stop_soon = |progress: Progress| {
        if matches!(progress, Progress::Scanning { read, .. } if read > 0) {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let options = ScanOptions::default();
    let report = scan(&shelf.index, &shelf.roots, &options, &stop_soon, &stop).unwrap();
    assert!(report.stopped && report.changed > 0, "{report:?}");
    assert_eq!(
        report.seen, report.changed,
        "the counts of a part add up too"
    );
    assert_eq!((report.gone, report.songs_total), (0, 600));
    let rest = shelf.scan();
    assert_eq!((rest.same, rest.gone), (report.changed, 1));
}

#[test]
fn files_that_somebody_is_writing_are_left_as_they_are() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    shelf.add("2.wav", 2);
    fs::copy(shelf.path("1.wav"), shelf.path("Track 03")).unwrap();
    let growing = |names: &[&str]| ScanOptions {
        growing: Arc::new(names.iter().map(|name| shelf.path(name)).collect()),
        ..ScanOptions::default()
    };
    let report = shelf.scan_with(&growing(&["2.wav", "Track 03"]));
    assert_eq!(counts(&report), [1, 0, 0, 0, 0, 0]);
    assert_eq!(counts(&shelf.scan()), [2, 0, 0, 1, 0, 0]);
    // What is known stays as it was.
    shelf.add("1.wav", 4);
    let report = shelf.scan_with(&growing(&["1.wav", "Track 03"]));
    assert_eq!(counts(&report), [0, 0, 0, 3, 0, 0]);
    assert_eq!(counts(&shelf.scan()), [0, 1, 0, 2, 0, 0]);
}

#[test]
fn scans_take_turns() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    let never = AtomicBool::new(false);
    let lock = turn::beside(shelf.index.path());
    let turn = turn::take(&lock, Verb::Watch, &|_| {}, &never).unwrap();
    let holding = Mutex::new(turn);
    let let_go = |progress: Progress| {
        if let Progress::Waiting(holder) = progress {
            assert_eq!(holder.unwrap().verb, Verb::Watch);
            assert!(holding.lock().unwrap().take().is_some());
        }
    };
    let options = ScanOptions::default();
    let report = scan(&shelf.index, &shelf.roots, &options, &let_go, &never).unwrap();
    assert_eq!(report.new, 1);
    assert!(holding.lock().unwrap().is_none());
}

#[test]
fn a_file_outside_every_root_is_read_by_itself() {
    let shelf = Shelf::new();
    let path = shelf.add("1.wav", 1);
    let song = read_file(&path, &mut TagReader::new(&ReadIn::ThisProcess))
        .unwrap()
        .whole;
    assert_eq!((song.id, song.title()), (None, "Song 1".to_owned()));
    assert_eq!(song.place.file(), path);
    assert_eq!((song.length_ms, song.format.rate), (Some(300), Some(8_000)));
    shelf.scan();
    assert_eq!(shelf.song("1.wav").unwrap().key, song.key);
    assert!(
        read_file(
            &shelf.path("nothing.wav"),
            &mut TagReader::new(&ReadIn::ThisProcess)
        )
        .is_err()
    );
}

/// A first scan sorts at its end; when it does not come to that, the next scan does it.
#[test]
fn a_first_scan_that_was_killed_leaves_no_index_without_its_orders() {
    let shelf = Shelf::new();
    shelf.add("a.wav", 1);
    let made = || -> usize {
        let sql =
            "SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name LIKE 'song_by_%'";
        let connection = shelf.index.writer().unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    shelf.scan();
    assert_eq!(made(), 4);
    let killed = "DROP INDEX song_by_key; DROP INDEX song_by_title; DROP INDEX song_by_artists; DROP INDEX song_by_album;";
    shelf.index.writer().unwrap().execute_batch(killed).unwrap();
    assert_eq!(made(), 0);
    assert_eq!(shelf.scan().same, 1);
    assert_eq!(made(), 4);
}

/// What is read again and is as it was is left as it is written: its row keeps its place in the full text.
#[test]
fn a_full_scan_writes_only_what_has_changed() {
    let shelf = Shelf::new();
    shelf.add("a.wav", 1);
    let changed = shelf.add("b.wav", 2);
    shelf.scan();
    let titles = |of: &str| -> Vec<String> {
        let connection = shelf.index.writer().unwrap();
        let sql = format!("SELECT title FROM song {of} ORDER BY title");
        let mut statement = connection.prepare(&sql).unwrap();
        let titles = statement.query_map([], |row| row.get(0)).unwrap();
        titles.collect::<Result<_, _>>().unwrap()
    };
    // A mark that no file makes stays where nothing is written.
    let mark = "UPDATE song SET title_folded = title_folded || '!'";
    shelf.index.writer().unwrap().execute_batch(mark).unwrap();
    let modified = fs::metadata(&changed).unwrap().modified().unwrap();
    retag(&changed, "Song 3", "Björk", "Album");
    let file = fs::File::open(&changed).unwrap();
    file.set_modified(modified).unwrap();
    shelf.scan_with(&ScanOptions {
        full: true,
        ..ScanOptions::default()
    });
    assert_eq!(titles(""), ["Song 1", "Song 3"]);
    assert_eq!(titles("WHERE title_folded LIKE '%!'"), ["Song 1"]);
}
