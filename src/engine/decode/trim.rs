//! What an MP4 file says about the encoder's delay and padding, which symphonia does not tell: edit lists and iTunSMPB.
//!
//! Format: ISO/IEC 14496-12 (boxes, `elst`); `iTunSMPB` is Apple's own text of hexadecimal numbers in `ilst`. It reads
//! the boxes that it needs and never holds one whole.

use std::io::{Read, Seek, SeekFrom};

/// Boxes looked at in one file.
const MAX_BOXES: u32 = 4_096;
/// The longest iTunSMPB taken seriously.
const MAX_TEXT: u64 = 512;

/// The part of a track that is music.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trim {
    /// Frames before it.
    pub skip: u64,
    /// Its length, where it is told.
    pub keep: Option<u64>,
}

impl Trim {
    /// For a track of so many frames: without a length of its own the music lasts to the end of them.
    pub(super) fn within(self, frames: Option<u64>) -> Self {
        let rest = frames.map(|frames| frames.saturating_sub(self.skip));
        Self {
            keep: self.keep.or(rest),
            ..self
        }
    }
}

/// What the file says, or nothing: a file without such boxes, or a broken one, is not trimmed.
pub(super) fn mp4_trim(file: &mut (impl Read + Seek)) -> Option<Trim> {
    let length = file.seek(SeekFrom::End(0)).ok()?;
    let mut boxes = Boxes {
        file,
        left: MAX_BOXES,
    };
    let moov = boxes.find(
        &Range {
            start: 0,
            end: length,
        },
        b"moov",
    )?;
    boxes.edit_list(&moov).or_else(|| boxes.itunes(&moov))
}

/// The bytes inside a box.
#[derive(Clone, Copy)]
struct Range {
    start: u64,
    end: u64,
}

struct Boxes<'a, F> {
    file: &'a mut F,
    left: u32,
}

impl<F: Read + Seek> Boxes<'_, F> {
    /// The first frame of the sound track, where its edit list begins behind the media's start.
    fn edit_list(&mut self, moov: &Range) -> Option<Trim> {
        let mut tracks = *moov;
        loop {
            let (kind, track, next) = self.next(&tracks)?;
            tracks.start = next;
            if &kind == b"trak" && self.is_sound(&track) == Some(true) {
                let edits = self.find(&track, b"edts")?;
                let list = self.find(&edits, b"elst")?;
                return self.first_edit(&list);
            }
        }
    }

    fn is_sound(&mut self, track: &Range) -> Option<bool> {
        let media = self.find(track, b"mdia")?;
        let handler = self.find(&media, b"hdlr")?;
        Some(&self.read::<12>(&handler, 0)?[8..] == b"soun")
    }

    fn first_edit(&mut self, list: &Range) -> Option<Trim> {
        let head: [u8; 8] = self.read(list, 0)?;
        let count = u32::from_be_bytes(head[4..].try_into().ok()?).min(MAX_BOXES);
        for n in 0..u64::from(count) {
            let media_time = if head[0] == 1 {
                i64::from_be_bytes(self.read(list, 8 + n * 20 + 8)?)
            } else {
                i64::from(i32::from_be_bytes(self.read(list, 8 + n * 12 + 4)?))
            };
            // A negative time is an empty edit: a pause before the media.
            if let Ok(skip) = u64::try_from(media_time) {
                return (skip > 0).then_some(Trim { skip, keep: None });
            }
        }
        None
    }

    fn itunes(&mut self, moov: &Range) -> Option<Trim> {
        let user = self.find(moov, b"udta")?;
        let meta = self.find(&user, b"meta")?;
        let inside = Range {
            start: meta.start.checked_add(4)?,
            end: meta.end,
        };
        let mut items = self.find(&inside, b"ilst")?;
        loop {
            let (kind, item, next) = self.next(&items)?;
            items.start = next;
            if &kind != b"----" {
                continue;
            }
            let Some(name) = self.find(&item, b"name") else {
                continue;
            };
            if self.text(&name, 4).as_deref() == Some("iTunSMPB") {
                let data = self.find(&item, b"data")?;
                return parse_itunes(&self.text(&data, 8)?);
            }
        }
    }

    fn text(&mut self, range: &Range, at: u64) -> Option<String> {
        let start = range.start.checked_add(at)?;
        let length = range.end.checked_sub(start)?.min(MAX_TEXT);
        self.file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = Vec::new();
        Read::take(&mut *self.file, length)
            .read_to_end(&mut bytes)
            .ok()?;
        String::from_utf8(bytes).ok()
    }

    fn read<const N: usize>(&mut self, range: &Range, at: u64) -> Option<[u8; N]> {
        let start = range.start.checked_add(at)?;
        if start.checked_add(N as u64)? > range.end {
            return None;
        }
        self.file.seek(SeekFrom::Start(start)).ok()?;
        let mut bytes = [0; N];
        self.file.read_exact(&mut bytes).ok()?;
        Some(bytes)
    }

    fn find(&mut self, within: &Range, wanted: &[u8; 4]) -> Option<Range> {
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
    fn next(&mut self, range: &Range) -> Option<([u8; 4], Range, u64)> {
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

/// ` 00000000 00000840 000001CA 00000000003F31F6 …`: nothing, delay, padding, length.
fn parse_itunes(text: &str) -> Option<Trim> {
    let mut numbers = text
        .split_ascii_whitespace()
        .map(|word| u64::from_str_radix(word, 16));
    let skip = numbers.nth(1)?.ok()?;
    let keep = numbers.nth(1)?.ok()?;
    Some(Trim {
        skip,
        keep: (keep > 0).then_some(keep),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn boxed(kind: &[u8; 4], inside: &[u8]) -> Vec<u8> {
        let size = u32::try_from(inside.len() + 8).unwrap();
        [&size.to_be_bytes(), kind.as_slice(), inside].concat()
    }

    fn track(handler: &[u8; 4], media_times: &[i32]) -> Vec<u8> {
        let mut list = [[0; 4], (media_times.len() as u32).to_be_bytes()].concat();
        for time in media_times {
            list.extend_from_slice(
                &[&[0, 0, 1, 0], &time.to_be_bytes()[..], &[0, 1, 0, 0]].concat(),
            );
        }
        let hdlr = boxed(b"hdlr", &[&[0; 8], &handler[..], &[0; 12]].concat());
        let edts = boxed(b"edts", &boxed(b"elst", &list));
        boxed(b"trak", &[edts, boxed(b"mdia", &hdlr)].concat())
    }

    fn itunes(text: &str) -> Vec<u8> {
        let name = boxed(b"name", b"\0\0\0\0iTunSMPB");
        let data = boxed(b"data", &[&[0; 8], text.as_bytes()].concat());
        let ilst = boxed(b"ilst", &boxed(b"----", &[name, data].concat()));
        boxed(b"udta", &boxed(b"meta", &[vec![0; 4], ilst].concat()))
    }

    fn trim(moov: &[u8]) -> Option<Trim> {
        mp4_trim(&mut Cursor::new(
            [boxed(b"ftyp", b"M4A "), boxed(b"moov", moov)].concat(),
        ))
    }

    #[test]
    fn the_sound_tracks_first_real_edit_counts() {
        let moov = [track(b"vide", &[7]), track(b"soun", &[-1, 1024])].concat();
        assert_eq!(
            trim(&moov),
            Some(Trim {
                skip: 1024,
                keep: None
            })
        );
        assert_eq!(trim(&track(b"soun", &[0])), None);
    }

    #[test]
    fn itunes_speaks_where_there_is_no_edit_list() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000";
        assert_eq!(
            trim(&itunes(text)),
            Some(Trim {
                skip: 2112,
                keep: Some(0x3F_31F6)
            })
        );
        assert_eq!(trim(&itunes(" 00000000 zz")), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(at in 0usize..200, byte: u8, length in 0usize..400) {
            let mut file = [boxed(b"moov", &[track(b"soun", &[1024]), itunes(" 0 840 1CA 3F31F6")].concat())].concat();
            if let Some(place) = file.get_mut(at) { *place = byte; }
            file.truncate(length);
            let _ = mp4_trim(&mut Cursor::new(file));
        }
    }
}
