//! What a file holds: its container, the track to play and the codec for it, found by content alone.

use super::bounded::BoundedFile;
use super::codec::{Codec, codec_for, is_known};
use super::kind::kind_of;
use super::native::described_rate;
use crate::engine::DecodeError;
use crate::engine::form::SampleKind;
use crate::engine::shape::Speaker;
use crate::music::{MpegLength, mpeg_length};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use symphonia::core::audio::{Channels, Position};
use symphonia::core::codecs::CodecParameters;
use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_MP1, CODEC_ID_MP2, CODEC_ID_MP3, CODEC_ID_OPUS,
};
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters};
use symphonia::core::common::Limit;
use symphonia::core::errors::Error;
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track as Stream, TrackType};
use symphonia::core::io::{MediaSourceStream, MediaSourceStreamOptions};
use symphonia::core::meta::MetadataOptions;
use symphonia::core::units::TimeBase;

/// Rates and channel counts beyond these are a slip in the head.
pub(super) const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;
pub(super) const MAX_CHANNELS: usize = 64;

/// What the container says about its sound.
pub(super) struct Track {
    pub id: u32,
    pub rate: u32,
    /// What the container says of the rate: twice as much, perhaps, of HE-AAC.
    pub told_rate: u32,
    pub speakers: Vec<Speaker>,
    pub kind: SampleKind,
    pub time_base: Option<TimeBase>,
    pub raw_frames: Option<u64>,
    /// What the container says to cut off is not what the encoder added.
    pub trims_are_wrong: bool,
    pub length_is_exact: bool,
    pub length_is_guessed: bool,
    pub seek_is_broken: bool,
    /// Once its last packet is read, no seek brings another one.
    pub ends_for_good: bool,
    /// The last packet's time tells how much of it is music.
    pub last_packet_is_short: bool,
    /// What is decoded and dropped before a seek's target, so that nothing of the decoder's own past is missing.
    pub settle_frames: u64,
    pub is_opus: bool,
    pub is_aac: bool,
    pub is_flac: bool,
    pub is_mpeg: bool,
}

/// The decoder for a track.
pub(super) fn codec_of(
    path: &Path,
    params: &AudioCodecParameters,
) -> Result<Box<dyn Codec>, DecodeError> {
    codec_for(params).map_err(|error| unsupported(path, params, &error))
}

pub(super) fn is_mp4(file: &mut BoundedFile) -> io::Result<bool> {
    let mut head = [0; 8];
    match file.read_exact(&mut head) {
        Ok(()) => Ok(&head[4..] == b"ftyp"),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
    }
}

pub(super) fn probe(file: BoundedFile) -> Result<Box<dyn FormatReader>, Error> {
    let stream = MediaSourceStream::new(Box::new(file), MediaSourceStreamOptions::default());
    // Pictures are the library's business: none is kept here.
    let metadata = MetadataOptions::default().limit_visual_bytes(Limit::Maximum(0));
    symphonia::default::get_probe().probe(&Hint::new(), stream, FormatOptions::default(), metadata)
}

pub(super) fn refusal(path: &Path, error: Error) -> DecodeError {
    let path = path.to_owned();
    match error {
        Error::IoError(source)
            if source.kind() != io::ErrorKind::UnexpectedEof && source.raw_os_error().is_some() =>
        {
            DecodeError::Open {
                path,
                source: Arc::new(source),
            }
        }
        Error::IoError(_) | Error::Unsupported("core (probe): no suitable format reader found") => {
            DecodeError::NotAudio { path }
        }
        Error::Unsupported(what) => DecodeError::Unsupported {
            path,
            what: what.to_owned(),
        },
        error => DecodeError::Damaged {
            path,
            at_ms: 0,
            what: error.to_string(),
        },
    }
}

fn unsupported(path: &Path, params: &AudioCodecParameters, error: &Error) -> DecodeError {
    let what = if is_known(params) {
        error.to_string()
    } else {
        format!("there is no decoder here for its codec ({})", params.codec)
    };
    DecodeError::Unsupported {
        path: path.to_owned(),
        what,
    }
}

/// The track to play and what its codec needs to know.
pub(super) fn sound_of(
    format: &dyn FormatReader,
    path: &Path,
) -> Result<(Track, AudioCodecParameters), DecodeError> {
    let not_audio = || DecodeError::NotAudio {
        path: path.to_owned(),
    };
    let track = format
        .default_track(TrackType::Audio)
        .ok_or_else(not_audio)?;
    let Some(CodecParameters::Audio(params)) = &track.codec_params else {
        return Err(not_audio());
    };
    let odd = |what: &str| DecodeError::Unsupported {
        path: path.to_owned(),
        what: what.to_owned(),
    };
    let told_rate = params.sample_rate.filter(|rate| RATES.contains(rate));
    let told_rate = told_rate.ok_or_else(|| odd("its head tells no usable rate"))?;
    let described = (params.codec == CODEC_ID_AAC).then(|| described_rate(params));
    let rate = described.flatten().unwrap_or(told_rate);
    let channels = params.channels.clone().unwrap_or_default();
    let speakers = speakers_of(&channels);
    if speakers.is_empty() || speakers.len() > MAX_CHANNELS {
        return Err(odd("its head tells no usable number of channels"));
    }
    let name = format.format_info().short_name;
    // An MPEG stream without the encoder's own count is guessed from its bit rate.
    let is_mpeg = matches!(name, "mp1" | "mp2" | "mp3");
    let counted = is_mpeg && track.delay.is_some();
    let sound = Track {
        id: track.id,
        rate,
        told_rate,
        speakers,
        kind: kind_of(params),
        time_base: track.time_base,
        length_is_guessed: name == "aac" || is_mpeg && !counted,
        // Without delay and padding, all that is trimmed is what lies beyond a guessed end.
        trims_are_wrong: track.num_frames == Some(0) || is_mpeg && !counted,
        raw_frames: frames_told(track, told_rate, rate).filter(|frames| *frames > 0),
        length_is_exact: counted || matches!(name, "wave" | "flac" | "aiff" | "isomp4"),
        seek_is_broken: name == "matroska",
        ends_for_good: name == "isomp4",
        // Where the times are as fine as the frames.
        last_packet_is_short: name == "isomp4" && track.num_frames.is_some(),
        settle_frames: settle_frames(params.codec),
        is_opus: params.codec == CODEC_ID_OPUS,
        is_aac: params.codec == CODEC_ID_AAC,
        is_flac: name == "flac",
        is_mpeg,
    };
    Ok((sound, params.clone()))
}

/// How many frames of this rate there are, as far as the container tells. MP4 counts in units of its own.
fn frames_told(track: &Stream, told_rate: u32, rate: u32) -> Option<u64> {
    let (count, a_second) = match (track.num_frames, track.duration, track.time_base) {
        (Some(frames), ..) => (frames, told_rate),
        (None, Some(ticks), Some(base)) if base.numer.get() == 1 => (ticks.get(), base.denom.get()),
        _ => return None,
    };
    let frames = u128::from(count) * u128::from(rate) / u128::from(a_second.max(1));
    u64::try_from(frames).ok()
}

impl Track {
    /// With what a stream of MPEG frames says of its length, or its frames do.
    pub(super) fn counted(self, length: MpegLength) -> Self {
        let counted = match length {
            _ if !self.is_mpeg => return self,
            MpegLength::Counted(frames) => Some(frames),
            MpegLength::Told => self.raw_frames,
            MpegLength::Even | MpegLength::Unknown => None,
        };
        Self {
            length_is_guessed: self.length_is_guessed && counted.is_none(),
            length_is_exact: self.length_is_exact
                || length == MpegLength::Told && counted.is_some(),
            raw_frames: counted.or(self.raw_frames),
            ..self
        }
    }
}

/// How long it is, where it is a stream of MPEG frames; what cannot be read tells nothing.
pub(super) fn length_by_frames(file: &mut BoundedFile) -> MpegLength {
    let Ok(end) = file.seek(SeekFrom::End(0)) else {
        return MpegLength::Unknown;
    };
    let mut read_at = |at: u64, out: &mut [u8]| {
        file.seek(SeekFrom::Start(at))?;
        let mut read = 0;
        while read < out.len() {
            match file.read(&mut out[read..])? {
                0 => break,
                more => read += more,
            }
        }
        Ok(read)
    };
    mpeg_length(0..end, &mut read_at).unwrap_or(MpegLength::Unknown)
}

/// Opus: RFC 7845 (4.6) asks for 80 ms; after half a second hardly anything differs. AAC: what overlaps. MPEG: the
/// filter's memory, and for layer III the 511 bytes before a frame in which its sound may begin: 22 of the smallest frames.
fn settle_frames(codec: AudioCodecId) -> u64 {
    match codec {
        CODEC_ID_OPUS => 24_000,
        CODEC_ID_AAC => 2_048,
        CODEC_ID_MP3 => 12 * 1_152,
        CODEC_ID_MP1 | CODEC_ID_MP2 => 1_152,
        _ => 0,
    }
}

fn speakers_of(channels: &Channels) -> Vec<Speaker> {
    match channels {
        Channels::Positioned(positions) if positions.bits().count_ones() > 2 => {
            positions.iter().map(speaker_at).collect()
        }
        other => Speaker::by_convention(other.count()),
    }
}

fn speaker_at(position: Position) -> Speaker {
    const LEFT: Position = Position::FRONT_LEFT
        .union(Position::FRONT_LEFT_CENTER)
        .union(Position::FRONT_LEFT_WIDE);
    const RIGHT: Position = Position::FRONT_RIGHT
        .union(Position::FRONT_RIGHT_CENTER)
        .union(Position::FRONT_RIGHT_WIDE);
    const LEFT_AROUND: Position = Position::REAR_LEFT
        .union(Position::SIDE_LEFT)
        .union(Position::TOP_FRONT_LEFT)
        .union(Position::TOP_REAR_LEFT);
    const RIGHT_AROUND: Position = Position::REAR_RIGHT
        .union(Position::SIDE_RIGHT)
        .union(Position::TOP_FRONT_RIGHT)
        .union(Position::TOP_REAR_RIGHT);
    const LOW: Position = Position::LFE1.union(Position::LFE2);
    match position {
        p if LEFT.contains(p) => Speaker::Left,
        p if RIGHT.contains(p) => Speaker::Right,
        Position::FRONT_CENTER => Speaker::Centre,
        p if LEFT_AROUND.contains(p) => Speaker::LeftSurround,
        p if RIGHT_AROUND.contains(p) => Speaker::RightSurround,
        p if LOW.contains(p) => Speaker::Low,
        _ => Speaker::MiddleSurround,
    }
}
