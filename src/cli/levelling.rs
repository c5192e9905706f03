//! The options that say how songs are levelled, for every verb that plays.

use crate::music::{Levelling, Loudness};

/// How loud songs are played.
#[derive(clap::Args, Clone, Copy, Default)]
pub struct LevelArgs {
    /// Even out loudness: `auto`, `track`, `album`, or `off`, which leaves every sample as it is
    ///
    /// `auto`, as where nothing is said: an album keeps its own balance, other songs are all played equally loud. Gains
    /// come from tags, else from what `standin verify` has measured, else a cautious one is taken. Nothing is limited:
    /// where a peak would go beyond full scale the whole song is played less loud. STANDIN_REPLAYGAIN in the environment
    /// says what is meant where this option is not given.
    #[arg(long, value_name = "HOW", env = "STANDIN_REPLAYGAIN", hide_env = true)]
    replaygain: Option<How>,
    /// dB added to every gain: `-3`, `4.5`
    #[arg(long, value_name = "DB", allow_negative_numbers = true, value_parser = parse_preamp)]
    preamp: Option<f32>,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum How {
    Auto,
    Track,
    Album,
    Off,
}

/// More is a slip, in either direction.
const MOST_PREAMP_DB: f32 = 24.0;

impl LevelArgs {
    /// Whether a preamp was typed.
    pub fn has_preamp(&self) -> bool {
        self.preamp.is_some()
    }

    /// Whether it was said which gains are applied.
    pub fn is_typed(self) -> bool {
        self.replaygain.is_some()
    }

    /// What was asked for; `usual` where nothing was.
    pub fn or(self, usual: Levelling) -> Levelling {
        Levelling {
            how: self.replaygain.map_or(usual.how, Loudness::from),
            preamp_db: self.preamp.unwrap_or(usual.preamp_db),
        }
    }
}

impl From<How> for Loudness {
    fn from(asked: How) -> Self {
        match asked {
            How::Auto => Self::Auto,
            How::Track => Self::Track,
            How::Album => Self::Album,
            How::Off => Self::Off,
        }
    }
}

fn parse_preamp(text: &str) -> Result<f32, String> {
    let number = text.trim_end_matches("dB").trim().parse::<f32>();
    number
        .ok()
        .filter(|db| db.abs() <= MOST_PREAMP_DB)
        .ok_or_else(|| {
            format!("a preamp is a number of dB from -{MOST_PREAMP_DB} to {MOST_PREAMP_DB}")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preamps() {
        assert_eq!(parse_preamp("-3"), Ok(-3.0));
        assert_eq!(parse_preamp("4.5 dB"), Ok(4.5));
        for wrong in ["", "loud", "25", "-25", "nan", "inf"] {
            assert!(parse_preamp(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_asked_for_goes_before_what_is_usual() {
        let usual = Levelling {
            how: Loudness::Album,
            preamp_db: 2.0,
        };
        let none = LevelArgs {
            replaygain: None,
            preamp: None,
        };
        assert_eq!(none.or(usual), usual);
        let asked = LevelArgs {
            replaygain: Some(How::Off),
            preamp: Some(0.0),
        };
        assert_eq!(
            asked.or(usual),
            Levelling {
                how: Loudness::Off,
                preamp_db: 0.0
            }
        );
    }
}
