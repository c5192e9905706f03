//! What a file has lost in its middle becomes silence of the same length: what comes after it stays in its place, and the
//! song keeps its length. Packets tell by their own time where something is missing before them.

use super::Native;
use symphonia::core::packet::Packet;

/// A longer part is not made up for: it may be the time that is wrong.
const MOST_LOST_S: u64 = 60;
/// Frames of silence in one block.
const SILENT_BLOCK: u64 = 4_096;
pub(in super::super) const IS_MISSING: &str = "a part of its sound is missing";

impl Native {
    /// Fills `block` with silence where something was lost before this packet, which comes again then.
    pub(super) fn make_up(&mut self, packet: Packet, block: &mut Vec<f32>) -> Option<Packet> {
        let lost = self.lost_before(&packet);
        if lost == 0 {
            return Some(packet);
        }
        if let Some(wanted) = self.wanted.take() {
            (self.raw_at, self.told_at) = (wanted, Some(wanted));
        }
        // All of it is one damage, however many blocks it takes.
        if self.made_up_before != Some(packet.pts) {
            self.made_up_before = Some(packet.pts);
            self.step_over(IS_MISSING);
        }
        self.put_silence(lost.min(SILENT_BLOCK), block);
        self.held.push_front(packet);
        None
    }

    /// Makes up for frames that are missing at the very end; false: there are none.
    pub(super) fn make_up_end(&mut self, told: u64, block: &mut Vec<f32>) -> bool {
        let lost = told.saturating_sub(self.raw_at);
        if lost == 0 || self.raw_at == 0 || !self.track.is_flac || self.wanted.is_some() {
            return false;
        }
        self.step_over(IS_MISSING);
        self.put_silence(lost.min(SILENT_BLOCK), block);
        true
    }

    /// How many frames of the music were lost right before this packet.
    fn lost_before(&self, packet: &Packet) -> u64 {
        if packet.track_id != self.track.id || self.track.seek_is_broken {
            return 0;
        }
        let begins = self.raw_frame(packet.pts);
        let expected = match self.wanted {
            // A packet of FLAC needs none before it: the first one behind a seek holds the target. Frames of MPEG have
            // the times that they are given here, and a seek begins before its target.
            Some(wanted) if self.track.is_flac || self.track.is_mpeg => wanted,
            Some(_) => return 0,
            None => self.told_at.unwrap_or(begins),
        };
        let lost = begins.saturating_sub(expected);
        // What would end behind the end has a wrong time; other heads may not count the encoder's padding.
        let ends = match self.track.is_flac {
            true => begins.saturating_add(self.frames_in(packet.dur)),
            false => begins,
        };
        // Elsewhere packets may come early or late by their own time, and nothing is missing but where a whole one is.
        if !self.track.is_flac && !self.track.is_mpeg && lost < self.packet_frames {
            return 0;
        }
        let end = self.track.raw_frames;
        let is_within = self.track.length_is_guessed || end.is_none_or(|end| ends <= end);
        if is_within && lost <= MOST_LOST_S * u64::from(self.track.rate) {
            lost
        } else {
            0
        }
    }

    fn put_silence(&mut self, frames: u64, block: &mut Vec<f32>) {
        let frames_here = usize::try_from(frames).unwrap_or(0);
        block.clear();
        block.resize(frames_here * self.track.speakers.len(), 0.0);
        self.raw_at += frames;
        self.told_at = self.told_at.map(|at| at + frames);
        self.allowance.renew();
    }
}
