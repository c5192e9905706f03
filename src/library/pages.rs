//! Songs one page after the other: however many there are and however slowly somebody takes them, none is held, and between
//! two pages the database is asked nothing and kept from nothing.

use super::LibraryError;
use super::index::Reader;
use super::lookup::root_and_folder;
use super::query::{Expression, Sort};
use super::row::{HERE_SONGS, SONG_COLUMNS};
use super::scan::children;
use super::song_row::SongRow;
use crate::music::{Root, Uri};
use rusqlite::{Connection, params};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::vec;

/// Songs of a page, unless fewer are wanted.
const PAGE: usize = if cfg!(test) { 2 } else { 500 };

/// What is shown a song, and tells whether it wants another one in this page.
pub type SeeRow<'a> = &'a mut dyn FnMut(&SongRow) -> bool;

/// Songs that are still to be shown.
pub struct Pages<'r> {
    reader: &'r Reader,
    left: Left,
}

enum Left {
    /// By address: what lies between paths.
    Stretches(VecDeque<Stretch>),
    /// In the order of these rows.
    Rows(vec::IntoIter<i64>),
}

/// Paths of a root.
struct Stretch {
    root: i64,
    from: Vec<u8>,
    /// Of the file at `from`, songs up to this one are not among them.
    behind_part: i64,
    until: Option<Vec<u8>>,
}

impl Stretch {
    fn new(root: i64, (from, until): (Vec<u8>, Option<Vec<u8>>)) -> Self {
        Self {
            root,
            from,
            behind_part: -1,
            until,
        }
    }

    /// The file at a path or what lies in the folder there.
    fn below(root: i64, path: &[u8]) -> [Self; 2] {
        let itself = (path.to_vec(), Some([path, b"\0"].concat()));
        [itself, children(path)].map(|paths| Self::new(root, paths))
    }
}

impl Reader {
    /// The same, which does not see these roots.
    pub fn without(mut self, roots: &[Arc<Root>]) -> Self {
        self.roots.retain(|root| !roots.contains(root));
        self.by_id.retain(|_, root| !roots.contains(root));
        self
    }

    /// The songs below a folder or in a file, root by root and by address.
    pub fn pages_below(&self, uri: &Uri) -> Pages<'_> {
        let id_of = |name: &[u8]| self.root_id(std::str::from_utf8(name).ok()?);
        let stretches = match uri.as_bytes() {
            b"" => {
                let roots = self.roots().iter();
                let ids = roots.filter_map(|root| id_of(root.name.as_bytes()));
                ids.map(|id| Stretch::new(id, children(b""))).collect()
            }
            _ => {
                let (name, path) = root_and_folder(uri);
                let found = id_of(name).map(|id| Stretch::below(id, path));
                found.into_iter().flatten().collect()
            }
        };
        Pages {
            reader: self,
            left: Left::Stretches(stretches),
        }
    }

    /// A window of the songs for which a filter holds, in an order; without one, by address.
    pub fn pages_found(
        &self,
        filter: &Expression,
        sort: Option<Sort>,
        window: Range<usize>,
    ) -> Result<Pages<'_>, LibraryError> {
        let mut ids = self.first_ids(filter, sort, window.end)?.into_iter();
        if window.start > 0 {
            ids.nth(window.start - 1);
        }
        Ok(Pages {
            reader: self,
            left: Left::Rows(ids),
        })
    }
}

impl Pages<'_> {
    /// Shows the songs of a page, which ends early once no more are wanted; `false`: there are no further ones.
    pub fn show(&mut self, see: SeeRow) -> Result<bool, LibraryError> {
        let mut shown = 0;
        let mut see = |song: &SongRow| {
            shown += 1;
            see(song) && shown < PAGE
        };
        let reader = self.reader;
        reader.ask(|connection| match &mut self.left {
            Left::Stretches(left) => show_stretches(reader, connection, left, &mut see),
            Left::Rows(left) => show_rows(reader, connection, left, &mut see),
        })
    }
}

fn show_stretches(
    reader: &Reader,
    connection: &Connection,
    left: &mut VecDeque<Stretch>,
    see: SeeRow,
) -> rusqlite::Result<bool> {
    // Files first, by their paths: their order is that of the index, and nothing is sorted.
    let sql = format!(
        "SELECT {SONG_COLUMNS} FROM file CROSS JOIN song ON song.file_id = file.id
         WHERE root_id = ?1 AND path >= ?2 AND (?4 IS NULL OR path < ?4) AND (path > ?2 OR part > ?3)
         AND state = 0 ORDER BY path, part"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    while let Some(stretch) = left.front_mut() {
        let Stretch {
            root,
            from,
            behind_part,
            until,
        } = &*stretch;
        let mut rows = statement.query(params![root, from, behind_part, until])?;
        while let Some(row) = rows.next()? {
            let Some(song) = SongRow::of(row, &reader.by_id) else {
                continue;
            };
            if !see(&song) {
                let place = (song.path().to_vec(), song.part().into());
                drop(rows);
                (stretch.from, stretch.behind_part) = place;
                return Ok(true);
            }
        }
        drop(rows);
        left.pop_front();
    }
    Ok(false)
}

fn show_rows(
    reader: &Reader,
    connection: &Connection,
    left: &mut vec::IntoIter<i64>,
    see: SeeRow,
) -> rusqlite::Result<bool> {
    let sql = format!("SELECT {SONG_COLUMNS} FROM {HERE_SONGS} WHERE song.id = ?1");
    let mut statement = connection.prepare_cached(&sql)?;
    for id in left {
        let mut rows = statement.query([id])?;
        let row = rows.next()?;
        let song = row.and_then(|row| SongRow::of(row, &reader.by_id));
        if song.is_some_and(|song| !see(&song)) {
            return Ok(true);
        }
    }
    Ok(false)
}
