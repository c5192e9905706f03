//! The boxes of an MP4 file, walked over with a limit; none is held whole. Format: ISO/IEC 14496-12.

use crate::library::bytes::FileBytes;

/// Boxes looked at in one file.
const MOST_BOXES: u32 = 8_192;

/// The bytes inside a box.
#[derive(Clone, Copy, Debug)]
pub struct Inside {
    pub start: u64,
    pub end: u64,
}

/// Walks over boxes. A file that cannot be read on has no further ones.
pub struct Boxes<'a> {
    pub file: &'a mut FileBytes,
    left: u32,
}

impl<'a> Boxes<'a> {
    /// A file, at its beginning.
    pub fn new(file: &'a mut FileBytes) -> Self {
        Self {
            file,
            left: MOST_BOXES,
        }
    }

    /// The box that begins here, and what follows it.
    pub fn next(&mut self, at: Inside) -> Option<([u8; 4], Inside, Inside)> {
        self.left = self.left.checked_sub(1)?;
        if at.end.saturating_sub(at.start) < 8 {
            return None;
        }
        let [a, b, c, d, kind @ ..] = self.file.array_at::<8>(at.start).ok().flatten()?;
        let (head, size) = match u32::from_be_bytes([a, b, c, d]) {
            0 => (8, at.end.saturating_sub(at.start)),
            1 => (
                16,
                u64::from_be_bytes(
                    self.file
                        .array_at(at.start.checked_add(8)?)
                        .ok()
                        .flatten()?,
                ),
            ),
            size => (8, u64::from(size)),
        };
        if size < head {
            return None;
        }
        let end = at.start.checked_add(size)?.min(at.end);
        let inside = Inside {
            start: at.start.checked_add(head)?.min(end),
            end,
        };
        Some((kind, inside, Inside { start: end, ..at }))
    }

    /// The first box of a kind.
    pub fn find(&mut self, within: Inside, wanted: &[u8; 4]) -> Option<Inside> {
        let mut rest = within;
        loop {
            let (kind, inside, next) = self.next(rest)?;
            if &kind == wanted {
                return Some(inside);
            }
            rest = next;
        }
    }

    /// Along a path of kinds.
    pub fn descend(&mut self, within: Inside, path: &[&[u8; 4]]) -> Option<Inside> {
        path.iter()
            .try_fold(within, |within, kind| self.find(within, kind))
    }

    /// Some bytes of a box, from its beginning on.
    pub fn bytes<const N: usize>(&mut self, of: Inside, at: u64) -> Option<[u8; N]> {
        let from = of.start.checked_add(at)?;
        if from.checked_add(N as u64)? > of.end {
            return None;
        }
        self.file.array_at(from).ok().flatten()
    }

    /// At most so many bytes of a box.
    pub fn up_to(&mut self, of: Inside, at: u64, most: usize) -> Vec<u8> {
        let from = of.start.saturating_add(at).min(of.end);
        let length = usize::try_from(of.end - from)
            .unwrap_or(usize::MAX)
            .min(most);
        let mut bytes = vec![0; length];
        let read = self.file.read_at(from, &mut bytes).unwrap_or(0);
        bytes.truncate(read);
        bytes
    }
}
