//! What people export of streaming services, and what they listened to: bytes → playlists, library, listenings, ids, handed
//! to a [`Taker`](super::Taker) piece by piece.
//!
//! A format is recognised by what stands in it, never by its name or by English headers. Readers name the fields that they
//! want: addresses, accounts, user names and devices are never read, and no report quotes a file. Nothing here opens a file
//! or knows a database.

mod container;
mod format;
mod gulp;
mod itunes;
mod join;
mod json;
mod limits;
mod links;
mod lists;
mod out;
mod report;
mod sniff;
mod spotify_text;
mod table;
mod text;
mod time;
mod watched;
mod xlsx;

#[cfg(test)]
mod tests;

pub use format::Format;
pub use gulp::{Gulp, Source};
pub use limits::Limits;
pub use report::{Counts, FileReport, NotTaken};
pub(in crate::wanted) use time::of_number as when_in_seconds;
pub use time::parse as when;
