//! A file that is damaged, or not the one that it should be, is moved out of the way under a name that tells when. Nothing
//! is ever deleted.

use rusqlite::Connection;
use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

/// So many files of one name that are set aside in one second are kept apart.
const MAX_OF_A_SECOND: usize = 100;

/// Moves a database out of the way with what lies beside it, to where it is told. Nobody may be writing it.
pub fn move_database_away(path: &Path) -> io::Result<PathBuf> {
    let bad = move_away(path)?;
    // Left behind, it would be taken for the new file's.
    match std::fs::rename(with_end(path, "-wal"), with_end(&bad, "-wal")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    match std::fs::remove_file(with_end(path, "-shm")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(bad),
    }
}

/// Moves out of the way what a database that is gone left beside it: a new one would take it for its own.
pub fn move_log_away(path: &Path) -> io::Result<()> {
    let log = with_end(path, "-wal");
    if log.exists() {
        move_away(&log)?;
    }
    match std::fs::remove_file(with_end(path, "-shm")) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Moves a file out of the way, to where it is told: `library.db.bad-20261124-153000`.
pub fn move_away(path: &Path) -> io::Result<PathBuf> {
    let first = with_end(path, &format!(".bad-{}", stamp()));
    let others = (2..MAX_OF_A_SECOND).map(|number| with_end(&first, &format!("-{number}")));
    let bad = std::iter::once(first.clone())
        .chain(others)
        .find(|name| !name.exists())
        .unwrap_or(first);
    std::fs::rename(path, &bad)?;
    Ok(bad)
}

/// Now, as part of a file's name: `20261124-153000`, by the local clock.
fn stamp() -> String {
    clock("SELECT strftime('%Y%m%d-%H%M%S', 'now', 'localtime')", [])
}

/// A time in ms since 1970 as part of a file's name: `20261124T143000.123Z`.
pub fn stamp_in_utc(at_ms: i64) -> String {
    let sql = "SELECT strftime('%Y%m%dT%H%M%fZ', ?1 / 1000.0, 'unixepoch')";
    clock(sql, [at_ms])
}

/// A time in ms since 1970 by the local clock: `2026-11-24 16:30`; nothing for one that no calendar has.
pub fn local_time(at_ms: i64) -> String {
    let sql = "SELECT strftime('%Y-%m-%d %H:%M', ?1 / 1000, 'unixepoch', 'localtime')";
    clock(sql, [at_ms])
}

/// SQLite knows the calendar and the local clock.
fn clock(sql: &str, of: impl rusqlite::Params) -> String {
    let told = Connection::open_in_memory()
        .and_then(|clock| clock.query_row(sql, of, |row| row.get::<_, String>(0)));
    told.unwrap_or_default()
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}
