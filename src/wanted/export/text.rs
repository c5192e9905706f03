//! A file's bytes as UTF-8, as they stream by: a byte order mark decides, then what is UTF-8 is, and the rest is
//! Windows-1252. It never holds more than a chunk.

use super::NotTaken;
use crate::wanted::Encoding;
use crate::wanted::encoding::from_windows_1252;
use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};
use std::cell::Cell;
use std::io::{self, BufRead, ErrorKind, Read};
use std::rc::Rc;

/// Bytes that are asked for at once.
const CHUNK: usize = 64 << 10;

/// How much was read since the last row was whole, for readers that would hold a row without end in memory.
#[derive(Clone, Default)]
pub(super) struct Pace(Rc<Cell<Option<usize>>>);

impl Pace {
    /// From here on no row may be too long.
    pub fn keep(&self) {
        self.0.set(Some(0));
    }

    /// A row is whole.
    pub fn step(&self) {
        self.0.set(self.0.get().map(|_| 0));
    }

    fn read(&self, count: usize) -> usize {
        let since = self.0.get().map(|since| since.saturating_add(count));
        self.0.set(since);
        since.unwrap_or(0)
    }
}

/// Reads as UTF-8 what is in any charset of the ladder.
pub(super) struct Utf8<'r> {
    rest: &'r mut dyn Read,
    raw: Vec<u8>,
    out: Vec<u8>,
    at: usize,
    utf_16: Option<Decoder>,
    ended: bool,
    fell_back: bool,
    pace: Pace,
    piece: usize,
}

impl<'r> Utf8<'r> {
    /// `head` stands before the rest.
    pub fn new(head: &[u8], rest: &'r mut dyn Read, piece: usize) -> Self {
        let mark = encoding_rs::Encoding::for_bom(head);
        let wide = mark.filter(|(charset, _)| *charset == UTF_16LE || *charset == UTF_16BE);
        let from = mark.map_or(0, |(_, length)| length);
        Self {
            rest,
            raw: head.get(from..).unwrap_or_default().to_vec(),
            out: Vec::new(),
            at: 0,
            utf_16: wide.map(|(charset, _)| charset.new_decoder_without_bom_handling()),
            ended: false,
            fell_back: false,
            pace: Pace::default(),
            piece,
        }
    }

    /// How the bytes were read so far.
    pub fn encoding(&self) -> Encoding {
        match (self.utf_16.is_some(), self.fell_back) {
            (true, _) => Encoding::Utf16,
            (false, true) => Encoding::Windows1252,
            (false, false) => Encoding::Utf8,
        }
    }

    /// To be told when a row is whole.
    pub fn pace(&self) -> Pace {
        self.pace.clone()
    }

    fn refill(&mut self) -> io::Result<()> {
        self.out.clear();
        self.at = 0;
        while self.out.is_empty() && !self.ended {
            // The head is there already.
            let had = self.raw.len();
            if had < CHUNK {
                self.raw.resize(had + CHUNK, 0);
                let got = retried(self.rest, &mut self.raw[had..]);
                self.raw.truncate(had + got.as_ref().map_or(0, |got| *got));
                self.ended = got? == 0;
            }
            self.decode();
        }
        Ok(())
    }

    fn decode(&mut self) {
        let raw = std::mem::take(&mut self.raw);
        if let Some(decoder) = &mut self.utf_16 {
            let room = decoder.max_utf8_buffer_length(raw.len());
            let mut text = String::with_capacity(room.unwrap_or(raw.len()));
            let _ = decoder.decode_to_string(&raw, &mut text, self.ended);
            self.out = text.into_bytes();
            return;
        }
        let mut rest = raw.as_slice();
        while let Err(error) = std::str::from_utf8(rest) {
            let (good, bad) = rest.split_at(error.valid_up_to());
            self.out.extend_from_slice(good);
            let wrong = match error.error_len() {
                Some(length) => length,
                None if self.ended => bad.len(),
                // The rest of the character is still to come.
                None => {
                    self.raw = bad.to_vec();
                    return;
                }
            };
            self.fell_back = true;
            let text = from_windows_1252(&bad[..wrong]);
            self.out.extend_from_slice(text.as_bytes());
            rest = &bad[wrong..];
        }
        self.out.extend_from_slice(rest);
    }
}

impl Read for Utf8<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at == self.out.len() {
            self.refill()?;
        }
        let there = &self.out[self.at..];
        let count = there.len().min(into.len());
        into[..count].copy_from_slice(&there[..count]);
        self.at += count;
        if self.pace.read(count) > self.piece.saturating_add(2 * CHUNK) {
            return Err(NotTaken::RowTooLong.into());
        }
        Ok(count)
    }
}

/// As [`Read::read`], again after an interruption.
pub(super) fn retried(from: &mut dyn Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match from.read(into) {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

/// As many bytes as there are, at most `most`.
pub(super) fn head(from: &mut dyn Read, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(most as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// The next line without its end, which is LF, CRLF or CR; `None` at the end. What is longer than `most` is cut there.
pub(super) fn line(text: &mut dyn BufRead, most: usize) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    let mut is_there = false;
    loop {
        let there = text.fill_buf()?;
        if there.is_empty() {
            return Ok(is_there.then_some(line));
        }
        is_there = true;
        let end = there.iter().position(|b| matches!(b, b'\n' | b'\r'));
        let piece = &there[..end.unwrap_or(there.len())];
        let room = most.saturating_add(1).saturating_sub(line.len());
        line.extend_from_slice(&piece[..piece.len().min(room)]);
        let was_cr = end.and_then(|end| there.get(end)) == Some(&b'\r');
        let used = piece.len() + usize::from(end.is_some());
        text.consume(used);
        if end.is_some() {
            if was_cr && text.fill_buf()?.first() == Some(&b'\n') {
                text.consume(1);
            }
            return Ok(Some(line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], head: usize) -> (Encoding, String) {
        let (head, mut rest) = bytes.split_at(head.min(bytes.len()));
        let mut text = Utf8::new(head, &mut rest, 1 << 20);
        let mut out = String::new();
        text.read_to_string(&mut out).unwrap();
        (text.encoding(), out)
    }

    #[test]
    fn the_ladder_wherever_the_head_ends() {
        use Encoding::{Utf8, Utf16, Windows1252};
        let encodings = [Utf8, Utf8, Utf8, Utf8, Utf16, Utf16, Windows1252];
        for (bytes, right) in crate::wanted::told::dressed("é, æøå\nn")
            .iter()
            .zip(encodings)
        {
            for head in 3..bytes.len() {
                let (encoding, text) = all(bytes, head);
                let text = text.replace("\r\n", "\n").replace('\r', "\n");
                assert_eq!((encoding, text.as_str()), (right, "é, æøå\nn"), "{bytes:?}");
            }
        }
        assert_eq!(all(b"a\xe2\x82", 0).1, "aâ‚");
    }

    #[test]
    fn lines_of_every_end_and_length() {
        let mut text = io::BufReader::with_capacity(2, &b"ab\r\nc\rd\n\nefgh"[..]);
        let mut lines = Vec::new();
        while let Some(one) = line(&mut text, 2).unwrap() {
            lines.push(String::from_utf8(one).unwrap());
        }
        assert_eq!(lines, ["ab", "c", "d", "", "efg"]);
    }

    #[test]
    fn a_row_without_end_is_an_error() {
        let mut rest = io::repeat(b'x');
        let mut text = Utf8::new(b"", &mut rest, 1 << 20);
        text.pace().keep();
        let error = io::copy(&mut text, &mut io::sink()).unwrap_err();
        assert_eq!(NotTaken::of_io(&error), NotTaken::RowTooLong);
    }
}
