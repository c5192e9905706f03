//! Edits in the middle of a long queue: cheap, in order, and whole or not at all, whatever becomes of the file's end.

use super::rows::MAX_ORDERS;
use super::tests::{QUEUE, append, id, load, player_with, rows, song, wanted};
use super::*;
use crate::player::Event;

fn length(dir: &Path) -> usize {
    std::fs::read(dir.join(QUEUE)).unwrap().len()
}

/// A saved queue of these songs.
fn begun(dir: &Path, names: &[&[u8]]) -> (Player, Saved) {
    let player = player_with(names);
    let mut saved = Saved::lock(dir).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    (player, saved)
}

const FIVE: [&[u8]; 5] = [b"a.flac", b"b.flac", b"c.flac", b"d.flac", b"e.flac"];

#[test]
fn an_edit_is_some_numbers_and_what_came() {
    let dir = tempfile::tempdir().unwrap();
    let (mut player, mut saved) = begun(dir.path(), &FIVE);
    let whole = std::fs::read(dir.path().join(QUEUE)).unwrap();
    let songs = vec![song(b"new.flac")];
    let edits = [
        Event::Delete(1..2),
        Event::Move { range: 0..1, to: 3 },
        Event::Insert { songs, at: 2 },
        Event::Swap(id(&player, 2), id(&player, 4)),
        Event::Append(vec![song(b"last.flac")]),
        Event::Delete(0..1),
    ];
    for edit in edits {
        let before = length(dir.path());
        player.handle(edit.clone());
        let place = Some((id(&player, 1), 7));
        saved.save_queue(&player, place).unwrap();
        assert_eq!(rows(dir.path()), wanted(&player), "{edit:?}");
        let grown = length(dir.path()) - before;
        assert!(grown > 0 && grown < whole.len(), "{edit:?}: {grown} bytes");
        // The place that was written before is one of other rows.
        let at = Some(SavedPlace { row: 1, at_ms: 7 });
        assert_eq!(load(dir.path()).place, at, "{edit:?}");
        saved.save_place(&player, None, false).unwrap();
        assert_eq!(load(dir.path()).place, None);
    }
    assert!(
        std::fs::read(dir.path().join(QUEUE))
            .unwrap()
            .starts_with(&whole)
    );
    let before = length(dir.path());
    saved.save_queue(&player, None).unwrap();
    assert_eq!(length(dir.path()), before, "nothing is new");
    assert_eq!(load(dir.path()).damaged(), 0);
}

#[test]
fn a_song_that_is_known_otherwise_is_written_anew_where_it_stands() {
    let dir = tempfile::tempdir().unwrap();
    let (mut player, mut saved) = begun(dir.path(), &FIVE);
    player.handle(Event::Move { range: 3..4, to: 0 });
    let renewed = vec![(id(&player, 2), song(b"moved.flac"))];
    saved.renew(renewed.iter().map(|(id, _)| *id));
    player.handle(Event::Renew(renewed));
    saved.save_queue(&player, None).unwrap();
    assert_eq!(rows(dir.path()), wanted(&player));
    assert_eq!(rows(dir.path())[2].title, "moved");
    player.handle(Event::Delete(0..1));
    saved.save_queue(&player, None).unwrap();
    assert_eq!(rows(dir.path()), wanted(&player));
}

#[test]
fn holes_go_along_with_the_songs_before_them() {
    let dir = tempfile::tempdir().unwrap();
    let gone = |title: &str| SavedRow {
        wanted: Wanted {
            title: title.into(),
            ..Wanted::default()
        },
        origin: None,
    };
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.keep_holes(vec![(0, gone("x")), (2, gone("y")), (2, gone("z"))]);
    let mut player = player_with(&FIVE[..3]);
    saved.save_queue(&player, None).unwrap();
    let titles = |dir: &Path| -> Vec<String> {
        let rows = rows(dir).into_iter();
        rows.map(|row| row.title).collect()
    };
    assert_eq!(titles(dir.path()), ["x", "a", "b", "y", "z", "c"]);
    let before = std::fs::read(dir.path().join(QUEUE)).unwrap();
    player.handle(Event::Move { range: 1..2, to: 0 });
    saved
        .save_queue(&player, Some((id(&player, 2), 5)))
        .unwrap();
    assert_eq!(titles(dir.path()), ["x", "b", "y", "z", "a", "c"]);
    let at = Some(SavedPlace { row: 5, at_ms: 5 });
    assert_eq!(load(dir.path()).place, at);
    player.handle(Event::Insert {
        songs: vec![song(b"new.flac")],
        at: 1,
    });
    saved.save_queue(&player, None).unwrap();
    assert_eq!(titles(dir.path()), ["x", "b", "y", "z", "new", "a", "c"]);
    assert!(
        std::fs::read(dir.path().join(QUEUE))
            .unwrap()
            .starts_with(&before)
    );
}

/// Cut at every byte, the file tells the queue before the last edit or after it, and nothing between.
#[test]
fn an_edit_that_was_not_written_to_its_end_does_not_count() {
    let dir = tempfile::tempdir().unwrap();
    let (mut player, mut saved) = begun(dir.path(), &FIVE);
    let path = dir.path().join(QUEUE);
    let songs = vec![song(b"new.flac"), song(b"newer.flac")];
    for edit in [
        Event::Move { range: 4..5, to: 0 },
        Event::Insert { songs, at: 1 },
        Event::Delete(0..3),
    ] {
        let (before, start) = (wanted(&player), length(dir.path()));
        player.handle(edit.clone());
        saved.save_queue(&player, None).unwrap();
        let (after, all) = (wanted(&player), std::fs::read(&path).unwrap());
        for end in start..all.len() {
            std::fs::write(&path, &all[..end]).unwrap();
            let read = rows(dir.path());
            // Its head alone is all of an edit that brings nothing.
            let is_whole = read == after && !matches!(edit, Event::Insert { .. });
            assert!(read == before || is_whole, "{edit:?} cut at {end}");
        }
        std::fs::write(&path, &all).unwrap();
        assert_eq!(rows(dir.path()), after);
        // The file was written over by its name: what is written goes on there.
        drop(saved);
        saved = Saved::lock(dir.path()).unwrap().unwrap();
        saved.save_queue(&player, None).unwrap();
    }
}

/// Any one bit: every line but those that it lies in keeps its row and its place.
#[test]
fn a_flipped_bit_moves_no_row() {
    let dir = tempfile::tempdir().unwrap();
    let (mut player, mut saved) = begun(dir.path(), &FIVE[..3]);
    let songs = vec![song(b"new.flac")];
    for edit in [
        Event::Move { range: 2..3, to: 0 },
        Event::Insert { songs, at: 1 },
        Event::Append(vec![song(b"last.flac")]),
        Event::Delete(2..3),
    ] {
        player.handle(edit);
        saved
            .save_queue(&player, Some((id(&player, 1), 5)))
            .unwrap();
    }
    let all = wanted(&player);
    let bytes = std::fs::read(dir.path().join(QUEUE)).unwrap();
    assert_eq!(rows(dir.path()), all);
    // Of each byte some bit.
    for bit in (0..8 * bytes.len()).step_by(7) {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(dir.path().join(QUEUE), &flipped).unwrap();
        let queue = load(dir.path());
        let read = queue.rows(0..queue.len()).into_iter();
        let read: Vec<Wanted> = read.map(|row| row.wanted).collect();
        assert!(queue.damaged() <= 2, "bit {bit}");
        let known = read.iter().filter(|row| **row != Wanted::default());
        assert!(
            known.clone().all(|row| all.contains(row)),
            "bit {bit}: a row is back:\n{}",
            String::from_utf8_lossy(&flipped)
        );
        let is_break = bytes[bit / 8] == b'\n';
        let lost = all.len() - known.count();
        assert!(lost <= 1 + usize::from(is_break), "bit {bit}: {lost} rows");
        if !is_break {
            let of_rows = read.iter().zip(&all);
            let moved = of_rows.filter(|(row, was)| row != was && **row != Wanted::default());
            assert_eq!((read.len(), moved.count()), (all.len(), 0), "bit {bit}");
            let at = Some(SavedPlace { row: 1, at_ms: 5 });
            assert_eq!(queue.place, at, "bit {bit}");
        }
    }
}

#[test]
fn the_whole_is_written_anew_where_most_of_the_file_is_of_no_use_or_it_has_many_orders() {
    let dir = tempfile::tempdir().unwrap();
    let (mut player, mut saved) = begun(dir.path(), &FIVE);
    let whole = length(dir.path());
    player.handle(Event::Insert {
        songs: vec![song(b"many.flac"); 2_000],
        at: 1,
    });
    saved.save_queue(&player, None).unwrap();
    let much = length(dir.path());
    player.handle(Event::Delete(1..2_001));
    saved.save_queue(&player, None).unwrap();
    assert!(length(dir.path()) < much && length(dir.path()) <= whole + 100);
    assert_eq!(rows(dir.path()), wanted(&player));
    let mut longest = 0;
    for at in 0..=MAX_ORDERS {
        player.handle(Event::Swap(
            id(&player, 0),
            id(&player, 1 + at as usize % 4),
        ));
        saved.save_queue(&player, None).unwrap();
        longest = longest.max(length(dir.path()));
    }
    assert!(length(dir.path()) < longest, "{} bytes", length(dir.path()));
    assert_eq!(rows(dir.path()), wanted(&player));
    append(&mut player, &[b"f.flac"]);
    player.handle(Event::Shuffle(0..6));
    saved.save_queue(&player, None).unwrap();
    assert_eq!(rows(dir.path()), wanted(&player));
}

/// A queue of which a part goes on keeps the name that its last edit gave it.
#[test]
fn a_part_that_goes_on_writes_its_place_for_the_queue_as_it_was_edited() {
    use crate::daemon::going_on::{Later, Part};
    let dir = tempfile::tempdir().unwrap();
    let (mut player, mut saved) = begun(dir.path(), &FIVE);
    player.handle(Event::Delete(0..1));
    saved.save_queue(&player, None).unwrap();
    drop(saved);
    let stamp = load(dir.path()).stamp();
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    let rows = vec![2];
    saved.go_on(&Rest::Later(Box::new(Later {
        part: Some(Part { rows, stamp }),
        find: Box::new(|| unreachable!("nobody looks")),
    })));
    let part = player_with(&FIVE[3..4]);
    let place = Some((id(&part, 0), 9));
    saved.save_queue(&part, place).unwrap();
    saved.save_place(&part, place, true).unwrap();
    let at = Some(SavedPlace { row: 2, at_ms: 9 });
    assert_eq!(load(dir.path()).place, at);
}
