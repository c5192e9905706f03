//! The hard limit: how many requests a service gets in any hour, whatever else goes wrong in this program. Pure: the time
//! comes from outside.

use std::collections::VecDeque;

/// Requests to a service in any hour of an outage, at most.
pub const MAX_AN_HOUR: usize = 25;

/// An hour, in ms.
pub const HOUR_MS: u64 = 3_600_000;

/// The requests of the last hour.
#[derive(Clone, Debug, Default)]
pub struct Hour {
    /// When each went, oldest first.
    went: VecDeque<u64>,
}

impl Hour {
    /// A request goes now, in ms of a clock that only goes forward.
    pub fn note(&mut self, at_ms: u64) {
        let at_ms = at_ms.max(self.went.back().copied().unwrap_or(0));
        if self.went.len() == MAX_AN_HOUR {
            self.went.pop_front();
        }
        self.went.push_back(at_ms);
    }

    /// The earliest at which one more may go.
    pub fn may_at(&self) -> u64 {
        let is_full = self.went.len() == MAX_AN_HOUR;
        let oldest = self.went.front().filter(|_| is_full);
        oldest.map_or(0, |oldest| oldest.saturating_add(HOUR_MS))
    }

    /// When the last one went.
    pub fn last(&self) -> Option<u64> {
        self.went.back().copied()
    }

    /// How many went in the hour before this moment.
    pub fn count(&self, at_ms: u64) -> usize {
        let is_within = |went: &&u64| went.saturating_add(HOUR_MS) > at_ms;
        self.went.iter().filter(is_within).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_after_the_last_waits_for_the_first_to_be_an_hour_old() {
        let mut hour = Hour::default();
        for at in 0..MAX_AN_HOUR as u64 {
            assert_eq!(hour.may_at(), 0);
            hour.note(1_000 + at);
        }
        assert_eq!(hour.may_at(), 1_000 + HOUR_MS);
        hour.note(1_000 + HOUR_MS);
        assert_eq!(hour.may_at(), 1_001 + HOUR_MS);
    }
}
