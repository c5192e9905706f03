//! What the index knew of the files below the folders of a scan, when it began: a map that holds no path. It reads no file.

use crate::library::bytes::Stamp;
use crate::library::index::GONE;
use rusqlite::{Connection, Row, params};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};

/// What the index knows of the files below the folders of a scan.
#[derive(Default)]
pub struct Known {
    pub(super) rows: HashMap<u128, KnownFile, BuildHasherDefault<HashIsKey>>,
    pub(super) sheets: HashMap<u128, KnownFile, BuildHasherDefault<HashIsKey>>,
    pub(super) reasons: HashMap<i64, String>,
    here: u64,
}

/// A row, without its path.
pub struct KnownFile {
    /// The row.
    pub id: i64,
    pub(super) stamp: Stamp,
    pub(super) is_gone: bool,
    fate: AtomicU8,
    pub(super) is_same: AtomicBool,
}

/// [`KnownFile::fate`]: no walk has come across it.
const UNSEEN: u8 = 0;
/// It is where it was.
const SEEN: u8 = 1;
/// It is at another path.
const MOVED: u8 = 2;

/// A stretch of `file` rows: a root and a folder below it, empty for all of the root.
pub struct Scope {
    /// The root's row.
    pub root_id: i64,
    /// The folder.
    pub below: Vec<u8>,
}

/// Most paths, with the number of their root, are no longer.
const SHORT_PATH: usize = 256;

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

    /// The rows that were gone before, and that no walk came across.
    pub fn long_gone(&self) -> Vec<i64> {
        let is_long_gone = |file: &&KnownFile| file.is_gone && file.is_unseen();
        let gone = self.rows.values().filter(is_long_gone);
        gone.map(|file| file.id).collect()
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
        let unseen = |file: &&KnownFile| !file.is_gone && file.is_unseen();
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
            fate: AtomicU8::new(UNSEEN),
            is_same: AtomicBool::new(false),
        }
    }

    /// A walk came across something at its path. `false`: the row has gone to another path meanwhile.
    pub(super) fn see(&self) -> bool {
        self.settle(SEEN) != MOVED
    }

    /// The row goes to another path. `false`: it is not to be had.
    pub(super) fn take_away(&self) -> bool {
        self.settle(MOVED) == UNSEEN
    }

    /// What was decided before, which stays.
    fn settle(&self, fate: u8) -> u8 {
        let decided =
            self.fate
                .compare_exchange(UNSEEN, fate, Ordering::Relaxed, Ordering::Relaxed);
        decided.unwrap_or_else(|before| before)
    }

    fn is_unseen(&self) -> bool {
        self.fate.load(Ordering::Relaxed) == UNSEEN
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

/// Whether a path is a folder or lies in it; the empty folder holds all.
pub(super) fn is_in(path: &[u8], folder: &[u8]) -> bool {
    folder.is_empty()
        || path
            .strip_prefix(folder)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

/// What stands for a path in the map.
pub(super) fn path_hash(root_id: i64, path: &[u8]) -> u128 {
    let root = root_id.to_le_bytes();
    let mut short = [0; SHORT_PATH];
    // In one piece it takes half the time.
    let hash = match short.get_mut(..root.len() + path.len()) {
        Some(text) => {
            text[..root.len()].copy_from_slice(&root);
            text[root.len()..].copy_from_slice(path);
            blake3::hash(text)
        }
        None => blake3::Hasher::new().update(&root).update(path).finalize(),
    };
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_bytes()[..16]);
    u128::from_le_bytes(bytes)
}

/// The key is a hash already.
#[derive(Default)]
pub(super) struct HashIsKey(u64);

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
