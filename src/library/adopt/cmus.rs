//! cmus: a folder with playlists, each a path a line, and a cache that has the play counts.

use super::{AdoptError, Player, folder_of, lists, whole};
use crate::wanted::adopt::{Adoptable, cmus};
use crate::wanted::m3u;
use std::path::Path;

pub fn read(path: &Path) -> Result<Adoptable, AdoptError> {
    let folder = folder_of(path);
    let cache = folder.join("cache");
    let mut all = match cache.is_file() {
        // One of another version tells nothing that could be taken for certain.
        true => cmus::read_cache(&whole(&cache)?).unwrap_or_default(),
        false => Adoptable::default(),
    };
    let playlists = folder.join("playlists");
    lists::take(Player::Cmus, &playlists, None, &mut all, |bytes| {
        m3u::read(bytes).ok()
    });
    Ok(all)
}
