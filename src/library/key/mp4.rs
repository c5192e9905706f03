//! MP4: the payload of its `mdat` boxes, wherever `moov` stands. Format: ISO 14496-12, 4.2.

use super::{Extent, HEAD_BYTES, Hash, PART_BYTES, sampled};
use crate::library::bytes::FileBytes;
use crate::music::AudioKey;
use std::io;

/// So many boxes of the top level are walked over; a fragmented file has two for each few seconds.
const MOST_BOXES: usize = 4_096;

/// The key of a file that begins with `ftyp`.
pub fn key(file: &mut FileBytes, mp4: Extent) -> io::Result<Option<AudioKey>> {
    let payloads = media(file, mp4)?;
    let (Some(first), Some(last)) = (payloads.first(), payloads.last()) else {
        return Ok(None);
    };
    if payloads.len() == 1 {
        return sampled(file, "mp4", Some(*first));
    }
    let length = payloads.iter().map(|payload| payload.len()).sum();
    let mut hash = Hash::new("mp4-fragments", length);
    hash.extent(file, first.start, first.end, HEAD_BYTES)?;
    let tail = last.start.max(last.end.saturating_sub(PART_BYTES as u64));
    hash.extent(file, tail, last.end, PART_BYTES)?;
    Ok(Some(hash.finish()))
}

fn media(file: &mut FileBytes, mp4: Extent) -> io::Result<Vec<Extent>> {
    let mut found = Vec::new();
    let mut at = mp4.start;
    for _ in 0..MOST_BOXES {
        let Some([a, b, c, d, kind @ ..]) = file.array_at::<8>(at)? else {
            break;
        };
        let (head, size) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, mp4.end.saturating_sub(at)),
            1 => (16, file.array_at(at + 8)?.map_or(0, u64::from_be_bytes)),
            size => (8, u64::from(size)),
        };
        if size < head {
            break;
        }
        let end = at.saturating_add(size).min(mp4.end);
        if &kind == b"mdat" && end > at + head {
            found.push(Extent {
                start: at + head,
                end,
            });
        }
        at = end;
        if at >= mp4.end {
            break;
        }
    }
    Ok(found)
}
