//! Opus for symphonia, which has none: ropus behind symphonia's decoder trait. Mono and stereo, at 48 kHz.
//!
//! Format: RFC 6716 (packets), RFC 7845 (the head: pre-skip, output gain), and "Encapsulation of Opus in ISO Base Media
//! File Format" §4.3.2 (the same fields in MP4: version 0, and big-endian). The pre-skip is dropped by `reader`.

use ropus::{Channels, DecodeMode, Decoder};
use symphonia::core::audio::{
    AsGenericAudioBufferRef, Audio, AudioBuffer, AudioMut, AudioSpec, GenericAudioBufferRef,
    layouts,
};
use symphonia::core::codecs::CodecInfo;
use symphonia::core::codecs::audio::well_known::CODEC_ID_OPUS;
use symphonia::core::codecs::audio::{
    AudioCodecParameters, AudioDecoder, AudioDecoderOptions, FinalizeResult,
};
use symphonia::core::codecs::registry::{RegisterableAudioDecoder, SupportedAudioCodec};
use symphonia::core::errors::{Error, Result, unsupported_error};
use symphonia_core::packet::PacketRef;
use symphonia_core::support_audio_codec;

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

pub(super) struct OpusDecoder {
    params: AudioCodecParameters,
    decoder: Decoder,
    channels: Channels,
    pcm: Vec<f32>,
    buffer: AudioBuffer<f32>,
}

impl OpusDecoder {
    fn new_decoder(channels: Channels, head: OpusHead) -> Result<Decoder> {
        let failed = |_| Error::Unsupported("opus decoder");
        let mut decoder = Decoder::new(RATE, channels).map_err(failed)?;
        decoder
            .set_gain(i32::from(head.gain_q8))
            .map_err(|_| Error::Unsupported("opus output gain"))?;
        Ok(decoder)
    }
}

impl RegisterableAudioDecoder for OpusDecoder {
    fn try_registry_new(
        params: &AudioCodecParameters,
        _: &AudioDecoderOptions,
    ) -> Result<Box<dyn AudioDecoder>> {
        let (channels, layout) = match params.channels.as_ref().map(|channels| channels.count()) {
            Some(1) => (Channels::Mono, layouts::CHANNEL_LAYOUT_MONO),
            Some(2) => (Channels::Stereo, layouts::CHANNEL_LAYOUT_STEREO),
            _ => return unsupported_error("opus with more than two channels"),
        };
        let count = layout.count();
        Ok(Box::new(Self {
            params: params.clone(),
            decoder: Self::new_decoder(channels, OpusHead::of(params))?,
            channels,
            pcm: vec![0.0; MAX_FRAMES * count],
            buffer: AudioBuffer::new(AudioSpec::new(RATE, layout), MAX_FRAMES),
        }))
    }

    fn supported_codecs() -> &'static [SupportedAudioCodec] {
        &[support_audio_codec!(CODEC_ID_OPUS, "opus", "Opus")]
    }
}

impl AudioDecoder for OpusDecoder {
    fn reset(&mut self) {
        if let Ok(fresh) = Self::new_decoder(self.channels, OpusHead::of(&self.params)) {
            self.decoder = fresh;
        }
    }

    fn codec_info(&self) -> &CodecInfo {
        &Self::supported_codecs()[0].info
    }

    fn codec_params(&self) -> &AudioCodecParameters {
        &self.params
    }

    fn decode_ref(&mut self, packet: &PacketRef<'_>) -> Result<GenericAudioBufferRef<'_>> {
        self.buffer.clear();
        let frames = self
            .decoder
            .decode_float(packet.data, &mut self.pcm, DecodeMode::Normal)
            .map_err(|_| Error::DecodeError("opus packet"))?
            .min(MAX_FRAMES);
        let samples = frames * self.buffer.spec().channels().count();
        let pcm = self.pcm.get(..samples).unwrap_or_default();
        self.buffer.render_uninit(Some(frames));
        self.buffer.copy_from_slice_interleaved(&pcm);
        let trim = |frames: u64| {
            usize::try_from(frames)
                .unwrap_or(usize::MAX)
                .min(MAX_FRAMES)
        };
        self.buffer
            .trim(trim(packet.trim_start.get()), trim(packet.trim_end.get()));
        Ok(self.buffer.as_generic_audio_buffer_ref())
    }

    fn finalize(&mut self) -> FinalizeResult {
        FinalizeResult::default()
    }

    fn last_decoded(&self) -> GenericAudioBufferRef<'_> {
        self.buffer.as_generic_audio_buffer_ref()
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
