//! What a person's export holds, as it is handed on piece by piece: playlists, what was heard elsewhere, songs that are known
//! by an id, and what is not to be played. A reader holds no more than one piece of it; nothing here names the person.

use super::adopt::Marked;
use crate::music::Wanted;
use serde::{Deserialize, Serialize};

/// The services and players, as they are named in [`Wanted::external`] and to people.
const SERVICES: [(&str, &str); 17] = [
    ("spotify", "Spotify"),
    ("apple", "Apple Music"),
    ("youtube", "YouTube Music"),
    ("deezer", "Deezer"),
    ("tidal", "Tidal"),
    ("soundcloud", "SoundCloud"),
    ("listenbrainz", "ListenBrainz"),
    ("lastfm", "Last.fm"),
    ("yandex", "Yandex Music"),
    ("mpd", "MPD"),
    ("beets", "beets"),
    ("rhythmbox", "Rhythmbox"),
    ("strawberry", "Strawberry"),
    ("clementine", "Clementine"),
    ("quodlibet", "Quod Libet"),
    ("cmus", "cmus"),
    ("navidrome", "Navidrome"),
];

/// A service's name for people; of one that is not known its own.
pub fn service_words(service: &str) -> &str {
    let known = SERVICES.iter().find(|(name, _)| *name == service);
    match known {
        Some((_, words)) => words,
        None if service.is_empty() => "imported",
        None => service,
    }
}

/// Takes what a reader finds, in the order of the export. A song that is known by an id may come before or after the rows
/// that have the id alone.
pub trait Taker {
    /// A playlist, or a part of one whose rows stand in several files: those of one service and id, or of one service and
    /// name where there is none, go together.
    fn list(&mut self, list: TakenList);
    /// A listening.
    fn heard(&mut self, heard: HeardElsewhere);
    /// Names, length and codes of something that has an id. Rows and listenings that have an id and names tell as much
    /// themselves, and are not told again here.
    fn known(&mut self, known: Known);
    /// Something that the person never wants to hear.
    fn banned(&mut self, banned: Banned);
    /// An album that the person keeps in the service's library.
    fn album(&mut self, album: TakenAlbum);
    /// What is kept of a song of the person's own: stars, counts, dates. An import leaves it; see `adopt`.
    fn marked(&mut self, _: Marked) {}
}

/// What a list of an export is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListKind {
    /// A playlist.
    #[default]
    Playlist,
    /// Songs that the person likes, which have no name of their own.
    Liked,
    /// The songs that the person has in the service's library.
    Library,
}

/// A list of an export.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakenList {
    /// What it is.
    pub kind: ListKind,
    /// The service's name as in [`Wanted::external`] (`spotify`, `apple`, `youtube`, `deezer` …), or empty.
    pub service: String,
    /// Its id there, or empty.
    pub id: String,
    /// Its name, or the stem of its file where the format loses it; empty for those that have none.
    pub name: String,
    /// What the person wrote about it.
    pub description: String,
    /// The file that it stands in, as it was named to the reader; a member of a container behind its `/`.
    pub file: String,
    /// Its rows in order, those that are no songs too.
    pub rows: Vec<TakenRow>,
}

/// A row of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakenRow {
    /// What it means.
    pub wanted: Wanted,
    /// What kind of thing it is.
    pub kind: RowKind,
    /// When the person put it there, in ms since 1970.
    pub added_at_ms: Option<i64>,
    /// It means a file of the person's own and no recording of a service.
    pub is_local: bool,
    /// Where the file lies, as the list has it: see [`Row::paths`](super::Row::paths).
    pub paths: Vec<Vec<u8>>,
}

/// What kind of thing a row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// A song.
    #[default]
    Track,
    /// An episode of a podcast.
    Episode,
    /// An audiobook, or a chapter of one.
    Audiobook,
}

/// An album of an export's library.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TakenAlbum {
    /// Its name.
    pub title: String,
    /// Its performers.
    pub artists: Vec<String>,
    /// Its ids, as (service, id): an album's, which may look like a song's.
    pub external: Vec<(String, String)>,
}

/// That something was heard elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HeardElsewhere {
    /// When it ended, in ms since 1970; when it began, where a format tells that and not how long it sounded.
    pub at_ms: i64,
    /// How long it sounded, in ms; `None` where the format tells that it was heard and not how long.
    pub ms: Option<u64>,
    /// What.
    pub wanted: Wanted,
    /// What kind of thing it is.
    pub kind: RowKind,
    /// The service's name, or empty.
    pub service: String,
    /// Whether the person jumped on, where the format tells.
    pub skipped: Option<bool>,
}

/// What is known of something that has an id in [`Wanted::external`]; without one there is nothing to know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    /// Its ids, names, length and codes, as far as the file tells them.
    pub wanted: Wanted,
}

/// What the person never wants to hear.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Banned {
    /// A recording.
    Song(Wanted),
    /// All of an artist, by name.
    Artist(String),
}
