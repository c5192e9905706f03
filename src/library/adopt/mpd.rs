//! MPD: the stickers of songs, its playlists, and what was queued. All of them name songs from the top of its music folder,
//! which `mpd.conf` tells; a database of stickers alone is looked for below the roots.

use super::foreign::{Foreign, bytes, text};
use super::{AdoptError, Homes, Player, lists, whole};
use crate::music::Rating;
use crate::wanted::adopt::mpd::{Conf, queue};
use crate::wanted::adopt::{Adoptable, Marked, Marks, count, seconds};
use std::collections::HashMap;
use std::path::Path;

/// Stickers that are kept of one song.
const MAX_STICKERS: usize = 64;

pub fn read(path: &Path, homes: &Homes) -> Result<Adoptable, AdoptError> {
    let mut all = Adoptable::default();
    let head = whole(path)?;
    if head.starts_with(b"SQLite") {
        stickers(path, None, &mut all)?;
        return Ok(all);
    }
    let conf = Conf::read(&String::from_utf8_lossy(&head));
    let place = |named: &Option<String>| named.as_ref().and_then(|path| homes.expand(path));
    // Without one MPD takes the desktop's music folder.
    let music = place(&conf.music).unwrap_or_else(|| homes.music.clone());
    if let Some(file) = place(&conf.stickers).filter(|file| file.is_file()) {
        stickers(&file, Some(&music), &mut all)?;
    }
    if let Some(folder) = place(&conf.playlists) {
        lists::take(Player::Mpd, &folder, Some(&music), &mut all, lists::any);
    }
    let state = place(&conf.state).filter(|file| file.is_file());
    if let Some(mut list) = state.and_then(|file| queue(&whole(&file).ok()?)) {
        for path in list.rows.iter_mut().flat_map(|row| &mut row.paths) {
            *path = lists::from(&music, path);
        }
        all.lists.push(list);
    }
    Ok(all)
}

fn stickers(file: &Path, music: Option<&Path>, all: &mut Adoptable) -> Result<(), AdoptError> {
    let db = Foreign::open(file)?;
    // A sticker.sql that no client has put a sticker into yet is empty.
    if !db.has("sticker", &["type", "uri", "name", "value"])? {
        return Ok(());
    }
    let mut songs: HashMap<Vec<u8>, Marks> = HashMap::new();
    let mut order = Vec::new();
    let sql = "SELECT uri, name, value FROM sticker WHERE type = 'song' ORDER BY uri, name";
    db.each(sql, [], |row| {
        let uri = bytes(row, 0);
        if !songs.contains_key(&uri) {
            order.push(uri.clone());
        }
        take(songs.entry(uri).or_default(), text(row, 1), text(row, 2));
        order.len() <= crate::wanted::adopt::MAX_SONGS
    })?;
    for uri in order {
        let marks = songs.remove(&uri).unwrap_or_default();
        let path = music.map_or_else(|| uri.clone(), |music| lists::from(music, &uri));
        let paths = Some(path).filter(|_| !uri.is_empty()).into_iter().collect();
        if !all.song(Marked {
            marks,
            paths,
            ..Marked::default()
        }) {
            break;
        }
    }
    db.end()
}

/// The names are those that MPD's clients agreed on (mpd's doc/protocol.rst, "Stickers"): stars are 0 to 10.
fn take(marks: &mut Marks, name: String, value: String) {
    let number = value.parse::<i64>().unwrap_or(0);
    match name.as_str() {
        "rating" => {
            marks.rating = u8::try_from(number)
                .ok()
                .filter(|halves| (1..=10).contains(halves))
                .map(Rating::from_halves)
        }
        "playCount" => marks.plays = count(number),
        "skipCount" => marks.skips = count(number),
        "lastPlayed" => marks.played_at_ms = seconds(number as f64),
        "lastSkipped" => marks.skipped_at_ms = seconds(number as f64),
        _ if marks.stickers.len() < MAX_STICKERS && !name.is_empty() => {
            marks.stickers.insert(name, value);
        }
        _ => {}
    }
}
