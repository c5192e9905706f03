//! Shuffled once, before they are queued: songs, or whole albums. The same seed gives the same order.

use crate::music::Song;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The songs in another order.
pub fn shuffled_songs(mut songs: Vec<Arc<Song>>, seed: u64) -> Vec<Arc<Song>> {
    fastrand::Rng::with_seed(seed).shuffle(&mut songs);
    songs
}

/// The albums in another order, each whole and by disc and track, however the songs came.
///
/// An album are songs of one album name by one album artist; where they name none, of one folder or one artist. Songs that
/// name no album stay as they came, folder by folder.
pub fn shuffled_albums(songs: Vec<Arc<Song>>, seed: u64) -> Vec<Arc<Song>> {
    let mut albums = albums(songs);
    fastrand::Rng::with_seed(seed).shuffle(&mut albums);
    albums.into_iter().flatten().collect()
}

/// The same, where the album that has this song comes first.
pub fn shuffled_albums_from(first: &Song, songs: Vec<Arc<Song>>, seed: u64) -> Vec<Arc<Song>> {
    let mut albums = albums(songs);
    fastrand::Rng::with_seed(seed).shuffle(&mut albums);
    let is_first = |song: &Arc<Song>| song.part == first.part && song.place == first.place;
    if let Some(at) = albums.iter().position(|album| album.iter().any(is_first)) {
        albums[..=at].rotate_right(1);
    }
    albums.into_iter().flatten().collect()
}

fn albums(songs: Vec<Arc<Song>>) -> Vec<Vec<Arc<Song>>> {
    let mut albums: Vec<Vec<Arc<Song>>> = Vec::new();
    let mut known: HashMap<(String, Owner), usize> = HashMap::new();
    for song in songs {
        let keys = owners(&song).map(|owner| (song.tags.album.clone(), owner));
        let keys: Vec<_> = keys.collect();
        let found = keys.iter().find_map(|key| known.get(key).copied());
        let at = found.unwrap_or(albums.len());
        if at == albums.len() {
            albums.push(Vec::new());
        }
        for key in keys {
            known.entry(key).or_insert(at);
        }
        albums[at].push(song);
    }
    let named = albums
        .iter_mut()
        .filter(|album| !album[0].tags.album.is_empty());
    named.for_each(|album| album.sort_by_key(|song| place(song)));
    albums
}

/// What holds the songs of one album name together.
#[derive(PartialEq, Eq, Hash)]
enum Owner {
    Artist(String),
    Folder(Option<PathBuf>),
}

fn owners(song: &Song) -> impl Iterator<Item = Owner> {
    let tags = &song.tags;
    let folder = || Owner::Folder(song.place.file().parent().map(Path::to_owned));
    let folder = tags.album_artists.is_empty().then(folder);
    let artist = || Owner::Artist(tags.album_artist());
    let artist = (!tags.album.is_empty()).then(artist);
    folder.into_iter().chain(artist)
}

fn place(song: &Song) -> (u32, u32) {
    let tags = &song.tags;
    (tags.disc.unwrap_or(1), tags.track.unwrap_or(u32::MAX))
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
    fn the_album_that_plays_comes_first_and_the_others_as_before() {
        let songs: Vec<_> = ["a", "b", "c", "d"]
            .iter()
            .flat_map(|folder| (1..4).map(move |number| song(folder, "Same name", number)))
            .collect();
        for seed in 0..20 {
            let mut others = shuffled_albums(songs.clone(), seed);
            others.retain(|song| !songs[6..9].contains(song));
            let all = shuffled_albums_from(&songs[7], songs.clone(), seed);
            assert_eq!((&all[..3], &all[3..]), (&songs[6..9], &others[..]));
        }
        let stranger = Song::at("/else/1.flac");
        let all = shuffled_albums_from(&stranger, songs.clone(), 5);
        assert_eq!(all, shuffled_albums(songs, 5));
    }

    #[test]
    fn an_album_is_put_together_from_wherever_its_songs_stand() {
        let numbered = |folder: &str, album: &str, artist: &str, disc, track| {
            let mut song = Song::at(&format!("/{folder}/{disc}-{track}.flac"));
            song.tags.album = album.into();
            song.tags.album_artists = vec![artist.into()];
            (song.tags.disc, song.tags.track) = (Some(disc), Some(track));
            Arc::new(song)
        };
        let album = |artist: &str| {
            let at = |disc, track| numbered(&format!("cd {disc}"), "Live", artist, disc, track);
            [at(1, 1), at(1, 2), at(2, 1), at(2, 2)]
        };
        let (one, other) = (album("one"), album("other"));
        let loose: Vec<_> = (0..3).map(|number| song("loose", "", 9 - number)).collect();
        let mut mixed: Vec<_> = one.iter().chain(&other).chain(&loose).cloned().collect();
        let mut orders = std::collections::BTreeSet::new();
        for seed in 0..50 {
            fastrand::Rng::with_seed(seed).shuffle(&mut mixed[..8]);
            let shuffled = shuffled_albums(mixed.clone(), seed);
            let at = |songs: &[Arc<Song>]| {
                let whole = shuffled.windows(songs.len());
                whole.into_iter().position(|found| found == songs).unwrap()
            };
            orders.insert([at(&one), at(&other), at(&loose)]);
        }
        assert_eq!(orders.len(), 6);
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
