//! Tracker modules: the title alone. How long one plays and at what rate is known only to who plays it, and its channels are
//! not those of a loudspeaker. Formats: wiki.multimedia.cx (ProTracker Module, Scream Tracker 3, FastTracker 2, Impulse Tracker).

use super::Parsed;
use super::numbers::bytes_at;
use super::said::{Key, Said};
use crate::library::bytes::FileBytes;
use crate::music::{Codec, Format};
use std::io;

/// Where the mark of a MOD file stands.
const MOD_MARK: usize = 1_080;

/// The title of a module; `None` where it is none.
pub fn parse(file: &mut FileBytes) -> io::Result<Option<Parsed>> {
    let head = bytes_at(file, 0, 64, 64)?;
    let title = match &head[..] {
        [
            b'E',
            b'x',
            b't',
            b'e',
            b'n',
            b'd',
            b'e',
            b'd',
            b' ',
            b'M',
            ..,
        ] => 17..37,
        [b'I', b'M', b'P', b'M', ..] => 4..30,
        head if head.get(44..48) == Some(b"SCRM") => 0..28,
        _ => match file.array_at::<4>(MOD_MARK as u64)? {
            Some(mark) if is_mod(&mark) => 0..20,
            _ => return Ok(None),
        },
    };
    Ok(head.get(title).map(parsed))
}

fn is_mod(mark: &[u8; 4]) -> bool {
    match mark {
        b"M.K." | b"M!K!" | b"M&K!" | b"N.T." | b"FLT4" | b"FLT8" | b"OCTA" | b"CD81" => true,
        [count, b'C', b'H', b'N'] => count.is_ascii_digit(),
        [tens, ones, b'C', b'H' | b'N'] => tens.is_ascii_digit() && ones.is_ascii_digit(),
        [b'T', b'D', b'Z', count] => count.is_ascii_digit(),
        _ => false,
    }
}

fn parsed(title: &[u8]) -> Parsed {
    let text = title.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut said = Said::default();
    said.add_old(
        Key::Title,
        text.iter()
            .map(|byte| char::from(*byte))
            .collect::<String>(),
    );
    let format = Format {
        codec: Codec::Module,
        ..Format::default()
    };
    Parsed::of(&mut [said], format, None)
}
