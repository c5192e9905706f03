//! Where the samples stand in WAV, AIFF, CAF, DSF, DSDIFF and ASF: in the one chunk that holds them.
//!
//! Formats: RIFF and RF64 (EBU Tech 3306), EA IFF 85, Apple's CAF specification, Sony's DSF specification, Philips' DSDIFF
//! 1.5, Microsoft's ASF specification 01.20.

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

/// `DSD ` of a DSDIFF file, or `DST ` where it is compressed.
pub fn dsdiff(file: &mut FileBytes, form: Extent) -> io::Result<Option<Extent>> {
    let read = |file: &mut FileBytes, at| {
        Ok(file.array_at::<12>(at)?.map(|[k0, k1, k2, k3, s @ ..]| {
            let kind = [k0, k1, k2, k3];
            let kind = if kind == *b"DST " { *b"DSD " } else { kind };
            (kind, 12, u64::from_be_bytes(s))
        }))
    };
    find(file, form, 16, 2, b"DSD ", read)
}

/// The packets of an ASF file: its data object (75b22636-668e-11cf-a6d9-00aa0062ce6c) without its head.
pub fn asf(file: &mut FileBytes, asf: Extent) -> io::Result<Option<Extent>> {
    let read = |file: &mut FileBytes, at| {
        Ok(file.array_at::<24>(at)?.map(|[k0, k1, k2, k3, rest @ ..]| {
            let [.., s0, s1, s2, s3, s4, s5, s6, s7] = rest;
            let size = u64::from_le_bytes([s0, s1, s2, s3, s4, s5, s6, s7]);
            ([k0, k1, k2, k3], ASF_HEAD, size.saturating_sub(ASF_HEAD))
        }))
    };
    // No object of the top level is shorter than the head of the data.
    find(file, asf, 0, 1, b"\x36\x26\xb2\x75", read)
}

/// What stands before the packets: id and size, the file's id, the number of packets, two bytes.
const ASF_HEAD: u64 = 50;

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
