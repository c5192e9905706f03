//! What lies in a folder of a root as the disk has it, indexed or not. It opens no file and leaves no root.

use super::lookup::root_and_folder;
use super::{LibraryError, Reader};
use crate::music::Uri;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

/// Entries of one folder that are listed.
const MOST_ENTRIES: usize = 100_000;

/// An entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its name, as bytes.
    pub name: Vec<u8>,
    /// Bytes; `None`: it is a folder.
    pub size: Option<u64>,
    /// When it was changed, in ms since 1970.
    pub modified_ms: Option<i64>,
}

impl Reader {
    /// What lies in a folder, by name; of no folder, the roots. Nothing outside the roots is told, be it by a link.
    pub fn files_in(&self, uri: &Uri) -> Result<Vec<FileEntry>, LibraryError> {
        let mut entries = match uri.as_bytes() {
            b"" => self.root_entries(),
            _ => {
                let folder = self.folder_on_disk(uri);
                listed(&folder.map_err(|error| failed(uri, error))?)
                    .map_err(|error| failed(uri, error))?
            }
        };
        entries.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(entries)
    }

    /// When a folder was changed, in ms since 1970.
    pub fn folder_modified_ms(&self, uri: &Uri) -> Option<i64> {
        let folder = self.folder_on_disk(uri).ok()?;
        modified_ms(folder.metadata().ok()?.modified().ok()?)
    }

    /// A folder that is there and lies in its root, or the next one above it that does.
    pub fn folder_to_scan(&self, uri: &Uri) -> Option<PathBuf> {
        let (name, path) = root_and_folder(uri);
        let root = self
            .roots()
            .iter()
            .find(|root| root.name.as_bytes() == name)?;
        let wanted = root.dir.join(OsStr::from_bytes(path));
        // What a link leads to would become a root of its own.
        let lies_in_root = |path: &&Path| {
            let real = std::fs::canonicalize(path);
            real.is_ok_and(|real| real.is_dir() && real.starts_with(&root.dir))
        };
        let below = wanted
            .ancestors()
            .take_while(|path| path.starts_with(&root.dir));
        let there = below.into_iter().find(lies_in_root);
        Some(there.unwrap_or(&root.dir).to_owned())
    }

    fn root_entries(&self) -> Vec<FileEntry> {
        let entry = |root: &std::sync::Arc<crate::music::Root>| FileEntry {
            name: root.name.as_bytes().to_vec(),
            size: None,
            modified_ms: root
                .dir
                .metadata()
                .and_then(|about| about.modified())
                .ok()
                .and_then(modified_ms),
        };
        self.roots().iter().map(entry).collect()
    }

    fn folder_on_disk(&self, uri: &Uri) -> io::Result<PathBuf> {
        let (name, path) = root_and_folder(uri);
        let root = self
            .roots()
            .iter()
            .find(|root| root.name.as_bytes() == name);
        let root = root.ok_or(io::ErrorKind::NotFound)?;
        let folder = std::fs::canonicalize(root.dir.join(OsStr::from_bytes(path)))?;
        match folder.starts_with(std::fs::canonicalize(&root.dir)?) {
            true => Ok(folder),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn failed(uri: &Uri, source: io::Error) -> LibraryError {
    let path = PathBuf::from(OsStr::from_bytes(uri.as_bytes()));
    LibraryError::File { path, source }
}

fn listed(folder: &Path) -> io::Result<Vec<FileEntry>> {
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder)?.take(MOST_ENTRIES) {
        let entry = entry?;
        // What is gone meanwhile, and what is neither a file nor a folder, is nobody's.
        let Ok(about) = entry.path().metadata() else {
            continue;
        };
        if !about.is_dir() && !about.is_file() {
            continue;
        }
        entries.push(FileEntry {
            name: entry.file_name().as_bytes().to_vec(),
            size: about.is_file().then_some(about.len()),
            modified_ms: about.modified().ok().and_then(modified_ms),
        });
    }
    Ok(entries)
}

fn modified_ms(time: SystemTime) -> Option<i64> {
    let since = time.duration_since(UNIX_EPOCH).ok()?;
    i64::try_from(since.as_millis()).ok()
}
