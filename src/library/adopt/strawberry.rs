//! Strawberry and Clementine: one database, with the names that each has given to its columns. Stars are parts of 1, times are
//! seconds, lengths are ns, and what is not known is -1.

use super::foreign::{Foreign, bytes, number, ordinal, text};
use super::{AdoptError, Player};
use crate::music::Wanted;
use crate::wanted::adopt::{
    Adoptable, MAX_LISTS, MAX_ROWS_IN_ALL, Marked, Marks, count, seconds, stars,
};
use crate::wanted::{TakenList, TakenRow, paths_of_url};
use rusqlite::Row;
use std::path::Path;

/// What one of the two calls its columns.
pub struct Names {
    player: Player,
    /// Where a song lies, as a `file:` URL.
    url: &'static str,
    /// The song of a row of a playlist.
    song: &'static str,
    /// Where the file of such a row lies that is in no collection.
    row_url: &'static str,
}

pub const STRAWBERRY: Names = Names {
    player: Player::Strawberry,
    url: "url",
    song: "collection_id",
    row_url: "url",
};

pub const CLEMENTINE: Names = Names {
    player: Player::Clementine,
    url: "filename",
    song: "library_id",
    row_url: "filename",
};

pub fn read(path: &Path, names: &Names) -> Result<Adoptable, AdoptError> {
    let db = Foreign::open(path)?;
    let mut all = Adoptable::default();
    let Names { url, .. } = names;
    let sql = format!(
        "SELECT title, artist, album, track, disc, length, {url}, cue_path, rating, playcount, skipcount, lastplayed
         FROM songs ORDER BY rowid"
    );
    db.each(&sql, [], |row| {
        let (wanted, paths) = song(row);
        let marks = Marks {
            rating: stars(number(row, 8), 1.0),
            plays: count(number(row, 9) as i64),
            skips: count(number(row, 10) as i64),
            played_at_ms: seconds(number(row, 11)),
            ..Marks::default()
        };
        all.song(Marked {
            wanted,
            paths,
            marks,
        })
    })?;
    lists(&db, names, &mut all)?;
    db.end()?;
    Ok(all)
}

/// Title, artist, album, track, disc, length, URL and cue sheet. Of a track of a sheet the file is more than the song: its
/// names tell it.
fn song(row: &Row) -> (Wanted, Vec<Vec<u8>>) {
    let is_part = !text(row, 7).is_empty();
    let wanted = Wanted {
        title: text(row, 0),
        artists: Some(text(row, 1))
            .filter(|name| !name.is_empty())
            .into_iter()
            .collect(),
        album: text(row, 2),
        track: ordinal(row, 3),
        disc: ordinal(row, 4),
        length_ms: Some((number(row, 5) / 1e6) as u64).filter(|ms| *ms > 0),
        ..Wanted::default()
    };
    let paths = match is_part {
        true => Vec::new(),
        false => paths_of_url(&bytes(row, 6)),
    };
    (wanted, paths)
}

/// Playlists; those that are made anew by themselves are left.
fn lists(db: &Foreign, names: &Names, all: &mut Adoptable) -> Result<(), AdoptError> {
    let is_dynamic = db.columns("playlists")?.contains("dynamic_playlist_type");
    let own = match is_dynamic {
        // 0, nothing and an empty text are no kind.
        true => "WHERE coalesce(dynamic_playlist_type, '') IN ('', 0, '0')",
        false => "",
    };
    let mut heads = Vec::new();
    let sql = format!("SELECT rowid, name FROM playlists {own} ORDER BY rowid LIMIT {MAX_LISTS}");
    db.each(&sql, [], |row| {
        heads.push((number(row, 0) as i64, text(row, 1)));
        true
    })?;
    let Names {
        url,
        song: of,
        row_url,
        player,
    } = names;
    // What the collection knows of a row is newer than what the row kept.
    let sql = format!(
        "SELECT coalesce(songs.title, item.title), coalesce(songs.artist, item.artist), coalesce(songs.album, item.album),
            coalesce(songs.track, item.track), coalesce(songs.disc, item.disc), coalesce(songs.length, item.length),
            coalesce(songs.{url}, nullif(item.{row_url}, ''), item.url), coalesce(songs.cue_path, item.cue_path)
         FROM playlist_items AS item LEFT JOIN songs ON songs.rowid = item.{of}
         WHERE item.playlist = ?1 ORDER BY item.rowid"
    );
    let mut rows_in_all = 0;
    for (id, name) in heads {
        let mut rows = Vec::new();
        db.each(&sql, [id], |row| {
            let (wanted, paths) = song(row);
            rows_in_all += 1;
            if wanted.title.is_empty() && paths.is_empty() {
                all.unreadable += 1;
            } else {
                rows.push(TakenRow {
                    is_local: !paths.is_empty(),
                    wanted,
                    paths,
                    ..TakenRow::default()
                });
            }
            rows_in_all < MAX_ROWS_IN_ALL
        })?;
        if !rows.is_empty() {
            all.lists.push(TakenList {
                service: player.word().to_owned(),
                id: id.to_string(),
                name,
                rows,
                ..TakenList::default()
            });
        }
    }
    all.ends_early |= rows_in_all >= MAX_ROWS_IN_ALL;
    Ok(())
}
