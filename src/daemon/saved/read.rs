//! `queue.jsonl`, read: which lines are as they were written, and what place each row has, whatever became of the others.
//! A damaged row is a hole; a batch that was not written to its end does not count.

use super::rows::NAME;
use super::{MAX_BYTES, SavedError, SavedPlace, SavedRow, old};
use crate::library::summed;
use crate::music::Origin;
use crate::player::MAX_QUEUE;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The longest first line. In bytes.
const MAX_HEAD_BYTES: u64 = 4_096;

/// What this version writes, and the newest that it reads.
pub(super) const SCHEMA: u32 = 2;

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

/// What lies in the file.
pub(super) struct Queue {
    /// `None`: it is damaged.
    pub head: Option<Head>,
    /// Where each row lies in the bytes; a damaged one lies nowhere.
    pub rows: Vec<Range<usize>>,
    /// Lines that are not as they were written.
    pub damaged: usize,
}

/// What a line turned out to be.
enum Line {
    Head(Head),
    Row(Range<usize>),
    Damaged,
}

/// A head's JSON.
#[derive(Deserialize)]
struct Headed {
    head: Head,
}

/// Rows between two heads. `None`: something damaged lies there.
#[derive(Default)]
struct Batch {
    head: Option<Head>,
    rows: Vec<Option<Range<usize>>>,
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

/// What lies in the file of these bytes.
pub(super) fn queue(dir: &Path, bytes: &[u8]) -> Result<Queue, SavedError> {
    if let Some(queue) = old::queue(bytes) {
        return Ok(queue);
    }
    let mut batches = vec![Batch::default()];
    let mut damaged = 0;
    for line in lines(bytes).chain(last_line(bytes)) {
        let row = match line_in(bytes, line) {
            Line::Head(head) if head.schema > SCHEMA => {
                return Err(unreadable(dir, "a newer standin has written it".into()));
            }
            Line::Head(head) => {
                batches.push(Batch {
                    head: Some(head),
                    rows: Vec::new(),
                });
                continue;
            }
            Line::Row(row) => Some(row),
            Line::Damaged => {
                damaged += 1;
                None
            }
        };
        batches.last_mut().expect("there is one").rows.push(row);
    }
    let is_ours = |batch: &Batch| batch.head.is_some() || batch.rows.iter().any(Option::is_some);
    if !batches.iter().any(is_ours) {
        return Err(unreadable(dir, "it does not begin as one of ours".into()));
    }
    let head = batches.iter().find_map(|batch| batch.head);
    let head = head.filter(|head| head.schema > 0);
    damaged += batches.iter().map(Batch::missing).sum::<usize>();
    let rows = batches.into_iter().flat_map(Batch::settled);
    let rows = rows.map(Option::unwrap_or_default).take(MAX_QUEUE);
    Ok(Queue {
        head,
        rows: rows.collect(),
        damaged,
    })
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

/// Where each line lies, without its break. What does not end as a line was not written to its end.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut end = 0;
    let lines = bytes
        .split_inclusive(|byte| *byte == b'\n')
        .map(move |line| {
            end += line.len();
            (line.ends_with(b"\n"), end - line.len()..end - 1)
        });
    lines.filter(|(ends, _)| *ends).map(|(_, line)| line)
}

/// The last line, where it is whole and only its break is another byte. None that was not written to its end is so.
fn last_line(bytes: &[u8]) -> Option<Range<usize>> {
    let begin = bytes.iter().rposition(|byte| *byte == b'\n')? + 1;
    let line = begin..bytes.len().checked_sub(1)?;
    summed::json(bytes.get(line.clone())?).map(|_| line)
}

fn line_in(bytes: &[u8], line: Range<usize>) -> Line {
    let end = line.end;
    let Some(json) = summed::json(&bytes[line]) else {
        return Line::Damaged;
    };
    if json.starts_with(ROW.0) && json.ends_with(ROW.1) {
        return Line::Row(end - json.len() + ROW.0.len()..end - ROW.1.len());
    }
    let headed = serde_json::from_slice(json);
    headed.map_or(Line::Damaged, |headed: Headed| Line::Head(headed.head))
}

impl Batch {
    fn is_damaged(&self) -> bool {
        self.rows.iter().any(Option::is_none)
    }

    /// Rows of the file's first batch that have no line, though it was synced whole before the file got its name.
    fn missing(&self) -> usize {
        let first = self.head.filter(|head| head.schema > 0);
        let told = first.map_or(0, |head| head.rows.min(MAX_QUEUE));
        match self.is_damaged() {
            true => 0,
            false => told.saturating_sub(self.rows.len()),
        }
    }

    /// The rows that count, each in its place.
    fn settled(mut self) -> Vec<Option<Range<usize>>> {
        let Some(head) = self.head else {
            // The first damaged line was the head.
            if let Some(at) = self.rows.iter().position(Option::is_none) {
                self.rows.remove(at);
            }
            return self.rows;
        };
        let told = head.rows.min(MAX_QUEUE);
        if !self.is_damaged() && self.rows.len() < told && head.schema == 0 {
            return Vec::new();
        }
        self.rows.resize(self.rows.len() + self.missing(), None);
        // A break that flips makes one line of two, or two of one; and a head that is damaged is no row.
        while let Some(at) = self.rows.iter().rposition(Option::is_none)
            && self.rows.len() != told
        {
            match self.rows.len() < told {
                true => self.rows.insert(at, None),
                false => drop(self.rows.remove(at)),
            }
        }
        self.rows
    }
}

fn unreadable(dir: &Path, reason: String) -> SavedError {
    SavedError::Unreadable {
        path: dir.join(NAME),
        reason,
    }
}
