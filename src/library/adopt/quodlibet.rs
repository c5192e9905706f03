//! Quod Libet: a folder with `songs` and a folder of playlists, XSPF since 4.5 and a path a line before.

use super::{AdoptError, Player, folder_of, lists, whole};
use crate::wanted::adopt::{Adoptable, quodlibet};
use std::path::Path;

pub fn read(path: &Path) -> Result<Adoptable, AdoptError> {
    let songs = match path.is_dir() {
        true => path.join("songs"),
        false => path.to_owned(),
    };
    let mut all = quodlibet::read_songs(&whole(&songs)?).map_err(|source| AdoptError::Pickle {
        path: songs.clone(),
        source,
    })?;
    let playlists = folder_of(path).join("playlists");
    lists::take(Player::QuodLibet, &playlists, None, &mut all, lists::any);
    Ok(all)
}
