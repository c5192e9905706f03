//! The cache of cmus, which has the play counts. The format is that of cmus 2.9 and later (its `cache.c`): eight bytes of
//! head, of which the fourth is the version and the last tells the machine; then an entry for each file.
//!
//! An entry, each number in the machine's order: size (4 bytes, without what fills it up to a multiple of 8), plays (4),
//! mtime (8), seconds (4), bit rate (4), beats a minute (4), 52 that are reserved; then texts that each end with a zero:
//! path, codec, profile, and pairs of a tag's name and value.

use super::{Adoptable, Marked, Marks, count};
use crate::music::Wanted;
use crate::wanted::MAX_LINE;
use crate::wanted::names::believed_ms;

/// `CTC`, the version, and three bytes that are none of ours.
const HEAD: &[u8] = b"CTC\x0d\0\0\0";
/// Numbers of 64 bits, least byte first: every machine that cmus is used on now.
const MACHINE: u8 = 1;
/// What stands before the texts of an entry.
const FIXED: usize = 80;

/// Whether it is a cache of cmus, of whatever version.
pub fn is_cache(bytes: &[u8]) -> bool {
    bytes.starts_with(b"CTC")
}

/// Reads a cache; `None`: it is of another version, or of another machine.
pub fn read_cache(bytes: &[u8]) -> Option<Adoptable> {
    let (machine, mut rest) = bytes.strip_prefix(HEAD)?.split_first()?;
    if *machine != MACHINE {
        return None;
    }
    let mut all = Adoptable::default();
    while !rest.is_empty() {
        let size = number(rest, 0).map_or(0, |size| size as usize);
        let Some(entry) = rest.get(..size).filter(|_| size > FIXED) else {
            all.ends_early = true;
            break;
        };
        if !all.song(song(entry)) {
            break;
        }
        rest = rest.get(size.next_multiple_of(8)..).unwrap_or_default();
    }
    Some(all)
}

fn song(entry: &[u8]) -> Marked {
    let mut texts = entry[FIXED..].split(|byte| *byte == 0);
    let path = texts.next().unwrap_or_default();
    // Codec and profile.
    let mut tags = texts.skip(2);
    let mut wanted = Wanted::default();
    let plays = number(entry, 4).map_or(0, |plays| count(plays.cast_signed().into()));
    let seconds = number(entry, 16).unwrap_or(0);
    wanted.length_ms = believed_ms(f64::from(seconds) * 1000.0);
    while let (Some(name), Some(value)) = (tags.next(), tags.next()) {
        if value.len() > MAX_LINE {
            continue;
        }
        let value = || String::from_utf8_lossy(value).trim().to_owned();
        match name {
            b"title" => wanted.title = value(),
            b"artist" => wanted.artists = vec![value()],
            b"album" => wanted.album = value(),
            _ => {}
        }
    }
    let is_path = path.starts_with(b"/") && path.len() <= MAX_LINE;
    Marked {
        wanted,
        paths: is_path.then(|| path.to_vec()).into_iter().collect(),
        marks: Marks {
            plays,
            ..Marks::default()
        },
    }
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes(four.try_into().ok()?))
}
