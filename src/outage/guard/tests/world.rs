//! A listener's world in virtual time: a client that plays, a service that answers, sensors that look, and a desk that obeys.

use super::super::*;
pub use crate::outage::BUS;
use crate::outage::{Connectivity, Level, Noted, Shown, Value, Verdict};
use std::collections::BTreeMap;

/// Another number each time (Vigna, SplitMix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit
    }

    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.below(most - least + 1)
    }

    pub fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }
}

/// How a client's position behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shows {
    Real,
    WallClock,
    Zero,
    Nothing,
}

/// A streaming client.
#[derive(Clone, Debug)]
pub struct Client {
    pub name: String,
    pub shows: Shows,
    pub status: &'static str,
    pub metadata: BTreeMap<String, Value>,
    /// Whether it decodes: its position moves truly.
    pub runs: bool,
    /// Whether what it decodes is all zeros.
    pub is_quiet: bool,
    pub song: u64,
    pub length_ms: u64,
    base: (u64, u64),
    level: Option<Level>,
    next_look: u64,
}

/// How a service answers: the verdict, after how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answers {
    Well(u64),
    Fails(u64),
    Never,
}

/// All of it.
pub struct World {
    pub guard: Guard,
    pub dice: Dice,
    pub now: u64,
    pub clients: Vec<Client>,
    pub answers: Answers,
    /// Whether streams are listened to.
    pub listens: bool,
    /// What the desk owns of what is wanted; `None`: it never answers.
    pub owned: Option<Owned>,
    pub told: Vec<(u64, String)>,
    pub acts: Vec<(u64, Act)>,
    pub probes: Vec<u64>,
    pub facts: Vec<Noted>,
    pub keeps_facts: bool,
    later: Vec<(u64, Fact)>,
}

pub use crate::outage::Owned;

impl World {
    pub fn new(seed: u64, settings: Settings) -> Self {
        Self {
            guard: Guard::new(settings),
            dice: Dice(seed),
            now: 1_000,
            clients: Vec::new(),
            answers: Answers::Well(80),
            listens: true,
            owned: Some(Owned::Song),
            told: Vec::new(),
            acts: Vec::new(),
            probes: Vec::new(),
            facts: Vec::new(),
            keeps_facts: false,
            later: Vec::new(),
        }
    }

    pub fn add(&mut self, name: &str, shows: Shows) -> usize {
        self.clients.push(Client {
            name: format!("{BUS}{name}"),
            shows,
            status: "Stopped",
            metadata: BTreeMap::new(),
            runs: false,
            is_quiet: false,
            song: 0,
            length_ms: 0,
            base: (0, 0),
            level: None,
            next_look: 0,
        });
        self.clients.len() - 1
    }

    /// A song begins.
    pub fn song(&mut self, at: usize, length_ms: u64) {
        let song = self.dice.between(1, 1 << 40);
        let client = &mut self.clients[at];
        client.song = song;
        client.length_ms = length_ms;
        client.base = (0, self.now);
        client.runs = true;
        client.is_quiet = false;
        client.status = "Playing";
        client.metadata = metadata(&client.name, song, length_ms);
        self.show(at);
    }

    pub fn status(&mut self, at: usize, status: &'static str) {
        self.settle(at);
        self.clients[at].status = status;
        self.clients[at].runs = status == "Playing";
        self.show(at);
    }

    /// It decodes from now on, or not.
    pub fn runs(&mut self, at: usize, runs: bool) {
        self.settle(at);
        self.clients[at].runs = runs;
        self.hear(at);
    }

    pub fn quiet(&mut self, at: usize, is_quiet: bool) {
        self.clients[at].is_quiet = is_quiet;
        self.hear(at);
    }

    pub fn seek(&mut self, at: usize, to_ms: u64) {
        self.clients[at].base = (to_ms, self.now);
        self.show(at);
    }

    pub fn show(&mut self, at: usize) {
        let now = self.now;
        let client = &mut self.clients[at];
        client.next_look = client.next_look.max(now + 1);
        let shown = Shown {
            status: client.status.into(),
            metadata: client.metadata.clone(),
            position_us: position(client, now),
            ..Shown::default()
        };
        let client = client.name.clone();
        self.tell(Fact::Client { client, shown });
        self.hear(at);
    }

    /// Its name leaves the bus.
    pub fn vanish(&mut self, at: usize) {
        let client = &mut self.clients[at];
        (client.runs, client.level, client.status) = (false, None, "Stopped");
        let client = client.name.clone();
        self.tell(Fact::ClientGone { client });
    }

    /// The level that its stream has, within 0.2 s.
    pub fn hear(&mut self, at: usize) {
        if !self.listens {
            return;
        }
        let client = &mut self.clients[at];
        let level = match (client.status, client.runs) {
            ("Playing", true) if !client.is_quiet => Level::Sounds,
            ("Playing", _) => Level::Silent,
            _ => Level::Corked,
        };
        self.level(at, level);
    }

    pub fn level(&mut self, at: usize, level: Level) {
        let client = &mut self.clients[at];
        if client.level == Some(level) || !self.listens {
            return;
        }
        client.level = Some(level);
        let client = client.name.clone();
        // What was on its way is no longer so.
        self.later
            .retain(|(_, fact)| !matches!(fact, Fact::Sound { client: its, .. } if *its == client));
        let at = self.now + self.dice.below(200);
        self.later.push((at, Fact::Sound { client, level }));
    }

    pub fn route(&mut self, is_there: bool) {
        self.tell(Fact::Route { is_there });
    }

    pub fn network(&mut self, connectivity: Connectivity) {
        self.tell(Fact::Network { connectivity });
    }

    /// Lets so much time pass.
    pub fn pass(&mut self, ms: u64) {
        let until = self.now + ms;
        loop {
            let next = self.next();
            if next > until {
                break;
            }
            self.now = next;
            self.look();
            let is_due = |(at, _): &(u64, Fact)| *at <= next;
            while let Some(first) = self.later.iter().position(is_due) {
                let (_, fact) = self.later.remove(first);
                self.tell(fact);
            }
            if self.guard.due().is_some_and(|due| due <= next) {
                self.tell(Fact::Tick);
            }
        }
        self.now = until;
    }

    /// Time passes while nothing runs.
    pub fn sleep(&mut self, ms: u64) {
        self.now += ms;
        let now = self.now;
        for client in &mut self.clients {
            client.base.1 += ms;
            client.next_look = now + 1;
        }
        self.tell(Fact::Woke);
    }

    pub fn tell(&mut self, fact: Fact) {
        let noted = Noted {
            at_ms: self.now,
            fact,
        };
        if self.keeps_facts {
            self.facts.push(noted.clone());
        }
        let before = self.guard.state();
        let acts = self.guard.handle(noted);
        let after = self.guard.state();
        if before != after {
            self.told.push((self.now, after.word().to_owned()));
        }
        assert!(
            self.guard.due().is_none_or(|due| due > self.now),
            "wakes at once"
        );
        for act in &acts {
            self.told.push((self.now, words(act)));
            self.acts.push((self.now, act.clone()));
        }
        for act in acts {
            self.obey(act);
        }
    }

    /// The first take-over, if there was one: when, and of what.
    pub fn took(&self) -> Option<(u64, TakeOver)> {
        self.acts.iter().find_map(|(at, act)| match act {
            Act::TakeOver(take) => Some((*at, take.clone())),
            _ => None,
        })
    }

    pub fn asked(&self) -> usize {
        let asks = |(_, act): &&(u64, Act)| matches!(act, Act::Ask(_));
        self.acts.iter().filter(asks).count()
    }

    fn obey(&mut self, act: Act) {
        match &act {
            Act::Probe { service } => {
                self.probes.push(self.now);
                self.answer(service);
            }
            Act::Prepare { number, .. } => {
                if let Some(owned) = self.owns() {
                    let number = *number;
                    self.later
                        .push((self.now + 60, Fact::Prepared { number, owned }));
                }
            }
            Act::TakeOver(take) => {
                let client = take.client.clone();
                self.later
                    .push((self.now + 300, Fact::Ours { ours: Ours::Sounds }));
                if let Some(at) = self.clients.iter().position(|its| its.name == client) {
                    self.settle(at);
                    self.clients[at].status = "Paused";
                    self.show(at);
                }
            }
            Act::HandBack { client } => {
                if let Some(at) = self.clients.iter().position(|its| its.name == *client) {
                    self.status(at, "Playing");
                }
            }
            _ => {}
        }
    }

    /// The own copy is as quiet as the client's.
    fn owns(&self) -> Option<Owned> {
        match self.owned {
            Some(Owned::Song) if self.clients.iter().any(|client| client.is_quiet) => {
                Some(Owned::SilentThere)
            }
            owned => owned,
        }
    }

    fn answer(&mut self, service: &str) {
        let probed = |verdict, evidence: &str, failed, took_ms| Probed {
            service: service.to_owned(),
            verdict,
            evidence: evidence.into(),
            checks: 2,
            failed,
            took_ms,
            retry_after_ms: None,
        };
        let (after, probed) = match self.answers {
            Answers::Well(ms) => (ms, probed(Verdict::Up, "HTTP 200", 0, ms)),
            Answers::Fails(ms) => (ms, probed(Verdict::ServiceDown, "HTTP 502", 2, ms)),
            Answers::Never => return,
        };
        self.later.push((self.now + after, Fact::Probed(probed)));
    }

    fn next(&self) -> u64 {
        let playing = self
            .clients
            .iter()
            .filter(|client| client.status == "Playing");
        let looks = playing.map(|client| client.next_look);
        let later = self.later.iter().map(|(at, _)| *at);
        let times = looks.chain(later).chain(self.guard.due());
        times.min().unwrap_or(u64::MAX).max(self.now)
    }

    fn look(&mut self) {
        for at in 0..self.clients.len() {
            let jitter = self.dice.between(900, 1_100);
            let (now, client) = (self.now, &mut self.clients[at]);
            if client.status == "Playing" && client.next_look <= now {
                client.next_look = now + jitter;
                let us = position(client, now);
                let client = client.name.clone();
                self.tell(Fact::Position { client, us });
            }
        }
    }

    /// Its position is worked out up to now.
    fn settle(&mut self, at: usize) {
        let client = &mut self.clients[at];
        let moved = if client.runs {
            self.now - client.base.1
        } else {
            0
        };
        client.base = (client.base.0 + moved, self.now);
    }
}

fn position(client: &Client, now: u64) -> Option<i64> {
    let runs = client.runs && client.status == "Playing";
    let by_clock = client.shows == Shows::WallClock && client.status == "Playing";
    let moved = if runs || by_clock {
        now - client.base.1
    } else {
        0
    };
    match client.shows {
        Shows::Real | Shows::WallClock => Some(((client.base.0 + moved) * 1_000) as i64),
        Shows::Zero => Some(0),
        Shows::Nothing => None,
    }
}

fn metadata(name: &str, song: u64, length_ms: u64) -> BTreeMap<String, Value> {
    let text = |text: String| Value::Text(text);
    let track = match name {
        name if name.contains("spotifyd") => format!("/spotify/track/{song:022}"),
        name if name.contains("spotify_player") => "/".into(),
        _ => format!("/com/spotify/track/{song:022}"),
    };
    [
        ("mpris:trackid".to_owned(), text(track)),
        (
            "mpris:length".to_owned(),
            Value::Whole((length_ms * 1_000) as i64),
        ),
        ("xesam:title".to_owned(), text(format!("Song {song}"))),
        (
            "xesam:artist".to_owned(),
            Value::Texts(vec!["An Artist".into()]),
        ),
    ]
    .into()
}

/// An act as the tables have it.
pub fn words(act: &Act) -> String {
    match act {
        Act::Probe { service } => format!("probe {service}"),
        Act::Prepare { from, .. } => format!("prepare at {}", place(from)),
        Act::TakeOver(take) => format!("TAKE OVER at {}, {}", place(take), take.why.verdict.word()),
        Act::Ask(take) => format!("ask at {}, {}", place(take), take.why.verdict.word()),
        Act::AskNoMore => "ask no more".into(),
        Act::Correct { why } => format!("correct: {}", why.verdict.word()),
        Act::IsBack { service } => format!("{service} is back"),
        Act::GiveWay => "give way".into(),
        Act::HandBack { .. } => "hand back".into(),
        Act::Close => "close".into(),
    }
}

fn place(take: &TakeOver) -> String {
    take.place_ms.map_or("?".into(), |ms| {
        format!("{}.{}", ms / 1_000, ms % 1_000 / 100)
    })
}

impl Client {
    /// Where it truly is in its song, in ms.
    pub fn place(&self, now: u64) -> u64 {
        self.base.0 + if self.runs { now - self.base.1 } else { 0 }
    }
}
