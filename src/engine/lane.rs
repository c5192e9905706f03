//! Songs that follow each other without a seam, brought to the output's rate. Pure: it opens nothing and mixes nothing.
//!
//! Songs of one rate share a resampler. Where the rate changes, the resampler of the song that ends hears the next
//! song's beginning behind its own end, and that of the next song hears the end before: each brought to its rate by
//! [`shape::Join`]. So the join has no silence, no frame too many and none too few, and hardly a trace of the change.

use super::shape::{Join, Resampler, reach, round_ratio};

const CHANNELS: usize = 2;
/// What is kept of the end of a song, for the resampler of the next one.
const HISTORY_MS: u64 = 50;
/// Frames of the next song's beginning that are held at most; rates without a common divisor want so many.
const MAX_HEAD: usize = 100_000;

/// Frames of the output, numbered from `start` on, made of frames of songs.
#[derive(Default)]
pub(super) struct Lane {
    /// The frame of the stream that `taken` counts from.
    start: u64,
    /// Frames of songs of this rate put in since `start`.
    taken: u64,
    from: u32,
    to: u32,
    /// `None`: the rates are equal, or all is brought out.
    resampler: Option<Resampler>,
    /// All is brought out: what comes next begins anew.
    is_flushed: bool,
    /// The last frames put in.
    history: Vec<f32>,
    /// The next song's first frames, while they are too few to join it.
    head: Option<Head>,
}

struct Head {
    rate: u32,
    frames: Vec<f32>,
    wanted: usize,
}

impl Lane {
    /// The first frame out will be `start` of the stream.
    pub(super) fn new(start: u64) -> Self {
        Self {
            start,
            ..Self::default()
        }
    }

    /// The frame of the stream that the next frame put in will be.
    pub(super) fn next_frame(&self) -> u64 {
        let held = self.head.as_ref().map_or(0, |head| {
            round_ratio((head.frames.len() / CHANNELS) as u64, head.rate, self.to)
        });
        self.end() + held
    }

    /// The frame of the stream that comes `frames` later in the song that is being put in.
    pub(super) fn frame_after(&self, frames: u64) -> u64 {
        match &self.head {
            Some(head) => {
                let held = (head.frames.len() / CHANNELS) as u64;
                self.end() + round_ratio(held.saturating_add(frames), head.rate, self.to)
            }
            None => self.start + round_ratio(self.taken.saturating_add(frames), self.from, self.to),
        }
    }

    /// The frame after the last one of what is put in, without the head.
    fn end(&self) -> u64 {
        self.start + round_ratio(self.taken, self.from, self.to)
    }

    /// A song of rate `from` comes next.
    pub(super) fn begin(&mut self, from: u32, to: u32, out: &mut Vec<f32>) {
        self.head.take_if(|head| head.frames.is_empty());
        let rate = self.head.as_ref().map_or(self.from, |head| head.rate);
        if self.to == to && rate == from && !self.is_flushed {
            return;
        }
        self.join(out);
        if self.to != to || self.history.is_empty() {
            self.flush(out);
            self.history.clear();
            return self.go_on_at(from, to);
        }
        if self.from == from {
            return self.go_on_at(from, to);
        }
        let after = self.resampler.as_ref().map_or(0, Resampler::reach);
        let near = reach(from, self.from);
        let wanted = (after * from as usize).div_ceil(self.from.max(1) as usize) + near;
        self.head = Some(Head {
            rate: from,
            frames: Vec::new(),
            wanted: wanted.min(MAX_HEAD),
        });
    }

    /// Takes frames of the song (stereo, at its rate) and appends what is ready to `out`.
    pub(super) fn put(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        match &mut self.head {
            Some(head) => {
                head.frames.extend_from_slice(frames);
                if head.frames.len() / CHANNELS >= head.wanted {
                    self.join(out);
                }
            }
            None => self.take(frames, out),
        }
    }

    /// Brings out all that is held back. What comes after it begins anew.
    pub(super) fn flush(&mut self, out: &mut Vec<f32>) {
        self.join(out);
        if let Some(resampler) = self.resampler.take() {
            resampler.finish(&[], out);
        }
        self.start = self.end();
        self.taken = 0;
        self.is_flushed = true;
    }

    /// Frames of a next song are held, and nothing of it has come out yet.
    pub(super) fn is_joining(&self) -> bool {
        self.head.is_some()
    }

    /// The next song does not come after all.
    pub(super) fn forget_the_next(&mut self) {
        self.head = None;
    }

    fn take(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        self.taken += (frames.len() / CHANNELS) as u64;
        self.remember(frames);
        match &mut self.resampler {
            Some(resampler) => resampler.push(frames, out),
            None => out.extend_from_slice(frames),
        }
    }

    fn remember(&mut self, frames: &[f32]) {
        let kept = HISTORY_MS * u64::from(self.from) / 1_000;
        let kept = usize::try_from(kept).unwrap_or(0) * CHANNELS;
        let new = &frames[frames.len().saturating_sub(kept)..];
        let surplus = (self.history.len() + new.len()).saturating_sub(kept);
        self.history.drain(..surplus.min(self.history.len()));
        self.history.extend_from_slice(new);
    }

    /// Ends the song before the join and begins the one after it, each with the other one in its ears.
    fn join(&mut self, out: &mut Vec<f32>) {
        let Some(head) = self.head.take() else { return };
        let ending = self.resampler.take();
        let beginning = (head.rate != self.to)
            .then(|| Resampler::new(head.rate, self.to))
            .flatten();
        let history = std::mem::take(&mut self.history);
        let met = Join {
            tail: &history,
            tail_rate: self.from,
            head: &head.frames,
            head_rate: head.rate,
        }
        .neighbours(
            beginning.as_ref().map_or(0, Resampler::lead_frames),
            ending.as_ref().map_or(0, Resampler::reach),
        );
        if let Some(resampler) = ending {
            resampler.finish(&met.after, out);
        }
        self.start = self.end();
        self.begin_with(head.rate, self.to, beginning, &met.before);
        self.take(&head.frames, out);
    }

    /// All before is brought out, and was of the same rate where there is a history of it.
    fn go_on_at(&mut self, from: u32, to: u32) {
        let resampler = (from != to).then(|| Resampler::new(from, to)).flatten();
        let wanted = resampler.as_ref().map_or(0, Resampler::lead_frames) * CHANNELS;
        let known = &self.history[self.history.len().saturating_sub(wanted)..];
        let lead = [vec![0.0; wanted - known.len()], known.to_vec()].concat();
        self.begin_with(from, to, resampler, &lead);
    }

    fn begin_with(&mut self, from: u32, to: u32, resampler: Option<Resampler>, lead: &[f32]) {
        self.resampler = resampler.map(|resampler| resampler.led_by(lead));
        (self.from, self.to, self.taken) = (from, to, 0);
        self.is_flushed = false;
        self.history = lead.to_vec();
    }
}

#[cfg(test)]
mod tests;
