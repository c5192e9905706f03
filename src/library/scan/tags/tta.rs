//! TTA, True Audio: a fixed head between the tags of MP3. Format: tausoft.org, TTA lossless audio codec format.

use super::numbers::{cut_short, le16, le32, ms};
use super::{Parsed, SkipReason, embedded};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};

/// Reads the head that begins at `at`, and the tags around the audio.
pub fn parse(file: &mut FileBytes, at: u64) -> Result<Parsed, SkipReason> {
    let head = file.array_at::<22>(at)?.ok_or_else(cut_short)?;
    let small = |at| le16(&head, at).and_then(|number| u8::try_from(number).ok());
    let rate = le32(&head, 10).filter(|rate| *rate > 0);
    let format = Format {
        codec: Codec::Tta,
        rate,
        channels: small(6).filter(|count| *count > 0),
        bits: small(8).filter(|bits| *bits > 0),
        kbps: None,
        ..Format::default()
    };
    let samples = u64::from(le32(&head, 14).unwrap_or(0));
    if rate.is_none() {
        return Err(SkipReason::NoAudio);
    }
    let length_ms = ms(samples, u64::from(rate.unwrap_or(0)));
    Ok(embedded::around(file, format, length_ms)?)
}
