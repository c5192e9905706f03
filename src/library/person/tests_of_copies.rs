//! What was acknowledged is there twice, and each copy can be made from the other. Nothing is passed on that is not as it
//! was written.

use super::change::Change;
use super::*;
use crate::library::summed;
use crate::music::{AudioKey, Origin, Rating, Wanted};
use std::io::Write;

/// All that a person made.
#[derive(Debug, PartialEq)]
pub(super) struct Everything {
    pub roots: Vec<(String, PathBuf)>,
    pub playlists: Vec<(String, Option<String>, Vec<Wanted>, i64)>,
    pub abouts: Vec<About>,
    pub heard: Vec<Heard>,
}

pub(super) fn everything(person: &Person) -> Result<Everything, PersonError> {
    person.ask(|connection| {
        let mut all = Everything {
            roots: Vec::new(),
            playlists: Vec::new(),
            abouts: Vec::new(),
            heard: Vec::new(),
        };
        for root in roots::all(connection)? {
            all.roots.push((root.name.clone(), root.dir.clone()));
        }
        playlists::each(connection, |list| {
            let whole = (list.name, list.query, list.rows, list.changed_at_ms);
            all.playlists.push(whole);
            Ok(())
        })?;
        heard::each_about(connection, |about| {
            all.abouts.push(about);
            Ok(())
        })?;
        heard::each_heard(connection, |heard| {
            all.heard.push(heard);
            Ok(())
        })?;
        Ok(all)
    })
}

pub(super) fn song(number: u8) -> Wanted {
    Wanted {
        title: format!("Song {number}"),
        artists: vec!["Ærø".into()],
        length_ms: Some(u64::MAX - u64::from(number)),
        key: Some(AudioKey::from_bytes([number; 16])),
        ..Wanted::default()
    }
}

pub(super) fn songs(numbers: std::ops::Range<u8>) -> Vec<Wanted> {
    numbers.map(song).collect()
}

/// A folder with something of everything, and what is in it.
pub(super) fn lived_in() -> (tempfile::TempDir, Everything) {
    let dir = tempfile::tempdir().unwrap();
    let music = dir.path().join("Music");
    std::fs::create_dir(&music).unwrap();
    let mut person = Person::open(dir.path()).unwrap();
    person.add_root(&music).unwrap();
    person.add_root(dir.path()).unwrap();
    person.create("Road trip", &songs(0..20)).unwrap();
    person.append("Road trip", &songs(30..35)).unwrap();
    person.remove_rows("Road trip", &[2..=3, 25..=25]).unwrap();
    person.create("Old", &songs(0..3)).unwrap();
    person.rename("Old", "Sleep").unwrap();
    person.create("Gone", &[]).unwrap();
    person.delete("Gone").unwrap();
    person.create_smart("Best", "((rating >= 5))").unwrap();
    let best = "((rating >= 4))";
    person.create_smart_instead("Best", best).unwrap();
    let taken = person.create_smart_instead("Road trip", best);
    assert!(matches!(taken, Err(PersonError::AlreadyThere { .. })));
    let refused = person.remove_rows("Best", &[]);
    assert!(matches!(refused, Err(PersonError::IsSmart { .. })));
    let came = [(song(0).key.unwrap(), 5), (song(2).key.unwrap(), 7)];
    person.keep_added(&came).unwrap();
    // What is kept already stays.
    person.keep_added(&[(song(0).key.unwrap(), 9)]).unwrap();
    let stars = Some(Rating::from_halves(7));
    person.rate(&songs(0..4), stars).unwrap();
    person.rate(&songs(1..2), None).unwrap();
    for number in 1..4 {
        let listening = Listening {
            at_ms: i64::from(number),
            song: song(number),
            to_the_end: number != 2,
            origin: (number == 3).then(|| Origin::Playlist("Road trip".into())),
        };
        assert_eq!(person.hear(&[listening.clone(), listening]).unwrap(), 1);
    }
    person.remove_root("Music").unwrap();
    person.check().unwrap();
    let all = everything(&person).unwrap();
    (dir, all)
}

pub(super) fn read(dir: &Path) -> Everything {
    let person = Person::look(dir).unwrap();
    person.check().unwrap();
    everything(&person).unwrap()
}

#[test]
fn counts_and_stars_hang_on_the_audio() {
    let (dir, _) = lived_in();
    let person = Person::look(dir.path()).unwrap();
    let about = |number| person.about(song(number).key.unwrap()).unwrap();
    let first = about(0).unwrap();
    assert_eq!((first.rating.unwrap().halves(), first.plays), (7, 0));
    let second = about(1).unwrap();
    assert_eq!((second.rating, second.plays, second.skips), (None, 1, 0));
    assert!(second.played_at_ms.is_some() && second.skipped_at_ms.is_none());
    assert_eq!(about(2).unwrap().skips, 1);
    assert_eq!(about(9), None);
    let history = person.history(2).unwrap();
    let keys: Vec<u8> = history
        .iter()
        .map(|line| line.heard.key.as_bytes()[0])
        .collect();
    assert_eq!(keys, [3, 2]);
    let origin = |at: usize| history[at].heard.origin.clone();
    assert_eq!(origin(0), Some(Origin::Playlist("Road trip".into())));
    assert_eq!(origin(1), None);
    assert_eq!(history[0].song, song(3));
    let totals = person.totals().unwrap();
    assert_eq!((totals.plays, totals.skips, totals.songs), (2, 1, 2));
}

#[test]
fn columns_hold_what_songs_have() {
    let (dir, _) = lived_in();
    let person = Person::look(dir.path()).unwrap();
    let kept = [Kept::Skips, Kept::Added, Kept::Rating, Kept::LastPlayed];
    let columns = person.columns(&kept).unwrap();
    let numbers = |at: usize| {
        let all = columns[at].iter();
        all.map(|(key, number)| (key.as_bytes()[0], number))
            .collect::<Vec<_>>()
    };
    assert_eq!(numbers(0), [(2, 1)]);
    assert_eq!(numbers(1), [(0, 5), (2, 7)]);
    assert_eq!(numbers(2), [(0, 7), (2, 7), (3, 7)]);
    assert_eq!(
        numbers(3).iter().map(|(key, _)| *key).collect::<Vec<_>>(),
        [1, 3]
    );
    let of = |number| columns[1].get(song(number).key.unwrap());
    assert_eq!((of(0), of(1), of(2)), (Some(5), None, Some(7)));
}

/// It is not in the second copy, but what can be read of a damaged file comes along.
#[test]
fn when_songs_came_outlives_a_database_that_is_made_again() {
    let (dir, all) = lived_in();
    let path = dir.path().join(FILE);
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute("UPDATE about SET plays = plays + 1", [])
        .unwrap();
    drop(file);
    recover(dir.path()).unwrap().unwrap();
    assert!(read(dir.path()) == all);
    let person = Person::look(dir.path()).unwrap();
    let added = person.columns(&[Kept::Added]).unwrap().remove(0);
    assert_eq!(added.iter().count(), 2);
}

#[test]
fn without_the_database_everything_comes_back_from_the_copy() {
    let (dir, before) = lived_in();
    std::fs::write(dir.path().join(FILE), b"no database").unwrap();
    let recovered = recover(dir.path()).unwrap().unwrap();
    assert_eq!(recovered.from, dir.path().join(journal::COPY));
    assert_eq!(recovered.damaged, 0);
    assert_eq!(
        std::fs::read(recovered.aside.unwrap()).unwrap(),
        b"no database"
    );
    assert_eq!(read(dir.path()), before);
    assert_eq!(recover(dir.path()).unwrap(), None, "it is whole now");
    // And the copy goes on.
    let mut person = Person::open(dir.path()).unwrap();
    person.create("After", &songs(0..1)).unwrap();
    let after = everything(&person).unwrap();
    drop(person);
    std::fs::write(dir.path().join(FILE), b"no database").unwrap();
    recover(dir.path()).unwrap().unwrap();
    assert_eq!(read(dir.path()), after);
}

#[test]
fn a_database_that_was_deleted_is_not_begun_anew_beside_its_copy() {
    let (dir, before) = lived_in();
    // Of an edit that was not yet folded in, the log stays.
    let [file, log] = ["", "-wal"].map(|end| dir.path().join(format!("{FILE}{end}")));
    let mut person = Person::open(dir.path()).unwrap();
    person.create("After", &[]).unwrap();
    person.delete("After").unwrap();
    let left = std::fs::read(&log).unwrap();
    drop(person);
    std::fs::remove_file(&file).unwrap();
    std::fs::write(&log, &left).unwrap();
    for met in [Person::open, Person::look, Person::rehearse] {
        let met = met(dir.path()).err().unwrap();
        assert!(met.is_damage(), "{met}");
    }
    let recovered = recover(dir.path()).unwrap().unwrap();
    assert_eq!((recovered.aside, recovered.damaged), (None, 0));
    assert_eq!(read(dir.path()), before);
}

#[test]
fn without_the_copy_it_is_written_again() {
    let (dir, before) = lived_in();
    std::fs::remove_file(dir.path().join(journal::COPY)).unwrap();
    let mut person = Person::open(dir.path()).unwrap();
    person.create("After", &[]).unwrap();
    person.delete("After").unwrap();
    drop(person);
    std::fs::remove_file(dir.path().join(FILE)).unwrap();
    std::fs::write(dir.path().join(FILE), b"no database").unwrap();
    recover(dir.path()).unwrap().unwrap();
    assert_eq!(read(dir.path()), before);
}

#[test]
fn without_both_the_newest_backup_serves() {
    let (dir, before) = lived_in();
    let backup = Person::open(dir.path()).unwrap().back_up().unwrap();
    for name in [FILE, journal::COPY] {
        std::fs::write(dir.path().join(name), b"nothing").unwrap();
    }
    let recovered = recover(dir.path()).unwrap().unwrap();
    assert_eq!(recovered.from, backup.path);
    assert_eq!(read(dir.path()), before);
}

#[test]
fn with_nothing_to_make_it_from_nothing_is_touched() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(FILE), b"no database").unwrap();
    let error = recover(dir.path()).unwrap_err();
    assert!(matches!(error, PersonError::Copy { .. }), "{error}");
    assert_eq!(
        std::fs::read(dir.path().join(FILE)).unwrap(),
        b"no database"
    );
}

/// Reliability: of 400 flipped bits none is passed on, and none is lost for good.
#[test]
fn flipped_bits_are_told_and_mended() {
    let (dir, before) = lived_in();
    let path = dir.path().join(FILE);
    let whole = std::fs::read(&path).unwrap();
    assert!(!path.with_extension("db-wal").exists());
    let bits = 8 * whole.len() as u64;
    let mut random = 20_261_127_u64;
    let mut told = 0;
    for _ in 0..400 {
        // Knuth's generator: MMIX.
        random = random.wrapping_mul(6_364_136_223_846_793_005);
        random = random.wrapping_add(1_442_695_040_888_963_407);
        let bit = (random >> 16) % bits;
        let mut flipped = whole.clone();
        let at = (bit / 8) as usize;
        flipped[at] ^= 1 << (bit % 8);
        std::fs::write(&path, &flipped).unwrap();
        let looked = Person::look(dir.path());
        let found = looked.and_then(|person| {
            person.check()?;
            everything(&person)
        });
        match found {
            Ok(found) => assert_eq!(found, before, "byte {at}"),
            Err(error) => {
                told += 1;
                recover(dir.path()).unwrap_or_else(|failed| panic!("{error}: {failed}"));
                assert_eq!(read(dir.path()), before, "byte {at}: {error}");
            }
        }
        for entry in std::fs::read_dir(dir.path()).unwrap() {
            let entry = entry.unwrap().path();
            let name = entry.file_name().unwrap().to_string_lossy().into_owned();
            if name.contains(".bad-") || name.ends_with("-wal") || name.ends_with("-shm") {
                std::fs::remove_file(entry).unwrap();
            }
        }
    }
    assert!(told > 20, "only {told} of 400 were noticed");
}

#[test]
fn a_torn_line_is_cut_off_and_a_whole_one_counts() {
    let (dir, before) = lived_in();
    let copy = dir.path().join(journal::COPY);
    let append = |bytes: &[u8]| {
        let mut file = std::fs::OpenOptions::new().append(true).open(&copy);
        file.as_mut().unwrap().write_all(bytes).unwrap();
    };
    let length = std::fs::metadata(&copy).unwrap().len();
    append(b"0123456789abcdef {\"seq\":");
    let nothing = |person: &mut Person| person.edit(|_| Ok(()));
    nothing(&mut Person::open(dir.path()).unwrap()).unwrap();
    assert_eq!(std::fs::metadata(&copy).unwrap().len(), length);
    assert_eq!(read(dir.path()), before);
    // The database is older than its copy: as after a restore by hand.
    let changes = vec![Change::DeletePlaylist {
        name: "Sleep".into(),
    }];
    append(
        summed::line(&text::Line {
            seq: 99,
            at_ms: 1,
            changes,
        })
        .as_bytes(),
    );
    nothing(&mut Person::open(dir.path()).unwrap()).unwrap();
    let names = |all: Everything| all.playlists.into_iter().map(|list| list.0);
    let after: Vec<String> = names(read(dir.path())).collect();
    assert_eq!(after, ["Road trip", "Best"]);
}

#[test]
fn the_copy_does_not_grow_without_end() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = Person::open(dir.path()).unwrap();
    let rows = songs(0..200);
    for _ in 0..60 {
        person.create("a", &rows).unwrap();
        person.delete("a").unwrap();
    }
    let length = std::fs::metadata(dir.path().join(journal::COPY))
        .unwrap()
        .len();
    assert!(length < 1 << 21, "{length} bytes");
}

#[test]
fn a_change_that_the_copy_cannot_keep_is_not_made() {
    let (dir, before) = lived_in();
    let copy = dir.path().join(journal::COPY);
    std::fs::remove_file(&copy).unwrap();
    std::fs::create_dir(copy.with_extension("jsonl.new")).unwrap();
    let mut person = Person::open(dir.path()).unwrap();
    let error = person.create("After", &[]).unwrap_err();
    assert!(matches!(error, PersonError::Copy { .. }), "{error}");
    assert_eq!(everything(&person).unwrap(), before);
}

#[test]
fn a_backup_brings_everything_back() {
    let (dir, before) = lived_in();
    let mut person = Person::open(dir.path()).unwrap();
    let backup = person.back_up().unwrap();
    let contents = backup.contents;
    assert_eq!(
        (
            contents.roots,
            contents.playlists,
            contents.songs,
            contents.heard,
            contents.damaged
        ),
        (1, 3, 4, 3, 0)
    );
    assert_eq!(contents.rows, 22 + 3);
    person.delete("Road trip").unwrap();
    person.rate(&songs(0..4), None).unwrap();
    let after = everything(&person).unwrap();
    assert_eq!(person.restore(&backup.name, false).unwrap(), contents);
    assert_eq!(everything(&person).unwrap(), before);
    person.check().unwrap();
    let newest = person.backups().unwrap().remove(0);
    person
        .restore(&newest.path.to_string_lossy(), false)
        .unwrap();
    assert_eq!(
        everything(&person).unwrap(),
        after,
        "it was backed up before"
    );
    assert!(matches!(
        person.restore("x", false),
        Err(PersonError::NoSuchBackup { .. })
    ));
}

#[test]
fn a_damaged_backup_is_refused_until_it_is_wanted() {
    let (dir, before) = lived_in();
    let mut person = Person::open(dir.path()).unwrap();
    let backup = person.back_up().unwrap();
    let text = std::fs::read_to_string(&backup.path).unwrap();
    std::fs::write(&backup.path, text.replace("\"Sleep\"", "\"sleep\"")).unwrap();
    let error = person.restore(&backup.name, false).unwrap_err();
    assert!(
        matches!(error, PersonError::DamagedBackup { damaged: 1, .. }),
        "{error}"
    );
    assert_eq!(everything(&person).unwrap(), before);
    person.restore(&backup.name, true).unwrap();
    assert_eq!(everything(&person).unwrap().playlists.len(), 2);
}

#[test]
fn the_first_change_of_a_day_is_preceded_by_a_backup() {
    let (dir, _) = lived_in();
    let mut person = Person::open(dir.path()).unwrap();
    assert_eq!(
        person.backups().unwrap().len(),
        1,
        "of the first change that had something before it"
    );
    let first = person.backups().unwrap().remove(0);
    assert_eq!(first.contents.playlists, 0);
    // A day later.
    let old = std::fs::read_to_string(&first.path).unwrap();
    let head = old.lines().next().unwrap();
    let mut parsed: text::Head = serde_json::from_str(head.split_once(' ').unwrap().1).unwrap();
    parsed.at_ms -= 25 * 60 * 60 * 1_000;
    let older = old.replacen(&format!("{head}\n"), &summed::line(&parsed), 1);
    let name = "standin-20200101T000000Z.jsonl";
    std::fs::remove_file(&first.path).unwrap();
    std::fs::write(first.path.with_file_name(name), older).unwrap();
    person.create("Today", &[]).unwrap();
    person.create("Today too", &[]).unwrap();
    let backups = person.backups().unwrap();
    assert_eq!(backups.len(), 2);
    assert_eq!(backups[0].contents.playlists, 3);
}

/// As lines of copies and backups were before the history told whence.
#[test]
fn a_listening_without_an_origin_is_read_and_has_the_sum_that_it_had() {
    let key = song(1).key.unwrap();
    let json = format!("{{\"at_ms\":5,\"key\":\"{key}\",\"to_the_end\":true}}");
    let heard: Heard = serde_json::from_str(&json).unwrap();
    assert_eq!((heard.at_ms, &heard.origin), (5, &None));
    assert_eq!(serde_json::to_string(&heard).unwrap(), json);
    let hear = "{\"hear\":{\"song\":{},\"to_the_end\":true,\"heard_at_ms\":5}}";
    let change: Change = serde_json::from_str(hear).unwrap();
    assert!(matches!(change, Change::Hear { origin: None, .. }));
}

/// Files as each version that was ever released wrote them.
#[test]
fn every_old_version_opens_whole() {
    for version in 1..=schema::MIGRATIONS.len() {
        let dir = tempfile::tempdir().unwrap();
        let kept =
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/old/standin-{version}.db"));
        std::fs::copy(&kept, dir.path().join(FILE))
            .unwrap_or_else(|error| panic!("{}: {error}", kept.display()));
        let person = Person::look(dir.path()).unwrap();
        person.check().unwrap();
        let all = everything(&person).unwrap();
        assert_eq!(all.roots.len(), 1, "version {version}");
        let (name, _, rows, _) = &all.playlists[0];
        assert_eq!(
            (name.as_str(), rows.len()),
            ("Road trip", 3),
            "version {version}"
        );
        assert_eq!(rows[2].key, song(2).key);
        let measured = person.measured(song(1).key.unwrap()).unwrap();
        assert_eq!(measured.is_some(), version >= 2, "version {version}");
        let about = person.about(song(0).key.unwrap()).unwrap();
        assert_eq!(about.is_some(), version >= 3, "version {version}");
        let columns = person.columns(&[Kept::Added, Kept::Rating]).unwrap();
        let stars: Vec<_> = columns[1].iter().collect();
        assert_eq!(stars.len(), usize::from(version >= 3), "version {version}");
        assert_eq!(columns[0].iter().count(), 0, "version {version}");
        let names = person.sticker_names().unwrap();
        assert_eq!(names.len(), usize::from(version >= 4), "version {version}");
        let history = person.history(1).unwrap().pop();
        let origin = history.and_then(|line| line.heard.origin);
        assert_eq!(origin.is_some(), version >= 6, "version {version}");
        drop(person);
        Person::open(dir.path())
            .unwrap()
            .create("New", &[])
            .unwrap();
        assert!(dir.path().join(journal::COPY).exists());
    }
}

/// Writes the file of the newest version; run by hand when there is a new one.
#[test]
#[ignore = "writes into tests/old"]
fn write_the_newest_version() {
    let dir = tempfile::tempdir().unwrap();
    let version = schema::MIGRATIONS.len();
    let mut person = Person::open(dir.path()).unwrap();
    person
        .add_root(Path::new("/usr/share/sounds"))
        .or_else(|_| person.add_root(Path::new("/usr")))
        .unwrap();
    person.create("Road trip", &songs(0..3)).unwrap();
    person
        .rate(&songs(0..1), Some(Rating::from_halves(9)))
        .unwrap();
    let heard = crate::music::Heard {
        level: crate::music::Level {
            lufs: Some(-14.0),
            true_peak: 0.8,
        },
        blocks: Default::default(),
    };
    let key = song(1).key.unwrap();
    let file = CheckedFile {
        key,
        size: 1,
        mtime_ns: 1,
        place: crate::music::Uri::new("Music/a.flac"),
    };
    person.keep(&file, &[], &[(key, &heard)], &[]).unwrap();
    person.stick(key, "mood", "calm").unwrap();
    let listening = Listening {
        at_ms: 1,
        song: song(1),
        to_the_end: true,
        origin: Some(Origin::Playlist("Road trip".into())),
    };
    person.hear(&[listening]).unwrap();
    drop(person);
    let kept =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/old/standin-{version}.db"));
    std::fs::copy(dir.path().join(FILE), kept).unwrap();
}
