//! `queue.jsonl`: batches of rows. The first is the queue as it was when the file was made; each further one came to its
//! end later, and counts only when it is whole.

use super::holes::Holes;
use super::{MAX_BYTES, SavedError, SavedPlace};
use crate::music::{EntryId, Wanted};
use crate::player::{Entry, MAX_QUEUE};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::ops::Range;
use std::path::Path;

const NAME: &str = "queue.jsonl";

/// The longest first line. In bytes.
const MAX_HEAD_BYTES: u64 = 4_096;

/// What this version writes, and the newest that it reads.
const SCHEMA: u32 = 1;

/// The line before each batch; of those after the first only `rows` counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct Head {
    pub schema: u32,
    /// Grows with every file: other files name the queue by it.
    pub stamp: u64,
    /// Where the music was.
    pub place: Option<SavedPlace>,
    /// Lines that follow and belong to it.
    pub rows: usize,
}

/// What of the queue is on the disk.
pub(super) struct Rows {
    stamp: u64,
    written: Vec<EntryId>,
    file: Option<File>,
    pub holes: Holes,
    /// The queue is a part of what is on the disk until the rest of it comes: the row of each of its entries.
    pub part: Option<Vec<usize>>,
}

impl Rows {
    /// Nothing of what comes now; the next file's stamp is larger than that of the file that is there.
    pub fn after(dir: &Path) -> Self {
        let first = File::open(dir.join(NAME)).ok().and_then(|file| {
            let mut line = Vec::new();
            let mut start = BufReader::new(file).take(MAX_HEAD_BYTES);
            start.read_until(b'\n', &mut line).ok()?;
            head(Some(&line))
        });
        Self {
            stamp: first.map_or(0, |head| head.stamp),
            written: Vec::new(),
            file: None,
            holes: Holes::default(),
            part: None,
        }
    }

    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// Adds what came to the end of the queue; writes the whole where anything else changed.
    /// `place`: a position in `entries` and how far in that song, in ms.
    pub fn save(
        &mut self,
        dir: &Path,
        entries: &[Entry],
        place: Option<(usize, u64)>,
    ) -> Result<(), SavedError> {
        if self.part.is_some() {
            return Ok(());
        }
        let kept = self.written.len();
        let begins = entries.get(..kept).filter(|front| {
            front
                .iter()
                .map(|entry| entry.id)
                .eq(self.written.iter().copied())
        });
        let written = match (&self.file, begins) {
            (Some(_), Some(_)) if entries.len() == kept => Ok(()),
            (Some(file), Some(_)) => add(file, &entries[kept..], &Holes::default()),
            _ => {
                let written: HashSet<EntryId> = self.written.iter().copied().collect();
                if !entries.iter().any(|entry| written.contains(&entry.id)) {
                    self.holes.settle(entries);
                }
                self.write_anew(dir, entries, place)
            }
        };
        written.map_err(|source| SavedError::Io {
            path: dir.join(NAME),
            source,
        })?;
        self.written = entries.iter().map(|entry| entry.id).collect();
        Ok(())
    }

    /// Where an entry stands among the rows.
    pub fn place(&self, entries: &[Entry], place: Option<(usize, u64)>) -> Option<SavedPlace> {
        let (position, at_ms) = place?;
        let row = match &self.part {
            Some(rows) => *rows.get(position)?,
            None => self.holes.row(entries, position),
        };
        Some(SavedPlace { row, at_ms })
    }

    fn write_anew(
        &mut self,
        dir: &Path,
        entries: &[Entry],
        place: Option<(usize, u64)>,
    ) -> io::Result<()> {
        let beside = dir.join(format!("{NAME}.new"));
        let head = Head {
            schema: SCHEMA,
            stamp: self.stamp.wrapping_add(1),
            place: self.place(entries, place),
            rows: self.holes.row(entries, entries.len()),
        };
        let mut out = BufWriter::new(File::create(&beside)?);
        write_batch(&mut out, head, entries, &self.holes)?;
        let file = out.into_inner()?;
        file.sync_data()?;
        std::fs::rename(&beside, dir.join(NAME))?;
        File::open(dir)?.sync_all()?;
        self.stamp = head.stamp;
        self.file = Some(file);
        Ok(())
    }
}

fn add(file: &File, entries: &[Entry], holes: &Holes) -> io::Result<()> {
    let head = Head {
        rows: entries.len(),
        ..Head::default()
    };
    // The file was written to its end by this process, and is open there.
    let mut out = BufWriter::new(file);
    write_batch(&mut out, head, entries, holes)?;
    out.flush()?;
    file.sync_data()
}

fn write_batch(
    out: &mut impl Write,
    head: Head,
    entries: &[Entry],
    holes: &Holes,
) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &head)?;
    let mut put = |row: &Wanted| {
        out.write_all(b"\n")?;
        serde_json::to_writer(&mut *out, row).map_err(io::Error::from)
    };
    holes.front().iter().try_for_each(&mut put)?;
    for entry in entries {
        put(&entry.song.wanted())?;
        holes.behind(entry.id).iter().try_for_each(&mut put)?;
    }
    out.write_all(b"\n")
}

/// The bytes of the file; `None`: there is none.
pub(super) fn read(dir: &Path) -> Result<Option<Vec<u8>>, SavedError> {
    let path = dir.join(NAME);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(dir, error.to_string())),
    };
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(dir, error.to_string()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(unreadable(
            dir,
            format!("it has more than {MAX_BYTES} bytes"),
        ));
    }
    Ok(Some(bytes))
}

/// The head of the file and where each of its rows lies in it.
pub(super) fn rows(dir: &Path, bytes: &[u8]) -> Result<(Head, Vec<Range<usize>>), SavedError> {
    let mut end = 0;
    let lines = bytes.split_inclusive(|byte| *byte == b'\n').map(|line| {
        end += line.len();
        end - line.len()..end
    });
    // What does not end as a line was not written to its end.
    let mut lines = lines.filter(|line| bytes[line.clone()].ends_with(b"\n"));
    let head_in = |line: Option<Range<usize>>| head(line.map(|line| &bytes[line]));
    let first = head_in(lines.next())
        .filter(|first| first.schema > 0)
        .ok_or_else(|| unreadable(dir, "it does not begin as one of ours".into()))?;
    if first.schema > SCHEMA {
        return Err(unreadable(dir, "a newer standin has written it".into()));
    }
    // It was synced before it got its name: of a damaged one the rows that are left are worth having.
    let mut rows: Vec<_> = lines.by_ref().take(first.rows).collect();
    while let Some(added) = head_in(lines.next()) {
        let before = rows.len();
        rows.extend(lines.by_ref().take(added.rows));
        if rows.len() - before < added.rows {
            rows.truncate(before);
        }
    }
    rows.truncate(MAX_QUEUE);
    Ok((first, rows))
}

/// A row; of a damaged one nothing is known, but its place is.
pub(super) fn row(line: &[u8]) -> Wanted {
    serde_json::from_slice(line).unwrap_or_default()
}

fn head(line: Option<&[u8]>) -> Option<Head> {
    serde_json::from_slice(line?).ok()
}

fn unreadable(dir: &Path, reason: String) -> SavedError {
    SavedError::Unreadable {
        path: dir.join(NAME),
        reason,
    }
}
