//! Which playlist a client was in: the one in which what it played stands nearest together. Services do not tell; the songs do.

use crate::library::person::{Person, PersonError};
use crate::music::{AudioKey, Verdict, Wanted};
use crate::wanted::song_name;
use std::cmp::Reverse;

/// So much of what was played before tells which list it is.
pub(super) const MAX_BEFORE: usize = 8;

/// Playlists that are read to find it.
const MAX_LISTS: usize = 24;

/// A song in a playlist.
pub(super) struct Standing {
    /// The playlist's name.
    pub list: String,
    /// Its row, from 0.
    pub at: usize,
    /// All rows.
    pub rows: Vec<Wanted>,
}

/// How well a row of a list fits what was played; the least fits best.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    /// Of what was played before, so many stand in the list …
    before: Reverse<usize>,
    /// … so many of them directly above the row, in their order …
    in_a_row: Reverse<usize>,
    /// … and all of them so far from it.
    apart: usize,
    /// How many lists were played later.
    played: usize,
    rows: usize,
    name: String,
}

pub(super) fn standing(
    person: &Person,
    wanted: &Wanted,
    verdict: &Verdict,
    before: &[Wanted],
) -> Result<Option<Standing>, PersonError> {
    let key = verdict.song().and_then(|song| song.key);
    let lists = person.playlists_that_may_hold(wanted, key, MAX_LISTS)?;
    let played = match lists.len() {
        0 | 1 => Vec::new(),
        _ => person.playlists_played_last()?,
    };
    let mut best: Option<(Fit, Standing)> = None;
    for name in lists {
        let Some(list) = person.playlist(&name)? else {
            continue;
        };
        let meant = Meant::of(wanted, key);
        let rows = list.rows.iter().enumerate();
        let places = rows.filter(|(_, row)| meant.is(row)).map(|(at, _)| at);
        let before = places_before(&list.rows, before);
        let fits = places.map(|at| (fit(at, &before, &list.rows, &name, &played), at));
        let Some((fit, at)) = fits.min_by(|(one, _), (other, _)| one.cmp(other)) else {
            continue;
        };
        if best.as_ref().is_none_or(|(known, _)| fit < *known) {
            let (list, rows) = (name, list.rows);
            best = Some((fit, Standing { list, at, rows }));
        }
    }
    Ok(best.map(|(_, standing)| standing))
}

fn fit(at: usize, before: &[Vec<usize>], rows: &[Wanted], name: &str, played: &[String]) -> Fit {
    let stands = before.iter().filter(|places| !places.is_empty());
    let above = |(back, places): &(usize, &Vec<usize>)| {
        let above = at.checked_sub(back + 1);
        above.is_some_and(|above| places.contains(&above))
    };
    let apart = |places: &Vec<usize>| places.iter().map(|place| place.abs_diff(at)).min();
    Fit {
        before: Reverse(stands.clone().count()),
        in_a_row: Reverse(before.iter().enumerate().take_while(above).count()),
        apart: stands.filter_map(apart).sum(),
        played: played
            .iter()
            .position(|one| one == name)
            .unwrap_or(usize::MAX),
        rows: rows.len(),
        name: name.to_owned(),
    }
}

/// Where each of these stands.
fn places_before(rows: &[Wanted], before: &[Wanted]) -> Vec<Vec<usize>> {
    let places = |wanted: &Wanted| {
        let meant = Meant::of(wanted, wanted.key);
        let rows = rows.iter().enumerate();
        let places = rows.filter(|(_, row)| meant.is(row)).map(|(at, _)| at);
        places.collect()
    };
    before.iter().map(places).collect()
}

/// By what a row is known to be a song: by any of these.
struct Meant<'a> {
    external: &'a [(String, String)],
    key: Option<AudioKey>,
    name: Option<String>,
}

impl<'a> Meant<'a> {
    fn of(wanted: &'a Wanted, key: Option<AudioKey>) -> Self {
        Self {
            external: &wanted.external,
            key,
            name: song_name(wanted),
        }
    }

    /// A service plays a song of a list under another id where it has two: the names count beside it.
    fn is(&self, row: &Wanted) -> bool {
        let has_id = self.external.iter().any(|id| row.external.contains(id));
        let has_key = self.key.is_some() && self.key == row.key;
        has_id || has_key || self.name.is_some() && self.name == song_name(row)
    }
}
