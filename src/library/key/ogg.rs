//! Ogg: the first bytes of the audio packets and the last ones, and the granule position that the stream ends with.
//!
//! Page headers are left out, since longer comments shift every page number and so every checksum; so are page borders,
//! since some taggers cut pages anew. Format: RFC 3533; headers of Vorbis (I, 4.2.1), Opus (RFC 7845), Ogg FLAC 1.0.

use super::{Extent, HEAD_BYTES, Hash};
use crate::library::bytes::FileBytes;
use crate::music::AudioKey;
use std::io;

/// So many pages are walked over until the audio begins: comments of 64 MB.
const MOST_PAGES: usize = 1_024;
/// The last page begins within so many bytes of the end: no page is longer.
const LONGEST_PAGE_BYTES: usize = 65_307;
/// Most last pages are no longer.
const SHORT_PAGE_BYTES: usize = 8 << 10;
/// What of the last page is hashed.
const END_BYTES: usize = 256;

/// A page's header: 27 bytes and its table of segment lengths.
struct Page {
    granule: u64,
    lacing: Vec<u8>,
    payload: u64,
}

impl Page {
    fn read(file: &mut FileBytes, at: u64) -> io::Result<Option<Self>> {
        let Some(head) = file
            .array_at::<27>(at)?
            .filter(|head| head.starts_with(b"OggS"))
        else {
            return Ok(None);
        };
        let mut lacing = vec![0; usize::from(head[26])];
        if file.read_at(at + 27, &mut lacing)? < lacing.len() {
            return Ok(None);
        }
        let mut granule = [0; 8];
        granule.copy_from_slice(&head[6..14]);
        Ok(Some(Self {
            granule: u64::from_le_bytes(granule),
            payload: at + 27 + lacing.len() as u64,
            lacing,
        }))
    }

    fn payload_len(&self) -> u64 {
        self.lacing.iter().map(|length| u64::from(*length)).sum()
    }

    fn next(&self) -> u64 {
        self.payload.saturating_add(self.payload_len())
    }
}

/// The key of a stream that begins with `OggS`.
pub fn key(file: &mut FileBytes, ogg: Extent) -> io::Result<Option<AudioKey>> {
    let Some(last) = last_page(file, ogg)? else {
        return Ok(None);
    };
    let head = first_audio(file, ogg)?;
    if head.is_empty() {
        return Ok(None);
    }
    let mut hash = Hash::new("ogg", last.granule);
    hash.chunk(&head);
    let end = last.next().min(ogg.end);
    let start = last.payload.max(end.saturating_sub(END_BYTES as u64));
    hash.extent(file, start, end, END_BYTES)?;
    Ok(Some(hash.finish()))
}

/// The first bytes of what follows the header packets.
fn first_audio(file: &mut FileBytes, ogg: Extent) -> io::Result<Vec<u8>> {
    let mut headers_left = header_packets(file, ogg)?;
    let mut audio = Vec::with_capacity(HEAD_BYTES);
    let mut at = ogg.start;
    for _ in 0..MOST_PAGES {
        let Some(page) = Page::read(file, at)? else {
            break;
        };
        let mut skip = 0;
        for length in &page.lacing {
            if headers_left == 0 {
                break;
            }
            skip += u64::from(*length);
            // A segment shorter than 255 ends its packet.
            headers_left -= usize::from(*length < 255);
        }
        let want = (page.payload_len() - skip).min((HEAD_BYTES - audio.len()) as u64);
        let filled = audio.len();
        audio.resize(filled + want as usize, 0);
        let read = file.read_at(page.payload + skip, &mut audio[filled..])?;
        audio.truncate(filled + read);
        at = page.next();
        if audio.len() == HEAD_BYTES || at >= ogg.end {
            break;
        }
    }
    Ok(audio)
}

/// How many packets stand before the audio.
fn header_packets(file: &mut FileBytes, ogg: Extent) -> io::Result<usize> {
    let Some(page) = Page::read(file, ogg.start)? else {
        return Ok(0);
    };
    let first = file.array_at::<9>(page.payload)?.unwrap_or_default();
    Ok(match &first {
        [1, b'v', b'o', b'r', b'b', b'i', b's', ..] => 3,
        [0x7f, b'F', b'L', b'A', b'C', _, _, high, low] => {
            1 + usize::from(u16::from_be_bytes([*high, *low]))
        }
        _ => 2,
    })
}

fn last_page(file: &mut FileBytes, ogg: Extent) -> io::Result<Option<Page>> {
    let longest = LONGEST_PAGE_BYTES.min(ogg.len() as usize);
    // Most last pages are short: look in a short window first.
    for size in [longest.min(SHORT_PAGE_BYTES), longest] {
        let start = ogg.end - size as u64;
        let mut window = vec![0; size];
        let read = file.read_at(start, &mut window)?;
        let mut searched = &window[..read];
        let is_mark = |mark: &[u8]| matches!(mark, [b'O', b'g', b'g', b'S']);
        while let Some(at) = searched.windows(4).rposition(is_mark) {
            if let Some(page) = Page::read(file, start + at as u64)?
                && page.next() <= ogg.end
                // −1: no packet ends on this page.
                && page.granule != u64::MAX
            {
                return Ok(Some(page));
            }
            searched = &searched[..at];
        }
    }
    Ok(None)
}
