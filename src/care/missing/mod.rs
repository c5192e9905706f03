//! What to get next: what the playlists want and nobody owns, the things first that fill most. It buys nothing and asks no
//! network.
//!
//! - `gain`: which albums, songs or artists fill most; pure.

mod gain;
#[cfg(test)]
mod tests;

pub use gain::{By, Coverage, Offer, OfferKind};

use crate::library::person::{Person, Plays};
use crate::library::{Library, LibraryError};
use crate::music::{Miss, Verdict, Wanted, fold};
use crate::wanted::song_name;
use gain::{Row, State};
use std::collections::{HashMap, HashSet};

/// How long a song counts that was heard elsewhere, where neither its length is known nor how long it sounded. In ms.
const USUAL_MS: u64 = 210_000;

/// What to get, and what that would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MissingReport {
    /// The best first; all of them.
    pub offers: Vec<Offer>,
    /// Every playlist that was looked at, by name.
    pub playlists: Vec<Coverage>,
    /// All rows of them together.
    pub all: Coverage,
    /// Whether listenings of a streaming service weigh in.
    pub is_weighed: bool,
}

impl MissingReport {
    /// How much of each playlist is here once the first so many are there, and at last of all rows together.
    pub fn lifted(&self, offers: usize) -> (Vec<Coverage>, Coverage) {
        gain::lifted(self, offers)
    }
}

/// What is missing of these playlists, or of all that have rows of their own.
pub fn missing(library: &Library, names: &[String], by: By) -> Result<MissingReport, LibraryError> {
    let person = library.person_reader()?;
    let heard = heard_elsewhere(&person)?;
    let mut names = match names {
        [] => own_lists(&person)?,
        names => names.to_vec(),
    };
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(fold(name)));
    let mut playlists = Vec::new();
    for name in names {
        let choice = library.resolved_playlist(&name)?;
        let rows = choice.rows.iter().map(|row| weighed(row, &heard)).collect();
        playlists.push((choice.name().to_owned(), rows));
    }
    Ok(gain::report(playlists, by, !heard.is_empty()))
}

/// Every playlist that is not made anew whenever it is asked for.
fn own_lists(person: &Person) -> Result<Vec<String>, LibraryError> {
    let lists = person.playlists()?.into_iter();
    let own = lists.filter(|list| list.query.is_none());
    Ok(own.map(|list| list.name).collect())
}

/// How long each song sounded elsewhere, in ms, by its name.
pub(super) fn heard_elsewhere(person: &Person) -> Result<HashMap<String, u64>, LibraryError> {
    let mut heard = HashMap::new();
    person.each_elsewhere(|plays| {
        if let Some(name) = song_name(&plays.wanted) {
            *heard.entry(name).or_default() += sounded_ms(&plays);
        }
    })?;
    Ok(heard)
}

/// How long a song sounded in all, in ms.
pub(super) fn sounded_ms(plays: &Plays) -> u64 {
    let usual = plays.wanted.length_ms.unwrap_or(USUAL_MS);
    let each = plays.plays.iter().map(|(_, ms)| ms.unwrap_or(usual));
    each.fold(0, u64::saturating_add)
}

fn weighed((wanted, verdict): &(Wanted, Verdict), heard: &HashMap<String, u64>) -> Row {
    let heard_ms = song_name(wanted).and_then(|name| heard.get(&name).copied());
    Row {
        wanted: wanted.clone(),
        state: state(verdict),
        heard_ms: heard_ms.unwrap_or(0),
    }
}

/// Whether a row plays by itself, or would if its folder were here.
fn state(verdict: &Verdict) -> State {
    match verdict {
        Verdict::Found { .. } => State::Here,
        Verdict::Missing(Miss::RootAway) => State::Away,
        Verdict::Offered { .. } | Verdict::Missing(_) => State::Missing,
    }
}
