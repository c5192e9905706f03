//! The clients on the bus, and which of them is followed: the one that plays and sounds.

use super::heard::{Heard, Voice};
use super::numbers::*;
use super::settings::Settings;
use crate::outage::profile::{is_echo, service_of_page};
use crate::outage::{BUS, Kind, Position, Profile};

/// The clients.
#[derive(Clone, Debug, Default)]
pub(super) struct Clients {
    known: Vec<Heard>,
}

impl Clients {
    pub fn get(&self, client: &str) -> Option<&Heard> {
        self.known.iter().find(|heard| heard.client == client)
    }

    pub fn get_mut(&mut self, client: &str) -> Option<&mut Heard> {
        self.known.iter_mut().find(|heard| heard.client == client)
    }

    /// The client of that name, which may be new; `None`: it only repeats another, or there are too many.
    pub fn meet(&mut self, client: &str, settings: &Settings) -> Option<&mut Heard> {
        if is_echo(client) || client.len() > MAX_NAME {
            return None;
        }
        if self.get(client).is_none() {
            self.make_room()?;
            let profile = settings
                .profiles
                .iter()
                .find(|profile| profile.is_of(client));
            let is_streaming = profile.is_some();
            let profile = profile.cloned().unwrap_or_else(|| unknown(client));
            self.known.push(Heard::new(client, profile, is_streaming));
        }
        self.get_mut(client)
    }

    /// Its name has left the bus.
    pub fn leave(&mut self, client: &str, at: u64) {
        let Some(heard) = self.get_mut(client) else {
            return;
        };
        if heard.profile.vanish_is_disconnect && heard.is_playing() && heard.vanished_at.is_none() {
            heard.vanish(at);
        } else if heard.vanished_at.is_none() {
            self.forget(client);
        }
    }

    pub fn forget(&mut self, client: &str) {
        self.known.retain(|heard| heard.client != client);
    }

    /// Whom to follow, where `followed` was.
    pub fn followed(&self, followed: Option<&str>, now: u64) -> Option<String> {
        let worth = |heard: &&Heard| {
            let is_it = followed == Some(heard.client.as_str());
            let sounds = match heard.voice(now) {
                Voice::Sounds | Voice::Quiet(_) => true,
                // A short silence of the one that is followed hands nothing over.
                Voice::Silent(since, _) => is_it && now < since.saturating_add(SUSPECT_MS),
                Voice::Unknown => is_it,
                Voice::Off => false,
            };
            (
                sounds,
                is_it,
                heard.claim.kind != Kind::Nothing,
                heard.playing_since,
            )
        };
        let playing = self
            .known
            .iter()
            .filter(|heard| heard.is_streaming && heard.is_playing());
        playing.max_by_key(worth).map(|heard| heard.client.clone())
    }

    /// Whether music is heard that is not of this client.
    pub fn others_sound(&self, but: &Heard, now: u64) -> bool {
        let sounds = |heard: &Heard| match heard.voice(now) {
            Voice::Sounds | Voice::Quiet(_) => true,
            // A program that is shown twice, by itself and by what it is built on.
            Voice::Unknown => heard.claim.wanted.title != but.claim.wanted.title,
            Voice::Silent(..) | Voice::Off => false,
        };
        let mut others = self.known.iter().filter(|heard| heard.client != but.client);
        others.any(sounds)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Heard> {
        self.known.iter()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Heard> {
        self.known.iter_mut()
    }

    /// Names that have vanished count for the client that is followed alone.
    pub fn forget_ghosts(&mut self, but: Option<&str>) {
        self.known
            .retain(|heard| heard.vanished_at.is_none() || Some(heard.client.as_str()) == but);
    }

    /// Clients that do not play make room for one that may.
    fn make_room(&mut self) -> Option<()> {
        if self.known.len() == MAX_CLIENTS {
            let idle = self.known.iter().position(|heard| !heard.is_playing())?;
            self.known.remove(idle);
        }
        Some(())
    }
}

/// The longest name that the bus allows. Source: D-Bus specification.
const MAX_NAME: usize = 255;

/// A player that is none of a service: that it is heard is all that counts.
fn unknown(client: &str) -> Profile {
    let name = client.strip_prefix(BUS).unwrap_or(client);
    let mut profile = Profile::bare(name, &[name], "");
    profile.position = Position::Real;
    profile.trusts_progress = true;
    profile
}

/// The service that a client plays from; empty: nobody knows.
pub(super) fn service_of(heard: &Heard, settings: &Settings) -> String {
    let is_given = |its: &&crate::outage::ServiceOf| {
        let names: Vec<&str> = its.clients.iter().map(String::as_str).collect();
        Profile::bare("", &names, "").is_of(&heard.client)
    };
    let given = settings
        .services
        .iter()
        .find(is_given)
        .map(|its| its.service.as_str());
    let page = || service_of_page(&heard.claim.url, &settings.services);
    given
        .or_else(page)
        .unwrap_or(&heard.profile.service)
        .to_owned()
}
