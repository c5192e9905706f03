//! When songs were added: what a scan notes, what outlives the index, and what waits where `standin.db` cannot be written.

use super::Library;
use super::person::{Kept, now_ms};
use super::scan::ScanOptions;
use super::scan::tests::{retag, write_wav};
use super::worker::ReadIn;
use crate::music::Song;
use std::fs::{self, File};
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

const DAY: Duration = Duration::from_secs(86_400);
const DAY_MS: i64 = 86_400_000;

struct Shelf {
    dir: tempfile::TempDir,
    library: Library,
}

impl Shelf {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("Music")).unwrap();
        let (data, cache) = (dir.path().join("data"), dir.path().join("cache"));
        let library = Library::new(&data, &cache, ReadIn::default());
        Self { dir, library }
    }

    fn music(&self) -> PathBuf {
        self.dir.path().join("Music")
    }

    /// A file that was changed so many days ago.
    fn add(&self, name: &str, pitch: u32, days: u32) -> PathBuf {
        let path = self.music().join(name);
        write_wav(&path, pitch);
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - days * DAY).unwrap();
        path
    }

    fn scan_with(&self, how: ScanOptions) {
        let roots = self
            .library
            .roots_to_scan(&[self.music()], None, false)
            .unwrap();
        let stop = AtomicBool::new(false);
        self.library.scan(&roots, how, &|_| {}, &stop).unwrap();
    }

    fn scan(&self) {
        self.scan_with(ScanOptions::default());
    }

    fn song(&self, name: &str) -> Song {
        let reader = self.library.reader().unwrap();
        reader
            .song_by_file(&self.music().join(name))
            .unwrap()
            .unwrap()
    }

    /// How many days ago the song of a file was added; `None`: that is not kept.
    fn added(&self, name: &str) -> Option<i64> {
        let person = self.library.person_reader().unwrap();
        let column = person.columns(&[Kept::Added]).unwrap().remove(0);
        let added_ms = column.get(self.song(name).key.unwrap())?;
        Some((now_ms() - added_ms) / DAY_MS)
    }
}

#[test]
fn what_was_there_first_came_when_it_was_changed_and_what_comes_later_comes_now() {
    let shelf = Shelf::new();
    let old = shelf.add("old.wav", 1, 900);
    shelf.add("new.wav", 2, 3);
    shelf.scan();
    assert_eq!(
        (shelf.added("old.wav"), shelf.added("new.wav")),
        (Some(900), Some(3))
    );
    // Downloads and rips bring the times of others.
    shelf.add("bought.wav", 3, 2_000);
    shelf.scan();
    assert_eq!(shelf.added("bought.wav"), Some(0));
    // Moved and retagged it is the same song.
    retag(&old, "Other", "Other", "Other");
    fs::rename(&old, shelf.music().join("moved.wav")).unwrap();
    shelf.scan();
    assert_eq!(shelf.added("moved.wav"), Some(900));
    // A file whose sound is another is another song.
    shelf.add("new.wav", 4, 3);
    shelf.scan();
    assert_eq!(shelf.added("new.wav"), Some(0));
    // And the index may go.
    fs::remove_dir_all(shelf.dir.path().join("cache")).unwrap();
    shelf.scan();
    assert_eq!(shelf.added("moved.wav"), Some(900));
    assert_eq!(shelf.added("bought.wav"), Some(0));
}

#[test]
fn a_clock_that_was_wrong_adds_nothing_in_the_future() {
    let shelf = Shelf::new();
    let path = shelf.add("1.wav", 1, 0);
    let file = File::options().write(true).open(path).unwrap();
    file.set_modified(SystemTime::now() + 400 * DAY).unwrap();
    shelf.scan();
    assert_eq!(shelf.added("1.wav"), Some(0));
}

#[test]
fn a_dry_run_keeps_nothing() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1, 5);
    shelf.scan();
    shelf.add("2.wav", 2, 5);
    shelf.scan_with(ScanOptions {
        dry_run: true,
        ..ScanOptions::default()
    });
    let person = shelf.library.person_reader().unwrap();
    let column = person.columns(&[Kept::Added]).unwrap().remove(0);
    assert_eq!(column.iter().count(), 1);
}

#[test]
fn where_it_cannot_be_kept_the_scan_goes_on_and_it_waits() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1, 5);
    shelf.scan();
    shelf.add("2.wav", 2, 5);
    // A folder in the place of the file cannot be opened by anyone, root or not.
    let database = shelf.dir.path().join("data/standin.db");
    let moved = database.with_extension("away");
    let roots = shelf.library.roots_to_scan(&[], None, false).unwrap();
    fs::rename(&database, &moved).unwrap();
    fs::create_dir(&database).unwrap();
    let stop = AtomicBool::new(false);
    let report = shelf
        .library
        .scan(&roots, ScanOptions::default(), &|_| {}, &stop)
        .unwrap();
    assert_eq!(report.new, 1);
    fs::remove_dir(&database).unwrap();
    fs::rename(&moved, &database).unwrap();
    assert_eq!(shelf.added("2.wav"), None);
    shelf.scan();
    assert_eq!(shelf.added("2.wav"), Some(0));
}
