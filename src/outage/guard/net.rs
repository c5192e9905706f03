//! What this machine's own network says.

use crate::outage::{Connectivity, Verdict, Why};

/// Route and connectivity, as far as they were told.
#[derive(Clone, Debug, Default)]
pub(super) struct Net {
    has_no_route: bool,
    connectivity: Option<Connectivity>,
    /// Since when there is a way out.
    pub open_since: u64,
    /// Since when there is none, where there is none.
    pub off_since: u64,
}

impl Net {
    pub fn route(&mut self, at: u64, is_there: bool) {
        let was_off = self.is_off();
        self.has_no_route = !is_there;
        self.note(at, was_off);
    }

    pub fn connectivity(&mut self, at: u64, told: Connectivity) {
        let was_off = self.is_off();
        self.connectivity = Some(told);
        self.note(at, was_off);
    }

    /// Whether there is no way out at all.
    pub fn is_off(&self) -> bool {
        self.has_no_route || self.connectivity == Some(Connectivity::None)
    }

    /// Whether something is in the way.
    pub fn is_limited(&self) -> bool {
        use Connectivity::{Limited, Portal};
        matches!(self.connectivity, Some(Limited | Portal))
    }

    /// Whose fault it is, where it is this network's for sure.
    pub fn why(&self) -> Option<Why> {
        let (verdict, evidence) = match self.connectivity {
            _ if self.has_no_route => (Verdict::Offline, "no route leads out of this machine"),
            Some(Connectivity::None) => (Verdict::Offline, "NetworkManager: no network"),
            Some(Connectivity::Portal) => (Verdict::Portal, "NetworkManager: a log-in page"),
            _ => return None,
        };
        Some(Why {
            verdict,
            evidence: vec![evidence.into()],
        })
    }

    fn note(&mut self, at: u64, was_off: bool) {
        match (was_off, self.is_off()) {
            (true, false) => self.open_since = at,
            (false, true) => self.off_since = at,
            _ => {}
        }
    }
}
