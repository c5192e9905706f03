//! The ignore files of a folder: what a person, or another player, does not want to have in the library. Read as foreign
//! bytes: bounded, never through a link, and one that cannot be obeyed is told. It never looks at a music file.
//!
//! | file | what it means | source |
//! |---|---|---|
//! | `.nomedia` | nothing in the folder and below it is music | Android's `MediaStore.MEDIA_IGNORE_FILENAME` |
//! | `.standinignore` | patterns as in a `.gitignore` | gitignore(5) |
//! | `.ndignore` | the same; without a pattern in it, as `.nomedia` | Navidrome's manual, "Exclude Content From Library" |
//! | `.mpdignore` | a shell wildcard a line, matched with the names of files and folders, here and below; `#` begins a comment line, and there is no `!` | MPD's manual, "The music directory and the database" |
//!
//! Patterns hold for the folder and all below it. The deepest folder's word counts first, in one file the last line that
//! fits. What `.standinignore` says, `!` too, outranks what the other players' files say. Who names a folder as a root
//! wants it: a `.nomedia` or an empty `.ndignore` in a root itself is not obeyed.

use super::store::nfc_if_other;
use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rustix::fs::{FileType, Mode, OFlags};
use std::ffi::OsStr;
use std::io::Read;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

/// An ignore file may be so long …
const MAX_BYTES: u64 = 64 << 10;
/// … and have so many patterns: each costs time at every name.
const MAX_PATTERNS: usize = 1_000;

/// A kind of ignore file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `.nomedia`
    NoMedia,
    /// `.standinignore`
    Standin,
    /// `.ndignore`
    Navidrome,
    /// `.mpdignore`
    Mpd,
}

/// Every kind.
pub const KINDS: [Kind; 4] = [Kind::NoMedia, Kind::Standin, Kind::Navidrome, Kind::Mpd];

impl Kind {
    /// Its file's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::NoMedia => ".nomedia",
            Self::Standin => ".standinignore",
            Self::Navidrome => ".ndignore",
            Self::Mpd => ".mpdignore",
        }
    }

    /// The kind of the file of this name.
    pub fn of(name: &[u8]) -> Option<Self> {
        KINDS
            .into_iter()
            .find(|kind| kind.name().as_bytes() == name)
    }
}

/// Why an ignore file is not obeyed, as a sentence that stands after its path.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Disobeyed {
    /// Another file, which may lie anywhere.
    #[error("this ignore file is not obeyed: it is a link")]
    Link,
    /// A folder, pipe, socket or device.
    #[error("this ignore file is not obeyed: it is no regular file")]
    NotRegular,
    /// The system refused.
    #[error("this ignore file is not obeyed: it cannot be read: {0}")]
    Io(std::io::ErrorKind),
    /// Longer than [`MAX_BYTES`].
    #[error("this ignore file is not obeyed: it is longer than {} KiB", MAX_BYTES >> 10)]
    TooLong,
    /// More than [`MAX_PATTERNS`], or patterns that are too much together.
    #[error("this ignore file is not obeyed: its patterns are too many")]
    TooMany,
}

/// What the ignore files of a folder and of those above it say. Without any, nothing is held and nothing is asked.
#[derive(Clone, Default)]
pub struct Rules(Option<Arc<Level>>);

struct Level {
    above: Rules,
    /// So many bytes of a path are the folder's, with the slash.
    folder_bytes: usize,
    standin: Option<Gitignore>,
    navidrome: Option<Gitignore>,
    mpd: Option<Gitignore>,
}

/// What a folder's own ignore files add.
pub enum Added {
    /// The rules for what lies in it, and the files that are not obeyed.
    Rules(Rules, Vec<(PathBuf, Disobeyed)>),
    /// Nothing in it is wanted.
    Nothing,
}

impl Rules {
    /// The rules for what lies in `folder`, which has ignore files of these kinds. A root is never ignored as a whole.
    pub fn with(&self, folder: &Path, kinds: &[Kind], is_root: bool) -> Added {
        if kinds.is_empty() {
            return Added::Rules(self.clone(), Vec::new());
        }
        if kinds.contains(&Kind::NoMedia) && !is_root {
            return Added::Nothing;
        }
        let bytes = folder.as_os_str().as_bytes();
        let mut level = Level {
            above: self.clone(),
            folder_bytes: bytes.len() + usize::from(!bytes.ends_with(b"/")),
            standin: None,
            navidrome: None,
            mpd: None,
        };
        let mut disobeyed = Vec::new();
        for kind in kinds.iter().filter(|kind| **kind != Kind::NoMedia) {
            let path = folder.join(kind.name());
            match read(&path).and_then(|bytes| patterns(*kind, &bytes)) {
                Ok(None) if *kind == Kind::Navidrome && !is_root => return Added::Nothing,
                Ok(matcher) => match kind {
                    Kind::Standin => level.standin = matcher,
                    Kind::Navidrome => level.navidrome = matcher,
                    Kind::Mpd => level.mpd = matcher,
                    Kind::NoMedia => {}
                },
                Err(why) => disobeyed.push((path, why)),
            }
        }
        Added::Rules(Self(Some(Arc::new(level))), disobeyed)
    }

    /// Whether a file or folder below is not wanted.
    pub fn ignore(&self, path: &Path, is_folder: bool) -> bool {
        if self.0.is_none() {
            return false;
        }
        let standin = self.word(path, is_folder, |level| level.standin.as_ref());
        standin.unwrap_or_else(|| {
            self.word(path, is_folder, |level| level.navidrome.as_ref()) == Some(true)
                || self.word(path, is_folder, |level| level.mpd.as_ref()) == Some(true)
        })
    }

    /// The word of the deepest level that has one: `true` for ignored, `false` for wanted all the same.
    fn word(
        &self,
        path: &Path,
        is_folder: bool,
        matcher: impl Fn(&Level) -> Option<&Gitignore>,
    ) -> Option<bool> {
        let mut next = self.0.as_ref();
        while let Some(level) = next {
            if let Some(matcher) = matcher(level) {
                let below = path.as_os_str().as_bytes().get(level.folder_bytes..)?;
                match matches(matcher, below, is_folder) {
                    Match::Ignore(()) => return Some(true),
                    Match::Whitelist(()) => return Some(false),
                    Match::None => {}
                }
            }
            next = level.above.0.as_ref();
        }
        None
    }
}

/// Names and patterns are compared in one spelling (NFC).
fn matches(matcher: &Gitignore, below: &[u8], is_folder: bool) -> Match<()> {
    let composed = nfc_if_other(below);
    let below = composed.as_deref().unwrap_or(below);
    matcher
        .matched(Path::new(OsStr::from_bytes(below)), is_folder)
        .map(|_| ())
}

fn read(path: &Path) -> Result<Vec<u8>, Disobeyed> {
    use rustix::io::Errno;
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    let io = |error: Errno| Disobeyed::Io(std::io::Error::from(error).kind());
    let file = match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => file,
        Err(Errno::LOOP) => return Err(Disobeyed::Link),
        // A socket, or a device that is not there.
        Err(Errno::NXIO) => return Err(Disobeyed::NotRegular),
        Err(error) => return Err(io(error)),
    };
    let stat = rustix::fs::fstat(&file).map_err(io)?;
    if FileType::from_raw_mode(stat.st_mode) != FileType::RegularFile {
        return Err(Disobeyed::NotRegular);
    }
    let mut bytes = Vec::new();
    std::fs::File::from(file)
        .take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Disobeyed::Io(error.kind()))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Disobeyed::TooLong);
    }
    Ok(bytes)
}

/// `None` where there is no pattern.
fn patterns(kind: Kind, bytes: &[u8]) -> Result<Option<Gitignore>, Disobeyed> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut builder = GitignoreBuilder::new("");
    let mut count = 0;
    for line in bytes.split(|byte| matches!(byte, b'\n' | b'\r')) {
        let Some(pattern) = pattern(kind, line) else {
            continue;
        };
        count += 1;
        if count > MAX_PATTERNS {
            return Err(Disobeyed::TooMany);
        }
        // One that is none fits nothing, as in git; the others hold.
        let _ = builder.add_line(None, &pattern);
    }
    if count == 0 {
        return Ok(None);
    }
    builder.build().map(Some).map_err(|_| Disobeyed::TooMany)
}

/// A line as a pattern of a `.gitignore`; `None` where it says nothing.
fn pattern(kind: Kind, line: &[u8]) -> Option<String> {
    let line = speakable(line);
    // git keeps blanks at the beginning; the others keep none.
    let line = match kind {
        Kind::Standin => line.as_str(),
        _ => line.trim(),
    };
    if line.trim().is_empty() || line.starts_with('#') {
        return None;
    }
    let line = without_braces(line);
    if kind != Kind::Mpd {
        return Some(line);
    }
    // fnmatch with a name alone: what has a slash in it fits none.
    if line.contains('/') {
        return None;
    }
    Some(match line.strip_prefix('!') {
        Some(rest) => format!("\\!{rest}"),
        None => line,
    })
}

/// In NFC, and for each byte that is not UTF-8 a wildcard: names are bytes, patterns are text.
fn speakable(line: &[u8]) -> String {
    let mut text = String::new();
    for chunk in line.utf8_chunks() {
        text.extend(chunk.valid().nfc());
        text.extend(chunk.invalid().iter().map(|_| '?'));
    }
    text
}

/// None of these files knows `{a,b}`; the matcher does.
fn without_braces(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut is_escaped, mut is_in_class) = (false, false);
    for letter in line.chars() {
        if matches!(letter, '{' | '}') && !is_escaped && !is_in_class {
            out.push('\\');
        }
        match letter {
            '[' if !is_escaped => is_in_class = true,
            ']' if !is_escaped => is_in_class = false,
            _ => {}
        }
        is_escaped = letter == '\\' && !is_escaped;
        out.push(letter);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether these lines of a kind ignore a path; one that ends in a slash is a folder.
    fn ignores(kind: Kind, lines: &str, below: &str) -> bool {
        let is_folder = below.ends_with('/');
        let below = below.trim_end_matches('/');
        let matcher = patterns(kind, lines.as_bytes()).unwrap().unwrap();
        matches!(
            matches(&matcher, below.as_bytes(), is_folder),
            Match::Ignore(())
        )
    }

    #[test]
    fn standinignore_and_ndignore_speak_gitignore() {
        for kind in [Kind::Standin, Kind::Navidrome] {
            for (lines, below, is_ignored) in [
                ("*.wav", "a.wav", true),
                ("*.wav", "deep/er/a.wav", true),
                ("*.wav", "a.wave", false),
                ("/top/", "top/", true),
                ("/top/", "deep/top/", false),
                ("/top/", "top", false),
                ("a/*.mp3", "a/x.mp3", true),
                ("a/*.mp3", "b/a/x.mp3", false),
                ("**/live/", "x/live/", true),
                ("*\n!keep.mp3", "keep.mp3", false),
                ("*\n!keep.mp3", "lose.mp3", true),
                ("# *.mp3\n\\#1.mp3", "#1.mp3", true),
                ("# *.mp3\r\nx", "y.mp3", false),
                ("*.{mp3,flac}", "x.mp3", false),
                ("{a}.mp3", "{a}.mp3", true),
                ("[0-9][!5].mp3", "16.mp3", true),
                ("[0-9][!5].mp3", "15.mp3", false),
                ("\u{feff}x", "x", true),
                ("e\u{301}*", "é.mp3", true),
                ("é*", "e\u{301}.mp3", true),
                ("[", "[", true),
                ("(Live) [2001", "(Live) [2001", true),
            ] {
                assert_eq!(ignores(kind, lines, below), is_ignored, "{lines:?} {below}");
            }
        }
    }

    #[test]
    fn mpdignore_matches_names_alone() {
        for (lines, below, is_ignored) in [
            ("*.opus", "x.opus", true),
            ("*.opus", "deep/er/x.opus", true),
            ("99*", "deep/99 bottles/", true),
            ("  *.opus  ", "x.opus", true),
            ("x # y", "x # y", true),
            ("x # y", "x", false),
            ("*\n!keep.mp3", "keep.mp3", true),
            ("!x.mp3", "!x.mp3", true),
            ("!x.mp3", "x.mp3", false),
            ("a[!b]c", "axc", true),
            ("a\\*c", "a*c", true),
            ("a\\*c", "abc", false),
        ] {
            assert_eq!(
                ignores(Kind::Mpd, lines, below),
                is_ignored,
                "{lines:?} {below}"
            );
        }
        // `foo/*.flac` is not possible, says the manual.
        assert!(
            patterns(Kind::Mpd, b"foo/*.flac\nbar/\n# x")
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn names_that_are_not_utf8_are_matched_byte_by_byte() {
        let matcher = patterns(Kind::Standin, b"caf\xe9.*").unwrap().unwrap();
        assert!(matches(&matcher, b"caf\xe9.mp3", false).is_ignore());
        assert!(!matches(&matcher, b"caf.mp3", false).is_ignore());
    }

    #[test]
    fn nothing_that_a_file_holds_costs_much() {
        let stars = b"*a".repeat(20_000);
        let name = b"a".repeat(255);
        if let Ok(Some(matcher)) = patterns(Kind::Standin, &stars) {
            assert!(!matches(&matcher, &name, false).is_ignore());
        }
        let many = b"x\n".repeat(MAX_PATTERNS + 1);
        assert_eq!(patterns(Kind::Mpd, &many).err(), Some(Disobeyed::TooMany));
        assert!(patterns(Kind::Mpd, &many[2..]).is_ok());
    }

    #[test]
    fn what_is_no_plain_small_file_is_not_obeyed() {
        use std::os::unix::fs::symlink;
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(".standinignore");
        let told = || read(&path).err();
        std::fs::write(&path, vec![b'x'; MAX_BYTES as usize]).unwrap();
        assert_eq!(told(), None);
        std::fs::write(&path, vec![b'x'; MAX_BYTES as usize + 1]).unwrap();
        assert_eq!(told(), Some(Disobeyed::TooLong));
        std::fs::remove_file(&path).unwrap();
        symlink("/etc/passwd", &path).unwrap();
        assert_eq!(told(), Some(Disobeyed::Link));
        std::fs::remove_file(&path).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, Mode::RUSR | Mode::WUSR).unwrap();
        assert_eq!(told(), Some(Disobeyed::NotRegular));
        std::fs::remove_file(&path).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert_eq!(told(), Some(Disobeyed::NotRegular));
    }
}
