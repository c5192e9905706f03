//! Frames of MPEG audio (MP1, MP2, MP3): how long each is, and how long a stream of them is that does not say it. It decodes
//! nothing and opens no file: whoever asks reads for it.
//!
//! - `frame`: one of them.
//! - `tags`: what may stand between them.
//! - `walk`: all of them, and where something is lost.

mod frame;
mod tags;
mod walk;

pub use frame::MpegFrame;
pub use walk::{MpegBytes, MpegStep, MpegWalk};

use std::io;
use std::ops::Range;

/// How long a stream of frames is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MpegLength {
    /// Its first frame holds no sound, but the encoder's count.
    Told,
    /// As far as was looked, all frames have one bit rate: its bytes tell.
    Even,
    /// So many samples of each channel.
    Counted(u64),
    /// It is no such stream, or too long to be counted.
    Unknown,
}

/// So much is looked at before a stream counts as even.
const EVEN_BYTES: u64 = 128 << 10;
/// So much is walked over.
const MOST_BYTES: u64 = 48 << 20;

/// Reads up to so many bytes at a place of a file; fewer only at its end.
pub type ReadAt<'a> = dyn FnMut(u64, &mut [u8]) -> io::Result<usize> + 'a;

impl MpegBytes for &mut ReadAt<'_> {
    fn read_at(&mut self, at: u64, out: &mut [u8]) -> io::Result<usize> {
        self(at, out)
    }
}

/// How long the stream in these bytes of a file is, by its frames: of one whose bit rate varies all of them are walked over.
pub fn mpeg_length(stream: Range<u64>, read_at: &mut ReadAt<'_>) -> io::Result<MpegLength> {
    let start = stream.start;
    let mut walk = MpegWalk::new(read_at, stream, None);
    let Some(first) = walk.next()? else {
        return Ok(MpegLength::Unknown);
    };
    if walk.is_told(&first)? {
        return Ok(MpegLength::Told);
    }
    let mut is_even = true;
    while let Some(step) = walk.next_sound()? {
        let walked = step.at - start;
        if is_even && walked > EVEN_BYTES {
            return Ok(MpegLength::Even);
        }
        if walked > MOST_BYTES {
            return Ok(MpegLength::Unknown);
        }
        is_even &= step.frame.kbps == first.frame.kbps;
    }
    Ok(if is_even {
        MpegLength::Even
    } else {
        MpegLength::Counted(walk.next_sample())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length_of(stream: &[u8]) -> MpegLength {
        let mut read_at = |at: u64, out: &mut [u8]| {
            let rest = stream.get(at as usize..).unwrap_or_default();
            let count = rest.len().min(out.len());
            out[..count].copy_from_slice(&rest[..count]);
            Ok(count)
        };
        mpeg_length(0..stream.len() as u64, &mut read_at).unwrap()
    }

    /// A silent frame of MPEG-1 layer III with this code of its bit rate.
    fn frame(kbps: u8) -> Vec<u8> {
        let head = [0xff, 0xfb, kbps << 4, 0x64];
        let mut frame = head.to_vec();
        frame.resize(MpegFrame::of(head).unwrap().bytes as usize, 0);
        frame
    }

    #[test]
    fn only_uneven_streams_are_counted() {
        let uneven: Vec<u8> = (0..600)
            .flat_map(|n| frame(5 + (n % 7 == 3) as u8))
            .collect();
        assert_eq!(length_of(&uneven), MpegLength::Counted(600 * 1_152));
        let with_junk = [&uneven[..], &[7; 5_000], &uneven, b"TAG and more"].concat();
        // The frame that the junk follows is not trusted, and the junk stands in place of 23 of their mean size.
        assert_eq!(
            length_of(&with_junk),
            MpegLength::Counted((599 + 24 + 600) * 1_152)
        );
        assert_eq!(
            length_of(&uneven[..uneven.len() - 1]),
            MpegLength::Counted(599 * 1_152)
        );
        assert_eq!(length_of(&frame(9).repeat(900)), MpegLength::Even);
        assert_eq!(length_of(b"fLaC"), MpegLength::Unknown);
        let mut counting = frame(9);
        counting[36..40].copy_from_slice(b"Xing");
        assert_eq!(length_of(&[counting, uneven].concat()), MpegLength::Told);
    }
}
