//! From one packet to its samples: our own decoders where they are faster or alone, symphonia's for the rest.

use super::mp3::Mp3;
use super::opus::Opus;
use symphonia::core::codecs::audio::well_known::{CODEC_ID_MP3, CODEC_ID_OPUS};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::codecs::registry::CodecRegistry;
use symphonia::core::errors::Result;
use symphonia::core::packet::Packet;

/// What a packet holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    pub rate: u32,
    pub channels: usize,
}

/// A decoder of one stream's packets.
pub(super) trait Codec: Send {
    /// Puts the packet's samples into `block`, interleaved, in place of what it held, without the encoder's delay and
    /// padding where the packet tells them.
    fn decode(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<Shape>;

    /// The next packet does not follow the last one.
    fn reset(&mut self);
}

/// The decoder for a track.
pub(super) fn codec_for(params: &AudioCodecParameters) -> Result<Box<dyn Codec>> {
    match params.codec {
        CODEC_ID_MP3 => Ok(Box::new(Mp3::default())),
        CODEC_ID_OPUS => Ok(Box::new(Opus::new(params)?)),
        _ => Ok(Box::new(Symphonia(symphonias().make_audio_decoder(
            params,
            &AudioDecoderOptions::default().gapless(true),
        )?))),
    }
}

/// Whether there is a decoder for it at all.
pub(super) fn is_known(params: &AudioCodecParameters) -> bool {
    matches!(params.codec, CODEC_ID_MP3 | CODEC_ID_OPUS)
        || symphonias().get_audio_decoder(params.codec).is_some()
}

fn symphonias() -> &'static CodecRegistry {
    symphonia::default::get_codecs()
}

struct Symphonia(Box<dyn AudioDecoder>);

impl Codec for Symphonia {
    fn decode(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<Shape> {
        let buffer = self.0.decode(packet)?;
        buffer.copy_to_vec_interleaved(block);
        Ok(Shape {
            rate: buffer.spec().rate(),
            channels: buffer.num_planes(),
        })
    }

    fn reset(&mut self) {
        self.0.reset();
    }
}

/// Cuts from a packet's samples what the container says is not music.
pub(super) fn trim(packet: &Packet, channels: usize, block: &mut Vec<f32>) {
    let samples = |frames: u64| {
        usize::try_from(frames)
            .unwrap_or(usize::MAX)
            .saturating_mul(channels)
    };
    block.truncate(block.len().saturating_sub(samples(packet.trim_end.get())));
    block.drain(..samples(packet.trim_start.get()).min(block.len()));
}
