//! What a playlist file holds, whatever its format. Plain data; it never opens the files that it names.

use super::spelling::{candidates, is_windows_absolute};
use super::{Encoding, MAX_BYTES, MAX_LINE, MAX_NOTES, MAX_ROWS};
use crate::music::{Printable, Uri, Wanted};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// A playlist file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Playlist {
    /// The name that the file gives itself.
    pub name: Option<String>,
    /// Its rows in order; none is dropped for a file that is not here.
    pub rows: Vec<Row>,
    /// How its bytes were read.
    pub encoding: Encoding,
    /// How many lines gave no row though they were meant to.
    pub refused: usize,
    /// What was odd, at most [`MAX_NOTES`].
    pub notes: Vec<Note>,
}

impl Playlist {
    pub(super) fn empty(encoding: Encoding) -> Self {
        Self {
            name: None,
            rows: Vec::new(),
            encoding,
            refused: 0,
            notes: Vec::new(),
        }
    }

    pub(super) fn note(&mut self, line: usize, what: Oddity) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(Note { line, what });
        }
    }

    pub(super) fn refuse(&mut self, line: usize, what: Oddity) {
        self.refused += 1;
        self.note(line, what);
    }

    /// The rows with their places: see [`Row::wanted_at`].
    pub fn wanted_at(
        self,
        folders: &[&Path],
        is_there: &mut dyn FnMut(&Path) -> bool,
    ) -> Vec<Wanted> {
        self.rows
            .into_iter()
            .map(|row| row.wanted_at(folders, is_there))
            .collect()
    }
}

/// A row as its file has it: what it says of the song, and apart from that where the song lies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Row {
    /// The names and the length; no place yet.
    pub wanted: Wanted,
    /// The path as written, likeliest reading first, relative to the playlist's folder where it is not absolute.
    /// A second reading is there where charset or percent codes leave a doubt; empty: names only.
    pub paths: Vec<Vec<u8>>,
}

impl Row {
    /// The files that the row may mean, likeliest first. `folders`, each absolute: the playlist's own first, then
    /// others that relative paths may start from, such as the roots (MPD writes its paths from there).
    pub fn candidates(&self, folders: &[&Path]) -> Vec<PathBuf> {
        let mut all = Vec::new();
        for folder in folders {
            for file in self.paths.iter().flat_map(|path| candidates(path, folder)) {
                if !all.contains(&file) {
                    all.push(file);
                }
            }
        }
        all
    }

    /// What the row wants, with its place: the first candidate that `is_there`, else the likeliest one. A path
    /// with a drive letter that is found nowhere stays as it is written.
    pub fn wanted_at(self, folders: &[&Path], is_there: &mut dyn FnMut(&Path) -> bool) -> Wanted {
        let files = self.candidates(folders);
        let found = files.iter().find(|file| is_there(file));
        let foreign = self.paths.first().filter(|path| is_windows_absolute(path));
        let place = match (found, foreign) {
            (Some(file), _) => Some(file.as_os_str().as_bytes()),
            (None, Some(written)) => Some(written.as_slice()),
            (None, None) => files.first().map(|file| file.as_os_str().as_bytes()),
        };
        Wanted {
            place: place.map(Uri::new),
            ..self.wanted
        }
    }
}

/// Something odd in a playlist file.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// The line, from 1.
    pub line: usize,
    /// What it is.
    pub what: Oddity,
}

/// What can be odd about a line.
#[derive(Clone, Debug, PartialEq)]
pub enum Oddity {
    /// An address on a network; it is never opened. A row that names artist and title stays, without the address.
    Url {
        /// `http`, `smb` …
        scheme: String,
        /// Whether the row stays.
        kept: bool,
    },
    /// A playlist inside the playlist.
    Nested,
    /// Longer than [`MAX_LINE`].
    LongLine,
    /// It holds a NUL: no file has such a name.
    NotAPath,
    /// From here on rows are left out: there are more than [`MAX_ROWS`].
    TooManyRows,
    /// The file states a charset that is not known.
    UnknownCharset(String),
}

impl fmt::Display for Note {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "line {}: ", self.line)?;
        match &self.what {
            Oddity::Url { scheme, kept: true } => write!(
                out,
                "the {} address is left out, the names are kept",
                Printable::new(scheme)
            ),
            Oddity::Url { scheme, .. } => {
                write!(
                    out,
                    "a {} address is no file of yours",
                    Printable::new(scheme)
                )
            }
            Oddity::Nested => out.write_str("a playlist inside a playlist is not followed"),
            Oddity::LongLine => write!(out, "the line is longer than {MAX_LINE} bytes"),
            Oddity::NotAPath => out.write_str("the path has a NUL in it"),
            Oddity::TooManyRows => write!(out, "only the first {MAX_ROWS} rows are read"),
            Oddity::UnknownCharset(name) => {
                write!(out, "the charset {} is not known", Printable::new(name))
            }
        }
    }
}

/// Why a file is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It lists the pieces of one network stream.
    #[error("this is the manifest of a network stream (HLS), not a music playlist")]
    Hls,
    /// More than [`MAX_BYTES`].
    #[error("the file has {0} bytes, and a playlist has at most {MAX_BYTES}")]
    TooBig(usize),
}
