//! The tables of `standin.db`, as an ordered list of steps; a step that has been released never changes.

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
];
