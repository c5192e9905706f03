//! A damaged index is set aside and made anew: all of it can be read from the music again. Never the person's own file.

use crate::library::sqlite::is_whole;
use crate::library::{Index, LibraryError};
use rusqlite::Connection;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// So many damaged indexes of one second are kept apart.
const MAX_OF_A_SECOND: usize = 100;

/// Reads all of the index and fails where it is damaged.
pub fn check(index: &Index) -> Result<(), LibraryError> {
    if is_whole(&index.writer()?) {
        return Ok(());
    }
    let path = index.path().to_owned();
    Err(LibraryError::Damaged { path })
}

/// Moves the index out of the way, to where it is told. Whoever calls this holds the scan's turn, so nobody writes.
pub fn set_aside(index: &Index) -> Result<PathBuf, LibraryError> {
    let path = index.path();
    let failed = |source| LibraryError::SetAside {
        path: path.to_owned(),
        source,
    };
    let bad = free_name(path);
    std::fs::rename(path, &bad).map_err(failed)?;
    // Left behind, it would be taken for the new file's.
    let wal = with_end(path, "-wal");
    match std::fs::rename(&wal, with_end(&bad, "-wal")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    match std::fs::remove_file(with_end(path, "-shm")) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(bad),
    }
}

/// `library.db.bad-20261124-153000`
fn free_name(path: &Path) -> PathBuf {
    let now = Connection::open_in_memory().and_then(|clock| {
        let sql = "SELECT strftime('%Y%m%d-%H%M%S', 'now', 'localtime')";
        clock.query_row(sql, [], |row| row.get::<_, String>(0))
    });
    let first = with_end(path, &format!(".bad-{}", now.unwrap_or_default()));
    let others = (2..MAX_OF_A_SECOND).map(|number| with_end(&first, &format!("-{number}")));
    std::iter::once(first.clone())
        .chain(others)
        .find(|name| !name.exists())
        .unwrap_or(first)
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}
