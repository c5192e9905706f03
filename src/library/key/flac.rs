//! FLAC: the MD5 and the number of samples from STREAMINFO, else the frames. Format: RFC 9639.

use super::{Extent, Hash, sampled};
use crate::library::bytes::FileBytes;
use crate::music::AudioKey;
use std::io;

/// So many metadata blocks are walked over.
const MOST_BLOCKS: usize = 1_024;

/// The key of a native FLAC stream that begins with `fLaC`.
pub fn key(file: &mut FileBytes, flac: Extent) -> io::Result<Option<AudioKey>> {
    let info = file.array_at::<42>(flac.start)?;
    if let Some(info) = info.filter(|info| info[4] & 0x7f == 0)
        && info[26..42] != [0; 16]
    {
        let samples = info[21..26]
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        let mut hash = Hash::new("flac-md5", samples & 0xf_ffff_ffff);
        hash.chunk(&info[26..42]);
        return Ok(Some(hash.finish()));
    }
    let start = after_metadata(file, flac)?;
    sampled(
        file,
        "flac",
        Some(Extent {
            start,
            end: flac.end,
        }),
    )
}

fn after_metadata(file: &mut FileBytes, flac: Extent) -> io::Result<u64> {
    let mut at = flac.start + 4;
    for _ in 0..MOST_BLOCKS {
        let Some([kind, a, b, c]) = file.array_at(at)? else {
            break;
        };
        at = at.saturating_add(4 + u64::from(u32::from_be_bytes([0, a, b, c])));
        if kind & 0x80 != 0 || at >= flac.end {
            break;
        }
    }
    Ok(at.min(flac.end))
}
