//! What comes back of what was saved, whatever happened in between.

use super::batch::EDITED;
use super::*;
use crate::daemon::going_on::{Later, Part};
use crate::library::summed;
use crate::music::{Place, RelPath, Root, Song};
use crate::player::Event;
use std::sync::Arc;

pub(super) fn song(name: &[u8]) -> Arc<Song> {
    let root = Arc::new(Root {
        name: "Music".into(),
        dir: "/m".into(),
    });
    let place = Place {
        root,
        path: RelPath::new(name).unwrap(),
    };
    Arc::new(Song {
        place,
        length_ms: Some(9),
        ..Song::at("/x")
    })
}

pub(super) fn player_with(names: &[&[u8]]) -> Player {
    let mut player = Player::new(1, 80);
    player.handle(Event::Replace {
        songs: names.iter().map(|name| song(name)).collect(),
        start: 0,
        at_ms: Some(0),
        paused: true,
    });
    player.handle(Event::Repeat(true));
    player
}

pub(super) fn append(player: &mut Player, names: &[&[u8]]) {
    player.handle(Event::Append(names.iter().map(|name| song(name)).collect()));
}

pub(super) fn id(player: &Player, row: usize) -> EntryId {
    player.queue().entries()[row].id
}

pub(super) fn wanted(player: &Player) -> Vec<Wanted> {
    let entries = player.queue().entries().iter();
    entries.map(|entry| entry.song.wanted()).collect()
}

pub(super) fn load(dir: &Path) -> Unread {
    Saved::load(dir).unwrap().unwrap()
}

pub(super) fn rows(dir: &Path) -> Vec<Wanted> {
    let queue = load(dir);
    let rows = queue.rows(0..queue.len());
    rows.into_iter().map(|row| row.wanted).collect()
}

pub(super) const QUEUE: &str = "queue.jsonl";

#[test]
fn a_queue_comes_back_with_every_byte_of_its_names() {
    let dir = tempfile::tempdir().unwrap();
    let player = player_with(&[b"a.flac", b"caf\xe9.mp3"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    saved.save_options(&player).unwrap();
    let place = Some((id(&player, 1), 61_000));
    saved.save_place(&player, place, true).unwrap();
    let queue = load(dir.path());
    assert_eq!(
        queue.place,
        Some(SavedPlace {
            row: 1,
            at_ms: 61_000
        })
    );
    assert_eq!(
        queue.options,
        SavedOptions {
            schema: 1,
            random: false,
            repeat: true,
            volume_percent: Some(80),
            ..SavedOptions::default()
        }
    );
    assert_eq!(rows(dir.path()), wanted(&player));
    let glance = Saved::glance(dir.path()).unwrap().unwrap();
    assert_eq!(
        (glance.rows, glance.is_kept, glance.was_playing),
        (2, true, true)
    );
    assert_eq!(glance.at.unwrap().0, queue.rows(1..2)[0]);
    drop(saved);
    assert!(!Saved::glance(dir.path()).unwrap().unwrap().is_kept);
}

#[test]
fn where_rows_came_from_comes_back_with_them() {
    let dir = tempfile::tempdir().unwrap();
    let mut player = player_with(&[b"a.flac"]);
    let from = Arc::new(Origin::Search("\"from\": blue".into()));
    let two = vec![song(b"b.flac"), song(b"c.flac")];
    player.handle(Event::Append(two).whence(Some(from.clone())));
    append(&mut player, &[b"d.flac"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    let queue = load(dir.path());
    let read = queue.rows(0..queue.len());
    let origins: Vec<_> = read.iter().map(|row| row.origin.clone()).collect();
    assert_eq!(origins, [None, Some(from.clone()), Some(from), None]);
    assert_eq!(rows(dir.path()), wanted(&player));
    let (one, other) = (read[1].origin.as_ref(), read[2].origin.as_ref());
    assert!(Arc::ptr_eq(one.unwrap(), other.unwrap()), "one text");
}

#[test]
fn modes_come_back_and_those_of_one_song_do_not() {
    let dir = tempfile::tempdir().unwrap();
    let mut player = player_with(&[b"a.flac"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    let mut options = |player: &Player, said| {
        saved.keep_said(said);
        saved.save_options(player).unwrap();
        load(dir.path()).options
    };
    player.handle(Event::Single(Once::On));
    player.handle(Event::Consume(Once::On));
    let said = Said {
        crossfade_ms: Some(3_000),
        loudness: Some(Loudness::Album),
        goes_on: Some(true),
    };
    let read = options(&player, said);
    assert_eq!((read.single, read.consume, read.said()), (true, true, said));
    player.handle(Event::Single(Once::Oneshot));
    player.handle(Event::Consume(Once::Oneshot));
    let read = options(&player, Said::default());
    assert_eq!((read.single, read.consume), (false, false));
    assert_eq!(read.said(), Said::default());
    let path = dir.path().join(OPTIONS);
    for (text, loudness) in [
        (
            r#"{"schema":1,"random":true,"repeat":false,"volume_percent":7}"#,
            None,
        ),
        (
            r#"{"random":true,"volume_percent":7,"loudness":"loudest"}"#,
            None,
        ),
        (
            r#"{"random":true,"volume_percent":7,"loudness":"off"}"#,
            Some(Loudness::Off),
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let read = load(dir.path()).options;
        assert_eq!(
            (read.random, read.volume_percent),
            (true, Some(7)),
            "{text}"
        );
        assert_eq!(read.loudness, loudness, "{text}");
    }
}

#[test]
fn what_comes_to_the_end_is_added_and_the_rest_is_not_written_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut player = player_with(&[b"a.flac", b"b.flac"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    let first = std::fs::read(dir.path().join(QUEUE)).unwrap();
    for name in [b"c.flac", b"d.flac"] {
        append(&mut player, &[name]);
        saved.save_queue(&player, None).unwrap();
        assert_eq!(rows(dir.path()), wanted(&player));
    }
    let all = std::fs::read(dir.path().join(QUEUE)).unwrap();
    assert!(all.starts_with(&first) && all.len() > first.len());
    saved.save_queue(&player, None).unwrap();
    assert_eq!(
        std::fs::read(dir.path().join(QUEUE)).unwrap(),
        all,
        "nothing is new"
    );
    player.handle(Event::Replace {
        songs: vec![song(b"e.flac")],
        start: 0,
        at_ms: Some(0),
        paused: true,
    });
    saved.save_queue(&player, None).unwrap();
    assert_eq!(rows(dir.path()), wanted(&player));
}

/// Cut at every byte, the file tells the queue before the last change or after it, and nothing between.
#[test]
fn a_batch_that_was_not_written_to_its_end_does_not_count() {
    let dir = tempfile::tempdir().unwrap();
    let mut player = player_with(&[b"a.flac", b"b.flac"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    let before = wanted(&player);
    let path = dir.path().join(QUEUE);
    let start = std::fs::read(&path).unwrap().len();
    append(&mut player, &[b"c.flac", b"d.flac", b"e.flac"]);
    saved.save_queue(&player, None).unwrap();
    let all = std::fs::read(&path).unwrap();
    for end in start..all.len() {
        std::fs::write(&path, &all[..end]).unwrap();
        assert_eq!(rows(dir.path()), before, "cut at {end} of {}", all.len());
    }
}

#[test]
fn a_place_belongs_to_its_queue() {
    let dir = tempfile::tempdir().unwrap();
    let old = player_with(&[b"a.flac", b"b.flac"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&old, None).unwrap();
    let place = Some((id(&old, 1), 61_000));
    saved.save_place(&old, place, true).unwrap();
    drop(saved);
    // A new queue, and the end before its place is written for the first time.
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    let new = player_with(&[b"c.flac", b"d.flac"]);
    saved.save_queue(&new, Some((id(&new, 0), 7))).unwrap();
    assert_eq!(
        load(dir.path()).place,
        Some(SavedPlace { row: 0, at_ms: 7 })
    );
    saved.save_place(&new, None, false).unwrap();
    assert_eq!(load(dir.path()).place, None, "played to its end");
}

#[test]
fn only_one_process_may_write() {
    let dir = tempfile::tempdir().unwrap();
    let first = Saved::lock(dir.path()).unwrap();
    assert!(first.is_some());
    assert!(Saved::lock(dir.path()).unwrap().is_none());
    drop(first);
    assert!(Saved::lock(dir.path()).unwrap().is_some());
}

#[test]
fn damage_is_told_and_costs_no_more_than_it_must() {
    let dir = tempfile::tempdir().unwrap();
    assert!(Saved::load(dir.path()).unwrap().is_none());
    let write = |name: &str, text: &str| std::fs::write(dir.path().join(name), text).unwrap();
    for text in [
        "",
        "{\"rows\":[{",
        "[]\n",
        "\0\0\0\0",
        "{\"schema\":2,\"rows\":0}\n",
    ] {
        write(QUEUE, text);
        let read = Saved::load(dir.path());
        assert!(
            matches!(read, Err(SavedError::Unreadable { .. })),
            "{text:?}"
        );
    }
    write(
        QUEUE,
        "{\"schema\":1,\"rows\":3}\n{\"title\":\"x\"}\n{\"ti\n{\"title\":\"z\"}\n",
    );
    write(
        place::NAME,
        "{\"stamp\":0,\"place\":{\"row\":7,\"at_ms\":1},\"playing\":true}",
    );
    write(OPTIONS, "no");
    let queue = load(dir.path());
    let all = rows(dir.path());
    let titles: Vec<&str> = all.iter().map(|row| &*row.title).collect();
    assert_eq!(titles, ["x", "", "z"], "a damaged row keeps its place");
    assert_eq!(
        (queue.place, queue.options),
        (None, SavedOptions::default())
    );
    write(
        QUEUE,
        "{\"schema\":1,\"rows\":9999999999}\n{\"title\":\"x\"}\n",
    );
    assert_eq!(rows(dir.path()).len(), 1);
}

#[test]
fn a_queue_of_a_newer_standin_is_kept_aside() {
    let dir = tempfile::tempdir().unwrap();
    let newer = summed::line(&serde_json::json!({"head": {"schema": EDITED + 1, "rows": 0}}));
    let path = dir.path().join(QUEUE);
    std::fs::write(&path, &newer).unwrap();
    assert!(matches!(
        Saved::load(dir.path()),
        Err(SavedError::Newer { .. })
    ));
    let kept = Saved::lock(dir.path()).unwrap().unwrap();
    assert_eq!(Saved::set_newer_aside(dir.path()).unwrap(), None);
    assert!(path.exists(), "who has the lock keeps it");
    drop(kept);
    let aside = Saved::set_newer_aside(dir.path()).unwrap().unwrap();
    assert_eq!(std::fs::read_to_string(aside).unwrap(), newer);
    assert!(!path.exists() && Saved::load(dir.path()).unwrap().is_none());
}

/// Three songs in one batch and one in another, where the second is heard; the file's bytes.
fn queue_in_two_batches(dir: &Path) -> (Vec<Wanted>, Vec<u8>) {
    let mut player = player_with(&[b"a.flac", b"b.flac", b"c.flac"]);
    let mut saved = Saved::lock(dir).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    append(&mut player, &[b"d.flac"]);
    saved.save_queue(&player, None).unwrap();
    let place = Some((id(&player, 1), 5));
    saved.save_place(&player, place, true).unwrap();
    (wanted(&player), std::fs::read(dir.join(QUEUE)).unwrap())
}

/// Any one bit: every line but those that it lies in keeps its row and, unless it was a head with its break, its place.
#[test]
fn a_flipped_bit_is_told_and_costs_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let (all, bytes) = queue_in_two_batches(dir.path());
    for bit in 0..8 * bytes.len() {
        let mut flipped = bytes.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        std::fs::write(dir.path().join(QUEUE), &flipped).unwrap();
        let read = rows(dir.path());
        let queue = load(dir.path());
        // The last line without its break has lost nothing.
        let is_last = bit / 8 == bytes.len() - 1;
        let told = if is_last { 0..=0 } else { 1..=2 };
        assert!(told.contains(&queue.damaged()), "bit {bit}");
        assert!(!is_last || read == all);
        let kept = all.iter().filter(|row| read.contains(row)).count();
        let lost = all.len() - kept;
        let is_break = bytes[bit / 8] == b'\n';
        assert!(lost <= 1 + usize::from(is_break), "bit {bit}: {lost} rows");
        let known = read.iter().filter(|row| **row != Wanted::default());
        assert!(known.clone().all(|row| all.contains(row)), "bit {bit}");
        if !is_break {
            let of_rows = read.iter().zip(&all);
            let moved = of_rows.filter(|(row, was)| row != was && **row != Wanted::default());
            assert_eq!((read.len(), moved.count()), (all.len(), 0), "bit {bit}");
            assert_eq!(
                queue.place,
                Some(SavedPlace { row: 1, at_ms: 5 }),
                "bit {bit}"
            );
        }
    }
}

/// It was synced whole before it got its name: what lacks is damage.
#[test]
fn a_file_that_was_cut_off_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let player = player_with(&[b"a.flac", b"b.flac", b"c.flac"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    let path = dir.path().join(QUEUE);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 10]).unwrap();
    assert_eq!(rows(dir.path())[..2], wanted(&player)[..2]);
    assert_eq!((load(dir.path()).len(), load(dir.path()).damaged()), (3, 1));
}

#[test]
fn a_new_queue_after_a_damaged_head_has_a_stamp_of_its_own() {
    let dir = tempfile::tempdir().unwrap();
    let (_, mut bytes) = queue_in_two_batches(dir.path());
    bytes[20] ^= 1;
    std::fs::write(dir.path().join(QUEUE), &bytes).unwrap();
    let player = player_with(&[b"e.flac", b"f.flac"]);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&player, None).unwrap();
    assert_eq!(
        load(dir.path()).place,
        None,
        "the old place is not taken for its own"
    );
}

#[test]
fn rows_whose_songs_are_not_here_keep_their_places() {
    let dir = tempfile::tempdir().unwrap();
    let gone = |title: &str| SavedRow {
        wanted: Wanted {
            title: title.into(),
            ..Wanted::default()
        },
        origin: Some(Arc::new(Origin::Playlist(title.into()))),
    };
    let titles = |dir: &Path| -> Vec<String> {
        let rows = rows(dir).into_iter();
        rows.map(|row| row.title).collect()
    };
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.keep_holes(vec![
        (0, gone("x")),
        (1, gone("y")),
        (1, gone("z")),
        (2, gone("end")),
    ]);
    let mut player = player_with(&[b"a.flac", b"b.flac"]);
    saved
        .save_queue(&player, Some((id(&player, 1), 5)))
        .unwrap();
    assert_eq!(titles(dir.path()), ["x", "a", "y", "z", "b", "end"]);
    assert_eq!(
        load(dir.path()).place,
        Some(SavedPlace { row: 4, at_ms: 5 })
    );
    append(&mut player, &[b"c.flac"]);
    saved.save_queue(&player, None).unwrap();
    assert_eq!(titles(dir.path()), ["x", "a", "y", "z", "b", "end", "c"]);
    let place = Some((id(&player, 2), 9));
    saved.save_place(&player, place, false).unwrap();
    assert_eq!(
        load(dir.path()).place,
        Some(SavedPlace { row: 6, at_ms: 9 })
    );
    player.handle(Event::Replace {
        songs: vec![song(b"d.flac")],
        start: 0,
        at_ms: Some(0),
        paused: true,
    });
    saved.save_queue(&player, None).unwrap();
    assert_eq!(titles(dir.path()), ["d"], "another queue has none of them");
}

#[test]
fn a_part_that_goes_on_writes_its_place_alone_until_the_rest_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let names: [&[u8]; 4] = [b"a.flac", b"b.flac", b"c.flac", b"d.flac"];
    let whole = player_with(&names);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    saved.save_queue(&whole, None).unwrap();
    drop(saved);
    let before = std::fs::read(dir.path().join(QUEUE)).unwrap();
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    let part = Part {
        rows: vec![1, 3],
        stamp: load(dir.path()).stamp(),
    };
    saved.go_on(&Rest::Later(Box::new(Later {
        part: Some(part),
        find: Box::new(|| unreachable!("nobody looks")),
    })));
    let mut player = player_with(&[names[1], names[3]]);
    let last = id(&player, 1);
    saved.save_queue(&player, Some((last, 7))).unwrap();
    saved.save_place(&player, Some((last, 7)), true).unwrap();
    assert_eq!(std::fs::read(dir.path().join(QUEUE)).unwrap(), before);
    let place = |row| Some(SavedPlace { row, at_ms: 7 });
    assert_eq!(load(dir.path()).place, place(3));
    player.handle(Event::Surround {
        before: vec![song(names[0])],
        behind: vec![song(b"e.flac")],
    });
    let gone = Wanted {
        title: "gone".into(),
        ..Wanted::default()
    };
    let hole = SavedRow {
        wanted: gone.clone(),
        origin: None,
    };
    saved.keep_holes(vec![(2, hole)]);
    saved.save_queue(&player, Some((last, 7))).unwrap();
    let mut all = wanted(&player);
    all.insert(2, gone);
    assert_eq!(rows(dir.path()), all);
    assert_eq!(load(dir.path()).place, place(3));
}

/// Whoever is killed before all of what was chosen is there has what was saved before, with its place.
#[test]
fn a_choice_whose_rest_comes_later_leaves_what_is_saved_until_then() {
    let dir = tempfile::tempdir().unwrap();
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    let before = player_with(&[b"a.flac", b"b.flac"]);
    let place = Some((id(&before, 1), 7));
    saved.save_queue(&before, place).unwrap();
    saved.save_options(&before).unwrap();
    saved.save_place(&before, place, true).unwrap();
    drop(saved);
    let files = || {
        [QUEUE, "options.json", "position.json"]
            .map(|name| std::fs::read(dir.path().join(name)).unwrap())
    };
    let as_it_was = files();

    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    let later = Later::chosen(|| unreachable!("nobody looks"), None);
    saved.go_on(&Rest::Later(Box::new(later)));
    let mut player = player_with(&[b"c.flac"]);
    player.handle(Event::Volume(30));
    let place = Some((id(&player, 0), 9));
    let save = |saved: &mut Saved, player: &Player| {
        saved.save_queue(player, place).unwrap();
        saved.save_options(player).unwrap();
        saved.save_place(player, place, true).unwrap();
    };
    save(&mut saved, &player);
    assert_eq!(files(), as_it_was);

    append(&mut player, &[b"d.flac"]);
    saved.keep_holes(Vec::new());
    save(&mut saved, &player);
    assert_eq!(rows(dir.path()), wanted(&player));
    let now = load(dir.path());
    assert_eq!(now.place, Some(SavedPlace { row: 0, at_ms: 9 }));
    assert_eq!(now.options.volume_percent, Some(30));
}

/// A queue that is long is read around its place alone, and what is damaged far from there is told of all the same.
#[test]
fn a_long_queue_is_looked_at_around_its_place_and_as_a_whole_later() {
    let dir = tempfile::tempdir().unwrap();
    let names: Vec<_> = (0..600).map(|number| format!("{number}.flac")).collect();
    let names: Vec<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
    let player = player_with(&names);
    let mut saved = Saved::lock(dir.path()).unwrap().unwrap();
    let place = Some((id(&player, 300), 7));
    saved.save_queue(&player, place).unwrap();
    drop(saved);
    let around = || Saved::load_around_place(dir.path()).unwrap().unwrap();
    let path = dir.path().join(QUEUE);
    let whole = std::fs::read_to_string(&path).unwrap();
    let near = 290..310;
    let expected = load(dir.path()).rows(near.clone());

    let queue = around();
    assert_eq!(
        (queue.place, queue.rows(near.clone())),
        (load(dir.path()).place, expected.clone())
    );
    for row in [5, 300, 599] {
        let place = format!("\"place\":\"Music/{row}.flac\"");
        assert!(whole.contains(&place));
        std::fs::write(
            &path,
            whole.replace(&place, &place.replace("place", "placf")),
        )
        .unwrap();
        let queue = around();
        assert_eq!(
            queue.damaged(),
            usize::from(row == 300),
            "near its place it is seen at once"
        );
        let (there, queue) = queue.checked(&near).unwrap();
        assert_eq!((queue.damaged(), there), (1, near.clone()));
    }
    // A break that is none any more: the rows behind it would stand a place further in front.
    let at = whole.find("Music/5.flac").unwrap();
    let at = at + whole[at..].find('\n').unwrap();
    let mut bytes = whole.clone().into_bytes();
    bytes[at] = b' ';
    std::fs::write(&path, bytes).unwrap();
    let queue = around();
    assert_eq!(queue.rows(near), expected);
    assert!(queue.damaged() > 0);
}
