//! The player on the stick: this program, a home for it, and a script that starts it wherever the stick is put in.
//!
//! The home has a music folder by its place beside it, the playlists with their places there, stars, bans, and an index. What
//! its owner makes there is left as it is: a playlist is written again only as long as it is as the last pack left it.

use super::copy::{Content, Refused, Task};
use super::gather::{Candidate, Gathered};
use super::lists::{Places, rows_there};
use super::stick::Stick;
use super::{MUSIC, PackError};
use crate::library::person::{Ban, Person};
use crate::library::scan::ScanOptions;
use crate::library::worker::ReadIn;
use crate::library::{Library, LibraryError};
use crate::music::{Rating, Wanted};
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

pub(super) const PROGRAM: &str = "standin";
pub(super) const SCRIPT: &str = "play.sh";
pub(super) const HOME: &str = "home";

/// What databases of a home take before anything is in them, in bytes.
pub(super) const HOME_BYTES: u64 = 2 << 20;

/// Where this program can be read, even if a newer one took its place meanwhile.
pub(super) const SELF: &str = "/proc/self/exe";

/// What this program was loaded with.
const MAPPED: &str = "/proc/self/maps";

/// Bytes that are read of that at most.
const MOST_MAPPED_BYTES: u64 = 16 << 20;

/// Libraries that another Linux may lack, by how their names begin. Those of the C library itself belong to each system.
const LIBRARIES: [&str; 2] = ["libasound.so", "libgcc_s.so"];

/// Their folder.
const LIBRARY_FOLDER: &str = "lib";

/// FAT may be mounted so that nothing runs from it: then a copy does. What the system has comes before what is on the stick.
const START: &str = "#!/bin/sh
# Plays the music on this stick: sh play.sh, or sh play.sh play \"Road Trip\", sh play.sh search blue ...
here=$(cd \"$(dirname \"$0\")\" && pwd) || exit 1
player=$here/standin
copy=
if ! [ -x \"$player\" ]; then
    copy=$(mktemp -d) || exit 1
    trap 'rm -rf \"$copy\"' EXIT
    cp \"$player\" \"$copy/standin\" && chmod 700 \"$copy/standin\" || exit 1
    player=$copy/standin
fi
if ! \"$player\" --version >/dev/null 2>&1; then
    LD_LIBRARY_PATH=$here/lib
    export LD_LIBRARY_PATH
fi
[ $# -gt 0 ] || set -- now
\"$player\" --home \"$here/home\" \"$@\"
";

/// Puts the program and the script there.
pub(super) fn put_program(stick: &mut Stick, wrote: &dyn Fn(u64)) -> Result<(), Refused> {
    let program = Task {
        content: Content::File(Path::new(SELF)),
        to: PROGRAM,
        id: "program",
        runs: true,
    };
    let script = Task {
        content: Content::Bytes(START.as_bytes()),
        to: SCRIPT,
        id: "script",
        runs: true,
    };
    stick.put(&program, wrote)?;
    stick.put(&script, wrote)?;
    for library in libraries() {
        let name = library.file_name().unwrap_or_default().to_string_lossy();
        let task = Task {
            content: Content::File(&library),
            to: &format!("{LIBRARY_FOLDER}/{name}"),
            id: &format!("library-{name}"),
            runs: true,
        };
        stick.put(&task, wrote)?;
    }
    Ok(())
}

/// The files of the libraries that this program runs with, under the names that it asks for.
pub(super) fn libraries() -> Vec<PathBuf> {
    let mut text = String::new();
    let read = File::open(MAPPED).and_then(|maps| {
        let mut maps = maps.take(MOST_MAPPED_BYTES);
        maps.read_to_string(&mut text)
    });
    if read.is_err() {
        return Vec::new();
    }
    let paths = text
        .lines()
        .filter_map(|line| line.find('/').map(|at| &line[at..]));
    let of_these = |path: &&str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        LIBRARIES.iter().any(|begin| name.starts_with(begin))
    };
    let paths: BTreeSet<&str> = paths.filter(of_these).collect();
    paths.into_iter().map(asked_for).collect()
}

/// `libasound.so.2` for `libasound.so.2.0.0`, where that leads to it.
fn asked_for(path: &str) -> PathBuf {
    let version = path.find(".so.").map(|at| at + ".so.".len());
    let end = version.and_then(|from| Some(from + path[from..].find('.')?));
    let short = end.map(|end| PathBuf::from(&path[..end]));
    let leads_there = |short: &PathBuf| {
        short
            .canonicalize()
            .is_ok_and(|whole| whole == Path::new(path))
    };
    short
        .filter(leads_there)
        .unwrap_or_else(|| PathBuf::from(path))
}

/// Refuses where a home is that no pack has made.
pub(super) fn is_ours(stick: &Stick) -> Result<(), PackError> {
    let path = stick.dir().join(HOME);
    match path.symlink_metadata() {
        Ok(about) if !about.is_dir() || !stick.ledger.has_folder(HOME) => {
            Err(PackError::AnothersHome { path })
        }
        _ => Ok(()),
    }
}

/// What the home is made of.
pub(super) struct Furnishing<'a> {
    pub library: &'a Library,
    pub gathered: &'a Gathered,
    /// Playlists that are packed.
    pub chosen: &'a [usize],
    pub places: &'a Places,
    pub read_in: &'a ReadIn,
}

impl Furnishing<'_> {
    /// Brings the home up to date; the names of playlists that were changed there and are left alone.
    pub fn furnish(&self, stick: &mut Stick, stop: &AtomicBool) -> Result<Vec<String>, Refused> {
        is_ours(stick)?;
        stick.make_folder(MUSIC)?;
        stick.make_folder(HOME)?;
        let home = stick.dir().join(HOME);
        let (data, cache) = (home.join("data"), home.join("cache"));
        let there = Library::new(&data, &cache, self.read_in.clone());
        let kept = self.fill(&there, stick)?;
        let roots = there.roots_to_scan(&[], None, false);
        let scanned =
            roots.and_then(|roots| there.scan(&roots, ScanOptions::default(), &|_| (), stop));
        match scanned.map_err(PackError::from)?.stopped {
            true => Err(Refused::Stopped),
            false => Ok(kept),
        }
    }

    fn fill(&self, there: &Library, stick: &mut Stick) -> Result<Vec<String>, PackError> {
        let mut person = there.person()?;
        let beside = Path::new("../..").join(MUSIC);
        person
            .add_root_beside(MUSIC, &beside)
            .map_err(PackError::of_person)?;
        let (files, places) = (&self.gathered.files, self.places);
        let lists = self.chosen.iter().map(|at| &self.gathered.lists[*at]);
        let lists = lists.map(|list| (list.name.clone(), rows_there(list, files, places)));
        let kept = bring_playlists(stick, &mut person, lists.collect())?;
        bring_stars_and_bans(self.library, &mut person, files, places)?;
        Ok(kept)
    }
}

fn hash(rows: &[Wanted]) -> String {
    let bytes = serde_json::to_vec(rows).unwrap_or_default();
    blake3::hash(&bytes).to_hex().to_string()
}

/// Makes the playlists as they are at home, where they were not changed here.
fn bring_playlists(
    stick: &mut Stick,
    person: &mut Person,
    lists: BTreeMap<String, Vec<Wanted>>,
) -> Result<Vec<String>, PackError> {
    let failed = PackError::of_person;
    let mut kept = Vec::new();
    let before = stick.ledger.playlists().clone();
    for (name, hashed) in &before {
        if lists.contains_key(name) {
            continue;
        }
        let there = person.playlist(name).map_err(failed)?;
        let there = there.filter(|there| there.name == *name);
        if there.is_some_and(|there| hash(&there.rows) == *hashed) {
            person.delete(name).map_err(failed)?;
        }
        stick.ledger.playlist(name, None)?;
    }
    for (name, rows) in lists {
        let there = person.playlist(&name).map_err(failed)?;
        let new = hash(&rows);
        match there {
            None => person.create(&name, &rows).map_err(failed)?,
            Some(there) if there.rows == rows => {}
            Some(there) if before.get(&name) == Some(&hash(&there.rows)) => person
                .edit_rows(&there.name, |all| {
                    *all = rows;
                    Ok(())
                })
                .map_err(failed)?,
            Some(_) => {
                kept.push(name);
                continue;
            }
        }
        stick.ledger.playlist(&name, Some(new))?;
    }
    Ok(kept)
}

/// Stars of what is on the stick and has none there, and every ban.
fn bring_stars_and_bans(
    library: &Library,
    person: &mut Person,
    files: &[Candidate],
    places: &Places,
) -> Result<(), LibraryError> {
    let own = library.person_reader()?;
    let bans: Vec<Ban> = own.all_bans()?.into_iter().map(|(_, ban)| ban).collect();
    if !bans.is_empty() {
        person.ban(&bans)?;
    }
    let mut by_stars: BTreeMap<Rating, Vec<Wanted>> = BTreeMap::new();
    let packed = files
        .iter()
        .zip(&places.of_files)
        .filter(|(_, place)| place.is_some());
    for (file, _) in packed {
        let Some(key) = file.song.key else { continue };
        let rating = own.about(key)?.and_then(|about| about.rating);
        let known = person.about(key)?.and_then(|about| about.rating);
        if let (Some(rating), None) = (rating, known) {
            let song = Wanted {
                place: None,
                ..file.song.wanted()
            };
            by_stars.entry(rating).or_default().push(song);
        }
    }
    for (rating, songs) in by_stars {
        person.rate(&songs, Some(rating))?;
    }
    Ok(())
}
