//! `queue.jsonl`, written: batches of rows, a line each, with a sum of its own, and a head before them. The first is the
//! queue as it was when the file was made; each further one came to its end later.

use super::holes::Holes;
use super::read::{Head, SCHEMA, first_head};
use super::{SavedError, SavedPlace, place};
use crate::library::summed;
use crate::music::{EntryId, Origin, Wanted};
use crate::player::Entry;
use serde::Serialize;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

pub(super) const NAME: &str = "queue.jsonl";

/// What a line says.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<'a> {
    Head(Head),
    Row(Row<'a>),
}

/// A row: its `Wanted`, and beside the values of that where it comes from.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    wanted: &'a Wanted,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a Origin>,
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
        // Where the head is damaged, what names the queue by its stamp still knows it.
        let stamp = first_head(dir)
            .map(|head| head.stamp)
            .or_else(|| Some(place::read(dir)?.stamp));
        Self {
            stamp: stamp.unwrap_or(0),
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
    let mut put = |line: Line| out.write_all(summed::line(&line).as_bytes());
    put(Line::Head(head))?;
    let mut put = |wanted: &Wanted, origin: &Option<Arc<Origin>>| {
        let from = origin.as_deref();
        put(Line::Row(Row { wanted, from }))
    };
    for hole in holes.front() {
        put(&hole.wanted, &hole.origin)?;
    }
    for entry in entries {
        put(&entry.song.wanted(), &entry.origin)?;
        for hole in holes.behind(entry.id) {
            put(&hole.wanted, &hole.origin)?;
        }
    }
    Ok(())
}
