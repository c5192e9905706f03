//! A disk in memory that forgets what was not synced, for trying the program against a power cut: what it holds, and what a
//! cut leaves of it. `forgetful::mount` gives it to programs. It counts every change, and fails the one that it is told to.
//!
//! The model: what was written to a file is there for good once the file is synced, and so is the name under which it was
//! made. A rename or a removal is so once its folder is synced. Of what was not synced each page may be there or not, and of
//! renames and removals any beginning. That is stricter than most file systems are.

pub mod mount;

use crate::dice::Dice;
use std::collections::{BTreeMap, HashMap};
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What is lost or kept as one, in bytes.
const PAGE: usize = 4_096;

/// The number of a file or folder.
pub type Node = u64;

/// The folder at the top.
pub const TOP: Node = 1;

/// A name in a folder.
type Name = (Node, OsString);

/// What a change is to end with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The power goes before this change: nothing works any more.
    Cut(u64),
    /// This change fails, and all others work.
    Once(u64),
    None,
}

#[derive(Clone)]
enum Write {
    At(u64, Vec<u8>),
    Length(u64),
}

#[derive(Clone)]
enum Naming {
    Link(Name, Node),
    Unlink(Name, Node),
    Rename(Name, Name, Node),
}

#[derive(Default)]
struct Content {
    is_folder: bool,
    now: Vec<u8>,
    synced: Vec<u8>,
    unsynced: Vec<Write>,
}

/// The disk.
pub struct Disk {
    contents: HashMap<Node, Content>,
    names: BTreeMap<Name, Node>,
    synced_names: BTreeMap<Name, Node>,
    unsynced_names: Vec<Naming>,
    newest: Node,
    /// Changes so far.
    pub changes: u64,
    /// Files that were opened so far.
    pub opens: u64,
    pub fault: Fault,
    /// What the power cut left, after it.
    left: Option<BTreeMap<PathBuf, Vec<u8>>>,
    dice: Dice,
}

impl Disk {
    /// A disk that holds these files, all of them synced.
    pub fn with(files: &BTreeMap<PathBuf, Vec<u8>>, fault: Fault, dice: Dice) -> Self {
        let top = Content {
            is_folder: true,
            ..Content::default()
        };
        let mut disk = Self {
            contents: HashMap::from([(TOP, top)]),
            names: BTreeMap::new(),
            synced_names: BTreeMap::new(),
            unsynced_names: Vec::new(),
            newest: TOP,
            changes: 0,
            opens: 0,
            fault: Fault::None,
            left: None,
            dice,
        };
        for (path, bytes) in files {
            let mut folder = TOP;
            for part in path.parent().into_iter().flat_map(Path::components) {
                let known = disk.find(folder, part.as_os_str());
                folder = known.unwrap_or_else(|| disk.make(folder, part.as_os_str(), true));
            }
            let file = disk.make(folder, path.file_name().unwrap(), false);
            disk.write(file, 0, bytes);
            disk.sync(file);
        }
        disk.fault = fault;
        disk
    }

    /// Counts a change that is about to be made; `false`: it is to fail.
    pub fn may_change(&mut self) -> bool {
        self.changes += 1;
        match self.fault {
            Fault::Cut(at) if self.changes == at => self.cut(),
            Fault::Once(at) if self.changes == at => return false,
            _ => {}
        }
        self.left.is_none()
    }

    pub fn has_power(&self) -> bool {
        self.left.is_none()
    }

    pub fn find(&self, folder: Node, name: &OsStr) -> Option<Node> {
        self.names.get(&(folder, name.to_owned())).copied()
    }

    pub fn is_folder(&self, node: Node) -> bool {
        self.contents
            .get(&node)
            .is_some_and(|content| content.is_folder)
    }

    /// What is in a file, removed or not.
    pub fn read(&self, node: Node) -> Option<&[u8]> {
        self.contents
            .get(&node)
            .map(|content| content.now.as_slice())
    }

    pub fn list(&self, folder: Node) -> Vec<(Node, OsString)> {
        let names = self.names.iter().filter(|((of, _), _)| *of == folder);
        names
            .map(|((_, name), node)| (*node, name.clone()))
            .collect()
    }

    pub fn make(&mut self, folder: Node, name: &OsStr, is_folder: bool) -> Node {
        self.newest += 1;
        let content = Content {
            is_folder,
            ..Content::default()
        };
        self.contents.insert(self.newest, content);
        let name = (folder, name.to_owned());
        self.names.insert(name.clone(), self.newest);
        self.unsynced_names.push(Naming::Link(name, self.newest));
        self.newest
    }

    pub fn write(&mut self, file: Node, at: u64, bytes: &[u8]) {
        self.change(file, Write::At(at, bytes.to_vec()));
    }

    pub fn set_length(&mut self, file: Node, length: u64) {
        self.change(file, Write::Length(length));
    }

    fn change(&mut self, file: Node, write: Write) {
        let content = self.contents.get_mut(&file).unwrap();
        write.apply(&mut content.now);
        content.unsynced.push(write);
    }

    pub fn remove(&mut self, folder: Node, name: &OsStr) -> bool {
        let name = (folder, name.to_owned());
        let Some(node) = self.names.remove(&name) else {
            return false;
        };
        self.unsynced_names.push(Naming::Unlink(name, node));
        true
    }

    pub fn rename(&mut self, from: Name, to: Name) -> bool {
        let Some(node) = self.names.remove(&from) else {
            return false;
        };
        self.names.insert(to.clone(), node);
        self.unsynced_names.push(Naming::Rename(from, to, node));
        true
    }

    /// The file is there for good, under the name that it was made by, and so are the folders above it.
    pub fn sync(&mut self, file: Node) {
        let content = self.contents.get_mut(&file).unwrap();
        content.synced.clone_from(&content.now);
        content.unsynced.clear();
        let mut node = file;
        while node != TOP {
            let links = |naming: &Naming| matches!(naming, Naming::Link(_, of) if *of == node);
            if let Some(at) = self.unsynced_names.iter().position(links) {
                self.unsynced_names.remove(at).apply(&mut self.synced_names);
            }
            let above = self.names.iter().find(|(_, of)| **of == node);
            node = above.map_or(TOP, |((folder, _), _)| *folder);
        }
    }

    /// Every name is there for good.
    pub fn sync_names(&mut self) {
        for naming in std::mem::take(&mut self.unsynced_names) {
            naming.apply(&mut self.synced_names);
        }
    }

    /// The power goes.
    pub fn cut(&mut self) {
        let mut names = self.synced_names.clone();
        let namings = self.unsynced_names.len() as u64;
        for naming in &self.unsynced_names[..self.dice.below(namings + 1) as usize] {
            naming.clone().apply(&mut names);
        }
        let mut left = BTreeMap::new();
        for ((folder, name), node) in &names {
            let content = &self.contents[node];
            if content.is_folder {
                continue;
            }
            let mut bytes = content.synced.clone();
            for write in &content.unsynced {
                write.apply_partly(&mut bytes, &mut self.dice);
            }
            if let Some(above) = path_of(*folder, &names) {
                left.insert(above.join(name), bytes);
            }
        }
        self.left = Some(left);
    }

    /// What is left after a cut; all that there is, where there was none.
    pub fn left(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        if let Some(left) = &self.left {
            return left.clone();
        }
        let files = self
            .names
            .iter()
            .filter(|(_, node)| !self.is_folder(**node));
        let files = files.map(|((folder, name), node)| {
            let above = path_of(*folder, &self.names).unwrap();
            (above.join(name), self.contents[node].now.clone())
        });
        files.collect()
    }
}

fn path_of(folder: Node, names: &BTreeMap<Name, Node>) -> Option<PathBuf> {
    if folder == TOP {
        return Some(PathBuf::new());
    }
    let ((above, name), _) = names.iter().find(|(_, node)| **node == folder)?;
    Some(path_of(*above, names)?.join(name))
}

impl Write {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::At(at, data) => put(bytes, *at as usize, data),
            Self::Length(length) => bytes.resize(*length as usize, 0),
        }
    }

    fn apply_partly(&self, bytes: &mut Vec<u8>, dice: &mut Dice) {
        let mut is_kept = || dice.below(2) == 0;
        match self {
            Self::At(at, data) => {
                for (number, page) in data.chunks(PAGE).enumerate() {
                    if is_kept() {
                        put(bytes, *at as usize + number * PAGE, page);
                    }
                }
            }
            Self::Length(_) if !is_kept() => {}
            Self::Length(_) => self.apply(bytes),
        }
    }
}

fn put(bytes: &mut Vec<u8>, at: usize, data: &[u8]) {
    let end = at + data.len();
    if bytes.len() < end {
        bytes.resize(end, 0);
    }
    bytes[at..end].copy_from_slice(data);
}

impl Naming {
    fn apply(self, names: &mut BTreeMap<Name, Node>) {
        match self {
            Self::Link(name, node) => {
                names.insert(name, node);
            }
            Self::Unlink(name, node) => {
                if names.get(&name) == Some(&node) {
                    names.remove(&name);
                }
            }
            Self::Rename(from, to, node) => {
                if names.get(&from) == Some(&node) {
                    names.remove(&from);
                    names.insert(to, node);
                }
            }
        }
    }
}
