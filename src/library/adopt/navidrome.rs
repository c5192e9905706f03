//! Navidrome: its database, or a backup that it made of it. Several people may use one: it is the marks of the one who has
//! most that are taken, and the playlists of that one and those that are public. Passwords and addresses are never asked for.

use super::AdoptError;
use super::foreign::{Foreign, bytes, number, ordinal, text};
use crate::music::Wanted;
use crate::wanted::adopt::{Adoptable, MAX_LISTS, MAX_ROWS_IN_ALL, Marked, Marks, count, stars};
use crate::wanted::export::when;
use crate::wanted::{ListKind, TakenList, TakenRow};
use rusqlite::Row;
use std::path::Path;

const SERVICE: &str = "navidrome";
/// The stars of a song that is loved most.
const MOST: f64 = 5.0;

/// Title, artist, album, numbers, length in seconds, path and the library's folder: see [`song`].
fn columns(db: &Foreign) -> Result<(&'static str, &'static str), AdoptError> {
    // Since 0.55 a path starts at the folder of its library.
    let has_libraries =
        db.has("library", &["id", "path"])? && db.has("media_file", &["library_id"])?;
    Ok(match has_libraries {
        true => (
            "file.title, file.artist, file.album, file.track_number, file.disc_number, file.duration, file.path, library.path",
            "LEFT JOIN library ON library.id = file.library_id",
        ),
        false => (
            "file.title, file.artist, file.album, file.track_number, file.disc_number, file.duration, file.path, ''",
            "",
        ),
    })
}

pub fn read(path: &Path) -> Result<Adoptable, AdoptError> {
    let db = Foreign::open(path)?;
    let mut all = Adoptable::default();
    let mut user = String::new();
    let sql = "SELECT user_id FROM annotation WHERE item_type = 'media_file'
        GROUP BY user_id ORDER BY count(*) DESC, user_id LIMIT 1";
    db.each(sql, [], |row| {
        user = text(row, 0);
        true
    })?;
    let (columns, join) = columns(&db)?;
    let sql = format!(
        "SELECT {columns}, mark.rating, mark.play_count, mark.play_date, mark.starred, file.created_at
         FROM media_file AS file {join} LEFT JOIN annotation AS mark
            ON mark.item_id = file.id AND mark.item_type = 'media_file' AND mark.user_id = ?1
         ORDER BY file.id"
    );
    let mut liked = Vec::new();
    db.each(&sql, [&user], |row| {
        let (wanted, paths) = song(row);
        if number(row, 11) != 0.0 && liked.len() < MAX_ROWS_IN_ALL {
            liked.push(taken(wanted.clone(), paths.clone()));
        }
        let marks = Marks {
            rating: stars(number(row, 8), MOST),
            plays: count(number(row, 9) as i64),
            played_at_ms: when(&text(row, 10)),
            added_at_ms: when(&text(row, 12)),
            ..Marks::default()
        };
        all.song(Marked {
            wanted,
            paths,
            marks,
        })
    })?;
    if !liked.is_empty() {
        all.lists.push(TakenList {
            kind: ListKind::Liked,
            service: SERVICE.to_owned(),
            rows: liked,
            ..TakenList::default()
        });
    }
    lists(&db, &user, (columns, join), &mut all)?;
    db.end()?;
    Ok(all)
}

fn song(row: &Row) -> (Wanted, Vec<Vec<u8>>) {
    let wanted = Wanted {
        title: text(row, 0),
        artists: Some(text(row, 1))
            .filter(|name| !name.is_empty())
            .into_iter()
            .collect(),
        album: text(row, 2),
        track: ordinal(row, 3),
        disc: ordinal(row, 4),
        length_ms: Some((number(row, 5) * 1000.0) as u64).filter(|ms| *ms > 0),
        ..Wanted::default()
    };
    let (path, folder) = (bytes(row, 6), bytes(row, 7));
    let path = match folder.starts_with(b"/") && !path.starts_with(b"/") {
        true => [folder.as_slice(), b"/", path.as_slice()].concat(),
        false => path,
    };
    // A server's folder may be another machine's: a path that starts nowhere is looked for below the roots.
    let paths = Some(path).filter(|path| !path.is_empty());
    (wanted, paths.into_iter().collect())
}

fn taken(wanted: Wanted, paths: Vec<Vec<u8>>) -> TakenRow {
    TakenRow {
        is_local: true,
        wanted,
        paths,
        ..TakenRow::default()
    }
}

/// Playlists, without those that rules make anew.
fn lists(
    db: &Foreign,
    user: &str,
    (columns, join): (&str, &str),
    all: &mut Adoptable,
) -> Result<(), AdoptError> {
    let there = db.columns("playlist")?;
    let owner = match there.contains("owner_id") {
        true => "(owner_id = ?1 OR public OR ?1 = '')",
        false => "(1 OR ?1 = '')",
    };
    let rules = match there.contains("rules") {
        true => "AND coalesce(rules, '') IN ('', 'null')",
        false => "",
    };
    let sql = format!(
        "SELECT id, name, comment FROM playlist WHERE {owner} {rules} ORDER BY created_at, id LIMIT {MAX_LISTS}"
    );
    let mut heads = Vec::new();
    db.each(&sql, [user], |row| {
        heads.push((text(row, 0), text(row, 1), text(row, 2)));
        true
    })?;
    let sql = format!(
        "SELECT {columns} FROM playlist_tracks AS track JOIN media_file AS file ON file.id = track.media_file_id {join}
         WHERE track.playlist_id = ?1 ORDER BY track.id"
    );
    let mut rows_in_all = 0;
    for (id, name, description) in heads {
        let mut rows = Vec::new();
        db.each(&sql, [&id], |row| {
            rows_in_all += 1;
            let (wanted, paths) = song(row);
            rows.push(taken(wanted, paths));
            rows_in_all < MAX_ROWS_IN_ALL
        })?;
        all.lists.push(TakenList {
            service: SERVICE.to_owned(),
            id,
            name,
            description,
            rows,
            ..TakenList::default()
        });
    }
    all.ends_early |= rows_in_all >= MAX_ROWS_IN_ALL;
    Ok(())
}
