//! The equaliser's curve as words that one thread publishes and the callback takes without waiting.

use super::controls::{Controls, Published};
use super::shape::{Filters, Setting};
use crate::music::{Band, Equaliser, MAX_BANDS, Shape};

/// The preamp, then two words a band.
const WORDS: usize = 1 + 2 * MAX_BANDS;

/// What [`Controls`] holds of the equaliser.
#[derive(Debug)]
pub(super) struct CurveWords(Published<WORDS>);

impl Default for CurveWords {
    fn default() -> Self {
        Self(Published::new())
    }
}

impl CurveWords {
    /// Which change this is; another one after each.
    pub(super) fn turn(&self) -> u64 {
        self.0.turn()
    }

    fn publish(&self, setting: &Setting) {
        let mut words = [0; WORDS];
        words[0] = u64::from(setting.preamp_db().to_bits());
        let (places, _) = words[1..].as_chunks_mut::<2>();
        for (place, band) in places.iter_mut().zip(setting.bands()) {
            *place = band.as_ref().map_or([0; 2], to_words);
        }
        self.0.publish(words);
    }

    /// `None` while it changes: to be asked again with the next block.
    fn read(&self) -> Option<(u64, Setting)> {
        let (turn, words) = self.0.read()?;
        let (bands, _) = words[1..].as_chunks::<2>();
        let setting = Setting::new(f32::from_bits(words[0] as u32), bands.iter().map(of_words));
        Some((turn, setting))
    }
}

fn pair(high: u32, low: u32) -> u64 {
    u64::from(high) << 32 | u64::from(low)
}

/// A band's second word is never 0: its Q is not.
fn to_words(band: &Band) -> [u64; 2] {
    let shape = match band.shape() {
        Shape::Peak => 0,
        Shape::LowShelf => 1,
        Shape::HighShelf => 2,
    };
    [
        pair(band.hz().to_bits(), band.gain_db().to_bits()),
        pair(shape, band.q().to_bits()),
    ]
}

fn of_words(words: &[u64; 2]) -> Option<Band> {
    let [one, two] = *words;
    let shape = match two >> 32 {
        1 => Shape::LowShelf,
        2 => Shape::HighShelf,
        _ => Shape::Peak,
    };
    let float = |word: u64| f32::from_bits(word as u32);
    let is_band = two != 0;
    is_band
        .then(|| Band::new(shape, float(one >> 32), float(one), float(two)).ok())
        .flatten()
}

impl Controls {
    /// All that is taken from now on is shaped so. Bit-perfect playing touches no sample. To be called by one thread at a
    /// time.
    pub(super) fn equalise(&self, curve: &Equaliser) {
        if !self.is_bit_perfect() {
            self.curve.publish(&curve.into());
        }
    }
}

/// The filters of a stream, and which change they have taken.
#[derive(Default)]
pub(super) struct Shaping {
    filters: Filters,
    turn: u64,
}

impl Shaping {
    /// Takes the curve that holds now; `true`: it is another one. `rate`: of what passes.
    pub(super) fn take(&mut self, curve: &CurveWords, rate: u32) -> bool {
        self.filters.tune(rate);
        if curve.turn() == self.turn {
            return false;
        }
        let Some((turn, setting)) = curve.read() else {
            return false;
        };
        let is_taken = self.filters.set(setting);
        if is_taken {
            self.turn = turn;
        }
        is_taken
    }

    /// What it shapes with.
    pub(super) fn filters(&mut self) -> &mut Filters {
        &mut self.filters
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_comes_back_as_it_was_published() {
        let controls = Controls::new(100);
        assert_eq!(controls.curve.read(), Some((0, Setting::FLAT)));
        let bands = [
            Band::new(Shape::LowShelf, 105.0, 6.5, 0.7),
            Band::new(Shape::Peak, 2_000.5, -3.25, 1.41),
            Band::new(Shape::HighShelf, 10_000.0, 0.0, 0.5),
        ];
        let bands = bands.into_iter().collect::<Result<_, _>>().unwrap();
        let curve = Equaliser::new(None, bands).unwrap();
        controls.equalise(&curve);
        let (turn, setting) = controls.curve.read().unwrap();
        assert_eq!(setting, Setting::from(&curve));
        assert_eq!(
            (setting.preamp_db(), turn),
            (curve.preamp_db(), controls.curve.turn())
        );
        controls.equalise(&Equaliser::default());
        assert_eq!(controls.curve.read().unwrap().1, Setting::FLAT);
    }

    #[test]
    fn bit_perfect_playing_takes_no_curve() {
        let controls = Controls::new(100);
        controls.be_bit_perfect();
        controls.equalise(&Equaliser::default().with_gain(1, 6.0).unwrap());
        assert_eq!(controls.curve.read(), Some((0, Setting::FLAT)));
    }
}
