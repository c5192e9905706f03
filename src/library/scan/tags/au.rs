//! AU, the sound files of Sun and NeXT: a head of fixed layout and samples, without tags. Format: SunOS 4.1,
//! `audio_filehdr.h`; NeXTSTEP, `soundstruct.h`.

use super::numbers::{be32, bytes_at, cut_short, ms};
use super::said::Said;
use super::{Parsed, SkipReason};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};

const HEAD_BYTES: usize = 24;
/// The size that a writer to a pipe leaves: to the end of the file.
const TO_THE_END: u32 = u32::MAX;

/// Reads the head that begins at `at`.
pub fn parse(file: &mut FileBytes, at: u64) -> Result<Parsed, SkipReason> {
    let head = bytes_at(file, at, HEAD_BYTES as u64, HEAD_BYTES)?;
    let word = |at| be32(&head, at).ok_or_else(cut_short);
    let (start, stated, kind) = (word(4)?, word(8)?, word(12)?);
    let (rate, channels) = (word(16)?, u8::try_from(word(20)?).unwrap_or(0));
    if rate == 0 || channels == 0 {
        return Err(SkipReason::NoAudio);
    }
    // µ-law and A-law are samples of eight bits.
    let bits: Option<u8> = match kind {
        1 | 2 | 27 => Some(8),
        3 => Some(16),
        4 => Some(24),
        5 | 6 => Some(32),
        7 => Some(64),
        _ => None,
    };
    let there = file.stamp().size.saturating_sub(at + u64::from(start));
    let bytes = match stated {
        TO_THE_END => there,
        stated => u64::from(stated).min(there),
    };
    let length_ms = bits.and_then(|bits| {
        let frame_bits = u64::from(bits) * u64::from(channels);
        ms(bytes.saturating_mul(8) / frame_bits, u64::from(rate))
    });
    let format = Format {
        codec: bits.map_or(Codec::Unknown, |_| Codec::Pcm),
        rate: Some(rate),
        channels: Some(channels),
        bits,
        ..Format::default()
    };
    Ok(Parsed::of(&mut [Said::default()], format, length_ms))
}
