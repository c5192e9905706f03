//! The program with a screen: a client of MPD's protocol like every other, so it can sit before any server. It reaches the music by the
//! wire alone, decides nothing about it, and keeps nothing but what is seen.
//!
//! What someone does and what the server tells go into [`app`], which is pure and says what to ask; [`wire`] asks; [`paint`] makes
//! the picture; `screen` is the terminal itself.

mod action;
mod app;
mod ask;
mod cover;
mod hangup;
mod keys;
mod paint;
mod row;
mod screen;
mod wire;

pub use action::{ACTIONS, Group, Line};
pub use hangup::terminal_is_gone;
pub use keys::{KeyError, Keymap};
pub use paint::covers::Pictures;
pub use screen::run;
pub use wire::Call;

use std::sync::Arc;

/// What the config and the terminal say.
#[derive(Clone)]
pub struct Options {
    /// What each key does.
    pub keys: Keymap,
    /// Whether colours are wished for.
    pub has_colour: bool,
    /// Whether clicks are ours, and not the terminal's own.
    pub has_mouse: bool,
    /// How covers are shown.
    pub pictures: Pictures,
    /// What else can be typed after `:`.
    pub verbs: Verbs,
}

/// Verbs that no server knows: whoever begins the screen runs them.
#[derive(Clone)]
pub struct Verbs {
    /// What they are called.
    pub names: Vec<String>,
    /// Runs one with its words, and gives what it says.
    pub run: Run,
}

/// Runs a verb with its words, which come first; it may take its time.
pub type Run = Arc<dyn Fn(&[String]) -> std::io::Result<String> + Send + Sync>;

/// Why the screen ended.
#[derive(Debug, thiserror::Error)]
pub enum TuiError {
    /// The terminal cannot be taken, or is gone.
    #[error("the terminal cannot be used: {0}")]
    Terminal(#[from] std::io::Error),
}
