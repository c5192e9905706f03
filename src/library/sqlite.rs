//! Opening an SQLite file the way both of ours are opened. It knows no table.
//!
//! Locking: one writer a file, readers beside it (WAL); who finds the file busy waits up to [`BUSY_MS`]. Migrations
//! are an ordered list whose length is the newest `user_version`; those missing are applied in one exclusive
//! transaction, so two programs that start at once apply each once. A file of a newer version is refused and left
//! as it is.

use crate::music::Printable;
use rusqlite::{Connection, Error, ErrorCode, OpenFlags, TransactionBehavior, ffi};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// How long one who finds the file locked waits, in ms.
pub const BUSY_MS: u64 = 10_000;

/// Between two tries where SQLite does not wait by itself, in ms.
const BUSY_AGAIN_MS: u64 = 5;

/// What an `open` can end with.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file could not be opened, read or written.
    #[error("{}", sentence(path, source))]
    Sqlite {
        /// The file.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
    /// The folder of the file could not be made.
    #[error("cannot make the folder {}: {}", Printable::path(path), source.kind())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Written by a newer standin.
    #[error(
        "{} is of version {found}, and this standin knows versions up to {known}: use the newer standin, or move the file away",
        Printable::path(path)
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: usize,
        /// The newest version known here.
        known: usize,
    },
}

impl OpenError {
    /// Whether the file, or what stands beside it, could not be written.
    pub fn is_for_lack_of_writing(&self) -> bool {
        let Self::Sqlite { source, .. } = self else {
            return false;
        };
        trouble(source).is_for_lack_of_writing()
    }
}

/// What a failure of SQLite comes to, for those who can do something about it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    /// What is in the file is not what was written.
    Damaged,
    /// The disk is full.
    NoRoom,
    /// A write failed: the disk is full all the same (a quota, a limit), or it fails.
    Unwritten,
    /// The file, or its folder, cannot be written or opened.
    Closed,
    /// Anything else.
    Other,
}

impl Trouble {
    /// Whether the file, or what stands beside it, could not be written.
    pub fn is_for_lack_of_writing(self) -> bool {
        matches!(self, Self::Closed | Self::NoRoom | Self::Unwritten)
    }
}

/// What this failure comes to. Our tables are STRICT, so a value of a wrong kind is damage, and so is a missing table in
/// a file of the right version.
pub fn trouble(error: &Error) -> Trouble {
    match error {
        Error::SqliteFailure(failure, message) => match failure.code {
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Trouble::Damaged,
            ErrorCode::DiskFull => Trouble::NoRoom,
            ErrorCode::SystemIoFailure if WRITES.contains(&failure.extended_code) => {
                Trouble::Unwritten
            }
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                Trouble::Closed
            }
            _ if message.as_deref().is_some_and(tells_of_damage) => Trouble::Damaged,
            _ => Trouble::Other,
        },
        Error::SqlInputError { msg, .. } if tells_of_damage(msg) => Trouble::Damaged,
        Error::InvalidColumnType(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::FromSqlConversionFailure(..)
        | Error::Utf8Error(..) => Trouble::Damaged,
        _ => Trouble::Other,
    }
}

/// What a write may fail with, besides SQLITE_FULL.
const WRITES: &[i32] = &[
    ffi::SQLITE_IOERR_WRITE,
    ffi::SQLITE_IOERR_FSYNC,
    ffi::SQLITE_IOERR_TRUNCATE,
    ffi::SQLITE_IOERR_SHMSIZE,
    ffi::SQLITE_IOERR_SHMOPEN,
];

fn tells_of_damage(message: &str) -> bool {
    [
        "no such table",
        "no such column",
        "malformed",
        "has no column",
        // Of the full text, whose arguments stand in the schema.
        "no such module",
        "tokenizer",
        "unrecognized",
        "vtable constructor failed",
        "parse error in",
    ]
    .iter()
    .any(|part| message.contains(part))
}

/// What happened to the file, as a sentence without capital and full stop.
pub fn sentence(path: &Path, error: &Error) -> String {
    let path = Printable::path(path);
    match trouble(error) {
        Trouble::Damaged => format!("{path} is damaged ({error})"),
        Trouble::NoRoom => format!("there is no room left on the disk for {path}"),
        Trouble::Unwritten => {
            format!("cannot write {path}: the disk is full, or it fails ({error})")
        }
        Trouble::Closed => {
            format!("cannot open {path}: it or its folder may not be written ({error})")
        }
        Trouble::Other => format!("cannot use {path}: {error}"),
    }
}

/// Whether SQLite finds the file whole: it reads all of it, and sees most damage to its structure, not to its values.
pub fn is_whole(connection: &Connection) -> bool {
    let answer = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
    answer.is_ok_and(|answer| answer == "ok")
}

/// As [`is_whole`], and holds every index against its table, which takes longer.
pub fn is_whole_to_the_last(connection: &Connection) -> bool {
    let answer = connection.query_row("PRAGMA integrity_check(1)", [], |row| {
        row.get::<_, String>(0)
    });
    answer.is_ok_and(|answer| answer == "ok")
}

/// What an acknowledged commit survives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Durability {
    /// `synchronous=NORMAL`: the end of the process; a power cut may take the last commits. For what can be made again.
    Process,
    /// `synchronous=FULL`: a power cut. For what a person made.
    Power,
}

/// Opens for writing, makes the folder and the file where they are not there, and brings the schema up to date.
pub fn open_writer(
    path: &Path,
    migrations: &[&str],
    durability: Durability,
) -> Result<Connection, OpenError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|source| OpenError::Folder {
            path: folder.to_owned(),
            source,
        })?;
    }
    let failed = |source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    };
    let mut connection = Connection::open(path).map_err(failed)?;
    harden(&connection).map_err(failed)?;
    let synchronous = if durability == Durability::Power {
        "FULL"
    } else {
        "NORMAL"
    };
    keep_a_log(&connection).map_err(failed)?;
    connection
        .execute_batch(&format!(
            "PRAGMA synchronous={synchronous}; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
        ))
        .map_err(failed)?;
    let found = version(&connection).map_err(failed)?;
    if found > migrations.len() {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known: migrations.len(),
        });
    }
    if found < migrations.len() {
        migrate(&mut connection, migrations).map_err(failed)?;
    }
    Ok(connection)
}

/// Turns the file to WAL. For this lock alone SQLite does not wait by itself: where two turn one file, it would be a
/// deadlock.
fn keep_a_log(connection: &Connection) -> rusqlite::Result<()> {
    let patience = std::time::Instant::now() + std::time::Duration::from_millis(BUSY_MS);
    loop {
        match connection.execute_batch("PRAGMA journal_mode=WAL") {
            Err(error) if is_busy(&error) && std::time::Instant::now() < patience => {
                std::thread::sleep(std::time::Duration::from_millis(BUSY_AGAIN_MS));
            }
            turned => return turned,
        }
    }
}

fn is_busy(error: &Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
}

/// Opens for reading only; `Ok(None)` where there is no file yet. A file beside which nothing can be written (a full disk,
/// a medium or a folder that may only be read) is read as it is, if no writer has left a log beside it.
pub fn open_reader(path: &Path, migrations: &[&str]) -> Result<Option<Connection>, OpenError> {
    if !path.exists() {
        return Ok(None);
    }
    let (connection, found) = connect_somehow(path)?;
    if found > migrations.len() {
        return Err(OpenError::Newer {
            path: path.to_owned(),
            found,
            known: migrations.len(),
        });
    }
    // A file whose schema is older than this program is brought up to date by the first writer.
    Ok((found == migrations.len()).then_some(connection))
}

/// Opens for reading, of whatever older version: for a file that cannot be brought up to date.
pub fn open_as_it_is(path: &Path) -> Result<Connection, OpenError> {
    connect_somehow(path).map(|(connection, _)| connection)
}

/// Opens another program's file for reading: it is not locked, and nothing is made or looked for beside it.
pub fn open_unchanging(path: &Path) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let open = || {
        let connection = Connection::open_with_flags(unchanging(path), flags)?;
        harden(&connection)?;
        Ok(connection)
    };
    open().map_err(|source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    })
}

fn connect_somehow(path: &Path) -> Result<(Connection, usize), OpenError> {
    let connected = match connect(path, OpenFlags::empty()) {
        Err(error) if lacks_room_beside(&error) && has_no_log(path) => {
            connect(&unchanging(path), OpenFlags::SQLITE_OPEN_URI)
        }
        opened => opened,
    };
    connected.map_err(|source| OpenError::Sqlite {
        path: path.to_owned(),
        source,
    })
}

/// A connection for reading, and the version of the file's schema.
fn connect(path: &Path, more: OpenFlags) -> rusqlite::Result<(Connection, usize)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags | more)?;
    harden(&connection)?;
    let found = version(&connection)?;
    Ok((connection, found))
}

/// SQLite makes a `-shm` of 32 KiB beside a file that is in WAL mode, for readers too.
fn lacks_room_beside(error: &Error) -> bool {
    let code = error.sqlite_error_code();
    code.is_some_and(|code| {
        matches!(
            code,
            ErrorCode::CannotOpen
                | ErrorCode::ReadOnly
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
        )
    })
}

/// Where what was committed last may stand, before it is copied into the file itself.
pub fn log_of(path: &Path) -> PathBuf {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    log.into()
}

/// Everything that was committed is in the file itself.
fn has_no_log(path: &Path) -> bool {
    std::fs::metadata(log_of(path)).map_or_else(
        |error| error.kind() == std::io::ErrorKind::NotFound,
        |log| log.len() == 0,
    )
}

/// The file under a name that tells SQLite to lock nothing and to look for nothing beside it (sqlite.org/uri.html).
fn unchanging(path: &Path) -> PathBuf {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' => uri.push(char::from(*byte)),
            byte if byte.is_ascii_alphanumeric() => uri.push(char::from(*byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    PathBuf::from(uri)
}

/// A database from elsewhere may carry hostile triggers, views and cells.
fn harden(connection: &Connection) -> rusqlite::Result<()> {
    use rusqlite::config::DbConfig;
    connection.busy_timeout(std::time::Duration::from_millis(BUSY_MS))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.execute_batch("PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;")
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    connection
        .query_row("PRAGMA user_version", [], |row| row.get::<_, u32>(0))
        .map(|version| version as usize)
}

fn migrate(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    let found = version(&transaction)?;
    for step in migrations.iter().skip(found) {
        transaction.execute_batch(step)?;
    }
    transaction.pragma_update(None, "user_version", migrations.len() as u32)?;
    transaction.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SQLite does not wait for one who is just turning a file to WAL: the one beside it hears "busy" at once.
    #[test]
    fn many_who_open_a_new_file_at_once_all_get_it() {
        for _ in 0..50 {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("x.db");
            let together = std::sync::Barrier::new(4);
            std::thread::scope(|scope| {
                let open = || {
                    together.wait();
                    open_writer(&path, ONE, Durability::Power).map(drop)
                };
                let all = [(); 4].map(|()| scope.spawn(open));
                for one in all {
                    one.join().unwrap().unwrap();
                }
            });
        }
    }

    #[test]
    fn a_file_of_any_name_is_read_as_it_is() {
        use std::os::unix::ffi::OsStringExt;
        let dir = tempfile::tempdir().unwrap();
        let name = std::ffi::OsString::from_vec(b"a%3f?b#c d\xff&immutable=0.db".to_vec());
        let path = dir.path().join(name);
        let writer = open_writer(&path, ONE, Durability::Process).unwrap();
        writer.execute("INSERT INTO a VALUES ('kept')", []).unwrap();
        assert!(!has_no_log(&path));
        drop(writer);
        assert!(has_no_log(&path));
        let (reader, found) = connect(&unchanging(&path), OpenFlags::SQLITE_OPEN_URI).unwrap();
        let kept: String = reader
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!((kept.as_str(), found), ("kept", 1));
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_full_disk_loses_nothing_and_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        let connection = open_writer(&path, ONE, Durability::Process).unwrap();
        connection
            .execute("INSERT INTO a VALUES ('kept')", [])
            .unwrap();
        connection.execute_batch("PRAGMA max_page_count=3").unwrap();
        let full = connection
            .execute("INSERT INTO a VALUES (zeroblob(100000))", [])
            .unwrap_err();
        assert_eq!(trouble(&full), Trouble::NoRoom);
        let told = sentence(&path, &full);
        assert!(
            told.starts_with("there is no room left on the disk for "),
            "{told}"
        );
        let kept: String = open_reader(&path, ONE)
            .unwrap()
            .unwrap()
            .query_row("SELECT x FROM a", [], |row| row.get(0))
            .unwrap();
        assert_eq!(kept, "kept");
    }

    #[test]
    fn damage_of_every_kind_is_called_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        std::fs::write(&path, "this is no database, whatever its name says").unwrap();
        let is_damage = |opened: Result<Connection, OpenError>| matches!(opened, Err(OpenError::Sqlite { source, .. }) if trouble(&source) == Trouble::Damaged);
        assert!(is_damage(open_writer(&path, ONE, Durability::Process)));
        std::fs::remove_file(&path).unwrap();
        let connection = open_writer(&path, ONE, Durability::Process).unwrap();
        assert!(is_whole(&connection));
        let failed = |sql: &str| {
            let failed = connection.query_row(sql, [], |row| row.get::<_, u64>(0));
            trouble(&failed.unwrap_err())
        };
        assert_eq!(failed("SELECT x FROM gone"), Trouble::Damaged);
        assert_eq!(failed("SELECT -1"), Trouble::Damaged);
        assert_eq!(failed("SELECT 'text'"), Trouble::Damaged);
        assert_eq!(failed("SELEC"), Trouble::Other);
    }

    const ONE: &[&str] = &["CREATE TABLE a(x)"];
    const TWO: &[&str] = &["CREATE TABLE a(x)", "ALTER TABLE a ADD y DEFAULT 7"];

    #[test]
    fn migrations_apply_once_each() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("made/on/the/way/x.db");
        open_writer(&path, ONE, Durability::Power)
            .unwrap()
            .execute("INSERT INTO a VALUES (1)", [])
            .unwrap();
        for _ in 0..2 {
            let connection = open_writer(&path, TWO, Durability::Power).unwrap();
            assert_eq!(
                connection
                    .query_row("SELECT y FROM a", [], |row| row.get::<_, i64>(0))
                    .unwrap(),
                7
            );
        }
    }

    #[test]
    fn a_newer_file_is_refused_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        drop(open_writer(&path, TWO, Durability::Process).unwrap());
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(
            open_writer(&path, ONE, Durability::Process),
            Err(OpenError::Newer {
                found: 2,
                known: 1,
                ..
            })
        ));
        assert!(matches!(
            open_reader(&path, ONE),
            Err(OpenError::Newer { .. })
        ));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_reader_needs_a_file_and_cannot_write() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.db");
        assert!(open_reader(&path, ONE).unwrap().is_none());
        drop(open_writer(&path, ONE, Durability::Process).unwrap());
        let reader = open_reader(&path, ONE).unwrap().unwrap();
        assert!(reader.execute("INSERT INTO a VALUES (1)", []).is_err());
    }
}
