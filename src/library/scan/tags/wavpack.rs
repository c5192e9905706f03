//! How many channels a WavPack file has: one or two a block, and several blocks where there are more. Format: wavpack.com,
//! WavPack 4 & 5 binary file format.

use super::numbers::le32;
use crate::library::bytes::FileBytes;
use crate::library::key::between_tags;
use std::io;

/// So many blocks may make up one moment.
const MOST_BLOCKS: usize = 128;
const MONO: u32 = 1 << 2;
const LAST: u32 = 1 << 12;

/// `None` where the blocks of the first moment cannot be followed.
pub fn channels(file: &mut FileBytes) -> io::Result<Option<u8>> {
    let mut at = between_tags(file)?.start;
    let mut count = 0;
    for _ in 0..MOST_BLOCKS {
        let head = file.array_at::<32>(at)?;
        let Some(head) = head.filter(|head| head.starts_with(b"wvpk")) else {
            break;
        };
        let flags = le32(&head, 24).unwrap_or(0);
        count += if flags & MONO == 0 { 2 } else { 1 };
        if flags & LAST != 0 {
            return Ok(u8::try_from(count).ok());
        }
        at = at
            .saturating_add(8)
            .saturating_add(u64::from(le32(&head, 4).unwrap_or(0)));
    }
    Ok(None)
}
