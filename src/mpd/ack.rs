//! What went wrong, as MPD says it: a number, the command and a sentence.

use crate::library::LibraryError;
use crate::library::person::PersonError;
use crate::player::Refusal;

/// MPD's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Code {
    NotList = 1,
    Arg = 2,
    Password = 3,
    Permission = 4,
    Unknown = 5,
    NoExist = 50,
    PlaylistMax = 51,
    System = 52,
    PlaylistLoad = 53,
    UpdateAlready = 54,
    PlayerSync = 55,
    Exist = 56,
}

/// A command that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ack {
    /// MPD's number of the reason.
    pub code: Code,
    /// What happened.
    pub message: String,
}

impl Ack {
    /// A refusal.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        let message = message.into();
        Self { code, message }
    }

    /// An argument that is wrong.
    pub fn arg(message: impl Into<String>) -> Self {
        Self::new(Code::Arg, message)
    }

    /// Something that is not there.
    pub fn no_exist(message: impl Into<String>) -> Self {
        Self::new(Code::NoExist, message)
    }

    /// The line that tells a client: `at` is the command's place in its list. What a person wrote and is told again
    /// cannot end the line.
    pub fn line(&self, at: usize, command: &str) -> String {
        let message: String = self.message.chars().filter(|c| !c.is_control()).collect();
        format!("ACK [{}@{at}] {{{command}}} {message}\n", self.code as u32)
    }
}

impl From<LibraryError> for Ack {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::Person(error) => error.into(),
            error => Self::new(Code::System, error.to_string()),
        }
    }
}

impl From<PersonError> for Ack {
    fn from(error: PersonError) -> Self {
        match &error {
            PersonError::NoSuchPlaylist { .. } => Self::no_exist("No such playlist"),
            PersonError::AlreadyThere { .. } => Self::new(Code::Exist, "Playlist already exists"),
            PersonError::BadName { .. } => Self::arg("Bad playlist name"),
            PersonError::NoSuchRow { .. } => Self::arg("Bad song index"),
            PersonError::TooManyRows { .. } => {
                Self::new(Code::PlaylistMax, "Stored playlist is too large")
            }
            PersonError::BadSticker { .. } => Self::arg(error.to_string()),
            // MPD knows no such playlists: the sentence is ours.
            PersonError::IsSmart { .. } => Self::new(Code::Permission, error.to_string()),
            _ => Self::new(Code::System, error.to_string()),
        }
    }
}

impl From<Refusal> for Ack {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NoEntry => Self::no_exist("No such song"),
            Refusal::NoPosition => Self::arg("Bad song index"),
            Refusal::Full => Self::new(Code::PlaylistMax, "Playlist is too large"),
            Refusal::Silent => Self::new(Code::PlayerSync, "Not playing"),
        }
    }
}
