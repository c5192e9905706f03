//! The decoder's own probe, for formats that the tag reader does not know: Matroska, WebM, CAF, Ogg FLAC. It decodes nothing.

use super::parts::hide_chapters;
use super::said::{Key, Said};
use super::{Parsed, SkipReason};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};
use std::path::Path;
use symphonia::core::codecs::audio::{AudioCodecId, AudioCodecParameters, well_known as id};
use symphonia::core::formats::probe::Hint;
use symphonia::core::formats::{FormatOptions, FormatReader, Track, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream};
use symphonia::core::meta::{MetadataOptions, MetadataRevision, RawTag, StandardTag};

impl MediaSource for FileBytes {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.stamp().size)
    }
}

/// Opens the file anew, with a budget of its own; `more` is what another reader found in it.
pub fn parse(path: &Path, more: Said) -> Result<Parsed, SkipReason> {
    let mut reader = open(path)?;
    parsed(reader.as_mut(), more).ok_or(SkipReason::NoAudio)
}

/// Frames a second, as the decoder counts them.
pub fn rate(path: &Path) -> Option<u32> {
    let reader = open(path).ok()?;
    let track = reader.default_track(TrackType::Audio)?;
    track.codec_params.as_ref()?.audio()?.sample_rate
}

fn open(path: &Path) -> Result<Box<dyn FormatReader>, SkipReason> {
    let mut file = FileBytes::open(path)?;
    hide_chapters(&mut file);
    let stream = MediaSourceStream::new(Box::new(file), Default::default());
    let mut hint = Hint::new();
    if let Some(extension) = path.extension().and_then(|extension| extension.to_str()) {
        hint.with_extension(extension);
    }
    let (format, meta) = (FormatOptions::default(), MetadataOptions::default());
    symphonia::default::get_probe()
        .probe(&hint, stream, format, meta)
        .map_err(|_| SkipReason::UnknownFormat)
}

fn parsed(reader: &mut dyn FormatReader, more: Said) -> Option<Parsed> {
    let track = reader.first_track(TrackType::Audio)?;
    let parameters = track.codec_params.as_ref()?.audio()?;
    let of_all = || {
        let media = reader.media_info();
        let time = media.time_base?.calc_duration(media.duration?)?;
        u64::try_from(time.as_millis()).ok()
    };
    let length_ms = length_ms(track, parameters).or_else(of_all);
    let format = format(parameters);
    let mut all: Vec<_> = reader
        .metadata()
        .skip_to_latest()
        .map(said)
        .into_iter()
        .collect();
    all.push(more);
    Some(Parsed::of(&mut all, format, length_ms))
}

fn length_ms(track: &Track, parameters: &AudioCodecParameters) -> Option<u64> {
    let stated = match (track.duration, track.time_base) {
        (Some(duration), Some(base)) => base
            .calc_duration(duration)
            .and_then(|time| u64::try_from(time.as_millis()).ok()),
        _ => None,
    };
    stated.or_else(|| {
        let rate = u64::from(parameters.sample_rate.filter(|rate| *rate > 0)?);
        Some(track.num_frames?.saturating_mul(1_000) / rate)
    })
}

fn format(parameters: &AudioCodecParameters) -> Format {
    let channels = parameters
        .channels
        .as_ref()
        .map(|channels| channels.count());
    Format {
        codec: codec(parameters.codec),
        rate: parameters.sample_rate,
        channels: channels.and_then(|count| u8::try_from(count).ok()),
        bits: parameters
            .bits_per_sample
            .and_then(|bits| u8::try_from(bits).ok())
            .filter(|bits| *bits > 0)
            .or_else(|| alac_bits(parameters)),
        kbps: None,
        ..Format::default()
    }
}

/// The description of ALAC has them in its sixth byte (github.com/macosforge/alac, ALACMagicCookieDescription).
fn alac_bits(parameters: &AudioCodecParameters) -> Option<u8> {
    let described = parameters.extra_data.as_ref()?;
    let bits = described.get(5).copied();
    bits.filter(|bits| parameters.codec == id::CODEC_ID_ALAC && matches!(bits, 16 | 20 | 24 | 32))
}

fn codec(codec: AudioCodecId) -> Codec {
    match codec {
        id::CODEC_ID_FLAC => Codec::Flac,
        id::CODEC_ID_MP3 => Codec::Mp3,
        id::CODEC_ID_MP2 => Codec::Mp2,
        id::CODEC_ID_MP1 => Codec::Mp1,
        id::CODEC_ID_VORBIS => Codec::Vorbis,
        id::CODEC_ID_OPUS => Codec::Opus,
        id::CODEC_ID_SPEEX => Codec::Speex,
        id::CODEC_ID_AAC => Codec::Aac,
        id::CODEC_ID_ALAC => Codec::Alac,
        id::CODEC_ID_WAVPACK => Codec::WavPack,
        id::CODEC_ID_MONKEYS_AUDIO => Codec::Ape,
        id::CODEC_ID_MUSEPACK => Codec::Musepack,
        id::CODEC_ID_TTA => Codec::Tta,
        id::CODEC_ID_WMA => Codec::Wma,
        id::CODEC_ID_AC3 | id::CODEC_ID_EAC3 => Codec::Ac3,
        id::CODEC_ID_DCA => Codec::Dts,
        id::CODEC_ID_ADPCM_MS | id::CODEC_ID_ADPCM_IMA_WAV | id::CODEC_ID_ADPCM_IMA_QT => {
            Codec::Adpcm
        }
        id::CODEC_ID_PCM_S16LE
        | id::CODEC_ID_PCM_S16BE
        | id::CODEC_ID_PCM_S24LE
        | id::CODEC_ID_PCM_S24BE
        | id::CODEC_ID_PCM_S32LE
        | id::CODEC_ID_PCM_S32BE
        | id::CODEC_ID_PCM_F32LE
        | id::CODEC_ID_PCM_F32BE
        | id::CODEC_ID_PCM_F64LE
        | id::CODEC_ID_PCM_F64BE
        | id::CODEC_ID_PCM_U8
        | id::CODEC_ID_PCM_S8
        | id::CODEC_ID_PCM_ALAW
        | id::CODEC_ID_PCM_MULAW => Codec::Pcm,
        _ => Codec::Unknown,
    }
}

/// What a container says of the whole, and of its sound track, in the names of Vorbis comments.
fn said(revision: &MetadataRevision) -> Said<'static> {
    let (mut said, mut whole) = (Said::default(), Vec::new());
    let each_track = revision.per_track.iter().map(|track| &track.metadata);
    let all = std::iter::once(&revision.media).chain(each_track);
    for tag in all.flat_map(|container| &container.tags) {
        let meant = tag.std.as_ref().and_then(meant);
        match meant.or_else(|| named(&tag.raw)) {
            // Most writers name no target and mean the song; the format's default is the album.
            Some((_, text)) if tag.raw.key == "ALBUM@ARTIST" => whole.push(text),
            Some((key, text)) => said.add(key, text),
            None => {}
        }
    }
    let key = if said.all(Key::Artist).next().is_none() {
        Key::Artist
    } else {
        Key::AlbumArtist
    };
    for text in whole {
        said.add(key, text);
    }
    said
}

/// Fields of Matroska that the decoder has no word for: those of ffmpeg, and the names of Vorbis
/// (matroska.org/technical/tagging.html).
fn named(tag: &RawTag) -> Option<(Key, String)> {
    let name = tag.key.rsplit('@').next().unwrap_or_default();
    let key = match name.to_ascii_uppercase().as_str() {
        "PART_NUMBER" => Key::Track,
        "ALBUM_ARTIST" => Key::AlbumArtist,
        "DATE_RECORDED" | "DATE_RELEASED" | "DATE_RELEASE" => Key::Date,
        "RATING" => return None,
        _ => Key::of(name)?,
    };
    Some((key, tag.value.to_string()))
}

fn meant(tag: &StandardTag) -> Option<(Key, String)> {
    Some(match tag {
        StandardTag::TrackTitle(text) => (Key::Title, text.to_string()),
        StandardTag::SortTrackTitle(text) => (Key::TitleSort, text.to_string()),
        StandardTag::Artist(text) => (Key::Artist, text.to_string()),
        StandardTag::SortArtist(text) => (Key::ArtistSort, text.to_string()),
        StandardTag::Album(text) => (Key::Album, text.to_string()),
        StandardTag::SortAlbum(text) => (Key::AlbumSort, text.to_string()),
        StandardTag::AlbumArtist(text) => (Key::AlbumArtist, text.to_string()),
        StandardTag::SortAlbumArtist(text) => (Key::AlbumArtistSort, text.to_string()),
        StandardTag::TrackNumber(track) => (Key::Track, track.to_string()),
        StandardTag::DiscNumber(disc) => (Key::Disc, disc.to_string()),
        StandardTag::RecordingDate(text) => (Key::Date, text.to_string()),
        StandardTag::ReleaseDate(text) => (Key::ReleaseDate, text.to_string()),
        StandardTag::OriginalReleaseDate(text) => (Key::OriginalDate, text.to_string()),
        StandardTag::Genre(text) => (Key::Genre, text.to_string()),
        StandardTag::Composer(text) => (Key::Composer, text.to_string()),
        StandardTag::SortComposer(text) => (Key::ComposerSort, text.to_string()),
        StandardTag::Conductor(text) => (Key::Conductor, text.to_string()),
        StandardTag::Performer(text) => (Key::Performer, text.to_string()),
        StandardTag::Ensemble(text) => (Key::Ensemble, text.to_string()),
        StandardTag::Mood(text) => (Key::Mood, text.to_string()),
        StandardTag::Label(text) => (Key::Label, text.to_string()),
        StandardTag::CompilationFlag(flag) => (Key::Compilation, u8::from(*flag).to_string()),
        StandardTag::IdentIsrc(text) => (Key::Isrc, text.to_string()),
        StandardTag::MusicBrainzRecordingId(text) => (Key::MbRecording, text.to_string()),
        StandardTag::MusicBrainzArtistId(text) => (Key::MbArtist, text.to_string()),
        StandardTag::MusicBrainzAlbumId(text) => (Key::MbAlbum, text.to_string()),
        StandardTag::MusicBrainzAlbumArtistId(text) => (Key::MbAlbumArtist, text.to_string()),
        StandardTag::MusicBrainzReleaseGroupId(text) => (Key::MbReleaseGroup, text.to_string()),
        StandardTag::MusicBrainzTrackId(text) => (Key::MbReleaseTrack, text.to_string()),
        StandardTag::ReplayGainTrackGain(text) => (Key::TrackGain, text.to_string()),
        StandardTag::ReplayGainTrackPeak(text) => (Key::TrackPeak, text.to_string()),
        StandardTag::ReplayGainAlbumGain(text) => (Key::AlbumGain, text.to_string()),
        StandardTag::ReplayGainAlbumPeak(text) => (Key::AlbumPeak, text.to_string()),
        _ => return None,
    })
}
