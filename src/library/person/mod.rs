//! `standin.db`: what the person made, roots, playlists, ratings, counts and history; and what took hours to find out,
//! loudness and checks.
//!
//! Everything in it hangs on audio keys and names ([`Wanted`](crate::music::Wanted)), never on a row of the index,
//! so it outlives the index. Each edit is one transaction, and what was acknowledged survives a power cut. It never
//! opens a music file.
//!
//! What a person made is there three times: in tables whose records carry sums of our own (`seal`), in a second copy of
//! plain text to which each [`Change`] is appended and synced before the database keeps it (`journal`), and in backups
//! (`backup`). Each can be made from each other (`recover`). What was heard while none of them could be written waits in
//! the state folder (`uncounted`), and who reads is told of it (`waiting`); so does how far a long file is that plays
//! (`left_off`).

mod backup;
mod change;
mod edit;
mod error;
mod handed_out;
mod heard;
mod history;
mod imports;
mod inspect;
mod journal;
mod left_off;
mod loudness;
mod names;
mod notice;
mod numbers;
mod outages;
mod playlists;
mod records;
mod recover;
mod root_news;
mod roots;
mod rows;
mod schema;
mod seal;
mod stickers;
mod text;
mod uncounted;
mod waiting;

pub use backup::{Backup, Contents};
pub use error::PersonError;
pub use handed_out::{HandedOut, Mark};
pub use heard::{About, Heard, Listening};
pub use history::{Told, Totals};
pub use imports::{
    Ban, Bans, Carried, Decided, Decision, Decisions, Gathered, Import, Imported, KnownAs,
    ListImported, Marking, Mirror, Plays, Restored, ToAdopt, Waits,
};
pub use inspect::{Agreement, BackupDates};
pub use left_off::{HowFar, LeftOff, LeftOffLookup, Underway};
pub use loudness::{CheckedFile, MeasuredLookup};
pub use names::MAX_NAME_BYTES;
pub use notice::{Noticing, Unnoticed};
pub use numbers::{Column, Kept};
pub use outages::MAX_OUTAGES;
pub use playlists::{PlaylistHead, StoredPlaylist};
pub use records::Shelved;
pub use recover::{Recovered, recover};
pub use root_news::RootNews;
pub use roots::{RootState, place_of, state_of};
pub use stickers::Sticker;
pub use uncounted::Uncounted;

use super::sqlite::{self, Durability};
use error::Undone;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The file's name in the data folder.
pub const FILE: &str = "standin.db";

/// What the person made, open.
pub struct Person {
    connection: Connection,
    path: PathBuf,
    /// The second copy.
    copy: PathBuf,
    /// Every edit is made and taken back: for telling what would be done.
    rehearses: bool,
    /// What the answers tell beside what is in the file.
    waiting: Vec<Listening>,
}

impl Person {
    /// Opens `standin.db` in the data folder for reading and writing, and makes both where they are not there.
    pub fn open(data: &Path) -> Result<Self, PersonError> {
        let path = Self::path(data)?;
        let connection = sqlite::open_writer(&path, schema::MIGRATIONS, Durability::Power)?;
        let mut person = Self::with(connection, path);
        person.seal()?;
        Ok(person)
    }

    /// Opens it for telling what edits would do: each answers as it would, and nothing of it is kept, be it in a file or
    /// in the answers of later ones. Where there is no file yet none is made.
    pub fn rehearse(data: &Path) -> Result<Self, PersonError> {
        let path = Self::path(data)?;
        let person = if path.exists() {
            Self::open(data)?
        } else {
            Self::nothing(&path)?
        };
        Ok(Self {
            rehearses: true,
            ..person
        })
    }

    /// Whether there is anything of a person here, be it the second copy alone.
    pub fn is_there(data: &Path) -> bool {
        [FILE, journal::COPY]
            .iter()
            .any(|name| data.join(name).exists())
    }

    /// The newest backup, where it is all that is here of a person.
    pub fn backup_alone(data: &Path) -> Option<Backup> {
        if Self::is_there(data) {
            return None;
        }
        let backups = backup::all_in(&data.join(backup::FOLDER)).ok()?;
        backups.into_iter().next()
    }

    /// Where the file is or will be. One that is gone while its copy is not must not be begun anew.
    fn path(data: &Path) -> Result<PathBuf, PersonError> {
        let path = data.join(FILE);
        match Self::is_there(data) && !path.exists() {
            true => Err(PersonError::Gone { path }),
            false => Ok(path),
        }
    }

    fn with(connection: Connection, path: PathBuf) -> Self {
        let copy = path.with_file_name(journal::COPY);
        Self {
            connection,
            path,
            copy,
            rehearses: false,
            waiting: Vec::new(),
        }
    }

    /// Gives a new file, or one of an older version, its sums and its second copy.
    fn seal(&mut self) -> Result<(), PersonError> {
        let is_sealed = |connection: &Connection| {
            seal::tally_of(connection, seal::Tally::Playlists).map(|tally| tally.is_some())
        };
        if is_sealed(&self.connection).map_err(|source| self.failed(source))? {
            return Ok(());
        }
        self.edit(|edit| {
            if is_sealed(edit.connection)? {
                return Ok(());
            }
            let roots = roots::unheld(edit.connection)?;
            seal::set(edit.connection, seal::Tally::Roots, roots::sum(&roots))?;
            playlists::seal_all(edit.connection)?;
            for empty in [
                seal::Tally::Abouts,
                seal::Tally::Heard,
                seal::Tally::Stickers,
                seal::Tally::Records,
            ] {
                seal::set(edit.connection, empty, 0)?;
            }
            edit.renew_copy();
            Ok(())
        })
    }

    /// Opens it for reading: every edit fails. Where there is no file yet all answers are empty, and none is made.
    pub fn look(data: &Path) -> Result<Self, PersonError> {
        let path = Self::path(data)?;
        if let Some(connection) = sqlite::open_reader(&path, schema::MIGRATIONS)? {
            return Ok(Self::with(connection, path));
        }
        let person = if path.exists() {
            // Made by an older standin: what is in it must not seem lost, so it is brought up to date; where it may
            // only be read, it is read as it is.
            match Self::open(data) {
                Err(error) if error.is_for_lack_of_writing() => {
                    Self::with(sqlite::open_as_it_is(&path)?, path)
                }
                opened => opened?,
            }
        } else {
            Self::nothing(&path)?
        };
        let closed = person.connection.pragma_update(None, "query_only", true);
        closed.map_err(|source| person.failed(source))?;
        Ok(person)
    }

    fn nothing(path: &Path) -> Result<Self, PersonError> {
        let open = || {
            let connection = Connection::open_in_memory()?;
            connection.execute_batch(&schema::MIGRATIONS.join("\n"))?;
            connection.pragma_update(None, "user_version", schema::MIGRATIONS.len() as u32)?;
            Ok(connection)
        };
        let path = path.to_owned();
        match open() {
            Ok(connection) => Ok(Self::with(connection, path)),
            Err(source) => Err(PersonError::Sqlite { path, source }),
        }
    }

    /// Edits from now on wait only so long for others that write.
    pub fn wait_at_most(&self, patience: Duration) -> Result<(), PersonError> {
        let set = self.connection.busy_timeout(patience);
        set.map_err(|source| self.failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> PersonError {
        PersonError::Sqlite {
            path: self.path.clone(),
            source,
        }
    }

    /// Asks in one read transaction, so that several questions see one state.
    fn ask<T>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, Undone>,
    ) -> Result<T, PersonError> {
        let asked = (|| {
            let transaction =
                Transaction::new_unchecked(&self.connection, TransactionBehavior::Deferred)?;
            question(&transaction)
        })();
        asked.map_err(|undone| undone.told(&self.path))
    }

    /// Reads all of it and holds it against its sums.
    pub fn check(&self) -> Result<(), PersonError> {
        if !sqlite::is_whole_to_the_last(&self.connection) {
            let path = self.path.clone();
            let what = "its structure".into();
            return Err(PersonError::Damaged { path, what });
        }
        self.ask(|connection| {
            if !schema::has_all_columns(connection)? {
                return Err(Undone::damaged("the names of its columns"));
            }
            roots::all(connection)?;
            playlists::each(connection, |_| Ok(()))?;
            if !schema::has_seals(connection)? {
                return Ok(());
            }
            let has_stickers = schema::has_stickers(connection)?;
            let has_records = schema::has_records(connection)?;
            let not_yet = |tally| match tally {
                seal::Tally::Stickers => !has_stickers,
                seal::Tally::Records => !has_records,
                _ => false,
            };
            for tally in seal::Tally::ALL.into_iter().filter(|one| !not_yet(*one)) {
                if seal::tally_of(connection, tally)?.is_none() {
                    return Err(Undone::damaged(tally.words()));
                }
            }
            heard::each_about(connection, |_| Ok(()))?;
            heard::each_heard(connection, |_| Ok(()))?;
            stickers::each(connection, |_| Ok(()))?;
            records::each(connection, |_| Ok(()))
        })
    }
}

/// Now, in ms since 1970; 0 on a machine whose clock stands before.
pub(super) fn now_ms() -> i64 {
    in_ms(SystemTime::now())
}

/// In ms since 1970; 0 for what was before.
fn in_ms(time: SystemTime) -> i64 {
    let since = time.duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_of_copies;
#[cfg(test)]
mod tests_of_failures;
