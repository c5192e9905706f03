//! From a row to a song: what the person decided, then place, audio, codes and names. It asks an index and lets
//! `wanted::matcher` judge; it holds no table, opens no file, and never drops a row.

mod decided;
mod search;

pub use decided::{Said, without};

use crate::library::person::Decision;
use crate::music::{AudioKey, Grade, Song, Uri, Verdict, Wanted};
use crate::wanted::artist::Aliases;
use crate::wanted::matcher::{Judged, Judgement, judge};
use search::{Search, push_new};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What `resolve` asks of an index. Songs that are gone are never among the answers; those whose root is away may be.
pub trait Lookup {
    /// What lies at the place of a file, `ROOT/path`, or an absolute path, below a root or outside all: the songs in it
    /// in their order, and at last all of it as one song.
    fn by_uri(&self, uri: &Uri) -> Vec<Arc<Song>>;
    /// All songs of that audio.
    fn by_key(&self, key: AudioKey) -> Vec<Arc<Song>>;
    /// At most so many songs that one of these keys of a row leads to, key by key; `length_ms`: only those whose length is
    /// unknown or within these.
    fn by_match_keys(
        &self,
        keys: &[i32],
        length_ms: Option<RangeInclusive<u64>>,
        most: usize,
    ) -> Vec<Arc<Song>>;
    /// Whether the place lies below a root that is away now.
    fn root_is_away(&self, uri: &Uri) -> bool;
    /// The same of a regular file of music that is on the disk and in no index.
    fn unindexed_file(&self, uri: &Uri) -> Vec<Arc<Song>>;
}

/// A verdict with the evidence.
#[derive(Clone, Debug)]
pub struct Explained {
    /// What plays, or why nothing does.
    pub verdict: Verdict,
    /// What each song came to that was looked at, the one that is meant or comes nearest first.
    pub told: Vec<(Arc<Song>, Judged)>,
    /// By how much the first one outweighs the best that is not a copy of it, where there is one.
    pub margin: Option<i32>,
    /// What the person decided about the row.
    pub decision: Option<Decision>,
}

/// The song that the row means, or why there is none.
pub fn resolve(lookup: &impl Lookup, wanted: &Wanted, aliases: &Aliases) -> Verdict {
    let mut search = Search::new(lookup, wanted, aliases);
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
        None => search.miss(),
    }
}

/// A verdict for each row, in their order.
pub fn resolve_all(lookup: &impl Lookup, rows: &[Wanted], said: &Said) -> Vec<Verdict> {
    rows.iter()
        .map(|wanted| said.resolve(lookup, wanted))
        .collect()
}

/// The verdict on a row, with what speaks for and against each song that comes near.
pub fn explain(lookup: &impl Lookup, wanted: &Wanted, said: &Said) -> Explained {
    let verdict = said.resolve(lookup, wanted);
    let mut songs: Vec<Arc<Song>> = verdict.song().cloned().into_iter().collect();
    push_new(
        &mut songs,
        Search::new(lookup, wanted, &said.aliases).near(),
    );
    let Judgement { mut told, margin } = judge(wanted, &songs, &said.aliases);
    // What plays stands first, also where its file alone tells that it is the one.
    if let Some(playing) = verdict.song() {
        told.sort_by_key(|one| &songs[one.at] != playing);
    }
    let told = told.into_iter().map(|one| (songs[one.at].clone(), one));
    Explained {
        verdict,
        told: told.collect(),
        margin,
        decision: said.decisions.of(wanted).cloned(),
    }
}

/// The audio of every song here that the rules would play, ask about or take in its place for the row.
pub fn would_stand(lookup: &impl Lookup, wanted: &Wanted, said: &Said) -> Vec<AudioKey> {
    let mut songs: Vec<Arc<Song>> = Vec::new();
    let verdict = resolve(lookup, wanted, &said.aliases);
    songs.extend(verdict.song().or(verdict.offered()).cloned());
    push_new(
        &mut songs,
        Search::new(lookup, wanted, &said.aliases).near(),
    );
    songs.retain(|song| {
        let judged = judge(wanted, std::slice::from_ref(song), &said.aliases);
        judged.told.first().is_some_and(|one| one.grade.is_some())
    });
    let mut keys: Vec<AudioKey> = songs.iter().filter_map(|song| song.key).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
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

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_names;
