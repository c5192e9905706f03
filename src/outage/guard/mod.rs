//! When our music steps in for a streaming client, and when it gives way. Facts come in, each with its time, and acts go out;
//! it has no clock, no thread and no socket, and does bounded work for each fact.
//!
//! | file | what it does |
//! |---|---|
//! | `numbers` | every number, with its reason |
//! | `settings` | what it is told once; the states |
//! | `progress` | whether a position moves on |
//! | `heard` | one client: what it says, and since when it is silent |
//! | `clients` | all of them, and which is followed |
//! | `net` | this machine's network |
//! | `health` | what probes told of a service |
//! | `rules` | the states without our music |
//! | `wish` | whether it is time to step in, and what is made ready |
//! | `standing` | the states with our music |
//! | `waiting` | when it wants to be woken |

mod clients;
mod health;
mod heard;
mod net;
mod numbers;
mod progress;
mod rules;
mod settings;
mod standing;
mod waiting;
mod wish;

pub use settings::{Settings, State};

use super::{Act, Fact, Mode, Noted, Ours, Probed, TakeOver};
use crate::music::Wanted;
use clients::{Clients, service_of};
use health::Health;
use heard::{Heard, Voice};
use net::Net;
use numbers::*;
use standing::Standing;
use std::collections::BTreeMap;
use wish::Prepared;

/// Steps that one fact may lead through; none leads through as many.
const MAX_STEPS: usize = 8;

/// The guard.
#[derive(Debug)]
pub struct Guard {
    settings: Settings,
    now: u64,
    state: State,
    clients: Clients,
    /// The client that is followed, and the service that it plays from.
    followed: Option<String>,
    service: String,
    net: Net,
    healths: BTreeMap<String, Health>,
    /// Whose pace runs.
    probing: Option<String>,
    /// A song has begun that may bring a probe; and the last that was looked at for that.
    beats: bool,
    beaten: Option<Wanted>,
    /// Until when the machine finds itself after its sleep.
    woke_until: u64,
    /// Until when other music was heard.
    others_until: u64,
    /// Whether the person plays our own music.
    ours_plays: bool,
    /// This silence has been answered: no more is done about it.
    is_spent: bool,
    /// The network has said that something is in the way, and nobody has asked whether it is.
    is_alarmed: bool,
    /// A quiet passage has been looked into.
    is_quiet: bool,
    /// The beginning of the silence in which a failing service was asked anew.
    asked_anew: u64,
    prepared: Prepared,
    /// What the person is being asked about, and since when.
    asking: Option<(TakeOver, u64)>,
    standing: Option<Standing>,
    /// When our music last stepped in, newest last.
    took: [Option<u64>; 2],
    local_until: u64,
    manual_since: u64,
    acts: Vec<Act>,
}

impl Guard {
    /// One that has seen nothing.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            now: 0,
            state: State::Idle,
            clients: Clients::default(),
            followed: None,
            service: String::new(),
            net: Net::default(),
            healths: BTreeMap::new(),
            probing: None,
            beats: false,
            beaten: None,
            woke_until: 0,
            others_until: 0,
            ours_plays: false,
            is_spent: false,
            is_alarmed: false,
            is_quiet: false,
            asked_anew: 0,
            prepared: Prepared::default(),
            asking: None,
            standing: None,
            took: [None; 2],
            local_until: 0,
            manual_since: 0,
            acts: Vec::new(),
        }
    }

    /// Takes a fact, and tells what is to be done.
    pub fn handle(&mut self, noted: Noted) -> Vec<Act> {
        if self.settings.mode == Mode::Off {
            return Vec::new();
        }
        // A clock that runs backwards stands.
        self.now = self.now.max(noted.at_ms.min(LATEST_MS));
        self.listen();
        self.take(noted.fact);
        self.listen();
        for health in self.healths.values_mut() {
            health.expire(self.now);
        }
        for _ in 0..MAX_STEPS {
            if !self.step() {
                break;
            }
        }
        self.prepare();
        self.probe();
        std::mem::take(&mut self.acts)
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        self.state
    }

    /// What the client plays that it follows; `None`: there is none, or that is no song.
    pub fn plays(&self) -> Option<TakeOver> {
        self.what()
    }

    fn take(&mut self, fact: Fact) {
        let at = self.now;
        match fact {
            Fact::Client { client, shown } => self.shown(&client, &shown),
            Fact::Position { client, us } => {
                if let Some(heard) = self.clients.get_mut(&client) {
                    heard.look(at, us);
                }
            }
            Fact::ClientGone { client } => self.clients.leave(&client, at),
            Fact::Sound { client, level } => {
                if let Some(heard) = self.clients.meet(&client, &self.settings) {
                    heard.sound(at, level);
                }
            }
            Fact::Route { is_there } => self.net.route(at, is_there),
            Fact::Network { connectivity } => {
                self.net.connectivity(at, connectivity);
                self.is_alarmed = self.net.is_limited();
            }
            Fact::Probed(probed) => self.probed(&probed),
            Fact::Woke => self.woke(),
            Fact::Ours { ours } => self.ours(ours),
            Fact::Prepared { number, owned } => self.prepared.tell(at, number, owned),
            Fact::Answer { yes } => self.answered(yes),
            Fact::Tick => {}
        }
    }

    fn shown(&mut self, client: &str, shown: &super::Shown) {
        let at = self.now;
        let starves = self
            .clients
            .get(client)
            .is_some_and(|heard| self.starves(heard));
        let Some(heard) = self.clients.meet(client, &self.settings) else {
            return;
        };
        let news = heard.show(at, shown, starves);
        let service = match self.clients.get(client) {
            Some(heard) => service_of(heard, &self.settings),
            None => return,
        };
        if let Some(heard) = self.clients.get_mut(client) {
            heard.service = service;
        }
        if self.followed.as_deref() == Some(client) {
            self.beats |= news.other_song;
        }
        let halted = self
            .clients
            .get(client)
            .is_some_and(|heard| !heard.is_playing());
        if let Some(standing) = &mut self.standing {
            standing.shown(client, halted, news.begun);
        }
    }

    /// Whether a client that stops does so because it is starved: it was silent before, and its service fails.
    fn starves(&self, heard: &Heard) -> bool {
        let is_silent = |since: u64| self.now >= since.saturating_add(FAULT_MS);
        let silent = matches!(heard.voice(self.now), Voice::Silent(since, _) if is_silent(since));
        silent && self.followed.as_ref() == Some(&heard.client) && self.fails()
    }

    fn probed(&mut self, probed: &Probed) {
        let now = self.now;
        if let Some(health) = self.healths.get_mut(&probed.service) {
            health.answered(now, probed);
        }
    }

    fn woke(&mut self) {
        self.woke_until = self.now.saturating_add(WOKE_MS);
        self.healths.values_mut().for_each(Health::forget);
    }

    fn ours(&mut self, ours: Ours) {
        match ours {
            Ours::Begun if self.standing.is_none() => self.ours_plays = true,
            Ours::Halted | Ours::Ended => self.ours_plays = false,
            Ours::Sounds | Ours::SongEnded | Ours::Begun => {}
        }
        self.ours_stands(ours);
    }

    /// Notes who is heard.
    fn listen(&mut self) {
        let now = self.now;
        for heard in self.clients.iter_mut() {
            match heard.voice(now) {
                Voice::Sounds | Voice::Quiet(_) => _ = heard.sounds_since.get_or_insert(now),
                _ => heard.sounds_since = None,
            }
        }
        let Some(followed) = self.followed() else {
            return;
        };
        let sounds = followed.voice(now) == Voice::Sounds;
        let others = self.ours_plays || self.clients.others_sound(followed, now);
        if sounds {
            (self.is_spent, self.is_quiet) = (false, false);
        }
        if others {
            self.others_until = now;
        }
    }

    fn followed(&self) -> Option<&Heard> {
        self.clients.get(self.followed.as_deref()?)
    }

    fn health(&self) -> Option<&Health> {
        self.healths.get(&self.service)
    }

    /// The health of the service that is followed; `None`: none is, or there are too many.
    fn health_mut(&mut self) -> Option<&mut Health> {
        if self.service.is_empty() {
            return None;
        }
        if !self.healths.contains_key(&self.service) {
            if self.healths.len() == MAX_SERVICES {
                self.healths.pop_first();
            }
            let seed = self.settings.seed ^ self.healths.len() as u64;
            self.healths.insert(self.service.clone(), Health::new(seed));
        }
        self.healths.get_mut(&self.service)
    }

    /// Whether the song that plays has not been looked at; a pause makes no new song of it.
    fn is_new_song(&mut self) -> bool {
        let song = self
            .followed()
            .and_then(|heard| heard.wanted(self.now))
            .cloned();
        let is_new = song.is_some() && self.beaten != song;
        self.beaten = song.or_else(|| self.beaten.take());
        is_new
    }

    /// Probes that are due.
    fn probe(&mut self) {
        let now = self.now;
        let is_open = !self.net.is_off() && now >= self.woke_until;
        let is_wanted = matches!(self.state, State::Suspect | State::Ready | State::TakeOver);
        let wanted =
            Some(self.service.clone()).filter(|name| is_wanted && is_open && !name.is_empty());
        if self.probing != wanted {
            let before = self
                .probing
                .take()
                .and_then(|name| self.healths.get_mut(&name));
            before.into_iter().for_each(|health| health.pace.reset());
            if let (Some(_), Some(health)) = (&wanted, self.health_mut()) {
                health.pace.begin(now);
            }
            self.asked_anew = self.silence().map_or(0, |silence| silence.since);
            self.probing = wanted;
        } else if self.probing.is_some() {
            self.ask_anew();
        }
        let is_new = std::mem::take(&mut self.beats) && self.is_new_song();
        let beats = is_new && self.state == State::Watch && is_open;
        let is_probing = self.probing.is_some();
        let asks = self.health_mut().is_some_and(|health| {
            (is_probing && health.ask(now)) || (beats && health.heartbeat(now))
        });
        if asks {
            let service = self.service.clone();
            self.acts.push(Act::Probe { service });
        }
    }
}

#[cfg(test)]
mod tests;
