//! A folder of playlist files, each a playlist by its name. It opens regular files of that folder alone.

use super::{Player, whole};
use crate::wanted::adopt::{Adoptable, MAX_LISTS, MAX_ROWS_IN_ALL};
use crate::wanted::{MAX_BYTES, Playlist, TakenList, TakenRow, is_playlist_name, read_playlist};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Takes the playlists of a folder. `base`: relative paths start there; `read`: how a file is read.
pub fn take(
    player: Player,
    folder: &Path,
    base: Option<&Path>,
    all: &mut Adoptable,
    read: impl Fn(&[u8]) -> Option<Playlist>,
) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut files: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    files.retain(|file| file.is_file());
    files.sort();
    for file in files {
        if all.lists.len() >= MAX_LISTS || all.rows() >= MAX_ROWS_IN_ALL {
            all.ends_early = true;
            return;
        }
        let bytes = whole(&file).ok().filter(|bytes| bytes.len() <= MAX_BYTES);
        let Some(playlist) = bytes.and_then(|bytes| read(&bytes)) else {
            all.unreadable += 1;
            continue;
        };
        all.unreadable += playlist.refused;
        let list = list_of(player, &file, playlist, base);
        if !list.rows.is_empty() {
            all.lists.push(list);
        }
    }
}

/// A playlist file of any format that is known.
pub fn any(bytes: &[u8]) -> Option<Playlist> {
    read_playlist(bytes).ok()
}

fn list_of(player: Player, file: &Path, playlist: Playlist, base: Option<&Path>) -> TakenList {
    let folder = base.or(file.parent()).unwrap_or(Path::new("/"));
    let rows = playlist.rows.into_iter().filter(|row| !row.is_playlist);
    let rows = rows.map(|row| TakenRow {
        is_local: !row.paths.is_empty(),
        wanted: row.wanted,
        paths: row.paths.iter().map(|path| from(folder, path)).collect(),
        ..TakenRow::default()
    });
    TakenList {
        service: player.word().to_owned(),
        name: playlist.name.unwrap_or_else(|| name_of(file)),
        rows: rows.collect(),
        ..TakenList::default()
    }
}

/// A path that starts at a folder, where it is relative.
pub fn from(folder: &Path, path: &[u8]) -> Vec<u8> {
    let path = Path::new(OsStr::from_bytes(path));
    // A letter of a drive is no name in a folder.
    let is_windows = path.as_os_str().as_bytes().get(1) == Some(&b':');
    match is_windows {
        true => path.as_os_str().as_bytes().to_vec(),
        false => folder.join(path).into_os_string().into_encoded_bytes(),
    }
}

/// The file's name, without the end of a playlist's.
fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default();
    let named = match is_playlist_name(name.as_bytes()) {
        true => file.file_stem().unwrap_or(name),
        false => name,
    };
    named.to_string_lossy().into_owned()
}
