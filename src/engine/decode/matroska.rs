//! Where the chapters of a Matroska file are, so that they can be kept from symphonia: 0.6.1 refuses a file whose
//! chapters' edition has no number, and FFmpeg writes none. It reads no more than the heads of elements. Format:
//! RFC 8794 (EBML), RFC 9559.

use std::io::{Read, Seek, SeekFrom};

/// Elements looked at in one file.
const MAX_ELEMENTS: u32 = 4_096;

const EBML: u64 = 0x1a45_dfa3;
const SEGMENT: u64 = 0x1853_8067;
const CLUSTER: u64 = 0x1f43_b675;
const SEEK_HEAD: u64 = 0x114d_9b74;
const SEEK: u64 = 0x4dbb;
const SEEK_ID: u64 = 0x53ab;
const SEEK_POSITION: u64 = 0x53ac;
const CHAPTERS: u64 = 0x1043_a770;

/// The offset of the last byte of the id of the chapters: with another one they are an element that nobody knows.
/// `None`: there are none, or it is no Matroska.
pub(super) fn chapters_id(file: &mut (impl Read + Seek)) -> Option<u64> {
    let end = file.seek(SeekFrom::End(0)).ok()?;
    let mut elements = Elements {
        file,
        left: MAX_ELEMENTS,
    };
    let head = elements.at(0, end)?;
    let segment = elements.at(head.end, end).filter(|_| head.id == EBML)?;
    if segment.id != SEGMENT {
        return None;
    }
    let (mut at, mut told) = (segment.inside, None);
    while let Some(element) = elements.at(at, segment.end) {
        match element.id {
            CHAPTERS => return at.checked_add(3),
            CLUSTER => break,
            SEEK_HEAD => told = told.or_else(|| elements.told(&element)),
            _ => {}
        }
        at = element.end;
    }
    let at = segment.inside.checked_add(told?)?;
    let element = elements.at(at, segment.end)?;
    (element.id == CHAPTERS).then_some(at.checked_add(3)?)
}

struct Element {
    id: u64,
    inside: u64,
    end: u64,
}

struct Elements<'a, F> {
    file: &'a mut F,
    left: u32,
}

impl<F: Read + Seek> Elements<'_, F> {
    /// The element that begins here.
    fn at(&mut self, at: u64, most: u64) -> Option<Element> {
        self.left = self.left.checked_sub(1)?;
        if at >= most {
            return None;
        }
        self.file.seek(SeekFrom::Start(at)).ok()?;
        let (id, id_bytes) = self.number(true)?;
        let (size, size_bytes) = self.number(false)?;
        let inside = at.checked_add(id_bytes + size_bytes)?;
        // All ones: the size is not known, and the element ends with what it lies in.
        let end = if size == (1 << (7 * size_bytes)) - 1 {
            most
        } else {
            inside.checked_add(size)?.min(most)
        };
        Some(Element { id, inside, end })
    }

    /// A number of one to eight bytes, whose first says how many; an id keeps that mark.
    fn number(&mut self, keeps_mark: bool) -> Option<(u64, u64)> {
        let mut bytes = [0; 8];
        self.file.read_exact(&mut bytes[..1]).ok()?;
        let count = bytes[0].leading_zeros() as usize + 1;
        self.file.read_exact(bytes.get_mut(1..count)?).ok()?;
        if !keeps_mark {
            bytes[0] &= !(0x80 >> (count - 1));
        }
        let number = bytes[..count]
            .iter()
            .fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        Some((number, count as u64))
    }

    /// Where the file's head says that the chapters are, from the segment's content on.
    fn told(&mut self, head: &Element) -> Option<u64> {
        let mut at = head.inside;
        loop {
            let seek = self.at(at, head.end)?;
            at = seek.end;
            let (mut inner, mut id, mut position) = (seek.inside, None, None);
            while let Some(element) = self.at(inner, seek.end).filter(|_| seek.id == SEEK) {
                match element.id {
                    SEEK_ID => id = self.unsigned(&element),
                    SEEK_POSITION => position = self.unsigned(&element),
                    _ => {}
                }
                inner = element.end;
            }
            if id == Some(CHAPTERS) && position.is_some() {
                return position;
            }
        }
    }

    fn unsigned(&mut self, of: &Element) -> Option<u64> {
        let mut bytes = [0; 8];
        let count = usize::try_from(of.end.checked_sub(of.inside)?).ok()?;
        let bytes = bytes.get_mut(..count)?;
        self.file.seek(SeekFrom::Start(of.inside)).ok()?;
        self.file.read_exact(bytes).ok()?;
        Some(
            bytes
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn element(id: &[u8], inside: &[u8]) -> Vec<u8> {
        [id, &[0x80 | u8::try_from(inside.len()).unwrap()], inside].concat()
    }

    fn file(before: &[Vec<u8>]) -> Vec<u8> {
        let segment = element(b"\x18\x53\x80\x67", &before.concat());
        [element(b"\x1a\x45\xdf\xa3", b""), segment].concat()
    }

    #[test]
    fn before_the_sound_or_where_the_head_says() {
        let chapters = element(b"\x10\x43\xa7\x70", b"\x45\xb9\x80");
        let cluster = element(b"\x1f\x43\xb6\x75", b"");
        let seek = [
            element(b"\x53\xab", b"\x10\x43\xa7\x70"),
            element(b"\x53\xac", &[24]),
        ];
        let seek = element(b"\x4d\xbb", &seek.concat());
        let head = element(b"\x11\x4d\x9b\x74", &seek);
        let end = |bytes: &[u8]| {
            bytes
                .windows(4)
                .rposition(|four| four == b"\x10\x43\xa7\x70")
        };
        for parts in [
            vec![chapters.clone(), cluster.clone()],
            vec![head, cluster.clone(), chapters],
        ] {
            let bytes = file(&parts);
            let found = chapters_id(&mut Cursor::new(&bytes)).unwrap();
            assert_eq!(found, end(&bytes).unwrap() as u64 + 3);
        }
        assert_eq!(chapters_id(&mut Cursor::new(file(&[cluster]))), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_go_on_for_ever(bytes: Vec<u8>, inner: Vec<u8>) {
            let _ = chapters_id(&mut Cursor::new(&bytes));
            let _ = chapters_id(&mut Cursor::new([&b"\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67\xff"[..], &inner].concat()));
        }
    }
}
