//! The chapters of Matroska and WebM. symphonia 0.6.1 refuses a file with chapters unless their edition has a number,
//! which FFmpeg does not write: so they are read here, and kept from it. Format: RFC 8794 (EBML), RFC 9559.

use super::{Chapter, MOST_PARTS};
use crate::library::bytes::FileBytes;

/// Elements looked at in one file.
const MOST_ELEMENTS: u32 = 16_384;
/// The longest name that is read.
const LONGEST_TITLE: usize = 1_024;

const EBML: u32 = 0x1a45_dfa3;
const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1f43_b675;
const SEEK_HEAD: u32 = 0x114d_9b74;
const SEEK: u32 = 0x4dbb;
const SEEK_ID: u32 = 0x53ab;
const SEEK_POSITION: u32 = 0x53ac;
const CHAPTERS: u32 = 0x1043_a770;
const EDITION: u32 = 0x45b9;
const EDITION_HIDDEN: u32 = 0x45bd;
const EDITION_DEFAULT: u32 = 0x45db;
const ATOM: u32 = 0xb6;
const ATOM_START: u32 = 0x91;
const ATOM_HIDDEN: u32 = 0x98;
const ATOM_ENABLED: u32 = 0x4598;
const DISPLAY: u32 = 0x80;
const DISPLAY_TEXT: u32 = 0x85;

/// The chapters of the edition that is played: the first visible default one, else the first visible one. Those
/// within other chapters are left out.
pub fn chapters(file: &mut FileBytes) -> Vec<Chapter> {
    let mut elements = Elements::new(file);
    let Some(all) = elements.chapters() else {
        return Vec::new();
    };
    let mut best: Option<(bool, Vec<Chapter>)> = None;
    let mut rest = all.inside;
    while let Some((element, next)) = elements.next(rest) {
        rest = next;
        if element.id != EDITION {
            continue;
        }
        let (is_hidden, is_default, found) = elements.edition(element.inside);
        let is_better = best.as_ref().is_none_or(|(had, _)| is_default && !had);
        if !is_hidden && is_better {
            best = Some((is_default, found));
        }
    }
    best.map_or(Vec::new(), |(_, found)| found)
}

/// Hides the chapters of a file from whoever reads it: their id becomes one that nobody knows.
pub fn hide_chapters(file: &mut FileBytes) {
    let found = Elements::new(file).chapters();
    if let Some(last_of_id) = found.and_then(|chapters| chapters.start.checked_add(3)) {
        file.veil(last_of_id);
    }
}

#[derive(Clone, Copy)]
struct Inside {
    start: u64,
    end: u64,
}

struct Element {
    id: u32,
    /// Its first byte.
    start: u64,
    inside: Inside,
}

/// Walks over elements. A file that cannot be read on has no further ones.
struct Elements<'a> {
    file: &'a mut FileBytes,
    left: u32,
}

impl<'a> Elements<'a> {
    fn new(file: &'a mut FileBytes) -> Self {
        Self {
            file,
            left: MOST_ELEMENTS,
        }
    }

    /// The element that begins here, and what follows it.
    fn next(&mut self, at: Inside) -> Option<(Element, Inside)> {
        self.left = self.left.checked_sub(1)?;
        if at.start >= at.end {
            return None;
        }
        let (id, id_bytes) = self.number(at.start, true)?;
        let from = at.start.checked_add(id_bytes)?;
        let (size, size_bytes) = self.number(from, false)?;
        let start = from.checked_add(size_bytes)?;
        // All ones: the size is not known, and the element ends with what it lies in.
        let unknown = (1 << (7 * size_bytes)) - 1;
        let end = if size == unknown {
            at.end
        } else {
            start.checked_add(size)?.min(at.end)
        };
        let inside = Inside {
            start: start.min(end),
            end,
        };
        let element = Element {
            id: u32::try_from(id).ok()?,
            start: at.start,
            inside,
        };
        Some((element, Inside { start: end, ..at }))
    }

    /// A number of one to eight bytes, whose first says how many; an id keeps that mark.
    fn number(&mut self, at: u64, keeps_mark: bool) -> Option<(u64, u64)> {
        let [first] = self.file.array_at(at).ok().flatten()?;
        let bytes = u64::from(first.leading_zeros()) + 1;
        if bytes > 8 {
            return None;
        }
        let mark = if keeps_mark { 0 } else { 0x80 >> (bytes - 1) };
        let mut number = u64::from(first & !mark);
        for n in 1..bytes {
            let [next] = self.file.array_at(at.checked_add(n)?).ok().flatten()?;
            number = number << 8 | u64::from(next);
        }
        Some((number, bytes))
    }

    fn unsigned(&mut self, inside: Inside) -> Option<u64> {
        let length = inside
            .end
            .checked_sub(inside.start)
            .filter(|length| *length <= 8)?;
        let mut number = 0;
        for n in 0..length {
            let [next] = self
                .file
                .array_at(inside.start.checked_add(n)?)
                .ok()
                .flatten()?;
            number = number << 8 | u64::from(next);
        }
        Some(number)
    }

    /// The chapters: before the sound, or where the file's head says that they are.
    fn chapters(&mut self) -> Option<Element> {
        let whole = Inside {
            start: 0,
            end: self.file.stamp().size,
        };
        let (head, rest) = self.next(whole)?;
        let (segment, _) = self.next(rest)?;
        if head.id != EBML || segment.id != SEGMENT {
            return None;
        }
        let segment = segment.inside;
        let (mut rest, mut told) = (segment, None);
        while let Some((element, next)) = self.next(rest) {
            match element.id {
                CHAPTERS => return Some(element),
                CLUSTER => break,
                SEEK_HEAD => told = told.or(self.told(element.inside)),
                _ => {}
            }
            rest = next;
        }
        let start = segment.start.checked_add(told?)?;
        let (element, _) = self.next(Inside { start, ..segment })?;
        (element.id == CHAPTERS).then_some(element)
    }

    /// Where the head says that the chapters are, from the segment's content on.
    fn told(&mut self, head: Inside) -> Option<u64> {
        let mut rest = head;
        loop {
            let (seek, next) = self.next(rest)?;
            rest = next;
            if seek.id != SEEK {
                continue;
            }
            let (mut inner, mut is_of_chapters, mut position) = (seek.inside, false, None);
            while let Some((element, next)) = self.next(inner) {
                match element.id {
                    SEEK_ID => {
                        is_of_chapters = self.unsigned(element.inside) == Some(CHAPTERS.into());
                    }
                    SEEK_POSITION => position = self.unsigned(element.inside),
                    _ => {}
                }
                inner = next;
            }
            if is_of_chapters && position.is_some() {
                return position;
            }
        }
    }

    /// Whether an edition is hidden, whether it is the default, and its chapters.
    fn edition(&mut self, edition: Inside) -> (bool, bool, Vec<Chapter>) {
        let (mut is_hidden, mut is_default, mut found) = (false, false, Vec::new());
        let mut rest = edition;
        while let Some((element, next)) = self.next(rest) {
            match element.id {
                EDITION_HIDDEN => is_hidden = self.unsigned(element.inside) == Some(1),
                EDITION_DEFAULT => is_default = self.unsigned(element.inside) == Some(1),
                ATOM if found.len() < MOST_PARTS => found.extend(self.atom(element.inside)),
                _ => {}
            }
            rest = next;
        }
        (is_hidden, is_default, found)
    }

    /// A chapter; its times are in ns.
    fn atom(&mut self, atom: Inside) -> Option<Chapter> {
        let (mut start_ns, mut title, mut is_shown) = (None, None, true);
        let mut rest = atom;
        while let Some((element, next)) = self.next(rest) {
            match element.id {
                ATOM_START => start_ns = self.unsigned(element.inside),
                ATOM_HIDDEN => is_shown &= self.unsigned(element.inside) != Some(1),
                ATOM_ENABLED => is_shown &= self.unsigned(element.inside) != Some(0),
                DISPLAY => title = title.or(self.text(element.inside)),
                _ => {}
            }
            rest = next;
        }
        let start_ns = start_ns.filter(|_| is_shown)?;
        let title = title.unwrap_or_default();
        Some(Chapter { start_ns, title })
    }

    fn text(&mut self, display: Inside) -> Option<String> {
        let mut rest = display;
        loop {
            let (element, next) = self.next(rest)?;
            rest = next;
            if element.id != DISPLAY_TEXT {
                continue;
            }
            let Inside { start, end } = element.inside;
            let length = usize::try_from(end - start).unwrap_or(usize::MAX);
            let mut bytes = vec![0; length.min(LONGEST_TITLE)];
            let read = self.file.read_at(start, &mut bytes).ok()?;
            bytes.truncate(read);
            return Some(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}
