//! The MD5 of a FLAC file's samples, against the one in its head. It never decodes.
//!
//! Format: RFC 9639, 8.2 (STREAMINFO): the checksum is taken of all samples, interleaved, signed, little-endian, each in
//! as many whole bytes as it needs; sixteen zeros: the encoder has not taken it.

use super::frames::damaged;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use symphonia::core::checksum::Md5;
use symphonia::core::io::Monitor;

/// Samples of more bits do not come out of `f32` as they went in.
const MOST_BITS: u32 = 24;
const STREAMINFO_BYTES: usize = 34;
/// Blocks of metadata; more happen in no sane file.
const MOST_BLOCKS: u32 = 1_024;

/// A checksum that is being taken.
pub(super) struct Checksum {
    wanted: [u8; 16],
    bits: u32,
    md5: Md5,
    bytes: Vec<u8>,
}

impl Checksum {
    /// Where the frames are that make it wrong, in ms.
    pub(super) fn damaged_at(path: &Path, most: usize) -> Vec<u64> {
        let find = || {
            let mut file = open(path)?;
            let start = start_of_flac(&mut file)?;
            let info = stream_info(&mut file)?;
            skip_to_frames(&mut file, start)?;
            let block = u64::from(u16::from_be_bytes([info[0], info[1]]));
            let rate = (u64::from(info[10]) << 12)
                | (u64::from(info[11]) << 4)
                | (u64::from(info[12]) >> 4);
            let samples = damaged(file, block, most).into_iter();
            let at_ms = |sample: u64| sample.saturating_mul(1_000).checked_div(rate);
            Some(samples.filter_map(at_ms).collect())
        };
        find().unwrap_or_default()
    }

    /// For a FLAC file whose head has a checksum; `None` for any other.
    pub(super) fn of(path: &Path) -> Option<Self> {
        let mut file = open(path)?;
        start_of_flac(&mut file)?;
        let info = stream_info(&mut file)?;
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

/// Without waiting: a pipe would block.
fn open(path: &Path) -> Option<File> {
    let flags = rustix::fs::OFlags::NONBLOCK | rustix::fs::OFlags::NOCTTY;
    let mut options = File::options();
    options.custom_flags(i32::try_from(flags.bits()).unwrap_or(0));
    options.read(true).open(path).ok()
}

/// Goes behind the mark of a FLAC file, and behind an ID3v2 tag where somebody has put one.
fn start_of_flac(file: &mut (impl Read + Seek)) -> Option<u64> {
    let mut head = [0; 10];
    file.read_exact(&mut head).ok()?;
    let start = match &head {
        [b'I', b'D', b'3', ..] => {
            let digits = head[6..].iter();
            let body = digits.fold(0_u64, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
            10 + body + if head[5] & 0x10 == 0 { 0 } else { 10 }
        }
        _ => 0,
    };
    file.seek(SeekFrom::Start(start)).ok()?;
    let mut mark = [0; 4];
    file.read_exact(&mut mark).ok()?;
    (&mark == b"fLaC").then_some(start)
}

/// STREAMINFO, which comes first.
fn stream_info(file: &mut impl Read) -> Option<[u8; STREAMINFO_BYTES]> {
    let mut head = [0; 4];
    file.read_exact(&mut head).ok()?;
    let mut info = [0; STREAMINFO_BYTES];
    file.read_exact(&mut info).ok()?;
    (head[0] & 0x7f == 0).then_some(info)
}

/// Goes behind all blocks of metadata of a FLAC stream that begins at `start`.
fn skip_to_frames(file: &mut (impl Read + Seek), start: u64) -> Option<()> {
    file.seek(SeekFrom::Start(start + 4)).ok()?;
    for _ in 0..MOST_BLOCKS {
        let mut head = [0; 4];
        file.read_exact(&mut head).ok()?;
        let length = u32::from_be_bytes(head) & 0x00ff_ffff;
        file.seek(SeekFrom::Current(i64::from(length))).ok()?;
        if head[0] & 0x80 != 0 {
            return Some(());
        }
    }
    None
}
