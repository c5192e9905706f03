//! Facts on their way up, stamped with the time. Nobody waits for whoever takes them: what does not fit waits here, and of
//! each kind the latest alone.

use crate::outage::{Fact, Noted};
use crossbeam_channel::{Sender, TrySendError};
use std::collections::{BTreeMap, VecDeque};
use std::mem::discriminant;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What waits is offered again after so long.
pub const AGAIN: Duration = Duration::from_millis(50);

/// The way up, for all threads of the sensors.
pub struct Outbox {
    facts: Sender<Noted>,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Oldest first. At most one of each kind of each client, and a client's leaving before what is told of it anew.
    waiting: VecDeque<Noted>,
    /// Clients that were told of or will be; `true`: somebody has heard of them.
    known: BTreeMap<String, bool>,
}

impl Outbox {
    /// `began`: where the facts' clock stands at 0.
    pub fn new(facts: Sender<Noted>, began: Instant) -> Self {
        Self {
            facts,
            began,
            state: Mutex::default(),
        }
    }

    /// Tells this, now or as soon as it fits.
    pub fn put(&self, fact: Fact) {
        let mut state = self.state();
        if !state.is_news(&fact) {
            return;
        }
        let kind = discriminant(&fact);
        let is_older =
            |noted: &Noted| discriminant(&noted.fact) == kind && of(&noted.fact) == of(&fact);
        state.waiting.retain(|noted| !is_older(noted));
        // Stamped while nobody else can put: times never go back.
        let at_ms = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        state.waiting.push_back(Noted { at_ms, fact });
        state.send(&self.facts);
    }

    /// Offers what waits; whether something still does.
    pub fn is_waiting(&self) -> bool {
        let mut state = self.state();
        state.send(&self.facts);
        !state.waiting.is_empty()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Notes who is there. Of a client that nobody has heard of, or that has left, nothing more is told.
    fn is_news(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::Client { client, .. } => {
                self.known.entry(client.clone()).or_default();
                true
            }
            Fact::ClientGone { client } => {
                let left = self.known.remove(client);
                let is_left = |noted: &Noted| matches!(noted.fact, Fact::ClientGone { .. });
                self.waiting
                    .retain(|noted| is_left(noted) || of(&noted.fact) != Some(client));
                left == Some(true)
            }
            fact => of(fact).is_none_or(|client| self.known.contains_key(client)),
        }
    }

    fn send(&mut self, facts: &Sender<Noted>) {
        while let Some(noted) = self.waiting.pop_front() {
            let client = match &noted.fact {
                Fact::Client { client, .. } => Some(client.clone()),
                _ => None,
            };
            match facts.try_send(noted) {
                Ok(()) => {
                    let has_heard = client.and_then(|client| self.known.get_mut(&client));
                    has_heard
                        .into_iter()
                        .for_each(|has_heard| *has_heard = true);
                }
                Err(TrySendError::Full(noted)) => return self.waiting.push_front(noted),
                // Nobody wants to know any more.
                Err(TrySendError::Disconnected(_)) => self.waiting.clear(),
            }
        }
    }
}

fn of(fact: &Fact) -> Option<&String> {
    match fact {
        Fact::Client { client, .. }
        | Fact::Position { client, .. }
        | Fact::ClientGone { client }
        | Fact::Sound { client, .. } => Some(client),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outage::{Level, Shown};
    use crossbeam_channel::{Receiver, bounded};

    fn outbox(room: usize) -> (Outbox, Receiver<Noted>) {
        let (sender, receiver) = bounded(room);
        (Outbox::new(sender, Instant::now()), receiver)
    }

    fn shows(client: &str, status: &str) -> Fact {
        Fact::Client {
            client: client.into(),
            shown: Shown {
                status: status.into(),
                ..Shown::default()
            },
        }
    }

    fn gone(client: &str) -> Fact {
        Fact::ClientGone {
            client: client.into(),
        }
    }

    fn sounds(client: &str, level: Level) -> Fact {
        Fact::Sound {
            client: client.into(),
            level,
        }
    }

    fn taken(facts: &Receiver<Noted>) -> Vec<Fact> {
        facts.try_iter().map(|noted| noted.fact).collect()
    }

    #[test]
    fn what_does_not_fit_comes_as_the_latest_state() {
        let (outbox, facts) = outbox(1);
        for status in ["a", "b", "c"] {
            outbox.put(shows("x", status));
        }
        outbox.put(sounds("x", Level::Silent));
        outbox.put(sounds("x", Level::Sounds));
        assert_eq!(taken(&facts), [shows("x", "a")]);
        assert!(outbox.is_waiting());
        assert_eq!(taken(&facts), [shows("x", "c")]);
        assert!(!outbox.is_waiting());
        assert_eq!(taken(&facts), [sounds("x", Level::Sounds)]);
    }

    #[test]
    fn who_comes_and_goes_unheard_is_not_told_and_who_was_heard_is_told_to_have_left() {
        let (outbox, facts) = outbox(1);
        outbox.put(shows("x", "a"));
        for number in 0..10_000 {
            let client = number.to_string();
            outbox.put(shows(&client, "a"));
            outbox.put(sounds(&client, Level::Silent));
            outbox.put(gone(&client));
            outbox.put(sounds(&client, Level::Sounds));
        }
        assert!(outbox.state().waiting.is_empty());
        assert_eq!(outbox.state().known.len(), 1);
        for _ in 0..3 {
            outbox.put(gone("x"));
            outbox.put(shows("x", "b"));
        }
        let mut all = taken(&facts);
        while outbox.is_waiting() {
            all.extend(taken(&facts));
        }
        all.extend(taken(&facts));
        assert_eq!(all, [shows("x", "a"), gone("x"), shows("x", "b")]);
    }

    #[test]
    fn times_go_forward() {
        let (outbox, facts) = outbox(100);
        (0..100).for_each(|_| outbox.put(Fact::Woke));
        let times: Vec<u64> = facts.try_iter().map(|noted| noted.at_ms).collect();
        assert_eq!(times.len(), 100);
        assert!(times.is_sorted(), "{times:?}");
    }
}
