//! Third step: what a file says about itself, and its audio key. A path in, plain data out; nothing else is touched.
//!
//! Whose reader is tried is decided by the content first and the name second: lofty, and for what lofty lacks the probe
//! of the decoder. Covers are never read. A panic of a reader becomes a skip.

use super::{probe, values};
use crate::library::bytes::{FileBytes, OpenFailure, Stamp};
use crate::library::key::audio_key;
use crate::music::{AudioKey, Codec, Format, PlaceError, Tags};
use lofty::config::{ParseOptions, ParsingMode};
use lofty::error::FileParseError;
use lofty::file::{AudioFile, FileType, TaggedFile, TaggedFileExt};
use lofty::mp4::{Mp4Codec, Mp4File};
use lofty::mpeg::{Layer, MpegFile};
use lofty::probe::Probe;
use lofty::properties::FileProperties;
use std::io::Seek;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What a file says about itself.
#[derive(Clone, Debug, PartialEq)]
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
}

/// Why a file is not in the index, as a sentence that stands after its path.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
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
    /// A link to a folder is not followed, so that no loop can hang a scan and nothing is there twice.
    #[error("a link to a folder is not followed: make its target a root")]
    LinkToFolder,
    /// A folder that cannot be listed: what lies below it stays in the index as it was.
    #[error("the folder cannot be read: {0}")]
    Folder(String),
}

impl From<OpenFailure> for SkipReason {
    fn from(failure: OpenFailure) -> Self {
        Self::Open(failure.to_string())
    }
}

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
    let parsed = match parse(file, path) {
        Ok(Some(parsed)) if parsed.has_audio() => Ok(parsed),
        Ok(Some(_)) => probe::parse(path).or(Err(SkipReason::NoAudio)),
        Ok(None) => probe::parse(path),
        Err(error) => probe::parse(path).or(Err(SkipReason::Damaged(cause(&error)))),
    }?;
    let key = audio_key(file).map_err(|error| SkipReason::Damaged(error.to_string()))?;
    Ok(Found {
        stamp: file.stamp(),
        tags: parsed.tags,
        format: parsed.format,
        length_ms: parsed.length_ms,
        key,
    })
}

/// What any of the readers finds.
pub(super) struct Parsed {
    pub tags: Tags,
    pub format: Format,
    pub length_ms: Option<u64>,
}

impl Parsed {
    fn has_audio(&self) -> bool {
        self.format.rate.is_some() || self.length_ms.is_some()
    }
}

/// `None` where lofty does not know the format.
fn parse(file: &mut FileBytes, path: &Path) -> Result<Option<Parsed>, FileParseError> {
    // Relaxed: one odd field must not lose a whole song.
    let options = ParseOptions::new()
        .read_cover_art(false)
        .parsing_mode(ParsingMode::Relaxed);
    let guessed = Probe::new(&mut *file)
        .options(options)
        .guess_file_type()?
        .file_type();
    let Some(kind) = guessed.or_else(|| FileType::from_path(path)) else {
        return Ok(None);
    };
    file.rewind()?;
    let (tagged, codec): (TaggedFile, Codec) = match kind {
        FileType::Mpeg => {
            let mpeg = MpegFile::read_from(file, options)?;
            let codec = layer(mpeg.properties().layer());
            (mpeg.into(), codec)
        }
        FileType::Mp4 => {
            let mp4 = Mp4File::read_from(file, options)?;
            let codec = mp4_codec(mp4.properties().codec());
            (mp4.into(), codec)
        }
        other => {
            let probe = Probe::with_file_type(file, other).options(options);
            (probe.read()?, codec(other))
        }
    };
    Ok(Some(Parsed {
        tags: values::tags(&ordered(&tagged)),
        format: format(codec, tagged.properties()),
        length_ms: length_ms(tagged.properties()),
    }))
}

/// The tags, the richest kind first: what it lacks is looked for in the others.
fn ordered(tagged: &TaggedFile) -> Vec<&lofty::tag::Tag> {
    let primary = tagged.primary_tag();
    let others = tagged
        .tags()
        .iter()
        .filter(|tag| Some(tag.tag_type()) != primary.map(|tag| tag.tag_type()));
    primary.into_iter().chain(others).collect()
}

fn layer(layer: &Layer) -> Codec {
    match layer {
        Layer::Layer1 => Codec::Mp1,
        Layer::Layer2 => Codec::Mp2,
        Layer::Layer3 => Codec::Mp3,
    }
}

fn mp4_codec(codec: Option<Mp4Codec>) -> Codec {
    match codec {
        Some(Mp4Codec::AAC) => Codec::Aac,
        Some(Mp4Codec::ALAC) => Codec::Alac,
        Some(Mp4Codec::MP3) => Codec::Mp3,
        Some(Mp4Codec::FLAC) => Codec::Flac,
        _ => Codec::Unknown,
    }
}

fn codec(kind: FileType) -> Codec {
    match kind {
        FileType::Aac => Codec::Aac,
        FileType::Aiff | FileType::Wav => Codec::Pcm,
        FileType::Ape => Codec::Ape,
        FileType::Flac => Codec::Flac,
        FileType::Mpc => Codec::Musepack,
        FileType::Opus => Codec::Opus,
        FileType::Vorbis => Codec::Vorbis,
        FileType::Speex => Codec::Speex,
        FileType::WavPack => Codec::WavPack,
        _ => Codec::Unknown,
    }
}

fn format(codec: Codec, properties: &FileProperties) -> Format {
    Format {
        codec,
        rate: properties.sample_rate().filter(|rate| *rate > 0),
        channels: properties.channels().filter(|count| *count > 0),
        bits: properties.bit_depth().filter(|bits| *bits > 0),
        kbps: properties.audio_bitrate().filter(|kbps| *kbps > 0),
    }
}

fn length_ms(properties: &FileProperties) -> Option<u64> {
    let length = u64::try_from(properties.duration().as_millis()).ok();
    length.filter(|length| *length > 0)
}

/// The innermost cause: the outer texts only repeat the format.
fn cause(error: &FileParseError) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
