//! The keys by which an index finds the songs that a row may mean. Whatever the matcher accepts shares one with its row;
//! what shares one need not be accepted.
//!
//! A key is a number made of a text and stored by the index: another way to make it needs a new version of the schema.

use super::facts::Facts;
use crate::music::{Song, Wanted};
use crate::wanted::artist::{Act, Aliases, Credit};
use crate::wanted::title::Title;

/// The most keys of one song or row.
const MAX_KEYS: usize = 64;
/// The most acts of one credit that have keys of their own.
const MAX_ACTS: usize = 8;

/// The keys of a row, surest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Of its codes, and of its artist and title together.
    pub names: Vec<i32>,
    /// Of its title alone.
    pub titles: Vec<i32>,
    /// Of its artist and the first letter of its title.
    pub spelt: Vec<i32>,
}

impl Keys {
    /// The keys of a row.
    pub fn of_wanted(wanted: &Wanted, aliases: &Aliases) -> Self {
        Self::of_facts(&Facts::of_wanted(wanted), Some(aliases))
    }

    pub(super) fn of_facts(facts: &Facts, aliases: Option<&Aliases>) -> Self {
        let mut keys = Self::default();
        let codes = facts.isrcs.iter().map(|code| hash(&["isrc", code]));
        keys.names.extend(codes);
        keys.names
            .extend(facts.recordings.iter().map(|id| hash(&["recording", id])));
        for names in &facts.names {
            let mut acts = acts(names.everybody(), aliases);
            acts.extend(self::acts(&facts.album_artists, aliases));
            if !names.title.catalogue.is_empty() {
                acts.extend(self::acts(&facts.composers, aliases));
            }
            acts.sort();
            acts.dedup();
            for title in titles(&names.title) {
                keys.titles.push(hash(&["title", title]));
                keys.names
                    .extend(acts.iter().map(|act| hash(&["names", title, act])));
            }
            if !names.title.catalogue.is_empty() {
                let numbers: Vec<String> = names.title.numbers.iter().map(u32::to_string).collect();
                keys.titles.push(hash(&[
                    "work",
                    &names.title.catalogue.join(" "),
                    &numbers.join(" "),
                ]));
            }
            let first: String = names.title.base.chars().take(1).collect();
            let whose = self::acts(&names.credit, aliases);
            keys.spelt
                .extend(whose.iter().map(|act| hash(&["spelt", act, &first])));
        }
        for list in [&mut keys.names, &mut keys.titles, &mut keys.spelt] {
            let mut seen = Vec::new();
            list.retain(|key| {
                !seen.contains(key) && {
                    seen.push(*key);
                    true
                }
            });
            list.truncate(MAX_KEYS);
        }
        keys
    }
}

/// All keys of a song, for an index to hold.
pub fn keys_of_song(song: &Song) -> Vec<i32> {
    let Keys {
        names,
        titles,
        spelt,
    } = Keys::of_facts(&Facts::without_album(song), None);
    let mut all: Vec<i32> = [names, titles, spelt].concat();
    all.sort_unstable();
    all.dedup();
    all
}

fn titles(title: &Title) -> impl Iterator<Item = &str> {
    let all = [
        Some(title.base.as_str()),
        title.latin.as_deref(),
        title.bare.as_deref(),
    ];
    all.into_iter().flatten().filter(|title| !title.is_empty())
}

/// The names of the acts, and the credit whole, as keys.
fn acts(credit: &Credit, aliases: Option<&Aliases>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for act in credit.acts.iter().take(MAX_ACTS) {
        all.extend(act.names().map(str::to_owned));
        let others = aliases.iter().flat_map(|aliases| aliases.others(&act.key));
        all.extend(others.map(str::to_owned));
    }
    if credit.acts.len() > 1 {
        all.push(Act::of(credit.whole()).core);
    }
    all.retain(|name| !name.is_empty());
    all.sort();
    all.dedup();
    all
}

/// FNV-1a over the parts, folded to 32 bits: the same on every machine and in every version.
fn hash(parts: &[&str]) -> i32 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in parts.iter().flat_map(|part| part.bytes().chain([0x1f])) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    (hash ^ (hash >> 32)) as u32 as i32
}
