//! The watch where something goes wrong: files that grow, much that goes away at once, an index that cannot be written.

use super::tests::{beside, next, until};
use super::*;
use crate::library::scan::tests::{Shelf, write_wav};
use crate::library::turn::{self, Verb};
use looking::AGAIN;
use std::fs::{self, File};
use std::io::Write;

fn bytes_of_a_song(pitch: u32) -> Vec<u8> {
    let aside = tempfile::tempdir().unwrap();
    let path = aside.path().join("x.wav");
    write_wav(&path, pitch);
    fs::read(path).unwrap()
}

#[test]
fn a_file_that_grows_is_indexed_once_and_whole() {
    let shelf = Shelf::new();
    shelf.add("a/1.wav", 1);
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |report| report.songs_total == 1);
        let song = bytes_of_a_song(2);
        let mut growing = File::create(shelf.path("a/2.wav")).unwrap();
        growing.write_all(&song[..song.len() / 2]).unwrap();
        // Its folder is looked at meanwhile.
        shelf.add("a/3.wav", 3);
        let report = next(news);
        assert_eq!((report.new, report.songs_total), (1, 2));
        growing.write_all(&song[song.len() / 2..]).unwrap();
        drop(growing);
        let report = next(news);
        assert_eq!((report.new, report.changed, report.songs_total), (1, 0, 3));
        assert_eq!(shelf.song("a/2.wav").unwrap().length_ms, Some(300));
    });
}

#[test]
fn a_file_that_is_renamed_into_place_linked_or_retimed_is_followed() {
    let shelf = Shelf::new();
    let aside = tempfile::tempdir_in(shelf.path("..")).unwrap();
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |_| true);
        let part = shelf.path("1.wav.part");
        write_wav(&part, 1);
        fs::rename(part, shelf.path("1.wav")).unwrap();
        until(news, |report| report.songs_total == 1);
        let outside = aside.path().join("2.wav");
        write_wav(&outside, 2);
        fs::hard_link(&outside, shelf.path("2.wav")).unwrap();
        until(news, |report| report.songs_total == 2);
        std::os::unix::fs::symlink(&outside, shelf.path("3.wav")).unwrap();
        until(news, |report| report.songs_total == 3);
        // A folder is not followed, and is told.
        std::os::unix::fs::symlink(aside.path(), shelf.path("folder")).unwrap();
        fs::remove_file(shelf.path("3.wav")).unwrap();
        until(news, |report| report.songs_total == 2);
        let times = fs::FileTimes::new();
        let when = times
            .set_modified(std::time::UNIX_EPOCH)
            .set_accessed(std::time::UNIX_EPOCH);
        let file = File::options()
            .read(true)
            .open(shelf.path("1.wav"))
            .unwrap();
        file.set_times(when).unwrap();
        until(news, |report| report.changed == 1);
    });
}

#[test]
fn much_that_leaves_is_held_and_told_once() {
    let shelf = Shelf::new();
    for number in 1..=20 {
        let folder = if number <= 8 { "a" } else { "b" };
        shelf.add(format!("{folder}/{number}.wav"), number);
    }
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |report| report.songs_total == 20);
        // Within the tree is not away.
        fs::rename(shelf.path("a"), shelf.path("c")).unwrap();
        until(news, |report| report.moved == 8 && report.held.is_empty());
        fs::rename(shelf.path("c"), shelf.path("../elsewhere")).unwrap();
        until(news, |report| report.held.len() == 1 && report.gone == 0);
        // A scan of all the root finds it again, and does not tell it again: what is told next is the new song.
        fs::write(shelf.path(".standinignore"), "nothing").unwrap();
        shelf.add("21.wav", 21);
        let report = next(news);
        assert_eq!((report.new, report.songs_total), (1, 21));
        fs::rename(shelf.path("../elsewhere"), shelf.path("d")).unwrap();
        until(news, |report| report.seen >= 8);
        let fresh = Shelf::over(&shelf);
        assert_eq!(fresh.scan().new, 21);
    });
    assert!(shelf.scan().held.is_empty());
}

#[test]
fn a_scan_that_fails_is_tried_again() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    let lock = turn::beside(shelf.index.path());
    beside(&shelf, WatchOptions::default(), |news| {
        until(news, |report| report.songs_total == 1);
        // Where the lock should lie is a folder.
        fs::remove_file(&lock).unwrap();
        fs::create_dir(&lock).unwrap();
        shelf.add("2.wav", 2);
        loop {
            if let WatchNews::Failed { again_in, .. } = news.recv().unwrap() {
                assert_eq!(again_in, AGAIN);
                break;
            }
        }
        fs::remove_dir(&lock).unwrap();
        until(news, |report| report.songs_total == 2);
    });
}

#[test]
fn a_second_watch_waits_for_the_first() {
    let shelf = Shelf::new();
    shelf.add("1.wav", 1);
    beside(&shelf, WatchOptions::default(), |first| {
        until(first, |report| report.songs_total == 1);
        assert_eq!(
            state(&shelf.index).unwrap().root("Music"),
            Some(&How::Watched)
        );
        beside(&shelf, WatchOptions::default(), |second| {
            let WatchNews::Waiting(Some(holder)) = second.recv().unwrap() else {
                panic!("it does not wait");
            };
            assert_eq!((holder.verb, holder.pid), (Verb::Watch, std::process::id()));
            shelf.add("2.wav", 2);
            until(first, |report| report.songs_total == 2);
        });
    });
    assert_eq!(state(&shelf.index), None);
}
