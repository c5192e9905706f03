//! One frame of MPEG audio, by the four bytes of its header. It reads nothing.
//!
//! Formats: ISO/IEC 11172-3, 2.4.1.3 and 13818-3 (frame headers); the Xing and the VBRI header, which no standard describes.

/// The bytes of a frame's header.
pub(super) const MPEG_HEAD: usize = 4;

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
pub(super) const VBRI_AT: usize = 36;

/// A frame of MPEG audio, by its header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MpegFrame {
    /// All of it, header included.
    pub bytes: u64,
    /// Samples of each channel.
    pub samples: u64,
    /// Of its sound.
    pub rate: u32,
    /// Of this frame alone.
    pub(super) kbps: u32,
    /// Version, layer, rate, and whether it is mono: the same in all frames of a stream.
    kind: (u8, u8, bool),
    /// Where an encoder's count of frames would stand.
    count_at: usize,
}

impl MpegFrame {
    /// `None`: no frame begins so, or one that does not tell its length.
    pub(super) fn of(head: [u8; MPEG_HEAD]) -> Option<Self> {
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
            kind: (second & !1, third & 0x0c, is_mono),
            count_at: MPEG_HEAD + side,
        })
    }

    /// Whether both may be of one stream.
    pub(super) fn is_kin(&self, other: &Self) -> bool {
        self.kind == other.kind
    }

    /// Whether this frame holds no sound, but how many follow.
    pub(super) fn counts(&self, frame: &[u8]) -> bool {
        let stands = |at: usize, words: &[&[u8]]| {
            let rest = frame.get(at..).unwrap_or_default();
            words.iter().any(|word| rest.starts_with(word))
        };
        stands(self.count_at, &[b"Xing", b"Info"]) || stands(VBRI_AT, &[b"VBRI"])
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
}
