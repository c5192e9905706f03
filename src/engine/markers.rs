//! Which frame of the stream belongs to which song: where the position comes from. The callback never looks here.

use super::Position;
use super::controls::Controls;
use crate::music::{EntryId, Speed};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Songs that can be in the ring at once; older markers are dropped.
const MAX_MARKERS: usize = 4_096;

/// From this frame of the stream on it is this song.
#[derive(Clone, Copy, Debug)]
pub(super) struct Marker {
    /// The frame of the stream.
    pub at: u64,
    /// Frames a second, from there on.
    pub rate: u32,
    /// The song.
    pub entry: EntryId,
    /// What that frame is in the song.
    pub start_ms: u64,
    /// The song's length.
    pub length_ms: Option<u64>,
    /// How fast the song is played.
    pub speed: Speed,
    /// The epoch that it was pushed in.
    pub epoch: u64,
}

impl Marker {
    /// What frame `at` of the stream is in the song.
    fn elapsed_ms(&self, at: u64) -> u64 {
        let heard_ms = at.saturating_sub(self.at) * 1_000 / u64::from(self.rate.max(1));
        let of_song_ms = match self.speed.is_usual() {
            true => heard_ms,
            false => (heard_ms as f64 * f64::from(self.speed.times())) as u64,
        };
        self.start_ms + of_song_ms
    }
}

/// The markers of what is in the ring and of what is heard.
#[derive(Debug, Default)]
pub(super) struct Markers(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    list: VecDeque<Marker>,
    /// Said at once after a seek, until a marker of that epoch is heard.
    at_once: Option<(Position, u64)>,
}

impl Markers {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// `marker.at` is never below that of the markers before.
    pub(super) fn add(&self, marker: Marker) {
        let mut inner = self.lock();
        inner.list.push_back(marker);
        if inner.list.len() > MAX_MARKERS {
            inner.list.pop_front();
        }
    }

    /// Forgets the markers from frame `at` on: what they mark will not be heard.
    pub(super) fn take_back(&self, at: u64) {
        self.lock().list.retain(|marker| marker.at < at);
    }

    /// What comes at frame `from` of the stream stands at `at` instead, behind a jump.
    pub(super) fn go_on(&self, from: u64, at: u64) {
        let last = self.lock().list.back().copied();
        if let Some(marker) = last {
            let start_ms = marker.elapsed_ms(from);
            self.add(Marker {
                at,
                start_ms,
                ..marker
            });
        }
    }

    pub(super) fn clear(&self) {
        *self.lock() = Inner::default();
    }

    /// A seek: from now on the position is `elapsed_ms`, if that song is the one heard. What begins in silence (`paused`)
    /// stands there too, although nothing of it is heard.
    pub(super) fn seek(
        &self,
        controls: &Controls,
        entry: EntryId,
        elapsed_ms: u64,
        epoch: u64,
        paused: bool,
    ) {
        let heard = self.position(controls).filter(|now| now.entry == entry);
        let length_ms = heard.as_ref().and_then(|now| now.length_ms);
        if heard.is_some() || paused {
            let position = Position {
                entry,
                elapsed_ms,
                length_ms,
            };
            self.lock().at_once = Some((position, epoch));
        }
    }

    pub(super) fn position(&self, controls: &Controls) -> Option<Position> {
        let (heard, taken) = (controls.heard(), controls.taken());
        let mut inner = self.lock();
        while inner.list.get(1).is_some_and(|next| next.at <= heard) {
            inner.list.pop_front();
        }
        let marker = inner
            .list
            .front()
            .filter(|marker| marker.at <= heard.max(taken))
            .copied();
        if let Some((position, epoch)) = inner.at_once {
            if marker.is_none_or(|marker| marker.epoch < epoch) {
                return Some(position);
            }
            inner.at_once = None;
        }
        let marker = marker?;
        let elapsed_ms = marker.elapsed_ms(heard);
        Some(Position {
            entry: marker.entry,
            elapsed_ms: marker
                .length_ms
                .map_or(elapsed_ms, |length| elapsed_ms.min(length)),
            length_ms: marker.length_ms,
        })
    }
}
