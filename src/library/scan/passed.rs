//! What a walk passed over and no row of a file can hold: links to folders, folders that cannot be read, names that cannot
//! be said, ignore files that are not obeyed. It is noted, so that `ls --skipped` can tell it without a scan.

use super::known::{Scope, children};
use super::report::Skip;
use super::store::Store;
use rusqlite::params;
use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Row of a root and path below it, with the reason.
type Noted = BTreeMap<(i64, Vec<u8>), String>;

impl Store<'_> {
    /// Notes what was passed over within the scopes, and forgets what is so no longer. What lies below a folder that
    /// could not be read stays noted. Where nothing has changed, nothing is written.
    pub fn note_passed(
        &mut self,
        scopes: &[Scope],
        passed: &[Skip],
        unreadable: &[PathBuf],
    ) -> rusqlite::Result<()> {
        let noted = self.noted(scopes)?;
        let now: Noted = passed
            .iter()
            .filter_map(|skip| Some((self.row_and_path(&skip.path)?, skip.reason.clone())))
            .collect();
        let is_hidden_now = |(root, path): &(i64, Vec<u8>)| {
            self.roots.get(root).is_some_and(|root| {
                let path = root.dir.join(OsStr::from_bytes(path));
                unreadable.iter().any(|folder| path.starts_with(folder))
            })
        };
        let past: Vec<_> = noted
            .keys()
            .filter(|key| !now.contains_key(key) && !is_hidden_now(key))
            .cloned()
            .collect();
        for (root, path) in past {
            self.step()?;
            self.connection
                .prepare_cached("DELETE FROM passed WHERE root_id = ?1 AND path = ?2")?
                .execute(params![root, path])?;
        }
        for (key, reason) in now
            .iter()
            .filter(|(key, reason)| noted.get(key) != Some(reason))
        {
            self.step()?;
            self.connection
                .prepare_cached(
                    "INSERT OR REPLACE INTO passed(root_id, path, reason) VALUES (?1, ?2, ?3)",
                )?
                .execute(params![key.0, key.1, reason])?;
        }
        Ok(())
    }

    fn noted(&self, scopes: &[Scope]) -> rusqlite::Result<Noted> {
        let mut noted = Noted::new();
        let mut statement = self.connection.prepare_cached(
            "SELECT path, reason FROM passed WHERE root_id = ?1 AND (?2 = x'' OR path = ?2 OR (path >= ?3 AND path < ?4))",
        )?;
        for scope in scopes {
            let (from, until) = children(&scope.below);
            let mut rows = statement.query(params![scope.root_id, scope.below, from, until])?;
            while let Some(row) = rows.next()? {
                noted.insert((scope.root_id, row.get(0)?), row.get(1)?);
            }
        }
        Ok(noted)
    }

    /// The innermost root that holds a path.
    fn row_and_path(&self, path: &Path) -> Option<(i64, Vec<u8>)> {
        let holds = self.roots.iter().filter_map(|(id, root)| {
            let below = path.strip_prefix(&root.dir).ok()?;
            Some((root.dir.as_os_str().len(), *id, below))
        });
        let (_, id, below) = holds.max_by_key(|(length, ..)| *length)?;
        Some((id, below.as_os_str().as_bytes().to_vec()))
    }
}
