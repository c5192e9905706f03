//! `queue.jsonl` as it was before its lines had sums: plain JSON, batches told apart by counting. It is read and never
//! written.

use super::batch::{At, Head};
use super::read::{Queue, lines};
use crate::player::MAX_QUEUE;
use std::ops::Range;

const SCHEMA: u32 = 1;

/// What lies in these bytes; `None`: they are not of that form.
pub(super) fn queue(bytes: &[u8]) -> Option<Queue> {
    let mut lines = lines(bytes);
    let head_in = |line: Option<Range<usize>>| head_of_batch(&bytes[line?]);
    let first = head_in(lines.next()).filter(|head| head.schema == SCHEMA)?;
    let mut rows: Vec<_> = lines.by_ref().take(first.rows).collect();
    while let Some(added) = head_in(lines.next()) {
        let before = rows.len();
        rows.extend(lines.by_ref().take(added.rows));
        if rows.len() - before < added.rows {
            rows.truncate(before);
        }
    }
    rows.truncate(MAX_QUEUE);
    Some(Queue {
        at: Some(At::of(&first)),
        rows,
        damaged: 0,
    })
}

/// The head of a file, of its first line.
pub(super) fn head(line: &[u8]) -> Option<Head> {
    head_of_batch(line).filter(|head| head.schema == SCHEMA)
}

fn head_of_batch(line: &[u8]) -> Option<Head> {
    serde_json::from_slice(line).ok()
}
