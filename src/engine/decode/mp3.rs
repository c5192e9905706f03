//! MP3 by nanomp3, at one and a half times the speed of symphonia's own decoder. The stream's layout, its times and the
//! encoder's delay and padding stay symphonia's business.
//!
//! Format: ISO/IEC 11172-3 and 13818-3, layer III. A packet is one whole frame.

use super::codec::{Codec, Shape, trim};
use nanomp3_core::{DecodeError, Decoder, FrameInfo, MAX_SAMPLES_PER_FRAME};
use symphonia::core::errors::{Error, Result};
use symphonia::core::packet::Packet;

/// Frames in a packet of MPEG-1; MPEG-2 and 2.5, whose rates are 24 kHz and below, have half as many.
const PACKET_FRAMES: usize = 1_152;
const MAX_MPEG_2_RATE: u32 = 24_000;

#[derive(Default)]
pub(super) struct Mp3 {
    decoder: Box<Decoder>,
    /// A packet gave sound: those that follow have all that they need.
    is_settled: bool,
}

impl Codec for Mp3 {
    fn decode(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<Shape> {
        block.resize(MAX_SAMPLES_PER_FRAME, 0.0);
        let (_, decoded) = self.decoder.decode(&packet.data, block);
        let (info, frames) = match decoded {
            Ok(info) => {
                self.is_settled = true;
                (info, info.samples_produced)
            }
            // Behind a cut or a seek: silence holds the place of what needs the packets before it. Elsewhere it is damage.
            Err(DecodeError::ReservoirUnavailable(info)) if !self.is_settled => {
                block.fill(0.0);
                (info, packet_frames(&info))
            }
            Err(_) => {
                self.is_settled = false;
                return Err(Error::DecodeError("mp3 frame"));
            }
        };
        let channels = usize::from(info.channels.num());
        block.truncate(frames * channels);
        trim(packet, channels, block);
        Ok(Shape {
            rate: info.sample_rate,
            channels,
        })
    }

    fn reset(&mut self) {
        *self.decoder = Decoder::new();
        self.is_settled = false;
    }
}

fn packet_frames(info: &FrameInfo) -> usize {
    if info.sample_rate > MAX_MPEG_2_RATE {
        PACKET_FRAMES
    } else {
        PACKET_FRAMES / 2
    }
}
