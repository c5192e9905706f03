//! What the index tells of its own state and of that of the files: for whoever looks whether all is well.

use super::LibraryError;
use super::index::Reader;
use super::scan::{Skip, SkipReason};
use super::sqlite::{is_whole, is_whole_to_the_last};
use crate::music::Root;
use rusqlite::OptionalExtension;
use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// So many files of a root are looked for to tell whether it is the one that is known.
const FILES_TO_SEE: u64 = 32;

/// Files that are not in the index.
#[derive(Debug, Default)]
pub struct LeftOut {
    /// How many, by reason, the most frequent first.
    pub reasons: Vec<(String, u64)>,
    /// Those that ended their reader, which are not among the reasons.
    pub ended: Vec<Skip>,
}

impl Reader {
    /// Whether there is an index at all.
    pub fn is_there(&self) -> bool {
        self.connection.is_some()
    }

    /// Reads all of the index; `to_the_last`: holds its parts against each other too. Where there is none, it is whole.
    pub fn is_whole(&self, to_the_last: bool) -> bool {
        let check = if to_the_last {
            is_whole_to_the_last
        } else {
            is_whole
        };
        self.connection.as_ref().is_none_or(check)
    }

    /// Whether a root was ever scanned.
    pub fn knows_root(&self, name: &str) -> bool {
        self.root_id(name).is_some()
    }

    /// How many folders of a root hold files, or have some below them, as far as the index knows.
    pub fn folders_in_root(&self, name: &str) -> Result<u64, LibraryError> {
        let Some(root) = self.root_id(name) else {
            return Ok(0);
        };
        self.ask(|connection| {
            // In the order of the table: that of the paths jumps about in it.
            let sql = "SELECT path FROM file WHERE +root_id = ?1 AND state = 0";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([root])?;
            let mut folders: HashSet<Vec<u8>> = HashSet::from([Vec::new()]);
            let mut before: Vec<u8> = Vec::new();
            while let Some(row) = rows.next()? {
                let mut path = row.get_ref(0)?.as_blob()?;
                let end = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
                if path[..end] == before {
                    continue;
                }
                before = path[..end].to_vec();
                while let Some(slash) = path.iter().rposition(|byte| *byte == b'/') {
                    path = &path[..slash];
                    if folders.contains(path) {
                        break;
                    }
                    folders.insert(path.to_vec());
                }
            }
            Ok(folders.len() as u64)
        })
    }

    /// Whether any of some files of a root is on the disk.
    pub(super) fn sees_files_of(&self, root: &Root) -> Result<bool, LibraryError> {
        let files = self.some_files(&root.name, FILES_TO_SEE)?;
        Ok(files.iter().any(|file| file.symlink_metadata().is_ok()))
    }

    /// Some files of a root with songs, evenly spread: at most so many.
    pub fn some_files(&self, root: &str, most: u64) -> Result<Vec<PathBuf>, LibraryError> {
        let (Some(id), Some(known)) = (
            self.root_id(root),
            self.roots.iter().find(|known| known.name == root),
        ) else {
            return Ok(Vec::new());
        };
        // A file of each of so many stretches of the table, which are nearly as evenly spread as the files.
        let sql = "SELECT path FROM file WHERE id BETWEEN ?1 AND ?2 AND +root_id = ?3 AND state = 0 AND skip_reason IS NULL LIMIT 1";
        self.ask(|connection| {
            let ends = "SELECT coalesce(min(id), 1), coalesce(max(id), 0) FROM file";
            let (first, last): (i64, i64) =
                connection.query_row(ends, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let most = i64::try_from(most.max(1)).unwrap_or(i64::MAX);
            let step = (last - first) / most + 1;
            let mut statement = connection.prepare(sql)?;
            let mut paths = Vec::new();
            let mut from = first;
            while from <= last {
                let path = statement.query_row((from, from + step - 1, id), |row| {
                    let path = Path::new(OsStr::from_bytes(row.get_ref(0)?.as_blob()?));
                    Ok(known.dir.join(path))
                });
                paths.extend(path.optional()?);
                from += step;
            }
            Ok(paths)
        })
    }

    /// Why files are not in the index.
    pub fn reasons_of_skips(&self) -> Result<LeftOut, LibraryError> {
        let LeftOut {
            mut reasons,
            mut ended,
        } = LeftOut::default();
        for skip in self.skipped()? {
            if SkipReason::tells_of_an_end(&skip.reason) {
                ended.push(skip);
                continue;
            }
            // What a reader said of one file stands behind a colon.
            let short = skip.reason.split(':').next().unwrap_or_default();
            match reasons.iter_mut().find(|(reason, _)| reason == short) {
                Some((_, files)) => *files += 1,
                None => reasons.push((short.to_owned(), 1)),
            }
        }
        reasons.sort_by_key(|(_, files)| std::cmp::Reverse(*files));
        Ok(LeftOut { reasons, ended })
    }
}
