//! The shape of sound as MPD writes it, `RATE:BITS:CHANNELS`: text ↔ a mask, and a song held against it. It reads no file.

use crate::music::{Codec, Format};

/// What is asked of a song's sound; `None`: anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct FormatMask {
    rate: Option<u32>,
    sample: Option<Sample>,
    channels: Option<u8>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sample {
    Bits(u8),
    /// Of no fixed number of bits: what lossy codecs decode to.
    Float,
    Dsd,
}

impl FormatMask {
    /// Reads `44100:16:2`; `*` stands for anything where `with_stars`. `f` are samples of no fixed number of bits, `dsd`
    /// and `dsd64:2` are DSD.
    pub fn read(text: &str, with_stars: bool) -> Option<Self> {
        let mut parts = text.split(':');
        let first = parts.next()?;
        let of_dsd = first.strip_prefix("dsd").and_then(whole);
        let (rate, sample) = match of_dsd {
            Some(times) => (
                // MPD counts DSD in bytes a second: `dsd64` is 64 times the bits of a CD's rate.
                Some(u32::from(times).checked_mul(44_100)? / 8),
                Some(Sample::Dsd),
            ),
            None => (
                part(first, with_stars, |text| text.parse().ok())?,
                part(parts.next()?, with_stars, sample)?,
            ),
        };
        let channels = part(parts.next()?, with_stars, |text| text.parse().ok())?;
        parts.next().is_none().then_some(Self {
            rate,
            sample,
            channels,
        })
    }

    /// Whether the sound of a song is so.
    pub fn fits(&self, format: &Format) -> bool {
        let fits_sample = |sample| match sample {
            Sample::Dsd => format.codec == Codec::Dsd,
            Sample::Float => format.bits.is_none() && format.codec != Codec::Dsd,
            Sample::Bits(bits) => format.bits == Some(bits) && format.codec != Codec::Dsd,
        };
        self.rate.is_none_or(|rate| format.rate == Some(rate))
            && self.sample.is_none_or(fits_sample)
            && self
                .channels
                .is_none_or(|channels| format.channels == Some(channels))
    }
}

fn part<T>(text: &str, with_stars: bool, read: impl Fn(&str) -> Option<T>) -> Option<Option<T>> {
    if with_stars && text == "*" {
        return Some(None);
    }
    read(text).map(Some)
}

fn sample(text: &str) -> Option<Sample> {
    match text {
        "f" => Some(Sample::Float),
        "dsd" => Some(Sample::Dsd),
        "24_3" => Some(Sample::Bits(24)),
        bits => whole(bits)
            .and_then(|bits| u8::try_from(bits).ok())
            .map(Sample::Bits),
    }
}

fn whole(text: &str) -> Option<u16> {
    text.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        let cd = Format {
            codec: Codec::Flac,
            rate: Some(44_100),
            channels: Some(2),
            bits: Some(16),
            kbps: None,
            ..Format::default()
        };
        let lossy = Format {
            codec: Codec::Mp3,
            bits: None,
            ..cd
        };
        for (text, with_stars, fits_cd, fits_lossy) in [
            ("44100:16:2", false, true, false),
            ("44100:f:2", false, false, true),
            ("*:16:*", true, true, false),
            ("*:*:*", true, true, true),
            ("48000:*:*", true, false, false),
            ("44100:24:2", false, false, false),
            ("dsd64:2", false, false, false),
        ] {
            let mask = FormatMask::read(text, with_stars).unwrap();
            assert_eq!(
                (mask.fits(&cd), mask.fits(&lossy)),
                (fits_cd, fits_lossy),
                "{text}"
            );
        }
        for text in [
            "",
            "44100",
            "44100:16",
            "*:16:2",
            "a:b:c",
            "44100:16:2:1",
            "44100:999:2",
            "dsd64",
        ] {
            assert_eq!(FormatMask::read(text, false), None, "{text}");
        }
        let dsd = Format {
            codec: Codec::Dsd,
            rate: Some(352_800),
            bits: Some(1),
            ..cd
        };
        assert!(FormatMask::read("dsd64:2", false).unwrap().fits(&dsd));
        assert!(FormatMask::read("352800:dsd:2", false).unwrap().fits(&dsd));
    }
}
