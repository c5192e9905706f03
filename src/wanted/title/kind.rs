//! The kinds of versions, and what each means for a match. It reads no title.

/// A kind of version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs)]
pub enum Kind {
    Remaster,
    Mono,
    Stereo,
    SameCut,
    Explicit,
    Clean,
    Soundtrack,
    Live,
    Acoustic,
    Demo,
    Orchestral,
    Remix,
    Instrumental,
    Acappella,
    Karaoke,
    Speed,
    Rerecorded,
    Reprise,
    Interlude,
    TvSize,
    Language,
    Alternate,
    Commentary,
    Named,
    Edit,
    Extended,
    Dated,
}

/// What it means for a match that a tag is on one side only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// Nothing: the recording is the same.
    None,
    /// That a copy which says the same is preferred.
    Preference,
    /// That it is the same if the length agrees.
    Length,
    /// That it is another recording.
    Another,
}

impl Kind {
    /// What it means that a tag of this kind is on one side only.
    pub fn bearing(self) -> Bearing {
        match self {
            Self::Remaster | Self::SameCut | Self::Soundtrack => Bearing::None,
            Self::Mono | Self::Stereo | Self::Explicit | Self::Clean => Bearing::Preference,
            Self::Edit | Self::Extended | Self::Dated => Bearing::Length,
            _ => Bearing::Another,
        }
    }

    /// The version in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Remaster => "remaster",
            Self::Mono => "mono",
            Self::Stereo => "stereo",
            Self::SameCut => "album version",
            Self::Explicit => "explicit",
            Self::Clean => "clean",
            Self::Soundtrack => "soundtrack",
            Self::Live => "live",
            Self::Acoustic => "acoustic",
            Self::Demo => "demo",
            Self::Orchestral => "orchestral",
            Self::Remix => "remix",
            Self::Instrumental => "instrumental",
            Self::Acappella => "a cappella",
            Self::Karaoke => "karaoke or cover",
            Self::Speed => "changed speed",
            Self::Rerecorded => "re-recorded",
            Self::Reprise => "reprise",
            Self::Interlude => "interlude",
            Self::TvSize => "TV size",
            Self::Language => "another language",
            Self::Alternate => "alternate take",
            Self::Commentary => "commentary",
            Self::Named => "version",
            Self::Edit => "edit",
            Self::Extended => "extended",
            Self::Dated => "of a year",
        }
    }
}

/// A version that a title names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tag {
    /// What kind of version.
    pub kind: Kind,
    /// Whose remix, which concert, which language: words, folded; empty where it is not told.
    pub detail: String,
}
