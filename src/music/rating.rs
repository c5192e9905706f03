//! Stars, in halves. It never guesses what another player meant by a number.

use serde::{Deserialize, Serialize};
use std::fmt;

/// None to five stars, in halves.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Rating(u8);

impl Rating {
    /// Half stars in five stars.
    pub const MOST_HALVES: u8 = 10;

    /// The rating of so many half stars; more than ten are ten.
    pub fn from_halves(halves: u8) -> Self {
        Self(halves.min(Self::MOST_HALVES))
    }

    /// The rating of so many stars, 0 to 5 in halves; `None`: it is another number.
    pub fn from_stars(stars: f32) -> Option<Self> {
        let halves = stars * 2.0;
        let is_one =
            halves.fract() == 0.0 && (0.0..=f32::from(Self::MOST_HALVES)).contains(&halves);
        is_one.then_some(Self(halves as u8))
    }

    /// Half stars, 0 to 10.
    pub fn halves(self) -> u8 {
        self.0
    }

    /// Stars, 0 to 5.
    pub fn stars(self) -> f32 {
        f32::from(self.0) / 2.0
    }
}

impl fmt::Display for Rating {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.stars())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_and_stars() {
        assert_eq!(Rating::from_halves(7).to_string(), "3.5");
        assert_eq!(Rating::from_halves(200).stars(), 5.0);
    }
}
