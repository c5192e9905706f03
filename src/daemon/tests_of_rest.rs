//! A queue of which a part plays while the rest of it is looked for: what was asked for meanwhile, and what is saved.

use super::silent::silent_desk;
use super::{Desk, Later, Rest, Saved};
use crate::music::{Song, Wanted};
use crate::player::Event;
use crossbeam_channel::{Receiver, Sender, bounded};
use std::path::Path;
use std::sync::Arc;

/// Half a second of silence, in files of these names.
fn songs(dir: &Path, names: &[&str]) -> Vec<Arc<Song>> {
    let song = |name: &&str| {
        let path = dir.join(name);
        let mut wav = b"RIFF\xa4\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data\x40\x1f\0\0".to_vec();
        wav.resize(wav.len() + 8_000, 0);
        std::fs::write(&path, wav).unwrap();
        Arc::new(Song::at(path.to_str().unwrap()))
    };
    names.iter().map(song).collect()
}

/// It waits at its first song.
fn replace(songs: Vec<Arc<Song>>) -> Event {
    Event::Replace {
        songs,
        start: 0,
        at_ms: Some(0),
        paused: true,
    }
}

/// A desk where `first` waits; `others` are found once somebody sends, and the rest of a queue before it is saved.
fn begun(dir: &Path, first: &[&str], others: Result<&[&str], ()>) -> (Desk, Sender<()>) {
    let before = silent_desk(dir, Saved::lock(dir).unwrap());
    before.ask_and_wait(replace(songs(dir, &["old.wav"])));
    drop(before);
    let (find, released): (_, Receiver<()>) = bounded(1);
    let others = others.map(|names| songs(dir, names));
    let later = Later::chosen(
        move || {
            released.recv().unwrap();
            others.map_err(|()| crate::library::LibraryError::NoRoots)
        },
        None,
    );
    let mut saved = Saved::lock(dir).unwrap().unwrap();
    let rest = Rest::Later(Box::new(later));
    saved.go_on(&rest);
    let desk = silent_desk(dir, Some(saved));
    if let Rest::Later(later) = rest {
        desk.ask_part(replace(songs(dir, first)), later);
    }
    (desk, find)
}

fn queued(desk: &Desk) -> Vec<String> {
    let view = desk.queue();
    let entries = view.entries.iter();
    entries.map(|entry| entry.song.title()).collect()
}

fn saved(dir: &Path) -> Vec<Wanted> {
    let queue = Saved::load(dir).unwrap().unwrap();
    let rows = queue.rows(0..queue.len()).into_iter();
    rows.map(|row| row.wanted).collect()
}

fn wanted(desk: &Desk) -> Vec<Wanted> {
    let view = desk.queue();
    let entries = view.entries.iter();
    entries.map(|entry| entry.song.wanted()).collect()
}

#[test]
fn what_is_added_meanwhile_comes_behind_the_rest_and_all_of_it_is_saved() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (desk, find) = begun(dir, &["a.wav"], Ok(&["b.wav", "c.wav"]));
    assert_eq!(queued(&desk), ["a"]);
    assert_eq!(saved(dir), [songs(dir, &["old.wav"])[0].wanted()]);
    desk.ask(Event::Append(songs(dir, &["d.wav"])));
    find.send(()).unwrap();
    assert_eq!(queued(&desk), ["a", "b", "c", "d"]);
    desk.settle();
    assert_eq!(saved(dir), wanted(&desk));
}

#[test]
fn a_queue_that_is_cleared_or_replaced_has_no_rest() {
    for (clear, left) in [(true, &["d"][..]), (false, &["x", "d"])] {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path();
        let (desk, find) = begun(dir, &["a.wav"], Ok(&["b.wav"]));
        desk.ask_and_wait(match clear {
            true => Event::Delete(0..usize::MAX),
            false => replace(songs(dir, &["x.wav"])),
        });
        find.send(()).unwrap();
        desk.ask_and_wait(Event::Append(songs(dir, &["d.wav"])));
        assert_eq!(queued(&desk), left);
        assert_eq!(saved(dir), wanted(&desk));
    }
}

#[test]
fn where_the_rest_is_not_found_what_began_is_the_queue() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let (desk, find) = begun(dir, &["a.wav"], Err(()));
    find.send(()).unwrap();
    desk.ask_and_wait(Event::Append(songs(dir, &["d.wav"])));
    assert_eq!(queued(&desk), ["a", "d"]);
    assert_eq!(saved(dir), wanted(&desk));
}
