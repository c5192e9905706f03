//! The part of a stream that is music: what lies between the encoder's delay and its padding. It reads no file.

/// The part of a track that is music.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Trim {
    /// Frames before it.
    pub skip: u64,
    /// Its length, where it is told.
    pub keep: Option<u64>,
    /// What both count, a second; `None`: frames of the rate that the container tells.
    pub units: Option<u32>,
}

impl Trim {
    /// In frames of this rate, of a track whose container tells `told_rate`.
    pub(super) fn at_rate(self, rate: u32, told_rate: u32) -> Self {
        let units = u128::from(self.units.unwrap_or(told_rate).max(1));
        let frames = |count: u64| {
            let frames = u128::from(count) * u128::from(rate) / units;
            u64::try_from(frames).unwrap_or(u64::MAX)
        };
        Self {
            skip: frames(self.skip),
            keep: self.keep.map(frames),
            units: Some(rate),
        }
    }

    /// For a track of so many frames: without a length of its own the music lasts to the end of them.
    pub(super) fn within(self, frames: Option<u64>) -> Self {
        let rest = frames.map(|frames| frames.saturating_sub(self.skip));
        Self {
            keep: match (self.keep, rest) {
                (Some(keep), Some(rest)) => Some(keep.min(rest)),
                (keep, rest) => keep.or(rest),
            },
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_become_frames() {
        let trim = Trim {
            skip: 2_048,
            keep: Some(44_100),
            units: Some(44_100),
        };
        let at_half = trim.at_rate(22_050, 44_100);
        assert_eq!((at_half.skip, at_half.keep), (1_024, Some(22_050)));
        let frames = Trim {
            units: None,
            ..trim
        }
        .at_rate(22_050, 44_100);
        assert_eq!(frames.skip, 1_024);
    }
}
