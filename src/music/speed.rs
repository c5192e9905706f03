//! How fast songs are played, at their own pitch.

use std::fmt;
use std::str::FromStr;

/// From half to three times as fast as they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed(f32);

impl Speed {
    /// The slowest and the fastest.
    pub const RANGE: std::ops::RangeInclusive<f32> = 0.5..=3.0;

    /// `None`: out of [`Self::RANGE`].
    pub fn new(times: f32) -> Option<Self> {
        Self::RANGE.contains(&times).then_some(Self(times))
    }

    /// Times as fast as it is.
    pub fn times(self) -> f32 {
        self.0
    }

    /// Whether songs are played as they are.
    pub fn is_usual(self) -> bool {
        self.0 == 1.0
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self(1.0)
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl FromStr for Speed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let number = text.trim_end_matches(['x', '×']).parse().ok();
        number
            .and_then(Self::new)
            .ok_or_else(|| "a speed is a number from 0.5 to 3; 1 is as it is".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds() {
        let times = |text: &str| text.parse::<Speed>().map(Speed::times);
        assert_eq!(times("1.25"), Ok(1.25));
        assert_eq!(times("2x"), Ok(2.0));
        assert!(Speed::default().is_usual());
        for wrong in ["", "x", "0.4", "3.1", "-1", "nan", "inf"] {
            assert!(times(wrong).is_err(), "{wrong}");
        }
    }
}
