//! Times of packets as frames of the music and back: where a packet lies, what of it is music, how a seek finds it.

use super::{Native, guarded};
use symphonia::core::formats::{SeekMode, SeekTo};
use symphonia::core::packet::Packet;
use symphonia::core::units::{Duration, Timestamp};

/// Frames of a packet of AAC, whatever its own time.
const AAC_FRAMES: u64 = 1_024;

impl Native {
    pub(super) fn seek_raw(&mut self, target: u64) -> Option<bool> {
        let raw = target.saturating_sub(self.track.settle_frames);
        let to = SeekTo::Timestamp {
            ts: self.time_of(raw)?,
            track_id: self.track.id,
        };
        guarded(|| {
            self.format.seek(SeekMode::Accurate, to).ok()?;
            self.codec.reset();
            self.held.clear();
            self.told_at = None;
            self.made_up_before = None;
            Some(())
        })
        .map(|sought| sought.is_some())
    }

    /// A raw frame as the time of its packet.
    fn time_of(&self, raw: u64) -> Option<Timestamp> {
        let time = if let Some(times) = &self.times {
            times.begins(raw / AAC_FRAMES)
        } else {
            let base = self.track.time_base?;
            let (second, ticks) = (u128::from(base.denom.get()), u128::from(base.numer.get()));
            let time = u128::from(raw) * second / (ticks * u128::from(self.track.rate)).max(1);
            u64::try_from(time).ok()?
        };
        Some(Timestamp::new(i64::try_from(time).ok()?))
    }

    pub(super) fn is_past_the_end(&self) -> bool {
        let end = self
            .trim
            .keep
            .map(|keep| self.trim.skip.saturating_add(keep));
        end.is_some_and(|end| self.wanted.unwrap_or(self.raw_at) >= end)
    }

    /// Leaves in the block what is wanted of it, and counts it; false where that is nothing.
    pub(super) fn cut_to_music(&mut self, packet: &Packet, block: &mut Vec<f32>) -> bool {
        let channels = self.track.speakers.len();
        let samples = |frames: u64| {
            usize::try_from(frames)
                .unwrap_or(usize::MAX)
                .saturating_mul(channels)
        };
        let frames = (block.len() / channels) as u64;
        if frames == 0 {
            return false;
        }
        let first = match self.wanted {
            Some(_) => self.raw_frame(packet.pts),
            None => self.raw_at,
        };
        let (first, end) = (first, first.saturating_add(frames));
        let from = self.wanted.unwrap_or(0).max(self.trim.skip);
        let music_end = self
            .trim
            .keep
            .map_or(u64::MAX, |keep| self.trim.skip.saturating_add(keep));
        self.raw_at = end;
        self.packet_frames = frames;
        self.told_at = Some(self.raw_frame(packet.pts).saturating_add(frames));
        if end <= from || first >= music_end {
            block.clear();
            return false;
        }
        self.wanted = None;
        block.truncate(samples(frames - end.saturating_sub(music_end)));
        block.drain(..samples(from.saturating_sub(first)).min(block.len()));
        !block.is_empty()
    }

    pub(super) fn frames_in(&self, time: Duration) -> u64 {
        let Some(base) = self.track.time_base else {
            return u64::MAX;
        };
        let (ticks, second) = (u128::from(base.numer.get()), u128::from(base.denom.get()));
        let frames = u128::from(time.get()) * ticks * u128::from(self.track.rate) / second.max(1);
        u64::try_from(frames).unwrap_or(u64::MAX)
    }

    /// A packet's time as a frame; encoder delay has a negative time and is cut off by the codec.
    pub(super) fn raw_frame(&self, time: Timestamp) -> u64 {
        if self.track.seek_is_broken {
            return self.raw_at;
        }
        let time = time.get().max(0).unsigned_abs();
        match &self.times {
            Some(times) => times.packet_at(time).saturating_mul(AAC_FRAMES),
            None if self.track.time_base.is_none() => self.raw_at,
            None => self.frames_in(Duration::new(time)),
        }
    }
}
