//! Where a FLAC file is damaged: its frames held against their own checksums. It never decodes; it is asked where the
//! sound as a whole is not what it was.
//!
//! Format: RFC 9639, 9.1 (frame header, with a CRC-8 and the number of its first sample or of the frame) and 9.3 (the
//! CRC-16 at a frame's end).

use std::io::Read;
use symphonia::core::checksum::{Crc8Ccitt, Crc16Ansi};
use symphonia::core::io::Monitor;

/// More than the largest frame that there can be: 65,535 samples of eight channels, 32 bits each.
const MOST_OF_A_FRAME: usize = 3 << 20;
/// Read at once.
const READ_BYTES: usize = 256 << 10;

/// A frame's header, as far as it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    /// Its first sample.
    sample: u64,
    samples: u64,
    bytes: usize,
}

/// The first samples of the stretches in which frames are damaged or missing, at most so many. `frames`: the file from
/// its first frame on; `block`: samples of a frame, where all of them have as many (STREAMINFO).
pub(super) fn damaged(frames: impl Read, block: u64, most: usize) -> Vec<u64> {
    let mut window = Window::new(frames);
    let mut damaged = Vec::new();
    let (mut expected, mut is_bad) = (0_u64, false);
    let mut note = |sample, bad: bool| {
        if bad && !is_bad && damaged.len() < most {
            damaged.push(sample);
        }
        is_bad = bad;
    };
    while window.fill() {
        let Some(header) = header(window.bytes(), block).filter(|it| it.sample == expected) else {
            // Not where it should be: on to the next that may follow.
            note(expected, true);
            match next(window.bytes(), 0, block, expected) {
                Some((at, header)) => {
                    expected = header.sample;
                    window.pass(at);
                }
                None => window.pass_most(),
            }
            continue;
        };
        let follows = header.sample.saturating_add(header.samples);
        let end = match next(window.bytes(), header.bytes, block, follows) {
            Some((at, _)) => at,
            None if window.is_last() => window.bytes().len(),
            None => {
                note(expected, true);
                window.pass_most();
                continue;
            }
        };
        note(header.sample, !is_whole(&window.bytes()[..end]));
        expected = follows;
        window.pass(end);
    }
    damaged
}

/// The first header behind `from` of a frame that begins with this sample or later.
fn next(bytes: &[u8], from: usize, block: u64, sample: u64) -> Option<(usize, Header)> {
    let starts = from..bytes.len().min(MOST_OF_A_FRAME);
    starts.into_iter().find_map(|at| {
        if bytes[at] != 0xff {
            return None;
        }
        let found = header(&bytes[at..], block).filter(|header| header.sample >= sample)?;
        Some((at, found))
    })
}

/// The header of a frame at the start of these bytes, if its CRC-8 says that it is one.
fn header(bytes: &[u8], block: u64) -> Option<Header> {
    let [0xff, sync, sizes, ..] = *bytes else {
        return None;
    };
    if sync & 0xfe != 0xf8 {
        return None;
    }
    let (number, mut at) = coded_number(bytes, 4)?;
    let mut take = |count: usize| {
        let taken = bytes.get(at..at + count)?;
        at += count;
        Some(
            taken
                .iter()
                .fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        )
    };
    let samples = match sizes >> 4 {
        1 => 192,
        code @ 2..=5 => 576 << (code - 2),
        6 => take(1)? + 1,
        7 => take(2)? + 1,
        code @ 8..=15 => 256 << (code - 8),
        _ => return None,
    };
    match sizes & 0x0f {
        12 => take(1)?,
        13 | 14 => take(2)?,
        15 => return None,
        _ => 0,
    };
    let mut crc = Crc8Ccitt::new(0);
    crc.process_buf_bytes(bytes.get(..at)?);
    let sample = if sync & 1 == 1 {
        number
    } else {
        number.checked_mul(block)?
    };
    (*bytes.get(at)? == crc.crc()).then_some(Header {
        sample,
        samples,
        bytes: at + 1,
    })
}

/// A number in the way of UTF-8, of up to 36 bits, and where it ends.
fn coded_number(bytes: &[u8], at: usize) -> Option<(u64, usize)> {
    let first = *bytes.get(at)?;
    let more = match first.leading_ones() as usize {
        0 => return Some((u64::from(first), at + 1)),
        ones @ 2..=7 => ones - 1,
        _ => return None,
    };
    let start = u64::from(first) & (0x7f >> (more + 1));
    let rest = bytes.get(at + 1..at + 1 + more)?;
    let number = rest.iter().try_fold(start, |sum, byte| {
        (byte & 0xc0 == 0x80).then_some(sum << 6 | u64::from(byte & 0x3f))
    })?;
    Some((number, at + 1 + more))
}

fn is_whole(frame: &[u8]) -> bool {
    let Some((body, [high, low])) = frame.split_last_chunk::<2>() else {
        return false;
    };
    let mut crc = Crc16Ansi::new(0);
    crc.process_buf_bytes(body);
    crc.crc() == u16::from_be_bytes([*high, *low])
}

/// The file from a place on: one whole frame at least, unless it is the last.
struct Window<R> {
    file: R,
    buffer: Vec<u8>,
    at: usize,
    has_ended: bool,
}

impl<R: Read> Window<R> {
    fn new(file: R) -> Self {
        Self {
            file,
            buffer: Vec::new(),
            at: 0,
            has_ended: false,
        }
    }

    /// Reads on where a frame might not fit; `false`: nothing is left. A file that cannot be read on ends there.
    fn fill(&mut self) -> bool {
        if self.at > MOST_OF_A_FRAME {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        while !self.has_ended && self.buffer.len() - self.at < MOST_OF_A_FRAME {
            let from = self.buffer.len();
            self.buffer.resize(from + READ_BYTES, 0);
            let read = self.file.read(&mut self.buffer[from..]).unwrap_or(0);
            self.buffer.truncate(from + read);
            self.has_ended = read == 0;
        }
        self.at < self.buffer.len()
    }

    fn bytes(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// Whether nothing comes behind what is here.
    fn is_last(&self) -> bool {
        self.has_ended && self.bytes().len() <= MOST_OF_A_FRAME
    }

    fn pass(&mut self, bytes: usize) {
        self.at += bytes;
    }

    /// All that was looked through; a header that is cut by its end is lost.
    fn pass_most(&mut self) {
        self.pass(self.bytes().len().min(MOST_OF_A_FRAME));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A frame that decodes to nothing sensible, but is whole.
    fn frame(number: u8, body: &[u8]) -> Vec<u8> {
        let mut frame = vec![0xff, 0xf8, 0xc9, 0x18, number];
        let mut crc = Crc8Ccitt::new(0);
        crc.process_buf_bytes(&frame);
        frame.push(crc.crc());
        frame.extend_from_slice(body);
        let mut crc = Crc16Ansi::new(0);
        crc.process_buf_bytes(&frame);
        frame.extend_from_slice(&crc.crc().to_be_bytes());
        frame
    }

    fn frames() -> Vec<Vec<u8>> {
        (0..20)
            .map(|number| frame(number, &[number ^ 0x5a; 500]))
            .collect()
    }

    fn found(frames: &[Vec<u8>]) -> Vec<u64> {
        damaged(&frames.concat()[..], 4_096, 9)
    }

    #[test]
    fn a_whole_file_has_no_damage() {
        assert_eq!(found(&frames()), [0; 0]);
        assert_eq!(found(&[]), [0; 0]);
    }

    #[test]
    fn damage_is_placed_at_its_frame() {
        let mut body = frames();
        body[7][100] ^= 4;
        assert_eq!(found(&body), [7 * 4_096]);
        let mut head = frames();
        head[7][4] ^= 4;
        assert_eq!(
            found(&head),
            [6 * 4_096],
            "nobody knows where the one before ends"
        );
        let mut gone = frames();
        gone.drain(7..9);
        assert_eq!(found(&gone), [7 * 4_096]);
        let mut several = frames();
        several[3][100] ^= 4;
        several[4][100] ^= 4;
        several[9][100] ^= 4;
        assert_eq!(found(&several), [3 * 4_096, 9 * 4_096]);
        let mut last = frames();
        last[19].truncate(100);
        assert_eq!(found(&last), [19 * 4_096]);
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(bytes in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..2_000), at in 0usize..9_000, value: u8) {
            damaged(&bytes[..], 4_096, 9);
            let mut file = frames().concat();
            file[at] = value;
            proptest::prop_assert!(damaged(&file[..], 4_096, 9).len() <= 1);
        }
    }
}
