//! What decoding a file from its first to its last frame has shown. Plain data: it decodes nothing.

use super::{Blocks, Level};

/// A file that was decoded whole, or as far as it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    /// Frames a second.
    pub rate: u32,
    /// How many frames came out of it.
    pub frames: u64,
    /// All of it.
    pub whole: Heard,
    /// Each of the spans that were asked for.
    pub parts: Vec<Heard>,
    /// What is wrong with it, in order.
    pub damage: Vec<Damage>,
}

/// How loud something is, and what is needed to measure it together with others.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// By itself.
    pub level: Level,
    /// Its blocks.
    pub blocks: Blocks,
}

/// Something that is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What it comes to.
    pub kind: DamageKind,
    /// Where in the file, in ms, where it has a place.
    pub at_ms: Option<u64>,
    /// For people, without capital and full stop.
    pub what: String,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal),+ $(,)?) => {
        /// What damage comes to.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DamageKind { $($(#[$doc])* $variant),+ }

        impl DamageKind {
            /// The word for it in `--json` and in a database.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// The kind of a word.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

kinds! {
    /// The system does not give the file, or not all of it.
    Unreadable = "unreadable",
    /// Nothing in it is sound.
    NoSound = "no-sound",
    /// It may well be whole, but nothing here decodes it.
    NoDecoder = "no-decoder",
    /// A part of the sound is missing, and what follows plays.
    SteppedOver = "stepped-over",
    /// The sound ends there, before its time.
    Stops = "stops",
    /// It decodes, and its checksum says that it is other sound.
    Checksum = "checksum",
}

impl DamageKind {
    /// Whether the file is worse than it was made; else it only could not be checked.
    pub fn is_damage(self) -> bool {
        !matches!(self, Self::NoDecoder | Self::Unreadable)
    }
}
