//! Whether it is time to step in, and what is made ready for it.

use super::heard::{Heard, Voice};
use super::numbers::*;
use super::{Act, Guard, State};
use crate::music::Wanted;
use crate::outage::{Kind, Owned, TakeOver, Verdict, Why};

/// Prepare is asked for no more often than this, in ms.
const PREPARE_APART_MS: u64 = 500;

/// What the guard would do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    Wait,
    Ask,
    StepIn,
}

/// The silence of the client that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Silence {
    pub since: u64,
    /// Nothing but its stream says so: a passage of the song may be silent too.
    by_sound: bool,
    /// Its position moves on all the same.
    moves: bool,
}

/// What was made ready.
#[derive(Clone, Debug, Default)]
pub(super) struct Prepared {
    number: u64,
    at: u64,
    song: Option<Wanted>,
    owned: Option<Owned>,
    /// Until when a silent passage may go on that has ended in the own copy.
    pub passage_until: u64,
}

impl Prepared {
    pub fn tell(&mut self, at: u64, number: u64, owned: Owned) {
        if number != self.number {
            return;
        }
        let was_passage = self.owned == Some(Owned::SilentThere);
        if was_passage && owned != Owned::SilentThere {
            self.passage_until = at.saturating_add(PASSAGE_END_MS);
        }
        self.owned = Some(owned);
    }

    pub fn forget(&mut self) {
        (self.song, self.owned) = (None, None);
    }
}

impl Guard {
    /// Since when the client that is followed is silent, where that means anything.
    pub(super) fn silence(&self) -> Option<Silence> {
        let (since, by_sound, moves) = match self.followed()?.voice(self.now) {
            Voice::Silent(since, by_sound) => (since, by_sound, false),
            // A position that moves on in silence is worth nothing where its service fails.
            Voice::Quiet(since) => (since, true, true),
            _ => return None,
        };
        let since = since.max(self.woke_until).max(self.others_until);
        Some(Silence {
            since,
            by_sound,
            moves,
        })
    }

    pub(super) fn has_been_silent(&self, ms: u64) -> bool {
        let long = |silence: &Silence| self.now >= silence.since.saturating_add(ms);
        self.silence()
            .filter(|silence| !silence.moves)
            .is_some_and(|silence| long(&silence))
    }

    pub(super) fn wish(&self) -> Wish {
        let (Some(heard), Some(silence)) = (self.followed(), self.silence()) else {
            return Wish::Wait;
        };
        let fails = self.fails();
        if !self.may_step_in(heard, fails) {
            return Wish::Wait;
        }
        let elapsed = self.now.saturating_sub(silence.since);
        let flickers = self.net.is_off() && self.now < self.net.off_since.saturating_add(OFF_MS);
        if flickers || elapsed < self.limit(heard, silence, fails) {
            return Wish::Wait;
        }
        let is_passage = silence.by_sound
            && (self.prepared.owned == Some(Owned::SilentThere)
                || self.now < self.prepared.passage_until);
        let heard_here = self.prepared.owned == Some(Owned::Song);
        match () {
            // Its position moves on: only the own copy, which sounds there, says that it lies.
            () if silence.moves => match fails && heard_here && !is_passage {
                true => Wish::StepIn,
                false => Wish::Wait,
            },
            () if is_passage && elapsed < QUIET_MS => Wish::Wait,
            () if fails => Wish::StepIn,
            () if is_passage || !heard.profile.tells_silence || self.is_end(heard, silence) => {
                Wish::Ask
            }
            () => Wish::StepIn,
        }
    }

    /// What to take over from, as things stand.
    pub(super) fn what(&self) -> Option<TakeOver> {
        let heard = self.followed()?;
        let silent_since = self.silence().map(|silence| silence.since);
        let wanted = heard.wanted(self.now)?.clone();
        Some(TakeOver {
            client: heard.client.clone(),
            service: self.service_name(heard),
            wanted,
            before: heard.before.iter().cloned().collect(),
            place_ms: heard.place_ms(silent_since.unwrap_or(self.now)),
            silent_since_ms: silent_since,
            why: self.why(),
        })
    }

    /// Whose fault it is, of all that is known.
    pub(super) fn why(&self) -> Why {
        let told = || match self.health() {
            Some(health) => health.why(&self.service, self.now),
            None => Why {
                verdict: Verdict::ClientStall,
                evidence: vec!["the client fell silent; nothing is known of its service".into()],
            },
        };
        self.net.why().unwrap_or_else(told)
    }

    /// Has what would play found and made ready, where that is not so.
    pub(super) fn prepare(&mut self) {
        let is_wanted = matches!(self.state, State::Suspect | State::Ready);
        if !is_wanted || !self.is_unprepared() {
            return;
        }
        let Some(mut from) = self.what() else {
            return;
        };
        if let (Some(heard), Some(true)) = (self.followed(), self.silence().map(|its| its.by_sound))
        {
            // A silent passage moves on: what counts is whether the own copy sounds where the song would be now.
            from.place_ms = heard.place_ms(self.now);
        }
        let song = Some(from.wanted.clone());
        let is_same = self.prepared.song == song;
        self.prepared = Prepared {
            number: self.prepared.number.wrapping_add(1),
            at: self.now,
            song,
            // What was found holds until something else is.
            owned: self.prepared.owned.filter(|_| is_same),
            passage_until: self.prepared.passage_until,
        };
        let number = self.prepared.number;
        self.acts.push(Act::Prepare { number, from });
    }

    /// When what is made ready is looked at anew.
    pub(super) fn prepare_due(&self) -> Option<u64> {
        let silence = self.silence()?;
        let apart = self.prepared.at.saturating_add(PREPARE_APART_MS);
        let due = match self.prepared.owned {
            Some(Owned::SilentThere) if silence.by_sound => {
                self.prepared.at.saturating_add(QUIET_LOOK_MS)
            }
            _ if self.prepared.at <= silence.since => silence.since.saturating_add(NOTICED_MS),
            _ => return None,
        };
        Some(due.max(apart))
    }

    fn is_unprepared(&self) -> bool {
        let wanted = self.followed().and_then(|heard| heard.wanted(self.now));
        let is_other = wanted.is_some() && wanted != self.prepared.song.as_ref();
        let apart = self.prepared.at.saturating_add(PREPARE_APART_MS);
        (is_other && (self.prepared.song.is_none() || self.now >= apart))
            || self.prepare_due().is_some_and(|due| self.now >= due)
    }

    fn may_step_in(&self, heard: &Heard, fails: bool) -> bool {
        let is_song = match heard.claim.kind {
            Kind::Song => true,
            // Another device may play for it: only what fails says otherwise.
            Kind::Nothing => fails && heard.wanted(self.now).is_some(),
            Kind::Ad | Kind::Episode => false,
        };
        let has_something = self.prepared.owned != Some(Owned::Nothing);
        is_song && has_something && !self.is_spent && !self.ours_plays
    }

    /// How long a silence has to be.
    fn limit(&self, heard: &Heard, silence: Silence, fails: bool) -> u64 {
        match (fails, self.state) {
            // It failed before this silence, and nobody could ask whether it still does.
            (true, _) if !self.fails_since(silence.since) => FINE_MS,
            (true, State::Ready) if silence.moves => FAILING_MS,
            (true, State::Ready) if silence.by_sound && heard.is_seam(silence.since) => {
                READY_MS + SEAM_MS
            }
            (true, State::Ready) => READY_MS,
            (true, _) => FAILING_MS,
            // The music has gone to another device, or nobody knows.
            (false, _) if heard.vanished_at.is_some() => u64::MAX,
            (false, _) => FINE_MS,
        }
    }

    /// Whether what fails has failed since then too: it may be long that it did.
    fn fails_since(&self, since: u64) -> bool {
        let now = self.now;
        self.net.is_off()
            || self
                .health()
                .is_some_and(|health| health.fails_since(since, now))
    }

    /// In a silence of a client whose service is known to fail it is asked once whether it still does.
    pub(super) fn ask_anew(&mut self) {
        let since = self.silence().map(|silence| silence.since);
        let Some(since) = since.filter(|since| self.state == State::Ready && *since <= self.now)
        else {
            return;
        };
        if self.asked_anew != since && !self.fails_since(since) {
            self.asked_anew = since;
            let now = self.now;
            if let Some(health) = self.health_mut() {
                health.ask_anew(now);
            }
        }
    }

    /// Whether the song was at its end, after which a list may be too.
    fn is_end(&self, heard: &Heard, silence: Silence) -> bool {
        let length = heard.wanted(self.now).and_then(|song| song.length_ms);
        let place = heard.place_ms(silence.since);
        place
            .zip(length)
            .is_some_and(|(place, length)| place + NEAR_END_MS >= length)
    }

    fn service_name(&self, heard: &Heard) -> String {
        match self.service.is_empty() {
            true => heard.profile.name.clone(),
            false => self.service.clone(),
        }
    }
}
