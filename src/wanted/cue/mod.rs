//! Cue sheets: which part of which file is which track. [`parse()`] serves the library's scan, which makes songs of the
//! tracks, and [`read_playlist`](super::read_playlist), which makes rows of them. Pure: no file that a sheet names is
//! ever opened.
//!
//! The commands are those of the CDRWIN user's guide, with what rippers write on top of them: `REM` with a key, a track
//! whose `INDEX 00` lies in one file and whose `INDEX 01` in the next, kinds of files that no CD has.

mod read;
mod rows;
mod words;

#[cfg(test)]
mod tests;

pub(super) use read::looks_like;
pub use read::parse;
pub(super) use rows::read;

use super::{Encoding, Note};
use crate::music::{ReplayGain, Span};

/// Frames of a CD in a second: the unit of every time in a cue sheet.
pub const FRAMES_A_SECOND: u64 = 75;
/// The most tracks, and the most files, that a sheet has. A CD has 99; sheets for long images have more.
pub const MAX_TRACKS: usize = 999;
/// Times beyond are not believed, in minutes: a hundred days.
pub const MAX_MINUTES: u64 = 144_000;

/// A cue sheet, read.
#[derive(Clone, Debug, PartialEq)]
pub struct CueSheet {
    /// The album's name; empty where the sheet does not say, as for all texts here.
    pub title: String,
    /// Whose album it is.
    pub performer: String,
    /// Who wrote its songs.
    pub songwriter: String,
    /// The disc's number in shops, 13 digits as they are written.
    pub catalog: String,
    /// What the remarks before the first track say.
    pub remarks: Remarks,
    /// The files in the sheet's order, also those without a track.
    pub files: Vec<CueFile>,
    /// How its bytes were read.
    pub encoding: Encoding,
    /// How many tracks are not among the files': data, or without a start.
    pub refused: usize,
    /// What was odd, at most [`MAX_NOTES`](super::MAX_NOTES).
    pub notes: Vec<Note>,
}

/// A file of a cue sheet and the tracks in it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CueFile {
    /// The path as written, likeliest reading first, relative to the sheet's folder: for [`candidates`](super::candidates).
    /// Empty: the sheet names none, and means the file that it lies in or beside.
    pub paths: Vec<Vec<u8>>,
    /// `WAVE`, `MP3`, `BINARY` …, upper case, as the sheet claims; most write `WAVE` for whatever it is.
    pub kind: String,
    /// The tracks with music in the sheet's order.
    pub tracks: Vec<CueTrack>,
}

/// A track of a cue sheet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CueTrack {
    /// Its number; one more than that of the track before where the sheet's is no number.
    pub number: u32,
    /// The song's name.
    pub title: String,
    /// Who performs it; empty where that is the sheet's performer.
    pub performer: String,
    /// Who wrote it.
    pub songwriter: String,
    /// International Standard Recording Code: upper case, no hyphens.
    pub isrc: String,
    /// What the disc marks it with.
    pub flags: Flags,
    /// What the remarks in it say.
    pub remarks: Remarks,
    /// `INDEX 00`, where the gap before it begins, if that lies in the same file.
    pub pregap: Option<u64>,
    /// From `INDEX 01` to that of the next track in the file. So the gap before a song is the end of the one before
    /// it, and tracks played in order leave nothing out. What a file has before its first track is nobody's.
    pub span: CueSpan,
    /// The line of its `TRACK`, from 1.
    pub line: usize,
}

/// Part of a file in frames of a CD, of which a second has [`FRAMES_A_SECOND`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CueSpan {
    /// First frame.
    pub start: u64,
    /// The frame after the last one; `None`: to the end of the file.
    pub end: Option<u64>,
}

impl CueSpan {
    /// The same part in frames of a file of `rate` frames a second; exact at 44.1 kHz and its multiples.
    pub fn at_rate(self, rate: u32) -> Span {
        let frames = |at: u64| at.saturating_mul(u64::from(rate)) / FRAMES_A_SECOND;
        Span {
            start_frame: frames(self.start),
            end_frame: self.end.map(frames),
        }
    }

    /// Playing time in ms, where the end is known.
    pub fn length_ms(self) -> Option<u64> {
        let frames = self.end?.saturating_sub(self.start);
        Some(frames.saturating_mul(1000) / FRAMES_A_SECOND)
    }
}

/// What a disc marks a track with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `DCP`: may be copied.
    pub copy_permitted: bool,
    /// `4CH`: four channels.
    pub four_channels: bool,
    /// `PRE`: recorded with pre-emphasis.
    pub pre_emphasis: bool,
    /// `SCMS`: serial copy management.
    pub serial_copy: bool,
}

/// What `REM KEY value` says, of the sheet or of a track.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remarks {
    /// `GENRE`.
    pub genre: String,
    /// `DATE` or `YEAR`, as written.
    pub date: String,
    /// `COMMENT`.
    pub comment: String,
    /// `DISCID`: the freedb id, as written.
    pub disc_id: String,
    /// `DISCNUMBER`, from 1.
    pub disc: Option<u32>,
    /// `TOTALDISCS`.
    pub discs: Option<u32>,
    /// `REPLAYGAIN_ALBUM_GAIN`, `…_TRACK_PEAK` and so on.
    pub gain: ReplayGain,
}
