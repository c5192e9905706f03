//! Spotify's Web API as people save it, page by page, by its old and its new names; and what spotify-backup makes of it.

use super::super::links::{self, Link};
use super::super::out::{Out, named, names};
use super::super::text::Utf8;
use super::super::{NotTaken, spotify_text};
use super::said::Said;
use super::{each, row, value, walk};
use crate::music::Wanted;
use crate::wanted::{ListKind, RowKind, TakenAlbum, TakenList, TakenRow};
use serde::Deserialize;

const SERVICE: &str = "spotify";

/// A page of rows, or a playlist with its first page. What tells of the list may stand behind its rows; a page has 100 at
/// most, so that they can wait.
pub(super) fn page(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    let mut page = Page::default();
    walk(text, out, &mut |piece, _| {
        page.take(piece.key, piece.in_list, piece.bytes);
    })?;
    page.put(out);
    Ok(())
}

/// What spotify-backup writes.
pub(super) fn backup(text: &mut Utf8, out: &mut Out) -> Result<(), NotTaken> {
    walk(
        text,
        out,
        &mut |piece, out| match (piece.key, piece.in_list) {
            ("playlists", true) => {
                let mut page = Page::of(piece.bytes);
                page.is_playlist = true;
                if page.is_empty() {
                    out.step();
                    return out.unreadable();
                }
                page.put(out);
            }
            ("albums", true) => row(piece.bytes, out, &mut |kept: KeptAlbum, out| kept.put(out)),
            _ => {}
        },
    )
}

#[derive(Default)]
struct Page {
    name: String,
    description: String,
    id: String,
    href: String,
    total: Option<u64>,
    is_playlist: bool,
    rows: Vec<Vec<u8>>,
}

impl Page {
    fn of(bytes: &[u8]) -> Self {
        let mut page = Self::default();
        // Reading from memory does not fail.
        let _ = each(&mut &*bytes, bytes.len(), &mut |piece| {
            page.take(piece.key, piece.in_list, piece.bytes);
        });
        page
    }

    fn take(&mut self, key: &str, in_list: bool, bytes: &[u8]) {
        match (key, in_list) {
            ("items" | "tracks", true) => self.rows.push(bytes.to_vec()),
            ("items" | "tracks", false) => {
                let inner = Self::of(bytes);
                self.rows.extend(inner.rows);
                self.total = inner.total.or(self.total);
            }
            ("name", false) => self.name = value(bytes).text(),
            ("description", false) => self.description = value(bytes).text(),
            ("id", false) => self.id = value(bytes).text(),
            ("href", false) => self.href = value(bytes).text(),
            ("total", false) => self.total = value(bytes).number().map(|total| total as u64),
            _ => {}
        }
    }

    fn is_empty(&self) -> bool {
        self.name.is_empty() && self.id.is_empty() && self.rows.is_empty()
    }

    fn put(self, out: &mut Out) {
        let of_address = id_in(&self.href);
        let name = match self.name.as_str() {
            "" => out.stem.clone(),
            name => name.to_owned(),
        };
        let list = out.list(TakenList {
            kind: match () {
                () if self.href.contains("/me/tracks") => ListKind::Liked,
                () if self.is_playlist => spotify_text::head(&name).kind,
                () => ListKind::Playlist,
            },
            id: Some(self.id)
                .filter(|id| !id.is_empty())
                .unwrap_or(of_address),
            description: self.description,
            ..named(SERVICE, &name)
        });
        let there = self.rows.len() as u64;
        if !self.is_playlist && self.total.is_some_and(|total| total > there) {
            out.report.of = self.total;
        }
        for bytes in self.rows {
            row(&bytes, out, &mut |item: Item, out| item.put(list, out));
        }
    }
}

/// The playlist of `…/playlists/ID/tracks?offset=100`: its pages go together.
fn id_in(href: &str) -> String {
    let after = href.split_once("/playlists/").map(|(_, after)| after);
    let id = after.and_then(|after| after.split(['/', '?']).next());
    id.filter(|id| links::is_spotify_id(id))
        .unwrap_or_default()
        .to_owned()
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Item {
    #[serde(alias = "item")]
    track: Option<Track>,
    added_at: Said,
    is_local: Said,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Track {
    name: Said,
    artists: Option<Vec<Named>>,
    album: Option<Named>,
    show: Option<Named>,
    duration_ms: Said,
    disc_number: Said,
    track_number: Said,
    external_ids: Option<Codes>,
    uri: Said,
    id: Said,
    #[serde(rename = "type")]
    kind: Said,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Named {
    name: Said,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Codes {
    isrc: Said,
}

impl Item {
    fn put(self, list: usize, out: &mut Out) {
        // Songs that the service dropped are null.
        let Some(track) = self.track else {
            return out.other();
        };
        let link = links::parse(&track.uri.text());
        let is_episode = track.kind == Said::Text("episode".to_owned())
            || matches!(link, Some(Link::Episode(..)));
        let is_local = self.is_local.truth() == Some(true) || matches!(link, Some(Link::Local(_)));
        out.row(
            list,
            TakenRow {
                wanted: track.wanted(link),
                kind: match is_episode {
                    true => RowKind::Episode,
                    false => RowKind::Track,
                },
                added_at_ms: self.added_at.at_ms(),
                is_local,
                ..TakenRow::default()
            },
        );
    }
}

impl Track {
    fn wanted(self, link: Option<Link>) -> Wanted {
        let mut wanted = link.and_then(Link::row).unwrap_or_default().wanted;
        if wanted.external.is_empty() && links::is_spotify_id(&self.id.text()) {
            links::learn(&mut wanted, SERVICE, &self.id.text());
        }
        let artists = self.artists.unwrap_or_default();
        let artists = names(artists.iter().map(|artist| artist.name.text()));
        if self.name.is_there() {
            wanted.title = self.name.text();
        }
        if !artists.is_empty() {
            wanted.artists = artists;
        }
        if let Some(album) = self
            .album
            .or(self.show)
            .filter(|album| album.name.is_there())
        {
            wanted.album = album.name.text();
        }
        wanted.track = self.track_number.ordinal();
        wanted.disc = self.disc_number.ordinal();
        wanted.length_ms = self.duration_ms.ms().or(wanted.length_ms);
        wanted.isrc = links::isrc(&self.external_ids.unwrap_or_default().isrc.text());
        wanted
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct KeptAlbum {
    album: Option<Album>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Album {
    name: Said,
    artists: Option<Vec<Named>>,
    id: Said,
}

impl KeptAlbum {
    fn put(self, out: &mut Out) {
        let Some(album) = self.album else {
            return out.other();
        };
        let id = Some(album.id.text()).filter(|id| links::is_spotify_id(id));
        let artists = album.artists.unwrap_or_default();
        out.album(TakenAlbum {
            title: album.name.text(),
            artists: names(artists.iter().map(|artist| artist.name.text())),
            external: id.map(|id| (SERVICE.to_owned(), id)).into_iter().collect(),
        });
    }
}
