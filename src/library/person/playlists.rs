//! Stored playlists: rows of [`Wanted`] under a name. It never asks whether a row's file is here, and never drops one.

mod holding;
mod list;

pub(super) use list::{
    all_names, append, create, delete, each, remove_rows, rename, rows, seal_all,
};

use super::change::Change;
use super::{Person, PersonError, names};
use crate::music::{Wanted, fold};
use list::{List, is_smart};
use rusqlite::Connection;
use std::ops::RangeInclusive;

/// What a list of playlists tells of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaylistHead {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: usize,
    /// The sum of the lengths that are known, in ms.
    pub length_ms: u64,
    /// When it last was edited, in ms since 1970.
    pub changed_at_ms: i64,
    /// What it is made of whenever it is asked for, where it has a query.
    pub query: Option<String>,
}

/// A playlist as it is stored.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredPlaylist {
    /// Its name, which may differ from the one asked for by case and accents.
    pub name: String,
    /// What it is made of whenever it is asked for; such a one has no rows.
    pub query: Option<String>,
    /// Its rows in order.
    pub rows: Vec<Wanted>,
}

impl Person {
    /// All playlists, sorted by name without regard to case and accents.
    pub fn playlists(&self) -> Result<Vec<PlaylistHead>, PersonError> {
        let mut heads = self.ask(|connection| Ok(heads(connection)?))?;
        heads.sort_by_cached_key(|head| (fold(&head.name), head.name.clone()));
        Ok(heads)
    }

    /// The playlist of exactly that name, else the only one whose name differs in case, width and accents alone.
    pub fn playlist(&self, name: &str) -> Result<Option<StoredPlaylist>, PersonError> {
        self.ask(|connection| {
            let names = all_names(connection)?;
            let exact = names.iter().find(|other| *other == name);
            let Some(name) = exact.or_else(|| names::only_folded(name, &names)) else {
                return Ok(None);
            };
            let list = List::find(connection, name)?;
            Ok(Some(StoredPlaylist {
                name: name.clone(),
                query: list.query(connection)?,
                rows: list.rows(connection)?,
            }))
        })
    }

    /// The error that says so, with the name that may be meant.
    pub fn no_such_playlist(&self, name: &str) -> PersonError {
        let names = self
            .ask(|connection| Ok(all_names(connection)?))
            .unwrap_or_default();
        PersonError::NoSuchPlaylist {
            name: name.to_owned(),
            nearest: names::nearest(name, &names),
        }
    }

    /// Makes a playlist.
    pub fn create(&mut self, name: &str, rows: &[Wanted]) -> Result<(), PersonError> {
        self.make(Change::CreatePlaylist {
            name: name.to_owned(),
            query: None,
            rows: rows.to_vec(),
        })
    }

    /// Makes a playlist of whatever a query finds when it is asked for. The query is not looked at here.
    pub fn create_smart(&mut self, name: &str, query: &str) -> Result<(), PersonError> {
        self.make(Change::CreatePlaylist {
            name: name.to_owned(),
            query: Some(query.to_owned()),
            rows: Vec::new(),
        })
    }

    /// The same in place of the smart one of that name, if there is one; one with rows of its own stays, and is told.
    pub fn create_smart_instead(&mut self, name: &str, query: &str) -> Result<(), PersonError> {
        let (name, query) = (name.to_owned(), Some(query.to_owned()));
        self.edit(|edit| {
            if is_smart(edit.connection, &name)? {
                edit.make(Change::DeletePlaylist { name: name.clone() })?;
            }
            let rows = Vec::new();
            edit.make(Change::CreatePlaylist { name, query, rows })?;
            Ok(())
        })
    }

    /// Puts rows at the end of the playlist of exactly that name.
    pub fn append(&mut self, name: &str, rows: &[Wanted]) -> Result<(), PersonError> {
        self.make(Change::AppendRows {
            name: name.to_owned(),
            rows: rows.to_vec(),
        })
    }

    /// Takes rows out, by ranges of positions from 1, and tells how many. If one is not there, none is taken;
    /// a range that ends before it begins takes none.
    pub fn remove_rows(
        &mut self,
        name: &str,
        positions: &[RangeInclusive<usize>],
    ) -> Result<usize, PersonError> {
        let name = name.to_owned();
        let ends = |range: &RangeInclusive<usize>| (*range.start(), *range.end());
        let positions = positions.iter().map(ends).collect();
        self.edit(|edit| Ok(edit.make(Change::RemoveRows { name, positions })?.rows))
    }

    /// Edits the rows of the playlist of exactly that name as a whole. Rows before the first that differs are not written
    /// again, nor are those behind a part that only goes.
    pub fn edit_rows(
        &mut self,
        name: &str,
        edit: impl FnOnce(&mut Vec<Wanted>) -> Result<(), PersonError>,
    ) -> Result<(), PersonError> {
        self.edit(|making| {
            let old = List::with_rows(making.connection, name)?.rows(making.connection)?;
            let mut new = old.clone();
            edit(&mut new)?;
            for change in between(name, &old, new) {
                making.make(change)?;
            }
            Ok(())
        })
    }

    /// Gives the playlist another name.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), PersonError> {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.make(Change::RenamePlaylist { from, to })
    }

    /// Deletes the playlist of exactly that name.
    pub fn delete(&mut self, name: &str) -> Result<(), PersonError> {
        let name = name.to_owned();
        self.make(Change::DeletePlaylist { name })
    }

    fn make(&mut self, change: Change) -> Result<(), PersonError> {
        self.edit(|edit| edit.make(change).map(drop))
    }
}

/// What makes rows of others.
pub(super) fn between(name: &str, old: &[Wanted], new: Vec<Wanted>) -> Vec<Change> {
    let alike = |pairs: &mut dyn Iterator<Item = (&Wanted, &Wanted)>| {
        pairs.take_while(|(one, other)| one == other).count()
    };
    let before = alike(&mut old.iter().zip(&new));
    let behind = alike(&mut old[before..].iter().rev().zip(new[before..].iter().rev()));
    // What is put in or exchanged has the rest of the list written behind it.
    let only_goes = before + behind == new.len();
    let end = if only_goes {
        old.len() - behind
    } else {
        old.len()
    };
    let mut changes = Vec::new();
    if before < end {
        let (name, positions) = (name.to_owned(), vec![(before + 1, end)]);
        changes.push(Change::RemoveRows { name, positions });
    }
    if !only_goes {
        let (name, rows) = (name.to_owned(), new.into_iter().skip(before).collect());
        changes.push(Change::AppendRows { name, rows });
    }
    changes
}

fn heads(connection: &Connection) -> rusqlite::Result<Vec<PlaylistHead>> {
    let query = if super::schema::has_seals(connection)? {
        "query"
    } else {
        "NULL"
    };
    let mut statement = connection.prepare_cached(&format!(
        "SELECT name, changed_at_ms, count(position), total(length_ms), {query}
         FROM playlist LEFT JOIN playlist_row ON playlist_id = id GROUP BY id"
    ))?;
    let heads = statement.query_map([], |row| {
        Ok(PlaylistHead {
            name: row.get(0)?,
            changed_at_ms: row.get(1)?,
            rows: usize::try_from(row.get::<_, i64>(2)?).unwrap_or_default(),
            length_ms: row.get::<_, f64>(3)? as u64,
            query: row.get(4)?,
        })
    })?;
    heads.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Wanted> {
        let row = |letter: char| Wanted {
            title: letter.into(),
            ..Wanted::default()
        };
        text.chars().map(row).collect()
    }

    #[test]
    fn edited_rows_are_as_edited_and_no_more_is_written_than_must_be() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        person.create("x", &[]).unwrap();
        for (old, new, removed, added) in [
            ("", "abc", 0, 3),
            ("abc", "abcd", 0, 1),
            ("abcd", "abcd", 0, 0),
            ("abcd", "acd", 1, 0),
            ("acd", "xacd", 3, 4),
            ("xacd", "xcad", 3, 3),
            ("xcad", "xc", 2, 0),
            ("xc", "cccc", 2, 4),
            ("cccc", "cc", 2, 0),
            ("cc", "", 2, 0),
        ] {
            let changes = between("x", &rows(old), rows(new));
            let counted = changes
                .iter()
                .fold((0, 0), |(gone, come), change| match change {
                    Change::RemoveRows { positions, .. } => {
                        (gone + positions[0].1 + 1 - positions[0].0, come)
                    }
                    Change::AppendRows { rows, .. } => (gone, come + rows.len()),
                    other => panic!("{other:?}"),
                });
            assert_eq!(counted, (removed, added), "{old} → {new}");
            let edited = person.edit_rows("x", |all| {
                assert_eq!(*all, rows(old));
                *all = rows(new);
                Ok(())
            });
            edited.unwrap();
            assert_eq!(person.playlist("x").unwrap().unwrap().rows, rows(new));
        }
        person.create_smart("smart", "(title == 'x')").unwrap();
        let refused = person.edit_rows("smart", |_| panic!("it has no rows"));
        assert!(matches!(refused, Err(PersonError::IsSmart { .. })));
    }
}
