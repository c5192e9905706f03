//! Facts that wait for the guard. Whoever tells never waits; where too many have come, the latest state of a thing stands in the
//! place of the one before, and news that cannot be told anew are kept.

use crate::outage::{Fact, Noted};
use crossbeam_channel::{Receiver, Sender, bounded};
use std::collections::VecDeque;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::Instant;

/// Facts that wait at most. A guard that works takes them as they come.
const MAX_WAITING: usize = 256;

/// Of those who keep what does not fit themselves.
const MAX_DIRECT: usize = 64;

/// The facts' clock began when somebody first looked at it.
static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Where facts go. Its copies lead to the same place.
#[derive(Clone)]
pub struct Facts {
    waiting: Arc<Mutex<VecDeque<Noted>>>,
    bell: Sender<()>,
    direct: Sender<Noted>,
}

/// Where they come out.
pub(super) struct Inbox {
    waiting: Arc<Mutex<VecDeque<Noted>>>,
    pub bell: Receiver<()>,
    pub direct: Receiver<Noted>,
}

pub(super) fn inbox() -> (Facts, Inbox) {
    // One place: a bell that has rung and was not heard need not ring again.
    let (bell, rung) = bounded(1);
    let (direct, told) = bounded(MAX_DIRECT);
    let waiting = Arc::default();
    let facts = Facts {
        waiting: Arc::clone(&waiting),
        bell,
        direct,
    };
    let inbox = Inbox {
        waiting,
        bell: rung,
        direct: told,
    };
    (facts, inbox)
}

/// The facts' clock, in ms: it goes forward, and stands while the machine sleeps.
pub(super) fn now_ms() -> u64 {
    u64::try_from(BEGAN.elapsed().as_millis()).unwrap_or(u64::MAX)
}

impl Facts {
    /// When the clock began by which facts are noted.
    pub fn clock_began(&self) -> Instant {
        *BEGAN
    }

    /// For who notes facts by that clock and keeps the latest of what does not fit.
    pub fn channel(&self) -> Sender<Noted> {
        self.direct.clone()
    }

    /// Tells a fact of now.
    pub fn tell(&self, fact: Fact) {
        self.tell_noted(Noted {
            at_ms: now_ms(),
            fact,
        });
    }

    /// Tells one that was noted before.
    pub fn tell_noted(&self, noted: Noted) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        push(&mut waiting, noted);
        drop(waiting);
        self.bell.try_send(()).ok();
    }
}

impl Inbox {
    /// All that wait, in their order.
    pub fn take(&self) -> VecDeque<Noted> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *waiting)
    }
}

fn push(waiting: &mut VecDeque<Noted>, noted: Noted) {
    if waiting.len() >= MAX_WAITING {
        let same = waiting
            .iter()
            .position(|other| is_of_one_thing(&other.fact, &noted.fact));
        // Where all that waits is news, the oldest goes: so many in a row are not ours.
        let at = same.or_else(|| outdated(waiting)).unwrap_or(0);
        waiting.remove(at);
    }
    waiting.push_back(noted);
}

/// The first state that is told anew behind it, else the first of all.
fn outdated(waiting: &VecDeque<Noted>) -> Option<usize> {
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
    use crate::outage::{Ours, Shown};

    fn position(client: &str, us: i64) -> Fact {
        let client = client.to_owned();
        Fact::Position {
            client,
            us: Some(us),
        }
    }

    #[test]
    fn a_flood_leaves_the_latest_of_each_client_and_all_news() {
        let (facts, inbox) = inbox();
        facts.tell(Fact::Ours { ours: Ours::Sounds });
        let shown = Shown {
            status: "Playing".into(),
            ..Shown::default()
        };
        let client = "quiet".to_owned();
        facts.tell(Fact::Client { client, shown });
        for us in 0..10_000 {
            facts.tell(position("loud", us));
        }
        facts.tell(Fact::Woke);
        let all = inbox.take();
        assert_eq!(all.len(), MAX_WAITING);
        let has = |is_it: &dyn Fn(&Fact) -> bool| all.iter().any(|noted| is_it(&noted.fact));
        assert!(has(&|fact| matches!(fact, Fact::Ours { .. })));
        assert!(has(&|fact| matches!(fact, Fact::Client { .. })));
        assert!(has(&|fact| *fact == position("loud", 9_999)));
        assert_eq!(all.back().unwrap().fact, Fact::Woke);
        assert!(inbox.take().is_empty());
    }

    #[test]
    fn news_alone_never_grow_without_end() {
        let (facts, inbox) = inbox();
        for _ in 0..10 * MAX_WAITING {
            facts.tell(Fact::Woke);
        }
        assert_eq!(inbox.take().len(), MAX_WAITING);
    }
}
