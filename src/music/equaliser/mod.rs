//! An equaliser as words: bands, a preamp, and what they do to each frequency. No sample passes here.
//!
//! Bands are those of R. Bristow-Johnson's "Cookbook formulae for audio equalizer biquad filter coefficients" (W3C Group
//! Note, 2021): a peak, a low shelf, a high shelf. `curve` has their response, `auto_eq` reads files, `spelling` is how a
//! curve is written in one line, on the wire and where it is kept.

mod auto_eq;
mod curve;
mod spelling;
#[cfg(test)]
mod tests;

pub use auto_eq::MAX_BYTES as MAX_EQUALISER_BYTES;

/// Bands of one equaliser; more are refused.
pub const MAX_BANDS: usize = 32;
/// What one band may raise or lower, in dB, in both directions.
pub const MAX_GAIN_DB: f32 = 30.0;
/// What a slider of the ten bands may, in dB, in both directions.
pub const MAX_SLIDER_DB: f32 = 12.0;
/// The frequencies of the ten bands, in Hz: an octave between them.
pub const TEN_BANDS_HZ: [f32; 10] = [
    31.25, 62.5, 125.0, 250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 16_000.0,
];
/// Bells of an octave.
const TEN_BANDS_Q: f32 = std::f32::consts::SQRT_2;
/// Where a band may lie, in Hz.
const HZ: std::ops::RangeInclusive<f32> = 10.0..=40_000.0;
/// How narrow a band may be.
const Q: std::ops::RangeInclusive<f32> = 0.05..=50.0;
/// Of a rate: from here on there is nothing that a band could raise.
const HIGHEST: f64 = 0.49;

/// What a band does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A bell around its frequency.
    Peak,
    /// All below its frequency; half of it, in dB, at that frequency.
    LowShelf,
    /// All above it.
    HighShelf,
}

/// One band.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    shape: Shape,
    hz: f32,
    gain_db: f32,
    q: f32,
}

/// Why something is no equaliser.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EqualiserError {
    /// A line of a file.
    #[error("line {line}: {what}")]
    Line {
        /// From 1.
        line: usize,
        /// What is wrong, and what is allowed.
        what: String,
    },
    /// The file as a whole.
    #[error("{0}")]
    File(String),
    /// A number, or a word.
    #[error("{0}")]
    Value(String),
}

impl Band {
    /// `hz`: 10 to 40,000; `gain_db`: −30 to 30; `q`: 0.05 to 50.
    pub fn new(shape: Shape, hz: f32, gain_db: f32, q: f32) -> Result<Self, EqualiserError> {
        let refuse = |what: String| Err(EqualiserError::Value(what));
        if !HZ.contains(&hz) {
            return refuse(format!(
                "{hz} Hz is not from {} to {} Hz",
                HZ.start(),
                HZ.end()
            ));
        }
        if gain_db.is_nan() || gain_db.abs() > MAX_GAIN_DB {
            return refuse(format!(
                "a gain of {gain_db} dB is not from -{MAX_GAIN_DB} to {MAX_GAIN_DB} dB"
            ));
        }
        if !Q.contains(&q) {
            return refuse(format!(
                "a Q of {q} is not from {} to {}",
                Q.start(),
                Q.end()
            ));
        }
        Ok(Self {
            shape,
            hz,
            gain_db,
            q,
        })
    }

    /// What it does.
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// Where, in Hz.
    pub fn hz(&self) -> f32 {
        self.hz
    }

    /// How much, in dB.
    pub fn gain_db(&self) -> f32 {
        self.gain_db
    }

    /// How narrow.
    pub fn q(&self) -> f32 {
        self.q
    }

    /// Whether anything comes of it at so many frames a second. A low shelf above the highest frequency lifts everything,
    /// all else there does nothing.
    pub fn sounds_at(&self, rate: u32) -> bool {
        let highest = HIGHEST * f64::from(rate);
        self.gain_db != 0.0 && (self.shape == Shape::LowShelf || f64::from(self.hz) < highest)
    }

    /// Where it lies at so many frames a second, in radians a frame: below half a turn.
    pub fn radians_at(&self, rate: u32) -> f64 {
        let of_rate = f64::from(self.hz) / f64::from(rate.max(1));
        std::f64::consts::TAU * of_rate.min(HIGHEST)
    }
}

/// A curve, and what it is lowered by so that nothing goes beyond full scale.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Equaliser {
    preamp_db: Option<f32>,
    bands: Vec<Band>,
}

impl Equaliser {
    /// `preamp_db`: −30 to 30; `None`: as low as the highest point of the curve wants it.
    pub fn new(preamp_db: Option<f32>, bands: Vec<Band>) -> Result<Self, EqualiserError> {
        if bands.len() > MAX_BANDS {
            let what = format!("an equaliser has {MAX_BANDS} bands at most");
            return Err(EqualiserError::Value(what));
        }
        Self {
            preamp_db: None,
            bands,
        }
        .with_preamp(preamp_db)
    }

    /// Ten sliders, in dB, each −12 to 12.
    pub fn ten_bands(gains_db: [f32; 10]) -> Result<Self, EqualiserError> {
        let bands = TEN_BANDS_HZ.iter().zip(gains_db).map(|(hz, gain_db)| {
            slider(gain_db)?;
            Band::new(Shape::Peak, *hz, gain_db, TEN_BANDS_Q)
        });
        Self::new(None, bands.collect::<Result<_, _>>()?)
    }

    /// Whether it is ten sliders.
    pub fn is_ten_bands(&self) -> bool {
        let is_slider = |(band, hz): (&Band, &f32)| {
            band.shape == Shape::Peak && band.hz == *hz && band.q == TEN_BANDS_Q
        };
        self.bands.len() == TEN_BANDS_HZ.len()
            && self.bands.iter().zip(&TEN_BANDS_HZ).all(is_slider)
    }

    /// The bands, in their order.
    pub fn bands(&self) -> &[Band] {
        &self.bands
    }

    /// Band `number`, from 1, with another gain; where there are no bands yet, of ten flat ones.
    pub fn with_gain(self, number: usize, gain_db: f32) -> Result<Self, EqualiserError> {
        let mut changed = match self.bands.is_empty() {
            true => Self::ten_bands([0.0; 10])?.with_preamp(self.preamp_db)?,
            false => self,
        };
        if changed.is_ten_bands() {
            slider(gain_db)?;
        }
        let count = changed.bands.len();
        let band = number
            .checked_sub(1)
            .and_then(|at| changed.bands.get_mut(at));
        let Some(band) = band else {
            let what = format!("there is no band {number}: they are 1 to {count}");
            return Err(EqualiserError::Value(what));
        };
        *band = Band::new(band.shape, band.hz, gain_db, band.q)?;
        Ok(changed)
    }

    /// With another preamp; see [`Self::new`].
    pub fn with_preamp(self, preamp_db: Option<f32>) -> Result<Self, EqualiserError> {
        match preamp_db {
            Some(db) if db.is_nan() || db.abs() > MAX_GAIN_DB => Err(EqualiserError::Value(
                format!("a preamp of {db} dB is not from -{MAX_GAIN_DB} to {MAX_GAIN_DB} dB"),
            )),
            _ => Ok(Self { preamp_db, ..self }),
        }
    }

    /// The preamp that was asked for, in dB.
    pub fn said_preamp_db(&self) -> Option<f32> {
        self.preamp_db
    }

    /// The preamp that holds, in dB.
    pub fn preamp_db(&self) -> f32 {
        self.preamp_db
            .unwrap_or_else(|| 0.0 - self.highest_db().max(0.0) as f32)
    }

    /// Whether every sample stays what it is.
    pub fn is_flat(&self) -> bool {
        self.bands.iter().all(|band| band.gain_db == 0.0) && self.preamp_db() == 0.0
    }
}

fn slider(gain_db: f32) -> Result<(), EqualiserError> {
    match gain_db.abs() <= MAX_SLIDER_DB {
        true => Ok(()),
        false => Err(EqualiserError::Value(format!(
            "{gain_db} dB is not from -{MAX_SLIDER_DB} to {MAX_SLIDER_DB} dB"
        ))),
    }
}

/// What is done to all that is played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Equalising {
    /// Whether it is done.
    pub is_on: bool,
    /// What people call the curve: the name of its file. Empty where it has none.
    pub name: String,
    /// What is done.
    pub curve: Equaliser,
}

impl Equalising {
    /// What is done in effect: nothing while it is off.
    pub fn in_effect(&self) -> Equaliser {
        match self.is_on {
            true => self.curve.clone(),
            false => Equaliser::default(),
        }
    }
}
