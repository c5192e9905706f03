//! "Is it me?": a page of the person's choice whose answer is known. It is asked when a service is in doubt and never else, by
//! plain HTTP, since that is where a log-in page steps in; several probes at once share one answer. Without a page nobody is
//! contacted.

use super::check::{self, now_s};
use super::deadline::{Deadline, left};
use super::http::{Answer, MAX_BODY_BYTES};
use super::saw::Saw;
use crate::outage::service::Target;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// An answer holds for so long.
const FRESH: Duration = Duration::from_secs(5);

/// A body that is known is no longer than this, in bytes.
const MAX_KNOWN_BODY: usize = 1_024;

/// What the network test came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Control {
    /// There is none.
    NotSet,
    /// Nothing was in doubt.
    NotAsked,
    /// The network leads where it should.
    Fine {
        /// When the server's clock says that it is, in seconds since 1970.
        date_s: Option<i64>,
        /// Whether its own name had to be looked up for it.
        by_name: bool,
    },
    /// Somebody else answers.
    Portal(Saw),
    /// It fails itself.
    Failed(Saw),
}

/// The page, and what it answered last.
#[derive(Clone)]
pub struct NetworkTest(Option<Arc<Shared>>);

struct Shared {
    page: Target,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Clone)]
enum State {
    Idle,
    Asking,
    Known(Instant, Control),
}

impl NetworkTest {
    /// By this page; without one nobody is asked.
    pub fn new(page: Option<Target>) -> Self {
        Self(page.map(|page| {
            Arc::new(Shared {
                page,
                state: Mutex::new(State::Idle),
                changed: Condvar::new(),
            })
        }))
    }

    /// Asks, where no answer is fresh and nobody asks already. It does not wait.
    pub(super) fn begin(&self) {
        let Some(shared) = &self.0 else { return };
        let mut state = shared.state();
        match &*state {
            State::Asking => return,
            State::Known(at, _) if at.elapsed() < FRESH => return,
            _ => *state = State::Asking,
        }
        drop(state);
        let asking = Arc::clone(shared);
        let asked = thread::Builder::new()
            .name("probe-control".into())
            .spawn(move || asking.know(asking.ask()));
        if let Err(error) = asked {
            shared.know(Control::Failed(Saw::Unable(error.to_string())));
        }
    }

    /// The answer, waited for until then.
    pub(super) fn answer(&self, until: Instant) -> Control {
        let Some(shared) = &self.0 else {
            return Control::NotSet;
        };
        let mut state = shared.state();
        while matches!(*state, State::Asking) && !left(until).is_zero() {
            let waited = shared.changed.wait_timeout(state, left(until));
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        match &*state {
            State::Known(_, control) => control.clone(),
            State::Asking => Control::Failed(Saw::Hangs),
            State::Idle => Control::NotAsked,
        }
    }
}

impl Shared {
    /// What stands there is whole at every moment, whoever panicked.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn know(&self, control: Control) {
        *self.state() = State::Known(Instant::now(), control);
        self.changed.notify_all();
    }

    fn ask(&self) -> Control {
        let by_name = self.page.host().name.parse::<std::net::IpAddr>().is_err();
        match check::page(&self.page, Deadline::from_now(), now_s(), |status| {
            status == 200
        }) {
            Ok(answer) => meaning(answer, by_name),
            Err(saw) => Control::Failed(saw),
        }
    }
}

/// Exactly what is expected, or somebody else. Pure.
fn meaning(answer: Answer, by_name: bool) -> Control {
    let status = answer.status;
    let fine = Control::Fine {
        date_s: answer.date_s,
        by_name,
    };
    match (status, answer.body) {
        (204, _) => fine,
        (200, Err(saw)) => Control::Failed(saw),
        (200, Ok(body)) => {
            let is_page = answer.is_html || check::is_markup(&body) || body.len() > MAX_KNOWN_BODY;
            match is_page {
                true => Control::Portal(Saw::Page(status)),
                false => fine,
            }
        }
        (511, _) => Control::Portal(Saw::Page(status)),
        (300..=399, _) => Control::Portal(Saw::Elsewhere {
            status,
            to: check::leads_to(answer.location.as_deref()),
        }),
        _ => Control::Failed(Saw::Status(status)),
    }
}

const _: () = assert!(MAX_KNOWN_BODY < MAX_BODY_BYTES);

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            location: Some("http://login.example/x".into()),
            is_html: false,
            date_s: None,
            retry_after_ms: None,
            body: Ok(body.into()),
        }
    }

    #[test]
    fn what_is_expected_and_what_is_a_portal() {
        let fine = Control::Fine {
            date_s: None,
            by_name: true,
        };
        let long = "x".repeat(MAX_KNOWN_BODY + 1);
        for (status, body, means) in [
            (204, "", fine.clone()),
            (200, "NetworkManager is online\n", fine),
            (200, " \n<html>log in", Control::Portal(Saw::Page(200))),
            (200, &long, Control::Portal(Saw::Page(200))),
            (511, "", Control::Portal(Saw::Page(511))),
            (
                302,
                "",
                Control::Portal(Saw::Elsewhere {
                    status: 302,
                    to: "login.example".into(),
                }),
            ),
            (404, "", Control::Failed(Saw::Status(404))),
            (502, "", Control::Failed(Saw::Status(502))),
        ] {
            assert_eq!(
                meaning(answer(status, body), true),
                means,
                "{status} {body}"
            );
        }
        let html = Answer {
            is_html: true,
            ..answer(200, "x")
        };
        assert_eq!(meaning(html, true), Control::Portal(Saw::Page(200)));
    }

    #[test]
    fn without_a_page_nobody_is_asked() {
        let test = NetworkTest::new(None);
        test.begin();
        assert_eq!(test.answer(Instant::now()), Control::NotSet);
    }
}
