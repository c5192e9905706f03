//! What goes back to a client: lines `name: value`, and pictures. It can be handed over in pieces while it is made.

use crate::music::Printable;
use std::fmt::Display;
use std::io::Write;

/// A piece of an answer that is made aside. In bytes.
const PIECE: usize = 32 << 10;

/// Takes pieces over; `false`: nobody reads them any more.
pub type TakePiece = Box<dyn FnMut(Vec<u8>) -> bool + Send>;

/// Bytes for a client.
#[derive(Default)]
pub struct Answer {
    bytes: Vec<u8>,
    take: Option<TakePiece>,
    is_gone: bool,
}

impl Answer {
    /// An answer that is handed over piece by piece.
    pub fn in_pieces(take: TakePiece) -> Self {
        Self {
            take: Some(take),
            ..Self::default()
        }
    }

    /// A line with a text that came from anywhere: what would end the line or steer a terminal is replaced.
    pub fn text(&mut self, name: &str, value: &str) {
        self.pair(name, Printable::new(value));
    }

    /// A line with a value of ours.
    pub fn pair(&mut self, name: &str, value: impl Display) {
        // Writing into memory cannot fail.
        writeln!(self.bytes, "{name}: {value}").ok();
        self.hand_over();
    }

    /// A line with an address, which has no line break in it.
    pub fn uri(&mut self, name: &str, uri: &[u8]) {
        for part in [name.as_bytes(), b": ", uri, b"\n"] {
            self.bytes.extend_from_slice(part);
        }
        self.hand_over();
    }

    /// Bytes with their count before them, as pictures are sent.
    pub fn binary(&mut self, bytes: &[u8]) {
        self.pair("binary", bytes.len());
        self.bytes.extend_from_slice(bytes);
        self.bytes.push(b'\n');
        self.hand_over();
    }

    /// Whether nobody reads it any more: what is still to be said may be left out.
    pub fn is_gone(&self) -> bool {
        self.is_gone
    }

    /// A line with its end.
    pub(super) fn raw(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Hands the rest over, or gives it where nobody takes pieces.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let rest = std::mem::take(&mut self.bytes);
        match &mut self.take {
            Some(take) => {
                take(rest);
                Vec::new()
            }
            None => rest,
        }
    }

    fn hand_over(&mut self) {
        if self.bytes.len() < PIECE {
            return;
        }
        if let Some(take) = &mut self.take {
            let piece = std::mem::replace(&mut self.bytes, Vec::with_capacity(PIECE));
            self.is_gone |= !take(piece);
        }
    }
}
