//! A tree of folders, without what nobody wants in it. It reads names, sizes and times and opens no music file; the scan
//! and the playing of a folder both walk by it, so they see the same files.
//!
//! A folder costs what listing it costs: its ignore files are seen in the list, and only those that are there are opened.
//! Its files are asked for their sizes by their bare names while it is open, so the system looks up no path for them;
//! and several may list at once, each a folder. The crate `walkdir` can do neither, and opens each folder that it does not enter.
//!
//! # What is met
//!
//! - Files whose names promise music or nothing ([`Promise`]); those that promise something else are passed over.
//! - **A link to a file is that file**, wherever it leads. Its name is the link's.
//! - **A link to a folder is not followed**: nothing can go round in circles, and nothing is there twice. It is told, so
//!   that the person can make its target a root.
//! - A link that leads nowhere is met like a file; who opens it sees.
//! - Not met are hidden files and folders, the folders that systems keep for themselves, what ignore files name
//!   ([`super::ignored`]), and folders that are roots themselves, so that a file belongs to the innermost root alone.

use super::ignored::{Added, Disobeyed, KINDS, Kind, Rules};
use super::names::{Promise, is_hidden, is_of_the_system, promise};
use super::waiting::{Folders, Waiting};
use super::walk::is_sheet;
use crate::library::bytes::{Identity, OpenFailure, identity_at, identity_of};
use crate::music::Root;
use rustix::fs::{AtFlags, Dir, DirEntry, FileType, Mode, OFlags, lstat, statat};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// So many names of a folder are held to see whether an ignore file is among them; in larger folders it is asked for.
const HELD_NAMES: usize = 1 << 16;

/// What a walk comes across.
#[derive(Debug)]
pub enum Met {
    /// A file that may be music.
    File {
        /// Where it lies.
        path: PathBuf,
        /// Whether its name promises music; else its content decides.
        is_sure: bool,
        /// Which file it is.
        now: Looked,
    },
    /// A cue sheet.
    Sheet(PathBuf, Looked),
    /// A link that leads to a folder.
    LinkToFolder(PathBuf),
    /// A folder that cannot be listed, or not to its end.
    Unreadable(PathBuf, io::Error),
    /// An ignore file that is not obeyed.
    Disobeyed(PathBuf, Disobeyed),
}

/// What the file system said of a file, where it said something; a link was followed.
pub type Looked = Result<Identity, OpenFailure>;

/// Whether to go on.
pub type GoOn = bool;

/// The walk of one tree, by all who list it.
pub struct Tree<'a> {
    roots: &'a [Arc<Root>],
    folders: Folders,
}

/// Walks all of a folder that someone named.
pub fn walk_all(folder: &Path, roots: &[Arc<Root>], on: &mut dyn FnMut(Met) -> GoOn) {
    if let Some(tree) = Tree::below(folder, Path::new(""), roots, on) {
        tree.list_all(on);
    }
}

/// What something with a name is.
#[derive(Clone, Copy)]
enum Judged {
    Unwanted,
    Folder,
    LinkToFolder,
    File { is_sure: bool },
    Sheet,
}

impl<'a> Tree<'a> {
    /// What lies at `below` in a folder that someone named: a folder, which is to be listed, or a single file, of which it is
    /// told at once. The walk meets what that of the whole folder would meet there.
    pub fn below(
        folder: &Path,
        below: &Path,
        roots: &'a [Arc<Root>],
        on: &mut dyn FnMut(Met) -> GoOn,
    ) -> Option<Self> {
        let mut tree = Self {
            roots,
            folders: Folders::default(),
        };
        let mut first = Waiting {
            folder: folder.to_owned(),
            rules: Rules::default(),
            is_root: true,
        };
        let mut names = below.iter().peekable();
        while let Some(name) = names.next() {
            // Files that are not obeyed are told by the walk of the folder they lie in.
            let kinds = kinds_on_disk(&first.folder);
            let added = first.rules.with(&first.folder, &kinds, first.is_root);
            let Added::Rules(rules, _) = added else {
                return None;
            };
            first.folder.push(name);
            match tree.judge(&first.folder, name, kind_on_disk(&first.folder), &rules) {
                Judged::Folder => (first.rules, first.is_root) = (rules, false),
                // What lies behind a link, or in a file, is not walked.
                other if names.peek().is_none() => {
                    let now = identity_of(&first.folder);
                    tell(first.folder, other, || now, on);
                    return None;
                }
                _ => return None,
            }
        }
        tree.folders.begin(first);
        Some(tree)
    }

    /// Lists folders until none is left, beside all others who do.
    pub fn list_all(&self, on: &mut dyn FnMut(Met) -> GoOn) {
        while let Some(mut listing) = self.folders.next() {
            let mut found = Vec::new();
            let goes_on = self.list(&listing.of, &mut found, on);
            listing.goes_on = goes_on && self.hand_out(found, on);
        }
    }

    /// Lets the folders wait for whoever is free.
    fn hand_out(&self, found: Vec<Waiting>, on: &mut dyn FnMut(Met) -> GoOn) -> GoOn {
        self.folders.wait(found).into_iter().all(|beyond| {
            let error = io::Error::other("more than a million folders wait to be read");
            on(Met::Unreadable(beyond.folder, error))
        })
    }

    fn list(
        &self,
        of: &Waiting,
        found: &mut Vec<Waiting>,
        on: &mut dyn FnMut(Met) -> GoOn,
    ) -> GoOn {
        let mut entries = match open(&of.folder) {
            Ok(entries) => entries,
            Err(error) => return fail(&of.folder, error, on),
        };
        let held: Vec<_> = names(&mut entries).take(HELD_NAMES).collect();
        // One folder at a time: its ignore files must be known before anything in it is met.
        let kinds = if held.len() < HELD_NAMES {
            kinds_among(&held)
        } else {
            kinds_on_disk(&of.folder)
        };
        let Added::Rules(rules, disobeyed) = of.rules.with(&of.folder, &kinds, of.is_root) else {
            return true;
        };
        for (path, why) in disobeyed {
            if !on(Met::Disobeyed(path, why)) {
                return false;
            }
        }
        let mut held = held.into_iter();
        while let Some(entry) = held.next().or_else(|| names(&mut entries).next()) {
            let (entry, at) = match entry.and_then(|entry| Ok((entry, entries.fd()?))) {
                Ok(entry) => entry,
                Err(error) => return fail(&of.folder, error, on),
            };
            let name = OsStr::from_bytes(entry.file_name().to_bytes());
            let path = of.folder.join(name);
            match self.judge(&path, name, kind_of(&entry, at), &rules) {
                Judged::Folder => found.push(Waiting {
                    folder: path,
                    rules: rules.clone(),
                    is_root: false,
                }),
                other => {
                    if !tell(path, other, || identity_at(at, entry.file_name()), on) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// One name in a folder whose rules these are.
    fn judge(&self, path: &Path, name: &OsStr, kind: Option<FileType>, rules: &Rules) -> Judged {
        let name = name.as_bytes();
        let judged = match kind {
            None => return Judged::Unwanted,
            _ if is_hidden(name) => return Judged::Unwanted,
            Some(FileType::Directory)
                if is_of_the_system(name) || self.roots.iter().any(|root| root.dir == path) =>
            {
                return Judged::Unwanted;
            }
            Some(FileType::Directory) => Judged::Folder,
            Some(FileType::Symlink) if path.is_dir() => Judged::LinkToFolder,
            Some(FileType::RegularFile | FileType::Symlink) if is_sheet(name) => Judged::Sheet,
            Some(kind) => match promise(name) {
                Promise::Music => Judged::File { is_sure: true },
                Promise::Nothing if matches!(kind, FileType::RegularFile | FileType::Symlink) => {
                    Judged::File { is_sure: false }
                }
                Promise::Nothing | Promise::Other => return Judged::Unwanted,
            },
        };
        let is_folder = !matches!(judged, Judged::File { .. } | Judged::Sheet);
        if rules.ignore(path, is_folder) {
            return Judged::Unwanted;
        }
        judged
    }
}

/// Tells what is not a folder, which waits for its turn.
fn tell(
    path: PathBuf,
    judged: Judged,
    look: impl FnOnce() -> Looked,
    on: &mut dyn FnMut(Met) -> GoOn,
) -> GoOn {
    match judged {
        Judged::Unwanted | Judged::Folder => true,
        Judged::Sheet => on(Met::Sheet(path, look())),
        Judged::LinkToFolder => on(Met::LinkToFolder(path)),
        Judged::File { is_sure } => on(Met::File {
            path,
            is_sure,
            now: look(),
        }),
    }
}

fn open(folder: &Path) -> rustix::io::Result<Dir> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    Dir::new(rustix::fs::open(folder, flags, Mode::empty())?)
}

/// What lies in a folder, without itself and the one above.
fn names(entries: &mut Dir) -> impl Iterator<Item = rustix::io::Result<DirEntry>> {
    entries.filter(|entry| {
        let name = entry.as_ref().map(|entry| entry.file_name().to_bytes());
        !matches!(name, Ok(b"." | b".."))
    })
}

fn fail(folder: &Path, error: Errno, on: &mut dyn FnMut(Met) -> GoOn) -> GoOn {
    // Deleted while we walk: that it is not there is all there is to say.
    matches!(error, Errno::NOENT | Errno::NOTDIR)
        || on(Met::Unreadable(folder.to_owned(), error.into()))
}

fn kinds_among(entries: &[rustix::io::Result<DirEntry>]) -> Vec<Kind> {
    let names = entries.iter().flatten().map(DirEntry::file_name);
    names.filter_map(|name| Kind::of(name.to_bytes())).collect()
}

fn kinds_on_disk(folder: &Path) -> Vec<Kind> {
    let is_there = |kind: &Kind| lstat(folder.join(kind.name())).is_ok();
    KINDS.into_iter().filter(is_there).collect()
}

fn kind_on_disk(path: &Path) -> Option<FileType> {
    match lstat(path) {
        Ok(stat) => Some(FileType::from_raw_mode(stat.st_mode)),
        // Nothing is surely there; what cannot be asked is listed, and then told.
        Err(Errno::NOENT | Errno::NOTDIR) => None,
        Err(_) => Some(FileType::Directory),
    }
}

/// `None`: it is no longer there.
fn kind_of(entry: &DirEntry, at: BorrowedFd) -> Option<FileType> {
    match entry.file_type() {
        // Some file systems do not tell in the list.
        FileType::Unknown => statat(at, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW)
            .map(|stat| FileType::from_raw_mode(stat.st_mode))
            .ok(),
        kind => Some(kind),
    }
}
