//! Where what is queued and heard comes from, as one text: `playlist Road trip`, `search blue`, `stream spotify`. It judges
//! nothing, and looks nowhere.

use serde::{Deserialize, Serialize};
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

/// The longest text, in bytes; of a longer one its beginning is kept.
pub const MAX_ORIGIN_BYTES: usize = 1_024;

/// Where a song of the queue comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Origin {
    /// A stored playlist, by its name.
    Playlist(String),
    /// What was searched for.
    Search(String),
    /// An album, by its name.
    Album(String),
    /// An artist, by their name.
    Artist(String),
    /// A file, a folder or a playlist file.
    Path(String),
    /// A streaming service whose place this took.
    Stream(String),
    /// It stands in for another song, as this tells: `for Artist – Title (another version)`.
    StandIn(String),
    /// It goes on where a queue had been played, as this tells: `after Artist – Title: same artist`.
    GoesOn(String),
    /// All that there is.
    Everything,
    /// What a client, or a newer standin, calls it.
    Other(String),
}

const EVERYTHING: &str = "everything";
const GOES_ON: &str = "goes on";

impl Origin {
    fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Playlist(name) => ("playlist", name),
            Self::Search(words) => ("search", words),
            Self::Album(name) => ("album", name),
            Self::Artist(name) => ("artist", name),
            Self::Path(path) => ("path", path),
            Self::Stream(service) => ("stream", service),
            Self::StandIn(told) => ("stand-in", told),
            Self::GoesOn(told) => (GOES_ON, told),
            Self::Everything => (EVERYTHING, ""),
            Self::Other(text) => ("", text),
        }
    }

    /// What is told of a song that stands in for another one.
    pub fn stand_in(&self) -> Option<String> {
        matches!(self, Self::StandIn(_)).then(|| self.to_string())
    }

    /// Why a song came by itself behind a queue that had been played.
    pub fn goes_on(&self) -> Option<String> {
        matches!(self, Self::GoesOn(_)).then(|| self.to_string())
    }

    fn of_parts(word: &str, name: &str) -> Option<Self> {
        let of_name: fn(String) -> Self = match word {
            "playlist" => Self::Playlist,
            "search" => Self::Search,
            "album" => Self::Album,
            "artist" => Self::Artist,
            "path" => Self::Path,
            "stream" => Self::Stream,
            "stand-in" => Self::StandIn,
            _ => return None,
        };
        (!name.is_empty()).then(|| of_name(name.to_owned()))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What is written must be read as the same: its sum is taken of it.
        match self.parts() {
            ("", text) | (text, "") => out.pad(cut(text)),
            (word, name) => out.pad(cut(&format!("{word} {name}"))),
        }
    }
}

/// Every text is one: what no kind is known of is kept as it is.
impl FromStr for Origin {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let text = cut(text);
        let goes_on = text.strip_prefix(GOES_ON);
        let goes_on = goes_on.and_then(|rest| rest.strip_prefix(' '));
        if let Some(told) = goes_on.filter(|told| !told.is_empty()) {
            return Ok(Self::GoesOn(told.to_owned()));
        }
        let known = match text.split_once(' ') {
            Some((word, name)) => Self::of_parts(word, name),
            None => (text == EVERYTHING).then_some(Self::Everything),
        };
        Ok(known.unwrap_or_else(|| Self::Other(text.to_owned())))
    }
}

fn cut(text: &str) -> &str {
    let end = (0..=text.len().min(MAX_ORIGIN_BYTES)).rfind(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or(0)]
}

impl From<String> for Origin {
    fn from(text: String) -> Self {
        text.parse()
            .unwrap_or_else(|never: Infallible| match never {})
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_comes_back_as_it_was() {
        for text in [
            "playlist Road trip",
            "search (artist == \"x y\")",
            "stream spotify",
            "stand-in for A – B (another version)",
            "album Blue",
            "artist  A ",
            "path Music/é",
            "everything",
            "everything else",
            "playlist",
            "playlist ",
            "of tomorrow's kind",
            " x",
            "",
        ] {
            let origin = Origin::from(text.to_owned());
            assert_eq!(origin.to_string(), text);
            let json = serde_json::to_string(&origin).unwrap();
            assert_eq!(serde_json::from_str::<Origin>(&json).unwrap(), origin);
        }
        assert_eq!(
            Origin::from("playlist a b".to_owned()),
            Origin::Playlist("a b".into())
        );
        assert_eq!(
            Origin::from("playlist ".to_owned()),
            Origin::Other("playlist ".into())
        );
    }

    #[test]
    fn it_has_an_end_between_letters() {
        let long = format!("search x{}", "é".repeat(MAX_ORIGIN_BYTES));
        let kept = Origin::from(long.clone()).to_string();
        assert!(long.starts_with(&kept) && kept.len() >= MAX_ORIGIN_BYTES - 1);
        let words = long.strip_prefix("search ").unwrap().to_owned();
        assert_eq!(Origin::Search(words).to_string(), kept);
    }
}
