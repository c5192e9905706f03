//! What the feeder was given since the last `Play`: the song, its follower, and what was asked. Plain data.

use super::Item;
use super::tracks::Track;
use crate::music::EntryId;
use std::time::Instant;

/// How long before a song's end its follower is asked for: longer than the longest crossfade, and what the ring holds.
const ASK_BEFORE_MS: u64 = 25_000;

/// A song in the stream.
pub(super) struct Link {
    pub item: Item,
    pub at_ms: u64,
    /// The whole song.
    pub length_ms: Option<u64>,
    pub start: u64,
    /// The frame after its last one, once it is decoded.
    pub end: Option<u64>,
    /// The output has taken its first frame.
    pub taken: bool,
}

impl Link {
    /// It has ended, and nothing came of it.
    pub(super) fn is_empty(&self) -> bool {
        self.end == Some(self.start)
    }
}

/// What is known of what follows.
pub(super) enum Answer {
    Unknown,
    Nothing,
    Ready(Box<Track>),
    Begun(Link),
}

/// What was given since the last `Play`.
pub(super) struct Given {
    pub epoch: u64,
    /// Frames pushed when it was given.
    pub from: u64,
    /// The song that `answer` follows.
    pub base: Link,
    pub answer: Answer,
    /// Whose follower is wanted: `base`, or the song after it that failed.
    pub after: EntryId,
    pub asked: bool,
    /// The track of the last link, until it is decoded.
    pub decoding: Option<Track>,
    /// The track of `base`, which waits until the output can be set to its form.
    pub held: Option<Box<Track>>,
    /// That one or the follower waits so.
    pub waits_for_form: bool,
    pub drained_since: Option<Instant>,
    pub finished: bool,
}

impl Given {
    /// It is time to know what follows.
    pub(super) fn is_near_end(&self) -> bool {
        self.decoding.as_ref().is_none_or(|track| {
            track
                .left_ms()
                .is_some_and(|left_ms| left_ms <= ASK_BEFORE_MS)
        })
    }

    /// More frames are being made: an empty ring is not by intent.
    pub(super) fn makes_music(&self) -> bool {
        let follows = matches!(self.answer, Answer::Ready(_)) && !self.waits_for_form;
        self.decoding.is_some() || follows
    }
}
