//! A list of a service becomes a playlist, and stays one: imported again it is brought up to date, and nothing that stood in
//! it is forgotten.

use super::super::change::Change;
use super::super::edit::Edit;
use super::super::playlists::{self, between};
use super::super::records::{self, Shelved};
use super::super::{MAX_NAME_BYTES, Person, PersonError, Undone, now_ms};
use super::gathered::GatheredList;
use crate::music::{Wanted, fold};
use crate::wanted::{ListKind, identities, mirror, service_words};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};

/// That a playlist is a service's, under the playlist's name.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Mirror {
    /// The service's name, or empty.
    pub service: String,
    /// The list's id there, else its folded name there.
    pub id: String,
    /// What it is there: `playlist`, `liked` or `library`.
    pub kind: String,
    /// What the person wrote about it.
    pub description: String,
    /// When it was last imported, in ms since 1970.
    pub imported_at_ms: i64,
    /// How the rows that it had there are known.
    there: Vec<String>,
    /// How rows are known that it has there no more, and when that was noticed.
    removed: Vec<(String, i64)>,
    /// How rows are known of which it tells when they were put there, and when that was, in ms since 1970.
    added: BTreeMap<String, i64>,
}

impl Shelved for Mirror {
    const SHELF: &'static str = MIRRORS;
}

const MIRRORS: &str = "mirror";

/// What became of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListImported {
    /// The playlist's name here.
    pub name: String,
    /// The service's name, or empty.
    pub service: String,
    /// Whether it was not here before.
    pub is_new: bool,
    /// Rows that the service has.
    pub there: usize,
    /// Rows that came.
    pub added: usize,
    /// Rows that stand in another order.
    pub moved: usize,
    /// Rows that the service had when it was last imported, and has no more: they stay.
    pub removed_there: usize,
    /// Rows that the service has, and that the person has taken out here.
    pub left_out: usize,
    /// Episodes of podcasts, which are left.
    pub episodes: usize,
    /// Audiobooks, which are left.
    pub audiobooks: usize,
    /// Its rows here, as they are now.
    pub rows: Vec<Wanted>,
}

impl Mirror {
    /// When the service was first seen without this row, in ms since 1970; `None` where it has it.
    pub fn removed_at_ms(&self, row: &Wanted) -> Option<i64> {
        let names = identities(row);
        let removed = self.removed.iter().find(|(name, _)| names.contains(name));
        removed.map(|(_, at_ms)| *at_ms)
    }

    /// When the person put this row there, in ms since 1970, where the service tells.
    pub fn added_at_ms(&self, row: &Wanted) -> Option<i64> {
        let names = identities(row);
        names.iter().find_map(|name| self.added.get(name)).copied()
    }
}

impl Person {
    /// The service's list that a playlist is.
    pub fn mirror(&self, playlist: &str) -> Result<Option<Mirror>, PersonError> {
        self.record(playlist)
    }
}

/// A playlist got another name.
pub(in crate::library::person) fn renamed(
    connection: &Connection,
    from: &str,
    to: &str,
) -> Result<(), Undone> {
    records::rename(connection, MIRRORS, from, to)
}

/// A playlist is gone.
pub(in crate::library::person) fn deleted(
    connection: &Connection,
    name: &str,
) -> Result<(), Undone> {
    records::put(connection, MIRRORS, name, None)
}

impl Edit<'_> {
    pub(super) fn import_list(&mut self, gathered: GatheredList) -> Result<ListImported, Undone> {
        let list = gathered.list;
        let times: Vec<Option<i64>> = list.rows.iter().map(|row| row.added_at_ms).collect();
        let mut there: Vec<Wanted> = list.rows.into_iter().map(|row| row.wanted).collect();
        for row in &mut there {
            self.enrich(row)?;
        }
        let id = if list.id.is_empty() {
            fold(&list.name)
        } else {
            list.id
        };
        let kind = kind_words(list.kind);
        let known = self.mirror_of(&list.service, &id, kind)?;
        let is_new = known.is_none();
        let (name, mut record) = match known {
            Some(known) => known,
            None => {
                let name = self.free_name(&list.name, &list.service, list.kind)?;
                self.make(Change::CreatePlaylist {
                    name: name.clone(),
                    query: None,
                    rows: Vec::new(),
                })?;
                (name, Mirror::default())
            }
        };
        let kept = playlists::rows(self.connection, &name)?;
        let before: HashSet<String> = record.there.iter().cloned().collect();
        let now: Vec<String> = there.iter().filter_map(surest).collect();
        for (row, at_ms) in there.iter().zip(times) {
            if let (Some(name), Some(at_ms)) = (surest(row), at_ms) {
                record.added.insert(name, at_ms);
            }
        }
        let count = there.len();
        let mirrored = mirror(&kept, &before, there);
        for change in between(&name, &kept, mirrored.rows.clone()) {
            self.make(change)?;
        }
        let gone = mirrored.removed.iter().map(|at| &mirrored.rows[*at]);
        let gone: Vec<String> = gone.filter_map(surest).collect();
        let removed_there = record.remove(gone, &now);
        record.there.extend(now);
        record.there.sort_unstable();
        record.there.dedup();
        (record.service, record.id) = (list.service.clone(), id);
        (record.kind, record.description) = (kind.to_owned(), list.description);
        record.imported_at_ms = now_ms();
        self.shelve(&name, &record)?;
        Ok(ListImported {
            name,
            service: list.service,
            is_new,
            there: count,
            added: mirrored.added,
            moved: mirrored.moved,
            removed_there,
            left_out: mirrored.left_out,
            episodes: gathered.episodes,
            audiobooks: gathered.audiobooks,
            rows: mirrored.rows,
        })
    }

    fn mirror_of(
        &self,
        service: &str,
        id: &str,
        kind: &str,
    ) -> Result<Option<(String, Mirror)>, Undone> {
        let mut mirrors = self.all_shelved::<Mirror>()?.into_iter();
        let is_it =
            |mirror: &Mirror| mirror.service == service && mirror.id == id && mirror.kind == kind;
        Ok(mirrors.find(|(_, mirror)| is_it(mirror)))
    }

    /// The list's own name where it is free here, else one that tells the service, else one with a number.
    fn free_name(&self, name: &str, service: &str, kind: ListKind) -> Result<String, Undone> {
        let taken = playlists::all_names(self.connection)?;
        let taken: HashSet<String> = taken.iter().map(|name| fold(name)).collect();
        let service = service_words(service);
        let name = match (name.trim(), kind) {
            ("", ListKind::Liked) => "Liked Songs".to_owned(),
            ("", ListKind::Library) => format!("{service} library"),
            ("", ListKind::Playlist) => format!("{service} playlist"),
            (name, _) => allowed(name),
        };
        let with_service = cut(&name, format!(" ({service})"));
        let numbered = (2..).map(|number| cut(&name, format!(" ({service} {number})")));
        let all = [name.clone(), with_service].into_iter().chain(numbered);
        let mut free = all.filter(|name| !taken.contains(&fold(name)));
        Ok(free.next().unwrap_or(name))
    }

    /// What became known comes to the rows of mirrored playlists that this import has not brought; how many rows know more.
    pub(super) fn enrich_lists(&mut self, imported: &[ListImported]) -> Result<usize, Undone> {
        let mut enriched = 0;
        for (name, _) in self.all_shelved::<Mirror>()? {
            if imported.iter().any(|list| list.name == name) {
                continue;
            }
            let kept = playlists::rows(self.connection, &name)?;
            let mut rows = kept.clone();
            for row in &mut rows {
                enriched += usize::from(self.enrich(row)?);
            }
            for change in between(&name, &kept, rows) {
                self.make(change)?;
            }
        }
        Ok(enriched)
    }
}

impl Mirror {
    /// Rows that are gone are kept as such, and those that came back are not; how many are newly gone.
    fn remove(&mut self, gone: Vec<String>, there: &[String]) -> usize {
        let there: HashSet<&String> = there.iter().collect();
        self.removed.retain(|(name, _)| !there.contains(name));
        let known: HashSet<String> = self.removed.iter().map(|(name, _)| name.clone()).collect();
        let now = now_ms();
        let new = gone.into_iter().filter(|name| !known.contains(name));
        let before = self.removed.len();
        self.removed.extend(new.map(|name| (name, now)));
        self.removed.len() - before
    }
}

fn surest(row: &Wanted) -> Option<String> {
    identities(row).into_iter().next()
}

fn kind_words(kind: ListKind) -> &'static str {
    match kind {
        ListKind::Playlist => "playlist",
        ListKind::Liked => "liked",
        ListKind::Library => "library",
    }
}

/// As a playlist may be called here: services allow slashes and all else.
fn allowed(name: &str) -> String {
    let plain = |c: char| match c {
        '/' => '∕',
        c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => ' ',
        c => c,
    };
    let name: String = name.chars().map(plain).collect();
    let name = cut(name.trim(), String::new());
    match name.as_str() {
        "." | ".." => format!("“{name}”"),
        _ => name,
    }
}

/// The name with this behind it, cut so that both fit.
fn cut(name: &str, behind: String) -> String {
    let room = MAX_NAME_BYTES.saturating_sub(behind.len());
    let mut end = name.len().min(room);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{behind}", &name[..end])
}
