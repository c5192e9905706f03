//! What clients say to each other: who hears which channel, and what waits for whom. A client that is gone is forgotten.

use super::ack::{Ack, Code};
use super::subsystem::{Stir, Subsystems};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Channels that one client hears, as in MPD.
const MAX_CHANNELS: usize = 16;

/// Messages that wait for one client, as in MPD: further ones are not kept for it.
const MAX_MESSAGES: usize = 64;

/// All channels.
pub struct Channels {
    clients: Mutex<BTreeMap<u64, Hearing>>,
    stir: Stir,
}

#[derive(Default)]
struct Hearing {
    channels: BTreeSet<String>,
    /// Of which channel, and what.
    messages: VecDeque<(String, String)>,
}

/// A client that hears channels. Dropping it forgets the client.
#[derive(Debug)]
pub struct Hearer {
    number: u64,
    all: Arc<Channels>,
}

impl Drop for Hearer {
    fn drop(&mut self) {
        let gone = self.all.lock().remove(&self.number);
        if gone.is_some_and(|hearing| !hearing.channels.is_empty()) {
            self.all.stir.tell(Subsystems::SUBSCRIPTION);
        }
    }
}

impl std::fmt::Debug for Channels {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Channels")
    }
}

impl Channels {
    /// Nobody hears anything. News are left there.
    pub fn new(stir: Stir) -> Arc<Self> {
        Arc::new(Self {
            clients: Mutex::default(),
            stir,
        })
    }

    /// What clients hear, each once.
    pub fn names(&self) -> BTreeSet<String> {
        let clients = self.lock();
        let heard = clients.values().flat_map(|hearing| &hearing.channels);
        heard.cloned().collect()
    }

    /// Sends to all who hear this channel.
    pub fn send(&self, channel: &str, message: &str) -> Result<(), Ack> {
        check(channel)?;
        let mut clients = self.lock();
        let mut is_heard = false;
        for (number, hearing) in clients.iter_mut() {
            if !hearing.channels.contains(channel) {
                continue;
            }
            is_heard = true;
            if hearing.messages.len() < MAX_MESSAGES {
                let message = (channel.to_owned(), message.to_owned());
                hearing.messages.push_back(message);
                self.stir.tell_one(*number, Subsystems::MESSAGE);
            }
        }
        match is_heard {
            true => Ok(()),
            false => Err(Ack::no_exist("nobody is subscribed to this channel")),
        }
    }

    /// A client that begins to hear channels.
    pub fn hearer(self: &Arc<Self>, number: u64) -> Hearer {
        let all = self.clone();
        Hearer { number, all }
    }

    /// Each change of a map is made in one step: a thread that panicked has left it whole.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Hearing>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Hearer {
    /// Hears one more.
    pub fn subscribe(&self, channel: &str) -> Result<(), Ack> {
        check(channel)?;
        let mut clients = self.all.lock();
        let hearing = clients.entry(self.number).or_default();
        if hearing.channels.contains(channel) {
            let message = "already subscribed to this channel";
            return Err(Ack::new(Code::Exist, message));
        }
        if hearing.channels.len() >= MAX_CHANNELS {
            return Err(Ack::new(Code::Exist, "subscription list is full"));
        }
        hearing.channels.insert(channel.to_owned());
        self.all.stir.tell(Subsystems::SUBSCRIPTION);
        Ok(())
    }

    /// Hears one less; what came from it and was not read stays.
    pub fn unsubscribe(&self, channel: &str) -> Result<(), Ack> {
        let mut clients = self.all.lock();
        let hearing = clients.entry(self.number).or_default();
        match hearing.channels.remove(channel) {
            true => {
                self.all.stir.tell(Subsystems::SUBSCRIPTION);
                Ok(())
            }
            false => Err(not_subscribed()),
        }
    }

    /// What waits; it waits no more.
    pub fn take(&self) -> VecDeque<(String, String)> {
        let mut clients = self.all.lock();
        let hearing = clients.get_mut(&self.number);
        hearing.map_or(VecDeque::new(), |hearing| {
            std::mem::take(&mut hearing.messages)
        })
    }
}

/// What a client is told that hears nothing of that.
pub fn not_subscribed() -> Ack {
    Ack::no_exist("not subscribed to this channel")
}

fn check(channel: &str) -> Result<(), Ack> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "_-.:".contains(c);
    match !channel.is_empty() && channel.chars().all(fits) {
        true => Ok(()),
        false => Err(Ack::arg("invalid channel name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_reach_who_hears_them_and_nobody_who_is_gone() {
        let stir = Stir::default();
        let all = Channels::new(stir.clone());
        let (one, other) = (all.hearer(1), all.hearer(2));
        one.subscribe("a").unwrap();
        other.subscribe("a").unwrap();
        other.subscribe("b").unwrap();
        assert_eq!(stir.take(), Subsystems::SUBSCRIPTION);
        all.send("a", "x").unwrap();
        all.send("b", "y").unwrap();
        let told = stir.take_single();
        assert_eq!(told, [1, 2, 2].map(|number| (number, Subsystems::MESSAGE)));
        let read = |hearer: &Hearer| Vec::from(hearer.take());
        assert_eq!(read(&one), [("a".into(), "x".into())]);
        let both = [("a", "x"), ("b", "y")].map(|(c, m)| (c.to_owned(), m.to_owned()));
        assert_eq!(read(&other), both);
        assert_eq!(read(&other), []);
        drop(other);
        assert_eq!(stir.take(), Subsystems::SUBSCRIPTION);
        assert_eq!(all.names(), BTreeSet::from(["a".to_owned()]));
        assert_eq!(all.send("b", "y").unwrap_err().code, Code::NoExist);
    }

    #[test]
    fn nobody_hears_or_keeps_without_end() {
        let all = Channels::new(Stir::default());
        let one = all.hearer(1);
        for number in 0..MAX_CHANNELS {
            one.subscribe(&format!("c{number}")).unwrap();
        }
        assert!(one.subscribe("more").is_err());
        for _ in 0..=MAX_MESSAGES {
            all.send("c0", "x").unwrap();
        }
        assert_eq!(one.take().len(), MAX_MESSAGES);
        for name in ["", "a b", "a/b", "ä", "a\n"] {
            assert_eq!(one.subscribe(name).unwrap_err().code, Code::Arg, "{name}");
        }
    }
}
