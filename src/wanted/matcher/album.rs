//! An album's name, and what it tells of the songs on it. It knows no song.

use crate::wanted::letters::{errors, folded, words};
use crate::wanted::title::{Kind, Title};

/// One typing error is allowed in so many characters of an album's name: nine tenths of it agree.
const LETTERS_PER_ERROR: usize = 10;
/// Words anywhere in a name that tell what all songs on the album are.
const TELLING: &[(&str, Kind)] = &[
    ("unplugged", Kind::Live),
    ("acoustic", Kind::Acoustic),
    ("karaoke", Kind::Karaoke),
    ("tribute", Kind::Karaoke),
    ("lullaby", Kind::Karaoke),
    ("lullabies", Kind::Karaoke),
    ("renditions", Kind::Karaoke),
    ("instrumental", Kind::Instrumental),
    ("instrumentals", Kind::Instrumental),
    ("demos", Kind::Demo),
    ("symphonic", Kind::Orchestral),
    ("nightcore", Kind::Speed),
];
/// Kinds of which a tag of an album means all that is on it.
const OF_ALL: &[Kind] = &[
    Kind::Live,
    Kind::Acoustic,
    Kind::Karaoke,
    Kind::Instrumental,
    Kind::Demo,
    Kind::Orchestral,
    Kind::Speed,
    Kind::Acappella,
    Kind::Rerecorded,
    Kind::Commentary,
];
/// Where people play before others: `At Example Prison`.
const VENUES: &[&str] = &[
    "prison",
    "hall",
    "theatre",
    "theater",
    "arena",
    "stadium",
    "garden",
    "gardens",
    "club",
    "festival",
    "opera",
    "budokan",
    "wembley",
    "fillmore",
    "olympia",
    "apollo",
    "montreux",
    "glastonbury",
    "bowl",
    "rocks",
    "palladium",
    "ballroom",
    "vanguard",
    "amphitheatre",
    "amphitheater",
    "paradiso",
    "quentin",
];
/// What stands behind `live` in the name of a concert.
const LIVE_WHERE: &[&str] = &["at", "in", "from", "on"];

/// How two albums, or two numbers, relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They are the same.
    Agrees,
    /// They are not.
    Differs,
    /// One of them is not told.
    Unknown,
}

impl Agreement {
    /// Of two values that may not be told.
    pub fn of<T: PartialEq>(a: Option<T>, b: Option<T>) -> Self {
        match (a, b) {
            (Some(a), Some(b)) if a == b => Self::Agrees,
            (Some(_), Some(_)) => Self::Differs,
            _ => Self::Unknown,
        }
    }

    /// Whether they are the same.
    pub fn agrees(self) -> bool {
        self == Self::Agrees
    }
}

/// An album.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Album {
    key: String,
    /// What its name tells that every song on it is.
    pub kinds: Vec<Kind>,
}

impl Album {
    pub fn of(name: &str) -> Self {
        if name.trim().is_empty() {
            return Self::default();
        }
        let title = Title::parse(&name.replace(": ", " - "));
        let mut named = title.words.as_slice();
        while let [rest @ .., last] = named
            && matches!(last.as_str(), "ep" | "single")
            && !rest.is_empty()
        {
            named = rest;
        }
        let key = if title.words.is_empty() {
            title.base.clone()
        } else {
            named.concat()
        };
        let mut kinds: Vec<Kind> = title
            .tags
            .iter()
            .map(|tag| tag.kind)
            .filter(|kind| OF_ALL.contains(kind))
            .collect();
        kinds.extend(kinds_of_words(&words(&folded(name))));
        kinds.sort();
        kinds.dedup();
        Self { key, kinds }
    }

    pub fn agreement(&self, other: &Self) -> Agreement {
        if self.key.is_empty() || other.key.is_empty() {
            return Agreement::Unknown;
        }
        let letters = self.key.chars().count().min(other.key.chars().count());
        let digits = |key: &str| key.chars().filter(char::is_ascii_digit).collect::<String>();
        let most = if digits(&self.key) == digits(&other.key) {
            letters / LETTERS_PER_ERROR
        } else {
            0
        };
        match errors(&self.key, &other.key, most) {
            Some(_) => Agreement::Agrees,
            None => Agreement::Differs,
        }
    }
}

fn kinds_of_words(words: &[String]) -> Vec<Kind> {
    let told = |word: &String| {
        TELLING
            .iter()
            .find(|(name, _)| name == word)
            .map(|(_, kind)| *kind)
    };
    let mut kinds: Vec<Kind> = words.iter().filter_map(told).collect();
    let word = |at: usize| words.get(at).map(String::as_str);
    let is_where = |next: &str| words.len() > 2 && LIVE_WHERE.contains(&next);
    let begins_live = word(0) == Some("live") && word(1).is_none_or(is_where);
    let mut pairs = words.windows(2);
    let says_where =
        pairs.any(|pair| pair[0] == "live" && matches!(pair[1].as_str(), "at" | "from" | "in"));
    // `At the Club` is the name of a record as well.
    let named = word(1) != Some("the") || words.len() > 3;
    let is_venue = |word: &String| VENUES.contains(&word.as_str());
    let at_venue = word(0) == Some("at") && named && words.iter().any(is_venue);
    if begins_live || says_where || at_venue || words.ends_with(&["in".into(), "concert".into()]) {
        kinds.push(Kind::Live);
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editions_are_one_album() {
        let of = |a: &str, b: &str| Album::of(a).agreement(&Album::of(b));
        for (a, b) in [
            ("Listen (Deluxe Version)", "Listen [Explicit]"),
            ("Example - EP", "Example EP"),
            ("Example (2011 Remaster)", "example"),
            ("Example (Disc 1)", "Example [CD2]"),
            ("Caught In the Act (Live)", "Caught In The Act: Live"),
            ("A Rather Long Name", "A Rather Lnog Name"),
        ] {
            assert_eq!(of(a, b), Agreement::Agrees, "{a} / {b}");
        }
        assert_eq!(of("Lights", "Bright Lights"), Agreement::Differs);
        assert_eq!(
            of("Greatest Hits, Vol. 1", "Greatest Hits, Vol. 2"),
            Agreement::Differs
        );
        assert_eq!(of("", "Lights"), Agreement::Unknown);
    }

    #[test]
    fn an_album_tells_that_it_is_live() {
        for name in [
            "Live at Example Hall",
            "Example (Live)",
            "Caught: Live",
            "MTV Unplugged in Example",
            "At Example Prison",
            "Live",
            "Example in Concert",
        ] {
            assert!(Album::of(name).kinds.contains(&Kind::Live), "{name}");
        }
        for name in [
            "Live Through Example",
            "Live and Let Example",
            "Live On",
            "In the Garden",
            "At the Club",
            "Alive",
            "Long Example",
            "At Last!",
            "Example",
        ] {
            assert_eq!(Album::of(name).kinds, [], "{name}");
        }
    }
}
