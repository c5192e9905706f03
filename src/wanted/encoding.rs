//! In which charset a playlist file is written, and its lines. It never fails: at the end of the ladder stands
//! Windows-1252, which gives every byte a meaning.
//!
//! The ladder: a byte order mark; what the file states, by `#EXTENC:` or in an XML declaration; UTF-8 where a line is UTF-8; Windows-1252. The last two are decided
//! line by line, as some players write the bytes of each file name as the disk has them.

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;

/// Among so many first lines `#EXTENC:` is looked for.
const HEAD_LINES: usize = 32;
/// The directive that names a charset.
const STATED: &str = "#EXTENC:";

/// How the bytes of a playlist file were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// All of it is UTF-8.
    Utf8,
    /// UTF-16 of either order, by its byte order mark.
    Utf16,
    /// UTF-8 in the lines that are, Windows-1252 (and so Latin-1) in the others.
    Windows1252,
    /// As the file states, by the charset's name in the WHATWG Encoding Standard.
    Stated(&'static str),
}

impl Encoding {
    /// The charset's name as people read it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16 => "UTF-16",
            Self::Windows1252 => "Windows-1252",
            Self::Stated(name) => name,
        }
    }
}

/// A file's bytes with the way to read them.
pub(super) struct Decoded<'a> {
    /// What to report.
    pub encoding: Encoding,
    /// A charset that the file states and nobody knows.
    pub unknown: Option<String>,
    bytes: Cow<'a, [u8]>,
    charset: Option<&'static encoding_rs::Encoding>,
}

impl<'a> Decoded<'a> {
    /// Finds out the charset of the bytes.
    pub fn new(bytes: &'a [u8]) -> Self {
        let of = |encoding, bytes, charset| Self {
            encoding,
            unknown: None,
            bytes,
            charset,
        };
        match encoding_rs::Encoding::for_bom(bytes) {
            Some((charset, length)) if charset == UTF_16LE || charset == UTF_16BE => {
                let (text, _) = charset.decode_without_bom_handling(&bytes[length..]);
                let bytes = Cow::Owned(text.into_owned().into_bytes());
                return of(Encoding::Utf16, bytes, None);
            }
            Some((_, length)) => return Self::by_content(&bytes[length..]),
            None => {}
        }
        let Some(label) = stated(bytes) else {
            return Self::by_content(bytes);
        };
        match encoding_rs::Encoding::for_label_no_replacement(&label) {
            Some(charset) if charset == UTF_8 || !charset.is_ascii_compatible() => {
                Self::by_content(bytes)
            }
            Some(charset) => of(
                Encoding::Stated(charset.name()),
                Cow::Borrowed(bytes),
                Some(charset),
            ),
            None => Self {
                unknown: Some(String::from_utf8_lossy(&label).into_owned()),
                ..Self::by_content(bytes)
            },
        }
    }

    fn by_content(bytes: &'a [u8]) -> Self {
        Self {
            encoding: match std::str::from_utf8(bytes) {
                Ok(_) => Encoding::Utf8,
                Err(_) => Encoding::Windows1252,
            },
            unknown: None,
            bytes: Cow::Borrowed(bytes),
            charset: None,
        }
    }

    /// The lines, ended by LF, CRLF or CR, in the file's own bytes; a byte order mark that files were joined with is gone.
    pub fn lines(&self) -> impl Iterator<Item = &[u8]> {
        lines(&self.bytes).map(|line| line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line))
    }

    /// All of the text: for formats that are not made of lines.
    pub fn all(&self) -> Cow<'_, str> {
        match (self.charset, std::str::from_utf8(&self.bytes)) {
            (None, Ok(text)) => Cow::Borrowed(text.trim_start_matches('\u{feff}')),
            _ => {
                let lines: Vec<_> = self.lines().map(|line| self.text(line)).collect();
                Cow::Owned(lines.join("\n"))
            }
        }
    }

    /// A line's text.
    pub fn text<'l>(&self, line: &'l [u8]) -> Cow<'l, str> {
        match (self.charset, std::str::from_utf8(line)) {
            (Some(charset), _) => charset.decode_without_bom_handling(line).0,
            (None, Ok(text)) => Cow::Borrowed(text),
            (None, Err(_)) => Cow::Owned(from_windows_1252(line)),
        }
    }
}

/// The text of a file that people wrote, in whatever charset; its lines end in LF.
pub fn text_of(bytes: &[u8]) -> String {
    let decoded = Decoded::new(bytes);
    let lines: Vec<_> = decoded.lines().map(|line| decoded.text(line)).collect();
    lines.join("\n")
}

/// The text that the bytes are in Windows-1252. Each byte has its own character, so nothing is lost.
pub(super) fn from_windows_1252(bytes: &[u8]) -> String {
    WINDOWS_1252
        .decode_without_bom_handling(bytes)
        .0
        .into_owned()
}

/// The bytes that a text is in Windows-1252; `None` where it has no letter for it.
pub(super) fn to_windows_1252(text: &str) -> Option<Vec<u8>> {
    let (bytes, _, unmappable) = WINDOWS_1252.encode(text);
    (!unmappable).then(|| bytes.into_owned())
}

/// The text on one line: each control character and line separator a space, none at the ends.
pub(super) fn one_line(text: &str) -> String {
    let flat: String = text
        .chars()
        .map(|c| match c {
            '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    flat.trim().to_owned()
}

fn stated(bytes: &[u8]) -> Option<Vec<u8>> {
    lines(bytes).take(HEAD_LINES).find_map(|line| {
        if let Some(declared) = line.trim_ascii_start().strip_prefix(b"<?xml") {
            return declared_in_xml(declared);
        }
        let head = line.get(..STATED.len())?;
        head.eq_ignore_ascii_case(STATED.as_bytes())
            .then(|| line[STATED.len()..].trim_ascii().to_vec())
    })
}

/// The charset of ` version="1.0" encoding='…'?>`.
fn declared_in_xml(line: &[u8]) -> Option<Vec<u8>> {
    let line = String::from_utf8_lossy(line);
    let (declaration, _) = line.split_once("?>")?;
    let (_, after) = declaration.split_once("encoding")?;
    let value = after.trim_start().strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let (label, _) = value[1..].split_once(quote)?;
    Some(label.trim().as_bytes().to_vec())
}

/// Tells on which line of a text something stands; asked with offsets that grow.
pub(super) struct LineOf<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
}

impl<'t> LineOf<'t> {
    pub fn new(text: &'t str) -> Self {
        Self {
            text,
            offset: 0,
            line: 1,
        }
    }

    /// The line of the byte at `offset`, from 1.
    pub fn at(&mut self, offset: usize) -> usize {
        let offset = offset.min(self.text.len());
        let bytes = self.text.as_bytes();
        for at in self.offset..offset {
            let ends = match bytes[at] {
                b'\n' => true,
                b'\r' => bytes.get(at + 1) != Some(&b'\n'),
                _ => false,
            };
            self.line += usize::from(ends);
        }
        self.offset = self.offset.max(offset);
        self.line
    }
}

fn lines(mut rest: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest
            .iter()
            .position(|b| matches!(b, b'\n' | b'\r'))
            .unwrap_or(rest.len());
        let (line, tail) = rest.split_at(end);
        let crlf = tail.starts_with(b"\r\n");
        rest = tail.get(1 + usize::from(crlf)..).unwrap_or_default();
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (Encoding, Vec<String>) {
        let decoded = Decoded::new(bytes);
        let lines = decoded.lines().map(|line| decoded.text(line).into_owned());
        (decoded.encoding, lines.collect())
    }

    fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
        std::iter::once(0xfeff)
            .chain(text.encode_utf16())
            .flat_map(order)
            .collect()
    }

    #[test]
    fn each_step_of_the_ladder() {
        let two = vec!["é".to_owned(), "日".to_owned()];
        for (bytes, encoding, lines) in [
            ("é\n日".into(), Encoding::Utf8, two.clone()),
            ("\u{feff}é\r\n日\r\n".into(), Encoding::Utf8, two.clone()),
            (
                utf_16("é\r\n日", u16::to_le_bytes),
                Encoding::Utf16,
                two.clone(),
            ),
            (utf_16("é\r日", u16::to_be_bytes), Encoding::Utf16, two),
            (
                b"\xe6\xf8\xe5".to_vec(),
                Encoding::Windows1252,
                vec!["æøå".to_owned()],
            ),
        ] {
            assert_eq!(read(&bytes), (encoding, lines));
        }
        let (encoding, lines) = read(b"#extenc: Shift_JIS\n\x93\xfa");
        assert_eq!(
            (encoding, lines[1].as_str()),
            (Encoding::Stated("Shift_JIS"), "日")
        );
    }

    #[test]
    fn one_line_of_other_bytes_spoils_no_other() {
        let (encoding, lines) = read(b"caf\xc3\xa9\ncaf\xe9");
        assert_eq!(encoding, Encoding::Windows1252);
        assert_eq!(lines, ["café", "café"]);
    }

    #[test]
    fn a_charset_that_nobody_knows_is_told() {
        let decoded = Decoded::new(b"#EXTENC:KLINGON\nx");
        assert_eq!(decoded.unknown.as_deref(), Some("KLINGON"));
        assert_eq!(decoded.encoding, Encoding::Utf8);
        assert_eq!(Decoded::new(b"#EXTENC: UTF-16\nx").encoding, Encoding::Utf8);
    }

    #[test]
    fn an_xml_declaration_states_the_charset() {
        for (bytes, encoding) in [
            (
                &b"<?xml version=\"1.0\" encoding=\"koi8-r\"?><a/>"[..],
                Encoding::Stated("KOI8-R"),
            ),
            (
                b"\n<?xml encoding = 'latin1' ?>",
                Encoding::Stated("windows-1252"),
            ),
            (b"<?xml version='1.0' encoding='UTF-16'?>", Encoding::Utf8),
            (
                b"<?xml version='1.0'?><a encoding='koi8-r'/>",
                Encoding::Utf8,
            ),
            (b"<?xml encoding=?>", Encoding::Utf8),
            (b"<?xml encoding='koi8-r", Encoding::Utf8),
        ] {
            assert_eq!(Decoded::new(bytes).encoding, encoding, "{bytes:?}");
        }
        let text = b"<?xml encoding='koi8-r'?>\r\n\xeb";
        let decoded = Decoded::new(text);
        assert_eq!(decoded.all(), "<?xml encoding='koi8-r'?>\nК");
    }

    #[test]
    fn lines_of_offsets() {
        let mut lines = LineOf::new("a\r\nb\rc\nd");
        let told: Vec<_> = [0, 1, 2, 3, 5, 7, 99].map(|at| lines.at(at)).into();
        assert_eq!(told, [1, 1, 1, 2, 3, 4, 4]);
    }

    proptest::proptest! {
        #[test]
        fn windows_1252_loses_no_byte(bytes: Vec<u8>) {
            proptest::prop_assert_eq!(to_windows_1252(&from_windows_1252(&bytes)), Some(bytes));
        }
    }
}
