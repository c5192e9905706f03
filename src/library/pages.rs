//! Songs one page after the other: however many there are and however slowly somebody takes them, no more than a page is
//! held, and between two pages the database is asked nothing and kept from nothing.

use super::LibraryError;
use super::index::Reader;
use super::lookup::root_and_folder;
use super::query::{Expression, Sort};
use super::row::{SONG_COLUMNS, song};
use super::scan::children;
use crate::music::{Root, Song, Uri};
use rusqlite::params;
use std::ops::Range;
use std::sync::Arc;

/// Songs of a page.
const PAGE: usize = if cfg!(test) { 2 } else { 500 };

/// What is shown a song, and tells whether it wants the next.
pub type SeeSong<'a> = &'a mut dyn FnMut(&Song) -> bool;

impl Reader {
    /// The same, which does not see these roots.
    pub fn without(mut self, roots: &[Arc<Root>]) -> Self {
        self.roots.retain(|root| !roots.contains(root));
        self.by_id.retain(|_, root| !roots.contains(root));
        self
    }

    /// Shows the songs below a folder or in a file, root by root and by address; whether there was any.
    pub fn each_below(&self, uri: &Uri, see: SeeSong) -> Result<bool, LibraryError> {
        if !uri.as_bytes().is_empty() {
            let (name, below) = root_and_folder(uri);
            let root = std::str::from_utf8(name).ok();
            let root = root.and_then(|name| self.root_id(name));
            return root.map_or(Ok(false), |root| self.each_in(root, below, see));
        }
        let mut any = false;
        let mut wants_more = true;
        for root in self.roots() {
            let Some(root) = self.root_id(&root.name) else {
                continue;
            };
            any |= self.each_in(root, b"", &mut |song| {
                wants_more = see(song);
                wants_more
            })?;
            if !wants_more {
                break;
            }
        }
        Ok(any)
    }

    fn each_in(&self, root: i64, folder: &[u8], see: SeeSong) -> Result<bool, LibraryError> {
        let own = self.page(root, folder, None, Some(&[folder, b"\0"].concat()))?;
        let any = !own.is_empty();
        if !own.iter().all(&mut *see) {
            return Ok(any);
        }
        let (from, until) = children(folder);
        let mut behind: Option<(Vec<u8>, u32)> = None;
        loop {
            let start = behind.as_ref().map_or(&from, |(path, _)| path);
            let part = behind.as_ref().map(|(_, part)| *part);
            let page = self.page(root, start, part, until.as_deref())?;
            let Some(last) = page.last() else {
                return Ok(any || behind.is_some());
            };
            let last = (last.place.path.as_bytes().to_vec(), last.part);
            if !page.iter().all(&mut *see) || page.len() < PAGE {
                return Ok(true);
            }
            behind = Some(last);
        }
    }

    /// Songs from a path on, of it itself those behind a part, and before another path.
    fn page(
        &self,
        root: i64,
        from: &[u8],
        behind_part: Option<u32>,
        until: Option<&[u8]>,
    ) -> Result<Vec<Song>, LibraryError> {
        // Files first, by their paths: their order is that of the index, and nothing is sorted.
        let sql = format!(
            "SELECT {SONG_COLUMNS} FROM file CROSS JOIN song ON song.file_id = file.id
             WHERE root_id = ?1 AND path >= ?2 AND (?4 IS NULL OR path < ?4) AND (path > ?2 OR part > ?3)
             AND state = 0 ORDER BY path, part LIMIT {PAGE}"
        );
        let behind = behind_part.map_or(-1, i64::from);
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let mut rows = statement.query(params![root, from, behind, until])?;
            let mut songs = Vec::new();
            while let Some(row) = rows.next()? {
                songs.extend(song(row, &self.by_id)?);
            }
            Ok(songs)
        })
    }

    /// Shows a window of the songs for which a filter holds, in an order; without one, by address.
    pub fn each_found(
        &self,
        filter: &Expression,
        sort: Option<Sort>,
        window: Range<usize>,
        see: SeeSong,
    ) -> Result<(), LibraryError> {
        let ids = self.first_ids(filter, sort, window.end)?;
        for id in ids.into_iter().skip(window.start) {
            let songs = self.songs("WHERE song.id = ?1", [id])?;
            if !songs.iter().all(&mut *see) {
                break;
            }
        }
        Ok(())
    }
}
