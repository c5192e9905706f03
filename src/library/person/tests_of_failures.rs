//! What a write that fails, or an end in the middle of one, leaves: the database and its copy as they were before it, each
//! able to make the other again.

use super::change::Change;
use super::tests_of_copies::{Everything, everything, lived_in, read, song, songs};
use super::*;
use crate::music::Rating;
use std::fs;
use std::path::Path;

fn copy_of(dir: &Path) -> PathBuf {
    dir.join(journal::COPY)
}

/// All that the second copy alone makes again.
fn in_copy(dir: &Path) -> Everything {
    let other = tempfile::tempdir().unwrap();
    fs::copy(copy_of(dir), copy_of(other.path())).unwrap();
    fs::write(other.path().join(FILE), b"no database").unwrap();
    let recovered = recover(other.path()).unwrap().unwrap();
    assert_eq!(recovered.damaged, 0);
    read(other.path())
}

/// An edit that applies and appends, and whose commit the database refuses.
fn refused(person: &mut Person, renews: bool) -> PersonError {
    let edited = person.edit(|edit| {
        let name = "Refused".to_owned();
        edit.make(Change::CreatePlaylist {
            name,
            query: None,
            rows: songs(0..5),
        })?;
        if renews {
            edit.renew_copy();
        }
        let orphan = "PRAGMA defer_foreign_keys = ON;
            INSERT INTO playlist_row VALUES (99, 1, '', '', '', NULL, '', NULL, NULL, NULL, NULL, '')";
        edit.connection.execute_batch(orphan)?;
        Ok(())
    });
    edited.unwrap_err()
}

#[test]
fn a_change_whose_commit_fails_is_taken_out_of_the_copy() {
    for renews in [false, true] {
        let (dir, before) = lived_in();
        let mut person = Person::open(dir.path()).unwrap();
        let text = fs::read(copy_of(dir.path())).unwrap();
        let error = refused(&mut person, renews);
        assert!(matches!(error, PersonError::Sqlite { .. }), "{error}");
        assert_eq!(fs::read(copy_of(dir.path())).unwrap(), text);
        assert_eq!(read(dir.path()), before);
        // And both go on together.
        person.create("After", &songs(0..2)).unwrap();
        let after = everything(&person).unwrap();
        assert_eq!(in_copy(dir.path()), after);
        let names = fs::read_dir(dir.path()).unwrap().flatten();
        let names = names.map(|entry| entry.file_name().into_string().unwrap());
        let left: Vec<String> = names
            .filter(|name| name.contains(".old") || name.contains(".new"))
            .collect();
        assert!(left.is_empty(), "{left:?}");
    }
}

#[test]
fn the_first_copy_of_a_database_that_cannot_be_kept_is_not_kept() {
    let dir = tempfile::tempdir().unwrap();
    let mut person = Person::open(dir.path()).unwrap();
    fs::remove_file(copy_of(dir.path())).unwrap();
    refused(&mut person, false);
    assert!(!copy_of(dir.path()).exists());
    person.create("After", &[]).unwrap();
    assert_eq!(in_copy(dir.path()), everything(&person).unwrap());
}

/// Ended after the new copy was in its place, and before the database knew it.
#[test]
fn a_copy_that_the_database_never_knew_gives_way_to_the_one_before() {
    let (dir, before) = lived_in();
    let (other, _) = lived_in();
    let copy = copy_of(dir.path());
    let text = fs::read(&copy).unwrap();
    let in_the_middle = |is_there: bool| {
        fs::rename(&copy, journal::before(&copy)).unwrap();
        if is_there {
            fs::copy(copy_of(other.path()), &copy).unwrap();
        }
    };
    for is_there in [true, false] {
        in_the_middle(is_there);
        let mut person = Person::open(dir.path()).unwrap();
        person.edit(|_| Ok(())).unwrap();
        assert_eq!(fs::read(&copy).unwrap(), text);
        assert_eq!(everything(&person).unwrap(), before);
        assert!(!journal::before(&copy).exists());
    }
    // And where the database was lost in that moment, too.
    in_the_middle(false);
    fs::write(dir.path().join(FILE), b"no database").unwrap();
    recover(dir.path()).unwrap().unwrap();
    assert_eq!(read(dir.path()), before);
}

#[test]
fn a_copy_with_a_damaged_head_is_set_aside_at_the_next_change() {
    let (dir, _) = lived_in();
    let copy = copy_of(dir.path());
    let mut text = fs::read(&copy).unwrap();
    text[20] ^= 1;
    fs::write(&copy, &text).unwrap();
    let mut person = Person::open(dir.path()).unwrap();
    person.create("After", &[]).unwrap();
    assert_eq!(in_copy(dir.path()), everything(&person).unwrap());
    let mut names = fs::read_dir(dir.path()).unwrap().flatten();
    let aside = names.find(|entry| entry.file_name().to_string_lossy().contains(".bad-"));
    assert_eq!(fs::read(aside.unwrap().path()).unwrap(), text);
}

#[test]
fn a_copy_with_another_damaged_line_is_written_anew_at_the_first_change_of_a_day() {
    let (dir, _) = lived_in();
    let copy = copy_of(dir.path());
    let mut text = fs::read(&copy).unwrap();
    let end = text.len() - 30;
    text[end] ^= 1;
    fs::write(&copy, &text).unwrap();
    fs::remove_dir_all(dir.path().join(backup::FOLDER)).unwrap();
    let mut person = Person::open(dir.path()).unwrap();
    person.create("After", &[]).unwrap();
    assert_eq!(in_copy(dir.path()), everything(&person).unwrap());
}

/// Nothing but the copy is left, and its head is damaged: every other line still counts.
#[test]
fn what_follows_a_damaged_head_is_not_lost_with_it() {
    let (dir, before) = lived_in();
    fs::remove_dir_all(dir.path().join(backup::FOLDER)).unwrap();
    let copy = copy_of(dir.path());
    let mut text = fs::read(&copy).unwrap();
    text[20] ^= 1;
    fs::write(&copy, &text).unwrap();
    fs::write(dir.path().join(FILE), b"no database").unwrap();
    let recovered = recover(dir.path()).unwrap().unwrap();
    assert_eq!(recovered.damaged, 1);
    assert_eq!(read(dir.path()), before);
}

/// Flips a bit of a column's name, wherever the file holds the statement that made its table: one of them is no longer read.
fn damage(path: &Path, table: &str, column: &str, bit: u8) {
    let mut bytes = fs::read(path).unwrap();
    let place = |bytes: &[u8], text: &str| {
        let text = text.as_bytes();
        bytes.windows(text.len()).position(|it| it == text)
    };
    let (mut from, mut flipped) = (0, 0);
    while let Some(at) = place(&bytes[from..], &format!("CREATE TABLE {table}")) {
        from += at;
        from += place(&bytes[from..], column).unwrap();
        bytes[from] ^= bit;
        flipped += 1;
    }
    assert!(flipped > 0, "{table} is not there");
    fs::write(path, bytes).unwrap();
}

/// A bit of the schema that reading does not meet.
#[test]
fn damage_that_only_a_writer_meets_is_mended_too() {
    let (dir, before) = lived_in();
    damage(&dir.path().join(FILE), "about", "audio_key) =", 2);
    let met = Person::open(dir.path()).and_then(|mut person| person.create("After", &[]));
    assert!(met.unwrap_err().is_damage());
    recover(dir.path()).unwrap().unwrap();
    assert_eq!(read(dir.path()), before);
}

/// Found by flips: a column's name that only a change, or only `verify`, asks for. Each change ended with the damage, and
/// nothing mended it.
#[test]
fn a_damaged_name_of_a_column_is_found_before_anybody_asks_for_it() {
    for (table, column) in [("copy", "bytes_of_snapshot"), ("loudness", "true_peak")] {
        let (dir, before) = lived_in();
        damage(&dir.path().join(FILE), table, column, 1);
        let met = Person::look(dir.path()).and_then(|person| person.check());
        assert!(met.unwrap_err().is_damage());
        recover(dir.path()).unwrap().unwrap();
        assert_eq!(read(dir.path()), before);
    }
}

type Edit = fn(&mut Person) -> Result<(), PersonError>;

const EDITS: &[(&str, Edit)] = &[
    ("create", |person| person.create("New", &songs(0..200))),
    ("append", |person| {
        person.append("Road trip", &songs(0..200))
    }),
    ("remove rows", |person| {
        person.remove_rows("Road trip", &[1..=1]).map(drop)
    }),
    ("rename", |person| person.rename("Sleep", "Awake")),
    ("delete", |person| person.delete("Road trip")),
    ("rate", |person| {
        let stars = Some(Rating::from_halves(3));
        person.rate(&songs(0..200), stars).map(drop)
    }),
    ("hear", |person| {
        let listening = Listening {
            at_ms: 1,
            song: song(1),
            to_the_end: true,
            origin: None,
        };
        person.hear(&[listening]).map(drop)
    }),
    ("root", |person| person.add_root(Path::new("/")).map(drop)),
];

/// The disk is full from the n-th page on, for every n until it is done.
#[test]
fn a_database_that_may_not_grow_keeps_what_it_has() {
    for (what, edit) in EDITS {
        let (dir, before) = lived_in();
        let mut person = Person::open(dir.path()).unwrap();
        let pages: u32 = person
            .connection
            .query_row("PRAGMA page_count", [], |row| row.get(0))
            .unwrap();
        for more in 0..200 {
            let limit = format!("PRAGMA max_page_count = {}", pages + more);
            let set = person.connection.query_row(&limit, [], |_| Ok(()));
            set.unwrap();
            match edit(&mut person) {
                Ok(()) => break,
                Err(error) => {
                    assert!(more < 199, "{what}: {error}");
                    let full = error.to_string();
                    assert!(full.contains("no room left on the disk"), "{what}: {full}");
                    assert_eq!(everything(&person).unwrap(), before, "{what}, {more}");
                    assert_eq!(in_copy(dir.path()), before, "{what}, {more}");
                }
            }
        }
        person.check().unwrap();
        assert_eq!(in_copy(dir.path()), everything(&person).unwrap(), "{what}");
    }
}

const YEAR_MS: i64 = 366 * 24 * 60 * 60 * 1_000;

#[test]
fn a_clock_that_jumps_makes_one_backup_for_each_day_it_tells() {
    let (dir, _) = lived_in();
    let person = Person::open(dir.path()).unwrap();
    let copy = copy_of(dir.path());
    let now = now_ms();
    let made = |at_ms| {
        let made = backup::make_if_due(&person.connection, &copy, at_ms);
        made.unwrap_or_else(|_| panic!("no backup at {at_ms}"))
    };
    assert!(!made(now));
    for at_ms in [now - YEAR_MS, now + 10 * YEAR_MS, 0] {
        assert!(made(at_ms), "{at_ms}");
        assert!(!made(at_ms), "{at_ms}: once is enough");
        assert!(!made(now), "{at_ms}: the clock is right again");
    }
    let backups = person.backups().unwrap();
    assert_eq!(backups.len(), 4);
    assert!(backups.iter().all(|one| one.contents.damaged == 0));
}

#[test]
fn a_clock_that_jumps_keeps_every_change() {
    let (dir, _) = lived_in();
    let mut person = Person::open(dir.path()).unwrap();
    let times = [0, now_ms() - YEAR_MS, now_ms() + 10 * YEAR_MS, i64::MAX];
    for (number, at_ms) in (10..).zip(times) {
        let song = song(number);
        person
            .edit_at(at_ms, |edit| {
                edit.make(Change::Hear {
                    song,
                    to_the_end: true,
                    heard_at_ms: at_ms,
                    origin: None,
                })
            })
            .unwrap();
    }
    person.check().unwrap();
    let heard = everything(&person).unwrap().heard;
    let told: Vec<i64> = heard.iter().map(|heard| heard.at_ms).collect();
    assert!(times.iter().all(|at_ms| told.contains(at_ms)), "{told:?}");
    assert_eq!(in_copy(dir.path()), everything(&person).unwrap());
}
