//! Exports of streaming services on the disk: folders are walked, files opened, and all that stands in them gathered for one
//! import. Only regular files are opened, and nothing is written.

use super::person::Gathered;
use super::{Library, LibraryError};
use crate::wanted::export::{FileReport, Format, Gulp, Limits};
use crate::wanted::{Banned, HeardElsewhere, Known, Row, TakenAlbum, TakenList, Taker};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Files below the folders that one import is pointed at.
const MAX_FILES: usize = 20_000;
/// Folders within folders.
const MAX_DEPTH: usize = 32;

/// What an import was pointed at, read.
#[derive(Debug, Default)]
pub struct Exports {
    /// All that is to be kept of it.
    pub gathered: Gathered,
    /// Each file, and each member of a container, in the order in which they were read.
    pub files: Vec<FileReport>,
    /// What cannot be opened, and why.
    pub not_opened: Vec<(PathBuf, io::Error)>,
    /// There are more files than an import looks at.
    pub has_more: bool,
}

impl Library {
    /// Reads files, and folders with all that is in them. `stated`: what every file is, whatever it looks like; `step` is told
    /// of each file before it is read.
    pub fn read_exports(
        &self,
        paths: &[PathBuf],
        stated: Option<Format>,
        mut step: impl FnMut(&Path),
    ) -> Result<Exports, LibraryError> {
        let roots = self.person_reader()?.roots()?;
        let roots: Vec<PathBuf> = roots.iter().map(|root| root.dir.clone()).collect();
        let mut exports = Exports::default();
        let files = files_of(paths, &mut exports);
        let mut placing = Placing {
            gathered: &mut exports.gathered,
            roots: &roots,
        };
        let mut gulp = Gulp::new(&mut placing, Limits::default(), stated);
        for path in files {
            step(&path);
            match open(&path) {
                Ok(mut file) => gulp.read(&path.to_string_lossy(), &mut file),
                Err(error) => exports.not_opened.push((path, error)),
            }
        }
        exports.files = gulp.end();
        Ok(exports)
    }
}

/// A regular file: a pipe or a device would keep whoever reads it waiting.
fn open(path: &Path) -> io::Result<File> {
    if !std::fs::metadata(path)?.is_file() {
        let why = "it is no regular file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
    }
    File::open(path)
}

fn files_of(paths: &[PathBuf], exports: &mut Exports) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let walk = WalkDir::new(path).max_depth(MAX_DEPTH).sort_by_file_name();
        for entry in walk {
            match entry {
                Ok(entry) if !entry.file_type().is_file() => {}
                Ok(_) if files.len() >= MAX_FILES => {
                    exports.has_more = true;
                    return files;
                }
                Ok(entry) => files.push(entry.into_path()),
                Err(error) => {
                    let at = error.path().unwrap_or(path).to_owned();
                    exports.not_opened.push((at, error.into()));
                }
            }
        }
    }
    files
}

/// Gathers, and finds out where rows lie that name files.
pub(super) struct Placing<'g> {
    pub gathered: &'g mut Gathered,
    pub roots: &'g [PathBuf],
}

impl Taker for Placing<'_> {
    fn list(&mut self, mut list: TakenList) {
        let file = std::path::absolute(&list.file).unwrap_or_default();
        let own = file.parent().unwrap_or(Path::new("/"));
        let roots = self.roots.iter().map(PathBuf::as_path);
        let folders: Vec<&Path> = std::iter::once(own).chain(roots).collect();
        for row in list.rows.iter_mut().filter(|row| !row.paths.is_empty()) {
            let named = Row {
                wanted: std::mem::take(&mut row.wanted),
                paths: std::mem::take(&mut row.paths),
                ..Row::default()
            };
            row.wanted = named.wanted_at(&folders, &mut |file| file.is_file());
        }
        self.gathered.list(list);
    }

    fn heard(&mut self, heard: HeardElsewhere) {
        self.gathered.heard(heard);
    }

    fn known(&mut self, known: Known) {
        self.gathered.known(known);
    }

    fn banned(&mut self, banned: Banned) {
        self.gathered.banned(banned);
    }

    fn album(&mut self, album: TakenAlbum) {
        self.gathered.album(album);
    }
}
