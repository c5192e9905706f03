//! Addresses of songs at services, as people copy them and as exports hold them. No address is ever opened.

use super::NotTaken;
use super::out::{Out, clean, named};
use super::text::line;
use crate::music::Wanted;
use crate::wanted::spelling::percent_decode;
use crate::wanted::{MAX_LINE, RowKind, TakenRow};
use std::io::BufRead;

/// The longest id that is believed.
const MAX_ID: usize = 64;
/// The length of a Spotify id, in base 62.
const SPOTIFY_ID: usize = 22;
/// The length of a YouTube id.
const YOUTUBE_ID: usize = 11;

/// What an address is that of.
#[derive(Debug, PartialEq)]
pub(super) enum Link {
    /// A song, by its service and id.
    Song(&'static str, String),
    /// An episode of a podcast, as above.
    Episode(&'static str, String),
    /// One of the person's own files, by what Spotify knew of it.
    Local(Box<Wanted>),
    /// Something else at a service: an album, a person.
    Other,
}

impl Link {
    /// What the address alone tells.
    pub fn row(self) -> Option<TakenRow> {
        let (kind, service, id) = match self {
            Self::Song(service, id) => (RowKind::Track, service, id),
            Self::Episode(service, id) => (RowKind::Episode, service, id),
            Self::Local(wanted) => {
                return Some(TakenRow {
                    wanted: *wanted,
                    is_local: true,
                    ..TakenRow::default()
                });
            }
            Self::Other => return None,
        };
        let wanted = Wanted {
            external: vec![(service.to_owned(), id)],
            ..Wanted::default()
        };
        Some(TakenRow {
            wanted,
            kind,
            ..TakenRow::default()
        })
    }
}

/// What the text is the address of; `None` where it is none of a service.
pub(super) fn parse(text: &str) -> Option<Link> {
    let text = text.trim();
    if let Some(uri) = text.strip_prefix("spotify:") {
        let parts: Vec<&str> = uri.split(':').collect();
        return Some(spotify(&parts));
    }
    let rest = text
        .split_once("://")
        .filter(|(scheme, _)| scheme.starts_with("http"))?
        .1;
    let (host, path) = rest.split_once('/')?;
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let last = || parts.last().copied();
    match host.strip_prefix("www.").unwrap_or(host) {
        "open.spotify.com" | "play.spotify.com" => {
            let language = parts.first().is_some_and(|part| part.starts_with("intl-"));
            Some(spotify(&parts[usize::from(language)..]))
        }
        "music.youtube.com" | "youtube.com" | "m.youtube.com" => {
            Some(song("youtube", value("v").filter(|id| is_youtube_id(id))))
        }
        "youtu.be" => Some(song("youtube", last().filter(|id| is_youtube_id(id)))),
        "music.apple.com" | "itunes.apple.com" => {
            let own = last().filter(|_| parts.contains(&"song"));
            Some(song("apple", value("i").or(own)))
        }
        "deezer.com" => Some(song("deezer", last().filter(|_| parts.contains(&"track")))),
        "tidal.com" | "listen.tidal.com" => {
            Some(song("tidal", last().filter(|_| parts.contains(&"track"))))
        }
        _ => None,
    }
}

/// Whether the text has the shape of a Spotify id.
pub(super) fn is_spotify_id(text: &str) -> bool {
    text.len() == SPOTIFY_ID && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Whether the text has the shape of a YouTube id.
pub(super) fn is_youtube_id(text: &str) -> bool {
    text.len() == YOUTUBE_ID && is_id(text)
}

/// Puts an id to those of a row, once.
pub(super) fn learn(wanted: &mut Wanted, service: &str, id: &str) {
    let known = (service.to_owned(), id.trim().to_owned());
    if is_id(&known.1) && !wanted.external.contains(&known) {
        wanted.external.push(known);
    }
}

/// The first code of a field that has the shape of one: some hold several.
pub(super) fn isrc(text: &str) -> String {
    let codes = text.split([',', ';', '/', '|', ' ']);
    let bare = |code: &str| -> String {
        let letters = code.chars().filter(char::is_ascii_alphanumeric);
        letters.take(MAX_ID).collect()
    };
    let mut codes = codes.chain([text]).map(bare);
    let found = codes.find(|code| is_isrc(code));
    found.unwrap_or_default().to_ascii_uppercase()
}

/// Whether letters and digits have the shape of a code: land, owner, year and number.
fn is_isrc(code: &str) -> bool {
    let fits = |(at, b): (usize, u8)| match at {
        0..2 => b.is_ascii_alphabetic(),
        2..5 => b.is_ascii_alphanumeric(),
        _ => b.is_ascii_digit(),
    };
    code.len() == 12 && code.bytes().enumerate().all(fits)
}

/// A file with an address on each line.
pub(super) fn read_list(text: &mut dyn BufRead, out: &mut Out) -> Result<(), NotTaken> {
    let list = out.list(named("", &out.stem.clone()));
    while let Some(bytes) = line(text, MAX_LINE).map_err(|error| NotTaken::of_io(&error))? {
        let said = String::from_utf8_lossy(&bytes);
        if said.trim().is_empty() {
            continue;
        }
        out.step();
        match parse(&said) {
            Some(link) => match link.row() {
                Some(row) => out.row(list, row),
                None => out.other(),
            },
            None => out.unreadable(),
        }
    }
    Ok(())
}

fn is_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    !text.is_empty() && text.len() <= MAX_ID && text.bytes().all(plain)
}

fn song(service: &'static str, id: Option<&str>) -> Link {
    match id.filter(|id| is_id(id)) {
        Some(id) => Link::Song(service, id.to_owned()),
        None => Link::Other,
    }
}

fn spotify(parts: &[&str]) -> Link {
    match parts {
        ["track", id, ..] => song("spotify", Some(id)),
        ["episode", id, ..] if is_id(id) => Link::Episode("spotify", (*id).to_owned()),
        ["local", artist, album, title, seconds, ..] => {
            let ms = seconds.parse::<u32>().ok().filter(|seconds| *seconds > 0);
            Link::Local(Box::new(Wanted {
                title: decoded(title),
                artists: super::out::names([decoded(artist)]),
                album: decoded(album),
                length_ms: ms.map(|seconds| u64::from(seconds) * 1000),
                ..Wanted::default()
            }))
        }
        _ => Link::Other,
    }
}

/// A part of a local address: blanks as `+`, then percent codes.
fn decoded(part: &str) -> String {
    let bytes = percent_decode(part.replace('+', " ").as_bytes());
    clean(&String::from_utf8_lossy(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_every_service() {
        let song = |service, id: &str| Some(Link::Song(service, id.to_owned()));
        let id = "4ExampleExampleExample";
        for (text, link) in [
            ("spotify:track:4ExampleExampleExample", song("spotify", id)),
            (
                " https://open.spotify.com/track/4ExampleExampleExample?si=1 ",
                song("spotify", id),
            ),
            (
                "https://open.spotify.com/intl-de/track/4ExampleExampleExample",
                song("spotify", id),
            ),
            (
                "spotify:episode:9x",
                Some(Link::Episode("spotify", "9x".to_owned())),
            ),
            ("spotify:album:9x", Some(Link::Other)),
            ("spotify:track:", Some(Link::Other)),
            (
                "https://music.youtube.com/watch?v=-ExampleId1&list=x",
                song("youtube", "-ExampleId1"),
            ),
            (
                "https://youtu.be/-ExampleId1?t=3",
                song("youtube", "-ExampleId1"),
            ),
            ("https://www.youtube.com/playlist?list=x", Some(Link::Other)),
            (
                "https://music.apple.com/de/album/x/1?i=100",
                song("apple", "100"),
            ),
            ("https://www.deezer.com/en/track/77", song("deezer", "77")),
            ("https://tidal.com/browse/track/77", song("tidal", "77")),
            ("https://example.org/track/77", None),
            ("Music/a.mp3", None),
        ] {
            assert_eq!(parse(text), link, "{text}");
        }
    }

    #[test]
    fn a_local_address_tells_names_and_length() {
        let text = "spotify:local:The+Example+Band::Caf%C3%A9+%26+C%2B:204";
        let Some(Link::Local(wanted)) = parse(text) else {
            panic!("no file");
        };
        assert_eq!(wanted.title, "Café & C+");
        assert_eq!(wanted.artists, ["The Example Band"]);
        assert_eq!(
            (wanted.album.as_str(), wanted.length_ms),
            ("", Some(204_000))
        );
    }

    #[test]
    fn codes_in_odd_shapes() {
        for (text, code) in [
            ("usex10300036", "USEX10300036"),
            ("US-EX1-03-00036", "USEX10300036"),
            ("US EX1 03 00036", "USEX10300036"),
            ("USEX10300036, USEX10300037", "USEX10300036"),
            ("exampleusers", ""),
            ("n/a", ""),
            ("", ""),
        ] {
            assert_eq!(isrc(text), code, "{text}");
        }
    }
}
