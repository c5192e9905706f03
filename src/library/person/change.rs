//! What a person can change, as data. An edit, a line of the second copy and a line of a backup are all a [`Change`], and
//! [`Change::apply`] is the only code that writes a person's tables: so what a copy tells can always be done again.

use super::heard::{self, About, Heard};
use super::{Undone, imports, playlists, records, roots, stickers};
use crate::music::{AudioKey, Origin, Rating, Uri, Wanted};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

/// One edit, whole. What it writes never depends on anything but the tables before it, itself and its hour.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Change {
    /// A music folder; `dir` as bytes.
    AddRoot { name: String, dir: Uri },
    /// A music folder is forgotten.
    RemoveRoot { name: String },
    /// A playlist; one with a query is made anew whenever it is asked for, and has no rows.
    CreatePlaylist {
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        query: Option<String>,
        rows: Vec<Wanted>,
    },
    /// Rows at the end.
    AppendRows { name: String, rows: Vec<Wanted> },
    /// Rows by ranges of positions from 1, both ends in it.
    RemoveRows {
        name: String,
        positions: Vec<(usize, usize)>,
    },
    /// Another name.
    RenamePlaylist { from: String, to: String },
    /// The playlist is gone.
    DeletePlaylist { name: String },
    /// Stars, or none any more. `song` has the key, and the names for when the file is gone.
    Rate {
        song: Wanted,
        rating: Option<Rating>,
    },
    /// A song was heard, or stepped over, at that hour: it may be counted later.
    Hear {
        song: Wanted,
        to_the_end: bool,
        heard_at_ms: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        origin: Option<Origin>,
    },
    /// A value that another program keeps of a song, or none any more.
    Stick {
        key: AudioKey,
        name: String,
        value: Option<String>,
    },
    /// A record of an import or a decision, in place of the one before; `None`: there is none any more.
    Record {
        shelf: String,
        name: String,
        value: Option<String>,
    },
    /// All that is known of a song, as it stands in a backup; for what comes later it is written over.
    About(Box<About>),
    /// What was heard at that hour, as it stands in a backup: it counts no more.
    Heard(Heard),
}

/// What an edit answers, where it answers something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// Rows that went.
    pub rows: usize,
}

impl Change {
    /// Writes it into the tables, inside the caller's transaction. `at_ms`: its hour, in ms since 1970.
    pub(super) fn apply(&self, connection: &Connection, at_ms: i64) -> Result<Done, Undone> {
        match self {
            Self::AddRoot { name, dir } => roots::add(connection, name, dir.as_bytes())?,
            Self::RemoveRoot { name } => roots::remove(connection, name)?,
            Self::CreatePlaylist { name, query, rows } => {
                playlists::create(connection, name, query.as_deref(), rows, at_ms)?;
            }
            Self::AppendRows { name, rows } => playlists::append(connection, name, rows, at_ms)?,
            Self::RemoveRows { name, positions } => {
                let rows = playlists::remove_rows(connection, name, positions, at_ms)?;
                return Ok(Done { rows });
            }
            Self::RenamePlaylist { from, to } => {
                playlists::rename(connection, from, to, at_ms)?;
                imports::renamed(connection, from, to)?;
            }
            Self::DeletePlaylist { name } => {
                playlists::delete(connection, name)?;
                imports::deleted(connection, name)?;
            }
            Self::Rate { song, rating } => heard::rate(connection, song, *rating)?,
            Self::Hear {
                song,
                to_the_end,
                heard_at_ms,
                origin,
            } => {
                // Without a key nothing can be counted.
                let Some(key) = song.key else {
                    return Ok(Done::default());
                };
                let heard = Heard {
                    at_ms: *heard_at_ms,
                    key,
                    to_the_end: *to_the_end,
                    origin: origin.clone(),
                };
                heard::hear(connection, song, &heard, at_ms)?;
            }
            Self::Stick { key, name, value } => {
                stickers::put(connection, *key, name, value.as_deref())?;
            }
            Self::Record { shelf, name, value } => {
                records::put(connection, shelf, name, value.as_deref())?;
            }
            Self::About(about) => heard::put(connection, about)?,
            Self::Heard(heard) => heard::put_heard(connection, heard)?,
        }
        Ok(Done::default())
    }
}
