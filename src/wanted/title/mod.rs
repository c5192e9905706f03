//! A title, taken apart: what the song is called, which version of it this is, its numbers, its guests. Pure; it decides
//! nothing.
//!
//! `X (feat. A) [B Remix]`, `X - 2011 Remaster` and `X, Pt. II` are one name, `X`, with a guest, a version and a number.
//! What stands in brackets or behind a dash and is none of these is part of the name.

mod kind;
mod number;
mod segments;
mod tag;
mod vocabulary;

pub use kind::{Bearing, Kind, Tag};

use super::letters::{folded, key, latin_key, words};
use segments::{Form, Segment, segments};
use tag::{Said, classify, split_guests};

/// The most words at the end of a name that are looked at for a version without brackets.
const TRAILING_WORDS: usize = 4;

/// A title, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// What it is called, as a key: folded, without versions, numbers of parts, guests and blanks. Empty only where the
    /// title is.
    pub base: String,
    /// The same in Latin letters, where it is written in others.
    pub latin: Option<String>,
    /// The words of the base.
    pub words: Vec<String>,
    /// The base without what stands in brackets, where something does.
    pub bare: Option<String>,
    /// Which version it is.
    pub tags: Vec<Tag>,
    /// Numbers in the name and of its parts, in rising order.
    pub numbers: Vec<u32>,
    /// Guests, folded, as they are written.
    pub guests: Vec<String>,
    /// Numbers in catalogues of works, as `op 67` or `bwv 1007`.
    pub catalogue: Vec<String>,
}

impl Title {
    /// Takes a title apart.
    pub fn parse(text: &str) -> Self {
        let folded = folded(text);
        let mut title = Self::of_segments(segments(&folded));
        if title.base.is_empty() {
            // Nothing but brackets.
            title.base = folded.split_whitespace().collect();
        }
        title
    }

    /// The same, with a version that stands at the end of the name without brackets or a dash: `X Radio Edit`.
    pub fn parse_trailing(text: &str) -> Option<Self> {
        let mut all = segments(&folded(text));
        let name = all.iter().rposition(|segment| segment.form == Form::Name)?;
        let (rest, version) = split_trailing(&all[name].text)?;
        all[name].text = rest;
        all.insert(
            name + 1,
            Segment {
                form: Form::Bracket,
                text: version,
            },
        );
        Some(Self::of_segments(all))
    }

    /// The parts of a title that ` - ` parts, the artist first: `(artist, title)`.
    pub fn split_artist(text: &str) -> Option<(&str, &str)> {
        let (artist, title) = [" - ", " – ", " — "]
            .iter()
            .find_map(|dash| text.split_once(dash))?;
        let (artist, title) = (artist.trim(), title.trim());
        (!artist.is_empty() && !title.is_empty()).then_some((artist, title))
    }

    /// Whether one of the tags is of this kind.
    pub fn is(&self, kind: Kind) -> bool {
        self.tags.iter().any(|tag| tag.kind == kind)
    }

    /// Whether so many songs are called that, that the name alone tells little.
    pub fn is_common(&self) -> bool {
        const COMMON: &[&str] = &[
            "intro",
            "outro",
            "untitled",
            "interlude",
            "skit",
            "prelude",
            "overture",
            "introduction",
            "track",
            "prologue",
            "epilogue",
            "finale",
            "opening",
            "ending",
            "bonustrack",
            "hiddentrack",
            "silence",
        ];
        let name = self.base.trim_end_matches(|c: char| c.is_ascii_digit());
        COMMON.contains(&name)
            || self.base.chars().count() < 2
            || name.is_empty() && self.base.len() < 3
    }

    fn of_segments(all: Vec<Segment>) -> Self {
        let mut title = Self::default();
        let mut name: Vec<&str> = Vec::new();
        let mut bare: Vec<&str> = Vec::new();
        let last = all.len().saturating_sub(1);
        let mut is_live = false;
        for (at, segment) in all.iter().enumerate() {
            let may_be_said = segment.form != Form::Name && (!name.is_empty() || at < last);
            match may_be_said.then(|| classify(&segment.text)).flatten() {
                Some(Said { tags, guests }) => {
                    is_live = tags.iter().any(|tag| tag.kind == Kind::Live);
                    title.tags.extend(tags);
                    title.guests.extend(guests);
                }
                // `Live at Example Hall - January 1968`.
                None if is_live && segment.form == Form::Dash => {}
                None => {
                    is_live = false;
                    let text = match split_guests(&segment.text) {
                        Some((text, guests)) => {
                            title.guests.push(guests.to_owned());
                            text
                        }
                        None => &segment.text,
                    };
                    name.push(text);
                    if segment.form != Form::Bracket || name.len() == 1 {
                        bare.push(text);
                    }
                }
            }
        }
        let (name, bare) = (name.join(" "), bare.join(" "));
        if bare != name {
            let (words, _) = number::normalise(words(&bare));
            title.bare = Some(key(&words, &bare)).filter(|key| !key.is_empty());
        }
        title.name(&name);
        title
    }

    fn name(&mut self, name: &str) {
        let (words, found) = number::normalise(words(name));
        self.base = key(&words, name);
        self.latin = latin_key(name);
        self.numbers = found.numbers;
        self.catalogue = found.catalogue;
        self.words = words;
        if self.is(Kind::Remaster) {
            // `(1997 - Remaster)`: the year is that of the remaster.
            self.tags.retain(|tag| tag.kind != Kind::Dated);
        }
        self.tags.sort();
        self.tags.dedup();
    }
}

/// `x radio edit` → `x`, `radio edit`: the longest ending that is nothing but a version.
fn split_trailing(name: &str) -> Option<(String, String)> {
    // Of most names the last word tells that there is none.
    let last = name.split_whitespace().next_back()?;
    if last.is_ascii() && !tag::may_end(last.trim_matches(|c: char| !c.is_alphanumeric())) {
        return None;
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let longest = TRAILING_WORDS.min(words.len().saturating_sub(1));
    (1..=longest).rev().find_map(|count| {
        let (rest, version) = words.split_at(words.len() - count);
        let version = version.join(" ");
        tag::is_nothing_else(&version).then(|| (rest.join(" "), version))
    })
}

#[cfg(test)]
mod tests;
