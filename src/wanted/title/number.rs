//! Numbers in a name: parts, movements and catalogues of works, roman and arabic ones alike.

use crate::wanted::letters::roman;

/// What was found in the words of a name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub numbers: Vec<u32>,
    pub catalogue: Vec<String>,
}

/// The longest run of parts that is counted out, as `Parts I-IX`.
const MAX_RUN: u32 = 99;
const PARTS: &[&str] = &[
    "pt", "pts", "part", "parts", "teil", "partie", "parte", "deel", "del",
];
/// Words before a number that say no more than that it is one.
const SAYS_NUMBER: &[&str] = &["no", "nr", "number", "num"];
/// Words that a roman number may follow.
const COUNTED: &[&str] = &[
    "vol", "act", "chapter", "book", "scene", "movement", "phase", "episode", "suite", "symphony",
    "no", "canto",
];
const CATALOGUES: &[&str] = &[
    "op", "opus", "bwv", "rv", "kv", "k", "d", "hwv", "hob", "woo", "twv", "sz", "wwv", "buxwv",
    "wab",
];
const NUMBER_WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
];

/// The words without what numbers a part or a work, and with every number in digits; and the numbers.
pub(super) fn normalise(words: Vec<String>) -> (Vec<String>, Found) {
    let words = match words.iter().any(|word| is_joined(word)) {
        true => words.into_iter().flat_map(parted).collect(),
        false => words,
    };
    let mut found = Found::default();
    let mut name: Vec<String> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let rest = &words[at..];
        let taken = part(rest, &mut found).or_else(|| work(rest, words.len(), &mut found));
        if let Some(taken) = taken {
            at += taken;
            continue;
        }
        at += 1;
        let says_number = SAYS_NUMBER.contains(&rest[0].as_str());
        if says_number && rest.get(1).is_some_and(|next| digits(next).is_some()) {
            continue;
        }
        let before = name.last().map(String::as_str);
        let word = in_digits(&rest[0], before, rest.len() == 1);
        found.numbers.extend(digits(&word));
        name.push(word);
    }
    if name.is_empty() {
        // `Part 1` alone is a name.
        name = words;
    }
    found.numbers.sort_unstable();
    found.catalogue.sort_unstable();
    (name, found)
}

/// `pt2` → `pt`, `2`.
fn parted(word: String) -> Vec<String> {
    if !is_joined(&word) {
        return vec![word];
    }
    let label = label_of(&word);
    vec![label.to_owned(), word[label.len()..].to_owned()]
}

fn is_joined(word: &str) -> bool {
    let label = label_of(word);
    label.len() < word.len() && PARTS.contains(&label)
}

fn label_of(word: &str) -> &str {
    word.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// `pt 2`, `parts 1 and 2`, `parts 1 5`: how many words it takes.
fn part(words: &[String], found: &mut Found) -> Option<usize> {
    let label = words[0].as_str();
    if !PARTS.contains(&label) {
        return None;
    }
    let first = any_number(words.get(1)?)?;
    let (second, is_run, taken) = match words.get(2).map(String::as_str) {
        Some("and") => (words.get(3).and_then(|word| any_number(word)), false, 4),
        Some("to") => (words.get(3).and_then(|word| any_number(word)), true, 4),
        Some(word) => (any_number(word), true, 3),
        None => (None, false, 2),
    };
    match second {
        Some(last) if is_run && (first..first + MAX_RUN).contains(&last) => {
            found.numbers.extend(first..=last);
            Some(taken)
        }
        Some(last) if !is_run => {
            found.numbers.extend([first, last]);
            Some(taken)
        }
        _ => {
            found.numbers.push(first);
            Some(2)
        }
    }
}

/// `op 27 no 2`, `bwv 1007`, `hob xvi 50`: how many words it takes.
fn work(words: &[String], in_all: usize, found: &mut Found) -> Option<usize> {
    let label = words[0].as_str();
    if !CATALOGUES.contains(&label) {
        return None;
    }
    let number = words.get(1)?;
    let is_number = number.starts_with(|c: char| c.is_ascii_digit())
        || label == "hob" && roman(number).is_some();
    // One letter and a small number may be anything.
    if !is_number || label.len() == 1 && (number.len() < 2 || in_all < 4) {
        return None;
    }
    let label = match label {
        "opus" => "op",
        "k" => "kv",
        label => label,
    };
    found.catalogue.push(format!("{label} {number}"));
    let numbered = words
        .get(2)
        .is_some_and(|word| SAYS_NUMBER.contains(&word.as_str()));
    match words
        .get(3)
        .filter(|_| numbered)
        .and_then(|word| digits(word))
    {
        Some(within) => {
            found.catalogue.push(format!("no {within}"));
            Some(4)
        }
        None => Some(2),
    }
}

fn in_digits(word: &str, before: Option<&str>, is_last: bool) -> String {
    let counted = before.is_some_and(|before| COUNTED.contains(&before));
    let number = match (before, counted || is_last) {
        // `Malcolm X` is no number.
        (Some(_), true) if counted || word != "x" => roman(word),
        _ => None,
    };
    match (number, word) {
        (Some(number), _) => number.to_string(),
        (None, "volume") => "vol".into(),
        (None, word) => word.into(),
    }
}

fn any_number(word: &str) -> Option<u32> {
    let named = || NUMBER_WORDS.iter().position(|name| *name == word);
    digits(word)
        .or_else(|| roman(word))
        .or_else(|| named().map(|at| at as u32 + 1))
}

fn digits(word: &str) -> Option<u32> {
    word.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| word.parse().ok())?
}
