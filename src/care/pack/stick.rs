//! The folder that is packed into: files get there whole or not at all. It follows no link and reaches nothing outside.
//!
//! A file is written under one name of ours, synced, read back from the disk and compared; only then it is written down in the
//! ledger and gets its final name.

use super::PackError;
use super::copy::{Content, Refused, Task, copy, date, hash, known, read_back};
use super::ledger::{self, Entry, Ledger};
use super::room::Room;
use crate::library::stamp_of;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

/// What is written bears this name until it is whole.
pub(super) const PART: &str = "standin-pack.part";

/// Files in a row that are read back otherwise than they were written, before the stick is given up.
const MOST_DIFFERING: usize = 3;

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Put {
    /// It was there, whole.
    There,
    /// It was written.
    Written,
}

pub(super) struct Stick<'a> {
    dir: PathBuf,
    device: u64,
    pub ledger: Ledger,
    stop: &'a AtomicBool,
    differing: usize,
    /// Folders in which names have changed.
    touched: BTreeSet<PathBuf>,
}

impl<'a> Stick<'a> {
    pub fn open(dir: &Path, rehearses: bool, stop: &'a AtomicBool) -> Result<Self, PackError> {
        let no_folder = |_| PackError::NoFolder {
            path: dir.to_owned(),
        };
        let dir = dir.canonicalize().map_err(no_folder)?;
        let about = dir.metadata().map_err(no_folder)?;
        if !about.is_dir() {
            return Err(PackError::NoFolder { path: dir });
        }
        for own in [ledger::FILE, PART] {
            let path = dir.join(own);
            if path.symlink_metadata().is_ok_and(|about| !about.is_file()) {
                return Err(PackError::NoFile { path });
            }
        }
        Ok(Self {
            ledger: Ledger::open(&dir, rehearses)?,
            device: about.dev(),
            dir,
            stop,
            differing: 0,
            touched: BTreeSet::new(),
        })
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// What is free, and what would be were everything gone that a pack has written.
    pub fn room(&self) -> Result<Room, PackError> {
        let room = Room::on(&self.dir)?;
        let ours = self.ledger.files().filter(|entry| self.is_there(entry));
        let ours = ours.map(|entry| room.of(entry.stamp.size));
        Ok(Room {
            free: ours.fold(room.free, u64::saturating_add),
            ..room
        })
    }

    /// Whether nothing of others lies at this path: neither a file that no pack has written, nor one that was changed since.
    pub fn is_free(&self, path: &str) -> bool {
        self.is_absent(path) || self.ledger.written(path).any(|entry| self.is_whole(entry))
    }

    /// Whether a file may have this path again that it had before: damage leaves its length as it was, others seldom do.
    pub fn is_its_own(&self, path: &str, id: &str) -> bool {
        let mut written = self.ledger.written(path).filter(|entry| entry.id == id);
        self.is_absent(path) || written.any(|entry| self.is_there(entry))
    }

    fn is_absent(&self, path: &str) -> bool {
        self.dir.join(path).symlink_metadata().is_err()
    }

    /// The path, if no part of it but the last is a link, and the last is a file.
    fn real(&self, path: &str) -> Option<PathBuf> {
        let mut upto = self.dir.clone();
        let mut parts = path.split('/').peekable();
        while let Some(part) = parts.next() {
            upto.push(part);
            let about = upto.symlink_metadata().ok()?;
            let is_as_it_should = match parts.peek() {
                Some(_) => about.is_dir(),
                None => about.is_file(),
            };
            if !is_as_it_should {
                return None;
            }
        }
        Some(upto)
    }

    fn is_there(&self, entry: &Entry) -> bool {
        let stamp = self.real(&entry.path).and_then(|path| stamp_of(&path).ok());
        stamp.is_some_and(|stamp| stamp.size == entry.stamp.size)
    }

    /// Whether a file is as it was written. One whose time alone is another, as after a change of the clock's zone, is read.
    fn is_whole(&self, entry: &Entry) -> bool {
        let Some(path) = self.real(&entry.path) else {
            return false;
        };
        match stamp_of(&path) {
            Ok(stamp) if stamp == entry.stamp => true,
            Ok(stamp) if stamp.size == entry.stamp.size => File::open(path)
                .and_then(|file| hash(file, self.stop))
                .is_ok_and(|hash| hash.is_some_and(|hash| hash == entry.hash)),
            _ => false,
        }
    }

    /// Whether this task is done already.
    pub fn has(&self, task: &Task) -> bool {
        let Some(entry) = self.ledger.file(task.to) else {
            return false;
        };
        if entry.id != task.id {
            return false;
        }
        let is_same = match task.content {
            Content::Bytes(bytes) => blake3::hash(bytes).to_hex().as_str() == entry.hash,
            Content::File(source) => {
                let stamp = stamp_of(source).ok();
                let is_known = stamp.is_some() && stamp == entry.source;
                is_known
                    || stamp.is_some_and(|stamp| stamp.size == entry.stamp.size)
                        && File::open(source)
                            .and_then(|file| hash(file, self.stop))
                            .is_ok_and(|hash| hash.is_some_and(|hash| hash == entry.hash))
            }
        };
        is_same && self.is_whole(entry)
    }

    /// Puts a file there, if it is not there yet. `wrote` is told of each block.
    pub fn put(&mut self, task: &Task, wrote: &dyn Fn(u64)) -> Result<Put, Refused> {
        if self.has(task) {
            return Ok(Put::There);
        }
        self.is_still_there()?;
        self.make_folder_of(task.to)?;
        if !self.is_its_own(task.to, task.id) && !self.is_free(task.to) {
            return Err(Refused::Taken);
        }
        let (part, to) = (self.dir.join(PART), self.dir.join(task.to));
        let entry = match self.write_part(&part, task, wrote) {
            Ok(entry) => entry,
            Err(refused) => {
                std::fs::remove_file(&part).ok();
                return Err(refused);
            }
        };
        self.ledger.wrote(entry)?;
        std::fs::rename(&part, &to).map_err(|error| PackError::of_writing(&to, error))?;
        self.touched.extend(to.parent().map(PathBuf::from));
        Ok(Put::Written)
    }

    fn write_part(
        &mut self,
        part: &Path,
        task: &Task,
        wrote: &dyn Fn(u64),
    ) -> Result<Entry, Refused> {
        let (source, hash) = match task.content {
            Content::Bytes(mut bytes) => {
                (None, copy(&mut bytes, part, task.runs, self.stop, wrote)?)
            }
            Content::File(path) => {
                let before = known(path)?;
                let mut file = File::open(path).map_err(Refused::Source)?;
                let hash = copy(&mut file, part, task.runs, self.stop, wrote)?;
                if known(path)? != before {
                    return Err(Refused::Changed);
                }
                (Some(before), hash)
            }
        };
        self.is_kept(read_back(part, self.stop)? == hash)?;
        if let Some(source) = source {
            date(part, source);
        }
        Ok(Entry {
            path: task.to.to_owned(),
            id: task.id.to_owned(),
            hash,
            stamp: known(part)?,
            source,
        })
    }

    /// One file may be read back otherwise by chance; several in a row are not.
    fn is_kept(&mut self, is_same: bool) -> Result<(), Refused> {
        if is_same {
            self.differing = 0;
            return Ok(());
        }
        self.differing += 1;
        if self.differing < MOST_DIFFERING {
            return Err(Refused::Differs);
        }
        let path = self.dir.clone();
        Err(PackError::KeepsNothing { path }.into())
    }

    /// The disk that was there at the beginning, and no other, not even the folder that it was mounted on.
    pub fn is_still_there(&self) -> Result<(), PackError> {
        let about = self.dir.metadata();
        match about.is_ok_and(|about| about.dev() == self.device) {
            true => Ok(()),
            false => Err(PackError::Gone {
                path: self.dir.clone(),
            }),
        }
    }

    /// Makes the folders of a path, each written down.
    fn make_folder_of(&mut self, path: &str) -> Result<(), Refused> {
        let Some((folder, _)) = path.rsplit_once('/') else {
            return Ok(());
        };
        self.make_folder(folder)
    }

    /// Makes a folder and those around it, each written down.
    pub fn make_folder(&mut self, folder: &str) -> Result<(), Refused> {
        let ends = folder.match_indices('/').map(|(at, _)| at);
        for end in ends.chain([folder.len()]) {
            let upto = &folder[..end];
            let whole = self.dir.join(upto);
            match whole.symlink_metadata() {
                Ok(about) if about.is_dir() => continue,
                Ok(_) => return Err(Refused::Taken),
                Err(_) => {}
            }
            std::fs::create_dir(&whole).map_err(|error| PackError::of_writing(&whole, error))?;
            self.ledger.made(upto)?;
            self.touched.extend(whole.parent().map(PathBuf::from));
        }
        Ok(())
    }

    /// Removes a file that a pack has written and nobody has changed since. `false`: it stays.
    pub fn remove(&mut self, path: &str) -> Result<bool, PackError> {
        if self.is_absent(path) {
            self.ledger.removed(path)?;
            return Ok(true);
        }
        if !self.is_free(path) {
            return Ok(false);
        }
        let whole = self.dir.join(path);
        std::fs::remove_file(&whole).map_err(|error| PackError::of_writing(&whole, error))?;
        self.touched.extend(whole.parent().map(PathBuf::from));
        self.ledger.removed(path)?;
        Ok(true)
    }

    /// Removes the folders that a pack has made and that are empty.
    pub fn remove_empty_folders(&mut self) -> Result<(), PackError> {
        for folder in self.ledger.folders() {
            let whole = self.dir.join(&folder);
            let is_gone = match std::fs::remove_dir(&whole) {
                Ok(()) => true,
                Err(error) => error.kind() == ErrorKind::NotFound,
            };
            if is_gone {
                self.ledger.unmade(&folder)?;
            }
        }
        Ok(())
    }

    /// All that was written is on the disk from here on, its names too.
    pub fn settle(&mut self) -> Result<(), PackError> {
        for folder in std::mem::take(&mut self.touched) {
            // Not every file system syncs a folder; where it is gone, the next line tells.
            let _ = File::open(&folder).and_then(|folder| folder.sync_all());
        }
        let failed = |source: std::io::Error| PackError::of_writing(&self.dir, source);
        let dir = File::open(&self.dir).map_err(failed)?;
        dir.sync_all().map_err(failed)?;
        rustix::fs::syncfs(&dir).map_err(|error| failed(error.into()))
    }
}
