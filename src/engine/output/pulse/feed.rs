//! Frames on their way: from the ring on the tape, and from the tape to the server, as it asks for them.

use super::life::{DRAIN_SLACK_US, PulseOutput};
use super::obey::MARGIN;
use super::stream::{State, Stream, WhoseGap};
use super::wire::WireError;
use crate::engine::ring::CHANNELS;
use std::sync::atomic::Ordering::{Acquire, Relaxed};
use std::time::{Duration, Instant};

/// How often the ring is looked at while the server wants frames and there are none: at first, and at last.
const HUNGRY: Duration = Duration::from_millis(15);
const VERY_HUNGRY: Duration = Duration::from_millis(80);
/// So long before the server runs dry nothing more will come. Longer than [`VERY_HUNGRY`], so that it is not missed.
const ENDS_SOON: Duration = Duration::from_millis(150);
/// Frames that stay on the tape behind the cursor, as time: more than a server holds.
const KEPT: Duration = Duration::from_secs(1);
/// Sent at once: little memory, and few system calls all the same.
const PIECE: Duration = Duration::from_millis(150);

impl PulseOutput {
    /// Sends what the server wants, as far as it is here.
    pub(super) fn feed(&mut self) -> Result<(), WireError> {
        self.send_all()?;
        match self.stream.as_mut().and_then(Stream::ran_dry) {
            None => {}
            Some(WhoseGap::Ours) => self.source.note_silence(),
            Some(WhoseGap::Servers) => {
                self.controls.starved.fetch_add(1, Relaxed);
            }
        }
        Ok(())
    }

    fn send_all(&mut self) -> Result<(), WireError> {
        while !self.must_hush() {
            let (Some(_), Some(stream)) = (&self.server, &self.stream) else {
                return Ok(());
            };
            let wanted = stream.wanted().min(stream.frames(PIECE));
            if stream.state != State::Sounding || wanted == 0 {
                self.hunger = None;
                return Ok(());
            }
            if self.tape.waiting() == 0 && !self.take(wanted) {
                self.note_gap();
                self.pad_the_end()?;
                self.hunger = Some(match self.hunger {
                    None => HUNGRY,
                    Some(wait) => (wait * 3 / 2).min(VERY_HUNGRY),
                });
                return Ok(());
            }
            self.hunger = None;
            self.send(wanted)?;
        }
        Ok(())
    }

    /// What is about to be heard is the last for now: the server is not to wait for more.
    fn pad_the_end(&mut self) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        let has_jumped = self.controls.taken_in(self.epoch).is_none();
        let ends = !self.controls.dry.more_comes() && !has_jumped || self.source.is_out_of_form();
        let left = stream
            .due(self.tape.cursor())
            .saturating_duration_since(Instant::now());
        if ends && left <= ENDS_SOON {
            stream.pad(&mut server.wire, self.tape.cursor())?;
        }
        Ok(())
    }

    /// Nothing follows what is on the tape at once: the server may run dry there.
    pub(super) fn note_gap(&mut self) {
        if let Some(stream) = &mut self.stream {
            stream.note_gap(self.tape.cursor());
        }
    }

    fn send(&mut self, wanted: u64) -> Result<(), WireError> {
        let (Some(server), Some(stream)) = (&mut self.server, &mut self.stream) else {
            return Ok(());
        };
        let (from, now) = (self.tape.cursor(), Instant::now());
        if stream.due(from) < now {
            // It ran dry, or has just begun: these frames are heard as soon as they are there.
            stream.restart_clock(from, MARGIN);
        }
        // Where another curve came meanwhile it begins earlier, once the server has said where it is.
        self.tape.equalise(&self.controls.curve);
        self.out.clear();
        let sent = self.tape.send(wanted, self.volume, &mut self.out);
        stream.send(&mut server.wire, None, &self.out)?;
        let length = u64::try_from(stream.time(sent).as_micros()).unwrap_or(0);
        self.controls
            .drain_us
            .store(length + DRAIN_SLACK_US, Relaxed);
        let latency = stream.due(from).saturating_duration_since(now);
        self.controls
            .show_at(from, &self.out, self.form.rate, latency);
        let last = self.tape.ring_frame(self.tape.cursor().saturating_sub(1));
        if let (Some(first), Some(last)) = (self.tape.ring_frame(from), last) {
            self.controls.note_frames(first, last + 1, latency);
        }
        let kept = stream.frames(KEPT);
        self.tape
            .forget_before(self.tape.cursor().saturating_sub(kept));
        Ok(())
    }

    /// Takes frames from the ring; `false`: there are none.
    fn take(&mut self, wanted: u64) -> bool {
        let samples = usize::try_from(wanted).unwrap_or(usize::MAX / CHANNELS) * CHANNELS;
        let mut block = std::mem::take(&mut self.block);
        block.resize(samples, 0.0);
        let before = self.controls.taken();
        let frames = self.source.take_music(&mut block);
        let after = self.controls.taken();
        let given = &block[..frames * CHANNELS];
        let [from, to] = self.controls.last_jump();
        // Frames before a jump, where one was made, and frames after it.
        let old = if (before..=after).contains(&to) && to > before && after - before > frames as u64
        {
            usize::try_from(from.saturating_sub(before)).map_or(frames, |old| old.min(frames))
        } else {
            0
        };
        let (old_frames, new_frames) = given.split_at(old * CHANNELS);
        let first_new = after - (frames - old) as u64;
        if old == 0
            && first_new > before
            && let Some(from) = self.jumps_from.take()
        {
            self.controls.jump.publish([from, first_new]);
        }
        let is_ahead = self.controls.taken_in(self.epoch).is_none() && self.source_is_ahead();
        let mut took = frames > 0;
        if is_ahead {
            self.ahead = Some((new_frames.to_vec(), first_new));
            took = false;
        } else {
            self.put_on_tape(old_frames, before);
            self.put_on_tape(new_frames, first_new);
        }
        self.block = block;
        took
    }

    /// The source has jumped to a newer epoch than the tape's, before anyone here looked.
    fn source_is_ahead(&self) -> bool {
        self.controls.taken_epoch.load(Acquire) > self.epoch
    }

    pub(super) fn put_on_tape(&mut self, frames: &[f32], first: u64) {
        if !frames.is_empty() {
            self.tape.push(frames, first);
        }
    }
}
