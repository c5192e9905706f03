//! What begins and what comes behind it are together everything, each song once.

use super::*;
use crate::library::scan::ScanOptions;
use crate::library::worker::ReadIn;
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Seven songs in three folders.
fn library(dir: &Path) -> Library {
    let music = dir.join("Music");
    for (number, name) in ["a/1", "a/2", "b/1", "b/2", "b/3", "c/1", "c/2"]
        .iter()
        .enumerate()
    {
        let path = music.join(format!("{name}.wav"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut wav = b"RIFF\xa4\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x40\x1f\0\0".to_vec();
        wav.resize(wav.len() + 8_000, number as u8 + 1);
        std::fs::write(&path, wav).unwrap();
    }
    let library = Library::new(&dir.join("data"), &dir.join("cache"), ReadIn::default());
    let roots = library.roots_to_scan(&[music], None, false).unwrap();
    let (how, stop) = (ScanOptions::default(), AtomicBool::new(false));
    library.scan(&roots, how, &|_| {}, &stop).unwrap();
    library
}

fn folder(song: &Song) -> String {
    let file = song.place.file();
    let folder = file.parent().unwrap().file_name().unwrap();
    folder.to_string_lossy().into_owned()
}

/// All of it, and how many of it begin.
fn all(how: Shuffle, most: usize, seed: u64, library: &Library) -> (Vec<Arc<Song>>, usize) {
    let begun = Everything::begun(how, most, seed, library.clone());
    let mut everything = begun.unwrap().unwrap();
    let others = everything.others();
    let others = others.map_or(Vec::new(), |find| find().unwrap());
    let begins = everything.first.len();
    (everything.first.into_iter().chain(others).collect(), begins)
}

#[test]
fn albums_stay_whole_and_every_song_comes_once() {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path());
    let mut firsts = HashSet::new();
    for seed in 0..20 {
        let (songs, begins) = all(Shuffle::Albums, usize::MAX, seed, &library);
        let places: HashSet<_> = songs.iter().map(|song| &song.place).collect();
        assert_eq!((songs.len(), places.len()), (7, 7));
        assert!(begins < 7);
        let albums: Vec<_> = songs.chunk_by(|a, b| folder(a) == folder(b)).collect();
        assert_eq!(albums.len(), 3, "no album comes twice");
        for album in albums {
            // Songs that name no album begin with the one that was met.
            assert!(album[1..].is_sorted_by_key(|song| song.place.file()));
        }
        firsts.insert(folder(&songs[0]));
    }
    assert_eq!(firsts.len(), 3);
}

#[test]
fn of_songs_no_more_come_than_are_wanted() {
    let dir = tempfile::tempdir().unwrap();
    let library = library(dir.path());
    for (most, come) in [(1, 1), (3, 3), (6, 6), (7, 7), (usize::MAX, 7)] {
        for seed in 0..5 {
            let (songs, _) = all(Shuffle::Songs, most, seed, &library);
            let places: HashSet<_> = songs.iter().map(|song| &song.place).collect();
            assert_eq!((songs.len(), places.len()), (come, come));
        }
    }
}
