//! The songs below a folder as MPD queues them: those of a folder by album, disc, track and name, then those of the folders in
//! it. It asks for them once, and sorts them.

use super::LibraryError;
use super::index::Reader;
use crate::music::{Song, Uri, fold};
use std::cmp::{Ordering, Reverse};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl Reader {
    /// The songs below a folder, or of all roots, in the order of their folders; or those of a file.
    pub fn songs_by_folder(&self, uri: &Uri) -> Result<Vec<Arc<Song>>, LibraryError> {
        let mut songs = match uri.as_bytes() {
            b"" => self.songs_as("", [], Arc::new)?,
            _ => self.songs_below_as(uri, &Arc::new)?,
        };
        sort_by_folder(&mut songs);
        Ok(songs)
    }
}

fn sort_by_folder(songs: &mut [Arc<Song>]) {
    let places = places(songs);
    songs.sort_by_cached_key(|song| places.get(&folder(song)).copied());
    let together = songs.chunk_by_mut(|one, other| folder(one) == folder(other));
    together.for_each(|songs| songs.sort_by(|one, other| in_a_folder(one, other)));
}

/// Where each folder stands among those of these songs: behind the one that it lies in, and beside others by name.
fn places(songs: &[Arc<Song>]) -> HashMap<Vec<u8>, usize> {
    let folders: HashSet<Vec<u8>> = songs.iter().map(|song| folder(song)).collect();
    let mut folders: Vec<Vec<u8>> = folders.into_iter().collect();
    folders.sort_by_cached_key(|folder| {
        let names = folder.split(|byte| *byte == b'/');
        let named =
            names.map(|name| (fold(&String::from_utf8_lossy(name)), Reverse(name.to_vec())));
        named.collect::<Vec<_>>()
    });
    folders.into_iter().zip(0..).collect()
}

fn folder(song: &Song) -> Vec<u8> {
    let path = song.place.path.as_bytes();
    let end = path.iter().rposition(|byte| *byte == b'/');
    let (root, below) = (song.place.root.name.as_bytes(), &path[..end.unwrap_or(0)]);
    match below {
        b"" => root.to_vec(),
        _ => [root, b"/", below].concat(),
    }
}

/// How two songs of one folder stand to each other: by album, disc, track and name. What a song does not tell comes first.
pub fn in_a_folder(one: &Song, other: &Song) -> Ordering {
    let (tags, others) = (&one.tags, &other.tags);
    by_name(&tags.album, &others.album)
        .then_with(|| tags.disc.cmp(&others.disc))
        .then_with(|| tags.track.cmp(&others.track))
        .then_with(|| {
            let names = (one.place.file_name(), other.place.file_name());
            by_name(&names.0, &names.1)
        })
        .then_with(|| one.place.path.cmp(&other.place.path))
        .then_with(|| one.part.cmp(&other.part))
}

/// Of names that differ in case alone the one in small letters comes first, as in MPD.
fn by_name(one: &str, other: &str) -> Ordering {
    match one == other {
        true => Ordering::Equal,
        false => fold(one).cmp(&fold(other)).then_with(|| other.cmp(one)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn song(path: &str, album: &str, track: Option<u32>) -> Arc<Song> {
        let mut song = Song::at(path);
        song.tags.album = album.to_owned();
        song.tags.track = track;
        Arc::new(song)
    }

    #[test]
    fn songs_come_by_album_and_track_before_the_folders_beside_them() {
        let right = [
            song("/M/z.ogg", "", None),
            song("/M/y.ogg", "Album", Some(1)),
            song("/M/B.ogg", "Album", Some(2)),
            song("/M/c.ogg", "Album", Some(2)),
            song("/M/a.ogg", "Album", Some(10)),
            song("/M/x.ogg", "Bees", Some(1)),
            song("/M/A/2.ogg", "Album", Some(1)),
            song("/M/A/1.ogg", "Album", Some(2)),
            song("/M/A/a/1.ogg", "", None),
            song("/M/A b/1.ogg", "", None),
            song("/M/b/1.ogg", "", None),
        ];
        let mut songs = right.to_vec();
        songs.sort_by(|one, other| one.place.path.cmp(&other.place.path));
        assert_ne!(songs, right);
        sort_by_folder(&mut songs);
        assert_eq!(songs, right);
        songs.reverse();
        sort_by_folder(&mut songs);
        assert_eq!(songs, right);
    }
}
