//! What doors see of the desk: one small value, replaced as a whole. It never leads back to the desk.

use super::stepping::Told;
use crate::engine::{DecodeError, Touch};
use crate::music::{EntryId, Equalising, Loudness, Origin, Song, Speed};
use crate::player::{AtEnd, Changes, Once, Player, State};
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// News that wait for a door to read them; the oldest give way.
const MAX_NEWS: usize = 1_000;

/// A song that is heard, or about to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Playing {
    /// Its entry.
    pub entry: EntryId,
    /// Its position in the queue, from 0.
    pub position: usize,
    /// The song.
    pub song: Arc<Song>,
    /// In shuffled rounds the higher come first.
    pub priority: u8,
    /// Where it comes from, where somebody has said.
    pub origin: Option<Arc<Origin>>,
}

/// The desk as it stood a moment ago.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Snapshot {
    /// Whether there is music.
    pub state: State,
    /// What is heard.
    pub current: Option<Playing>,
    /// What is heard, or what the next `Play` begins.
    pub place: Option<Playing>,
    /// What comes when that ends by itself.
    pub next: Option<Playing>,
    /// Number of entries in the queue.
    pub queue_len: usize,
    /// Grows with each change of the queue.
    pub queue_version: u64,
    /// Whether songs come in shuffled rounds.
    pub random: bool,
    /// Whether the queue begins again at its end.
    pub repeat: bool,
    /// What comes when the queue has been played.
    pub at_end: AtEnd,
    /// Loudness in percent.
    pub volume_percent: u8,
    /// How long songs overlap that are not one piece of music, in ms.
    pub crossfade_ms: u32,
    /// Whether each song is played for itself; for this one: the music stops when it ends.
    pub single: Once,
    /// Whether songs leave the queue once they were played.
    pub consume: Once,
    /// Whether the sleep timer has paused the music.
    pub asleep: bool,
    /// What the desk does not decide.
    pub outside: Outside,
}

/// What is so around the desk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outside {
    /// Why there is no sound although there should be.
    pub output_lost: Option<String>,
    /// Why the music paused by itself; gone when it plays again.
    pub pause_reason: Option<String>,
    /// Where the sound goes, where that is not the default.
    pub output: Option<String>,
    /// The word for where it was first sent, until it goes elsewhere.
    pub began_at: Option<String>,
    /// When the sleep timer will have brought silence.
    pub sleeps_at: Option<Instant>,
    /// How songs are levelled.
    pub loudness: Loudness,
    /// How fast songs are played.
    pub speed: Speed,
    /// The equaliser.
    pub equaliser: Arc<Equalising>,
    /// The long song that last went on where it was left, and where that was, in ms since the start of its file.
    pub went_on: Option<(EntryId, u64)>,
    /// Somebody has turned the sound off: nothing plays until it is turned on.
    pub is_off: bool,
    /// What the guard does, where there is one.
    pub guard: Option<Arc<Told>>,
    /// Whether what is queued stands in for a streaming client; the person's own queue comes back.
    pub stands_in: bool,
}

impl Snapshot {
    pub(super) fn of(player: &Player, outside: Outside) -> Self {
        let playing = |id: EntryId| {
            let position = player.queue().position(id)?;
            let entry = &player.queue().entries()[position];
            Some(Playing {
                entry: id,
                position,
                song: entry.song.clone(),
                priority: entry.priority,
                origin: entry.origin.clone(),
            })
        };
        Self {
            state: player.state(),
            current: player.current().and_then(playing),
            place: player.place().and_then(playing),
            next: player.upcoming().and_then(playing),
            queue_len: player.queue().len(),
            queue_version: player.queue().version(),
            random: player.random(),
            repeat: player.repeat(),
            at_end: player.at_end(),
            volume_percent: player.volume_percent(),
            crossfade_ms: player.crossfade_ms(),
            single: player.single(),
            consume: player.consume_mode(),
            asleep: player.asleep(),
            outside,
        }
    }
}

/// Something that a person should be told once.
#[derive(Clone, Debug)]
pub enum News {
    /// A song is heard for the first time.
    Began {
        /// The song.
        song: Arc<Song>,
    },
    /// A long song does not begin at its start, but where it was left.
    GoesOn {
        /// It, or the chapter of it.
        song: Arc<Song>,
        /// Where, in ms since the start of its file.
        at_ms: u64,
    },
    /// A song cannot be played, and was stepped over.
    Failed {
        /// The song.
        song: Arc<Song>,
        /// Why.
        error: DecodeError,
    },
    /// A song was played, with damaged parts left out.
    Damaged {
        /// The song.
        song: Arc<Song>,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// The device is gone; the music waits, and goes on when it is back.
    OutputLost {
        /// Why.
        reason: String,
        /// How often it was lost by now, this time included.
        times: u64,
    },
    /// Bit-perfect playing reaches a song whose samples cannot all be left as they are.
    Touched {
        /// The song.
        song: Arc<Song>,
        /// What becomes of them.
        how: Touch,
    },
    /// The volume was asked for in bit-perfect playing, where it has no effect.
    VolumeIsFixed,
    /// A WAV file can take no more: the music goes on in this one.
    NextFile {
        /// The new file.
        path: PathBuf,
    },
    /// The sound comes out elsewhere from now on.
    OutputMoved {
        /// Where.
        name: String,
    },
    /// The sound was asked to go elsewhere and does not.
    OutputRefused {
        /// Why, as a sentence.
        reason: String,
    },
    /// The music paused by itself: the sound would come out of a device that nobody chose.
    Paused {
        /// What happened.
        reason: String,
    },
    /// The files of so many songs in a row are not there: the music stops.
    FolderAway {
        /// How many.
        missing: usize,
    },
    /// So many rows of the saved queue that went on have no song here.
    NotHere {
        /// How many.
        missing: usize,
        /// Of how many.
        rows: usize,
    },
    /// So many lines of the saved queue that went on cannot be read.
    QueueDamaged {
        /// How many.
        lines: usize,
    },
    /// The rest of the saved queue could not be looked for: it stays saved, and is not played.
    NoRest {
        /// Why.
        reason: String,
    },
    /// All else that was chosen could not be read: the music ends with what began.
    NoOthers {
        /// Why.
        reason: String,
    },
    /// What was heard could not be counted; it is kept, and counted later.
    CountedLater {
        /// Why.
        reason: String,
    },
    /// What was heard could not be counted, and is lost when the program ends before it can be.
    NotCounted {
        /// Why.
        reason: String,
    },
    /// The queue could not be saved.
    NotSaved {
        /// Why.
        reason: String,
    },
    /// The guard has something to say, as a sentence.
    Guard {
        /// What.
        sentence: String,
    },
}

/// What is called after each change, with what has changed. It must not wait.
pub(super) type Wake = Box<dyn Fn(Changes) + Send>;

/// The snapshot and the news, shared between the desk and the doors.
#[derive(Default)]
pub(super) struct View {
    inner: Mutex<Inner>,
    changed: Condvar,
}

#[derive(Default)]
struct Inner {
    snapshot: Snapshot,
    news: VecDeque<News>,
    version: u64,
    wakes: Vec<Wake>,
    ended: bool,
    /// How long music has played, and since when it does without a pause.
    played: Duration,
    plays_since: Option<Instant>,
}

impl Inner {
    fn count_time(&mut self, plays: bool) {
        if plays != self.plays_since.is_some() {
            let now = Instant::now();
            let since = self.plays_since.replace(now).unwrap_or(now);
            self.played += now - since;
            self.plays_since = self.plays_since.filter(|_| plays);
        }
    }

    fn has_changed(&mut self, what: Changes, changed: &Condvar) {
        self.version += 1;
        changed.notify_all();
        self.wakes.iter().for_each(|wake| wake(what));
    }
}

impl View {
    /// `what` has changed, whether the snapshot shows it or not.
    pub fn show(&self, snapshot: Snapshot, what: Changes) {
        let mut inner = self.lock();
        inner.count_time(snapshot.state == State::Playing);
        if inner.snapshot != snapshot || what != Changes::default() {
            inner.snapshot = snapshot;
            inner.has_changed(what, &self.changed);
        }
    }

    pub fn tell(&self, news: News) {
        let mut inner = self.lock();
        if inner.news.len() == MAX_NEWS {
            inner.news.pop_front();
        }
        inner.news.push_back(news);
        inner.has_changed(Changes::default(), &self.changed);
    }

    pub fn tell_all(&self, news: impl IntoIterator<Item = News>) {
        news.into_iter().for_each(|news| self.tell(news));
    }

    /// From now on this is called after each change, too.
    pub fn wake_by(&self, wake: Wake) {
        self.lock().wakes.push(wake);
    }

    /// Nothing will change any more.
    pub fn end(&self) {
        let mut inner = self.lock();
        inner.ended = true;
        inner.has_changed(Changes::default(), &self.changed);
    }

    pub fn has_ended(&self) -> bool {
        self.lock().ended
    }

    pub fn snapshot(&self) -> Snapshot {
        self.lock().snapshot.clone()
    }

    /// How long music has played since the desk began.
    pub fn played(&self) -> Duration {
        let inner = self.lock();
        inner.played
            + inner
                .plays_since
                .map_or(Duration::ZERO, |since| since.elapsed())
    }

    pub fn take_news(&self) -> Vec<News> {
        self.lock().news.drain(..).collect()
    }

    /// Waits until something is newer than `seen`, or the time is over; gives the version now.
    pub fn wait(&self, seen: u64, at_most: Duration) -> u64 {
        let waiting = self
            .changed
            .wait_timeout_while(self.lock(), at_most, |inner| inner.version == seen);
        waiting.unwrap_or_else(PoisonError::into_inner).0.version
    }

    /// A door that panicked has only read: the value is whole.
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
