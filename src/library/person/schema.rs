//! The tables of `standin.db`, as an ordered list of steps; a step that has been released never changes.

use rusqlite::Connection;

/// The version from which on records are sealed and written twice.
const SEALED: u32 = 3;

/// The version from which on other programs' values of songs are kept.
const WITH_STICKERS: u32 = 4;

/// The version from which on records are kept, and the numbers of a playlist's tracks.
const WITH_RECORDS: u32 = 5;

/// The version from which on the history tells whence.
const WITH_ORIGINS: u32 = 6;

/// Whether the file is of a version that has checksums of its own.
pub(super) fn has_seals(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version(connection)? >= SEALED)
}

/// Whether the file is of a version that has stickers.
pub(super) fn has_stickers(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version(connection)? >= WITH_STICKERS)
}

/// Whether the file is of a version that has records, and numbers of tracks.
pub(super) fn has_records(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version(connection)? >= WITH_RECORDS)
}

/// Whether the file is of a version that knows where what was heard came from.
pub(super) fn has_origins(connection: &Connection) -> rusqlite::Result<bool> {
    Ok(version(connection)? >= WITH_ORIGINS)
}

fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// Whether each table has the columns that the steps gave it. A flipped bit in the name of one is met by those alone who
/// ask for it.
pub(super) fn has_all_columns(connection: &Connection) -> rusqlite::Result<bool> {
    let made = Connection::open_in_memory()?;
    let version: usize = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    made.execute_batch(&MIGRATIONS[..version.min(MIGRATIONS.len())].join("\n"))?;
    Ok(columns(connection)? == columns(&made)?)
}

/// Tables and their columns.
fn columns(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let sql = "SELECT made.name, of_table.name FROM sqlite_schema AS made
        JOIN pragma_table_info(made.name) AS of_table
        WHERE made.type = 'table' AND made.name NOT LIKE 'sqlite%' ORDER BY 1, 2";
    let mut statement = connection.prepare(sql)?;
    let all = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    all.collect()
}

/// One step a version.
pub(super) const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE root(
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK(name <> ''),
        dir BLOB NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE playlist(
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE CHECK(name <> ''),
        changed_at_ms INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE playlist_row(
        playlist_id INTEGER NOT NULL REFERENCES playlist(id) ON DELETE CASCADE,
        position INTEGER NOT NULL CHECK(position >= 1),
        title TEXT NOT NULL,
        artists TEXT NOT NULL,
        album TEXT NOT NULL,
        length_ms INTEGER,
        isrc TEXT NOT NULL,
        audio_key BLOB,
        place BLOB,
        start_frame INTEGER,
        end_frame INTEGER,
        external TEXT NOT NULL,
        PRIMARY KEY(playlist_id, position)
    ) STRICT;
",
    // Loudness by audio key, on a scale of LUFS and of full scale 1.0; NULL: silence. `blocks`: see `Blocks::to_bytes`.
    // A file that was decoded whole: `damage` has a line for each, and none where the file is whole.
    "
    CREATE TABLE loudness(
        audio_key BLOB PRIMARY KEY CHECK(length(audio_key) = 16),
        lufs REAL,
        true_peak REAL NOT NULL,
        album_lufs REAL,
        album_true_peak REAL,
        blocks BLOB NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE checked(
        audio_key BLOB NOT NULL CHECK(length(audio_key) = 16),
        size INTEGER NOT NULL,
        mtime_ns INTEGER NOT NULL,
        place BLOB NOT NULL,
        checked_at_ms INTEGER NOT NULL,
        damage TEXT NOT NULL,
        PRIMARY KEY(audio_key, size, mtime_ns, place)
    ) STRICT, WITHOUT ROWID;
",
    // Sums: see `seal`. `copy`: what the second copy holds, see `journal`; no row: it is yet to be written.
    "
    ALTER TABLE playlist ADD query TEXT;
    ALTER TABLE playlist ADD seal INTEGER;
    CREATE TABLE tally(
        what TEXT PRIMARY KEY,
        sum INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE copy(
        one INTEGER PRIMARY KEY CHECK(one = 1),
        id TEXT NOT NULL,
        seq INTEGER NOT NULL,
        bytes INTEGER NOT NULL,
        bytes_of_snapshot INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE about(
        audio_key BLOB PRIMARY KEY CHECK(length(audio_key) = 16),
        rating INTEGER,
        plays INTEGER NOT NULL,
        skips INTEGER NOT NULL,
        played_at_ms INTEGER,
        skipped_at_ms INTEGER,
        song TEXT NOT NULL,
        seal INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE heard(
        id INTEGER PRIMARY KEY,
        at_ms INTEGER NOT NULL,
        audio_key BLOB NOT NULL CHECK(length(audio_key) = 16),
        to_the_end INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX heard_by_key ON heard(audio_key);
    CREATE TABLE added(
        audio_key BLOB PRIMARY KEY CHECK(length(audio_key) = 16),
        at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
",
    // What other programs keep of songs: see `stickers`.
    "
    CREATE TABLE sticker(
        audio_key BLOB NOT NULL CHECK(length(audio_key) = 16),
        name TEXT NOT NULL CHECK(name <> ''),
        value TEXT NOT NULL,
        seal INTEGER NOT NULL,
        PRIMARY KEY(audio_key, name)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sticker_by_name ON sticker(name);
    INSERT INTO tally(what, sum) VALUES ('sticker', 0);
",
    // What imports bring: numbers of tracks in playlists, and all else as records: see `records`. `changed_seal`: of the
    // hour of the last change; NULL: written before there was one.
    "
    ALTER TABLE playlist ADD changed_seal INTEGER;
    ALTER TABLE playlist_row ADD track INTEGER;
    ALTER TABLE playlist_row ADD disc INTEGER;
    CREATE TABLE record(
        shelf TEXT NOT NULL CHECK(shelf <> ''),
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        seal INTEGER NOT NULL,
        PRIMARY KEY(shelf, name)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO tally(what, sum) VALUES ('record', 0);
",
    // Where what was heard came from: the text of an `Origin`; NULL: nobody knows.
    "
    ALTER TABLE heard ADD origin TEXT;
",
    // Which playlists hold a song that a streaming client plays: see `holding`.
    "
    CREATE INDEX row_by_title ON playlist_row(title COLLATE NOCASE);
    CREATE INDEX row_by_external ON playlist_row(external) WHERE external <> '[]';
    CREATE INDEX row_by_key ON playlist_row(audio_key) WHERE audio_key IS NOT NULL;
",
];
