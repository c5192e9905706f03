//! Opus by ropus: symphonia has no decoder for it. Mono and stereo, at 48 kHz.
//!
//! Format: RFC 6716 (packets), RFC 7845 (the head: pre-skip, output gain), and "Encapsulation of Opus in ISO Base Media
//! File Format" §4.3.2 (the same fields in MP4: version 0, and big-endian). The pre-skip is dropped by `native`.

use super::codec::{Codec, Shape, trim};
use ropus::{Channels, DecodeMode, Decoder};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::{Error, Result, unsupported_error};
use symphonia::core::packet::Packet;

const RATE: u32 = 48_000;
/// 120 ms, the longest packet.
const MAX_FRAMES: usize = 5_760;

/// What an Opus head says that playing needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OpusHead {
    /// Frames at 48 kHz to drop from the start.
    pub pre_skip: u16,
    /// In 1/256 dB.
    gain_q8: i16,
}

impl OpusHead {
    /// Of a file without a whole head: nothing to drop, no gain.
    pub(super) fn of(params: &AudioCodecParameters) -> Self {
        params
            .extra_data
            .as_deref()
            .and_then(Self::parse)
            .unwrap_or_default()
    }

    fn parse(head: &[u8]) -> Option<Self> {
        let fields = head.strip_prefix(b"OpusHead")?;
        let is_of_mp4 = *fields.first()? == 0;
        let word = |at: usize| {
            let bytes = <[u8; 2]>::try_from(fields.get(at..at + 2)?).ok()?;
            let (big, little) = (u16::from_be_bytes(bytes), u16::from_le_bytes(bytes));
            Some(if is_of_mp4 { big } else { little })
        };
        Some(Self {
            pre_skip: word(2)?,
            gain_q8: word(8)?.cast_signed(),
        })
    }
}

pub(super) struct Opus {
    decoder: Decoder,
    channels: Channels,
    head: OpusHead,
    pcm: Vec<f32>,
}

impl Opus {
    pub(super) fn new(params: &AudioCodecParameters) -> Result<Self> {
        let channels = match params.channels.as_ref().map(|channels| channels.count()) {
            Some(1) => Channels::Mono,
            Some(2) => Channels::Stereo,
            _ => return unsupported_error("opus with more than two channels"),
        };
        let head = OpusHead::of(params);
        Ok(Self {
            decoder: Self::new_decoder(channels, head)?,
            channels,
            head,
            pcm: vec![0.0; MAX_FRAMES * channels.count()],
        })
    }

    fn new_decoder(channels: Channels, head: OpusHead) -> Result<Decoder> {
        let failed = |_| Error::Unsupported("opus decoder");
        let mut decoder = Decoder::new(RATE, channels).map_err(failed)?;
        decoder
            .set_gain(i32::from(head.gain_q8))
            .map_err(|_| Error::Unsupported("opus output gain"))?;
        Ok(decoder)
    }
}

impl Codec for Opus {
    fn decode(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<Shape> {
        let channels = self.channels.count();
        let frames = self
            .decoder
            .decode_float(&packet.data, &mut self.pcm, DecodeMode::Normal)
            .map_err(|_| Error::DecodeError("opus packet"))?;
        let samples = self.pcm.get(..frames.saturating_mul(channels));
        block.clear();
        block.extend_from_slice(samples.unwrap_or_default());
        trim(packet, channels, block);
        Ok(Shape {
            rate: RATE,
            channels,
        })
    }

    fn reset(&mut self) {
        if let Ok(fresh) = Self::new_decoder(self.channels, self.head) {
            self.decoder = fresh;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_whole_and_cut_off() {
        let head = b"OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00\x00\x01\x00";
        assert_eq!(
            OpusHead::parse(head),
            Some(OpusHead {
                pre_skip: 312,
                gain_q8: 256
            })
        );
        let of_mp4 = b"OpusHead\x00\x02\x01\x38\x00\x00\xbb\x80\x01\x00\x00";
        assert_eq!(OpusHead::parse(of_mp4), OpusHead::parse(head));
        for length in 0..18 {
            assert_eq!(OpusHead::parse(&head[..length]), None);
        }
    }
}
