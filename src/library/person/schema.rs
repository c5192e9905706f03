//! The tables of `standin.db`, as an ordered list of steps; a step that has been released never changes.

/// One step a version.
pub(super) const MIGRATIONS: &[&str] = &["
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
"];
