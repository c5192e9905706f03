//! `queue.jsonl`, read: which lines are as they were written, and what each says. What place a row has is for `batch`.

use super::batch::{At, Batch, EDITED, Head, InOrder};
use super::rows::NAME;
use super::{MAX_BYTES, SavedError, SavedRow, old};
use crate::library::summed;
use crate::music::Origin;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The longest first line. In bytes.
const MAX_HEAD_BYTES: u64 = 4_096;

/// How the JSON of a row begins and ends; what lies between is its `Wanted`.
const ROW: (&[u8], &[u8]) = (b"{\"row\":", b"}");

/// What a row says beside its `Wanted`, where somebody has said where it comes from. A standin that does not know of it
/// steps over it.
#[derive(Deserialize)]
struct Whence {
    from: Option<Origin>,
}

/// Rows without this do not say it.
const FROM: &[u8] = b"\"from\":";

/// What lies in the file.
pub(super) struct Queue {
    /// `None`: its head is damaged.
    pub at: Option<At>,
    /// Where each row lies in the bytes; a damaged one lies nowhere.
    pub rows: Vec<Range<usize>>,
    /// Lines that are not as they were written.
    pub damaged: usize,
}

/// When the sums of rows are looked at: it is most of the work, and tells only of what is damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sums {
    /// A row is what is as it was written.
    Now,
    /// A row is what looks like one; whether it is as it was written somebody asks before it is used.
    Later,
}

/// What a line turned out to be.
enum Line {
    Head(Head),
    Row(Range<usize>),
    /// Between the two heads of an edit.
    Empty,
    Damaged,
}

/// A head's JSON.
#[derive(Deserialize)]
struct Headed {
    head: Head,
}

/// The head of the file that is there, if it can be read.
pub(super) fn first_head(dir: &Path) -> Option<Head> {
    let file = File::open(dir.join(NAME)).ok()?;
    let mut line = Vec::new();
    let mut start = BufReader::new(file).take(MAX_HEAD_BYTES);
    start.read_until(b'\n', &mut line).ok()?;
    let line = line.strip_suffix(b"\n")?;
    let headed = summed::value(line).map(|headed: Headed| headed.head);
    headed.or_else(|| old::head(line))
}

/// The bytes of the file; `None`: there is none.
pub(super) fn read(dir: &Path) -> Result<Option<Vec<u8>>, SavedError> {
    let path = dir.join(NAME);
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(dir, error.to_string())),
    };
    let size = file.metadata().map_or(0, |file| file.len());
    let mut bytes = Vec::with_capacity(size.min(MAX_BYTES) as usize + 1);
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

/// What lies in the file of these bytes.
pub(super) fn queue(dir: &Path, bytes: &[u8], sums: Sums) -> Result<Queue, SavedError> {
    if let Some(queue) = old::queue(bytes) {
        return Ok(queue);
    }
    let (batches, mut damaged) = batches(dir, bytes, sums)?;
    // Where lines do not add up, their sums tell what became of which.
    if sums == Sums::Later && !batches.iter().all(Batch::adds_up) {
        return queue(dir, bytes, Sums::Now);
    }
    let is_ours = |batch: &Batch| batch.head.is_some() || batch.rows.iter().any(Option::is_some);
    if !batches.iter().any(is_ours) {
        return Err(unreadable(dir, "it does not begin as one of ours".into()));
    }
    let heads = || batches.iter().filter_map(|batch| batch.head.as_ref());
    let first = heads().next().filter(|head| head.schema > 0);
    let mut at = first.map(At::of);
    let of_first = heads()
        .find(|head| head.order.is_some())
        .map(|head| head.of);
    damaged += batches.iter().map(Batch::missing).sum::<usize>();
    let mut rows = InOrder::default();
    for mut batch in batches {
        if batch.head.is_none() {
            batch.drop_head(of_first);
        }
        if let Some(edited) = batch.take_part_in(&mut rows) {
            at = Some(edited);
        }
    }
    Ok(Queue {
        at,
        rows: rows.rows(),
        damaged,
    })
}

/// The lines by their heads, and how many of them are damaged.
fn batches(dir: &Path, bytes: &[u8], sums: Sums) -> Result<(Vec<Batch>, usize), SavedError> {
    let mut batches = vec![Batch::default()];
    let mut damaged = 0;
    for line in lines(bytes).chain(last_line(bytes)) {
        let last = batches.last_mut().expect("there is one");
        match line_in(bytes, line, sums) {
            Line::Head(head) if head.schema > EDITED => {
                let path = dir.join(NAME);
                return Err(SavedError::Newer { path });
            }
            // The second of an edit's.
            Line::Head(head) if head.order.is_some() && last.head.as_ref() == Some(&head) => {}
            Line::Head(head) => batches.push(Batch {
                head: Some(head),
                rows: Vec::new(),
            }),
            Line::Row(row) => last.rows.push(Some(row)),
            Line::Empty => {}
            Line::Damaged => {
                damaged += 1;
                last.rows.push(None);
            }
        }
    }
    Ok((batches, damaged))
}

/// A row; of a damaged one nothing is known, but its place is.
pub(super) fn row(json: &[u8]) -> SavedRow {
    let wanted = serde_json::from_slice(json).unwrap_or_default();
    let says_whence = json.windows(FROM.len()).any(|part| part == FROM);
    let whence = says_whence.then(|| serde_json::from_slice(json).ok());
    let origin = whence.flatten().and_then(|row: Whence| row.from);
    SavedRow {
        wanted,
        origin: origin.map(Arc::new),
    }
}

/// Whether the row that lies there is as it was written.
pub(super) fn is_sound(bytes: &[u8], row: &Range<usize>) -> bool {
    let begin = row.start.checked_sub(summed::AT + ROW.0.len());
    let line = begin.and_then(|begin| bytes.get(begin..row.end + ROW.1.len()));
    line.is_some_and(|line| summed::json(line).is_some())
}

/// Where each line lies, without its break. What does not end as a line was not written to its end.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let (mut rest, mut end) = (bytes, 0);
    std::iter::from_fn(move || {
        // Memory is always read; a byte after the other would take three times as long.
        let length = rest.skip_until(b'\n').ok()?;
        end += length;
        (bytes[..end].ends_with(b"\n") && length > 0).then(|| end - length..end - 1)
    })
}

/// The last line, where it is whole and only its break is another byte. None that was not written to its end is so.
fn last_line(bytes: &[u8]) -> Option<Range<usize>> {
    let begin = bytes.iter().rposition(|byte| *byte == b'\n')? + 1;
    let line = begin..bytes.len().checked_sub(1)?;
    summed::json(bytes.get(line.clone())?).map(|_| line)
}

fn line_in(bytes: &[u8], line: Range<usize>, sums: Sums) -> Line {
    let end = line.end;
    if line.is_empty() {
        return Line::Empty;
    }
    let row_of = |json: &[u8]| {
        let is_row = json.starts_with(ROW.0) && json.ends_with(ROW.1);
        is_row.then(|| end - json.len() + ROW.0.len()..end - ROW.1.len())
    };
    let looks = bytes[line.clone()].get(summed::AT..);
    if let (Sums::Later, Some(row)) = (sums, looks.and_then(row_of)) {
        return Line::Row(row);
    }
    let Some(json) = summed::json(&bytes[line]) else {
        return Line::Damaged;
    };
    if let Some(row) = row_of(json) {
        return Line::Row(row);
    }
    let headed = serde_json::from_slice(json);
    headed.map_or(Line::Damaged, |headed: Headed| Line::Head(headed.head))
}

fn unreadable(dir: &Path, reason: String) -> SavedError {
    SavedError::Unreadable {
        path: dir.join(NAME),
        reason,
    }
}
