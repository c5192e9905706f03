//! Services as data: how each is asked whether it answers, and which clients on the bus play from it. Those that are built in
//! are a table, and a person's own stand beside them or in their place. It contacts nobody.

use ureq::http::Uri;

/// Checks of one service; more are left out.
pub const MAX_CHECKS: usize = 4;

/// The port of each kind of check that names none.
const HTTP_PORT: u16 = 80;
const HTTPS_PORT: u16 = 443;

/// A streaming service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// As people know it.
    pub name: String,
    /// How it is asked, each on its own and all at once.
    pub checks: Vec<Check>,
    /// What its clients are called on the bus, after `org.mpris.MediaPlayer2.`.
    pub mpris: Vec<String>,
}

/// One question to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Whom to ask, and for what.
    pub target: Target,
    /// Answers that mean it is up; empty: all that are no failure.
    pub up: Vec<u16>,
    /// A key that the JSON of the answer must hold, with something in it.
    pub json: Option<String>,
    /// Who is connected to as a check of its own: one of those that the answer names, or this one where it names none.
    pub connect: Option<Host>,
}

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

impl Check {
    /// Of an address alone: whatever answers and is no failure is up.
    pub fn of(target: Target) -> Self {
        Self {
            target,
            up: Vec::new(),
            json: None,
            connect: None,
        }
    }
}

/// Every service that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Services(Vec<Service>);

impl Services {
    /// Those that are built in, and the person's own: one of the same name takes the place of a built-in one. It keeps the
    /// clients of that where it names none itself.
    pub fn with(own: &[Service]) -> Self {
        let mut all = built_in();
        for service in own {
            let mut service = service.clone();
            service.checks.truncate(MAX_CHECKS);
            match all.iter_mut().find(|known| is(known, &service.name)) {
                Some(known) => {
                    if service.mpris.is_empty() {
                        service.mpris.clone_from(&known.mpris);
                    }
                    *known = service;
                }
                None => all.push(service),
            }
        }
        Self(all)
    }

    /// The service of this name, whatever its case.
    pub fn named(&self, name: &str) -> Option<&Service> {
        self.0.iter().find(|service| is(service, name))
    }

    /// The service that a client plays from, by the client's name on the bus.
    pub fn of_client(&self, client: &str) -> Option<&Service> {
        self.0.iter().find(|service| service.is_played_by(client))
    }

    /// All of them.
    pub fn all(&self) -> &[Service] {
        &self.0
    }
}

fn is(service: &Service, name: &str) -> bool {
    let plain = |name: &str| name.replace([' ', '-', '_'], "").to_lowercase();
    plain(&service.name) == plain(name)
}

impl Service {
    /// Whether a client of this name on the bus plays from it: `spotify` and `spotify.instance7` do, `spotifyish` does not.
    pub fn is_played_by(&self, client: &str) -> bool {
        let client = client
            .strip_prefix("org.mpris.MediaPlayer2.")
            .unwrap_or(client)
            .to_lowercase();
        self.mpris.iter().any(|name| {
            let rest = client.strip_prefix(&name.to_lowercase());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}

/// Name, clients, page, answers that are up, key of the JSON, whom to connect to.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static [u16],
    Option<&'static str>,
    Option<(&'static str, u16)>,
);

/// Public pages that need no log-in and answer in a few bytes. An interface that wants to know who asks (401) is up, and so is
/// one that forbids it to whoever is nobody (403), where that is its answer to everybody. None of them was asked while this was
/// written: what each answers is what the source beside it says, so most take several answers for being up, and `[[service]]`
/// puts another page in its place.
const BUILT_IN: &[Row] = &[
    (
        // As clients ask it, with the same name to fall back to: librespot, core/src/apresolve.rs. It was 502 in the outage of
        // 2025-04-16: librespot issue 1489.
        "Spotify",
        &["spotify", "spotifyd", "spotify_player", "ncspot", "psst"],
        "https://apresolve.spotify.com/?type=accesspoint",
        &[200],
        Some("accesspoint"),
        Some(("ap.spotify.com", 443)),
    ),
    (
        // Where a developer's token is tried: Apple Music API, "Generating Developer Tokens". Whoever has none is refused; public
        // clients that try theirs read 200 and 401, Music Assistant among them.
        "Apple Music",
        &["cider", "apple-music"],
        "https://api.music.apple.com/v1/test",
        &[200, 401, 403],
        None,
        None,
    ),
    (
        // Empty (204); several public clients of YouTube Music ask it whether they are online.
        "YouTube Music",
        &["youtube-music", "YoutubeMusic", "ytmdesktop"],
        "https://music.youtube.com/generate_204",
        &[],
        None,
        None,
    ),
    (
        // Where clients look whether their log-in holds, python-tidal and Music Assistant among them; else 401: python-tidal issue
        // 111, mopidy-tidal issue 171.
        "Tidal",
        &["tidal-hifi"],
        "https://api.tidal.com/v1/sessions",
        &[200, 400, 401, 403, 404],
        None,
        None,
    ),
    (
        // Public clients ask it without a token, read `country_iso` in it, and take its 200 for the service being up.
        "Deezer",
        &["deezer", "deezer-desktop"],
        "https://api.deezer.com/infos",
        &[200],
        Some("country_iso"),
        None,
    ),
    (
        // Who is logged in: SoundCloud's "API Guide". Whoever is not is refused (401, as public clients read it).
        "SoundCloud",
        &["soundcloud"],
        "https://api.soundcloud.com/me",
        &[200, 401, 403, 404],
        None,
        None,
    ),
];

fn built_in() -> Vec<Service> {
    let service = |(name, mpris, url, up, json, connect): &Row| {
        let check = Check {
            up: up.to_vec(),
            json: json.map(str::to_owned),
            connect: connect.map(|(name, port)| Host {
                name: name.to_owned(),
                port,
            }),
            ..Check::of(Target::parse(url)?)
        };
        Some(Service {
            name: (*name).to_owned(),
            checks: vec![check],
            mpris: mpris.iter().map(|name| (*name).to_owned()).collect(),
        })
    };
    BUILT_IN.iter().filter_map(service).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_a_service() {
        let services = Services::with(&[]);
        assert_eq!(services.all().len(), BUILT_IN.len());
        assert!(services.named("youtube-MUSIC").is_some());
        let labels = services.named("Spotify").unwrap().checks[0].target.label();
        assert_eq!(labels, "apresolve.spotify.com");
    }

    #[test]
    fn a_service_of_the_person_takes_the_place_of_its_name() {
        let own = Service {
            name: "spotify".into(),
            checks: vec![Check::of(Target::parse("http://[::1]:8080/x").unwrap())],
            mpris: Vec::new(),
        };
        let services = Services::with(&[own]);
        let spotify = services.named("Spotify").unwrap();
        assert_eq!(spotify.checks[0].target.label(), "[::1]:8080");
        assert!(spotify.checks[0].target.host().is_this_machine());
        assert_eq!(services.all().len(), BUILT_IN.len());
        assert!(spotify.is_played_by("org.mpris.MediaPlayer2.spotifyd.instance12"));
    }

    #[test]
    fn clients_are_known_by_whole_words() {
        let services = Services::with(&[]);
        let name = |client: &str| {
            let service = services.of_client(client);
            service.map(|service| service.name.as_str())
        };
        assert_eq!(
            name("org.mpris.MediaPlayer2.spotify.instance3"),
            Some("Spotify")
        );
        assert_eq!(name("org.mpris.MediaPlayer2.tidal-hifi"), Some("Tidal"));
        assert_eq!(name("org.mpris.MediaPlayer2.spotifyish"), None);
    }

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
