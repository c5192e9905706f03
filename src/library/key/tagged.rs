//! Tags that stand before and after the audio in MP3, AAC, APE, Musepack, WavPack and others. It reads no tag's content.
//!
//! Before: ID3v2 (any number, with footer), APEv2, padding of zeros. After: ID3v1 with its "TAG+" extension, APEv1 and v2,
//! Lyrics3 v1 and v2, ID3v2.4 with a footer. Formats: id3.org, wiki.hydrogenaud.io (APEv2), id3.org/Lyrics3.

use super::Extent;
use crate::library::bytes::FileBytes;
use std::io;

/// So many tags in a row at either end are looked through.
const MOST_TAGS: usize = 16;
/// So many zeros after the tags count as padding.
const MOST_PADDING: u64 = 64 << 10;
/// Lyrics3 v1 holds at most so many bytes.
const LYRICS3_V1_BYTES: usize = 5_100;

/// What is left of a stretch when the tags at its ends are taken off.
pub fn without_tags(file: &mut FileBytes, mut audio: Extent) -> io::Result<Extent> {
    for _ in 0..MOST_TAGS {
        let length = leading_tag(file, audio.start)?;
        if length == 0 {
            break;
        }
        audio.start = audio.start.saturating_add(length).min(audio.end);
        audio.start = after_zeros(file, audio)?;
    }
    for _ in 0..MOST_TAGS {
        let length = trailing_tag(file, audio)?;
        if length == 0 {
            break;
        }
        audio.end = audio.end.saturating_sub(length).max(audio.start);
    }
    Ok(audio)
}

fn leading_tag(file: &mut FileBytes, at: u64) -> io::Result<u64> {
    if let Some(head) = file.array_at::<10>(at)?
        && head.starts_with(b"ID3")
        && let Some(size) = synchsafe(&head[6..])
    {
        let has_footer = head[3] == 4 && head[5] & 0x10 != 0;
        return Ok(10 + size + if has_footer { 10 } else { 0 });
    }
    let Some(head) = file.array_at::<32>(at)?.filter(is_ape) else {
        return Ok(0);
    };
    Ok(32 + ape_size(&head))
}

fn trailing_tag(file: &mut FileBytes, audio: Extent) -> io::Result<u64> {
    // One read shows every mark that can stand here: ID3v1's is the longest.
    let Some(tail) = file.array_at::<128>(audio.end.saturating_sub(128))? else {
        return Ok(0);
    };
    if audio.len() < 128 {
        return Ok(0);
    }
    if tail.starts_with(b"TAG") {
        return Ok(128 + enhanced_tag(file, audio)?);
    }
    let mut foot = [0; 32];
    foot.copy_from_slice(&tail[96..]);
    if is_ape(&foot) {
        let has_header = foot[23] & 0x80 != 0;
        return Ok(ape_size(&foot) + if has_header { 32 } else { 0 });
    }
    if tail.ends_with(b"LYRICS200") {
        return Ok(digits(&tail[113..119]).map_or(0, |size| size + 15));
    }
    if tail.ends_with(b"LYRICSEND") {
        return lyrics3_v1(file, audio);
    }
    if tail[118..].starts_with(b"3DI") {
        return Ok(synchsafe(&tail[124..]).map_or(0, |size| size + 20));
    }
    Ok(0)
}

/// The 227 bytes that may stand before ID3v1.
fn enhanced_tag(file: &mut FileBytes, audio: Extent) -> io::Result<u64> {
    let Some(at) = audio
        .end
        .checked_sub(128 + 227)
        .filter(|at| *at >= audio.start)
    else {
        return Ok(0);
    };
    Ok(match file.array_at::<4>(at)? {
        Some(mark) if &mark == b"TAG+" => 227,
        _ => 0,
    })
}

fn lyrics3_v1(file: &mut FileBytes, audio: Extent) -> io::Result<u64> {
    let mut text = vec![0; LYRICS3_V1_BYTES.min(audio.len() as usize)];
    let start = audio.end - text.len() as u64;
    let read = file.read_at(start, &mut text)?;
    let begin = text[..read]
        .windows(11)
        .rposition(|window| window == b"LYRICSBEGIN");
    Ok(begin.map_or(0, |at| (text.len() - at) as u64))
}

fn after_zeros(file: &mut FileBytes, audio: Extent) -> io::Result<u64> {
    let limit = audio.end.min(audio.start.saturating_add(MOST_PADDING));
    let mut at = audio.start;
    let mut buffer = [0; 512];
    while at < limit {
        let read = file.read_at(at, &mut buffer)?;
        if read == 0 {
            break;
        }
        if let Some(found) = buffer[..read].iter().position(|byte| *byte != 0) {
            return Ok(at + found as u64);
        }
        at += read as u64;
    }
    // Zeros without end are no padding; what stands there is the file's audio as far as anybody knows.
    Ok(audio.start)
}

fn is_ape(mark: &[u8; 32]) -> bool {
    mark.starts_with(b"APETAGEX")
}

/// Size of an APE tag as its head or foot states it: the items and the foot, without the head.
fn ape_size(mark: &[u8; 32]) -> u64 {
    u64::from(u32::from_le_bytes([mark[12], mark[13], mark[14], mark[15]]))
}

/// Four bytes of seven bits each.
fn synchsafe(bytes: &[u8]) -> Option<u64> {
    let bytes = bytes.get(..4)?;
    bytes.iter().all(|byte| *byte < 0x80).then(|| {
        bytes
            .iter()
            .fold(0, |size, byte| size << 7 | u64::from(*byte))
    })
}

fn digits(bytes: &[u8]) -> Option<u64> {
    std::str::from_utf8(bytes).ok()?.parse().ok()
}
