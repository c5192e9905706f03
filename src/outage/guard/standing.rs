//! The states in which our music plays in a client's place, and how they end.

use super::heard::Voice;
use super::numbers::*;
use super::{Act, Guard, State};
use crate::outage::{Ours, TakeOver, Verdict};

/// Our music, in a client's place.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    take: TakeOver,
    pub(super) at: u64,
    /// What was told last of whose fault it is.
    told: Verdict,
    /// Which was of probes alone that were slow to answer.
    is_slow: bool,
    /// The client has been seen halted since: if it plays again, then by somebody's wish.
    was_halted: bool,
    /// It was begun since.
    is_begun: bool,
}

impl Standing {
    /// A client has shown something.
    pub fn shown(&mut self, client: &str, is_halted: bool, is_begun: bool) {
        if client == self.take.client {
            self.was_halted |= is_halted;
            self.is_begun |= is_begun && self.was_halted;
        }
    }
}

impl Guard {
    pub(super) fn take_over(&mut self) -> bool {
        let Some(take) = self.what() else {
            return false;
        };
        let now = self.now;
        let is_slow = self
            .health()
            .is_some_and(|health| health.fails(now, false) == 0);
        self.standing = Some(Standing {
            take: take.clone(),
            at: now,
            told: take.why.verdict,
            is_slow,
            was_halted: false,
            is_begun: false,
        });
        self.count_anew();
        let flaps = self.took[1].is_some_and(|last| now.saturating_sub(last) < FLAP_MS);
        self.took = [self.took[1], Some(now)];
        if flaps {
            self.local_until = now.saturating_add(LOCAL_MS);
        }
        self.acts.push(Act::TakeOver(take));
        self.enter(State::TakeOver)
    }

    pub(super) fn step_standing(&mut self) -> bool {
        if self.has_returned() {
            self.acts.push(Act::GiveWay);
            return self.close(State::Idle);
        }
        self.correct();
        let is_back = self.now >= self.woke_until && self.is_back();
        match self.state {
            State::TakeOver if is_back => self.tell_back(),
            State::Recovering if self.net.is_off() => self.enter(State::TakeOver),
            _ => false,
        }
    }

    /// What our own music did, where it plays in a client's place.
    pub(super) fn ours_stands(&mut self, ours: Ours) {
        let Some(standing) = &self.standing else {
            return;
        };
        match ours {
            Ours::Halted => {
                self.manual_since = self.now;
                self.close(State::Manual);
            }
            Ours::Ended => {
                self.close(State::Idle);
                self.follow();
                self.is_spent = true;
            }
            Ours::SongEnded if self.hands_back() => {
                let client = standing.take.client.clone();
                self.acts.push(Act::HandBack { client });
                self.close(State::Idle);
            }
            Ours::SongEnded | Ours::Sounds | Ours::Begun => {}
        }
    }

    /// When the client counts as returned that ignored being paused.
    pub(super) fn returned_due(&self) -> Option<u64> {
        let standing = self.standing.as_ref()?;
        let heard = self.clients.get(&standing.take.client)?;
        let since = heard.sounds_since?.max(standing.at);
        Some(since.saturating_add(RETURNED_MS))
    }

    fn hands_back(&self) -> bool {
        self.settings.hands_back && self.state == State::Recovering && self.now >= self.local_until
    }

    fn tell_back(&mut self) -> bool {
        let Some(standing) = &self.standing else {
            return false;
        };
        if !standing.told.is_well() {
            let service = standing.take.service.clone();
            self.acts.push(Act::IsBack { service });
        }
        self.enter(State::Recovering)
    }

    /// Whether the client plays by the person's wish, or of itself for good.
    fn has_returned(&self) -> bool {
        let Some(standing) = &self.standing else {
            return false;
        };
        if self.another_begun(standing) {
            return true;
        }
        let Some(heard) = self.clients.get(&standing.take.client) else {
            return false;
        };
        match heard.voice(self.now) {
            Voice::Sounds if standing.is_begun => true,
            Voice::Sounds => self.returned_due().is_some_and(|due| self.now >= due),
            // Nothing tells whether it sounds, and somebody began it.
            Voice::Unknown => standing.is_begun && !heard.profile.trusts_progress,
            _ => false,
        }
    }

    /// Whether another streaming client was begun, and sounds.
    fn another_begun(&self, standing: &Standing) -> bool {
        let followed = self.clients.followed(None, self.now);
        let other = followed
            .as_deref()
            .filter(|client| *client != standing.take.client);
        other
            .and_then(|client| self.clients.get(client))
            .is_some_and(|heard| {
                !heard.profile.is_browser
                    && heard.playing_since > standing.at
                    && heard.voice(self.now) == Voice::Sounds
            })
    }

    /// Tells better whose fault it is, where that became known after our music stepped in.
    fn correct(&mut self) {
        let why = self.why();
        let Some(standing) = &mut self.standing else {
            return;
        };
        let is_new = match (standing.told, why.verdict) {
            (told, new) if told == new => false,
            // It was down by all that was seen: one good answer between makes it no mere stumble.
            (Verdict::ServiceDown, Verdict::Unreachable) => false,
            // What was slow to answer has answered; what failed and is back is told otherwise.
            (Verdict::Unreachable, Verdict::ClientStall) => {
                self.state == State::TakeOver && standing.is_slow
            }
            (_, new) => !new.is_well() && self.state == State::TakeOver,
        };
        if is_new {
            standing.told = why.verdict;
            self.acts.push(Act::Correct { why });
        }
    }

    /// The outage is over, as far as our music goes.
    fn close(&mut self, state: State) -> bool {
        self.standing = None;
        self.acts.push(Act::Close);
        self.followed = None;
        self.clients.forget_ghosts(None);
        self.service.clear();
        self.prepared.forget();
        self.enter(state)
    }
}
