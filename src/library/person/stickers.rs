//! What other programs keep of songs through MPD's protocol, its stickers: values under names, by audio key like all that
//! is a person's. It knows no meaning of any name.

use super::change::Change;
use super::seal::{self, Tally};
use super::{Person, PersonError, Undone, schema};
use crate::music::AudioKey;
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// The longest name, in bytes.
const MAX_NAME_BYTES: usize = 256;
/// The longest value, in bytes.
const MAX_VALUE_BYTES: usize = 16 << 10;
/// Values of one song.
const MAX_OF_A_SONG: usize = 256;

/// A value that is kept of a song.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticker {
    /// Of which.
    pub key: AudioKey,
    /// Under which name.
    pub name: String,
    /// What.
    pub value: String,
}

impl Person {
    /// All that is kept of a song, by name.
    pub fn stickers(&self, key: AudioKey) -> Result<Vec<Sticker>, PersonError> {
        self.asked_stickers("WHERE audio_key = ?1 ORDER BY name", key.as_bytes())
    }

    /// What is kept under a name, of every song.
    pub fn stickers_named(&self, name: &str) -> Result<Vec<Sticker>, PersonError> {
        self.asked_stickers("WHERE name = ?1 ORDER BY audio_key", name)
    }

    /// What is kept of a song under a name.
    pub fn sticker(&self, key: AudioKey, name: &str) -> Result<Option<String>, PersonError> {
        self.ask(|connection| match schema::has_stickers(connection)? {
            true => Ok(of(connection, key, name)?.map(|sticker| sticker.value)),
            false => Ok(None),
        })
    }

    /// Every name under which something is kept.
    pub fn sticker_names(&self) -> Result<Vec<String>, PersonError> {
        self.ask(|connection| {
            if !schema::has_stickers(connection)? {
                return Ok(Vec::new());
            }
            let mut statement =
                connection.prepare_cached("SELECT DISTINCT name FROM sticker ORDER BY name")?;
            let names = statement.query_map([], |row| row.get(0))?;
            Ok(names.collect::<rusqlite::Result<_>>()?)
        })
    }

    /// Keeps a value of a song, in place of the one before.
    pub fn stick(&mut self, key: AudioKey, name: &str, value: &str) -> Result<(), PersonError> {
        self.stick_made(key, name, |_| Some(value.to_owned()))
    }

    /// The same, where the new value is made of the one before; `None`: it stays.
    pub fn stick_made(
        &mut self,
        key: AudioKey,
        name: &str,
        make: impl FnOnce(Option<&str>) -> Option<String>,
    ) -> Result<(), PersonError> {
        self.edit(|edit| {
            let before = of(edit.connection, key, name)?.map(|sticker| sticker.value);
            let Some(value) = make(before.as_deref()) else {
                return Ok(());
            };
            check(edit.connection, key, name, &value, before.is_none())?;
            let (name, value) = (name.to_owned(), Some(value));
            edit.make(Change::Stick { key, name, value }).map(drop)
        })
    }

    /// Forgets what is kept of a song under a name, or all of it; how many values went.
    pub fn unstick(&mut self, key: AudioKey, name: Option<&str>) -> Result<usize, PersonError> {
        self.edit(|edit| {
            let mut all = select(edit.connection, "WHERE audio_key = ?1", key.as_bytes())?;
            all.retain(|sticker| name.is_none_or(|name| sticker.name == name));
            let count = all.len();
            for Sticker { key, name, .. } in all {
                let value = None;
                edit.make(Change::Stick { key, name, value })?;
            }
            Ok(count)
        })
    }

    fn asked_stickers(
        &self,
        rest: &str,
        value: impl rusqlite::ToSql,
    ) -> Result<Vec<Sticker>, PersonError> {
        self.ask(|connection| match schema::has_stickers(connection)? {
            true => select(connection, rest, value),
            false => Ok(Vec::new()),
        })
    }
}

fn check(
    connection: &Connection,
    key: AudioKey,
    name: &str,
    value: &str,
    is_new: bool,
) -> Result<(), Undone> {
    let sql = "SELECT count(*) FROM sticker WHERE audio_key = ?1";
    let is_full = || -> rusqlite::Result<bool> {
        let count: usize = connection.query_row(sql, [key.as_bytes()], |row| row.get(0))?;
        Ok(count >= MAX_OF_A_SONG)
    };
    let breaks = |text: &str| text.chars().any(char::is_control);
    let why = if name.is_empty() {
        "the name is empty"
    } else if breaks(name) || breaks(value) {
        "it has a control character in it"
    } else if name.len() > MAX_NAME_BYTES {
        "the name is longer than 256 bytes"
    } else if value.len() > MAX_VALUE_BYTES {
        "the value is longer than 16 KiB"
    } else if is_new && is_full()? {
        "the song has 256 values already"
    } else {
        return Ok(());
    };
    Err(PersonError::BadSticker { why }.into())
}

/// Whether a value may come from elsewhere: nothing is kept under the name yet, and nothing speaks against it.
pub(super) fn may_come(
    connection: &Connection,
    key: AudioKey,
    name: &str,
    value: &str,
) -> Result<bool, Undone> {
    let is_new = of(connection, key, name)?.is_none();
    Ok(is_new && check(connection, key, name, value, true).is_ok())
}

/// Writes a value in place of what was, or takes it away.
pub(super) fn put(
    connection: &Connection,
    key: AudioKey,
    name: &str,
    value: Option<&str>,
) -> Result<(), Undone> {
    if let Some(before) = of(connection, key, name)? {
        let sql = "DELETE FROM sticker WHERE audio_key = ?1 AND name = ?2";
        let mut statement = connection.prepare_cached(sql)?;
        statement.execute(params![key.as_bytes(), name])?;
        seal::take(connection, Tally::Stickers, seal::of(&before))?;
    }
    let Some(value) = value else {
        return Ok(());
    };
    let sticker = Sticker {
        key,
        name: name.to_owned(),
        value: value.to_owned(),
    };
    let seal = seal::of(&sticker);
    let sql = "INSERT INTO sticker(audio_key, name, value, seal) VALUES (?1, ?2, ?3, ?4)";
    let mut statement = connection.prepare_cached(sql)?;
    statement.execute(params![key.as_bytes(), name, value, seal])?;
    Ok(seal::add(connection, Tally::Stickers, seal)?)
}

/// Every value, with its sum and their tally checked. A file of an older version, which may only be read, has none.
pub(super) fn each(
    connection: &Connection,
    mut take: impl FnMut(Sticker) -> Result<(), Undone>,
) -> Result<(), Undone> {
    if !schema::has_stickers(connection)? {
        return Ok(());
    }
    let sql = format!("SELECT {COLUMNS} FROM sticker ORDER BY audio_key, name");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut sum = 0_i64;
    while let Some(row) = rows.next()? {
        let sticker = of_row(row)?;
        sum = sum.wrapping_add(seal::of(&sticker));
        take(sticker)?;
    }
    seal::hold(connection, Tally::Stickers, sum)
}

fn of(connection: &Connection, key: AudioKey, name: &str) -> Result<Option<Sticker>, Undone> {
    let sql = format!("SELECT {COLUMNS} FROM sticker WHERE audio_key = ?1 AND name = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement.query_row(params![key.as_bytes(), name], |row| Ok(of_row(row)));
    row.optional()?.transpose()
}

fn select(
    connection: &Connection,
    rest: &str,
    value: impl rusqlite::ToSql,
) -> Result<Vec<Sticker>, Undone> {
    let sql = format!("SELECT {COLUMNS} FROM sticker {rest}");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([value])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        all.push(of_row(row)?);
    }
    Ok(all)
}

const COLUMNS: &str = "audio_key, name, value, seal";

fn of_row(row: &Row) -> Result<Sticker, Undone> {
    let sticker = Sticker {
        key: AudioKey::from_bytes(row.get(0)?),
        name: row.get(1)?,
        value: row.get(2)?,
    };
    match row.get::<_, i64>(3)? == seal::of(&sticker) {
        true => Ok(sticker),
        false => Err(Undone::damaged(Tally::Stickers.words())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> AudioKey {
        AudioKey::from_bytes([number; 16])
    }

    fn told(stickers: &[Sticker]) -> Vec<(u8, &str, &str)> {
        let all = stickers.iter();
        all.map(|Sticker { key, name, value }| (key.as_bytes()[0], name.as_str(), value.as_str()))
            .collect()
    }

    #[test]
    fn values_are_kept_replaced_and_forgotten() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        person.stick(key(1), "mood", "calm").unwrap();
        person.stick(key(1), "like", "2").unwrap();
        person.stick(key(2), "mood", "").unwrap();
        person.stick(key(1), "mood", "loud=yes").unwrap();
        let add = |value: Option<&str>| Some(format!("{}+", value.unwrap_or("0")));
        person.stick_made(key(2), "n", add).unwrap();
        person.stick_made(key(2), "n", add).unwrap();
        person.stick_made(key(2), "n", |_| None).unwrap();
        let read = Person::look(dir.path()).unwrap();
        let of_one = read.stickers(key(1)).unwrap();
        assert_eq!(told(&of_one), [(1, "like", "2"), (1, "mood", "loud=yes")]);
        let moods = read.stickers_named("mood").unwrap();
        assert_eq!(told(&moods), [(1, "mood", "loud=yes"), (2, "mood", "")]);
        assert_eq!(read.sticker_names().unwrap(), ["like", "mood", "n"]);
        assert_eq!(read.sticker(key(2), "n").unwrap().unwrap(), "0++");
        assert_eq!(read.sticker(key(3), "n").unwrap(), None);
        read.check().unwrap();
        assert_eq!(person.unstick(key(1), Some("none")).unwrap(), 0);
        assert_eq!(person.unstick(key(1), Some("like")).unwrap(), 1);
        assert_eq!(person.unstick(key(2), None).unwrap(), 2);
        assert_eq!(told(&person.stickers(key(1)).unwrap()).len(), 1);
        person.check().unwrap();
    }

    #[test]
    fn what_would_break_a_line_or_grow_without_end_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let long = "x".repeat(MAX_VALUE_BYTES + 1);
        for (name, value) in [
            ("", "x"),
            ("a\nb", "x"),
            ("a", "x\ny"),
            (&long, "x"),
            ("a", &long),
        ] {
            let refused = person.stick(key(1), name, value);
            assert!(matches!(refused, Err(PersonError::BadSticker { .. })));
        }
        for number in 0..MAX_OF_A_SONG {
            person.stick(key(1), &number.to_string(), "x").unwrap();
        }
        assert!(person.stick(key(1), "more", "x").is_err());
        person.stick(key(1), "1", "y").unwrap();
        person.stick(key(2), "more", "x").unwrap();
    }

    #[test]
    fn the_second_copy_and_a_backup_hold_them_and_damage_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        person.stick(key(1), "mood", "calm").unwrap();
        person.renew_copy().unwrap();
        person.stick(key(1), "like", "2").unwrap();
        let all = person.stickers(key(1)).unwrap();
        drop(person);
        std::fs::remove_file(dir.path().join(super::super::FILE)).unwrap();
        super::super::recover(dir.path()).unwrap();
        let person = Person::open(dir.path()).unwrap();
        assert_eq!(person.stickers(key(1)).unwrap(), all);
        person.check().unwrap();
        let sql = "UPDATE sticker SET value = 'wild' WHERE name = 'mood'";
        person.connection.execute(sql, []).unwrap();
        assert!(person.stickers(key(1)).unwrap_err().is_damage());
        assert!(person.check().unwrap_err().is_damage());
    }
}
