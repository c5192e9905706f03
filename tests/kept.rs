//! All that a person made, read out of a data folder without changing it, and held against the second copy.

use crate::home::Home;
use serde_json::Value;
use standin::library::person::{Person, recover};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// What is kept, whenever it was made.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept(Vec<Value>);

impl Kept {
    /// What is kept in a home: its database opens, is whole and fits its sums, and its copy makes the same again.
    #[track_caller]
    pub fn in_home(home: &Home) -> Self {
        Self::in_folder(&home.path("home/data"))
    }

    /// What is kept in a data folder; nothing in it is touched.
    #[track_caller]
    pub fn in_folder(data: &Path) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let here = scratch.path();
        for name in [
            "standin.db",
            "standin.db-wal",
            "standin.jsonl",
            "standin.jsonl.old",
        ] {
            if data.join(name).exists() {
                fs::copy(data.join(name), here.join(name)).unwrap();
            }
        }
        let mut person = Person::open(here).unwrap();
        // An edit of nothing: it settles what was not acknowledged, and gives a copy to what has none.
        person.rate(&[], None).unwrap();
        person.check().unwrap();
        let lines = lines_of(&mut person);
        drop(person);
        is_whole(&here.join("standin.db"));
        assert_eq!(lines_of_copy_alone(here), lines, "the second copy differs");
        Self(lines.iter().map(|line| change_of(line)).collect())
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All but the music folders, whose places differ from home to home.
    pub fn without_roots(mut self) -> Self {
        self.0.retain(|change| change.get("add_root").is_none());
        self
    }

    fn changes(&self) -> impl Iterator<Item = &Value> {
        self.0.iter()
    }

    /// Each playlist's titles.
    pub fn playlists(&self) -> BTreeMap<String, Vec<String>> {
        let lists = self.changes().filter_map(|change| {
            let list = change.get("create_playlist")?;
            let rows = list["rows"].as_array().unwrap();
            let titles = rows.iter().map(|row| text(&row["title"]));
            Some((text(&list["name"]), titles.collect()))
        });
        lists.collect()
    }

    /// Half stars by title.
    pub fn ratings(&self) -> BTreeMap<String, u64> {
        let rated = self.changes().filter_map(|change| {
            let about = change.get("about")?;
            Some((text(&about["song"]["title"]), about["rating"].as_u64()?))
        });
        rated.collect()
    }
}

/// All of it, as the lines of a backup.
fn lines_of(person: &mut Person) -> Vec<String> {
    let backup = person.back_up().unwrap();
    let text = fs::read_to_string(backup.path).unwrap();
    text.lines().skip(1).map(str::to_owned).collect()
}

fn lines_of_copy_alone(data: &Path) -> Vec<String> {
    let scratch = tempfile::tempdir().unwrap();
    let there = scratch.path();
    fs::copy(data.join("standin.jsonl"), there.join("standin.jsonl")).unwrap();
    fs::write(there.join("standin.db"), "no database").unwrap();
    let recovered = recover(there).unwrap().unwrap();
    assert_eq!(recovered.damaged, 0);
    lines_of(&mut Person::open(there).unwrap())
}

fn change_of(line: &str) -> Value {
    let (_, json) = line.split_once(' ').unwrap();
    let mut line: Value = serde_json::from_str(json).unwrap();
    line["changes"][0].take()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// SQLite finds the database whole.
#[track_caller]
pub fn is_whole(database: &Path) {
    let database = rusqlite::Connection::open(database).unwrap();
    let answer: String = database
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(answer, "ok");
}
