//! Ogg whose comments cannot be read, or that carries several streams at once: the sound's own description and length. It
//! is for what lofty gives up on, and reads no tag. Formats: RFC 3533, RFC 7845, xiph.org (Vorbis I, Speex, FLAC mapping).

use super::Parsed;
use super::numbers::{bits, bytes_at, le16, le32, le64, ms};
use super::said::Said;
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};
use std::io;

/// So many streams may begin a file.
const MOST_STREAMS: usize = 16;
/// How far from the end the last page of a stream is looked for.
const TAIL_BYTES: usize = 128 << 10;
const PAGE_HEAD: usize = 27;
/// Flag of a page with which a stream begins.
const BEGINS: u8 = 2;
const OPUS_RATE: u32 = 48_000;

/// The first stream of sound; `None` where the file does not begin with one.
pub fn parse(file: &mut FileBytes) -> io::Result<Option<Parsed>> {
    let mut at = 0u64;
    for _ in 0..MOST_STREAMS {
        let page = bytes_at(file, at, 512, 512)?;
        if !page.starts_with(b"OggS") || page.get(5).is_none_or(|flags| flags & BEGINS == 0) {
            break;
        }
        let segments = usize::from(page.get(26).copied().unwrap_or(0));
        let sizes = page
            .get(PAGE_HEAD..PAGE_HEAD + segments)
            .unwrap_or_default();
        let packet = page.get(PAGE_HEAD + segments..).unwrap_or_default();
        if let (Some((format, skipped)), Some(serial)) = (stream(packet), le32(&page, 14)) {
            let last = last_granule(file, serial)?.unwrap_or(0);
            let samples = last.saturating_sub(skipped);
            let length_ms = ms(samples, u64::from(format.rate.unwrap_or(0)));
            return Ok(Some(Parsed::of(&mut [Said::default()], format, length_ms)));
        }
        let payload: u64 = sizes.iter().map(|size| u64::from(*size)).sum();
        at = at
            .saturating_add((PAGE_HEAD + segments) as u64)
            .saturating_add(payload);
    }
    Ok(None)
}

/// What the first packet of a stream says, and how many samples are thrown away at its beginning.
fn stream(packet: &[u8]) -> Option<(Format, u64)> {
    let small = |at: usize| packet.get(at).copied().filter(|count| *count > 0);
    let of = |codec, rate: Option<u32>, channels| Format {
        codec,
        rate: rate.filter(|rate| *rate > 0),
        channels,
        ..Format::default()
    };
    let (format, skipped) = if packet.starts_with(b"\x01vorbis") {
        (of(Codec::Vorbis, le32(packet, 12), small(11)), 0)
    } else if packet.starts_with(b"OpusHead") {
        let skipped = le16(packet, 10).map_or(0, u64::from);
        (of(Codec::Opus, Some(OPUS_RATE), small(9)), skipped)
    } else if packet.starts_with(b"Speex   ") {
        let channels = le32(packet, 48).and_then(|count| u8::try_from(count).ok());
        (of(Codec::Speex, le32(packet, 36), channels), 0)
    } else if packet.starts_with(b"\x7fFLAC") {
        let info = packet.get(17..)?;
        let channels = bits(info, 100, 3).map(|count| count as u8 + 1);
        (of(Codec::Flac, bits(info, 80, 20), channels), 0)
    } else {
        return None;
    };
    format.rate?;
    Some((format, skipped))
}

/// The samples that a stream has had by its last page.
fn last_granule(file: &mut FileBytes, serial: u32) -> io::Result<Option<u64>> {
    let start = file.stamp().size.saturating_sub(TAIL_BYTES as u64);
    let tail = bytes_at(file, start, TAIL_BYTES as u64, TAIL_BYTES)?;
    let pages = tail.windows(4).enumerate().rev();
    let of_stream = pages
        .filter(|(at, mark)| *mark == b"OggS" && le32(&tail, at + 14) == Some(serial))
        .filter_map(|(at, _)| le64(&tail, at + 6));
    // No packet ends on a page whose position is −1.
    Ok(of_stream.into_iter().find(|granule| *granule != u64::MAX))
}
