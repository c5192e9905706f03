//! Addresses of checks: a page, or a port. Nobody is contacted here.

use ureq::http::Uri;

/// The port of each kind of check that names none.
const HTTP_PORT: u16 = 80;
const HTTPS_PORT: u16 = 443;

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A page.
    Http {
        /// Where it is.
        host: Host,
        /// Whether by TLS.
        tls: bool,
        /// The whole address.
        url: String,
    },
    /// A port that takes connections; nothing is sent there.
    Tcp(Host),
}

/// A name or a number, and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Without brackets.
    pub name: String,
    /// Its port.
    pub port: u16,
}

impl Host {
    /// `NAME:PORT`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, port) = text.rsplit_once(':')?;
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':');
        let port = port.parse().ok().filter(|port| *port != 0)?;
        (!name.is_empty() && name.len() <= 253 && name.chars().all(is_name)).then(|| Self {
            name: name.to_owned(),
            port,
        })
    }

    /// Whether it is this machine itself, to which no way out leads.
    pub fn is_this_machine(&self) -> bool {
        let ip: Option<std::net::IpAddr> = self.name.parse().ok();
        self.name == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
    }
}

impl Target {
    /// `https://…`, `http://…` or `tcp://HOST:PORT`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(host) = text.strip_prefix("tcp://") {
            return Host::parse(host).map(Self::Tcp);
        }
        let uri: Uri = text.parse().ok()?;
        let tls = match uri.scheme_str()? {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let authority = uri.authority()?;
        // Somebody's password has no place in a config that is read at every probe.
        if authority.as_str().contains('@') {
            return None;
        }
        let usual = if tls { HTTPS_PORT } else { HTTP_PORT };
        let name = authority.host();
        let port = match authority.as_str().strip_prefix(name)? {
            "" => usual,
            port => port.strip_prefix(':')?.parse().ok()?,
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let host = match name.contains(':') {
            true => Host::parse(&format!("[{name}]:{port}")),
            false => Host::parse(&format!("{name}:{port}")),
        };
        host.map(|host| Self::Http {
            host,
            tls,
            url: text.to_owned(),
        })
    }

    /// Where it is.
    pub fn host(&self) -> &Host {
        match self {
            Self::Http { host, .. } | Self::Tcp(host) => host,
        }
    }

    /// As people are told of it: the name, and the port where it is not the usual one.
    pub fn label(&self) -> String {
        match self {
            Self::Http {
                host, tls: true, ..
            } if host.port == HTTPS_PORT => host.name.clone(),
            Self::Http {
                host, tls: false, ..
            } if host.port == HTTP_PORT => host.name.clone(),
            other => other.host().to_string(),
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name.contains(':') {
            true => write!(out, "[{}]:{}", self.name, self.port),
            false => write!(out, "{}:{}", self.name, self.port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for text in [
            "",
            "ftp://x/",
            "https://",
            "https://me:secret@x/",
            "tcp://x",
            "tcp://:1",
            "tcp://x:0",
            "http://x:99999/",
            "x",
            "http://a b/",
        ] {
            assert_eq!(Target::parse(text), None, "{text}");
        }
        for (text, label) in [
            ("https://x.example", "x.example"),
            ("http://x.example:8080/y?z", "x.example:8080"),
            ("tcp://[::1]:7", "[::1]:7"),
            ("https://[fd00::1]/", "fd00::1"),
        ] {
            assert_eq!(Target::parse(text).unwrap().label(), label);
        }
    }
}
