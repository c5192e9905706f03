//! The strings of a CAF file, which the decoder's probe passes over. Format: Apple, Core Audio Format 1.0 (Information chunk).

use super::numbers::{be64, bytes_at};
use super::said::{Key, Said};
use crate::library::bytes::FileBytes;
use std::io;

/// So many chunks are looked at.
const MOST_CHUNKS: usize = 256;
/// What is read of the strings.
const MOST_BYTES: usize = 64 << 10;

/// Names that are not those of Vorbis.
const NAMES: &[(&str, Key)] = &[("track number", Key::Track), ("recorded date", Key::Date)];

/// What the strings say.
pub fn said(file: &mut FileBytes) -> io::Result<Said<'static>> {
    let mut at = 8u64;
    for _ in 0..MOST_CHUNKS {
        let Some(head) = file.array_at::<12>(at)? else {
            break;
        };
        let length = be64(&head, 4).unwrap_or(0);
        if head.starts_with(b"info") {
            return Ok(strings(&bytes_at(file, at + 12, length, MOST_BYTES)?));
        }
        at = at.saturating_add(12).saturating_add(length);
    }
    Ok(Said::default())
}

/// A count, and then names and values that end in NUL.
fn strings(bytes: &[u8]) -> Said<'static> {
    let mut said = Said::default();
    let texts = bytes.get(4..).unwrap_or_default().split(|byte| *byte == 0);
    let mut texts = texts.map(String::from_utf8_lossy);
    while let (Some(name), Some(text)) = (texts.next(), texts.next()) {
        let of = |(known, _): &&(&str, Key)| known.eq_ignore_ascii_case(&name);
        let known = NAMES.iter().find(of).map(|(_, key)| *key);
        if let Some(key) = known
            .or_else(|| Key::of(&name))
            .filter(|key| *key != Key::Rating)
        {
            said.add(key, text.into_owned());
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_take_turns() {
        let said = strings(b"\0\0\0\x02title\0One\0track number\x003\0album");
        assert_eq!(said.all(Key::Title).collect::<Vec<_>>(), ["One"]);
        assert_eq!(said.all(Key::Track).collect::<Vec<_>>(), ["3"]);
        assert_eq!(said.all(Key::Album).count(), 0);
    }
}
