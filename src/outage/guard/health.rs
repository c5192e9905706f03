//! What probes told of one service: how many failed in a row, whether it is down or merely out of reach, when to ask next.

use super::numbers::*;
use crate::outage::{Pace, Probed, Verdict, Why};
use std::collections::VecDeque;

/// A service, as probes see it.
#[derive(Clone, Debug)]
pub(super) struct Health {
    pub pace: Pace,
    /// When probes went that have not answered, oldest first.
    asked: VecDeque<u64>,
    /// Failures in a row, those that never answered too.
    fails: u32,
    /// Good answers in a row, and when the first of them came.
    goods: u32,
    good_since: u64,
    /// The last answers: when, and how many checks failed.
    answers: VecDeque<(u64, u32)>,
    last: Option<Probed>,
    last_at: u64,
    /// Since when it fails, and how often its last evidence came in a row.
    evidence: (u64, u32),
    /// Probes that silences cost: as many songs go without.
    debt: u32,
}

impl Health {
    pub fn new(seed: u64) -> Self {
        Self {
            pace: Pace::new(seed),
            asked: VecDeque::new(),
            fails: 0,
            goods: 0,
            good_since: 0,
            answers: VecDeque::new(),
            last: None,
            last_at: 0,
            evidence: (0, 0),
            debt: 0,
        }
    }

    /// Whether a new song may bring a probe; counts those that do without.
    pub fn heartbeat(&mut self, at: u64) -> bool {
        if self.debt > 0 {
            self.debt -= 1;
            return false;
        }
        let may = self.asked.is_empty() && self.pace.may_heartbeat(at);
        if may {
            self.pace.heartbeat(at);
            self.asked.push_back(at);
        }
        may
    }

    /// Whether a probe is due now; it goes then.
    pub fn ask(&mut self, at: u64) -> bool {
        let is_due = self.asked.len() < MAX_ASKED && self.pace.due().is_some_and(|due| due <= at);
        if is_due {
            self.pace.asked(at);
            self.asked.push_back(at);
            self.debt = (self.debt + 1).min(MAX_DEBT);
        }
        is_due
    }

    /// When the next may go.
    pub fn due(&self) -> Option<u64> {
        self.pace.due().filter(|_| self.asked.len() < MAX_ASKED)
    }

    /// One has answered, and with it those that went before and are one with it.
    pub fn answered(&mut self, at: u64, probed: &Probed) {
        let is_well = probed.verdict.is_well();
        self.pace.answered(at, is_well, probed.retry_after_ms);
        let asked = self.asked.len().max(1) as u32;
        self.asked.clear();
        self.note(at, if is_well { 0 } else { probed.failed.max(1) });
        let is_same = self
            .last
            .as_ref()
            .is_some_and(|last| last.evidence == probed.evidence);
        self.evidence = match self.evidence {
            (since, times) if is_same => (since, times.saturating_add(1)),
            _ => (at, 1),
        };
        self.last = Some(probed.clone());
        self.last_at = at;
        if is_well {
            self.fails = 0;
            if self.goods == 0 {
                self.good_since = at;
            }
            self.goods = self.goods.saturating_add(1);
        } else {
            self.fails = self.fails.saturating_add(asked);
            self.goods = 0;
        }
    }

    /// What never answered has failed.
    pub fn expire(&mut self, now: u64) {
        let before = self.asked.len();
        self.asked
            .retain(|at| now < at.saturating_add(PROBE_LOST_MS));
        let lost = (before - self.asked.len()) as u32;
        if lost > 0 {
            self.fails = self.fails.saturating_add(lost);
            self.goods = 0;
            self.note(now, 1);
            self.pace.answered(now, false, None);
            self.last_at = now;
        }
    }

    /// Nothing that was found counts: the machine slept.
    pub fn forget(&mut self) {
        (self.fails, self.goods) = (0, 0);
        self.asked.clear();
    }

    /// Forgets failures of long ago: the client begins anew.
    pub fn begin(&mut self, now: u64) {
        if now.saturating_sub(self.last_at) > STALE_MS {
            (self.fails, self.goods) = (0, 0);
        }
    }

    /// The count of good answers begins anew.
    pub fn count_anew(&mut self) {
        self.goods = 0;
    }

    /// Failures in a row; while the client is silent with those that are slow to answer.
    pub fn fails(&self, now: u64, is_silent: bool) -> u32 {
        let is_slow = |at: &&u64| now >= at.saturating_add(PROBE_MS);
        let slow = self.asked.iter().filter(is_slow).count() as u32;
        self.fails.saturating_add(if is_silent { slow } else { 0 })
    }

    /// Whether it failed, or was slow to answer, since then.
    pub fn fails_since(&self, since: u64, now: u64) -> bool {
        let is_slow = |at: &u64| *at >= since && now >= at.saturating_add(PROBE_MS);
        (self.fails > 0 && self.last_at >= since) || self.asked.iter().any(is_slow)
    }

    /// A silence begins while it is known to fail: it is asked anew, for what is known may be old.
    pub fn ask_anew(&mut self, now: u64) {
        self.pace.reset();
        self.pace.begin(now);
    }

    /// Whether it answers well again for long enough.
    pub fn is_back(&self) -> bool {
        self.goods >= BACK_GOODS && self.last_at.saturating_sub(self.good_since) >= BACK_SPAN_MS
    }

    /// Whether its last answer was a good one, and how many.
    pub fn is_good(&self) -> bool {
        self.fails == 0 && self.goods > 0
    }

    /// When something that is waited for counts as failed.
    pub fn deadlines(&self) -> impl Iterator<Item = u64> {
        let slow = self.asked.iter().map(|at| at.saturating_add(PROBE_MS));
        let lost = self
            .asked
            .front()
            .map(|at| at.saturating_add(PROBE_LOST_MS));
        slow.chain(lost)
    }

    /// Whose fault it is, as far as its probes tell; a client that is silent and a service that answers are the client's.
    pub fn why(&self, service: &str, now: u64) -> Why {
        let answered = self.last.as_ref();
        if self.fails(now, true) == 0 {
            let evidence = match answered {
                Some(probed) => {
                    let told = "the client fell silent, the service answers";
                    vec![told.into(), probed.evidence.clone()]
                }
                None => vec![format!("the client fell silent; {service} was not asked")],
            };
            return why(Verdict::ClientStall, evidence);
        }
        match answered.filter(|probed| !probed.verdict.is_well()) {
            Some(probed) => why(
                self.verdict(probed.verdict),
                vec![self.evidence_words(probed)],
            ),
            None => why(
                Verdict::Unreachable,
                vec![format!("{service} does not answer in time")],
            ),
        }
    }

    /// "Down" is claimed on enough evidence alone.
    fn verdict(&self, told: Verdict) -> Verdict {
        match told {
            Verdict::ServiceDown if !self.is_down() => Verdict::Unreachable,
            told => told,
        }
    }

    fn is_down(&self) -> bool {
        let failed = || self.answers.iter().filter(|(_, checks)| *checks > 0);
        let checks = failed().map(|(_, checks)| *checks).max().unwrap_or(0);
        let span = failed().next().zip(failed().next_back());
        failed().count() >= DOWN_FAILURES
            && checks >= DOWN_CHECKS
            && span.is_some_and(|((first, _), (last, _))| last - first >= DOWN_SPAN_MS)
    }

    fn evidence_words(&self, probed: &Probed) -> String {
        match self.evidence {
            (_, 0 | 1) => probed.evidence.clone(),
            (since, times) => {
                let seconds = self.last_at.saturating_sub(since).div_ceil(1_000);
                format!("{} {times} times in {seconds} s", probed.evidence)
            }
        }
    }

    fn note(&mut self, at: u64, failed: u32) {
        self.answers.push_back((at, failed));
        if self.answers.len() > DOWN_OF {
            self.answers.pop_front();
        }
    }
}

fn why(verdict: Verdict, evidence: Vec<String>) -> Why {
    Why { verdict, evidence }
}
