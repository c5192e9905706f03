//! The wave family for sizes that lofty cannot count or does not trust: RF64 and BW64, Sony Wave64, and RIFF with wrong
//! lengths. Formats: EBU Tech 3306, ITU-R BS.2088, Sony Wave64 1.0, Microsoft mmreg.h and Multiwav.

use super::numbers::{bytes_at, cut_short, le16, le32, le64, ms};
use super::said::Said;
use super::{Parsed, SkipReason, embedded, named};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};
use std::io;
use std::ops::Range;

/// What a Wave64 file begins with.
pub const WAVE64: [u8; 16] = *b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0";
/// So many chunks are looked at.
const MOST_CHUNKS: usize = 1_024;
/// What is read of an INFO list.
const MOST_INFO_BYTES: usize = 64 << 10;
const FORMAT_BYTES: usize = 40;
const EXTENSIBLE: u16 = 0xfffe;
/// The length that says: look into ds64.
const ELSEWHERE: u64 = 0xffff_ffff;

/// The codec of a format tag (mmreg.h).
pub fn codec_of_tag(tag: u16) -> Codec {
    match tag {
        // PCM, float, A-law, µ-law.
        0x01 | 0x03 | 0x06 | 0x07 => Codec::Pcm,
        0x02 | 0x11 => Codec::Adpcm,
        0x50 => Codec::Mp2,
        0x55 => Codec::Mp3,
        0xff | 0x1600 | 0x1610 | 0xa106 => Codec::Aac,
        0x0a | 0x0b | 0x160..=0x163 => Codec::Wma,
        0x2000 => Codec::Ac3,
        0x2001 => Codec::Dts,
        0x674f..=0x6751 | 0x676f..=0x6771 => Codec::Vorbis,
        0xf1ac => Codec::Flac,
        0x5756 => Codec::WavPack,
        _ => Codec::Unknown,
    }
}

/// Reads a file of the family.
pub fn parse(file: &mut FileBytes) -> Result<Parsed, SkipReason> {
    let head = file.array_at::<16>(0)?.ok_or_else(cut_short)?;
    let kind = if head == WAVE64 {
        Kind::Wave64
    } else {
        Kind::Riff
    };
    let mut found = Wave::default();
    for (mark, data) in kind.chunks(file)? {
        found.chunk(file, &mark, data)?;
    }
    let Some(format) = found.format else {
        return Err(SkipReason::Damaged(
            "it does not say how its sound is encoded".to_owned(),
        ));
    };
    let Some(length_ms) = found.length_ms() else {
        return Err(SkipReason::NoAudio);
    };
    let (info, tag) = (found.info, found.tag);
    let said = Some(info_said(&info));
    Ok(embedded::parsed(
        file,
        [tag, 0..0],
        said,
        format,
        Some(length_ms),
    ))
}

#[derive(Clone, Copy)]
enum Kind {
    /// Marks and lengths of four bytes.
    Riff,
    /// Marks of 16 bytes, and lengths of eight that count the head too.
    Wave64,
}

struct Chunk {
    mark: [u8; 4],
    data: Range<u64>,
    /// Where the next one begins.
    next: u64,
}

impl Kind {
    fn chunks(self, file: &mut FileBytes) -> io::Result<Vec<([u8; 4], Range<u64>)>> {
        let mut all = Vec::new();
        let end = file.stamp().size;
        let mut at = match self {
            Self::Riff => 12,
            Self::Wave64 => 40,
        };
        let mut long = None;
        while at < end && all.len() < MOST_CHUNKS {
            let Some(Chunk { mark, data, next }) = self.chunk(file, at, long)? else {
                break;
            };
            if &mark == b"ds64" {
                let sizes = bytes_at(file, data.start, 16, 16)?;
                long = le64(&sizes, 8);
            }
            all.push((mark, data.start..data.end.min(end)));
            at = next;
        }
        Ok(all)
    }

    fn chunk(self, file: &mut FileBytes, at: u64, long: Option<u64>) -> io::Result<Option<Chunk>> {
        let (start, length, align) = match self {
            Self::Riff => {
                let Some(head) = file.array_at::<8>(at)? else {
                    return Ok(None);
                };
                let stated = u64::from(le32(&head, 4).unwrap_or(0));
                let length = match (&head[..4], long) {
                    (b"data", Some(long)) if stated == ELSEWHERE => long,
                    // Its writer never came to the end.
                    (b"data", _) if stated == 0 => u64::MAX,
                    _ => stated,
                };
                (at.saturating_add(8), length, 2)
            }
            Self::Wave64 => {
                let Some(head) = file.array_at::<24>(at)? else {
                    return Ok(None);
                };
                let Some(length) = le64(&head, 16).and_then(|size| size.checked_sub(24)) else {
                    return Ok(None);
                };
                (at.saturating_add(24), length, 8)
            }
        };
        let Some(mark) = file.array_at::<4>(at)? else {
            return Ok(None);
        };
        let end = start.saturating_add(length);
        let next = end.checked_next_multiple_of(align).unwrap_or(u64::MAX);
        let data = start..end;
        Ok(Some(Chunk { mark, data, next }))
    }
}

#[derive(Default)]
struct Wave {
    format: Option<Format>,
    bytes_a_second: u32,
    block_bytes: u16,
    /// Frames, where the codec does not tell them by bytes.
    frames: Option<u32>,
    data_bytes: u64,
    info: Vec<u8>,
    tag: Range<u64>,
}

impl Wave {
    fn chunk(&mut self, file: &mut FileBytes, mark: &[u8; 4], data: Range<u64>) -> io::Result<()> {
        let length = data.end.saturating_sub(data.start);
        match mark {
            b"fmt " => {
                let bytes = bytes_at(file, data.start, length, FORMAT_BYTES)?;
                self.format(&bytes);
            }
            b"fact" => {
                let bytes = bytes_at(file, data.start, 4, 4)?;
                self.frames = le32(&bytes, 0).filter(|frames| u64::from(*frames) != ELSEWHERE);
            }
            b"data" if self.data_bytes == 0 => self.data_bytes = length,
            b"LIST" | b"list" => {
                let list = bytes_at(file, data.start, length, MOST_INFO_BYTES)?;
                if list.starts_with(b"INFO") {
                    self.info = list;
                }
            }
            b"id3 " | b"ID3 " => self.tag = data,
            _ => {}
        }
        Ok(())
    }

    fn format(&mut self, bytes: &[u8]) {
        let stated = le16(bytes, 0).unwrap_or(0);
        // The first bytes of the GUID of an extensible format are the tag of old.
        let tag = if stated == EXTENSIBLE {
            le16(bytes, 24).unwrap_or(stated)
        } else {
            stated
        };
        let small = |at| le16(bytes, at).and_then(|number| u8::try_from(number).ok());
        let rate = le32(bytes, 4).filter(|rate| *rate > 0);
        let channels = small(2).filter(|count| *count > 0);
        self.bytes_a_second = le32(bytes, 8).unwrap_or(0);
        self.block_bytes = le16(bytes, 12).unwrap_or(0);
        if rate.is_some() && channels.is_some() {
            self.format = Some(Format {
                codec: codec_of_tag(tag),
                rate,
                channels,
                bits: small(14).filter(|bits| *bits > 0),
                kbps: Some(self.bytes_a_second / 125).filter(|kbps| *kbps > 0),
                ..Format::default()
            });
        }
    }

    fn length_ms(&self) -> Option<u64> {
        let format = self.format?;
        let rate = u64::from(format.rate?);
        if format.codec == Codec::Pcm && self.block_bytes > 0 {
            return ms(self.data_bytes / u64::from(self.block_bytes), rate);
        }
        let told = self.frames.and_then(|frames| ms(u64::from(frames), rate));
        told.or_else(|| ms(self.data_bytes, u64::from(self.bytes_a_second)))
    }
}

/// What an INFO list says; nothing says what charset it has.
fn info_said(list: &[u8]) -> Said<'static> {
    let mut said = Said::default();
    let mut at = 4;
    while let (Some(name), Some(length)) = (list.get(at..at + 4), le32(list, at + 4)) {
        let length = length as usize;
        let text = list.get(at + 8..).unwrap_or_default();
        let text = text.get(..length).unwrap_or(text);
        if let Some(key) = std::str::from_utf8(name).ok().and_then(named::info_key) {
            let text: String = text.iter().map(|byte| char::from(*byte)).collect();
            said.add_old(key, text);
        }
        at = at
            .saturating_add(8)
            .saturating_add(length)
            .saturating_add(length % 2);
        if at >= list.len() {
            break;
        }
    }
    said
}
