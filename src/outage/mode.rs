//! How far the guard may go by itself.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// What the guard may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// There is none.
    #[default]
    Off,
    /// It tells what it would do.
    DryRun,
    /// It asks before it steps in.
    Ask,
    /// It steps in.
    Auto,
}

impl Mode {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Off, Self::DryRun, Self::Ask, Self::Auto];

    /// The one word for it everywhere.
    pub fn word(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::DryRun => "dry-run",
            Self::Ask => "ask",
            Self::Auto => "auto",
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.word())
    }
}

impl FromStr for Mode {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mode = Self::ALL.into_iter().find(|mode| mode.word() == text);
        mode.ok_or_else(|| "a mode is off, dry-run, ask or auto".to_owned())
    }
}
