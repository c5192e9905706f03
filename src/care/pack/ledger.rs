//! What a pack has written, kept on the stick itself: a line for each file before it gets its final name, synced. So a pack
//! that was stopped goes on, and nothing is ever removed that somebody else put there. It opens no other file.
//!
//! The stick may come from anywhere: a path that leaves it, and a line that is no line of ours, are as not there.

use super::PackError;
use crate::library::Stamp;
use crate::music::RelPath;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// Its name on the stick.
pub(super) const FILE: &str = "standin-pack.jsonl";

/// What is read of it at most, in bytes: more than that of a million files.
const MAX_BYTES: u64 = 1 << 30;

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Below the stick's folder.
    pub path: String,
    /// What it is: the key of its audio, or what else no other file has.
    pub id: String,
    /// BLAKE3 of its content, in hexadecimal digits.
    pub hash: String,
    /// As it was on the stick once it was written.
    pub stamp: Stamp,
    /// As its source was.
    pub source: Option<Stamp>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    /// A file is, or is about to be, written.
    Wrote(Entry),
    /// It was removed again.
    Gone(String),
    /// A folder was made.
    Folder(String),
    /// It was removed again.
    FolderGone(String),
    /// A playlist of the home on the stick, with the hash of its rows; without one it is gone.
    Playlist(String, Option<String>),
}

/// The list, open and locked: of two packs onto one stick the second is refused.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    /// `None`: nothing is written down.
    file: Option<File>,
    files: BTreeMap<String, Entry>,
    /// What a path had before: where the power went, it has it still.
    earlier: BTreeMap<String, Entry>,
    folders: BTreeSet<String>,
    playlists: BTreeMap<String, String>,
}

impl Ledger {
    /// Reads the list of this stick, and begins one where there is none; with `rehearses` nothing is written.
    pub fn open(stick: &Path, rehearses: bool) -> Result<Self, PackError> {
        let path = stick.join(FILE);
        let failed = |source| PackError::Stick {
            path: path.clone(),
            source,
        };
        let mut options = File::options();
        options.read(true);
        if !rehearses {
            options.append(true).create(true);
        }
        let file = match options.open(&path) {
            Err(error) if rehearses && error.kind() == std::io::ErrorKind::NotFound => None,
            file => Some(file.map_err(failed)?),
        };
        let mut ledger = Self {
            path: path.clone(),
            file,
            files: BTreeMap::new(),
            earlier: BTreeMap::new(),
            folders: BTreeSet::new(),
            playlists: BTreeMap::new(),
        };
        if let Some(file) = &ledger.file {
            if !rehearses {
                match file.try_lock() {
                    Err(TryLockError::WouldBlock) => return Err(PackError::Busy),
                    // A file system without locks holds one pack as well.
                    Ok(()) | Err(TryLockError::Error(_)) => {}
                }
            }
            let file = file.try_clone().map_err(failed)?;
            ledger.read(file).map_err(failed)?;
        }
        if rehearses {
            ledger.file = None;
        }
        Ok(ledger)
    }

    fn read(&mut self, mut file: File) -> std::io::Result<()> {
        file.seek(SeekFrom::Start(0))?;
        let mut reader = BufReader::new(file.take(MAX_BYTES));
        let mut line = Vec::new();
        let mut is_ended = true;
        while reader.read_until(b'\n', &mut line)? > 0 {
            is_ended = line.ends_with(b"\n");
            // A line that was cut off when the stick was pulled out told of a file that never got its name.
            if let Ok(said) = serde_json::from_slice(&line) {
                self.take(said);
            }
            line.clear();
        }
        match &mut self.file {
            Some(file) if !is_ended => file.write_all(b"\n"),
            _ => Ok(()),
        }
    }

    fn take(&mut self, line: Line) {
        match line {
            Line::Wrote(entry) if is_below(&entry.path) => {
                if let Some(earlier) = self.files.insert(entry.path.clone(), entry) {
                    self.earlier.insert(earlier.path.clone(), earlier);
                }
            }
            Line::Folder(path) if is_below(&path) => {
                self.folders.insert(path);
            }
            Line::Wrote(_) | Line::Folder(_) => {}
            Line::Gone(path) => {
                self.files.remove(&path);
                self.earlier.remove(&path);
            }
            Line::FolderGone(path) => drop(self.folders.remove(&path)),
            Line::Playlist(name, Some(hash)) => drop(self.playlists.insert(name, hash)),
            Line::Playlist(name, None) => drop(self.playlists.remove(&name)),
        }
    }

    fn tell(&mut self, line: Line) -> Result<(), PackError> {
        if let Some(file) = &mut self.file {
            let mut bytes = serde_json::to_vec(&line).unwrap_or_default();
            bytes.push(b'\n');
            let written = file.write_all(&bytes).and_then(|()| file.sync_data());
            written.map_err(|source| PackError::of_writing(&self.path, source))?;
        }
        self.take(line);
        Ok(())
    }

    /// A file is about to get its name.
    pub fn wrote(&mut self, entry: Entry) -> Result<(), PackError> {
        self.tell(Line::Wrote(entry))
    }

    /// A file was removed.
    pub fn removed(&mut self, path: &str) -> Result<(), PackError> {
        self.tell(Line::Gone(path.to_owned()))
    }

    /// A folder was made.
    pub fn made(&mut self, folder: &str) -> Result<(), PackError> {
        self.tell(Line::Folder(folder.to_owned()))
    }

    /// A folder was removed.
    pub fn unmade(&mut self, folder: &str) -> Result<(), PackError> {
        self.tell(Line::FolderGone(folder.to_owned()))
    }

    /// A playlist of the home is this one, or gone.
    pub fn playlist(&mut self, name: &str, hash: Option<String>) -> Result<(), PackError> {
        self.tell(Line::Playlist(name.to_owned(), hash))
    }

    pub fn file(&self, path: &str) -> Option<&Entry> {
        self.files.get(path)
    }

    /// What was written under this path, the last and the one before it.
    pub fn written(&self, path: &str) -> impl Iterator<Item = &Entry> {
        let earlier = self.earlier.get(path);
        self.files.get(path).into_iter().chain(earlier)
    }

    pub fn files(&self) -> impl Iterator<Item = &Entry> {
        self.files.values()
    }

    /// Folders, those within others first.
    pub fn folders(&self) -> Vec<String> {
        self.folders.iter().rev().cloned().collect()
    }

    pub fn has_folder(&self, path: &str) -> bool {
        self.folders.contains(path)
    }

    /// The playlists of the home, with the hashes of their rows.
    pub fn playlists(&self) -> &BTreeMap<String, String> {
        &self.playlists
    }
}

fn is_below(path: &str) -> bool {
    RelPath::new(path).is_ok() && path != FILE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &str) -> Entry {
        let stamp = Stamp {
            size: 1,
            mtime_ns: 2,
        };
        Entry {
            path: path.into(),
            id: "x".into(),
            hash: "00".into(),
            stamp,
            source: Some(stamp),
        }
    }

    #[test]
    fn what_was_told_is_known_after_a_line_that_was_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(dir.path(), false).unwrap();
        ledger.made("Music").unwrap();
        ledger.wrote(entry("Music/a")).unwrap();
        ledger.wrote(entry("Music/b")).unwrap();
        ledger.removed("Music/b").unwrap();
        assert!(matches!(
            Ledger::open(dir.path(), false),
            Err(PackError::Busy)
        ));
        drop(ledger);
        let path = dir.path().join(FILE);
        let whole = std::fs::read(&path).unwrap();
        let last = whole.len() - 5;
        std::fs::write(&path, &whole[..last]).unwrap();
        let mut ledger = Ledger::open(dir.path(), false).unwrap();
        // That `b` is gone was lost: a file that is not there is as good as removed.
        assert_eq!(ledger.files().count(), 2);
        ledger.wrote(entry("Music/c")).unwrap();
        drop(ledger);
        let ledger = Ledger::open(dir.path(), true).unwrap();
        assert_eq!(ledger.files().count(), 3);
        assert!(ledger.has_folder("Music"));
    }

    #[test]
    fn a_path_that_leaves_the_stick_is_as_not_there() {
        let dir = tempfile::tempdir().unwrap();
        let mut text = String::from("no line of ours\n");
        for path in ["../x", "/etc/passwd", "a/../../b", "", FILE] {
            let line = serde_json::to_string(&Line::Wrote(entry(path))).unwrap();
            text += &format!("{line}\n");
            text += &serde_json::to_string(&Line::Folder(path.into())).unwrap();
            text += "\n";
        }
        std::fs::write(dir.path().join(FILE), text).unwrap();
        let ledger = Ledger::open(dir.path(), false).unwrap();
        assert_eq!((ledger.files().count(), ledger.folders().len()), (0, 0));
    }
}
