//! The equaliser on samples: a row of biquads. It decides no curve. No lock, no allocation, no system call: it runs in the
//! callback.
//!
//! Coefficients: R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients" (W3C Group Note,
//! 2021). Each is a transposed direct form II in `f64`: a peak at 20 Hz and 192 kHz has its poles so near the unit circle
//! that `f32` would add noise of its own. Where the curve is flat no sample is touched.
//!
//! A new curve comes in within 20 ms while the old one fades out, both hearing the same samples: nothing clicks.

use super::settle;
use crate::music::{Band, Equaliser, MAX_BANDS, Shape};

const CHANNELS: usize = 2;
/// Time from the old curve to the new one.
const FADE_SECONDS: f32 = 0.020;
/// What a filter must have heard so that its past no longer matters: the lowest bell of an octave rings for less.
const MEMORY_SECONDS: f32 = 0.25;
/// States below this are silence; far smaller ones cost a processor a hundred times the time.
const SILENCE: f64 = 1e-30;

/// A curve as the filters take it: plain words, without a place on the heap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::engine) struct Setting {
    preamp_db: f32,
    bands: [Option<Band>; MAX_BANDS],
}

impl Setting {
    /// No sample is touched.
    pub(in crate::engine) const FLAT: Self = Self {
        preamp_db: 0.0,
        bands: [None; MAX_BANDS],
    };

    /// `preamp_db`: what all is raised by. More bands than there may be are left out.
    pub(in crate::engine) fn new(
        preamp_db: f32,
        bands: impl IntoIterator<Item = Option<Band>>,
    ) -> Self {
        let mut setting = Self {
            preamp_db,
            ..Self::FLAT
        };
        for (place, band) in setting.bands.iter_mut().zip(bands) {
            *place = band;
        }
        setting
    }

    /// What all is raised by, in dB.
    pub(in crate::engine) fn preamp_db(&self) -> f32 {
        self.preamp_db
    }

    /// The bands, and nothing in the places that are left.
    pub(in crate::engine) fn bands(&self) -> &[Option<Band>; MAX_BANDS] {
        &self.bands
    }
}

impl From<&Equaliser> for Setting {
    fn from(curve: &Equaliser) -> Self {
        match curve.is_flat() {
            true => Self::FLAT,
            false => Self::new(curve.preamp_db(), curve.bands().iter().copied().map(Some)),
        }
    }
}

/// One band, and what it remembers of each channel.
#[derive(Clone, Copy)]
struct Biquad {
    b: [f64; 3],
    a: [f64; 2],
    memory: [[f64; CHANNELS]; 2],
}

impl Biquad {
    const ABSENT: Self = Self {
        b: [1.0, 0.0, 0.0],
        a: [0.0; 2],
        memory: [[0.0; CHANNELS]; 2],
    };

    fn new(band: &Band, rate: u32) -> Self {
        let a = 10f64.powf(f64::from(band.gain_db()) / 40.0);
        let (sine, cosine) = band.radians_at(rate).sin_cos();
        let alpha = sine / (2.0 * f64::from(band.q()));
        let (b, [a0, a1, a2]) = match band.shape() {
            Shape::Peak => (
                [1.0 + alpha * a, -2.0 * cosine, 1.0 - alpha * a],
                [1.0 + alpha / a, -2.0 * cosine, 1.0 - alpha / a],
            ),
            Shape::LowShelf => shelf(a, alpha, cosine),
            // The low one, seen from the other end.
            Shape::HighShelf => {
                let ([b0, b1, b2], [a0, a1, a2]) = shelf(a, alpha, -cosine);
                ([b0, -b1, b2], [a0, -a1, a2])
            }
        };
        Self {
            b: b.map(|b| b / a0),
            a: [a1 / a0, a2 / a0],
            ..Self::ABSENT
        }
    }

    fn step(&mut self, frame: [f64; CHANNELS]) -> [f64; CHANNELS] {
        let ([b0, b1, b2], [a1, a2]) = (self.b, self.a);
        let [one, two] = &mut self.memory;
        std::array::from_fn(|n| {
            let (x, y) = (frame[n], b0 * frame[n] + one[n]);
            one[n] = b1 * x - a1 * y + two[n];
            two[n] = b2 * x - a2 * y;
            y
        })
    }

    fn hush(&mut self) {
        for state in self.memory.as_flattened_mut() {
            if !state.is_finite() || state.abs() < SILENCE {
                *state = 0.0;
            }
        }
    }
}

/// Numerator and denominator of a low shelf.
fn shelf(a: f64, alpha: f64, cosine: f64) -> ([f64; 3], [f64; 3]) {
    let (up, down, side) = (a + 1.0, a - 1.0, 2.0 * a.sqrt() * alpha);
    (
        [
            a * (up - down * cosine + side),
            2.0 * a * (down - up * cosine),
            a * (up - down * cosine - side),
        ],
        [
            up + down * cosine + side,
            -2.0 * (down + up * cosine),
            up + down * cosine - side,
        ],
    )
}

/// All bands of one curve.
#[derive(Clone, Copy)]
struct Row {
    factor: f64,
    count: usize,
    biquads: [Biquad; MAX_BANDS],
}

impl Row {
    const ABSENT: Self = Self {
        factor: 1.0,
        count: 0,
        biquads: [Biquad::ABSENT; MAX_BANDS],
    };

    fn new(setting: &Setting, rate: u32) -> Self {
        let mut row = Self {
            factor: 10f64.powf(f64::from(setting.preamp_db()) / 20.0),
            ..Self::ABSENT
        };
        let bands = setting.bands().iter().flatten();
        for band in bands.filter(|band| band.sounds_at(rate)) {
            row.biquads[row.count] = Biquad::new(band, rate);
            row.count += 1;
        }
        row
    }

    fn is_absent(&self) -> bool {
        self.count == 0 && self.factor == 1.0
    }

    /// It has heard what the other one has: what one band remembers is near what its successor would.
    fn remembering(mut self, other: &Self) -> Self {
        for (mine, its) in self.biquads.iter_mut().zip(&other.biquads) {
            mine.memory = its.memory;
        }
        self
    }

    fn step(&mut self, frame: [f64; CHANNELS]) -> [f64; CHANNELS] {
        let raised = frame.map(|sample| sample * self.factor);
        let biquads = self.biquads[..self.count].iter_mut();
        biquads.fold(raised, |frame, biquad| biquad.step(frame))
    }

    fn hear(&mut self, frames: &[f32]) {
        for frame in frames.as_chunks::<CHANNELS>().0 {
            self.step(frame.map(f64::from));
        }
    }

    fn forget(&mut self) {
        for biquad in &mut self.biquads {
            biquad.memory = Biquad::ABSENT.memory;
        }
    }

    fn hush(&mut self) {
        self.biquads[..self.count].iter_mut().for_each(Biquad::hush);
    }
}

/// The equaliser of one stream.
pub(in crate::engine) struct Filters {
    rate: u32,
    setting: Setting,
    now: Row,
    before: Row,
    /// Frames until the curve before is gone.
    fade_left: usize,
    /// Nothing has passed yet: there is nothing to fade from.
    is_fresh: bool,
}

impl Default for Filters {
    fn default() -> Self {
        Self {
            rate: 0,
            setting: Setting::FLAT,
            now: Row::ABSENT,
            before: Row::ABSENT,
            fade_left: 0,
            is_fresh: true,
        }
    }
}

impl Filters {
    /// What passes from now on is of this rate; what was heard before it was another stream's.
    pub(in crate::engine) fn tune(&mut self, rate: u32) {
        if rate != self.rate {
            self.rate = rate;
            self.now = Row::new(&self.setting, rate);
            self.fade_left = 0;
            self.is_fresh = true;
        }
    }

    /// Another curve; `false`: the last one is still coming in, and it is to be said again.
    pub(in crate::engine) fn set(&mut self, setting: Setting) -> bool {
        if self.fade_left > 0 {
            return false;
        }
        self.setting = setting;
        self.before = self.now;
        self.now = Row::new(&setting, self.rate).remembering(&self.before);
        self.fade_left = if self.is_fresh { 0 } else { self.fade_frames() };
        true
    }

    /// Frames from the old curve to the new one.
    pub(in crate::engine) fn fade_frames(&self) -> usize {
        (FADE_SECONDS * self.rate as f32) as usize
    }

    /// Frames after which the past no longer matters.
    pub(in crate::engine) fn memory_frames(&self) -> usize {
        (MEMORY_SECONDS * self.rate as f32) as usize
    }

    /// Every sample passes as it is.
    pub(in crate::engine) fn is_absent(&self) -> bool {
        self.fade_left == 0 && self.now.is_absent()
    }

    /// What comes next does not follow what came last.
    pub(in crate::engine) fn forget(&mut self) {
        self.now.forget();
        self.before.forget();
    }

    /// Goes back to behind these frames (interleaved stereo), with so many left in which the old curve fades out.
    pub(in crate::engine) fn go_back(&mut self, past: &[f32], fade_left: usize) {
        if self.now.is_absent() && self.before.is_absent() {
            return;
        }
        self.forget();
        self.fade_left = fade_left;
        self.now.hear(past);
        if fade_left > 0 {
            self.before.hear(past);
        }
    }

    /// Shapes these frames (interleaved stereo). What goes beyond full scale is held there.
    pub(in crate::engine) fn run(&mut self, frames: &mut [f32]) {
        self.is_fresh &= frames.is_empty();
        if self.is_absent() {
            return;
        }
        let (fading, rest) = frames.split_at_mut((self.fade_left * CHANNELS).min(frames.len()));
        self.cross(fading);
        if !self.now.is_absent() {
            for frame in rest.as_chunks_mut::<CHANNELS>().0 {
                *frame = self
                    .now
                    .step(frame.map(f64::from))
                    .map(|sample| sample as f32);
            }
            settle(rest, 1.0);
        }
        self.now.hush();
    }

    fn cross(&mut self, frames: &mut [f32]) {
        let length = self.fade_frames().max(1) as f64;
        for frame in frames.as_chunks_mut::<CHANNELS>().0 {
            let heard = frame.map(f64::from);
            let (new, old) = (self.now.step(heard), self.before.step(heard));
            let way = 1.0 - self.fade_left as f64 / length;
            *frame = std::array::from_fn(|n| (old[n] + way * (new[n] - old[n])) as f32);
            self.fade_left -= 1;
        }
        settle(frames, 1.0);
    }
}

#[cfg(test)]
mod tests;
