//! Facts that wait for whoever takes them. Who tells never waits: where too many have come, the latest state of a thing stands in
//! the place of the one before, and news that cannot be told anew are kept. Of a client that nobody has heard of, or that has
//! left, nothing more is told. Each fact is stamped while nobody else can tell one: times never go back.

use super::{Fact, Noted};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Facts that wait at most. Who works takes them as they come.
const MAX_WAITING: usize = 256;

/// Clients that are there at once; others are not told of. Sensors watch far fewer.
const MAX_CLIENTS: usize = 1_024;

/// Where facts go. Its copies lead to the same place.
#[derive(Clone)]
pub struct Facts {
    shared: Arc<Shared>,
    bell: Sender<()>,
}

/// Where they come out.
pub struct Inbox {
    shared: Arc<Shared>,
    /// Rings where something waits; it is closed once nobody can tell anything more.
    pub bell: Receiver<()>,
}

struct Shared {
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: VecDeque<Noted>,
    /// Clients that were told of; `true`: whoever takes facts has heard of them.
    known: BTreeMap<String, bool>,
}

/// `began`: where the facts' clock stands at 0. It goes forward, and stands while the machine sleeps.
pub fn inbox(began: Instant) -> (Facts, Inbox) {
    // One place: a bell that has rung and was not heard need not ring again.
    let (bell, rung) = bounded(1);
    let shared = Arc::new(Shared {
        began,
        state: Mutex::default(),
    });
    let facts = Facts {
        shared: Arc::clone(&shared),
        bell,
    };
    let inbox = Inbox { shared, bell: rung };
    (facts, inbox)
}

impl Facts {
    /// Tells a fact of now.
    pub fn tell(&self, fact: Fact) {
        let mut state = self.shared.state();
        let elapsed = self.shared.began.elapsed();
        let at_ms = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX);
        state.tell(Noted { at_ms, fact });
        drop(state);
        self.bell.try_send(()).ok();
    }
}

impl Inbox {
    /// All that wait, in their order.
    pub fn take(&self) -> VecDeque<Noted> {
        let mut state = self.shared.state();
        let State { waiting, known } = &mut *state;
        for noted in &*waiting {
            if let Fact::Client { client, .. } = &noted.fact
                && let Some(is_heard) = known.get_mut(client)
            {
                *is_heard = true;
            }
        }
        std::mem::take(waiting)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn tell(&mut self, noted: Noted) {
        if !self.is_news(&noted.fact) {
            return;
        }
        if self.waiting.len() >= MAX_WAITING {
            let same = self
                .waiting
                .iter()
                .position(|other| is_of_one_thing(&other.fact, &noted.fact));
            // Where all that waits is news, the oldest goes: so many in a row are not ours.
            let at = same.or_else(|| self.outdated()).unwrap_or(0);
            self.waiting.remove(at);
        }
        self.waiting.push_back(noted);
    }

    /// Notes who is there.
    fn is_news(&mut self, fact: &Fact) -> bool {
        match fact {
            Fact::Client { client, .. } => {
                let is_known = self.known.contains_key(client);
                if !is_known && self.known.len() < MAX_CLIENTS {
                    self.known.insert(client.clone(), false);
                }
                is_known || self.known.contains_key(client)
            }
            Fact::ClientGone { client } => {
                let is_heard = self.known.remove(client);
                // That it left before is told all the same.
                let is_left = |noted: &Noted| matches!(noted.fact, Fact::ClientGone { .. });
                self.waiting
                    .retain(|noted| is_left(noted) || of(&noted.fact) != Some(client));
                is_heard == Some(true)
            }
            fact => of(fact).is_none_or(|client| self.known.contains_key(client)),
        }
    }

    /// The first state that is told anew behind it, else the first of all.
    fn outdated(&self) -> Option<usize> {
        let waiting = &self.waiting;
        let is_told_again = |at: usize, fact: &Fact| {
            let mut behind = waiting.iter().skip(at + 1);
            behind.any(|other| is_of_one_thing(fact, &other.fact))
        };
        let mut states = waiting
            .iter()
            .enumerate()
            .filter(|(_, noted)| is_state(&noted.fact));
        let first = states.clone().next().map(|(at, _)| at);
        let again = states.find(|(at, noted)| is_told_again(*at, &noted.fact));
        again.map(|(at, _)| at).or(first)
    }
}

/// The client that a fact is about.
fn of(fact: &Fact) -> Option<&String> {
    match fact {
        Fact::Client { client, .. }
        | Fact::Position { client, .. }
        | Fact::ClientGone { client }
        | Fact::Sound { client, .. } => Some(client),
        _ => None,
    }
}

/// Whether the second tells anew what the first has told.
fn is_of_one_thing(one: &Fact, other: &Fact) -> bool {
    match (one, other) {
        (Fact::Client { client: one, .. }, Fact::Client { client: other, .. })
        | (Fact::Position { client: one, .. }, Fact::Position { client: other, .. })
        | (Fact::Sound { client: one, .. }, Fact::Sound { client: other, .. }) => one == other,
        (Fact::Route { .. }, Fact::Route { .. })
        | (Fact::Network { .. }, Fact::Network { .. })
        | (Fact::Tick, Fact::Tick) => true,
        _ => false,
    }
}

/// Whether it is told again, sooner or later.
fn is_state(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Position { .. } | Fact::Client { .. } | Fact::Sound { .. } | Fact::Tick
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outage::{Level, Ours, Shown};

    fn new() -> (Facts, Inbox) {
        inbox(Instant::now())
    }

    fn position(client: &str, us: i64) -> Fact {
        Fact::Position {
            client: client.into(),
            us: Some(us),
        }
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

    fn taken(inbox: &Inbox) -> Vec<Fact> {
        inbox.take().into_iter().map(|noted| noted.fact).collect()
    }

    #[test]
    fn a_flood_leaves_the_latest_of_each_client_and_all_news() {
        let (facts, inbox) = new();
        facts.tell(Fact::Ours { ours: Ours::Sounds });
        facts.tell(shows("quiet", "Playing"));
        facts.tell(shows("loud", "Playing"));
        for us in 0..10_000 {
            facts.tell(position("loud", us));
        }
        facts.tell(Fact::Woke);
        let all = taken(&inbox);
        assert_eq!(all.len(), MAX_WAITING);
        assert!(all.contains(&Fact::Ours { ours: Ours::Sounds }));
        assert!(all.contains(&shows("quiet", "Playing")));
        assert!(all.contains(&position("loud", 9_999)));
        assert_eq!(all.last(), Some(&Fact::Woke));
        assert!(taken(&inbox).is_empty());
    }

    #[test]
    fn news_alone_never_grow_without_end() {
        let (facts, inbox) = new();
        for _ in 0..10 * MAX_WAITING {
            facts.tell(Fact::Woke);
        }
        assert_eq!(inbox.take().len(), MAX_WAITING);
        for number in 0..2 * MAX_CLIENTS {
            facts.tell(shows(&number.to_string(), "a"));
        }
        assert_eq!(inbox.shared.state().known.len(), MAX_CLIENTS);
        assert_eq!(inbox.take().len(), MAX_WAITING);
    }

    #[test]
    fn who_comes_and_goes_unheard_is_not_told_and_who_was_heard_is_told_to_have_left() {
        let (facts, inbox) = new();
        facts.tell(shows("x", "a"));
        assert_eq!(taken(&inbox), [shows("x", "a")]);
        for number in 0..10_000 {
            let client = number.to_string();
            facts.tell(shows(&client, "a"));
            facts.tell(sounds(&client, Level::Silent));
            facts.tell(gone(&client));
            facts.tell(sounds(&client, Level::Sounds));
        }
        assert_eq!(inbox.shared.state().known.len(), 1);
        for _ in 0..3 {
            facts.tell(gone("x"));
            facts.tell(shows("x", "b"));
        }
        assert_eq!(taken(&inbox), [gone("x"), shows("x", "b")]);
    }

    #[test]
    fn the_bell_rings_for_what_waits_and_is_closed_with_the_last_who_could_tell() {
        let (facts, inbox) = new();
        assert!(inbox.bell.try_recv().is_err());
        facts.tell(Fact::Woke);
        facts.clone().tell(Fact::Woke);
        assert_eq!(inbox.bell.try_recv(), Ok(()));
        assert_eq!(inbox.take().len(), 2);
        drop(facts);
        let closed = crossbeam_channel::TryRecvError::Disconnected;
        assert_eq!(inbox.bell.try_recv(), Err(closed));
    }

    #[test]
    fn times_go_forward_whoever_tells() {
        let (facts, inbox) = new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..50).for_each(|_| facts.tell(Fact::Woke)));
            }
        });
        let times: Vec<u64> = inbox.take().iter().map(|noted| noted.at_ms).collect();
        assert_eq!(times.len(), 200);
        assert!(times.is_sorted(), "{times:?}");
    }
}
