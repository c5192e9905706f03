//! One client: what it says, how its position and its stream go, and since when it has been silent.

use super::numbers::*;
use super::progress::{Progress, Sign};
use crate::music::Wanted;
use crate::outage::{Claim, Kind, Level, Position, Profile, Shown, Status};
use std::collections::VecDeque;

/// A client and what was seen of it.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    /// Its name on the bus.
    pub client: String,
    /// What is known of its kind.
    pub profile: Profile,
    /// Whether it is one of a streaming service.
    pub is_streaming: bool,
    /// What it says.
    pub claim: Claim,
    /// The service that it plays from; may be empty.
    pub service: String,
    /// Since when it plays.
    pub playing_since: u64,
    /// Since when what it plays is what it plays.
    pub song_since: u64,
    /// Since when it plays that sort of thing.
    kind_since: u64,
    /// The last song that it named, and until when.
    pub song: Option<(Wanted, u64)>,
    /// Songs before that, newest first.
    pub before: VecDeque<Wanted>,
    /// When its name left the bus, where that means something.
    pub vanished_at: Option<u64>,
    /// It says that it is stopped, and stopped for it was starved.
    pub is_starved: bool,
    /// Since when it sounds without a break.
    pub sounds_since: Option<u64>,
    progress: Progress,
    level: Option<(Level, u64)>,
    is_muted: bool,
}

/// Whether a client sounds, of all that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Voice {
    /// It is not to.
    Off,
    /// Nothing is known.
    Unknown,
    /// It does.
    Sounds,
    /// It moves on, and its stream is silent since then.
    Quiet(u64),
    /// It is silent since then; with whether its stream alone says so.
    Silent(u64, bool),
}

/// What a new state of a client brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct News {
    /// The person began it.
    pub begun: bool,
    /// It plays something else than before.
    pub other_song: bool,
}

impl Heard {
    pub fn new(client: &str, profile: Profile, is_streaming: bool) -> Self {
        Self {
            client: client.to_owned(),
            profile,
            is_streaming,
            claim: Claim::default(),
            service: String::new(),
            playing_since: 0,
            song_since: 0,
            kind_since: 0,
            song: None,
            before: VecDeque::new(),
            vanished_at: None,
            is_starved: false,
            sounds_since: None,
            progress: Progress::default(),
            level: None,
            is_muted: false,
        }
    }

    /// What it shows now. `starves`: it would stop because it is starved.
    pub fn show(&mut self, at: u64, shown: &Shown, starves: bool) -> News {
        let claim = Claim::read(shown, &self.profile);
        let was_playing = self.is_playing();
        self.is_muted = shown.volume.is_some_and(|volume| volume <= 0.0);
        self.is_starved = was_playing && claim.status == Status::Stopped && starves;
        let begun = claim.status == Status::Playing && !was_playing;
        let begins = begun || self.is_first_song(at, &claim);
        let other_song = claim.kind == Kind::Song && self.is_other(&claim.wanted);
        if other_song {
            self.keep(at);
        }
        if claim.kind == Kind::Song {
            self.song = Some((claim.wanted.clone(), at));
        } else if let (Kind::Song, Some((_, named_at))) = (self.claim.kind, &mut self.song) {
            *named_at = at;
        }
        if claim.kind != self.claim.kind {
            self.kind_since = at;
        }
        let position = claim.position_us;
        self.claim = claim;
        self.vanished_at = None;
        if begins {
            self.playing_since = at;
            self.progress.begin(at);
        } else if other_song {
            self.progress.restart(at);
        } else if !self.is_playing() {
            self.progress.halt();
        }
        if position.is_some() {
            self.look(at, position);
        }
        News { begun, other_song }
    }

    pub fn look(&mut self, at: u64, us: Option<i64>) {
        if self.claim.status == Status::Playing {
            self.progress.look(at, us);
        }
    }

    pub fn sound(&mut self, at: u64, level: Level) {
        let was_silent = |before: Level| before != Level::Sounds && level != Level::Sounds;
        if !self.level.is_some_and(|(before, _)| was_silent(before)) {
            self.level = Some((level, at));
        }
    }

    /// Its name has left the bus, which for this one means that it lost its service.
    pub fn vanish(&mut self, at: u64) {
        self.vanished_at = Some(at);
    }

    pub fn is_playing(&self) -> bool {
        self.claim.status == Status::Playing || self.is_starved
    }

    pub fn voice(&self, now: u64) -> Voice {
        if let (Some(at), true) = (self.vanished_at, self.is_playing()) {
            return Voice::Silent(at, false);
        }
        if !self.is_playing() {
            return Voice::Off;
        }
        let progress = match self.profile.trusts_progress {
            true => self.progress.sign(now),
            false => Sign::Unknown,
        };
        match (self.stream(), progress) {
            (Sign::Sounds, _) | (Sign::Unknown, Sign::Sounds) => Voice::Sounds,
            (Sign::Silent(since), Sign::Sounds) => Voice::Quiet(since.max(self.playing_since)),
            (Sign::Silent(a), Sign::Silent(b)) => self.silent(a.max(b), false),
            (Sign::Silent(since), Sign::Unknown) => self.silent(since, true),
            (Sign::Unknown, Sign::Silent(since)) => self.silent(since, false),
            (Sign::Unknown, Sign::Unknown) => Voice::Unknown,
        }
    }

    /// Where in the song it was then, where it tells that truly, in ms.
    pub fn place_ms(&self, at: u64) -> Option<u64> {
        let (us, seen_at) = self.progress.last()?;
        let ms = us / 1_000;
        let then = match self.profile.position {
            // One that stands has stood since.
            Position::Real if self.progress.sign(at) != Sign::Sounds => ms,
            Position::Real | Position::WallClock => {
                let (at, seen_at) = (i64::try_from(at).ok()?, i64::try_from(seen_at).ok()?);
                ms.saturating_add(at.saturating_sub(seen_at))
            }
            Position::Zero | Position::Unsupported => return None,
        };
        let length = self.song.as_ref().and_then(|(song, _)| song.length_ms);
        let then = u64::try_from(then.max(0)).ok()?;
        Some(then.min(length.unwrap_or(u64::MAX)))
    }

    /// What it plays, or has just played and does not name.
    pub fn wanted(&self, now: u64) -> Option<&Wanted> {
        let (song, named_at) = self.song.as_ref()?;
        let is_named = self.claim.kind == Kind::Song;
        let just = self.claim.kind == Kind::Nothing && now.saturating_sub(*named_at) < NAMELESS_MS;
        (is_named || just).then_some(song)
    }

    /// Whether then was the end of a song, or its beginning.
    pub fn is_seam(&self, then: u64) -> bool {
        let length = self.song.as_ref().and_then(|(song, _)| song.length_ms);
        let is_end = |(place, length): (u64, u64)| place + NEAR_END_MS >= length;
        self.song_since.abs_diff(then) <= NEAR_END_MS
            || self.place_ms(then).zip(length).is_some_and(is_end)
    }

    fn silent(&self, since: u64, by_sound: bool) -> Voice {
        let begun = match self.playing_since {
            0 => 0,
            at => at.saturating_add(START_MS),
        };
        Voice::Silent(since.max(begun), by_sound)
    }

    fn stream(&self) -> Sign {
        match self.level {
            _ if !self.profile.trusts_sound => Sign::Unknown,
            Some((Level::Sounds, _)) => Sign::Sounds,
            Some((_, since)) if !self.is_muted => Sign::Silent(since),
            _ => Sign::Unknown,
        }
    }

    /// Whether this is the first song after something else that may be silent for long. A name that is missing for a moment
    /// between two songs is nothing else.
    fn is_first_song(&self, at: u64, claim: &Claim) -> bool {
        let was_other = match self.claim.kind {
            Kind::Song => false,
            Kind::Nothing => at.saturating_sub(self.kind_since) > SUSPECT_MS,
            Kind::Ad | Kind::Episode => true,
        };
        was_other && claim.kind == Kind::Song && claim.status == Status::Playing
    }

    fn is_other(&self, wanted: &Wanted) -> bool {
        // Fields come one after the other at times: a length that is added makes no other song.
        self.song.as_ref().is_none_or(|(song, _)| {
            (&song.title, &song.artists, &song.external)
                != (&wanted.title, &wanted.artists, &wanted.external)
        })
    }

    fn keep(&mut self, at: u64) {
        self.song_since = at;
        if let Some((song, _)) = self.song.take() {
            self.before.push_front(song);
            self.before.truncate(MAX_BEFORE);
        }
    }
}
