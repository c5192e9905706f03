//! Whether a service answers, and where it ends if it does not. Only whom it was asked to contact is contacted, once: no
//! redirect is followed, nothing is tried again, certificates are verified, and everything ends with its time, whatever the
//! other side does.
//!
//! | file | what it does |
//! |---|---|
//! | `deadline` | 3 s to connect, 5 s in all |
//! | `resolve`, `connect`, `tls`, `http` | the phases, each with what it can fail with |
//! | `check` | one check through its phases, and what the answer means |
//! | `control` | the network test |
//! | `saw` | what stood there, as a word and in words |
//! | `judge` | evidence → verdict; pure |
//! | `time` | times that servers tell |

mod check;
mod connect;
mod control;
mod deadline;
mod http;
mod judge;
mod resolve;
mod saw;
mod time;
mod tls;

pub use check::{Seen, now_s};
pub use control::{Control, NetworkTest};
pub use deadline::{IN_ALL, TO_CONNECT};
pub use http::MAX_BODY_BYTES;
pub use judge::{Clock, Judged, judge};
pub use saw::{Bad, Odd, Phase, Saw};

use super::Probed;
use super::route::default_route;
use super::service::{Check, Host, Service, Target};
use deadline::{Deadline, left};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// A service that has not answered for so long is in doubt, and the network test begins beside it.
const DOUBT_AFTER: Duration = Duration::from_secs(1);

/// For so long a connection waits for the answer that names whom to connect to.
const NAMED_WITHIN: Duration = Duration::from_secs(1);

/// Everything that one probe of a service found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The service's name.
    pub service: String,
    /// Whether there is a way out of this machine, where the system tells.
    pub route: Option<bool>,
    /// Each check as it went; none: nobody was asked, for there is no way out.
    pub seen: Vec<Seen>,
    /// What the network test came to.
    pub control: Control,
    /// How long it took, in ms.
    pub took_ms: u64,
}

/// Asks a service, all its checks at once.
pub fn probe(service: &Service, test: &NetworkTest) -> Evidence {
    let deadline = Deadline::from_now();
    let route = default_route();
    let is_here = |check: &Check| check.target.host().is_this_machine();
    if route == Some(false) && !service.checks.iter().all(is_here) {
        return Evidence {
            service: service.name.clone(),
            route,
            seen: Vec::new(),
            control: Control::NotAsked,
            took_ms: deadline.took_ms(),
        };
    }
    let seen = ask(service, test, deadline);
    let is_in_doubt = seen.iter().any(|seen| !seen.saw.is_well());
    let control = match is_in_doubt {
        true => test.answer(deadline.end),
        false => Control::NotAsked,
    };
    Evidence {
        service: service.name.clone(),
        route,
        seen,
        control,
        took_ms: deadline.took_ms(),
    }
}

fn ask(service: &Service, test: &NetworkTest, deadline: Deadline) -> Vec<Seen> {
    thread::scope(|scope| {
        let (tell, told) = channel();
        for check in &service.checks {
            let tell = tell.clone();
            let asking = thread::Builder::new().name("probe-check".into());
            let label = check.target.label();
            let failed = tell.clone();
            let began = asking.spawn_scoped(scope, move || run(check, deadline, &tell));
            if let Err(error) = began {
                failed.send(Seen::unable(label, &error)).ok();
            }
        }
        drop(tell);
        collect(&told, test)
    })
}

/// Runs a check, and beside it the connection that belongs to it: to one that the answer names, or to the one that is known
/// where none comes soon.
fn run(check: &Check, deadline: Deadline, tell: &Sender<Seen>) {
    let Some(known) = &check.connect else {
        tell.send(check::run(check, deadline).0).ok();
        return;
    };
    thread::scope(|scope| {
        let (name, named) = sync_channel::<Option<Host>>(1);
        let connect = move || {
            let within = NAMED_WITHIN.min(left(deadline.end));
            let host = named.recv_timeout(within).ok().flatten();
            tell.send(check::port(host.as_ref().unwrap_or(known), deadline.anew()))
                .ok();
        };
        let connecting = thread::Builder::new().name("probe-port".into());
        if let Err(error) = connecting.spawn_scoped(scope, connect) {
            tell.send(Seen::unable(known.to_string(), &error)).ok();
        }
        let (seen, host) = check::run(check, deadline);
        // It may have gone without.
        name.send(host).ok();
        tell.send(seen).ok();
    });
}

/// Gathers what was seen; the network test begins with the first failure, or when an answer is late.
fn collect(told: &Receiver<Seen>, test: &NetworkTest) -> Vec<Seen> {
    let doubt_at = Instant::now() + DOUBT_AFTER;
    let mut all = Vec::new();
    let mut is_doubted = false;
    loop {
        let next = match is_doubted {
            true => told.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => told.recv_timeout(left(doubt_at)),
        };
        let is_well = match next {
            Ok(seen) => {
                let is_well = seen.saw.is_well();
                all.push(seen);
                is_well
            }
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return all,
        };
        if !is_well && !is_doubted {
            test.begin();
            is_doubted = true;
        }
    }
}

impl Seen {
    fn unable(label: String, error: &std::io::Error) -> Self {
        Self {
            label,
            is_http: false,
            saw: Saw::Unable(error.to_string()),
            took_ms: 0,
            is_proven: false,
            takes_any: false,
            retry_after_ms: None,
        }
    }
}

impl Evidence {
    /// Whether somebody has proved by a certificate who it is: then this machine's clock is about right.
    pub fn is_proven(&self) -> bool {
        self.seen.iter().any(|seen| seen.is_proven)
    }

    /// As a fact.
    pub fn probed(&self, judged: &Judged) -> Probed {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let failed = self
            .seen
            .iter()
            .filter(|seen| !judge::is_fine(seen, &self.control));
        let waits = self.seen.iter().filter(|seen| seen.saw.may_send_away());
        Probed {
            service: self.service.clone(),
            verdict: judged.verdict,
            evidence: judged.evidence.clone(),
            checks: count(self.seen.len()),
            failed: count(failed.count()),
            took_ms: self.took_ms,
            retry_after_ms: waits.filter_map(|seen| seen.retry_after_ms).max(),
        }
    }
}

/// A page for a network test: plain HTTP, where a log-in page would step in.
pub fn control_page(text: &str) -> Option<Target> {
    let target = Target::parse(text)?;
    matches!(target, Target::Http { tls: false, .. }).then_some(target)
}
