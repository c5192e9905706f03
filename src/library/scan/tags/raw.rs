//! Streams of one codec without a container, told by their first bytes: AC-3, E-AC-3, DTS, TAK, OptimFROG, Shorten, ADIF.
//! Lengths come from the first frame, as if all were like it. Formats: ATSC A/52, ETSI TS 102 114, thbeck.de (TAK),
//! losslessaudio.org (OptimFROG), ISO 14496-3 (ADIF).

use super::numbers::{bits, bytes_at, le32, ms};
use super::{Parsed, SkipReason, embedded};
use crate::library::bytes::FileBytes;
use crate::library::key::between_tags;
use crate::music::{Codec, Format};

/// What is read of the head.
const HEAD_BYTES: usize = 64;
/// The mark of AC-3 and E-AC-3 is this in kbit/s for each pair of size codes (A/52, table 5.18).
const AC3_KBPS: [u32; 19] = [
    32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640,
];
const AC3_RATES: [u32; 3] = [48_000, 44_100, 32_000];
const AC3_CHANNELS: [u8; 8] = [2, 1, 2, 3, 3, 4, 4, 5];
/// Streams with a higher number of the bit stream are E-AC-3.
const LAST_AC3: u32 = 10;
const DTS_RATES: [u32; 16] = [
    0, 8_000, 16_000, 32_000, 0, 0, 11_025, 22_050, 44_100, 0, 0, 12_000, 24_000, 48_000, 0, 0,
];
const DTS_CHANNELS: [u8; 16] = [1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7, 8, 8];
/// The blocks of TAK that come before its description.
const MOST_TAK_BLOCKS: usize = 16;

/// A stream that begins at `at`; `None` where the bytes say something else.
pub fn parse(file: &mut FileBytes, at: u64) -> Result<Option<Parsed>, SkipReason> {
    let head = bytes_at(file, at, HEAD_BYTES as u64, HEAD_BYTES)?;
    let audio_bytes = between_tags(file)?.end.saturating_sub(at);
    let found = match &head[..] {
        [0x0b, 0x77, ..] => match ac3(&head) {
            Some(frame) if repeats(file, at, frame.bytes)? => Some(frame.of(audio_bytes)),
            _ => None,
        },
        [0x7f, 0xfe, 0x80, 0x01, ..] => match dts(&head) {
            Some(frame) if repeats(file, at, frame.bytes)? => Some(frame.of(audio_bytes)),
            _ => None,
        },
        [b't', b'B', b'a', b'K', ..] => Some(tak(file, at)?),
        [b'O', b'F', b'R', b' ', ..] => Some(optimfrog(&head)),
        [b'a', b'j', b'k', b'g', ..] => Some((codec(Codec::Shorten), None)),
        [b'A', b'D', b'I', b'F', ..] => Some(adif(&head, audio_bytes)),
        _ => None,
    };
    let Some((format, length_ms)) = found else {
        return Ok(None);
    };
    Ok(Some(embedded::around(file, format, length_ms)?))
}

fn codec(codec: Codec) -> Format {
    Format {
        codec,
        ..Format::default()
    }
}

/// The first frame of a stream.
struct Frame {
    format: Format,
    bytes: u64,
    samples: u64,
}

impl Frame {
    /// What a stream of so many bytes is, where all frames are alike.
    fn of(self, audio_bytes: u64) -> (Format, Option<u64>) {
        let rate = u64::from(self.format.rate.unwrap_or(0));
        let samples = audio_bytes.saturating_mul(self.samples) / self.bytes.max(1);
        (self.format, ms(samples, rate))
    }
}

/// Whether a second frame follows: two bytes alone are no evidence.
fn repeats(file: &mut FileBytes, at: u64, bytes: u64) -> Result<bool, SkipReason> {
    let (first, second) = (
        file.array_at::<2>(at)?,
        file.array_at::<2>(at.saturating_add(bytes))?,
    );
    Ok(first == second)
}

fn ac3(head: &[u8]) -> Option<Frame> {
    if bits(head, 40, 5)? > LAST_AC3 {
        return eac3(head);
    }
    let (rate_code, size_code) = (bits(head, 32, 2)? as usize, bits(head, 34, 6)?);
    let (rate, kbps) = (
        *AC3_RATES.get(rate_code)?,
        *AC3_KBPS.get(size_code as usize / 2)?,
    );
    let words = match rate {
        44_100 => kbps * 320 / 147 + (size_code & 1),
        rate => kbps * 96_000 / rate,
    };
    let mode = bits(head, 48, 3)?;
    // Levels of the mix stand between the mode and the flag of the low channel.
    let levels = [mode & 1 == 1 && mode != 1, mode & 4 != 0, mode == 2];
    let low = 51 + 2 * levels.into_iter().filter(|there| *there).count();
    let format = Format {
        codec: Codec::Ac3,
        rate: Some(rate),
        channels: Some(*AC3_CHANNELS.get(mode as usize)? + bits(head, low, 1)? as u8),
        bits: None,
        kbps: Some(kbps),
        ..Format::default()
    };
    Some(Frame {
        format,
        bytes: u64::from(words) * 2,
        samples: 1_536,
    })
}

fn eac3(head: &[u8]) -> Option<Frame> {
    let bytes = u64::from(bits(head, 21, 11)? + 1) * 2;
    let rate = *AC3_RATES.get(bits(head, 32, 2)? as usize)?;
    let blocks = [1, 2, 3, 6][bits(head, 34, 2)? as usize];
    let channels = *AC3_CHANNELS.get(bits(head, 36, 3)? as usize)? + bits(head, 39, 1)? as u8;
    let samples = blocks * 256;
    let kbps = bytes * 8 * u64::from(rate) / samples / 1_000;
    let format = Format {
        codec: Codec::Ac3,
        rate: Some(rate),
        channels: Some(channels),
        bits: None,
        kbps: u32::try_from(kbps).ok(),
        ..Format::default()
    };
    Some(Frame {
        format,
        bytes,
        samples,
    })
}

fn dts(head: &[u8]) -> Option<Frame> {
    let samples = u64::from(bits(head, 39, 7)? + 1) * 32;
    let bytes = u64::from(bits(head, 46, 14)? + 1);
    let channels = *DTS_CHANNELS.get(bits(head, 60, 6)? as usize)?;
    let rate = Some(*DTS_RATES.get(bits(head, 66, 4)? as usize)?).filter(|rate| *rate > 0)?;
    let has_low = matches!(bits(head, 85, 2)?, 1 | 2);
    let kbps = bytes * 8 * u64::from(rate) / samples / 1_000;
    let format = Format {
        codec: Codec::Dts,
        rate: Some(rate),
        channels: Some(channels + u8::from(has_low)),
        bits: None,
        kbps: u32::try_from(kbps).ok(),
        ..Format::default()
    };
    Some(Frame {
        format,
        bytes,
        samples,
    })
}

/// The description is a block of its own kind; its bits count from the lowest.
fn tak(file: &mut FileBytes, at: u64) -> Result<(Format, Option<u64>), SkipReason> {
    let mut at = at.saturating_add(4);
    for _ in 0..MOST_TAK_BLOCKS {
        let Some(head) = file.array_at::<4>(at)? else {
            break;
        };
        let size = u64::from(u32::from_le_bytes([head[1], head[2], head[3], 0]));
        match head[0] & 0x7f {
            1 => {
                let mut bytes = [0; 16];
                file.read_at(at + 4, &mut bytes[..10])?;
                return Ok(tak_stream(u128::from_le_bytes(bytes)));
            }
            0 => break,
            _ => at = at.saturating_add(4).saturating_add(size),
        }
    }
    Ok((codec(Codec::Tak), None))
}

fn tak_stream(all: u128) -> (Format, Option<u64>) {
    let field = |from: u32, count: u32| (all >> from & ((1 << count) - 1)) as u64;
    let rate = field(52, 18) + 6_000;
    let format = Format {
        codec: Codec::Tak,
        rate: u32::try_from(rate).ok(),
        channels: Some(field(75, 4) as u8 + 1),
        bits: Some(field(70, 5) as u8 + 8),
        kbps: None,
        ..Format::default()
    };
    (format, ms(field(14, 35), rate))
}

fn optimfrog(head: &[u8]) -> (Format, Option<u64>) {
    let (Some(low), Some(high), Some(channels), Some(rate)) = (
        le32(head, 8),
        super::numbers::le16(head, 12),
        head.get(15).and_then(|count| count.checked_add(1)),
        le32(head, 16),
    ) else {
        return (codec(Codec::OptimFrog), None);
    };
    let samples = u64::from(high) << 32 | u64::from(low);
    let format = Format {
        rate: Some(rate).filter(|rate| *rate > 0),
        channels: Some(channels),
        ..codec(Codec::OptimFrog)
    };
    (format, ms(samples / u64::from(channels), u64::from(rate)))
}

/// The bit rate alone stands where it can be read without decoding.
fn adif(head: &[u8], audio_bytes: u64) -> (Format, Option<u64>) {
    let after = 33 + if bits(head, 32, 1) == Some(1) { 72 } else { 0 };
    let bits_a_second = bits(head, after + 3, 23).unwrap_or(0);
    let format = Format {
        kbps: Some(bits_a_second / 1_000).filter(|kbps| *kbps > 0),
        ..codec(Codec::Aac)
    };
    (
        format,
        ms(audio_bytes.saturating_mul(8), u64::from(bits_a_second)),
    )
}
