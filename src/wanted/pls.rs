//! PLS: `File1=`, `Title1=`, `Length1=` in a section `[playlist]`. Rows go by their numbers, which may have gaps and
//! stand in any order; what `NumberOfEntries` says is never believed.

use super::encoding::{Decoded, one_line};
use super::names::{believed_ms, named};
use super::target::read_target;
use super::{MAX_BYTES, MAX_LINE, MAX_ROWS, Oddity, Playlist, PlaylistFormat, Refused};
use std::collections::BTreeMap;

/// The section's head.
const SECTION: &str = "[playlist]";

/// Reads a PLS file. `TitleN` without `FileN` is a row of names.
pub fn read(bytes: &[u8]) -> Result<Playlist, Refused> {
    if bytes.len() > MAX_BYTES {
        return Err(Refused::TooBig(bytes.len()));
    }
    let decoded = Decoded::new(bytes);
    let mut playlist = Playlist::empty(PlaylistFormat::Pls, decoded.encoding);
    let mut entries = Entries::default();
    for (line, raw) in (1..).zip(decoded.lines()) {
        if raw.len() > MAX_LINE {
            playlist.refuse(line, Oddity::LongLine);
            continue;
        }
        let text = decoded.text(raw);
        let Some(said) = said(&text, raw) else {
            if !is_known(&text) {
                playlist.note(line, Oddity::NotUnderstood(one_line(&text)));
            }
            continue;
        };
        if !entries.take(line, said) {
            playlist.refuse(line, Oddity::TooManyRows);
            break;
        }
    }
    for entry in entries.rows.into_values() {
        let mut wanted = named(&entry.title, None);
        wanted.length_ms = entry.length_ms;
        match entry.file {
            Some((text, raw)) => {
                playlist.push_target(entry.line, wanted, read_target(&text, &raw));
            }
            None => playlist.push_names(entry.line, wanted),
        }
    }
    Ok(playlist)
}

/// Whether a line can only be one of this format: the section's head, or a first file.
pub(super) fn looks_like(line: &str) -> bool {
    let is_file = said(line, line.as_bytes()).is_some_and(|said| said.key == Key::File);
    line.trim().eq_ignore_ascii_case(SECTION) || is_file
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Key {
    File,
    Title,
    Length,
}

/// A line taken apart.
struct Said<'t> {
    key: Key,
    number: u64,
    text: &'t str,
    raw: &'t [u8],
}

fn said<'t>(line: &'t str, raw: &'t [u8]) -> Option<Said<'t>> {
    let (key, text) = line.split_once('=')?;
    let key = key.trim().to_ascii_lowercase();
    let digits = key.find(|c: char| c.is_ascii_digit())?;
    let (name, number) = key.split_at(digits);
    let key = match name {
        "file" => Key::File,
        "title" => Key::Title,
        "length" => Key::Length,
        _ => return None,
    };
    let equals = raw.iter().position(|b| *b == b'=')?;
    Some(Said {
        key,
        number: number.parse().ok()?,
        text,
        raw: raw.get(equals + 1..).unwrap_or_default(),
    })
}

/// Lines that say nothing of a row and are no mistake.
fn is_known(line: &str) -> bool {
    let line = line.trim().to_ascii_lowercase();
    let starts = ["numberofentries", "version", "x-gnome-title", ";", "#"];
    line.is_empty() || line == SECTION || starts.iter().any(|start| line.starts_with(start))
}

#[derive(Default)]
struct Entry {
    line: usize,
    file: Option<(String, Vec<u8>)>,
    title: String,
    length_ms: Option<u64>,
}

/// The rows by section and number: lists that were joined repeat their numbers.
#[derive(Default)]
struct Entries {
    section: u64,
    rows: BTreeMap<(u64, u64), Entry>,
}

impl Entries {
    /// `false`: there are too many rows.
    fn take(&mut self, line: usize, said: Said) -> bool {
        let taken = |row: &Entry| row.file.is_some();
        if said.key == Key::File
            && self
                .rows
                .get(&(self.section, said.number))
                .is_some_and(taken)
        {
            self.section += 1;
        }
        let at = (self.section, said.number);
        if self.rows.len() >= MAX_ROWS && !self.rows.contains_key(&at) {
            return false;
        }
        let row = self.rows.entry(at).or_default();
        if said.key == Key::File || row.line == 0 {
            row.line = line;
        }
        match said.key {
            Key::File => row.file = Some((said.text.to_owned(), said.raw.to_owned())),
            Key::Title => row.title = one_line(said.text),
            Key::Length => {
                let seconds = said.text.trim().parse::<f64>().ok();
                row.length_ms = seconds.and_then(|seconds| believed_ms(seconds * 1000.0));
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wanted::told::told;
    use proptest::prelude::*;

    #[test]
    fn any_case_any_order_and_gaps() {
        let text = "[Playlist]\nnumberofentries=99\nFILE7 = c.mp3\nTitle2=The Example Band - First Light\n\
            file2=a/b.mp3\nLength2=203\nLength7=-1\nTitle3=Only - Names\nVersion=2\nHello\n";
        let playlist = read(text.as_bytes()).unwrap();
        assert_eq!(
            told(&playlist),
            [
                "The Example Band|First Light||203000|a/b.mp3",
                "Only|Names|||",
                "||||c.mp3"
            ]
        );
        let lines: Vec<_> = playlist.rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [5, 8, 3]);
        let notes: Vec<_> = playlist.notes.iter().map(ToString::to_string).collect();
        assert_eq!(notes, ["line 10: `Hello` is not understood here"]);
    }

    #[test]
    fn line_ends_and_charsets() {
        let text = "[playlist]\r\nFile1=\u{fc}.mp3\r\nTitle1=A - \u{fc}\r\n";
        let utf_16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [
            text.as_bytes().to_vec(),
            text.replace("\r\n", "\r").into_bytes(),
            format!("\u{feff}{text}").into_bytes(),
            utf_16,
            text.chars().map(|c| c as u8).collect(),
        ] {
            let playlist = read(&bytes).unwrap();
            assert_eq!(told(&playlist), ["A|ü|||ü.mp3"], "{bytes:?}");
        }
        let latin = read(b"[playlist]\nFile1=\xfc.mp3").unwrap();
        assert_eq!(latin.rows[0].paths[1], b"\xfc.mp3");
    }

    #[test]
    fn addresses_nested_lists_and_odd_paths() {
        let text = "[playlist]\nFile1=http://x/1\nTitle1=Radio\nFile2=https://x/2\nTitle2=A - B\nFile3=other.xspf\n\
            File4=file:///a%20b.mp3\nFile5=C:\\Music\\a=b.mp3\nFile6=\nFile99999999999999999999=x\n";
        let playlist = read(text.as_bytes()).unwrap();
        assert_eq!(
            told(&playlist),
            [
                "A|B|||",
                "||||other.xspf",
                "||||/a b.mp3",
                "||||C:\\Music\\a=b.mp3"
            ]
        );
        assert!(playlist.rows[1].is_playlist);
        assert_eq!(playlist.refused, 2);
    }

    #[test]
    fn lists_that_were_joined_keep_all_rows() {
        let text =
            "[playlist]\nFile1=a\nTitle1=A - 1\n[playlist]\nFile1=b\nTitle1=B - 1\nFile2=c\n";
        let rows = told(&read(text.as_bytes()).unwrap());
        assert_eq!(rows, ["A|1|||a", "B|1|||b", "||||c"]);
    }

    #[test]
    fn limits_hold() {
        let text: String = (0..=MAX_ROWS).map(|n| format!("File{n}=a\n")).collect();
        let playlist = read(text.as_bytes()).unwrap();
        assert_eq!((playlist.rows.len(), playlist.refused), (MAX_ROWS, 1));
        let long = format!("File1={}\nFile2=b\n", "a".repeat(MAX_LINE));
        let playlist = read(long.as_bytes()).unwrap();
        assert_eq!((told(&playlist).len(), playlist.refused), (1, 1));
        assert_eq!(
            read(&vec![b'\n'; MAX_BYTES + 1]),
            Err(Refused::TooBig(MAX_BYTES + 1))
        );
    }

    proptest! {
        #[test]
        fn any_bytes_end_well(bytes: Vec<u8>) {
            let _ = read(&bytes);
        }

        #[test]
        fn any_lines_end_well(lines in proptest::collection::vec("(File|title|LENGTH)[0-9]{0,3}=?(http://|file:)?\\PC{0,8}", 0..12)) {
            let playlist = read(lines.join("\n").as_bytes()).unwrap();
            prop_assert!(playlist.rows.len() <= lines.len());
        }
    }
}
