//! What a segment of a title says of the version. It reads one segment and compares nothing.

use super::kind::{Bearing, Kind, Tag};
use super::vocabulary::{FILLERS, LANGUAGES, NO_CONCERT, NOUNS, PHRASES, Phrase, Where};
use crate::wanted::letters::words;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// What a segment says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Said {
    pub tags: Vec<Tag>,
    pub guests: Vec<String>,
}

/// Words that guests stand behind, in brackets or behind a dash.
const GUESTS: &[&str] = &["feat", "ft", "featuring", "with", "w", "con", "avec"];
/// Those behind which nothing but guests stands.
const SURE_GUESTS: &[&str] = &["feat", "ft", "featuring"];
/// The same where they may stand in the middle of a name.
const GUESTS_ANYWHERE: &[&str] = &[" feat. ", " feat ", " ft. ", " ft ", " featuring "];

/// What a folded segment says; `None`: it is part of the name.
pub(super) fn classify(text: &str) -> Option<Said> {
    if let Some((before, guests)) = split_guests(text) {
        let mut said = classify(before)?;
        said.guests.push(guests.to_owned());
        return Some(said);
    }
    let words = words(text);
    let first = words.first()?;
    let tags = versions(&words);
    let after = || {
        text.split_once(|c: char| c.is_whitespace() || matches!(c, '.' | '/' | '+' | '&'))
            .map(|(_, rest)| rest)
    };
    let is_guest = GUESTS.contains(&first.as_str()) || text.starts_with(['+', '&']);
    // `with strings` is a version, `feat. Strings` is not.
    let is_version = tags
        .iter()
        .any(|tag| tag.kind.bearing() == Bearing::Another);
    if is_guest && (!is_version || SURE_GUESTS.contains(&first.as_str())) {
        let names = after()?
            .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '.' | '/' | ':'));
        let guests = Some(names.to_owned()).filter(|names| !names.is_empty());
        return Some(Said {
            tags: Vec::new(),
            guests: vec![guests?],
        });
    }
    (!tags.is_empty()).then_some(Said {
        tags,
        guests: Vec::new(),
    })
}

/// `x feat. y` → `x`, `y`.
pub(super) fn split_guests(text: &str) -> Option<(&str, &str)> {
    let (at, mark) = GUESTS_ANYWHERE
        .iter()
        .filter_map(|mark| Some((text.find(mark)?, mark)))
        .min()?;
    let (before, after) = (text[..at].trim(), text[at + mark.len()..].trim());
    (!before.is_empty() && !after.is_empty()).then_some((before, after))
}

/// Whether a folded text is a version and nothing besides.
pub(super) fn is_nothing_else(text: &str) -> bool {
    let words = words(text);
    let (found, left) = phrases(&words);
    let noun_alone = words.len() == 1 && NOUNS.iter().any(|(noun, _)| *noun == words[0]);
    !found.is_empty()
        && !noun_alone
        && left.iter().all(|word| is_filler(word) || is_year(word))
        && !is_filler(&words[0])
}

/// Whether a version may end with this word.
pub(super) fn may_end(word: &str) -> bool {
    is_filler(word) || is_year(word) || ENDING.contains(word)
}

/// The versions that the words name together.
fn versions(words: &[String]) -> Vec<Tag> {
    let (found, left) = phrases(words);
    let detail: Vec<&str> = left
        .iter()
        .copied()
        .filter(|word| !is_filler(word))
        .collect();
    let mut tags: Vec<Tag> = Vec::new();
    for (kind, place) in &found {
        if *place == Where::Alone && detail.iter().any(|word| !is_year(word)) {
            continue;
        }
        let tells = matches!(kind, Kind::Live | Kind::Remix | Kind::Alternate);
        let years = !matches!(kind, Kind::Remix) || detail.iter().all(|word| is_year(word));
        let of_kind = detail
            .iter()
            .filter(|word| tells && (years || !is_year(word)));
        let detail: Vec<&str> = of_kind.copied().collect();
        tags.push(Tag {
            kind: *kind,
            detail: detail.join(" "),
        });
    }
    tags.extend(language(words, &left));
    if tags.is_empty() {
        tags.extend(by_noun(words, &detail));
    }
    tags
}

/// `taylors version`, `example mix`, `2018 mix`, and a year alone.
fn by_noun(words: &[String], detail: &[&str]) -> Option<Tag> {
    if let [year] = words
        && year.len() == 4
        && year.starts_with(['1', '2'])
        && is_year(year)
    {
        return Some(Tag {
            kind: Kind::Dated,
            detail: year.clone(),
        });
    }
    let last = words.last()?;
    let (noun, kind) = NOUNS.iter().find(|(noun, _)| {
        noun == last || !noun.is_ascii() && last.ends_with(noun) && last.len() > noun.len()
    })?;
    let tag = |kind, detail: &str| {
        Some(Tag {
            kind,
            detail: detail.to_owned(),
        })
    };
    match detail {
        [] if words.len() == 1 && *noun == "mix" => tag(Kind::Remix, ""),
        [] if words.len() == 1 => tag(Kind::Named, ""),
        [] => None,
        detail if *kind != Kind::Remix && detail.iter().all(|word| is_year(word)) => {
            tag(Kind::Dated, &detail.join(" "))
        }
        detail => tag(*kind, &detail.join(" ")),
    }
}

/// `spanish version`, `en espanol`, `japanese`.
fn language(words: &[String], left: &[&str]) -> Option<Tag> {
    let spoken = |word: &&str| LANGUAGES.iter().find(|(name, _)| name == word);
    let (name, language) = left.iter().find_map(spoken)?;
    let others = words.iter().filter(|word| word != name && !is_filler(word));
    let mut others = others.filter(|word| {
        !matches!(
            word.as_str(),
            "en" | "auf" | "sung" | "language" | "lyrics" | "versao" | "versione"
        )
    });
    let is_all = others.next().is_none();
    let says_version = words
        .iter()
        .any(|word| NOUNS.iter().any(|(noun, _)| noun == word));
    (is_all || says_version).then(|| Tag {
        kind: Kind::Language,
        detail: (*language).to_owned(),
    })
}

/// The phrases in the words, and the words that are in none.
fn phrases(words: &[String]) -> (Vec<(Kind, Where)>, Vec<&str>) {
    let (mut found, mut left) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let beginning = BEGINNING
            .get(words[at].as_str())
            .map_or(&[][..], Vec::as_slice);
        let longest = beginning
            .iter()
            .filter_map(|(phrase, kind, place)| {
                Some((length(phrase, &words[at..])?, *kind, *place))
            })
            .filter(|_| !(at == 0 && words[0] == "live" && is_no_concert(words)))
            .filter(|(length, _, place)| match place {
                Where::Any | Where::Alone => true,
                Where::Start => at == 0,
                Where::Edge => at == 0 || at + length == words.len(),
            })
            .max_by_key(|(length, _, _)| *length);
        match longest {
            Some((length, kind, place)) => {
                found.push((kind, place));
                at += length;
            }
            None => {
                left.push(words[at].as_str());
                at += 1;
            }
        }
    }
    (found, left)
}

/// The phrases by their first words: few words of a title begin any.
static BEGINNING: LazyLock<HashMap<&str, Vec<Phrase>>> = LazyLock::new(|| {
    let mut all: HashMap<&str, Vec<Phrase>> = HashMap::new();
    for phrase in PHRASES {
        let first = phrase.0.split(' ').next().unwrap_or_default();
        all.entry(first).or_default().push(*phrase);
    }
    all
});

/// The last words of the phrases.
static ENDING: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let last = |phrase: &Phrase| phrase.0.rsplit(' ').next();
    PHRASES.iter().filter_map(last).collect()
});

/// How many words a phrase takes, if the words begin with it.
fn length(phrase: &str, words: &[String]) -> Option<usize> {
    let mut count = 0;
    for word in phrase.split(' ') {
        if words.get(count)? != word {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// `live your life`: what begins with the word and tells of no concert.
fn is_no_concert(words: &[String]) -> bool {
    words
        .get(1)
        .is_some_and(|next| NO_CONCERT.contains(&next.as_str()))
}

fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}

fn is_year(word: &str) -> bool {
    let digits = word.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.is_empty() || matches!(digits, "s" | "th" | "st" | "nd" | "rd")
}
