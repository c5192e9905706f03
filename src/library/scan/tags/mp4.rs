//! What lofty leaves out of MP4: codecs that it does not know or that do not say what they are, and the length of files in
//! fragments. It reads no tag.
//! Format: ISO 14496-12.

use super::numbers::{be16, be32, be64, bits, bytes_at, ms};
use super::{Parsed, said::Said};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format, TELLING_PACKETS, is_half};
use std::io;
use std::ops::Range;

/// So many boxes are looked at, in all.
const MOST_BOXES: usize = 16_384;
/// So many tracks are.
const MOST_TRACKS: usize = 64;
/// What is read of a box of fixed layout.
const FIXED_BYTES: usize = 128;
/// No packet of AAC in stereo is longer.
const MOST_SAMPLE: usize = 2 * 768;
/// The longest run of samples with durations of their own, in bytes.
const MOST_RUN_BYTES: usize = 1 << 20;

type Kind = [u8; 4];

/// The sound of a file, without tags; `None` where there is none.
pub fn parse(file: &mut FileBytes) -> io::Result<Option<Parsed>> {
    let Some(sound) = Sound::of(file)? else {
        return Ok(None);
    };
    let length_ms = sound.length_ms;
    Ok(Some(Parsed::of(
        &mut [Said::default()],
        sound.format,
        length_ms,
    )))
}

/// The first track of sound.
pub struct Sound {
    /// How it is encoded.
    pub format: Format,
    /// Of the whole or of its fragments.
    pub length_ms: Option<u64>,
}

struct Track {
    id: u32,
    timescale: u32,
    duration: u64,
    format: Format,
}

impl Sound {
    /// `None` where there is no track of sound.
    pub fn of(file: &mut FileBytes) -> io::Result<Option<Self>> {
        let mut left = MOST_BOXES;
        let whole = 0..file.stamp().size;
        let Some(moov) = first(file, whole.clone(), b"moov", &mut left)? else {
            return Ok(None);
        };
        let tracks = boxes(file, moov.clone(), &mut left)?;
        let tracks = tracks.into_iter().filter(|(kind, _)| kind == b"trak");
        let mut sound = None;
        for (_, data) in tracks.take(MOST_TRACKS) {
            if let Some(track) = track(file, data, &mut left)? {
                sound = Some(track);
                break;
            }
        }
        let Some(track) = sound else {
            return Ok(None);
        };
        let ticks = match track.duration {
            0 => fragments(file, whole, moov, &track, &mut left)?,
            whole => whole,
        };
        // A count that was cut off is no length.
        let ticks = if left > 0 { ticks } else { 0 };
        Ok(Some(Self {
            format: track.format,
            length_ms: ms(ticks, u64::from(track.timescale)),
        }))
    }
}

/// `None` where it is no track of sound.
fn track(file: &mut FileBytes, track: Range<u64>, left: &mut usize) -> io::Result<Option<Track>> {
    let head = head_of(file, track.clone(), b"tkhd", left)?;
    let Some(media) = first(file, track, b"mdia", left)? else {
        return Ok(None);
    };
    let handler = head_of(file, media.clone(), b"hdlr", left)?;
    if handler.get(8..12) != Some(b"soun") {
        return Ok(None);
    }
    let times = head_of(file, media.clone(), b"mdhd", left)?;
    let is_long = times.first() == Some(&1);
    let (timescale, duration) = if is_long {
        (be32(&times, 20), be64(&times, 24))
    } else {
        (be32(&times, 12), be32(&times, 16).map(u64::from))
    };
    let id = be32(&head, if head.first() == Some(&1) { 20 } else { 12 });
    let mut below = Some(media);
    for kind in [b"minf", b"stbl"] {
        below = match below {
            Some(range) => first(file, range, kind, left)?,
            None => None,
        };
    }
    let table = below.unwrap_or(0..0);
    let entry = head_of(file, table.clone(), b"stsd", left)?;
    let mut format = entry_format(entry.get(8..).unwrap_or_default());
    if format.codec == Codec::Aac
        && is_half(first_samples(file, table, left)?.iter().map(Vec::as_slice))
    {
        format.codec = Codec::HeAac;
    }
    Ok(Some(Track {
        id: id.unwrap_or(0),
        timescale: timescale.unwrap_or(0),
        // All ones: not known.
        duration: duration
            .filter(|ticks| *ticks != u64::from(u32::MAX) && *ticks != u64::MAX)
            .unwrap_or(0),
        format,
    }))
}

/// The first samples of a track, as far as they lie in its first chunk; none of one in fragments.
fn first_samples(
    file: &mut FileBytes,
    table: Range<u64>,
    left: &mut usize,
) -> io::Result<Vec<Vec<u8>>> {
    let chunks = head_of(file, table.clone(), b"stsc", left)?;
    let sizes = head_of(file, table.clone(), b"stsz", left)?;
    let short = head_of(file, table.clone(), b"stco", left)?;
    let long = head_of(file, table, b"co64", left)?;
    let at = be32(&short, 8).map(u64::from).or_else(|| be64(&long, 8));
    let (Some(mut at), Some(count)) = (at, be32(&chunks, 12)) else {
        return Ok(Vec::new());
    };
    let mut samples = Vec::new();
    for n in 0..TELLING_PACKETS.min(count as usize) {
        let size = match be32(&sizes, 4) {
            Some(0) => be32(&sizes, 12 + 4 * n),
            each => each,
        };
        let Some(size) = size.map(u64::from) else {
            break;
        };
        samples.push(bytes_at(file, at, size, MOST_SAMPLE)?);
        at = at.saturating_add(size);
    }
    Ok(samples)
}

fn entry_format(entry: &[u8]) -> Format {
    let codec = match entry.get(4..8).unwrap_or_default() {
        b"mp4a" if has_band_above(entry) == Some(true) => Codec::HeAac,
        b"mp4a" => described(entry),
        b"alac" => Codec::Alac,
        b"fLaC" => Codec::Flac,
        b"Opus" => Codec::Opus,
        b"ac-3" | b"ec-3" => Codec::Ac3,
        b"dtsc" | b"dtse" | b"dtsh" | b"dtsl" => Codec::Dts,
        b".mp3" => Codec::Mp3,
        b"lpcm" | b"twos" | b"sowt" | b"in24" | b"in32" | b"fl32" | b"fl64" | b"ipcm" | b"fpcm"
        | b"alaw" | b"ulaw" | b"raw " => Codec::Pcm,
        b"ima4" => Codec::Adpcm,
        // Encrypted: FairPlay, Audible, and what ISO 14496-12 (8.12) puts in the place of the codec's name.
        b"drms" | b"aavd" | b"enca" => Codec::Protected,
        _ => Codec::Unknown,
    };
    let small = |at| be16(entry, at).and_then(|number| u8::try_from(number).ok());
    Format {
        codec,
        channels: small(24).filter(|count| *count > 0),
        rate: be16(entry, 32).map(u32::from).filter(|rate| *rate > 0),
        bits: small(26).filter(|_| codec == Codec::Pcm),
        kbps: None,
        ..Format::default()
    }
}

/// The codec of what has the name of MPEG's own: the decoder's description tells it (mp4ra.org, object types).
fn described(entry: &[u8]) -> Codec {
    match object_type(entry) {
        None | Some(0x40 | 0x66..=0x68) => Codec::Aac,
        Some(0x69 | 0x6b) => Codec::Mp3,
        Some(0xa5 | 0xa6) => Codec::Ac3,
        Some(0xa9..=0xac) => Codec::Dts,
        Some(0xdd) => Codec::Vorbis,
        Some(_) => Codec::Unknown,
    }
}

fn object_type(entry: &[u8]) -> Option<u8> {
    let at = entry.windows(4).position(|window| window == b"esds")?;
    description(entry.get(at + 8..)?, 0x04, &[(0x03, 3)])?
        .first()
        .copied()
}

/// Whether the decoder's description says that the band above is rebuilt (SBR), by its object or after it in a way that
/// decoders of plain AAC pass over (ISO 14496-1, 7.2.6; ISO 14496-3, 1.6.2 and 1.6.5).
fn has_band_above(entry: &[u8]) -> Option<bool> {
    let at = entry.windows(4).position(|window| window == b"esds")?;
    let Some(rest) = description(entry.get(at + 8..)?, 0x05, &[(0x03, 3), (0x04, 13)]) else {
        return Some(false);
    };
    let object = bits(rest, 0, 5)?;
    if object == 5 || object == 29 {
        return Some(true);
    }
    let has_own_rate = bits(rest, 5, 4)? == 15;
    // Rate, channels, and three flags of the object come first.
    let after = 5 + 4 + if has_own_rate { 24 } else { 0 } + 4 + 3;
    let extends = bits(rest, after, 11)? == 0x2b7 && bits(rest, after + 11, 5)? == 5;
    Some(extends && bits(rest, after + 16, 1)? == 1)
}

/// What is in the description with this tag, inside of these others, each with what stands in it before the next.
fn description<'a>(bytes: &'a [u8], tag: u8, around: &[(u8, usize)]) -> Option<&'a [u8]> {
    let mut rest = bytes;
    for (tag, skipped) in around.iter().chain(&[(tag, 0)]) {
        if rest.first()? != tag {
            return None;
        }
        // A length of up to four bytes, each with seven bits.
        let more = rest.get(1..4)?.iter().take_while(|byte| **byte & 0x80 != 0);
        rest = rest.get(2 + more.count() + skipped..)?;
    }
    Some(rest)
}

/// How long the fragments of a track are, in its own ticks.
fn fragments(
    file: &mut FileBytes,
    whole: Range<u64>,
    moov: Range<u64>,
    track: &Track,
    left: &mut usize,
) -> io::Result<u64> {
    let mut each = 0;
    if let Some(extends) = first(file, moov, b"mvex", left)? {
        for (kind, data) in boxes(file, extends, left)? {
            let bytes = fixed(file, Some(data))?;
            if &kind == b"trex" && be32(&bytes, 4) == Some(track.id) {
                each = be32(&bytes, 12).unwrap_or(0);
            }
        }
    }
    let mut ticks = 0u64;
    for (kind, fragment) in boxes(file, whole, left)? {
        if &kind != b"moof" {
            continue;
        }
        for (kind, data) in boxes(file, fragment, left)? {
            if &kind == b"traf" {
                ticks = ticks.saturating_add(run(file, data, track.id, each, left)?);
            }
        }
    }
    Ok(ticks)
}

fn run(
    file: &mut FileBytes,
    fragment: Range<u64>,
    id: u32,
    each: u32,
    left: &mut usize,
) -> io::Result<u64> {
    let (mut each, mut ticks) = (each, 0u64);
    for (kind, data) in boxes(file, fragment, left)? {
        match &kind {
            b"tfhd" => {
                let bytes = fixed(file, Some(data))?;
                let flags = be32(&bytes, 0).unwrap_or(0);
                if be32(&bytes, 4) != Some(id) {
                    return Ok(0);
                }
                let at =
                    8 + if flags & 1 != 0 { 8 } else { 0 } + if flags & 2 != 0 { 4 } else { 0 };
                if flags & 8 != 0 {
                    each = be32(&bytes, at).unwrap_or(each);
                }
            }
            b"trun" => {
                let bytes = bytes_at(file, data.start, data.end - data.start, MOST_RUN_BYTES)?;
                ticks = ticks.saturating_add(run_ticks(&bytes, each));
            }
            _ => {}
        }
    }
    Ok(ticks)
}

fn run_ticks(run: &[u8], each: u32) -> u64 {
    let (flags, count) = (be32(run, 0).unwrap_or(0), be32(run, 4).unwrap_or(0));
    if flags & 0x100 == 0 {
        return u64::from(count) * u64::from(each);
    }
    let words = |mask: u32| (flags & mask).count_ones() as usize;
    let (head, stride) = (8 + 4 * words(0x5), 4 * words(0xf00));
    let samples = run.get(head..).unwrap_or_default().chunks(stride);
    samples
        .take(count as usize)
        .filter_map(|sample| be32(sample, 0))
        .map(u64::from)
        .sum()
}

fn fixed(file: &mut FileBytes, data: Option<Range<u64>>) -> io::Result<Vec<u8>> {
    let data = data.unwrap_or(0..0);
    bytes_at(file, data.start, data.end - data.start, FIXED_BYTES)
}

/// The head of the first box of a kind; empty where there is none.
fn head_of(
    file: &mut FileBytes,
    range: Range<u64>,
    kind: &Kind,
    left: &mut usize,
) -> io::Result<Vec<u8>> {
    let data = first(file, range, kind, left)?;
    fixed(file, data)
}

fn first(
    file: &mut FileBytes,
    range: Range<u64>,
    kind: &Kind,
    left: &mut usize,
) -> io::Result<Option<Range<u64>>> {
    let all = boxes(file, range, left)?;
    let of = all.into_iter().find(|(this, _)| this == kind);
    Ok(of.map(|(_, data)| data))
}

/// The boxes of a stretch, each with the place of its data, which never ends after the stretch.
fn boxes(
    file: &mut FileBytes,
    range: Range<u64>,
    left: &mut usize,
) -> io::Result<Vec<(Kind, Range<u64>)>> {
    let mut all = Vec::new();
    let mut at = range.start;
    while at < range.end && *left > 0 {
        *left -= 1;
        let Some(head) = file.array_at::<8>(at)? else {
            break;
        };
        let (start, end) = match be32(&head, 0).unwrap_or(0) {
            0 => (at + 8, range.end),
            1 => {
                let Some(size) = file.array_at::<8>(at + 8)?.map(u64::from_be_bytes) else {
                    break;
                };
                (at + 16, at.saturating_add(size))
            }
            size => (at + 8, at + u64::from(size)),
        };
        if end < start {
            break;
        }
        let kind = [head[4], head[5], head[6], head[7]];
        all.push((kind, start.min(range.end)..end.min(range.end)));
        at = end;
    }
    Ok(all)
}
