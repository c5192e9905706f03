//! The lyrics of a song, read when asked for and never in a scan: in the file, or in a text beside it.
//!
//! Which ones: `NAME.lrc` beside `NAME.mp3`, which somebody put there on purpose; else those in the file, with times
//! before those without; else `NAME.txt`. It writes nothing.

pub mod lrc;
pub mod sylt;

use super::LibraryError;
use super::bytes::FileBytes;
use super::embedded::{self, MOST_LYRICS_BYTES};
use crate::music::{Song, stem};
use crate::wanted::text_of;
use std::path::{Path, PathBuf};

/// More lines are no song's.
pub const MOST_LINES: usize = 20_000;
/// Files of a folder that are looked at.
const MOST_ENTRIES: usize = 50_000;

/// What is sung.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lyrics {
    /// Line by line; those with times in the order of these.
    pub lines: Vec<Line>,
    /// Where they were.
    pub source: LyricsSource,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it is sung, in ms from the beginning.
    pub at_ms: Option<u64>,
    /// The line, which may be empty.
    pub text: String,
}

/// Where lyrics were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LyricsSource {
    /// In the song's file.
    File(PathBuf),
    /// In a text beside it.
    Beside(PathBuf),
}

impl Lyrics {
    /// `None` where no line says anything.
    fn of(lines: Vec<Line>, source: LyricsSource) -> Option<Self> {
        let says = lines.iter().any(|line| !line.text.trim().is_empty());
        says.then_some(Self { lines, source })
    }

    /// Whether any line has a time.
    pub fn is_synced(&self) -> bool {
        self.lines.iter().any(|line| line.at_ms.is_some())
    }
}

/// The lyrics of a song; `None` where it has none.
pub fn lyrics(song: &Song) -> Result<Option<Lyrics>, LibraryError> {
    let file = song.place.file();
    let embedded = embedded_lyrics(&file)?;
    let of = |extension| beside(&file, extension);
    Ok(of("lrc").or(embedded).or_else(|| of("txt")))
}

/// The lyrics inside a file. A path in, plain data out.
pub fn embedded_lyrics(file: &Path) -> Result<Option<Lyrics>, LibraryError> {
    let read = embedded::read(file).map_err(|failure| LibraryError::NotOpened {
        path: file.to_owned(),
        failure,
    })?;
    let of = |lines| Lyrics::of(lines, LyricsSource::File(file.to_owned()));
    let timed = read.timed.iter().filter_map(|frame| of(sylt::parse(frame)));
    let texts = read.texts.iter().filter_map(|text| of(lrc::parse(text)));
    let mut all: Vec<Lyrics> = timed.chain(texts).collect();
    // The first of those with times, else the first: the sort is stable.
    all.sort_by_key(|lyrics| !lyrics.is_synced());
    Ok(all.into_iter().next())
}

/// The text of the same name beside a file, in any case.
fn beside(file: &Path, extension: &str) -> Option<Lyrics> {
    let name = |path: &Path| {
        path.file_name()
            .map(|name| name.to_string_lossy().to_lowercase())
    };
    let wanted = format!("{}.{extension}", stem(&name(file)?));
    let entries = std::fs::read_dir(file.parent()?)
        .ok()?
        .flatten()
        .take(MOST_ENTRIES);
    let mut found: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path != file && name(path).is_some_and(|name| name == wanted))
        .collect();
    found.sort();
    found
        .into_iter()
        .find_map(|path| Lyrics::of(lrc::parse(&read(&path)?), LyricsSource::Beside(path)))
}

fn read(path: &Path) -> Option<String> {
    let mut file = FileBytes::open(path).ok()?;
    let size = usize::try_from(file.stamp().size)
        .ok()
        .filter(|size| *size <= MOST_LYRICS_BYTES)?;
    let mut bytes = vec![0; size];
    let read = file.read_at(0, &mut bytes).ok()?;
    bytes.truncate(read);
    // A text has no NUL, in any charset that is read here but UTF-16.
    Some(text_of(&bytes)).filter(|text| !text.contains('\0'))
}

#[cfg(test)]
mod tests;
