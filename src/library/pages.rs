//! Songs one page after the other: however many there are and however slowly somebody takes them, none is held, and between
//! two pages the database is asked nothing and kept from nothing.

use super::LibraryError;
use super::browse::before;
use super::index::Reader;
use super::lookup::root_and_folder;
use super::query::{Expression, Sort};
use super::row::HERE_SONGS;
use super::scan::children;
use super::song_row::{SongRow, columns};
use crate::music::{Root, Uri};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;
use std::vec;

/// Songs of a page, unless fewer are wanted.
const PAGE: usize = if cfg!(test) { 2 } else { 500 };

/// So many songs are put in order by themselves.
const FEW: usize = if cfg!(test) { 2 } else { 1_000 };

/// What is shown a song, and tells whether it wants another one in this page.
pub type SeeRow<'a> = &'a mut dyn FnMut(&SongRow) -> bool;

/// Songs that are still to be shown.
pub struct Pages<'r> {
    reader: &'r Reader,
    left: Left,
}

enum Left {
    /// By address: what lies between paths, or those among it that are wanted.
    Stretches(VecDeque<Stretch>, Option<Wanted>),
    /// In the order of these rows.
    Rows(vec::IntoIter<i64>),
}

/// Rows in the order of their numbers, of which a window is shown.
struct Wanted {
    rows: Vec<i64>,
    /// How many that come first are not shown.
    before: usize,
    /// How many are shown then.
    left: usize,
}

impl Wanted {
    fn takes(&mut self, row: i64) -> bool {
        if self.left == 0 || self.rows.binary_search(&row).is_err() {
            return false;
        }
        if self.before > 0 {
            self.before -= 1;
            return false;
        }
        self.left -= 1;
        true
    }
}

/// Paths of a root.
struct Stretch {
    root: i64,
    from: Vec<u8>,
    /// Of each file the songs behind this part.
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

    /// What comes behind a part of a file, the last first: what comes behind the file, and what else is in it.
    fn rest_of(&mut self, path: Vec<u8>, part: u32) -> Vec<Self> {
        let behind = [&path[..], b"\0"].concat();
        let mut rest = vec![Self::new(self.root, (behind.clone(), self.until.take()))];
        if part > 0 {
            let mut file = Self::new(self.root, (path, Some(behind)));
            file.behind_part = part.into();
            rest.push(file);
        }
        rest
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
            b"" => self.everything(),
            _ => {
                let (name, path) = root_and_folder(uri);
                let found = id_of(name).map(|id| Stretch::below(id, path));
                found.into_iter().flatten().collect()
            }
        };
        Pages {
            reader: self,
            left: Left::Stretches(stretches, None),
        }
    }

    /// By address, as all of them together.
    fn everything(&self) -> VecDeque<Stretch> {
        let mut roots: Vec<_> = self.by_id.iter().collect();
        roots.sort_by_key(|(_, root)| [root.name.as_bytes(), b"/"].concat());
        let ids = roots.into_iter().map(|(id, _)| *id);
        ids.map(|id| Stretch::new(id, children(b""))).collect()
    }

    /// A window of the songs for which a filter holds, in an order; without one, by address.
    pub fn pages_found(
        &self,
        filter: &Expression,
        sort: Option<Sort>,
        window: Range<usize>,
    ) -> Result<Pages<'_>, LibraryError> {
        let left = match sort {
            Some(_) => {
                let mut rows = self.first_ids(filter, sort, window.end)?;
                rows.drain(..window.start.min(rows.len()));
                Left::Rows(rows.into_iter())
            }
            None => self.by_address(self.ids_of(filter)?, window)?,
        };
        Ok(Pages { reader: self, left })
    }

    /// Of few their addresses are asked for; of many no address is held: they are met on the way through all.
    fn by_address(&self, mut rows: Vec<i64>, window: Range<usize>) -> Result<Left, LibraryError> {
        if rows.len() > FEW {
            rows.sort_unstable();
            let wanted = Wanted {
                rows,
                before: window.start,
                left: window.len(),
            };
            return Ok(Left::Stretches(self.everything(), Some(wanted)));
        }
        let sql = "SELECT root_id, path, part FROM song JOIN file ON file.id = file_id WHERE song.id = ?1";
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let mut placed = Vec::new();
            for id in rows {
                let place = statement.query_row([id], |row| {
                    let root = self.by_id.get(&row.get(0)?);
                    let root =
                        root.map_or(Vec::new(), |root| [root.name.as_bytes(), b"/"].concat());
                    Ok((root, row.get::<_, Vec<u8>>(1)?, row.get::<_, i64>(2)?))
                });
                placed.extend(place.optional()?.map(|place| (place, id)));
            }
            placed.sort_unstable();
            let shown = placed.into_iter().take(window.end).skip(window.start);
            let rows: Vec<i64> = shown.map(|(_, id)| id).collect();
            Ok(Some(Left::Rows(rows.into_iter())))
        })
        .map(|left| left.unwrap_or(Left::Rows(Vec::new().into_iter())))
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
            Left::Stretches(left, wanted) => {
                show_stretches(reader, connection, left, wanted.as_mut(), &mut see)
            }
            Left::Rows(left) => show_rows(reader, connection, left, &mut see),
        })
    }
}

fn show_stretches(
    reader: &Reader,
    connection: &Connection,
    left: &mut VecDeque<Stretch>,
    mut wanted: Option<&mut Wanted>,
    see: SeeRow,
) -> rusqlite::Result<bool> {
    while let Some(stretch) = left.front_mut() {
        let Stretch {
            root,
            from,
            behind_part,
            until,
        } = &*stretch;
        // Files first, by their paths: their order is that of the index, and nothing is sorted.
        let sql = format!(
            "SELECT {} FROM file CROSS JOIN song ON song.file_id = file.id
             WHERE root_id = ?1 AND path >= ?2 AND {} AND part > ?4 AND state = 0 ORDER BY path, part",
            columns(),
            before(until)
        );
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params![root, from, until, behind_part])?;
        while let Some(row) = rows.next()? {
            if let Some(wanted) = &mut wanted
                && !wanted.takes(row.get(0)?)
            {
                match wanted.left {
                    0 => return Ok(false),
                    _ => continue,
                }
            }
            let Some(song) = SongRow::of(row, &reader.by_id) else {
                continue;
            };
            if !see(&song) {
                let (path, part) = (song.path().to_vec(), song.part());
                drop(rows);
                let rest = stretch.rest_of(path, part);
                left.pop_front();
                rest.into_iter()
                    .for_each(|stretch| left.push_front(stretch));
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
    let sql = format!("SELECT {} FROM {HERE_SONGS} WHERE song.id = ?1", columns());
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
