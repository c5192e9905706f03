//! Whether there are other music folders than before, for those who run for days. It asks the file's date, and the file only
//! where that is another; it changes nothing.

use super::{FILE, Person};
use crate::music::Root;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The database, and its log of what is not in it yet.
const FILES: [&str; 2] = [FILE, "standin.db-wal"];

/// The size and the time of a file, and which one it is; of one that is not there, nothing.
type Mark = Option<(u64, i64, i64, u64)>;

/// The music folders as they were when they were last asked for.
pub struct RootNews {
    data: PathBuf,
    marks: [Mark; 2],
    roots: Vec<Arc<Root>>,
}

impl RootNews {
    /// What comes after these roots.
    pub fn after(data: &Path, roots: &[Arc<Root>]) -> Self {
        Self {
            data: data.to_owned(),
            // Whatever happened before the first question is asked for then.
            marks: [None; 2],
            roots: roots.to_vec(),
        }
    }

    /// All roots, where they are others than before. What cannot be read now is asked for again.
    pub fn ask(&mut self) -> Option<Vec<Arc<Root>>> {
        let marks = FILES.map(|name| mark(&self.data.join(name)));
        if marks == self.marks {
            return None;
        }
        let roots = Person::look(&self.data).ok()?.roots().ok()?;
        self.marks = marks;
        if roots == self.roots {
            return None;
        }
        self.roots.clone_from(&roots);
        Some(roots)
    }
}

fn mark(file: &Path) -> Mark {
    let data = std::fs::metadata(file).ok()?;
    Some((data.len(), data.mtime(), data.mtime_nsec(), data.ino()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_that_come_and_go_are_told_once() {
        let dir = tempfile::tempdir().unwrap();
        let (data, music) = (dir.path().join("data"), dir.path().join("Music"));
        std::fs::create_dir(&music).unwrap();
        let mut news = RootNews::after(&data, &[]);
        assert_eq!(news.ask(), None);
        let mut person = Person::open(&data).unwrap();
        assert_eq!(news.ask(), None);
        let (root, _) = person.add_root(&music).unwrap();
        assert_eq!(news.ask(), Some(vec![root]));
        assert_eq!(news.ask(), None);
        person.remove_root("Music").unwrap();
        assert_eq!(news.ask(), Some(Vec::new()));
        // What cannot be read tells nothing, and does not stay unasked.
        person.add_root(&music).unwrap();
        drop(person);
        let (file, aside) = (data.join(FILE), dir.path().join("aside"));
        std::fs::rename(&file, &aside).unwrap();
        assert_eq!(news.ask(), None);
        std::fs::rename(&aside, &file).unwrap();
        assert_eq!(news.ask().unwrap().len(), 1);
    }
}
