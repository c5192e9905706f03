//! What would play in a client's place, of a small library with playlists as imports make them.

use super::*;
use crate::library::person::Ban;
use crate::library::scan::ScanOptions;
use crate::library::scan::tests::write_wav;
use crate::library::worker::ReadIn;
use crate::wanted::Banned;
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use std::sync::atomic::AtomicBool;

struct Home {
    _dir: tempfile::TempDir,
    library: Library,
}

/// Songs `Song 1` to `Song 8` of one album; of them 3 and 6 are not here.
fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let music = dir.path().join("Music");
    std::fs::create_dir(&music).unwrap();
    for number in (1..=8).filter(|number| ![3, 6].contains(number)) {
        let path = music.join(format!("{number}.wav"));
        write_wav(&path, number);
        let mut tag = Tag::new(TagType::Id3v2);
        tag.set_artist("The Example Band".into());
        tag.set_title(format!("Song {number}"));
        tag.set_album("Days".into());
        tag.set_track(number);
        tag.save_to_path(&path, WriteOptions::default()).unwrap();
    }
    let (data, cache) = (dir.path().join("data"), dir.path().join("cache"));
    let library = Library::new(&data, &cache, ReadIn::default());
    let roots = library.roots_to_scan(&[music], None, false).unwrap();
    let stop = AtomicBool::new(false);
    let how = ScanOptions::default();
    library.scan(&roots, how, &|_| {}, &stop).unwrap();
    Home { _dir: dir, library }
}

/// As a service's export has it.
fn row(number: u32) -> Wanted {
    Wanted {
        title: format!("Song {number}"),
        artists: vec!["The Example Band".into()],
        external: vec![("spotify".into(), format!("id{number}"))],
        ..Wanted::default()
    }
}

/// As a client shows it that tells no names.
fn id(number: u32) -> Wanted {
    Wanted {
        external: vec![("spotify".into(), format!("id{number}"))],
        ..Wanted::default()
    }
}

impl Home {
    fn list(&self, name: &str, rows: &[u32]) {
        let rows: Vec<Wanted> = rows.iter().map(|number| row(*number)).collect();
        self.library.person().unwrap().create(name, &rows).unwrap();
    }

    fn ask(&self, wanted: &Wanted, before: &[u32]) -> InPlace {
        let before: Vec<Wanted> = before.iter().map(|number| id(*number)).collect();
        self.library.in_place_of(wanted, &before).unwrap()
    }

    fn list_of(&self, number: u32, before: &[u32]) -> Option<String> {
        self.ask(&id(number), before).list
    }
}

fn titles(in_place: &InPlace) -> Vec<String> {
    in_place.songs.iter().map(|one| one.song.title()).collect()
}

#[test]
fn an_id_alone_leads_to_the_song_and_its_list_goes_on() {
    let home = home();
    home.list("Road Trip", &[1, 2, 3, 4, 5]);
    let found = home.ask(&id(2), &[1]);
    assert_eq!(
        (found.list.as_deref(), found.row),
        (Some("Road Trip"), Some(2))
    );
    assert_eq!(found.instead, Some(Instead::Song));
    assert_eq!(titles(&found), ["Song 2", "Song 4", "Song 5"]);
    let origin = |at: usize| found.songs[at].origin.as_deref().map(Origin::to_string);
    assert_eq!(origin(0), None, "whoever plays it says for whom");
    assert_eq!(origin(1).as_deref(), Some("playlist Road Trip"));
}

#[test]
fn what_is_not_here_gives_way_to_the_next_row_that_is() {
    let home = home();
    home.list("Road Trip", &[1, 3, 6, 5]);
    let found = home.ask(&id(3), &[1]);
    assert_eq!(found.instead, Some(Instead::Later));
    assert_eq!(titles(&found), ["Song 5"]);
}

#[test]
fn where_nothing_of_the_list_is_here_something_stands_in_and_is_told() {
    let home = home();
    home.list("Gone", &[3, 6]);
    let found = home.ask(&id(3), &[]);
    assert_eq!(found.instead, Some(Instead::StandIn));
    let told = found.songs[0].origin.as_ref().unwrap().stand_in().unwrap();
    assert_eq!(
        told,
        "stand-in for The Example Band – Song 3 (by the same artist)"
    );
    assert_eq!(found.songs.len(), 2);
}

#[test]
fn the_list_is_that_in_which_what_was_played_stands_nearest_together() {
    let home = home();
    home.list("All", &[8, 7, 1, 5, 2, 4, 6]);
    home.list("In order", &[1, 2, 4, 5]);
    home.list("Short", &[4, 8]);
    assert_eq!(home.list_of(4, &[2, 1]).as_deref(), Some("In order"));
    assert_eq!(home.list_of(4, &[7]).as_deref(), Some("All"));
    assert_eq!(home.list_of(4, &[8]).as_deref(), Some("Short"));
    // Nothing tells: the smallest.
    assert_eq!(home.list_of(4, &[]).as_deref(), Some("Short"));
    assert_eq!(home.list_of(3, &[2]), None);
}

#[test]
fn of_lists_that_fit_alike_the_one_that_was_played_last_is_meant() {
    let home = home();
    home.list("One", &[1, 2, 4]);
    home.list("Other", &[1, 2, 4, 5]);
    let played = crate::library::person::Listening {
        at_ms: 1,
        song: Wanted {
            key: crate::music::AudioKey::from_slice(&[1; 16]),
            ..row(1)
        },
        to_the_end: true,
        origin: Some(Origin::Playlist("Other".into())),
    };
    assert_eq!(home.list_of(2, &[1]).as_deref(), Some("One"));
    home.library.person().unwrap().hear(&[played]).unwrap();
    assert_eq!(home.list_of(2, &[1]).as_deref(), Some("Other"));
}

#[test]
fn a_song_of_no_list_is_found_by_its_names_and_its_album_goes_on() {
    let home = home();
    let named = Wanted {
        external: Vec::new(),
        ..row(4)
    };
    let found = home.ask(&named, &[]);
    assert_eq!(
        (found.list.as_deref(), found.instead),
        (None, Some(Instead::Song))
    );
    assert_eq!(titles(&found), ["Song 4", "Song 5", "Song 7", "Song 8"]);
    assert_eq!(
        home.ask(&id(99), &[]).instead,
        None,
        "nothing is known of it"
    );
}

#[test]
fn what_is_banned_never_plays() {
    let home = home();
    home.list("Road Trip", &[1, 2, 4, 5]);
    let ban = |number| Ban::said(Banned::Song(row(number)));
    home.library
        .person()
        .unwrap()
        .ban(&[ban(2), ban(5)])
        .unwrap();
    let found = home.ask(&id(2), &[]);
    assert_eq!(found.instead, Some(Instead::Later));
    assert_eq!(titles(&found), ["Song 4"]);
    let everybody = Ban::said(Banned::Artist("The Example Band".into()));
    home.library.person().unwrap().ban(&[everybody]).unwrap();
    assert_eq!(home.ask(&id(1), &[]).instead, None);
}

#[test]
fn a_long_list_goes_on_as_it_is_asked_for() {
    let home = home();
    let long: Vec<u32> = (0..260).map(|at| [1, 3, 2][at % 3]).collect();
    home.list("Long", &long);
    let mut found = home.ask(&id(1), &[]);
    let mut songs = found.songs.len();
    assert!(songs < FIRST_ROWS + 1 && !found.rest.is_empty());
    loop {
        let more = home.library.in_place_go_on(&mut found).unwrap();
        if more.is_empty() {
            break;
        }
        songs += more.len();
    }
    let (_, row) = (found.list, found.row.unwrap());
    let here = long[row - 1..]
        .iter()
        .filter(|number| **number != 3)
        .count();
    assert_eq!(songs, here);
}
