//! The thread that decodes ahead. It alone decides which frame of the stream belongs to which song, but never which
//! song: it plays what it is given and asks for what follows.
//!
//! Here is its life and what it does with orders; `fill` makes frames and pushes them, `form` sets the output to a
//! song's own rate and format where that is asked for, `tell` says what happened and how long to sleep.

mod fill;
mod form;
mod tell;
#[cfg(test)]
pub(super) use tell::UNHEARD_REST;

use super::controls::{Controls, Cut};
use super::given::{Answer, Given, Link};
use super::markers::{Marker, Markers};
use super::post::Post;
use super::stream::Stream;
use super::tracks::Track;
use super::{Command, DecodeError, Item, Notice};
use crate::music::EntryId;
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use rtrb::Producer;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};

/// Blocks decoded at most to fill up to the end of a song whose follower is taken back.
const MAX_CATCH_UP_BLOCKS: u32 = 64;

/// What reaches the feeder.
pub(super) enum Order {
    /// A command, and the epoch that it begins where it is `Play` or `Stop`.
    Command(Command, u64),
    /// The output has taken frames: for outputs that do not keep time.
    Taken,
    /// End the thread.
    Quit,
}

/// Wakes the output's thread.
pub(super) type Wake = Box<dyn Fn() + Send>;

pub(super) struct Feeder {
    ring: Producer<f32>,
    pushed: u64,
    filling: bool,
    stream: Stream,
    given: Option<Given>,
    /// Songs whose first frame, this one, the output has taken and nobody has heard yet.
    taken_only: VecDeque<(u64, EntryId)>,
    fade_told: bool,
    touched_told: Option<EntryId>,
    controls: Arc<Controls>,
    markers: Arc<Markers>,
    post: Post,
    wake_output: Wake,
}

impl Feeder {
    pub(super) fn new(
        ring: Producer<f32>,
        controls: Arc<Controls>,
        markers: Arc<Markers>,
        notices: Sender<Notice>,
        wake_output: Wake,
    ) -> Self {
        Self {
            ring,
            pushed: 0,
            filling: false,
            stream: Stream::default(),
            given: None,
            taken_only: VecDeque::new(),
            fade_told: false,
            touched_told: None,
            controls,
            markers,
            post: Post::new(notices),
            wake_output,
        }
    }

    /// The thread's life.
    pub(super) fn run(mut self, orders: &Receiver<Order>) {
        loop {
            let rest = self.rest();
            let order = if rest.is_zero() {
                orders
                    .try_recv()
                    .map_err(|error| error == TryRecvError::Disconnected)
            } else {
                orders
                    .recv_timeout(rest)
                    .map_err(|error| error == RecvTimeoutError::Disconnected)
            };
            match order {
                Ok(Order::Quit) | Err(true) => return,
                Ok(Order::Command(command, epoch)) => self.obey(command, epoch),
                Ok(Order::Taken) | Err(false) => {}
            }
            self.step();
        }
    }

    /// Pause, resume and volume are obeyed elsewhere: they only wake the thread.
    pub(super) fn obey(&mut self, command: Command, epoch: u64) {
        match command {
            Command::Play { item, at_ms, .. } => self.play(self.plain(item), at_ms, epoch),
            Command::Follow(item) => self.follow(item.map(|item| self.plain(item))),
            Command::Stop => self.stop(epoch),
            Command::Fade { .. } => self.fade_told = false,
            Command::Pause
            | Command::Resume
            | Command::Volume(_)
            | Command::Equalise(_)
            | Command::Speed(_)
            | Command::Output(_) => {}
        }
    }

    /// Decodes a block where there is room, pushes what fits, and tells what happened.
    pub(super) fn step(&mut self) {
        self.make();
        self.push();
        self.tell();
        let makes = self.given.as_ref().is_some_and(Given::makes_music);
        self.controls.dry.expect(makes);
    }

    fn play(&mut self, item: Item, at_ms: u64, epoch: u64) {
        if epoch < self.controls.epoch.load(Acquire) {
            return; // Something newer waits in the channel.
        }
        self.tell_heard();
        self.taken_only.clear();
        self.stream.take_back(self.pushed);
        self.filling = true;
        let entry = item.entry;
        let opened = self.open(item.clone(), at_ms);
        let fade_in = opened.as_ref().is_ok_and(|track| track.at_ms() > 0);
        self.controls.cut(Cut {
            from: 0,
            to: self.pushed,
            epoch,
            fade_in,
        });
        self.given = Some(Given {
            epoch,
            from: self.pushed,
            base: Link {
                item,
                at_ms,
                length_ms: opened.as_ref().ok().and_then(Track::length_ms),
                start: self.pushed,
                end: None,
                taken: false,
            },
            answer: Answer::Unknown,
            after: entry,
            asked: false,
            decoding: None,
            held: None,
            waits_for_form: false,
            drained_since: None,
            finished: false,
        });
        match opened {
            Ok(track) => self.begin_base(track),
            Err(error) => {
                self.end_link();
                self.post.send(Notice::Failed { entry, error });
            }
        }
    }

    fn open(&self, item: Item, at_ms: u64) -> Result<Track, DecodeError> {
        let track = Track::open(item, at_ms)?;
        Ok(track.at_speed(self.controls.speed()))
    }

    fn begin_base(&mut self, mut track: Track) {
        if !self.suits(&mut track) {
            if let Some(given) = &mut self.given {
                given.held = Some(Box::new(track));
            }
            return;
        }
        let start = self.begin(&track);
        if let Some(given) = &mut self.given {
            given.base.start = start;
            given.decoding = Some(track);
        }
    }

    /// Marks the track's first frame in the stream and gives it.
    fn begin(&mut self, track: &Track) -> u64 {
        let rate = self.controls.rate.load(Relaxed);
        let start = self.stream.begin(track.rate(), rate);
        self.mark(track, start);
        start
    }

    fn mark(&self, track: &Track, start: u64) {
        self.markers.add(Marker {
            at: start,
            rate: self.controls.rate.load(Relaxed),
            entry: track.item().entry,
            start_ms: track.at_ms(),
            length_ms: track.length_ms(),
            speed: track.speed(),
            epoch: self.given.as_ref().map_or(0, |given| given.epoch),
        });
    }

    fn stop(&mut self, epoch: u64) {
        self.taken_only.clear();
        self.stream.take_back(self.pushed);
        self.given = None;
        self.controls.primed.store(false, Release);
        self.controls.cut(Cut {
            from: 0,
            to: self.pushed,
            epoch,
            fade_in: false,
        });
        self.markers.clear();
        (self.wake_output)();
    }

    fn follow(&mut self, item: Option<Item>) {
        let Some(given) = &self.given else { return };
        if let Answer::Begun(link) = &given.answer {
            let taken = self.controls.taken_in(given.epoch);
            let too_late = link.taken || taken.is_some_and(|taken| taken > link.start);
            if too_late || item.as_ref() == Some(&link.item) {
                return;
            }
            let start = link.start;
            self.take_back_follower(start);
        }
        let opened = item.map(|item| {
            let from_ms = item.from_ms;
            (item.entry, self.open(item, from_ms))
        });
        let Some(given) = &mut self.given else { return };
        given.finished = false;
        given.drained_since = None;
        given.waits_for_form = given.held.is_some();
        given.answer = match opened {
            None => Answer::Nothing,
            Some((_, Ok(track))) => Answer::Ready(Box::new(track)),
            Some((entry, Err(error))) => {
                given.after = entry;
                given.asked = false;
                given.answer = Answer::Unknown;
                return self.post.send(Notice::Failed { entry, error });
            }
        };
        self.filling = true;
    }

    /// Another song follows than the one whose decoding has begun: its frames, from `start` on, will not be heard.
    fn take_back_follower(&mut self, start: u64) {
        let Some(given) = &mut self.given else { return };
        given.answer = Answer::Unknown;
        if self.controls.taken_in(given.epoch).is_none() {
            // The cut that begins this epoch is not made yet, and there is room for one cut only: begin again.
            let (item, at_ms, epoch) = (given.base.item.clone(), given.base.at_ms, given.epoch);
            self.markers.take_back(given.base.start);
            return self.play(item, at_ms, epoch);
        }
        if self.stream.has_overlap() {
            return self.undo_overlap();
        }
        if self.stream.forget_the_next() {
            given.decoding = None;
            return self.markers.take_back(start);
        }
        for _ in 0..MAX_CATCH_UP_BLOCKS {
            match &mut given.decoding {
                Some(track) if self.stream.made() < start => {
                    if !self.stream.feed(track).unwrap_or(false) {
                        given.decoding = None;
                    }
                }
                _ => break,
            }
        }
        if self.stream.made() < start {
            self.stream.flush();
        }
        given.decoding = None;
        let epoch = given.epoch;
        self.stream.take_back(start.max(self.pushed));
        self.markers.take_back(start);
        if self.pushed > start {
            self.controls.cut(Cut {
                from: start,
                to: self.pushed,
                epoch,
                fade_in: false,
            });
        }
    }

    /// The song that had begun to fade out goes on as if nothing had been.
    fn undo_overlap(&mut self) {
        let pushed = self.pushed;
        let Some((start, track)) = self.stream.undo_overlap(pushed) else {
            return;
        };
        self.markers.take_back(start);
        let decoded = track.is_none().then(|| self.stream.next_frame());
        let Some(given) = &mut self.given else { return };
        given.base.end = decoded;
        given.decoding = track;
        if pushed <= start {
            return;
        }
        self.controls.cut(Cut {
            from: start,
            to: pushed,
            epoch: given.epoch,
            fade_in: false,
        });
        self.markers.go_on(start, pushed);
    }

    fn buffered_ms(&self) -> u64 {
        let frames = self.pushed.saturating_sub(self.controls.taken());
        frames * 1_000 / u64::from(self.controls.rate.load(Relaxed)).max(1)
    }

    fn frames(&self, ms: u64) -> u64 {
        ms * u64::from(self.controls.rate.load(Relaxed)) / 1_000
    }
}
