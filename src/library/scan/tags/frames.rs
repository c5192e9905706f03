//! The frames of an ID3v2 tag at the head of a file, as their heads state them. It reads none of their content.
//!
//! Format: id3.org/id3v2.3.0 and id3v2.4.0-structure.

use crate::library::bytes::FileBytes;
use std::io;

/// Frames that are looked at.
const MOST_FRAMES: usize = 4_096;
const HEADER_BYTES: u64 = 10;

/// A frame of v2.3 or v2.4.
pub struct Frame {
    /// What it holds.
    pub id: [u8; 4],
    /// Where its content begins.
    pub at: u64,
    /// Its content, in bytes.
    pub size: u64,
    /// Its content is deflated.
    pub is_deflated: bool,
    /// Its content is as it is: neither deflated nor encrypted, unsynchronised or in a group.
    pub is_plain: bool,
}

/// Gives every frame to `take`, in order; none of a tag that is none, or whose lengths are not those of its bytes.
pub fn each(file: &mut FileBytes, mut take: impl FnMut(Frame)) -> io::Result<()> {
    let Some(head) = file
        .array_at::<10>(0)?
        .filter(|head| head.starts_with(b"ID3"))
    else {
        return Ok(());
    };
    let version = head[3];
    // v2.2 knows no deflated frames, and of an unsynchronised tag the lengths are those of other bytes.
    if !matches!(version, 3 | 4) || head[5] & 0x80 != 0 {
        return Ok(());
    }
    let end = HEADER_BYTES.saturating_add(synchsafe(&head[6..]));
    let mut at = HEADER_BYTES.saturating_add(extended_header(file, version, head[5])?);
    for _ in 0..MOST_FRAMES {
        let Some(frame) = file
            .array_at::<10>(at)?
            .filter(|frame| at < end && frame[0] != 0)
        else {
            break;
        };
        let size = match version {
            4 => synchsafe(&frame[4..8]),
            _ => plain(&frame[4..8]),
        };
        at = at.saturating_add(HEADER_BYTES);
        take(Frame {
            id: [frame[0], frame[1], frame[2], frame[3]],
            at,
            size,
            is_deflated: frame[9] & if version == 4 { 0x08 } else { 0x80 } != 0,
            is_plain: frame[9] == 0,
        });
        at = at.saturating_add(size);
    }
    Ok(())
}

/// How long the header is that may stand before the frames.
fn extended_header(file: &mut FileBytes, version: u8, flags: u8) -> io::Result<u64> {
    if flags & 0x40 == 0 {
        return Ok(0);
    }
    let size = file.array_at::<4>(HEADER_BYTES)?.unwrap_or_default();
    Ok(match version {
        4 => synchsafe(&size),
        _ => plain(&size).saturating_add(4),
    })
}

fn synchsafe(bytes: &[u8]) -> u64 {
    let bits = bytes.iter().take(4);
    bits.fold(0, |size, byte| size << 7 | u64::from(byte & 0x7f))
}

fn plain(bytes: &[u8]) -> u64 {
    let bits = bytes.iter().take(4);
    bits.fold(0, |size, byte| size << 8 | u64::from(*byte))
}
