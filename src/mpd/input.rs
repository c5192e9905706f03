//! What one client has said, as lines. It knows no command, and sets no limit.

/// Memory that is kept for what is said next; more is given back once all was taken. In bytes.
const KEPT: usize = 4 << 10;

/// Bytes that came and are not taken.
#[derive(Default)]
pub struct Input {
    bytes: Vec<u8>,
    /// So many of them are taken: what follows is moved once for all the lines of a turn.
    taken: usize,
}

impl Input {
    pub fn receive(&mut self, bytes: &[u8]) {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.extend_from_slice(bytes);
    }

    pub fn len(&self) -> usize {
        self.bytes.len() - self.taken
    }

    pub fn has_line(&self) -> bool {
        self.bytes[self.taken..].contains(&b'\n')
    }

    /// The next line without its end.
    pub fn take_line(&mut self) -> Option<Vec<u8>> {
        let rest = &self.bytes[self.taken..];
        let end = rest.iter().position(|byte| *byte == b'\n')?;
        let line = rest[..end].strip_suffix(b"\r").unwrap_or(&rest[..end]);
        let line = line.to_vec();
        self.taken += end + 1;
        if self.len() == 0 {
            self.bytes.clear();
            self.bytes.shrink_to(KEPT);
            self.taken = 0;
        }
        Some(line)
    }

    /// Memory that it takes, in bytes.
    pub fn held(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_out_as_they_came_in_pieces() {
        let mut input = Input::default();
        input.receive(b"on");
        assert!(!input.has_line() && input.take_line().is_none());
        input.receive(b"e\r\n\ntw");
        assert_eq!(input.take_line().unwrap(), b"one");
        assert_eq!(input.len(), 3);
        input.receive(b"o\n");
        assert_eq!(input.take_line().unwrap(), b"");
        assert_eq!(input.take_line().unwrap(), b"two");
        assert_eq!((input.len(), input.take_line()), (0, None));
        input.receive(&vec![b'x'; 10 * KEPT]);
        input.receive(b"\n");
        input.take_line();
        assert!(input.held() <= KEPT);
    }
}
