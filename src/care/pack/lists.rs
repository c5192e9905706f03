//! The playlists on the stick: an M3U8 beside the music, each row with its path from there, missing rows by their names.

use super::gather::{Candidate, PackList, PackRow};
use super::names::{Names, Wish};
use crate::music::{Uri, Wanted};
use crate::wanted::{PlaylistFormat, WriteOptions, write_playlist};
use std::collections::HashMap;
use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// The folder of the playlists.
pub(super) const FOLDER: &str = "Playlists";

/// Where the songs lie on the stick.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// Of each file that could be packed; `None`: not there.
    pub of_files: Vec<Option<String>>,
    /// Of what was packed before and cannot be seen now, by its id.
    pub kept: HashMap<String, String>,
}

impl Places {
    /// Where the file of a row lies.
    fn of(&self, row: &PackRow) -> Option<&str> {
        match (row.file, row.wanted.key, row.wanted.span) {
            (Some((file, _)), ..) => self.of_files[file].as_deref(),
            (None, Some(key), None) => self.kept.get(&key.to_string()).map(String::as_str),
            (None, ..) => None,
        }
    }
}

/// The path of a playlist's file.
pub(super) fn path_of(
    name: &str,
    names: &mut Names,
    is_free: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let wish = Wish {
        folders: Vec::new(),
        stem: name.to_owned(),
        ending: "m3u8".to_owned(),
    };
    names.give(FOLDER, &wish, is_free)
}

/// What a playlist's file is known by.
pub(super) fn id_of(name: &str) -> String {
    format!("playlist-{}", blake3::hash(name.as_bytes()))
}

/// The text of its file.
pub(super) fn text(list: &PackList, places: &Places, stick: &Path) -> Vec<u8> {
    let row = |row: &PackRow| {
        // Where it lay at home helps nobody else.
        let wanted = Wanted {
            place: None,
            ..row.wanted.clone()
        };
        (wanted, file(row, places, stick))
    };
    let rows: Vec<_> = list.rows.iter().map(row).collect();
    let folder = stick.join(FOLDER);
    let options = WriteOptions {
        name: Some(&list.name),
        relative_to: Some(&folder),
    };
    write_playlist(PlaylistFormat::M3u, &rows, options).unwrap_or_default()
}

fn file(row: &PackRow, places: &Places, stick: &Path) -> Option<PathBuf> {
    let path = stick.join(places.of(row)?);
    let part = row.file.map_or(0, |(_, part)| part);
    if part == 0 {
        return Some(path);
    }
    // As the addresses of parts are made everywhere.
    let part = Uri::new(path.as_os_str().as_bytes()).of_part(part);
    Some(PathBuf::from(OsString::from_vec(part.as_bytes().to_vec())))
}

/// The rows for the player on the stick, whose music folder is the one there: names, audio, and the place on the stick.
pub(super) fn rows_there(list: &PackList, files: &[Candidate], places: &Places) -> Vec<Wanted> {
    let there = |row: &PackRow| {
        let mut wanted = row.wanted.clone();
        let place = places.of(row);
        wanted.place = place.map(|path| Uri::new(path.as_bytes()));
        if let (Some(_), Some((file, 0)), None, None) = (place, row.file, wanted.key, wanted.span) {
            wanted.key = files[file].song.key;
        }
        wanted
    };
    list.rows.iter().map(there).collect()
}
