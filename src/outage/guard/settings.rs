//! What a guard is told once, and what it is doing.

use crate::outage::{Mode, Profile, ServiceOf, built_in};

/// What a guard is told once.
#[derive(Clone, Debug)]
pub struct Settings {
    /// What it may do.
    pub mode: Mode,
    /// Whether a service that is back gets the music back, at a song's end.
    pub hands_back: bool,
    /// The clients that it knows; the first that fits a name counts.
    pub profiles: Vec<Profile>,
    /// Who plays from which service; it goes before what the profiles say.
    pub services: Vec<ServiceOf>,
    /// Moves the times of probes.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            mode: Mode::Off,
            hands_back: false,
            profiles: built_in(),
            services: Vec::new(),
            seed: 0,
        }
    }
}

/// What the guard is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum State {
    /// No client plays.
    #[default]
    Idle,
    /// One does, and all seems well.
    Watch,
    /// It is silent, or something fails.
    Suspect,
    /// Its service or the network fails, and it plays on from its cache.
    Ready,
    /// Our music plays in its place, or would.
    TakeOver,
    /// The same, and the service is back.
    Recovering,
    /// The person ended our music.
    Manual,
}

impl State {
    /// In one word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Watch => "watch",
            Self::Suspect => "suspect",
            Self::Ready => "ready",
            Self::TakeOver => "take-over",
            Self::Recovering => "recovering",
            Self::Manual => "manual",
        }
    }
}
