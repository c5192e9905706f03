//! What goes back to a client: lines `name: value`, and pictures. It can be handed over in pieces while it is made.
//!
//! A library is told in millions of lines: those of songs are put together from bytes, and nothing is formatted.

use crate::music::Printable;
use std::fmt::Display;
use std::io::Write;

/// A piece of an answer that is made aside. In bytes.
pub const PIECE: usize = 64 << 10;

/// Who takes an answer over piece by piece.
pub trait Takes {
    /// Takes a piece; `false`: nobody reads it any more.
    fn take(&mut self, piece: Vec<u8>) -> bool;

    /// Whether who asked is still there.
    fn is_there(&self) -> bool;
}

/// Bytes for a client.
#[derive(Default)]
pub struct Answer {
    bytes: Vec<u8>,
    takes: Option<Box<dyn Takes>>,
    is_gone: bool,
    is_held: bool,
}

/// The value of a line while it is put together.
pub struct Line<'a>(&'a mut Vec<u8>);

impl Line<'_> {
    /// Bytes in which is no line break.
    pub fn put(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// A number of so many digits at least.
    pub fn number(&mut self, mut value: u64, least: usize) {
        let mut digits = [b'0'; 20];
        let mut from = digits.len();
        while value > 0 {
            from -= 1;
            digits[from] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        self.put(&digits[from.min(digits.len() - least)..]);
    }

    /// A time in seconds, to the ms.
    pub fn seconds(&mut self, ms: u64) {
        self.number(ms / 1_000, 1);
        self.put(b".");
        self.number(ms % 1_000, 3);
    }
}

impl Answer {
    /// An answer that is handed over piece by piece.
    pub fn in_pieces(takes: Box<dyn Takes>) -> Self {
        Self {
            takes: Some(takes),
            ..Self::default()
        }
    }

    /// A line with a text that came from anywhere: what would end the line or steer a terminal is replaced.
    pub fn text(&mut self, name: &str, value: &str) {
        let value = Printable::new(value);
        match value.as_it_is() {
            Some(plain) => self.line(name, |line| line.put(plain.as_bytes())),
            None => self.pair(name, value),
        }
    }

    /// A line with a value of ours.
    pub fn pair(&mut self, name: &str, value: impl Display) {
        // Writing into memory cannot fail.
        writeln!(self.bytes, "{name}: {value}").ok();
        self.hand_over();
    }

    /// A line with a number.
    pub fn number(&mut self, name: &str, value: u64) {
        self.line(name, |line| line.number(value, 1));
    }

    /// A line with an address, which has no line break in it.
    pub fn uri(&mut self, name: &str, uri: &[u8]) {
        self.line(name, |line| line.put(uri));
    }

    /// A line whose value is put together.
    pub fn line(&mut self, name: &str, put: impl FnOnce(&mut Line)) {
        let mut line = Line(&mut self.bytes);
        line.put(name.as_bytes());
        line.put(b": ");
        put(&mut line);
        line.put(b"\n");
        self.hand_over();
    }

    /// Bytes with their count before them, as pictures are sent.
    pub fn binary(&mut self, bytes: &[u8]) {
        self.pair("binary", bytes.len());
        self.bytes.extend_from_slice(bytes);
        self.bytes.push(b'\n');
        self.hand_over();
    }

    /// Until [`release`](Self::release) no piece is handed over: for whoever must not wait meanwhile.
    pub fn hold(&mut self) {
        self.is_held = true;
    }

    /// Whether what is held is less than a piece.
    pub fn has_room(&self) -> bool {
        self.bytes.len() < PIECE
    }

    /// Hands over what was held; `false`: nobody reads it any more.
    pub fn release(&mut self) -> bool {
        self.is_held = false;
        self.hand_over();
        !self.is_gone
    }

    /// Whether nobody reads it any more: what is still to be said may be left out.
    pub fn is_gone(&self) -> bool {
        self.is_gone || self.takes.as_ref().is_some_and(|takes| !takes.is_there())
    }

    /// A line with its end.
    pub(super) fn raw(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Hands the rest over, or gives it where nobody takes pieces.
    pub(super) fn finish(mut self) -> Vec<u8> {
        let rest = std::mem::take(&mut self.bytes);
        match &mut self.takes {
            Some(takes) => {
                takes.take(rest);
                Vec::new()
            }
            None => rest,
        }
    }

    fn hand_over(&mut self) {
        if self.bytes.len() < PIECE || self.is_held {
            return;
        }
        if let Some(takes) = &mut self.takes {
            let piece = std::mem::replace(&mut self.bytes, Vec::with_capacity(PIECE));
            self.is_gone |= !takes.take(piece);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::{Sender, channel};

    struct Sends(Sender<Vec<u8>>);

    impl Takes for Sends {
        fn take(&mut self, piece: Vec<u8>) -> bool {
            self.0.send(piece).is_ok()
        }

        fn is_there(&self) -> bool {
            true
        }
    }

    #[test]
    fn numbers_are_written_as_they_are_formatted() {
        for value in [0, 7, 10, 999, 1_000, 61_005, u64::MAX] {
            let mut out = Answer::default();
            out.number("n", value);
            out.line("s", |line| line.seconds(value));
            let (s, ms) = (value / 1_000, value % 1_000);
            let formatted = format!("n: {value}\ns: {s}.{ms:03}\n");
            assert_eq!(String::from_utf8(out.finish()).unwrap(), formatted);
        }
    }

    #[test]
    fn what_is_held_is_handed_over_when_it_is_released() {
        let (pieces, taken) = channel();
        let mut out = Answer::in_pieces(Box::new(Sends(pieces)));
        out.hold();
        while out.has_room() {
            out.text("title", "a");
        }
        out.text("title", "b");
        assert!(taken.try_recv().is_err());
        assert!(out.release());
        assert!(taken.try_recv().unwrap().ends_with(b"title: b\n"));
        drop(taken);
        while out.has_room() && !out.is_gone() {
            out.text("title", "c");
        }
        assert!(out.is_gone());
    }
}
