//! Third step: what a file says about itself, and its audio key. A path in, plain data out; nothing else is touched.
//!
//! Whose reader is tried is decided by the content first and the name second: a reader of ours where the first bytes are
//! surely its own, lofty for the common formats, then the probe of the decoder, and for what all of them give up on a
//! reader that takes less for granted. Covers are never read. A panic of a reader becomes a skip.

mod adts;
mod asf;
mod au;
mod bounds;
mod by_lofty;
mod caf;
mod charset;
mod content;
mod deflated;
mod dsd;
mod embedded;
mod flac;
mod frames;
mod id3;
mod matroska;
mod meaning;
mod module;
mod mp4;
mod named;
mod numbers;
mod ogg;
mod opened;
mod overwritten;
mod parts;
mod probe;
mod raw;
mod said;
mod tta;
mod wave;
mod wavpack;

pub(super) use charset::charset_of_names;

use crate::library::bytes::{FileBytes, OpenFailure, Stamp};
use crate::library::key::audio_key;
use crate::music::{AudioKey, Format, PlaceError, Tags};
use lofty::error::FileParseError;
use parts::Told;
pub use parts::{Beside, Part, cut_beside, own_file};
use said::{Key, Said};
use serde::{Deserialize, Serialize};
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What a file says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// The file as it was when it was opened.
    pub stamp: Stamp,
    /// Its tags.
    pub tags: Tags,
    /// How it is encoded.
    pub format: Format,
    /// Playing time in ms.
    pub length_ms: Option<u64>,
    /// What it is known by.
    pub key: Option<AudioKey>,
    /// The songs in it, in their order, where it holds several; none: it is one song.
    pub parts: Vec<Part>,
}

/// Why a file is not in the index, as a sentence that stands after its path.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Serialize, Deserialize)]
pub enum SkipReason {
    /// Its name cannot be said on the wire.
    #[error("{0}")]
    Name(#[from] PlaceError),
    /// It is no regular file, or the system refuses it.
    #[error("{0}")]
    Open(String),
    /// There is nothing in it.
    #[error("it is empty")]
    Empty,
    /// No reader knows what it is.
    #[error("it is in no format that can be read")]
    UnknownFormat,
    /// A reader knows it and finds no sound in it.
    #[error("there is no audio in it")]
    NoAudio,
    /// A reader knows it and gave up.
    #[error("it is damaged: {0}")]
    Damaged(String),
    /// A reader broke down over it.
    #[error("the reader of its tags broke down")]
    Panicked,
    /// The process that read it ended over it, alone too: it took too much memory, or worse.
    #[error("it ended the reader of its tags; it will not be tried again until it changes")]
    EndedReader,
    /// The process that read it was ended, after so many seconds.
    #[error("reading it took longer than {0} s; it will not be tried again until it changes")]
    TookTooLong(u64),
    /// The process that read it waited in vain for the disk, so many seconds; nobody stores this.
    #[error("its disk did not answer for {0} s; the next scan tries it again")]
    DiskSilent(u64),
    /// The work was stopped before it was its turn; nobody stores this.
    #[error("it was not read")]
    Unread,
    /// A link to a folder is not followed, so that no loop can hang a scan and nothing is there twice.
    #[error("a link to a folder is not followed: make its target a root")]
    LinkToFolder,
    /// A folder that cannot be listed: what lies below it stays in the index as it was.
    #[error("the folder cannot be read: {0}")]
    Folder(String),
}

impl SkipReason {
    /// Whether a reason, as it was written down, is that the file ended its reader.
    pub fn tells_of_an_end(reason: &str) -> bool {
        reason.ends_with(NOT_AGAIN)
    }

    /// Whether it is the file's own, and holds until the file changes.
    pub fn is_lasting(&self) -> bool {
        !matches!(self, Self::DiskSilent(_) | Self::Unread)
    }
}

impl From<&OpenFailure> for SkipReason {
    fn from(failure: &OpenFailure) -> Self {
        Self::Open(failure.to_string())
    }
}

impl From<OpenFailure> for SkipReason {
    fn from(failure: OpenFailure) -> Self {
        Self::from(&failure)
    }
}

/// How the reasons end of files that ended their reader.
const NOT_AGAIN: &str = "it will not be tried again until it changes";

/// No recording is longer, seven days: what states more is damaged, and its length is not known.
const LONGEST_MS: u64 = 7 * 24 * 3_600_000;

/// Reads the tags, the properties and the audio key of one file.
pub fn read_tags(path: &Path) -> Result<Found, SkipReason> {
    let mut file = FileBytes::open(path)?;
    if file.stamp().size == 0 {
        return Err(SkipReason::Empty);
    }
    // Only this file's data is in the closure, and it is thrown away with it.
    catch_unwind(AssertUnwindSafe(|| read_open(&mut file, path)))
        .unwrap_or(Err(SkipReason::Panicked))
}

fn read_open(file: &mut FileBytes, path: &Path) -> Result<Found, SkipReason> {
    let parsed = parse(file, path)?;
    let key = audio_key(file).map_err(|error| SkipReason::Damaged(error.to_string()))?;
    let only_ffmpeg = opened::by_ffmpeg_alone(file, parsed.format.codec)?;
    let mut found = Found {
        stamp: file.stamp(),
        tags: parsed.tags,
        format: Format {
            only_ffmpeg,
            ..parsed.format
        },
        length_ms: parsed.length_ms.filter(|length| *length <= LONGEST_MS),
        key,
        parts: Vec::new(),
    };
    found.parts = parts::inside(file, path, &parsed.told, &found);
    Ok(found)
}

fn parse(file: &mut FileBytes, path: &Path) -> Result<Parsed, SkipReason> {
    if let Some(parsed) = content::read(file)? {
        return Ok(parsed);
    }
    if content::is_for_the_probe(file)?
        && let Ok(parsed) = probe::parse(path, content::unprobed(file)?)
    {
        return Ok(parsed);
    }
    let reason = match by_lofty::parse(file, path) {
        Ok(Some(parsed)) if parsed.has_audio() => return Ok(parsed),
        Ok(Some(_)) => SkipReason::NoAudio,
        Ok(None) => SkipReason::UnknownFormat,
        Err(error) => SkipReason::of(&error),
    };
    if let Ok(Some(parsed)) = content::patient(file) {
        return Ok(parsed);
    }
    if let Ok(parsed) = probe::parse(path, content::unprobed(file)?) {
        return Ok(parsed);
    }
    match content::bare(file) {
        Ok(Some(parsed)) if parsed.has_audio() => Ok(parsed),
        _ => Err(reason),
    }
}

/// No sound has more samples a second, DSD included: what states more is damaged.
const LARGEST_RATE: u32 = 50_000_000;

/// What any of the readers finds.
struct Parsed {
    tags: Tags,
    format: Format,
    length_ms: Option<u64>,
    told: Told,
}

impl Parsed {
    /// What the tags of a file say, the richest first, and what its head says of the sound.
    fn of(said: &mut [Said], format: Format, length_ms: Option<u64>) -> Self {
        let guessed = charset::settle(said);
        // Coders that throw away what is not heard have no bits a sample; what heads state there is filler.
        let bits = format.bits.filter(|_| format.codec.keeps_bits());
        let rate = format.rate.filter(|rate| *rate <= LARGEST_RATE);
        let format = Format {
            bits,
            rate,
            ..format
        };
        let tags = Tags {
            guessed_charset: guessed.unwrap_or_default().to_owned(),
            ..meaning::tags(said)
        };
        let sheet = said.iter().flat_map(|tag| tag.all(Key::CueSheet)).next();
        let mut chapters = said.iter().map(Said::chapters);
        let told = Told {
            sheet: sheet.map(str::to_owned),
            chapters: chapters
                .find(|all| !all.is_empty())
                .unwrap_or_default()
                .to_vec(),
        };
        Self {
            tags,
            format,
            length_ms,
            told,
        }
    }

    fn has_audio(&self) -> bool {
        self.format.rate.is_some() || self.length_ms.is_some()
    }
}

/// How lofty says that a file is without sound.
const NO_SOUND: &[&str] = &[
    "file contains an invalid frame",
    "file contains no audio tracks",
];

/// How lofty says that a file begins with what its name does not tell.
const NO_FORMAT: &str = "no format could be determined from the provided file";

impl SkipReason {
    fn of(error: &FileParseError) -> Self {
        // The innermost cause: the outer texts only repeat the format.
        let mut cause: &dyn std::error::Error = error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        let io = cause
            .downcast_ref::<std::io::Error>()
            .map(std::io::Error::kind);
        match io {
            Some(ErrorKind::UnexpectedEof) => return Self::Damaged("it ends too early".to_owned()),
            // Readers seek where a length sends them.
            Some(ErrorKind::InvalidInput) => {
                return Self::Damaged("a length in it is wrong".to_owned());
            }
            _ => {}
        }
        let text = cause.to_string();
        if NO_SOUND.contains(&text.as_str()) {
            return Self::NoAudio;
        }
        if text == NO_FORMAT {
            return Self::UnknownFormat;
        }
        Self::Damaged(text)
    }
}

#[cfg(test)]
mod tests;
