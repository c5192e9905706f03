//! Which server is meant: what `MPD_HOST` and `MPD_PORT` say, as libmpdclient reads them, else our own. Pure.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

/// The port of MPD.
const PORT: u16 = 6_600;

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A socket's file.
    File(PathBuf),
    /// A name in the abstract namespace of Linux, without its `@`.
    Abstract(Vec<u8>),
    /// A host and a port.
    Tcp(String, u16),
}

/// A server, and the word that lets one in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Where it listens.
    pub place: Place,
    /// Sent after the greeting.
    pub password: Option<Vec<u8>>,
    /// Whether this is our own daemon's, and nobody named it.
    pub is_own: bool,
}

impl Address {
    /// The socket of our own daemon.
    pub fn own(socket: PathBuf) -> Self {
        Self {
            place: Place::File(socket),
            password: None,
            is_own: true,
        }
    }

    /// What `MPD_HOST` (`password@host`, a path, `@name`) and `MPD_PORT` name; the own socket where both say nothing.
    pub fn named(host: Option<OsString>, port: Option<OsString>, own: PathBuf) -> Self {
        let host = host.filter(|host| !host.is_empty());
        let port = port
            .and_then(|port| port.to_str()?.parse().ok())
            .filter(|port| *port != 0);
        let (host, port) = match (host, port) {
            (None, None) => return Self::own(own),
            (host, port) => (host.unwrap_or("localhost".into()), port.unwrap_or(PORT)),
        };
        let (password, host) = split_password(host.as_bytes());
        let place = match host {
            [b'/', ..] => Place::File(PathBuf::from(OsString::from_vec(host.to_vec()))),
            [b'@', name @ ..] => Place::Abstract(name.to_vec()),
            _ => Place::Tcp(String::from_utf8_lossy(host).into_owned(), port),
        };
        Self {
            place,
            password,
            is_own: false,
        }
    }
}

/// An `@` at the beginning is an abstract name and ends no password.
fn split_password(host: &[u8]) -> (Option<Vec<u8>>, &[u8]) {
    match host.iter().position(|byte| *byte == b'@') {
        None | Some(0) => (None, host),
        Some(at) => (Some(host[..at].to_vec()), &host[at + 1..]),
    }
}

/// Without the password.
impl fmt::Display for Address {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::File(path) => write!(out, "{}", path.display()),
            Place::Abstract(name) => write!(out, "@{}", OsStr::from_bytes(name).display()),
            Place::Tcp(host, port) => write!(out, "{host} port {port}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environment_names() {
        let tcp = |host: &str, port| Place::Tcp(host.into(), port);
        for (host, port, place, password) in [
            ("", "", Place::File("/run/own".into()), None),
            ("", "x", Place::File("/run/own".into()), None),
            ("", "6601", tcp("localhost", 6601), None),
            ("hifi", "", tcp("hifi", 6600), None),
            ("se@cret@hifi", "0", tcp("cret@hifi", 6600), Some("se")),
            (
                "pw@/run/mpd",
                "1",
                Place::File("/run/mpd".into()),
                Some("pw"),
            ),
            ("@mpd", "", Place::Abstract(b"mpd".into()), None),
            ("pw@@mpd", "", Place::Abstract(b"mpd".into()), Some("pw")),
            ("::1", "70000", tcp("::1", 6600), None),
        ] {
            let named = Address::named(Some(host.into()), Some(port.into()), "/run/own".into());
            let password = password.map(|password| password.as_bytes().to_vec());
            assert_eq!(
                (named.place, named.password),
                (place, password),
                "{host} {port}"
            );
        }
        let told = Address::named(Some("secret@hifi".into()), None, "/own".into());
        assert_eq!(told.to_string(), "hifi port 6600");
    }
}
