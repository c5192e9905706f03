//! Files that were only moved or renamed: a file that no row tells of, or one that is gone, with the inode, the size and the time of a row at
//! whose path nothing is any more, is the file of that row. It reads no file, and where anything is unclear it says
//! nothing: the file is read then, and known by its audio.
//!
//! The device is not asked: its number changes with each mounting. FUSE, FAT and others give inodes anew whenever they like,
//! and any file system gives that of a deleted file to a new one; so size and time, in ns, must agree too. That another file has
//! all three, while the one that had them has left its place, is as good as impossible.

use super::by_path;
use super::known::{Known, path_hash};
use super::songs::SongRow;
use super::store::{Store, nfc_if_other};
use super::walk::Walked;
use crate::library::bytes::Identity;
use crate::library::index::HERE;
use crate::library::row::{self, SONG_COLUMNS};
use crate::library::{Index, Reader};
use crate::music::{Place, RelPath, Root, Song};
use rusqlite::{OptionalExtension, params};
use std::collections::HashSet;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};

/// So many rows of one inode are looked at: it has one for each of its hard links.
const MOST_LINKS: u32 = 64;

/// The column behind [`SONG_COLUMNS`].
const FILE_ID: usize = 36;

/// A file whose row goes on at another path.
pub struct MovedFile {
    id: i64,
    root_id: i64,
    /// What its row said, at its new place.
    song: SongRow,
}

/// Where a row says that its file is: its root's row, its path, and that in NFC where it is another.
type RowPlace = (i64, Vec<u8>, Option<Vec<u8>>);

/// What rows tell of files that are no longer where they were.
pub struct Moves<'a> {
    index: &'a Index,
    roots: &'a [Arc<Root>],
    /// Opened for the first file that is asked for: most scans meet none. It sees the rows as they were committed, and no
    /// row is asked for that this scan has written.
    reader: OnceLock<Option<Mutex<Reader>>>,
    /// Roots that are here and of which something is scanned.
    here: HashSet<i64>,
    /// Rows outside the folders of this scan that go on within them; each is one file of them.
    taken: Mutex<HashSet<i64>>,
}

/// A row that may be that of a file.
struct Candidate {
    id: i64,
    root_id: i64,
    song: Song,
}

impl<'a> Moves<'a> {
    /// Where the files of the index may have gone.
    pub fn new(index: &'a Index, roots: &'a [Arc<Root>], here: HashSet<i64>) -> Self {
        Self {
            index,
            roots,
            here,
            taken: Mutex::default(),
            reader: OnceLock::new(),
        }
    }

    /// The row that goes on at the path of this file, of which no row that is here tells; nobody else gets it.
    pub fn to(
        &self,
        walked: &Walked,
        root_id: i64,
        now: Identity,
        known: &Known,
    ) -> Option<MovedFile> {
        let path = RelPath::new(walked.below()).ok()?;
        let candidates = self.candidates(now)?;
        let is_it = |candidate: &Candidate| {
            let before = &candidate.song.place;
            // What it is read as may hang on the end of its name.
            before.path.as_path().extension() == walked.path.extension()
                && is_no_longer_at(&before.file())
                && self.take_away(candidate, known)
        };
        let Candidate { id, mut song, .. } = candidates.into_iter().find(is_it)?;
        by_path::fill_again(&mut song.tags, &path, &walked.path);
        let root = self.roots[walked.root].clone();
        song.place = Place { root, path };
        Some(MovedFile {
            id,
            root_id,
            song: song.into(),
        })
    }

    /// Whether the row is to be had; from now on it is not.
    fn take_away(&self, candidate: &Candidate, known: &Known) -> bool {
        let path = candidate.song.place.path.as_bytes();
        match known.rows.get(&path_hash(candidate.root_id, path)) {
            Some(row) => row.id == candidate.id && row.take_away(),
            // No walk comes by its place: a watch may hear of the two ends of a move one after the other. Of a root that is
            // away nobody knows what has left it.
            None => {
                let is_new = || {
                    self.taken
                        .lock()
                        .map(|mut taken| taken.insert(candidate.id))
                };
                self.here.contains(&candidate.root_id) && is_new().unwrap_or(false)
            }
        }
    }

    /// `None` where nothing is known yet, and after a first scan that was killed: without the index each file would cost a
    /// walk of the table.
    fn open(&self) -> Option<Mutex<Reader>> {
        let reader = self.index.reader(self.roots).ok()?;
        let sql = "SELECT EXISTS(SELECT 1 FROM file) AND EXISTS(SELECT 1 FROM sqlite_schema WHERE name = 'file_by_inode')";
        let is_of_use = reader.ask(|connection| connection.query_row(sql, [], |row| row.get(0)));
        is_of_use.unwrap_or(false).then(|| Mutex::new(reader))
    }

    /// Rows of one song each that are not cut by a sheet; `None` where they cannot be asked for.
    fn candidates(&self, now: Identity) -> Option<Vec<Candidate>> {
        let reader = self.reader.get_or_init(|| self.open()).as_ref()?;
        let reader = reader.lock().ok()?;
        let sql = format!(
            "SELECT {SONG_COLUMNS}, file.id FROM file INDEXED BY file_by_inode CROSS JOIN song ON file_id = file.id
             WHERE inode = ?1 AND size = ?2 AND mtime_ns = ?3 AND state = {HERE} AND skip_reason IS NULL
             AND whole_key IS NULL AND sheet_id IS NULL AND part = 0 LIMIT {MOST_LINKS}"
        );
        let stamp = now.stamp;
        let inode = now.inode.cast_signed();
        let found = reader.ask(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let candidate = |row: &rusqlite::Row| {
                let song = row::song(row, &reader.by_id)?;
                let (id, root_id) = (row.get(FILE_ID)?, row.get(1)?);
                Ok(song.map(|song| Candidate { id, root_id, song }))
            };
            let rows =
                statement.query_map(params![inode, stamp.size, stamp.mtime_ns], candidate)?;
            rows.filter_map(Result::transpose).collect()
        });
        found.ok()
    }
}

impl Store<'_> {
    /// The row of a file goes on at its new path. The song keeps its own row and its key.
    pub fn put_moved(&mut self, moved: &MovedFile) -> rusqlite::Result<()> {
        self.step()?;
        let path = &moved.song.song.place.path;
        self.touch_sheets_around(moved.root_id, path)?;
        let bytes = path.as_bytes();
        let new = (moved.root_id, bytes.to_vec(), nfc_if_other(bytes));
        match self.row_at(&new)? {
            Some(gone) => self.change_places(gone, moved.id, &new)?,
            None => self.put_at(moved.id, &new)?,
        }
        self.put_songs(moved.id, std::slice::from_ref(&moved.song), true)
    }

    /// A row that is gone leaves its path to one that goes on there. It is kept, for its file may turn up anywhere: at the
    /// path that the other has left, where nothing is.
    fn change_places(&self, gone: i64, moved: i64, new: &RowPlace) -> rusqlite::Result<()> {
        let old = self
            .connection
            .prepare_cached("SELECT root_id, path, path_nfc FROM file WHERE id = ?1")?
            .query_row([moved], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        // No two rows may be at one path, not even in between; and no path holds a zero.
        self.put_at(gone, &(new.0, vec![0], None))?;
        self.put_at(moved, new)?;
        self.put_at(gone, &old)
    }

    fn row_at(&self, (root_id, path, _): &RowPlace) -> rusqlite::Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT id FROM file WHERE root_id = ?1 AND path = ?2")?
            .query_row(params![root_id, path], |row| row.get(0))
            .optional()
    }

    fn put_at(&self, id: i64, (root_id, path, nfc): &RowPlace) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE file SET root_id = ?2, path = ?3, path_nfc = ?4 WHERE id = ?1")?
            .execute(params![id, root_id, path, nfc])
            .map(drop)
    }
}

/// Whether nothing is at a path, not even a link. What may not be asked is taken to be there; and a hard link that is left
/// there, or another file, keeps the row.
fn is_no_longer_at(path: &Path) -> bool {
    let found = std::fs::symlink_metadata(path);
    found.is_err_and(|error| matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory))
}
