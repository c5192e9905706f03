//! What is on a machine that standin has not seen: music, libraries of other players, and exports of a streaming service that
//! were downloaded. It looks for
//! a moment only, opens no more than it must, and changes nothing.

use crate::library::Library;
use crate::library::adopt::{Found as OtherLibrary, Homes};
use crate::library::scan::Heap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long each of the two looks takes at most: somebody waits for the first line.
const LONGEST: Duration = Duration::from_millis(500);

/// Files that are looked into, the newest first, and how large they may be: what services hand out is smaller, but for years of history.
const MAX_CANDIDATES: usize = 20;
const MAX_EXPORT_BYTES: u64 = 64 << 20;

/// Entries of the folder of downloads.
const MAX_DOWNLOADS: usize = 10_000;

/// How the names of exports end.
const EXPORT_ENDINGS: &[&str] = &[
    "zip", "csv", "json", "xml", "xspf", "jspf", "m3u", "m3u8", "xlsx",
];

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// The music folder of this user, where it is one.
    pub music: Option<Heap>,
    /// Libraries of other players.
    pub players: Vec<OtherLibrary>,
    /// Exports, the newest first.
    pub exports: Vec<Export>,
}

/// A file that `import` takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Where it is.
    pub file: PathBuf,
    /// Playlists in it.
    pub lists: usize,
    /// Listenings in it.
    pub listenings: usize,
}

/// Looks at the music folder, for other players, and at what was downloaded.
pub fn look(
    library: &Library,
    music: Option<&Path>,
    homes: Option<&Homes>,
    downloads: Option<&Path>,
) -> Found {
    Found {
        players: homes.map_or(Vec::new(), Homes::look_around),
        music: music
            .filter(|folder| folder.is_dir())
            .map(|folder| Heap::glance(folder, LONGEST)),
        exports: downloads.map_or(Vec::new(), |folder| exports(library, folder)),
    }
}

fn exports(library: &Library, folder: &Path) -> Vec<Export> {
    let end = Instant::now() + LONGEST;
    let candidates = candidates(folder);
    let in_time = candidates.into_iter().take_while(|_| Instant::now() < end);
    in_time.filter_map(|file| export(library, file)).collect()
}

/// Files that may be exports, by name and size, the newest first.
fn candidates(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files = Vec::new();
    for entry in entries.take(MAX_DOWNLOADS).flatten() {
        let path = entry.path();
        let ending = path.extension().map(|ending| ending.to_ascii_lowercase());
        let may_be =
            ending.is_some_and(|ending| EXPORT_ENDINGS.iter().any(|known| ending == *known));
        let Ok(about) = entry.metadata() else {
            continue;
        };
        if may_be && about.is_file() && about.len() <= MAX_EXPORT_BYTES {
            files.push((about.modified().ok(), path));
        }
    }
    files.sort_by(|a, b| b.cmp(a));
    files.truncate(MAX_CANDIDATES);
    files.into_iter().map(|(_, path)| path).collect()
}

/// What is in it, where `import` would take something.
fn export(library: &Library, file: PathBuf) -> Option<Export> {
    let read = library
        .read_exports(std::slice::from_ref(&file), None, |_| {})
        .ok()?;
    let (lists, listenings) = (read.gathered.list_count(), read.gathered.listening_count());
    (lists + listenings > 0).then_some(Export {
        file,
        lists,
        listenings,
    })
}
