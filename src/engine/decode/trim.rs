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
    /// What both count, a second; `None`: frames of the rate that the container tells.
    pub units: Option<u32>,
}

impl Trim {
    /// In frames of this rate, of a track whose container tells `told_rate`.
    pub(super) fn at_rate(self, rate: u32, told_rate: u32) -> Self {
        let units = u128::from(self.units.unwrap_or(told_rate).max(1));
        let frames = |count: u64| {
            let frames = u128::from(count) * u128::from(rate) / units;
            u64::try_from(frames).unwrap_or(u64::MAX)
        };
        Self {
            skip: frames(self.skip),
            keep: self.keep.map(frames),
            units: Some(rate),
        }
    }

    /// For a track of so many frames: without a length of its own the music lasts to the end of them.
    pub(super) fn within(self, frames: Option<u64>) -> Self {
        let rest = frames.map(|frames| frames.saturating_sub(self.skip));
        Self {
            keep: match (self.keep, rest) {
                (Some(keep), Some(rest)) => Some(keep.min(rest)),
                (keep, rest) => keep.or(rest),
            },
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
    let (edits, itunes) = (boxes.edit_list(&moov), boxes.itunes(&moov));
    match (edits, itunes) {
        // The same, but iTunes counts frames where an edit may only count thousandths of a second.
        (Some(edits), Some(itunes)) if edits.skip == itunes.skip => Some(itunes),
        (edits, itunes) => edits.or(itunes),
    }
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
    /// The sound track's only edit: an encoder's delay before it, perhaps, and its padding behind it.
    fn edit_list(&mut self, moov: &Range) -> Option<Trim> {
        let movie = self.find(moov, b"mvhd")?;
        let movie_units = self.timescale(&movie)?;
        let mut tracks = *moov;
        loop {
            let (kind, track, next) = self.next(&tracks)?;
            tracks.start = next;
            if &kind == b"trak" && self.is_sound(&track) == Some(true) {
                let media = self.find(&track, b"mdia")?;
                let head = self.find(&media, b"mdhd")?;
                let units = [movie_units, self.timescale(&head)?];
                let length = self.duration(&head);
                let edits = self.find(&track, b"edts")?;
                let list = self.find(&edits, b"elst")?;
                return self.first_edit(&list, units, length);
            }
        }
    }

    fn is_sound(&mut self, track: &Range) -> Option<bool> {
        let media = self.find(track, b"mdia")?;
        let handler = self.find(&media, b"hdlr")?;
        Some(&self.read::<12>(&handler, 0)?[8..] == b"soun")
    }

    /// Of `mvhd` or `mdhd`: both begin with two times.
    fn timescale(&mut self, head: &Range) -> Option<u32> {
        let at = if self.is_long(head)? { 20 } else { 12 };
        let units = u32::from_be_bytes(self.read(head, at)?);
        (units > 0).then_some(units)
    }

    fn duration(&mut self, head: &Range) -> Option<u64> {
        Some(if self.is_long(head)? {
            u64::from_be_bytes(self.read(head, 24)?)
        } else {
            u64::from(u32::from_be_bytes(self.read(head, 16)?))
        })
    }

    /// Whether the times in a box have eight bytes.
    fn is_long(&mut self, head: &Range) -> Option<bool> {
        Some(self.read::<1>(head, 0)? == [1])
    }

    /// `units`: of the film, in which edits are as long as they are, and of the track, in which they begin. `length`: the
    /// track's own.
    fn first_edit(
        &mut self,
        list: &Range,
        [of_movie, of_track]: [u32; 2],
        length: Option<u64>,
    ) -> Option<Trim> {
        let count = u32::from_be_bytes(self.read(list, 4)?).min(MAX_BOXES);
        let mut found = None;
        for n in 0..u64::from(count) {
            let (lasts, begins) = self.edit(list, n)?;
            // A negative time is an empty edit: a pause before the media.
            let Ok(skip) = u64::try_from(begins) else {
                continue;
            };
            if let Some((skip, _)) = found {
                // Several make another piece of it, and that is not known here: its beginning is.
                found = Some((skip, 0));
                break;
            }
            found = Some((skip, lasts));
        }
        let (skip, lasts) = found?;
        let in_track = |lasts: u64| {
            let units = u128::from(lasts) * u128::from(of_track) / u128::from(of_movie);
            u64::try_from(units).unwrap_or(u64::MAX)
        };
        // What the film's units are too coarse for is no padding.
        let rest = length.map_or(0, |length| length.saturating_sub(skip));
        let ends = lasts > 0 && in_track(lasts.saturating_add(1)) < rest
            || lasts > 0 && of_movie == of_track && lasts < rest;
        (skip > 0 || ends).then_some(Trim {
            skip,
            keep: ends.then(|| in_track(lasts)),
            units: Some(of_track),
        })
    }

    /// How long an edit is, and where in the media it begins.
    fn edit(&mut self, list: &Range, n: u64) -> Option<(u64, i64)> {
        if self.is_long(list)? {
            let at = 8 + n * 20;
            let lasts = u64::from_be_bytes(self.read(list, at)?);
            return Some((lasts, i64::from_be_bytes(self.read(list, at + 8)?)));
        }
        let at = 8 + n * 12;
        let lasts = u32::from_be_bytes(self.read(list, at)?);
        let begins = i32::from_be_bytes(self.read(list, at + 4)?);
        Some((lasts.into(), begins.into()))
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
        units: None,
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

    /// Times of version 0: timescale and duration behind two dates.
    fn times(units: u32, length: u32) -> Vec<u8> {
        [&[0; 12], &units.to_be_bytes()[..], &length.to_be_bytes()].concat()
    }

    /// A track of 10,000 units, 1,000 a second, with these edits: their lengths and beginnings.
    fn track(handler: &[u8; 4], edits: &[(u32, i32)]) -> Vec<u8> {
        let mut list = [[0; 4], (edits.len() as u32).to_be_bytes()].concat();
        for (lasts, begins) in edits {
            list.extend_from_slice(
                &[
                    &lasts.to_be_bytes(),
                    &begins.to_be_bytes()[..],
                    &[0, 1, 0, 0],
                ]
                .concat(),
            );
        }
        let hdlr = boxed(b"hdlr", &[&[0; 8], &handler[..], &[0; 12]].concat());
        let mdhd = boxed(b"mdhd", &times(1_000, 10_000));
        let edts = boxed(b"edts", &boxed(b"elst", &list));
        boxed(
            b"trak",
            &[edts, boxed(b"mdia", &[mdhd, hdlr].concat())].concat(),
        )
    }

    /// A film of so many units a second.
    fn film(units: u32, inside: &[Vec<u8>]) -> Vec<u8> {
        [boxed(b"mvhd", &times(units, 0)), inside.concat()].concat()
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

    fn edited(skip: u64, keep: Option<u64>) -> Option<Trim> {
        let units = Some(1_000);
        Some(Trim { skip, keep, units })
    }

    #[test]
    fn the_sound_tracks_first_real_edit_counts() {
        let tracks = [
            track(b"vide", &[(0, 7)]),
            track(b"soun", &[(5, -1), (0, 1024)]),
        ];
        assert_eq!(trim(&film(600, &tracks)), edited(1024, None));
        assert_eq!(trim(&film(600, &[track(b"soun", &[(0, 0)])])), None);
    }

    #[test]
    fn an_edit_that_ends_before_its_media_cuts_the_padding() {
        let told = |units, edits: &[(u32, i32)]| trim(&film(units, &[track(b"soun", edits)]));
        assert_eq!(told(1_000, &[(8_000, 1_024)]), edited(1_024, Some(8_000)));
        assert_eq!(told(1_000, &[(8_975, 1_024)]), edited(1_024, Some(8_975)));
        assert_eq!(told(1_000, &[(8_976, 1_024)]), edited(1_024, None));
        assert_eq!(told(1_000, &[(9_000, 0)]), edited(0, Some(9_000)));
        // Tenths of a second, cut down: 897.6 of them.
        assert_eq!(told(100, &[(897, 1_024)]), edited(1_024, None));
        assert_eq!(told(100, &[(890, 1_024)]), edited(1_024, Some(8_900)));
        assert_eq!(told(1_000, &[(2_000, 1_024), (9, 9)]), edited(1_024, None));
    }

    #[test]
    fn itunes_counts_the_frames_that_an_edit_list_tells_too() {
        let both = |text| trim(&film(100, &[track(b"soun", &[(897, 1_024)]), itunes(text)]));
        let itunes = Some(Trim {
            skip: 1_024,
            keep: Some(8_970),
            units: None,
        });
        assert_eq!(both(" 0 400 6 230A 0"), itunes);
        assert_eq!(both(" 0 401 6 230A 0"), edited(1_024, None));
    }

    #[test]
    fn times_become_frames() {
        let trim = Trim {
            skip: 2_048,
            keep: Some(44_100),
            units: Some(44_100),
        };
        let at_half = trim.at_rate(22_050, 44_100);
        assert_eq!((at_half.skip, at_half.keep), (1_024, Some(22_050)));
        let frames = Trim {
            units: None,
            ..trim
        }
        .at_rate(22_050, 44_100);
        assert_eq!(frames.skip, 1_024);
    }

    #[test]
    fn itunes_speaks_where_there_is_no_edit_list() {
        let text = " 00000000 00000840 000001CA 00000000003F31F6 00000000";
        assert_eq!(
            trim(&itunes(text)),
            Some(Trim {
                skip: 2112,
                keep: Some(0x3F_31F6),
                units: None,
            })
        );
        assert_eq!(trim(&itunes(" 00000000 zz")), None);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(at in 0usize..200, byte: u8, length in 0usize..400) {
            let mut file = boxed(b"moov", &film(600, &[track(b"soun", &[(9, 1024)]), itunes(" 0 840 1CA 3F31F6")]));
            if let Some(place) = file.get_mut(at) { *place = byte; }
            file.truncate(length);
            let _ = mp4_trim(&mut Cursor::new(file));
        }
    }
}
