//! Whether an Ogg file is cut off: nothing in it tells its length, but its last page tells how long that page is, and
//! whether it is the stream's last. It looks at the end of the file alone and decodes nothing.
//!
//! Format: RFC 3533, 6 (the page header: 27 bytes; the sixth has a bit for the stream's end, the last counts the lacing
//! values that follow it; their sum is the length of the body).

use std::io::{Read, Seek, SeekFrom};

const CAPTURE: &[u8; 5] = b"OggS\0";
const HEAD_BYTES: usize = 27;
const FLAGS_AT: usize = 5;
/// No page of the stream follows.
const IS_LAST: u8 = 4;
/// The largest page: its header, 255 lacing values, and 255 bytes for each.
const MAX_PAGE_BYTES: u64 = 27 + 255 + 255 * 255;

/// An Ogg file whose last page is not all there, or not the stream's last. What cannot be read is not cut off.
pub(super) fn is_cut_off(file: &mut (impl Read + Seek)) -> bool {
    end_of(file).is_some_and(|end| is_without_end(&end))
}

/// The end of an Ogg file, as long as a page can be.
fn end_of(file: &mut (impl Read + Seek)) -> Option<Vec<u8>> {
    let mut head = [0; CAPTURE.len()];
    file.rewind().ok()?;
    file.read_exact(&mut head).ok()?;
    if &head != CAPTURE {
        return None;
    }
    let length = file.seek(SeekFrom::End(0)).ok()?;
    file.seek(SeekFrom::Start(length.saturating_sub(MAX_PAGE_BYTES)))
        .ok()?;
    let mut end = Vec::new();
    file.take(MAX_PAGE_BYTES).read_to_end(&mut end).ok()?;
    Some(end)
}

fn is_without_end(end: &[u8]) -> bool {
    let last = end.windows(CAPTURE.len()).rposition(|word| word == CAPTURE);
    let Some(page) = last.and_then(|at| end.get(at..)) else {
        return false;
    };
    let Some((head, rest)) = page.split_at_checked(HEAD_BYTES) else {
        return true;
    };
    let Some((lacing, body)) = rest.split_at_checked(usize::from(head[HEAD_BYTES - 1])) else {
        return true;
    };
    let wanted: usize = lacing.iter().map(|bytes| usize::from(*bytes)).sum();
    body.len() < wanted || head[FLAGS_AT] & IS_LAST == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn page(body: usize, flags: u8) -> Vec<u8> {
        let mut page = CAPTURE.to_vec();
        page.push(flags);
        page.resize(HEAD_BYTES - 1, 0);
        let lacing = [vec![255; body / 255], vec![(body % 255) as u8]].concat();
        page.push(lacing.len() as u8);
        page.extend(lacing);
        page.resize(page.len() + body, 7);
        page
    }

    #[test]
    fn a_file_is_whole_where_its_last_page_is() {
        let whole = [page(100, 0), page(3_000, IS_LAST)].concat();
        let cut_off = |bytes: &[u8]| is_cut_off(&mut Cursor::new(bytes));
        assert!(!cut_off(&whole));
        assert!(!cut_off(&[&whole[..], b"a tag behind it"].concat()));
        let first = page(100, 0).len();
        assert!(cut_off(&whole[..first]), "cut between pages");
        for length in first + CAPTURE.len()..whole.len() {
            assert!(cut_off(&whole[..length]), "{length}");
        }
        assert!(!cut_off(b"fLaC") && !cut_off(b""));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(body in 0usize..3_000, at in 0usize..3_000, byte: u8, length in 0usize..4_000) {
            let mut file = [page(200, 0), page(body, IS_LAST)].concat();
            if let Some(place) = file.get_mut(at) { *place = byte; }
            file.truncate(length);
            let _ = is_cut_off(&mut Cursor::new(file));
        }
    }
}
