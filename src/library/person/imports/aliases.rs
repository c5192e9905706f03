//! Names of artists that imports brought under one id, for the matcher. Two names under one id need not be one act: an
//! export may name the artist of the album instead. So only what is sure is taken.

use super::super::edit::Edit;
use super::super::records::Shelved;
use super::super::{Person, PersonError, Undone};
use super::gathered::KnownAs;
use crate::music::fold;
use crate::wanted::artist::Aliases;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Two names in one script are one act if they stand for each other on so many albums.
const ALBUMS: usize = 3;

/// The spellings of the artists of an id that has several, apart from all else that is known of ids: whoever looks for songs
/// reads all of these, and of a hundred thousand ids few have any.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Spelled {
    album: String,
    artists: Vec<String>,
    others: Vec<Vec<String>>,
}

impl Shelved for Spelled {
    const SHELF: &'static str = "spelled";
}

impl Edit<'_> {
    /// What is known of an id is this now, and was that.
    pub(super) fn keep_spellings(
        &mut self,
        name: &str,
        before: &KnownAs,
        now: &KnownAs,
    ) -> Result<(), Undone> {
        if now.aliases.is_empty() {
            return match before.aliases.is_empty() {
                true => Ok(()),
                false => self.unshelve::<Spelled>(name).map(drop),
            };
        }
        let spelled = Spelled {
            album: now.wanted.album.clone(),
            artists: now.wanted.artists.clone(),
            others: now.aliases.clone(),
        };
        self.shelve(name, &spelled)
    }
}

impl Person {
    /// Which names mean one act, as far as imports tell, with those that everybody knows.
    pub fn aliases(&self) -> Result<Aliases, PersonError> {
        let mut albums: BTreeMap<[String; 2], BTreeSet<String>> = BTreeMap::new();
        let mut aliases = Aliases::default();
        self.each_record(|_, spelled: Spelled| {
            for other in &spelled.others {
                let Some(pair) = only_difference(&spelled.artists, other) else {
                    continue;
                };
                if is_latin(&pair[0]) != is_latin(&pair[1]) {
                    aliases.learn(&pair);
                } else {
                    albums.entry(pair).or_default().insert(fold(&spelled.album));
                }
            }
        })?;
        let sure = albums.iter().filter(|(_, albums)| albums.len() >= ALBUMS);
        sure.for_each(|(pair, _)| aliases.learn(pair));
        Ok(aliases)
    }
}

/// The one name on each side that the other has not.
fn only_difference(one: &[String], other: &[String]) -> Option<[String; 2]> {
    let alone = |these: &[String], those: &[String]| {
        let those: Vec<String> = those.iter().map(|name| fold(name)).collect();
        let mut alone = these.iter().filter(|name| !those.contains(&fold(name)));
        let first = alone.next()?.clone();
        alone.next().is_none().then_some(first)
    };
    let mut pair = [alone(one, other)?, alone(other, one)?];
    pair.sort();
    Some(pair)
}

/// Whether it has no letter beyond the Latin ones, which end at U+024F.
fn is_latin(name: &str) -> bool {
    !name.chars().any(|c| c.is_alphabetic() && c > '\u{24f}')
}

#[cfg(test)]
mod tests {
    use super::super::Gathered;
    use super::*;
    use crate::music::Wanted;
    use crate::wanted::{Known, Taker};

    #[test]
    fn names_under_one_id_are_one_act_where_that_is_sure() {
        let dir = tempfile::tempdir().unwrap();
        let mut person = Person::open(dir.path()).unwrap();
        let mut gathered = Gathered::default();
        let mut know = |id: &str, album: &str, artists: &[&str]| {
            gathered.known(Known {
                wanted: Wanted {
                    title: "x".into(),
                    album: album.into(),
                    artists: artists.iter().map(|name| (*name).into()).collect(),
                    external: vec![("spotify".into(), id.into())],
                    ..Wanted::default()
                },
            });
        };
        know("1", "A", &["宇多田ヒカル"]);
        know("1", "A", &["Hikaru Utada"]);
        know("2", "Mixed", &["A DJ"]);
        know("2", "Mixed", &["Someone"]);
        for album in ["A", "B", "C"] {
            know(album, album, &["Guest", "Old Name"]);
            know(album, album, &["New Name", "Guest"]);
        }
        person.import(gathered, "x").unwrap();
        let aliases = person.aliases().unwrap();
        assert!(aliases.are_one("宇多田ヒカル", "hikaruutada"));
        assert!(aliases.are_one("oldname", "newname"));
        assert!(!aliases.are_one("adj", "someone"));
        assert!(!aliases.are_one("guest", "newname"));
        // Only those that have several are read.
        assert_eq!(person.records::<Spelled>().unwrap().len(), 5);
    }
}
