//! One file, decoded block by block through symphonia, inside this program. Damage that can be stepped over is stepped over and remembered.
//! `open` finds its sound, `packets` and `clock` tell what comes of it and where that belongs, `lost` and `half` what is missing.
//!
//! Frames are counted at the file's own rate, from the first frame of the music: encoder delay and padding are cut off.

mod clock;
mod half;
mod lost;
mod open;
mod packets;

pub(super) use half::described_rate;
pub(super) use lost::IS_MISSING;

use super::Decode;
use super::bounded::Allowance;
use super::codec::Codec;
use super::mp4::PacketTimes;
use super::sound::Track;
use super::trim::Trim;
use crate::engine::DecodeError;
use crate::engine::form::SampleKind;
use crate::engine::shape::Speaker;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use symphonia::core::errors::Error;
use symphonia::core::formats::FormatReader;
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Packets in a row that may give no sound before the file counts as broken.
const MAX_BARREN_PACKETS: u32 = 4_096;
/// Packets dropped at most on the way to a seek's target before a new order may be heard.
const MAX_DROPPED_AT_ONCE: u32 = 64;
const ENDS_EARLY: &str = "the file ends before its sound does";
/// A file that ends this much before its head says is cut off.
const CUT_OFF_MS: u64 = 200;

/// An open file.
pub(super) struct Native {
    path: PathBuf,
    format: Box<dyn FormatReader>,
    codec: Box<dyn Codec>,
    allowance: Allowance,
    track: Track,
    /// Its end shows that there was more of it.
    is_cut_off: bool,
    trim: Trim,
    /// Where its packets have their places by number, and not by time.
    times: Option<PacketTimes>,
    /// The next frame that the codec gives, counted from the first it gives for this file.
    raw_at: u64,
    /// Where the last packet ended by its own time: beyond `raw_at` where something was lost before it. `None`: nothing
    /// tells where the next one has to begin.
    told_at: Option<u64>,
    /// Frames of the packet before.
    packet_frames: u64,
    /// The packet before which silence was last put in place of what was lost.
    made_up_before: Option<Timestamp>,
    /// Packets that are read already.
    held: VecDeque<Packet>,
    /// After a seek, the raw frame to begin with.
    wanted: Option<u64>,
    /// The container has given its last packet.
    is_read_up: bool,
    /// Something came of it, or was looked for elsewhere than at its beginning.
    has_sounded: bool,
    damage: Option<DecodeError>,
}

impl Native {
    /// What plays is half of what there is.
    pub(super) fn tell_half(&mut self) {
        let path = self.path.clone();
        self.damage.get_or_insert(DecodeError::Half { path });
    }

    /// Whether frames of the music came of it.
    fn decode(&mut self, packet: &Packet, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        let channels = self.track.speakers.len();
        let decoded = guarded(|| {
            let shape = self.codec.decode(packet, block)?;
            Ok(shape.rate == self.track.rate && shape.channels == channels)
        });
        match decoded {
            Some(Ok(true)) => {}
            Some(Ok(false)) => return Err(self.damaged("its format changes in the middle")),
            Some(Err(Error::IoError(_) | Error::DecodeError(_))) => {
                self.drop_block(block, "a packet is broken")
            }
            Some(Err(error)) => return Err(self.damaged(&error.to_string())),
            None => {
                self.codec.reset();
                self.drop_block(block, "a packet makes the decoder panic");
            }
        }
        let channels = self.track.speakers.len();
        let told = usize::try_from(self.frames_in(packet.dur)).unwrap_or(usize::MAX);
        let is_short = self.track.last_packet_is_short && told < block.len() / channels;
        if is_short && self.is_last(packet)? {
            block.truncate(told.saturating_mul(channels));
        }
        Ok(self.cut_to_music(packet, block))
    }

    fn drop_block(&mut self, block: &mut Vec<f32>, what: &str) {
        block.clear();
        self.step_over(what);
    }

    fn next_music(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        block.clear();
        let mut dropped = 0;
        for _ in 0..MAX_BARREN_PACKETS {
            if self.is_past_the_end() {
                return Ok(false);
            }
            let Some(packet) = self.next_packet()? else {
                return self.end_of_file(block);
            };
            let Some(mut packet) = self.make_up(packet, block) else {
                return Ok(true);
            };
            if self.track.trims_are_wrong {
                (packet.trim_start, packet.trim_end) = (Duration::ZERO, Duration::ZERO);
            }
            let before = self.raw_at;
            if packet.track_id == self.track.id && self.decode(&packet, block)? {
                self.allowance.renew();
                return Ok(true);
            }
            if self.wanted.is_some() && self.raw_at > before {
                self.allowance.renew();
                dropped += 1;
            }
            if dropped == MAX_DROPPED_AT_ONCE {
                return Ok(true);
            }
        }
        Err(self.damaged("there is no sound in it for too long"))
    }

    /// Tells a file that is cut off from one that lost something before its end.
    fn end_of_file(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        if self.allowance.has_shrunk() {
            return Err(self.damaged("the file was cut off while it played"));
        }
        if self.is_cut_off && self.wanted.is_none() {
            return Err(self.damaged(ENDS_EARLY));
        }
        let told = self.track.raw_frames.filter(|_| self.track.length_is_exact);
        let (Some(told), None) = (told, self.wanted) else {
            return Ok(false);
        };
        let is_short = |at: u64| {
            let missing = told.saturating_sub(at).saturating_mul(1_000);
            missing / u64::from(self.track.rate) >= CUT_OFF_MS
        };
        if is_short(self.raw_at.max(self.told_at.unwrap_or(0))) {
            return Err(self.damaged(ENDS_EARLY));
        }
        if is_short(self.raw_at) {
            self.step_over(IS_MISSING);
            return Ok(false);
        }
        Ok(self.make_up_end(told, block))
    }

    fn step_over(&mut self, what: &str) {
        let damage = self.damaged(what);
        self.damage.get_or_insert(damage);
    }

    fn damaged(&self, what: &str) -> DecodeError {
        DecodeError::Damaged {
            path: self.path.clone(),
            at_ms: self.raw_at.saturating_mul(1_000) / u64::from(self.track.rate),
            what: what.to_owned(),
        }
    }
}

impl Decode for Native {
    fn rate(&self) -> u32 {
        self.track.rate
    }

    fn speakers(&self) -> &[Speaker] {
        &self.track.speakers
    }

    fn sample_kind(&self) -> SampleKind {
        self.track.kind
    }

    fn length_is_guessed(&self) -> bool {
        self.track.length_is_guessed
    }

    fn length_frames(&self) -> Option<u64> {
        let told = self
            .track
            .raw_frames
            .map(|raw| raw.saturating_sub(self.trim.skip));
        match (self.trim.keep, told) {
            (Some(keep), Some(told)) => Some(keep.min(told)),
            (keep, told) => keep.or(told),
        }
    }

    fn take_damage(&mut self) -> Option<DecodeError> {
        self.damage.take()
    }

    /// Exact to the frame.
    fn seek(&mut self, frame: u64) -> Result<(), DecodeError> {
        let target = frame.saturating_add(self.trim.skip);
        if self.is_read_up && self.track.ends_for_good {
            self.reopen()?;
        }
        // Where the container cannot seek, everything before the frame is decoded and dropped.
        if self.track.seek_is_broken || !self.seek_raw(target).unwrap_or(false) {
            self.reopen()?;
        }
        self.wanted = Some(target);
        self.has_sounded = true;
        Ok(())
    }

    fn next_block(&mut self, block: &mut Vec<f32>) -> Result<bool, DecodeError> {
        let more = self.next_music(block)?;
        if !more && !self.has_sounded {
            return Err(self.damaged("nothing in it could be decoded"));
        }
        self.has_sounded |= !block.is_empty();
        Ok(more)
    }
}

/// Runs foreign code; `None`: it panicked.
fn guarded<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}
