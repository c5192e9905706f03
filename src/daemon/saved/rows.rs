//! `queue.jsonl`, written: batches of rows, a line each, with a sum of its own, and a head before them. The first is the
//! queue as it was when the file was made. Each further one is an edit: the order in which all rows stand from then on, and
//! those that came. What an edit costs does not depend on how long the queue is; now and
//! then, after so many of them, the whole is written anew.

use super::batch::{EDITED, Head, SCHEMA};
use super::holes::Holes;
use super::order::{Run, between, only_appends};
use super::read::first_head;
use super::{SavedError, SavedPlace, SavedRow, place};
use crate::library::summed;
use crate::music::{EntryId, Origin, Wanted};
use crate::player::Entry;
use serde::Serialize;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

pub(super) const NAME: &str = "queue.jsonl";

/// Edits that one file may hold, but for those that only add at the end: reading takes them one after the other. Tests wait for the disk after each.
pub(super) const MAX_ORDERS: u64 = if cfg!(test) { 50 } else { 2_000 };

/// Files are numbered in such steps: between two, each edit has a stamp of its own.
const STRIDE: u64 = 1 << 32;

/// A file may hold twice as many rows as the queue, and so many more.
const SPARE_ROWS: usize = 1_000;

/// A row that is taken for none that was written: its song is known otherwise now.
const STALE: u64 = 0;

/// What a line says.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Line<'a> {
    Head(&'a Head),
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
    /// The rows by number: an entry's is its id.
    written: Vec<u64>,
    /// The highest id that was ever written.
    highest: EntryId,
    /// Entries whose rows are to be written again.
    stale: HashSet<EntryId>,
    file: Option<File>,
    /// Rows in the file, and edits that do not only add at its end.
    rows_in_file: usize,
    orders: u64,
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
            highest: EntryId(0),
            stale: HashSet::new(),
            file: None,
            rows_in_file: 0,
            orders: 0,
            holes: Holes::default(),
            part: None,
        }
    }

    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// The queue is this part of what is on the disk, which has this stamp.
    pub fn go_on(&mut self, part: Vec<usize>, stamp: u64) {
        (self.part, self.stamp) = (Some(part), stamp);
    }

    /// The songs of these entries are known otherwise than they were written.
    pub fn renew(&mut self, entries: impl Iterator<Item = EntryId>) {
        let highest = self.highest;
        self.stale.extend(entries.filter(|id| *id <= highest));
    }

    /// Writes what was changed; the whole, where that is less, or enough was changed. Then the disk has it.
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
        let is_another = !entries.iter().any(|entry| entry.id <= self.highest);
        if is_another {
            self.holes.settle(entries);
        }
        let new = self.holes.numbers(entries);
        let runs = self.order_of(&new).filter(|_| !is_another);
        let written = match (runs, self.file.is_some()) {
            (Some(runs), true) => self.save_edit(runs, dir, entries, place),
            _ => self.write_anew(dir, entries, place),
        };
        written.map_err(|source| SavedError::Io {
            path: dir.join(NAME),
            source,
        })?;
        let last = entries.iter().map(|entry| entry.id).max();
        self.highest = self.highest.max(last.unwrap_or(EntryId(0)));
        self.written = new;
        self.stale.clear();
        Ok(())
    }

    /// How what was written becomes what is queued now; `None`: not by a few runs.
    fn order_of(&mut self, new: &[u64]) -> Option<Vec<Run>> {
        if !self.stale.is_empty() {
            let stale = &self.stale;
            let is_stale = |row: &&mut u64| stale.contains(&EntryId(**row));
            let rows = self.written.iter_mut().filter(is_stale);
            rows.for_each(|row| *row = STALE);
        }
        between(&self.written, new, |row| self.is_written(row))
    }

    fn is_written(&self, row: u64) -> bool {
        let id = EntryId(row);
        id <= self.highest && !self.stale.contains(&id) || Holes::is_one(row)
    }

    fn save_edit(
        &mut self,
        runs: Vec<Run>,
        dir: &Path,
        entries: &[Entry],
        place: Option<(usize, u64)>,
    ) -> io::Result<()> {
        let came = entries.iter().filter(|entry| !self.is_written(entry.id.0));
        let came: Vec<&Entry> = came.collect();
        let appends = only_appends(&runs, self.written.len());
        if appends && came.is_empty() {
            return Ok(());
        }
        let rows = self.rows_in_file + came.len();
        let is_much = rows > 2 * entries.len() + SPARE_ROWS || self.orders == MAX_ORDERS;
        if is_much && !appends {
            return self.write_anew(dir, entries, place);
        }
        let Some(file) = &self.file else {
            return self.write_anew(dir, entries, place);
        };
        self.orders += u64::from(!appends);
        self.stamp += 1;
        let head = Head {
            schema: EDITED,
            stamp: self.stamp,
            place: self.place(entries, place),
            rows: came.len(),
            order: Some(runs),
            of: self.written.len(),
        };
        add(file, &head, &came)?;
        self.rows_in_file = rows;
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
            stamp: (self.stamp / STRIDE).wrapping_add(1).wrapping_mul(STRIDE),
            place: self.place(entries, place),
            rows: self.holes.row(entries, entries.len()),
            ..Head::default()
        };
        let mut out = BufWriter::new(File::create(&beside)?);
        put(&mut out, Line::Head(&head))?;
        for hole in self.holes.front() {
            put_hole(&mut out, hole)?;
        }
        for entry in entries {
            put_entry(&mut out, entry)?;
            for hole in self.holes.behind(entry.id) {
                put_hole(&mut out, hole)?;
            }
        }
        let file = out.into_inner()?;
        file.sync_data()?;
        std::fs::rename(&beside, dir.join(NAME))?;
        File::open(dir)?.sync_all()?;
        self.stamp = head.stamp;
        self.file = Some(file);
        (self.rows_in_file, self.orders) = (head.rows, 0);
        Ok(())
    }
}

/// A damaged order would put all rows out of their places: its head is written twice, with an empty line between, so that
/// no one bit takes both.
fn add(file: &File, head: &Head, entries: &[&Entry]) -> io::Result<()> {
    // The file was written to its end by this process, and is open there.
    let mut out = BufWriter::new(file);
    put(&mut out, Line::Head(head))?;
    out.write_all(b"\n")?;
    put(&mut out, Line::Head(head))?;
    for entry in entries {
        put_entry(&mut out, entry)?;
    }
    out.flush()?;
    file.sync_data()
}

fn put_entry(out: &mut impl Write, entry: &Entry) -> io::Result<()> {
    let (wanted, from) = (&entry.song.wanted(), entry.origin.as_deref());
    put(out, Line::Row(Row { wanted, from }))
}

fn put_hole(out: &mut impl Write, hole: &SavedRow) -> io::Result<()> {
    let (wanted, from) = (&hole.wanted, hole.origin.as_deref());
    put(out, Line::Row(Row { wanted, from }))
}

fn put(out: &mut impl Write, line: Line) -> io::Result<()> {
    out.write_all(summed::line(&line).as_bytes())
}
