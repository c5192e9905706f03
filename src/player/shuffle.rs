//! Shuffled once, before they are queued: songs, or whole albums. The same seed gives the same order.

use crate::music::Song;
use std::sync::Arc;

/// The songs in another order.
pub fn shuffled_songs(mut songs: Vec<Arc<Song>>, seed: u64) -> Vec<Arc<Song>> {
    fastrand::Rng::with_seed(seed).shuffle(&mut songs);
    songs
}

/// The albums in another order, each whole and in its own order.
///
/// Neighbours of one folder and one album name are an album: songs must come album by album.
pub fn shuffled_albums(songs: Vec<Arc<Song>>, seed: u64) -> Vec<Arc<Song>> {
    let mut albums: Vec<Vec<Arc<Song>>> = Vec::new();
    for song in songs {
        match albums.last_mut() {
            Some(album) if of_one_album(&album[0], &song) => album.push(song),
            _ => albums.push(vec![song]),
        }
    }
    fastrand::Rng::with_seed(seed).shuffle(&mut albums);
    albums.into_iter().flatten().collect()
}

fn of_one_album(one: &Song, other: &Song) -> bool {
    let folder = |song: &Song| song.place.file().parent().map(std::path::Path::to_owned);
    let same_name = one.tags.album == other.tags.album;
    let same_artist =
        !one.tags.album.is_empty() && one.tags.album_artist() == other.tags.album_artist();
    same_name && (same_artist || folder(one) == folder(other))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Tags;

    fn song(folder: &str, album: &str, number: u32) -> Arc<Song> {
        let tags = Tags {
            album: album.into(),
            title: format!("{album} {number}"),
            artists: vec![format!("guest {number} of {folder}")],
            ..Tags::default()
        };
        Arc::new(Song {
            tags,
            ..Song::at(&format!("/{folder}/{number}.flac"))
        })
    }

    #[test]
    fn albums_stay_whole_and_all_orders_come_up() {
        let songs: Vec<_> = ["a", "b", "c"]
            .iter()
            .flat_map(|folder| (1..4).map(move |number| song(folder, "Same name", number)))
            .collect();
        let mut firsts = std::collections::BTreeSet::new();
        for seed in 0..50 {
            let shuffled = shuffled_albums(songs.clone(), seed);
            for album in shuffled.chunks(3) {
                let at = songs.iter().position(|song| *song == album[0]).unwrap();
                assert_eq!(album, &songs[at..at + 3]);
            }
            firsts.insert(shuffled[0].place.file());
        }
        assert_eq!(firsts.len(), 3);
    }

    #[test]
    fn every_song_comes_once() {
        let songs: Vec<_> = (0..20).map(|number| song("a", "b", number)).collect();
        let mut shuffled = shuffled_songs(songs.clone(), 7);
        assert_ne!(shuffled, songs);
        assert_eq!(shuffled, shuffled_songs(songs.clone(), 7));
        shuffled.sort_by_key(|song| songs.iter().position(|other| other == song));
        assert_eq!(shuffled, songs);
    }
}
