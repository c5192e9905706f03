//! FLAC whose metadata blocks lie about their lengths: the sound's description, which always comes first, and the comments
//! as far as they go. It is for what lofty gives up on. Format: RFC 9639, 8; xiph.org/vorbis/doc/v-comment.html.

use super::numbers::{bits, bytes_at, le32, ms};
use super::said::{Key, Said};
use super::{Parsed, SkipReason};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};
use std::io;

/// So many blocks are looked at.
const MOST_BLOCKS: usize = 64;
/// What is read of the comments.
const MOST_COMMENT_BYTES: usize = 1 << 20;
const COMMENTS: u8 = 4;
const STREAM_BYTES: usize = 38;

/// The FLAC that begins at `at`; `None` where not even its description can be read.
pub fn parse(file: &mut FileBytes, at: u64) -> Result<Option<Parsed>, SkipReason> {
    let head = bytes_at(file, at, 42, 42)?;
    let Some((format, length_ms)) = stream(&head[4.min(head.len())..]) else {
        return Ok(None);
    };
    let said = comments(file, at.saturating_add(4))?;
    Ok(Some(Parsed::of(&mut [said], format, length_ms)))
}

/// What the first block, head and all, says of the sound.
fn stream(block: &[u8]) -> Option<(Format, Option<u64>)> {
    if block.len() < STREAM_BYTES || block[0] & 0x7f != 0 {
        return None;
    }
    let rate = bits(block, 112, 20).filter(|rate| *rate > 0)?;
    let samples = u64::from(bits(block, 140, 4)?) << 32 | u64::from(bits(block, 144, 32)?);
    let format = Format {
        codec: Codec::Flac,
        rate: Some(rate),
        channels: Some(bits(block, 132, 3)? as u8 + 1),
        bits: Some(bits(block, 135, 5)? as u8 + 1),
        kbps: None,
        ..Format::default()
    };
    Some((format, ms(samples, u64::from(rate))))
}

fn comments(file: &mut FileBytes, start: u64) -> io::Result<Said<'static>> {
    let mut at = start;
    for _ in 0..MOST_BLOCKS {
        let Some(head) = file.array_at::<4>(at)? else {
            break;
        };
        let length = u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
        if head[0] & 0x7f == COMMENTS {
            // Its own counts are trusted more than its length, which is what taggers got wrong.
            let most = MOST_COMMENT_BYTES;
            return Ok(said(&bytes_at(file, at + 4, most as u64, most)?));
        }
        if head[0] & 0x80 != 0 {
            break;
        }
        at = at.saturating_add(4).saturating_add(length);
    }
    Ok(Said::default())
}

/// What comments say, as far as they go.
fn said(block: &[u8]) -> Said<'static> {
    let mut said = Said::default();
    let mut fields = || -> Option<()> {
        let mut at = 4usize.checked_add(le32(block, 0)? as usize)?;
        let count = le32(block, at)?;
        at = at.checked_add(4)?;
        for _ in 0..count {
            let length = le32(block, at)? as usize;
            let start = at.checked_add(4)?;
            let text = block.get(start..start.checked_add(length)?)?;
            let text = String::from_utf8_lossy(text);
            let field = text.split_once('=');
            if let Some((key, text)) = field.and_then(|(name, text)| Some((Key::of(name)?, text)))
                && key != Key::Rating
            {
                said.add(key, text.to_owned());
            }
            at = start + length;
        }
        Some(())
    };
    let _ = fields();
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_that_end_in_the_middle() {
        let mut block = Vec::new();
        block.extend(1u32.to_le_bytes());
        block.push(b'x');
        block.extend(9u32.to_le_bytes());
        block.extend(7u32.to_le_bytes());
        block.extend(b"TITLE=a");
        block.extend(u32::MAX.to_le_bytes());
        assert_eq!(said(&block).all(Key::Title).collect::<Vec<_>>(), ["a"]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(block: Vec<u8>) {
            said(&block);
            stream(&block);
        }
    }
}
