//! What `standin.db`, its second copy and its backups look like beside each other. It mends nothing, but for writing the
//! second copy anew where that is asked for.

use super::text::Lines;
use super::{Person, PersonError, backup, journal, recover, schema, seal};
use crate::library::Stamp;
use crate::music::AudioKey;
use rusqlite::Connection;
use std::collections::HashMap;
use std::path::Path;

/// How the second copy stands to the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// Each could be made from the other.
    Same,
    /// It is not there, or has lost something: the next change writes it anew.
    Behind,
    /// It says something else, though it is as long as it should be.
    Other,
    /// None was written yet: the file is new, or of an older version.
    None,
}

/// When backups were made, in ms since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BackupDates {
    /// The newest.
    pub newest_at_ms: Option<i64>,
    /// When the second copy was last written to, which is when something was last changed.
    pub changed_at_ms: Option<i64>,
}

impl Person {
    /// How the second copy stands to the database, by its length and name; with `whole`, by all that it says.
    pub fn agreement(&self, whole: bool) -> Result<Agreement, PersonError> {
        self.ask(|connection| {
            if !schema::has_seals(connection)? {
                return Ok(Agreement::None);
            }
            let Some(state) = journal::state(connection)? else {
                return Ok(Agreement::None);
            };
            let length = std::fs::metadata(&self.copy).map_or(0, |file| file.len());
            let is_own = Lines::open(&self.copy).is_ok_and(|(_, head)| head.id == state.id);
            if !is_own || length < state.bytes {
                return Ok(Agreement::Behind);
            }
            // A line beyond was written by a change that was not acknowledged; the next one takes it in.
            if !whole || length > state.bytes {
                return Ok(Agreement::Same);
            }
            let (copy, damaged) = match self.made_from(&self.copy) {
                Ok(made) => made,
                Err(_) => return Ok(Agreement::Other),
            };
            let tally = |of: &Connection, tally| seal::tally_of(of, tally);
            for one in seal::Tally::ALL {
                // A file of an older version has none of what came since.
                let own = tally(connection, one)?.unwrap_or(0);
                if own != tally(&copy.connection, one)?.unwrap_or(0) {
                    return Ok(Agreement::Other);
                }
            }
            Ok(match damaged {
                0 => Agreement::Same,
                _ => Agreement::Other,
            })
        })
    }

    /// Writes the second copy anew.
    pub fn renew_copy(&mut self) -> Result<(), PersonError> {
        self.edit(|edit| {
            edit.renew_copy();
            Ok(())
        })
    }

    /// When backups were made; only their first lines are read.
    pub fn backup_dates(&self) -> BackupDates {
        let folder = backup::folder_of(&self.copy);
        let names = backup::names_in(&folder).unwrap_or_default();
        let at_ms = |name: &String| {
            let (_, head) = Lines::open(&folder.join(name)).ok()?;
            Some(head.at_ms)
        };
        let changed = std::fs::metadata(&self.copy).and_then(|copy| copy.modified());
        let since = changed.ok().and_then(|at| {
            let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
            i64::try_from(since.as_millis()).ok()
        });
        BackupDates {
            newest_at_ms: names.iter().filter_map(at_ms).max(),
            changed_at_ms: since,
        }
    }

    /// Puts each backup back, in memory: the names of those that are not whole.
    pub fn damaged_backups(&self) -> Vec<String> {
        let folder = backup::folder_of(&self.copy);
        let mut names = backup::names_in(&folder).unwrap_or_default();
        names.retain(|name| {
            let path = folder.join(name);
            let contents = backup::look_at(&path).map(|backup| backup.contents);
            let is_whole = contents.is_ok_and(|contents| contents.damaged == 0);
            let made = self.made_from(&path).and_then(|(made, _)| made.check());
            !is_whole || made.is_err()
        });
        names
    }

    /// What a file of lines makes, in memory, and how many of its lines are damaged.
    fn made_from(&self, path: &Path) -> Result<(Self, u64), PersonError> {
        let made = Self::nothing(&self.path)?;
        let damaged = (|| {
            for tally in seal::Tally::ALL {
                seal::set(&made.connection, tally, 0)?;
            }
            recover::replay(&made.connection, path)
        })();
        match damaged {
            Ok(damaged) => Ok((made, damaged)),
            Err(undone) => Err(undone.told(path)),
        }
    }

    /// Whether each file that was decoded whole was found damaged, by key and stamp; of two copies of one size and time
    /// the worse counts.
    pub fn all_checks(&self) -> Result<HashMap<(AudioKey, Stamp), bool>, PersonError> {
        self.ask(|connection| {
            let sql = "SELECT audio_key, size, mtime_ns, damage <> '' FROM checked";
            let mut statement = connection.prepare(sql)?;
            let mut rows = statement.query([])?;
            let mut checks = HashMap::new();
            while let Some(row) = rows.next()? {
                let key: Vec<u8> = row.get(0)?;
                let Some(key) = AudioKey::from_slice(&key) else {
                    continue;
                };
                let (size, mtime_ns) = (row.get(1)?, row.get(2)?);
                let is_damaged: bool = row.get(3)?;
                let known = checks.entry((key, Stamp { size, mtime_ns })).or_default();
                *known |= is_damaged;
            }
            Ok(checks)
        })
    }
}
