//! Files that somebody is writing: they wait until they are whole. Pure: the hour comes in as a number of milliseconds.

use super::dirty::Folder;
use crate::music::Root;
use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::sync::Arc;

/// So many files wait; more at a time are taken as they are.
const MOST_FILES: usize = 4_096;
/// So long a file waits: one that is still written is taken as far as it is, and again at its end.
const LONGEST_MS: u64 = 600_000;

/// The files, each with its folder and the time at which it began.
#[derive(Default)]
pub struct Growing(HashMap<Folder, (Folder, u64)>);

impl Growing {
    /// A file has begun; whether it can wait.
    pub fn begin(&mut self, file: Folder, folder: Folder, now_ms: u64) -> bool {
        let has_room = self.0.len() < MOST_FILES;
        if has_room {
            self.0.insert(file, (folder, now_ms));
        }
        has_room
    }

    /// A file is whole, or is no longer there.
    pub fn end(&mut self, file: &Folder) {
        self.0.remove(file);
    }

    /// Events were lost, and an end may be among them.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Files that wait no longer, by their folders.
    pub fn overdue(&mut self, now_ms: u64) -> Vec<Folder> {
        let is_overdue = |since: u64| since + LONGEST_MS <= now_ms;
        let overdue = self.0.extract_if(|_, (_, since)| is_overdue(*since));
        overdue.map(|(_, (folder, _))| folder).collect()
    }

    /// Where they lie.
    pub fn paths(&self, roots: &[Arc<Root>]) -> HashSet<PathBuf> {
        let path = |(root, below): &Folder| roots[*root].dir.join(OsStr::from_bytes(below));
        self.0.keys().map(path).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(path: &str) -> Folder {
        (0, path.as_bytes().to_vec())
    }

    #[test]
    fn a_file_waits_until_its_end_or_its_time() {
        let root = Arc::new(Root {
            name: "Music".into(),
            dir: "/music".into(),
        });
        let mut growing = Growing::default();
        assert!(growing.begin(at("a/1.wav"), at("a"), 0));
        assert!(growing.begin(at("b/2.wav"), at("b"), 1));
        let paths = growing.paths(&[root]);
        assert!(paths.contains(&PathBuf::from("/music/a/1.wav")) && paths.len() == 2);
        growing.end(&at("a/1.wav"));
        assert!(growing.overdue(LONGEST_MS).is_empty());
        assert_eq!(growing.overdue(LONGEST_MS + 1), [at("b")]);
        assert!(growing.overdue(u64::MAX).is_empty());
    }

    #[test]
    fn too_many_are_taken_as_they_are() {
        let mut growing = Growing::default();
        for n in 0..MOST_FILES {
            assert!(growing.begin(at(&n.to_string()), at(""), 0));
        }
        assert!(!growing.begin(at("more"), at(""), 0));
        growing.clear();
        assert!(growing.begin(at("more"), at(""), 0));
    }
}
