//! What lofty leaves out of WavPack: how many channels there are, one or two a block and several blocks where there are
//! more, and the length of a file whose writer did not know it. Format: wavpack.com, WavPack 4 & 5 binary file format.

use super::numbers::{bytes_at, le32, ms};
use crate::library::bytes::FileBytes;
use crate::library::key::between_tags;
use std::io;

/// So many blocks may make up one moment.
const MOST_BLOCKS: usize = 128;
/// How far from the end the last block is looked for.
const TAIL_BYTES: u64 = 256 << 10;
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

/// Where the last block ends, in ms.
pub fn length_ms(file: &mut FileBytes, rate: u32) -> io::Result<Option<u64>> {
    let audio = between_tags(file)?;
    let start = audio.end.saturating_sub(TAIL_BYTES).max(audio.start);
    let tail = bytes_at(file, start, audio.end - start, TAIL_BYTES as usize)?;
    let marks = tail.windows(4).enumerate().rev();
    let last = marks
        .filter(|(_, mark)| *mark == b"wvpk")
        .find_map(|(at, _)| {
            let (size, index) = (le32(&tail, at + 4)?, le32(&tail, at + 16)?);
            let samples = le32(&tail, at + 20).filter(|samples| *samples > 0)?;
            // A mark within the sound is followed by no size that ends where the sound does.
            let fits = start + at as u64 + 8 + u64::from(size) <= audio.end;
            fits.then_some(u64::from(index) + u64::from(samples))
        });
    Ok(last.and_then(|samples| ms(samples, u64::from(rate))))
}
