//! The thread's life: while there is anybody to listen to, a server is looked for, listened at, lost and looked for again. A
//! server that is not there, ends or hangs is no error.

use super::Wanted;
use super::server::Server;
use super::whose::Followed;
use crate::engine::pulse::{WireError, Woken};
use crate::outage::Facts;
use crate::outage::{Fact, Level};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// A server that is not there is looked for again: soon at first, then twice as long each time until this.
const SOON: Duration = Duration::from_millis(500);
const MOST: Duration = Duration::from_secs(10);

/// With nobody to listen to, the thread sleeps until it is woken.
const ASLEEP: Duration = Duration::from_secs(3_600);

/// What the thread holds.
pub struct Life {
    facts: Facts,
    wanted: Wanted,
    woken: Arc<Woken>,
    quitting: Arc<AtomicBool>,
    server: Option<Server>,
    look_at: Instant,
    wait: Duration,
    /// What was told last of each client.
    told: BTreeMap<String, Level>,
}

impl Life {
    /// Nothing is done yet.
    pub fn new(facts: Facts, wanted: Wanted, woken: Arc<Woken>, quitting: Arc<AtomicBool>) -> Self {
        Self {
            facts,
            wanted,
            woken,
            quitting,
            server: None,
            look_at: Instant::now(),
            wait: SOON,
            told: BTreeMap::new(),
        }
    }

    /// Until somebody quits.
    pub fn run(mut self) {
        while !self.quitting.load(Ordering::Acquire) {
            let wanted = self.wanted.lock().unwrap_or_else(PoisonError::into_inner);
            let followed = wanted.clone();
            drop(wanted);
            let is_followed = |client: &String| followed.iter().any(|one| one.client == *client);
            self.told.retain(|client, _| is_followed(client));
            if followed.is_empty() {
                (self.server, self.wait) = (None, SOON);
                self.look_at = Instant::now();
                self.woken.wait(ASLEEP);
            } else if self.listen(&followed).is_err() {
                self.lose();
            }
        }
    }

    fn listen(&mut self, followed: &[Followed]) -> Result<(), WireError> {
        let now = Instant::now();
        let mut server = match self.server.take() {
            Some(server) => server,
            None if self.look_at > now => {
                self.woken.wait(self.look_at - now);
                return Ok(());
            }
            None => Server::connect(self.woken.clone(), self.quitting.clone())?,
        };
        server.work(followed, now)?;
        self.wait = SOON;
        for (client, level) in server.levels() {
            if let Some(level) = level {
                self.tell(client, level);
            }
        }
        server.wait(ASLEEP)?;
        self.server = Some(server);
        Ok(())
    }

    /// Whoever was heard through it no longer is.
    fn lose(&mut self) {
        let told: Vec<String> = self.told.keys().cloned().collect();
        for client in told {
            self.tell(&client, Level::Gone);
        }
        self.look_at = Instant::now() + self.wait;
        self.wait = (self.wait * 2).min(MOST);
    }

    fn tell(&mut self, client: &str, level: Level) {
        if self.told.get(client) != Some(&level) {
            self.told.insert(client.to_owned(), level);
            let client = client.to_owned();
            self.facts.tell(Fact::Sound { client, level });
        }
    }
}
