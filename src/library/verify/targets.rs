//! The files that are meant: those of the index, newest first, and others that were named. It opens none of them.

use crate::library::bytes::{Stamp, stamp_of};
use crate::library::key::part_key;
use crate::library::open::Library;
use crate::library::row::HERE_SONGS;
use crate::library::{LibraryError, Reader};
use crate::music::{AudioKey, Place, Root, Song, Span};
use rusqlite::Row;
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A file to check.
pub(super) struct Target {
    pub from: From,
    /// Of all of the file; without one nothing can be kept of it.
    pub key: Option<AudioKey>,
    /// As it was when it was indexed, or named.
    pub stamp: Stamp,
    pub length_ms: u64,
}

/// Where the songs of a file are known from.
pub(super) enum From {
    /// The row of the file.
    Index(i64),
    /// They were read from it just now.
    Read(Vec<Arc<Song>>),
}

/// Of a file that is not there.
const NOWHERE: Stamp = Stamp {
    size: 0,
    mtime_ns: i64::MIN,
};

/// A song in a file, as far as it is measured for itself.
pub(super) type Cut = (AudioKey, Option<Span>);

impl Target {
    /// Where the file lies; `None`: it has left the index.
    pub fn place(&self, reader: &Reader) -> Result<Option<Place>, LibraryError> {
        match &self.from {
            From::Read(songs) => Ok(songs.first().map(|song| song.place.clone())),
            From::Index(file) => reader.place_of_row(*file),
        }
    }

    /// The songs of the file.
    pub fn songs(&self, reader: &Reader) -> Result<Vec<Arc<Song>>, LibraryError> {
        match &self.from {
            From::Read(songs) => Ok(songs.clone()),
            From::Index(file) => {
                let songs = reader.songs("WHERE file.id = ?1 ORDER BY part", [file])?;
                Ok(songs.into_iter().map(Arc::new).collect())
            }
        }
    }
}

/// The roots whose folders are not there.
pub(super) fn away(library: &Library) -> Result<Vec<Arc<Root>>, LibraryError> {
    let roots = library.roots_here_or_away()?;
    let away = roots.into_iter().filter(|(_, is_here)| !is_here);
    Ok(away.map(|(root, _)| root).collect())
}

/// The files of these songs, or all; those of the index newest first, then the others as they were named.
pub(super) fn targets(
    reader: &Reader,
    songs: Option<&[Arc<Song>]>,
    away: &[Arc<Root>],
) -> Result<Vec<Target>, LibraryError> {
    let wanted = songs.map(|songs| wanted_rows(reader, songs)).transpose()?;
    let is_here = |root: &i64| {
        let root = reader.by_id.get(root);
        root.is_some_and(|root| !away.contains(root))
    };
    let sql = format!(
        "SELECT file.id, root_id, size, mtime_ns, coalesce(whole_key, min(audio_key)), sum(length_ms)
         FROM {HERE_SONGS} GROUP BY file.id ORDER BY mtime_ns DESC, file.id DESC"
    );
    let mut targets = reader.ask(|connection| {
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut targets = Vec::new();
        while let Some(row) = rows.next()? {
            let (id, root) = (row.get(0)?, row.get(1)?);
            let is_wanted = wanted.as_ref().is_none_or(|wanted| wanted.contains(&id));
            if is_wanted && is_here(&root) {
                targets.push(target(id, row)?);
            }
        }
        Ok(targets)
    })?;
    targets.extend(read_just_now(songs.unwrap_or_default()));
    Ok(targets)
}

fn target(id: i64, row: &Row) -> rusqlite::Result<Target> {
    let key = row.get_ref(4)?.as_blob_or_null()?;
    Ok(Target {
        from: From::Index(id),
        key: key.and_then(AudioKey::from_slice),
        stamp: Stamp {
            size: row.get(2)?,
            mtime_ns: row.get(3)?,
        },
        length_ms: row.get::<_, Option<u64>>(5)?.unwrap_or(0),
    })
}

/// The rows of the files that songs of the index lie in.
fn wanted_rows(reader: &Reader, songs: &[Arc<Song>]) -> Result<HashSet<i64>, LibraryError> {
    let ids = songs.iter().filter_map(|song| song.id);
    reader.ask(|connection| {
        let mut statement = connection.prepare("SELECT file_id FROM song WHERE id = ?1")?;
        ids.map(|id| statement.query_row([id.0], |row| row.get(0)))
            .collect()
    })
}

/// Songs that are in no index, together with those that lie in the same file.
fn read_just_now(songs: &[Arc<Song>]) -> Vec<Target> {
    let mut seen: HashSet<PathBuf> = HashSet::new();
    let mut targets = Vec::new();
    for song in songs.iter().filter(|song| song.id.is_none()) {
        let path = song.place.file();
        if !seen.insert(path.clone()) {
            continue;
        }
        let of_file: Vec<_> = songs
            .iter()
            .filter(|other| other.id.is_none() && other.place == song.place)
            .cloned()
            .collect();
        targets.push(Target {
            key: whole_key(song),
            // One that is gone by now shows when it is opened.
            stamp: stamp_of(&path).unwrap_or(NOWHERE),
            length_ms: of_file.iter().filter_map(|song| song.length_ms).sum(),
            from: From::Read(of_file),
        });
    }
    targets
}

/// The key of all of the file that a song is, or is a part of: laid over once more, a part's gives it.
fn whole_key(song: &Song) -> Option<AudioKey> {
    match song.span {
        Some(span) => song.key.map(|key| part_key(key, span)),
        None => song.key,
    }
}
