//! What lofty reads: the common formats, told apart by content. It reads no cover and decodes nothing.

use super::numbers::ms;
use super::said::Said;
use super::wave::codec_of_tag;
use super::{Parsed, adts, deflated, id3, mp4, named, overwritten, wavpack};
use crate::library::bytes::FileBytes;
use crate::library::key::between_tags;
use crate::music::{Codec, Format, MOST_HALF_RATE, MpegLength, mpeg_length};
use lofty::aac::AacFile;
use lofty::ape::ApeFile;
use lofty::config::{ParseOptions, ParsingMode};
use lofty::error::FileParseError;
use lofty::file::{AudioFile, FileType};
use lofty::flac::FlacFile;
use lofty::iff::aiff::AiffFile;
use lofty::iff::wav::{WavFile, WavFormat};
use lofty::mp4::{AudioObjectType, Mp4Codec, Mp4File};
use lofty::mpeg::{Layer, MpegFile};
use lofty::musepack::MpcFile;
use lofty::ogg::{OpusFile, SpeexFile, VorbisFile};
use lofty::probe::Probe;
use lofty::properties::FileProperties;
use lofty::wavpack::WavPackFile;
use std::io::Seek;
use std::path::Path;

/// RFC 7845, 5.1.
const OPUS_RATE: u32 = 48_000;

/// What ISO 14496-3 calls the objects of HE-AAC.
const HE_AAC: [AudioObjectType; 2] = [
    AudioObjectType::SpectralBandReplication,
    AudioObjectType::ParametricStereo,
];

/// `None` where lofty does not know the format.
pub fn parse(file: &mut FileBytes, path: &Path) -> Result<Option<Parsed>, FileParseError> {
    let guessed = Probe::new(&mut *file)
        .options(options())
        .guess_file_type()?
        .file_type();
    let named = FileType::from_path(path);
    let Some(kind) = guessed.or(named) else {
        return Ok(None);
    };
    let is_bomb = deflated::is_too_much(file)?;
    file.rewind()?;
    let first = of_kind(kind, file, options().read_tags(!is_bomb));
    let is_read = matches!(&first, Ok(Some(parsed)) if parsed.has_audio());
    // Two bytes that look like a frame of MPEG stand in any file; a name is more than that.
    let is_weak = matches!(kind, FileType::Mpeg | FileType::Aac);
    match named.filter(|named| is_weak && !is_read && *named != kind) {
        Some(named) => {
            file.rewind()?;
            of_kind(named, file, options())
        }
        None => first,
    }
}

/// The sound alone, of a file whose first bytes tell its format: for tags that nothing can be made of.
pub fn without_tags(file: &mut FileBytes) -> Result<Option<Parsed>, FileParseError> {
    let head = file.array_at::<36>(0)?.unwrap_or([0; 36]);
    let Some(kind) = FileType::from_buffer(&head) else {
        return Ok(None);
    };
    file.rewind()?;
    of_kind(kind, file, options().read_tags(false))
}

/// Relaxed: one odd field must not lose a whole song.
fn options() -> ParseOptions {
    ParseOptions::new()
        .read_cover_art(false)
        .parsing_mode(ParsingMode::Relaxed)
}

fn of_kind(
    kind: FileType,
    file: &mut FileBytes,
    options: ParseOptions,
) -> Result<Option<Parsed>, FileParseError> {
    let before = match kind {
        FileType::Mpeg | FileType::Aac => overwritten::said(file)?,
        _ => Said::default(),
    };
    // Each tag of each kind of file, the richest first: what it lacks is looked for in the others.
    macro_rules! read {
        ($kind:ty, $codec:expr, [$($tag:ident as $reader:path),+]) => {{
            let read = <$kind>::read_from(file, options)?;
            let said = [$(read.$tag().map(|tag| $reader(tag))),+];
            let codec = $codec(&read);
            let properties: FileProperties = read.properties().clone().into();
            let said = [Some(before)].into_iter().chain(said).flatten().collect();
            Ok::<_, FileParseError>(Some(parsed(said, codec, &properties)))
        }};
    }
    match kind {
        FileType::Mpeg => {
            let parsed = read!(
                MpegFile,
                mpeg_codec,
                [id3v2 as id3::v2, ape as named::ape, id3v1 as id3::v1]
            );
            parsed.map(|parsed| parsed.map(|parsed| with_count(parsed, file)))
        }
        FileType::Flac => read!(
            FlacFile,
            |_: &_| Codec::Flac,
            [vorbis_comments as named::vorbis, id3v2 as id3::v2]
        ),
        FileType::Mp4 => {
            let parsed = read!(Mp4File, mp4_codec, [ilst as named::ilst]);
            parsed.map(|parsed| parsed.map(|parsed| with_sound(parsed, file)))
        }
        FileType::Vorbis => read!(
            VorbisFile,
            |_: &_| Codec::Vorbis,
            [some_vorbis as named::vorbis]
        ),
        FileType::Opus => {
            let parsed = read!(
                OpusFile,
                |_: &_| Codec::Opus,
                [some_vorbis as named::vorbis]
            );
            parsed.map(|parsed| parsed.map(at_the_rate_of_opus))
        }
        FileType::Speex => read!(
            SpeexFile,
            |_: &_| Codec::Speex,
            [some_vorbis as named::vorbis]
        ),
        FileType::Wav => read!(
            WavFile,
            wave_codec,
            [id3v2 as id3::v2, riff_info as named::riff]
        ),
        FileType::Aiff => read!(
            AiffFile,
            |_: &_| Codec::Pcm,
            [id3v2 as id3::v2, text_chunks as named::aiff]
        ),
        FileType::Ape => read!(
            ApeFile,
            |_: &_| Codec::Ape,
            [ape as named::ape, id3v2 as id3::v2, id3v1 as id3::v1]
        ),
        FileType::WavPack => {
            let parsed = read!(
                WavPackFile,
                |_: &_| Codec::WavPack,
                [ape as named::ape, id3v1 as id3::v1]
            );
            parsed.map(|parsed| parsed.map(|parsed| with_blocks(parsed, file)))
        }
        FileType::Mpc => read!(
            MpcFile,
            |_: &_| Codec::Musepack,
            [ape as named::ape, id3v2 as id3::v2, id3v1 as id3::v1]
        ),
        FileType::Aac => {
            let parsed = read!(
                AacFile,
                |_: &_| Codec::Aac,
                [id3v2 as id3::v2, id3v1 as id3::v1]
            );
            parsed.map(|parsed| parsed.map(|parsed| with_frames(parsed, file)))
        }
        _ => Ok(None),
    }
}

/// The tag of an Ogg file, which always has one.
trait SomeVorbis {
    fn some_vorbis(&self) -> Option<&lofty::ogg::tag::VorbisComments>;
}

macro_rules! some_vorbis {
    ($($kind:ty),+) => {
        $(impl SomeVorbis for $kind {
            fn some_vorbis(&self) -> Option<&lofty::ogg::tag::VorbisComments> {
                Some(self.vorbis_comments())
            }
        })+
    };
}

some_vorbis!(VorbisFile, OpusFile, SpeexFile);

fn parsed(mut said: Vec<Said>, codec: Codec, properties: &FileProperties) -> Parsed {
    let length_ms = u64::try_from(properties.duration().as_millis()).ok();
    let format = Format {
        codec,
        rate: properties.sample_rate().filter(|rate| *rate > 0),
        channels: properties.channels().filter(|count| *count > 0),
        bits: properties.bit_depth().filter(|bits| *bits > 0),
        kbps: properties.audio_bitrate().filter(|kbps| *kbps > 0),
        ..Format::default()
    };
    Parsed::of(&mut said, format, length_ms.filter(|length| *length > 0))
}

fn mpeg_codec(file: &MpegFile) -> Codec {
    match file.properties().layer() {
        Layer::Layer1 => Codec::Mp1,
        Layer::Layer2 => Codec::Mp2,
        Layer::Layer3 => Codec::Mp3,
    }
}

fn mp4_codec(file: &Mp4File) -> Codec {
    let object = file.properties().audio_object_type();
    match file.properties().codec() {
        Some(Mp4Codec::AAC) if object.is_some_and(|object| HE_AAC.contains(&object)) => {
            Codec::HeAac
        }
        // It calls AAC whatever has AAC's name, DTS too: its own description tells.
        Some(Mp4Codec::AAC) if object.is_none() => Codec::Unknown,
        Some(Mp4Codec::AAC) => Codec::Aac,
        Some(Mp4Codec::ALAC) => Codec::Alac,
        Some(Mp4Codec::MP3) => Codec::Mp3,
        Some(Mp4Codec::FLAC) => Codec::Flac,
        _ => Codec::Unknown,
    }
}

/// What lofty leaves open: codecs that it does not know, the length of fragments, and the rate of what is heard.
fn with_sound(parsed: Parsed, file: &mut FileBytes) -> Parsed {
    let mut parsed = parsed;
    let told = parsed.format;
    let may_be_core =
        told.codec == Codec::Aac && told.rate.is_some_and(|rate| rate <= MOST_HALF_RATE);
    let is_whole = told.codec != Codec::Unknown && parsed.length_ms.is_some();
    if (!is_whole || may_be_core)
        && let Ok(Some(sound)) = mp4::Sound::of(file)
    {
        let own = sound.format;
        parsed.length_ms = parsed.length_ms.or(sound.length_ms);
        parsed.format = Format {
            codec: if may_be_core || told.codec == Codec::Unknown {
                own.codec
            } else {
                told.codec
            },
            rate: told.rate.or(own.rate),
            channels: told.channels.or(own.channels),
            bits: told.bits.or(own.bits),
            kbps: told.kbps,
            ..Format::default()
        };
    }
    if parsed.format.codec == Codec::HeAac {
        parsed.format = at_the_whole_rate(parsed.format);
    }
    parsed
}

/// The band above doubles the rate of the core (ISO 14496-3, 1.6.5).
fn at_the_whole_rate(format: Format) -> Format {
    let core = format.rate.filter(|rate| *rate <= MOST_HALF_RATE);
    Format {
        rate: core.map(|rate| rate * 2).or(format.rate),
        ..format
    }
}

/// Opus plays at 48 kHz whatever the rate of what was encoded, which is all that its head states (RFC 7845, 5.1).
fn at_the_rate_of_opus(parsed: Parsed) -> Parsed {
    let rate = Some(OPUS_RATE);
    let format = Format {
        rate,
        ..parsed.format
    };
    Parsed { format, ..parsed }
}

/// Lofty counts no channels where there are more than two, and knows no length that is not stated.
fn with_blocks(parsed: Parsed, file: &mut FileBytes) -> Parsed {
    let mut parsed = parsed;
    if let (None, Some(rate)) = (parsed.length_ms, parsed.format.rate) {
        parsed.length_ms = wavpack::length_ms(file, rate).ok().flatten();
    }
    if parsed.format.channels.is_none() {
        parsed.format.channels = wavpack::channels(file).ok().flatten();
    }
    parsed
}

/// Lofty takes all frames to be as large as the first.
fn with_frames(parsed: Parsed, file: &mut FileBytes) -> Parsed {
    let mut parsed = parsed;
    let size = file.stamp().size;
    if let Ok(Some(length)) = adts::length_ms(file, parsed.format.rate.unwrap_or(0)) {
        parsed.length_ms = Some(length);
        parsed.format.kbps = u32::try_from(size.saturating_mul(8) / length).ok();
    }
    let may_be_core = parsed
        .format
        .rate
        .is_some_and(|rate| rate <= MOST_HALF_RATE);
    if may_be_core && adts::is_he_aac(file).unwrap_or(false) {
        parsed.format.codec = Codec::HeAac;
        parsed.format = at_the_whole_rate(parsed.format);
    }
    parsed
}

/// Lofty takes all frames to be as large as the first, where no encoder has counted them.
fn with_count(parsed: Parsed, file: &mut FileBytes) -> Parsed {
    let mut parsed = parsed;
    let Ok(stream) = between_tags(file) else {
        return parsed;
    };
    let bytes = stream.end - stream.start;
    let counted = mpeg_length(stream, &mut |at, out| file.read_at(at, out));
    if let (Ok(MpegLength::Counted(samples)), Some(rate)) = (counted, parsed.format.rate)
        && let Some(length) = ms(samples, rate.into()).filter(|length| *length > 0)
    {
        parsed.length_ms = Some(length);
        parsed.format.kbps = u32::try_from(bytes.saturating_mul(8) / length).ok();
    }
    parsed
}

fn wave_codec(file: &WavFile) -> Codec {
    match file.properties().format() {
        WavFormat::PCM | WavFormat::IEEE_FLOAT | WavFormat::Other(0) => Codec::Pcm,
        WavFormat::Other(tag) => codec_of_tag(*tag),
    }
}
