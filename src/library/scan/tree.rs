//! A tree of folders, without what nobody wants in it. It reads names, opens no music file and asks for no size; the scan
//! and the playing of a folder both walk by it, so they see the same files.
//!
//! A folder costs what listing it costs: its ignore files are seen in the list, and only those that are there are opened.
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
use super::walk::is_sheet;
use crate::music::Root;
use rustix::fs::{FileType, lstat};
use rustix::io::Errno;
use std::ffi::OsStr;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use walkdir::{DirEntry, WalkDir};

/// So many names of a folder are held to see whether an ignore file is among them; in larger folders it is asked for.
const HELD_NAMES: usize = 1 << 16;
/// So many folders may wait to be listed.
const MAX_WAITING: usize = 1 << 20;

/// What a walk comes across.
#[derive(Debug)]
pub enum Met {
    /// A file that may be music.
    File {
        /// Where it lies.
        path: PathBuf,
        /// Whether its name promises music; else its content decides.
        is_sure: bool,
    },
    /// A cue sheet.
    Sheet(PathBuf),
    /// A link that leads to a folder.
    LinkToFolder(PathBuf),
    /// A folder that cannot be listed, or not to its end.
    Unreadable(PathBuf, io::Error),
    /// An ignore file that is not obeyed.
    Disobeyed(PathBuf, Disobeyed),
}

/// Whether to go on.
pub type GoOn = bool;

/// The walk of one tree.
pub struct Tree<'a> {
    roots: &'a [Arc<Root>],
    waiting: Vec<Waiting>,
    on: &'a mut dyn FnMut(Met) -> GoOn,
}

struct Waiting {
    folder: PathBuf,
    rules: Rules,
    /// Someone named it: it is wanted, whatever lies in it.
    is_root: bool,
}

/// Walks all of a folder that someone named.
pub fn walk_all(folder: &Path, roots: &[Arc<Root>], on: &mut dyn FnMut(Met) -> GoOn) {
    let mut tree = Tree {
        roots,
        waiting: Vec::new(),
        on,
    };
    tree.wait(folder.to_owned(), &Rules::default(), true);
    tree.run();
}

/// Walks what lies at `below` in a folder that someone named: a folder, or a single file. It meets what the walk of the
/// whole folder would meet there.
pub fn walk_part(
    folder: &Path,
    below: &Path,
    roots: &[Arc<Root>],
    on: &mut dyn FnMut(Met) -> GoOn,
) {
    let mut tree = Tree {
        roots,
        waiting: Vec::new(),
        on,
    };
    let mut upper = folder.to_owned();
    let mut rules = Rules::default();
    let mut names = below.iter().peekable();
    let mut is_root = true;
    while let Some(name) = names.next() {
        // Files that are not obeyed are told by the walk of the folder they lie in.
        let Added::Rules(added, _) = rules.with(&upper, &kinds_on_disk(&upper), is_root) else {
            return;
        };
        upper.push(name);
        match tree.judge(&upper, name, kind_on_disk(&upper), &added) {
            Judged::Folder => (rules, is_root) = (added, false),
            // What lies behind a link, or in a file, is not walked.
            other if names.peek().is_none() => {
                tree.tell(upper, other);
                return;
            }
            _ => return,
        }
    }
    tree.wait(upper, &rules, is_root);
    tree.run();
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

impl Tree<'_> {
    fn run(&mut self) {
        while let Some(waiting) = self.waiting.pop() {
            if !self.list(&waiting) {
                return;
            }
        }
    }

    fn wait(&mut self, folder: PathBuf, rules: &Rules, is_root: bool) -> GoOn {
        if self.waiting.len() >= MAX_WAITING {
            let error = io::Error::other("more than a million folders wait to be read");
            return (self.on)(Met::Unreadable(folder, error));
        }
        self.waiting.push(Waiting {
            folder,
            rules: rules.clone(),
            is_root,
        });
        true
    }

    fn list(&mut self, of: &Waiting) -> GoOn {
        // One folder at a time: its ignore files must be known before anything in it is met.
        let listing = WalkDir::new(&of.folder).min_depth(1).max_depth(1);
        let mut entries = listing.into_iter();
        let held: Vec<_> = entries.by_ref().take(HELD_NAMES).collect();
        let kinds = if held.len() < HELD_NAMES {
            kinds_among(&held)
        } else {
            kinds_on_disk(&of.folder)
        };
        let Added::Rules(rules, disobeyed) = of.rules.with(&of.folder, &kinds, of.is_root) else {
            return true;
        };
        for (path, why) in disobeyed {
            if !(self.on)(Met::Disobeyed(path, why)) {
                return false;
            }
        }
        for entry in held.into_iter().chain(entries) {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => return self.fail(&of.folder, error),
            };
            let kind = Some(kind_of(entry.file_type()));
            let goes_on = match self.judge(entry.path(), entry.file_name(), kind, &rules) {
                Judged::Folder => self.wait(entry.into_path(), &rules, false),
                other => self.tell(entry.into_path(), other),
            };
            if !goes_on {
                return false;
            }
        }
        true
    }

    fn fail(&mut self, folder: &Path, error: walkdir::Error) -> GoOn {
        let told = error.to_string();
        let error = error.into_io_error().unwrap_or(io::Error::other(told));
        // Deleted while we walk: that it is not there is all there is to say.
        error.kind() == io::ErrorKind::NotFound
            || (self.on)(Met::Unreadable(folder.to_owned(), error))
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

    /// Tells what is not a folder, which waits for its turn.
    fn tell(&mut self, path: PathBuf, judged: Judged) -> GoOn {
        match judged {
            Judged::Unwanted | Judged::Folder => true,
            Judged::Sheet => (self.on)(Met::Sheet(path)),
            Judged::LinkToFolder => (self.on)(Met::LinkToFolder(path)),
            Judged::File { is_sure } => (self.on)(Met::File { path, is_sure }),
        }
    }
}

fn kinds_among(entries: &[walkdir::Result<DirEntry>]) -> Vec<Kind> {
    let names = entries.iter().flatten().map(DirEntry::file_name);
    names.filter_map(|name| Kind::of(name.as_bytes())).collect()
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

fn kind_of(kind: std::fs::FileType) -> FileType {
    if kind.is_dir() {
        FileType::Directory
    } else if kind.is_symlink() {
        FileType::Symlink
    } else if kind.is_file() {
        FileType::RegularFile
    } else {
        FileType::Unknown
    }
}
