//! The length of AAC in ADTS frames, which state no length and no bit rate: frames are counted, in a long file as far as
//! [`MOST_BYTES`] and the rest taken to be like them; and whether it is HE-AAC, which no header of theirs can say.
//! Format: ISO 14496-3, 1.A.2.2.

use super::numbers::{bits, bytes_at, ms};
use crate::library::bytes::FileBytes;
use crate::library::key::between_tags;
use crate::music::{TELLING_PACKETS, is_half};
use std::io;

/// So much of a file is walked over.
const MOST_BYTES: u64 = 512 << 10;
const SAMPLES_A_BLOCK: u64 = 1_024;
const HEAD_BYTES: u64 = 7;
/// The longest frame that a header can tell.
const MOST_FRAME: usize = (1 << 13) - 1;

/// Playing time in ms; `None` where the audio does not begin with a frame.
pub fn length_ms(file: &mut FileBytes, rate: u32) -> io::Result<Option<u64>> {
    let audio = between_tags(file)?;
    let end = audio.end.min(audio.start.saturating_add(MOST_BYTES));
    let (mut at, mut samples) = (audio.start, 0u64);
    while at < end {
        let Some((bytes, count)) = file.array_at::<7>(at)?.and_then(frame) else {
            break;
        };
        samples += count;
        at += bytes;
    }
    let walked = at - audio.start;
    if walked == 0 {
        return Ok(None);
    }
    // What follows the last frame is no sound, unless the walk was cut off there.
    let whole = if at < end {
        walked
    } else {
        audio.end - audio.start
    };
    let samples = u128::from(samples) * u128::from(whole) / u128::from(walked);
    Ok(ms(u64::try_from(samples).unwrap_or(0), u64::from(rate)))
}

/// Whether it is HE-AAC.
pub fn is_he_aac(file: &mut FileBytes) -> io::Result<bool> {
    let mut at = between_tags(file)?.start;
    let mut packets = Vec::new();
    while packets.len() < TELLING_PACKETS {
        let Some(head) = file.array_at::<7>(at)? else {
            break;
        };
        let Some((bytes, _)) = frame(head) else { break };
        // Where there is a checksum, it stands behind the head.
        let inside = if head[1] & 1 == 1 {
            HEAD_BYTES
        } else {
            HEAD_BYTES + 2
        };
        let length = bytes.saturating_sub(inside);
        packets.push(bytes_at(file, at + inside, length, MOST_FRAME)?);
        at += bytes;
    }
    Ok(is_half(packets.iter().map(Vec::as_slice)))
}

/// Bytes and samples of a frame.
fn frame(head: [u8; 7]) -> Option<(u64, u64)> {
    if head[0] != 0xff || head[1] & 0xf6 != 0xf0 {
        return None;
    }
    let bytes = u64::from(bits(&head, 30, 13)?);
    let blocks = u64::from(bits(&head, 54, 2)?) + 1;
    (bytes >= HEAD_BYTES).then_some((bytes, blocks * SAMPLES_A_BLOCK))
}
