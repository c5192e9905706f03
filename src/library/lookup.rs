//! Songs by what names them: a place, an audio key, the keys of a row. It ranks nothing.

use super::LibraryError;
use super::index::Reader;
use super::owned::OwnedFile;
use super::row::{HERE_SONGS, SONG_COLUMNS, song};
use super::scan::nfc_if_other;
use crate::music::{AudioKey, Song, Uri};
use rusqlite::{OptionalExtension, Params, params};
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The root's name and the folder below it, as a URI gives them; a folder's last slash is not part of it.
///
/// `Music` → (`Music`, ``), `Music/a/b/` → (`Music`, `a/b`).
pub(super) fn root_and_folder(uri: &Uri) -> (&[u8], &[u8]) {
    let bytes = uri.as_bytes();
    let bytes = bytes.strip_suffix(b"/").unwrap_or(bytes);
    match bytes.iter().position(|byte| *byte == b'/') {
        Some(slash) => (&bytes[..slash], &bytes[slash + 1..]),
        None => (bytes, &[]),
    }
}

impl Reader {
    /// The song of a URI, however its letters are composed: a part of a file, or all of one.
    pub fn song_by_uri(&self, uri: &Uri) -> Result<Option<Song>, LibraryError> {
        if let Some(file) = self.file_by_uri(uri)? {
            return Ok(Some(file.whole));
        }
        let Some((file, part)) = uri.split_part() else {
            return Ok(None);
        };
        let parts = self
            .file_by_uri(&file)?
            .map_or(Vec::new(), |file| file.parts);
        Ok(parts.into_iter().find(|song| song.part == part))
    }

    /// All of a file below one of the roots as one song; see [`file_by_path`](Self::file_by_path).
    pub fn song_by_file(&self, path: &Path) -> Result<Option<Song>, LibraryError> {
        Ok(self.file_by_path(path)?.map(|file| file.whole))
    }

    /// What lies at the URI of a file, however its letters are composed.
    pub fn file_by_uri(&self, uri: &Uri) -> Result<Option<OwnedFile>, LibraryError> {
        if let Some(path) = uri.absolute() {
            return self.file_by_path(&path);
        }
        match uri.in_root() {
            Some((root, path)) => self.file_at(root, path.as_bytes()),
            None => Ok(None),
        }
    }

    /// What a file below one of the roots holds, however its letters are composed; links in the path are followed.
    pub fn file_by_path(&self, path: &Path) -> Result<Option<OwnedFile>, LibraryError> {
        let spelled = std::path::absolute(path).ok();
        let resolved = || std::fs::canonicalize(path).ok();
        if let Some(spelled) = spelled
            && let Some(file) = self.file_below_a_root(&spelled)?
        {
            return Ok(Some(file));
        }
        resolved().map_or(Ok(None), |path| self.file_below_a_root(&path))
    }

    /// The file that an address means, whether it is there or not; `None` where its root is not known.
    pub fn file_of(&self, uri: &Uri) -> Option<PathBuf> {
        if let Some(file) = uri.absolute() {
            return Some(file);
        }
        let (name, path) = uri.in_root()?;
        let root = self.roots().iter().find(|root| root.name == name)?;
        Some(root.dir.join(path.as_path()))
    }

    fn file_below_a_root(&self, path: &Path) -> Result<Option<OwnedFile>, LibraryError> {
        let roots = self.roots.iter().filter(|root| path.starts_with(&root.dir));
        let Some(innermost) = roots.max_by_key(|root| root.dir.as_os_str().len()) else {
            return Ok(None);
        };
        match path.strip_prefix(&innermost.dir) {
            Ok(below) => self.file_at(&innermost.name, below.as_os_str().as_bytes()),
            Err(_) => Ok(None),
        }
    }

    fn file_at(&self, root: &str, path: &[u8]) -> Result<Option<OwnedFile>, LibraryError> {
        let Some(root) = self.root_id(root) else {
            return Ok(None);
        };
        let by = |condition: &str, path: &[u8]| {
            let rest = format!("WHERE root_id = ?1 AND {condition} ORDER BY file.id, part");
            self.owned(self.songs(&rest, params![root, path])?)
        };
        if let Some(song) = by("path = ?2", path)? {
            return Ok(Some(song));
        }
        if path.is_ascii() {
            return Ok(None);
        }
        let nfc = nfc_if_other(path).unwrap_or_else(|| path.to_vec());
        match by("path = ?2", &nfc)? {
            Some(song) => Ok(Some(song)),
            None => by("path_nfc = ?2", &nfc),
        }
    }

    /// The songs of the first file among these, which stand together.
    pub(super) fn owned(&self, mut songs: Vec<Song>) -> Result<Option<OwnedFile>, LibraryError> {
        let Some(first) = songs.first() else {
            return Ok(None);
        };
        let place = first.place.clone();
        songs.retain(|song| song.place == place);
        let key = match &songs[0] {
            song if song.part > 0 => self.whole_key(song)?,
            song => song.key,
        };
        Ok(OwnedFile::of_songs(songs, key))
    }

    /// The key of all of the file that a song is a part of.
    pub(super) fn whole_key(&self, song: &Song) -> Result<Option<AudioKey>, LibraryError> {
        let sql = "SELECT whole_key FROM file JOIN song ON file_id = file.id WHERE song.id = ?1";
        let id = song.id.map(|id| id.0);
        let key: Option<Vec<u8>> = self.ask(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            Ok(statement
                .query_row([id], |row| row.get(0))
                .optional()?
                .flatten())
        })?;
        Ok(key.as_deref().and_then(AudioKey::from_slice))
    }

    /// Every song that is here and has this audio, also those that are all of a file with several songs in it.
    pub fn songs_by_key(&self, key: AudioKey) -> Result<Vec<Song>, LibraryError> {
        let mut songs = self.songs("WHERE audio_key = ?1 ORDER BY song.id", [key.as_bytes()])?;
        let cut = "WHERE whole_key = ?1 ORDER BY file.id, part";
        let parts = self.songs(cut, [key.as_bytes()])?;
        let files = parts.chunk_by(|a, b| a.place == b.place);
        let wholes = files.filter_map(|parts| OwnedFile::of_songs(parts.to_vec(), Some(key)));
        songs.extend(wholes.map(|file| file.whole));
        Ok(songs)
    }

    /// At most so many songs that one of these keys of `wanted` leads to, key by key; `length_ms`: only those whose length
    /// is unknown or lies within these.
    pub(super) fn songs_by_match_keys(
        &self,
        keys: &[i32],
        length_ms: Option<RangeInclusive<u64>>,
        most: usize,
    ) -> Result<Vec<Song>, LibraryError> {
        let (least_ms, most_ms) = match &length_ms {
            Some(range) => (Some(*range.start()), Some(*range.end())),
            None => (None, None),
        };
        let mut found: Vec<Song> = Vec::new();
        for key in keys {
            let songs = self.songs(
                "JOIN song_match ON song_id = song.id WHERE match_key = ?1
                 AND (?2 IS NULL OR length_ms IS NULL OR length_ms BETWEEN ?2 AND ?3) LIMIT ?4",
                params![key, least_ms, most_ms, most - found.len()],
            )?;
            let known: HashSet<_> = found.iter().map(|song| song.id).collect();
            found.extend(songs.into_iter().filter(|song| !known.contains(&song.id)));
            if found.len() >= most {
                break;
            }
        }
        Ok(found)
    }

    /// Songs that are here, by the end of a statement that begins `SELECT … FROM song JOIN file`.
    pub(super) fn songs(&self, rest: &str, params: impl Params) -> Result<Vec<Song>, LibraryError> {
        self.songs_as(rest, params, |song| song)
    }

    /// The same, each made into something else at once: of a whole library no second list is held.
    pub(super) fn songs_as<T>(
        &self,
        rest: &str,
        params: impl Params,
        make: impl Fn(Song) -> T,
    ) -> Result<Vec<T>, LibraryError> {
        self.ask(|connection| {
            let sql = format!("SELECT {SONG_COLUMNS} FROM {HERE_SONGS} {rest}");
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params)?;
            let mut songs = Vec::new();
            while let Some(row) = rows.next()? {
                songs.extend(song(row, &self.by_id)?.map(&make));
            }
            Ok(songs)
        })
    }
}
