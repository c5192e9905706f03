//! A song that is owned. Plain data: it never opens its file.

use super::place::part_name;
use super::{AudioKey, Place, Tags, Uri, Wanted, stem};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::path::PathBuf;

/// A row of the index. It changes when the index is built anew: nothing lasting may hang on it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize)]
pub struct SongId(pub i64);

/// A song's place in the queue, unique for as long as the queue lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct EntryId(pub u64);

/// A span of a file that is owned: all of it, or a cue track, chapter or subsong.
#[derive(Clone, Debug, PartialEq)]
pub struct Song {
    /// Its row, where it is in the index.
    pub id: Option<SongId>,
    /// Where it lies.
    pub place: Place,
    /// What it is known by; `None` until its audio has been looked at.
    pub key: Option<AudioKey>,
    /// 0: the whole file; from 1: which of the songs in it, in their order.
    pub part: u32,
    /// The part of the file that it is; `None`: the whole file.
    pub span: Option<Span>,
    /// What the file says about it.
    pub tags: Tags,
    /// How it is encoded.
    pub format: Format,
    /// Playing time in ms, where the file's head tells it.
    pub length_ms: Option<u64>,
    /// When its file was last changed, in ms since 1970, where it is in the index.
    pub modified_ms: Option<i64>,
}

impl Song {
    /// The title, or the file's name where there is none.
    pub fn title(&self) -> String {
        if self.tags.title.is_empty() {
            stem(&self.place.file_name()).to_owned()
        } else {
            self.tags.title.clone()
        }
    }

    /// Its address: that of its file, and for a part of one `/track0001` behind it.
    pub fn uri(&self) -> Uri {
        let file = self.place.uri();
        match self.part {
            0 => file,
            part => file.of_part(part),
        }
    }

    /// The path of its file; for a part, as its address is made, of no file.
    pub fn path(&self) -> PathBuf {
        let file = self.place.file();
        match self.part {
            0 => file,
            part => file.join(part_name(part)),
        }
    }

    /// What someone wants who wants this song: how it goes into a playlist.
    pub fn wanted(&self) -> Wanted {
        Wanted {
            title: self.title(),
            artists: self.tags.artists.clone(),
            album: self.tags.album.clone(),
            length_ms: self.length_ms,
            isrc: self.tags.isrc.clone(),
            key: self.key,
            place: Some(self.place.uri()),
            span: self.span,
            ..Wanted::default()
        }
    }
}

#[cfg(test)]
impl Song {
    /// A song that says nothing of itself, at an absolute path: for tests.
    pub fn at(file: &str) -> Self {
        let place = Place::outside(std::path::Path::new(file)).unwrap();
        let (tags, format) = (Tags::default(), Format::default());
        Self {
            id: None,
            place,
            key: None,
            part: 0,
            span: None,
            tags,
            format,
            length_ms: None,
            modified_ms: None,
        }
    }
}

/// Part of a file, in frames at the file's own rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First frame.
    pub start_frame: u64,
    /// The frame after the last one; `None`: to the end of the file.
    pub end_frame: Option<u64>,
}

impl Span {
    /// Playing time in ms at so many frames a second, in a file of this length.
    pub fn length_ms(self, rate: u32, file_ms: Option<u64>) -> Option<u64> {
        let ms = |frames: u64| frames.saturating_mul(1_000).checked_div(u64::from(rate));
        match self.end_frame {
            Some(end) => ms(end.saturating_sub(self.start_frame)),
            None => Some(file_ms?.saturating_sub(ms(self.start_frame)?)),
        }
    }
}

/// How a file is encoded, as far as its head tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    /// The codec, not the container.
    pub codec: Codec,
    /// Frames a second.
    pub rate: Option<u32>,
    /// Samples a frame.
    pub channels: Option<u8>,
    /// Bits a sample, where the codec has them.
    pub bits: Option<u8>,
    /// Average bit rate in kbit/s.
    pub kbps: Option<u32>,
    /// Its container, or this codec in it, is one that the decoders inside do not open.
    pub only_ffmpeg: bool,
}

macro_rules! codecs {
    ($($variant:ident = $text:literal),+ $(,)?) => {
        /// What a song is encoded with.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[allow(missing_docs)]
        pub enum Codec { #[default] Unknown, $($variant),+ }

        impl Codec {
            /// The short name that tables and `--json` show; `""` where it is not known.
            pub fn name(self) -> &'static str {
                match self { Self::Unknown => "", $(Self::$variant => $text),+ }
            }

            /// Each that has a name.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The codec of a short name.
            pub fn from_name(name: &str) -> Self {
                match name { $($text => Self::$variant,)+ _ => Self::Unknown }
            }
        }
    };
}

codecs! {
    Flac = "flac", Mp3 = "mp3", Mp2 = "mp2", Mp1 = "mp1", Vorbis = "vorbis", Opus = "opus", Speex = "speex", Aac = "aac", HeAac = "he-aac",
    Alac = "alac", Pcm = "pcm", Adpcm = "adpcm", WavPack = "wavpack", Ape = "ape", Musepack = "musepack", Dsd = "dsd", Tta = "tta", Tak = "tak",
    Shorten = "shorten", OptimFrog = "optimfrog", Wma = "wma", WmaPro = "wma-pro", WmaLossless = "wma-lossless", WmaVoice = "wma-voice",
    Ac3 = "ac3", Eac3 = "eac3", Dts = "dts", TrueHd = "truehd", Atrac = "atrac", Amr = "amr", Gsm = "gsm", RealAudio = "realaudio",
    Module = "module", Midi = "midi", Protected = "protected",
}

impl Codec {
    /// Whether what comes out of it is what went in, to the sample.
    pub fn is_lossless(self) -> bool {
        matches!(
            self,
            Self::Flac
                | Self::Alac
                | Self::Pcm
                | Self::WavPack
                | Self::Ape
                | Self::WmaLossless
                | Self::TrueHd
                | Self::Dsd
                | Self::Tta
                | Self::Tak
                | Self::Shorten
                | Self::OptimFrog
        )
    }

    /// Whether samples of so many bits come out of it as they went in.
    pub fn keeps_bits(self) -> bool {
        matches!(
            self,
            Self::Unknown
                | Self::Flac
                | Self::Alac
                | Self::Pcm
                | Self::WavPack
                | Self::Ape
                | Self::Wma
                | Self::Dsd
                | Self::Tta
                | Self::Tak
                | Self::Shorten
                | Self::OptimFrog
        )
    }
}

impl fmt::Display for Codec {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}
