//! What is told of each file of a gulp. It never quotes a file: what stands in one may be private.

use super::Format;
use super::limits::MAX_PLACES;
use crate::music::Wanted;
use crate::wanted::{Encoding, MAX_BYTES, RowKind};

/// What was taken of a file, or why nothing was.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileReport {
    /// Its name; a member of a container has the container's before its own, with a `/`.
    pub file: String,
    /// What it is.
    pub format: Option<Format>,
    /// How its bytes were read; nothing for containers' own formats.
    pub encoding: Option<Encoding>,
    /// What stands between the cells of a table.
    pub separator: Option<char>,
    /// Its rows, counted.
    pub counts: Counts,
    /// The first rows that could not be read, from 1.
    pub unreadable_at: Vec<u64>,
    /// It is damaged or cut; what stands before is taken.
    pub ends_early: bool,
    /// How many rows the service has, where the file is a page of them.
    pub of: Option<u64>,
    /// Why nothing of it was taken.
    pub refused: Option<NotTaken>,
}

/// Rows by what they are. Each row is counted once among tracks, episodes, audiobooks, other and unreadable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Songs.
    pub tracks: u64,
    /// Episodes of podcasts.
    pub episodes: u64,
    /// Audiobooks and their chapters.
    pub audiobooks: u64,
    /// Albums, artists, films, rows that the service left empty.
    pub other: u64,
    /// Rows that are damaged, too long, or say nothing.
    pub unreadable: u64,
    /// Of the songs, those with an ISRC …
    pub with_isrc: u64,
    /// … with a playing time …
    pub with_length: u64,
    /// … with an id at a service …
    pub with_id: u64,
    /// … that are files of the person's own …
    pub local: u64,
    /// … and of which an id alone is known, when the gulp has ended.
    pub id_only: u64,
    /// The lists that begin in the file.
    pub lists: u64,
    /// The rows that tell of a listening.
    pub heard: u64,
}

impl Counts {
    /// All rows that were read.
    pub fn rows(&self) -> u64 {
        self.tracks + self.episodes + self.audiobooks + self.other + self.unreadable
    }

    pub(super) fn take(&mut self, wanted: &Wanted, kind: RowKind, is_local: bool) {
        match kind {
            RowKind::Track => self.tracks += 1,
            RowKind::Episode => return self.episodes += 1,
            RowKind::Audiobook => return self.audiobooks += 1,
        }
        self.with_isrc += u64::from(!wanted.isrc.is_empty());
        self.with_length += u64::from(wanted.length_ms.is_some());
        self.with_id += u64::from(!wanted.external.is_empty());
        self.local += u64::from(is_local);
    }
}

impl FileReport {
    pub(super) fn unreadable(&mut self, row: u64) {
        self.counts.unreadable += 1;
        if self.unreadable_at.len() < MAX_PLACES {
            self.unreadable_at.push(row);
        }
    }
}

/// Why nothing of a file is taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotTaken {
    /// Nothing that is known here.
    #[error("this is no playlist, library or history of a format that is known here")]
    Unknown,
    /// It lists the pieces of one network stream.
    #[error("this is the manifest of a network stream (HLS), not a music playlist")]
    Hls,
    /// A spreadsheet that is no export of Deezer's.
    #[error("this is a spreadsheet; export it as CSV and import that")]
    Spreadsheet,
    /// A cue sheet.
    #[error("this is a cue sheet, which a scan reads beside its music")]
    Cue,
    /// A list of files that is damaged or too long.
    #[error("the {0} cannot be read: {1}")]
    Playlist(&'static str, String),
    /// A list of files that is too long.
    #[error("the list has more than {MAX_BYTES} bytes")]
    TooLong,
    /// A row of more than [`piece`](super::Limits::piece).
    #[error("a row of it has no end")]
    RowTooLong,
    /// Not what `--as` says.
    #[error("this cannot be read as {}", .0.name())]
    NotAs(Format),
    /// A member under a password.
    #[error("it is encrypted; unpack it and import the folder")]
    Encrypted,
    /// A member packed in a way that is not known here, or a container that is damaged.
    #[error("the zip is damaged or packed in an unusual way; unpack it and import the folder")]
    Damaged,
    /// More members than [`members`](super::Limits::members).
    #[error("the zip has {0} members, and at most {1} are read")]
    TooManyMembers(usize, usize),
    /// More than [`ratio`](super::Limits::ratio) or [`bytes_out`](super::Limits::bytes_out).
    #[error("what is in it unpacks to more than a real export does; nothing more of it is read")]
    Bomb,
    /// More than [`depth`](super::Limits::depth) containers within each other, or one of more than [`nested_bytes`](super::Limits::nested_bytes).
    #[error("a zip within a zip is too large or too deep; unpack it and import the folder")]
    TooDeep,
    /// The same file was read in this gulp.
    #[error("this is the same file as {0}")]
    SameAs(String),
    /// The system does not hand it over.
    #[error("it cannot be read: {0}")]
    Io(String),
}

impl NotTaken {
    /// A read that failed: by the limits here, by what is packed, or by the system.
    pub(super) fn of_io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind::{InvalidData, InvalidInput, UnexpectedEof};
        let ours = error.get_ref().and_then(|inner| inner.downcast_ref());
        match (ours, error.kind()) {
            (Some(ours), _) => Self::clone(ours),
            (None, InvalidData | InvalidInput | UnexpectedEof) => Self::Damaged,
            (None, _) => Self::Io(error.to_string()),
        }
    }
}

impl From<NotTaken> for std::io::Error {
    fn from(why: NotTaken) -> Self {
        Self::other(why)
    }
}
