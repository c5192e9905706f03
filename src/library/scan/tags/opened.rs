//! Which containers the decoders inside do not open, or not with every codec in them: `Codec` alone says that the song
//! plays, and it does with ffmpeg only. It reads a few marks and no tag.
//!
//! Formats: Microsoft mmreg.h; Apple AIFF-C, draft of 1991; Apple Core Audio Format 1.0; ISO 14496-12.

use super::content::after_id3;
use super::{asf, wave};
use crate::library::bytes::FileBytes;
use crate::music::Codec;
use std::io;

/// So many chunks of an AIFF file are looked at for the one that names its codec.
const MOST_CHUNKS: u32 = 64;
/// What AIFF-C files hold that the decoders inside play: samples as they are.
const PLAIN_IN_AIFC: [&[u8; 4]; 12] = [
    b"NONE", b"none", b"twos", b"sowt", b"raw ", b"fl32", b"FL32", b"fl64", b"FL64", b"alaw",
    b"ulaw", b"in24",
];

/// Whether a file with this codec plays with ffmpeg alone, as far as its first bytes tell.
pub fn by_ffmpeg_alone(file: &mut FileBytes, codec: Codec) -> io::Result<bool> {
    let at = after_id3(file)?;
    let head = file.array_at::<16>(at)?.unwrap_or_default();
    Ok(match &head {
        &asf::HEADER | &wave::WAVE64 => true,
        [b'R', b'F', b'6', b'4', ..]
        | [b'B', b'W', b'6', b'4', ..]
        | [b'.', b's', b'n', b'd', ..] => true,
        [
            b'R',
            b'I',
            b'F',
            b'F',
            _,
            _,
            _,
            _,
            b'W',
            b'A',
            b'V',
            b'E',
            ..,
        ] => !matches!(codec, Codec::Pcm | Codec::Adpcm),
        [b'R', b'I', b'F', b'F', ..] => true,
        [
            b'F',
            b'O',
            b'R',
            b'M',
            _,
            _,
            _,
            _,
            b'A',
            b'I',
            b'F',
            b'C',
            ..,
        ] => is_packed_aifc(file, at)?,
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => {
            matches!(codec, Codec::Mp1 | Codec::Mp2 | Codec::Mp3 | Codec::Vorbis)
        }
        [b'c', b'a', b'f', b'f', ..] => {
            // The first chunk, `desc`, has the rate as eight bytes before it.
            let kind = file.array_at::<4>(at + 28)?.unwrap_or_default();
            matches!(&kind, b"alaw" | b"ulaw")
        }
        _ => false,
    })
}

fn is_packed_aifc(file: &mut FileBytes, at: u64) -> io::Result<bool> {
    let mut at = at + 12;
    for _ in 0..MOST_CHUNKS {
        let Some(head) = file.array_at::<8>(at)? else {
            break;
        };
        let [a, b, c, d, size @ ..] = head;
        if &[a, b, c, d] == b"COMM" {
            // Behind the counts, and the rate as ten bytes.
            let kind = file.array_at::<4>(at + 8 + 18)?;
            return Ok(kind.is_some_and(|kind| !PLAIN_IN_AIFC.contains(&&kind)));
        }
        let size = u64::from(u32::from_be_bytes(size));
        at = at
            .saturating_add(8)
            .saturating_add(size.next_multiple_of(2));
    }
    Ok(false)
}
