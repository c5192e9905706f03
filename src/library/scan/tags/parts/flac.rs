//! The CUESHEET block of a FLAC file: where the tracks of a disc begin, without names. Format: RFC 9639, 8.7.

use super::MOST_PARTS;
use super::cut::Mark;
use crate::library::bytes::FileBytes;
use std::io;

const CUESHEET: u8 = 5;
/// Catalogue number, lead-in, flags and the count of tracks.
const HEAD_BYTES: u64 = 396;
const TRACK_BYTES: u64 = 36;
const INDEX_BYTES: u64 = 12;
/// So many metadata blocks are walked over.
const MOST_BLOCKS: usize = 1_024;
/// The numbers of what follows the last track, on a CD and elsewhere.
const LEAD_OUT: [u8; 2] = [170, 255];
/// The first index point of a track that is not its gap.
const INDEX_OF_START: u8 = 1;

/// The tracks with music of the file whose stream begins at `start`; `None` where there is no such block.
pub fn marks(file: &mut FileBytes, start: u64) -> io::Result<Option<Vec<Mark>>> {
    let Some((from, until)) = block(file, start)? else {
        return Ok(None);
    };
    let Some([count]) = file.array_at(from.saturating_add(HEAD_BYTES - 1))? else {
        return Ok(None);
    };
    let mut tracks = Vec::new();
    let mut at = from.saturating_add(HEAD_BYTES);
    for _ in 0..count {
        let next = at.saturating_add(TRACK_BYTES);
        let Some(head) = file
            .array_at::<{ TRACK_BYTES as usize }>(at)?
            .filter(|_| next <= until)
        else {
            break;
        };
        let points = head[35];
        tracks.push(track(file, &head, next)?);
        at = next.saturating_add(INDEX_BYTES * u64::from(points));
    }
    Ok(Some(audible(&tracks)))
}

/// The block's content, as the bytes from and until.
fn block(file: &mut FileBytes, start: u64) -> io::Result<Option<(u64, u64)>> {
    let mut at = start.saturating_add(4);
    for _ in 0..MOST_BLOCKS {
        let Some([kind, a, b, c]) = file.array_at(at)? else {
            break;
        };
        let from = at.saturating_add(4);
        let until = from.saturating_add(u64::from(u32::from_be_bytes([0, a, b, c])));
        if kind & 0x7f == CUESHEET {
            return Ok(Some((from, until)));
        }
        if kind & 0x80 != 0 {
            break;
        }
        at = until;
    }
    Ok(None)
}

struct Track {
    number: u8,
    start_frame: u64,
    is_music: bool,
    isrc: String,
}

fn track(file: &mut FileBytes, head: &[u8; TRACK_BYTES as usize], at: u64) -> io::Result<Track> {
    let number = head[8];
    let offset = frames(head);
    let mut start_frame = offset;
    for point in 0..u64::from(head[35]) {
        let point = at.saturating_add(INDEX_BYTES * point);
        let Some(index) = file.array_at::<{ INDEX_BYTES as usize }>(point)? else {
            break;
        };
        if index[8] == INDEX_OF_START {
            start_frame = offset.saturating_add(frames(&index));
        }
    }
    Ok(Track {
        number,
        start_frame,
        is_music: head[21] & 0x80 == 0 && !LEAD_OUT.contains(&number),
        isrc: String::from_utf8_lossy(&head[9..21]).into_owned(),
    })
}

/// The eight bytes that both records begin with.
fn frames(record: &[u8]) -> u64 {
    record
        .iter()
        .take(8)
        .fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Each track with music, until the next track of any kind; the last one to the end of the file.
fn audible(tracks: &[Track]) -> Vec<Mark> {
    let on_disc = |track: &&Track| !LEAD_OUT.contains(&track.number);
    let mut starts: Vec<u64> = tracks
        .iter()
        .filter(on_disc)
        .map(|it| it.start_frame)
        .collect();
    starts.sort_unstable();
    let music = tracks.iter().filter(|track| track.is_music);
    let mark = |track: &Track| Mark {
        start_frame: track.start_frame,
        end_frame: starts
            .iter()
            .copied()
            .find(|start| *start > track.start_frame),
        number: u32::from(track.number),
        isrc: track.isrc.clone(),
    };
    music.take(MOST_PARTS).map(mark).collect()
}
