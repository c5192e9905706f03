//! A question with its order and its limit: what `search` asks at once, and what a smart playlist keeps and asks anew
//! whenever it is wanted. It names no playlist.

use super::query::{Asked, AskedError, Sort};
use super::{LibraryError, Reader};
use crate::music::Song;
use serde::{Deserialize, Serialize};

/// What is asked for, in which order, and how much of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Words, pairs and filters, as [`Asked::read`] takes them; none: every song.
    pub what: Vec<String>,
    /// In which order; `None`: that of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// The first so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<usize>,
}

impl Question {
    /// The text that a smart playlist keeps, which is JSON.
    pub fn written(&self) -> String {
        serde_json::to_string(self).expect("words are always JSON")
    }

    /// Reads what [`written`](Self::written) wrote, and whether it can still be asked.
    pub fn read(text: &str) -> Result<Self, String> {
        let question: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        question.check().map_err(|error| error.to_string())?;
        Ok(question)
    }

    /// Whether it can be understood.
    pub fn check(&self) -> Result<(), AskedError> {
        Asked::read(&self.what).map(drop)
    }
}

impl Reader {
    /// What a question finds now. Words are taken as they are typed, and all that they fit counts.
    pub fn answer(&self, question: &Question) -> Result<Vec<Song>, LibraryError> {
        let limit = question.limit.unwrap_or(usize::MAX);
        let words = match Asked::read(&question.what)? {
            Asked::Filter(filter) => {
                return self.first_matching(&filter, question.sort, question.limit);
            }
            Asked::Words(words) => words,
        };
        let Some(sort) = question.sort else {
            return self.search(&words, limit);
        };
        let mut songs = self.search(&words, usize::MAX)?;
        self.sort(&mut songs, sort)?;
        songs.truncate(limit);
        Ok(songs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_is_read_as_it_was_written() {
        let all = [
            Question::default(),
            Question {
                what: vec!["(rating >= '4')".into(), "genre".into(), "Jazz".into()],
                sort: Some("-last-played".parse().unwrap()),
                limit: Some(50),
            },
        ];
        for question in all {
            assert_eq!(Question::read(&question.written()), Ok(question));
        }
        for wrong in [
            "",
            "jazz",
            r#"{"what":["(rating >= 'x')"]}"#,
            r#"{"what":[],"sort":"colour"}"#,
            r#"{"what":[],"of_a_later_version":1}"#,
        ] {
            assert!(Question::read(wrong).is_err(), "{wrong}");
        }
    }
}
