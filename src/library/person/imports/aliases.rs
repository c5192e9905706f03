//! Names of artists that imports brought under one id, for the matcher. Two names under one id need not be one act: an
//! export may name the artist of the album instead. So only what is sure is taken.

use super::super::{Person, PersonError};
use super::gathered::KnownAs;
use crate::music::fold;
use crate::wanted::artist::Aliases;
use std::collections::{BTreeMap, BTreeSet};

/// Two names in one script are one act if they stand for each other on so many albums.
const ALBUMS: usize = 3;
/// What stands in the JSON of a record that knows other spellings.
const HAS_ALIASES: &str = "\"aliases\":[[";

impl Person {
    /// Which names mean one act, as far as imports tell, with those that everybody knows.
    pub fn aliases(&self) -> Result<Aliases, PersonError> {
        let mut albums: BTreeMap<[String; 2], BTreeSet<String>> = BTreeMap::new();
        let mut aliases = Aliases::default();
        self.each_record_with(HAS_ALIASES, |_, known: KnownAs| {
            for spelling in &known.aliases {
                let Some(pair) = only_difference(&known.wanted.artists, spelling) else {
                    continue;
                };
                if is_latin(&pair[0]) != is_latin(&pair[1]) {
                    aliases.learn(&pair);
                } else {
                    albums
                        .entry(pair)
                        .or_default()
                        .insert(fold(&known.wanted.album));
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
    }
}
