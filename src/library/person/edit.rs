//! Edits of `standin.db`: the one way in which a person's tables are written.

use super::change::{Change, Done};
use super::{Person, PersonError, Undone, backup, journal, now_ms};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

impl Person {
    /// Edits in one transaction: all of it, or nothing; what was changed is in the second copy before the database keeps it.
    /// One who rehearses keeps nothing.
    pub(super) fn edit<T>(
        &mut self,
        edit: impl FnOnce(&mut Edit) -> Result<T, Undone>,
    ) -> Result<T, PersonError> {
        self.edit_at(now_ms(), edit)
    }

    /// The same, at an hour in ms since 1970.
    pub(super) fn edit_at<T>(
        &mut self,
        at_ms: i64,
        edit: impl FnOnce(&mut Edit) -> Result<T, Undone>,
    ) -> Result<T, PersonError> {
        let copy = self.copy.as_path();
        let rehearses = self.rehearses;
        let edited = (|| {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            let has_copy = rehearses || journal::catch_up(&transaction, copy)?;
            let mut making = Edit {
                connection: &transaction,
                copy,
                at_ms,
                changes: Vec::new(),
                renews: !has_copy,
                rehearses,
            };
            let answer = edit(&mut making)?;
            if rehearses {
                // The transaction ends here, and what was done in it.
                return Ok(answer);
            }
            let Edit {
                at_ms,
                changes,
                renews,
                ..
            } = making;
            if changes.is_empty() && !renews {
                transaction.commit()?;
                return Ok(answer);
            }
            let appended = if renews {
                journal::renew(&transaction, copy)?
            } else {
                journal::append(&transaction, copy, at_ms, changes)?
            };
            match transaction.execute_batch("COMMIT") {
                Ok(()) => {
                    appended.keep();
                    Ok(answer)
                }
                Err(error) => {
                    appended.take_back(&transaction);
                    Err(error.into())
                }
            }
        })();
        edited.map_err(|undone: Undone| undone.told(&self.path))
    }
}

/// An edit on its way: the tables as they are in the middle of it, and what it has changed so far.
pub(super) struct Edit<'t> {
    pub connection: &'t Connection,
    pub copy: &'t Path,
    at_ms: i64,
    changes: Vec<Change>,
    /// The second copy is to be written anew.
    renews: bool,
    rehearses: bool,
}

impl Edit<'_> {
    /// Has the second copy written anew, whatever was changed.
    pub fn renew_copy(&mut self) {
        self.renews = true;
    }

    /// Makes a change. The first of a day is preceded by a backup, and by a look at the second copy.
    pub fn make(&mut self, change: Change) -> Result<Done, Undone> {
        if self.changes.is_empty() && !self.rehearses {
            let was_due = backup::make_if_due(self.connection, self.copy, self.at_ms)?;
            self.renews |= was_due && !journal::is_whole(self.copy);
        }
        let done = change.apply(self.connection, self.at_ms)?;
        self.changes.push(change);
        Ok(done)
    }
}
