//! What stands in for a client: begun, followed by the rest of its list, put away again, and written into the diary.

use super::clock::now_ms;
use super::ready::{Job, Ready};
use super::said::{self, Done, Plays};
use super::stream::unix_ms;
use super::unplayed::begun;
use super::work::Work;
use crate::library::{InPlace, Instead, Placed};
use crate::music::{Origin, Outage, Song};
use crate::outage::{TakeOver, Why};
use std::collections::VecDeque;
use std::sync::Arc;

/// More of a list is looked for where no more than so many songs of it are left.
const FEW_LEFT: usize = 10;

/// Music in a client's place.
pub(super) struct Standing {
    from: TakeOver,
    first: Arc<Song>,
    /// Rows that were stepped over before it.
    first_left_out: usize,
    instead: Instead,
    /// What of the list is left.
    rest: Option<Box<InPlace>>,
    list: Option<String>,
    /// Rows that are stepped over before each song that is to come.
    left_out: VecDeque<usize>,
    outage: Outage,
    /// The diary has all that is known.
    is_kept: bool,
    /// The outage is over, and the person's own queue has not come back yet.
    is_over: bool,
}

impl Standing {
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    pub fn is_over_for(&self, client: &str) -> bool {
        self.is_over && self.from.client == client
    }

    pub fn correct(&mut self, why: Why) {
        self.outage.verdict = why.verdict.word().into();
        self.outage.evidence.clone_from(&why.evidence);
        self.from.why = why;
        self.is_kept = false;
    }

    /// A song of ours begins.
    fn count_song(&mut self) {
        let left_out = self.left_out.pop_front().unwrap_or(0);
        let left_out = u32::try_from(left_out).unwrap_or(u32::MAX);
        self.outage.left_out = self.outage.left_out.saturating_add(left_out);
        self.outage.songs += 1;
        self.is_kept = false;
    }

    pub fn sentence(&self) -> String {
        let plays = Plays {
            song: &self.first,
            instead: self.instead,
            list: self.list.as_deref(),
            left_out: self.first_left_out,
        };
        said::sentence(&self.from, Some(plays), Done::GoesOn)
    }
}

impl Work {
    /// The client holds still first, so that the two never sound together.
    pub(super) fn step_in(&mut self, from: TakeOver, ready: Ready) {
        let mut in_place = ready.in_place;
        let at_ms = in_place.begins_at_ms(from.place_ms);
        let (Some(first), Some(instead)) = (in_place.songs.first_mut(), in_place.instead) else {
            return;
        };
        if instead != Instead::StandIn {
            let name = said::named(&from.service, &from.client);
            first.origin = Some(Arc::new(Origin::Stream(name)));
        }
        let (first, first_left_out) = (first.song.clone(), first.left_out);
        let left_out = in_place
            .songs
            .iter()
            .map(|placed| placed.left_out)
            .collect();
        self.senses.pause(&from.client);
        self.desk
            .step_in(std::mem::take(&mut in_place.songs), at_ms);
        self.told.instead_of = Some(from.wanted.label());
        let outage = self.outage_of(&from, in_place.list.clone());
        let standing = Standing {
            first,
            first_left_out,
            left_out,
            instead,
            list: in_place.list.clone(),
            rest: Some(Box::new(in_place)).filter(|rest| !rest.rest.is_empty()),
            outage,
            is_kept: false,
            is_over: false,
            from,
        };
        let sentence = standing.sentence();
        self.standing = Some(standing);
        self.tell(sentence);
        self.keep_diary();
        self.ask_for_more();
    }

    /// An outage that goes on where the last one was not over is the same one.
    fn outage_of(&mut self, from: &TakeOver, list: Option<String>) -> Outage {
        let open = self.standing.take().filter(|standing| !standing.is_over);
        if let Some(standing) = open {
            return standing.outage;
        }
        begun(from, list)
    }

    /// The first sample is heard.
    pub(super) fn sounds(&mut self) {
        let Some(standing) = &mut self.standing else {
            return;
        };
        let outage = &mut standing.outage;
        if outage.took_over_at_ms.is_none() {
            let now = unix_ms();
            outage.took_over_at_ms = Some(now);
            let since = standing.from.silent_since_ms;
            outage.silence_ms = since.map(|since| now_ms().saturating_sub(since));
        }
        standing.count_song();
        self.keep_diary();
    }

    /// A song has ended by itself and the next one is heard.
    pub(super) fn next_song(&mut self) {
        let Some(standing) = self.standing.as_mut().filter(|one| !one.is_over) else {
            return;
        };
        standing.count_song();
        self.keep_diary();
        self.ask_for_more();
    }

    fn ask_for_more(&mut self) {
        let snapshot = self.desk.snapshot();
        let at = snapshot.current.map_or(0, |current| current.position + 1);
        let left = snapshot.queue_len.saturating_sub(at);
        let Some(standing) = &mut self.standing else {
            return;
        };
        if left <= FEW_LEFT
            && let Some(rest) = standing.rest.take()
        {
            self.aside.ask(Job::More(rest));
        }
    }

    pub(super) fn go_on_with(&mut self, rest: InPlace, songs: Vec<Placed>) {
        let Some(standing) = &mut self.standing else {
            return;
        };
        standing.rest = Some(Box::new(rest)).filter(|rest| !rest.rest.is_empty());
        if !songs.is_empty() {
            let left_out = songs.iter().map(|placed| placed.left_out);
            standing.left_out.extend(left_out);
            self.desk.stand_in_on(songs);
        }
    }

    /// Our music ends, and what was queued before it comes back.
    pub(super) fn put_away(&mut self) {
        self.awaited = None;
        self.desk.step_back();
        self.end_outage();
        self.standing = None;
        self.forget_told();
    }

    /// The outage is over; our music, where it plays, plays on.
    pub(super) fn close(&mut self) {
        self.awaited = None;
        self.end_outage();
        self.forget_told();
    }

    fn forget_told(&mut self) {
        self.told.sentence = None;
        self.told.instead_of = None;
        self.told.verdict = None;
        self.told.asks = false;
        self.show();
    }

    fn end_outage(&mut self) {
        let Some(standing) = self.standing.as_mut().filter(|one| !one.is_over) else {
            return;
        };
        standing.is_over = true;
        standing.is_kept = false;
        standing.outage.ended_at_ms = Some(unix_ms());
        self.keep_diary();
    }

    /// The guard ends: what is under way is over as far as it knows.
    pub(super) fn end_for_good(&mut self) {
        self.end_outage();
    }

    pub(super) fn keep_diary(&mut self) {
        let Some(standing) = &mut self.standing else {
            return;
        };
        if !standing.is_kept {
            standing.outage.seen_at_ms = unix_ms();
            let outage = Box::new(standing.outage.clone());
            standing.is_kept = self.aside.ask(Job::Keep(outage));
        }
    }
}
