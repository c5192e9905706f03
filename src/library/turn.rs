//! Taking turns: whoever holds a lock file has the turn and writes into it who he is, so that the others can say for whom
//! they wait. The lock ends with its process, however that ends; what the file says counts only while it is held.

use super::LibraryError;
use std::fs::{File, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often one who waits looks again, and listens to `stop`.
const LOOK_AGAIN: Duration = Duration::from_millis(50);
/// So often one looks before it is said that one waits: most turns are over by then.
const LOOKS_UNTOLD: u32 = 10;
/// What is read of a lock file.
const LONGEST: u64 = 64;

/// What has the turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Verb {
    /// A scan that a person asked for.
    #[default]
    Scan,
    /// A watch.
    Watch,
}

impl Verb {
    const ALL: [Self; 2] = [Self::Scan, Self::Watch];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Watch => "watch",
        }
    }
}

/// Who has the turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Holder {
    /// What it does.
    pub verb: Verb,
    /// Its process.
    pub pid: u32,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`standin {}` (process {})", self.verb.name(), self.pid)
    }
}

/// The turn, until it is dropped.
pub struct Turn(#[expect(dead_code, reason = "held for its lock")] File);

/// Waits for the turn, and tells `waits` once for whom; `None` where it was told to stop.
pub fn take(
    path: &Path,
    verb: Verb,
    waits: &dyn Fn(Option<Holder>),
    stop: &AtomicBool,
) -> Result<Option<Turn>, LibraryError> {
    let failed = |source| LibraryError::Lock {
        path: path.to_owned(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let mut file = File::options()
        .create(true)
        .truncate(false)
        .read(true)
        .write(true)
        .open(path)
        .map_err(failed)?;
    let mut looks = 0;
    while !stop.load(Ordering::Relaxed) {
        match file.try_lock() {
            Ok(()) => {
                // Where nothing can be written, the others wait for somebody unknown.
                let _ = sign(&mut file, verb);
                return Ok(Some(Turn(file)));
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
            Err(TryLockError::WouldBlock) => {}
        }
        looks += 1;
        if looks == LOOKS_UNTOLD {
            waits(signed(path));
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Ok(None)
}

/// Who has the turn now.
pub fn holder(path: &Path) -> Option<Holder> {
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => signed(path),
        _ => None,
    }
}

/// The lock that lies beside a file.
pub fn beside(path: &Path) -> PathBuf {
    path.with_extension("lock")
}

fn sign(file: &mut File, verb: Verb) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{} {}", verb.name(), std::process::id())
}

fn signed(path: &Path) -> Option<Holder> {
    let mut text = String::new();
    let file = File::open(path).ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    let (name, pid) = text.trim_end().split_once(' ')?;
    let verb = Verb::ALL.into_iter().find(|verb| verb.name() == name)?;
    let pid = pid.parse().ok()?;
    Some(Holder { verb, pid })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    fn take_at_once(path: &Path, verb: Verb) -> Turn {
        let unexpected = |holder| panic!("it waits for {holder:?}");
        let turn = take(path, verb, &unexpected, &AtomicBool::new(false));
        turn.unwrap().unwrap()
    }

    #[test]
    fn one_who_waits_is_told_for_whom_and_who_stops_waits_no_longer() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("new/library.lock");
        assert_eq!(holder(&path), None);
        let turn = take_at_once(&path, Verb::Watch);
        let pid = std::process::id();
        let verb = Verb::Watch;
        assert_eq!(holder(&path), Some(Holder { verb, pid }));
        let (stop, told) = (AtomicBool::new(false), Cell::new(0));
        let waits = |holder: Option<Holder>| {
            let text = holder.unwrap().to_string();
            assert_eq!(text, format!("`standin watch` (process {pid})"));
            told.set(told.get() + 1);
            stop.store(true, Ordering::Relaxed);
        };
        let taken = take(&path, Verb::Scan, &waits, &stop).unwrap();
        assert!(taken.is_none());
        assert_eq!(told.get(), 1);
        drop(turn);
        // What stands in the file is nobody any more.
        assert_eq!(holder(&path), None);
        drop(take_at_once(&path, Verb::Scan));
    }

    #[test]
    fn a_file_that_says_nonsense_is_a_lock_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("library.lock");
        for text in ["", "scan", "dance 3", "scan -3", "\u{1b}[0m 1"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(signed(&path), None, "{text:?}");
        }
        std::fs::write(&path, "scan ".repeat(1_000)).unwrap();
        drop(take_at_once(&path, Verb::Watch));
    }
}
