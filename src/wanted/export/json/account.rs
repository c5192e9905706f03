//! Spotify's account data: playlists and library.

use super::super::NotTaken;
use super::super::links::{self, Link};
use super::super::out::{Out, clean, named, names};
use super::super::text::Utf8;
use super::said::Said;
use super::{each, row, value, walk};
use crate::wanted::{Banned, ListKind, RowKind, TakenAlbum, TakenList, TakenRow};
use serde::Deserialize;
use serde_json::Value;

pub(super) const SERVICE: &str = "spotify";

/// `Playlist1.json`
pub(super) fn playlists(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    walk(text, out, &mut |piece, out| {
        if piece.key == "playlists" && piece.in_list {
            playlist(piece.bytes, out);
        }
    })
}

/// A playlist; its name may stand behind its rows.
fn playlist(bytes: &[u8], out: &mut Out) {
    let mut head = named(SERVICE, "");
    let mut items = Vec::new();
    let most = bytes.len();
    let is_whole = each(
        &mut &*bytes,
        most,
        &mut |piece| match (piece.key, piece.in_list) {
            ("name", false) => head.name = value(piece.bytes).text(),
            ("description", false) => head.description = value(piece.bytes).text(),
            ("items", true) => items.push(piece.bytes.to_vec()),
            _ => {}
        },
    );
    if bytes.is_empty()
        || (!matches!(is_whole, Ok(true)) && head.name.is_empty() && items.is_empty())
    {
        out.step();
        return out.unreadable();
    }
    let list = out.list(head);
    for item in items {
        row(&item, out, &mut |item: Item, out| item.put(list, out));
    }
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    track: Option<Track>,
    episode: Option<Episode>,
    audiobook: Option<Audiobook>,
    local_track: Option<Value>,
    added_date: Said,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Track {
    track_name: Said,
    artist_name: Said,
    album_name: Said,
    track_uri: Said,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Episode {
    episode_name: Said,
    show_name: Said,
    episode_uri: Said,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct Audiobook {
    audiobook_name: Said,
    audiobook_author: Said,
    audiobook_uri: Said,
}

impl Item {
    fn put(self, list: usize, out: &mut Out) {
        let added_at_ms = self.added_date.at_ms();
        let taken = if let Some(track) = self.track {
            let album = track.album_name.text();
            of_names(
                &track.track_name,
                &track.artist_name,
                album,
                &track.track_uri,
            )
        } else if let Some(local) = self.local_track {
            local_row(&local)
        } else if let Some(one) = self.episode {
            let taken = of_names(
                &one.episode_name,
                &Said::Nothing,
                one.show_name.text(),
                &one.episode_uri,
            );
            TakenRow {
                kind: RowKind::Episode,
                ..taken
            }
        } else if let Some(one) = self.audiobook {
            let taken = of_names(
                &one.audiobook_name,
                &one.audiobook_author,
                String::new(),
                &one.audiobook_uri,
            );
            TakenRow {
                kind: RowKind::Audiobook,
                ..taken
            }
        } else {
            return out.other();
        };
        out.row(
            list,
            TakenRow {
                added_at_ms,
                ..taken
            },
        );
    }
}

/// A song by its names and its address.
pub(super) fn of_names(title: &Said, artist: &Said, album: String, uri: &Said) -> TakenRow {
    let link = links::parse(&uri.text()).and_then(Link::row);
    let mut taken = link.unwrap_or_default();
    let wanted = &mut taken.wanted;
    if title.is_there() {
        wanted.title = title.text();
    }
    if artist.is_there() {
        wanted.artists = names([artist.text()]);
    }
    if !album.is_empty() {
        wanted.album = album;
    }
    taken
}

/// The shape of one was never seen: what looks like an address of a file, or like names, is taken.
fn local_row(local: &Value) -> TakenRow {
    let text = |value: &Value| Said::Text(value.as_str().map(clean).unwrap_or_default());
    let field = |keys: &[&str]| {
        text(
            keys.iter()
                .find_map(|key| local.get(key))
                .unwrap_or(&Value::Null),
        )
    };
    let uri = match local {
        Value::String(_) => text(local),
        _ => field(&["uri", "trackUri", "localTrackUri"]),
    };
    let album = field(&["albumName", "album"]).text();
    let taken = of_names(
        &field(&["trackName", "name", "title"]),
        &field(&["artistName", "artist"]),
        album,
        &uri,
    );
    TakenRow {
        is_local: true,
        ..taken
    }
}

/// `YourLibrary.json`
pub(super) fn library(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let mut liked = None;
    walk(text, out, &mut |piece, out| {
        if !piece.in_list {
            return;
        }
        let key = piece.key.to_owned();
        row(
            piece.bytes,
            out,
            &mut |kept: Kept, out| match key.as_str() {
                "tracks" => {
                    let list = *liked.get_or_insert_with(|| {
                        out.list(TakenList {
                            kind: ListKind::Liked,
                            ..named(SERVICE, "")
                        })
                    });
                    out.row(list, kept.row());
                }
                "albums" => out.album(TakenAlbum {
                    title: kept.album.text(),
                    artists: names([kept.artist.text()]),
                    external: kept.id("album"),
                }),
                "bannedTracks" => out.banned(Banned::Song(kept.row().wanted)),
                "bannedArtists" => out.banned(Banned::Artist(kept.name.text())),
                "episodes" => out.report.counts.episodes += 1,
                _ => out.other(),
            },
        );
    })
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Kept {
    artist: Said,
    album: Said,
    track: Said,
    name: Said,
    uri: Said,
}

impl Kept {
    fn row(&self) -> TakenRow {
        of_names(&self.track, &self.artist, self.album.text(), &self.uri)
    }

    fn id(&self, kind: &str) -> Vec<(String, String)> {
        let uri = self.uri.text();
        let id = uri.strip_prefix(&format!("spotify:{kind}:"));
        id.map(|id| (SERVICE.to_owned(), id.to_owned()))
            .into_iter()
            .collect()
    }
}
