//! What the person decided about rows: which song one means, or that none of those here is it. A decision hangs on what the
//! row is known by, never on its playlist or its place there: it outlives another import, a move of the file and other rules
//! of matching. It looks for no song.

use super::super::edit::Edit;
use super::super::records::Shelved;
use super::super::{Person, PersonError, Undone, now_ms};
use crate::music::{AudioKey, Wanted};
use crate::wanted::matcher::isrcs;
use crate::wanted::{contradict, external_name, fill, name_of_names, song_name};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};

/// A decision about a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The row, as it was.
    pub row: Wanted,
    /// What was decided.
    pub decided: Decided,
    /// When, in ms since 1970.
    pub at_ms: i64,
}

/// What was decided.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decided {
    /// This song is it.
    Song(Wanted),
    /// None of these is it. What comes later may be.
    NoneOf(Vec<AudioKey>),
}

impl Shelved for Decision {
    const SHELF: &'static str = "decision";
}

/// All decisions, to ask for many rows.
#[derive(Clone, Debug, Default)]
pub struct Decisions(HashMap<String, Decision>);

/// What became of decisions that were brought from elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Restored {
    /// They hold now.
    pub taken: usize,
    /// The same, or a later one, was here.
    pub known: usize,
    /// Their rows are known by nothing.
    pub nameless: usize,
}

impl Decision {
    /// One that is made now.
    pub fn now(row: Wanted, decided: Decided) -> Self {
        Self {
            row,
            decided,
            at_ms: now_ms(),
        }
    }

    /// Whether it is about this row too, which is known by the same name.
    fn holds_for(&self, row: &Wanted) -> bool {
        // A row that means a file of its own, as one of a queue does, means no other one for its codes and names.
        let has_own_audio = row.key.is_some() && row.key != self.row.key;
        // One code stands under a song and under its remaster: that was asked about one of the two.
        let is_other = contradict(row, &self.row) && song_name(row) != song_name(&self.row);
        !has_own_audio && !is_other
    }
}

impl Decisions {
    /// What was decided about a row, the surest of its names first.
    pub fn of(&self, row: &Wanted) -> Option<&Decision> {
        if self.0.is_empty() {
            return None;
        }
        let all = names_to_ask(row).into_iter();
        all.filter_map(|name| self.0.get(&name))
            .find(|decision| decision.holds_for(row))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// The ids and codes by which a row is known.
fn ids(row: &Wanted) -> impl Iterator<Item = String> {
    let ids = row.external.iter();
    let ids = ids.map(|(service, id)| external_name(service, id));
    ids.chain(isrcs(&row.isrc).into_iter().map(code_name))
}

fn code_name(code: String) -> String {
    external_name("isrc", &code)
}

/// By its names, or where it has none by its file.
fn name_without_ids(row: &Wanted) -> Option<String> {
    let place = || row.place.as_ref().map(|place| format!("place:{place}"));
    let names = name_of_names(row).map(|names| format!("names:{names}"));
    names.or_else(place)
}

/// The names that a decision about a row is kept under.
fn names_to_keep(row: &Wanted) -> Vec<String> {
    let ids: Vec<String> = ids(row).collect();
    if ids.is_empty() {
        return name_without_ids(row).into_iter().collect();
    }
    ids
}

/// The names that a decision about a row may stand under: it may have had no ids yet.
fn names_to_ask(row: &Wanted) -> Vec<String> {
    ids(row).chain(name_without_ids(row)).collect()
}

impl Person {
    /// All decisions, to ask for many rows.
    pub fn decisions(&self) -> Result<Decisions, PersonError> {
        Ok(Decisions(self.records()?.into_iter().collect()))
    }

    /// All decisions, each once, the earliest first.
    pub fn all_decisions(&self) -> Result<Vec<Decision>, PersonError> {
        let mut seen = HashSet::new();
        let mut all: Vec<Decision> = Vec::new();
        self.each_record(|_, decision: Decision| {
            let names = names_to_keep(&decision.row);
            if seen.insert((decision.at_ms, names)) {
                all.push(decision);
            }
        })?;
        all.sort_by_key(|decision| decision.at_ms);
        Ok(all)
    }

    /// Keeps a decision in place of the one before; whether there is anything that its row is known by.
    pub fn decide(&mut self, decision: Decision) -> Result<bool, PersonError> {
        self.edit(|edit| edit.decide(decision))
    }

    /// Forgets what was decided about a row; whether there was anything.
    pub fn undecide(&mut self, row: &Wanted) -> Result<bool, PersonError> {
        self.edit(|edit| Ok(edit.undecide(row)?.is_some()))
    }

    /// Takes decisions from elsewhere; a later one that is here stays. All of them, or none.
    pub fn restore_decisions(&mut self, decisions: Vec<Decision>) -> Result<Restored, PersonError> {
        self.edit(|edit| {
            let mut restored = Restored::default();
            for decision in decisions {
                let before = edit.decision_of(&decision.row)?;
                let is_known = before.is_some_and(|before| before.at_ms >= decision.at_ms);
                if is_known {
                    restored.known += 1;
                } else if edit.decide(decision)? {
                    restored.taken += 1;
                } else {
                    restored.nameless += 1;
                }
            }
            Ok(restored)
        })
    }
}

impl Edit<'_> {
    fn decision_of(&self, row: &Wanted) -> Result<Option<Decision>, Undone> {
        for name in names_to_ask(row) {
            let decision = self.shelved::<Decision>(&name)?;
            if let Some(decision) = decision.filter(|decision| decision.holds_for(row)) {
                return Ok(Some(decision));
            }
        }
        Ok(None)
    }

    fn decide(&mut self, mut decision: Decision) -> Result<bool, Undone> {
        // Another export may know the row by the ids that it had then.
        if let Some(before) = self.undecide(&decision.row)? {
            fill(&mut decision.row, &before.row);
        }
        let names = names_to_keep(&decision.row);
        for name in &names {
            self.shelve(name, &decision)?;
        }
        Ok(!names.is_empty())
    }

    /// Forgets it under every name that it has; several decisions may hold for a row, one after the other.
    fn undecide(&mut self, row: &Wanted) -> Result<Option<Decision>, Undone> {
        let mut first = None;
        while let Some(decision) = self.decision_of(row)? {
            for name in names_to_keep(&decision.row)
                .into_iter()
                .chain(names_to_ask(row))
            {
                if self.shelved::<Decision>(&name)?.as_ref() == Some(&decision) {
                    self.unshelve::<Decision>(&name)?;
                }
            }
            first.get_or_insert(decision);
        }
        Ok(first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::Uri;

    fn person() -> (tempfile::TempDir, Person) {
        let dir = tempfile::tempdir().unwrap();
        let person = Person::open(dir.path()).unwrap();
        (dir, person)
    }

    fn row(id: &str, isrc: &str, title: &str) -> Wanted {
        let external = Some(("spotify".to_owned(), id.to_owned())).filter(|_| !id.is_empty());
        Wanted {
            title: title.into(),
            artists: vec!["The Example Band".into()],
            isrc: isrc.into(),
            external: external.into_iter().collect(),
            ..Wanted::default()
        }
    }

    fn song(name: &str) -> Decided {
        Decided::Song(Wanted {
            place: Some(Uri::new(name)),
            key: Some(AudioKey::from_bytes([7; 16])),
            ..Wanted::default()
        })
    }

    fn decided(person: &Person, row: &Wanted) -> Option<Decided> {
        let decisions = person.decisions().unwrap();
        decisions.of(row).map(|decision| decision.decided.clone())
    }

    #[test]
    fn a_decision_is_found_by_every_id_and_code_of_its_row() {
        let (_dir, mut person) = person();
        let both = row("1", "USAAA0000001", "First Light");
        assert!(
            person
                .decide(Decision::now(both.clone(), song("a")))
                .unwrap()
        );
        for same in [
            row("1", "", "Renamed since"),
            row("", "us-aaa-00-00001", "First Light"),
            row("2", "USAAA0000001", "First Light"),
            both.clone(),
        ] {
            assert_eq!(decided(&person, &same), Some(song("a")), "{same:?}");
        }
        for other in [
            row("2", "", "First Light"),
            row("2", "USAAA0000001", "First Light - 2009 Remaster"),
            row("", "", "First Light"),
        ] {
            assert_eq!(decided(&person, &other), None, "{other:?}");
        }
        assert_eq!(person.all_decisions().unwrap().len(), 1);
        person
            .decide(Decision::now(row("1", "", "x"), song("b")))
            .unwrap();
        let by_code = row("", "USAAA0000001", "First Light");
        assert_eq!(decided(&person, &by_code), Some(song("b")));
        assert!(person.undecide(&row("1", "", "")).unwrap());
        assert!(!person.undecide(&both).unwrap());
        assert_eq!(person.all_decisions().unwrap(), []);
        person.check().unwrap();
    }

    #[test]
    fn rows_without_ids_are_known_by_their_names_and_at_last_by_their_file() {
        let (_dir, mut person) = person();
        let named = row("", "", "First Light");
        person
            .decide(Decision::now(named, Decided::NoneOf(Vec::new())))
            .unwrap();
        let none = Some(Decided::NoneOf(Vec::new()));
        assert_eq!(decided(&person, &row("", "", "FIRST LIGHT")), none);
        assert_eq!(decided(&person, &row("9", "", "First Light")), none);
        let mut of_a_file = row("", "", "First Light");
        of_a_file.key = Some(AudioKey::from_bytes([1; 16]));
        assert_eq!(decided(&person, &of_a_file), None, "it means its own file");
        let bare = |place: &[u8]| Wanted {
            place: Some(Uri::new(place)),
            ..Wanted::default()
        };
        person
            .decide(Decision::now(bare(b"/m/1"), song("a")))
            .unwrap();
        assert_eq!(decided(&person, &bare(b"/m/1")), Some(song("a")));
        assert_eq!(decided(&person, &bare(b"/m/2")), None);
        let nothing = Decision::now(Wanted::default(), song("a"));
        assert!(!person.decide(nothing).unwrap());
    }

    #[test]
    fn decisions_come_back_from_elsewhere_and_the_later_one_stays() {
        let (_dir, mut person) = person();
        let at = |at_ms, decided| Decision {
            row: row("1", "", "x"),
            decided,
            at_ms,
        };
        let all = |person: &Person| person.all_decisions().unwrap();
        person.decide(at(5, song("here"))).unwrap();
        let restored = person.restore_decisions(vec![at(4, song("old")), at(5, song("there"))]);
        assert_eq!(
            (restored.unwrap().known, &all(&person)[..]),
            (2, &[at(5, song("here"))][..])
        );
        let newer = vec![at(6, song("new")), at(7, Decided::NoneOf(Vec::new()))];
        assert_eq!(person.restore_decisions(newer).unwrap().taken, 2);
        assert_eq!(all(&person), [at(7, Decided::NoneOf(Vec::new()))]);
    }
}
