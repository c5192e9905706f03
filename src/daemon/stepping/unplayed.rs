//! Outages in which nothing of ours played, for the diary: a dry run would have stepped in, or a question was not answered. How
//! long it was silent in them nobody knows: what the client did meanwhile was its own affair.

use super::clock::now_ms;
use super::ready::{Job, Ready};
use super::said;
use super::stream::unix_ms;
use super::work::Work;
use crate::music::{Outage, Response};
use crate::outage::{TakeOver, Why};

/// What the diary knows of an outage at its beginning.
pub(super) fn begun(from: &TakeOver, list: Option<String>) -> Outage {
    let silent_ms = from
        .silent_since_ms
        .map(|since| now_ms().saturating_sub(since));
    let silent_ms = i64::try_from(silent_ms.unwrap_or(0)).unwrap_or(0);
    Outage {
        began_at_ms: unix_ms().saturating_sub(silent_ms),
        service: said::named(&from.service, &from.client),
        client: from.client.clone(),
        verdict: from.why.verdict.word().into(),
        evidence: from.why.evidence.clone(),
        instead_of: from.wanted.clone(),
        list,
        ..Outage::default()
    }
}

impl Work {
    /// Our music would play now, if it might.
    pub(super) fn would_step_in(&mut self, from: &TakeOver, ready: &Ready) {
        self.end_unplayed();
        if ready.in_place.instead.is_some() {
            self.begin_unplayed(from, ready, Response::DryRun);
            self.keep_unplayed();
        }
    }

    /// The person is asked. Only a question that stays without an answer is written down.
    pub(super) fn question_stands(&mut self, from: &TakeOver, ready: &Ready) {
        self.end_unplayed();
        self.begin_unplayed(from, ready, Response::NotAnswered);
    }

    /// The person has answered.
    pub(super) fn question_is_answered(&mut self) {
        self.unplayed
            .take_if(|outage| outage.response == Response::NotAnswered);
    }

    pub(super) fn correct_unplayed(&mut self, why: &Why) {
        if let Some(outage) = &mut self.unplayed {
            outage.verdict = why.verdict.word().into();
            outage.evidence.clone_from(&why.evidence);
            self.keep_unplayed();
        }
    }

    /// It is over, as far as anybody knows.
    pub(super) fn end_unplayed(&mut self) {
        if let Some(outage) = &mut self.unplayed {
            outage.ended_at_ms = Some(unix_ms());
            self.keep_unplayed();
            self.unplayed = None;
        }
    }

    fn begin_unplayed(&mut self, from: &TakeOver, ready: &Ready, response: Response) {
        self.unplayed = Some(Outage {
            response,
            ..begun(from, ready.in_place.list.clone())
        });
    }

    fn keep_unplayed(&mut self) {
        if let Some(outage) = &mut self.unplayed {
            outage.seen_at_ms = unix_ms();
            self.aside.ask(Job::Keep(Box::new(outage.clone())));
        }
    }
}
