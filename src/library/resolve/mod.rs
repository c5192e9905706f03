//! From a row to a song: place, then audio, then names. It asks an index and scores with `wanted`; it holds no table,
//! opens no file, and never drops a row.

use super::key::part_key;
use super::owned::as_wanted;
use crate::music::{AudioKey, Grade, Miss, Rung, Song, Span, Uri, Verdict, Wanted, fold};
use crate::wanted::{Fit, artist_line, has_names, score, spellings};
use std::cmp::Reverse;
use std::sync::Arc;

/// A part that begins so near to where it began is the same one, if it goes by the same title.
const NEAR_SECONDS: u64 = 2;

/// What `resolve` asks of an index. Songs that are gone are never among the answers; those whose root is away may be.
pub trait Lookup {
    /// What lies at the place of a file, `ROOT/path`, or an absolute path, below a root or outside all: the songs in it
    /// in their order, and at last all of it as one song.
    fn by_uri(&self, uri: &Uri) -> Vec<Arc<Song>>;
    /// All songs of that audio.
    fn by_key(&self, key: AudioKey) -> Vec<Arc<Song>>;
    /// The songs of a folded title one of whose folded artists, or whose [`artist_line`], is `artist`.
    fn by_names(&self, artist: &str, title: &str) -> Vec<Arc<Song>>;
    /// Whether the place lies below a root that is away now.
    fn root_is_away(&self, uri: &Uri) -> bool;
    /// The same of a regular file of music that is on the disk and in no index.
    fn unindexed_file(&self, uri: &Uri) -> Vec<Arc<Song>>;
}

/// The song that the row means, or why there is none.
pub fn resolve(lookup: &impl Lookup, wanted: &Wanted) -> Verdict {
    let mut search = Search {
        lookup,
        wanted,
        away: false,
        other_length: false,
    };
    let found = search
        .at_its_place()
        .or_else(|| search.of_its_audio())
        .or_else(|| search.of_its_names());
    match found {
        Some((fit, song)) => Verdict::Found {
            song,
            grade: fit.grade,
            rung: fit.rung,
        },
        None => Verdict::Missing(search.miss()),
    }
}

/// A verdict for each row, in their order.
pub fn resolve_all(lookup: &impl Lookup, rows: &[Wanted]) -> Vec<Verdict> {
    rows.iter().map(|wanted| resolve(lookup, wanted)).collect()
}

/// The row with what an exact verdict teaches about it: the audio, the place now, and what it did not know of its
/// names. With that it is found again after a move. `None` where there is nothing new, or where the row means a whole
/// file and the song is a part of one.
pub fn learn(wanted: &Wanted, verdict: &Verdict) -> Option<Wanted> {
    let Verdict::Found {
        song,
        grade: Grade::Exact,
        ..
    } = verdict
    else {
        return None;
    };
    let is_of_file = wanted.place.is_some() || wanted.key.is_some();
    let names_part = wanted
        .place
        .as_ref()
        .is_some_and(|place| place.split_part().is_some());
    if song.span.is_some() && wanted.span.is_none() && is_of_file && !names_part {
        return None;
    }
    let known = song.wanted();
    let mut learnt = wanted.clone();
    learnt.key = known.key.or(wanted.key);
    learnt.place = known.place;
    learnt.span = known.span;
    if learnt.title.is_empty() {
        learnt.title = known.title;
        learnt.artists = known.artists;
    }
    if learnt.album.is_empty() {
        learnt.album = known.album;
    }
    learnt.length_ms = wanted.length_ms.or(known.length_ms);
    (learnt != *wanted).then_some(learnt)
}

/// One row's way down the rungs, with what it met.
struct Search<'a, L> {
    lookup: &'a L,
    wanted: &'a Wanted,
    away: bool,
    other_length: bool,
}

type Found = Option<(Fit, Arc<Song>)>;

impl<L: Lookup> Search<'_, L> {
    fn at_its_place(&mut self) -> Found {
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
        let fit = score(&here, &song).ok()?;
        Some((fit, song))
    }

    /// The part of the same title that begins nearest, where a sheet was changed by a little.
    fn nearest<'a>(&self, songs: &'a [Arc<Song>], span: Span) -> Option<&'a Arc<Song>> {
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

    fn of_its_audio(&mut self) -> Found {
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

    fn of_its_names(&mut self) -> Found {
        if !has_names(self.wanted) {
            return None;
        }
        let title = fold(&self.wanted.title);
        let line = artist_line(&self.wanted.artists);
        let mut songs = self.lookup.by_names(&line, &title);
        // The same artists in another order make another line.
        if let [first, _, ..] = self.wanted.artists.as_slice() {
            songs.extend(self.lookup.by_names(&fold(first), &title));
        }
        self.best(songs)
    }

    /// The song that fits best: the surest, then of the album that is wanted, then the nearest in length, then the
    /// richest encoding, then the first by its place, so that the answer is the same each time.
    fn best(&mut self, songs: Vec<Arc<Song>>) -> Found {
        let mut fitting = Vec::new();
        for song in songs {
            match score(self.wanted, &song) {
                Ok(_) if self.lookup.root_is_away(&song.place.uri()) => self.away = true,
                Ok(fit) => fitting.push((fit, song)),
                Err(miss) => self.other_length |= miss == Miss::OtherLength,
            }
        }
        let album = fold(&self.wanted.album);
        fitting.into_iter().min_by_key(|(fit, song)| {
            let delta_ms = match (self.wanted.length_ms, song.length_ms) {
                (Some(asked), Some(has)) => asked.abs_diff(has),
                _ => 0,
            };
            (
                fit.grade != Grade::Exact,
                fit.rung == Rung::NamesAndLength,
                fold(&song.tags.album) != album,
                delta_ms,
                Reverse(song.format.kbps),
                song.uri(),
            )
        })
    }

    fn miss(&self) -> Miss {
        let wanted = self.wanted;
        if self.away {
            Miss::RootAway
        } else if self.other_length {
            Miss::OtherLength
        } else if wanted.place.is_none() && wanted.key.is_none() && !has_names(wanted) {
            Miss::NoNames
        } else {
            Miss::NotHere
        }
    }
}

#[cfg(test)]
mod tests;
