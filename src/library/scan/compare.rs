//! Second step: which files the index knows as they are. One `stat` a file, and a map that holds no path.

use super::by_path;
use super::report::Skip;
use super::sniff::is_music;
use super::tags::{Found, SkipReason};
use super::walk::{WalkBatch, Walked};
use crate::library::bytes::{OpenFailure, Stamp, stamp_of};
use crate::library::index::GONE;
use crate::library::worker::{TagReader, WorkerError};
use crate::music::RelPath;
use rusqlite::{Connection, Row, params};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// What the index knows of the files below the folders of a scan.
#[derive(Default)]
pub struct Known {
    rows: HashMap<u128, KnownFile, BuildHasherDefault<HashIsKey>>,
    sheets: HashMap<u128, KnownFile, BuildHasherDefault<HashIsKey>>,
    reasons: HashMap<i64, String>,
    here: u64,
}

/// A row, without its path.
pub struct KnownFile {
    /// The row.
    pub id: i64,
    stamp: Stamp,
    is_gone: bool,
    was_seen: AtomicBool,
    is_same: AtomicBool,
}

/// A stretch of `file` rows: a root and a folder below it, empty for all of the root.
pub struct Scope {
    /// The root's row.
    pub root_id: i64,
    /// The folder.
    pub below: Vec<u8>,
}

/// What [`Known`] is made of.
const COLUMNS: &str = "root_id, id, path, size, mtime_ns, state, skip_reason";

impl Known {
    /// Loads what the index has within the scopes.
    pub fn load(connection: &Connection, scopes: &[Scope]) -> rusqlite::Result<Self> {
        let mut known = Self::default();
        let (whole, parts): (Vec<_>, Vec<_>) =
            scopes.iter().partition(|scope| scope.below.is_empty());
        if !whole.is_empty() {
            known.rows.reserve(rows_at_most(connection)?);
            // In the order of the table: by way of an index each row would be looked up on its own.
            let mut all = connection.prepare(&format!("SELECT {COLUMNS} FROM file"))?;
            let mut rows = all.query([])?;
            while let Some(row) = rows.next()? {
                let root_id = row.get(0)?;
                if whole.iter().any(|scope| scope.root_id == root_id) {
                    known.take(root_id, row)?;
                }
            }
        }
        known.load_sheets(connection, scopes)?;
        let mut some = connection.prepare(&format!(
            "SELECT {COLUMNS} FROM file WHERE root_id = ?1 AND (path = ?2 OR (path >= ?3 AND path < ?4))"
        ))?;
        for scope in parts {
            let (from, until) = children(&scope.below);
            let mut rows = some.query(params![scope.root_id, scope.below, from, until])?;
            while let Some(row) = rows.next()? {
                known.take(scope.root_id, row)?;
            }
        }
        Ok(known)
    }

    fn load_sheets(&mut self, connection: &Connection, scopes: &[Scope]) -> rusqlite::Result<()> {
        let mut all = connection.prepare("SELECT root_id, path, id, size, mtime_ns FROM sheet")?;
        let mut rows = all.query([])?;
        while let Some(row) = rows.next()? {
            let (root_id, path) = (row.get(0)?, row.get_ref(1)?.as_blob()?);
            let holds = |scope: &Scope| scope.root_id == root_id && is_in(path, &scope.below);
            if scopes.iter().any(holds) {
                let stamp = Stamp {
                    size: row.get(3)?,
                    mtime_ns: row.get(4)?,
                };
                let sheet = KnownFile::new(row.get(2)?, stamp, false);
                self.sheets.insert(path_hash(root_id, path), sheet);
            }
        }
        Ok(())
    }

    fn take(&mut self, root_id: i64, row: &Row) -> rusqlite::Result<()> {
        let id = row.get(1)?;
        let is_gone = row.get::<_, i64>(5)? == GONE;
        if let Some(reason) = row.get(6)? {
            self.reasons.insert(id, reason);
        }
        let stamp = Stamp {
            size: row.get(3)?,
            mtime_ns: row.get(4)?,
        };
        let file = KnownFile::new(id, stamp, is_gone);
        self.here += u64::from(!is_gone);
        self.rows
            .insert(path_hash(root_id, row.get_ref(2)?.as_blob()?), file);
        Ok(())
    }

    /// How many files were here.
    pub fn here(&self) -> u64 {
        self.here
    }

    /// The rows that were here and that no walk came across.
    pub fn unseen(&self) -> Vec<i64> {
        Self::unseen_of(&self.rows)
    }

    /// The cue sheets that no walk came across.
    pub fn unseen_sheets(&self) -> Vec<i64> {
        Self::unseen_of(&self.sheets)
    }

    /// Whether a file was counted as being as it was.
    pub fn was_same(&self, root_id: i64, path: &[u8]) -> bool {
        let known = self.rows.get(&path_hash(root_id, path));
        known.is_some_and(|known| known.is_same.load(Ordering::Relaxed))
    }

    fn unseen_of<S>(rows: &HashMap<u128, KnownFile, S>) -> Vec<i64> {
        let unseen = |file: &&KnownFile| !file.is_gone && !file.was_seen.load(Ordering::Relaxed);
        let mut ids: Vec<i64> = rows.values().filter(unseen).map(|file| file.id).collect();
        // In the order of the table, so that looking them up walks it once.
        ids.sort_unstable();
        ids
    }
}

impl KnownFile {
    fn new(id: i64, stamp: Stamp, is_gone: bool) -> Self {
        Self {
            id,
            stamp,
            is_gone,
            was_seen: AtomicBool::new(false),
            is_same: AtomicBool::new(false),
        }
    }
}

/// The first path below a folder, and the first that is no longer below it.
pub fn children(folder: &[u8]) -> (Vec<u8>, Option<Vec<u8>>) {
    if folder.is_empty() {
        return (Vec::new(), None);
    }
    let with = |byte| [folder, &[byte]].concat();
    // '0' follows '/' among the bytes.
    (with(b'/'), Some(with(b'0')))
}

fn rows_at_most(connection: &Connection) -> rusqlite::Result<usize> {
    let newest: Option<i64> =
        connection.query_row("SELECT max(id) FROM file", [], |row| row.get(0))?;
    Ok(usize::try_from(newest.unwrap_or(0))
        .unwrap_or(0)
        .min(4_000_000))
}

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
    /// What it says, or why it says nothing.
    pub found: Result<Found, SkipReason>,
}

/// A stretch of the walk, compared and read.
#[derive(Default)]
pub struct ReadBatch {
    /// Files as they were.
    pub same: u64,
    /// Files that are music though their names do not promise it: the walk did not count them.
    pub unpromised: u64,
    /// What is skipped and can have no row of a file: links, folders, names that cannot be said.
    pub passed: Vec<Skip>,
    /// Files that are skipped and have their row, or get it.
    pub skips: Vec<Skip>,
    /// Files to be stored.
    pub read: Vec<Read>,
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
    /// The row of each root of the scan.
    pub root_ids: &'a [i64],
    /// Read everything again.
    pub full: bool,
    /// Ends the work.
    pub stop: &'a AtomicBool,
}

/// A file that is new or changed.
struct ToRead {
    root_id: i64,
    whole: PathBuf,
    path: RelPath,
    id: Option<i64>,
    change: Change,
    stamp: Stamp,
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
        for (file, found) in to_read.into_iter().zip(answers) {
            self.take(file, found, &mut out);
        }
        let sheets = batch.sheets.iter();
        out.sheets = sheets.filter_map(|walked| self.sheet(walked)).collect();
        Ok(out)
    }

    /// The sheet, where it is to be looked at. It is not opened here.
    fn sheet(&self, walked: &Walked) -> Option<SheetSeen> {
        let root_id = self.root_ids[walked.root];
        let known = self.known.sheets.get(&path_hash(root_id, walked.below()));
        if let Some(known) = known {
            known.was_seen.store(true, Ordering::Relaxed);
        }
        let stamp = stamp_of(&walked.path).ok()?;
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
        let stamp = match stamp_of(&walked.path) {
            Ok(stamp) => stamp,
            Err(_) if !walked.is_sure => return None,
            Err(failure) => {
                // A link that leads nowhere holds no song; what may not be asked keeps its row.
                if let (Some(known), false) = (known, is_not_there(&failure)) {
                    known.was_seen.store(true, Ordering::Relaxed);
                }
                return out.pass(walked, SkipReason::from(failure));
            }
        };
        if !walked.is_sure {
            let is_as_known = known.is_some_and(|known| !known.is_gone && known.stamp == stamp);
            if !is_as_known && !is_music(&walked.path) {
                return None;
            }
            out.unpromised += 1;
        }
        if let Some(known) = known {
            known.was_seen.store(true, Ordering::Relaxed);
        }
        let Some(change) = self.change(known, stamp) else {
            out.keep(walked.path, known?, self.known);
            return None;
        };
        match RelPath::new(walked.below()) {
            Ok(path) => Some(ToRead {
                root_id,
                whole: walked.path,
                path,
                id: known.map(|known| known.id),
                change,
                stamp,
            }),
            Err(error) => out.pass(walked, SkipReason::from(error)),
        }
    }

    fn take(&self, file: ToRead, mut found: Result<Found, SkipReason>, out: &mut ReadBatch) {
        match &mut found {
            Ok(found) => by_path::fill_found(found, &file.path, &file.whole),
            Err(reason) => out.skip(file.whole, reason.to_string()),
        }
        if found.is_ok() && file.change == Change::Reread {
            let known = self
                .known
                .rows
                .get(&path_hash(file.root_id, file.path.as_bytes()));
            known.inspect(|known| known.is_same.store(true, Ordering::Relaxed));
        }
        out.read.push(Read {
            root_id: file.root_id,
            path: file.path,
            id: file.id,
            change: file.change,
            stamp: found.as_ref().map_or(file.stamp, |found| found.stamp),
            found,
        });
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

fn is_in(path: &[u8], folder: &[u8]) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

fn path_hash(root_id: i64, path: &[u8]) -> u128 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&root_id.to_le_bytes()).update(path);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}

/// The key is a hash already.
#[derive(Default)]
struct HashIsKey(u64);

impl Hasher for HashIsKey {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut half = [0; 8];
        let count = bytes.len().min(8);
        half[..count].copy_from_slice(&bytes[..count]);
        self.0 = u64::from_le_bytes(half);
    }
}
