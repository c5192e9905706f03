//! When the guard wants to be woken: at the next time at which silence, a probe or the person's patience comes to mean
//! something else.

use super::heard::Voice;
use super::numbers::*;
use super::{Guard, State};

/// Lengths of silence at which something may change.
const SILENCES_MS: [u64; 8] = [
    FAULT_MS,
    READY_MS,
    SUSPECT_MS,
    READY_MS + SEAM_MS,
    FAILING_MS,
    FINE_MS,
    QUIET_MS,
    1,
];

impl Guard {
    /// When it wants [`Fact::Tick`](crate::outage::Fact::Tick), in ms of the facts' clock; always later than the last fact.
    pub fn due(&self) -> Option<u64> {
        let times = match self.state {
            State::Idle => Vec::new(),
            State::Manual => vec![self.manual_since.saturating_add(MANUAL_MS)],
            State::TakeOver | State::Recovering => {
                let mut times = self.probes();
                times.extend(self.returned_due());
                times
            }
            State::Watch | State::Suspect | State::Ready => {
                let mut times = self.probes();
                times.extend(self.silences());
                times
            }
        };
        times.into_iter().filter(|at| *at > self.now).min()
    }

    fn probes(&self) -> Vec<u64> {
        let mut times = vec![self.woke_until, self.net.off_since.saturating_add(OFF_MS)];
        if self.service.is_empty() {
            times.push(self.open_since().saturating_add(BACK_SPAN_MS));
        }
        if let Some(health) = self.health() {
            times.extend(health.deadlines());
            times.extend(health.due());
        }
        times
    }

    fn silences(&self) -> Vec<u64> {
        let mut times = Vec::new();
        if let Some(silence) = self.silence() {
            times.extend(SILENCES_MS.map(|ms| silence.since.saturating_add(ms)));
            times.extend(self.prepare_due());
            times.push(self.prepared.passage_until);
        }
        if let Some((_, since)) = &self.asking {
            times.push(since.saturating_add(ASK_MS));
        }
        let followed = self.followed();
        let sounds = followed.and_then(|heard| heard.sounds_since);
        times.extend(sounds.map(|since| since.saturating_add(SOUNDS_MS)));
        let vanished = followed.and_then(|heard| heard.vanished_at);
        times.extend(vanished.map(|at| at.saturating_add(GHOST_MS)));
        if let Some(Voice::Quiet(since)) = followed.map(|heard| heard.voice(self.now)) {
            times.push(since.saturating_add(SUSPECT_MS));
        }
        times
    }
}
