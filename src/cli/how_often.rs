//! How often a song was heard here, as `info` tells it.

use super::out::count;
use crate::library::person::{About, Person, PersonError};
use serde_json::{Value, json};

/// What is known of the listenings of a song.
#[derive(Default)]
pub struct HowOften {
    about: About,
    /// The times in it, by the local clock; empty where there is none.
    last_played: String,
    last_skipped: String,
}

impl HowOften {
    /// By what is kept of its audio.
    pub fn of(about: About, person: &Person) -> Result<Self, PersonError> {
        let words =
            |at_ms: Option<i64>| at_ms.map_or(Ok(String::new()), |ms| person.local_time(ms));
        Ok(Self {
            last_played: words(about.played_at_ms)?,
            last_skipped: words(about.skipped_at_ms)?,
            about,
        })
    }

    /// Adds it to the JSON of the song.
    pub fn insert_into(&self, value: &mut Value) {
        let about = &self.about;
        value["heard"] = json!({
            "plays": about.plays, "skips": about.skips,
            "played_at_ms": about.played_at_ms, "skipped_at_ms": about.skipped_at_ms,
        });
    }

    /// `3 times, last 2026-11-24 15:30`; empty: never.
    pub fn played_words(&self) -> String {
        words(self.about.plays, &self.last_played)
    }

    /// The same of skips.
    pub fn skipped_words(&self) -> String {
        words(self.about.skips, &self.last_skipped)
    }
}

fn words(times: u32, last: &str) -> String {
    match times {
        0 => String::new(),
        1 => format!("once, {last}"),
        times => format!("{} times, last {last}", count(times)),
    }
}
