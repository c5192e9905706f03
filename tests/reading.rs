//! Foreign files are read in a worker: what ends it costs its own file and nothing else.

use crate::home::{Home, has, program_path};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use standin::library::scan::{ScanOptions, scan};
use standin::library::worker::ReadIn;
use standin::library::{Index, scan::ScanReport};
use standin::music::Root;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

const MIB: usize = 1 << 20;

/// An MP3 whose title inflates to so many MiB.
fn inflating(mib: usize) -> Vec<u8> {
    let mut title = ZlibEncoder::new(Vec::new(), Compression::fast());
    title.write_all(&[3]).unwrap();
    let block = vec![b'a'; MIB];
    for _ in 0..mib {
        title.write_all(&block).unwrap();
    }
    let title = title.finish().unwrap();
    let syncsafe =
        |n: usize| [n >> 21 & 127, n >> 14 & 127, n >> 7 & 127, n & 127].map(|b| b as u8);
    let frame = [
        b"TIT2".as_slice(),
        &syncsafe(title.len() + 4),
        // Compressed, with the length that it inflates to.
        &[0, 9],
        &syncsafe((mib * MIB).min(0x0fff_ffff)),
        &title,
    ]
    .concat();
    let silence = [&[0xff, 0xfb, 0x10, 0xc0][..], &[0; 100]].concat();
    [
        b"ID3\x04\0\0".as_slice(),
        &syncsafe(frame.len()),
        &frame,
        &silence.repeat(200),
    ]
    .concat()
}

#[test]
fn a_tag_that_inflates_without_end_costs_nothing_but_itself() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    home.tone("z.wav", 2, 5_000);
    fs::write(home.music().join("bomb.mp3"), inflating(600)).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    let told = home.run(&["info", "bomb", "--json"]).ended(0).json();
    assert_eq!(told["title"], "bomb", "the title that does not fit is none");
}

/// A music folder, an index beside it, and workers that are started by way of a script.
struct Shelf {
    dir: tempfile::TempDir,
    root: Arc<Root>,
}

impl Shelf {
    fn new(home: &Home) -> Self {
        let root = Root {
            name: "Music".into(),
            dir: home.music(),
        };
        Self {
            dir: tempfile::tempdir().unwrap(),
            root: Arc::new(root),
        }
    }

    /// A program that does this before anything else.
    fn script(&self, lines: &str) -> PathBuf {
        let path = self.dir.path().join("worker");
        fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        path
    }

    fn scan(&self, program: &Path) -> Result<ScanReport, String> {
        let options = ScanOptions {
            read_in: ReadIn::Workers(program.to_owned()),
            ..ScanOptions::default()
        };
        let index = Index::at(self.dir.path().join("library.db"));
        let roots = [self.root.clone()];
        let scanned = scan(&index, &roots, &options, &|_| {}, &AtomicBool::new(false));
        scanned.map_err(|error| error.to_string())
    }

    fn starts(&self) -> usize {
        let log = fs::read_to_string(self.dir.path().join("log"));
        log.unwrap_or_default().lines().count()
    }
}

#[test]
fn a_file_that_ends_the_worker_is_listed_and_not_tried_again() {
    if !has("python3") {
        return;
    }
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let shelf = Shelf::new(&home);
    let program = shelf.script(&format!(
        "exec '{}' '{}' '{}' '{}' \"$@\"",
        program_path("python3"),
        Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/dying_worker.py")
            .display(),
        env!("CARGO_BIN_EXE_standin"),
        shelf.dir.path().join("log").display(),
    ));
    assert_eq!(shelf.scan(&program).unwrap().new, 1);
    assert_eq!(shelf.starts(), 1);
    assert_eq!(shelf.scan(&program).unwrap().same, 1);
    assert_eq!(shelf.starts(), 1, "nothing was to be read");
    for (number, name) in ["b.wav", "killer.wav", "c.wav", "d.wav"].iter().enumerate() {
        home.tone(name, 2 + number, 5_000);
    }
    let report = shelf.scan(&program).unwrap();
    assert_eq!((report.new, report.same, report.skipped.len()), (3, 1, 1));
    let skip = &report.skipped[0];
    assert!(
        skip.path.ends_with("killer.wav") && skip.reason.contains("ended the reader"),
        "{skip:?}"
    );
    let starts = shelf.starts();
    let report = shelf.scan(&program).unwrap();
    assert_eq!((report.same, report.skipped.len()), (4, 1));
    assert_eq!(
        shelf.starts(),
        starts,
        "it is not tried again until it changes"
    );
    home.tone("killer.wav", 9, 6_000);
    assert_eq!(shelf.scan(&program).unwrap().skipped.len(), 1);
    assert!(shelf.starts() > starts, "now it has changed");
}

#[test]
fn a_worker_that_is_busy_without_end_is_ended_and_its_file_listed() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let shelf = Shelf::new(&home);
    let report = shelf.scan(&shelf.script("while :; do :; done")).unwrap();
    let reason = &report.skipped[0].reason;
    assert!(reason.contains("longer than"), "{reason}");
    let again = shelf
        .scan(Path::new(env!("CARGO_BIN_EXE_standin")))
        .unwrap();
    assert_eq!((again.new, again.skipped.len()), (0, 1));
}

#[test]
fn a_worker_that_waits_for_a_disk_is_ended_and_its_file_tried_again() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let shelf = Shelf::new(&home);
    let report = shelf.scan(&shelf.script("exec /bin/sleep 1000")).unwrap();
    let reason = &report.skipped[0].reason;
    assert!(reason.contains("did not answer"), "{reason}");
    let again = shelf
        .scan(Path::new(env!("CARGO_BIN_EXE_standin")))
        .unwrap();
    assert_eq!((again.new, again.skipped.len()), (1, 0));
}

#[test]
fn a_worker_that_says_anything_else_is_ended() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let shelf = Shelf::new(&home);
    for babble in [
        "echo this is no answer",
        "exit 3",
        "echo; cat >/dev/null; echo",
    ] {
        let program = shelf.script(babble);
        let report = shelf.scan(&program).unwrap();
        assert_eq!(report.skipped.len(), 1, "{babble}");
        fs::remove_file(shelf.dir.path().join("library.db")).unwrap();
    }
}

#[test]
fn without_a_worker_nothing_is_read_and_nothing_is_stored() {
    let home = Home::new();
    home.tone("a.wav", 1, 5_000);
    let shelf = Shelf::new(&home);
    let error = shelf.scan(Path::new("/nowhere/standin")).unwrap_err();
    assert!(error.contains("cannot start the reader of tags"), "{error}");
    let again = shelf
        .scan(Path::new(env!("CARGO_BIN_EXE_standin")))
        .unwrap();
    assert_eq!((again.new, again.skipped.len()), (1, 0));
}
