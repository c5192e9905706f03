//! Backups: all that a person made, as a file of text in `backups/` beside the database, one before the first change of a
//! day. The newest stay, and one of each month; what is damaged is never written over what is whole.

use super::change::Change;
use super::journal::UNFINISHED;
use super::text::not_ours;
use super::text::{Head, Line, Lines, Read1};
use super::{Person, PersonError, Undone, in_ms, journal, now_ms, recover, seal};
use crate::library::aside;
use rusqlite::Connection;
use std::io::{self, BufRead};
use std::path::{Path, PathBuf};

/// The folder beside the database.
pub(super) const FOLDER: &str = "backups";

/// So long after the newest backup a change is preceded by another, in ms.
const DUE_MS: u64 = 24 * 60 * 60 * 1_000;

/// So many of the newest stay …
const NEWEST: usize = 10;
/// … and the newest of so many months.
const MONTHS: usize = 12;

/// The name of a backup: `standin-20261124T153000.123Z.jsonl`.
const BEGIN: &str = "standin-";
const END: &str = ".jsonl";
/// Digits, in a backup's name, of its year and month.
const MONTH_DIGITS: usize = 6;

/// A backup that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Its name in the folder of backups.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// When it was made, in ms since 1970.
    pub at_ms: i64,
    /// Its size.
    pub bytes: u64,
    /// What is in it.
    pub contents: Contents,
}

/// How much of everything a backup, or a second copy, holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Music folders.
    pub roots: u64,
    /// Playlists.
    pub playlists: u64,
    /// Their rows.
    pub rows: u64,
    /// Songs with stars or counts.
    pub songs: u64,
    /// Lines of the history.
    pub heard: u64,
    /// Lines that are not as they were written.
    pub damaged: u64,
}

impl Person {
    /// Makes a backup now, of a database that was found whole.
    pub fn back_up(&mut self) -> Result<Backup, PersonError> {
        self.check()?;
        self.back_up_anyway()
    }

    fn back_up_anyway(&self) -> Result<Backup, PersonError> {
        let folder = folder_of(&self.copy);
        let path = self.ask(|connection| make(connection, &folder, now_ms()))?;
        look_at(&path)
    }

    /// All backups, newest first. A file that holds nothing of a backup is left out.
    pub fn backups(&self) -> Result<Vec<Backup>, PersonError> {
        let folder = folder_of(&self.copy);
        all_in(&folder).map_err(|source| PersonError::Copy {
            path: folder,
            source,
        })
    }

    /// Puts everything back as it was in a backup, which is named or is a file anywhere; what is there now is backed up
    /// first. One with damaged lines is refused, unless all that can be read of it is wanted.
    pub fn restore(&mut self, name: &str, what_can_be_read: bool) -> Result<Contents, PersonError> {
        let named = folder_of(&self.copy).join(name);
        let path = [named, PathBuf::from(name)]
            .into_iter()
            .find(|path| path.is_file())
            .ok_or_else(|| PersonError::NoSuchBackup {
                name: name.to_owned(),
            })?;
        let contents = look_at(&path)?.contents;
        let damaged = contents.damaged;
        if damaged > 0 && !what_can_be_read {
            return Err(PersonError::DamagedBackup { path, damaged });
        }
        if self.rehearses {
            return Ok(contents);
        }
        // Where what is there is damaged, there is nothing to back up.
        let _ = self.back_up_anyway();
        self.edit(|edit| {
            let connection = edit.connection;
            connection.execute_batch(
                "DELETE FROM root; DELETE FROM playlist; DELETE FROM about; DELETE FROM heard;
                 DELETE FROM sticker; DELETE FROM record;",
            )?;
            for tally in seal::Tally::ALL {
                seal::set(connection, tally, 0)?;
            }
            recover::replay(connection, &path)?;
            edit.renew_copy();
            Ok(())
        })?;
        Ok(contents)
    }
}

/// Makes a backup where there is none of the last day, by a clock that may have jumped either way. A full disk does not stop the change that is
/// to come: how old the newest is can be asked. Damage does. Tells whether it was due.
pub(super) fn make_if_due(
    connection: &Connection,
    copy: &Path,
    at_ms: i64,
) -> Result<bool, Undone> {
    let folder = folder_of(copy);
    let is_recent = |name: &String| {
        Lines::open(&folder.join(name)).is_ok_and(|(_, head)| at_ms.abs_diff(head.at_ms) < DUE_MS)
    };
    let names = names_in(&folder).unwrap_or_default();
    let is_due = !names.iter().rev().any(is_recent);
    if !is_due || is_empty(connection)? {
        return Ok(is_due);
    }
    match make(connection, &folder, at_ms) {
        Err(Undone::Told(PersonError::Copy { .. })) | Ok(_) => Ok(true),
        Err(failed) => Err(failed),
    }
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT NOT EXISTS(SELECT 1 FROM root) AND NOT EXISTS(SELECT 1 FROM playlist)
        AND NOT EXISTS(SELECT 1 FROM about) AND NOT EXISTS(SELECT 1 FROM sticker)
        AND NOT EXISTS(SELECT 1 FROM record)";
    connection.query_row(sql, [], |row| row.get(0))
}

fn make(connection: &Connection, folder: &Path, at_ms: i64) -> Result<PathBuf, Undone> {
    let failed = |source| Undone::copy(folder, source);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let stamp = aside::stamp_in_utc(at_ms);
    let first = format!("{BEGIN}{stamp}{END}");
    let others = (2..).map(|number: u32| format!("{BEGIN}{stamp}-{number}{END}"));
    let name = std::iter::once(first)
        .chain(others)
        .find(|name| !folder.join(name).exists())
        .expect("there are more numbers than backups");
    let path = folder.join(name);
    journal::write_snapshot(connection, &path, at_ms)?;
    sweep(folder, at_ms);
    for name in superfluous(&names_in(folder).map_err(failed)?) {
        std::fs::remove_file(folder.join(name)).map_err(failed)?;
    }
    Ok(path)
}

/// Removes what was left of backups by programs that were ended in the middle of them.
fn sweep(folder: &Path, now_ms: i64) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_str().and_then(|name| name.strip_suffix(UNFINISHED));
        let is_old = || {
            let modified = entry.metadata().and_then(|metadata| metadata.modified());
            modified.is_ok_and(|at| in_ms(at).abs_diff(now_ms) >= DUE_MS)
        };
        if name.and_then(month_of).is_some() && is_old() {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

pub(super) fn folder_of(copy: &Path) -> PathBuf {
    copy.with_file_name(FOLDER)
}

/// The backups in a folder, newest first; files that hold nothing of one are left out.
pub(super) fn all_in(folder: &Path) -> io::Result<Vec<Backup>> {
    let names = names_in(folder)?;
    let paths = names.iter().rev().map(|name| folder.join(name));
    let mut backups: Vec<Backup> = paths.filter_map(|path| look_at(&path).ok()).collect();
    backups.sort_by_key(|backup| std::cmp::Reverse(backup.at_ms));
    Ok(backups)
}

/// The names of backups, oldest first.
pub(super) fn names_in(folder: &Path) -> io::Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| month_of(name).is_some()).collect();
    names.sort();
    Ok(names)
}

fn month_of(name: &str) -> Option<&str> {
    let stamp = name.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let month = stamp.get(..MONTH_DIGITS)?;
    month
        .bytes()
        .all(|digit| digit.is_ascii_digit())
        .then_some(month)
}

/// Those that may go, of names that are sorted, oldest first.
fn superfluous(names: &[String]) -> Vec<&String> {
    let mut months = Vec::new();
    let newest_first = names.iter().rev().enumerate();
    let goes = newest_first.filter(|(at, name)| {
        let month = month_of(name);
        let is_newest_of_month = !months.contains(&month);
        if is_newest_of_month {
            months.push(month);
        }
        *at >= NEWEST && !(is_newest_of_month && months.len() <= MONTHS)
    });
    goes.map(|(_, name)| name).collect()
}

fn counted<R: BufRead>(
    (mut lines, head): (Lines<R>, Option<Head>),
) -> io::Result<(Option<Head>, Contents)> {
    let mut contents = Contents::default();
    let (mut read, mut whole) = (0, 0_u64);
    loop {
        match lines.next::<Line>()? {
            Read1::Whole(line) => {
                line.changes.iter().for_each(|one| contents.count(one));
                whole += 1;
            }
            Read1::Damaged => contents.damaged += 1,
            Read1::Torn | Read1::End => break,
        }
        read += 1;
    }
    match &head {
        // A file that was cut off is damaged by what it lacks.
        Some(head) => contents.damaged += head.lines.saturating_sub(read),
        None if whole > 0 => contents.damaged += 1,
        None => return Err(not_ours()),
    }
    Ok((head, contents))
}

/// Reads all of a backup and counts what is in it.
pub(super) fn look_at(path: &Path) -> Result<Backup, PersonError> {
    let failed = |source| PersonError::Copy {
        path: path.to_owned(),
        source,
    };
    let lines = Lines::open_anyway(path).map_err(failed)?;
    let (head, contents) = counted(lines).map_err(failed)?;
    let metadata = std::fs::metadata(path).map_err(failed)?;
    let at_ms = match head {
        Some(head) => head.at_ms,
        None => metadata.modified().map_or(0, in_ms),
    };
    let name = path.file_name().unwrap_or_default();
    Ok(Backup {
        name: name.to_string_lossy().into_owned(),
        path: path.to_owned(),
        at_ms,
        bytes: metadata.len(),
        contents,
    })
}

impl Backup {
    /// When it was made, by the local clock: `2026-11-24 16:30`.
    pub fn local_time(&self) -> String {
        aside::local_time(self.at_ms)
    }
}

impl Contents {
    /// Counts what is in the text of a backup.
    pub fn of(text: &[u8]) -> io::Result<Self> {
        let lines = Lines::read_anyway(text)?;
        counted(lines).map(|(_, contents)| contents)
    }

    /// Whether there is nothing in it, and nothing was.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What the change brings; a backup's own lines only ever bring something.
    fn count(&mut self, change: &Change) {
        match change {
            Change::AddRoot { .. } => self.roots += 1,
            Change::CreatePlaylist { rows, .. } => {
                self.playlists += 1;
                self.rows += rows.len() as u64;
            }
            Change::AppendRows { rows, .. } => self.rows += rows.len() as u64,
            Change::About(_) => self.songs += 1,
            Change::Heard(_) => self.heard += 1,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_stay_and_one_of_each_month() {
        let day = |month: u32, day: u32| format!("standin-2026{month:02}{day:02}T120000Z.jsonl");
        let names: Vec<String> = (1..=9)
            .flat_map(|month| (1..=20).map(move |number| day(month, number)))
            .collect();
        let gone = superfluous(&names);
        let kept: Vec<&String> = names.iter().filter(|name| !gone.contains(name)).collect();
        let months = (1..=8).map(|month| day(month, 20));
        let newest = (11..=20).map(|number| day(9, number));
        assert_eq!(
            kept,
            months
                .chain(newest)
                .collect::<Vec<_>>()
                .iter()
                .collect::<Vec<_>>()
        );
        let years: Vec<String> = (2001..2041)
            .map(|year| format!("standin-{year}0101T000000Z.jsonl"))
            .collect();
        assert_eq!(superfluous(&years).len(), years.len() - MONTHS);
        assert!(superfluous(&names[..NEWEST]).is_empty());
    }

    #[test]
    fn other_files_are_no_backups() {
        assert_eq!(month_of("standin-20261124T153000Z.jsonl"), Some("202611"));
        for other in [
            "standin.jsonl",
            "notes.jsonl",
            "standin-x.jsonl",
            "standin-2026.jsonl",
        ] {
            assert_eq!(month_of(other), None, "{other}");
        }
    }
}
