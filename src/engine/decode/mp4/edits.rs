//! The encoder's delay and padding as an MP4 file tells them: edit lists (`elst`, ISO/IEC 14496-12), and `iTunSMPB`,
//! Apple's own text of hexadecimal numbers in `ilst`.

use super::boxes::{Boxes, MAX_BOXES, Range};
use crate::engine::decode::trim::Trim;
use std::io::{Read, Seek};

/// What the file says, or nothing: without such boxes, or with broken ones, nothing is cut.
pub(super) fn trim(boxes: &mut Boxes<'_, impl Read + Seek>, moov: &Range) -> Option<Trim> {
    let (edits, itunes) = (boxes.edit_list(moov), boxes.itunes(moov));
    match (edits, itunes) {
        // The same, but iTunes counts frames where an edit may only count thousandths of a second.
        (Some(edits), Some(itunes)) if edits.skip == itunes.skip => Some(itunes),
        (edits, itunes) => edits.or(itunes),
    }
}

impl<F: Read + Seek> Boxes<'_, F> {
    /// The sound track's only edit: an encoder's delay before it, perhaps, and its padding behind it.
    fn edit_list(&mut self, moov: &Range) -> Option<Trim> {
        let movie = self.find(moov, b"mvhd")?;
        let movie_units = self.timescale(&movie)?;
        let track = self.sound_track(moov)?;
        let media = self.find(&track, b"mdia")?;
        let head = self.find(&media, b"mdhd")?;
        let units = [movie_units, self.timescale(&head)?];
        let length = self.duration(&head);
        let edits = self.find(&track, b"edts")?;
        let list = self.find(&edits, b"elst")?;
        self.first_edit(&list, units, length)
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
        read(&[boxed(b"ftyp", b"M4A "), boxed(b"moov", moov)].concat())
    }

    fn read(file: &[u8]) -> Option<Trim> {
        let mut file = Cursor::new(file);
        let mut boxes = Boxes::new(&mut file);
        let moov = boxes.movie()?;
        super::trim(&mut boxes, &moov)
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
            let _ = read(&file);
        }
    }
}
