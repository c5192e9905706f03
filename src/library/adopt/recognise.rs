//! What a file or a folder is, by what stands in it and never by its name alone. Of a folder its own files are looked at,
//! and no folder in it.

use super::foreign::Foreign;
use super::{AdoptError, Found, Player};
use crate::wanted::adopt::{cmus, mpd, quodlibet, rhythmbox};
use std::io::Read;
use std::path::Path;

/// So many bytes of a file tell what it is.
const HEAD: u64 = 64 << 10;
/// Files of a folder that are looked at.
const MAX_FILES: usize = 10_000;

/// The libraries in a file or a folder; none, where it is nothing known. What cannot be read is none, too.
pub fn recognise(path: &Path) -> Vec<Found> {
    if !path.is_dir() {
        return player_of(path)
            .map(|player| found(player, path))
            .into_iter()
            .collect();
    }
    let Ok(entries) = std::fs::read_dir(path) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .take(MAX_FILES)
        .collect();
    files.sort();
    let mut all: Vec<Found> = Vec::new();
    for file in files.iter().filter(|file| file.is_file()) {
        let Some(player) = player_of(file) else {
            continue;
        };
        // Those of several files are one library, and their folder is it.
        let path = match player {
            Player::Rhythmbox | Player::QuodLibet | Player::Cmus => path,
            _ => file,
        };
        let found = found(player, path);
        // The stickers of an MPD whose settings lie beside them are told there.
        let is_known = all
            .iter()
            .any(|one| one.player == player && (player == Player::Mpd || *one == found));
        if !is_known {
            all.push(found);
        }
    }
    if all.is_empty() && path.join("lib.pl").is_file() && path.join("playlists").is_dir() {
        all.push(found(Player::Cmus, path));
    }
    all
}

fn found(player: Player, path: &Path) -> Found {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    Found { player, path }
}

fn player_of(file: &Path) -> Option<Player> {
    if !std::fs::metadata(file).ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    let opened = std::fs::File::open(file).ok()?;
    opened.take(HEAD).read_to_end(&mut head).ok()?;
    if head.starts_with(b"SQLite format 3\0") {
        return of_database(file).ok().flatten();
    }
    let is_named = |name: &str| file.file_name().is_some_and(|own| own == name);
    if rhythmbox::is_songs(&head) || rhythmbox::is_lists(&head) {
        Some(Player::Rhythmbox)
    } else if quodlibet::is_songs(&head) && is_named("songs") {
        // Any pickle begins like that.
        Some(Player::QuodLibet)
    } else if cmus::is_cache(&head) {
        Some(Player::Cmus)
    } else if is_plist(&head) {
        Some(Player::Itunes)
    } else {
        let text = std::str::from_utf8(&head).ok()?;
        let is_conf = text.contains("music_directory") || text.contains("playlist_directory");
        (is_conf && !mpd::Conf::read(text).is_empty()).then_some(Player::Mpd)
    }
}

/// A list of properties of Apple's with songs in it.
fn is_plist(head: &[u8]) -> bool {
    let has = |word: &[u8]| head.windows(word.len()).any(|part| part == word);
    has(b"<plist") && has(b"<key>Tracks</key>")
}

/// A player of this database, by the tables and columns that no other has.
fn of_database(file: &Path) -> Result<Option<Player>, AdoptError> {
    let db = Foreign::open(file)?;
    let player = if db.has("items", &["path", "albumartist", "added"])?
        && db.has("item_attributes", &["key"])?
    {
        Player::Beets
    } else if db.has("songs", &["filename", "rating", "playcount"])? {
        Player::Clementine
    } else if db.has("songs", &["url", "rating", "playcount"])? {
        Player::Strawberry
    } else if db.has("media_file", &["path"])?
        && db.has("annotation", &["item_id", "play_count"])?
    {
        Player::Navidrome
    } else if db.has("sticker", &["type", "uri", "name", "value"])? {
        Player::Mpd
    } else {
        return Ok(None);
    };
    Ok(Some(player))
}
