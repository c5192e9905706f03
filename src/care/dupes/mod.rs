//! The same recording owned twice: copies of the same audio, and other encodings of it. It deletes nothing and decides
//! nothing: it tells which copy is the best, and what room the others take.
//!
//! - `groups`: what is one recording.
//! - `quality`: which of several copies is the best.
//!
//! Two names of one file are no waste: they are told, and count nothing.

mod groups;
mod quality;
#[cfg(test)]
mod tests;

use super::away;
use crate::library::person::{CheckedFile, Person};
use crate::library::{FileId, Library, LibraryError, OwnedFile, Reader, Stamp, stamp_of};
use crate::music::{Root, Song};
use groups::{Groups, Unit};
use std::collections::HashMap;
use std::os::unix::fs::MetadataExt;
use std::sync::Arc;

/// Device and inode: two names with the same are one file.
type Identity = (u64, u64);

/// A recording that is owned more than once.
#[derive(Debug)]
pub struct Group {
    /// The copies, the best first: two at least.
    pub copies: Vec<Owned>,
}

/// A copy of a recording.
#[derive(Clone, Debug)]
pub struct Owned {
    /// The song: all of a file, or a part of one.
    pub song: Song,
    /// Bytes of its file.
    pub bytes: u64,
    /// Why it is taken to be the same as the best one.
    pub evidence: Evidence,
    /// `verify` found it damaged.
    pub is_damaged: bool,
    /// Its path is a symbolic link.
    pub is_symlink: bool,
    /// It is the file of a copy before it, under another name.
    pub is_same_file: bool,
    /// Bytes that are free once all names of it are removed: none for the best, for another name of a file, for a part of
    /// one, and for a file that has names elsewhere.
    pub frees: u64,
    /// It may be removed: it is a whole file, and not the best one under another name.
    pub is_spare: bool,
    identity: Identity,
    names: u64,
}

/// Why a copy is taken to be the same recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It is the best one.
    Best,
    /// The same audio, byte for byte.
    Audio,
    /// The same names and length.
    Names,
}

/// What was found.
#[derive(Debug, Default)]
pub struct DupesReport {
    /// The recordings, those whose spare copies take most room first.
    pub groups: Vec<Group>,
    /// Names of roots that are away: none of their files was looked at.
    pub away: Vec<String>,
}

impl Group {
    /// Bytes that all but the best take.
    pub fn waste(&self) -> u64 {
        self.copies.iter().map(|copy| copy.frees).sum()
    }
}

impl Owned {
    fn new(song: Song) -> Self {
        Self {
            song,
            bytes: 0,
            evidence: Evidence::Names,
            is_damaged: false,
            is_symlink: false,
            is_same_file: false,
            frees: 0,
            is_spare: false,
            identity: (0, 0),
            names: 1,
        }
    }
}

/// Looks for recordings that are owned more than once; with `same_audio`, for copies of the same audio alone.
pub fn dupes(library: &Library, same_audio: bool) -> Result<DupesReport, LibraryError> {
    let looking = Looking {
        reader: library.reader()?,
        person: library.person_reader()?,
        away: away(library)?,
    };
    let mut groups = Groups::default();
    for files in looking.reader.files_that_share_a_key()? {
        groups.copies(&files);
    }
    if !same_audio {
        let title = &mut |songs| groups.title(songs);
        looking.reader.each_title_of_several(title)?;
    }
    let mut found = Vec::new();
    for units in groups.all() {
        found.extend(looking.group(&units)?);
    }
    found.sort_by(|a: &Group, b| {
        let path = |group: &Group| group.copies[0].song.path();
        b.waste()
            .cmp(&a.waste())
            .then_with(|| path(a).cmp(&path(b)))
    });
    Ok(DupesReport {
        groups: found,
        away: looking.away.iter().map(|root| root.name.clone()).collect(),
    })
}

struct Looking {
    reader: Reader,
    person: Person,
    away: Vec<Arc<Root>>,
}

impl Looking {
    /// `None`: fewer than two of them are there.
    fn group(&self, units: &[Unit]) -> Result<Option<Group>, LibraryError> {
        let mut copies = Vec::new();
        for (file, part) in units {
            copies.extend(self.owned(*file, *part)?);
        }
        Ok(compared(copies))
    }

    /// A copy as it lies there; `None`: it does not, or it has changed since it was indexed.
    fn owned(&self, file: FileId, part: u32) -> Result<Option<Owned>, LibraryError> {
        let Some(OwnedFile { whole, parts }) = self.reader.file_by_id(file)? else {
            return Ok(None);
        };
        if self.away.contains(&whole.place.root) {
            return Ok(None);
        }
        let key = whole.key;
        let song = match part {
            0 => Some(whole),
            part => parts.into_iter().find(|song| song.part == part),
        };
        let Some(mut owned) = song.and_then(on_disk) else {
            return Ok(None);
        };
        let place = &owned.song.place;
        let (Some(key), Ok(stamp)) = (key, stamp_of(&place.file())) else {
            return Ok(Some(owned));
        };
        let Stamp { size, mtime_ns } = stamp;
        let place = place.uri();
        let checks = self.person.checks(&CheckedFile {
            key,
            size,
            mtime_ns,
            place: place.clone(),
        })?;
        let mut here = checks.iter().filter(|(at, _)| *at == place);
        owned.is_damaged =
            here.any(|(_, damage)| damage.iter().any(|damage| damage.kind.is_damage()));
        Ok(Some(owned))
    }
}

fn on_disk(song: Song) -> Option<Owned> {
    let path = song.place.file();
    let file = std::fs::metadata(&path).ok()?;
    let link = std::fs::symlink_metadata(&path).ok()?;
    Some(Owned {
        bytes: file.len(),
        is_symlink: link.is_symlink(),
        identity: (file.dev(), file.ino()),
        names: file.nlink(),
        ..Owned::new(song)
    })
}

/// Sorts the copies and tells of each what it is beside the others.
fn compared(mut copies: Vec<Owned>) -> Option<Group> {
    copies.sort_by(quality::better_first);
    let best = copies.first()?;
    let (best_key, best_file) = (best.song.key, best.identity);
    let mut names_here: HashMap<Identity, u64> = HashMap::new();
    for copy in copies.iter().filter(|copy| !copy.is_symlink) {
        *names_here.entry(copy.identity).or_default() += 1;
    }
    let mut seen: Vec<Identity> = Vec::new();
    for (at, copy) in copies.iter_mut().enumerate() {
        let is_same_audio = best_key.is_some() && copy.song.key == best_key;
        copy.evidence = match at {
            0 => Evidence::Best,
            _ if is_same_audio => Evidence::Audio,
            _ => Evidence::Names,
        };
        copy.is_same_file = seen.contains(&copy.identity);
        copy.is_spare = copy.song.part == 0 && copy.identity != best_file;
        let has_names_elsewhere = names_here
            .get(&copy.identity)
            .is_none_or(|names| *names < copy.names);
        if copy.is_spare && !copy.is_same_file && !has_names_elsewhere {
            copy.frees = copy.bytes;
        }
        seen.push(copy.identity);
    }
    (copies.len() > 1).then_some(Group { copies })
}
