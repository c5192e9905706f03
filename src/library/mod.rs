//! What is owned: the scan as named steps (walk → compare → tags → store), search, what the person made, `resolve`,
//! watch. It never writes into a music folder and never deletes a song because its root is away.
//!
//! | file | what it answers |
//! |---|---|
//! | `open` | [`Library`]: the index and the person's file together |
//! | `choose`, `smart` | what words and paths mean; what filters and smart playlists hold now |
//! | `question` | what is asked, in which order, and how much of it |
//! | `added` | when songs came: from the index, which notes it, to `standin.db` |
//! | `playlist_file` | a playlist file, followed into those it names |
//! | `resolve`, `matches` | from a row to a song; how rows are matched, and why |
//! | `substitutes` | what may sound where a row has no song |
//! | `going_on` | what fits to a queue that has been played |
//! | `in_place/` | what would play in a streaming client's place |
//! | `came` | which songs have come, and the rows that they fill |
//! | `index`, `schema`, `row` | `library.db` and its tables |
//! | `owned` | a file as one song, and the songs in it |
//! | `scan/` | the files of the roots → the index |
//! | `watch/` | the index, kept current |
//! | `worker/` | foreign files, read in a process of its own |
//! | `key/` | the audio key of each container |
//! | `query/` | words, filters and lists of values |
//! | `kept` | readers that stay open, for who is asked often |
//! | `listed` | playlists that stay resolved, for who shows them a window at a time |
//! | `folders` | the songs below a folder in the order of their folders and albums |
//! | `pages`, `song_row` | songs one page after the other, however slowly they are taken; one as a row |
//! | `on_disk` | what lies in a folder, indexed or not |
//! | `browse`, `lookup`, `files`, `alike`, `stats`, `inspect` | other questions to the index |
//! | `adopt/` | what other players keep, found, read and taken over |
//! | `exports` | what streaming services hand out, read from the disk for one import |
//! | `embedded`, `cover/`, `lyrics/` | pictures and lyrics of a song, when asked for |
//! | `person/` | `standin.db`: roots, playlists, stars, what was heard; loudness and checks |
//! | `turn` | who scans or watches now, and who waits for whom |
//! | `mounts`, `answers` | which disk a folder lies on, whether it tells of changes, and whether it answers at all |
//! | `sqlite`, `aside`, `bytes`, `summed`, `error` | what the others stand on |
//!
//! # Parts of a file
//!
//! A file that holds several songs has a row of `song` for each, `part` from 1, and none for all of it: what all of it is
//! called is made of them ([`OwnedFile`]). They come from a cue sheet beside the file, or else from a sheet, a block or
//! chapters in it; `scan/tags/parts` cuts, `scan/sheets` looks after the sheets beside.
//!
//! - Its **key** is made of the file's key, its first frame and its end: it outlives moves and retagging.
//! - Its **address** is `FILE/track0001`, as MPD has it for cue sheets; lists in a pipe print it as a path, and `play -`
//!   and `playlist add -` read it back. Where a file of that very name is there, the file is meant.
//! - A **row** of a playlist keeps the file's place, the span and the part's key. A row without a span means all of the
//!   file. Where the sheet has changed or gone since, the row's own span is cut out of the file.

mod added;
pub mod adopt;
mod alike;
mod answers;
mod aside;
mod browse;
mod by_chance;
mod bytes;
mod came;
mod choose;
mod cover;
mod embedded;
mod error;
mod exports;
mod files;
mod folders;
mod going_on;
mod in_place;
pub mod index;
mod inspect;
mod kept;
mod key;
mod listed;
mod lookup;
pub mod lyrics;
mod matches;
mod mounts;
mod on_disk;
mod open;
mod owned;
mod pages;
pub mod person;
mod playlist_file;
pub mod query;
mod question;
pub mod resolve;
mod row;
pub mod scan;
mod schema;
mod smart;
mod song_row;
pub mod sqlite;
mod stats;
mod substitutes;
pub mod summed;
mod turn;
pub mod watch;
pub mod worker;

pub use alike::Namesake;
pub use browse::FolderEntry;
pub use bytes::{OpenFailure, Stamp, stamp_of};
pub use came::{Came, Filled, FilledRow, Seen};
pub use choose::{Choice, Chosen, Scope};
pub use cover::{Cover, CoverSource, PictureKind, cover, embedded_cover, folder_cover};
pub use embedded::comments;
pub use error::LibraryError;
pub use exports::Exports;
pub use files::{FileId, IndexedFile};
pub use folders::in_a_folder;
pub use going_on::Queued;
pub use in_place::{InPlace, Instead, Placed};
pub use index::{Index, Reader};
pub use kept::{Lent, Readers};
pub use listed::{ListedRow, Lists};
pub use lyrics::lrc::time as lrc_time;
pub use lyrics::{Line, Lyrics, LyricsSource, embedded_lyrics, lyrics};
pub use matches::{Counts, MatchedRow, Matches};
pub use mounts::{network_type, silent_type};
pub use on_disk::FileEntry;
pub use open::{Library, ToScan};
pub use owned::{OwnedFile, cut_out};
pub use pages::Pages;
pub use playlist_file::{FileRow, PlaylistFile};
pub use question::Question;
pub use smart::note_of_away;
pub use song_row::SongRow;
pub use stats::Stats;
pub use substitutes::{StandIn, StandInKind};
pub use turn::{Holder, Verb};

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_added;
