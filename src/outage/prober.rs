//! Probes on threads of their own, for whoever must not wait: the guard asks and goes on, and is told. At most one probe of a
//! service runs at a time, four in all, and of each service as many in an hour as its limit allows; what comes beyond, or before
//! the time that the service asked for, is told the last answer again.

use super::Probed;
use super::hour::Hour;
use super::probe::{Clock, NetworkTest, judge, probe};
use super::service::{Service, Services, Target};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// Probes at once.
pub const MAX_PROBES: usize = 4;

/// A certificate that was verified tells for so long that the clock is right.
const PROVEN_FOR: Duration = Duration::from_secs(3_600);

type Tell = Box<dyn Fn(Probed) + Send + Sync>;

/// Asks services when it is told to.
pub struct Prober {
    shared: Arc<Shared>,
}

struct Shared {
    services: Services,
    test: NetworkTest,
    tell: Tell,
    began: Instant,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Nobody wants to be told any more.
    is_over: bool,
    threads: usize,
    running: HashSet<String>,
    waiting: VecDeque<String>,
    known: HashMap<String, Known>,
    proven: Option<Instant>,
}

/// What is known of a service.
#[derive(Default)]
struct Known {
    hour: Hour,
    not_before_ms: u64,
    last: Option<Probed>,
}

impl Prober {
    /// Contacts nobody yet. `tell` is called on a thread of the prober.
    pub fn start(
        services: Services,
        control: Option<Target>,
        tell: impl Fn(Probed) + Send + Sync + 'static,
    ) -> Self {
        let shared = Shared {
            services,
            test: NetworkTest::new(control),
            tell: Box::new(tell),
            began: Instant::now(),
            state: Mutex::new(State::default()),
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Has a service asked, unless that is under way. It never waits. `false`: there is no service of this name, or no thread
    /// for it; nothing will be told.
    pub fn ask(&self, service: &str) -> bool {
        let Some(service) = self.shared.services.named(service) else {
            return false;
        };
        let mut state = self.shared.state();
        if state.running.contains(&service.name) || state.waiting.contains(&service.name) {
            return true;
        }
        state.waiting.push_back(service.name.clone());
        if state.threads == MAX_PROBES {
            return true;
        }
        let shared = Arc::clone(&self.shared);
        let work = thread::Builder::new().name("probe".into());
        let is_begun = work.spawn(move || shared.work()).is_ok();
        match is_begun {
            true => state.threads += 1,
            false if state.threads == 0 => state.waiting.clear(),
            false => {}
        }
        is_begun || state.threads > 0
    }
}

impl Drop for Prober {
    /// What still runs ends with its time, and tells nobody.
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.is_over = true;
        state.waiting.clear();
    }
}

impl Shared {
    /// What stands there is whole at every moment, whoever panicked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One probe after another, while any waits.
    fn work(&self) {
        while let Some(name) = self.next() {
            let probed = self
                .services
                .named(&name)
                .map(|service| self.probed(service));
            let mut state = self.state();
            state.running.remove(&name);
            let is_over = state.is_over;
            drop(state);
            if let Some(probed) = probed.filter(|_| !is_over) {
                (self.tell)(probed);
            }
        }
    }

    fn next(&self) -> Option<String> {
        let mut state = self.state();
        let next = state.waiting.pop_front();
        match &next {
            Some(name) => {
                state.running.insert(name.clone());
            }
            None => state.threads -= 1,
        }
        next
    }

    fn probed(&self, service: &Service) -> Probed {
        if let Some(last) = self.last_if_too_early(&service.name) {
            return last;
        }
        let evidence = probe(service, &self.test);
        let mut state = self.state();
        if evidence.is_proven() {
            state.proven = Some(Instant::now());
        }
        let is_proven = state.proven.is_some_and(|at| at.elapsed() < PROVEN_FOR);
        let probed = evidence.probed(&judge(&evidence, &Clock::now(is_proven)));
        let known = state.known.entry(service.name.clone()).or_default();
        if let Some(wait_ms) = probed.retry_after_ms {
            known.not_before_ms = self.now_ms().saturating_add(wait_ms);
        }
        known.last = Some(probed.clone());
        probed
    }

    /// Notes that a request goes now; or gives what is known, where it must not.
    fn last_if_too_early(&self, name: &str) -> Option<Probed> {
        let now_ms = self.now_ms();
        let mut state = self.state();
        let known = state.known.entry(name.to_owned()).or_default();
        let not_before = known.not_before_ms.max(known.hour.may_at());
        if let Some(last) = known.last.clone().filter(|_| now_ms < not_before) {
            return Some(Probed {
                evidence: format!("{}; not asked again so soon", last.evidence),
                took_ms: 0,
                ..last
            });
        }
        known.hour.note(now_ms);
        None
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
#[path = "tests_of_prober.rs"]
mod tests;
