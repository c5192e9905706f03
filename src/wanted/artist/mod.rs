//! Who performs a song: a credit split into acts, and how two credits relate. Pure; it knows no song.
//!
//! Names are compared whole first, then act by act, so that `Earth, Wind & Fire` needs no list of bands that have commas
//! in their names.

mod act;
mod aliases;
mod split;

pub use act::Act;
pub use aliases::Aliases;

use super::letters::{errors, folded, key, words};
use split::split;

/// One typing error is allowed in so many characters of a name.
const LETTERS_PER_ERROR: usize = 8;
/// The most acts of one credit that are looked at.
pub(super) const MAX_ACTS: usize = 32;
/// Names that stand for nobody.
const NOBODY: &[&str] = &[
    "variousartists",
    "various",
    "va",
    "verschiedeneinterpreten",
    "diverse",
    "artistesdivers",
    "artistivari",
    "variosartistas",
    "variosinterpretes",
    "multipleartists",
    "unknownartist",
    "unknown",
    "unbekannterinterpret",
    "オムニバス",
    "群星",
];

/// How two credits relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relation {
    /// Nobody of the one is in the other.
    Unrelated,
    /// One of them names nobody, or in another script.
    Unknown,
    /// A typing error apart.
    Near,
    /// Some of the one are in the other.
    Contained,
    /// The same people.
    Same,
}

impl Relation {
    /// The relation in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::Unrelated => "another artist",
            Self::Unknown => "no artist to compare",
            Self::Near => "the artist is spelt otherwise",
            Self::Contained => "some of the artists",
            Self::Same => "the same artist",
        }
    }
}

/// Everybody that a song is credited to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Credit {
    /// All of it as a key.
    whole: String,
    /// Its words in alphabetical order, without articles: `Hendrix, Jimi` and `B & A` are told by it.
    sorted: Vec<String>,
    /// Its acts in order.
    pub acts: Vec<Act>,
}

impl Credit {
    /// The credit of names as a file or a row has them.
    pub fn of<S: AsRef<str>>(names: &[S]) -> Self {
        let names: Vec<String> = names
            .iter()
            .take(MAX_ACTS)
            .map(|name| folded(name.as_ref()))
            .collect();
        let line = names.join(", ");
        let all = words(&line);
        let whole = key(&all, &line);
        if NOBODY.contains(&whole.as_str()) {
            return Self::default();
        }
        let mut sorted: Vec<String> = all
            .into_iter()
            .filter(|word| !matches!(word.as_str(), "and" | "the" | "x" | "feat" | "ft" | "with"))
            .collect();
        sorted.sort_unstable();
        let acts = names
            .iter()
            .flat_map(|name| split(name))
            .map(|name| Act::of(&name))
            .filter(|act| !act.key.is_empty());
        Self {
            whole,
            sorted,
            acts: acts.take(MAX_ACTS).collect(),
        }
    }

    /// The same with guests that the title names.
    pub fn with_guests(&self, guests: &[String]) -> Self {
        let mut all = self.clone();
        let guests = guests
            .iter()
            .flat_map(|names| split(names))
            .map(|name| Act::of(&name));
        for act in guests.filter(|act| !act.key.is_empty()).take(MAX_ACTS) {
            all.whole.push_str(&act.key);
            all.sorted.extend(
                act.words
                    .iter()
                    .filter(|word| !matches!(word.as_str(), "and" | "the"))
                    .cloned(),
            );
            if !all.acts.contains(&act) {
                all.acts.push(act);
            }
        }
        all.sorted.sort_unstable();
        all
    }

    /// Whether it names nobody.
    pub fn is_empty(&self) -> bool {
        self.acts.is_empty()
    }

    /// All of it as a key.
    pub fn whole(&self) -> &str {
        &self.whole
    }

    /// Whether a name says that somebody plays the songs of others.
    pub fn is_tribute(&self) -> bool {
        let says = |word: &String| {
            matches!(
                word.as_str(),
                "tribute" | "karaoke" | "cover" | "covers" | "lullaby" | "カラオケ"
            )
        };
        self.acts.iter().any(|act| act.words.iter().any(says))
    }

    /// How this credit relates to another one.
    pub fn relation(&self, other: &Self, aliases: &Aliases) -> Relation {
        if self.is_empty() || other.is_empty() {
            return Relation::Unknown;
        }
        if self.whole == other.whole || self.sorted == other.sorted && !self.sorted.is_empty() {
            return Relation::Same;
        }
        let has = |list: &[Act], act: &Act| list.iter().any(|one| one.is(act, aliases));
        let (mine, others) = (&self.acts, &other.acts);
        let all_mine = mine.iter().all(|act| has(others, act));
        if all_mine && others.iter().all(|act| has(mine, act)) {
            return Relation::Same;
        }
        if all_mine || mine.iter().any(|act| has(others, act)) {
            return Relation::Contained;
        }
        let tribute = self.is_tribute() != other.is_tribute();
        let within =
            |a: &[Act], b: &[Act]| a.iter().any(|one| b.iter().any(|act| one.is_within(act)));
        if !tribute && (within(mine, others) || within(others, mine)) {
            return Relation::Contained;
        }
        // A name in Han or Hangul and a romanised one cannot be compared: no table tells how it is read.
        let native = |acts: &[Act]| {
            acts.iter()
                .all(|act| act.key.chars().any(has_many_readings))
        };
        let latin = |acts: &[Act]| acts.iter().all(|act| act.latin.is_none());
        if !tribute && (native(mine) && latin(others) || latin(mine) && native(others)) {
            return Relation::Unknown;
        }
        let most = self.whole.chars().count() / LETTERS_PER_ERROR;
        match errors(&self.whole, &other.whole, most) {
            Some(_) if most > 0 && !tribute => Relation::Near,
            _ => Relation::Unrelated,
        }
    }
}

/// Han, and Hangul, whose names are romanised as each bearer likes.
fn has_many_readings(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}')
}

#[cfg(test)]
mod tests;
