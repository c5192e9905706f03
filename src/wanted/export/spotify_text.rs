//! Text of one row a line: what spotify-backup writes, and lines of `Artist - Title` as people write them.

use super::NotTaken;
use super::links::{self, Link};
use super::out::{Out, clean, named, names};
use super::text::line;
use crate::music::Wanted;
use crate::wanted::{ListKind, MAX_LINE, TakenAlbum, TakenList, TakenRow, names::named as split};
use std::io::BufRead;

/// The first line.
pub(super) const FIRST: &str = "Playlists:";
/// The line above the albums.
const ALBUMS: &str = "Liked Albums:";
/// How the program calls the songs that are liked.
pub(super) const LIKED: &str = "Liked Songs";

/// Reads what spotify-backup writes as text.
pub(super) fn read(text: &mut dyn BufRead, out: &mut Out) -> Result<(), NotTaken> {
    let mut list = None;
    while let Some(bytes) = line(text, MAX_LINE).map_err(|error| NotTaken::of_io(&error))? {
        let said = String::from_utf8_lossy(&bytes);
        let is_head = [FIRST, ALBUMS].contains(&said.trim());
        if said.trim().is_empty() || is_head {
            continue;
        }
        // Five fields; a title with a tab has more, which is why they are counted from the right.
        let fields: Vec<&str> = said.rsplitn(5, '\t').collect();
        let [_, uri, album, artists, title] = fields[..] else {
            list = Some(out.list(head(&clean(&said))));
            continue;
        };
        out.step();
        let artists = names(artists.split(", ").map(clean));
        if album == "-" && !uri.contains(":track:") {
            out.album(TakenAlbum {
                title: clean(title),
                artists,
                external: Vec::new(),
            });
            continue;
        }
        let list = *list.get_or_insert_with(|| out.list(head(&out.stem.clone())));
        let mut row = match links::parse(uri) {
            Some(link @ (Link::Song(..) | Link::Episode(..) | Link::Local(_))) => link.row(),
            _ => None,
        }
        .unwrap_or_default();
        row.wanted.title = clean(title);
        row.wanted.artists = artists;
        row.wanted.album = clean(album);
        out.row(list, row);
    }
    Ok(())
}

/// The list of that name, as the program calls it.
pub(super) fn head(name: &str) -> TakenList {
    let kind = match name == LIKED {
        true => ListKind::Liked,
        false => ListKind::Playlist,
    };
    TakenList {
        kind,
        ..named("spotify", name)
    }
}

/// Reads lines of `Artist - Title`.
pub(super) fn read_lines(text: &mut dyn BufRead, out: &mut Out) -> Result<(), NotTaken> {
    let list = out.list(named("", &out.stem.clone()));
    while let Some(bytes) = line(text, MAX_LINE).map_err(|error| NotTaken::of_io(&error))? {
        let said = String::from_utf8_lossy(&bytes);
        if said.trim().is_empty() {
            continue;
        }
        out.step();
        let wanted = match bytes.len() > MAX_LINE {
            true => Wanted::default(),
            false => split(&clean(&said), None),
        };
        out.row(
            list,
            TakenRow {
                wanted,
                ..TakenRow::default()
            },
        );
    }
    Ok(())
}
