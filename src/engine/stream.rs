//! The songs in a row, in frames of the output: those that are made and not pushed yet. It opens nothing.

use super::DecodeError;
use super::lane::Lane;
use super::overlap::{Ended, Overlap};
use super::ring::CHANNELS;
use super::tracks::Track;

/// Frames made at once of a song that fades out alone.
const ALONE_FRAMES: usize = 4_096;

/// Songs in a row.
#[derive(Default)]
pub(super) struct Stream {
    lane: Lane,
    /// Two songs at once.
    overlap: Option<Overlap>,
    /// Made and not yet pushed.
    ready: Vec<f32>,
    ready_at: usize,
    /// Frames made so far.
    made: u64,
    stereo: Vec<f32>,
}

impl Stream {
    /// Frames made, pushed or not.
    pub(super) fn made(&self) -> u64 {
        self.made
    }

    /// The frame of the stream that [`Self::ready`] begins with.
    pub(super) fn first_unpushed(&self) -> u64 {
        self.made - (self.ready().len() / CHANNELS) as u64
    }

    /// Samples to push.
    pub(super) fn ready(&self) -> &[f32] {
        &self.ready[self.ready_at..]
    }

    /// So many samples of [`Self::ready`] are pushed.
    pub(super) fn pushed(&mut self, samples: usize) {
        self.ready_at += samples;
        if self.ready_at >= self.ready.len() {
            self.ready.clear();
            self.ready_at = 0;
        }
    }

    /// A song of this rate comes next: gives the frame of the stream that its first frame will be.
    pub(super) fn begin(&mut self, from_rate: u32, to_rate: u32) -> u64 {
        let before = self.ready.len();
        self.lane.begin(from_rate, to_rate, &mut self.ready);
        self.deliver_from(before);
        self.next_frame()
    }

    /// The frame of the stream that the next frame made of a song will be.
    pub(super) fn next_frame(&self) -> u64 {
        let next = self.lane.next_frame();
        match &self.overlap {
            Some(overlap) => next.max(overlap.end()),
            None => next,
        }
    }

    /// The frame of the stream after the last one of this track, which is being fed, or of the one that was fed last;
    /// `None` where nothing tells.
    pub(super) fn end_of(&self, track: Option<&Track>) -> Option<u64> {
        match track {
            Some(track) => Some(self.lane.frame_after(track.left_frames()?)),
            None => Some(self.next_frame()),
        }
    }

    /// Makes frames of the track's next block; `false`: it has ended.
    pub(super) fn feed(&mut self, track: &mut Track) -> Result<bool, DecodeError> {
        let mut stereo = std::mem::take(&mut self.stereo);
        stereo.clear();
        let more = track.next_stereo(&mut stereo);
        let before = self.ready.len();
        self.lane.put(&stereo, &mut self.ready);
        self.deliver_from(before);
        self.stereo = stereo;
        more
    }

    /// Brings out what the resampler holds back. What comes after it begins anew.
    pub(super) fn flush(&mut self) {
        let before = self.ready.len();
        self.lane.flush(&mut self.ready);
        self.deliver_from(before);
    }

    /// The song that has begun does not come after all, and nothing of it has come out: what follows joins as it would
    /// have.
    pub(super) fn forget_the_next(&mut self) -> bool {
        let joining = self.lane.is_joining();
        self.lane.forget_the_next();
        joining
    }

    /// The next song comes in while `track`, which was fed last, fades out, from frame `start` on, or from the first one
    /// that is not pushed yet, until frame `end`. `rates`: the next song's and the output's. Gives the frame of the stream
    /// where it begins.
    pub(super) fn overlap(
        &mut self,
        track: Option<Track>,
        start: u64,
        end: u64,
        rates: [u32; 2],
    ) -> u64 {
        let start = start.max(self.first_unpushed());
        let unmixed = self.made.saturating_sub(start);
        let samples = usize::try_from(unmixed).unwrap_or(0) * CHANNELS;
        let leaving = self.ready.split_off(self.ready.len() - samples);
        self.made -= unmixed;
        self.pushed(0);
        let lane = std::mem::replace(&mut self.lane, Lane::new(start));
        self.overlap = Some(Overlap::new(
            start,
            end.saturating_sub(start),
            track,
            lane,
            leaving,
        ));
        let [from_rate, to_rate] = rates;
        self.lane.begin(from_rate, to_rate, &mut self.ready);
        start
    }

    /// Two songs sound in what is made next.
    pub(super) fn is_overlapping(&self) -> bool {
        self.overlap
            .as_ref()
            .is_some_and(|overlap| overlap.frames_left() > 0)
    }

    /// One song fades out, or has faded out, while the next one is not heard yet.
    pub(super) fn has_overlap(&self) -> bool {
        self.overlap.is_some()
    }

    /// Nothing came of the song that was to fade in.
    pub(super) fn nothing_came_in(&self) -> bool {
        let start = self.overlap.as_ref().map(Overlap::start);
        start.is_some_and(|start| self.lane.next_frame() == start)
    }

    /// The song that fades in has ended: the other one fades on alone.
    pub(super) fn fade_alone(&mut self) {
        self.flush();
        let Some(overlap) = &self.overlap else { return };
        let left = usize::try_from(overlap.frames_left()).unwrap_or(usize::MAX);
        let before = self.ready.len();
        self.ready
            .resize(before + left.min(ALONE_FRAMES) * CHANNELS, 0.0);
        self.deliver_from(before);
        self.lane.skip_to(self.made);
    }

    /// The song that fades in is heard: it will not be taken back.
    pub(super) fn settle(&mut self) {
        if let Some(overlap) = &mut self.overlap {
            overlap.settle();
        }
    }

    /// How the song ended that faded out; told once.
    pub(super) fn take_ended(&mut self) -> Option<Ended> {
        let ended = self.overlap.as_mut()?.take_ended();
        self.overlap.take_if(|overlap| overlap.is_over());
        ended
    }

    /// The song that fades in does not come after all: the other one goes on as if nothing had been, from where it began
    /// to fade, and is to be fed again. Gives that frame of the stream, and the track unless it is decoded to its end.
    ///
    /// `pushed`: frames that are pushed. Where that is beyond the first frame of both, the stream goes on behind it.
    pub(super) fn undo_overlap(&mut self, pushed: u64) -> Option<(u64, Option<Track>)> {
        let overlap = self.overlap.take()?;
        let start = overlap.start();
        let restored = overlap.undo()?;
        self.take_back(start.max(pushed));
        self.lane = restored.lane;
        self.lane.move_by(self.made - start);
        let before = self.ready.len();
        self.ready.extend_from_slice(&restored.frames);
        self.deliver_from(before);
        Some((start, restored.track))
    }

    /// Counts what was appended to `ready`, and mixes it with the song that fades out.
    fn deliver_from(&mut self, before: usize) {
        let new = &mut self.ready[before..];
        self.made += (new.len() / CHANNELS) as u64;
        if let Some(overlap) = &mut self.overlap {
            overlap.mix(new);
        }
    }

    /// Drops all that is not pushed yet from frame `from` on, and what the resampler holds.
    pub(super) fn take_back(&mut self, from: u64) {
        let unpushed = (self.ready().len() / CHANNELS) as u64;
        let drop = unpushed.min(self.made.saturating_sub(from));
        let samples = usize::try_from(drop)
            .unwrap_or(usize::MAX)
            .saturating_mul(CHANNELS);
        self.ready.truncate(self.ready.len() - samples);
        self.made -= drop;
        self.lane = Lane::new(self.made);
        self.overlap = None;
        self.pushed(0);
    }
}
