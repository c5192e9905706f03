//! What was heard, in the order in which it was counted, and up to where it was handed to somebody else: a mark in the state
//! folder for each way. The mark moves after what it stands for is on the disk, or was taken from the pipe: who dies in
//! between is told of the same songs once more, and of none too few. What waits to be counted is not handed out before it
//! is.

use super::heard::{Heard, heard_columns, heard_of_row};
use super::history::{Told, told};
use super::{Person, PersonError, schema};
use crate::music::AudioKey;
use rusqlite::{Connection, OptionalExtension, params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The files in the state folder.
const FILE: &str = "handed-out.json";
const LOCK: &str = "handed-out.lock";

/// It has a line for each way; more is not ours. In bytes.
const MAX_BYTES: u64 = 64 << 10;

/// A listening, as no other is: up to it all were handed out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When it was, in ms since 1970.
    pub at_ms: i64,
    /// What.
    pub key: AudioKey,
}

impl From<&Heard> for Mark {
    fn from(heard: &Heard) -> Self {
        Self {
            at_ms: heard.at_ms,
            key: heard.key,
        }
    }
}

impl Person {
    /// At most so many lines of the history that were counted after this one; all, where there is none. A mark whose line
    /// is no longer kept stands for its time.
    pub fn heard_since(&self, mark: Option<Mark>, most: usize) -> Result<Vec<Told>, PersonError> {
        self.ask(|connection| {
            if !schema::has_seals(connection)? {
                return Ok(Vec::new());
            }
            let after = match mark {
                Some(mark) => row_of(connection, mark)?,
                None => Some(0),
            };
            let (column, after) = match (after, mark) {
                (None, Some(mark)) => ("at_ms", mark.at_ms),
                (after, _) => ("id", after.unwrap_or(0)),
            };
            let columns = heard_columns(connection)?;
            let sql =
                format!("SELECT {columns} FROM heard WHERE {column} > ?1 ORDER BY id LIMIT ?2");
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = i64::try_from(most).unwrap_or(i64::MAX);
            let lines = statement.query_map(params![after, rows], heard_of_row)?;
            let lines = lines.map(|heard| told(connection, heard?));
            lines.collect()
        })
    }
}

fn row_of(connection: &Connection, mark: Mark) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT max(id) FROM heard WHERE audio_key = ?1 AND at_ms = ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_row(params![mark.key.as_bytes(), mark.at_ms], |row| row.get(0));
    Ok(found.optional()?.flatten())
}

/// The marks; nobody else moves them while this is there.
pub struct HandedOut {
    state: PathBuf,
    _lock: File,
}

impl HandedOut {
    /// Those in this state folder; `None`: another process is handing out.
    pub fn lock(state: &Path) -> Result<Option<Self>, PersonError> {
        let path = state.join(LOCK);
        let failed = |source| PersonError::Copy {
            path: path.clone(),
            source,
        };
        fs::create_dir_all(state).map_err(failed)?;
        let lock = File::create(&path).map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => Ok(Some(Self {
                state: state.to_owned(),
                _lock: lock,
            })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(failed(source)),
        }
    }

    /// Up to where it was handed out in this way.
    pub fn mark(&self, way: &str) -> Result<Option<Mark>, PersonError> {
        let marks = self.read().map_err(|source| self.failed(source))?;
        Ok(marks.get(way).copied())
    }

    /// Moves it, and waits until the disk has it.
    pub fn put_mark(&self, way: &str, mark: Mark) -> Result<(), PersonError> {
        let put = || {
            let mut marks = self.read()?;
            marks.insert(way.to_owned(), mark);
            let beside = self.state.join(format!("{FILE}.new"));
            let mut file = File::create(&beside)?;
            file.write_all(&serde_json::to_vec(&marks)?)?;
            file.sync_all()?;
            fs::rename(&beside, self.state.join(FILE))?;
            File::open(&self.state)?.sync_all()
        };
        put().map_err(|source| self.failed(source))
    }

    fn read(&self) -> io::Result<BTreeMap<String, Mark>> {
        let path = self.state.join(FILE);
        match fs::metadata(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Ok(file) if file.len() > MAX_BYTES => return Err(io::ErrorKind::FileTooLarge.into()),
            looked => looked?,
        };
        Ok(serde_json::from_slice(&fs::read(path)?)?)
    }

    fn failed(&self, source: io::Error) -> PersonError {
        PersonError::Copy {
            path: self.state.join(FILE),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::person::Listening;
    use crate::music::Wanted;

    fn hear(person: &mut Person, at_ms: i64, number: u8) {
        let song = Wanted {
            title: format!("song {number}"),
            key: Some(AudioKey::from_bytes([number; 16])),
            ..Wanted::default()
        };
        let listening = Listening {
            at_ms,
            song,
            to_the_end: true,
            origin: None,
        };
        person.hear(&[listening]).unwrap();
    }

    fn times(lines: &[Told]) -> Vec<i64> {
        lines.iter().map(|line| line.heard.at_ms).collect()
    }

    #[test]
    fn what_is_counted_late_comes_after_the_mark_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        hear(&mut person, 1_000, 1);
        hear(&mut person, 3_000, 2);
        let all = person.heard_since(None, 10).unwrap();
        assert_eq!(times(&all), [1_000, 3_000]);
        assert_eq!(times(&person.heard_since(None, 1).unwrap()), [1_000]);
        let mark = Mark::from(&all[1].heard);
        assert_eq!(person.heard_since(Some(mark), 10).unwrap(), []);
        hear(&mut person, 2_000, 1);
        let late = person.heard_since(Some(mark), 10).unwrap();
        assert_eq!(times(&late), [2_000]);
        assert_eq!(late[0].song.title, "song 1");
        let gone = Mark {
            at_ms: 1_500,
            ..mark
        };
        let after = person.heard_since(Some(gone), 10).unwrap();
        assert_eq!(times(&after), [3_000, 2_000], "by its time");
    }

    #[test]
    fn each_way_has_its_mark_and_one_hands_out_at_a_time() {
        let dir = tempfile::tempdir().unwrap();
        let handed = HandedOut::lock(dir.path()).unwrap().unwrap();
        assert!(HandedOut::lock(dir.path()).unwrap().is_none());
        assert_eq!(handed.mark("one").unwrap(), None);
        let mark = |at_ms| Mark {
            at_ms,
            key: AudioKey::from_bytes([7; 16]),
        };
        handed.put_mark("one", mark(1)).unwrap();
        handed.put_mark("other", mark(2)).unwrap();
        handed.put_mark("one", mark(3)).unwrap();
        drop(handed);
        let handed = HandedOut::lock(dir.path()).unwrap().unwrap();
        assert_eq!(handed.mark("one").unwrap(), Some(mark(3)));
        assert_eq!(handed.mark("other").unwrap(), Some(mark(2)));
        fs::write(dir.path().join(FILE), "{").unwrap();
        let error = handed.mark("one").unwrap_err().to_string();
        assert!(error.contains(FILE), "{error}");
    }
}
