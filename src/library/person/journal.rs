//! The second copy, `standin.jsonl`: every change is appended to it and synced before the database acknowledges it, so that
//! either of the two can be made again from the other.
//!
//! It is written inside the transaction of the change, whose lock keeps other programs away. The database knows the copy's
//! id and length. A line beyond that length was never acknowledged, or the database is older than its copy: it is
//! applied where it is whole and cut off where it is torn. When the changes outgrow the snapshot before them, or the copy
//! is damaged, it is written anew; the one before it stays beside it until the database knows the new one.

use super::change::Change;
use super::text::{Head, Line, Lines, Read1, SCHEMA};
use super::{Sticker, Undone, heard, now_ms, playlists, records, roots, stickers};
use crate::library::{aside, summed};
use crate::music::Uri;
use rusqlite::{Connection, OptionalExtension, params};
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// The file's name in the data folder.
pub(super) const COPY: &str = "standin.jsonl";

/// What is not whole yet is called so.
pub(super) const UNFINISHED: &str = ".new";

/// Changes may take so many times the room of the snapshot before them …
const MOST_TIMES_SNAPSHOT: u64 = 4;
/// … and so many bytes in any case.
const LEAST_BYTES: u64 = 1 << 20;

/// What the database knows of its copy.
#[derive(PartialEq, Eq)]
pub(super) struct State {
    pub id: String,
    seq: u64,
    pub bytes: u64,
    bytes_of_snapshot: u64,
}

/// What was written, until the database keeps the change.
pub(super) struct Appended {
    path: PathBuf,
    /// What the database knew before.
    known: Option<State>,
    /// The copy's length now.
    bytes: u64,
    how: How,
}

/// How the copy came to be what it is now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// A line came to it.
    Longer,
    /// It was written, and there was none.
    New,
    /// It was written anew, and the database's own is beside it.
    Anew,
    /// It was written anew, and what is beside it is not the database's own, or damaged: it may know more.
    AnewForAnother,
}

impl Appended {
    /// The database has kept the change.
    pub fn keep(self) {
        let before = before(&self.path);
        // What stays there is in nobody's way.
        let _ = match self.how {
            How::Longer | How::New => Ok(()),
            How::Anew => std::fs::remove_file(before),
            How::AnewForAnother => aside::move_away(&before).map(drop),
        };
    }

    /// The database has not kept the change: the copy becomes what it was, unless another program has met it meanwhile and
    /// taken it for one to be made. What cannot be taken back will be met so, too.
    pub fn take_back(self, connection: &Connection) {
        // It may be over already.
        let _ = connection.execute_batch("ROLLBACK");
        if connection.execute_batch("BEGIN IMMEDIATE").is_err() {
            return;
        }
        let is_known = state(connection).is_ok_and(|state| state == self.known);
        if is_known && length(&self.path) == self.bytes {
            let _ = self.undo();
        }
        let _ = connection.execute_batch("ROLLBACK");
    }

    fn undo(&self) -> io::Result<()> {
        match self.how {
            How::New => return std::fs::remove_file(&self.path),
            How::Anew | How::AnewForAnother => {
                return std::fs::rename(before(&self.path), &self.path);
            }
            How::Longer => {}
        }
        let before = self.known.as_ref().map_or(0, |known| known.bytes);
        cut(&self.path, before)
    }
}

/// Where the copy that a new one replaces is until the database knows the new one.
pub(super) fn before(path: &Path) -> PathBuf {
    beside(path, ".old")
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn cut(path: &Path, length: u64) -> io::Result<()> {
    let file = OpenOptions::new().write(true).open(path)?;
    file.set_len(length)?;
    file.sync_data()
}

fn length(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |file| file.len())
}

fn is_of(path: &Path, state: &State) -> bool {
    Lines::open(path).is_ok_and(|(_, head)| head.id == state.id)
}

/// Whether every line of it is as it was written.
pub(super) fn is_whole(path: &Path) -> bool {
    super::backup::look_at(path).is_ok_and(|copy| copy.contents.damaged == 0)
}

/// Brings the database to where its copy is, where that is further: before the first change of a transaction. Tells
/// whether what lies there is the database's own copy; one that knows of none yet is content.
pub(super) fn catch_up(connection: &Connection, path: &Path) -> Result<bool, Undone> {
    let Some(state) = state(connection)? else {
        return Ok(true);
    };
    let failed = |source| Undone::copy(path, source);
    if !is_of(path, &state) && is_of(&before(path), &state) {
        // Ended before the database knew the new one.
        std::fs::rename(before(path), path).map_err(failed)?;
    }
    let (mut lines, head) = match Lines::open(path) {
        Ok(opened) => opened,
        Err(_) => return Ok(false),
    };
    let length = length(path);
    if head.id != state.id || length <= state.bytes {
        return Ok(head.id == state.id);
    }
    lines.seek(state.bytes).map_err(failed)?;
    let mut seq = state.seq;
    while let Read1::Whole(line) = lines.next::<Line>().map_err(failed)? {
        apply(connection, &line)?;
        seq = line.seq;
    }
    let sql = "UPDATE copy SET seq = ?1, bytes = ?2";
    connection.execute(sql, params![stored(seq), stored(lines.at())])?;
    if lines.at() < length {
        cut(path, lines.at()).map_err(failed)?;
    }
    Ok(true)
}

/// Does what a line tells; what cannot be done any more is left out, for the rest still counts.
pub(super) fn apply(connection: &Connection, line: &Line) -> Result<(), Undone> {
    for change in &line.changes {
        match change.apply(connection, line.at_ms) {
            Err(Undone::Told(_)) | Ok(_) => {}
            Err(failed) => return Err(failed),
        }
    }
    Ok(())
}

/// Writes the changes that were just applied, and syncs them.
pub(super) fn append(
    connection: &Connection,
    path: &Path,
    at_ms: i64,
    changes: Vec<Change>,
) -> Result<Appended, Undone> {
    let failed = |source| Undone::copy(path, source);
    let Some(state) = state(connection)? else {
        return renew(connection, path);
    };
    let room = (state.bytes_of_snapshot * MOST_TIMES_SNAPSHOT).max(LEAST_BYTES);
    let fits = is_of(path, &state) && length(path) == state.bytes && state.bytes <= room;
    let Some(mut file) = OpenOptions::new()
        .append(true)
        .open(path)
        .ok()
        .filter(|_| fits)
    else {
        return renew(connection, path);
    };
    let seq = state.seq + 1;
    let line = summed::line(&Line {
        seq,
        at_ms,
        changes,
    });
    let put = file
        .write_all(line.as_bytes())
        .and_then(|()| file.sync_data());
    if let Err(source) = put {
        let _ = cut(path, state.bytes);
        return Err(failed(source));
    }
    let bytes = state.bytes + line.len() as u64;
    let sql = "UPDATE copy SET seq = ?1, bytes = ?2";
    let appended = Appended {
        path: path.to_owned(),
        known: Some(state),
        bytes,
        how: How::Longer,
    };
    match connection.execute(sql, params![stored(seq), stored(bytes)]) {
        Ok(_) => Ok(appended),
        Err(failed) => {
            appended.take_back(connection);
            Err(failed.into())
        }
    }
}

/// Writes the copy anew. What lies there and is not the database's own is set aside: it may know more.
pub(super) fn renew(connection: &Connection, path: &Path) -> Result<Appended, Undone> {
    let failed = |source| Undone::copy(path, source);
    let known = state(connection)?;
    let seq = known.as_ref().map_or(0, |known| known.seq) + 1;
    let new = beside(path, UNFINISHED);
    let (id, bytes) = write_lines(connection, &new, seq, now_ms())?;
    let how = match &known {
        _ if !path.exists() => How::New,
        Some(known) if is_of(path, known) => How::Anew,
        _ => How::AnewForAnother,
    };
    let put = || {
        if how != How::New {
            std::fs::rename(path, before(path))?;
        }
        std::fs::rename(&new, path).inspect_err(|_| {
            let _ = std::fs::rename(before(path), path);
        })?;
        sync_folder(path)
    };
    let appended = Appended {
        path: path.to_owned(),
        known,
        bytes,
        how,
    };
    let sql = "INSERT OR REPLACE INTO copy(one, id, seq, bytes, bytes_of_snapshot) VALUES (1, ?1, ?2, ?3, ?3)";
    let kept = put().map_err(failed).and_then(|()| {
        connection.execute(sql, params![id, stored(seq), stored(bytes)])?;
        Ok(())
    });
    match kept {
        Ok(()) => Ok(appended),
        Err(failed) => {
            let _ = std::fs::remove_file(&new);
            appended.take_back(connection);
            Err(failed)
        }
    }
}

/// Takes a copy that is whole for the database's own, which was just made from it.
pub(super) fn adopt(connection: &Connection, path: &Path) -> Result<(), Undone> {
    let failed = |source| Undone::copy(path, source);
    let (mut lines, head) = Lines::open(path).map_err(failed)?;
    let (mut seq, mut read, mut of_snapshot) = (head.seq, 0, lines.at());
    while let Read1::Whole(line) = lines.next::<Line>().map_err(failed)? {
        seq = line.seq;
        read += 1;
        if read == head.lines {
            of_snapshot = lines.at();
        }
    }
    let sql = "INSERT OR REPLACE INTO copy(one, id, seq, bytes, bytes_of_snapshot) VALUES (1, ?1, ?2, ?3, ?4)";
    let numbers = (stored(seq), stored(lines.at()), stored(of_snapshot));
    connection.execute(sql, params![head.id, numbers.0, numbers.1, numbers.2])?;
    Ok(())
}

/// Writes all that a person made, every sum checked, into a file of that name: whole, or not at all.
pub(super) fn write_snapshot(
    connection: &Connection,
    path: &Path,
    at_ms: i64,
) -> Result<(), Undone> {
    let failed = |source| Undone::copy(path, source);
    let unfinished = beside(path, UNFINISHED);
    write_lines(connection, &unfinished, 0, at_ms)?;
    std::fs::rename(&unfinished, path).map_err(failed)?;
    sync_folder(path).map_err(failed)
}

/// Writes and syncs a snapshot; where that fails there is no file. Its id and length.
fn write_lines(
    connection: &Connection,
    path: &Path,
    seq: u64,
    at_ms: i64,
) -> Result<(String, u64), Undone> {
    let failed = |source| Undone::copy(path, source);
    let id = new_id(connection)?;
    let lines = count(connection)?;
    let head = summed::line(&Head {
        standin: SCHEMA,
        id: id.clone(),
        seq,
        at_ms,
        lines,
    });
    let write = || -> Result<u64, Undone> {
        let file = File::create(path).map_err(failed)?;
        let mut file = BufWriter::new(file);
        file.write_all(head.as_bytes()).map_err(failed)?;
        let mut bytes = head.len() as u64;
        snapshot(connection, seq, &mut |line| {
            bytes += line.len() as u64;
            file.write_all(line.as_bytes()).map_err(failed)
        })?;
        let file = file
            .into_inner()
            .map_err(|error| failed(error.into_error()))?;
        file.sync_all().map_err(failed)?;
        Ok(bytes)
    };
    let written = write();
    if written.is_err() {
        let _ = std::fs::remove_file(path);
    }
    Ok((id, written?))
}

fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()
}

/// How many lines a snapshot has.
fn count(connection: &Connection) -> rusqlite::Result<u64> {
    let sql = "SELECT (SELECT count(*) FROM root) + (SELECT count(*) FROM playlist)
        + (SELECT count(*) FROM about) + (SELECT count(*) FROM heard) + (SELECT count(*) FROM sticker)
        + (SELECT count(*) FROM record)";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Everything as lines. It fails where a sum does not fit, so that no damage is ever copied.
fn snapshot(
    connection: &Connection,
    seq: u64,
    put: &mut impl FnMut(String) -> Result<(), Undone>,
) -> Result<(), Undone> {
    let mut put = |at_ms: i64, change: Change| {
        put(summed::line(&Line {
            seq,
            at_ms,
            changes: vec![change],
        }))
    };
    for root in roots::all(connection)? {
        let name = root.name.clone();
        let dir = Uri::new(root.dir.as_os_str().as_bytes());
        put(0, Change::AddRoot { name, dir })?;
    }
    playlists::each(connection, |list| {
        let (name, query, rows) = (list.name, list.query, list.rows);
        let at_ms = list.changed_at_ms;
        put(at_ms, Change::CreatePlaylist { name, query, rows })
    })?;
    heard::each_about(connection, |about| put(0, Change::About(Box::new(about))))?;
    heard::each_heard(connection, |heard| put(0, Change::Heard(heard)))?;
    stickers::each(connection, |sticker| {
        let Sticker { key, name, value } = sticker;
        let value = Some(value);
        put(0, Change::Stick { key, name, value })
    })?;
    records::each(connection, |record| {
        let records::Record { shelf, name, value } = record;
        let value = Some(value);
        put(0, Change::Record { shelf, name, value })
    })
}

/// What the database knows of its copy; `None`: none was written yet.
pub(super) fn state(connection: &Connection) -> rusqlite::Result<Option<State>> {
    let sql = "SELECT id, seq, bytes, bytes_of_snapshot FROM copy";
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    let state = connection.query_row(sql, [], |row| {
        Ok(State {
            id: row.get(0)?,
            seq: number(row.get(1)?),
            bytes: number(row.get(2)?),
            bytes_of_snapshot: number(row.get(3)?),
        })
    });
    state.optional()
}

fn new_id(connection: &Connection) -> rusqlite::Result<String> {
    connection.query_row("SELECT lower(hex(randomblob(8)))", [], |row| row.get(0))
}

fn stored(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
