//! Which picture of a folder is the cover. It follows names alone and never leaves the song's root.
//!
//! Looked at in turn: the song's folder, its folders of scans, and, where it is one disc of a set, the folder above and
//! that one's scans. In each the best name wins; a file that is no picture is passed over.

use super::{Cover, CoverSource};
use crate::library::bytes::FileBytes;
use crate::library::embedded::MOST_PICTURE_BYTES;
use crate::library::scan::is_disc_folder;
use crate::music::{Song, fold, stem};
use std::path::{Path, PathBuf};

/// Entries of a folder that are looked at.
const MOST_ENTRIES: usize = 10_000;
/// Folders of scans beside a song.
const MOST_SCAN_FOLDERS: usize = 8;
/// Pictures that are opened in a folder before it has none.
const MOST_TRIED: usize = 16;

const EXTENSIONS: &[&str] = &["jpg", "jpeg", "png", "webp", "gif", "bmp"];
/// Names of covers, the best first.
const NAMES: &[&str] = &["cover", "folder", "front", "album", "albumart"];
/// Folders that hold pictures of an album.
const SCAN_FOLDERS: &[&str] = &[
    "art", "artwork", "cover", "covers", "images", "scan", "scans",
];
/// What the other pictures of an album show.
const NOT_FRONT: &[&str] = &[
    "back", "booklet", "cd", "disc", "inlay", "inside", "matrix", "obi", "spine", "tray",
];

/// The cover among the pictures around a file.
pub fn cover(song: &Song, file: &Path) -> Option<Cover> {
    let own = file.parent()?;
    let is_disc = own
        .file_name()
        .is_some_and(|name| is_disc_folder(&name.to_string_lossy()));
    let above = own
        .parent()
        .filter(|above| is_disc && above.starts_with(&song.place.root.dir));
    [Some(own), above].into_iter().flatten().find_map(|folder| {
        let entries = entries(folder);
        let in_scans = || {
            scan_folders(&entries)
                .iter()
                .find_map(|scans| best(song, self::entries(scans), false))
        };
        best(song, entries.clone(), true).or_else(in_scans)
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let listed = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<_> = listed
        .take(MOST_ENTRIES)
        .map(|entry| entry.path())
        .collect();
    entries.sort();
    entries
}

fn scan_folders(entries: &[PathBuf]) -> Vec<&PathBuf> {
    let is_scans =
        |path: &&PathBuf| SCAN_FOLDERS.contains(&name_of(path).as_str()) && path.is_dir();
    entries
        .iter()
        .filter(is_scans)
        .take(MOST_SCAN_FOLDERS)
        .collect()
}

fn name_of(path: &Path) -> String {
    fold(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// The picture of the best name that is one.
fn best(song: &Song, entries: Vec<PathBuf>, is_own: bool) -> Option<Cover> {
    let mut pictures: Vec<(String, PathBuf)> = entries
        .into_iter()
        .map(|path| (name_of(&path), path))
        .filter(|(name, _)| is_picture(name))
        .map(|(name, path)| (stem(&name).to_owned(), path))
        .collect();
    let is_only = pictures.len() == 1 && is_own;
    pictures.sort_by_cached_key(|(name, _)| rank(name, song, is_only));
    let named = pictures
        .iter()
        .filter(|(name, _)| rank(name, song, is_only).is_some());
    // `None` sorts first: those without a rank are left out, the order of the others stays.
    named.take(MOST_TRIED).find_map(|(_, path)| read(path))
}

fn is_picture(name: &str) -> bool {
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    !name.starts_with('.') && extension.is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// How good a folded name is, 0 the best; `None`: it is no cover's name.
fn rank(name: &str, song: &Song, is_only: bool) -> Option<usize> {
    let words: Vec<&str> = name.split(|c: char| !c.is_alphanumeric()).collect();
    let is_of = |text: &str| !text.is_empty() && fold(text) == name;
    let says = |word: &str| {
        words
            .iter()
            .any(|said| said.trim_end_matches(|c: char| c.is_ascii_digit()) == word)
    };
    if let Some(at) = NAMES.iter().position(|known| *known == name) {
        return Some(at);
    }
    let is_other = NOT_FRONT.iter().any(|word| says(word));
    let after = NAMES.len();
    let tags = &song.tags;
    let by_and_album = format!("{} - {}", tags.album_artist(), tags.album);
    match name {
        _ if is_other => None,
        _ if is_of(&tags.album) || is_of(&by_and_album) => Some(after),
        _ if says("cover") || says("front") => Some(after + 1),
        // Windows keeps albumart_{id}_large.jpg, and a small one of each.
        _ if name.starts_with("albumart") => {
            Some(after + if name.ends_with("small") { 3 } else { 2 })
        }
        _ if is_only => Some(after + 4),
        _ if name == "artist" || is_of(&tags.artist()) || is_of(&tags.album_artist()) => {
            Some(after + 5)
        }
        _ => None,
    }
}

fn read(path: &Path) -> Option<Cover> {
    let mut file = FileBytes::open(path).ok()?;
    let size = usize::try_from(file.stamp().size).ok()?;
    if size > MOST_PICTURE_BYTES {
        return None;
    }
    let mut bytes = vec![0; size];
    let read = file.read_at(0, &mut bytes).ok()?;
    bytes.truncate(read);
    Cover::of(bytes, CoverSource::Folder(path.to_owned()))
}
