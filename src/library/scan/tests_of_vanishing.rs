//! What a scan does where much has vanished at once, and where a disk is not mounted.

use super::tests::Shelf;
use super::*;
use std::fs;
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

const PRUNE: fn() -> ScanOptions = || ScanOptions {
    prune: true,
    ..ScanOptions::default()
};

/// Twenty songs in two folders, scanned.
fn shelf() -> Shelf {
    let shelf = Shelf::new();
    for number in 1..=20 {
        let folder = if number <= 8 { "a" } else { "b" };
        shelf.add(format!("{folder}/{number}.wav"), number);
    }
    assert_eq!(shelf.scan().new, 20);
    shelf
}

fn songs(shelf: &Shelf) -> u64 {
    shelf.reader().song_count().unwrap()
}

#[test]
fn more_than_a_fifth_is_kept_until_it_is_meant() {
    let shelf = shelf();
    fs::remove_dir_all(shelf.path("a")).unwrap();
    let report = shelf.scan();
    assert_eq!((report.gone, songs(&shelf)), (0, 20));
    let held: Vec<_> = report
        .held
        .iter()
        .map(|held| (held.files, held.of))
        .collect();
    assert_eq!(held, [(8, 20)]);
    assert_eq!(report.held[0].root.name, "Music");
    // It stays so, however often it is looked at, and a dry run of pruning changes nothing.
    assert_eq!(shelf.scan().held.len(), 1);
    let dry = ScanOptions {
        dry_run: true,
        ..PRUNE()
    };
    let told = shelf.scan_with(&dry);
    assert_eq!((told.gone, told.forgotten, songs(&shelf)), (8, 8, 20));
    let report = shelf.scan_with(&PRUNE());
    assert_eq!((report.gone, report.forgotten, songs(&shelf)), (8, 8, 12));
    assert!(report.held.is_empty());
    assert_eq!(shelf.reader().stats().unwrap().gone, 0);
}

#[test]
fn what_comes_back_was_never_away() {
    let shelf = shelf();
    let (here, there) = (shelf.path("a"), shelf.path("../elsewhere"));
    fs::rename(&here, &there).unwrap();
    assert_eq!(shelf.scan().held.len(), 1);
    fs::rename(&there, &here).unwrap();
    let report = shelf.scan();
    assert_eq!((report.same, report.new, report.held.len()), (20, 0, 0));
}

#[test]
fn a_few_files_and_a_fifth_go_without_a_question() {
    let shelf = shelf();
    (1..=4).for_each(|number| fs::remove_file(shelf.path(format!("a/{number}.wav"))).unwrap());
    let report = shelf.scan();
    assert_eq!((report.gone, report.held.len()), (4, 0));
}

#[test]
fn what_has_moved_has_not_vanished() {
    let shelf = shelf();
    fs::rename(shelf.path("a"), shelf.path("c")).unwrap();
    let report = shelf.scan();
    assert_eq!((report.moved, report.gone, report.held.len()), (8, 0, 0));
    assert_eq!(songs(&shelf), 20);
}

/// Scans only these folders.
fn scan_parts(shelf: &Shelf, folders: &[&str]) -> ScanReport {
    let uri = |folder: &&str| Uri::new(format!("Music/{folder}").into_bytes());
    shelf.scan_with(&ScanOptions {
        only: folders.iter().map(uri).collect(),
        ..ScanOptions::default()
    })
}

#[test]
fn what_moves_in_pieces_has_not_vanished_either() {
    let shelf = shelf();
    // Its new place is looked at first, as after a copy …
    fs::create_dir(shelf.path("c")).unwrap();
    for number in 1..=8 {
        let [from, to] = ["a", "c"].map(|folder| shelf.path(format!("{folder}/{number}.wav")));
        fs::copy(from, to).unwrap();
    }
    assert_eq!(scan_parts(&shelf, &["c"]).new, 8);
    fs::remove_dir_all(shelf.path("a")).unwrap();
    let report = scan_parts(&shelf, &["a"]);
    assert_eq!((report.gone, report.held.len()), (8, 0));
    assert_eq!(songs(&shelf), 20);
    // … or its old one.
    fs::rename(shelf.path("c"), shelf.path("d")).unwrap();
    assert_eq!(scan_parts(&shelf, &["c"]).held.len(), 1);
    assert_eq!(scan_parts(&shelf, &["d"]).moved, 8);
    assert_eq!(scan_parts(&shelf, &["c"]).held.len(), 0);
    // Or its new one, which tells of the old one.
    fs::rename(shelf.path("d"), shelf.path("e")).unwrap();
    assert_eq!(scan_parts(&shelf, &["e"]).moved, 8);
    assert_eq!(scan_parts(&shelf, &["d"]).gone, 0);
    assert!(shelf.scan().held.is_empty());
    assert_eq!(songs(&shelf), 20);
}

#[test]
fn copies_that_vanish_together_are_held() {
    let shelf = shelf();
    for number in 1..=8 {
        let copy = shelf.path(format!("a/copy of {number}.wav"));
        fs::copy(shelf.path(format!("a/{number}.wav")), copy).unwrap();
    }
    assert_eq!(shelf.scan().new, 8);
    fs::remove_dir_all(shelf.path("a")).unwrap();
    let report = shelf.scan();
    assert_eq!((report.gone, report.held[0].files), (0, 16));
}

#[test]
fn pruning_forgets_what_has_long_been_gone() {
    let shelf = shelf();
    fs::remove_file(shelf.path("a/1.wav")).unwrap();
    assert_eq!(shelf.scan().gone, 1);
    let report = shelf.scan_with(&PRUNE());
    assert_eq!((report.gone, report.forgotten), (0, 1));
    assert_eq!(shelf.reader().stats().unwrap().gone, 0);
}

/// The index says that the root lay on a disk of its own, which is not mounted: what lies there is not that disk.
fn on_a_disk_that_is_not_mounted(shelf: &Shelf) {
    let point = shelf.roots[0].dir.clone();
    let connection = shelf.index.writer().unwrap();
    let sql = "UPDATE root SET mounted_at = ?1";
    connection
        .execute(sql, [point.into_os_string().into_vec()])
        .unwrap();
}

#[test]
fn a_folder_whose_disk_is_not_mounted_is_away() {
    let shelf = shelf();
    let noted = shelf.reader().disk_of("Music").unwrap();
    assert_eq!(noted, Disk::of(&shelf.roots[0].dir));
    on_a_disk_that_is_not_mounted(&shelf);
    fs::rename(&shelf.roots[0].dir, shelf.path("../aside")).unwrap();
    shelf.add("lies below the mount.wav", 99);
    let report = shelf.scan();
    let away: Vec<&PathBuf> = report.away.iter().map(|root| &root.dir).collect();
    assert_eq!(away, [&shelf.roots[0].dir]);
    assert_eq!((report.gone, songs(&shelf)), (0, 20));
    // Somebody says that this is the folder now.
    let report = shelf.scan_with(&PRUNE());
    assert_eq!((report.away.len(), report.gone, songs(&shelf)), (0, 20, 1));
    assert_eq!(shelf.scan().same, 1);
}

#[test]
fn a_folder_that_holds_its_files_is_here_whatever_was_mounted_meanwhile() {
    let shelf = shelf();
    on_a_disk_that_is_not_mounted(&shelf);
    fs::remove_file(shelf.path("a/1.wav")).unwrap();
    let report = shelf.scan();
    assert_eq!((report.away.len(), report.gone, report.same), (0, 1, 19));
    let noted = shelf.reader().disk_of("Music").unwrap();
    assert_eq!(noted, Disk::of(&shelf.roots[0].dir));
}

#[test]
fn a_folder_on_another_disk_at_the_same_place_is_away() {
    let shelf = shelf();
    let noted = shelf.reader().disk_of("Music").unwrap().unwrap();
    let Some(id) = noted.id else {
        return println!("skipped: the file system here has no name");
    };
    let renamed = |id: u64| {
        let connection = shelf.index.writer().unwrap();
        let sql = "UPDATE root SET disk = ?1";
        connection.execute(sql, [id.cast_signed()]).unwrap();
    };
    renamed(id ^ 1);
    assert_eq!(
        shelf.scan().same,
        20,
        "its files are there: only the name is new"
    );
    assert_eq!(shelf.reader().disk_of("Music").unwrap(), Some(noted));
    renamed(id ^ 1);
    fs::rename(&shelf.roots[0].dir, shelf.path("../aside")).unwrap();
    shelf.add("of another disk.wav", 99);
    let report = shelf.scan();
    assert_eq!((report.away.len(), report.gone, songs(&shelf)), (1, 0, 20));
}
