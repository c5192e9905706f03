//! Search that forgives one wrong letter: where words find little, the words of the index that are one edit away (a letter
//! too many, too few, another one, or two exchanged) are taken for them, below whatever fits as it was typed.

use super::rank::Texts;
use super::texts::tokens;
use super::words::{Hits, Words, quoted};
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::music::Song;

/// Letters of a word in which an error is looked for.
const LEAST_LETTERS: usize = 4;
/// With fewer songs than these, words that are nearly so are tried too.
const FEW: usize = 3;
/// Words of the index that are taken for one.
const MOST_FOR_ONE: usize = 24;
/// Songs that are ranked.
const RANKED: usize = 120;
/// Queries that are told to fit.
const MOST_TOLD: usize = 3;

/// Songs that words fit, and what was taken for them.
#[derive(Debug, Default)]
pub struct Near {
    /// The best first; those that fit as typed come before all others.
    pub songs: Vec<Song>,
    /// How many of them fit as typed.
    pub exact: usize,
    /// What the others fit, the best first; empty where there are none.
    pub instead: Vec<String>,
}

impl Reader {
    /// As [`search`](Self::search), and where that finds few, what fits but for a letter of each word of four or more.
    pub fn search_near(&self, query: &str, limit: usize) -> Result<Near, LibraryError> {
        let words = Words::new(query);
        let mut hits = Hits::new(limit);
        self.search_into(query, &words, &mut hits)?;
        let exact = hits.songs.len();
        if exact < FEW.min(limit) {
            let choices = self.choices(&words.spoken)?;
            if choices.iter().any(|choice| !choice.is_empty()) {
                self.take_near(&words, &choices, &mut hits)?;
                let near = hits.songs.get(exact..).unwrap_or_default();
                let instead = told(near, &words.spoken, &choices);
                return Ok(Near {
                    songs: hits.songs,
                    exact,
                    instead,
                });
            }
        }
        Ok(Near {
            songs: hits.songs,
            exact,
            instead: Vec::new(),
        })
    }

    /// For each word those that may be meant. Where some words fit nothing by themselves, the error is in these.
    fn choices(&self, words: &[String]) -> Result<Vec<Vec<String>>, LibraryError> {
        let mut unknown = Vec::new();
        for word in words {
            unknown.push(self.ids(&(quoted(word) + "*"), 1)?.is_empty());
        }
        let is_all = !unknown.contains(&true);
        let mut choices = vec![Vec::new(); words.len()];
        let asked: Vec<(usize, &str)> = (0..)
            .zip(words)
            .filter(|(at, word)| (is_all || unknown[*at]) && may_err(word))
            .map(|(at, word)| (at, word.as_str()))
            .collect();
        if asked.is_empty() {
            return Ok(choices);
        }
        self.ask(|connection| {
            let mut statement = connection.prepare_cached("SELECT word FROM word")?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let known = row.get_ref(0)?.as_str()?;
                for (at, word) in &asked {
                    if is_one_edit(word, known) && choices[*at].len() < MOST_FOR_ONE {
                        choices[*at].push(known.to_owned());
                    }
                }
            }
            Ok(choices)
        })
    }

    fn take_near(
        &self,
        words: &Words,
        choices: &[Vec<String>],
        hits: &mut Hits,
    ) -> Result<(), LibraryError> {
        let each = words.spoken.iter().zip(choices).map(|(word, choices)| {
            let near = choices.iter().map(|word| quoted(word));
            let any: Vec<_> = std::iter::once(quoted(word) + "*").chain(near).collect();
            format!("({})", any.join(" OR "))
        });
        let all: Vec<_> = each.collect();
        let ids = self.ids(&all.join(" AND "), RANKED)?;
        let mut found = Vec::new();
        for id in ids.into_iter().filter(|id| !hits.ids.contains(id)) {
            for song in self.songs("WHERE song.id = ?1", [id])? {
                let texts = Texts::new(&song);
                let taken: Vec<String> = taken(&texts, &words.spoken, choices);
                let errors = errors(&taken, &words.spoken);
                found.push((errors, texts.rank(&taken), id, song));
            }
        }
        found.sort_by_key(|(errors, rank, id, _)| (*errors, *rank, *id));
        hits.take(found.into_iter().map(|(.., song)| song));
        Ok(())
    }
}

/// The words that a song has for those that were typed.
fn taken(texts: &Texts, words: &[String], choices: &[Vec<String>]) -> Vec<String> {
    let one = |(word, choices): (&String, &Vec<String>)| {
        if texts.has(word) {
            return word.clone();
        }
        let near = choices.iter().find(|near| texts.has_whole(near));
        near.unwrap_or(word).clone()
    };
    words.iter().zip(choices).map(one).collect()
}

fn errors(taken: &[String], words: &[String]) -> usize {
    taken
        .iter()
        .zip(words)
        .filter(|(one, other)| one != other)
        .count()
}

/// The queries that songs fit, as people read them.
fn told(songs: &[Song], words: &[String], choices: &[Vec<String>]) -> Vec<String> {
    let mut told: Vec<String> = Vec::new();
    for song in songs {
        let taken = taken(&Texts::new(song), words, choices);
        let query = taken.join(" ");
        if errors(&taken, words) > 0 && !told.contains(&query) {
            told.push(query);
        }
        if told.len() == MOST_TOLD {
            break;
        }
    }
    told
}

/// Whether a word is one of the full text, long enough to be known with an error in it, and no number.
fn may_err(word: &str) -> bool {
    let is_one = tokens(word).count() == 1 && tokens(word).next() == Some(word);
    is_one && word.chars().count() >= LEAST_LETTERS && word.chars().any(char::is_alphabetic)
}

/// Whether one letter put in, left out or replaced, or two neighbours exchanged, make one word of the other.
fn is_one_edit(one: &str, other: &str) -> bool {
    // A letter has four bytes at most.
    if one.len().abs_diff(other.len()) > 4 {
        return false;
    }
    let same: usize = one
        .chars()
        .zip(other.chars())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (one, other) = (&one[same..], &other[same..]);
    let same: usize = one
        .chars()
        .rev()
        .zip(other.chars().rev())
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum();
    let (one, other) = (&one[..one.len() - same], &other[..other.len() - same]);
    let mut letters = (one.chars(), other.chars());
    let first = (letters.0.next(), letters.1.next());
    let second = (letters.0.next(), letters.1.next());
    if letters.0.next().is_some() || letters.1.next().is_some() {
        return false;
    }
    match second {
        (None, None) => first != (None, None),
        (Some(a), Some(b)) => first == (Some(b), Some(a)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #[test]
        fn one_edit_is_a_distance_of_one(one in "[abcд]{0,6}", other in "[abcд]{0,6}") {
            let distance = strsim::osa_distance(&one, &other);
            proptest::prop_assert_eq!(is_one_edit(&one, &other), distance == 1, "{} {}", one, other);
        }
    }

    #[test]
    fn errors_are_looked_for_in_words() {
        for (word, may) in [
            ("bjrok", true),
            ("abc", false),
            ("1999", false),
            ("ac dc", false),
            ("東 京 の 夜", false),
            ("don't", false),
        ] {
            assert_eq!(may_err(word), may, "{word}");
        }
    }
}
