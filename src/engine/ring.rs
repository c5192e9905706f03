//! The consuming end of the ring: what happens in the device's callback. No lock, no allocation, no system call here.
//!
//! A frame is two `f32`, left and right. Frames are counted from the first one ever pushed; skipped ones count too.
//!
//! Nothing clicks: fades of 10 ms and a volume that moves within 15 ms add to the music's own step from frame to frame at
//! most 1/441 and 1/661 of full scale at 44.1 kHz, together −48 dB.

use super::controls::{Controls, Cut};
use super::curve::Shaping;
use super::fade::LongFade;
use super::form::Form;
use super::quantise::{Quantiser, SampleFormat};
use rodio::Source;
use rtrb::Consumer;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;

/// Samples a frame, from the ring on.
pub(super) const CHANNELS: usize = 2;
/// Time from full level to silence and back, for pauses and jumps.
const FADE_SECONDS: f32 = 0.010;
/// Time in which a new volume is reached from the farthest old one.
const VOLUME_RAMP_SECONDS: f32 = 0.015;
/// What must be in the ring after a jump before music begins: a block of a sound card's.
const OPENING_SECONDS: f32 = 0.1;
/// What a fade or the volume adds at most to the music's own step from one frame to the next, of full scale, at 44.1 kHz:
/// both at once are 1/441 + 1/661, or −48 dB.
#[cfg(test)]
pub(super) const LARGEST_STEP_AT_44_100: f32 =
    (1.0 / FADE_SECONDS + 1.0 / VOLUME_RAMP_SECONDS) / 44_100.0;
/// What the iterator takes from the ring at once, in samples.
const BLOCK: usize = 512;

/// The one source that the mixer ever gets: frames from the ring, faded, cut and at the volume asked for.
pub(super) struct RingSource {
    ring: Consumer<f32>,
    /// Samples that come once more, before those in the ring, from `again_at` on.
    again: Vec<f32>,
    again_at: usize,
    controls: Arc<Controls>,
    /// What the stream was opened in that this source is given to.
    form: Form,
    taken: u64,
    epoch: u64,
    cut_applied: u64,
    gate: f32,
    fade: LongFade,
    volume: f32,
    /// Music has come since the last jump: an empty ring is a dry spell now.
    flows: bool,
    /// No music has come since the last jump to something else than what was playing.
    opens: bool,
    leaves_volume: bool,
    shaping: Shaping,
    block: [f32; BLOCK],
    block_at: usize,
    quantiser: Quantiser,
}

impl RingSource {
    /// `rate`: the output's, in Hz.
    pub(super) fn new(ring: Consumer<f32>, controls: Arc<Controls>, rate: u32) -> Self {
        let volume = f32::from_bits(controls.volume.load(Relaxed));
        Self {
            ring,
            again: Vec::new(),
            again_at: 0,
            form: Form {
                rate,
                ..controls.form()
            },
            taken: 0,
            epoch: 0,
            cut_applied: 0,
            gate: 1.0,
            fade: LongFade::new(),
            volume,
            flows: false,
            opens: false,
            leaves_volume: false,
            shaping: Shaping::default(),
            block: [0.0; BLOCK],
            block_at: BLOCK,
            quantiser: Quantiser::default(),
            controls,
        }
    }

    /// Leaves the volume and the equaliser's curve to the output, which can change them on what was taken already.
    pub(super) fn without_volume(mut self) -> Self {
        self.leaves_volume = true;
        self.volume = 1.0;
        self
    }

    /// The end of [`Self::without_volume`]: these frames (interleaved stereo) were taken and not heard. They come once
    /// more, softly.
    pub(super) fn give_back(&mut self, frames: Vec<f32>) {
        self.leaves_volume = false;
        self.volume = self.controls.volume();
        self.gate = 0.0;
        self.shaping.filters().forget();
        self.taken = self.taken.saturating_sub((frames.len() / CHANNELS) as u64);
        self.controls.taken.store(self.taken, Release);
        self.again = frames;
        self.again_at = 0;
    }

    /// Samples that can be taken.
    fn here(&self) -> usize {
        self.again.len() - self.again_at + self.ring.slots()
    }

    /// Takes as many samples as are asked for; no more than [`Self::here`].
    fn pop(&mut self, out: &mut [f32]) {
        let again = &self.again[self.again_at..];
        let (first, rest) = out.split_at_mut(again.len().min(out.len()));
        first.copy_from_slice(&again[..first.len()]);
        self.again_at += first.len();
        let (_, missed) = self.ring.pop_partial_slice(rest);
        debug_assert!(missed.is_empty(), "as many were there");
    }

    /// Leaves out so many samples, or all.
    fn leave_out(&mut self, samples: usize) {
        let again = samples.min(self.again.len() - self.again_at);
        self.again_at += again;
        if let Ok(chunk) = self
            .ring
            .read_chunk((samples - again).min(self.ring.slots()))
        {
            chunk.commit_all();
        }
    }

    /// What comes before the next jump has faded out already.
    pub(super) fn shut(&mut self) {
        self.gate = 0.0;
    }

    pub(super) fn controls(&self) -> &Arc<Controls> {
        &self.controls
    }

    /// A new stream begins: it is to be opened in the form that is given back.
    ///
    /// What is left of the last form is not heard.
    pub(super) fn tune(&mut self) -> Form {
        self.form = self.controls.form();
        if self.taken < self.controls.form_from() {
            self.gate = 0.0;
        }
        self.form
    }

    /// What comes next needs a new stream, in another form: this one has given all that it will give.
    pub(super) fn is_out_of_form(&self) -> bool {
        self.controls.form() != self.form && self.taken >= self.controls.form_from()
    }

    /// Fills `out` (interleaved stereo) to its end: music as far as there is some and it may sound, then silence.
    pub(super) fn fill(&mut self, out: &mut [f32]) {
        let music = self.take_music(out);
        if let Some(rest) = out
            .get_mut(music * CHANNELS..)
            .filter(|rest| !rest.is_empty())
        {
            rest.fill(0.0);
            self.note_silence();
        }
    }

    /// As [`Self::take_music`], into bytes of this format; what does not hold a whole frame at its end is left as
    /// it is.
    pub(super) fn take_music_as(&mut self, out: &mut [u8], format: SampleFormat) -> usize {
        let bytes = format.bytes() * CHANNELS;
        let mut block = [0.0; BLOCK];
        let mut done = 0;
        for part in out.chunks_mut(BLOCK / CHANNELS * bytes) {
            let wanted = part.len() / bytes * CHANNELS;
            let frames = self.take_music(&mut block[..wanted]);
            self.quantiser
                .write(&block[..frames * CHANNELS], format, part);
            done += frames;
            if frames * CHANNELS < wanted {
                break;
            }
        }
        done
    }

    /// As [`Self::fill`], without the silence: gives the number of frames of music written.
    pub(super) fn take_music(&mut self, out: &mut [f32]) -> usize {
        let wanted = out.len() / CHANNELS;
        let mut done = 0;
        let mut quiet = false;
        while done < wanted && !quiet {
            let rest = &mut out[done * CHANNELS..wanted * CHANNELS];
            match self.next_move() {
                Move::Silence => quiet = true,
                Move::Wait => break,
                Move::Jump(turn, cut) => self.jump(turn, cut),
                Move::Play { at_most, closing } => match self.play(rest, at_most, closing) {
                    0 if closing => self.gate = 0.0,
                    0 => break,
                    frames => {
                        (self.flows, self.opens) = (true, false);
                        done += frames;
                    }
                },
            }
        }
        self.controls.taken.store(self.taken, Release);
        self.controls.taken_epoch.store(self.epoch, Release);
        self.controls.quiet.store(quiet, Release);
        done
    }

    fn next_move(&self) -> Move {
        let cut = self.pending_cut();
        let wanted_epoch = self.controls.epoch.load(Acquire);
        let due_now = cut.filter(|(_, cut)| cut.epoch == wanted_epoch && cut.from <= self.taken);
        if let Some((turn, cut)) = due_now
            && (cut.from == self.taken || cut.to <= self.taken || self.gate == 0.0)
        {
            return Move::Jump(turn, cut);
        }
        let closing = self.is_held() || due_now.is_some() || self.epoch != wanted_epoch;
        if closing && self.gate == 0.0 {
            return Move::Silence;
        }
        if self.opens && !self.may_open() {
            return Move::Wait;
        }
        let ahead = cut.filter(|(_, cut)| cut.epoch == self.epoch && cut.from > self.taken);
        let at_most = match (due_now, ahead) {
            // What fades out must not be what comes next.
            (Some((_, cut)), _) => cut.to.saturating_sub(self.taken),
            (None, Some((_, cut))) => cut.from - self.taken,
            (None, None) => u64::MAX,
        };
        Move::Play { at_most, closing }
    }

    /// Enough is there after a jump that music will not run dry at once, or no more of it comes.
    fn may_open(&self) -> bool {
        let enough = OPENING_SECONDS * self.form.rate as f32;
        let frames = self.here() / CHANNELS;
        frames as f32 >= enough || !self.controls.dry.more_comes()
    }

    fn is_held(&self) -> bool {
        let controls = &self.controls;
        let paused = controls.paused.load(Relaxed) && controls.fades_on_pause.load(Relaxed);
        paused
            || controls.quitting.load(Relaxed)
            || controls.leaving.load(Relaxed)
            || self.fade.is_silent(controls.fade_ms.load(Relaxed))
    }

    fn pending_cut(&self) -> Option<(u64, Cut)> {
        let (turn, [from, to, epoch, fade]) = self.controls.cuts.read()?;
        let cut = Cut {
            from,
            to,
            epoch,
            fade_in: fade != 0,
        };
        (turn != self.cut_applied).then_some((turn, cut))
    }

    fn jump(&mut self, turn: u64, cut: Cut) {
        let skipped = cut.to.saturating_sub(self.taken);
        let samples = usize::try_from(skipped).map_or(usize::MAX, |n| n.saturating_mul(CHANNELS));
        self.leave_out(samples);
        if self.gate == 0.0 {
            self.shaping.filters().forget();
        }
        if skipped > 0 {
            self.controls.jump.publish([self.taken, cut.to]);
        }
        // A late cut has faded out, and a pause holds: what comes after fades in.
        let late = cut.epoch == self.epoch && self.gate == 0.0;
        let begins_soft = cut.fade_in || late || self.is_held();
        self.gate = if begins_soft { 0.0 } else { 1.0 };
        self.taken = self.taken.max(cut.to);
        let begins = cut.epoch != self.epoch;
        self.epoch = cut.epoch;
        self.cut_applied = turn;
        self.flows = false;
        self.opens = begins;
    }

    /// Silence takes the place of music. Nobody may have stopped it: then it counts, once until music flows again.
    pub(super) fn note_silence(&mut self) {
        let stopped = self.controls.quiet.load(Relaxed) || !self.controls.wants_sound();
        if self.flows && !stopped && self.here() == 0 && self.controls.dry.note() {
            self.flows = false;
        }
    }

    /// How many of these frames are of the form that the stream was opened in.
    ///
    /// To be asked after the frames were seen: their form was published before them.
    fn in_form(&self, frames: usize) -> usize {
        if self.controls.form() == self.form {
            return frames;
        }
        let left = self.controls.form_from().saturating_sub(self.taken);
        frames.min(usize::try_from(left).unwrap_or(usize::MAX))
    }

    fn play(&mut self, out: &mut [f32], at_most: u64, closing: bool) -> usize {
        let step = 1.0 / (FADE_SECONDS * self.form.rate as f32);
        let fade_ms = self.controls.fade_ms.load(Relaxed);
        if fade_ms == 0 && self.gate == 0.0 {
            self.fade.reset();
        }
        let goal = if closing { 0.0 } else { 1.0 };
        let mut frames = (out.len() / CHANNELS).min(self.here() / CHANNELS);
        frames = self.in_form(frames);
        frames = frames.min(usize::try_from(at_most).unwrap_or(usize::MAX));
        frames = frames.min(self.fade.frames_left(fade_ms, self.form.rate));
        if closing {
            frames = frames.min((self.gate / step).ceil() as usize);
        }
        let out = &mut out[..frames * CHANNELS];
        self.pop(out);
        self.taken += frames as u64;
        self.equalise(out);
        self.shade(out, goal, step);
        self.fade.shade(out, fade_ms, self.form.rate);
        if self.fade.is_silent(fade_ms) {
            self.gate = 0.0;
        }
        frames
    }

    fn equalise(&mut self, out: &mut [f32]) {
        if !self.leaves_volume {
            self.shaping.take(&self.controls.curve, self.form.rate);
            self.shaping.filters().run(out);
        }
    }

    /// Applies the gate and the volume, each moving to its goal a step a frame.
    fn shade(&mut self, out: &mut [f32], gate_goal: f32, gate_step: f32) {
        let volume_goal = if self.leaves_volume {
            1.0
        } else {
            f32::from_bits(self.controls.volume.load(Relaxed))
        };
        let volume_step = 1.0 / (VOLUME_RAMP_SECONDS * self.form.rate as f32);
        let mut rest = out;
        while !rest.is_empty() && (self.gate != gate_goal || self.volume != volume_goal) {
            let (frame, after) = rest.split_at_mut(CHANNELS);
            self.gate = nearer(self.gate, gate_goal, gate_step);
            self.volume = nearer(self.volume, volume_goal, volume_step);
            let level = self.gate * self.volume;
            frame.iter_mut().for_each(|sample| *sample *= level);
            rest = after;
        }
        let level = self.gate * self.volume;
        if level != 1.0 {
            rest.iter_mut().for_each(|sample| *sample *= level);
        }
    }
}

fn nearer(value: f32, goal: f32, step: f32) -> f32 {
    if value < goal {
        (value + step).min(goal)
    } else {
        (value - step).max(goal)
    }
}

enum Move {
    Play {
        at_most: u64,
        closing: bool,
    },
    Jump(u64, Cut),
    /// More must be in the ring.
    Wait,
    /// By order.
    Silence,
}

impl Iterator for RingSource {
    type Item = f32;

    #[inline]
    fn next(&mut self) -> Option<f32> {
        if self.block_at == BLOCK {
            let mut block = [0.0; BLOCK];
            self.fill(&mut block);
            self.block = block;
            self.block_at = 0;
        }
        let sample = self.block[self.block_at];
        self.block_at += 1;
        Some(sample)
    }
}

impl Source for RingSource {
    fn current_span_len(&self) -> Option<usize> {
        None
    }

    fn channels(&self) -> rodio::ChannelCount {
        const STEREO: rodio::ChannelCount =
            rodio::ChannelCount::new(CHANNELS as u16).expect("two is not zero");
        STEREO
    }

    fn sample_rate(&self) -> rodio::SampleRate {
        rodio::SampleRate::new(self.form.rate).unwrap_or(rodio::SampleRate::MIN)
    }

    fn total_duration(&self) -> Option<Duration> {
        None
    }
}

#[cfg(test)]
mod tests;
