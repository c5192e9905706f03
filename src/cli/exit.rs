//! Exit codes and the sentence that goes with them. It never decides what went wrong.

use super::out::complain;
use crate::library::LibraryError;
use crate::library::person::PersonError;
use crate::library::query::AskedError;
use crate::library::sqlite::Trouble;
use std::io::ErrorKind;
use std::process::ExitCode;

/// How the program ends. The numbers are a promise: README and `--help` tell them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, whole.
    Done = 0,
    /// It failed.
    Failed = 1,
    /// The arguments make no sense.
    Usage = 2,
    /// Nothing fits.
    NothingFound = 3,
    /// Some files unreadable, rows unmatched.
    Partial = 4,
    /// No daemon to talk to.
    NoDaemon = 5,
    /// A music folder is away.
    RootAway = 6,
    /// There is no audio device.
    NoDevice = 7,
    /// A service is down.
    ServiceDown = 10,
    /// A service is limited, or whose fault it is cannot be told.
    Degraded = 11,
    /// It is this machine's network, or its clock.
    OwnNetwork = 12,
    /// SIGINT.
    Interrupted = 130,
    /// SIGTERM.
    Terminated = 143,
}

impl Exit {
    /// Of a run over files: a folder that is away comes first, then files that are not as they should be.
    pub fn of_files(is_whole: bool, is_all_here: bool) -> Self {
        match (is_all_here, is_whole) {
            (false, _) => Self::RootAway,
            (true, false) => Self::Partial,
            (true, true) => Self::Done,
        }
    }

    /// Where two fit, the larger cause: an absent folder explains missing songs, not the other way round.
    pub fn or_worse(self, other: Self) -> Self {
        let weight = |exit: Self| match exit {
            Self::Done => 0,
            Self::Partial => 1,
            Self::NothingFound => 2,
            Self::RootAway => 3,
            _ => 4,
        };
        if weight(other) > weight(self) {
            other
        } else {
            self
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// What a verb ends with.
pub type Outcome = Result<Exit, Stop>;

/// An end before the work was done: what happened, and what to do.
#[derive(Debug)]
pub struct Stop {
    exit: Exit,
    message: String,
    named: Vec<String>,
    hint: Option<String>,
    is_damage: bool,
}

impl Stop {
    /// An end with this code. `message`: a sentence without capital and full stop.
    pub fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            named: Vec::new(),
            hint: None,
            is_damage: false,
        }
    }

    /// Whether what the person made is damaged: there are copies of it.
    pub fn is_damage(&self) -> bool {
        self.is_damage
    }

    fn of_damage(self, is_damage: bool) -> Self {
        Self { is_damage, ..self }
    }

    /// It failed.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, message)
    }

    /// Adds what the message is about, each on a line of its own; the message ends in a colon then.
    pub fn naming(self, named: Vec<String>) -> Self {
        Self { named, ..self }
    }

    /// Adds what to do about it.
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self {
            hint: Some(hint.into()),
            ..self
        }
    }

    /// Says it on stderr and gives the code. A closed pipe is the reader's choice, and no error.
    pub fn report(self) -> ExitCode {
        if !self.message.is_empty() {
            let message = self.message.trim_end_matches('.');
            let end = match message.chars().next_back() {
                Some('?' | '!') => "",
                _ if self.named.is_empty() => ".",
                _ => ":",
            };
            complain(format!("standin: {message}{end}"));
            let hint = self.hint.map(|hint| format!("{hint}."));
            for line in self.named.into_iter().chain(hint) {
                complain(format!("  {line}"));
            }
        }
        self.exit.into()
    }
}

impl From<LibraryError> for Stop {
    fn from(error: LibraryError) -> Self {
        let message = error.to_string();
        if let Some(hint) = hint(&error) {
            let is_damage = matches!(&error, LibraryError::Person(error) if error.is_damage());
            return Self::failed(message).hint(hint).of_damage(is_damage);
        }
        match error {
            LibraryError::Person(error) => error.into(),
            LibraryError::Asked(error) => error.into(),
            LibraryError::BadQuery { .. } => Self::failed(message)
                .hint("`standin playlist smart NAME QUERY --force` makes it anew"),
            LibraryError::NoRoots => Self::new(Exit::NothingFound, message)
                .hint("`standin scan FOLDER` indexes your music and remembers where it is"),
            LibraryError::Unreadable(_) => Self::new(Exit::Partial, message),
            _ => Self::failed(message),
        }
    }
}

/// What to do where a database failed.
fn hint(error: &LibraryError) -> Option<&'static str> {
    let is_own = matches!(error, LibraryError::Person(_));
    match error.trouble() {
        Trouble::Damaged if is_own => Some(
            "it holds your playlists and is left as it is: there is no copy that it could be made from; put one back, or move it away to begin anew",
        ),
        Trouble::Damaged => Some("`standin scan --full` sets it aside and makes the index anew"),
        Trouble::NoRoom | Trouble::Unwritten => Some(MAKE_ROOM),
        Trouble::Closed => Some(LET_WRITE),
        Trouble::Other => None,
    }
}

const MAKE_ROOM: &str = "what was stored before is whole: make room and run it again";
const LET_WRITE: &str = "let it be written, or name another place with --home DIR";

/// What to do where a file of ours could not be written.
fn of_place(failure: ErrorKind) -> Option<&'static str> {
    match failure {
        ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded => {
            Some(MAKE_ROOM)
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => Some(LET_WRITE),
        _ => None,
    }
}

impl From<AskedError> for Stop {
    fn from(error: AskedError) -> Self {
        Self::new(Exit::Usage, error.to_string()).hint(
            "A filter is written (artist == 'Nina Simone'), a pair artist \"Nina Simone\"; `standin search --help` tells all",
        )
    }
}

impl From<PersonError> for Stop {
    fn from(error: PersonError) -> Self {
        if matches!(error, PersonError::Sqlite { .. } | PersonError::Open(_)) {
            let is_damage = error.is_damage();
            let error = LibraryError::Person(error);
            let stop = Self::failed(error.to_string()).of_damage(is_damage);
            return match hint(&error) {
                Some(hint) => stop.hint(hint),
                None => stop,
            };
        }
        let message = error.to_string();
        match error {
            PersonError::NoSuchPlaylist { .. } => {
                Self::new(Exit::NothingFound, message).hint("`standin playlist ls` names them all")
            }
            PersonError::NoSuchRoot { .. } => {
                Self::new(Exit::NothingFound, message).hint("`standin root ls` names them all")
            }
            PersonError::Damaged { .. } => Self::failed(message).of_damage(true),
            PersonError::Gone { .. } => Self::failed(message).of_damage(true).hint(
                "it cannot be made again from that; put one back, or move the copy away too to begin anew",
            ),
            PersonError::Copy { source, .. } => match of_place(source.kind()) {
                Some(hint) => Self::failed(message).hint(hint),
                None => Self::failed(message),
            },
            PersonError::NoSuchBackup { .. } => {
                Self::new(Exit::NothingFound, message).hint("`standin backup ls` names them all")
            }
            PersonError::DamagedBackup { .. } => {
                Self::failed(message).hint("Add --what-can-be-read to take the other lines")
            }
            PersonError::IsSmart { .. } => Self::new(Exit::Usage, message)
                .hint("`standin playlist smart NAME QUERY --force` changes what it asks for, `standin playlist new OTHER NAME` keeps what it holds now"),
            PersonError::NoSuchRow { .. } | PersonError::BadName { .. } => {
                Self::new(Exit::Usage, message)
            }
            _ => Self::failed(message),
        }
    }
}

impl From<std::io::Error> for Stop {
    /// Only what goes to stdout comes this way: every other place adds its path.
    fn from(error: std::io::Error) -> Self {
        if error.kind() == ErrorKind::BrokenPipe {
            return Self::new(Exit::Done, "");
        }
        Self::failed(format!("cannot write the answer: {error}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_larger_cause_wins() {
        assert_eq!(Exit::Partial.or_worse(Exit::RootAway), Exit::RootAway);
        assert_eq!(Exit::RootAway.or_worse(Exit::Partial), Exit::RootAway);
        assert_eq!(Exit::Done.or_worse(Exit::Partial), Exit::Partial);
        assert_eq!(Exit::Failed.or_worse(Exit::Partial), Exit::Failed);
    }

    #[test]
    fn a_closed_pipe_is_no_error() {
        let stop = Stop::from(std::io::Error::from(ErrorKind::BrokenPipe));
        assert_eq!((stop.exit, stop.message.as_str()), (Exit::Done, ""));
    }
}
