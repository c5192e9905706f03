//! When two rows of different files, or of one file at different times, mean the same thing: by ids, codes, then names; and
//! what one of them adds to the other. It never says which song that is.

use crate::music::{Wanted, fold};
use std::collections::HashMap;

/// Between the names in one text; no folded name has it.
const BETWEEN: char = '\u{1f}';

/// Rows of the same names that are looked at for one: a list of nothing but such rows costs no more than its length.
const MAX_ALIKE: usize = 64;

/// By what a row is known, the surest first; empty where it says nothing.
pub fn identities(wanted: &Wanted) -> Vec<String> {
    let ids = wanted
        .external
        .iter()
        .map(|(service, id)| external_name(service, id));
    let isrc = Some(&wanted.isrc).filter(|isrc| !isrc.is_empty());
    let isrc = isrc.map(|isrc| external_name("isrc", isrc));
    let place = wanted.place.as_ref();
    let place = place.map(|place| external_name("file", &place.to_string()));
    let all = ids.chain(isrc).chain(place).chain(name_of_names(wanted));
    all.collect()
}

/// An id of a service in one text.
pub fn external_name(service: &str, id: &str) -> String {
    format!("{service}:{id}")
}

/// The folded artist, title and album in one text; `None` for a row without a title.
pub fn name_of_names(wanted: &Wanted) -> Option<String> {
    let song = song_name(wanted)?;
    Some(format!("{song}{BETWEEN}{}", fold(&wanted.album)))
}

/// The first folded artist and the folded title in one text, by which listenings of different exports meet; `None` for a row
/// without a title.
pub fn song_name(wanted: &Wanted) -> Option<String> {
    if wanted.title.is_empty() {
        return None;
    }
    let artist = wanted.artists.first().map_or("", String::as_str);
    Some(format!("{}{BETWEEN}{}", fold(artist), fold(&wanted.title)))
}

/// Rows that can be found by any of their [`identities`], each once.
pub struct Known<'a> {
    rows: &'a [Wanted],
    by_identity: HashMap<String, Vec<usize>>,
    is_taken: Vec<bool>,
}

impl<'a> Known<'a> {
    /// Of these rows.
    pub fn new(rows: &'a [Wanted]) -> Self {
        let mut by_identity: HashMap<String, Vec<usize>> = HashMap::new();
        // From behind, so that the first of several is taken first.
        for (at, row) in rows.iter().enumerate().rev() {
            for identity in identities(row) {
                by_identity.entry(identity).or_default().push(at);
            }
        }
        Self {
            rows,
            by_identity,
            is_taken: vec![false; rows.len()],
        }
    }

    /// The first row that means the same and was not taken yet.
    pub fn take(&mut self, wanted: &Wanted) -> Option<usize> {
        for identity in identities(wanted) {
            let Some(rows) = self.by_identity.get_mut(&identity) else {
                continue;
            };
            while rows.last().is_some_and(|at| self.is_taken[*at]) {
                rows.pop();
            }
            let mut looked_at = rows.iter().rev().take(MAX_ALIKE).copied();
            let fits = |at: &usize| !self.is_taken[*at] && !contradict(&self.rows[*at], wanted);
            if let Some(at) = looked_at.find(fits) {
                self.is_taken[at] = true;
                return Some(at);
            }
        }
        None
    }
}

/// Whether one service knows the two by different ids.
pub fn contradict(one: &Wanted, other: &Wanted) -> bool {
    let has_other_id = |(service, id): &(String, String)| {
        let mut same = other.external.iter().filter(|(of, _)| of == service);
        same.clone().next().is_some() && same.all(|(_, other)| other != id)
    };
    one.external.iter().any(has_other_id)
}

/// Takes over what another row that means the same knows better: what is missing, the longer list of artists, and names
/// whose commas and quotes another export has lost. Whether anything changed.
pub fn fill(wanted: &mut Wanted, from: &Wanted) -> bool {
    let before = wanted.clone();
    fill_name(&mut wanted.title, &from.title);
    fill_name(&mut wanted.album, &from.album);
    if from.artists.len() > wanted.artists.len() {
        wanted.artists.clone_from(&from.artists);
    } else if from.artists.len() == wanted.artists.len() {
        for (artist, better) in wanted.artists.iter_mut().zip(&from.artists) {
            fill_name(artist, better);
        }
    }
    if wanted.isrc.is_empty() {
        wanted.isrc.clone_from(&from.isrc);
    }
    wanted.length_ms = wanted.length_ms.or(from.length_ms);
    wanted.track = wanted.track.or(from.track);
    wanted.disc = wanted.disc.or(from.disc);
    wanted.key = wanted.key.or(from.key);
    wanted.place = wanted.place.take().or_else(|| from.place.clone());
    wanted.span = wanted.span.or(from.span);
    for id in &from.external {
        if wanted.external.len() < super::ids::MAX_IDS && !wanted.external.contains(id) {
            wanted.external.push(id.clone());
        }
    }
    *wanted != before
}

/// The same letters with more between them is the better spelling.
fn fill_name(name: &mut String, other: &str) {
    let is_richer = || other.len() > name.len() && letters(name) == letters(other);
    if name.is_empty() || is_richer() {
        *name = other.to_owned();
    }
}

fn letters(name: &str) -> String {
    fold(name).chars().filter(|c| c.is_alphanumeric()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(artist: &str, title: &str, id: &str) -> Wanted {
        let external = Some(("spotify".to_owned(), id.to_owned())).filter(|(_, id)| !id.is_empty());
        Wanted {
            title: title.into(),
            artists: vec![artist.into()],
            external: external.into_iter().collect(),
            ..Wanted::default()
        }
    }

    #[test]
    fn an_id_means_the_same_whatever_the_names_say_and_another_id_never_does() {
        let old = [row("Ye", "Song", "1"), row("Ye", "Song", "2")];
        let mut known = Known::new(&old);
        assert_eq!(
            known.take(&row("Kanye West", "Song (Deluxe)", "2")),
            Some(1)
        );
        assert_eq!(known.take(&row("Ye", "Song", "3")), None);
        assert_eq!(known.take(&row("YE", "song", "")), Some(0));
        assert_eq!(known.take(&row("YE", "song", "")), None, "each once");
    }

    #[test]
    fn rows_that_are_twice_in_a_list_are_taken_in_their_order() {
        let old = [row("A", "x", ""), row("A", "y", ""), row("A", "x", "")];
        let mut known = Known::new(&old);
        let taken: Vec<_> = [0, 2, 1].map(|at| known.take(&old[at])).into();
        assert_eq!(taken, [Some(0), Some(2), Some(1)]);
    }

    #[test]
    fn a_better_spelling_is_taken_over_and_a_poorer_one_is_not() {
        let mut poor = row("Earth Wind & Fire", "September", "1");
        let rich = Wanted {
            isrc: "USSM17800845".into(),
            length_ms: Some(215_000),
            ..row("Earth, Wind & Fire", "September", "1")
        };
        assert!(fill(&mut poor, &rich));
        assert_eq!(poor, rich);
        assert!(!fill(&mut poor, &row("Earth Wind & Fire", "Other", "1")));
    }

    #[test]
    fn what_says_nothing_is_known_by_nothing() {
        assert_eq!(identities(&Wanted::default()), [""; 0]);
        let mut known = Known::new(&[]);
        assert_eq!(known.take(&Wanted::default()), None);
    }
}
