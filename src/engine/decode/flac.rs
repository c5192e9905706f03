//! Where a FLAC file's comments are, if there are too many to be held: playing needs none of them, and symphonia keeps
//! all. Format: RFC 9639, §8 (metadata blocks).

use std::io::{Read, Seek, SeekFrom};

/// Blocks looked at in one file.
const MAX_BLOCKS: u32 = 1_024;
/// Comments beyond this are not worth their memory: a lyric or two fit in.
const MAX_COMMENTS: u64 = 1024 * 1024;
const LAST: u8 = 0x80;
const COMMENTS: u8 = 4;
/// What makes a block of comments one of padding.
pub(super) const TO_PADDING: u8 = 0x05;

/// The offset of the byte that says of too large a block that it holds comments.
pub(super) fn large_comments(file: &mut (impl Read + Seek)) -> Option<u64> {
    file.seek(SeekFrom::Start(0)).ok()?;
    let mut head = [0; 4];
    file.read_exact(&mut head).ok()?;
    if &head != b"fLaC" {
        return None;
    }
    let mut at = 4_u64;
    for _ in 0..MAX_BLOCKS {
        file.seek(SeekFrom::Start(at)).ok()?;
        file.read_exact(&mut head).ok()?;
        let length = u64::from(u32::from_be_bytes([0, head[1], head[2], head[3]]));
        if head[0] & !LAST == COMMENTS && length > MAX_COMMENTS {
            return Some(at);
        }
        if head[0] & LAST != 0 {
            return None;
        }
        at = at.checked_add(4)?.checked_add(length)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn only_too_many_comments_are_found() {
        let file = |size: u32| {
            let size = &size.to_be_bytes()[1..];
            let info = [&[0, 0, 0, 34][..], &[0; 34]].concat();
            [&b"fLaC"[..], &info, &[COMMENTS], size, &[0x81, 0, 0, 0]].concat()
        };
        let found = |size| large_comments(&mut Cursor::new(file(size)));
        assert_eq!(found(2_000_000), Some(42));
        assert_eq!(found(0), None);
        assert_eq!(COMMENTS ^ TO_PADDING, 1);
        for length in 0..40 {
            let mut cut = file(0);
            cut.truncate(length);
            assert_eq!(large_comments(&mut Cursor::new(cut)), None);
        }
    }
}
