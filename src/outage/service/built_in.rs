//! The services that are built in, as a table: their clients on the bus, and the page that tells whether they answer.

use super::{Check, Host, Service, Target};

/// Name, clients, page, answers that are up, key of the JSON, whom to connect to.
type Row = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static [u16],
    Option<&'static str>,
    Option<(&'static str, u16)>,
);

/// Public pages that need no log-in and answer in a few bytes. An interface that wants to know who asks (401) is up, and so is
/// one that forbids it to whoever is nobody (403), where that is its answer to everybody. None of them was asked while this was
/// written: what each answers is what the source beside it says, so most take several answers for being up, and `[[service]]`
/// puts another page in its place.
const BUILT_IN: &[Row] = &[
    (
        // As clients ask it, with the same name to fall back to: librespot, core/src/apresolve.rs. It was 502 in the outage of
        // 2025-04-16: librespot issue 1489.
        "Spotify",
        &["spotify", "spotifyd", "spotify_player", "ncspot", "psst"],
        "https://apresolve.spotify.com/?type=accesspoint",
        &[200],
        Some("accesspoint"),
        Some(("ap.spotify.com", 443)),
    ),
    (
        // Where a developer's token is tried: Apple Music API, "Generating Developer Tokens". Whoever has none is refused; public
        // clients that try theirs read 200 and 401, Music Assistant among them.
        "Apple Music",
        &["cider", "apple-music"],
        "https://api.music.apple.com/v1/test",
        &[200, 401, 403],
        None,
        None,
    ),
    (
        // Empty (204); several public clients of YouTube Music ask it whether they are online.
        "YouTube Music",
        &["youtube-music", "YoutubeMusic", "ytmdesktop"],
        "https://music.youtube.com/generate_204",
        &[],
        None,
        None,
    ),
    (
        // Where clients look whether their log-in holds, python-tidal and Music Assistant among them; else 401: python-tidal issue
        // 111, mopidy-tidal issue 171.
        "Tidal",
        &["tidal-hifi"],
        "https://api.tidal.com/v1/sessions",
        &[200, 400, 401, 403, 404],
        None,
        None,
    ),
    (
        // Public clients ask it without a token, read `country_iso` in it, and take its 200 for the service being up.
        "Deezer",
        &["deezer", "deezer-desktop"],
        "https://api.deezer.com/infos",
        &[200],
        Some("country_iso"),
        None,
    ),
    (
        // Who is logged in: SoundCloud's "API Guide". Whoever is not is refused (401, as public clients read it).
        "SoundCloud",
        &["soundcloud"],
        "https://api.soundcloud.com/me",
        &[200, 401, 403, 404],
        None,
        None,
    ),
];

/// All of them.
pub(super) fn built_in() -> Vec<Service> {
    let service = |(name, mpris, url, up, json, connect): &Row| {
        let check = Check {
            up: up.to_vec(),
            json: json.map(str::to_owned),
            connect: connect.map(|(name, port)| Host {
                name: name.to_owned(),
                port,
            }),
            ..Check::of(Target::parse(url)?)
        };
        Some(Service {
            name: (*name).to_owned(),
            checks: vec![check],
            mpris: mpris.iter().map(|name| (*name).to_owned()).collect(),
        })
    };
    BUILT_IN.iter().filter_map(service).collect()
}
