//! Services as data: how each is asked whether it answers, and which clients on the bus play from it. Those that are built in
//! are a table, and a person's own stand beside them or in their place. It contacts nobody.

mod address;
mod built_in;

pub use address::{Host, Target};

use built_in::built_in;

/// Checks of one service; more are left out.
pub const MAX_CHECKS: usize = 4;

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_of_the_table_is_a_service() {
        let services = Services::with(&[]);
        assert_eq!(services.all().len(), built_in().len());
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
        assert_eq!(services.all().len(), built_in().len());
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
}
