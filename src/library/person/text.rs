//! What a person made, as lines of text that any program can read: the form of the second copy and of backups.
//!
//! Each line carries its own sum ([`summed`]). The first is the [`Head`]; `head.lines` lines follow that make everything
//! as it was when the file was written, and then one for every change since. It knows no database.

use super::change::Change;
use crate::library::summed;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

/// What this version writes, and the newest that it reads.
pub(super) const SCHEMA: u32 = 1;

/// The longest line, in bytes: a playlist of as many rows as one may have, with long names.
const MAX_LINE_BYTES: u64 = 512 << 20;

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Head {
    /// Says whose file it is: [`SCHEMA`].
    pub standin: u32,
    /// Another for each file.
    pub id: String,
    /// The number of the last change that the snapshot holds.
    pub seq: u64,
    /// When it was written, in ms since 1970.
    pub at_ms: i64,
    /// Lines of the snapshot.
    pub lines: u64,
}

/// Every other line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    /// Its number; in the snapshot that of the head.
    pub seq: u64,
    /// When it was made, in ms since 1970.
    pub at_ms: i64,
    /// What was changed, all of it or nothing.
    pub changes: Vec<Change>,
}

/// Lines, read one by one.
pub(super) struct Lines<R = BufReader<File>> {
    from: R,
    /// Where the next line begins, in bytes.
    at: u64,
    /// The last line was whole, but its break is another byte.
    is_unbroken: bool,
}

/// What a line turned out to be.
pub(super) enum Read1<T> {
    /// As it was written.
    Whole(T),
    /// Its sum does not fit, or it is no line of ours.
    Damaged,
    /// The file ends in the middle of it: it was never acknowledged.
    Torn,
    /// The file has ended.
    End,
}

impl Lines {
    /// Opens the file and reads its head. An error of kind `InvalidData` says what is wrong with the head.
    pub fn open(path: &Path) -> io::Result<(Self, Head)> {
        let (lines, head) = Self::open_anyway(path)?;
        let head = head.ok_or_else(not_ours)?;
        Ok((lines, head))
    }

    /// Opens the file; `None` where its head is damaged, or it is no file of ours. What follows may be whole.
    pub fn open_anyway(path: &Path) -> io::Result<(Self, Option<Head>)> {
        Self::read_anyway(BufReader::new(File::open(path)?))
    }

    /// Of a file that has no head, from where it stands.
    pub fn without_head(file: File) -> Self {
        Self {
            from: BufReader::new(file),
            at: 0,
            is_unbroken: false,
        }
    }
}

impl<R: BufRead> Lines<R> {
    /// The same of text that lies elsewhere.
    pub fn read_anyway(from: R) -> io::Result<(Self, Option<Head>)> {
        let mut lines = Self {
            from,
            at: 0,
            is_unbroken: false,
        };
        match lines.next::<Head>()? {
            Read1::Whole(head) if head.standin <= SCHEMA => Ok((lines, Some(head))),
            Read1::Whole(_) => Err(invalid("it was written by a newer standin")),
            _ => Ok((lines, None)),
        }
    }

    /// Goes to where a line begins.
    pub fn seek(&mut self, at: u64) -> io::Result<()>
    where
        R: io::Seek,
    {
        self.at = self.from.seek(io::SeekFrom::Start(at))?;
        Ok(())
    }

    /// Where the next line begins, in bytes.
    pub fn at(&self) -> u64 {
        self.at
    }

    /// The next line. After one whose break alone is damaged, once, that there is damage.
    pub fn next<T: DeserializeOwned>(&mut self) -> io::Result<Read1<T>> {
        if std::mem::take(&mut self.is_unbroken) {
            return Ok(Read1::Damaged);
        }
        let mut line = Vec::new();
        let mut limited = self.from.by_ref().take(MAX_LINE_BYTES);
        let read = limited.read_until(b'\n', &mut line)?;
        if read == 0 {
            return Ok(Read1::End);
        }
        let has_break = line.pop() == Some(b'\n');
        let value = summed::value(&line);
        if !has_break && value.is_none() {
            return Ok(Read1::Torn);
        }
        // Nothing that was torn is a whole line and one byte more.
        self.is_unbroken = !has_break;
        self.at += read as u64;
        Ok(value.map_or(Read1::Damaged, Read1::Whole))
    }
}

/// What a file is whose first line cannot be read.
pub(super) fn not_ours() -> io::Error {
    invalid("its first line is not one of standin's")
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::summed::line as written;

    fn head() -> Head {
        Head {
            standin: SCHEMA,
            id: "a".into(),
            seq: 3,
            at_ms: 5,
            lines: 0,
        }
    }

    fn file(text: &[u8]) -> tempfile::NamedTempFile {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        file
    }

    #[test]
    fn any_flip_in_a_line_is_noticed() {
        let text = written(&head()).into_bytes();
        assert_eq!(Lines::open(file(&text).path()).unwrap().1, head());
        for at in 0..text.len() {
            for bit in 0..8 {
                let mut flipped = text.clone();
                flipped[at] ^= 1 << bit;
                let noticed = match Lines::open(file(&flipped).path()) {
                    Ok((mut lines, _)) => matches!(lines.next::<Line>(), Ok(Read1::Damaged)),
                    Err(_) => true,
                };
                assert!(noticed, "{at}.{bit}");
            }
        }
    }

    #[test]
    fn a_torn_line_is_told_from_a_damaged_one() {
        let line = Line {
            seq: 4,
            at_ms: 6,
            changes: Vec::new(),
        };
        let text = [written(&head()), written(&line)].concat();
        let torn = file(&text.as_bytes()[..text.len() - 1]);
        let (mut lines, _) = Lines::open(torn.path()).unwrap();
        assert!(matches!(lines.next::<Line>().unwrap(), Read1::Torn));
        let damaged = file(text.replace("\"seq\":4", "\"seq\":5").as_bytes());
        let (mut lines, _) = Lines::open(damaged.path()).unwrap();
        assert!(matches!(lines.next::<Line>().unwrap(), Read1::Damaged));
        assert!(matches!(lines.next::<Line>().unwrap(), Read1::End));
    }

    /// Found by flips: the last change of a file whose last byte was another was taken for torn, and nothing was said.
    #[test]
    fn a_last_line_without_its_break_counts_and_is_told() {
        let line = Line {
            seq: 4,
            at_ms: 6,
            changes: Vec::new(),
        };
        let mut text = [written(&head()), written(&line)].concat().into_bytes();
        *text.last_mut().unwrap() ^= 0x20;
        let (mut lines, _) = Lines::open(file(&text).path()).unwrap();
        assert!(matches!(lines.next::<Line>().unwrap(), Read1::Whole(read) if read == line));
        assert_eq!(lines.at(), text.len() as u64);
        assert!(matches!(lines.next::<Line>().unwrap(), Read1::Damaged));
        assert!(matches!(lines.next::<Line>().unwrap(), Read1::End));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>, cut in 0_usize..200) {
            let whole = [written(&head()).as_bytes(), &bytes].concat();
            for text in [&bytes[..], &whole, &whole[..cut.min(whole.len())]] {
                let Ok((mut lines, _)) = Lines::read_anyway(text) else {
                    continue;
                };
                let mut read = 0;
                while !matches!(lines.next::<Line>().unwrap(), Read1::End | Read1::Torn) {
                    read += 1;
                }
                proptest::prop_assert!(read <= text.len());
            }
        }
    }

    #[test]
    fn a_newer_file_is_refused() {
        let newer = Head {
            standin: SCHEMA + 1,
            ..head()
        };
        let error = Lines::open(file(written(&newer).as_bytes()).path()).err();
        assert!(error.unwrap().to_string().contains("newer"));
    }
}
