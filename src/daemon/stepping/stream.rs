//! What a streaming client last played: one small file in the state folder, so that `standin now` can go on there though no
//! guard runs any more. It is a hint, and worth nothing after a day.

use crate::outage::TakeOver;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

const NAME: &str = "stream.json";

/// A file larger than this is none of ours. In bytes.
const MAX_BYTES: u64 = 256 << 10;

/// After so long nobody means to go on there, in ms.
const HOLDS_MS: i64 = 24 * 60 * 60 * 1_000;

/// What was played, and when.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Streamed {
    /// When that was known last, in ms since 1970.
    pub at_ms: i64,
    /// What.
    pub played: TakeOver,
}

impl Streamed {
    pub(super) fn now(played: TakeOver) -> Self {
        Self {
            at_ms: unix_ms(),
            played,
        }
    }

    /// How long ago that was, in ms.
    pub fn age_ms(&self) -> u64 {
        unix_ms().saturating_sub(self.at_ms).max(0).unsigned_abs()
    }

    /// Writes it in place of the one before.
    pub(super) fn write(&self, state: &Path) -> io::Result<()> {
        std::fs::create_dir_all(state)?;
        let beside = state.join(format!("{NAME}.new"));
        std::fs::write(&beside, serde_json::to_vec(self)?)?;
        std::fs::rename(&beside, state.join(NAME))
    }

    /// What was played within the last day; of a file that cannot be read nothing is known.
    pub fn read(state: &Path) -> Option<Self> {
        let path = state.join(NAME);
        let size = std::fs::metadata(&path).ok()?.len();
        if size > MAX_BYTES {
            return None;
        }
        let streamed: Self = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
        let age = unix_ms().saturating_sub(streamed.at_ms);
        (0..HOLDS_MS).contains(&age).then_some(streamed)
    }
}

/// Now, in ms since 1970.
pub(super) fn unix_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_for_a_day_and_a_damaged_one_says_nothing() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(Streamed::read(dir.path()), None);
        let mut streamed = Streamed::now(TakeOver::default());
        streamed.write(dir.path()).unwrap();
        assert_eq!(Streamed::read(dir.path()), Some(streamed.clone()));
        for (age, holds) in [
            (HOLDS_MS - 60_000, true),
            (HOLDS_MS, false),
            (-60_000, false),
        ] {
            streamed.at_ms = unix_ms() - age;
            streamed.write(dir.path()).unwrap();
            assert_eq!(Streamed::read(dir.path()).is_some(), holds, "{age}");
        }
        std::fs::write(dir.path().join(NAME), "{").unwrap();
        assert_eq!(Streamed::read(dir.path()), None);
    }
}
