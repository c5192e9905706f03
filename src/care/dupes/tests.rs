//! What several copies are beside each other.

use super::*;
use crate::music::{AudioKey, Codec, Format};

fn copy(path: &str, codec: Codec, inode: u64, names: u64) -> Owned {
    let mut song = Song::at(path);
    song.key = Some(AudioKey::from_bytes([1; 16]));
    song.format = Format {
        codec,
        kbps: Some(128),
        rate: Some(44_100),
        ..Format::default()
    };
    Owned {
        bytes: 1_000,
        identity: (1, inode),
        names,
        ..Owned::new(song)
    }
}

fn told(group: &Group) -> Vec<(String, Evidence, bool, u64)> {
    let one = |copy: &Owned| {
        let path = copy.song.path().to_string_lossy().into_owned();
        (path, copy.evidence, copy.is_spare, copy.frees)
    };
    group.copies.iter().map(one).collect()
}

#[test]
fn the_others_take_room_and_names_of_the_best_take_none() {
    let mut link = copy("/link.flac", Codec::Flac, 1, 2);
    link.is_symlink = true;
    let mut other = copy("/other.mp3", Codec::Mp3, 2, 1);
    other.song.key = Some(AudioKey::from_bytes([2; 16]));
    let mut part = copy("/disc.mp3", Codec::Mp3, 3, 1);
    part.song.part = 4;
    let all = vec![
        part,
        other,
        copy("/hard.flac", Codec::Flac, 1, 2),
        link,
        copy("/best.flac", Codec::Flac, 1, 2),
        copy("/copy.flac", Codec::Flac, 4, 1),
    ];
    let group = compared(all).unwrap();
    let path = |path: &str| path.to_owned();
    assert_eq!(
        told(&group),
        [
            (path("/best.flac"), Evidence::Best, false, 0),
            (path("/copy.flac"), Evidence::Audio, true, 1_000),
            (path("/hard.flac"), Evidence::Audio, false, 0),
            (path("/link.flac"), Evidence::Audio, false, 0),
            (path("/other.mp3"), Evidence::Names, true, 1_000),
            (path("/disc.mp3/track0004"), Evidence::Audio, false, 0),
        ]
    );
    assert_eq!(group.waste(), 2_000);
    let same: Vec<bool> = group.copies.iter().map(|copy| copy.is_same_file).collect();
    assert_eq!(same, [false, false, true, true, false, false]);
}

#[test]
fn a_file_with_two_names_is_freed_once_and_one_with_names_elsewhere_is_not() {
    let both = vec![
        copy("/a.flac", Codec::Flac, 1, 1),
        copy("/b.mp3", Codec::Mp3, 2, 2),
        copy("/c.mp3", Codec::Mp3, 2, 2),
    ];
    let group = compared(both).unwrap();
    assert_eq!(group.waste(), 1_000);
    assert!(group.copies[1..].iter().all(|copy| copy.is_spare));
    let elsewhere = vec![
        copy("/a.flac", Codec::Flac, 1, 1),
        copy("/b.mp3", Codec::Mp3, 2, 2),
    ];
    assert_eq!(compared(elsewhere).unwrap().waste(), 0);
    assert!(compared(vec![copy("/a.flac", Codec::Flac, 1, 1)]).is_none());
}
