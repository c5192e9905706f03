//! How well words fit a song. Pure.
//!
//! Whole words are better than beginnings of words; then it counts where they stand: title, artist, album, the rest; then
//! how much of the title they are.

use super::texts::{COLUMNS, texts, tokens};
use crate::music::Song;

/// The texts of a song, cut into the words of the full text.
pub struct Texts {
    columns: [Vec<String>; COLUMNS],
}

/// The lower the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    /// Words that only begin one.
    begun: usize,
    /// Where they stand, summed up: 0 for the title, 1 artist, 2 album, 3 the rest.
    columns: usize,
    /// Words of the title.
    title_words: usize,
}

impl Texts {
    /// Those of a song.
    pub fn new(song: &Song) -> Self {
        Self {
            columns: texts(song).map(|text| tokens(&text).map(str::to_owned).collect()),
        }
    }

    /// How well these words fit; each is a phrase as [`words`](crate::music::words) gives them.
    pub fn rank(&self, words: &[String]) -> Rank {
        let mut rank = Rank {
            begun: 0,
            columns: 0,
            title_words: self.columns[0].len(),
        };
        for word in words {
            let (begun, column) = self.fit(word).unwrap_or((true, COLUMNS));
            rank.begun += usize::from(begun);
            rank.columns += column;
        }
        rank
    }

    /// Whether these words stand here, or the last one's beginning.
    pub fn has(&self, word: &str) -> bool {
        self.fit(word).is_some()
    }

    /// Whether these words stand here as whole ones, one after the other.
    pub fn has_whole(&self, word: &str) -> bool {
        self.fit(word).is_some_and(|(begun, _)| !begun)
    }

    /// Whether only the beginning of a word is meant, and the best column.
    fn fit(&self, word: &str) -> Option<(bool, usize)> {
        let wanted: Vec<&str> = tokens(word).collect();
        let fits = self.columns.iter().map(|column| fit(column, &wanted));
        let found = fits.enumerate();
        found.filter_map(|(at, begun)| Some((begun?, at))).min()
    }
}

/// Whether words follow each other here; if so, whether the last one goes on.
fn fit(column: &[String], wanted: &[&str]) -> Option<bool> {
    let (last, before) = wanted.split_last()?;
    let ends = column.windows(wanted.len()).filter_map(|here| {
        let (end, begin) = here.split_last()?;
        let follow = begin
            .iter()
            .zip(before)
            .all(|(word, wanted)| word == wanted);
        (follow && end.starts_with(last)).then_some(end.len() > last.len())
    });
    ends.min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::music::words;

    fn song(title: &str, artist: &str, album: &str) -> Song {
        let mut song = Song::at("/x.flac");
        song.tags.title = title.into();
        song.tags.artists = vec![artist.into()];
        song.tags.album = album.into();
        song
    }

    #[test]
    fn whole_words_first_then_the_column_then_the_shorter_title() {
        let ordered = [
            song("Home Again", "X", "Y"),
            song("Home Is Here Now", "X", "Y"),
            song("Z", "The Home", "Y"),
            song("Z", "X", "At Home"),
            song("Homeward", "X", "Y"),
            song("Z", "Homes", "Y"),
            song("Z", "X", "Y"),
        ];
        let ranks = ordered.map(|song| Texts::new(&song).rank(&words("home")));
        assert!(
            ranks.is_sorted() && ranks.windows(2).all(|two| two[0] < two[1]),
            "{ranks:?}"
        );
    }

    #[test]
    fn phrases_of_signs_and_scripts_fit_too() {
        let texts = Texts::new(&song("東京の夜", "AC/DC", "Кино"));
        for (word, begun, columns) in [
            ("ac/dc", 0, 1),
            ("ac/d", 1, 1),
            ("京の", 0, 0),
            ("kino", 0, 2),
            ("dc/ac", 1, 4),
        ] {
            let rank = texts.rank(&words(word));
            assert_eq!((rank.begun, rank.columns), (begun, columns), "{word}");
        }
    }
}
