//! Tags between the frames of a stream, as they stand in the middle where two files became one. It reads how long they
//! are and nothing else.
//!
//! Formats: ID3v1 and its enhanced part, ID3v2.4 §3.1 and §3.4 (id3.org), APEv2 (header and footer, 32 bytes each), Lyrics3.

use super::walk::{Held, MpegBytes};
use std::io;

/// One after another; more stand in no sane file.
const MOST_TAGS: u32 = 16;
/// Lyrics3 ends within so much.
const MOST_LYRICS: u64 = 1 << 20;
/// Zeros behind tags.
const MOST_ZEROS: u64 = 16 << 20;
const HEAD: usize = 32;

/// Where the tags end that begin here, and the zeros behind them.
pub(super) fn behind_tags(bytes: &mut Held<impl MpegBytes>, at: u64) -> io::Result<u64> {
    let mut end = at;
    for _ in 0..MOST_TAGS {
        let head = bytes.at(end, HEAD)?;
        let tag = match head {
            [b'L', b'Y', b'R', b'I', b'C', b'S', b'B', ..] => lyrics_bytes(bytes, end)?,
            head => tag_bytes(head),
        };
        let Some(tag) = tag else { break };
        end = end.saturating_add(tag).min(bytes.end);
    }
    let most = match end > at {
        true => end.saturating_add(MOST_ZEROS).min(bytes.end),
        false => end,
    };
    while end < most && bytes.at(end, 1)? == [0] {
        end += 1;
    }
    Ok(end)
}

fn tag_bytes(head: &[u8]) -> Option<u64> {
    if head.starts_with(b"TAG+") {
        return Some(227);
    }
    if head.starts_with(b"TAG") {
        return Some(128);
    }
    if let Some(fields) = head.strip_prefix(b"APETAGEX") {
        let number = |at: usize| fields.get(at..)?.first_chunk().copied();
        let (size, flags) = (number(4)?, number(12)?);
        let is_header = u32::from_le_bytes(flags) & 1 << 29 != 0;
        // The size counts the footer and not the header.
        let body = u64::from(u32::from_le_bytes(size));
        return Some(HEAD as u64 + if is_header { body } else { 0 });
    }
    let fields = head.strip_prefix(b"ID3")?;
    let (flags, size) = (*fields.get(2)?, fields.get(3..7)?);
    let is_size = size.iter().all(|byte| *byte < 0x80);
    let body = size.iter().fold(0, |sum, byte| sum << 7 | u64::from(*byte));
    let foot = if flags & 0x10 == 0 { 0 } else { 10 };
    is_size.then_some(10 + body + foot)
}

/// Lyrics3 tells its length at its end.
fn lyrics_bytes(bytes: &mut Held<impl MpegBytes>, at: u64) -> io::Result<Option<u64>> {
    const END: usize = b"LYRICSEND".len();
    for length in 0..MOST_LYRICS {
        let word = bytes.at(at + length, END)?;
        if word == b"LYRICSEND" || word == b"LYRICS200" {
            return Ok(Some(length + END as u64));
        }
        if word.len() < END {
            break;
        }
    }
    Ok(None)
}
