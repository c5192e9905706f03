//! HE-AAC that does not say so: what plays of it here is the lower half of its sound, at half the rate. It is known by
//! its first packets, which are decoded afterwards like any others.

use super::Native;
use crate::music::{MOST_HALF_RATE, TELLING_PACKETS, is_half};
use symphonia::core::codecs::audio::AudioCodecParameters;

/// ISO/IEC 14496-3, table 1.18.
const RATES: [u32; 13] = [
    96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
    7_350,
];

/// The rate of plain AAC by its own description: a container may tell that of the whole sound.
pub(in crate::engine::decode) fn described_rate(params: &AudioCodecParameters) -> Option<u32> {
    let [first, second, ..] = *params.extra_data.as_deref()? else {
        return None;
    };
    RATES
        .get(usize::from((first & 7) << 1 | second >> 7))
        .copied()
}

impl Native {
    /// Whether it is HE-AAC that does not say so.
    pub(in crate::engine::decode) fn is_half(&mut self) -> bool {
        if !self.track.is_aac || self.track.rate > MOST_HALF_RATE {
            return false;
        }
        while self.held.len() < TELLING_PACKETS {
            let Ok(Some(packet)) = self.read_packet() else {
                break;
            };
            if packet.track_id == self.track.id {
                self.held.push_back(packet);
            }
        }
        is_half(self.held.iter().map(|packet| &packet.data[..]))
    }
}
