//! What looking at a music library costs at least: a program that walks it with two threads and parses nothing.
//!
//! `floor read FOLDER` opens every file and reads its first 4 KiB and its last 128 bytes, as any reader of tags must;
//! `floor stat FOLDER` only asks for sizes and times. It prints the number of files and asserts nothing. `benches/scan.py`
//! measures scanners beside it.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

const THREADS: usize = 2;
const HEAD: usize = 4_096;
const TAIL: usize = 128;

/// Folders that wait, and how many are being listed.
#[derive(Default)]
struct Folders {
    waiting: Mutex<(Vec<PathBuf>, usize)>,
    changed: Condvar,
}

impl Folders {
    /// The next one; nothing once all are done.
    fn next(&self) -> Option<PathBuf> {
        let mut waiting = self.waiting.lock().unwrap();
        loop {
            if let Some(folder) = waiting.0.pop() {
                waiting.1 += 1;
                return Some(folder);
            }
            if waiting.1 == 0 {
                return None;
            }
            waiting = self.changed.wait(waiting).unwrap();
        }
    }

    fn done(&self, found: Vec<PathBuf>) {
        let mut waiting = self.waiting.lock().unwrap();
        waiting.0.extend(found);
        waiting.1 -= 1;
        self.changed.notify_all();
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1).filter(|word| word != "--bench");
    let (Some(mode), Some(folder)) = (arguments.next(), arguments.next()) else {
        return println!(
            "The floor was not measured: say `read` or `stat`, and name a music folder"
        );
    };
    let look = if mode == "read" { read } else { stat };
    let folders = Folders::default();
    folders.waiting.lock().unwrap().0.push(folder.into());
    // What was read is counted, so that nothing can be left out as useless.
    let (files, bytes) = (AtomicUsize::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                while let Some(folder) = folders.next() {
                    let (inside, below) = list(&folder);
                    for file in &inside {
                        bytes.fetch_add(look(file), Ordering::Relaxed);
                    }
                    files.fetch_add(inside.len(), Ordering::Relaxed);
                    folders.done(below);
                }
            });
        }
    });
    println!("{} files, {} bytes", files.into_inner(), bytes.into_inner());
}

/// The files of a folder, and the folders in it.
fn list(folder: &Path) -> (Vec<PathBuf>, Vec<PathBuf>) {
    let (mut files, mut folders) = (Vec::new(), Vec::new());
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => folders.push(entry.path()),
            Ok(kind) if kind.is_file() => files.push(entry.path()),
            _ => {}
        }
    }
    (files, folders)
}

fn stat(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |about| about.len())
}

fn read(path: &Path) -> u64 {
    let Ok(file) = File::open(path) else { return 0 };
    let length = file.metadata().map_or(0, |about| about.len());
    let (mut head, mut tail) = ([0; HEAD], [0; TAIL]);
    let head = file.read_at(&mut head, 0).unwrap_or(0);
    let tail_at = length.saturating_sub(TAIL as u64);
    let tail = file.read_at(&mut tail, tail_at).unwrap_or(0);
    (head + tail) as u64
}
