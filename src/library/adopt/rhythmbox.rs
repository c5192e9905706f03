//! Rhythmbox: a folder with `rhythmdb.xml` and `playlists.xml`.

use super::{AdoptError, folder_of, whole};
use crate::wanted::adopt::{Adoptable, rhythmbox};
use std::path::Path;

pub fn read(path: &Path) -> Result<Adoptable, AdoptError> {
    let folder = folder_of(path);
    let mut all = Adoptable::default();
    let songs = Some(folder.join("rhythmdb.xml")).filter(|file| file.is_file());
    let lists = Some(folder.join("playlists.xml")).filter(|file| file.is_file());
    // A file that was named stands for its folder, unless it is called otherwise.
    let other = Some(path).filter(|path| path.is_file());
    let is_other =
        other.is_some_and(|path| Some(path) != songs.as_deref() && Some(path) != lists.as_deref());
    let files = match (other, is_other) {
        (Some(file), true) => vec![file.to_owned()],
        _ => songs.into_iter().chain(lists).collect(),
    };
    for file in files {
        let bytes = whole(&file)?;
        if rhythmbox::is_songs(&bytes) {
            rhythmbox::read_songs(&bytes, &mut all);
        } else if rhythmbox::is_lists(&bytes) {
            rhythmbox::read_lists(&bytes, &mut all);
        }
    }
    Ok(all)
}
