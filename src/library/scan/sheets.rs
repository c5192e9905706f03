//! Cue sheets beside the files: after the files are stored, those that a new, changed, vanished or touched sheet is about
//! are read again and stored as it cuts them. A sheet's size and time are written when that is done, so that a scan which
//! is killed between does it next time; a scan that finds all as it was opens no sheet.

mod find;

use super::by_path::{self, LastFolder};
use super::compare::SheetSeen;
use super::known::{Known, children};
use super::report::Skip;
use super::songs::SongRow;
use super::store::Store;
use super::tags::{Beside, Found, cut_beside, own_file};
use crate::library::bytes::{FileBytes, stamp_of};
use crate::library::index::{CHANGED, HERE, TOUCHED};
use crate::library::owned::OwnedFile;
use crate::music::{AudioKey, Place, RelPath, Root};
use crate::wanted::MAX_BYTES;
use crate::wanted::cue::{self, CueFile, CueSheet};
use find::Finder;
use rusqlite::{OptionalExtension, params};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// So many folders are remembered as touched before they are forgotten and touched anew.
const MOST_TOUCHED: usize = 10_000;
/// So many sheets are told of.
const MOST_NOTES: usize = 1_000;
/// More sheets of one folder are not looked at.
const MOST_IN_A_FOLDER: usize = 10_000;

/// What looking at the sheets came to.
#[derive(Default)]
pub struct LookedAt {
    /// Files that were counted as they were, and that are cut in another way now.
    pub changed: u64,
    /// Sheets that could not be used as they are.
    pub notes: Vec<Skip>,
    /// The files of `changed`: sheets of several folders may be about one.
    counted: HashSet<i64>,
}

/// A row of `sheet`.
struct SheetRow {
    id: i64,
    path: Vec<u8>,
    mark: i64,
}

/// What a sheet says of a file.
struct Says {
    sheet_id: i64,
    sheet_path: Vec<u8>,
    is_changed: bool,
    is_stale: bool,
    sheet: Rc<CueSheet>,
    file: CueFile,
}

/// A row of `file`.
struct FileRow {
    root_id: i64,
    path: Vec<u8>,
    sheet_id: Option<i64>,
}

type Folder = (i64, Vec<u8>);

impl Store<'_> {
    /// Notes a sheet that is to be looked at.
    pub fn put_sheet(&mut self, seen: &SheetSeen) -> rusqlite::Result<()> {
        self.step()?;
        let mark = if seen.has_changed { CHANGED } else { TOUCHED };
        self.connection
            .prepare_cached(
                "INSERT INTO sheet(root_id, path, size, mtime_ns) VALUES (?1, ?2, 0, ?3)
                 ON CONFLICT(root_id, path) DO UPDATE SET mtime_ns = min(mtime_ns, ?3)",
            )?
            .execute(params![seen.root_id, seen.path.as_bytes(), mark])?;
        Ok(())
    }

    /// A file has come or changed: the sheets of its folder, and of those above it, may be about it.
    pub(super) fn touch_sheets_around(
        &mut self,
        root_id: i64,
        path: &RelPath,
    ) -> rusqlite::Result<()> {
        if !self.has_sheets {
            return Ok(());
        }
        let mut folder = folder_of(path.as_bytes());
        loop {
            if self.touched.len() >= MOST_TOUCHED {
                self.touched.clear();
            }
            if !self.touched.insert((root_id, folder.to_vec())) {
                return Ok(());
            }
            for sheet in self.sheets_in(&(root_id, folder.to_vec()))? {
                self.touch(sheet.id)?;
            }
            if folder.is_empty() {
                return Ok(());
            }
            folder = folder_of(folder);
        }
    }

    pub(super) fn touch(&self, sheet: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE sheet SET mtime_ns = min(mtime_ns, ?2) WHERE id = ?1")?
            .execute([sheet, TOUCHED])?;
        Ok(())
    }

    /// The sheet that a file was cut by.
    pub(super) fn sheet_of(&self, file: i64) -> rusqlite::Result<Option<i64>> {
        self.connection
            .prepare_cached("SELECT sheet_id FROM file WHERE id = ?1")?
            .query_row([file], |row| row.get(0))
            .optional()
            .map(Option::flatten)
    }

    /// Notes what a file was cut by.
    pub(super) fn set_cut(
        &self,
        file: i64,
        found: &Found,
        sheet: Option<i64>,
    ) -> rusqlite::Result<()> {
        // Most files are not cut, and were not.
        if file > self.last_row_before && sheet.is_none() && found.parts.is_empty() {
            return Ok(());
        }
        let key = found.key.filter(|_| !found.parts.is_empty());
        self.connection
            .prepare_cached("UPDATE file SET whole_key = ?2, sheet_id = ?3 WHERE id = ?1")?
            .execute(params![file, key.as_ref().map(AudioKey::as_bytes), sheet])?;
        Ok(())
    }

    /// Notes that a file has no songs that anything could have cut.
    pub(super) fn uncut(&self, file: i64) -> rusqlite::Result<()> {
        self.connection
            .prepare_cached("UPDATE file SET whole_key = NULL, sheet_id = NULL WHERE id = ?1")?
            .execute([file])?;
        Ok(())
    }

    /// Cuts files as the sheets say that are to be looked at, or leaves them whole whose sheet has vanished.
    pub fn look_at_sheets(
        &mut self,
        known: &Known,
        unreadable: &[PathBuf],
        is_here: &dyn Fn(&Arc<Root>) -> bool,
        stop: &AtomicBool,
    ) -> rusqlite::Result<LookedAt> {
        let mut looked_at = LookedAt::default();
        let mut gone = Vec::new();
        let sql = "SELECT root_id, path FROM sheet WHERE id = ?1";
        for sheet in known.unseen_sheets() {
            if unreadable.is_empty() || !self.lies_below(sql, sheet, unreadable)? {
                gone.push(sheet);
            }
        }
        for folder in self.folders_to_look_at(&gone)? {
            let Some(root) = self.roots.get(&folder.0).cloned() else {
                continue;
            };
            if stop.load(Ordering::Relaxed) {
                break;
            }
            if is_here(&root) {
                self.look_into(&folder, &root, &gone, known, &mut looked_at)?;
            }
        }
        Ok(looked_at)
    }

    fn folders_to_look_at(&self, gone: &[i64]) -> rusqlite::Result<BTreeSet<Folder>> {
        let mut folders = BTreeSet::new();
        let mut stale = self
            .connection
            .prepare_cached("SELECT root_id, path FROM sheet WHERE mtime_ns <= ?1")?;
        let mut rows = stale.query([TOUCHED])?;
        while let Some(row) = rows.next()? {
            folders.insert((row.get(0)?, folder_of(row.get_ref(1)?.as_blob()?).to_vec()));
        }
        let mut one = self
            .connection
            .prepare_cached("SELECT root_id, path FROM sheet WHERE id = ?1")?;
        for sheet in gone {
            folders.insert(one.query_row([sheet], |row| {
                Ok((row.get(0)?, folder_of(row.get_ref(1)?.as_blob()?).to_vec()))
            })?);
        }
        Ok(folders)
    }

    /// The sheets directly in a folder, by name.
    fn sheets_in(&self, (root_id, folder): &Folder) -> rusqlite::Result<Vec<SheetRow>> {
        let (from, until) = children(folder);
        let mut statement = self.connection.prepare_cached(
            "SELECT id, path, mtime_ns FROM sheet WHERE root_id = ?1 AND path >= ?2
             AND (?3 IS NULL OR path < ?3) ORDER BY path",
        )?;
        let rows = statement.query_map(params![root_id, from, until], |row| {
            Ok(SheetRow {
                id: row.get(0)?,
                path: row.get(1)?,
                mark: row.get(2)?,
            })
        })?;
        let directly = |row: &rusqlite::Result<SheetRow>| {
            row.as_ref().is_ok_and(|row| folder_of(&row.path) == folder)
        };
        rows.filter(|row| row.is_err() || directly(row))
            .take(MOST_IN_A_FOLDER)
            .collect()
    }

    /// Looks at all the sheets of one folder, since they may be about the same files.
    fn look_into(
        &mut self,
        folder: &Folder,
        root: &Arc<Root>,
        all_gone: &[i64],
        known: &Known,
        out: &mut LookedAt,
    ) -> rusqlite::Result<()> {
        let all = self.sheets_in(folder)?;
        let (gone, here): (Vec<_>, Vec<_>) = all
            .into_iter()
            .partition(|sheet| all_gone.contains(&sheet.id));
        let mut says: HashMap<i64, Says> = HashMap::new();
        let mut stamps = Vec::new();
        let mut files: BTreeSet<i64> = BTreeSet::new();
        let mut finder = Finder::new(root, &folder.1);
        for sheet in &here {
            let path = root.dir.join(OsStr::from_bytes(&sheet.path));
            let is_stale = sheet.mark <= TOUCHED;
            if let (true, Ok(stamp)) = (is_stale, stamp_of(&path)) {
                stamps.push((sheet.id, stamp));
            }
            let parsed = match read(&path) {
                Ok(bytes) => cue::parse(&bytes).map_err(|refused| refused.to_string()),
                // What it cut stays cut.
                Err(reason) if is_stale => {
                    out.note(path, reason);
                    continue;
                }
                Err(_) => continue,
            };
            files.extend(self.cut_by(sheet.id)?);
            let used = match parsed {
                Ok(parsed) => self.take_in(sheet, parsed, &mut finder, &mut says)?,
                Err(reason) => Err(reason),
            };
            if let (Err(reason), true) = (used, is_stale) {
                out.note(path, reason);
            }
        }
        for sheet in &gone {
            files.extend(self.cut_by(sheet.id)?);
        }
        files.extend(says.keys());
        for file in files {
            self.step()?;
            // A sheet of another folder that is still there may be nearer.
            let is_other = |id: i64| !all_gone.contains(&id) && !here.iter().any(|it| it.id == id);
            self.cut_again(file, says.get(&file), &is_other, known, out)?;
        }
        for (sheet, stamp) in stamps {
            self.connection
                .prepare_cached("UPDATE sheet SET size = ?2, mtime_ns = ?3 WHERE id = ?1")?
                .execute(params![sheet, stamp.size, stamp.mtime_ns])?;
        }
        for sheet in gone {
            self.connection
                .prepare_cached("UPDATE file SET sheet_id = NULL WHERE sheet_id = ?1")?
                .execute([sheet.id])?;
            self.connection
                .prepare_cached("DELETE FROM sheet WHERE id = ?1")?
                .execute([sheet.id])?;
        }
        Ok(())
    }

    /// The files that are here and were cut by a sheet.
    fn cut_by(&self, sheet: i64) -> rusqlite::Result<Vec<i64>> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT id FROM file WHERE sheet_id = ?1 AND state = ?2")?;
        statement
            .query_map([sheet, HERE], |row| row.get(0))?
            .collect()
    }

    /// Puts what a sheet says of each file into `says`, unless a better one says something of it.
    fn take_in(
        &self,
        row: &SheetRow,
        mut sheet: CueSheet,
        finder: &mut Finder,
        says: &mut HashMap<i64, Says>,
    ) -> rusqlite::Result<Result<(), String>> {
        let files = std::mem::take(&mut sheet.files);
        let is_alone = files.iter().filter(|file| !file.tracks.is_empty()).count() == 1;
        let sheet = Rc::new(sheet);
        let mut is_of_use = false;
        for file in files.into_iter().filter(|file| !file.tracks.is_empty()) {
            let Some(id) = finder.find(self, row, &file, is_alone)? else {
                continue;
            };
            is_of_use = true;
            let new = Says {
                sheet_id: row.id,
                sheet_path: row.path.clone(),
                is_changed: row.mark == CHANGED,
                is_stale: row.mark <= TOUCHED,
                sheet: sheet.clone(),
                file,
            };
            match says.get(&id) {
                Some(old) if !self.is_nearer(&new.sheet_path, &old.sheet_path, id)? => {}
                _ => {
                    says.insert(id, new);
                }
            }
        }
        Ok(if is_of_use {
            Ok(())
        } else {
            Err("no file that it names is here".into())
        })
    }

    /// Whether one sheet is rather the one of a file than another: by its stem, else by its name.
    fn is_nearer(&self, sheet: &[u8], other: &[u8], file: i64) -> rusqlite::Result<bool> {
        let Some(row) = self.file_row(file)? else {
            return Ok(false);
        };
        let rank = |sheet: &[u8]| (stem(sheet) != stem(&row.path), sheet.to_vec());
        Ok(rank(sheet) < rank(other))
    }

    fn file_row(&self, file: i64) -> rusqlite::Result<Option<FileRow>> {
        self.connection
            .prepare_cached("SELECT root_id, path, sheet_id FROM file WHERE id = ?1")?
            .query_row([file], |row| {
                Ok(FileRow {
                    root_id: row.get(0)?,
                    path: row.get(1)?,
                    sheet_id: row.get(2)?,
                })
            })
            .optional()
    }

    /// Reads a file again and stores it as the sheet says, or as it is where none says anything of it any more.
    fn cut_again(
        &mut self,
        file: i64,
        says: Option<&Says>,
        is_other: &dyn Fn(i64) -> bool,
        known: &Known,
        out: &mut LookedAt,
    ) -> rusqlite::Result<()> {
        let Some(row) = self.file_row(file)? else {
            return Ok(());
        };
        let Some(root) = self.roots.get(&row.root_id).cloned() else {
            return Ok(());
        };
        if let (Some(says), Some(other)) = (says, row.sheet_id.filter(|id| is_other(*id)))
            && let Some(other) = self.sheet_path(other)?
            && !self.is_nearer(&says.sheet_path, &other, file)?
        {
            return Ok(());
        }
        let sheet_id = says.map(|says| says.sheet_id);
        if sheet_id == row.sheet_id && !says.is_some_and(|says| says.is_stale) {
            return Ok(());
        }
        let Ok(path) = RelPath::new(row.path.clone()) else {
            return Ok(());
        };
        let place = Place { root, path };
        let full = place.file();
        // One that vanished or broke since it was walked is for the next scan.
        let Ok(Ok(mut found)) = self.reader.read_one(&full) else {
            return Ok(());
        };
        by_path::fill_found(&mut found, &place.path, &full, &mut LastFolder::default());
        if let Some(says) = says {
            let beside = Beside {
                sheet: &says.sheet,
                file: &says.file,
            };
            let beyond = cut_beside(&mut found, &full, beside);
            if beyond > 0 {
                let sheet = place.root.dir.join(OsStr::from_bytes(&says.sheet_path));
                out.note(sheet, beyond_the_end(beyond, &place));
            }
        }
        self.set_cut(file, &found, sheet_id)?;
        let songs = OwnedFile::new(&found, &place).songs().into_iter();
        let songs: Vec<_> = songs.map(SongRow::from).collect();
        self.put_songs(file, &songs, true)?;
        let differs = sheet_id != row.sheet_id || says.is_some_and(|says| says.is_changed);
        if differs && known.was_same(row.root_id, &row.path) && out.counted.insert(file) {
            out.changed += 1;
        }
        Ok(())
    }

    fn sheet_path(&self, sheet: i64) -> rusqlite::Result<Option<Vec<u8>>> {
        self.connection
            .prepare_cached("SELECT path FROM sheet WHERE id = ?1")?
            .query_row([sheet], |row| row.get(0))
            .optional()
    }
}

impl LookedAt {
    fn note(&mut self, path: PathBuf, reason: String) {
        if self.notes.len() < MOST_NOTES {
            self.notes.push(Skip { path, reason });
        }
    }
}

fn beyond_the_end(tracks: usize, place: &Place) -> String {
    let plural = if tracks == 1 {
        "track lies"
    } else {
        "tracks lie"
    };
    format!("{tracks} {plural} beyond the end of {}", place.file_name())
}

/// Cuts a file that is in no index by the sheet of its name beside it, if there is one.
pub fn cut_by_namesake(found: &mut Found, path: &Path) {
    let Some(name) = path.file_name().map(OsStrExt::as_bytes) else {
        return;
    };
    for stem in [stem(name), name] {
        let sheet = path.with_file_name(OsStr::from_bytes(&[stem, b".cue"].concat()));
        let Ok(bytes) = read(&sheet) else { continue };
        let Ok(sheet) = cue::parse(&bytes) else {
            continue;
        };
        if let Some(file) = own_file(&sheet, path) {
            let beside = Beside {
                sheet: &sheet,
                file,
            };
            cut_beside(found, path, beside);
            return;
        }
    }
}

/// The bytes of a sheet, or a sentence that stands after its path and says why there are none.
fn read(path: &Path) -> Result<Vec<u8>, String> {
    let mut file = FileBytes::open(path).map_err(|failure| failure.to_string())?;
    // One byte more than a sheet may have: one that is too big is refused, not cut.
    let size = usize::try_from(file.stamp().size).unwrap_or(usize::MAX);
    let mut bytes = vec![0; size.min(MAX_BYTES.saturating_add(1))];
    let read = file.read_at(0, &mut bytes);
    let length = read.map_err(|error| format!("it cannot be read: {error}"))?;
    bytes.truncate(length);
    Ok(bytes)
}

fn folder_of(path: &[u8]) -> &[u8] {
    let slash = path.iter().rposition(|byte| *byte == b'/');
    slash.map_or(&[], |at| &path[..at])
}

/// A file's name without its extension.
fn stem(path: &[u8]) -> &[u8] {
    let name = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    match name.iter().rposition(|byte| *byte == b'.') {
        Some(dot) if dot > 0 => &name[..dot],
        _ => name,
    }
}

#[cfg(test)]
mod tests;
