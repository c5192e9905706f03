//! The title that a Matroska file has as a whole, which the decoder's probe passes over. It reads nothing behind the first
//! cluster. Format: RFC 8794 (EBML), RFC 9559 (Matroska).

use super::numbers::bytes_at;
use super::said::{Key, Said};
use crate::library::bytes::FileBytes;
use std::io;
use std::ops::Range;

/// So many elements of a level are looked at.
const MOST_ELEMENTS: usize = 256;
const LONGEST_TITLE: usize = 4_096;
const EBML: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
const INFO: u32 = 0x1549_a966;
const TITLE: u32 = 0x7ba9;
const CLUSTER: u32 = 0x1f43_b675;

/// The title of the whole.
pub fn said(file: &mut FileBytes) -> io::Result<Said<'static>> {
    let mut said = Said::default();
    let mut within = 0..file.stamp().size;
    for wanted in [SEGMENT, INFO, TITLE] {
        let Some(data) = find(file, within, wanted)? else {
            return Ok(said);
        };
        within = data;
    }
    let text = bytes_at(file, within.start, within.end - within.start, LONGEST_TITLE)?;
    said.add(Key::Title, String::from_utf8_lossy(&text).into_owned());
    Ok(said)
}

fn find(file: &mut FileBytes, within: Range<u64>, wanted: u32) -> io::Result<Option<Range<u64>>> {
    let mut at = within.start;
    for _ in 0..MOST_ELEMENTS {
        if at >= within.end {
            break;
        }
        let head = bytes_at(file, at, 12, 12)?;
        let Some((id, start, length)) = element(&head) else {
            break;
        };
        let start = at.saturating_add(start).min(within.end);
        // Of unknown length: to the end of what it lies in.
        let end = length.map_or(within.end, |length| start.saturating_add(length));
        if id == wanted {
            return Ok(Some(start..end.clamp(start, within.end)));
        }
        if id == CLUSTER || (length.is_none() && id != EBML) {
            break;
        }
        at = end;
    }
    Ok(None)
}

/// Id, where the data begins, and its length where it is known.
fn element(head: &[u8]) -> Option<(u32, u64, Option<u64>)> {
    let id_bytes = head.first()?.leading_zeros() as usize + 1;
    if id_bytes > 4 {
        return None;
    }
    let id = head.get(..id_bytes)?;
    let id = id.iter().fold(0, |id, byte| id << 8 | u32::from(*byte));
    let first = *head.get(id_bytes)?;
    let count = first.leading_zeros() as usize + 1;
    if count > 8 {
        return None;
    }
    let bytes = head.get(id_bytes..id_bytes + count)?;
    let all = bytes
        .iter()
        .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
    let mask = (1u64 << (7 * count)) - 1;
    let length = Some(all & mask).filter(|length| *length != mask);
    Some((id, (id_bytes + count) as u64, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_width() {
        assert_eq!(element(b"\x7b\xa9\x83abc"), Some((TITLE, 3, Some(3))));
        let long = [0x18, 0x53, 0x80, 0x67, 1, 0, 0, 0, 0, 0, 0, 9];
        assert_eq!(element(&long), Some((SEGMENT, 12, Some(9))));
        let live = [0x18, 0x53, 0x80, 0x67, 1, 255, 255, 255, 255, 255, 255, 255];
        assert_eq!(element(&live), Some((SEGMENT, 12, None)));
        assert_eq!(element(&[0; 12]), None);
        assert_eq!(element(&[0x7b]), None);
    }
}
