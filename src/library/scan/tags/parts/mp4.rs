//! The chapters of MP4 and M4B: a text track that the sound track names, as QuickTime has it, or Nero's `chpl`. The
//! track comes first: `chpl` has no more than 255 chapters and cuts names. Formats: QuickTime File Format (chapter
//! lists, text samples), ISO/IEC 14496-12 (sample tables); `chpl` as mp4v2 and FFmpeg write it.

use super::boxes::{Boxes, Inside};
use super::{Chapter, MOST_PARTS};
use crate::library::bytes::FileBytes;

/// The longest name that is read.
const LONGEST_TITLE: usize = 1_024;
/// More tracks are not looked through for the one with the chapters.
const MOST_TRACKS: usize = 64;
/// `chpl` counts in tenths of a microsecond.
const NERO_TICK_NS: u64 = 100;

/// The chapters of the file, or none.
pub fn chapters(file: &mut FileBytes) -> Vec<Chapter> {
    let whole = Inside {
        start: 0,
        end: file.stamp().size,
    };
    let mut boxes = Boxes::new(file);
    let Some(moov) = boxes.find(whole, b"moov") else {
        return Vec::new();
    };
    let of_track = of_text_track(&mut boxes, moov).filter(|chapters| !chapters.is_empty());
    of_track
        .or_else(|| of_nero(&mut boxes, moov))
        .unwrap_or_default()
}

/// `chpl`: version, flags, in version 1 four bytes of nothing, a count, and of each a time and a name.
fn of_nero(boxes: &mut Boxes, moov: Inside) -> Option<Vec<Chapter>> {
    let list = boxes.descend(moov, &[b"udta", b"chpl"])?;
    let [version] = boxes.bytes(list, 0)?;
    let mut at = if version == 0 { 4 } else { 8 };
    let [count] = boxes.bytes(list, at)?;
    at += 1;
    let mut chapters = Vec::new();
    for _ in 0..count {
        let Some(ticks) = boxes.bytes::<8>(list, at).map(u64::from_be_bytes) else {
            break;
        };
        let Some([length]) = boxes.bytes(list, at + 8) else {
            break;
        };
        let title = boxes.up_to(list, at + 9, usize::from(length));
        chapters.push(Chapter {
            start_ns: ticks.saturating_mul(NERO_TICK_NS),
            title: String::from_utf8_lossy(&title).into_owned(),
        });
        at += 9 + u64::from(length);
    }
    Some(chapters)
}

fn of_text_track(boxes: &mut Boxes, moov: Inside) -> Option<Vec<Chapter>> {
    let mut tracks = Vec::new();
    let mut rest = moov;
    while let Some((kind, inside, next)) = boxes.next(rest) {
        if &kind == b"trak" && tracks.len() < MOST_TRACKS {
            tracks.push(inside);
        }
        rest = next;
    }
    let named = |boxes: &mut Boxes, track: Inside| {
        let chap = boxes.descend(track, &[b"tref", b"chap"])?;
        boxes.bytes::<4>(chap, 0)
    };
    let wanted = tracks.iter().find_map(|track| named(boxes, *track))?;
    let is_wanted = |boxes: &mut Boxes, track: Inside| {
        let head = boxes.find(track, b"tkhd")?;
        let [version] = boxes.bytes(head, 0)?;
        let at = if version == 0 { 12 } else { 20 };
        Some(boxes.bytes::<4>(head, at)? == wanted)
    };
    let track = tracks
        .iter()
        .find(|track| is_wanted(boxes, **track) == Some(true))?;
    let media = boxes.find(*track, b"mdia")?;
    let scale = timescale(boxes, media)?;
    let table = boxes.descend(media, &[b"minf", b"stbl"])?;
    let samples = samples(boxes, table)?;
    let chapter = |(ticks, text): (u64, Inside)| {
        let ns = u128::from(ticks) * 1_000_000_000 / u128::from(scale);
        Chapter {
            start_ns: u64::try_from(ns).unwrap_or(u64::MAX),
            title: title(boxes, text),
        }
    };
    Some(samples.into_iter().map(chapter).collect())
}

fn timescale(boxes: &mut Boxes, media: Inside) -> Option<u32> {
    let head = boxes.find(media, b"mdhd")?;
    let [version] = boxes.bytes(head, 0)?;
    let at = if version == 0 { 12 } else { 20 };
    boxes
        .bytes(head, at)
        .map(u32::from_be_bytes)
        .filter(|scale| *scale > 0)
}

/// When each sample of a track begins, in ticks, and where it lies in the file.
fn samples(boxes: &mut Boxes, table: Inside) -> Option<Vec<(u64, Inside)>> {
    let sizes = sizes(boxes, table)?;
    let times = times(boxes, table, sizes.len())?;
    let places = places(boxes, table, &sizes)?;
    Some(times.into_iter().zip(places).collect())
}

/// The rows of a table of 32-bit numbers, `N` a row, after `skip` bytes and a count.
fn rows<const N: usize>(boxes: &mut Boxes, table: Inside, skip: u64) -> Option<Vec<[u32; N]>> {
    let count = u32::from_be_bytes(boxes.bytes(table, skip)?);
    let count = usize::try_from(count).ok()?.min(MOST_PARTS);
    let bytes = boxes.up_to(table, skip + 4, count * N * 4);
    let number = |four: &[u8]| four.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    let row = |bytes: &[u8]| {
        let mut row = [0; N];
        row.iter_mut()
            .zip(bytes.chunks_exact(4))
            .for_each(|(to, four)| *to = number(four));
        row
    };
    Some(bytes.chunks_exact(N * 4).map(row).collect())
}

fn sizes(boxes: &mut Boxes, table: Inside) -> Option<Vec<u32>> {
    let sizes = boxes.find(table, b"stsz")?;
    let of_each = u32::from_be_bytes(boxes.bytes(sizes, 4)?);
    if of_each == 0 {
        let each = rows::<1>(boxes, sizes, 8)?;
        return Some(each.into_iter().map(|[size]| size).collect());
    }
    let count = u32::from_be_bytes(boxes.bytes(sizes, 8)?);
    Some(vec![of_each; usize::try_from(count).ok()?.min(MOST_PARTS)])
}

fn times(boxes: &mut Boxes, table: Inside, most: usize) -> Option<Vec<u64>> {
    let list = boxes.find(table, b"stts")?;
    let mut times = Vec::new();
    let mut at = 0u64;
    for [count, delta] in rows::<2>(boxes, list, 4)? {
        for _ in 0..count {
            if times.len() >= most {
                return Some(times);
            }
            times.push(at);
            at = at.saturating_add(u64::from(delta));
        }
    }
    Some(times)
}

/// Where the samples lie: those of one chunk follow each other.
fn places(boxes: &mut Boxes, table: Inside, sizes: &[u32]) -> Option<Vec<Inside>> {
    let list = boxes.find(table, b"stsc")?;
    let runs = rows::<3>(boxes, list, 4)?;
    let chunks: Vec<u64> = match boxes.find(table, b"stco") {
        Some(list) => {
            let each = rows::<1>(boxes, list, 4)?;
            each.into_iter().map(|[offset]| u64::from(offset)).collect()
        }
        None => {
            let list = boxes.find(table, b"co64")?;
            let each = rows::<2>(boxes, list, 4)?;
            let wide = |[high, low]: [u32; 2]| u64::from(high) << 32 | u64::from(low);
            each.into_iter().map(wide).collect()
        }
    };
    let mut sizes = sizes.iter();
    let mut places = Vec::new();
    for (number, mut at) in (1u32..).zip(chunks) {
        let run = runs.iter().rev().find(|[first, ..]| *first <= number);
        for _ in 0..run.map_or(1, |[_, count, _]| *count) {
            let Some(size) = sizes.next() else {
                return Some(places);
            };
            let end = at.saturating_add(u64::from(*size));
            places.push(Inside { start: at, end });
            at = end;
        }
    }
    Some(places)
}

/// A text sample: two bytes of length and UTF-8, or UTF-16 with its mark.
fn title(boxes: &mut Boxes, sample: Inside) -> String {
    let length = boxes.bytes(sample, 0).map_or(0, u16::from_be_bytes);
    let bytes = boxes.up_to(sample, 2, usize::from(length).min(LONGEST_TITLE));
    let utf_16 = |wide: &[u8], number: fn([u8; 2]) -> u16| {
        let units = wide.chunks_exact(2).map(|two| number([two[0], two[1]]));
        char::decode_utf16(units)
            .map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect()
    };
    match bytes.as_slice() {
        [0xfe, 0xff, wide @ ..] => utf_16(wide, u16::from_be_bytes),
        [0xff, 0xfe, wide @ ..] => utf_16(wide, u16::from_le_bytes),
        text => String::from_utf8_lossy(text).into_owned(),
    }
}
