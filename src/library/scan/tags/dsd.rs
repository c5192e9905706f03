//! DSD in its two containers: DSF with an ID3v2 tag at its end, and DSDIFF with chunks of its own. Formats: Sony, DSF file
//! format 1.01; Philips, DSDIFF 1.5.

use super::embedded;
use super::numbers::{be16, be32, be64, bytes_at, cut_short, le32, le64, ms};
use super::said::{Key, Said};
use super::{Parsed, SkipReason};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};
use std::io;
use std::ops::Range;

/// So many chunks are looked at in one list.
const MOST_CHUNKS: usize = 256;
/// The longest title and artist that are read, in bytes.
const LONGEST_TEXT: usize = 4_096;

/// Reads a DSF file.
pub fn dsf(file: &mut FileBytes) -> Result<Parsed, SkipReason> {
    let head = file.array_at::<80>(0)?.ok_or_else(cut_short)?;
    if &head[28..32] != b"fmt " {
        return Err(SkipReason::NoAudio);
    }
    let tag = le64(&head, 20).unwrap_or(0);
    let samples = le64(&head, 64).unwrap_or(0);
    let format = format(le32(&head, 56), le32(&head, 52));
    let length_ms = ms(samples, u64::from(format.rate.unwrap_or(0)));
    let tag = if tag == 0 {
        0..0
    } else {
        tag..file.stamp().size
    };
    Ok(embedded::parsed(file, [tag, 0..0], None, format, length_ms))
}

fn format(rate: Option<u32>, channels: Option<u32>) -> Format {
    Format {
        codec: Codec::Dsd,
        rate: rate.filter(|rate| *rate > 0),
        channels: channels
            .and_then(|count| u8::try_from(count).ok())
            .filter(|count| *count > 0),
        bits: Some(1),
        kbps: None,
        ..Format::default()
    }
}

/// Reads a DSDIFF file.
pub fn dsdiff(file: &mut FileBytes) -> Result<Parsed, SkipReason> {
    let head = file.array_at::<16>(0)?.ok_or_else(cut_short)?;
    if &head[12..] != b"DSD " {
        return Err(SkipReason::NoAudio);
    }
    let mut found = Dsdiff::default();
    for (kind, data) in chunks(file, 16..file.stamp().size)? {
        found.chunk(file, &kind, data)?;
    }
    if found.rate.is_none() {
        return Err(SkipReason::NoAudio);
    }
    let format = format(found.rate, found.channels);
    let length_ms = found.length_ms();
    let (tag, said) = (found.tag, found.said);
    Ok(embedded::parsed(
        file,
        [tag, 0..0],
        Some(said),
        format,
        length_ms,
    ))
}

#[derive(Default)]
struct Dsdiff {
    rate: Option<u32>,
    channels: Option<u32>,
    /// Bytes of sound, where it is not compressed.
    bytes: u64,
    /// Frames, and how many a second, where it is.
    frames: Option<(u32, u16)>,
    said: Said<'static>,
    tag: Range<u64>,
}

impl Dsdiff {
    fn chunk(&mut self, file: &mut FileBytes, kind: &[u8; 4], data: Range<u64>) -> io::Result<()> {
        match kind {
            b"PROP" => {
                for (kind, data) in chunks(file, data.start.saturating_add(4)..data.end)? {
                    self.property(file, &kind, data.start)?;
                }
            }
            b"DSD " => self.bytes = data.end - data.start,
            b"DST " => {
                let head = bytes_at(file, data.start, 18, 18)?;
                if head.starts_with(b"FRTE") {
                    self.frames = be32(&head, 12).zip(be16(&head, 16));
                }
            }
            b"DIIN" => {
                for (kind, data) in chunks(file, data)? {
                    self.edited(file, &kind, data)?;
                }
            }
            b"ID3 " => self.tag = data,
            _ => {}
        }
        Ok(())
    }

    fn property(&mut self, file: &mut FileBytes, kind: &[u8; 4], at: u64) -> io::Result<()> {
        let head = bytes_at(file, at, 4, 4)?;
        match kind {
            b"FS  " => self.rate = be32(&head, 0).filter(|rate| *rate > 0),
            b"CHNL" => self.channels = be16(&head, 0).map(u32::from),
            _ => {}
        }
        Ok(())
    }

    fn edited(&mut self, file: &mut FileBytes, kind: &[u8; 4], data: Range<u64>) -> io::Result<()> {
        let key = match kind {
            b"DIAR" => Key::Artist,
            b"DITI" => Key::Title,
            _ => return Ok(()),
        };
        let count = bytes_at(file, data.start, 4, 4)?;
        let count = u64::from(be32(&count, 0).unwrap_or(0)).min(data.end - data.start);
        let text = bytes_at(file, data.start.saturating_add(4), count, LONGEST_TEXT)?;
        self.said.add_old(key, latin_1(&text));
        Ok(())
    }

    fn length_ms(&self) -> Option<u64> {
        if let Some((frames, rate)) = self.frames {
            return ms(u64::from(frames), u64::from(rate));
        }
        let each = u64::from(self.rate?).checked_mul(u64::from(self.channels?))?;
        ms(self.bytes.saturating_mul(8), each)
    }
}

fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// The chunks of a stretch, each with the place of its data, which never ends after the stretch.
fn chunks(file: &mut FileBytes, range: Range<u64>) -> io::Result<Vec<([u8; 4], Range<u64>)>> {
    let mut all = Vec::new();
    let mut at = range.start;
    while at < range.end && all.len() < MOST_CHUNKS {
        let Some(head) = file.array_at::<12>(at)? else {
            break;
        };
        let size = be64(&head, 4).unwrap_or(0);
        let start = at.saturating_add(12);
        let end = start.saturating_add(size).min(range.end).max(start);
        let kind = [head[0], head[1], head[2], head[3]];
        all.push((kind, start..end));
        // Chunks begin at even places.
        at = start.saturating_add(size).saturating_add(size % 2);
    }
    Ok(all)
}
