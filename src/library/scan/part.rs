//! What becomes of rows whose files are no longer there: gone, or moved to where the same audio turned up. It reads no file.

use super::report::Held;
use super::songs::SongRow;
use super::store::Store;
use crate::library::index::{GONE, HERE};
use crate::library::row::{HERE_SONGS, SONG_COLUMNS, song};
use crate::music::{AudioKey, Song};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// So many files of a root are gone without a question, whatever their share.
const LEAST_HELD: u64 = 5;
/// More than one of so many files of a root that vanish at once are held: a disk may be away, or half of it.
const HELD_SHARE: u64 = 5;

/// So many copies of a recording are looked at.
const MOST_COPIES: u32 = 64;

/// What became of the rows that no walk came across.
#[derive(Default)]
pub struct Parted {
    /// Files that are gone.
    pub gone: u64,
    /// Files that turned up elsewhere.
    pub moved: u64,
    /// Files that would be gone, and are so many that nothing was noted of them.
    pub held: Vec<Held>,
}

impl Store<'_> {
    /// Notes that the files of these rows are no longer there; a row whose audio turned up elsewhere in this scan
    /// takes that place. Rows below a folder that could not be read stay as they are, and so do those of a root of which
    /// more than a fifth has vanished, unless that `is_meant`.
    pub fn part_with(
        &mut self,
        unseen: &[i64],
        unreadable: &[PathBuf],
        is_meant: bool,
    ) -> rusqlite::Result<Parted> {
        let mut parted = Parted::default();
        let mut vanished: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for file in unseen {
            self.step()?;
            if !unreadable.is_empty() && self.is_below(*file, unreadable)? {
                continue;
            }
            match self.same_audio_of_this_scan(*file)? {
                Some(new) => {
                    self.take_place(*file, new)?;
                    parted.moved += 1;
                }
                None => vanished
                    .entry(self.root_of(*file)?)
                    .or_default()
                    .push(*file),
            }
        }
        for (root, files) in vanished {
            let mut files = files;
            if !is_meant && self.held(root, files.len() as u64)?.is_some() {
                let (elsewhere, lost) = self.sorted_by_loss(&files, unseen)?;
                let held = self.held(root, lost.len() as u64)?;
                if let Some(held) = held {
                    parted.held.push(held);
                    files = elsewhere;
                }
            }
            parted.gone += files.len() as u64;
            for file in files {
                self.step()?;
                self.set_gone(file)?;
            }
        }
        Ok(parted)
    }

    fn root_of(&self, file: i64) -> rusqlite::Result<i64> {
        let sql = "SELECT root_id FROM file WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row([file], |row| row.get(0))
    }

    /// Of files that have vanished, those whose audio is here in another file, and those whose audio is nowhere: what was
    /// moved in pieces, or copied first, is not lost.
    fn sorted_by_loss(
        &self,
        files: &[i64],
        unseen: &[i64],
    ) -> rusqlite::Result<(Vec<i64>, Vec<i64>)> {
        let (mut elsewhere, mut lost) = (Vec::new(), Vec::new());
        for file in files {
            let same = match self.audio_of(*file)? {
                Some(key) => self.files_of_audio(&key)?,
                None => Vec::new(),
            };
            // `unseen` is in order.
            let is_here = |file: &i64| unseen.binary_search(file).is_err();
            if same.iter().any(is_here) {
                elsewhere.push(*file);
            } else {
                lost.push(*file);
            }
        }
        Ok((elsewhere, lost))
    }

    /// The files that are here and hold this audio; of very many, some.
    fn files_of_audio(&self, key: &[u8]) -> rusqlite::Result<Vec<i64>> {
        let sql = format!(
            "SELECT file_id FROM song JOIN file ON file.id = file_id
             WHERE audio_key = ?1 AND part = 0 AND state = {HERE}
             UNION ALL SELECT id FROM file WHERE whole_key = ?1 AND state = {HERE} LIMIT {MOST_COPIES}"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        statement.query_map([key], |row| row.get(0))?.collect()
    }

    /// Whether so many files of a root are too many to be gone at once.
    fn held(&self, root_id: i64, files: u64) -> rusqlite::Result<Option<Held>> {
        let sql = format!("SELECT count(*) FROM file WHERE root_id = ?1 AND state = {HERE}");
        let of: u64 = self
            .connection
            .query_row(&sql, [root_id], |row| row.get(0))?;
        let root = self.roots.get(&root_id).cloned();
        let is_much = files >= LEAST_HELD && files * HELD_SHARE > of;
        Ok(root
            .filter(|_| is_much)
            .map(|root| Held { root, files, of }))
    }

    /// Forgets files that are gone; how many.
    pub fn forget(&mut self, gone: &[i64]) -> rusqlite::Result<u64> {
        let mut forgotten = 0;
        for file in gone {
            self.step()?;
            let sql = format!("DELETE FROM file WHERE id = ?1 AND state = {GONE}");
            forgotten += self.connection.prepare_cached(&sql)?.execute([file])? as u64;
        }
        Ok(forgotten)
    }

    fn is_below(&self, file: i64, folders: &[PathBuf]) -> rusqlite::Result<bool> {
        self.lies_below(
            "SELECT root_id, path FROM file WHERE id = ?1",
            file,
            folders,
        )
    }

    /// Whether what a statement tells the root and the path of lies below one of the folders.
    pub(super) fn lies_below(
        &self,
        sql: &str,
        file: i64,
        folders: &[PathBuf],
    ) -> rusqlite::Result<bool> {
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row([file], |row| {
            let Some(root) = self.roots.get(&row.get(0)?) else {
                return Ok(true);
            };
            let path = root.dir.join(OsStr::from_bytes(row.get_ref(1)?.as_blob()?));
            Ok(folders.iter().any(|folder| path.starts_with(folder)))
        })
    }

    fn audio_of(&self, file: i64) -> rusqlite::Result<Option<Vec<u8>>> {
        let key: Option<Option<Vec<u8>>> = self
            .connection
            .prepare_cached(
                "SELECT coalesce(whole_key, audio_key) FROM file JOIN song ON file_id = file.id
                 WHERE file.id = ?1 ORDER BY part LIMIT 1",
            )?
            .query_row([file], |row| row.get(0))
            .optional()?;
        Ok(key.flatten())
    }

    fn same_audio_of_this_scan(&self, file: i64) -> rusqlite::Result<Option<i64>> {
        let Some(key) = self.audio_of(file)? else {
            return Ok(None);
        };
        self.connection
            .prepare_cached(
                "SELECT file_id FROM song WHERE audio_key = ?1 AND part = 0 AND file_id > ?2
                 UNION ALL SELECT id FROM file WHERE whole_key = ?1 AND id > ?2 LIMIT 1",
            )?
            .query_row(params![key, self.last_row_before], |row| row.get(0))
            .optional()
    }

    /// The old row goes on at the new file's place, with what was read there; the new row ends. What a sheet cut
    /// stays cut until the sheets are looked at.
    fn take_place(&self, old: i64, new: i64) -> rusqlite::Result<()> {
        let songs = self.load(new)?;
        if songs.is_empty() {
            return Ok(());
        }
        self.drop_songs(new)?;
        let take = "SELECT root_id, path, path_nfc, size, mtime_ns, whole_key, inode FROM file WHERE id = ?1";
        let row = self
            .connection
            .prepare_cached(take)?
            .query_row([new], |row| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Vec<u8>>(1)?,
                    row.get::<_, Option<Vec<u8>>>(2)?,
                    row.get::<_, i64>(3)?,
                    row.get::<_, i64>(4)?,
                    row.get::<_, Option<Vec<u8>>>(5)?,
                    row.get::<_, Option<i64>>(6)?,
                ))
            })?;
        self.connection
            .prepare_cached("DELETE FROM file WHERE id = ?1")?
            .execute([new])?;
        self.connection
            .prepare_cached(
                "UPDATE file SET root_id = ?2, path = ?3, path_nfc = ?4, size = ?5, mtime_ns = ?6, inode = ?7 WHERE id = ?1",
            )?
            .execute(params![old, row.0, row.1, row.2, row.3, row.4, row.6])?;
        if let Some(sheet) = self.sheet_of(old)? {
            return self.touch(sheet);
        }
        self.connection
            .prepare_cached("UPDATE file SET whole_key = ?2 WHERE id = ?1")?
            .execute(params![old, row.5])?;
        let songs: Vec<_> = songs.into_iter().map(SongRow::from).collect();
        self.put_songs(old, &songs, true)
    }

    fn load(&self, file: i64) -> rusqlite::Result<Vec<Song>> {
        let sql =
            format!("SELECT {SONG_COLUMNS} FROM {HERE_SONGS} WHERE file_id = ?1 ORDER BY part");
        let mut statement = self.connection.prepare_cached(&sql)?;
        let songs = statement.query_map([file], |row| song(row, &self.roots))?;
        songs.filter_map(Result::transpose).collect()
    }

    fn set_gone(&self, file: i64) -> rusqlite::Result<()> {
        for song in self.songs_of(file)? {
            self.drop_text(song)?;
        }
        self.connection
            .prepare_cached("UPDATE file SET state = ?2 WHERE id = ?1")?
            .execute([file, GONE])?;
        Ok(())
    }
}

/// Files of rows that are gone, by their audio: where one turns up, its row goes on.
pub(super) fn gone_keys(connection: &Connection) -> rusqlite::Result<HashMap<AudioKey, i64>> {
    let mut statement = connection.prepare(
        "SELECT coalesce(whole_key, audio_key), file_id FROM file INDEXED BY file_not_here
         CROSS JOIN song ON file_id = file.id
         WHERE state <> 0 AND (whole_key IS NOT NULL OR part = 0 AND audio_key IS NOT NULL)",
    )?;
    let mut rows = statement.query([])?;
    let mut keys = HashMap::new();
    while let Some(row) = rows.next()? {
        if let Some(key) = AudioKey::from_slice(row.get_ref(0)?.as_blob()?) {
            keys.insert(key, row.get(1)?);
        }
    }
    Ok(keys)
}
