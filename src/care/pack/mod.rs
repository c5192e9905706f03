//! The music that is worth most, on a stick: whole playlists, then single songs, each once, and a player if that is wanted. It
//! writes nothing outside the stick's folder, never into a music folder, and removes there only what a pack has written.
//!
//! - `gather`: what could be packed, and what it is worth. `choose`: what of it fits; pure.
//! - `names`: names that every file system takes; pure.
//! - `ledger`: what was written, kept on the stick. `stick`: files get there whole or not at all. `copy`: there and back.
//!   `room`: what is free.
//! - `lists`: the playlists beside the music. `player`: the program, its home, and a script.
//! - `work`: all of that in its order.

mod choose;
mod copy;
mod error;
mod gather;
mod ledger;
mod lists;
mod names;
mod player;
mod room;
mod stick;
#[cfg(test)]
mod tests;
mod work;

pub use error::PackError;
pub use names::part as file_name;

use crate::library::Library;
use crate::library::worker::ReadIn;
use choose::Chosen;
use gather::Gathered;
use room::Room;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use stick::Stick;

/// The folder of the music on the stick, and its name in the home there.
const MUSIC: &str = "Music";

/// What is to be packed.
#[derive(Clone, Debug, Default)]
pub struct PackOptions {
    /// Names of playlists: nothing else is packed. Empty: all of them, and single songs.
    pub playlists: Vec<String>,
    /// Bytes that all of it takes at most; `None`: what is free.
    pub size: Option<u64>,
    /// The player comes with it; the files of its index are read so.
    pub player: Option<ReadIn>,
    /// Only tell what would be done.
    pub dry_run: bool,
}

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackProgress {
    /// Bytes that are there.
    pub bytes: u64,
    /// Bytes that are to be there.
    pub of_bytes: u64,
}

/// What became of a playlist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListState {
    /// It is there, with every song that is here.
    Packed,
    /// It does not fit whole.
    LeftOut,
    /// It could not be written.
    Failed(String),
    /// The work ended before.
    Unfinished,
}

/// A playlist, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackedList {
    /// Its name.
    pub name: String,
    /// Its rows.
    pub rows: usize,
    /// Rows whose song is not here, or not surely; they are carried by name.
    pub missing: usize,
    /// What became of it.
    pub state: ListState,
}

/// What was done. songs = copied + there + failed + left.
#[derive(Debug, Default)]
pub struct PackReport {
    /// The stick's folder.
    pub to: PathBuf,
    /// Bytes that could be taken.
    pub size: u64,
    /// Bytes that all that was chosen takes, the player with it.
    pub bytes: u64,
    /// Every playlist that was looked at, those that are packed first.
    pub lists: Vec<PackedList>,
    /// Files of music that were chosen.
    pub songs: usize,
    /// Files that were written; in a dry run none.
    pub copied: usize,
    /// Their bytes.
    pub copied_bytes: u64,
    /// Files that were there, whole.
    pub there: usize,
    /// Files that could not be written, and why.
    pub failed: Vec<(PathBuf, String)>,
    /// Files that it ended before, or that a dry run would write.
    pub left: usize,
    /// Known files that cannot be read, and were not chosen for that.
    pub unreadable: Vec<(PathBuf, String)>,
    /// Rows and songs whose folder is away.
    pub away: usize,
    /// Files that a pack had written, and that are gone now.
    pub removed: usize,
    /// Files that a pack had written, that were changed since, and stay.
    pub kept: Vec<String>,
    /// Playlists of the player there that were changed there, and stay so.
    pub kept_playlists: Vec<String>,
    /// The player is there.
    pub player: bool,
    /// It was told to stop.
    pub stopped: bool,
    /// What ended it before it was done.
    pub ended: Option<PackError>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Packs into a folder that is there.
pub fn pack(
    library: &Library,
    to: &Path,
    options: &PackOptions,
    progress: &dyn Fn(PackProgress),
    stop: &AtomicBool,
) -> Result<PackReport, PackError> {
    let started = Instant::now();
    let to = to.canonicalize().map_err(|_| PackError::NoFolder {
        path: to.to_owned(),
    })?;
    touches_no_music(library, &to)?;
    let stick = Stick::open(&to, options.dry_run, stop)?;
    if options.player.is_some() {
        player::is_ours(&stick)?;
    }
    let room = stick.room()?;
    let gathered = gather::gather(library, &options.playlists, room)?;
    let size = options.size.map_or(room.free, |size| size.min(room.free));
    let fixed = fixed_bytes(options, room) + kept_bytes(&stick, &gathered, room);
    let Some(left) = size.checked_sub(fixed) else {
        return Err(PackError::NoRoom { needs: fixed, size });
    };
    let chosen = choose_of(&gathered, left);
    // Nothing to pack is an answer; nothing of much would take away what was packed before.
    if chosen.items.is_empty() && !gathered.files.is_empty() {
        return Err(PackError::NothingFits { size });
    }
    let report = PackReport {
        to: to.clone(),
        size,
        bytes: chosen.bytes + fixed,
        songs: chosen.items.len(),
        left: chosen.items.len(),
        lists: told(&gathered, &chosen),
        away: gathered.away,
        ..PackReport::default()
    };
    let mut work = work::Work::new(library, stick, gathered, chosen, report);
    if options.dry_run {
        work.rehearse();
    } else {
        work.run(options.player.as_ref(), progress, stop);
    }
    let mut report = work.report();
    report.elapsed = started.elapsed();
    Ok(report)
}

/// A music folder is never written into.
fn touches_no_music(library: &Library, to: &Path) -> Result<(), PackError> {
    let roots = library
        .person_reader()?
        .roots()
        .map_err(PackError::of_person)?;
    let touching = roots
        .iter()
        .find(|root| to.starts_with(&root.dir) || root.dir.starts_with(to));
    match touching {
        Some(root) => Err(PackError::IsMusic {
            path: to.to_owned(),
            root: root.name.clone(),
        }),
        None => Ok(()),
    }
}

/// What is taken beside music and playlists.
fn fixed_bytes(options: &PackOptions, room: Room) -> u64 {
    match options.player {
        None => 0,
        Some(_) => {
            let program = PathBuf::from(player::SELF);
            let files = player::libraries().into_iter().chain([program]);
            let sizes = files.map(|file| file.metadata().map_or(0, |about| about.len()));
            let files: u64 = sizes.map(|size| room.of(size)).sum();
            files + room.of(0) + player::HOME_BYTES
        }
    }
}

/// Where not all that is owned can be seen, what was packed before and is not seen now stays, and takes its room.
fn kept_bytes(stick: &Stick, gathered: &Gathered, room: Room) -> u64 {
    let unseen = stick
        .ledger
        .files()
        .filter(|entry| work::is_music(&entry.path) && gathered.hides(&entry.id));
    unseen.map(|entry| room.of(entry.stamp.size)).sum()
}

fn choose_of(gathered: &Gathered, room: u64) -> Chosen {
    let items: Vec<_> = gathered.files.iter().map(|file| file.item).collect();
    let lists: Vec<_> = gathered
        .lists
        .iter()
        .map(|list| list.list.clone())
        .collect();
    choose::choose(&items, &lists, room)
}

fn told(gathered: &Gathered, chosen: &Chosen) -> Vec<PackedList> {
    let all = 0..gathered.lists.len();
    let left_out = all.filter(|at| !chosen.lists.contains(at));
    let packed = chosen.lists.iter().map(|at| (*at, ListState::Unfinished));
    let lists = packed.chain(left_out.map(|at| (at, ListState::LeftOut)));
    let told = lists.map(|(at, state)| {
        let list = &gathered.lists[at];
        PackedList {
            name: list.name.clone(),
            rows: list.rows.len(),
            missing: list.rows.iter().filter(|row| row.file.is_none()).count(),
            state,
        }
    });
    told.collect()
}
