//! Who is on one bus, and what they show: messages in, facts and calls out. It has no socket, no thread and no clock.

use super::calls::{Asked, Calls, PROPERTIES};
use super::client::{self, Client};
use super::marshal::Body;
use crate::desktop::network;
use crate::outage::{Fact, Facts};
use crossbeam_channel::Sender;
use std::time::{Duration, Instant};
use zbus::message::{Message, Type};

/// What every player's name begins with.
const PREFIX: &str = "org.mpris.MediaPlayer2.";
const PATH: &str = "/org/mpris/MediaPlayer2";
const ROOT: &str = "org.mpris.MediaPlayer2";
const PLAYER: &str = "org.mpris.MediaPlayer2.Player";

/// Us, and a second one of us.
const OURS: &str = "standin";

/// Clients that are watched at once; others have to wait until one leaves.
const MAX_CLIENTS: usize = 16;

/// So many newcomers are looked at within [`A_WHILE`]; then the list of names is read, once that is over.
const MAX_NEWCOMERS: u32 = 32;
const A_WHILE: Duration = Duration::from_secs(1);

/// Names on a list that are looked at.
const MAX_NAMES: usize = 4_096;

const PLAYERS_COME_AND_GO: &str = "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',\
     member='NameOwnerChanged',arg0namespace='org.mpris.MediaPlayer2'";

/// What is wanted of a bus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The players on it.
    pub players: bool,
    /// NetworkManager and logind.
    pub system: bool,
}

/// What somebody wants of a client.
pub struct Order {
    /// Its name.
    pub client: String,
    /// A method of MPRIS's player.
    pub method: &'static str,
    /// Hears whether it was done.
    pub done: Sender<bool>,
}

/// A bus.
pub struct Watch {
    facts: Facts,
    wanted: Wanted,
    clients: Vec<Client>,
    calls: Calls,
    numbers: u64,
    newcomers: (Instant, u32),
    list_at: Option<Instant>,
}

impl Watch {
    /// Begins to ask.
    pub fn new(wanted: Wanted, facts: Facts, now: Instant) -> Self {
        let mut watch = Self {
            facts,
            wanted,
            clients: Vec::new(),
            calls: Calls::default(),
            numbers: 0,
            newcomers: (now, 0),
            list_at: None,
        };
        if wanted.players {
            watch.calls.listen(true, PLAYERS_COME_AND_GO);
            watch.calls.ask_bus("ListNames", &(), Asked::Names, now);
        }
        if wanted.system {
            network::RULES
                .iter()
                .for_each(|rule| watch.calls.listen(true, rule));
            watch.ask_connectivity(now);
        }
        watch
    }

    /// What is to be sent.
    pub fn take_calls(&mut self) -> Vec<Message> {
        self.calls.take()
    }

    /// The clients that say that they play.
    pub fn playing(&self) -> impl Iterator<Item = &Client> {
        self.clients.iter().filter(|client| client.plays())
    }

    /// When to [`Self::look`].
    pub fn due(&self) -> Option<Instant> {
        let clients = self.clients.iter().filter_map(Client::due);
        clients.chain(self.calls.due()).chain(self.list_at).min()
    }

    /// The bus is gone, and everybody on it.
    pub fn lose_all(&mut self) {
        for client in self.clients.drain(..) {
            let client = client.name;
            self.facts.tell(Fact::ClientGone { client });
        }
    }

    /// Takes a message in.
    pub fn hear(&mut self, message: &Message, now: Instant) {
        match message.message_type() {
            Type::Signal => self.hear_signal(message, now),
            Type::MethodReturn | Type::Error => {
                if let Some(asked) = self.calls.answered(message) {
                    let is_well = message.message_type() == Type::MethodReturn;
                    self.hear_answer(asked, is_well.then_some(message), now);
                }
            }
            Type::MethodCall => {}
        }
        self.look(now);
    }

    /// Does what its time has come for.
    pub fn look(&mut self, now: Instant) {
        for asked in self.calls.given_up(now) {
            self.hear_answer(asked, None, now);
        }
        if self.list_at.is_some_and(|at| at <= now) {
            self.list_at = None;
            self.calls.ask_bus("ListNames", &(), Asked::Names, now);
        }
        for client in &mut self.clients {
            if client.is_heard_again(now) {
                self.calls.listen(true, &rule(&client.owner));
            }
            if client.read_at.is_some_and(|at| at <= now) {
                client.read_at = None;
                let (to, get) = ((&*client.owner, PATH), (PROPERTIES, "GetAll"));
                let asked = Asked::All(client.number);
                if !self.calls.ask(to, get, &PLAYER, asked, now) {
                    client.try_again(now);
                }
            }
            if let Some(shown) = client.news(now) {
                let client = client.name.clone();
                self.facts.tell(Fact::Client { client, shown });
            }
        }
    }

    /// Once a second: where in their songs those are that play.
    pub fn ask_positions(&mut self, now: Instant) {
        for client in &mut self.clients {
            if client.plays() && !client.position_is_asked {
                let (to, get) = ((&*client.owner, PATH), (PROPERTIES, "Get"));
                let asked = Asked::Position(client.number);
                client.position_is_asked =
                    self.calls.ask(to, get, &(PLAYER, "Position"), asked, now);
            }
        }
    }

    /// Asks a client to do something; `false`: there is none of that name here.
    pub fn order(&mut self, order: &Order, now: Instant) -> bool {
        let client = self.clients.iter().find(|one| one.name == order.client);
        let Some(client) = client else { return false };
        let done = Asked::Order(order.done.clone());
        let (to, what) = ((&*client.owner, PATH), (PLAYER, order.method));
        self.calls.ask(to, what, &(), done, now)
    }

    fn hear_signal(&mut self, message: &Message, now: Instant) {
        let header = message.header();
        let (Some(member), Some(sender)) = (header.member(), header.sender()) else {
            return;
        };
        let member = member.as_str();
        if member == "NameOwnerChanged" && sender.as_str() == "org.freedesktop.DBus" {
            return self.hear_of_owner(message, now);
        }
        if let Some(fact) = network::heard(message).filter(|_| self.wanted.system) {
            return self.facts.tell(fact);
        }
        let body = message.body();
        let by = |client: &&mut Client| client.owner == sender.as_str();
        let Some(client) = self.clients.iter_mut().find(by) else {
            return;
        };
        if client.is_too_loud(body.len(), now) {
            self.calls.listen(false, &rule(&client.owner));
        }
        let mut read = reader(message);
        match (header.interface().map(|name| name.as_str()), member) {
            (Some(PROPERTIES), "PropertiesChanged") if read.text().as_deref() == Some(PLAYER) => {
                client.take_changes(read, now);
            }
            (Some(PLAYER), "Seeked") => {
                let us = body.deserialize::<i64>().ok();
                let client = client.name.clone();
                self.facts.tell(Fact::Position { client, us });
            }
            _ => {}
        }
    }

    fn hear_of_owner(&mut self, message: &Message, now: Instant) {
        let body = message.body();
        let Ok((name, old, new)) = body.deserialize::<(&str, &str, &str)>() else {
            return;
        };
        if name == network::MANAGER {
            match new.is_empty() {
                true => self.facts.tell(network::unknown()),
                false => self.ask_connectivity(now),
            }
            return;
        }
        if !self.wanted.players {
            return;
        }
        if !old.is_empty() {
            self.let_go(name, old, now);
        }
        if !new.is_empty() {
            self.meet(name, new, now);
        }
    }

    fn let_go(&mut self, name: &str, owner: &str, now: Instant) {
        let is_it = |client: &Client| client.name == name && client.owner == owner;
        let Some(at) = self.clients.iter().position(is_it) else {
            return;
        };
        let client = self.clients.remove(at);
        self.calls.listen(false, &rule(&client.owner));
        let client = client.name;
        self.facts.tell(Fact::ClientGone { client });
        // It may have another name, and somebody may have found no place.
        self.list_at = self.list_at.or(Some(now + A_WHILE));
    }

    /// One connection is one client, by whichever of its names comes first: a player that has two is not two.
    fn meet(&mut self, name: &str, owner: &str, now: Instant) {
        let is_known = |client: &Client| client.owner == owner || client.name == name;
        if !is_of_interest(name) || self.clients.iter().any(is_known) {
            return;
        }
        if now.duration_since(self.newcomers.0) >= A_WHILE {
            self.newcomers = (now, 0);
        }
        self.newcomers.1 += 1;
        if self.clients.len() >= MAX_CLIENTS {
            return;
        }
        if self.newcomers.1 > MAX_NEWCOMERS {
            self.list_at = self.list_at.or(Some(now + A_WHILE));
            return;
        }
        self.numbers += 1;
        let number = self.numbers;
        self.calls.listen(true, &rule(owner));
        let pid = "GetConnectionUnixProcessID";
        self.calls.ask_bus(pid, &owner, Asked::Process(number), now);
        let (to, get) = ((owner, PATH), (PROPERTIES, "Get"));
        let asked = Asked::Identity(number);
        self.calls.ask(to, get, &(ROOT, "Identity"), asked, now);
        self.clients.push(Client::new(number, name, owner, now));
    }

    /// `None`: it failed, or did not come.
    fn hear_answer(&mut self, asked: Asked, answer: Option<&Message>, now: Instant) {
        match asked {
            Asked::Names => self.hear_names(answer, now),
            Asked::Owner(name) => {
                let owner = answer.and_then(|answer| reader(answer).text());
                if let Some(owner) = owner {
                    self.meet(&name, &owner, now);
                }
            }
            Asked::Process(number) => {
                if let Some(client) = self.client(number) {
                    client.process = answer.and_then(|answer| answer.body().deserialize().ok());
                }
            }
            Asked::Identity(number) => {
                let identity = answer.and_then(|answer| match reader(answer).variant()?.value() {
                    Some(crate::outage::Value::Text(identity)) => Some(identity),
                    _ => None,
                });
                if let (Some(client), Some(identity)) = (self.client(number), identity) {
                    client.take_identity(identity);
                }
            }
            Asked::All(number) => match (self.client(number), answer) {
                (Some(client), Some(answer)) => {
                    client.take_all(reader(answer), answer.body().len(), now);
                }
                (Some(client), None) => client.try_again(now),
                (None, _) => {}
            },
            Asked::Position(number) => self.hear_position(number, answer),
            Asked::Connectivity => {
                let word = answer.and_then(|answer| reader(answer).variant());
                if let Some(fact) = word.and_then(network::connectivity) {
                    self.facts.tell(fact);
                }
            }
            Asked::Order(done) => _ = done.try_send(answer.is_some()),
        }
    }

    fn hear_names(&mut self, answer: Option<&Message>, now: Instant) {
        let body = answer.map(Message::body);
        let names: Vec<&str> = body
            .as_ref()
            .and_then(|body| body.deserialize().ok())
            .unwrap_or_default();
        let players = names.into_iter().take(MAX_NAMES);
        let players = players.filter(|name| is_of_interest(name));
        let is_known = |name: &&str| self.clients.iter().any(|client| client.name == *name);
        let new: Vec<&str> = players.filter(|name| !is_known(name)).collect();
        for name in new.into_iter().take(2 * MAX_CLIENTS) {
            let asked = Asked::Owner(name.to_owned());
            self.calls.ask_bus("GetNameOwner", &name, asked, now);
        }
    }

    fn hear_position(&mut self, number: u64, answer: Option<&Message>) {
        let Some(client) = self.client(number) else {
            return;
        };
        client.position_is_asked = false;
        let client = client.name.clone();
        let field = answer.and_then(|answer| reader(answer).variant());
        let us = field.and_then(client::position);
        self.facts.tell(Fact::Position { client, us });
    }

    fn ask_connectivity(&mut self, now: Instant) {
        let (to, body) = network::question();
        let asked = Asked::Connectivity;
        self.calls.ask(to, (PROPERTIES, "Get"), &body, asked, now);
    }

    fn client(&mut self, number: u64) -> Option<&mut Client> {
        self.clients
            .iter_mut()
            .find(|client| client.number == number)
    }
}

/// Whether it is a player, and not one of us.
fn is_of_interest(name: &str) -> bool {
    let player = name.strip_prefix(PREFIX);
    player.is_some_and(|player| player.split('.').next() != Some(OURS))
}

/// All that a client's player says.
fn rule(owner: &str) -> String {
    format!("type='signal',sender='{owner}',path='{PATH}'")
}

/// A message's body.
pub fn reader(message: &Message) -> Body<'_> {
    // The body is the end of the message.
    let all = message.data().bytes();
    let length = message.body().len();
    let body = &all[all.len() - length.min(all.len())..];
    let is_big = message.primary_header().endian_sig() == zbus::message::EndianSig::Big;
    Body::new(body, is_big)
}
