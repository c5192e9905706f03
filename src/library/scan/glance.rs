//! How much music seems to be below a folder, by the names of its files, before anything is indexed. It opens no file, and ends
//! after a moment.

use super::names::{Promise, promise};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use walkdir::{DirEntry, WalkDir};

/// Files and folders that are looked at before it is enough to know that there are many.
const MAX_ENTRIES: usize = 100_000;

/// Music below a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heap {
    /// The folder.
    pub folder: PathBuf,
    /// Files that are music by their name.
    pub files: usize,
    /// Whether there may be more of them: not everything was looked at.
    pub has_more: bool,
}

impl Heap {
    /// Looks no longer than `longest`.
    pub fn glance(folder: &Path, longest: Duration) -> Self {
        let end = Instant::now() + longest;
        let mut heap = Self {
            folder: folder.to_owned(),
            files: 0,
            has_more: false,
        };
        for (at, entry) in WalkDir::new(folder).into_iter().enumerate() {
            if at == MAX_ENTRIES || Instant::now() > end {
                heap.has_more = true;
                break;
            }
            heap.files += usize::from(entry.is_ok_and(|entry| is_music(&entry)));
        }
        heap
    }
}

fn is_music(entry: &DirEntry) -> bool {
    entry.file_type().is_file() && promise(entry.file_name().as_bytes()) == Promise::Music
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_counted_by_their_names_and_a_look_ends() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("deeper")).unwrap();
        for name in ["one.flac", "deeper/two.MP3", "deeper/cover.jpg", "three"] {
            std::fs::write(folder.path().join(name), "").unwrap();
        }
        let heap = Heap::glance(folder.path(), Duration::from_secs(3_600));
        assert_eq!((heap.files, heap.has_more), (2, false));
        let ended = Heap::glance(folder.path(), Duration::ZERO);
        assert!(ended.has_more);
        assert_eq!(
            Heap::glance(&folder.path().join("nowhere"), Duration::from_secs(1)).files,
            0
        );
    }
}
