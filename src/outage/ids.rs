//! What addresses and track ids of streaming services are the id of, in the words of the imports: a row of an imported list
//! is then found with no guessing. It opens no address.

/// The longest id that is believed, as in imports.
const MAX_ID: usize = 64;
/// The length of a YouTube id.
const YOUTUBE_ID: usize = 11;

/// What an address or a track id names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named<'a> {
    /// A song: service and id.
    Song(&'static str, &'a str),
    /// An episode of a podcast.
    Episode,
    /// An advertisement.
    Ad,
    /// Nothing that is known.
    Other,
}

/// The service word, and how addresses of songs look: each is (host, what stands before the id in the path or the query).
const PAGES: [(&str, &[&str], At); 6] = [
    (
        "spotify",
        &["open.spotify.com", "play.spotify.com"],
        At::Behind("track"),
    ),
    (
        "youtube",
        &["music.youtube.com", "youtube.com", "m.youtube.com"],
        At::Query("v"),
    ),
    ("youtube", &["youtu.be"], At::Last),
    ("apple", &["music.apple.com", "itunes.apple.com"], At::Apple),
    ("deezer", &["deezer.com"], At::Behind("track")),
    (
        "tidal",
        &["tidal.com", "listen.tidal.com", "desktop.tidal.com"],
        At::Behind("track"),
    ),
];

/// Where in an address the id stands.
#[derive(Clone, Copy)]
enum At {
    /// The part of the path behind this one.
    Behind(&'static str),
    /// This value of the query.
    Query(&'static str),
    /// The last part of the path.
    Last,
    /// `?i=` of an album's page, or the last part of a song's.
    Apple,
}

/// What an address names.
pub(super) fn page(url: &str) -> Named<'_> {
    let url = url.trim();
    if let Some(uri) = url.strip_prefix("spotify:") {
        return spotify(uri.split(':'));
    }
    let Some((host, rest)) = host(url) else {
        return Named::Other;
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let path = path.split('#').next().unwrap_or_default();
    let Some((service, _, at)) = PAGES.iter().find(|(_, hosts, _)| hosts.contains(&host)) else {
        return Named::Other;
    };
    let parts = || path.split('/').filter(|part| !part.is_empty());
    if parts().any(|part| part == "episode") {
        return Named::Episode;
    }
    if *service == "spotify" && parts().any(|part| part == "ad") {
        return Named::Ad;
    }
    let value = |name: &str| {
        let mut pairs = query
            .split(['&', '#'])
            .filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
    };
    let id = match at {
        At::Behind(word) => parts().skip_while(|part| part != word).nth(1),
        At::Query(name) => value(name),
        At::Last => parts().next_back(),
        At::Apple => value("i").or_else(|| {
            parts()
                .next_back()
                .filter(|_| parts().any(|part| part == "song"))
        }),
    };
    id.map_or(Named::Other, |id| song(service, id))
}

/// What Spotify's own words name: `track`, then an id, and the like, however they are parted.
pub(super) fn spotify<'a>(mut parts: impl Iterator<Item = &'a str>) -> Named<'a> {
    match (parts.next(), parts.next()) {
        (Some("track"), Some(id)) => song("spotify", id),
        (Some("episode"), _) => Named::Episode,
        (Some("ad"), _) => Named::Ad,
        _ => Named::Other,
    }
}

/// The song of that id, if it has the shape of one.
pub(super) fn song<'a>(service: &'static str, id: &'a str) -> Named<'a> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    let fits = !id.is_empty() && id.len() <= MAX_ID && id.bytes().all(plain);
    match fits && (service != "youtube" || id.len() == YOUTUBE_ID) {
        true => Named::Song(service, id),
        false => Named::Other,
    }
}

/// The host of an address, without `www.`, and what follows it.
pub(super) fn host(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.trim().split_once("://")?;
    let (host, rest) = rest.split_once('/').unwrap_or((rest, ""));
    scheme
        .starts_with("http")
        .then_some((host.strip_prefix("www.").unwrap_or(host), rest))
}
