//! Playlist formats, bytes ↔ `Vec<Wanted>`, and how well a song fits a row. Pure: it never opens a file.
