//! The closed set of what can happen to the desk, and of what it asks for. Plain data: no rule stands here.

use super::long::Left;
use crate::music::{EntryId, Origin, Song};
use std::collections::VecDeque;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

/// Everything that can happen to the desk.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The queue becomes these songs and `start`, a position, plays from `at_ms` on, or waits there.
    Replace {
        /// What is queued from now on.
        songs: Vec<Arc<Song>>,
        /// Position that plays first; beyond the end: the first of all.
        start: usize,
        /// Where in that song, in ms; `None`: where it was left, if it is long, else at its start.
        at_ms: Option<u64>,
        /// Whether it waits.
        paused: bool,
    },
    /// These come at the end of the queue.
    Append(Vec<Arc<Song>>),
    /// These come at this position, from 0; beyond the end: none.
    Insert {
        /// What is queued.
        songs: Vec<Arc<Song>>,
        /// The position of the first of them.
        at: usize,
    },
    /// What stands in these positions is queued no more; a range is cut off at the end of the queue.
    Delete(Range<usize>),
    /// As [`Delete`](Self::Delete), of these entries.
    DeleteEntries(Vec<EntryId>),
    /// What stands in these positions moves, so that it begins at `to`.
    Move {
        /// Positions.
        range: Range<usize>,
        /// Where the first of them stands then.
        to: usize,
    },
    /// These two change places.
    Swap(EntryId, EntryId),
    /// What stands in these positions is put in another order; what plays comes first.
    Shuffle(Range<usize>),
    /// In shuffled rounds these come before entries of lower priority.
    Priority(Vec<EntryId>, u8),
    /// These entries' songs are known anew: moved, or with other tags.
    Renew(Vec<(EntryId, Arc<Song>)>),
    /// The rest of a queue of which a part was put in its place: nothing else changes.
    Surround {
        /// What comes before all that is queued.
        before: Vec<Arc<Song>>,
        /// What comes behind it.
        behind: Vec<Arc<Song>>,
    },
    /// An event that puts songs into the queue, and where they come from.
    Whence(Origins, Box<Event>),
    /// This entry plays from its start; what is long from where it was left.
    PlayEntry(EntryId),
    /// This entry plays from here, in ms; what is paused stays so.
    SeekEntry(EntryId, u64),
    /// Pauses what plays, plays what is paused, starts what is stopped.
    Toggle,
    /// Pauses what plays.
    Pause,
    /// Plays what is paused; starts what is stopped.
    Play,
    /// Silence; the next `Play` begins the same song.
    Stop,
    /// The song after this one, now.
    Next,
    /// The song before, or this one again, by how much of it has been heard.
    Previous {
        /// How much of the current song has been heard, in ms.
        elapsed_ms: u64,
    },
    /// To this place in the current song, in ms.
    Seek(u64),
    /// Loudness in percent, 0 to 100.
    Volume(u8),
    /// Whether songs come in shuffled rounds.
    Random(bool),
    /// Whether the queue begins again at its end.
    Repeat(bool),
    /// What comes when the queue has been played.
    AtEnd(AtEnd),
    /// These fit behind this entry: the answer to [`Effect::WantsMore`].
    More {
        /// Which nothing followed.
        after: EntryId,
        /// What comes.
        songs: Vec<Arc<Song>>,
    },
    /// How long songs overlap that are not one piece of music, in ms; 0: not at all.
    Crossfade(u32),
    /// Whether each song is played for itself.
    Single(Once),
    /// Whether songs leave the queue once they were played.
    Consume(Once),
    /// The music fades out and pauses in so many ms; `None`: it does not.
    Sleep(Option<u64>),
    /// The time of the last [`Effect::Alarm`] has come.
    Alarm,

    /// The engine: the first frame of this entry has been heard.
    Heard(EntryId),
    /// The engine: the decoding of this entry comes to its end.
    WantsNext(EntryId),
    /// The engine: this entry cannot be played, or broke off.
    Failed(EntryId),
    /// The engine: the file of this entry is not there.
    Missing(EntryId),
    /// The engine: everything it was given has been heard.
    Finished,
    /// The engine: the fade of [`Effect::Fade`] has reached silence, and the music holds.
    Faded,
}

impl Event {
    /// What happens, wherever its songs come from.
    pub fn inner(&self) -> &Self {
        match self {
            Self::Whence(_, inner) => inner.inner(),
            event => event,
        }
    }

    /// The songs that it puts into the queue, or knows anew.
    pub fn songs(&self) -> impl Iterator<Item = &Arc<Song>> {
        let none: &[Arc<Song>] = &[];
        let (songs, more, renewed): (_, _, &[(EntryId, Arc<Song>)]) = match self.inner() {
            Self::Replace { songs, .. }
            | Self::Append(songs)
            | Self::Insert { songs, .. }
            | Self::More { songs, .. } => (songs.as_slice(), none, &[]),
            Self::Surround { before, behind } => (before.as_slice(), behind.as_slice(), &[]),
            Self::Renew(songs) => (none, none, songs.as_slice()),
            _ => (none, none, &[]),
        };
        let renewed = renewed.iter().map(|(_, song)| song);
        songs.iter().chain(more).chain(renewed)
    }

    /// What it puts into the queue comes from there, as far as that is known.
    pub fn whence(self, origin: Option<Arc<Origin>>) -> Self {
        match origin {
            Some(origin) => Self::Whence(Origins::All(origin), Box::new(self)),
            None => self,
        }
    }

    /// As [`whence`](Self::whence), of each song in its turn: the order is that of the ids that they get.
    pub fn whence_each(self, origins: Vec<Option<Arc<Origin>>>) -> Self {
        match origins.iter().any(Option::is_some) {
            true => Self::Whence(Origins::Each(origins.into()), Box::new(self)),
            false => self,
        }
    }
}

/// Where songs come from that are put into the queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Origins {
    /// Nobody has said.
    #[default]
    Unknown,
    /// All of them from there.
    All(Arc<Origin>),
    /// Each from where the first of these says that is left; nobody knows of what comes behind them.
    Each(VecDeque<Option<Arc<Origin>>>),
}

impl Origins {
    /// Of the next song.
    pub(super) fn next(&mut self) -> Option<Arc<Origin>> {
        match self {
            Self::Unknown => None,
            Self::All(origin) => Some(origin.clone()),
            Self::Each(origins) => origins.pop_front().flatten(),
        }
    }
}

/// What the daemon has to carry out, in this order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// The engine forgets what it has and plays this.
    Play {
        /// What plays.
        entry: EntryId,
        /// From where on, in ms.
        at_ms: u64,
        /// Whether it waits there.
        paused: bool,
    },
    /// What comes after the song that plays; `None`: nothing.
    Follow(Option<Follower>),
    /// The engine holds still.
    Pause,
    /// The engine goes on.
    Resume,
    /// The engine forgets what it has.
    Stop,
    /// Loudness in percent.
    Volume(u8),
    /// The engine fades to silence over this much music, in ms, and holds there.
    Fade {
        /// How long the fade takes.
        over_ms: u32,
    },
    /// [`Event::Alarm`] is to come then, and no earlier one; `None`: none at all.
    Alarm(Option<Alarm>),
    /// So many files in a row were not there: nothing further is tried.
    GaveUp {
        /// How many.
        missing: usize,
    },
    /// Nothing follows this entry: what fits is to be found, and told by [`Event::More`].
    WantsMore {
        /// What plays, or is about to.
        after: EntryId,
    },
    /// This long file is left, or was heard to its end: whoever keeps places keeps or forgets its.
    Left(Left),
    /// A long song does not begin at its start.
    GoesOn {
        /// Its entry.
        entry: EntryId,
        /// It, or the chapter of it.
        song: Arc<Song>,
        /// Where it begins, in ms since the start of its file.
        at_ms: u64,
    },
    /// What was asked for cannot be, and nothing has changed.
    Refused(Refusal),
    /// Entries were queued, with ids that count up from this one.
    Queued {
        /// The first one's.
        first: EntryId,
        /// How many.
        count: usize,
    },
    /// What others may want to look at again.
    Changed(Changes),
}

/// Why the desk does not do what a door asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The queue has no such entry.
    #[error("there is no such song in the queue")]
    NoEntry,
    /// The queue is not that long.
    #[error("the queue has no such position")]
    NoPosition,
    /// The queue holds [`MAX_QUEUE`](super::MAX_QUEUE) songs.
    #[error("the queue is full")]
    Full,
    /// Nothing plays.
    #[error("nothing plays")]
    Silent,
}

/// A mode that holds until it is ended, or for one song.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Once {
    /// It does not hold.
    #[default]
    Off,
    /// It holds.
    On,
    /// It holds for the song that plays.
    Oneshot,
}

/// What comes when the queue has been played.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AtEnd {
    /// Silence.
    #[default]
    Stop,
    /// The queue again.
    Repeat,
    /// What fits to it.
    GoOn,
}

impl AtEnd {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Stop, Self::Repeat, Self::GoOn];

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stop => "stop",
            Self::Repeat => "repeat",
            Self::GoOn => "go-on",
        }
    }
}

impl FromStr for AtEnd {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let one = Self::ALL.into_iter().find(|one| one.word() == text);
        one.ok_or_else(|| "at the end of the queue comes stop, repeat or go-on".to_owned())
    }
}

/// What comes after a song, and how it joins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Follower {
    /// What plays.
    pub entry: EntryId,
    /// How long it overlaps with the song before it, in ms; 0: it joins without a seam.
    pub crossfade_ms: u32,
    /// Where it begins, in ms: what is long goes on where it was left.
    pub from_ms: u64,
}

/// When the desk wants to be told, counted from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alarm {
    /// In ms.
    pub in_ms: u64,
    /// When the sleep timer will have brought silence, for those who show it. In ms.
    pub silent_in_ms: u64,
}

/// A set of things that changed; sets add up, so none is ever lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes(u8);

impl Changes {
    /// What is queued.
    pub const QUEUE: Self = Self(1);
    /// What plays, or whether it does.
    pub const PLAYER: Self = Self(2);
    /// Random, repeat, single, consume, crossfade, the sleep timer.
    pub const OPTIONS: Self = Self(4);
    /// Loudness.
    pub const MIXER: Self = Self(8);
    /// Where the sound goes, or whether there is any.
    pub const OUTPUT: Self = Self(16);

    /// Both sets.
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The set as bits, for who adds sets up without a lock.
    pub fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits.
    pub fn of_bits(bits: u8) -> Self {
        Self(bits)
    }

    /// Whether anything of `other` is in this set.
    pub fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// Whether there is music.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum State {
    /// Nothing is loaded.
    #[default]
    Stopped,
    /// Music, or about to be.
    Playing,
    /// Held still.
    Paused,
}
