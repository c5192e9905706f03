//! Search by words: every word occurs at the beginning of a word of the song. Folded by `music::words`; no syntax of the
//! full-text engine can be typed, since each word goes in as a quoted phrase.
//!
//! First come songs whose title, artist or album is the query itself. The others are ranked by BM25, where a title weighs
//! most, then artist, album, and the rest. BM25 counts every song that any word fits, so for words that fit
//! thousands the order is by column alone: that is as good a guess, and takes no time.

use super::LibraryError;
use super::index::Reader;
use crate::music::{Song, fold, words};
use rusqlite::params;
use std::collections::HashSet;
use unicode_normalization::char::is_combining_mark;

/// A word that fits more songs than this is common.
const RARE_HITS: usize = 1_500;
/// Words of a query beyond these are not looked at.
const MOST_WORDS: usize = 16;
/// Columns in the order of their weight; the last one stands for all.
const TIERS: [&str; 4] = ["{title} : ", "{artist} : ", "{album} : ", ""];

impl Reader {
    /// Up to `limit` songs in which every word occurs, the best first.
    pub fn search(&self, query: &str, limit: usize) -> Result<Vec<Song>, LibraryError> {
        let mut words = words(query);
        words.truncate(MOST_WORDS);
        if words.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let mut hits = Hits::new(limit);
        self.exact(query, &mut hits)?;
        let (spoken, signs): (Vec<_>, Vec<_>) =
            words.into_iter().partition(|word| has_letters(word));
        if !spoken.is_empty() {
            self.by_words(&spoken, &signs, &mut hits)?;
        } else if hits.songs.is_empty() {
            self.signs_alone(&signs, &mut hits)?;
        }
        Ok(hits.songs)
    }

    fn exact(&self, query: &str, hits: &mut Hits) -> Result<(), LibraryError> {
        let whole = fold(query).split_whitespace().collect::<Vec<_>>().join(" ");
        for column in ["title_folded", "artists_folded", "album_folded"] {
            let rest = format!("WHERE {column} = ?1 LIMIT ?2");
            hits.take(self.songs(&rest, params![whole, hits.limit])?);
        }
        Ok(())
    }

    /// Signs are no words to the full-text index: the names themselves are looked through.
    fn signs_alone(&self, signs: &[String], hits: &mut Hits) -> Result<(), LibraryError> {
        let rest = "WHERE instr(title_folded || ' ' || artists_folded || ' ' || album_folded, ?1) LIMIT ?2";
        let found = self.songs(rest, params![signs.join(" "), hits.limit])?;
        hits.take(found);
        Ok(())
    }

    fn by_words(
        &self,
        words: &[String],
        signs: &[String],
        hits: &mut Hits,
    ) -> Result<(), LibraryError> {
        let phrases: Vec<_> = words.iter().map(|word| phrase(word)).collect();
        let all = phrases.join(" AND ");
        for ids in self.ranked_ids(&phrases, &all, hits)? {
            for id in ids {
                let found = self.songs("WHERE song.id = ?1", [id])?;
                hits.take(found.into_iter().filter(|song| has_signs(song, signs)));
            }
        }
        Ok(())
    }

    /// The ids of what the words fit, best first, in one list or one a column.
    fn ranked_ids(
        &self,
        phrases: &[String],
        all: &str,
        hits: &Hits,
    ) -> Result<Vec<Vec<i64>>, LibraryError> {
        let want = hits.limit + hits.ids.len();
        let are_rare = phrases
            .iter()
            .map(|phrase| self.is_rare(phrase))
            .collect::<Result<Vec<_>, _>>()?;
        if are_rare.into_iter().all(|is_rare| is_rare) {
            let by_rank = "SELECT rowid FROM song_text WHERE song_text MATCH ?1 ORDER BY bm25(song_text, 10, 5, 3, 1), rowid LIMIT ?2";
            return Ok(vec![self.ids(by_rank, all, want)?]);
        }
        let mut lists = Vec::new();
        let mut found = hits.songs.len();
        for tier in TIERS {
            if found >= hits.limit {
                break;
            }
            let within = format!("{tier}({all})");
            let any = "SELECT rowid FROM song_text WHERE song_text MATCH ?1 LIMIT ?2";
            let ids = self.ids(any, &within, want)?;
            found = found.max(ids.len());
            lists.push(ids);
        }
        Ok(lists)
    }

    fn is_rare(&self, phrase: &str) -> Result<bool, LibraryError> {
        let any = "SELECT rowid FROM song_text WHERE song_text MATCH ?1 LIMIT ?2";
        Ok(self.ids(any, phrase, RARE_HITS + 1)?.len() <= RARE_HITS)
    }

    /// Ids of what an expression of the full-text engine fits.
    pub(super) fn ids(
        &self,
        sql: &str,
        expression: &str,
        limit: usize,
    ) -> Result<Vec<i64>, LibraryError> {
        self.ask(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let ids = statement.query_map(params![expression, limit], |row| row.get(0))?;
            ids.collect()
        })
    }
}

/// Songs in the order in which they were found, each once.
struct Hits {
    limit: usize,
    ids: HashSet<i64>,
    songs: Vec<Song>,
}

impl Hits {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            ids: HashSet::new(),
            songs: Vec::new(),
        }
    }

    fn take(&mut self, songs: impl IntoIterator<Item = Song>) {
        for song in songs {
            let is_new = song.id.is_some_and(|id| self.ids.insert(id.0));
            if is_new && self.songs.len() < self.limit {
                self.songs.push(song);
            }
        }
    }
}

/// A word as a phrase whose last word may go on.
fn phrase(word: &str) -> String {
    quoted(word) + "*"
}

/// Text as a phrase of the full-text engine: nothing in it is syntax.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\"").replace('\0', " "))
}

/// Whether the full-text index sees anything in a word.
fn has_letters(word: &str) -> bool {
    word.chars()
        .any(|c| c.is_alphanumeric() || is_combining_mark(c))
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
