//! The states in which our music does not play, and the ways between them.

use super::heard::Voice;
use super::numbers::*;
use super::wish::Wish;
use super::{Act, Guard, State};
use crate::outage::{Kind, Mode};

impl Guard {
    /// Takes one step of those that are due; whether there was one.
    pub(super) fn step(&mut self) -> bool {
        match self.state {
            State::TakeOver | State::Recovering => self.step_standing(),
            State::Manual => self.step_manual(),
            _ => self.follow() || (self.now >= self.woke_until && self.step_watching()),
        }
    }

    fn step_watching(&mut self) -> bool {
        match self.state {
            State::Idle => false,
            State::Watch => self.is_suspect() && self.suspect(),
            State::Suspect => {
                let is_ready = self.fails() && !self.has_been_silent(FAULT_MS);
                (is_ready && self.make_ready())
                    || self.wish_steps()
                    || self.is_calm() && self.enter(State::Watch)
            }
            _ => self.wish_steps() || self.is_back() && self.enter(State::Watch),
        }
    }

    /// Goes over to a state that our music does not play in.
    pub(super) fn enter(&mut self, state: State) -> bool {
        self.state = state;
        true
    }

    fn suspect(&mut self) -> bool {
        self.is_alarmed = false;
        self.count_anew();
        self.enter(State::Suspect)
    }

    fn make_ready(&mut self) -> bool {
        self.count_anew();
        self.enter(State::Ready)
    }

    /// Good answers of before no longer count.
    pub(super) fn count_anew(&mut self) {
        if let Some(health) = self.health_mut() {
            health.count_anew();
        }
    }

    /// Follows the client that plays; whether that is another one, or none.
    pub(super) fn follow(&mut self) -> bool {
        self.lay_ghost();
        let next = self.clients.followed(self.followed.as_deref(), self.now);
        let service = next.as_deref().and_then(|client| self.clients.get(client));
        let service = service
            .map(|heard| heard.service.clone())
            .unwrap_or_default();
        if self.followed == next && self.service == service {
            return false;
        }
        self.withdraw();
        (self.is_spent, self.is_quiet) = (false, false);
        self.prepared.forget();
        self.followed = next;
        self.service = service;
        self.beats = true;
        let now = self.now;
        if let Some(health) = self.health_mut() {
            health.begin(now);
        }
        self.enter(match self.followed {
            Some(_) => State::Watch,
            None => State::Idle,
        })
    }

    /// A client whose name vanished while its service answers plays elsewhere: it is forgotten.
    fn lay_ghost(&mut self) {
        self.clients.forget_ghosts(self.followed.as_deref());
        let Some(heard) = self.followed() else {
            return;
        };
        let long_ago = |at: u64| self.now >= at.saturating_add(GHOST_MS);
        let is_over = heard.vanished_at.is_some_and(long_ago) && !self.is_failing();
        if is_over || heard.vanished_at.is_some() && self.is_spent {
            let client = heard.client.clone();
            self.clients.forget(&client);
        }
    }

    /// The question no longer stands.
    pub(super) fn withdraw(&mut self) {
        if self.asking.take().is_some() {
            self.acts.push(Act::AskNoMore);
        }
    }

    fn is_suspect(&self) -> bool {
        let silent = !self.is_spent && self.has_been_silent(SUSPECT_MS);
        silent || self.is_newly_quiet() || self.is_failing() || self.is_alarmed
    }

    fn is_newly_quiet(&self) -> bool {
        let voice = self.followed().map(|heard| heard.voice(self.now));
        let long = |since: u64| self.now >= since.saturating_add(SUSPECT_MS);
        !self.is_quiet && matches!(voice, Some(Voice::Quiet(since)) if long(since))
    }

    /// Whether nothing speaks for an outage any more.
    fn is_calm(&mut self) -> bool {
        if self.is_failing() || self.net.is_limited() && !self.answers() {
            return false;
        }
        let Some(heard) = self.followed() else {
            return true;
        };
        let sounds_long = || {
            let long = |since: u64| self.now >= since.saturating_add(SOUNDS_MS);
            heard.sounds_since.is_some_and(long)
        };
        match heard.voice(self.now) {
            Voice::Quiet(_) => {
                // It moves on, and its service answers: a quiet passage.
                let is_quiet = self.service.is_empty() || self.answers();
                self.is_quiet = is_quiet;
                is_quiet
            }
            Voice::Sounds => sounds_long(),
            Voice::Unknown => self.service.is_empty() || self.answers(),
            Voice::Silent(..) => self.is_spent || !self.has_been_silent(1),
            Voice::Off => true,
        }
    }

    /// Whether anything fails, be it once.
    pub(super) fn is_failing(&self) -> bool {
        self.net.is_off() || self.failures() > 0
    }

    /// Whether the service or the network is known to fail.
    pub(super) fn fails(&self) -> bool {
        self.net.is_off() || self.failures() >= FAILURES
    }

    /// Whether the last probe was answered well.
    pub(super) fn answers(&self) -> bool {
        self.health().is_some_and(|health| health.is_good())
    }

    /// Whether service and network have been well for long enough.
    pub(super) fn is_back(&self) -> bool {
        let open = self.open_since().saturating_add(BACK_SPAN_MS) <= self.now;
        let is_well = match self.service.is_empty() {
            true => open,
            false => self.health().is_some_and(|health| health.is_back()),
        };
        is_well && !self.is_failing()
    }

    /// Since when the network has been open, of which what was before our music stepped in says nothing.
    pub(super) fn open_since(&self) -> u64 {
        let took_at = self.standing.as_ref().map_or(0, |standing| standing.at);
        self.net.open_since.max(took_at)
    }

    fn failures(&self) -> u32 {
        let is_silent = self.silence().is_some();
        self.health()
            .map_or(0, |health| health.fails(self.now, is_silent))
    }

    fn step_manual(&mut self) -> bool {
        let is_over = self.now >= self.manual_since.saturating_add(MANUAL_MS);
        let sounds = |heard: &super::Heard| {
            heard.is_streaming
                && heard.playing_since > self.manual_since
                && heard
                    .sounds_since
                    .is_some_and(|since| since > self.manual_since)
        };
        let is_begun = self.clients.iter().any(sounds);
        if !is_over && !is_begun {
            return false;
        }
        self.followed = None;
        self.service.clear();
        self.enter(State::Idle);
        self.follow();
        true
    }

    fn wish_steps(&mut self) -> bool {
        let now = self.now;
        if let Some((_, since)) = &self.asking {
            let is_old = now >= since.saturating_add(ASK_MS);
            if is_old || self.silence().is_none() {
                self.withdraw();
                self.is_spent |= is_old;
            }
            return false;
        }
        let asks = self.settings.mode == Mode::Ask;
        match self.wish() {
            Wish::Wait => {
                self.is_spent |= self.is_settled();
                false
            }
            Wish::StepIn if !asks => self.take_over(),
            Wish::StepIn | Wish::Ask => {
                if let Some(take) = self.what() {
                    self.asking = Some((take.clone(), now));
                    self.acts.push(Act::Ask(take));
                }
                false
            }
        }
    }

    /// Whether this silence is no outage, and nothing more is to be found out about it.
    fn is_settled(&self) -> bool {
        let is_song = self
            .followed()
            .is_some_and(|heard| heard.claim.kind == Kind::Song);
        let long = if is_song { QUIET_MS } else { FINE_MS };
        let is_well = self.service.is_empty() || self.answers();
        is_well && !self.is_failing() && self.has_been_silent(long)
    }

    pub(super) fn answered(&mut self, yes: bool) {
        if self.asking.take().is_none() {
            return;
        }
        match yes {
            true => _ = self.take_over(),
            false => self.is_spent = true,
        }
    }
}
