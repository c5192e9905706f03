//! Last step: what was read goes into the index. One writer; a transaction for every second, so that a scan that is killed
//! goes on where it was.

use super::ScanOptions;
use super::compare::{Change, Read};
use super::part::gone_keys;
use crate::library::added;
use crate::library::index::{HERE, noted_disk};
use crate::library::mounts::Disk;
use crate::library::person::now_ms;
use crate::library::schema::OTHER_ORDERS;
use crate::library::worker::TagReader;
use crate::music::{AudioKey, Root};
use rusqlite::{Connection, OptionalExtension, params};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::os::unix::ffi::OsStringExt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// So many files are stored in one transaction at most: what they change stays in memory …
const BATCH: usize = 20_000;
/// … and for so long it stays open at most: a scan that is killed loses no more.
const BATCH_TIME: Duration = Duration::from_secs(1);

/// Pages of the full text that the end of a scan may merge.
const MERGED_PAGES: u32 = 4_000;
/// Where a stored file came from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stored {
    /// It was not known.
    New,
    /// Its row was written anew.
    Changed,
    /// It is the file of a row that was gone, at another path.
    Moved,
    /// It was read again and was as before.
    Same,
    /// It has no songs.
    Skipped,
}

/// A root as the last scan left it.
pub struct RootBefore {
    /// Whether it has files that were here.
    pub has_files: bool,
    disk: Option<Disk>,
}

impl RootBefore {
    /// Whether its disk is not mounted: what lies there now is not it. Who prunes says that it is.
    pub fn is_unmounted(&self, now: Option<&Disk>, options: &ScanOptions) -> bool {
        let disks = self.disk.as_ref().zip(now);
        self.has_files
            && !options.prune
            && disks.is_some_and(|(before, now)| before.is_another(now))
    }
}

/// Writes the index.
pub struct Store<'a> {
    pub(super) connection: &'a Connection,
    /// The root of each row of `root`.
    pub(super) roots: HashMap<i64, Arc<Root>>,
    /// Nothing is kept: one transaction for all, rolled back at the end.
    dry_run: bool,
    /// Files of rows that are gone, by their audio.
    gone: HashMap<AudioKey, i64>,
    /// Whether there were cue sheets before this scan.
    pub(super) has_sheets: bool,
    /// Folders whose sheets will be looked at again.
    pub(super) touched: HashSet<(i64, Vec<u8>)>,
    /// Rows above this one were made by this scan.
    pub(super) last_row_before: i64,
    /// When this scan began, in ms since 1970.
    pub(super) began_ms: i64,
    /// Names of roots of which it is kept what they had first: what is new in them came now.
    pub(super) with_added: HashSet<String>,
    /// Words that are written.
    pub(super) words: RefCell<HashSet<Box<str>>>,
    /// Reads files again that a cue sheet cuts.
    pub(super) reader: TagReader,
    /// The index was empty.
    is_first: bool,
    since_commit: usize,
    began: Instant,
    is_open: bool,
}

impl<'a> Store<'a> {
    /// Begins to write.
    pub fn new(
        connection: &'a Connection,
        reader: TagReader,
        dry_run: bool,
    ) -> rusqlite::Result<Self> {
        let newest: Option<i64> =
            connection.query_row("SELECT max(id) FROM file", [], |row| row.get(0))?;
        Ok(Self {
            connection,
            roots: HashMap::new(),
            dry_run,
            gone: gone_keys(connection)?,
            has_sheets: connection
                .query_row("SELECT EXISTS(SELECT 1 FROM sheet)", [], |row| row.get(0))?,
            touched: HashSet::new(),
            last_row_before: newest.unwrap_or(0),
            began_ms: now_ms(),
            with_added: HashSet::new(),
            words: RefCell::default(),
            reader,
            is_first: newest.is_none(),
            since_commit: 0,
            began: Instant::now(),
            is_open: false,
        })
    }

    /// The row of a root, which is made where there is none, and what it was at the last scan.
    pub fn root(&mut self, root: &Arc<Root>) -> rusqlite::Result<(i64, RootBefore)> {
        self.step()?;
        let known = self
            .connection
            .query_row("SELECT id FROM root WHERE name = ?1", [&root.name], |row| {
                row.get(0)
            })
            .optional()?;
        let id = match known {
            Some(id) => id,
            None => {
                self.connection
                    .execute("INSERT INTO root(name) VALUES (?1)", [&root.name])?;
                self.connection.last_insert_rowid()
            }
        };
        self.roots.insert(id, root.clone());
        let has_files =
            format!("SELECT EXISTS(SELECT 1 FROM file WHERE root_id = ?1 AND state = {HERE})");
        let before = "SELECT added FROM root WHERE id = ?1";
        let added: i64 = self.connection.query_row(before, [id], |row| row.get(0))?;
        if added == added::KEPT {
            self.with_added.insert(root.name.clone());
        }
        let before = RootBefore {
            has_files: self
                .connection
                .query_row(&has_files, [id], |row| row.get(0))?,
            disk: noted_disk(self.connection, id)?,
        };
        Ok((id, before))
    }

    /// Which file system a root is on now.
    pub fn note_disk(&mut self, root: i64, disk: Option<Disk>) -> rusqlite::Result<()> {
        let (point, id) = disk.map_or((None, None), |disk| (Some(disk.point), disk.id));
        let point = point.map(|point| point.into_os_string().into_vec());
        // SQLite's numbers have a sign: the bits stay.
        let id = id.map(u64::cast_signed);
        let sql = "UPDATE root SET mounted_at = ?2, disk = ?3
             WHERE id = ?1 AND (mounted_at IS NOT ?2 OR disk IS NOT ?3)";
        self.connection.execute(sql, params![root, point, id])?;
        Ok(())
    }

    /// Where there is no song yet, the indexes that [`finish`](Self::finish) makes stand in the way.
    pub fn begin(&mut self) -> rusqlite::Result<()> {
        if self.is_first {
            self.step()?;
            for (name, _) in OTHER_ORDERS {
                let sql = format!("DROP INDEX IF EXISTS {name}");
                self.connection.execute(&sql, [])?;
            }
        }
        Ok(())
    }

    /// Notes that roots were scanned whole.
    pub fn note_whole(&mut self, roots: impl Iterator<Item = i64>) -> rusqlite::Result<()> {
        self.step()?;
        let sql = "UPDATE root SET added = ?2 WHERE id = ?1 AND added = ?3";
        let mut statement = self.connection.prepare_cached(sql)?;
        for root in roots {
            statement.execute(params![root, added::WHOLE, added::NEVER_WHOLE])?;
        }
        Ok(())
    }

    /// Stores one file.
    pub fn put(&mut self, read: &Read) -> rusqlite::Result<Stored> {
        self.step()?;
        self.touch_sheets_around(read.root_id, &read.path)?;
        let Ok(found) = &read.found else {
            self.put_skipped(read)?;
            return Ok(Stored::Skipped);
        };
        let moved = match read.id {
            None => found.key.and_then(|key| self.gone.remove(&key)),
            Some(_) => None,
        };
        let known = read.id.or(moved);
        let sheet = match known {
            Some(file) if self.has_sheets => self.sheet_of(file)?,
            _ => None,
        };
        let file = self.put_file(read, known, None)?;
        match sheet {
            // Its songs are written when the sheets are looked at, as this one will be.
            Some(sheet) => self.touch(sheet)?,
            None => {
                self.set_cut(file, found, None)?;
                let is_known = file <= self.last_row_before;
                if read.change != Change::Reread || !self.are_written(file, &read.songs)? {
                    self.put_songs(file, &read.songs, is_known)?;
                }
            }
        }
        Ok(match (moved, read.change) {
            (Some(_), _) => Stored::Moved,
            (None, Change::New) => Stored::New,
            (None, Change::Changed) => Stored::Changed,
            (None, Change::Reread) => Stored::Same,
        })
    }

    fn put_skipped(&mut self, read: &Read) -> rusqlite::Result<()> {
        let reason = read.found.as_ref().err().map(ToString::to_string);
        let file = self.put_file(read, read.id, reason.as_deref())?;
        if read.id.is_some() {
            self.drop_songs(file)?;
            self.uncut(file)?;
        }
        Ok(())
    }

    fn put_file(
        &self,
        read: &Read,
        id: Option<i64>,
        reason: Option<&str>,
    ) -> rusqlite::Result<i64> {
        let path = read.path.as_bytes();
        let values = params![
            id,
            read.root_id,
            path,
            nfc_if_other(path),
            read.stamp.size,
            read.stamp.mtime_ns,
            HERE,
            reason,
            read.inode.cast_signed()
        ];
        let sql = match id {
            None => {
                "INSERT INTO file(id, root_id, path, path_nfc, size, mtime_ns, state, skip_reason, inode)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
            }
            Some(_) => {
                "UPDATE file SET root_id = ?2, path = ?3, path_nfc = ?4, size = ?5, mtime_ns = ?6, state = ?7,
                 skip_reason = ?8, inode = ?9 WHERE id = ?1"
            }
        };
        self.connection.prepare_cached(sql)?.execute(values)?;
        Ok(id.unwrap_or_else(|| self.connection.last_insert_rowid()))
    }

    pub(super) fn step(&mut self) -> rusqlite::Result<()> {
        let is_full = self.since_commit >= BATCH || self.began.elapsed() >= BATCH_TIME;
        if self.is_open && is_full && !self.dry_run {
            self.commit()?;
        }
        if !self.is_open {
            self.connection
                .prepare_cached("BEGIN IMMEDIATE")?
                .execute([])?;
            (self.is_open, self.since_commit, self.began) = (true, 0, Instant::now());
        }
        self.since_commit += 1;
        Ok(())
    }

    fn commit(&mut self) -> rusqlite::Result<()> {
        self.is_open = false;
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// Songs that are here now, and the end of the last transaction.
    pub fn finish(mut self) -> rusqlite::Result<u64> {
        self.step()?;
        // A first scan may have been killed: they may be missing after any other one too.
        for (name, of) in OTHER_ORDERS {
            let sql = format!("CREATE INDEX IF NOT EXISTS {name} ON {of}");
            self.connection.execute(&sql, [])?;
        }
        let merge = "INSERT INTO song_text(song_text, rank) VALUES ('merge', ?1)";
        self.connection.execute(merge, [MERGED_PAGES])?;
        let total = self.connection.query_row(
            "SELECT (SELECT count(*) FROM song) - (SELECT count(*) FROM file INDEXED BY file_not_here
             CROSS JOIN song ON file_id = file.id WHERE state <> 0)",
            [],
            |row| row.get(0),
        )?;
        if self.is_open && !self.dry_run {
            self.commit()?;
        }
        Ok(total)
    }
}

impl Drop for Store<'_> {
    fn drop(&mut self) {
        if self.is_open {
            // After an error, or in a dry run: what was not committed is not wanted.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

/// The path in NFC, where it is spelled in another way; `None` where it is NFC or no UTF-8.
pub fn nfc_if_other(path: &[u8]) -> Option<Vec<u8>> {
    if path.is_ascii() {
        return None;
    }
    let text = std::str::from_utf8(path).ok()?;
    if is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return None;
    }
    let nfc: String = text.nfc().collect();
    (nfc != text).then(|| nfc.into_bytes())
}
