//! Edits of `standin.db`: the one way in which a person's tables are written.

use super::change::{Change, Done};
use super::{Person, PersonError, Undone, backup, journal, now_ms};
use rusqlite::{Connection, TransactionBehavior};
use std::path::Path;

impl Person {
    /// Edits in one transaction: all of it, or nothing; what was changed is in the second copy before the database keeps it.
    pub(super) fn edit<T>(
        &mut self,
        edit: impl FnOnce(&mut Edit) -> Result<T, Undone>,
    ) -> Result<T, PersonError> {
        let copy = self.copy.as_path();
        let edited = (|| {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            journal::catch_up(&transaction, copy)?;
            let mut making = Edit {
                connection: &transaction,
                copy,
                at_ms: now_ms(),
                changes: Vec::new(),
            };
            let answer = edit(&mut making)?;
            let Edit { at_ms, changes, .. } = making;
            if changes.is_empty() {
                transaction.commit()?;
                return Ok(answer);
            }
            let appended = journal::append(&transaction, copy, at_ms, changes)?;
            match transaction.commit() {
                Ok(()) => Ok(answer),
                Err(error) => {
                    appended.take_back();
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
}

impl Edit<'_> {
    /// Makes a change. The first of a day is preceded by a backup.
    pub fn make(&mut self, change: Change) -> Result<Done, Undone> {
        if self.changes.is_empty() {
            backup::make_if_due(self.connection, self.copy, self.at_ms)?;
        }
        let done = change.apply(self.connection, self.at_ms)?;
        self.changes.push(change);
        Ok(done)
    }
}
