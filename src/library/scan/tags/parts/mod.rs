//! The songs in a file that holds several: where each begins and ends, and what it is called. They come from a cue sheet
//! in a tag, FLAC's own block, or chapters; or from a sheet beside the file, which wins. Times come in as the format has
//! them and leave as frames at the rate that the decoder counts by. A file with one song in it is not cut.

mod boxes;
mod chapters;
mod cut;
mod flac;
mod matroska;
mod mp4;

#[cfg(test)]
mod tests;

pub use chapters::{Chapter, in_vorbis};
pub use cut::{Beside, own_file};
pub use matroska::hide_chapters;

use super::{Found, probe};
use crate::library::bytes::FileBytes;
use crate::library::key::content_start;
use crate::music::{Codec, Span, Tags};
use crate::wanted::cue;
use cut::{Cut, Whole};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The most songs in one file, as in one cue sheet.
pub const MOST_PARTS: usize = cue::MAX_TRACKS;

/// A song that is a part of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// Which part.
    pub span: Span,
    /// What the file says, with what is said of this part laid over it.
    pub tags: Tags,
    /// Playing time in ms.
    pub length_ms: Option<u64>,
}

/// What the tags of a file say of its parts.
#[derive(Debug, Default)]
pub struct Told {
    /// The text of a cue sheet.
    pub sheet: Option<String>,
    /// Chapters.
    pub chapters: Vec<Chapter>,
}

/// The parts that a file itself tells of; none: it is one song.
pub fn inside(file: &mut FileBytes, path: &Path, told: &Told, found: &Found) -> Vec<Part> {
    let sheet = told.sheet.as_deref();
    let sheet = sheet.and_then(|text| cue::parse(text.as_bytes()).ok());
    if let Some(sheet) = &sheet
        && let Some(part_of) = cut::own_file(sheet, path)
        && let Some(whole) = Whole::of(found, path)
        && let Cut::Parts { parts, .. } = cut::by_sheet(&whole, sheet, part_of)
    {
        return parts;
    }
    // A file that cannot be read on has the songs that were found so far.
    let start = content_start(file).unwrap_or(0);
    let magic: [u8; 8] = file.array_at(start).ok().flatten().unwrap_or_default();
    let marks = match &magic {
        [b'f', b'L', b'a', b'C', ..] => flac::marks(file, start).ok().flatten(),
        _ => None,
    };
    if let Some(marks) = marks.filter(|marks| marks.len() > 1)
        && let Some(whole) = Whole::of(found, path)
    {
        return cut::by_marks(&whole, marks);
    }
    let in_container = match &magic {
        [_, _, _, _, b'f', b't', b'y', b'p'] => mp4::chapters(file),
        [0x1a, 0x45, 0xdf, 0xa3, ..] => matroska::chapters(file),
        _ => Vec::new(),
    };
    let chapters = [told.chapters.as_slice(), &in_container]
        .into_iter()
        .find(|chapters| chapters.len() > 1);
    // Only for a file with chapters is the decoder asked how it counts.
    let cut = chapters.and_then(|chapters| {
        let whole = Whole::of(found, path)?;
        Some(cut::by_chapters(&whole, chapters))
    });
    cut.unwrap_or_default()
}

/// Cuts a file by a sheet beside it, in place of what it says of its parts itself.
pub fn cut_beside(found: &mut Found, path: &Path, beside: Beside) -> usize {
    let cut = match Whole::of(found, path) {
        Some(whole) => cut::by_sheet(&whole, beside.sheet, beside.file),
        None => return 0,
    };
    match cut {
        Cut::Parts { parts, beyond } => {
            found.parts = parts;
            beyond
        }
        Cut::Names(tags) => {
            found.tags = *tags;
            0
        }
    }
}

/// The rate that the decoder counts frames by.
fn rate(found: &Found, path: &Path) -> Option<u32> {
    match found.format.codec {
        // Its head states two rates, and readers differ in which they take.
        Codec::Aac => probe::rate(path).or(found.format.rate),
        _ => found.format.rate,
    }
}
