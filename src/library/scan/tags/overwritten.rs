//! Texts of an ID3v2 tag that lofty replaces by later ones: of two performers in frames of their own it keeps the second,
//! and of two tags in a row what the second says, which a tagger left behind the one that it wrote. It decodes text alone.

use super::content::after_id3;
use super::frames::{self, Frame};
use super::id3;
use super::numbers::bytes_at;
use super::said::{Key, Said};
use crate::library::bytes::FileBytes;
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use std::io;

/// Texts that are read of one file, and of each so many bytes.
const MOST_TEXTS: usize = 64;
const MOST_TEXT_BYTES: usize = 4 << 10;

/// Fields that may have several values, each in a frame of its own; of others the last one counts.
const LISTS: &[Key] = &[Key::Artist, Key::AlbumArtist, Key::Composer];

/// What the file says beside what lofty tells: nothing, of nearly every file.
pub fn said(file: &mut FileBytes) -> io::Result<Said<'static>> {
    let mut texts: Vec<(Key, Frame)> = Vec::new();
    frames::each(file, |frame| {
        let key = std::str::from_utf8(&frame.id).ok().and_then(id3::key_of);
        if let Some(key) = key.filter(|_| frame.is_plain) {
            texts.push((key, frame));
        }
    })?;
    let behind = after_id3(file)?;
    let has_second = behind > 0 && file.array_at::<3>(behind)? == Some(*b"ID3");
    if !has_second {
        let is_one = |key: Key| texts.iter().filter(|(of, _)| *of == key).count() < 2;
        let lists: Vec<Key> = LISTS.iter().copied().filter(|key| !is_one(*key)).collect();
        texts.retain(|(key, _)| lists.contains(key));
    }
    let mut said = Said::default();
    for (key, frame) in texts.into_iter().take(MOST_TEXTS) {
        let text = bytes_at(file, frame.at, frame.size, MOST_TEXT_BYTES)?;
        add(&mut said, key, &text);
    }
    Ok(said)
}

/// The values of a frame: its charset, and texts with a NUL between them (id3.org/id3v2.4.0-frames, 4.2).
fn add(said: &mut Said<'static>, key: Key, frame: &[u8]) {
    let Some((charset, text)) = frame.split_first() else {
        return;
    };
    let decoded = |charset: &'static Encoding| charset.decode(text).0.into_owned();
    let (text, is_old) = match charset {
        0 => (text.iter().copied().map(char::from).collect(), true),
        1 => (decoded(UTF_16LE), false),
        2 => (decoded(UTF_16BE), false),
        3 => (String::from_utf8_lossy(text).into_owned(), false),
        _ => return,
    };
    // Taggers begin each value with a mark of its own.
    let values = text
        .split('\0')
        .map(|value| value.trim_start_matches('\u{feff}'));
    for value in values.filter(|value| !value.is_empty()) {
        match is_old {
            true => said.add_old(key, value.to_owned()),
            false => said.add(key, value.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(frames: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut body = Vec::new();
        for (id, data) in frames {
            body.extend(*id);
            body.extend((data.len() as u32).to_be_bytes());
            body.extend([0, 0]);
            body.extend(*data);
        }
        let size = body.len() as u32;
        let size = [size >> 21, size >> 14, size >> 7, size].map(|bits| bits as u8 & 0x7f);
        [&b"ID3\x03\0\0"[..], &size, &body].concat()
    }

    fn values(bytes: &[u8], key: Key) -> Vec<String> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.mp3");
        std::fs::write(&path, bytes).unwrap();
        let said = said(&mut FileBytes::open(&path).unwrap()).unwrap();
        said.all(key).map(str::to_owned).collect()
    }

    #[test]
    fn performers_in_frames_of_their_own_are_all_there_in_any_charset() {
        let bytes = tag(&[
            (b"TIT2", b"\0one"),
            (b"TPE1", b"\0piman"),
            (b"TPE1", b"\x01\xff\xfej\0z\0\0\0i\0"),
            (b"TPE1", b"\x01\xfe\xff\0x"),
            (b"TPE1", b"\x02\0y"),
            (b"TPE1", "\x03ß".as_bytes()),
            (b"TIT2", b"\0two"),
        ]);
        let artists = ["piman", "jz", "i", "x", "y", "ß"];
        assert_eq!(values(&bytes, Key::Artist), artists);
        assert!(values(&bytes, Key::Title).is_empty(), "lofty's business");
        let one = tag(&[(b"TPE1", b"\0a\0b")]);
        assert!(values(&one, Key::Artist).is_empty(), "lofty's business");
    }

    #[test]
    fn of_two_tags_in_a_row_the_first_counts() {
        let first = tag(&[(b"TIT2", b"\0new"), (b"TALB", b"\0")]);
        let both = [first, tag(&[(b"TIT2", b"\0old"), (b"TALB", b"\0old")])].concat();
        assert_eq!(values(&both, Key::Title), ["new"]);
        assert!(values(&both, Key::Album).is_empty());
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(rest: Vec<u8>) {
            values(&[b"ID3\x04\0\0".as_slice(), &rest].concat(), Key::Artist);
        }
    }
}
