//! The files that are meant: those of the index, newest first, and others that were named. It opens none of them.

use crate::library::{FileId, IndexedFile, LibraryError, OwnedFile, Reader, Stamp, stamp_of};
use crate::music::{AudioKey, Place, Root, Song, Span};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;

/// A file to check.
pub(super) struct Target {
    pub from: Source,
    /// Of all of the file; without one nothing can be kept of it.
    pub key: Option<AudioKey>,
    /// As it was when it was indexed, or named.
    pub stamp: Stamp,
    pub length_ms: u64,
}

/// Where the songs of a file are known from.
pub(super) enum Source {
    /// The row of the file.
    Index(FileId),
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
            Source::Read(songs) => Ok(songs.first().map(|song| song.place.clone())),
            Source::Index(file) => reader.place_of_file(*file),
        }
    }

    /// The songs of the file.
    pub fn songs(&self, reader: &Reader) -> Result<Vec<Arc<Song>>, LibraryError> {
        match &self.from {
            Source::Read(songs) => Ok(songs.clone()),
            Source::Index(file) => {
                let songs = reader.songs_of_file(*file)?;
                Ok(songs.into_iter().map(Arc::new).collect())
            }
        }
    }
}

impl From<IndexedFile> for Target {
    fn from(file: IndexedFile) -> Self {
        Self {
            from: Source::Index(file.id),
            key: file.key,
            stamp: file.stamp,
            length_ms: file.length_ms,
        }
    }
}

/// The files of these songs, or all; those of the index newest first, then the others as they were named.
pub(super) fn targets(
    reader: &Reader,
    songs: Option<&[Arc<Song>]>,
    away: &[Arc<Root>],
) -> Result<Vec<Target>, LibraryError> {
    let wanted = songs.map(|songs| reader.files_of(songs)).transpose()?;
    let mut targets = Vec::new();
    reader.each_file_newest_first(&mut |file| {
        let is_wanted = wanted
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&file.id));
        if is_wanted && !away.contains(&file.root) {
            targets.push(Target::from(file));
        }
    })?;
    targets.extend(read_just_now(songs.unwrap_or_default()));
    Ok(targets)
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
            key: OwnedFile::key_around(song),
            // One that is gone by now shows when it is opened.
            stamp: stamp_of(&path).unwrap_or(NOWHERE),
            length_ms: of_file.iter().filter_map(|song| song.length_ms).sum(),
            from: Source::Read(of_file),
        });
    }
    targets
}
