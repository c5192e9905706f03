//! Lyrics with times as ID3v2 has them (SYLT): pieces of text, often syllables, each with its time. Pure. (id3.org,
//! ID3v2.4 frames, 4.9)

use super::{Line, MOST_LINES};
use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Times are in ms; the other kind counts frames of MPEG, which nothing here knows the length of.
const IN_MS: u8 = 2;
/// Other, lyrics, text: what is sung. Others are chords, events, trivia …
const SUNG: std::ops::RangeInclusive<u8> = 0..=2;

/// The lines of a frame's content; none where it is of another kind or damaged.
pub fn parse(frame: &[u8]) -> Vec<Line> {
    let [charset, _, _, _, unit, content, rest @ ..] = frame else {
        return Vec::new();
    };
    if *unit != IN_MS || !SUNG.contains(content) {
        return Vec::new();
    }
    let mut rest = rest;
    let Some(_description) = text(*charset, &mut rest) else {
        return Vec::new();
    };
    let mut pieces = Vec::new();
    while pieces.len() < MOST_LINES {
        let Some(piece) = text(*charset, &mut rest) else {
            break;
        };
        let Some((time, after)) = rest.split_first_chunk::<4>() else {
            break;
        };
        pieces.push((u64::from(u32::from_be_bytes(*time)), piece));
        rest = after;
    }
    lines(&pieces)
}

/// A line break begins a line where there is any; else each piece is one.
fn lines(pieces: &[(u64, String)]) -> Vec<Line> {
    let has_breaks = pieces.iter().any(|(_, piece)| piece.contains(['\n', '\r']));
    let mut lines: Vec<Line> = Vec::new();
    let mut begins = true;
    for (at_ms, piece) in pieces {
        let is_first = begins || !has_breaks || piece.starts_with(['\n', '\r']);
        match lines.last_mut().filter(|_| !is_first) {
            Some(line) => line.text.push_str(piece),
            None => lines.push(Line {
                at_ms: Some(*at_ms),
                text: piece.clone(),
            }),
        }
        begins = piece.ends_with(['\n', '\r']);
    }
    for line in &mut lines {
        line.text = line.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    lines.sort_by_key(|line| line.at_ms);
    lines
}

/// Takes a text up to its NUL.
fn text(charset: u8, rest: &mut &[u8]) -> Option<String> {
    let is_wide = matches!(charset, 1 | 2);
    let end = if is_wide {
        2 * rest.chunks_exact(2).position(|pair| pair == [0, 0])?
    } else {
        rest.iter().position(|byte| *byte == 0)?
    };
    let bytes = rest.get(..end)?;
    *rest = rest.get(end + if is_wide { 2 } else { 1 }..)?;
    let (charset, bytes) = match (charset, bytes) {
        (1, [0xff, 0xfe, bytes @ ..]) => (UTF_16LE, bytes),
        (1, [0xfe, 0xff, bytes @ ..]) | (2, bytes) => (UTF_16BE, bytes),
        (1, bytes) => (UTF_16LE, bytes),
        (0, bytes) => (WINDOWS_1252, bytes),
        (_, bytes) => (UTF_8, bytes),
    };
    Some(charset.decode_without_bom_handling(bytes).0.into_owned())
}
