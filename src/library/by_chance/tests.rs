//! Chance, of a small library: an album of one song, one of nine, and songs that name none.

use super::*;
use crate::library::person::Ban;
use crate::library::scan::ScanOptions;
use crate::library::scan::tests::write_wav;
use crate::library::worker::ReadIn;
use crate::wanted::Banned;
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

struct Home {
    dir: tempfile::TempDir,
    library: Library,
}

fn write(path: &Path, number: u32, album: &str, artist: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    write_wav(path, number);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_title(format!("Song {number}"));
    tag.set_artist(artist.into());
    if !album.is_empty() {
        tag.set_album(album.into());
        tag.set_track(number);
    }
    tag.save_to_path(path, WriteOptions::default()).unwrap();
}

/// `Song 1` alone on an album, `Song 2` to `Song 10` on another.
fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let music = dir.path().join("Music");
    write(&music.join("one/1.wav"), 1, "Single", "Somebody");
    for number in 2..=10 {
        let path = music.join(format!("two/{}.wav", 20 - number));
        write(&path, number, "Long One", "The Example Band");
    }
    let (data, cache) = (dir.path().join("data"), dir.path().join("cache"));
    let library = Library::new(&data, &cache, ReadIn::default());
    let home = Home { dir, library };
    home.scan();
    home
}

impl Home {
    fn music(&self) -> PathBuf {
        self.dir.path().join("Music")
    }

    fn scan(&self) {
        let library = &self.library;
        let roots = library.roots_to_scan(&[self.music()], None, false).unwrap();
        let stop = AtomicBool::new(false);
        let how = ScanOptions::default();
        library.scan(&roots, how, &|_| {}, &stop).unwrap();
    }
}

fn titles(songs: &[Arc<Song>]) -> Vec<String> {
    songs.iter().map(|song| song.title()).collect()
}

#[test]
fn each_song_comes_up_first_and_none_comes_twice() {
    let home = home();
    let mut firsts = BTreeSet::new();
    for seed in 0..80 {
        let songs = titles(&home.library.songs_by_chance(4, seed).unwrap());
        assert_eq!(songs.iter().collect::<BTreeSet<_>>().len(), 4, "{songs:?}");
        firsts.insert(songs[0].clone());
    }
    assert_eq!(firsts.len(), 10);
}

#[test]
fn a_small_album_comes_up_as_often_as_a_large_one_and_each_in_its_order() {
    let home = home();
    let mut small = 0;
    for seed in 0..60 {
        let album = titles(&home.library.album_by_chance(seed).unwrap());
        match album.len() {
            1 => small += 1,
            _ => {
                let whole: Vec<_> = (2..=10).map(|number| format!("Song {number}")).collect();
                assert_eq!(album, whole);
            }
        }
    }
    assert!((15..45).contains(&small), "{small} of 60");
}

#[test]
fn what_is_banned_gone_or_away_is_not_met() {
    let home = home();
    let library = &home.library;
    let banned = library.songs_by_chance(1, 1).unwrap().remove(0);
    let ban = Ban::said(Banned::Song(banned.wanted()));
    library.person().unwrap().ban(&[ban]).unwrap();
    let gone = home.music().join("two/18.wav");
    std::fs::remove_file(gone).unwrap();
    home.scan();
    let met = |seed| titles(&library.songs_by_chance(10, seed).unwrap());
    let met: BTreeSet<_> = (0..10).flat_map(met).collect();
    assert!(!met.contains(&banned.title()) && !met.contains("Song 2"));
    assert!(met.len() >= 8);
    assert_eq!(library.here_and_away().unwrap(), (9, 0));
    std::fs::rename(home.music(), home.dir.path().join("Elsewhere")).unwrap();
    assert_eq!(library.songs_by_chance(10, 1).unwrap(), []);
    assert_eq!(library.album_by_chance(1).unwrap(), []);
    assert_eq!(library.here_and_away().unwrap(), (0, 9));
}

#[test]
fn keys_give_their_songs_in_their_order() {
    let home = home();
    let songs = home.library.songs_by_chance(3, 5).unwrap();
    let mut keys: Vec<_> = songs.iter().filter_map(|song| song.key).collect();
    assert_eq!(home.library.here_by_keys(&keys).unwrap(), songs);
    keys.insert(1, AudioKey::from_slice(&[7; 16]).unwrap());
    assert_eq!(home.library.here_by_keys(&keys).unwrap(), songs);
}
