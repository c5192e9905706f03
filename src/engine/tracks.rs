//! One song from its first to its last frame: stereo, at its own rate, at its loudness.

use super::decode::{self, Decoder};
use super::form::{SampleKind, hush};
use super::shape::{Downmix, Stretch, settle};
use super::{DecodeError, Item};
use crate::music::Speed;

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
    /// How fast it is played.
    speed: Speed,
    /// Until its end, where it is not played as it is.
    stretch: Option<Stretch>,
    unstretched: Vec<f32>,
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
            speed: Speed::default(),
            stretch: None,
            unstretched: Vec::new(),
            end: end.map(|end| end.saturating_sub(start)),
            at,
            decoder,
            block: Vec::new(),
            item,
        })
    }

    /// As it is, but played so fast.
    pub(super) fn at_speed(mut self, speed: Speed) -> Self {
        let times = f64::from(speed.times());
        self.stretch = (!speed.is_usual()).then(|| Stretch::new(self.rate(), times));
        self.speed = speed;
        self
    }

    /// How fast it is played.
    pub(super) fn speed(&self) -> Speed {
        self.speed
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

    /// Frames left to come out, at the song's rate; `None` where nothing tells for certain.
    pub(super) fn left_frames(&self) -> Option<u64> {
        if !self.speed.is_usual() {
            return None;
        }
        let start = self.item.span.map_or(0, |span| span.start_frame);
        let in_file = self
            .decoder
            .length_frames()
            .filter(|_| !self.decoder.length_is_guessed())
            .map(|frames| frames.saturating_sub(start));
        let end = match (self.end, in_file) {
            (Some(end), Some(in_file)) => end.min(in_file),
            (end, in_file) => end.or(in_file)?,
        };
        Some(end.saturating_sub(self.at))
    }

    /// How long it goes on; `None` where nothing tells.
    pub(super) fn left_ms(&self) -> Option<u64> {
        let left_ms = self.length_ms()?.saturating_sub(self.at_ms());
        Some(match self.speed.is_usual() {
            true => left_ms,
            false => (left_ms as f64 / f64::from(self.speed.times())) as u64,
        })
    }

    /// The first damage stepped over; it is told once.
    pub(super) fn take_damage(&mut self) -> Option<DecodeError> {
        self.decoder.take_damage()
    }

    /// Appends the next block to `out`, stereo at the song's rate; `false`: it has ended with what is appended.
    pub(super) fn next_stereo(&mut self, out: &mut Vec<f32>) -> Result<bool, DecodeError> {
        let Some(mut stretch) = self.stretch.take() else {
            return self.next_as_it_is(out);
        };
        let mut frames = std::mem::take(&mut self.unstretched);
        frames.clear();
        let more = self.next_as_it_is(&mut frames);
        stretch.push(&frames, out);
        self.unstretched = frames;
        match more {
            Ok(true) => self.stretch = Some(stretch),
            _ => stretch.finish(out),
        }
        more
    }

    fn next_as_it_is(&mut self, out: &mut Vec<f32>) -> Result<bool, DecodeError> {
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
