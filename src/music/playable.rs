//! Which codecs play: with the decoders inside, with ffmpeg beside them, or not at all. It decodes nothing itself;
//! a test of `engine` decodes real files and holds this table.

use super::{Codec, Format};
use std::fmt;

/// The package whose decoders are used where none is inside; it has this name in every large distribution.
pub const FFMPEG_PACKAGE: &str = "ffmpeg";

/// Whether a song can be heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Playing {
    /// Always.
    Plays,
    /// Where ffmpeg is installed.
    WithFfmpeg,
    /// No decoder is known.
    NotPlayable,
}

impl Playing {
    /// The word that `--json` carries.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plays => "plays",
            Self::WithFfmpeg => "with-ffmpeg",
            Self::NotPlayable => "no",
        }
    }

    /// For people, on a machine with or without ffmpeg: it names the package that would change it.
    pub fn words(self, ffmpeg_is_here: bool) -> String {
        match self {
            Self::WithFfmpeg if !ffmpeg_is_here => {
                format!("{self}, which is not here: install the package {FFMPEG_PACKAGE}")
            }
            other => other.to_string(),
        }
    }
}

impl fmt::Display for Playing {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Plays => "plays",
            Self::WithFfmpeg => "plays with ffmpeg",
            Self::NotPlayable => "not playable",
        })
    }
}

impl Format {
    /// As far as the codec, the number of channels and the container tell.
    pub fn playing(&self) -> Playing {
        let is_stereo_at_most = self.channels.is_none_or(|channels| channels <= 2);
        let is_inside = match self.codec {
            Codec::Opus | Codec::Aac => is_stereo_at_most && !self.only_ffmpeg,
            _ => !self.only_ffmpeg,
        };
        match self.codec.playing() {
            Playing::Plays if !is_inside => Playing::WithFfmpeg,
            playing => playing,
        }
    }
}

impl Codec {
    /// In stereo and in its usual container.
    pub fn playing(self) -> Playing {
        match self {
            Self::Flac
            | Self::Mp3
            | Self::Mp2
            | Self::Mp1
            | Self::Vorbis
            | Self::Opus
            | Self::Aac
            | Self::Alac
            | Self::Pcm
            | Self::Adpcm => Playing::Plays,
            // A file whose codec its head does not tell is tried with everything that is here.
            Self::Unknown
            | Self::HeAac
            | Self::WavPack
            | Self::Ape
            | Self::Musepack
            | Self::Speex
            | Self::Wma
            | Self::WmaPro
            | Self::WmaLossless
            | Self::WmaVoice
            | Self::Dsd
            | Self::Tta
            | Self::Tak
            | Self::Shorten
            | Self::Ac3
            | Self::Eac3
            | Self::Dts
            | Self::TrueHd
            | Self::Atrac
            | Self::Amr
            | Self::Gsm
            | Self::RealAudio
            | Self::Module => Playing::WithFfmpeg,
            Self::OptimFrog | Self::Midi | Self::Protected => Playing::NotPlayable,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_count_where_the_decoders_inside_know_only_two() {
        let format = |codec, channels| Format {
            codec,
            channels: Some(channels),
            ..Format::default()
        };
        assert_eq!(format(Codec::Opus, 2).playing(), Playing::Plays);
        assert_eq!(format(Codec::Opus, 6).playing(), Playing::WithFfmpeg);
        assert_eq!(format(Codec::Flac, 6).playing(), Playing::Plays);
        let in_wave = |codec| Format {
            only_ffmpeg: true,
            ..format(codec, 2)
        };
        assert_eq!(in_wave(Codec::Mp3).playing(), Playing::WithFfmpeg);
        assert_eq!(in_wave(Codec::Midi).playing(), Playing::NotPlayable);
    }

    #[test]
    fn the_package_is_named_only_where_it_would_help() {
        let words = Playing::WithFfmpeg.words(false);
        assert!(words.ends_with("install the package ffmpeg"), "{words}");
        assert_eq!(Playing::WithFfmpeg.words(true), "plays with ffmpeg");
        assert_eq!(Playing::NotPlayable.words(false), "not playable");
    }
}
