//! The desk's side of the guard: music in a streaming client's place has a queue of its own, and what the person had there
//! steps aside for it and comes back. It is told what our music does, and what of that a person did.
//!
//! The saved queue stays the person's own all the while: a kill in between leaves it as it was.

use super::desk::Desk;
use super::going_on::Found;
use super::running::{Answer, Ask, GuardAsk, Running};
use super::saved::Saved;
use super::snapshot::News;
use super::stepping::Told;
use crate::engine::Command;
use crate::library::Placed;
use crate::music::{EntryId, Origin, Song};
use crate::outage::Ours;
use crate::player::{Changes, Entry, Event, Player, State};
use crossbeam_channel::Receiver;
use std::collections::HashSet;
use std::sync::Arc;

/// What our music does is told there; it must not wait.
pub type Reporter = Box<dyn Fn(Ours) + Send>;

/// Who stepped aside.
pub(super) struct Aside {
    own: Player,
    saved: Option<Saved>,
    rest: Option<Receiver<Result<Found, String>>>,
    /// Where its music was, in ms.
    place: Option<(EntryId, u64)>,
    /// The entries that stand in.
    entries: HashSet<EntryId>,
    /// The first of them is to be heard yet.
    awaits_sound: bool,
}

impl Desk {
    /// What our music does is told there from now on, by the desk's thread: it must not wait.
    pub fn report_to(&self, report: impl Fn(Ours) + Send + 'static) {
        self.send(Ask::Guard(GuardAsk::Report(Some(Box::new(report)))));
    }

    /// Nobody is told any more.
    pub fn report_no_more(&self) {
        self.send(Ask::Guard(GuardAsk::Report(None)));
    }

    /// These play now, the first one from this place on, in ms, in their order and in no mode. What is queued steps aside
    /// and is saved as it is; where something stands in already, only that gives way.
    pub fn step_in(&self, songs: Vec<Placed>, at_ms: u64) {
        self.send(Ask::Guard(GuardAsk::StepIn(songs, at_ms)));
    }

    /// These come behind what stands in; where nothing does any more, nothing happens.
    pub fn stand_in_on(&self, songs: Vec<Placed>) {
        self.send(Ask::Guard(GuardAsk::GoOn(songs)));
    }

    /// What stands in ends, and what stepped aside for it comes back, paused where its music was.
    pub fn step_back(&self) {
        self.send(Ask::Guard(GuardAsk::StepBack));
    }

    /// What people are told of the guard.
    pub fn show_guard(&self, told: Option<Arc<Told>>) {
        self.send(Ask::Guard(GuardAsk::Tell(told)));
    }

    /// Tells people something once.
    pub fn tell(&self, news: News) {
        self.view.tell(news);
    }
}

impl Running {
    pub(super) fn obey_guard(&mut self, ask: GuardAsk) {
        match ask {
            GuardAsk::Report(reporter) => self.reporter = reporter,
            GuardAsk::StepIn(songs, at_ms) => self.step_in(songs, at_ms),
            GuardAsk::GoOn(songs) => self.stand_in_on(songs),
            GuardAsk::StepBack => self.step_back(),
            GuardAsk::Tell(told) => {
                self.outside.guard = told;
                self.show(Changes::PLAYER);
            }
        }
    }

    /// An event of a person's, by whichever door.
    pub(super) fn take_from_door(&mut self, event: Event) -> Answer {
        let before = self.player.state();
        let (begins, stops) = (begins(&event), matches!(event, Event::Stop));
        if self.is_new_queue(&event) {
            // What stood in is not wanted any more.
            self.report(Ours::Halted);
            self.step_back();
            // What is put in takes the place of what is queued, as it would without a guard.
            self.take_held(Event::Delete(0..usize::MAX));
        }
        let answer = self.take_held(event);
        match (before, self.player.state()) {
            (_, State::Playing) if begins => self.report(Ours::Begun),
            (State::Playing, State::Paused | State::Stopped) => self.report(Ours::Halted),
            _ => {}
        }
        if stops {
            self.step_back();
        }
        answer
    }

    /// Whether something stands in, and this is put in its place.
    fn is_new_queue(&self, event: &Event) -> bool {
        let is_empty = self.player.queue().is_empty();
        self.aside.is_some()
            && match event.inner() {
                Event::Replace { .. } => true,
                Event::Append(_) | Event::Insert { .. } => is_empty,
                _ => false,
            }
    }

    fn step_in(&mut self, songs: Vec<Placed>, at_ms: u64) {
        if self.aside.is_none() {
            self.set_aside();
        }
        self.counting.leave();
        let (songs, origins) = parted(songs);
        let replace = Event::Replace {
            songs,
            start: 0,
            at_ms: Some(at_ms),
            paused: false,
        };
        self.outside.stands_in = true;
        self.take_held(replace.whence_each(origins));
        let entries = self.player.queue().entries().iter();
        let entries = entries.map(|entry| entry.id).collect();
        if let Some(aside) = &mut self.aside {
            aside.entries = entries;
            aside.awaits_sound = true;
        }
        self.settle();
    }

    fn set_aside(&mut self) {
        if self.player.state() == State::Playing {
            self.take_held(Event::Pause);
        }
        self.settle();
        self.save_place();
        let place = self
            .place()
            .filter(|_| self.player.state() != State::Stopped);
        self.more = None;
        self.aside = Some(Aside {
            own: self.player.step_aside(),
            saved: self.saved.take(),
            rest: self.rest.take(),
            place,
            entries: HashSet::new(),
            awaits_sound: false,
        });
    }

    fn stand_in_on(&mut self, songs: Vec<Placed>) {
        if self.aside.is_none() {
            return;
        }
        let (songs, origins) = parted(songs);
        let answer = self.take_held(Event::Append(songs).whence_each(origins));
        if let (Some(aside), Some((first, count))) = (&mut self.aside, answer.queued) {
            let ids = (first.0..).take(count).map(EntryId);
            aside.entries.extend(ids);
        }
        self.settle();
    }

    fn step_back(&mut self) {
        let Some(aside) = self.aside.take() else {
            return;
        };
        self.counting.leave();
        let added = self.player.come_back(aside.own, &aside.entries);
        self.saved = aside.saved;
        self.rest = aside.rest;
        self.outside.stands_in = false;
        match aside
            .place
            .filter(|_| self.player.state() != State::Stopped)
        {
            Some((entry, at_ms)) => drop(self.take_held(Event::SeekEntry(entry, at_ms))),
            None => self.engine.command(Command::Stop),
        }
        // What somebody has queued meanwhile is not lost with the rest.
        self.keep(added);
        let all = Changes::QUEUE.with(Changes::PLAYER).with(Changes::OPTIONS);
        let all = all.with(Changes::MIXER);
        self.show(all);
        self.held = self.held.with(all);
        self.settle();
    }

    fn keep(&mut self, added: Vec<Entry>) {
        if added.is_empty() {
            return;
        }
        let (songs, origins) = added
            .into_iter()
            .map(|entry| (entry.song, entry.origin))
            .unzip();
        self.take_held(Event::Append(songs).whence_each(origins));
    }

    fn report(&self, ours: Ours) {
        if let Some(report) = &self.reporter {
            report(ours);
        }
    }

    /// The first frame of an entry is heard; before `began` is moved to it.
    pub(super) fn report_heard(&mut self, entry: EntryId) {
        let was_asked_for = std::mem::take(&mut self.is_begun);
        if self.player.current() != Some(entry) {
            return;
        }
        if let Some(aside) = &mut self.aside
            && std::mem::take(&mut aside.awaits_sound)
        {
            return self.report(Ours::Sounds);
        }
        if !was_asked_for && self.began != Some(entry) {
            self.report(Ours::SongEnded);
        }
    }

    /// What nobody asked for has silenced the music, or has not. What stood in to its end gives way.
    pub(super) fn report_end(&mut self, before: State) {
        match (before, self.player.state()) {
            (State::Playing, State::Stopped) => {
                self.report(Ours::Ended);
                self.step_back();
            }
            (State::Playing, State::Paused) => self.report(Ours::Halted),
            _ => {}
        }
    }
}

/// Whether it is a person's wish that something plays.
fn begins(event: &Event) -> bool {
    match event {
        Event::Whence(_, inner) => begins(inner),
        Event::Replace { paused, .. } => !paused,
        Event::PlayEntry(_)
        | Event::SeekEntry(..)
        | Event::Toggle
        | Event::Play
        | Event::Next
        | Event::Previous { .. }
        | Event::Seek(_) => true,
        _ => false,
    }
}

type Parted = (Vec<Arc<Song>>, Vec<Option<Arc<Origin>>>);

fn parted(songs: Vec<Placed>) -> Parted {
    songs
        .into_iter()
        .map(|placed| (placed.song, placed.origin))
        .unzip()
}
