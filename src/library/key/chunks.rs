//! Where the samples stand in WAV, AIFF, CAF and DSF: in the one chunk that holds them.
//!
//! Formats: RIFF and RF64 (EBU Tech 3306), EA IFF 85, Apple's CAF specification, Sony's DSF specification.

use super::Extent;
use crate::library::bytes::FileBytes;
use std::io;

/// So many chunks are walked over.
const MOST_CHUNKS: usize = 1_024;

/// `data` of a WAV file; one that was never finished reaches to the end of the file.
pub fn riff(file: &mut FileBytes, wave: Extent) -> io::Result<Option<Extent>> {
    let read = |file: &mut FileBytes, at| {
        Ok(file.array_at::<8>(at)?.map(|[k0, k1, k2, k3, s @ ..]| {
            let size = u32::from_le_bytes(s);
            let unfinished = [k0, k1, k2, k3] == *b"data" && (size == 0 || size == u32::MAX);
            let size = if unfinished {
                u64::MAX
            } else {
                u64::from(size)
            };
            ([k0, k1, k2, k3], 8, size)
        }))
    };
    find(file, wave, 12, 2, b"data", read)
}

/// `SSND` of an AIFF or AIFC file.
pub fn aiff(file: &mut FileBytes, form: Extent) -> io::Result<Option<Extent>> {
    let read = |file: &mut FileBytes, at| {
        Ok(file.array_at::<8>(at)?.map(|[k0, k1, k2, k3, s @ ..]| {
            ([k0, k1, k2, k3], 8, u64::from(u32::from_be_bytes(s)))
        }))
    };
    find(file, form, 12, 2, b"SSND", read)
}

/// `data` of a CAF file; a size of −1 reaches to the end of the file.
pub fn caf(file: &mut FileBytes, caf: Extent) -> io::Result<Option<Extent>> {
    let read = |file: &mut FileBytes, at| {
        Ok(file
            .array_at::<12>(at)?
            .map(|[k0, k1, k2, k3, s @ ..]| ([k0, k1, k2, k3], 12, u64::from_be_bytes(s))))
    };
    find(file, caf, 8, 1, b"data", read)
}

/// `data` of a DSF file, whose chunks state their size with the head.
pub fn dsf(file: &mut FileBytes, dsf: Extent) -> io::Result<Option<Extent>> {
    let read = |file: &mut FileBytes, at| {
        Ok(file.array_at::<12>(at)?.map(|[k0, k1, k2, k3, s @ ..]| {
            (
                [k0, k1, k2, k3],
                12,
                u64::from_le_bytes(s).saturating_sub(12),
            )
        }))
    };
    find(file, dsf, 0, 1, b"data", read)
}

/// Kind, length of the head, and length of the content of the chunk at an offset.
type ChunkHead = Option<([u8; 4], u64, u64)>;

fn find(
    file: &mut FileBytes,
    within: Extent,
    first: u64,
    align: u64,
    wanted: &[u8; 4],
    read: impl Fn(&mut FileBytes, u64) -> io::Result<ChunkHead>,
) -> io::Result<Option<Extent>> {
    let mut at = within.start + first;
    for _ in 0..MOST_CHUNKS {
        let Some((kind, head, size)) = read(file, at)? else {
            break;
        };
        let start = at.saturating_add(head);
        let end = start.saturating_add(size).min(within.end);
        if kind == *wanted {
            return Ok(Some(Extent { start, end }));
        }
        at = end.saturating_add(size % align);
        if at >= within.end {
            break;
        }
    }
    Ok(None)
}
