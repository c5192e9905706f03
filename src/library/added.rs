//! When songs came. The index notes it while it is scanned; here it goes to `standin.db`, which outlives the index. What
//! "added" means stands in `query`. It reads no music.
//!
//! What cannot be written there waits in the index for the next scan: a full disk ends no scan.

use super::person::now_ms;
use super::{Library, LibraryError};
use crate::music::AudioKey;
use rusqlite::{Connection, TransactionBehavior};

/// `root.added`: it was never scanned whole.
pub(super) const NEVER_WHOLE: i64 = 0;
/// `root.added`: it was, and nothing of it is kept yet.
pub(super) const WHOLE: i64 = 1;
/// `root.added`: what it had then is kept; what comes from now on is noted song by song.
pub(super) const KEPT: i64 = 2;

impl Library {
    /// Keeps when songs came that the last scans met.
    pub(super) fn keep_added(&self) -> Result<(), LibraryError> {
        let mut connection = self.index().writer()?;
        let failed = |source| LibraryError::sqlite(self.index().path())(source);
        if !is_news(&connection).map_err(failed)? {
            return Ok(());
        }
        // Nobody notes more until what is noted is kept.
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let mut songs = noted(&transaction).map_err(failed)?;
        songs.sort_unstable();
        // Of copies the one that came first.
        songs.dedup_by_key(|(key, _)| *key);
        self.person()?.keep_added(&songs)?;
        forget(&transaction)
            .and_then(|()| transaction.commit())
            .map_err(failed)
    }
}

fn is_news(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT EXISTS(SELECT 1 FROM fresh) OR EXISTS(SELECT 1 FROM root WHERE added < ?1)";
    connection.query_row(sql, [KEPT], |row| row.get(0))
}

/// What came with a root, at its file's time, which may lie in the future where a clock was wrong; what came later, at the time of its scan.
fn noted(connection: &Connection) -> rusqlite::Result<Vec<(AudioKey, i64)>> {
    let sql = "SELECT audio_key, min(mtime_ns / 1000000, ?2) FROM root JOIN file ON root_id = root.id JOIN song ON file_id = file.id
         WHERE added < ?1 AND audio_key IS NOT NULL
         UNION ALL SELECT audio_key, at_ms FROM fresh";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([KEPT, now_ms()], |row| {
        Ok((AudioKey::from_bytes(row.get(0)?), row.get(1)?))
    })?;
    rows.collect()
}

fn forget(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute("DELETE FROM fresh", [])?;
    let sql = "UPDATE root SET added = ?1 WHERE added = ?2";
    connection.execute(sql, [KEPT, WHOLE])?;
    Ok(())
}
