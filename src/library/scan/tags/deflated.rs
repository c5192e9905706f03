//! Whether an ID3v2 tag at the head of a file holds more deflated data than anybody has a use for. It inflates nothing.
//!
//! lofty unpacks each frame whole: 200 frames of 5 KiB become a gigabyte. Pictures are not unpacked in a scan, so they do
//! not count; text that is worth deflating is short. Format: id3.org/id3v2.3.0 and id3v2.4.0-structure.

use super::frames;
use crate::library::bytes::FileBytes;
use std::io;

/// Deflated bytes of one tag that may be unpacked: at most a thousand times as many come out.
const MOST_DEFLATED: u64 = 16 << 10;

/// Whether the tag is to be left unread.
pub fn is_too_much(file: &mut FileBytes) -> io::Result<bool> {
    let mut deflated = 0u64;
    frames::each(file, |frame| {
        if frame.is_deflated && &frame.id != b"APIC" {
            deflated = deflated.saturating_add(frame.size);
        }
    })?;
    Ok(deflated > MOST_DEFLATED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(bytes: &[u8]) -> bool {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        std::fs::write(&path, bytes).unwrap();
        is_too_much(&mut FileBytes::open(&path).unwrap()).unwrap()
    }

    /// A v2.3 tag of so many frames.
    fn tag(id: &[u8; 4], flag: u8, size: u16, count: usize) -> Vec<u8> {
        let mut frame = id.to_vec();
        frame.extend(u32::from(size).to_be_bytes());
        frame.extend([0, flag]);
        frame.extend(vec![1; usize::from(size)]);
        let frames = frame.repeat(count);
        let total = frames.len();
        let length = [total >> 21, total >> 14, total >> 7, total].map(|n| n as u8 & 0x7f);
        [b"ID3\x03\0\0".as_slice(), &length, &frames].concat()
    }

    #[test]
    fn much_deflated_text_is_too_much_and_a_picture_is_not() {
        assert!(judged(&tag(b"TXXX", 0x80, 5_000, 200)));
        assert!(!judged(&tag(b"TXXX", 0, 5_000, 200)));
        assert!(!judged(&tag(b"TIT2", 0x80, 100, 10)));
        assert!(!judged(&tag(b"APIC", 0x80, 50_000, 2)));
        assert!(!judged(b"no tag"));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(rest: Vec<u8>) {
            judged(&[b"ID3\x04\0\x40".as_slice(), &rest].concat());
        }
    }
}
