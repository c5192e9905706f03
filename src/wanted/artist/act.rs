//! One act of a credit, and whether another name means it.

use super::aliases::Aliases;
use crate::wanted::letters::{folded, key, latin_key, words};

/// Articles that a name may begin with, or not.
const ARTICLES: &[&str] = &[
    "the", "a", "an", "los", "las", "el", "la", "le", "les", "die", "der", "das", "il", "i", "gli",
    "os", "as",
];
/// What a band's name goes on with behind its leader's.
const JOINS: &[&str] = &[
    "and",
    "the",
    "his",
    "her",
    "with",
    "y",
    "und",
    "et",
    "e",
    "featuring",
];
/// What a leader's band is called.
const BANDS: &[&str] = &[
    "band",
    "trio",
    "quartet",
    "quintet",
    "sextet",
    "septet",
    "octet",
    "orchestra",
    "ensemble",
    "experience",
    "project",
    "group",
    "singers",
    "choir",
    "allstars",
    "combo",
];

/// A person or a band.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Act {
    /// Its name as a key.
    pub key: String,
    /// The same without its article.
    pub core: String,
    /// Its words.
    pub words: Vec<String>,
    /// The key with letters in place of signs that are read as such: `P!nk`, `deadmau5`.
    plain: String,
    /// The key in Latin letters, where it is written in others.
    pub latin: Option<String>,
}

impl Act {
    /// The act of a name.
    pub fn of(name: &str) -> Self {
        let folded = folded(name);
        let folded = without_channel(&folded);
        let words = words(folded);
        let core = match words.split_first() {
            Some((first, rest)) if !rest.is_empty() && ARTICLES.contains(&first.as_str()) => {
                rest.concat()
            }
            _ => match words.split_last() {
                // `Beatles, The`.
                Some((last, rest)) if !rest.is_empty() && last == "the" => rest.concat(),
                _ => key(&words, folded),
            },
        };
        Self {
            key: key(&words, folded),
            core,
            plain: plain(folded),
            latin: latin_key(folded),
            words,
        }
    }

    /// The keys that it may be looked for by.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let plain = Some(self.plain.as_str()).filter(|plain| *plain != self.key);
        [Some(self.core.as_str()), plain, self.latin.as_deref()]
            .into_iter()
            .flatten()
    }

    /// Whether another name means the same act.
    pub fn is(&self, other: &Self, aliases: &Aliases) -> bool {
        let same = |a: &str, b: &str| !a.is_empty() && a == b;
        let romanised = |a: &Option<String>, b: &Self| {
            b.latin.is_none() && a.as_ref().is_some_and(|a| same(a, &b.key))
        };
        self.key == other.key
            || same(&self.core, &other.core)
            || same(&self.plain, &other.plain)
            || romanised(&self.latin, other)
            || romanised(&other.latin, self)
            || aliases.are_one(&self.key, &other.key)
    }

    /// Whether the other is a longer name of it: `Jimi Hendrix` in `The Jimi Hendrix Experience`, `Prince` in `Prince & the
    /// Revolution`; `Queen` is not in `Queen Latifah`.
    pub fn is_within(&self, other: &Self) -> bool {
        let (mine, others) = (without_article(&self.words), without_article(&other.words));
        if mine.is_empty() || mine.len() >= others.len() {
            return false;
        }
        let begins = others.starts_with(mine);
        let joined = JOINS.contains(&others[mine.len()].as_str());
        let is_band = others
            .last()
            .is_some_and(|last| BANDS.contains(&last.as_str()));
        match mine.len() {
            1 => begins && (joined || is_band),
            length => others.windows(length).any(|window| window == mine),
        }
    }
}

fn without_article(words: &[String]) -> &[String] {
    match words.split_first() {
        Some((first, rest)) if first == "the" && !rest.is_empty() => rest,
        _ => words,
    }
}

/// The name without what video shops add: `X - Topic`, `XVEVO`.
fn without_channel(folded: &str) -> &str {
    let name = folded.trim();
    let name = name
        .strip_suffix(" - topic")
        .or_else(|| name.strip_suffix("vevo"))
        .unwrap_or(name);
    if name.trim().is_empty() {
        folded
    } else {
        name.trim()
    }
}

/// Signs and digits within a word read as the letters that they stand for.
fn plain(folded: &str) -> String {
    let chars: Vec<char> = folded.chars().collect();
    let letter = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|c| c.is_alphabetic())
    };
    let read = |(at, c): (usize, &char)| {
        let (before, after) = (letter(at.checked_sub(1)), letter(Some(at + 1)));
        match c {
            '$' => Some('s'),
            '!' | '1' if before && after => Some('i'),
            '3' if before && after => Some('e'),
            '0' if before && after => Some('o'),
            '5' if before => Some('s'),
            '@' | '4' if before && after => Some('a'),
            'я' if folded.contains(|c: char| c.is_ascii_lowercase()) => Some('r'),
            c => c.is_alphanumeric().then_some(*c),
        }
    };
    chars.iter().enumerate().filter_map(read).collect()
}
