//! What a band and a whole curve do to a frequency: the Cookbook's analogue prototypes, with the frequency bent as the
//! bilinear transform bends it. The filters themselves are the engine's.

use super::{Band, Equaliser, Shape};

/// Where the highest point is looked for: from 10 Hz on, so many points an octave, over so many octaves.
const LOWEST_HZ: f64 = 10.0;
const POINTS_AN_OCTAVE: u32 = 24;
const OCTAVES: u32 = 11;
/// The rate that this is done for, in Hz: at others the top octave differs a little.
const USUAL_RATE: u32 = 48_000;

impl Band {
    /// How much it raises this frequency at so many frames a second, in dB.
    pub fn response_db(&self, hz: f64, rate: u32) -> f64 {
        if !self.sounds_at(rate) {
            return 0.0;
        }
        let highest = f64::from(rate) / 2.0;
        let bent = |radians: f64| (radians / 2.0).tan();
        let radians = std::f64::consts::TAU * hz.min(highest * 0.999_999) / f64::from(rate);
        // The prototype at s = jw: its real parts have 1 − w² and the like, its imaginary ones w times something.
        let w = bent(radians) / bent(self.radians_at(rate));
        let a = 10f64.powf(f64::from(self.gain_db()) / 40.0);
        let (q, square) = (f64::from(self.q()), w * w);
        let size = |real: f64, imaginary: f64| f64::hypot(real, imaginary * w);
        let gain = match self.shape() {
            Shape::Peak => size(1.0 - square, a / q) / size(1.0 - square, 1.0 / (a * q)),
            Shape::LowShelf => {
                let slope = a.sqrt() / q;
                a * size(a - square, slope) / size(1.0 - a * square, slope)
            }
            Shape::HighShelf => {
                let slope = a.sqrt() / q;
                a * size(1.0 - a * square, slope) / size(a - square, slope)
            }
        };
        20.0 * gain.log10()
    }
}

impl Equaliser {
    /// How much all bands together raise this frequency, in dB, without the preamp.
    pub fn response_db(&self, hz: f64, rate: u32) -> f64 {
        let each = self.bands().iter();
        each.map(|band| band.response_db(hz, rate)).sum()
    }

    /// The highest point of the curve, in dB.
    pub(super) fn highest_db(&self) -> f64 {
        let points = 0..=OCTAVES * POINTS_AN_OCTAVE;
        let of_points = points.map(|point| {
            let octaves = f64::from(point) / f64::from(POINTS_AN_OCTAVE);
            LOWEST_HZ * octaves.exp2()
        });
        let of_bands = self.bands().iter().map(|band| f64::from(band.hz()));
        of_points
            .chain(of_bands)
            .map(|hz| self.response_db(hz, USUAL_RATE))
            .fold(f64::NEG_INFINITY, f64::max)
    }
}
