//! What took hours to find out: how loud songs are, by audio key, and which files were decoded whole. It measures
//! nothing.
//!
//! Loudness belongs to the audio: any copy of a song has it. Whether a file is whole belongs to that file as it lies
//! there, for a copy of the same key may be damaged where no key looks. So a check is known by the key together with the
//! size, the time of the last change and the place; one whose file is no longer there passes to the file that has come
//! in its stead.

use super::{FILE, Person, PersonError, now_ms};
use crate::music::{AudioKey, Blocks, Damage, DamageKind, Heard, Level, Measured, Uri};
use rusqlite::{Connection, OptionalExtension, Row, params};
use std::path::{Path, PathBuf};

/// A file as it was when it was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedFile {
    /// The key of all of it.
    pub key: AudioKey,
    /// In bytes.
    pub size: u64,
    /// When it was last changed, in ns since 1970.
    pub mtime_ns: i64,
    /// Where it lies.
    pub place: Uri,
}

impl Person {
    /// What was measured of this audio. A file of an older version, which may not be written, knows nothing.
    pub fn measured(&self, key: AudioKey) -> Result<Option<Measured>, PersonError> {
        self.ask(|connection| {
            let sql = "SELECT lufs, true_peak, album_lufs, album_true_peak FROM loudness WHERE audio_key = ?1";
            let mut statement = connection.prepare_cached(sql)?;
            let row = statement.query_row([key.as_bytes()], measured);
            Ok(row.optional()?)
        })
    }

    /// What was found out of files with this key, size and time: where each lay, and its damage, empty where it is whole.
    pub fn checks(&self, file: &CheckedFile) -> Result<Vec<(Uri, Vec<Damage>)>, PersonError> {
        self.ask(|connection| {
            let sql = "SELECT place, damage FROM checked WHERE audio_key = ?1 AND size = ?2 AND mtime_ns = ?3";
            let mut statement = connection.prepare_cached(sql)?;
            let found = statement.query_map(
                params![file.key.as_bytes(), file.size, file.mtime_ns],
                |row| {
                    let damage: String = row.get(1)?;
                    Ok((Uri::new(row.get::<_, Vec<u8>>(0)?), read(&damage)))
                },
            )?;
            Ok(found.collect::<Result<_, _>>()?)
        })
    }

    /// The file that was checked at `from` lies elsewhere now.
    pub fn pass_check(&mut self, from: &Uri, to: &CheckedFile) -> Result<(), PersonError> {
        self.edit(|edit| {
            let connection = edit.connection;
            connection.execute(
                "UPDATE OR REPLACE checked SET place = ?5 WHERE audio_key = ?1 AND size = ?2 AND mtime_ns = ?3 AND place = ?4",
                params![to.key.as_bytes(), to.size, to.mtime_ns, from.as_bytes(), to.place.as_bytes()],
            )?;
            Ok(())
        })
    }

    /// Keeps what was found out of a file, how loud its songs are, and how loud each of these albums is by now: all of it,
    /// or nothing. Loudness that a damaged file shows is kept only where nothing better is known.
    pub fn keep(
        &mut self,
        file: &CheckedFile,
        damage: &[Damage],
        songs: &[(AudioKey, &Heard)],
        albums: &[Vec<AudioKey>],
    ) -> Result<(), PersonError> {
        let is_whole = damage.iter().all(|damage| !damage.kind.is_damage());
        self.edit(|edit| {
            let connection = edit.connection;
            let here = params![file.key.as_bytes(), file.place.as_bytes()];
            connection.execute("DELETE FROM checked WHERE audio_key = ?1 AND place = ?2", here)?;
            connection
                .prepare_cached(
                    "INSERT INTO checked(audio_key, size, mtime_ns, place, checked_at_ms, damage) VALUES (?, ?, ?, ?, ?, ?)",
                )?
                .execute(params![file.key.as_bytes(), file.size, file.mtime_ns, file.place.as_bytes(), now_ms(), write(damage)])?;
            for (key, heard) in songs {
                let level = heard.level;
                connection
                    .prepare_cached(
                        "INSERT INTO loudness(audio_key, lufs, true_peak, blocks) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT DO UPDATE SET lufs = ?2, true_peak = ?3, blocks = ?4 WHERE ?5",
                    )?
                    .execute(params![key.as_bytes(), level.lufs, level.true_peak, heard.blocks.to_bytes(), is_whole])?;
            }
            for album in albums {
                keep_album(connection, album)?;
            }
            Ok(())
        })
    }
}

/// Measures these songs together, as far as they were measured, and keeps it for each of them.
fn keep_album(connection: &Connection, keys: &[AudioKey]) -> rusqlite::Result<()> {
    let Some(level) = together(connection, keys)? else {
        return Ok(());
    };
    let sql = "UPDATE loudness SET album_lufs = ?2, album_true_peak = ?3 WHERE audio_key = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    for key in keys {
        statement.execute(params![key.as_bytes(), level.lufs, level.true_peak])?;
    }
    Ok(())
}

/// Looks up what was measured of one song at a time: nothing is opened before the first question. Where the file cannot be
/// read nothing is known: music does not wait for it.
pub struct MeasuredLookup {
    data: PathBuf,
    person: Option<Person>,
}

impl MeasuredLookup {
    /// In the file of this data folder.
    pub fn new(data: &Path) -> Self {
        Self {
            data: data.to_owned(),
            person: None,
        }
    }

    /// What was measured of this audio.
    pub fn of(&mut self, key: AudioKey) -> Option<Measured> {
        if self.person.is_none() && self.data.join(FILE).exists() {
            self.person = Person::look(&self.data).ok();
        }
        self.person.as_ref()?.measured(key).ok().flatten()
    }
}

fn measured(row: &Row) -> rusqlite::Result<Measured> {
    let album_peak: Option<f32> = row.get(3)?;
    let album_lufs = row.get(2)?;
    Ok(Measured {
        track: Level {
            lufs: row.get(0)?,
            true_peak: row.get(1)?,
        },
        album: album_peak.map(|true_peak| Level {
            lufs: album_lufs,
            true_peak,
        }),
    })
}

fn together(connection: &Connection, keys: &[AudioKey]) -> rusqlite::Result<Option<Level>> {
    let sql = "SELECT true_peak, blocks FROM loudness WHERE audio_key = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let (mut all, mut true_peak) = (Blocks::default(), None::<f32>);
    for key in keys {
        let row = statement.query_row([key.as_bytes()], |row| {
            Ok((row.get::<_, f32>(0)?, row.get::<_, Vec<u8>>(1)?))
        });
        if let Some((peak, blocks)) = row.optional()? {
            true_peak = Some(true_peak.map_or(peak, |highest| highest.max(peak)));
            // A damaged cell costs its own song.
            all.merge(&Blocks::from_bytes(&blocks).unwrap_or_default());
        }
    }
    Ok(true_peak.map(|true_peak| Level {
        lufs: all.integrated(),
        true_peak,
    }))
}

/// A line for each: `stops 61000 it cannot be read on`.
fn write(damage: &[Damage]) -> String {
    let line = |damage: &Damage| {
        let at = damage.at_ms.map_or("-".to_owned(), |at| at.to_string());
        format!(
            "{} {at} {}\n",
            damage.kind.name(),
            damage.what.replace('\n', " ")
        )
    };
    damage.iter().map(line).collect()
}

/// A line that says something else is left out.
fn read(text: &str) -> Vec<Damage> {
    let line = |line: &str| {
        let mut words = line.splitn(3, ' ');
        let kind = DamageKind::from_name(words.next()?)?;
        let at_ms = words.next()?.parse().ok();
        Some(Damage {
            kind,
            at_ms,
            what: words.next()?.to_owned(),
        })
    };
    text.lines().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::sqlite::{Durability, open_writer};

    fn key(number: u8) -> AudioKey {
        AudioKey::from_bytes([number; 16])
    }

    fn heard(lufs: f64, true_peak: f32) -> Heard {
        let mut blocks = Blocks::default();
        (0..100).for_each(|_| blocks.add(lufs));
        let lufs = blocks.integrated();
        Heard {
            level: Level { lufs, true_peak },
            blocks,
        }
    }

    fn file(number: u8) -> CheckedFile {
        CheckedFile {
            key: key(number),
            size: 1_000,
            mtime_ns: -5,
            place: Uri::new(b"Music/\xff.flac".to_vec()),
        }
    }

    fn damage(kind: DamageKind, at_ms: Option<u64>) -> Damage {
        let what = "it is broken: badly".into();
        Damage { kind, at_ms, what }
    }

    #[test]
    fn what_was_found_out_is_known_again() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        assert_eq!(person.checks(&file(1)).unwrap(), []);
        assert_eq!(person.measured(key(1)).unwrap(), None);
        let found = vec![
            damage(DamageKind::SteppedOver, Some(61_000)),
            damage(DamageKind::Checksum, None),
        ];
        person.keep(&file(1), &found, &[], &[]).unwrap();
        person
            .keep(&file(2), &[], &[(key(2), &heard(-12.0, 0.9))], &[])
            .unwrap();
        drop(person);
        let person = Person::look(dir.path()).unwrap();
        let place = file(1).place;
        assert_eq!(person.checks(&file(1)).unwrap(), [(place.clone(), found)]);
        assert_eq!(person.checks(&file(2)).unwrap(), [(place, vec![])]);
        let changed = CheckedFile {
            size: 1_001,
            ..file(2)
        };
        assert_eq!(person.checks(&changed).unwrap(), []);
        let measured = person.measured(key(2)).unwrap().unwrap();
        assert_eq!((measured.track.true_peak, measured.album), (0.9, None));
        assert!((measured.track.lufs.unwrap() + 12.0).abs() < 0.01);
    }

    #[test]
    fn a_check_passes_to_where_the_file_went() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        person.keep(&file(1), &[], &[], &[]).unwrap();
        let moved = CheckedFile {
            place: Uri::new("Music/new.flac"),
            ..file(1)
        };
        person.pass_check(&file(1).place, &moved).unwrap();
        assert_eq!(
            person.checks(&file(1)).unwrap(),
            [(moved.place.clone(), vec![])]
        );
        // Both there: each has its own.
        person.keep(&file(1), &[], &[], &[]).unwrap();
        assert_eq!(person.checks(&file(1)).unwrap().len(), 2);
        person.pass_check(&file(1).place, &moved).unwrap();
        assert_eq!(person.checks(&file(1)).unwrap().len(), 1);
    }

    #[test]
    fn a_damaged_copy_does_not_spoil_what_a_whole_one_has_shown() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let stops = [damage(DamageKind::Stops, Some(5))];
        for (damage, loud, known) in [
            (&stops[..], -30.0, -30.0),
            (&[], -12.0, -12.0),
            (&stops, -30.0, -12.0),
        ] {
            person
                .keep(&file(1), damage, &[(key(1), &heard(loud, 0.9))], &[])
                .unwrap();
            let measured = person.measured(key(1)).unwrap().unwrap();
            assert_eq!(measured.track.lufs.unwrap().round(), known);
        }
    }

    #[test]
    fn an_album_is_measured_from_the_songs_that_were() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let album = [vec![key(1), key(2), key(3)]];
        person.keep(&file(1), &[], &[], &album).unwrap();
        let (loud, quiet) = (heard(-12.0, 0.5), heard(-18.0, 0.9));
        person
            .keep(&file(1), &[], &[(key(1), &loud), (key(2), &quiet)], &album)
            .unwrap();
        let of = |person: &Person, number| person.measured(key(number)).unwrap().unwrap().album;
        let level = of(&person, 1).unwrap();
        assert!((level.lufs.unwrap() + 14.04).abs() < 0.06, "{level:?}");
        assert_eq!(level.true_peak, 0.9);
        assert_eq!(of(&person, 2), Some(level));
        // Measured again, the song keeps its album.
        person.keep(&file(1), &[], &[(key(1), &loud)], &[]).unwrap();
        assert_eq!(of(&person, 1), Some(level));
    }

    #[test]
    fn a_lookup_opens_nothing_before_it_is_asked_and_makes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let mut lookup = MeasuredLookup::new(dir.path());
        assert_eq!(lookup.of(key(1)), None);
        assert!(!dir.path().join(FILE).exists());
        let mut person = Person::open(dir.path()).unwrap();
        assert_eq!(lookup.of(key(1)), None);
        // What is measured while music plays is known to the next song.
        person
            .keep(&file(1), &[], &[(key(1), &heard(-12.0, 0.9))], &[])
            .unwrap();
        assert_eq!(lookup.of(key(1)).unwrap().track.true_peak, 0.9);
    }

    #[test]
    fn a_file_of_the_first_version_keeps_what_is_in_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(super::super::FILE);
        let first = &super::super::schema::MIGRATIONS[..1];
        let old = open_writer(&path, first, Durability::Power).unwrap();
        let row = "INSERT INTO playlist(name, changed_at_ms) VALUES ('old', 1)";
        old.execute(row, []).unwrap();
        drop(old);
        let mut person = Person::open(dir.path()).unwrap();
        assert_eq!(person.playlists().unwrap().len(), 1);
        person.keep(&file(1), &[], &[], &[]).unwrap();
        assert_eq!(person.checks(&file(1)).unwrap().len(), 1);
    }
}
