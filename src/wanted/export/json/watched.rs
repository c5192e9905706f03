//! What was watched on YouTube, where the person asked for JSON. What is no music goes no further than to the playlists of the
//! same gulp.

use super::super::NotTaken;
use super::super::links::{self, Link};
use super::super::out::Out;
use super::super::text::Utf8;
use super::super::watched::{Watched, put};
use super::rows;
use super::said::Said;
use serde::Deserialize;
use std::collections::HashMap;

/// So many entries tell which words stand around every title.
const SAMPLE: usize = 200;
/// So few do not.
const FEW: usize = 5;
/// The most words before a title, and behind it.
const MOST_WORDS: usize = 4;
/// The words as they are in English.
const ENGLISH: &str = "Watched ";

/// `watch-history.json`
pub(super) fn read(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let mut first = Vec::new();
    let mut around = None;
    rows(text, out, &mut |entry: Entry, out| {
        if let Some(around) = &around {
            return entry.put(around, out);
        }
        first.push(entry);
        if first.len() == SAMPLE {
            let words = Around::of(&first);
            first.drain(..).for_each(|entry| entry.put(&words, out));
            around = Some(words);
        }
    })?;
    let words = Around::of(&first);
    first.into_iter().for_each(|entry| entry.put(&words, out));
    Ok(())
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Entry {
    header: Said,
    title: Said,
    title_url: Said,
    subtitles: Option<Vec<Channel>>,
    time: Said,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Channel {
    name: Said,
}

impl Entry {
    fn id(&self) -> Option<String> {
        match links::parse(&self.title_url.text()) {
            Some(Link::Song("youtube", id)) => Some(id),
            _ => None,
        }
    }

    fn put(self, around: &Around, out: &mut Out) {
        let Some(id) = self.id() else {
            return out.other();
        };
        let is_music = self.title_url.text().contains("//music.youtube.com/")
            || self.header.text() == "YouTube Music";
        let channels = self.subtitles.unwrap_or_default();
        let channel = channels.first().map(|one| one.name.text());
        put(
            Watched {
                id,
                title: around.bare(&self.title.text()).to_owned(),
                channel: channel.unwrap_or_default(),
                is_music,
                at_ms: self.time.at_ms(),
            },
            out,
        );
    }
}

/// What stands before and behind each title, in the person's language: `Watched TITLE`, `TITLE angesehen`.
struct Around {
    before: String,
    behind: String,
}

impl Around {
    /// The words that all entries have; a word of the titles themselves is not in all of them.
    fn of(entries: &[Entry]) -> Self {
        let titles: HashMap<String, String> = entries
            .iter()
            .filter_map(|entry| Some((entry.id()?, entry.title.text())))
            .collect();
        let shared = |part: fn(&str, usize) -> Option<&str>| {
            let parts = |count| titles.values().filter_map(move |title| part(title, count));
            let is_shared = |found: &str, count| {
                let same = parts(count).filter(|part| *part == found).count();
                titles.len() >= FEW && same * 10 >= titles.len() * 9
            };
            let most = (1..=MOST_WORDS).rev();
            let mut found =
                most.filter_map(|count| parts(count).find(|part| is_shared(part, count)));
            found.next().map(str::to_owned)
        };
        Self {
            before: shared(first_words).unwrap_or_else(|| ENGLISH.to_owned()),
            behind: shared(last_words).unwrap_or_default(),
        }
    }

    fn bare<'t>(&self, title: &'t str) -> &'t str {
        let title = title.strip_prefix(&self.before).unwrap_or(title);
        title.strip_suffix(&self.behind).unwrap_or(title)
    }
}

/// The first words with the blank behind them; something must be left.
fn first_words(title: &str, count: usize) -> Option<&str> {
    let (at, _) = title.match_indices(' ').nth(count - 1)?;
    title.get(..=at)
}

fn last_words(title: &str, count: usize) -> Option<&str> {
    let (at, _) = title.rmatch_indices(' ').nth(count - 1)?;
    title.get(at..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bare(titles: &[&str]) -> Vec<String> {
        let entry = |(at, title): (usize, &&str)| Entry {
            title: Said::Text((*title).to_owned()),
            title_url: Said::Text(format!(
                "https://music.youtube.com/watch?v=ExampleId{at:02}"
            )),
            ..Entry::default()
        };
        let entries: Vec<_> = titles.iter().enumerate().map(entry).collect();
        let around = Around::of(&entries);
        titles
            .iter()
            .map(|title| around.bare(title).to_owned())
            .collect()
    }

    #[test]
    fn the_words_around_a_title_in_any_language() {
        let right = ["A", "B C", "D", "B E", "F"];
        for (before, behind) in [
            ("Watched ", ""),
            ("Vous avez regardé ", ""),
            ("", " angesehen"),
            ("", " を視聴しました"),
        ] {
            let titles = right.map(|title| format!("{before}{title}{behind}"));
            assert_eq!(
                bare(&titles.each_ref().map(String::as_str)),
                right,
                "{before}{behind}"
            );
        }
        // What few say is no rule.
        assert_eq!(bare(&["Watched A", "Watched The B"]), ["A", "The B"]);
        assert_eq!(
            bare(&["A angesehen", "B angesehen"]),
            ["A angesehen", "B angesehen"]
        );
    }
}
