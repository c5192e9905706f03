//! Small records of a person beside playlists and counts: what imports brought and what was decided. Each stands on a shelf
//! under a name, as JSON, sealed like all else. The shelf knows what they mean; this code never looks into one.

use super::change::Change;
use super::edit::Edit;
use super::seal::{self, Tally};
use super::{Person, PersonError, Undone, schema};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A kind of record: what it is in JSON, and the shelf that it stands on.
pub trait Shelved: Serialize + DeserializeOwned {
    /// The shelf's name, which never changes once it was released.
    const SHELF: &'static str;
}

/// A record as it is stored.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Record {
    pub shelf: String,
    pub name: String,
    pub value: String,
}

impl Person {
    /// The record of that name.
    pub fn record<T: Shelved>(&self, name: &str) -> Result<Option<T>, PersonError> {
        self.ask(|connection| of(connection, name))
    }

    /// All records of a shelf, by name.
    pub fn records<T: Shelved>(&self) -> Result<Vec<(String, T)>, PersonError> {
        let mut all = Vec::new();
        self.each_record(|name, record| all.push((name, record)))?;
        Ok(all)
    }

    /// The same, one after another.
    pub fn each_record<T: Shelved>(&self, take: impl FnMut(String, T)) -> Result<(), PersonError> {
        self.ask(|connection| each_of(connection, take))
    }

    /// Keeps a record in place of the one before.
    pub fn shelve<T: Shelved>(&mut self, name: &str, record: &T) -> Result<(), PersonError> {
        self.edit(|edit| edit.shelve(name, record))
    }

    /// Forgets a record; whether there was one.
    pub fn unshelve<T: Shelved>(&mut self, name: &str) -> Result<bool, PersonError> {
        self.edit(|edit| edit.unshelve::<T>(name))
    }
}

impl Edit<'_> {
    /// The record of that name, as it is in the middle of the edit.
    pub fn shelved<T: Shelved>(&self, name: &str) -> Result<Option<T>, Undone> {
        of(self.connection, name)
    }

    /// All records of a shelf, as they are in the middle of the edit.
    pub fn all_shelved<T: Shelved>(&self) -> Result<Vec<(String, T)>, Undone> {
        let mut all = Vec::new();
        each_of(self.connection, |name, record| all.push((name, record)))?;
        Ok(all)
    }

    /// Keeps a record in place of the one before; one that is the same is not written.
    pub fn shelve<T: Shelved>(&mut self, name: &str, record: &T) -> Result<(), Undone> {
        let value = serde_json::to_string(record).expect("records are always JSON");
        let before = stored(self.connection, T::SHELF, name)?;
        if before.is_some_and(|before| before.value == value) {
            return Ok(());
        }
        let (shelf, name) = (T::SHELF.to_owned(), name.to_owned());
        let value = Some(value);
        self.make(Change::Record { shelf, name, value }).map(drop)
    }

    /// Forgets a record; whether there was one.
    pub fn unshelve<T: Shelved>(&mut self, name: &str) -> Result<bool, Undone> {
        if stored(self.connection, T::SHELF, name)?.is_none() {
            return Ok(false);
        }
        let (shelf, name) = (T::SHELF.to_owned(), name.to_owned());
        let value = None;
        self.make(Change::Record { shelf, name, value })?;
        Ok(true)
    }
}

fn of<T: Shelved>(connection: &Connection, name: &str) -> Result<Option<T>, Undone> {
    if !schema::has_records(connection)? {
        return Ok(None);
    }
    let record = stored(connection, T::SHELF, name)?;
    record.as_ref().map(meaning).transpose()
}

fn each_of<T: Shelved>(
    connection: &Connection,
    mut take: impl FnMut(String, T),
) -> Result<(), Undone> {
    if !schema::has_records(connection)? {
        return Ok(());
    }
    let sql = format!("SELECT {COLUMNS} FROM record WHERE shelf = ?1 ORDER BY name");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([T::SHELF])?;
    while let Some(row) = rows.next()? {
        let record = of_row(row)?;
        let value = meaning(&record)?;
        take(record.name, value);
    }
    Ok(())
}

fn meaning<T: Shelved>(record: &Record) -> Result<T, Undone> {
    serde_json::from_str(&record.value).map_err(|_| Undone::damaged(Tally::Records.words()))
}

/// Writes a record in place of what was, or takes it away.
pub(super) fn put(
    connection: &Connection,
    shelf: &str,
    name: &str,
    value: Option<&str>,
) -> Result<(), Undone> {
    let mut change = 0_i64;
    if let Some(before) = stored(connection, shelf, name)? {
        let sql = "DELETE FROM record WHERE shelf = ?1 AND name = ?2";
        let mut statement = connection.prepare_cached(sql)?;
        statement.execute(params![shelf, name])?;
        change = change.wrapping_sub(seal::of(&before));
    }
    if let Some(value) = value {
        let record = Record {
            shelf: shelf.to_owned(),
            name: name.to_owned(),
            value: value.to_owned(),
        };
        let seal = seal::of(&record);
        let sql = "INSERT INTO record(shelf, name, value, seal) VALUES (?1, ?2, ?3, ?4)";
        let mut statement = connection.prepare_cached(sql)?;
        statement.execute(params![shelf, name, value, seal])?;
        change = change.wrapping_add(seal);
    }
    Ok(seal::add(connection, Tally::Records, change)?)
}

/// A record gets another name, and takes the place of the one that had it.
pub(super) fn rename(
    connection: &Connection,
    shelf: &str,
    from: &str,
    to: &str,
) -> Result<(), Undone> {
    let Some(record) = stored(connection, shelf, from)? else {
        return Ok(());
    };
    put(connection, shelf, from, None)?;
    put(connection, shelf, to, Some(&record.value))
}

/// Every record, with its sum and their tally checked. A file of an older version, which may only be read, has none.
pub(super) fn each(
    connection: &Connection,
    mut take: impl FnMut(Record) -> Result<(), Undone>,
) -> Result<(), Undone> {
    if !schema::has_records(connection)? {
        return Ok(());
    }
    let sql = format!("SELECT {COLUMNS} FROM record ORDER BY shelf, name");
    let mut statement = connection.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let mut sum = 0_i64;
    while let Some(row) = rows.next()? {
        let record = of_row(row)?;
        sum = sum.wrapping_add(seal::of(&record));
        take(record)?;
    }
    seal::hold(connection, Tally::Records, sum)
}

fn stored(connection: &Connection, shelf: &str, name: &str) -> Result<Option<Record>, Undone> {
    let sql = format!("SELECT {COLUMNS} FROM record WHERE shelf = ?1 AND name = ?2");
    let mut statement = connection.prepare_cached(&sql)?;
    let row = statement.query_row(params![shelf, name], |row| Ok(of_row(row)));
    row.optional()?.transpose()
}

const COLUMNS: &str = "shelf, name, value, seal";

fn of_row(row: &Row) -> Result<Record, Undone> {
    let record = Record {
        shelf: row.get(0)?,
        name: row.get(1)?,
        value: row.get(2)?,
    };
    if row.get::<_, i64>(3)? != seal::of(&record) {
        return Err(Undone::damaged(Tally::Records.words()));
    }
    Ok(record)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Note(String);
    impl Shelved for Note {
        const SHELF: &'static str = "note";
    }

    fn person() -> (tempfile::TempDir, Person) {
        let dir = tempfile::tempdir().unwrap();
        let person = Person::open(dir.path()).unwrap();
        (dir, person)
    }

    #[test]
    fn a_record_is_kept_exchanged_and_forgotten_and_its_copy_tells_the_same() {
        let (dir, mut person) = person();
        person.shelve("b", &Note("1".into())).unwrap();
        person.shelve("a", &Note("2".into())).unwrap();
        person.shelve("b", &Note("3".into())).unwrap();
        let all = vec![
            ("a".to_owned(), Note("2".into())),
            ("b".to_owned(), Note("3".into())),
        ];
        assert_eq!(person.records::<Note>().unwrap(), all);
        assert_eq!(person.record::<Note>("c").unwrap(), None);
        assert!(person.unshelve::<Note>("a").unwrap());
        assert!(!person.unshelve::<Note>("a").unwrap());
        person.check().unwrap();
        drop(person);
        std::fs::remove_file(dir.path().join(super::super::FILE)).unwrap();
        super::super::recover(dir.path()).unwrap();
        let person = Person::open(dir.path()).unwrap();
        let all = [("b".to_owned(), Note("3".into()))];
        assert_eq!(person.records::<Note>().unwrap(), all);
        person.check().unwrap();
    }

    #[test]
    fn a_value_that_was_changed_in_the_file_is_damage() {
        let (_dir, mut person) = person();
        person.shelve("a", &Note("1".into())).unwrap();
        let sql = "UPDATE record SET value = '\"9\"'";
        person.connection.execute(sql, []).unwrap();
        assert!(person.record::<Note>("a").is_err());
        assert!(person.check().is_err());
        let sql = "DELETE FROM record";
        person.connection.execute(sql, []).unwrap();
        assert!(person.check().is_err());
    }
}
