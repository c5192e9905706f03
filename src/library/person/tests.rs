//! What was made stays, and edits are whole or nothing.

use super::*;
use crate::music::{AudioKey, PlaceError, Root, Span, Uri, Wanted};
use proptest::prelude::*;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

fn home() -> (tempfile::TempDir, Person) {
    let dir = tempfile::tempdir().unwrap();
    let person = Person::open(dir.path()).unwrap();
    (dir, person)
}

fn named(title: &str) -> Wanted {
    Wanted {
        title: title.into(),
        length_ms: Some(1_000),
        ..Wanted::default()
    }
}

fn full() -> Wanted {
    Wanted {
        title: "Jóga".into(),
        artists: vec!["Björk".into(), "A; \"B\"".into()],
        album: "Homogenic".into(),
        length_ms: Some(305_123),
        isrc: "GBAAA9700001".into(),
        key: Some(AudioKey::from_bytes([7; 16])),
        place: Some(Uri::new(b"Music/caf\xe9.flac".to_vec())),
        span: Some(Span {
            start_frame: 5,
            end_frame: Some(9),
        }),
        external: vec![("spotify".into(), "x".into())],
        track: Some(3),
        disc: Some(2),
    }
}

fn titles(person: &Person, name: &str) -> Vec<String> {
    let playlist = person.playlist(name).unwrap().unwrap();
    playlist.rows.into_iter().map(|row| row.title).collect()
}

#[test]
fn looking_makes_no_file_and_changes_none() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let mut person = Person::look(&data).unwrap();
    assert!(person.playlists().unwrap().is_empty() && person.roots().unwrap().is_empty());
    assert!(matches!(
        person.create("a", &[]),
        Err(PersonError::Sqlite { .. })
    ));
    assert!(!data.exists());

    let mut writer = Person::open(&data).unwrap();
    writer.create("a", &[full()]).unwrap();
    let mut reader = Person::look(&data).unwrap();
    assert_eq!(reader.playlist("a").unwrap().unwrap().rows, [full()]);
    assert!(matches!(
        reader.delete("a"),
        Err(PersonError::Sqlite { .. })
    ));
}

#[test]
fn a_file_of_an_older_version_is_looked_at_whole() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE), b"").unwrap();
    let mut person = Person::look(dir.path()).unwrap();
    assert!(person.playlists().unwrap().is_empty());
    assert!(person.create("a", &[]).is_err());
}

#[test]
fn a_row_comes_back_as_it_was_and_after_opening_anew() {
    let (dir, mut person) = home();
    person.create("Mix", &[full(), Wanted::default()]).unwrap();
    drop(person);
    let person = Person::open(dir.path()).unwrap();
    let rows = person.playlist("Mix").unwrap().unwrap().rows;
    assert_eq!(rows, [full(), Wanted::default()]);
}

#[test]
fn edits_keep_the_order() {
    let (_dir, mut person) = home();
    let rows: Vec<Wanted> = ["a", "b", "c", "d", "e"].map(named).into();
    person.create("Mix", &rows[..3]).unwrap();
    person.append("Mix", &rows[3..]).unwrap();
    assert_eq!(titles(&person, "Mix"), ["a", "b", "c", "d", "e"]);
    assert_eq!(
        person.remove_rows("Mix", &[5..=5, 1..=2, 2..=2]).unwrap(),
        3
    );
    assert_eq!(titles(&person, "Mix"), ["c", "d"]);
    person.append("Mix", &rows[..1]).unwrap();
    assert_eq!(titles(&person, "Mix"), ["c", "d", "a"]);
    person.rename("Mix", "Other").unwrap();
    assert_eq!(titles(&person, "Other"), ["c", "d", "a"]);
    person.delete("Other").unwrap();
    assert_eq!(person.playlist("Other").unwrap(), None);
    person.create("Other", &[]).unwrap();
    assert!(
        titles(&person, "Other").is_empty(),
        "no row outlives its list"
    );
}

#[test]
fn heads_add_up_and_are_sorted() {
    let (_dir, mut person) = home();
    person
        .create("zoo", &[named("a"), named("b"), Wanted::default()])
        .unwrap();
    person.create("Éclair", &[]).unwrap();
    person.create("apple", &[]).unwrap();
    let heads = person.playlists().unwrap();
    let names: Vec<_> = heads.iter().map(|head| head.name.as_str()).collect();
    assert_eq!(names, ["apple", "Éclair", "zoo"]);
    assert_eq!((heads[2].rows, heads[2].length_ms), (3, 2_000));
    assert!(heads[2].changed_at_ms > 0);
}

#[test]
fn an_edit_that_fails_changes_nothing() {
    let (_dir, mut person) = home();
    person.create("Mix", &[named("a"), named("b")]).unwrap();
    person.create("Other", &[]).unwrap();
    let before = person.playlist("Mix").unwrap();
    let too_many = vec![Wanted::default(); crate::wanted::MAX_ROWS - 1];
    assert!(matches!(
        person.append("Mix", &too_many),
        Err(PersonError::TooManyRows { .. })
    ));
    for (positions, outside) in [(1..=3, 3), (0..=1, 0)] {
        assert!(matches!(
            person.remove_rows("Mix", &[2..=2, positions]),
            Err(PersonError::NoSuchRow { position, rows: 2, .. }) if position == outside
        ));
    }
    assert!(matches!(
        person.rename("Mix", "Other"),
        Err(PersonError::AlreadyThere { .. })
    ));
    assert!(matches!(
        person.create("Mix", &[]),
        Err(PersonError::AlreadyThere { .. })
    ));
    assert!(matches!(
        person.rename("Mix", "a/b"),
        Err(PersonError::BadName { .. })
    ));
    assert_eq!(person.playlist("Mix").unwrap(), before);
}

#[test]
fn a_name_is_found_by_its_letters_and_a_wrong_one_gets_a_hint() {
    let (_dir, mut person) = home();
    person.create("Café", &[]).unwrap();
    assert_eq!(person.playlist("cafe").unwrap().unwrap().name, "Café");
    let error = person.delete("cafe\u{1b}").unwrap_err();
    assert_eq!(
        error.to_string(),
        "there is no playlist “cafe�”; did you mean “Café”?"
    );
    person.create("cafe", &[named("x")]).unwrap();
    assert_eq!(titles(&person, "cafe"), ["x"]);
    assert_eq!(person.playlist("CAFE").unwrap(), None, "two fit");
}

#[test]
fn roots_have_names_of_their_own() {
    let (_dir, mut person) = home();
    let disk = tempfile::tempdir().unwrap();
    let disk = disk.path().canonicalize().unwrap();
    let odd = OsStr::from_bytes(b"caf\xe9\x1b");
    let folders = ["a/Music", "b/music", "b/music/inside"].map(|folder| disk.join(folder));
    let mut added = Vec::new();
    for folder in folders.iter().chain([&disk.join(odd)]) {
        std::fs::create_dir_all(folder).unwrap();
        let (root, new) = person.add_root(folder).unwrap();
        assert!(new);
        added.push(root);
    }
    let names: Vec<_> = added.iter().map(|root| root.name.as_str()).collect();
    assert_eq!(names, ["Music", "music-2", "inside", "caf__"]);
    assert_eq!(person.roots().unwrap(), added);

    let again = person.add_root(&disk.join("a/../a/Music/.")).unwrap();
    assert_eq!(again, (added[0].clone(), false));
    person.remove_root("Music").unwrap();
    assert_eq!(person.roots().unwrap(), added[1..]);
    assert_eq!(
        person.remove_root("Music").unwrap_err().to_string(),
        "there is no root “Music”; did you mean “music-2”?"
    );
    std::fs::write(disk.join("file"), b"x").unwrap();
    for wrong in ["file", "nowhere"] {
        assert!(matches!(
            person.add_root(&disk.join(wrong)),
            Err(PersonError::Folder { .. })
        ));
    }
}

#[test]
fn a_root_is_here_empty_or_away() {
    let disk = tempfile::tempdir().unwrap();
    let root = Root {
        name: "x".into(),
        dir: disk.path().join("m"),
    };
    assert_eq!(state_of(&root), RootState::Away);
    std::fs::create_dir(&root.dir).unwrap();
    assert_eq!(state_of(&root), RootState::Empty);
    std::fs::write(root.dir.join("a.mp3"), b"x").unwrap();
    assert_eq!(state_of(&root), RootState::Here);
}

#[test]
fn a_path_belongs_to_the_innermost_root() {
    let root = |name: &str, dir: &str| {
        let name = name.into();
        Arc::new(Root {
            name,
            dir: dir.into(),
        })
    };
    let roots = [root("in", "/m/in"), root("m", "/m")];
    for (file, uri) in [
        ("/m/in/a", "in/a"),
        ("/m/inside/a", "m/inside/a"),
        ("/m/in", "m/in"),
        ("/other/a", "/other/a"),
    ] {
        let place = place_of(&roots, Path::new(file)).unwrap();
        assert_eq!(place.uri(), Uri::new(uri));
        assert_eq!(place.file(), Path::new(file));
    }
    assert_eq!(
        place_of(&roots, Path::new("/m/a\nb")),
        Err(PlaceError::Unspeakable)
    );
}
#[test]
fn two_who_edit_at_once_lose_nothing() {
    let (dir, mut person) = home();
    person.create("Mix", &[]).unwrap();
    std::thread::scope(|scope| {
        for name in ["a", "b"] {
            let mut person = Person::open(dir.path()).unwrap();
            scope.spawn(move || {
                for _ in 0..20 {
                    person.append("Mix", &[named(name)]).unwrap();
                }
            });
        }
    });
    let rows = titles(&person, "Mix");
    let of = |name: &str| rows.iter().filter(|title| *title == name).count();
    assert_eq!((of("a"), of("b")), (20, 20));
}

fn edits() -> impl Strategy<Value = (u8, usize, usize)> {
    (0u8..3, 1usize..7, 1usize..7)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_edits_leave_what_a_plain_list_would_have(edits in proptest::collection::vec(edits(), 1..20)) {
        let (_dir, mut person) = home();
        person.create("Mix", &[]).unwrap();
        let mut model: Vec<String> = Vec::new();
        for (number, (kind, from, to)) in edits.into_iter().enumerate() {
            let rows: Vec<Wanted> = (0..from).map(|row| named(&format!("{number}.{row}"))).collect();
            let new = rows.iter().map(|row| row.title.clone());
            match kind {
                0 => {
                    person.append("Mix", &rows).unwrap();
                    model.extend(new);
                }
                _ => {
                    let there = from <= model.len() && to <= model.len();
                    let removed = person.remove_rows("Mix", &[from..=to]);
                    prop_assert_eq!(removed.is_ok(), there);
                    if there && from <= to {
                        model.drain(from - 1..to);
                    }
                }
            }
            prop_assert_eq!(titles(&person, "Mix"), model.clone());
        }
    }
}
