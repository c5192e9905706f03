//! One row's way down the rungs. It asks an index, and lets `wanted::matcher` judge what it gets.

use super::Lookup;
use crate::library::key::part_key;
use crate::library::owned::as_wanted;
use crate::music::{Grade, Miss, Rung, Song, Span, Uri, Verdict, Wanted, fold};
use crate::wanted::artist::Aliases;
use crate::wanted::matcher::{Failed, Judged, Judgement, Keys, has_names, identity, judge};
use crate::wanted::spellings;
use std::cmp::Reverse;
use std::sync::Arc;

/// A part that begins so near to where it began is the same one, if it goes by the same title.
const NEAR_SECONDS: u64 = 2;
/// The most songs that are looked at for a row by its codes and its artist and title together, by its title alone, and by
/// how it may be misspelt.
const MOST_BY_NAMES: usize = 64;
const MOST_BY_TITLE: usize = 48;
const MOST_MISSPELT: usize = 32;
/// The most that are looked at if no length narrows them: there they serve to tell what comes nearest.
const MOST_UNMEASURED: usize = 16;
/// Songs of the title alone, and misspelt ones, are looked for within so many ms of the length: what lies outside is
/// accepted by no rung.
const NEAR_TITLE_MS: u64 = 10_000;
const NEAR_SPELLING_MS: u64 = 3_000;

/// How sure a song is, and by which rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub grade: Grade,
    pub rung: Rung,
}

/// One row's way down the rungs, with what it met.
pub(super) struct Search<'a, L> {
    lookup: &'a L,
    wanted: &'a Wanted,
    aliases: &'a Aliases,
    away: bool,
    /// What came nearest and does not play by itself.
    offered: Option<(Judged, Arc<Song>)>,
}

pub(super) type Found = Option<(Fit, Arc<Song>)>;

/// Adds the songs that are not among them yet.
pub(super) fn push_new(songs: &mut Vec<Arc<Song>>, more: Vec<Arc<Song>>) {
    for song in more {
        let is_known = |known: &Arc<Song>| known.place == song.place && known.part == song.part;
        if !songs.iter().any(is_known) {
            songs.push(song);
        }
    }
}

impl<'a, L: Lookup> Search<'a, L> {
    pub fn new(lookup: &'a L, wanted: &'a Wanted, aliases: &'a Aliases) -> Self {
        Self {
            lookup,
            wanted,
            aliases,
            away: false,
            offered: None,
        }
    }

    pub fn at_its_place(&mut self) -> Found {
        let place = self.wanted.place.as_ref()?;
        for uri in spellings(place.as_bytes()).into_iter().map(Uri::new) {
            if self.lookup.root_is_away(&uri) {
                self.away = true;
                continue;
            }
            if let Some(found) = self.at(&uri, self.wanted.span) {
                return Some(found);
            }
            // The address of a part, by its number.
            let Some((file, part)) = uri.split_part() else {
                continue;
            };
            let numbered = self.songs_at(&file).into_iter();
            let spans = numbered
                .filter(|song| song.part == part)
                .map(|song| song.span);
            if let Some(found) = spans.last().and_then(|span| self.at(&file, span)) {
                return Some(found);
            }
        }
        None
    }

    fn songs_at(&self, uri: &Uri) -> Vec<Arc<Song>> {
        let songs = self.lookup.by_uri(uri);
        if songs.is_empty() {
            self.lookup.unindexed_file(uri)
        } else {
            songs
        }
    }

    /// The song at the place of a file that has this span; without one, all of the file.
    fn at(&self, uri: &Uri, span: Option<Span>) -> Found {
        let songs = self.songs_at(uri);
        let song = songs
            .iter()
            .find(|song| song.span == span)
            .or_else(|| self.nearest(&songs, span?))
            .cloned();
        // What a sheet cut that is no longer there, or not the same, is still in the file.
        let song = song.or_else(|| {
            let whole = songs.iter().find(|song| song.span.is_none())?;
            as_wanted(whole, self.wanted).map(Arc::new)
        })?;
        // The song has its own spelling of the place: what was asked for is this very file.
        let here = Wanted {
            place: Some(song.place.uri()),
            span: song.span,
            ..self.wanted.clone()
        };
        let fit = match identity(&here, &song) {
            Some(rung) => Fit {
                grade: Grade::Exact,
                rung,
            },
            None => accepted(&judge(&here, std::slice::from_ref(&song), self.aliases))?,
        };
        Some((fit, song))
    }

    /// The part of the same title that begins nearest, where a sheet was changed by a little.
    fn nearest<'s>(&self, songs: &'s [Arc<Song>], span: Span) -> Option<&'s Arc<Song>> {
        let title = fold(&self.wanted.title);
        let away = |song: &Arc<Song>| {
            let start = song.span?.start_frame;
            let rate = u64::from(song.format.rate?);
            let frames = start.abs_diff(span.start_frame);
            (frames <= rate.saturating_mul(NEAR_SECONDS)).then_some(frames)
        };
        let alike = songs.iter().filter(|song| fold(&song.title()) == title);
        let near = alike.filter_map(|song| Some((away(song)?, song)));
        near.min_by_key(|(frames, _)| *frames).map(|(_, song)| song)
    }

    pub fn of_its_audio(&mut self) -> Found {
        let key = self.wanted.key?;
        let songs = self.lookup.by_key(key);
        self.best(songs).or_else(|| {
            // Its file, moved, and cut in another way or not at all.
            let files = self.lookup.by_key(part_key(key, self.wanted.span?));
            let wholes = files.iter().filter(|song| song.span.is_none());
            let parts = wholes.filter_map(|whole| as_wanted(whole, self.wanted));
            self.best(parts.map(Arc::new).collect())
        })
    }

    pub fn of_its_names(&mut self) -> Found {
        let keys = Keys::of_wanted(self.wanted, self.aliases);
        let mut songs = self.by_names(&keys);
        let found = self.judged(&songs);
        if found.is_some() {
            return found;
        }
        let before = songs.len();
        push_new(&mut songs, self.by_less(&keys));
        if songs.len() == before {
            return None;
        }
        self.judged(&songs)
    }

    /// Every song that comes near by its codes and names.
    pub fn near(&self) -> Vec<Arc<Song>> {
        let keys = Keys::of_wanted(self.wanted, self.aliases);
        let mut songs = self.by_names(&keys);
        push_new(&mut songs, self.by_less(&keys));
        songs
    }

    /// The songs of its codes, and of its artist and title together.
    fn by_names(&self, keys: &Keys) -> Vec<Arc<Song>> {
        self.lookup.by_match_keys(&keys.names, None, MOST_BY_NAMES)
    }

    /// The songs of its title alone, and those that it may be a misspelling of: first of about its length.
    fn by_less(&self, keys: &Keys) -> Vec<Arc<Song>> {
        let within = |ms: u64| {
            let length = self.wanted.length_ms.filter(|length| *length > 0)?;
            Some(length.saturating_sub(ms)..=length.saturating_add(ms))
        };
        let (near_title, near_spelling) = (within(NEAR_TITLE_MS), within(NEAR_SPELLING_MS));
        let is_measured = near_title.is_some();
        let mut songs = self
            .lookup
            .by_match_keys(&keys.titles, near_title, MOST_BY_TITLE);
        let most = if is_measured {
            MOST_MISSPELT
        } else {
            MOST_UNMEASURED
        };
        push_new(
            &mut songs,
            self.lookup.by_match_keys(&keys.spelt, near_spelling, most),
        );
        if is_measured && songs.is_empty() {
            songs = self
                .lookup
                .by_match_keys(&keys.titles, None, MOST_UNMEASURED);
            push_new(
                &mut songs,
                self.lookup
                    .by_match_keys(&keys.spelt, None, MOST_UNMEASURED),
            );
        }
        songs
    }

    /// The best of songs that have its audio: its own file, and else by their names.
    fn best(&mut self, songs: Vec<Arc<Song>>) -> Found {
        let own = songs
            .iter()
            .filter_map(|song| Some((identity(self.wanted, song)?, song)));
        let (away, here): (Vec<_>, Vec<_>) =
            own.partition(|(_, song)| self.lookup.root_is_away(&song.place.uri()));
        self.away |= !away.is_empty();
        let album = fold(&self.wanted.album);
        let best = here.into_iter().min_by_key(|(rung, song)| {
            let delta_ms = match (self.wanted.length_ms, song.length_ms) {
                (Some(asked), Some(has)) => asked.abs_diff(has),
                _ => 0,
            };
            (
                *rung != Rung::Place,
                fold(&song.tags.album) != album,
                delta_ms,
                Reverse(song.format.kbps),
                song.uri(),
            )
        });
        match best {
            Some((rung, song)) => {
                let grade = Grade::Exact;
                Some((Fit { grade, rung }, song.clone()))
            }
            None => self.judged(&songs),
        }
    }

    /// The song that the matcher accepts; what it would ask about is kept.
    fn judged(&mut self, songs: &[Arc<Song>]) -> Found {
        let (away, here): (Vec<_>, Vec<_>) = songs
            .iter()
            .cloned()
            .partition(|song| self.lookup.root_is_away(&song.place.uri()));
        let judgement = judge(self.wanted, &here, self.aliases);
        if let Some(fit) = accepted(&judgement) {
            return Some((fit, here[judgement.told[0].at].clone()));
        }
        self.away |= accepted(&judge(self.wanted, &away, self.aliases)).is_some();
        let nearest = judgement.told.into_iter().next();
        self.offered = nearest
            .filter(|nearest| nearest.grade.is_some())
            .map(|nearest| {
                let song = here[nearest.at].clone();
                (nearest, song)
            })
            .or(self.offered.take());
        None
    }

    pub fn miss(self) -> Verdict {
        let wanted = self.wanted;
        if self.away {
            return Verdict::Missing(Miss::RootAway);
        }
        if let Some((judged, song)) = self.offered
            && let Some(grade) = judged.grade
        {
            let why = match (grade, judged.failed) {
                (Grade::Substitute, Some(Failed::Length)) => Miss::OtherLength,
                (Grade::Substitute, _) => Miss::OtherVersion,
                _ => Miss::Unsure,
            };
            return Verdict::Offered { song, grade, why };
        }
        let says_nothing = wanted.place.is_none() && wanted.key.is_none() && wanted.isrc.is_empty();
        Verdict::Missing(match says_nothing && !has_names(wanted) {
            true => Miss::NoNames,
            false => Miss::NotHere,
        })
    }
}

fn accepted(judgement: &Judgement) -> Option<Fit> {
    let first = judgement.accepted()?;
    let (grade, rung) = first.grade.zip(first.rung)?;
    Some(Fit { grade, rung })
}
