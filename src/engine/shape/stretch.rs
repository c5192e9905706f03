//! A song faster or slower at its own pitch. It decides no speed.
//!
//! WSOLA: W. Verhelst and M. Roelands, "An overlap-add technique based on waveform similarity (WSOLA) for high quality
//! time-scale modification of speech", ICASSP 1993. Each 20 ms of what is heard fade from what would have come next in the
//! song over to a piece further on or back; of the pieces within 12 ms of where it should lie, the one that is most alike
//! is taken. Good for speech and most music up to twice the speed; beyond that, and on sharp beats, it is heard.

const CHANNELS: usize = 2;
/// From one piece to the next, in what is heard.
const HOP_SECONDS: f64 = 0.020;
/// How far from its place a piece may lie: together longer than the period of the lowest voice.
const REACH_SECONDS: f64 = 0.012;
/// The rate that pieces are first compared at, in Hz.
const COARSE_RATE: u32 = 11_025;

/// Stretches one song, frame by frame (interleaved stereo).
pub(in crate::engine) struct Stretch {
    speed: f64,
    hop: usize,
    reach: usize,
    /// Frames to a step of the first comparison.
    coarse: usize,
    input: Vec<f32>,
    /// The frame of the song that `input` begins with.
    origin: usize,
    /// Hops that were made.
    made: usize,
    /// Where the last piece begins in the song.
    last: usize,
}

impl Stretch {
    /// `rate`: frames a second; `speed`: more than 1 is faster.
    pub(in crate::engine) fn new(rate: u32, speed: f64) -> Self {
        let frames = |seconds: f64| ((seconds * f64::from(rate)) as usize).max(1);
        Self {
            speed,
            hop: frames(HOP_SECONDS),
            reach: frames(REACH_SECONDS),
            coarse: (rate / COARSE_RATE).max(1) as usize,
            input: Vec::new(),
            origin: 0,
            made: 0,
            last: 0,
        }
    }

    /// Takes frames of the song, and appends those to `out` that are ready.
    pub(in crate::engine) fn push(&mut self, frames: &[f32], out: &mut Vec<f32>) {
        self.input.extend_from_slice(frames);
        while self.wanted() <= self.end() {
            let at = self.best();
            self.make(at, out);
        }
        self.forget();
    }

    /// The song has ended: appends what is left of it.
    pub(in crate::engine) fn finish(&mut self, out: &mut Vec<f32>) {
        while self.made > 0 && self.least() <= self.end() {
            let at = self.best();
            self.make(at, out);
        }
        let from = if self.made == 0 {
            0
        } else {
            self.last + self.hop
        };
        let rest = (from.saturating_sub(self.origin) * CHANNELS).min(self.input.len());
        out.extend_from_slice(&self.input[rest..]);
        self.input.clear();
    }

    /// The frame of the song after the last one that is here.
    fn end(&self) -> usize {
        self.origin + self.input.len() / CHANNELS
    }

    /// Where the next piece should begin.
    fn ideal(&self) -> usize {
        (self.made as f64 * self.hop as f64 * self.speed) as usize
    }

    /// Frames of the song that must be here for the next piece to be chosen freely.
    fn wanted(&self) -> usize {
        self.least().max(self.ideal() + self.reach + self.hop)
    }

    /// Frames of the song without which there is no next piece.
    fn least(&self) -> usize {
        (self.ideal() + self.hop).max(self.last + 2 * self.hop)
    }

    fn piece(&self, at: usize) -> &[f32] {
        let from = (at - self.origin) * CHANNELS;
        &self.input[from..from + self.hop * CHANNELS]
    }

    /// Where the next piece begins: that which is most like what would have come next.
    fn best(&self) -> usize {
        if self.made == 0 {
            return 0;
        }
        let ideal = self.ideal();
        let from = ideal.saturating_sub(self.reach);
        let to = (ideal + self.reach).min(self.end() - self.hop);
        let rough = self.most_alike((from..=to).step_by(self.coarse), self.coarse);
        let near = rough.saturating_sub(self.coarse).max(from)..=(rough + self.coarse).min(to);
        match self.coarse {
            1 => rough,
            _ => self.most_alike(near, 1),
        }
    }

    fn most_alike(&self, places: impl Iterator<Item = usize>, step: usize) -> usize {
        let next = self.piece(self.last + self.hop);
        let mut best = (f32::NEG_INFINITY, self.ideal());
        for place in places.filter(|place| *place >= self.origin) {
            let likeness = likeness(next, self.piece(place), step);
            if likeness > best.0 {
                best = (likeness, place);
            }
        }
        best.1
    }

    /// Fades from what would have come next over to the piece that begins there.
    fn make(&mut self, at: usize, out: &mut Vec<f32>) {
        if self.made == 0 {
            out.extend_from_slice(self.piece(0));
        } else {
            let (old, new) = (self.piece(self.last + self.hop), self.piece(at));
            let length = self.hop as f32;
            let pairs = old
                .as_chunks::<CHANNELS>()
                .0
                .iter()
                .zip(new.as_chunks::<CHANNELS>().0);
            for (n, (old, new)) in pairs.enumerate() {
                let turn = (n as f32 + 0.5) / length * std::f32::consts::PI;
                let way = 0.5 - 0.5 * turn.cos();
                out.extend(
                    (0..CHANNELS).map(|channel| old[channel] + way * (new[channel] - old[channel])),
                );
            }
        }
        self.last = at;
        self.made += 1;
    }

    /// Drops what no piece can begin with any more.
    fn forget(&mut self) {
        let next = self.ideal().saturating_sub(self.reach);
        let kept = next.min(self.last + self.hop);
        let old = kept
            .saturating_sub(self.origin)
            .min(self.input.len() / CHANNELS);
        self.input.drain(..old * CHANNELS);
        self.origin += old;
    }
}

/// How alike two pieces are, by their middle: the correlation as far as the second one's own level does not count.
fn likeness(one: &[f32], other: &[f32], step: usize) -> f32 {
    let pairs = one
        .as_chunks::<CHANNELS>()
        .0
        .iter()
        .zip(other.as_chunks::<CHANNELS>().0);
    let (mut product, mut square) = (0.0, 1e-9);
    for (one, other) in pairs.step_by(step) {
        let (one, other) = (one[0] + one[1], other[0] + other[1]);
        product += one * other;
        square += other * other;
    }
    product / f32::sqrt(square)
}

#[cfg(test)]
mod tests;
