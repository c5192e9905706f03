//! What a client says that it plays: its properties, of whatever types and lengths, become a status, a kind and a `Wanted`.
//! Nothing that it says is more than a claim.

use super::ids::{self, Named};
use super::{Profile, Shown, Value};
use crate::music::Wanted;
use std::collections::BTreeMap;

/// A title, name or album of more letters than this is cut.
const MAX_LETTERS: usize = 512;
/// More artists are left out.
const MAX_ARTISTS: usize = 16;
/// A song is not shorter than this, in ms …
const MIN_LENGTH_MS: u64 = 1_000;
/// … nor longer; what lies outside is no length.
const MAX_LENGTH_MS: u64 = 24 * 3_600_000;
/// MPRIS's own path for "no track".
const NO_TRACK: &str = "/org/mpris/MediaPlayer2/TrackList/NoTrack";

/// What the person wants of it, as the client says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Status {
    /// It is to sound.
    Playing,
    /// It is halted.
    Paused,
    /// Nothing is to sound.
    #[default]
    Stopped,
}

/// What sort of thing it plays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A song with a name.
    Song,
    /// An advertisement.
    Ad,
    /// A podcast.
    Episode,
    /// It does not say; also while another device plays for it.
    #[default]
    Nothing,
}

/// A client's claim.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claim {
    /// What the person wants of it.
    pub status: Status,
    /// What sort of thing it plays.
    pub kind: Kind,
    /// Which song; empty unless it is one.
    pub wanted: Wanted,
    /// Where what plays lies on the web; may be empty.
    pub url: String,
    /// Where in it, in µs.
    pub position_us: Option<i64>,
}

impl Claim {
    /// What the properties say, read as that client means them.
    pub fn read(shown: &Shown, profile: &Profile) -> Self {
        let fields = Fields(&shown.metadata);
        let (track, url) = (fields.text("mpris:trackid"), fields.text("xesam:url"));
        let (kind, external) = kind(&track, &url, profile);
        let title = fields.text("xesam:title");
        let is_blank = title.is_empty() || profile.blank_titles.contains(&title);
        let kind = match kind {
            // A song of Spotify Connect elsewhere keeps its id at times and loses its names.
            Kind::Song if is_blank => Kind::Nothing,
            kind => kind,
        };
        let wanted = match kind {
            Kind::Song => Wanted {
                external,
                title,
                ..fields.wanted(profile)
            },
            _ => Wanted::default(),
        };
        Self {
            status: status(&shown.status),
            kind,
            wanted,
            url,
            position_us: shown.position_us,
        }
    }
}

fn status(word: &str) -> Status {
    let word = word.trim();
    if word.eq_ignore_ascii_case("playing") {
        Status::Playing
    } else if word.eq_ignore_ascii_case("paused") {
        Status::Paused
    } else {
        Status::Stopped
    }
}

/// What sort of thing a track id and an address name, and the ids of a song.
fn kind(track: &str, url: &str, profile: &Profile) -> (Kind, Vec<(String, String)>) {
    let starts = |starts: &[String]| starts.iter().any(|start| track.starts_with(start.as_str()));
    let page = ids::page(url);
    if starts(&profile.ads) || page == Named::Ad {
        return (Kind::Ad, Vec::new());
    }
    if starts(&profile.episodes) || page == Named::Episode {
        return (Kind::Episode, Vec::new());
    }
    if track == NO_TRACK {
        return (Kind::Nothing, Vec::new());
    }
    let mut external: Vec<(String, String)> = Vec::new();
    let mut learn = |named: Named<'_>, service: Option<&str>| {
        if let Named::Song(word, id) = named {
            let known = (service.unwrap_or(word).to_owned(), id.to_owned());
            if !external.contains(&known) {
                external.push(known);
            }
        }
    };
    // The address is the safer of the two.
    learn(page, None);
    for (start, service) in &profile.ids {
        if let Some(id) = track.strip_prefix(start.as_str()) {
            learn(ids::song("", id), Some(service));
        }
    }
    (Kind::Song, external)
}

/// Properties of whatever types.
struct Fields<'a>(&'a BTreeMap<String, Value>);

impl Fields<'_> {
    /// All but the title and the service's ids.
    fn wanted(&self, profile: &Profile) -> Wanted {
        Wanted {
            artists: self.artists(profile.artist_joined),
            album: self.text("xesam:album"),
            track: self.number("xesam:trackNumber"),
            disc: self.number("xesam:discNumber"),
            length_ms: self.length_ms(),
            ..Wanted::default()
        }
    }

    /// The text of that name, or the first of its texts; on one line, and not for ever.
    fn text(&self, name: &str) -> String {
        match self.0.get(name) {
            Some(Value::Text(text)) => clean(text),
            Some(Value::Texts(texts)) => texts.first().map(|text| clean(text)).unwrap_or_default(),
            _ => String::new(),
        }
    }

    fn artists(&self, is_joined: bool) -> Vec<String> {
        let told: Vec<&str> = match self.0.get("xesam:artist") {
            Some(Value::Texts(texts)) => texts.iter().map(String::as_str).collect(),
            Some(Value::Text(text)) => vec![text.as_str()],
            _ => Vec::new(),
        };
        let parts = told.into_iter().flat_map(|text| match is_joined {
            true => text.split(", ").collect(),
            false => vec![text],
        });
        let names = parts.map(clean).filter(|name| !name.is_empty());
        names.take(MAX_ARTISTS).collect()
    }

    fn number(&self, name: &str) -> Option<u32> {
        let number = self.whole(name)?;
        u32::try_from(number).ok().filter(|number| *number > 0)
    }

    /// Integers of every size come as one; some clients send a text or a float.
    fn whole(&self, name: &str) -> Option<i64> {
        match self.0.get(name)? {
            Value::Whole(number) => Some(*number),
            // Floats are cut to the range, and what is no number is 0.
            Value::Float(number) => Some(*number as i64),
            Value::Text(text) => text.trim().parse().ok(),
            Value::Texts(_) => None,
        }
    }

    fn length_ms(&self) -> Option<u64> {
        let us = u64::try_from(self.whole("mpris:length")?).ok()?;
        Some(us / 1_000).filter(|ms| (MIN_LENGTH_MS..=MAX_LENGTH_MS).contains(ms))
    }
}

/// On one line, without a blank at its ends, and not for ever.
fn clean(text: &str) -> String {
    let letters = text.chars().take(MAX_LETTERS);
    let plain: String = letters
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    plain.trim().to_owned()
}

#[cfg(test)]
mod tests;
