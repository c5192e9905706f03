//! What `[daemon]` in `config.toml` says: where clients may knock, and what they may do. It opens nothing.

use super::key::{Key, Row, Taken, each, put, whole};
use crate::mpd::{self, Permissions};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use toml::de::DeValue;

/// Where MPD listens.
const PORT: u16 = 6_600;

/// More clients than this are more than a process may have files open for.
const MAX_CLIENTS: i32 = 65_536;

/// The longest silence that can be asked for, in seconds.
const MAX_TIMEOUT_S: i32 = 86_400;

/// What the person has set for the daemon. `None`: nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Daemon {
    /// Addresses beside the socket of this user.
    pub listen: Option<Vec<SocketAddr>>,
    /// Words that let somebody in, and what they may do then.
    pub passwords: Option<Vec<(String, Permissions)>>,
    /// What somebody may do without one.
    pub without_password: Option<Permissions>,
    /// Connections at once.
    pub max_clients: Option<usize>,
    /// A client that says nothing for so long is gone.
    pub timeout: Option<Duration>,
    /// Whether the music folders are watched.
    pub watches: Option<bool>,
}

impl Daemon {
    /// How the door is kept. Where there is a password and nothing else is said, nobody may do anything without it.
    pub fn door(&self) -> mpd::Settings {
        let usual = mpd::Settings::default();
        let passwords = self.passwords.clone().unwrap_or_default();
        let without_password = match passwords.is_empty() {
            true => usual.without_password,
            false => Permissions::NONE,
        };
        mpd::Settings {
            max_clients: self.max_clients.unwrap_or(usual.max_clients),
            timeout: self.timeout.unwrap_or(usual.timeout),
            passwords,
            without_password: self.without_password.unwrap_or(without_password),
        }
    }
}

/// `ADDRESS:PORT`; without a port that of MPD.
pub fn address(text: &str) -> Result<SocketAddr, String> {
    let text = text.trim();
    let local = match text.strip_prefix("localhost") {
        Some(port) => format!("127.0.0.1{port}"),
        None => text.to_owned(),
    };
    let bare = local.trim_start_matches('[').trim_end_matches(']');
    let of_ip = bare.parse::<IpAddr>().map(|ip| SocketAddr::new(ip, PORT));
    local
        .parse()
        .or(of_ip)
        .map_err(|_| "an address is 127.0.0.1:6600 or [::1]:6600".to_owned())
}

pub(super) const KEYS: &[Key] = &[
    Key {
        row: Row {
            name: "listen",
            allowed: "a list of addresses, [\"127.0.0.1:6600\"]",
            usual: "[]",
            about: "Addresses to listen on, beside the socket of this user. Others than this machine need a password; a port that is left out is 6600.",
            example: "[\"127.0.0.1:6600\"]",
            taken: Taken::AtStart,
        },
        take: |settings, value| put(&mut settings.daemon.listen, each(value, listen)),
    },
    Key {
        row: Row {
            name: "password",
            allowed: "a text, or a list of { password = \"…\", permissions = [\"read\", …] }",
            usual: "",
            about: "Words that let a client in; with permissions: what it may do then. Where one is set and nothing else is said, nobody may do anything without it.",
            example: "[{ password = \"…\", permissions = [\"read\", \"add\", \"control\", \"admin\"] }]",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let passwords = match word(value) {
                Some(word) => Some(vec![(word, Permissions::ALL)]),
                None => each(value, password),
            };
            put(&mut settings.daemon.passwords, passwords)
        },
    },
    Key {
        row: Row {
            name: "default_permissions",
            allowed: "a list of \"read\", \"add\", \"control\" and \"admin\"",
            usual: "",
            about: "What a client may do that has said no password: without a password set, everything.",
            example: "[\"read\"]",
            taken: Taken::AtOnce,
        },
        take: |settings, value| put(&mut settings.daemon.without_password, permissions(value)),
    },
    Key {
        row: Row {
            name: "max_clients",
            allowed: "a whole number from 1 to 65536",
            usual: "1024",
            about: "Connections at once; further ones are closed.",
            example: "1024",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let count = whole(value, MAX_CLIENTS).map(|count| count as usize);
            put(&mut settings.daemon.max_clients, count)
        },
    },
    Key {
        row: Row {
            name: "timeout_s",
            allowed: "a whole number of seconds from 1 to 86400",
            usual: "60",
            about: "A client that says nothing for so many seconds, and does not wait for news, is let go.",
            example: "60",
            taken: Taken::AtOnce,
        },
        take: |settings, value| {
            let seconds = whole(value, MAX_TIMEOUT_S);
            let timeout = seconds.map(|seconds| Duration::from_secs(seconds.into()));
            put(&mut settings.daemon.timeout, timeout)
        },
    },
    Key {
        row: Row {
            name: "watch",
            allowed: "true or false",
            usual: "true",
            about: "Watch the music folders, and keep the index current.",
            example: "false",
            taken: Taken::AtStart,
        },
        take: |settings, value| put(&mut settings.daemon.watches, value.as_bool()),
    },
];

fn listen(value: &DeValue<'_>) -> Option<SocketAddr> {
    address(value.as_str()?).ok()
}

/// An empty one would let everybody in.
fn word(value: &DeValue<'_>) -> Option<String> {
    let word = value.as_str().filter(|word| !word.is_empty());
    word.map(str::to_owned)
}

fn password(value: &DeValue<'_>) -> Option<(String, Permissions)> {
    let DeValue::Table(table) = value else {
        return None;
    };
    let is_known = |name: &str| matches!(name, "password" | "permissions");
    if !table.keys().all(|name| is_known(name.get_ref())) {
        return None;
    }
    let may = match table.get("permissions") {
        Some(value) => permissions(value.get_ref())?,
        None => Permissions::ALL,
    };
    Some((word(table.get("password")?.get_ref())?, may))
}

fn permissions(value: &DeValue<'_>) -> Option<Permissions> {
    let DeValue::Array(names) = value else {
        return None;
    };
    let mut may = Permissions::NONE;
    for name in names {
        match name.get_ref().as_str()? {
            "read" => may.read = true,
            "add" => may.add = true,
            "control" => may.control = true,
            "admin" => may.admin = true,
            _ => return None,
        }
    }
    Some(may)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::read_text;

    fn read(text: &str) -> (Daemon, Vec<String>) {
        let (settings, warnings) = read_text("c", &format!("[daemon]\n{text}"));
        (settings.daemon, warnings)
    }

    #[test]
    fn a_whole_table() {
        let (daemon, warnings) = read(
            "listen = ['127.0.0.1:6601', '[::1]']\npassword = [{ password = 'a' }, { password = 'b', permissions = \
             ['read', 'add'] }]\ndefault_permissions = ['read']\nmax_clients = 7\ntimeout_s = 5\nwatch = false\n",
        );
        assert_eq!(warnings, [""; 0]);
        let listen = ["127.0.0.1:6601", "[::1]:6600"].map(|text| text.parse().unwrap());
        assert_eq!(
            (daemon.listen.as_deref(), daemon.watches),
            (Some(&listen[..]), Some(false))
        );
        let read = Permissions {
            read: true,
            ..Permissions::NONE
        };
        let door = mpd::Settings {
            max_clients: 7,
            timeout: Duration::from_secs(5),
            passwords: vec![
                ("a".into(), Permissions::ALL),
                ("b".into(), Permissions { add: true, ..read }),
            ],
            without_password: read,
        };
        assert_eq!(daemon.door(), door);
    }

    #[test]
    fn with_a_password_nothing_goes_without_it_and_with_none_everything_does() {
        assert_eq!(
            read("password = 'x'").0.door().without_password,
            Permissions::NONE
        );
        assert_eq!(read("").0.door(), mpd::Settings::default());
    }

    #[test]
    fn what_is_wrong_is_left_out_and_said() {
        for (text, name) in [
            ("listen = ['nowhere:6600']", "listen"),
            ("listen = 6600", "listen"),
            ("password = ''", "password"),
            ("password = [{ pasword = 'x' }]", "password"),
            (
                "password = [{ password = 'x', permissions = ['all'] }]",
                "password",
            ),
            ("default_permissions = 'read'", "default_permissions"),
            ("max_clients = 0", "max_clients"),
            ("timeout_s = 1.5", "timeout_s"),
            ("watch = 1", "watch"),
        ] {
            let (daemon, warnings) = read(text);
            assert_eq!(daemon, Daemon::default(), "{text}");
            assert!(
                warnings[0].starts_with(&format!("c, line 2: {name} is ")),
                "{warnings:?}"
            );
        }
    }

    #[test]
    fn addresses() {
        for (text, is) in [
            ("localhost", "127.0.0.1:6600"),
            ("localhost:1", "127.0.0.1:1"),
            ("0.0.0.0", "0.0.0.0:6600"),
            ("::1", "[::1]:6600"),
            ("[::1]:7", "[::1]:7"),
        ] {
            assert_eq!(address(text), Ok(is.parse().unwrap()), "{text}");
        }
        for text in ["", "music.example:6600", "1.2.3.4:x", "*:6600"] {
            assert!(address(text).is_err(), "{text}");
        }
    }
}
