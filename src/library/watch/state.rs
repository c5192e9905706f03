//! What a running watch does with each root, for those who ask from outside. It lies in a file beside the index, written
//! whole or not at all, and counts only while the watch that wrote it holds the lock beside it.

use super::PollReason;
use crate::library::turn::{self, Holder, Turn, Verb};
use crate::library::{Index, LibraryError};
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

/// What is read of the file.
const LONGEST: u64 = 1 << 20;

/// A watch that runs.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Watching {
    /// Its process.
    pub pid: u32,
    /// The roots that it looks after, and how.
    pub roots: Vec<RootWatch>,
}

/// A root that a watch looks after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct RootWatch {
    /// Its name.
    pub root: String,
    /// How.
    pub how: How,
}

/// How a root is looked after.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum How {
    /// Every change is heard of.
    Watched,
    /// The watch is blind, and looks by itself.
    Polled {
        /// How often, in seconds.
        every_s: u64,
        /// Why, in a word or two.
        in_short: String,
        /// Why, as a sentence that stands after the name.
        why: String,
        /// Shell lines that mend it: now, and for good.
        remedy: Vec<String>,
    },
    /// It is not there; the watch waits for it.
    Away,
}

impl How {
    /// A root that is polled.
    pub(super) fn polled(every: Duration, why: &PollReason) -> Self {
        Self::Polled {
            every_s: every.as_secs(),
            in_short: why.in_short().to_owned(),
            why: why.to_string(),
            remedy: why.remedy(),
        }
    }
}

impl Watching {
    /// What it does with a root; `None`: it does not know of it.
    pub fn root(&self, name: &str) -> Option<&How> {
        let root = self.roots.iter().find(|root| root.root == name)?;
        Some(&root.how)
    }
}

/// The watch that keeps this index current now; `None`: none does.
pub fn state(index: &Index) -> Option<Watching> {
    let holder = turn::holder(&lock(index))?;
    let mut text = String::new();
    let file = std::fs::File::open(file(index)).ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    let watching: Watching = serde_json::from_str(&text).ok()?;
    // Else it is what the one before left, and the new one has not written yet.
    (watching.pid == holder.pid).then_some(watching)
}

/// The watch's own end of it.
pub(super) struct Told {
    file: PathBuf,
    last: Option<Watching>,
    _turn: Turn,
}

impl Told {
    /// Waits until no other watch keeps this index current; `None` where it was told to stop.
    pub fn take(
        index: &Index,
        waits: &dyn Fn(Option<Holder>),
        stop: &AtomicBool,
    ) -> Result<Option<Self>, LibraryError> {
        let turn = turn::take(&lock(index), Verb::Watch, waits, stop)?;
        Ok(turn.map(|turn| Self {
            file: file(index),
            last: None,
            _turn: turn,
        }))
    }

    /// Tells what it does. Where that cannot be written, it is told at the next change: the index matters more.
    pub fn tell(&mut self, roots: Vec<RootWatch>) {
        let pid = std::process::id();
        let now = Watching { pid, roots };
        if self.last.as_ref() != Some(&now) && write(&self.file, &now).is_ok() {
            self.last = Some(now);
        }
    }
}

impl Drop for Told {
    fn drop(&mut self) {
        // What is left does not count without the lock.
        let _ = std::fs::remove_file(&self.file);
    }
}

fn write(path: &Path, watching: &Watching) -> std::io::Result<()> {
    let beside = path.with_extension("watch.new");
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(&serde_json::to_vec(watching)?)?;
    std::fs::rename(&beside, path)
}

fn lock(index: &Index) -> PathBuf {
    index.path().with_extension("watch.lock")
}

fn file(index: &Index) -> PathBuf {
    index.path().with_extension("watch")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_is_seen_while_it_runs_and_what_a_dead_one_left_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let index = Index::at(dir.path().join("cache/library.db"));
        assert_eq!(state(&index), None);
        let never = AtomicBool::new(false);
        let mut told = Told::take(&index, &|_| {}, &never).unwrap().unwrap();
        assert_eq!(state(&index), None, "it has told nothing yet");
        let how = How::polled(Duration::from_secs(60), &PollReason::Silent("nfs4".into()));
        let root = "Music".to_owned();
        told.tell(vec![RootWatch { root, how }]);
        let seen = state(&index).unwrap();
        assert_eq!(seen.pid, std::process::id());
        let Some(How::Polled {
            every_s: 60, why, ..
        }) = seen.root("Music")
        else {
            panic!("{seen:?}");
        };
        assert!(why.starts_with("nfs4"));
        assert_eq!(seen.root("Other"), None);
        let left = std::fs::read(file(&index)).unwrap();
        drop(told);
        assert_eq!(state(&index), None);
        // As after a kill: the file is there, the lock is not.
        std::fs::write(file(&index), &left).unwrap();
        assert_eq!(state(&index), None);
        // The next one holds the lock and has not written yet.
        let other = String::from_utf8(left)
            .unwrap()
            .replace("\"pid\":", "\"pid\":1");
        let _told = Told::take(&index, &|_| {}, &never).unwrap().unwrap();
        for text in [other.as_str(), "", "{}", "nonsense"] {
            std::fs::write(file(&index), text).unwrap();
            assert_eq!(state(&index), None, "{text}");
        }
    }
}
