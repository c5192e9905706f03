//! Decisions as lines of JSON, kept apart or carried elsewhere. The lines may come from anywhere: what is none is counted, and
//! nothing is held without bound. It knows no file and no database.

use super::Decision;
use std::io::{self, BufRead, Read};

/// The longest line that is read, in bytes, and the most lines.
const MAX_LINE: u64 = 1 << 20;
const MAX_LINES: usize = 1_000_000;

/// What stood in such lines.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    /// The decisions, in their order.
    pub decisions: Vec<Decision>,
    /// The numbers of the lines that are none, from 1.
    pub bad: Vec<usize>,
}

impl Carried {
    /// Reads lines; empty ones count and say nothing.
    pub fn read(mut from: impl BufRead) -> io::Result<Self> {
        let mut carried = Self::default();
        for number in 1..=MAX_LINES {
            let mut line = Vec::new();
            let mut piece = from.by_ref().take(MAX_LINE);
            if piece.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if line.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(decision) => carried.decisions.push(decision),
                Err(_) => carried.bad.push(number),
            }
        }
        Ok(carried)
    }

    /// Writes decisions as they are read.
    pub fn write(decisions: &[Decision]) -> serde_json::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        for decision in decisions {
            serde_json::to_writer(&mut bytes, decision)?;
            bytes.push(b'\n');
        }
        Ok(bytes)
    }
}
