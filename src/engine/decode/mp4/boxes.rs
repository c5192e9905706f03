//! The boxes of an MP4 file (ISO/IEC 14496-12), read where they lie: none is ever held whole, and of a file only so many
//! are looked at.

use std::io::{Read, Seek, SeekFrom};

/// Boxes looked at in one file.
pub(super) const MAX_BOXES: u32 = 4_096;
/// The longest text taken seriously.
const MAX_TEXT: u64 = 512;

/// The bytes inside a box.
#[derive(Clone, Copy)]
pub(super) struct Range {
    pub start: u64,
    pub end: u64,
}

pub(super) struct Boxes<'a, F> {
    file: &'a mut F,
    left: u32,
}

impl<'a, F: Read + Seek> Boxes<'a, F> {
    pub fn new(file: &'a mut F) -> Self {
        let left = MAX_BOXES;
        Self { file, left }
    }

    /// What is in `moov`, which tells of all tracks.
    pub fn movie(&mut self) -> Option<Range> {
        let (start, end) = (0, self.file.seek(SeekFrom::End(0)).ok()?);
        self.find(&Range { start, end }, b"moov")
    }

    /// The first track that is sound.
    pub fn sound_track(&mut self, moov: &Range) -> Option<Range> {
        let mut tracks = *moov;
        loop {
            let (kind, track, next) = self.next(&tracks)?;
            tracks.start = next;
            if &kind == b"trak" && self.is_sound(&track) == Some(true) {
                return Some(track);
            }
        }
    }

    fn is_sound(&mut self, track: &Range) -> Option<bool> {
        let media = self.find(track, b"mdia")?;
        let handler = self.find(&media, b"hdlr")?;
        Some(&self.read::<12>(&handler, 0)?[8..] == b"soun")
    }

    /// Of `mvhd` or `mdhd`: both begin with two times.
    pub fn timescale(&mut self, head: &Range) -> Option<u32> {
        let at = if self.is_long(head)? { 20 } else { 12 };
        let units = u32::from_be_bytes(self.read(head, at)?);
        (units > 0).then_some(units)
    }

    pub fn duration(&mut self, head: &Range) -> Option<u64> {
        Some(if self.is_long(head)? {
            u64::from_be_bytes(self.read(head, 24)?)
        } else {
            u64::from(u32::from_be_bytes(self.read(head, 16)?))
        })
    }

    /// Whether the times in a box have eight bytes.
    pub fn is_long(&mut self, head: &Range) -> Option<bool> {
        Some(self.read::<1>(head, 0)? == [1])
    }

    pub fn text(&mut self, range: &Range, at: u64) -> Option<String> {
        let start = range.start.checked_add(at)?;
        let length = range.end.checked_sub(start)?.min(MAX_TEXT);
        self.file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = Vec::new();
        Read::take(&mut *self.file, length)
            .read_to_end(&mut bytes)
            .ok()?;
        String::from_utf8(bytes).ok()
    }

    pub fn read<const N: usize>(&mut self, range: &Range, at: u64) -> Option<[u8; N]> {
        let start = range.start.checked_add(at)?;
        if start.checked_add(N as u64)? > range.end {
            return None;
        }
        self.file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    /// So many bytes, where the box holds them.
    pub fn bytes(&mut self, range: &Range, at: u64, count: usize) -> Option<Vec<u8>> {
        let start = range.start.checked_add(at)?;
        if start.checked_add(count as u64)? > range.end {
            return None;
        }
        self.file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = vec![0; count];
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    pub fn find(&mut self, within: &Range, wanted: &[u8; 4]) -> Option<Range> {
        let mut rest = *within;
        loop {
            let (kind, inside, next) = self.next(&rest)?;
            if &kind == wanted {
                return Some(inside);
            }
            rest.start = next;
        }
    }

    /// The first box of a range: its kind, what is in it, and where the next one begins.
    pub fn next(&mut self, range: &Range) -> Option<([u8; 4], Range, u64)> {
        self.left = self.left.checked_sub(1)?;
        let head: [u8; 8] = self.read(range, 0)?;
        let kind = head[4..].try_into().ok()?;
        let (head_size, size) = match u32::from_be_bytes(head[..4].try_into().ok()?) {
            0 => (8, range.end - range.start),
            1 => (16, u64::from_be_bytes(self.read(range, 8)?)),
            size => (8, u64::from(size)),
        };
        let end = range.start.checked_add(size)?;
        let start = range.start.checked_add(head_size)?;
        (start <= end && end <= range.end).then_some((kind, Range { start, end }, end))
    }
}
