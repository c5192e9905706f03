//! Frames of MPEG audio (MP1, MP2, MP3): how long each is, and how long a stream of them is that does not say it. It decodes
//! nothing and opens no file: whoever asks reads for it.
//!
//! Formats: ISO/IEC 11172-3, 2.4.1.3 and 13818-3 (frame headers); the Xing and the VBRI header, which no standard describes.

use std::io;
use std::ops::Range;

/// The bytes of a frame's header.
const MPEG_HEAD: usize = 4;

/// kbit/s by the code in the header: of MPEG-1 layer I, II and III, then of the lower rates' layer I, and II and III.
const KBPS: [[u32; 15]; 5] = [
    [
        0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448,
    ],
    [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384,
    ],
    [
        0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320,
    ],
    [
        0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256,
    ],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];
const RATES: [u32; 3] = [44_100, 48_000, 32_000];
/// Where the VBRI header stands in a frame.
const VBRI_AT: usize = 36;

/// A frame of MPEG audio, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MpegFrame {
    /// All of it, header included.
    bytes: u64,
    /// Samples of each channel.
    samples: u64,
    /// Of its sound.
    rate: u32,
    /// Of this frame alone.
    kbps: u32,
    /// Where an encoder's count of frames would stand.
    count_at: usize,
}

impl MpegFrame {
    /// `None`: no frame begins so, or one that does not tell its length.
    fn of(head: [u8; MPEG_HEAD]) -> Option<Self> {
        let [0xff, second, third, fourth] = head else {
            return None;
        };
        let (version, layer) = (second >> 3 & 3, 4 - (second >> 1 & 3));
        let is_first = version == 3;
        if second & 0xe0 != 0xe0 || version == 1 || layer == 4 {
            return None;
        }
        let row = match (is_first, layer) {
            (true, layer) => usize::from(layer) - 1,
            (false, 1) => 3,
            (false, _) => 4,
        };
        let kbps = *KBPS[row].get(usize::from(third >> 4))?;
        let halved = match version {
            3 => 0,
            2 => 1,
            _ => 2,
        };
        let rate = RATES.get(usize::from(third >> 2 & 3))? >> halved;
        let padding = u64::from(third >> 1 & 1);
        let samples = match layer {
            1 => 384,
            3 if !is_first => 576,
            _ => 1_152,
        };
        let bits = samples * u64::from(kbps) * 1_000 / u64::from(rate);
        let bytes = match layer {
            // Layer I counts in slots of four bytes.
            1 => (bits / 32 + padding) * 4,
            _ => bits / 8 + padding,
        };
        let is_mono = fourth >> 6 == 3;
        let side = match (is_first, is_mono) {
            (true, false) => 32,
            (false, true) => 9,
            _ => 17,
        };
        (kbps > 0).then_some(Self {
            bytes,
            samples,
            rate,
            kbps,
            count_at: MPEG_HEAD + side,
        })
    }

    /// Whether this frame holds no sound, but how many follow.
    fn counts(&self, frame: &[u8]) -> bool {
        let stands = |at: usize, words: &[&[u8]]| {
            let rest = frame.get(at..).unwrap_or_default();
            words.iter().any(|word| rest.starts_with(word))
        };
        stands(self.count_at, &[b"Xing", b"Info"]) || stands(VBRI_AT, &[b"VBRI"])
    }
}

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
/// So far the next frame is looked for behind damage.
const MOST_JUNK: u64 = 64 << 10;
/// Read at once.
const BLOCK: usize = 16 << 10;

/// Reads up to so many bytes at a place of a file; fewer only at its end.
pub type ReadAt<'a> = dyn FnMut(u64, &mut [u8]) -> io::Result<usize> + 'a;

/// How long the stream in these bytes of a file is, by its frames: of one whose bit rate varies all of them are walked over.
pub fn mpeg_length(stream: Range<u64>, read_at: &mut ReadAt<'_>) -> io::Result<MpegLength> {
    let mut walk = Walk {
        read_at,
        at: stream.start,
        end: stream.end,
        block: Vec::new(),
        block_at: 0,
    };
    let Some(first) = walk.frame()? else {
        return Ok(MpegLength::Unknown);
    };
    if first.counts(walk.bytes(VBRI_AT + 4)?) {
        return Ok(MpegLength::Told);
    }
    let (mut samples, mut is_even) = (0_u64, true);
    while let Some(frame) = walk.frame()? {
        let walked = walk.at - stream.start;
        if is_even && walked > EVEN_BYTES {
            return Ok(MpegLength::Even);
        }
        if walked > MOST_BYTES {
            return Ok(MpegLength::Unknown);
        }
        is_even &= frame.kbps == first.kbps;
        samples += frame.samples;
        walk.at += frame.bytes;
    }
    Ok(if is_even {
        MpegLength::Even
    } else {
        MpegLength::Counted(samples)
    })
}

struct Walk<'a, 'b> {
    read_at: &'a mut ReadAt<'b>,
    at: u64,
    end: u64,
    block: Vec<u8>,
    block_at: u64,
}

impl Walk<'_, '_> {
    /// The frame at this place, or the next one where there is something else; `None`: there is none.
    fn frame(&mut self) -> io::Result<Option<MpegFrame>> {
        if let Some(frame) = self.frame_here()? {
            return Ok(Some(frame));
        }
        let most = self.at.saturating_add(MOST_JUNK);
        while self.at < self.end.min(most) {
            self.at += 1;
            let Some(frame) = self.frame_here()? else {
                continue;
            };
            // Two bytes that look like one stand anywhere: another one must follow.
            let found = self.at;
            self.at += frame.bytes;
            let follows = self.frame_here()?;
            self.at = found;
            if follows.is_some_and(|next| next.rate == frame.rate) {
                return Ok(Some(frame));
            }
        }
        Ok(None)
    }

    fn frame_here(&mut self) -> io::Result<Option<MpegFrame>> {
        let head = self.bytes(MPEG_HEAD)?.first_chunk();
        let frame = head.and_then(|head| MpegFrame::of(*head));
        // The last one may be cut off: it gives no sound.
        let end = self.end;
        Ok(frame.filter(|frame| self.at.saturating_add(frame.bytes) <= end))
    }

    /// So many bytes from here on, or fewer at the end.
    fn bytes(&mut self, count: usize) -> io::Result<&[u8]> {
        let is_held = self.at >= self.block_at
            && self.at + count as u64 <= self.block_at + self.block.len() as u64;
        if !is_held {
            self.block.resize(BLOCK, 0);
            let read = (self.read_at)(self.at, &mut self.block)?;
            self.block.truncate(read);
            self.block_at = self.at;
        }
        let from = usize::try_from(self.at - self.block_at).unwrap_or(usize::MAX);
        let rest = self.block.get(from..).unwrap_or_default();
        Ok(&rest[..rest.len().min(count)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_of_all_layers() {
        let told = |head| MpegFrame::of(head).map(|it| (it.bytes, it.samples, it.rate, it.kbps));
        assert_eq!(
            told([0xff, 0xfb, 0x92, 0x64]),
            Some((418, 1_152, 44_100, 128))
        );
        assert_eq!(told([0xff, 0xf3, 0x84, 0xc4]), Some((192, 576, 24_000, 64)));
        assert_eq!(
            told([0xff, 0xfd, 0xa4, 0x04]),
            Some((576, 1_152, 48_000, 192))
        );
        assert_eq!(
            told([0xff, 0xff, 0xc6, 0x04]),
            Some((388, 384, 48_000, 384))
        );
        for no_frame in [
            [0xff, 0xfb, 0xf2, 0x64],
            [0xff, 0xfb, 0x02, 0x64],
            [0xff, 0xeb, 0x92, 0x64],
            [0xff, 0xf9, 0x92, 0x64],
            [0xfe, 0xfb, 0x92, 0x64],
            [0xff, 0xfb, 0x9e, 0x64],
        ] {
            assert_eq!(told(no_frame), None, "{no_frame:?}");
        }
    }

    #[test]
    fn a_frame_that_counts_is_known_in_stereo_and_mono() {
        for (head, at) in [
            ([0xff, 0xfb, 0x92, 0x64], 36),
            ([0xff, 0xf3, 0x84, 0xc4], 13),
        ] {
            let frame = MpegFrame::of(head).unwrap();
            let mut bytes = vec![0; 200];
            assert!(!frame.counts(&bytes));
            bytes[at..at + 4].copy_from_slice(b"Info");
            assert!(frame.counts(&bytes) && !frame.counts(&bytes[..at + 3]));
        }
    }

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
        assert_eq!(length_of(&with_junk), MpegLength::Counted(1_200 * 1_152));
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
