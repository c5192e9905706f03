//! What the folders of a song say. Pure.

use super::words::{is_format, is_several, is_somebody, is_version, is_year, says_nothing};

/// What stands before the number of a disc.
const DISC_WORDS: &[&str] = &["cd", "disc", "disk", "disque", "disco", "dvd"];
/// No set has more discs that are told by folders.
const MOST_DISCS: u32 = 99;

/// The folders of a song, read from the inmost one.
#[derive(Debug, Default, PartialEq)]
pub struct Folders {
    /// The folder that may be an album.
    pub album: Option<AlbumFolder>,
    /// The one above it, where its name can be somebody's.
    pub above: Option<String>,
    /// That one, or the album's own name, says "various artists".
    pub is_several: bool,
    /// From `CD 2` and the like.
    pub disc: Option<u32>,
    /// How many folders say something: `Artist/Album` are two.
    pub depth: usize,
}

/// A folder that may be an album.
#[derive(Debug, Default, PartialEq)]
pub struct AlbumFolder {
    /// All of the name, without year, disc and format.
    pub whole: String,
    /// The name parted at its dash: whose it is, and its name.
    pub parts: Option<(String, String)>,
    /// `YYYY` or `YYYY-MM-DD`; empty where it says none.
    pub date: String,
}

impl AlbumFolder {
    /// Whether its form alone says that it is an album.
    pub fn is_evident(&self) -> bool {
        !self.date.is_empty() || self.parts.is_some()
    }
}

/// Reads the names of folders, the outmost first. What lies above one that says nothing says nothing either.
pub fn read(names: &[String]) -> Folders {
    let mut inmost_first = names.iter().rev().map(String::as_str).peekable();
    let mut found = Folders::default();
    if let Some(disc) = inmost_first.peek().and_then(|name| disc_alone(name)) {
        found.disc = Some(disc);
        inmost_first.next();
    }
    let telling: Vec<&str> = inmost_first
        .take_while(|name| !says_nothing(name))
        .collect();
    found.depth = telling.len();
    let Some(name) = telling.first() else {
        return found;
    };
    if is_several(name) {
        found.is_several = true;
        return found;
    }
    let (rest, disc) = without_disc(name);
    found.disc = found.disc.or(disc);
    let album = album(rest);
    let by_several = |(by, _): &(String, String)| is_several(by);
    found.is_several = album.parts.as_ref().is_some_and(by_several);
    found.album = Some(album);
    if let Some(above) = telling.get(1) {
        found.is_several |= is_several(above);
        found.above = Some(plain_artist(above)).filter(|above| is_somebody(above));
    }
    found
}

/// `Artist (1990-1999)`, `Artist [FLAC]`: the name before the bracket.
fn plain_artist(name: &str) -> String {
    let (rest, inside) = trailing_bracket(name).unwrap_or((name, ""));
    if is_format(inside) || inside.contains(|c: char| c.is_ascii_digit()) {
        rest.to_owned()
    } else {
        name.to_owned()
    }
}

/// Whether a folder holds one disc of a set.
pub fn is_disc_folder(name: &str) -> bool {
    disc_alone(name).is_some()
}

/// `CD1`, `Disc 02`, `CD 2 - Bonus`: a folder that is a disc of a set.
fn disc_alone(name: &str) -> Option<u32> {
    let (disc, rest) = disc_at_start(name)?;
    let rest = rest.trim_start();
    (rest.is_empty() || rest.starts_with(['-', ':', '(', '[', '–']) || rest.starts_with("of "))
        .then_some(disc)
}

fn disc_at_start(name: &str) -> Option<(u32, &str)> {
    let lower = name.to_ascii_lowercase();
    let word = DISC_WORDS.iter().find(|word| {
        lower
            .strip_prefix(**word)
            .is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    })?;
    let rest = name
        .get(word.len()..)?
        .trim_start_matches([' ', '-', '_', '.', '#']);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let disc = rest.get(..digits)?.parse().ok()?;
    (1..=MOST_DISCS)
        .contains(&disc)
        .then_some((disc, rest.get(digits..)?))
}

/// `Album (Disc 2)`, `Album [CD 1]`, `Album - CD2`, `Album CD2`.
fn without_disc(name: &str) -> (&str, Option<u32>) {
    let is_whole = |text: &str| {
        disc_at_start(text)
            .filter(|(_, rest)| rest.trim().is_empty())
            .map(|(disc, _)| disc)
    };
    if let Some((rest, inside)) = trailing_bracket(name)
        && let Some(disc) = is_whole(inside)
    {
        return (rest, Some(disc));
    }
    for word in DISC_WORDS {
        let lower = name.to_ascii_lowercase();
        let Some(at) = lower.rfind(&format!(" {word}")) else {
            continue;
        };
        let (rest, tail) = (name.get(..at), name.get(at + 1..));
        if let (Some(rest), Some(disc)) = (rest, tail.and_then(is_whole)) {
            let rest = rest.trim_end().trim_end_matches(['-', ',']).trim_end();
            if !rest.is_empty() {
                return (rest, Some(disc));
            }
        }
    }
    (name, None)
}

fn album(name: &str) -> AlbumFolder {
    let name = without_format(name);
    let (name, mut date) = leading_date(name);
    let mut whole = name;
    if let Some((rest, inside)) = trailing_bracket(name)
        && is_year(inside)
    {
        whole = rest;
        take_first(&mut date, inside);
    }
    let parts = whole.split_once(" - ").and_then(|(by, rest)| {
        // `Artist - 2004 - Album`, `Artist - (2004) Album`.
        let (rest, year) = leading_date(rest);
        take_first(&mut date, year);
        let (by, rest) = (by.trim(), rest.trim());
        let is_parted = is_somebody(by) || is_several(by);
        (is_parted && !rest.is_empty() && !is_version(rest) && !is_version(by))
            .then(|| (by.to_owned(), rest.to_owned()))
    });
    AlbumFolder {
        whole: whole.to_owned(),
        parts,
        date: date.to_owned(),
    }
}

fn take_first<'a>(date: &mut &'a str, other: &'a str) {
    if date.is_empty() {
        *date = other;
    }
}

/// `2004 - Album`, `(2004) Album`, `2004-05-01 Album`: the rest, and the date. A year and a blank may be a name.
fn leading_date(name: &str) -> (&str, &str) {
    let none = (name, "");
    if let Some(inner) = name.strip_prefix(['(', '['])
        && let Some(year) = inner.get(..4).filter(|year| is_year(year))
        && let Some(rest) = inner
            .get(4..)
            .and_then(|rest| rest.strip_prefix([')', ']']))
    {
        return non_empty(rest.trim_start_matches([' ', '-', '.', '–']), year).unwrap_or(none);
    }
    let Some(year) = name.get(..4).filter(|year| is_year(year)) else {
        return none;
    };
    if let Some(day) = name.get(..10).filter(|day| is_day(day)) {
        let rest = name.get(10..).unwrap_or_default();
        return match rest.starts_with([' ', '_']) {
            true => non_empty(rest.trim_start_matches([' ', '-', '–', '_']), day).unwrap_or(none),
            false => none,
        };
    }
    let rest = name.get(4..).unwrap_or_default();
    for mark in [" - ", " – ", "- ", ". "] {
        if let Some(rest) = rest.strip_prefix(mark) {
            return non_empty(rest.trim(), year).unwrap_or(none);
        }
    }
    none
}

fn is_day(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_number = |from, to| {
        bytes
            .get(from..to)
            .is_some_and(|part: &[u8]| part.iter().all(u8::is_ascii_digit))
    };
    bytes.get(4) == Some(&b'-')
        && bytes.get(7) == Some(&b'-')
        && is_number(5, 7)
        && is_number(8, 10)
}

fn non_empty<'a>(rest: &'a str, date: &'a str) -> Option<(&'a str, &'a str)> {
    (!rest.is_empty()).then_some((rest, date))
}

/// Takes `[FLAC]`, `{320kbps}` and the like off the end.
fn without_format(name: &str) -> &str {
    match trailing_bracket(name) {
        Some((rest, inside)) if is_format(inside) => without_format(rest),
        _ => name,
    }
}

/// `rest (inside)`, with any kind of bracket.
fn trailing_bracket(name: &str) -> Option<(&str, &str)> {
    let open = match name.chars().next_back()? {
        ')' => '(',
        ']' => '[',
        '}' => '{',
        _ => return None,
    };
    let at = name.rfind(open)?;
    let rest = name.get(..at)?.trim_end();
    let inside = name.get(at + 1..name.len().checked_sub(1)?)?;
    (!rest.is_empty()).then_some((rest, inside.trim()))
}
