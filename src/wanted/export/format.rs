//! The formats by name. What they hold stands with their readers.

/// What a file was recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A line each, an address of a song at a service.
    Links,
    /// M3U, M3U8 and bare lists of paths.
    M3u,
    /// PLS.
    Pls,
    /// XSPF.
    Xspf,
    /// JSPF.
    Jspf,
    /// `Library.xml` of iTunes and Music.
    AppleXml,
    /// `Playlist1.json`.
    SpotifyPlaylists,
    /// What spotify-backup writes as JSON.
    SpotifyBackup,
    /// What spotify-backup writes as text.
    SpotifyBackupText,
    /// `YourLibrary.json`.
    SpotifyLibrary,
    /// `StreamingHistory_music_0.json`.
    SpotifyHistory,
    /// `Streaming_History_Audio_2024_1.json`.
    SpotifyExtended,
    /// A page of the Web API, old or new.
    SpotifyApi,
    /// `Apple Music Library Tracks.json`.
    AppleTracks,
    /// `Apple Music Library Playlists.json`.
    ApplePlaylists,
    /// `Apple Music Play Activity.csv`.
    AppleActivity,
    /// `Apple Music - Recently Played Tracks.csv`.
    AppleRecent,
    /// Listens of ListenBrainz, a line each.
    ListenBrainz,
    /// TuneMyMusic.
    TuneMyMusic,
    /// exportify.app.
    Exportify,
    /// exportify.net.
    ExportifyNet,
    /// YouTube Music's songs in a Takeout.
    TakeoutSongs,
    /// A playlist in a Takeout.
    TakeoutPlaylist,
    /// The list of playlists in a Takeout, which has their titles.
    TakeoutTitles,
    /// What was watched, in a Takeout, as HTML.
    WatchHistory,
    /// What was watched, in a Takeout, as JSON.
    WatchHistoryJson,
    /// A playlist of iTunes or Music as text.
    ItunesText,
    /// Soundiiz.
    Soundiiz,
    /// Roon.
    Roon,
    /// A backup tool for Yandex Music.
    Yandex,
    /// Deezer's data export, a spreadsheet.
    Deezer,
    /// What tools write of a Last.fm or Libre.fm account.
    LastFm,
    /// `.scrobbler.log` of portable players.
    Scrobbler,
    /// Any table that has titles and performers.
    Csv,
    /// A line each, `Artist - Title`.
    Lines,
    /// Any JSON with a list of objects that have a title and an artist.
    Json,
}

/// Each with its word for `--as` and its name as people read it.
const NAMES: &[(Format, &str, &str)] = &[
    (Format::Links, "links", "list of links"),
    (Format::M3u, "m3u", "M3U"),
    (Format::Pls, "pls", "PLS"),
    (Format::Xspf, "xspf", "XSPF"),
    (Format::Jspf, "jspf", "JSPF"),
    (Format::AppleXml, "itunes-xml", "iTunes library"),
    (
        Format::SpotifyPlaylists,
        "spotify-playlists",
        "Spotify account data, playlists",
    ),
    (Format::SpotifyBackup, "spotify-backup", "spotify-backup"),
    (
        Format::SpotifyBackupText,
        "spotify-backup-text",
        "spotify-backup, text",
    ),
    (
        Format::SpotifyLibrary,
        "spotify-library",
        "Spotify account data, library",
    ),
    (
        Format::SpotifyHistory,
        "spotify-history",
        "Spotify streaming history",
    ),
    (
        Format::SpotifyExtended,
        "spotify-extended",
        "Spotify extended streaming history",
    ),
    (
        Format::SpotifyApi,
        "spotify-api",
        "page of Spotify's Web API",
    ),
    (Format::AppleTracks, "apple-tracks", "Apple Music library"),
    (
        Format::ApplePlaylists,
        "apple-playlists",
        "Apple Music playlists",
    ),
    (
        Format::AppleActivity,
        "apple-activity",
        "Apple Music play activity",
    ),
    (
        Format::AppleRecent,
        "apple-recent",
        "Apple Music recently played",
    ),
    (Format::ListenBrainz, "listenbrainz", "ListenBrainz listens"),
    (Format::TuneMyMusic, "tunemymusic", "TuneMyMusic"),
    (Format::Exportify, "exportify", "Exportify (exportify.app)"),
    (
        Format::ExportifyNet,
        "exportify-net",
        "Exportify (exportify.net)",
    ),
    (Format::TakeoutSongs, "takeout-songs", "YouTube Music songs"),
    (
        Format::TakeoutPlaylist,
        "takeout-playlist",
        "YouTube playlist",
    ),
    (
        Format::TakeoutTitles,
        "takeout-titles",
        "list of YouTube playlists",
    ),
    (
        Format::WatchHistory,
        "takeout-history",
        "YouTube watch history",
    ),
    (
        Format::WatchHistoryJson,
        "takeout-history-json",
        "YouTube watch history, JSON",
    ),
    (Format::ItunesText, "itunes-text", "iTunes playlist, text"),
    (Format::Soundiiz, "soundiiz", "Soundiiz"),
    (Format::Roon, "roon", "Roon"),
    (Format::Yandex, "yandex", "Yandex Music backup"),
    (Format::Deezer, "deezer", "Deezer data export"),
    (Format::LastFm, "lastfm", "Last.fm listenings"),
    (Format::Scrobbler, "scrobbler", "scrobbler log"),
    (Format::Csv, "csv", "table with titles and artists"),
    (Format::Lines, "lines", "lines of artist and title"),
    (Format::Json, "json", "JSON with titles and artists"),
];

impl Format {
    /// Every format.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.iter().map(|(format, _, _)| *format)
    }

    /// The format of a word that `--as` takes.
    pub fn of_word(word: &str) -> Option<Self> {
        let found = NAMES.iter().find(|(_, known, _)| *known == word);
        found.map(|(format, _, _)| *format)
    }

    /// The word that `--as` takes.
    pub fn word(self) -> &'static str {
        self.entry().1
    }

    /// The name as people read it.
    pub fn name(self) -> &'static str {
        self.entry().2
    }

    fn entry(self) -> &'static (Self, &'static str, &'static str) {
        let found = NAMES.iter().find(|(format, _, _)| *format == self);
        found.unwrap_or(&NAMES[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_has_a_word_of_its_own() {
        let words: BTreeSet<_> = Format::all().map(Format::word).collect();
        assert_eq!(words.len(), NAMES.len());
        for format in Format::all() {
            assert_eq!(Format::of_word(format.word()), Some(format));
        }
        assert_eq!(Format::of_word("vinyl"), None);
        assert_eq!(Format::Lines.name(), "lines of artist and title");
    }
}
