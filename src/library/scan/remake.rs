//! A damaged index is set aside and made anew: all of it can be read from the music again. Never the person's own file.

use crate::library::sqlite::is_whole_to_the_last;
use crate::library::{Index, LibraryError, aside};
use std::path::PathBuf;

/// Reads all of the index and fails where it is damaged.
pub fn check(index: &Index) -> Result<(), LibraryError> {
    if is_whole_to_the_last(&index.rehearsal()?) {
        return Ok(());
    }
    let path = index.path().to_owned();
    Err(LibraryError::Damaged { path })
}

/// Moves the index out of the way, to where it is told. Whoever calls this holds the scan's turn, so nobody writes.
pub fn set_aside(index: &Index) -> Result<PathBuf, LibraryError> {
    let path = index.path();
    aside::move_database_away(path).map_err(|source| LibraryError::SetAside {
        path: path.to_owned(),
        source,
    })
}
