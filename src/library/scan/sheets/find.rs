//! Which file a sheet's `FILE` means: as written, else in another case, else of the same stem with another extension, as
//! most sheets still say `.wav`; a sheet about one file means the one of its own stem where it names none that is here.

use super::{SheetRow, Store, stem};
use crate::library::index::HERE;
use crate::library::scan::names::{Promise, promise};
use crate::music::Root;
use crate::wanted::candidates;
use crate::wanted::cue::CueFile;
use rusqlite::{OptionalExtension, params};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// More names of one folder are not looked through.
const MOST_NAMES: usize = 100_000;
/// So many folders that the sheets of one folder point into are remembered.
const MOST_FOLDERS: usize = 64;

/// Finds the files of the sheets of one folder.
pub struct Finder {
    folder: PathBuf,
    names: HashMap<PathBuf, Vec<Vec<u8>>>,
}

impl Finder {
    /// For a folder below a root.
    pub fn new(root: &Root, folder: &[u8]) -> Self {
        Self {
            folder: root.dir.join(OsStr::from_bytes(folder)),
            names: HashMap::new(),
        }
    }

    /// The row of the file that an entry of a sheet means; `is_alone`: the sheet is about no other.
    pub fn find(
        &mut self,
        store: &Store,
        sheet: &SheetRow,
        entry: &CueFile,
        is_alone: bool,
    ) -> rusqlite::Result<Option<i64>> {
        let folder = self.folder.clone();
        let written = entry
            .paths
            .iter()
            .flat_map(|path| candidates(path, &folder));
        let written: Vec<PathBuf> = written.collect();
        for path in &written {
            if let Some(file) = Self::row(store, path)? {
                return Ok(Some(file));
            }
        }
        for path in &written {
            let Some(dir) = path.parent() else { continue };
            let name = path.file_name().unwrap_or_default().as_bytes();
            for likely in self.likely(dir, name) {
                if let Some(file) = Self::row(store, &likely)? {
                    return Ok(Some(file));
                }
            }
        }
        if is_alone || entry.paths.is_empty() {
            for likely in self.likely(&folder, &[stem(&sheet.path), b".wav"].concat()) {
                if let Some(file) = Self::row(store, &likely)? {
                    return Ok(Some(file));
                }
            }
        }
        Ok(None)
    }

    /// Files of a folder that may be meant by a name: the same in another case, then those of the same stem.
    fn likely(&mut self, dir: &Path, name: &[u8]) -> Vec<PathBuf> {
        if self.names.len() >= MOST_FOLDERS {
            self.names.clear();
        }
        let names = self
            .names
            .entry(dir.to_owned())
            .or_insert_with(|| musical_names(dir));
        let (whole, stem_of) = (lower(name), lower(stem(name)));
        let same = names.iter().filter(|other| lower(other) == whole);
        let alike = names.iter().filter(|other| lower(stem(other)) == stem_of);
        same.chain(alike)
            .map(|name| dir.join(OsStr::from_bytes(name)))
            .collect()
    }

    /// The row of a path, where it is here and has songs.
    fn row(store: &Store, path: &Path) -> rusqlite::Result<Option<i64>> {
        let inner = store
            .roots
            .iter()
            .filter(|(_, root)| path.starts_with(&root.dir))
            .max_by_key(|(_, root)| root.dir.as_os_str().len());
        // What lies below no root of this scan is not for this sheet to cut.
        let Some((root_id, root)) = inner else {
            return Ok(None);
        };
        let Ok(below) = path.strip_prefix(&root.dir) else {
            return Ok(None);
        };
        store
            .connection
            .prepare_cached(
                "SELECT id FROM file WHERE root_id = ?1 AND path = ?2 AND state = ?3 AND skip_reason IS NULL",
            )?
            .query_row(params![root_id, below.as_os_str().as_bytes(), HERE], |row| {
                row.get(0)
            })
            .optional()
    }
}

/// The names in a folder that songs may have, in order.
fn musical_names(dir: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = std::fs::read_dir(dir) else {
        return Vec::new();
    };
    let names = entries.take(MOST_NAMES).filter_map(Result::ok);
    let mut names: Vec<Vec<u8>> = names
        .map(|entry| entry.file_name().as_bytes().to_vec())
        .filter(|name| promise(name) == Promise::Music)
        .collect();
    names.sort();
    names
}

fn lower(name: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(name) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => name.to_ascii_lowercase(),
    }
}
