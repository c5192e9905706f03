//! What is known of each streaming client on the bus, as data: what its track ids mean, what its position is worth, what it
//! means when its name goes. A person's own profiles stand before those that are built in. It watches nobody.
//!
//! Sources: what clients show was read in the source of spotifyd (f31ca1b), librespot (61f517b), spotify-player, ncspot and
//! Chromium, and in the issues of those and of playerctl, spotblock-rs, tidal-hifi and omarchy-spotify.

use super::ids;

/// How every client's name on the bus begins.
pub const BUS: &str = "org.mpris.MediaPlayer2.";
/// Names that repeat what another client shows, or what a telephone does: nothing is heard because of them.
const ECHOES: [&str; 3] = ["playerctld", "kdeconnect", "plasma-browser-integration"];

/// What a client's position is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// It stands where the sound stands.
    Real,
    /// It is worked out from the time, and goes on in silence.
    WallClock,
    /// It is 0, or moves now and then.
    Zero,
    /// There is none.
    Unsupported,
}

/// What is known of one client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    /// As people know it.
    pub name: String,
    /// What follows `org.mpris.MediaPlayer2.`, with or without `.instance…` behind it; small and large letters are the same.
    pub bus: Vec<String>,
    /// The service that it plays from, by name; empty: its addresses tell, or nothing does.
    pub service: String,
    /// How its track ids begin, and the service's word in external ids.
    pub ids: Vec<(String, String)>,
    /// What its position is worth.
    pub position: Position,
    /// A position that moves on means that it sounds, and one that stands that it does not.
    pub trusts_progress: bool,
    /// Samples that are not 0 mean that it sounds, and samples that are that it does not.
    pub trusts_sound: bool,
    /// Whether silence can be told from a gap; where not, and its service answers, the person is asked.
    pub tells_silence: bool,
    /// Its name leaves the bus when it has lost its service.
    pub vanish_is_disconnect: bool,
    /// How the track ids of advertisements begin.
    pub ads: Vec<String>,
    /// How those of podcasts begin.
    pub episodes: Vec<String>,
    /// All artists are one text, with `, ` between them.
    pub artist_joined: bool,
    /// Titles that name no song.
    pub blank_titles: Vec<String>,
    /// It plays all sorts of things, of which music is one.
    pub is_browser: bool,
}

impl Profile {
    /// One of which nothing is known but its name.
    pub fn bare(name: &str, bus: &[&str], service: &str) -> Self {
        Self {
            name: name.into(),
            bus: owned(bus),
            service: service.into(),
            ids: Vec::new(),
            position: Position::Unsupported,
            trusts_progress: false,
            trusts_sound: true,
            tells_silence: true,
            vanish_is_disconnect: false,
            ads: Vec::new(),
            episodes: Vec::new(),
            artist_joined: false,
            blank_titles: Vec::new(),
            is_browser: false,
        }
    }

    /// Whether a name on the bus is this client's.
    pub fn is_of(&self, client: &str) -> bool {
        let rest = client.strip_prefix(BUS).unwrap_or(client).as_bytes();
        let fits = |bus: &String| {
            let (bus, end) = (bus.as_bytes(), rest.get(bus.len()));
            let head = rest.get(..bus.len());
            head.is_some_and(|head| head.eq_ignore_ascii_case(bus))
                && matches!(end, None | Some(b'.'))
        };
        self.bus.iter().any(fits)
    }

    fn position(mut self, position: Position) -> Self {
        self.position = position;
        self.trusts_progress = position == Position::Real;
        self
    }

    fn of_spotify(mut self, path: &str) -> Self {
        let id = |start: String| (start, "spotify".to_owned());
        self.ids = vec![id(format!("{path}/track/")), id("spotify:track:".into())];
        let forms = |kind: &str| {
            let starts = ["/com/spotify/", "/spotify/", "spotify:"];
            let end = |start: &str| if start.starts_with('/') { "/" } else { ":" };
            starts
                .map(|start| format!("{start}{kind}{}", end(start)))
                .to_vec()
        };
        self.ads = forms("ad");
        self.episodes = forms("episode");
        self
    }

    fn browser(mut self) -> Self {
        self.is_browser = true;
        self.tells_silence = false;
        self
    }
}

/// The clients that are known here. More of them at the head of the list win.
pub fn built_in() -> Vec<Profile> {
    use Position::{Real, Unsupported, WallClock, Zero};
    let bare = Profile::bare;
    let mut all = vec![
        // Its position was 0 for ten years and is true since 2022: one that never moves is not believed (see `progress`).
        bare("Spotify", &["spotify"], "Spotify")
            .of_spotify("/com/spotify")
            .position(Real),
        bare("ncspot", &["ncspot"], "Spotify")
            .of_spotify("/spotify")
            .position(WallClock),
        bare("psst", &["psst"], "Spotify")
            .of_spotify("/spotify")
            .position(Zero),
        bare("Cider", &["cider", "sidra"], "Apple Music").position(Real),
        bare("TIDAL Hi-Fi", &["tidal-hifi"], "Tidal").position(Zero),
        bare("Deezer", &["deezer"], "Deezer").position(Zero),
        bare(
            "YouTube Music",
            &["YoutubeMusic", "youtube-music"],
            "YouTube Music",
        )
        .position(Real),
        // The person's own server: none of the built-in services.
        bare("Plexamp", &["plexamp"], "").position(Real),
        // Positions are worked out from the time, ten times a second; there is no address of what plays.
        bare(
            "Chromium",
            &[
                "chromium",
                "chrome",
                "google-chrome",
                "brave",
                "vivaldi",
                "msedge",
            ],
            "",
        )
        .position(WallClock)
        .browser(),
    ];
    let mut spotifyd = bare("spotifyd", &["spotifyd"], "Spotify")
        .of_spotify("/spotify")
        .position(WallClock);
    spotifyd.vanish_is_disconnect = true;
    // Frozen between the looks of its own poller; its track id is always `/`.
    let mut player = bare("spotify-player", &["spotify_player"], "Spotify").position(Zero);
    player.artist_joined = true;
    let mut firefox = bare("Firefox", &["firefox", "librewolf", "zen"], "")
        .position(Unsupported)
        .browser();
    firefox.blank_titles = owned(&["Firefox is playing media", "LibreWolf is playing media"]);
    all.extend([spotifyd, player, firefox]);
    all
}

/// Those of a person's own, and behind them the built-in ones of other names.
pub fn known(own: &[Profile]) -> Vec<Profile> {
    let is_own = |name: &str| own.iter().any(|one| one.name == name);
    let others = built_in().into_iter().filter(|one| !is_own(&one.name));
    own.iter().cloned().chain(others).collect()
}

/// The services whose pages browsers play, by host.
pub(super) const HOSTS: [(&str, &str); 8] = [
    ("open.spotify.com", "Spotify"),
    ("music.apple.com", "Apple Music"),
    ("music.youtube.com", "YouTube Music"),
    ("tidal.com", "Tidal"),
    ("listen.tidal.com", "Tidal"),
    ("desktop.tidal.com", "Tidal"),
    ("deezer.com", "Deezer"),
    ("soundcloud.com", "SoundCloud"),
];

/// Whether a name on the bus only repeats what another one shows.
pub(super) fn is_echo(client: &str) -> bool {
    let rest = client.strip_prefix(BUS).unwrap_or(client);
    ECHOES.iter().any(|echo| rest.starts_with(echo))
}

/// The service of an address, of those that are given and then of those that are known.
pub(super) fn service_of_page<'a>(url: &str, given: &'a [ServiceOf]) -> Option<&'a str> {
    let (host, _) = ids::host(url)?;
    let of_given = given
        .iter()
        .find(|service| service.hosts.iter().any(|its| its == host));
    let of_known = || {
        HOSTS
            .iter()
            .find(|(known, _)| *known == host)
            .map(|(_, name)| *name)
    };
    of_given
        .map(|service| service.service.as_str())
        .or_else(of_known)
}

/// Who plays from a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServiceOf {
    /// The service's name.
    pub service: String,
    /// What its clients are called behind `org.mpris.MediaPlayer2.`.
    pub clients: Vec<String>,
    /// Hosts of its pages, without `www.`.
    pub hosts: Vec<String>,
}

fn owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name_of(client: &str) -> Option<String> {
        let known = built_in();
        known
            .into_iter()
            .find(|profile| profile.is_of(client))
            .map(|profile| profile.name)
    }

    #[test]
    fn names_on_the_bus_in_every_form() {
        for (client, name) in [
            ("org.mpris.MediaPlayer2.spotify", Some("Spotify")),
            (
                "org.mpris.MediaPlayer2.spotify.instance1234",
                Some("Spotify"),
            ),
            (
                "org.mpris.MediaPlayer2.spotifyd.instance77",
                Some("spotifyd"),
            ),
            (
                "org.mpris.MediaPlayer2.spotify_player",
                Some("spotify-player"),
            ),
            (
                "org.mpris.MediaPlayer2.firefox.instance_1_25",
                Some("Firefox"),
            ),
            ("org.mpris.MediaPlayer2.Deezer", Some("Deezer")),
            ("org.mpris.MediaPlayer2.Cider.instance_1", Some("Cider")),
            ("org.mpris.MediaPlayer2.vlc", None),
            ("org.mpris.MediaPlayer2.", None),
            ("", None),
        ] {
            assert_eq!(name_of(client).as_deref(), name, "{client}");
        }
        assert!(
            is_echo("org.mpris.MediaPlayer2.playerctld")
                && !is_echo("org.mpris.MediaPlayer2.spotify")
        );
    }

    #[test]
    fn pages_tell_their_service() {
        let own = [ServiceOf {
            service: "Qobuz".into(),
            clients: vec![],
            hosts: vec!["play.qobuz.com".into()],
        }];
        assert_eq!(
            service_of_page("https://play.qobuz.com/album/1", &own),
            Some("Qobuz")
        );
        assert_eq!(
            service_of_page("https://www.deezer.com/", &own),
            Some("Deezer")
        );
        assert_eq!(service_of_page("https://example.org/", &own), None);
        assert_eq!(service_of_page("", &own), None);
    }
}
