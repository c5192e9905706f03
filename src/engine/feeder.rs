//! The thread that decodes ahead. It alone decides which frame of the stream belongs to which song, but never which
//! song: it plays what it is given and asks for what follows.

use super::controls::{Controls, Cut};
use super::given::{Answer, Given, Link};
use super::markers::{Marker, Markers};
use super::post::Post;
use super::ring::CHANNELS;
use super::tracks::{Stream, Track};
use super::{Command, DecodeError, Item, Notice};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TryRecvError};
use rtrb::Producer;
use std::sync::Arc;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::{Duration, Instant};

/// How long before a song's end its follower is asked for.
const ASK_BEFORE_MS: u64 = 10_000;
/// Music in the ring before the output starts; less where the song is shorter.
const PRIME_MS: u64 = 200;
/// Where nothing follows a resampled song yet: its last frames come out when so much is left.
const LAST_MOMENT_MS: u64 = 300;
/// Blocks decoded at most to fill up to the end of a song whose follower is taken back.
const MAX_CATCH_UP_BLOCKS: u32 = 64;
/// The longest and the shortest sleep.
const LONGEST_REST: Duration = Duration::from_secs(1);
const SHORTEST_REST: Duration = Duration::from_millis(20);

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
            Command::Play { item, at_ms, .. } => self.play(item, at_ms, epoch),
            Command::Follow(item) => self.follow(item),
            Command::Stop => self.stop(epoch),
            Command::Pause | Command::Resume | Command::Volume(_) | Command::Output(_) => {}
        }
    }

    /// Decodes a block where there is room, pushes what fits, and tells what happened.
    pub(super) fn step(&mut self) {
        self.make();
        self.push();
        self.tell();
    }

    fn play(&mut self, item: Item, at_ms: u64, epoch: u64) {
        if epoch < self.controls.epoch.load(Acquire) {
            return; // Something newer waits in the channel.
        }
        self.tell_heard();
        self.stream.take_back(self.pushed);
        self.filling = true;
        let entry = item.entry;
        let opened = Track::open(item.clone(), at_ms);
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
                start: self.pushed,
                end: None,
                heard: false,
            },
            answer: Answer::Unknown,
            after: entry,
            asked: false,
            decoding: None,
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

    fn begin_base(&mut self, track: Track) {
        let start = self.begin(&track);
        if let Some(given) = &mut self.given {
            given.base.start = start;
            given.decoding = Some(track);
        }
    }

    /// Marks the track's first frame in the stream and gives it. An output without a rate takes the first song's.
    fn begin(&mut self, track: &Track) -> u64 {
        if self.controls.rate.load(Relaxed) == 0 {
            self.controls.rate.store(track.rate(), Release);
        }
        let start = self
            .stream
            .begin(track.rate(), self.controls.rate.load(Relaxed));
        self.markers.add(Marker {
            at: start,
            entry: track.item().entry,
            start_ms: track.at_ms(),
            length_ms: track.length_ms(),
            epoch: self.given.as_ref().map_or(0, |given| given.epoch),
        });
        start
    }

    fn stop(&mut self, epoch: u64) {
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
            let too_late = link.heard || taken.is_some_and(|taken| taken > link.start);
            if too_late || item.as_ref() == Some(&link.item) {
                return;
            }
            let start = link.start;
            self.take_back_follower(start);
        }
        let opened = item.map(|item| (item.entry, Track::open(item, 0)));
        let Some(given) = &mut self.given else { return };
        given.finished = false;
        given.drained_since = None;
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

    fn make(&mut self) {
        let free = self.ring.slots();
        self.filling |= free >= self.ring.buffer().capacity() / 2;
        if !self.filling || !self.stream.ready().is_empty() {
            return;
        }
        let left_ms = self.buffered_ms();
        let Some(given) = &mut self.given else { return };
        if let Some(track) = &mut given.decoding {
            match self.stream.feed(track) {
                Ok(true) => {}
                Ok(false) => self.end_track(None),
                Err(error) => self.end_track(Some(error)),
            }
            return;
        }
        match &given.answer {
            Answer::Ready(_) => self.begin_follower(),
            Answer::Nothing => self.stream.flush(),
            Answer::Unknown
                if left_ms < LAST_MOMENT_MS && self.controls.drain_us.load(Relaxed) > 0 =>
            {
                self.stream.flush();
            }
            // All of a very short song is held back by the resampler: it is heard, and the next one asked for, only when
            // it comes out.
            Answer::Begun(link) if self.stream.made() <= link.start => self.stream.flush(),
            Answer::Unknown | Answer::Begun(_) => {}
        }
    }

    fn begin_follower(&mut self) {
        let Some(given) = &mut self.given else { return };
        let Answer::Ready(track) = std::mem::replace(&mut given.answer, Answer::Unknown) else {
            return;
        };
        let start = self.begin(&track);
        let Some(given) = &mut self.given else { return };
        given.answer = Answer::Begun(Link {
            item: track.item().clone(),
            at_ms: 0,
            start,
            end: None,
            heard: false,
        });
        given.decoding = Some(*track);
    }

    fn end_track(&mut self, error: Option<DecodeError>) {
        let Some(mut track) = self.given.as_mut().and_then(|given| given.decoding.take()) else {
            return;
        };
        self.end_link();
        let entry = track.item().entry;
        if let Some(error) = error {
            self.post.send(Notice::Failed { entry, error });
        } else if let Some(error) = track.take_damage() {
            self.post.send(Notice::Damaged { entry, error });
        }
    }

    /// The last link ends where the stream stands.
    fn end_link(&mut self) {
        let end = self.stream.next_frame();
        let Some(given) = &mut self.given else { return };
        let link = match &mut given.answer {
            Answer::Begun(link) => link,
            _ => &mut given.base,
        };
        link.end = Some(end);
        if link.start > end {
            link.start = end;
        }
    }

    fn push(&mut self) {
        let ready = self.stream.ready();
        let fits = ready.len().min(self.ring.slots() / CHANNELS * CHANNELS);
        if !ready.is_empty() {
            let (pushed, _) = self.ring.push_partial_slice(&ready[..fits]);
            self.pushed += (pushed.len() / CHANNELS) as u64;
            self.filling = fits == ready.len();
            self.stream.pushed(fits);
            if self.controls.drain_us.load(Relaxed) == 0 {
                (self.wake_output)();
            }
        }
        self.prime();
    }

    fn prime(&mut self) {
        let Some(given) = &self.given else { return };
        if self.controls.primed.load(Relaxed) || given.finished {
            return;
        }
        let start = self.controls.taken().max(given.base.start);
        let music = self.pushed.saturating_sub(start);
        // Before the first song that opens there may be no rate yet, and an output must not begin without one.
        let enough = music >= self.frames(PRIME_MS) || given.decoding.is_none();
        if music > 0 && enough {
            self.controls.primed.store(true, Release);
            (self.wake_output)();
        }
    }

    fn tell(&mut self) {
        self.post.send_kept();
        self.tell_heard();
        self.ask();
        self.finish();
    }

    fn tell_heard(&mut self) {
        let Some(given) = &mut self.given else { return };
        let Some(taken) = self.controls.taken_in(given.epoch) else {
            return;
        };
        let mut heard = Vec::new();
        let follower = match &mut given.answer {
            Answer::Begun(link) => Some(link),
            _ => None,
        };
        for link in std::iter::once(&mut given.base).chain(follower) {
            if !link.heard && taken > link.start && !link.is_empty() {
                link.heard = true;
                heard.push(link.item.entry);
            }
        }
        heard
            .into_iter()
            .for_each(|entry| self.post.send(Notice::Heard { entry }));
    }

    /// Asks what follows the last song, once it is near its end and nothing before it can still be replaced.
    fn ask(&mut self) {
        let Some(given) = &mut self.given else { return };
        let near_end = match &given.decoding {
            Some(track) => track.left_ms().is_some_and(|left| left <= ASK_BEFORE_MS),
            None => true,
        };
        if !near_end {
            return;
        }
        if let Answer::Begun(link) = &given.answer
            && (link.heard || link.is_empty())
            && let Answer::Begun(link) = std::mem::replace(&mut given.answer, Answer::Unknown)
        {
            given.after = link.item.entry;
            given.base = link;
            given.asked = false;
        }
        if matches!(given.answer, Answer::Unknown) && !given.asked {
            given.asked = true;
            let after = given.after;
            self.post.send(Notice::WantsNext { after });
        }
    }

    fn finish(&mut self) {
        let Some(given) = &mut self.given else { return };
        let all_given = matches!(given.answer, Answer::Nothing) && given.decoding.is_none();
        let all_pushed =
            self.stream.ready().is_empty() && self.stream.made() == self.stream.next_frame();
        if given.finished || !all_given || !all_pushed {
            return;
        }
        let nothing_came = self.pushed == given.from;
        let taken = self.controls.taken_in(given.epoch);
        if !nothing_came && taken.is_none_or(|taken| taken < self.pushed) {
            return;
        }
        let since = *given.drained_since.get_or_insert_with(Instant::now);
        let drain = match self.controls.drain_us.load(Relaxed) {
            0 => Duration::ZERO,
            us => Duration::from_micros(us) + self.controls.latency(),
        };
        if since.elapsed() >= drain {
            given.finished = true;
            let after = given.after;
            self.controls.primed.store(false, Release);
            (self.wake_output)();
            self.markers.clear();
            self.post.send(Notice::Finished { after });
        }
    }

    /// How long nothing will be to do, unless an order comes.
    pub(super) fn rest(&self) -> Duration {
        let Some(given) = &self.given else {
            return self.rest_idle();
        };
        let has_work = given.decoding.is_some() || matches!(given.answer, Answer::Ready(_));
        if self.filling && has_work {
            return Duration::ZERO;
        }
        let waits = given.decoding.is_none() && self.pushed == given.from;
        if waits || self.controls.paused.load(Relaxed) || given.finished {
            return self.rest_idle();
        }
        let Some(taken) = self.controls.taken_in(given.epoch) else {
            return SHORTEST_REST;
        };
        let mut due = taken + self.frames(1_000);
        let half = (self.ring.buffer().capacity() / CHANNELS / 2) as u64;
        if has_work || !self.stream.ready().is_empty() {
            due = due.min(self.pushed.saturating_sub(half));
        }
        let follower = match &given.answer {
            Answer::Begun(link) => Some(link),
            _ => None,
        };
        for link in std::iter::once(&given.base)
            .chain(follower)
            .filter(|link| !link.heard)
        {
            due = due.min(link.start + 1);
        }
        if given.decoding.is_none() {
            due = due.min(self.pushed);
        }
        let rate = u64::from(self.controls.rate.load(Relaxed)).max(1);
        let wait =
            Duration::from_micros(due.saturating_sub(taken).saturating_mul(1_000_000) / rate);
        wait.clamp(SHORTEST_REST, self.rest_idle())
    }

    fn rest_idle(&self) -> Duration {
        if self.post.is_empty() {
            LONGEST_REST
        } else {
            SHORTEST_REST
        }
    }

    fn buffered_ms(&self) -> u64 {
        let frames = self.pushed.saturating_sub(self.controls.taken());
        frames * 1_000 / u64::from(self.controls.rate.load(Relaxed)).max(1)
    }

    fn frames(&self, ms: u64) -> u64 {
        ms * u64::from(self.controls.rate.load(Relaxed)) / 1_000
    }
}
