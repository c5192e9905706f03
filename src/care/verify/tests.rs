//! What is done, in which order, and what is done again; with a stand-in for the decoder.

use super::*;
use crate::library::person;
use crate::library::scan::ScanOptions;
use crate::library::scan::tests::write_wav;
use crate::library::worker::ReadIn;
use crate::music::{Blocks, DamageKind, Heard, Level, Measured};
use std::fs::{File, FileTimes};
use std::sync::Mutex;
use std::sync::atomic::Ordering::Relaxed;
use std::time::SystemTime;

/// A library whose files are of different ages, and the names of those that were decoded.
struct Shelf {
    folder: tempfile::TempDir,
    library: Library,
    decoded: Mutex<Vec<String>>,
}

impl Shelf {
    /// The first is the oldest.
    fn new(files: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name);
        std::fs::create_dir(place("Music")).unwrap();
        let shelf = Self {
            library: Library::new(&place("data"), &place("cache"), ReadIn::ThisProcess),
            decoded: Mutex::default(),
            folder,
        };
        for (number, file) in (1..).zip(files) {
            shelf.write(file, number);
        }
        shelf.scan();
        shelf
    }

    fn music(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join("Music")
    }

    fn write(&self, file: &str, number: u32) {
        let path = self.music().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_wav(&path, number);
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000 + u64::from(number));
        let times = FileTimes::new().set_modified(then);
        File::options()
            .write(true)
            .open(path)
            .unwrap()
            .set_times(times)
            .unwrap();
    }

    fn scan(&self) {
        let roots = self
            .library
            .roots_to_scan(&[self.music()], None, false)
            .unwrap();
        let stop = AtomicBool::new(false);
        self.library
            .scan(&roots, ScanOptions::default(), &|_| (), &stop)
            .unwrap();
    }

    /// Files with `bad` in their names are damaged, those with `odd` have no decoder, and one with `last` stops it.
    fn verify(&self, again: bool) -> VerifyReport {
        self.verify_these(None, again, 1)
    }

    fn verify_these(&self, songs: Option<&[Arc<Song>]>, again: bool, jobs: usize) -> VerifyReport {
        let dry_run = false;
        self.verify_so(
            songs,
            &VerifyOptions {
                again,
                jobs,
                dry_run,
            },
        )
    }

    fn verify_so(&self, songs: Option<&[Arc<Song>]>, options: &VerifyOptions) -> VerifyReport {
        self.decoded.lock().unwrap().clear();
        let stop = AtomicBool::new(false);
        let measure = |path: &Path, spans: &[Span], stop: &AtomicBool| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            self.decoded.lock().unwrap().push(name.clone());
            if name.contains("odd") {
                return Err(damage(DamageKind::NoDecoder, None));
            }
            if name.contains("last") {
                stop.store(true, Relaxed);
            }
            Ok(Some(Checked {
                rate: 44_100,
                frames: 9,
                whole: heard(-12.0),
                parts: spans.iter().map(|_| heard(-20.0)).collect(),
                damage: name
                    .contains("bad")
                    .then(|| damage(DamageKind::Stops, Some(61_000)))
                    .into_iter()
                    .collect(),
            }))
        };
        let report = verify_by(&measure, &self.library, songs, options, &|_| (), &stop).unwrap();
        let parts = report.damaged.len() + report.unchecked.len() + report.changed.len();
        assert_eq!(
            report.files,
            report.whole + report.left + parts as u64,
            "{report:?}"
        );
        report
    }

    fn decoded(&self) -> Vec<String> {
        self.decoded.lock().unwrap().clone()
    }

    fn measured(&self, file: &str) -> Option<Measured> {
        let owned = self.library.owned_file(&self.music().join(file)).unwrap();
        self.library.measured_lookup().of(owned.whole.key.unwrap())
    }
}

fn damage(kind: DamageKind, at_ms: Option<u64>) -> Damage {
    let what = "it is broken".into();
    Damage { kind, at_ms, what }
}

fn heard(lufs: f64) -> Heard {
    let mut blocks = Blocks::default();
    blocks.add(lufs);
    Heard {
        level: Level {
            lufs: blocks.integrated(),
            true_peak: 0.9,
        },
        blocks,
    }
}

#[test]
fn the_newest_come_first_and_what_is_known_is_not_done_again() {
    let shelf = Shelf::new(&["old.wav", "bad.wav", "odd.wav", "new.wav"]);
    let report = shelf.verify(false);
    assert_eq!(
        shelf.decoded(),
        ["new.wav", "odd.wav", "bad.wav", "old.wav"]
    );
    assert_eq!((report.files, report.whole, report.known), (4, 2, 0));
    let damaged = Found {
        path: shelf.music().join("bad.wav"),
        damage: vec![damage(DamageKind::Stops, Some(61_000))],
    };
    assert_eq!(report.damaged, [damaged]);
    assert_eq!(report.unchecked[0].path, shelf.music().join("odd.wav"));
    // Damage is told again; what could not be decoded is tried again.
    let second = shelf.verify(false);
    assert_eq!(shelf.decoded(), ["odd.wav"]);
    assert_eq!((second.damaged, second.known), (report.damaged, 3));
    shelf.verify(true);
    assert_eq!(shelf.decoded().len(), 4);
    assert!(shelf.measured("new.wav").unwrap().track.lufs.is_some());
    assert_eq!(shelf.measured("odd.wav"), None);
}

#[test]
fn a_file_that_moves_keeps_its_check_and_a_copy_has_its_own() {
    let shelf = Shelf::new(&["one.wav", "two.wav"]);
    shelf.verify(false);
    std::fs::create_dir(shelf.music().join("new")).unwrap();
    let moved = shelf.music().join("new/three.wav");
    std::fs::rename(shelf.music().join("one.wav"), &moved).unwrap();
    shelf.scan();
    assert_eq!(shelf.verify(false).known, 2);
    // The same bytes, the same time: only decoding tells that they are.
    shelf.write("copy.wav", 1);
    shelf.scan();
    shelf.verify(false);
    assert_eq!(shelf.decoded(), ["copy.wav"]);
    shelf.verify(false);
    assert_eq!(shelf.decoded(), [""; 0]);
}

#[test]
fn what_has_changed_since_the_scan_is_left_to_the_next() {
    let shelf = Shelf::new(&["one.wav", "two.wav"]);
    shelf.verify(false);
    shelf.write("one.wav", 7);
    std::fs::remove_file(shelf.music().join("two.wav")).unwrap();
    let report = shelf.verify(true);
    assert_eq!((report.changed.len(), report.whole), (2, 0));
    assert_eq!(shelf.decoded(), [""; 0]);
    shelf.scan();
    let report = shelf.verify(false);
    assert_eq!((report.files, report.whole, report.known), (1, 1, 0));
}

#[test]
fn it_goes_on_where_it_was_stopped() {
    let shelf = Shelf::new(&["1.wav", "2.wav", "3 last.wav", "4.wav"]);
    let report = shelf.verify(false);
    assert!(report.stopped);
    assert_eq!((report.whole, report.left), (2, 2));
    let rest = shelf.verify(false);
    assert_eq!(shelf.decoded(), ["2.wav", "1.wav"]);
    assert_eq!((rest.whole, rest.known, rest.left), (4, 2, 0));
}

#[test]
fn all_that_was_asked_for_is_done_by_several_threads() {
    let files: Vec<String> = (0..40).map(|number| format!("{number}.wav")).collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let shelf = Shelf::new(&names);
    let report = shelf.verify_these(None, false, 4);
    let mut decoded = shelf.decoded();
    decoded.sort();
    decoded.dedup();
    assert_eq!((report.whole, decoded.len()), (40, 40));
}

#[test]
fn of_songs_that_are_named_only_their_files_are_decoded() {
    let shelf = Shelf::new(&["one.wav", "two.wav", "three.wav"]);
    let outside = shelf.folder.path().join("outside.wav");
    write_wav(&outside, 9);
    let songs: Vec<Arc<Song>> = [shelf.music().join("two.wav"), outside]
        .iter()
        .map(|file| Arc::new(shelf.library.owned_file(file).unwrap().whole))
        .collect();
    let report = shelf.verify_these(Some(&songs), false, 1);
    assert_eq!(shelf.decoded(), ["two.wav", "outside.wav"]);
    assert_eq!(report.whole, 2);
    assert_eq!(shelf.verify_these(Some(&songs), false, 1).known, 2);
}

#[test]
fn a_root_that_is_away_is_told_and_nothing_of_it_is_touched() {
    let shelf = Shelf::new(&["one.wav"]);
    std::fs::rename(shelf.music(), shelf.folder.path().join("elsewhere")).unwrap();
    let report = shelf.verify(false);
    assert_eq!((report.files, report.away), (0, vec!["Music".to_owned()]));
}

#[test]
fn an_error_of_the_database_ends_it_and_no_thread_hangs() {
    let files: Vec<String> = (0..20).map(|number| format!("{number}.wav")).collect();
    let names: Vec<&str> = files.iter().map(String::as_str).collect();
    let shelf = Shelf::new(&names);
    let data = shelf.folder.path().join("data");
    let stop = AtomicBool::new(false);
    // The log under the database is no log any more.
    let measure = |_: &Path, _: &[Span], _: &AtomicBool| {
        let log = File::options()
            .write(true)
            .open(data.join("standin.db-wal"))
            .unwrap();
        log.set_len(0).unwrap();
        std::fs::write(data.join(person::FILE), [0xa5; 4_096]).unwrap();
        Err(damage(DamageKind::Stops, None))
    };
    let options = VerifyOptions {
        again: false,
        jobs: 3,
        dry_run: false,
    };
    let ended = verify_by(&measure, &shelf.library, None, &options, &|_| (), &stop);
    assert!(matches!(ended, Err(LibraryError::Person(_))), "{ended:?}");
}

#[test]
fn a_dry_run_tells_what_is_left_and_writes_nothing() {
    let shelf = Shelf::new(&["old.wav", "bad last.wav", "new.wav"]);
    let stopped = shelf.verify(false);
    assert_eq!((stopped.left, stopped.left_ms), (1, 300));
    let data = shelf.folder.path().join("data");
    let before = std::fs::read(data.join(person::FILE)).unwrap();
    std::fs::rename(
        shelf.music().join("new.wav"),
        shelf.music().join("moved.wav"),
    )
    .unwrap();
    shelf.scan();
    let options = VerifyOptions {
        again: false,
        jobs: 1,
        dry_run: true,
    };
    let report = shelf.verify_so(None, &options);
    assert_eq!(shelf.decoded(), [""; 0]);
    assert_eq!((report.files, report.whole, report.known), (3, 1, 2));
    assert_eq!((report.left, report.left_ms), (1, 300));
    assert_eq!(report.damaged.len(), 1);
    assert_eq!(std::fs::read(data.join(person::FILE)).unwrap(), before);
}
