//! The files of the index, for whoever goes through all of them. It opens none.

use super::LibraryError;
use super::bytes::Stamp;
use super::index::Reader;
use super::row::HERE_SONGS;
use crate::music::{AudioKey, Place, RelPath, Root, Song};
use rusqlite::{OptionalExtension, Row};
use std::collections::HashSet;
use std::sync::Arc;

/// A file of the index, which has another number when that is built anew.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FileId(i64);

#[cfg(test)]
impl FileId {
    /// For tests.
    pub fn of(number: i64) -> Self {
        Self(number)
    }
}

/// The file that a column of a row names.
pub(super) fn file_id(row: &Row, column: usize) -> rusqlite::Result<FileId> {
    row.get(column).map(FileId)
}

/// A file that is here and holds songs.
pub struct IndexedFile {
    /// Its number.
    pub id: FileId,
    /// The root that it lies in.
    pub root: Arc<Root>,
    /// The key of all of it.
    pub key: Option<AudioKey>,
    /// As it was when it was indexed.
    pub stamp: Stamp,
    /// Playing time of its songs, in ms; those that do not tell it count nothing.
    pub length_ms: u64,
}

impl Reader {
    /// Shows every file that is here and holds songs, the one that was changed last first.
    pub fn each_file_newest_first(
        &self,
        see: &mut dyn FnMut(IndexedFile),
    ) -> Result<(), LibraryError> {
        self.each_file("ORDER BY mtime_ns DESC, file.id DESC", see)
    }

    /// The same in no order, which takes half the time.
    pub fn each_file_somehow(&self, see: &mut dyn FnMut(IndexedFile)) -> Result<(), LibraryError> {
        self.each_file("", see)
    }

    /// How many files are here and hold songs.
    pub fn file_count(&self) -> Result<u64, LibraryError> {
        let sql = "SELECT count(*) FROM file WHERE state = 0 AND skip_reason IS NULL";
        self.ask(|connection| connection.query_row(sql, [], |row| row.get(0)))
    }

    fn each_file(&self, order: &str, see: &mut dyn FnMut(IndexedFile)) -> Result<(), LibraryError> {
        let sql = format!(
            "SELECT file.id, root_id, size, mtime_ns, coalesce(whole_key, min(audio_key)), sum(length_ms)
             FROM {HERE_SONGS} GROUP BY file.id {order}"
        );
        self.ask(|connection| {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let Some(root) = self.by_id.get(&row.get(1)?) else {
                    continue;
                };
                let key = row.get_ref(4)?.as_blob_or_null()?;
                see(IndexedFile {
                    id: file_id(row, 0)?,
                    root: root.clone(),
                    key: key.and_then(AudioKey::from_slice),
                    stamp: Stamp {
                        size: row.get(2)?,
                        mtime_ns: row.get(3)?,
                    },
                    length_ms: row.get::<_, Option<u64>>(5)?.unwrap_or(0),
                });
            }
            Ok(())
        })
    }

    /// The rows of the files that songs of the index lie in.
    pub fn files_of(&self, songs: &[Arc<Song>]) -> Result<HashSet<FileId>, LibraryError> {
        let ids = songs.iter().filter_map(|song| song.id);
        self.ask(|connection| {
            let mut statement = connection.prepare("SELECT file_id FROM song WHERE id = ?1")?;
            ids.map(|id| statement.query_row([id.0], |row| file_id(row, 0)))
                .collect()
        })
    }

    /// The songs in a file, in order.
    pub fn songs_of_file(&self, file: FileId) -> Result<Vec<Song>, LibraryError> {
        self.songs("WHERE file.id = ?1 ORDER BY part", [file.0])
    }

    /// Where a file lies; `None`: there is no such row, or its root is not known.
    pub fn place_of_file(&self, file: FileId) -> Result<Option<Place>, LibraryError> {
        let sql = "SELECT root_id, path FROM file WHERE id = ?1";
        let found = self.ask(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let row = statement.query_row([file.0], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, Vec<u8>>(1)?))
            });
            row.optional()
        })?;
        Ok(found.and_then(|(root, path)| {
            Some(Place {
                root: self.by_id.get(&root)?.clone(),
                path: RelPath::new(path).ok()?,
            })
        }))
    }
}
