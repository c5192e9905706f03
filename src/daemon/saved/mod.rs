//! The queue, the modes and the place in it, kept in three text files, and the equaliser in a fourth. It never keeps a
//! row id: rows are `Wanted`s.
//!
//! - `queue.jsonl`: a row a line, each with a sum, written whole beside its name and moved over it; an edit of the queue is
//!   added at the end of the file: the rows that came, and the order in which all stand then. Both are synced before a
//!   change counts as done.
//! - `options.json`: the modes, the volume, what was said of levelling and overlaps; small, so that a key that changes one of them costs nothing.
//! - `long.json`: how far a long file is that is heard, likewise; see `person/left_off`.
//! - `position.json`: the row that is heard and the place in it, twice a second while music plays, written over itself:
//!   the disk may take it when it likes.
//!
//! A kill at any moment leaves each of them whole. The position names the queue that it belongs to by a stamp: between a
//! new queue and its first position the queue's own holds. A lock beside them lets one process write: a second player
//! plays and leaves them alone.

mod batch;
mod equaliser;
mod holes;
mod levelled;
mod old;
mod order;
mod place;
mod read;
mod rows;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_edits;

pub use equaliser::{CurveError, KeptEqualiser, read_curve};

use super::going_on::{Rest, near};
use crate::library::person::{HowFar, Underway};
use crate::music::{EntryId, Loudness, Origin, Wanted};
use crate::player::{Once, Player};
use batch::At;
use holes::Holes;
use place::PlaceFile;
use read::Sums;
use rows::Rows;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::{File, TryLockError};
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// A saved queue larger than this is not read: nobody's queue is, and a damaged file may be anything. In bytes.
const MAX_BYTES: u64 = 1 << 30;

/// A small file larger than this is none of ours. In bytes.
const MAX_SMALL_BYTES: u64 = 64 << 10;

/// A lock that somebody has for an instant, to look whether a player lives, is waited for: so often, and so long.
const LOCK_ATTEMPTS: u32 = 5;
const LOCK_RETRY: Duration = Duration::from_millis(5);

const LOCK: &str = "lock";
const OPTIONS: &str = "options.json";

/// Where a queue waits that a newer standin has written.
const NEWER: &str = "queue.jsonl.newer";

/// Reading or writing the saved queue failed.
#[derive(Debug, thiserror::Error)]
pub enum SavedError {
    /// The system refused.
    #[error("cannot save the queue in {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The system refused, and it was not the queue.
    #[error("cannot keep the equaliser in {}: {source}", path.display())]
    Equaliser {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Its form is of a later version.
    #[error("the saved queue {} was written by a newer standin", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
    },
    /// The file is not one of ours, or damaged.
    #[error("the saved queue {} cannot be read: {reason}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
}

/// The row that is heard and the place in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedPlace {
    /// Row of the queue, from 0.
    pub row: usize,
    /// Since the song's start, in ms.
    pub at_ms: u64,
}

/// Modes as they were left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SavedOptions {
    schema: u32,
    /// Whether songs came in shuffled rounds.
    pub random: bool,
    /// Whether the queue began again at its end.
    pub repeat: bool,
    /// Loudness in percent.
    pub volume_percent: Option<u8>,
    /// Whether each song was played for itself; for one song only is not for the next time.
    pub single: bool,
    /// Whether songs left the queue once they were played; likewise.
    pub consume: bool,
    /// How long songs overlapped, in ms, where somebody has said since the desk began.
    pub crossfade_ms: Option<u32>,
    /// How songs were levelled, where somebody has said since the desk began.
    #[serde(with = "levelled")]
    pub loudness: Option<Loudness>,
    /// Whether what fits came when the queue had been played, where somebody has said since the desk began.
    pub goes_on: Option<bool>,
}

/// What somebody has said of things that the settings say, too. It is kept only where something was said: else the
/// settings hold the next time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// How long songs overlap, in ms.
    pub crossfade_ms: Option<u32>,
    /// How songs are levelled.
    pub loudness: Option<Loudness>,
    /// Whether what fits comes when the queue has been played.
    pub goes_on: Option<bool>,
}

impl SavedOptions {
    /// What was said of things that the settings say, too.
    pub fn said(&self) -> Said {
        Said {
            crossfade_ms: self.crossfade_ms,
            loudness: self.loudness,
            goes_on: self.goes_on,
        }
    }
}

/// A row of a saved queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SavedRow {
    /// What plays.
    pub wanted: Wanted,
    /// Where it came from, where somebody has said.
    pub origin: Option<Arc<Origin>>,
}

/// Rows that came together have one text in memory.
fn share_origins(rows: &mut [SavedRow]) {
    let mut last: Option<Arc<Origin>> = None;
    for row in rows {
        if row.origin != last {
            last = row.origin.clone();
        }
        row.origin = last.clone();
    }
}

/// A queue as it was left, whose rows are read when they are asked for.
#[derive(Clone, Debug)]
pub struct Unread {
    /// Its modes.
    pub options: SavedOptions,
    /// `None`: it was played to its end, or never begun.
    pub place: Option<SavedPlace>,
    was_playing: bool,
    bytes: Arc<Vec<u8>>,
    /// Where each row lies in the bytes.
    rows: Vec<Range<usize>>,
    damaged: usize,
    stamp: u64,
    dir: PathBuf,
    sums: Sums,
}

impl Unread {
    /// Where the rows `which` lie in the queue once each row was looked at, and that queue; of what is damaged elsewhere they
    /// may have another place there.
    pub(super) fn checked(&self, which: &Range<usize>) -> Result<(Range<usize>, Self), SavedError> {
        if self.sums == Sums::Now {
            return Ok((which.clone(), self.clone()));
        }
        let queue = read::queue(&self.dir, &self.bytes, Sums::Now)?;
        let here = &self.rows[which.clone()];
        let places = 0..=queue.rows.len().saturating_sub(here.len());
        let mut places = std::iter::once(which.start).chain(places);
        let is_there = |at: &usize| queue.rows[*at..].starts_with(here);
        let at = places.find(|at| *at <= queue.rows.len() && is_there(at));
        let at = at.ok_or_else(|| SavedError::Unreadable {
            path: self.dir.join(rows::NAME),
            reason: "too much of it is damaged".into(),
        })?;
        let which = at..at + which.len();
        Ok((
            which,
            Self {
                rows: queue.rows,
                damaged: queue.damaged,
                sums: Sums::Now,
                ..self.clone()
            },
        ))
    }

    /// Whether nothing is known to be damaged, and these are as they were written.
    fn is_sound(&self, which: Range<usize>) -> bool {
        let mut rows = self.rows[which].iter();
        self.damaged == 0 && rows.all(|row| read::is_sound(&self.bytes, row))
    }

    /// What names it.
    pub(super) fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Lines of it that are not as they were written: of a row among them only the place is known.
    pub fn damaged(&self) -> usize {
        self.damaged
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether nothing was queued.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// These rows, in order, as far as they are there. Of a damaged one nothing is known.
    pub fn rows(&self, which: Range<usize>) -> Vec<SavedRow> {
        let rows = self.rows.iter().take(which.end).skip(which.start);
        let mut rows: Vec<SavedRow> = rows
            .map(|row| read::row(&self.bytes[row.clone()]))
            .collect();
        share_origins(&mut rows);
        rows
    }
}

/// What there is to go on with, without the rest of the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Glance {
    /// Rows of the queue.
    pub rows: usize,
    /// The row at the place, and the place.
    pub at: Option<(SavedRow, SavedPlace)>,
    /// Whether a player lives that keeps this queue.
    pub is_kept: bool,
    /// Whether music played when the place was written.
    pub was_playing: bool,
}

/// The right to write the saved queue.
pub struct Saved {
    dir: PathBuf,
    /// Held for as long as this lives.
    _lock: File,
    rows: Rows,
    place: PlaceFile,
    underway: Underway,
    options: Option<SavedOptions>,
    said: Said,
    /// Most of the queue is still to come, and nothing of it is written before.
    waits: bool,
}

impl Saved {
    /// Takes the lock in the state folder, which is made where it is not there; `Ok(None)`: another process has it.
    pub fn lock(dir: &Path) -> Result<Option<Self>, SavedError> {
        let path = dir.join(LOCK);
        let failed = |source| SavedError::Io {
            path: path.clone(),
            source,
        };
        std::fs::create_dir_all(dir).map_err(failed)?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(failed)?;
        for attempt in 1.. {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if attempt == LOCK_ATTEMPTS => return Ok(None),
                Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_RETRY),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
        }
        Ok(Some(Self {
            rows: Rows::after(dir),
            place: PlaceFile::new(dir),
            underway: Underway::in_folder(dir),
            options: None,
            said: Said::default(),
            waits: false,
            dir: dir.to_owned(),
            _lock: lock,
        }))
    }

    /// Moves a queue that a newer standin has written out of the way, so that none is written over it; gives where it is then.
    /// `Ok(None)`: another process keeps it.
    pub fn set_newer_aside(dir: &Path) -> Result<Option<PathBuf>, SavedError> {
        let Some(_saved) = Self::lock(dir)? else {
            return Ok(None);
        };
        let (path, aside) = (dir.join(rows::NAME), dir.join(NEWER));
        std::fs::rename(&path, &aside).map_err(|source| SavedError::Io { path, source })?;
        Ok(Some(aside))
    }

    /// What was saved last; `Ok(None)` where nothing was.
    pub fn load(dir: &Path) -> Result<Option<Unread>, SavedError> {
        let bytes = read::read(dir)?;
        let queue = bytes.map(|bytes| Self::unread(dir, &Arc::new(bytes), Sums::Now));
        queue.transpose()
    }

    /// The same, for who begins at its place: what lies far from there is not looked at yet. A queue in which something is
    /// damaged near it, or that is short, is read as [`load`](Self::load) does.
    pub fn load_around_place(dir: &Path) -> Result<Option<Unread>, SavedError> {
        let Some(bytes) = read::read(dir)? else {
            return Ok(None);
        };
        let queue = Self::unread(dir, &Arc::new(bytes), Sums::Later)?;
        let near = near(&queue);
        if near.len() < queue.len() && queue.is_sound(near) {
            return Ok(Some(queue));
        }
        Self::unread(dir, &queue.bytes, Sums::Now).map(Some)
    }

    fn unread(dir: &Path, bytes: &Arc<Vec<u8>>, sums: Sums) -> Result<Unread, SavedError> {
        let queue = read::queue(dir, bytes, sums)?;
        let (place, was_playing) = place_of(dir, queue.at, queue.rows.len());
        Ok(Unread {
            options: options_in(dir),
            place,
            was_playing,
            rows: queue.rows,
            damaged: queue.damaged,
            stamp: queue.at.map_or(0, |at| at.stamp),
            bytes: bytes.clone(),
            dir: dir.to_owned(),
            sums,
        })
    }

    /// As much of it as a person is told who asks what there is.
    pub fn glance(dir: &Path) -> Result<Option<Glance>, SavedError> {
        let Some(queue) = Self::load(dir)? else {
            return Ok(None);
        };
        let row_at = |place: SavedPlace| queue.rows(place.row..place.row + 1).pop();
        Ok(Some(Glance {
            rows: queue.len(),
            at: queue.place.and_then(|place| Some((row_at(place)?, place))),
            is_kept: is_locked(dir),
            was_playing: queue.was_playing,
        }))
    }

    /// The queue that comes next is the saved one. Its holes, rows whose songs are not here, keep their places in what
    /// is saved for as long as the queue lives. Of a saved queue whose rest comes later only the place is written until then; of
    /// one that was chosen nothing: whoever is ended before has still what was saved.
    pub fn go_on(&mut self, rest: &Rest) {
        match rest {
            Rest::Holes(holes) => self.keep_holes(holes.clone()),
            Rest::Later(rest) => match &rest.part {
                Some(part) => self.rows.go_on(part.rows.clone(), part.stamp),
                None => self.waits = true,
            },
        }
    }

    /// The songs of these entries are known otherwise now: that is written with the queue.
    pub(super) fn renew(&mut self, entries: impl Iterator<Item = EntryId>) {
        self.rows.renew(entries);
    }

    /// What was said so far.
    pub fn keep_said(&mut self, said: Said) {
        self.said = said;
    }

    pub(super) fn said(&mut self) -> &mut Said {
        &mut self.said
    }

    /// Whether nothing is written yet.
    pub(super) fn waits(&self) -> bool {
        self.waits
    }

    /// The queue is whole, and has these holes.
    pub(super) fn keep_holes(&mut self, holes: Vec<(usize, SavedRow)>) {
        self.rows.part = None;
        self.waits = false;
        self.rows.holes = Holes::of_next(holes);
    }

    /// Writes what is new of the queue, or all of it, and waits until the disk has it. `place`: where the music is.
    pub fn save_queue(
        &mut self,
        player: &Player,
        place: Option<(EntryId, u64)>,
    ) -> Result<(), SavedError> {
        if self.waits {
            return Ok(());
        }
        let place = position_of(player, place);
        self.rows.save(&self.dir, player.queue().entries(), place)
    }

    /// Writes the modes where they have changed.
    pub fn save_options(&mut self, player: &Player) -> Result<(), SavedError> {
        let options = SavedOptions {
            schema: 1,
            random: player.random(),
            repeat: player.repeat(),
            volume_percent: Some(player.volume_percent()),
            single: player.single() == Once::On,
            consume: player.consume_mode() == Once::On,
            crossfade_ms: self.said.crossfade_ms,
            loudness: self.said.loudness,
            goes_on: self.said.goes_on,
        };
        if self.waits || self.options == Some(options) {
            return Ok(());
        }
        let bytes = serde_json::to_vec(&options).map_err(io::Error::from);
        let written = bytes.and_then(|bytes| replace(&self.dir, OPTIONS, false, &bytes));
        written.map_err(|source| self.failed(OPTIONS, source))?;
        self.options = Some(options);
        Ok(())
    }

    /// Writes where the music is, and whether it plays, where that has changed.
    pub fn save_place(
        &mut self,
        player: &Player,
        place: Option<(EntryId, u64)>,
        playing: bool,
    ) -> Result<(), SavedError> {
        if self.waits {
            return Ok(());
        }
        let place = position_of(player, place);
        let place = self.rows.place(player.queue().entries(), place);
        let written = self.place.write(self.rows.stamp(), place, playing);
        written.map_err(|source| self.failed(place::NAME, source))
    }

    /// Writes how far a long file is, where that has changed. Where that fails its place is lost by a kill alone.
    pub(super) fn save_how_far(&mut self, how_far: HowFar) {
        self.underway.write(how_far).ok();
    }

    fn failed(&self, name: &str, source: io::Error) -> SavedError {
        let path = self.dir.join(name);
        SavedError::Io { path, source }
    }
}

fn position_of(player: &Player, place: Option<(EntryId, u64)>) -> Option<(usize, u64)> {
    let (entry, at_ms) = place?;
    Some((player.queue().position(entry)?, at_ms))
}

/// The place in a queue of this name, and whether it played there. A place without sense is worth less than the queue:
/// it is left out, and the queue begins at its front. Without a head it is the place that was written last.
fn place_of(dir: &Path, at: Option<At>, rows: usize) -> (Option<SavedPlace>, bool) {
    let is_of_queue = |stamp| at.is_none_or(|at| at.stamp == stamp);
    let (place, playing) = match place::read(dir) {
        Some(written) if is_of_queue(written.stamp) => (written.place, written.playing),
        _ => (at.and_then(|at| at.place), false),
    };
    (place.filter(|place| place.row < rows), playing)
}

/// Modes that cannot be read are the usual ones: they are worth less than the queue too.
fn options_in(dir: &Path) -> SavedOptions {
    read_small(&dir.join(OPTIONS)).unwrap_or_default()
}

fn read_small<T: DeserializeOwned>(path: &Path) -> Option<T> {
    let size = std::fs::metadata(path).ok()?.len();
    if size > MAX_SMALL_BYTES {
        return None;
    }
    serde_json::from_slice(&std::fs::read(path).ok()?).ok()
}

fn is_locked(dir: &Path) -> bool {
    let Ok(lock) = File::open(dir.join(LOCK)) else {
        return false;
    };
    matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Writes a file beside its name and moves it over it: a reader sees the old or the new one, never half.
fn replace(dir: &Path, name: &str, sync: bool, bytes: &[u8]) -> io::Result<()> {
    let beside = dir.join(format!("{name}.new"));
    let mut file = File::create(&beside)?;
    file.write_all(bytes)?;
    if sync {
        file.sync_data()?;
    }
    std::fs::rename(&beside, dir.join(name))?;
    if sync {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}
