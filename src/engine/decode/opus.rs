//! Opus by opus-pure: symphonia has no decoder for it. Mono and stereo, at 48 kHz.
//!
//! Format: RFC 6716 (packets), RFC 7845 (the head: pre-skip, output gain), and "Encapsulation of Opus in ISO Base Media
//! File Format" §4.3.2 (the same fields in MP4: version 0, and big-endian). The pre-skip is dropped by `native`.

use super::codec::{Codec, Shape, trim};
use opus_pure::{MAX_PACKET_SAMPLES, OpusDecoder};
use symphonia::core::codecs::audio::AudioCodecParameters;
use symphonia::core::errors::{Error, Result, unsupported_error};
use symphonia::core::packet::Packet;

const RATE: u32 = 48_000;

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
    decoder: OpusDecoder,
    channels: usize,
    /// Room for the longest packet.
    pcm: Vec<f32>,
}

impl Opus {
    pub(super) fn new(params: &AudioCodecParameters) -> Result<Self> {
        let channels = match params.channels.as_ref().map(|channels| channels.count()) {
            Some(channels @ 1..=2) => channels,
            _ => return unsupported_error("opus with more than two channels"),
        };
        let mut decoder = OpusDecoder::new(RATE.cast_signed(), channels)
            .map_err(|_| Error::Unsupported("opus decoder"))?;
        decoder.gain_q8 = i32::from(OpusHead::of(params).gain_q8);
        Ok(Self {
            decoder,
            channels,
            pcm: vec![0.0; MAX_PACKET_SAMPLES * channels],
        })
    }
}

impl Codec for Opus {
    fn decode(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<Shape> {
        let frames = self
            .decoder
            .decode(&packet.data, MAX_PACKET_SAMPLES, &mut self.pcm)
            .map_err(|_| Error::DecodeError("opus packet"))?;
        let samples = self.pcm.get(..frames.saturating_mul(self.channels));
        block.clear();
        block.extend_from_slice(samples.unwrap_or_default());
        trim(packet, self.channels, block);
        Ok(Shape {
            rate: RATE,
            channels: self.channels,
        })
    }

    fn reset(&mut self) {
        // A decoder that cannot be reset goes on from where it was: some wrong sound, no more.
        let _ = self.decoder.reset_state();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::decode::open_with;
    use std::path::Path;
    use std::process::Command;

    /// A square wave at full scale: what the codec leaves of it rings beyond.
    fn make_loud(path: &Path) -> bool {
        let made = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "error", "-f", "lavfi"])
            .args(["-i", "aevalsrc=sgn(sin(2*PI*300*t)):s=48000:d=0.5"])
            .args(["-c:a", "libopus", "-b:a", "64k"])
            .arg(path)
            .status();
        made.is_ok_and(|status| status.success())
    }

    fn peak(path: &Path) -> f32 {
        let mut decoder = open_with(path, None).unwrap();
        let (mut block, mut peak) = (Vec::new(), 0.0_f32);
        while decoder.next_block(&mut block).unwrap() {
            peak = block
                .iter()
                .fold(peak, |peak, sample| peak.max(sample.abs()));
        }
        peak
    }

    #[test]
    fn peaks_above_full_scale_are_kept_for_the_gain_to_bring_down() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("loud.opus");
        if !make_loud(&path) {
            return eprintln!("skipped: ffmpeg is not here");
        }
        let peak = peak(&path);
        assert!(peak > 1.1, "{peak}");
    }

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
