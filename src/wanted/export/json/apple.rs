//! What Apple hands out by its privacy page: the library's songs, and playlists which name them by number.

use super::super::NotTaken;
use super::super::links;
use super::super::out::{Out, named, names};
use super::super::text::Utf8;
use super::rows;
use super::said::Said;
use crate::music::Wanted;
use crate::wanted::{ListKind, RowKind, TakenList, TakenRow};
use serde::Deserialize;

const SERVICE: &str = "apple";
/// A number of one library alone, by which its playlists name its songs.
const IN_LIBRARY: &str = "apple-library";

/// `Apple Music Library Tracks.json`
pub(super) fn tracks(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let list = out.list(TakenList {
        kind: ListKind::Library,
        ..named(SERVICE, "")
    });
    rows(text, out, &mut |track: Track, out| track.put(list, out))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Track {
    #[serde(rename = "Content Type")]
    kind: Said,
    #[serde(rename = "Track Identifier")]
    number: Said,
    #[serde(rename = "Apple Music Track Identifier")]
    id: Said,
    #[serde(rename = "Title")]
    title: Said,
    #[serde(rename = "Artist")]
    artist: Said,
    #[serde(rename = "Album")]
    album: Said,
    #[serde(rename = "Track Number On Album")]
    track: Said,
    #[serde(rename = "Disc Number Of Album")]
    disc: Said,
    #[serde(rename = "Track Duration")]
    length: Said,
    #[serde(rename = "Date Added To Library")]
    added: Said,
}

impl Track {
    fn put(&self, list: usize, out: &mut Out) {
        let said = self.kind.text().to_ascii_lowercase();
        let kind = match said.as_str() {
            kind if kind.contains("podcast") => RowKind::Episode,
            kind if kind.contains("book") => RowKind::Audiobook,
            kind if kind.contains("video") || kind.contains("movie") => return out.other(),
            _ => RowKind::Track,
        };
        let mut wanted = Wanted {
            title: self.title.text(),
            artists: names([self.artist.text()]),
            album: self.album.text(),
            track: self.track.ordinal(),
            disc: self.disc.ordinal(),
            length_ms: self.length.ms(),
            ..Wanted::default()
        };
        links::learn(&mut wanted, SERVICE, &self.id.text());
        links::learn(&mut wanted, IN_LIBRARY, &self.number.text());
        out.learn(&wanted);
        out.row(
            list,
            TakenRow {
                wanted,
                kind,
                added_at_ms: self.added.at_ms(),
                ..TakenRow::default()
            },
        );
    }
}

/// `Apple Music Library Playlists.json`
pub(super) fn playlists(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    rows(text, out, &mut |playlist: Playlist, out| playlist.put(out))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Playlist {
    #[serde(rename = "Container Type")]
    kind: Said,
    #[serde(rename = "Container Identifier")]
    id: Said,
    #[serde(rename = "Title")]
    title: Said,
    #[serde(rename = "Description")]
    description: Said,
    #[serde(rename = "Playlist Item Identifiers")]
    items: Option<Vec<Said>>,
}

impl Playlist {
    fn put(self, out: &mut Out) {
        let is_folder = self.kind.text().to_ascii_lowercase().contains("folder");
        if is_folder || (self.items.is_none() && !self.title.is_there()) {
            return out.other();
        }
        let list = out.list(TakenList {
            id: self.id.text(),
            description: self.description.text(),
            ..named(SERVICE, &self.title.text())
        });
        for item in self.items.unwrap_or_default() {
            out.step();
            let mut wanted = Wanted::default();
            links::learn(&mut wanted, IN_LIBRARY, &item.text());
            out.row(
                list,
                TakenRow {
                    wanted,
                    ..TakenRow::default()
                },
            );
        }
    }
}
