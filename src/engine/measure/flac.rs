//! The MD5 of a FLAC file's samples, against the one in its head. It never decodes.
//!
//! Format: RFC 9639, 8.2 (STREAMINFO): the checksum is taken of all samples, interleaved, signed, little-endian, each in
//! as many whole bytes as it needs; sixteen zeros: the encoder has not taken it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use symphonia_core::checksum::Md5;
use symphonia_core::io::Monitor;

/// Samples of more bits do not come out of `f32` as they went in.
const MOST_BITS: u32 = 24;
const STREAMINFO_BYTES: usize = 34;

/// A checksum that is being taken.
pub(super) struct Checksum {
    wanted: [u8; 16],
    bits: u32,
    md5: Md5,
    bytes: Vec<u8>,
}

impl Checksum {
    /// For a FLAC file whose head has a checksum; `None` for any other.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
        let mut options = File::options();
        options.read(true);
        options.custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
        let info = stream_info(&mut options.open(path).ok()?)?;
        Self::of_info(&info)
    }

    fn of_info(info: &[u8; STREAMINFO_BYTES]) -> Option<Self> {
        // Behind 20 bits of rate and 3 of channels: 5 bits, one less than the bits of a sample.
        let bits = ((u32::from(info[12]) & 1) << 4 | u32::from(info[13]) >> 4) + 1;
        let wanted: [u8; 16] = info[18..].try_into().ok()?;
        (wanted != [0; 16] && bits <= MOST_BITS).then(|| Self {
            wanted,
            bits,
            md5: Md5::default(),
            bytes: Vec::new(),
        })
    }

    /// Takes the next samples, interleaved, at full scale 1.0.
    pub(super) fn take(&mut self, samples: &[f32]) {
        let scale = (1_u32 << (self.bits - 1)) as f32;
        let width = self.bits.div_ceil(8) as usize;
        self.bytes.clear();
        for sample in samples {
            let sample = (sample * scale).round() as i32;
            self.bytes.extend_from_slice(&sample.to_le_bytes()[..width]);
        }
        self.md5.process_buf_bytes(&self.bytes);
    }

    pub(super) fn is_right(&self) -> bool {
        self.md5.md5() == self.wanted
    }
}

/// STREAMINFO, which comes first in a FLAC file, behind an ID3v2 tag where somebody has put one.
fn stream_info(file: &mut (impl Read + Seek)) -> Option<[u8; STREAMINFO_BYTES]> {
    let mut head = [0; 10];
    file.read_exact(&mut head).ok()?;
    let start = match &head {
        [b'I', b'D', b'3', ..] => {
            let body = head[6..]
                .iter()
                .fold(0_u64, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
            10 + body + if head[5] & 0x10 == 0 { 0 } else { 10 }
        }
        _ => 0,
    };
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut marks = [0; 8];
    file.read_exact(&mut marks).ok()?;
    let is_first = &marks[..4] == b"fLaC" && marks[4] & 0x7f == 0;
    let mut info = [0; STREAMINFO_BYTES];
    file.read_exact(&mut info).ok()?;
    is_first.then_some(info)
}
