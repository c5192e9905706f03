//! Imports into a person's database: once, again, and each beside the others.

use super::*;
use crate::music::Wanted;
use crate::wanted::{Banned, HeardElsewhere, ListKind, TakenList, TakenRow, Taker};

fn person() -> (tempfile::TempDir, Person) {
    let dir = tempfile::tempdir().unwrap();
    let person = Person::open(dir.path()).unwrap();
    (dir, person)
}

fn song(letter: char) -> Wanted {
    Wanted {
        title: letter.into(),
        artists: vec!["The Example Band".into()],
        external: vec![("spotify".into(), letter.into())],
        ..Wanted::default()
    }
}

fn list(name: &str, rows: &str) -> TakenList {
    let row = |letter: char| TakenRow {
        wanted: song(letter),
        ..TakenRow::default()
    };
    TakenList {
        service: "spotify".into(),
        name: name.into(),
        rows: rows.chars().map(row).collect(),
        ..TakenList::default()
    }
}

fn import(person: &mut Person, lists: Vec<TakenList>) -> Imported {
    let mut gathered = Gathered::default();
    lists.into_iter().for_each(|one| gathered.list(one));
    person.import(gathered, "my_export.zip").unwrap()
}

fn titles(person: &Person, name: &str) -> String {
    let rows = person.playlist(name).unwrap().unwrap().rows;
    rows.iter().map(|row| row.title.as_str()).collect()
}

#[test]
fn a_list_imported_again_is_brought_up_to_date_and_forgets_nothing() {
    let (_dir, mut person) = person();
    let first = import(&mut person, vec![list("Road Trip", "abcd")]);
    assert!(first.lists[0].is_new);
    assert_eq!((first.lists[0].added, first.ids), (4, 4));
    let again = import(&mut person, vec![list("Road Trip", "dbae")]);
    let told = &again.lists[0];
    assert!(!told.is_new);
    let counts = (told.there, told.added, told.moved, told.removed_there);
    assert_eq!(counts, (4, 1, 2, 1));
    assert_eq!(titles(&person, "Road Trip"), "dbcae");
    let mirror = person.mirror("Road Trip").unwrap().unwrap();
    assert!(mirror.removed_at_ms(&song('c')).is_some());
    assert!(mirror.removed_at_ms(&song('a')).is_none());
    let third = import(&mut person, vec![list("Road Trip", "dbae")]);
    let told = &third.lists[0];
    assert_eq!((told.added, told.moved, told.removed_there), (0, 0, 0));
    let back = import(&mut person, vec![list("Road Trip", "dbaec")]);
    assert_eq!(back.lists[0].added, 0);
    let mirror = person.mirror("Road Trip").unwrap().unwrap();
    assert!(mirror.removed_at_ms(&song('c')).is_none());
    person.check().unwrap();
}

#[test]
fn what_the_person_did_to_it_here_holds() {
    let (_dir, mut person) = person();
    import(&mut person, vec![list("Road Trip", "abc")]);
    person.remove_rows("Road Trip", &[2..=2]).unwrap();
    person.append("Road Trip", &[song('x')]).unwrap();
    person.rename("Road Trip", "On the road").unwrap();
    let again = import(&mut person, vec![list("Road Trip", "abcd")]);
    assert_eq!(again.lists[0].name, "On the road");
    assert_eq!(again.lists[0].left_out, 1);
    assert_eq!(titles(&person, "On the road"), "acxd");
    person.delete("On the road").unwrap();
    let anew = import(&mut person, vec![list("Road Trip", "ab")]);
    assert!(anew.lists[0].is_new);
    assert_eq!(titles(&person, "Road Trip"), "ab");
}

#[test]
fn a_playlist_of_the_persons_own_keeps_its_name() {
    let (_dir, mut person) = person();
    person.create("Road Trip", &[song('o')]).unwrap();
    let of = |id: &str| TakenList {
        id: id.into(),
        ..list("Road Trip", "a")
    };
    let imported = import(&mut person, vec![of("1"), of("2"), list("AC/DC\n", "b")]);
    let names: Vec<_> = imported.lists.iter().map(|list| &list.name[..]).collect();
    let expected = ["Road Trip (Spotify)", "Road Trip (Spotify 2)", "AC∕DC"];
    assert_eq!(names, expected);
    let liked = TakenList {
        kind: ListKind::Liked,
        ..list("", "c")
    };
    assert_eq!(
        import(&mut person, vec![liked]).lists[0].name,
        "Liked Songs"
    );
    assert_eq!(titles(&person, "Road Trip"), "o");
}

#[test]
fn ids_alone_resolve_when_another_import_brings_what_they_are() {
    let (_dir, mut person) = person();
    let bare = |letter: char| Wanted {
        external: vec![("spotify".into(), letter.into())],
        ..Wanted::default()
    };
    let mut links = list("Links", "");
    let rows = ['a', 'b'].map(|letter| TakenRow {
        wanted: bare(letter),
        ..TakenRow::default()
    });
    links.rows = rows.into();
    import(&mut person, vec![links]);
    assert_eq!(titles(&person, "Links"), "");
    let imported = import(&mut person, vec![list("Other", "a")]);
    assert_eq!((imported.rows_enriched, imported.ids_enriched), (1, 1));
    assert_eq!(titles(&person, "Links"), "a");
    let known = person.known_as("spotify", "a").unwrap().unwrap();
    assert_eq!(known.wanted.title, "a");
}

#[test]
fn listenings_and_bans_are_kept_once() {
    let (_dir, mut person) = person();
    let gather = |times: &[i64]| {
        let mut gathered = Gathered::default();
        for at_ms in times {
            gathered.heard(HeardElsewhere {
                at_ms: *at_ms,
                ms: Some(200_000),
                wanted: song('a'),
                service: "spotify".into(),
                ..HeardElsewhere::default()
            });
        }
        gathered.banned(Banned::Artist("The Example Band".into()));
        gathered.banned(Banned::Song(song('z')));
        gathered
    };
    let first = person.import(gather(&[1_001, 5_001]), "a.json").unwrap();
    assert_eq!((first.heard, first.heard_before, first.banned), (2, 0, 2));
    let second = person.import(gather(&[5_001, 9_001]), "a.json").unwrap();
    assert_eq!(
        (second.heard, second.heard_before, second.banned),
        (1, 1, 0)
    );
    let mut all = Vec::new();
    person.each_elsewhere(|plays| all.push(plays)).unwrap();
    assert_eq!(all[0].plays.len(), 3);
    let mut banned = crate::music::Song::at("/m/x.flac");
    assert!(!person.bans().unwrap().forbid(&banned));
    banned.tags.artists = vec!["the example band".into()];
    assert!(person.bans().unwrap().forbid(&banned));
    let name = person.all_bans().unwrap()[0].0.clone();
    assert_eq!(person.unban(&[name]).unwrap(), 1);
    assert!(!person.bans().unwrap().forbid(&banned));
    assert_eq!(person.imports().unwrap()[0].1.heard, 2);
}

#[test]
fn an_import_that_fails_leaves_nothing() {
    let (_dir, mut person) = person();
    let mut long = list("Long", "a");
    long.rows = vec![long.rows[0].clone(); crate::wanted::MAX_ROWS + 1];
    let mut gathered = Gathered::default();
    gathered.list(list("First", "abc"));
    gathered.list(long);
    assert!(person.import(gathered, "x").is_err());
    assert_eq!(person.playlists().unwrap(), []);
    assert_eq!(person.imports().unwrap(), []);
    assert!(person.known_as("spotify", "a").unwrap().is_none());
}
