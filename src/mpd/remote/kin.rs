//! Who serves, where a command of our own was not taken: a standin of another version, or a server that is none. Pure.

use super::reply::Refusal;

/// The version of this program.
const HERE: &str = env!("CARGO_PKG_VERSION");

/// What commands of our own begin with.
pub(super) const OWN: &str = "standin_";

/// MPD's numbers for a command that it does not know, and for arguments that it does not take.
const UNKNOWN: u32 = 5;
const ARG: u32 = 2;

/// Who serves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kin {
    /// A standin of this version.
    Standin(String),
    /// A standin that does not tell its version: the first ones did not.
    Old,
    /// Another server.
    Other,
}

/// The command of ours that was not taken for want of knowing it; `None`: it was refused for another reason.
pub(super) fn unknown_command(refusal: &Refusal) -> Option<&str> {
    let is_shape = match refusal.code {
        UNKNOWN => refusal.message.starts_with("unknown command"),
        ARG => refusal.message.contains(" arguments for "),
        _ => false,
    };
    let name = refusal.message.split('"').nth(1)?;
    (is_shape && name.starts_with(OWN)).then_some(name)
}

/// Why it was not taken, as a sentence without capital and full stop; `None`: not because of who serves.
pub(super) fn why(command: &str, kin: &Kin) -> Option<String> {
    match kin {
        Kin::Standin(there) if there == HERE => None,
        Kin::Standin(there) => Some(format!(
            "the standin that runs is {there}, this is {HERE}, and it does not take {command} like that"
        )),
        Kin::Old => Some(format!(
            "the standin that runs is older than this ({HERE}), and does not know {command}"
        )),
        Kin::Other => Some(format!(
            "the server is no standin, and does not know {command}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(code: u32, message: &str) -> Refusal {
        Refusal {
            code,
            at: 0,
            message: message.into(),
            is_of_another: false,
        }
    }

    #[test]
    fn only_what_is_ours_and_not_known_is_explained() {
        for (code, message, command) in [
            (5, "unknown command \"standin_x\"", Some("standin_x")),
            (2, "too many arguments for \"standin_x\"", Some("standin_x")),
            (5, "unknown command \"status\"", None),
            (5, "unknown command", None),
            (2, "Bad song index", None),
            (2, "a \"standin_x\"", None),
            (4, "you don't have permission for \"standin_x\"", None),
        ] {
            let refusal = refusal(code, message);
            assert_eq!(unknown_command(&refusal), command, "{message}");
        }
    }

    #[test]
    fn who_serves_is_the_reason() {
        let why = |kin| why("standin_x", &kin).unwrap_or_default();
        assert_eq!(why(Kin::Standin(HERE.into())), "");
        assert!(why(Kin::Standin("0.0.1".into())).contains("is 0.0.1, this is "));
        assert!(why(Kin::Old).contains("is older than this"));
        assert!(why(Kin::Other).contains("is no standin"));
    }
}
