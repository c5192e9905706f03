//! Second step: which files the index knows as they are, or knows from another path, by what the walk saw of them; those
//! that are new or changed are read.

use super::by_path::{self, LastFolder};
use super::known::{Known, KnownFile, path_hash};
use super::moved::{MovedFile, Moves};
use super::report::Skip;
use super::sniff::is_music;
use super::songs::SongRow;
use super::tags::{Found, SkipReason};
use super::walk::{WalkBatch, Walked};
use crate::library::bytes::{Identity, OpenFailure, Stamp};
use crate::library::owned::OwnedFile;
use crate::library::worker::{TagReader, WorkerError};
use crate::music::{Place, RelPath, Root};
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// How a file compares with its row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    /// No row, or that of a file that was gone.
    New,
    /// Another size or time.
    Changed,
    /// As it was, and read again because everything is.
    Reread,
}

/// A file that was read, or that could not be.
pub struct Read {
    /// Its root's row.
    pub root_id: i64,
    /// Its path below the root.
    pub path: RelPath,
    /// Its row, where it has one.
    pub id: Option<i64>,
    /// How it compares.
    pub change: Change,
    /// Size and time.
    pub stamp: Stamp,
    /// Its number in its file system.
    pub inode: u64,
    /// What it says, or why it says nothing.
    pub found: Result<Found, SkipReason>,
    /// Its songs.
    pub songs: Vec<SongRow>,
}

/// A stretch of the walk, compared and read.
#[derive(Default)]
pub struct ReadBatch {
    /// Files as they were.
    pub same: u64,
    /// Files that are music though their names do not promise it: the walk did not count them.
    pub unpromised: u64,
    /// Files that somebody is writing and that no row tells of, though the walk counted them.
    pub waiting: u64,
    /// What is skipped and can have no row of a file: links, folders, names that cannot be said.
    pub passed: Vec<Skip>,
    /// Files that are skipped and have their row, or get it.
    pub skips: Vec<Skip>,
    /// Files to be stored.
    pub read: Vec<Read>,
    /// Files that only lie elsewhere now: nothing of them was read.
    pub moved: Vec<MovedFile>,
    /// Cue sheets that are not as they were, or all of them where everything is read again.
    pub sheets: Vec<SheetSeen>,
}

/// A cue sheet on the disk.
pub struct SheetSeen {
    /// Its root's row.
    pub root_id: i64,
    /// Its path below the root.
    pub path: RelPath,
    /// Whether it is new, or has another size or time.
    pub has_changed: bool,
}

/// What comparing needs to know.
pub struct Comparing<'a> {
    /// The index as it was.
    pub known: &'a Known,
    /// Where its files have gone.
    pub moves: &'a Moves<'a>,
    /// The roots of the scan.
    pub roots: &'a [Arc<Root>],
    /// The row of each.
    pub root_ids: &'a [i64],
    /// Read everything again.
    pub full: bool,
    /// Files that somebody is writing.
    pub growing: &'a HashSet<PathBuf>,
    /// Ends the work.
    pub stop: &'a AtomicBool,
}

/// A file that is new or changed.
struct ToRead {
    root: usize,
    root_id: i64,
    whole: PathBuf,
    path: RelPath,
    id: Option<i64>,
    change: Change,
    now: Identity,
}

impl Comparing<'_> {
    /// Compares a stretch of the walk and reads what is new or changed; less of it where it was told to stop.
    pub fn read(&self, batch: WalkBatch, reader: &mut TagReader) -> Result<ReadBatch, WorkerError> {
        let mut out = ReadBatch {
            passed: batch.skips,
            ..ReadBatch::default()
        };
        let mut to_read = Vec::new();
        for walked in batch.files {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            to_read.extend(self.compare(walked, &mut out));
        }
        let paths: Vec<&Path> = to_read.iter().map(|file| file.whole.as_path()).collect();
        let answers = reader.read(&paths, self.stop)?;
        let mut last = LastFolder::default();
        for (file, found) in to_read.into_iter().zip(answers) {
            self.take(file, found, &mut last, &mut out);
        }
        let sheets = batch.sheets.iter();
        out.sheets = sheets.filter_map(|walked| self.sheet(walked)).collect();
        Ok(out)
    }

    /// The sheet, where it is to be looked at. It is not opened here.
    fn sheet(&self, walked: &Walked) -> Option<SheetSeen> {
        let root_id = self.root_ids[walked.root];
        let known = self.known.sheets.get(&path_hash(root_id, walked.below()));
        // A link that leads nowhere is no sheet; one that may not be asked stays as it was.
        if let (Some(known), false) = (known, walked.now.as_ref().is_err_and(is_not_there)) {
            known.see();
        }
        let stamp = walked.now.as_ref().ok()?.stamp;
        let has_changed = known.is_none_or(|known| known.stamp != stamp);
        let path = RelPath::new(walked.below()).ok()?;
        (has_changed || self.full).then_some(SheetSeen {
            root_id,
            path,
            has_changed,
        })
    }

    /// The file, where it has to be read; else it is counted.
    fn compare(&self, walked: Walked, out: &mut ReadBatch) -> Option<ToRead> {
        let root_id = self.root_ids[walked.root];
        let known = self.known.rows.get(&path_hash(root_id, walked.below()));
        if self.growing.contains(&walked.path) {
            self.leave(walked, known, out);
            return None;
        }
        let now = match &walked.now {
            Ok(now) => *now,
            Err(_) if !walked.is_sure => return None,
            Err(failure) => {
                // A link that leads nowhere holds no song; what may not be asked keeps its row.
                if let (Some(known), false) = (known, is_not_there(failure)) {
                    known.see();
                }
                let reason = SkipReason::from(failure);
                return out.pass(walked, reason);
            }
        };
        if known.is_none_or(|known| known.is_gone)
            && !self.full
            && let Some(moved) = self.moves.to(&walked, root_id, now, self.known)
        {
            out.unpromised += u64::from(!walked.is_sure);
            out.moved.push(moved);
            return None;
        }
        if !walked.is_sure {
            let is_as_known = known.is_some_and(|known| !known.is_gone && known.stamp == now.stamp);
            if !is_as_known && !is_music(&walked.path) {
                return None;
            }
            out.unpromised += 1;
        }
        if known.is_some_and(|known| !known.see()) {
            // It came back to where it was after it had been seen elsewhere: which is so, the next scan will tell.
            out.unpromised -= u64::from(!walked.is_sure);
            out.waiting += u64::from(walked.is_sure);
            return None;
        }
        let Some(change) = self.change(known, now.stamp) else {
            out.keep(walked.path, known?, self.known);
            return None;
        };
        match RelPath::new(walked.below()) {
            Ok(path) => Some(ToRead {
                root: walked.root,
                root_id,
                whole: walked.path,
                path,
                id: known.map(|known| known.id),
                change,
                now,
            }),
            Err(error) => out.pass(walked, SkipReason::from(error)),
        }
    }

    /// A file that somebody is writing: its row stays, and without one it is not there yet.
    fn leave(&self, walked: Walked, known: Option<&KnownFile>, out: &mut ReadBatch) {
        match known.filter(|known| !known.is_gone) {
            Some(known) if known.see() => {
                out.unpromised += u64::from(!walked.is_sure);
                out.keep(walked.path, known, self.known);
            }
            _ => out.waiting += u64::from(walked.is_sure),
        }
    }

    fn take(
        &self,
        file: ToRead,
        mut found: Result<Found, SkipReason>,
        last: &mut LastFolder,
        out: &mut ReadBatch,
    ) {
        if let Err(reason) = &found
            && !reason.is_lasting()
        {
            let (path, reason) = (file.whole, reason.to_string());
            out.passed.push(Skip { path, reason });
            return;
        }
        match &mut found {
            Ok(found) => by_path::fill_found(found, &file.path, &file.whole, last),
            Err(reason) => out.skip(file.whole, reason.to_string()),
        }
        if found.is_ok() && file.change == Change::Reread {
            let known = self
                .known
                .rows
                .get(&path_hash(file.root_id, file.path.as_bytes()));
            known.inspect(|known| known.is_same.store(true, Ordering::Relaxed));
        }
        let songs = |found| self.songs(found, file.root, &file.path);
        let songs = found.as_ref().map(songs);
        out.read.push(Read {
            songs: songs.unwrap_or_default(),
            root_id: file.root_id,
            path: file.path,
            id: file.id,
            change: file.change,
            stamp: found.as_ref().map_or(file.now.stamp, |found| found.stamp),
            inode: file.now.inode,
            found,
        });
    }

    fn songs(&self, found: &Found, root: usize, path: &RelPath) -> Vec<SongRow> {
        let place = Place {
            root: self.roots[root].clone(),
            path: path.clone(),
        };
        let songs = OwnedFile::new(found, &place).songs();
        songs.into_iter().map(SongRow::from).collect()
    }

    /// `None`: its row stays as it is.
    fn change(&self, known: Option<&KnownFile>, stamp: Stamp) -> Option<Change> {
        let Some(known) = known.filter(|known| !known.is_gone) else {
            return Some(Change::New);
        };
        let has_reason = || self.known.reasons.contains_key(&known.id);
        if known.stamp != stamp || self.full && has_reason() {
            return Some(Change::Changed);
        }
        self.full.then_some(Change::Reread)
    }
}

fn is_not_there(failure: &OpenFailure) -> bool {
    matches!(failure, OpenFailure::Io(error) if error.kind() == std::io::ErrorKind::NotFound)
}

impl ReadBatch {
    fn pass(&mut self, walked: Walked, reason: SkipReason) -> Option<ToRead> {
        let (path, reason) = (walked.path, reason.to_string());
        self.passed.push(Skip { path, reason });
        None
    }

    /// A file as it was: a song, or a skip for the reason that its row has.
    fn keep(&mut self, path: PathBuf, file: &KnownFile, known: &Known) {
        match known.reasons.get(&file.id) {
            Some(reason) => self.skip(path, reason.clone()),
            None => {
                file.is_same.store(true, Ordering::Relaxed);
                self.same += 1;
            }
        }
    }

    fn skip(&mut self, path: PathBuf, reason: String) {
        self.skips.push(Skip { path, reason });
    }
}
