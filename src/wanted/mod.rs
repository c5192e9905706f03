//! Playlist formats, bytes ↔ rows of [`Wanted`](crate::music::Wanted), what people export of services, and which song a row
//! means. Pure: it never opens a file; where a file's being there decides, the caller is asked.

pub mod adopt;
pub mod artist;
pub mod cue;
mod encoding;
pub mod export;
mod identity;
mod ids;
pub mod jspf;
mod letters;
pub mod m3u;
pub mod matcher;
mod mirror;
mod names;
mod playlist;
pub mod pls;
mod recognise;
mod spelling;
mod taken;
mod target;
pub mod title;
mod write;
pub mod xspf;

#[cfg(test)]
mod told;

pub use encoding::{Encoding, text_of};
pub use identity::{contradict, external_name, fill, identities, name_of_names, song_name};
pub use mirror::{Mirrored, mirror};
pub use playlist::{Note, Oddity, Playlist, PlaylistFormat, Refused, Row};
pub use recognise::{is_surely_playlist, read_playlist};
pub use spelling::{candidates, join, spellings};
pub use taken::{
    Banned, HeardElsewhere, Known, ListKind, RowKind, TakenAlbum, TakenList, TakenRow, Taker,
    service_words,
};
pub use target::{file_url, is_playlist_name, paths_of_url};
use write::place_of;
pub use write::{WriteOptions, write_playlist};

/// The largest playlist file that is read, in bytes.
pub const MAX_BYTES: usize = 16 << 20;
/// The most rows that one playlist has.
pub const MAX_ROWS: usize = 100_000;
/// The longest line, or value where a format has no lines, that is read, in bytes: a path of 4096 bytes fits in percent
/// codes.
pub const MAX_LINE: usize = 16 << 10;
/// The most notes that are kept of one file; [`Playlist::refused`] counts on.
pub const MAX_NOTES: usize = 100;
