//! One song from its first to its last frame, and the stream in which songs follow each other without a seam.

use super::decode::{self, Decoder};
use super::form::{SampleKind, hush};
use super::lane::Lane;
use super::shape::{Downmix, settle};
use super::{DecodeError, Item};

/// Samples a frame in everything that leaves this file.
const CHANNELS: usize = 2;

/// A song that is being decoded.
pub(super) struct Track {
    item: Item,
    decoder: Decoder,
    downmix: Downmix,
    factor: f32,
    /// Samples are left as they are.
    untouched: bool,
    /// The next frame, counted from the song's start.
    at: u64,
    /// The song's end, counted from its start, where it ends before its file.
    end: Option<u64>,
    block: Vec<f32>,
}

impl Track {
    /// Opens the file and goes to `at_ms` of the song.
    pub(super) fn open(item: Item, at_ms: u64) -> Result<Self, DecodeError> {
        let mut decoder = decode::open(&item.file)?;
        let at = at_ms.saturating_mul(u64::from(decoder.rate())) / 1_000;
        let start = item.span.map_or(0, |span| span.start_frame);
        let first = start.saturating_add(at);
        if first > 0 {
            decoder.seek(first)?;
        }
        let end = item.span.and_then(|span| span.end_frame);
        Ok(Self {
            downmix: Downmix::new(decoder.speakers()),
            factor: item.gain.factor(),
            untouched: false,
            end: end.map(|end| end.saturating_sub(start)),
            at,
            decoder,
            block: Vec::new(),
            item,
        })
    }

    pub(super) fn item(&self) -> &Item {
        &self.item
    }

    /// From now on no sample is changed, also not one beyond full scale.
    pub(super) fn touch_nothing(&mut self) {
        self.untouched = true;
    }

    /// What the file's samples are.
    pub(super) fn sample_kind(&self) -> SampleKind {
        self.decoder.sample_kind()
    }

    /// How many channels the file has.
    pub(super) fn channels(&self) -> usize {
        self.decoder.speakers().len()
    }

    /// Frames a second, before resampling.
    pub(super) fn rate(&self) -> u32 {
        self.decoder.rate()
    }

    /// Where it is now.
    pub(super) fn at_ms(&self) -> u64 {
        self.at.saturating_mul(1_000) / u64::from(self.rate())
    }

    /// The whole song.
    pub(super) fn length_ms(&self) -> Option<u64> {
        let start = self.item.span.map_or(0, |span| span.start_frame);
        let in_file = self
            .decoder
            .length_frames()
            .map(|frames| frames.saturating_sub(start));
        let frames = match (self.end, in_file) {
            (Some(end), Some(in_file)) => end.min(in_file),
            (end, in_file) => end.or(in_file)?,
        };
        Some(frames.saturating_mul(1_000) / u64::from(self.rate()))
    }

    /// What is left to decode; `None` where nothing tells.
    pub(super) fn left_ms(&self) -> Option<u64> {
        Some(self.length_ms()?.saturating_sub(self.at_ms()))
    }

    /// The first damage stepped over; it is told once.
    pub(super) fn take_damage(&mut self) -> Option<DecodeError> {
        self.decoder.take_damage()
    }

    /// Appends the next block to `out`, stereo at the song's rate; `false`: it has ended.
    pub(super) fn next_stereo(&mut self, out: &mut Vec<f32>) -> Result<bool, DecodeError> {
        if self.end.is_some_and(|end| self.at >= end)
            || !self.decoder.next_block(&mut self.block)?
        {
            return Ok(false);
        }
        let from = out.len();
        self.downmix.mix(&self.block, out);
        let frames = ((out.len() - from) / CHANNELS) as u64;
        let wanted = self.end.map_or(frames, |end| frames.min(end - self.at));
        out.truncate(
            from + usize::try_from(wanted)
                .unwrap_or(usize::MAX)
                .saturating_mul(CHANNELS),
        );
        if self.untouched {
            hush(&mut out[from..]);
        } else {
            settle(&mut out[from..], self.factor);
        }
        self.at += wanted;
        Ok(true)
    }
}

/// Songs in a row, in frames of the output: what is made but not yet pushed.
#[derive(Default)]
pub(super) struct Stream {
    lane: Lane,
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
        self.count_from(before);
        self.next_frame()
    }

    /// The frame of the stream that the next frame made of a song will be.
    pub(super) fn next_frame(&self) -> u64 {
        self.lane.next_frame()
    }

    /// Makes frames of the track's next block; `false`: it has ended.
    pub(super) fn feed(&mut self, track: &mut Track) -> Result<bool, DecodeError> {
        let mut stereo = std::mem::take(&mut self.stereo);
        stereo.clear();
        let more = track.next_stereo(&mut stereo);
        let before = self.ready.len();
        self.lane.put(&stereo, &mut self.ready);
        self.count_from(before);
        self.stereo = stereo;
        more
    }

    /// Brings out what the resampler holds back. What comes after it begins anew.
    pub(super) fn flush(&mut self) {
        let before = self.ready.len();
        self.lane.flush(&mut self.ready);
        self.count_from(before);
    }

    /// The song that has begun does not come after all, and nothing of it has come out: what follows joins as it would
    /// have.
    pub(super) fn forget_the_next(&mut self) -> bool {
        let joining = self.lane.is_joining();
        self.lane.forget_the_next();
        joining
    }

    fn count_from(&mut self, before: usize) {
        self.made += ((self.ready.len() - before) / CHANNELS) as u64;
    }

    /// Drops all that is not pushed yet from frame `from` on, and what the resampler holds.
    pub(super) fn take_back(&mut self, from: u64) {
        let unpushed = ((self.ready.len() - self.ready_at) / CHANNELS) as u64;
        let drop = unpushed.min(self.made.saturating_sub(from));
        let samples = usize::try_from(drop)
            .unwrap_or(usize::MAX)
            .saturating_mul(CHANNELS);
        self.ready.truncate(self.ready.len() - samples);
        self.made -= drop;
        self.lane = Lane::new(self.made);
        self.pushed(0);
    }
}
