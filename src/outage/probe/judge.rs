//! Evidence becomes a verdict, and words that state the evidence. Pure. It never claims more than was seen: that a service is
//! at fault only where the network is known to work.

use super::saw::{Bad, Saw};
use super::{Control, Evidence, Seen, time};
use crate::outage::Verdict;

/// This machine's clock, and what is known of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clock {
    /// What it says, in seconds since 1970.
    pub now_s: i64,
    /// When this program was built: earlier than that it cannot be.
    pub built_s: i64,
    /// Whether somebody's certificate was verified by it a moment ago.
    pub is_proven: bool,
}

impl Clock {
    /// As it is now.
    pub fn now(is_proven: bool) -> Self {
        Self {
            now_s: super::now_s(),
            built_s: env!("STANDIN_BUILT_S").parse().unwrap_or(0),
            is_proven,
        }
    }
}

/// Whose fault it is, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    /// In one word.
    pub verdict: Verdict,
    /// What was seen: `apresolve.spotify.com: HTTP 502; network test fine`.
    pub evidence: String,
}

/// Judges what was found.
pub fn judge(evidence: &Evidence, clock: &Clock) -> Judged {
    let verdict = verdict(evidence, clock);
    Judged {
        verdict,
        evidence: words(evidence, verdict, clock),
    }
}

fn verdict(evidence: &Evidence, clock: &Clock) -> Verdict {
    let control = &evidence.control;
    let seen = &evidence.seen;
    if seen.is_empty() {
        return Verdict::Offline;
    }
    let failing: Vec<&Seen> = seen.iter().filter(|seen| !is_fine(seen, control)).collect();
    let all = |is: fn(&Saw) -> bool| failing.iter().all(|seen| is(&seen.saw));
    if failing.is_empty() {
        let is_less = |seen: &Seen| matches!(seen.saw, Saw::Limited(_) | Saw::Slow { .. });
        return match seen.iter().any(is_less) {
            true => Verdict::Limited,
            false => Verdict::Up,
        };
    }
    if is_portal(&failing, control) {
        return Verdict::Portal;
    }
    if failing
        .iter()
        .any(|seen| is_clock(&seen.saw, control, clock))
    {
        return Verdict::TlsClock;
    }
    if all(|saw| matches!(saw, Saw::Blocked(_))) {
        return Verdict::Blocked;
    }
    if all(Saw::is_dns) {
        return dns(evidence, &failing);
    }
    let is_known = matches!(control, Control::Fine { .. }) || evidence.is_proven();
    match control {
        _ if is_known => Verdict::ServiceDown,
        Control::Failed(saw) if saw.is_silence() && all(Saw::is_silence) => Verdict::Offline,
        _ => Verdict::Unreachable,
    }
}

/// Whether a check went as it should. A page by plain HTTP, where any answer will do, is one where the network test says that
/// nobody else answers, or where there is none; a way to somebody else's page only in the first case.
pub(super) fn is_fine(seen: &Seen, control: &Control) -> bool {
    let is_ours = match control {
        Control::Fine { .. } => matches!(seen.saw, Saw::Page(200..=299) | Saw::Elsewhere { .. }),
        Control::NotSet => matches!(seen.saw, Saw::Page(200..=299)),
        _ => false,
    };
    seen.saw.is_well() || (seen.takes_any && is_ours)
}

/// Whether somebody else answers in everybody's place. Who has proved who it is, is no portal.
fn is_portal(failing: &[&Seen], control: &Control) -> bool {
    let mut unproven = failing.iter().filter(|seen| !seen.is_proven);
    match control {
        Control::Portal(_) => unproven.next().is_some(),
        Control::Fine { .. } => false,
        _ => unproven.any(|seen| matches!(seen.saw, Saw::Page(_) | Saw::Elsewhere { .. })),
    }
}

/// Whether a certificate is refused for this machine's clock: by the clock of the network test it would hold, or this clock
/// stands before the day on which this program was built. Where other certificates hold, it is right.
fn is_clock(saw: &Saw, control: &Control, clock: &Clock) -> bool {
    let told_s = match control {
        Control::Fine { date_s, .. } => *date_s,
        _ => None,
    };
    match (saw, told_s) {
        (Saw::Certificate(Bad::NotYetValid { from_s }), Some(told_s)) => *from_s <= told_s,
        (Saw::Certificate(Bad::Expired { since_s }), Some(told_s)) => told_s <= *since_s,
        (Saw::Certificate(Bad::NotYetValid { .. }), None) => {
            !clock.is_proven && clock.now_s < clock.built_s
        }
        _ => false,
    }
}

/// Whether no name at all is known, or only these. That there is no such name is what a resolver says that answers; one that
/// knows nobody says so too, and without another name nobody can tell them apart.
fn dns(evidence: &Evidence, failing: &[&Seen]) -> Verdict {
    let is_unknown = failing.iter().all(|seen| seen.saw == Saw::NoSuchName);
    let others_are_found = evidence.seen.iter().any(|seen| !seen.saw.is_dns());
    match &evidence.control {
        Control::Fine { by_name: true, .. } => Verdict::ServiceDns,
        Control::Fine { .. } if is_unknown => Verdict::ServiceDns,
        Control::Failed(saw) if saw.is_dns() => Verdict::Dns,
        _ if others_are_found => Verdict::ServiceDns,
        _ if is_unknown => Verdict::Unreachable,
        _ => Verdict::Dns,
    }
}

fn words(evidence: &Evidence, verdict: Verdict, clock: &Clock) -> String {
    if evidence.seen.is_empty() {
        return "no way leads out of this machine, and nobody was asked".into();
    }
    let (fine, failing): (Vec<&Seen>, Vec<&Seen>) = evidence
        .seen
        .iter()
        .partition(|seen| is_fine(seen, &evidence.control));
    let failing_words = failing.iter().map(|seen| seen.words());
    let mut said: Vec<String> = failing_words
        .chain(fine.iter().map(|seen| seen.words_of_fine()))
        .collect();
    let is_about_time = |seen: &&Seen| {
        let bad = &seen.saw;
        matches!(
            bad,
            Saw::Certificate(Bad::Expired { .. } | Bad::NotYetValid { .. })
        )
    };
    if failing.iter().any(is_about_time) {
        said.push(format!(
            "this machine's clock says {}",
            time::day(clock.now_s)
        ));
    }
    match &evidence.control {
        Control::NotAsked => {}
        Control::NotSet if verdict == Verdict::Unreachable => {
            said.push("no network test is set".into());
        }
        Control::NotSet => {}
        Control::Fine { date_s, .. } => {
            said.push("network test fine".into());
            if let (Verdict::TlsClock, Some(date_s)) = (verdict, date_s) {
                said.push(format!("it says {}", time::day(*date_s)));
            }
        }
        Control::Portal(saw) => said.push(format!("network test: {saw}")),
        Control::Failed(saw) => said.push(format!("network test fails: {saw}")),
    }
    said.join("; ")
}

impl Seen {
    /// `apresolve.spotify.com: HTTP 502`.
    pub fn words(&self) -> String {
        format!("{}: {}", self.label, self.saw)
    }

    /// Of one that went as it should, whatever it would be elsewhere.
    fn words_of_fine(&self) -> String {
        match self.saw {
            Saw::Page(status) | Saw::Elsewhere { status, .. } => {
                format!("{}: HTTP {status}", self.label)
            }
            _ => self.words(),
        }
    }
}

#[cfg(test)]
#[path = "tests_of_judging.rs"]
mod tests;
