//! The desk's side of counting: it listens along, and hands over what was heard without ever waiting. What counts is the
//! rule of [`Ear`]; writing it is for the thread in `writer`.
//!
//! The desk does not wait for that: a disk that hangs must not stop the music, nor keep a client from its answer. What
//! holds instead is that nobody else hears of a listening: no event, no snapshot, no news and no hook carries it. Whoever
//! tells of it, `history`, the counts and what is handed to scrobblers, reads it where it was written.
//!
//! Where long files were left goes the same way, and comes from where it was kept when their songs are queued.

mod writer;

pub use writer::Counter;
pub(super) use writer::{Counted, start};

use super::snapshot::{News, View};
use crate::engine::Position;
use crate::library::person::{HowFar, LeftOffLookup, Listening};
use crate::player::{Ear, Effect, Event, Left, Listened, Player, Sounding, State};
use crossbeam_channel::{Sender, TrySendError};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Listenings that may wait to be written: the disk may hang for an hour of songs.
pub(super) const MAX_UNWRITTEN: usize = 1_024;

/// It is looked so much later than a song can count: by then the clock of what is heard shows it.
const SLACK: Duration = Duration::from_millis(50);

/// Where nothing was heard until then it is looked again so much later at the earliest: the output may be lost.
const LEAST_AGAIN: Duration = Duration::from_secs(1);

/// An hour that is so near to that of the last listening is moved behind it, in ms: no two are of the same.
const NEAR_MS: i64 = 1_000;

/// What the desk counts with.
pub(super) struct Counting {
    ear: Ear,
    writer: Sender<Counted>,
    left_off: LeftOffLookup,
    view: Arc<View>,
    /// When to look whether the song counts.
    due: Option<Instant>,
    last_at_ms: i64,
    is_told: bool,
}

impl Counting {
    pub fn new(writer: Sender<Counted>, left_off: LeftOffLookup, view: Arc<View>) -> Self {
        Self {
            ear: Ear::default(),
            writer,
            left_off,
            view,
            due: None,
            last_at_ms: 0,
            is_told: false,
        }
    }

    /// When to call [`look`](Self::look); `None`: no song will count before something happens.
    pub fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Takes an event to the desk, and hands over what it ends. `position`: before it.
    pub fn handle(
        &mut self,
        player: &mut Player,
        event: Event,
        position: Option<Position>,
    ) -> Vec<Effect> {
        self.learn(player, &event);
        let position = position.map(sounding);
        if let Some(sounding) = position {
            player.observe(sounding);
        }
        let (effects, listened) = self.ear.handle(player, event, position);
        listened
            .into_iter()
            .for_each(|listened| self.hand_over(listened));
        self.wait(player, Duration::ZERO);
        effects
    }

    /// Looks whether the song counts by now.
    pub fn look(&mut self, player: &Player, position: Option<Position>) {
        let listened = self.ear.listen(position.map(sounding));
        listened
            .into_iter()
            .for_each(|listened| self.hand_over(listened));
        self.wait(player, LEAST_AGAIN);
    }

    /// What is listened to is left, and skipped for nothing.
    pub fn leave(&mut self) {
        self.ear = Ear::default();
        self.due = None;
    }

    /// Where long files were left that are queued now.
    fn learn(&mut self, player: &mut Player, event: &Event) {
        for song in event.songs() {
            if let Some(key) = player.unknown_place(song) {
                let left = self.left_off.of(key);
                player.learn_place(key, left.and_then(|left| left.at_ms));
            }
        }
    }

    /// A long file is left; its place is kept as soon as the disk takes it.
    pub fn leave_off(&mut self, left: &Left) {
        let how_far = how_far(left);
        // Where so much waits the disk hangs: what a kill would leave is in the state folder.
        self.writer.try_send(Counted::Left(how_far)).ok();
    }

    fn wait(&mut self, player: &Player, at_least: Duration) {
        let due_in_ms = self.ear.due_in_ms();
        let due_in_ms = due_in_ms.filter(|_| player.state() == State::Playing);
        self.due = due_in_ms.and_then(|ms| {
            let wait = Duration::from_millis(ms) + SLACK;
            Instant::now().checked_add(wait.max(at_least))
        });
    }

    fn hand_over(&mut self, listened: Listened) {
        let listening = Listening {
            at_ms: self.hour(),
            song: listened.song.wanted(),
            to_the_end: listened.played,
            origin: listened.origin.map(Arc::unwrap_or_clone),
        };
        if let Err(TrySendError::Full(_)) =
            self.writer.try_send(Counted::Heard(Box::new(listening)))
            && !self.is_told
        {
            self.is_told = true;
            let reason = "the disk does not take it".to_owned();
            self.view.tell(News::NotCounted { reason });
        }
    }

    /// Now, in ms since 1970, and another one for each.
    fn hour(&mut self) -> i64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let now = since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0));
        let is_taken = (now..now + NEAR_MS).contains(&self.last_at_ms);
        self.last_at_ms = if is_taken { self.last_at_ms + 1 } else { now };
        self.last_at_ms
    }
}

/// As it is at this moment.
pub(super) fn how_far(left: &Left) -> HowFar {
    HowFar::now(left.key, left.at_ms, left.length_ms)
}

pub(super) fn sounding(position: Position) -> Sounding {
    Sounding {
        entry: position.entry,
        elapsed_ms: position.elapsed_ms,
        length_ms: position.length_ms,
    }
}
