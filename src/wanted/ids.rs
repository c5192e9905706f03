//! What XSPF and JSPF share: URIs by which a track is known elsewhere, and the words for what they have no element for.
//! It never asks the network what a URI means.

use super::encoding::one_line;
use crate::music::Wanted;

/// The code of a recording, by the Music Ontology.
pub(super) const ISRC: &str = "http://purl.org/ontology/mo/isrc";
/// One of several performers, by Dublin Core: the formats have a single text for all of them.
pub(super) const ARTIST: &str = "http://purl.org/dc/elements/1.1/creator";

/// The service's name in [`Wanted::external`], and how its URIs begin; the first is the one that is written.
const SERVICES: [(&str, &[&str]); 2] = [
    (
        "musicbrainz",
        &[
            "https://musicbrainz.org/recording/",
            "http://musicbrainz.org/recording/",
        ],
    ),
    (
        "spotify",
        &["https://open.spotify.com/track/", "spotify:track:"],
    ),
];
/// The most ids that a row keeps.
pub(super) const MAX_IDS: usize = 16;
/// The longest id that is believed.
const MAX_ID: usize = 64;

/// Takes what an identifier says.
pub(super) fn learn_identifier(wanted: &mut Wanted, uri: &str) {
    let uri = uri.trim();
    if let Some(code) = ["urn:isrc:", "isrc:"]
        .iter()
        .find_map(|start| uri.strip_prefix(start))
    {
        return learn_isrc(wanted, code);
    }
    for (service, starts) in SERVICES {
        let Some(rest) = starts.iter().find_map(|start| uri.strip_prefix(start)) else {
            continue;
        };
        let id = rest.split(['?', '#', '/']).next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let fits = !id.is_empty() && id.len() <= MAX_ID && id.chars().all(plain);
        let known = (service.to_owned(), id.to_owned());
        if fits && wanted.external.len() < MAX_IDS && !wanted.external.contains(&known) {
            wanted.external.push(known);
        }
    }
}

/// Takes what a `meta` or an extension says, by its relation.
pub(super) fn learn_meta(wanted: &mut Wanted, artists: &mut Vec<String>, rel: &str, text: &str) {
    if rel == ARTIST && artists.len() < MAX_IDS {
        artists.extend(Some(one_line(text)).filter(|name| !name.is_empty()));
    } else if rel.to_ascii_lowercase().ends_with("isrc") {
        learn_isrc(wanted, text);
    }
}

/// The performers: those named one by one, where together they are what the format's single text says.
pub(super) fn artists(creator: &str, named: Vec<String>) -> Vec<String> {
    let creator = one_line(creator);
    if named.len() > 1 && named.join(", ") == creator {
        return named;
    }
    Some(creator)
        .filter(|name| !name.is_empty())
        .into_iter()
        .collect()
}

/// The identifiers to write for a row.
pub(super) fn identifiers(wanted: &Wanted) -> Vec<String> {
    let uri = |(service, id): &(String, String)| {
        let (_, starts) = SERVICES.iter().find(|(name, _)| name == service)?;
        Some(format!("{}{id}", starts.first()?))
    };
    let again = |uri: &String| {
        let mut read = Wanted::default();
        learn_identifier(&mut read, uri);
        !read.external.is_empty()
    };
    wanted
        .external
        .iter()
        .filter_map(uri)
        .filter(again)
        .collect()
}

/// What is written as `meta`, by its relation.
pub(super) fn metas(wanted: &Wanted) -> Vec<(&'static str, String)> {
    let names: Vec<String> = clean_artists(wanted);
    let several = names.len() > 1;
    let artists = names.into_iter().filter(|_| several);
    let isrc = Some(wanted.isrc.clone()).filter(|code| !code.is_empty());
    artists
        .map(|name| (ARTIST, name))
        .chain(isrc.map(|code| (ISRC, code)))
        .collect()
}

/// The performers on one line each.
pub(super) fn clean_artists(wanted: &Wanted) -> Vec<String> {
    wanted
        .artists
        .iter()
        .map(|name| one_line(name))
        .filter(|name| !name.is_empty())
        .collect()
}

fn learn_isrc(wanted: &mut Wanted, text: &str) {
    let code: String = text
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(MAX_ID)
        .collect();
    if wanted.isrc.is_empty() && code.len() == 12 {
        wanted.isrc = code.to_ascii_uppercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_identifiers_say() {
        let mut wanted = Wanted::default();
        for uri in [
            "https://musicbrainz.org/recording/0b1c-x",
            "http://musicbrainz.org/recording/0b1c-x",
            "spotify:track:4Example?si=1",
            "https://open.spotify.com/track/",
            "https://open.spotify.com/track/a b",
            "urn:isrc:us-ex1-03-00036",
            "isrc:USEX10300037",
            "http://elsewhere/1",
        ] {
            learn_identifier(&mut wanted, uri);
        }
        let id = |service: &str, id: &str| (service.to_owned(), id.to_owned());
        assert_eq!(
            wanted.external,
            [id("musicbrainz", "0b1c-x"), id("spotify", "4Example")]
        );
        assert_eq!(wanted.isrc, "USEX10300036");
        assert_eq!(
            identifiers(&wanted),
            [
                "https://musicbrainz.org/recording/0b1c-x",
                "https://open.spotify.com/track/4Example"
            ]
        );
    }

    #[test]
    fn several_performers_only_where_they_make_the_text() {
        let two = || vec!["A".to_owned(), "B".to_owned()];
        assert_eq!(artists("A, B", two()), ["A", "B"]);
        assert_eq!(artists("A & B", two()), ["A & B"]);
        assert_eq!(artists("", vec![]), Vec::<String>::new());
    }
}
