//! Two songs at once: the end of one fades out while the beginning of the next one fades in.
//!
//! The two gains are those of equal power, cos and sin of a quarter turn, so that two different songs sound as loud
//! together as each alone. Where their sum would go beyond full scale, both are held back for that moment.

use super::DecodeError;
use super::lane::Lane;
use super::tracks::Track;
use crate::music::EntryId;

const CHANNELS: usize = 2;
/// Samples in a row for which one peak is looked for, and how much the level may move from one such row to the next.
const ROW: usize = 64 * CHANNELS;
const LEVEL_STEP: f32 = 0.01;

/// The song that fades out, and how far the two are.
pub(super) struct Overlap {
    /// The first frame of the stream in which both sound.
    start: u64,
    /// Frames.
    length: u64,
    done: u64,
    /// `None`: decoded to its end.
    track: Option<Track>,
    lane: Lane,
    /// Frames of the song that fades out, not mixed yet.
    leaving: Vec<f32>,
    /// The ones that are mixed, as they were, while it can still turn out that the other song does not come.
    kept: Option<Vec<f32>>,
    level: f32,
    ended: Option<Ended>,
    block: Vec<f32>,
}

/// How the song ended that faded out.
pub(super) struct Ended {
    pub entry: EntryId,
    pub error: Option<DecodeError>,
    pub damage: Option<DecodeError>,
}

/// The song that had begun to fade out, as if it never had.
pub(super) struct Restored {
    pub lane: Lane,
    pub frames: Vec<f32>,
    pub track: Option<Track>,
}

impl Overlap {
    /// `lane` has made the frames before `start` and `leaving`, which come next; `track` makes more, unless it
    /// is decoded to its end.
    pub(super) fn new(
        start: u64,
        length: u64,
        track: Option<Track>,
        lane: Lane,
        leaving: Vec<f32>,
    ) -> Self {
        Self {
            start,
            length,
            done: 0,
            track,
            lane,
            leaving,
            kept: Some(Vec::new()),
            level: 1.0,
            ended: None,
            block: Vec::new(),
        }
    }

    pub(super) fn start(&self) -> u64 {
        self.start
    }

    pub(super) fn end(&self) -> u64 {
        self.start + self.length
    }

    pub(super) fn frames_left(&self) -> u64 {
        self.length - self.done
    }

    /// It is over, and can no longer be undone.
    pub(super) fn is_over(&self) -> bool {
        self.frames_left() == 0 && self.kept.is_none()
    }

    /// The next song is heard: it cannot be taken back any more.
    pub(super) fn settle(&mut self) {
        self.kept = None;
    }

    /// How the song ended that fades out; told once. Its file may end before its time here, but not after it.
    pub(super) fn take_ended(&mut self) -> Option<Ended> {
        if self.frames_left() == 0
            && self.kept.is_none()
            && let Some(track) = self.track.take()
        {
            self.note_end(track, None);
        }
        self.ended.take()
    }

    /// Turns the first frames of `coming` (stereo) into both songs together, and leaves the others as they are.
    pub(super) fn mix(&mut self, coming: &mut [f32]) {
        let left = usize::try_from(self.frames_left()).unwrap_or(usize::MAX);
        let frames = left.min(coming.len() / CHANNELS);
        let samples = frames * CHANNELS;
        self.decode_until(samples);
        let both = &mut coming[..samples];
        let ramp = Ramp::new(self.length);
        let pairs = both
            .chunks_exact_mut(CHANNELS)
            .zip(self.leaving.chunks_exact(CHANNELS));
        for (at, (new, old)) in (self.done..).zip(pairs) {
            let (falling, rising) = ramp.at(at);
            for (new, old) in new.iter_mut().zip(old) {
                *new = *new * rising + *old * falling;
            }
        }
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(&self.leaving[..samples]);
        }
        self.leaving.drain(..samples);
        self.done += frames as u64;
        // Behind the last frame of both the level still has to come back.
        let shaded = match self.frames_left() {
            0 => coming,
            _ => &mut coming[..samples],
        };
        self.level = hold_back(shaded, self.level);
    }

    /// Has so many samples of the song that fades out ready: silence where it has ended.
    fn decode_until(&mut self, samples: usize) {
        while self.leaving.len() < samples {
            let Some(track) = &mut self.track else {
                self.lane.flush(&mut self.leaving);
                break;
            };
            self.block.clear();
            let more = track.next_stereo(&mut self.block);
            self.lane.put(&self.block, &mut self.leaving);
            if !matches!(more, Ok(true))
                && let Some(track) = self.track.take()
            {
                self.note_end(track, more.err());
            }
        }
        if self.leaving.len() < samples {
            self.leaving.resize(samples, 0.0);
        }
    }

    fn note_end(&mut self, mut track: Track, error: Option<DecodeError>) {
        self.ended = Some(Ended {
            damage: track.take_damage(),
            entry: track.item().entry,
            error,
        });
    }

    /// The next song does not come after all: gives back all from [`Self::start`] on. `None`: it is heard already.
    pub(super) fn undo(self) -> Option<Restored> {
        let mut frames = self.kept?;
        frames.extend_from_slice(&self.leaving);
        Some(Restored {
            lane: self.lane,
            frames,
            track: self.track,
        })
    }
}

/// The two gains.
struct Ramp {
    step: f64,
}

impl Ramp {
    fn new(length: u64) -> Self {
        Self {
            step: std::f64::consts::FRAC_PI_2 / length.max(1) as f64,
        }
    }

    /// Of the song that fades out and of the one that fades in, at the middle of frame `at`.
    fn at(&self, at: u64) -> (f32, f32) {
        let (rising, falling) = (self.step * (at as f64 + 0.5)).sin_cos();
        (falling as f32, rising as f32)
    }
}

/// Lowers rows whose peak is beyond full scale, and their neighbours so that the level moves in small steps. `level` is
/// that at the end of the samples before; gives the one at the end of these.
fn hold_back(samples: &mut [f32], level: f32) -> f32 {
    let peak = |row: &[f32]| {
        row.iter()
            .fold(0.0, |peak: f32, sample| peak.max(sample.abs()))
    };
    let allowed: Vec<f32> = samples
        .chunks(ROW)
        .map(|row| 1.0 / peak(row).max(1.0))
        .collect();
    if level == 1.0 && allowed.iter().all(|allowed| *allowed == 1.0) {
        return 1.0;
    }
    // The level at the end of each row: no higher than that row and the next one allow, and near its neighbours.
    let next = allowed.iter().skip(1).chain(allowed.last());
    let mut ends: Vec<f32> = allowed.iter().zip(next).map(|(a, b)| a.min(*b)).collect();
    for at in (1..ends.len()).rev() {
        ends[at - 1] = ends[at - 1].min(ends[at] + LEVEL_STEP);
    }
    let mut from = level;
    for (row, end) in samples.chunks_mut(ROW).zip(ends) {
        let to = end.min(from + LEVEL_STEP);
        let frames = row.len() as f32;
        for (at, sample) in row.iter_mut().enumerate() {
            let level = from + (to - from) * at as f32 / frames;
            *sample = (*sample * level).clamp(-1.0, 1.0);
        }
        from = to;
    }
    from
}
