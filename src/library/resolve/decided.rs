//! The first rung: what the person said about a row stands before every rule.

use super::{Lookup, resolve};
use crate::library::person::{Decided, Decision, Decisions};
use crate::music::{AudioKey, Grade, Miss, Rung, Song, Uri, Verdict, Wanted};
use crate::wanted::artist::Aliases;
use std::collections::HashSet;
use std::ops::RangeInclusive;
use std::sync::Arc;

/// What was said about rows and artists, by the person and by imports.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// What the person decided.
    pub decisions: Decisions,
    /// Which names mean one act.
    pub aliases: Aliases,
}

impl Said {
    /// The song that the row means, or why there is none: as it was decided, else by the rules.
    pub fn resolve(&self, lookup: &impl Lookup, wanted: &Wanted) -> Verdict {
        match self.decisions.of(wanted) {
            Some(decision) => as_decided(lookup, wanted, decision, &self.aliases),
            None => resolve(lookup, wanted, &self.aliases),
        }
    }
}

fn as_decided(
    lookup: &impl Lookup,
    wanted: &Wanted,
    decision: &Decision,
    aliases: &Aliases,
) -> Verdict {
    match &decision.decided {
        Decided::Song(chosen) => match resolve(lookup, chosen, aliases) {
            Verdict::Found {
                song,
                grade: Grade::Exact,
                ..
            } => Verdict::Found {
                song,
                grade: Grade::Exact,
                rung: Rung::Decided,
            },
            away @ Verdict::Missing(Miss::RootAway) => away,
            _ => Verdict::Missing(Miss::ChosenNotHere),
        },
        Decided::NoneOf(refused) => {
            let refused: HashSet<AudioKey> = refused.iter().copied().collect();
            let is_refused = |song: &Song| song.key.is_some_and(|key| refused.contains(&key));
            match resolve(&without(lookup, is_refused), wanted, aliases) {
                Verdict::Missing(Miss::NotHere) => Verdict::Missing(Miss::Refused),
                verdict => verdict,
            }
        }
    }
}

/// The same index without some songs.
pub fn without<L: Lookup, F: Fn(&Song) -> bool>(lookup: &L, is_out: F) -> impl Lookup {
    Without { lookup, is_out }
}

struct Without<'a, L, F> {
    lookup: &'a L,
    is_out: F,
}

/// So many of the songs that are asked for may be out.
const MOST_OUT: usize = 64;

impl<L: Lookup, F: Fn(&Song) -> bool> Without<'_, L, F> {
    fn of(&self, mut songs: Vec<Arc<Song>>) -> Vec<Arc<Song>> {
        songs.retain(|song| !(self.is_out)(song));
        songs
    }
}

impl<L: Lookup, F: Fn(&Song) -> bool> Lookup for Without<'_, L, F> {
    fn by_uri(&self, uri: &Uri) -> Vec<Arc<Song>> {
        self.of(self.lookup.by_uri(uri))
    }

    fn by_key(&self, key: AudioKey) -> Vec<Arc<Song>> {
        self.of(self.lookup.by_key(key))
    }

    fn by_match_keys(
        &self,
        keys: &[i32],
        length_ms: Option<RangeInclusive<u64>>,
        most: usize,
    ) -> Vec<Arc<Song>> {
        let found = self.lookup.by_match_keys(keys, length_ms, most + MOST_OUT);
        let mut songs = self.of(found);
        songs.truncate(most);
        songs
    }

    fn root_is_away(&self, uri: &Uri) -> bool {
        self.lookup.root_is_away(uri)
    }

    fn unindexed_file(&self, uri: &Uri) -> Vec<Arc<Song>> {
        self.of(self.lookup.unindexed_file(uri))
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Shelf, song};
    use super::*;
    use crate::library::person::Person;

    fn said(row: &Wanted, decided: Decided) -> Said {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        person.decide(Decision::now(row.clone(), decided)).unwrap();
        Said {
            decisions: person.decisions().unwrap(),
            aliases: Aliases::default(),
        }
    }

    fn row(song: &Song) -> Wanted {
        Wanted {
            external: vec![("spotify".into(), "1".into())],
            key: None,
            place: None,
            ..song.wanted()
        }
    }

    #[test]
    fn a_decision_stands_before_the_rules_and_follows_its_file() {
        let (right, chosen) = (song("m", "right", 1), song("m", "chosen", 2));
        let row = row(&right);
        let said = said(&row, Decided::Song(chosen.wanted()));
        let found = |songs: &[Song]| said.resolve(&Shelf::of(songs), &row);
        let place = |verdict: Verdict| match verdict {
            Verdict::Found {
                song,
                rung: Rung::Decided,
                ..
            } => song.uri().to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(place(found(&[right.clone(), chosen])), "m/chosen");
        let moved = song("m", "else/where", 2);
        assert_eq!(place(found(&[right.clone(), moved])), "m/else/where");
        let gone = found(&[right]);
        assert_eq!(gone, Verdict::Missing(Miss::ChosenNotHere));
        let away = song("away", "chosen", 2);
        assert_eq!(found(&[away]), Verdict::Missing(Miss::RootAway));
    }

    #[test]
    fn what_is_refused_never_plays_for_the_row_and_what_comes_later_does() {
        let right = song("m", "right", 1);
        let row = row(&right);
        let said_before = Said::default();
        let shelf = Shelf::of(std::slice::from_ref(&right));
        let refused = super::super::would_stand(&shelf, &row, &said_before);
        assert_eq!(refused, [right.key.unwrap()]);
        let said = said(&row, Decided::NoneOf(refused));
        let verdict = said.resolve(&shelf, &row);
        assert_eq!(verdict, Verdict::Missing(Miss::Refused));
        let mut later = song("m", "later", 2);
        later.tags.title = right.title();
        let found = said.resolve(&Shelf::of(&[right, later]), &row);
        assert_eq!(found.song().unwrap().uri(), Uri::new("m/later"));
    }
}
