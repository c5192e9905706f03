//! Search by words: every word occurs at the beginning of a word of the song. Folded by `music::words`; no syntax of the
//! full-text engine can be typed, since each word goes in as a quoted phrase.
//!
//! First come songs whose title, then artist, then album is the query itself. The others are ranked by `rank` where they
//! are few. Words that fit many are asked for column by column, whole words before beginnings, until there are enough:
//! that is nearly the same order, and takes no time.
//!
//! What takes time is a beginning of four letters or more: the full text brings all that it fits into memory before it
//! tells the first (shorter ones have an index). Whole words it meets one song after the other. Who types has ended every
//! word but the last, so these are asked for whole first, and as beginnings only where that does not give enough.

use super::rank::Texts;
use crate::library::LibraryError;
use crate::library::index::Reader;
use crate::music::{Song, fold, is_word, words};
use rusqlite::params;
use std::collections::HashSet;

/// So many songs are ranked one by one.
const RANKED: usize = 120;
/// Words of a query beyond these are not looked at.
const MOST_WORDS: usize = 16;
/// Columns in the order of their weight; the last one stands for all.
const TIERS: &[&str] = &["{title} : ", "{artist} : ", "{album} : ", ""];
/// Several words stand together in a title, or anywhere: an artist or an album that has them all is rare, and each question
/// for words that fit many takes a millisecond or two.
const TIERS_OF_SEVERAL: &[&str] = &["{title} : ", ""];

/// The words of a query, as the full text knows them.
pub(super) struct Words {
    /// Those that it knows, each a phrase.
    pub spoken: Vec<String>,
    /// Those that are signs alone.
    pub signs: Vec<String>,
}

impl Words {
    pub fn new(query: &str) -> Self {
        let mut words = words(query);
        words.truncate(MOST_WORDS);
        let (spoken, signs) = words
            .into_iter()
            .partition(|word| word.chars().any(is_word));
        Self { spoken, signs }
    }

    pub fn is_empty(&self) -> bool {
        self.spoken.is_empty() && self.signs.is_empty()
    }
}

impl Reader {
    /// Up to `limit` songs in which every word occurs, the best first.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Song>, LibraryError> {
        let mut hits = Hits::new(limit);
        self.search_into(query, &Words::new(query), &mut hits)?;
        Ok(hits.songs)
    }

    pub(super) fn search_into(
        &self,
        query: &str,
        words: &Words,
        hits: &mut Hits,
    ) -> Result<(), LibraryError> {
        if words.is_empty() || hits.limit == 0 {
            return Ok(());
        }
        self.exact(query, hits)?;
        if !words.spoken.is_empty() {
            self.by_words(words, hits)
        } else if hits.songs.is_empty() {
            self.signs_alone(&words.signs, hits)
        } else {
            Ok(())
        }
    }

    fn exact(&self, query: &str, hits: &mut Hits) -> Result<(), LibraryError> {
        let whole = fold(query).split_whitespace().collect::<Vec<_>>().join(" ");
        for column in ["title_folded", "artists_folded", "album_folded"] {
            let rest = format!("WHERE {column} = ?1 ORDER BY song.id LIMIT ?2");
            hits.take(self.songs(&rest, params![whole, rows(hits.limit)])?);
        }
        Ok(())
    }

    /// Signs are no words to the full-text index: the names themselves are looked through.
    fn signs_alone(&self, signs: &[String], hits: &mut Hits) -> Result<(), LibraryError> {
        let rest = "WHERE instr(title_folded || ' ' || artists_folded || ' ' || album_folded, ?1) LIMIT ?2";
        let found = self.songs(rest, params![signs.join(" "), rows(hits.limit)])?;
        hits.take(found);
        Ok(())
    }

    fn by_words(&self, words: &Words, hits: &mut Hits) -> Result<(), LibraryError> {
        let asked = Phrasings::new(&words.spoken);
        let typed = self.ids(&asked.last_begun, RANKED + 1)?;
        if typed.len() > RANKED {
            let ways = [&asked.whole, &asked.last_begun, &asked.begun];
            // Of one word the last two are the same.
            let ways = &ways[..words.spoken.len().min(2) + 1];
            return self.by_tiers(ways, words, hits);
        }
        let all = match words.spoken.len() {
            1 => typed.clone(),
            _ => self.ids(&asked.begun, RANKED + 1)?,
        };
        if all.len() <= RANKED {
            return self.take_ranked(&all, &words.spoken, &words.signs, hits);
        }
        self.take_ranked(&typed, &words.spoken, &words.signs, hits)?;
        self.by_tiers(&[&asked.begun], words, hits)
    }

    /// Column by column, in each of these ways, until there are enough.
    fn by_tiers(
        &self,
        ways: &[&String],
        words: &Words,
        hits: &mut Hits,
    ) -> Result<(), LibraryError> {
        // Signs are told apart on the songs themselves, so more may have to be looked at.
        let want = match words.signs.is_empty() {
            true => hits.limit.saturating_add(hits.ids.len()),
            false => usize::MAX,
        };
        let columns = match words.spoken.len() {
            1 => TIERS,
            _ => TIERS_OF_SEVERAL,
        };
        let tiers = ways
            .iter()
            .flat_map(|way| columns.iter().map(move |column| (way, column)));
        for (way, column) in tiers {
            if hits.is_full() {
                break;
            }
            for id in self.ids(&format!("{column}({way})"), want)? {
                if hits.is_full() {
                    break;
                }
                if !hits.ids.contains(&id) {
                    let found = self.songs("WHERE song.id = ?1", [id])?;
                    let fit = |song: &Song| has_signs(song, &words.signs);
                    hits.take(found.into_iter().filter(fit));
                }
            }
        }
        Ok(())
    }

    /// Takes the songs of these rows, those first that the words fit best.
    pub(super) fn take_ranked(
        &self,
        ids: &[i64],
        words: &[String],
        signs: &[String],
        hits: &mut Hits,
    ) -> Result<(), LibraryError> {
        let mut ranked = Vec::new();
        for id in ids.iter().filter(|id| !hits.ids.contains(id)) {
            for song in self.songs("WHERE song.id = ?1", [id])? {
                if has_signs(&song, signs) {
                    ranked.push((Texts::new(&song).rank(words), *id, song));
                }
            }
        }
        ranked.sort_by_key(|(rank, id, _)| (*rank, *id));
        hits.take(ranked.into_iter().map(|(_, _, song)| song));
        Ok(())
    }

    /// Ids of what an expression of the full-text engine fits, in the order of the rows.
    pub(in crate::library) fn ids(
        &self,
        expression: &str,
        limit: usize,
    ) -> Result<Vec<i64>, LibraryError> {
        let limit = rows(limit);
        self.ask(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT rowid FROM song_text WHERE song_text MATCH ?1 LIMIT ?2")?;
            let ids = statement.query_map(params![expression, limit], |row| row.get(0))?;
            ids.collect()
        })
    }
}

/// Songs in the order in which they were found, each once.
pub(super) struct Hits {
    pub limit: usize,
    pub ids: HashSet<i64>,
    pub songs: Vec<Song>,
}

impl Hits {
    pub fn new(limit: usize) -> Self {
        Self {
            limit,
            ids: HashSet::new(),
            songs: Vec::new(),
        }
    }

    pub fn is_full(&self) -> bool {
        self.songs.len() >= self.limit
    }

    pub fn take(&mut self, songs: impl IntoIterator<Item = Song>) {
        for song in songs {
            let is_new = song.id.is_some_and(|id| self.ids.insert(id.0));
            if is_new && self.songs.len() < self.limit {
                self.songs.push(song);
            }
        }
    }
}

/// So many rows, as SQLite counts them.
fn rows(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

/// Words as phrases that must all fit, in ways of which each fits what the one before fits, and more.
struct Phrasings {
    /// Every word is a whole one.
    whole: String,
    /// The last one may go on.
    last_begun: String,
    /// Each may go on.
    begun: String,
}

impl Phrasings {
    fn new(words: &[String]) -> Self {
        let begun_from = |from: usize| {
            let phrases = words.iter().enumerate().map(|(at, word)| {
                let end = if at < from { "" } else { "*" };
                quoted(word) + end
            });
            phrases.collect::<Vec<_>>().join(" AND ")
        };
        Self {
            whole: begun_from(words.len()),
            last_begun: begun_from(words.len().saturating_sub(1)),
            begun: begun_from(0),
        }
    }
}

/// Text as a phrase of the full-text engine: nothing in it is syntax.
pub fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\"").replace('\0', " "))
}

fn has_signs(song: &Song, signs: &[String]) -> bool {
    if signs.is_empty() {
        return true;
    }
    let names = [
        &song.title(),
        &song.tags.artist(),
        &song.tags.album_artist(),
        &song.tags.album,
    ];
    let names = names.map(|name| fold(name)).join(" ");
    signs.iter().all(|sign| names.contains(sign.as_str()))
}
