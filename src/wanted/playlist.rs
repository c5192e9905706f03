//! What a playlist file holds, whatever its format. Plain data; it never opens the files that it names.

use super::cue::{CueSpan, MAX_TRACKS};
use super::matcher::has_names;
use super::spelling::{candidates, is_windows_absolute};
use super::target::Target;
use super::{Encoding, MAX_BYTES, MAX_LINE, MAX_NOTES, MAX_ROWS};
use crate::music::{Printable, Uri, Wanted};
use std::fmt;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The kinds of playlist files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlaylistFormat {
    /// M3U, M3U8, and bare lists of paths.
    M3u,
    /// PLS.
    Pls,
    /// XSPF.
    Xspf,
    /// JSPF.
    Jspf,
    /// A cue sheet.
    Cue,
}

impl PlaylistFormat {
    /// The format's name as people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::M3u => "M3U",
            Self::Pls => "PLS",
            Self::Xspf => "XSPF",
            Self::Jspf => "JSPF",
            Self::Cue => "cue sheet",
        }
    }
}

/// A playlist file, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Playlist {
    /// What it was recognised as.
    pub format: PlaylistFormat,
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
    pub(super) fn empty(format: PlaylistFormat, encoding: Encoding) -> Self {
        Self {
            format,
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

    /// Puts a row at the end by what its path turned out to be; one on a network stays for its names alone.
    pub(super) fn push_target(&mut self, line: usize, wanted: Wanted, target: Target) {
        let row = Row {
            line,
            ..Row::default()
        };
        match target {
            Target::Paths(paths) => self.rows.push(Row {
                wanted,
                paths,
                ..row
            }),
            Target::Nested(paths) => self.rows.push(Row {
                paths,
                is_playlist: true,
                ..row
            }),
            Target::Url(scheme) if has_names(&wanted) => {
                let kept = true;
                self.note(line, Oddity::Url { scheme, kept });
                self.rows.push(Row { wanted, ..row });
            }
            Target::Url(scheme) => {
                let kept = false;
                self.refuse(line, Oddity::Url { scheme, kept });
            }
            Target::NotAPath if has_names(&wanted) => {
                self.note(line, Oddity::NotAPath);
                self.rows.push(Row { wanted, ..row });
            }
            Target::NotAPath => self.refuse(line, Oddity::NotAPath),
        }
    }

    /// Puts a row without a path at the end; one that says nothing is refused.
    pub(super) fn push_names(&mut self, line: usize, wanted: Wanted) {
        if wanted.title.is_empty() && wanted.artists.is_empty() {
            return self.refuse(line, Oddity::NoSong);
        }
        self.rows.push(Row {
            wanted,
            line,
            ..Row::default()
        });
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
    /// The part of the file, for a track of a cue sheet: whoever knows the file's rate makes a
    /// [`Span`](crate::music::Span) of it.
    pub span: Option<CueSpan>,
    /// The path is that of another playlist, whose rows belong here; whoever opens files may follow it.
    pub is_playlist: bool,
    /// The line that it begins on, from 1.
    pub line: usize,
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
    /// Longer than [`MAX_LINE`].
    LongLine,
    /// It is empty or holds a NUL: no file has such a name.
    NotAPath,
    /// A row with neither a path nor names.
    NoSong,
    /// From here on the file is damaged or ends too early; what stands before is read.
    Damaged,
    /// From here on rows are left out: there are more than [`MAX_ROWS`].
    TooManyRows,
    /// The file states a charset that is not known.
    UnknownCharset(String),
    /// A track of a cue sheet that holds data, by its kind.
    DataTrack(String),
    /// A track of a cue sheet without a start.
    NoStart,
    /// As above, but it can only begin where its gap or its file does.
    GuessedStart,
    /// A track of a cue sheet that begins before the one above it.
    OutOfOrder,
    /// More than [`MAX_TRACKS`] tracks or files in a cue sheet.
    TooManyTracks,
    /// No time of a CD.
    BadTime(String),
    /// A command that the format does not have, or not there.
    NotUnderstood(String),
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
            Oddity::LongLine => write!(out, "the line is longer than {MAX_LINE} bytes"),
            Oddity::NotAPath => out.write_str("no file can have this path"),
            Oddity::NoSong => out.write_str("the row names no song"),
            Oddity::Damaged => {
                out.write_str("the file is damaged or ends here, and no more is read")
            }
            Oddity::TooManyRows => write!(out, "only the first {MAX_ROWS} rows are read"),
            Oddity::UnknownCharset(name) => {
                write!(out, "the charset {} is not known", Printable::new(name))
            }
            Oddity::DataTrack(kind) => {
                write!(
                    out,
                    "a track of kind {} holds no music",
                    Printable::new(kind)
                )
            }
            Oddity::NoStart => out.write_str("the track has no INDEX 01"),
            Oddity::GuessedStart => {
                out.write_str("the track has no INDEX 01; its start is a guess")
            }
            Oddity::OutOfOrder => out.write_str("the track begins before the one above it"),
            Oddity::TooManyTracks => {
                write!(out, "only the first {MAX_TRACKS} tracks are read")
            }
            Oddity::BadTime(text) => {
                write!(
                    out,
                    "`{}` is no time in minutes, seconds and frames",
                    Printable::new(text)
                )
            }
            Oddity::NotUnderstood(word) => {
                write!(out, "`{}` is not understood here", Printable::new(word))
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
    /// A cue sheet without a track.
    #[error("it is a cue sheet without a track")]
    NoTracks,
    /// It cannot be read as what it is.
    #[error("the {} is damaged in line {line}", format.name())]
    Damaged {
        /// What it is.
        format: PlaylistFormat,
        /// The first line that makes no sense.
        line: usize,
    },
    /// A library of iTunes or Music.
    #[error("this is a whole library of iTunes or Music, not a playlist")]
    AppleLibrary,
    /// XML, and none that is known here.
    #[error("this is XML, but no XSPF")]
    OtherXml,
    /// JSON, and none that is known here.
    #[error("this is JSON, but no JSPF")]
    OtherJson,
    /// No text at all.
    #[error("this is no text")]
    NotText,
}
