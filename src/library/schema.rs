//! The tables of `library.db`. All of it can be made again by a scan, so a new shape begins empty: each step drops what
//! the one before it made.

/// One step a version.
pub(super) const MIGRATIONS: &[&str] = &[
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "
DROP TABLE IF EXISTS song_match;
DROP TABLE IF EXISTS fresh;
DROP TABLE IF EXISTS word;
DROP TABLE IF EXISTS song_text;
DROP TABLE IF EXISTS song;
DROP TABLE IF EXISTS file;
DROP TABLE IF EXISTS passed;
DROP TABLE IF EXISTS sheet;
DROP TABLE IF EXISTS root;
CREATE TABLE root(
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  -- where its file system was mounted at the last scan
  mounted_at BLOB,
  -- and what the system called that file system
  disk INTEGER,
  -- how far it is kept when its songs came: see `added`
  added INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE file(
  id INTEGER PRIMARY KEY,
  root_id INTEGER NOT NULL REFERENCES root(id),
  path BLOB NOT NULL,
  path_nfc BLOB,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  -- the number of the file in its file system, its 64 bits as they are
  inode INTEGER,
  state INTEGER NOT NULL DEFAULT 0,
  skip_reason TEXT,
  -- of the whole file, where its songs are parts of it
  whole_key BLOB,
  -- the cue sheet beside it that its songs were cut by
  sheet_id INTEGER,
  UNIQUE(root_id, path)
) STRICT;
CREATE INDEX file_by_nfc ON file(root_id, path_nfc) WHERE path_nfc IS NOT NULL;
CREATE INDEX file_not_here ON file(state) WHERE state <> 0;
CREATE INDEX file_skipped ON file(id) WHERE skip_reason IS NOT NULL;
CREATE INDEX file_by_key ON file(whole_key) WHERE whole_key IS NOT NULL;
CREATE INDEX file_by_sheet ON file(sheet_id) WHERE sheet_id IS NOT NULL;
CREATE TABLE sheet(
  id INTEGER PRIMARY KEY,
  root_id INTEGER NOT NULL REFERENCES root(id),
  path BLOB NOT NULL,
  size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL,
  UNIQUE(root_id, path)
) STRICT;
-- what a walk met and can have no row of a file: links, folders, names that cannot be said
CREATE TABLE passed(
  root_id INTEGER NOT NULL REFERENCES root(id) ON DELETE CASCADE,
  path BLOB NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY(root_id, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE song(
  id INTEGER PRIMARY KEY,
  file_id INTEGER NOT NULL REFERENCES file(id) ON DELETE CASCADE,
  -- 0: the whole file; from 1: its parts in order
  part INTEGER NOT NULL,
  audio_key BLOB,
  start_frame INTEGER,
  end_frame INTEGER,
  title TEXT NOT NULL,
  artists TEXT NOT NULL,
  album TEXT NOT NULL,
  album_artists TEXT NOT NULL,
  track INTEGER,
  disc INTEGER,
  date TEXT NOT NULL,
  genres TEXT NOT NULL,
  composers TEXT NOT NULL,
  compilation INTEGER NOT NULL,
  isrc TEXT NOT NULL,
  mb_recording TEXT NOT NULL,
  track_gain_db REAL,
  track_peak REAL,
  album_gain_db REAL,
  album_peak REAL,
  codec TEXT NOT NULL,
  rate INTEGER,
  channels INTEGER,
  bits INTEGER,
  kbps INTEGER,
  length_ms INTEGER,
  -- fields without a column: `name=value`, joined as lists are
  more TEXT NOT NULL,
  rating INTEGER,
  play_count INTEGER,
  guessed_charset TEXT NOT NULL,
  from_path TEXT NOT NULL,
  title_folded TEXT NOT NULL,
  artists_folded TEXT NOT NULL,
  album_folded TEXT NOT NULL,
  only_ffmpeg INTEGER NOT NULL,
  UNIQUE(file_id, part)
) STRICT;
-- what leads from a row of a playlist to the songs that it may mean: `wanted::matcher::keys_of_song`
CREATE TABLE song_match(
  song_id INTEGER NOT NULL REFERENCES song(id) ON DELETE CASCADE,
  match_key INTEGER NOT NULL,
  PRIMARY KEY(song_id, match_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX song_match_by_key ON song_match(match_key);
-- songs that came since then, and when in ms since 1970, until it is kept in standin.db
CREATE TABLE fresh(
  audio_key BLOB NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX file_by_inode ON file(inode);
CREATE INDEX song_by_key ON song(audio_key);
CREATE INDEX song_by_title ON song(title_folded);
CREATE INDEX song_by_artists ON song(artists_folded);
CREATE INDEX song_by_album ON song(album_folded);
-- words of the full text, for those that are typed wrongly; some may be of songs that are no longer there
CREATE TABLE word(word TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE song_text USING fts5(
  title, artist, album, rest,
  content='', contentless_delete=1, prefix='1 2 3',
  tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\"
);
-- new segments of the full text are merged at the end of a scan, and not again and again while it runs
INSERT INTO song_text(song_text, rank) VALUES ('hashsize', 8388608), ('automerge', 0), ('crisismerge', 64);
",
];

/// Indexes that hold as many rows as there are songs or files, in another order: a scan that begins with no song makes them
/// when it ends, as one sorts faster than it inserts.
pub(super) const OTHER_ORDERS: &[(&str, &str)] = &[
    ("file_by_inode", "file(inode)"),
    ("song_by_key", "song(audio_key)"),
    ("song_by_title", "song(title_folded)"),
    ("song_by_artists", "song(artists_folded)"),
    ("song_by_album", "song(album_folded)"),
    ("song_match_by_key", "song_match(match_key)"),
];
