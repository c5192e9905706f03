//! Where a song lies: a root and a path below it, in bytes. It never touches the disk.

use std::ffi::OsStr;
use std::fmt;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A path below a root: bytes, not empty, not absolute, no `.` or `..`, no NUL and no newline.
///
/// A newline cannot be said on the wire, and `..` would leave the root; a file of such a name is a listed skip.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct RelPath(Box<[u8]>);

/// Why some bytes are no [`RelPath`].
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize,
)]
pub enum PlaceError {
    /// Nothing, or `/`.
    #[error("the path is empty")]
    Empty,
    /// It begins with a slash.
    #[error("the path is absolute")]
    Absolute,
    /// A component is `.`, `..` or empty.
    #[error("the path has a component that is empty, . or ..")]
    Component,
    /// It holds a NUL or a line break.
    #[error("the name has a line break or a NUL in it")]
    Unspeakable,
}

impl RelPath {
    /// Checks the bytes and takes them.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Result<Self, PlaceError> {
        let bytes: Vec<u8> = bytes.into();
        if bytes.is_empty() {
            return Err(PlaceError::Empty);
        }
        if bytes[0] == b'/' {
            return Err(PlaceError::Absolute);
        }
        if bytes.iter().any(|b| matches!(b, 0 | b'\n' | b'\r')) {
            return Err(PlaceError::Unspeakable);
        }
        if bytes
            .split(|b| *b == b'/')
            .any(|part| matches!(part, b"" | b"." | b".."))
        {
            return Err(PlaceError::Component);
        }
        Ok(Self(bytes.into_boxed_slice()))
    }

    /// The bytes, as the file system has them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a relative [`Path`].
    pub fn as_path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.0))
    }
}

/// A music folder and the name it goes by.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Root {
    /// First component of the URI of every song below it; empty for the root of one that holds all files outside.
    pub name: String,
    /// Absolute.
    pub dir: PathBuf,
}

impl Root {
    /// What holds every file outside the roots: no name, the whole file system.
    pub fn outside() -> Arc<Self> {
        Arc::new(Self {
            name: String::new(),
            dir: PathBuf::from("/"),
        })
    }
}

/// A root and a path below it.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The root it lies in.
    pub root: Arc<Root>,
    /// The path below that root.
    pub path: RelPath,
}

impl Place {
    /// The place of an absolute path outside every root.
    pub fn outside(file: &Path) -> Result<Self, PlaceError> {
        let bytes = file.as_os_str().as_bytes();
        let below = bytes.strip_prefix(b"/").unwrap_or(bytes);
        Ok(Self {
            root: Root::outside(),
            path: RelPath::new(below)?,
        })
    }

    /// The file itself.
    pub fn file(&self) -> PathBuf {
        self.root.dir.join(self.path.as_path())
    }

    /// `ROOT/path below it`, or the absolute path outside every root.
    pub fn uri(&self) -> Uri {
        let mut bytes = self.root.name.clone().into_bytes();
        bytes.push(b'/');
        bytes.extend_from_slice(self.path.as_bytes());
        Uri(bytes)
    }

    /// The file's name, with what is not UTF-8 replaced.
    pub fn file_name(&self) -> String {
        self.path
            .as_path()
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }
}

/// A file's name without its extension: a song's title where nothing better is known.
pub fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// Stands before the number in the address of a part.
const PART_MARK: &str = "track";
const PART_DIGITS: usize = 4;

/// The address of a song in bytes: `ROOT/path`, or an absolute path outside every root; for a part of a file with
/// `/track0001` behind it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Uri(Vec<u8>);

impl Uri {
    /// Takes the bytes as they are; what they mean is for the library to say.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(bytes.into())
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The path, where this is an absolute one.
    pub fn absolute(&self) -> Option<PathBuf> {
        self.0
            .starts_with(b"/")
            .then(|| PathBuf::from(std::ffi::OsString::from_vec(self.0.clone())))
    }

    /// The address of a part of the file at this one: MPD's way for the tracks of a cue sheet, `FILE/track0001`.
    pub fn of_part(&self, part: u32) -> Self {
        Self([&self.0, b"/".as_slice(), part_name(part).as_bytes()].concat())
    }

    /// The file's address and the part of it, from 1, where this reads as [`of_part`](Self::of_part) writes. A file may
    /// have such a name, too: whoever looks it up asks for the file first.
    pub fn split_part(&self) -> Option<(Self, u32)> {
        let at = self.0.iter().rposition(|byte| *byte == b'/')?;
        let digits = self.0.get(at + 1..)?.strip_prefix(PART_MARK.as_bytes())?;
        let digits = Some(digits).filter(|digits| digits.len() == PART_DIGITS)?;
        let part = std::str::from_utf8(digits).ok()?;
        let part = part
            .bytes()
            .all(|digit| digit.is_ascii_digit())
            .then_some(part)?;
        let part = part.parse().ok().filter(|part| *part > 0)?;
        Some((Self(self.0.get(..at)?.to_vec()), part))
    }

    /// Root name and path below it, where this is no absolute path.
    pub fn in_root(&self) -> Option<(&str, RelPath)> {
        let slash = self
            .0
            .iter()
            .position(|b| *b == b'/')
            .filter(|at| *at > 0)?;
        let root = std::str::from_utf8(&self.0[..slash]).ok()?;
        Some((root, RelPath::new(&self.0[slash + 1..]).ok()?))
    }
}

/// The last component of the address of a part.
pub fn part_name(part: u32) -> String {
    format!("{PART_MARK}{part:04}")
}

impl fmt::Display for Uri {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&super::Printable::bytes(&self.0))
    }
}

impl fmt::Debug for Uri {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Uri({:?})", String::from_utf8_lossy(&self.0))
    }
}

/// Text where it is UTF-8, else an array of bytes: nothing is lost, and a saved file stays readable.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
enum UriText {
    Text(String),
    Bytes(Vec<u8>),
}

impl serde::Serialize for Uri {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match std::str::from_utf8(&self.0) {
            Ok(text) => text.serialize(serializer),
            Err(_) => self.0.serialize(serializer),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Uri {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match UriText::deserialize(deserializer)? {
            UriText::Text(text) => Self(text.into_bytes()),
            UriText::Bytes(bytes) => Self(bytes),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_that_leave_or_cannot_be_said_are_refused() {
        for (bytes, error) in [
            (&b""[..], PlaceError::Empty),
            (b"/etc", PlaceError::Absolute),
            (b"a/../b", PlaceError::Component),
            (b"a//b", PlaceError::Component),
            (b"a/", PlaceError::Component),
            (b"a\nb", PlaceError::Unspeakable),
            (b"a\0b", PlaceError::Unspeakable),
        ] {
            assert_eq!(RelPath::new(bytes), Err(error));
        }
        assert_eq!(
            RelPath::new(&b"caf\xe9/..a"[..]).unwrap().as_bytes(),
            b"caf\xe9/..a"
        );
    }

    #[test]
    fn uri_names_the_root_and_comes_apart_again() {
        let root = Arc::new(Root {
            name: "Music".into(),
            dir: "/home/m".into(),
        });
        let place = Place {
            root,
            path: RelPath::new("a/b.flac").unwrap(),
        };
        assert_eq!(place.file(), Path::new("/home/m/a/b.flac"));
        assert_eq!(
            place.uri().in_root(),
            Some(("Music", RelPath::new("a/b.flac").unwrap()))
        );
        let outside = Place::outside(Path::new("/tmp/x.mp3")).unwrap();
        assert_eq!(outside.uri().absolute(), Some("/tmp/x.mp3".into()));
        assert_eq!(outside.uri().in_root(), None);
        assert_eq!(outside.file(), Path::new("/tmp/x.mp3"));
    }

    #[test]
    fn parts_have_addresses_that_come_apart_again() {
        let file = Uri::new("Music/a.flac");
        let part = file.of_part(12);
        assert_eq!(part.as_bytes(), b"Music/a.flac/track0012");
        assert_eq!(part.split_part(), Some((file, 12)));
        for text in [
            "Music/a.flac",
            "Music/a.flac/track0000",
            "a/track001",
            "a/track+001",
            "track0001",
            "a/track00012",
            "",
        ] {
            assert_eq!(Uri::new(text).split_part(), None, "{text}");
        }
    }

    #[test]
    fn saved_uris_keep_every_byte() {
        for bytes in [&b"Music/a.mp3"[..], b"Music/caf\xe9.mp3"] {
            let uri = Uri::new(bytes);
            let text = serde_json::to_string(&uri).unwrap();
            assert_eq!(serde_json::from_str::<Uri>(&text).unwrap(), uri);
        }
    }
}
