//! A line that is a path: from its bytes to the paths it may mean, and from a path to a line. It never sees names.

use crate::wanted::spelling::{is_windows_absolute, join, percent_decode};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Files that are playlists themselves.
const PLAYLISTS: [&str; 4] = [".m3u", ".m3u8", ".pls", ".xspf"];

/// What a line without `#` is.
#[derive(Debug, PartialEq)]
pub(super) enum Target {
    /// The path in its readings, likeliest first.
    Paths(Vec<Vec<u8>>),
    /// An address on a network, by its scheme.
    Url(String),
    /// A playlist.
    Nested,
    /// No file can have this name.
    NotAPath,
}

/// Reads a line. `text`: what it says in the file's charset; `raw`: its bytes.
pub(super) fn read_target(text: &str, raw: &[u8]) -> Target {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace());
    let mut paths = match scheme(text) {
        Some("file") => match file_path(text) {
            Some(path) => vec![percent_decode(path.as_bytes()), path.as_bytes().to_vec()],
            None => return Target::Url("file".into()),
        },
        Some(scheme) => return Target::Url(scheme.to_ascii_lowercase()),
        None => vec![text.as_bytes().to_vec(), raw.trim_ascii().to_vec()],
    };
    paths.retain(|path| !path.is_empty() && !path.contains(&0));
    paths.dedup();
    let lower = text.to_ascii_lowercase();
    if PLAYLISTS.iter().any(|end| lower.ends_with(end)) {
        Target::Nested
    } else if paths.is_empty() {
        Target::NotAPath
    } else {
        Target::Paths(paths)
    }
}

/// The scheme of `scheme://…`, and of `file:/…`.
fn scheme(text: &str) -> Option<&str> {
    let (scheme, rest) = text.split_once(':')?;
    let first_is_letter = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    let speakable = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-');
    // One letter is a drive.
    if scheme.len() < 2 || !first_is_letter || !scheme.chars().all(speakable) {
        return None;
    }
    if scheme.eq_ignore_ascii_case("file") && rest.starts_with('/') {
        return Some("file");
    }
    rest.starts_with("//").then_some(scheme)
}

/// The path of a `file:` URL, still in percent codes; `None` where it lies on another host.
fn file_path(url: &str) -> Option<&str> {
    let (_, rest) = url.split_once(':')?;
    let path = match rest.strip_prefix("//") {
        None => rest,
        Some(rest) if is_windows_absolute(rest.as_bytes()) => rest,
        Some(rest) => {
            let (host, _) = rest.split_once('/')?;
            if !host.is_empty() && !host.eq_ignore_ascii_case("localhost") {
                return None;
            }
            &rest[host.len()..]
        }
    };
    // `/C:/Music` is how URLs spell a drive.
    let below = path.strip_prefix('/').unwrap_or(path);
    Some(if is_windows_absolute(below.as_bytes()) {
        below
    } else {
        path
    })
}

/// The line for a path: relative to `folder` where both lie in one tree, plain where a reader gets the same path from
/// it, else as a `file://` URL. `None` where no line can say it: a relative path with a line break, say.
pub(super) fn write_target(path: &[u8], folder: Option<&Path>) -> Option<String> {
    let said = |line: &str| match read_target(line, line.as_bytes()) {
        Target::Paths(paths) if line.lines().count() == 1 && !line.starts_with('#') => {
            paths.into_iter().next()
        }
        _ => None,
    };
    let relative = folder.and_then(|folder| {
        let line = relative_to(path, folder)?;
        let whole = join(folder, &said(&line)?)?;
        (whole.as_os_str().as_bytes() == path).then_some(line)
    });
    relative.or_else(|| {
        [plain(path), url(path)]
            .into_iter()
            .flatten()
            .find(|line| said(line).as_deref() == Some(path))
    })
}

fn plain(path: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(path).ok()?;
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

fn url(path: &[u8]) -> Option<String> {
    use std::fmt::Write;
    let mut out = String::from("file://");
    for byte in path.starts_with(b"/").then_some(path)? {
        if byte.is_ascii_alphanumeric() || b"/-._~!$'()*,;=:@".contains(byte) {
            out.push(*byte as char);
        } else {
            write!(out, "%{byte:02X}").ok()?;
        }
    }
    Some(out)
}

/// The path from `folder`, up and down; `None` where they share no folder below `/`, or it is not speakable.
fn relative_to(path: &[u8], folder: &Path) -> Option<String> {
    let parts = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let parts = bytes.split(|b| *b == b'/').filter(|part| !part.is_empty());
        parts.map(<[u8]>::to_vec).collect()
    };
    if !path.starts_with(b"/") {
        return None;
    }
    let (to, from) = (parts(path), parts(folder.as_os_str().as_bytes()));
    let shared = to.iter().zip(&from).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        return None;
    }
    let mut line = vec![b"..".to_vec(); from.len() - shared];
    line.extend_from_slice(&to[shared..]);
    let line = plain(&line.join(&b'/'))?;
    // A name that begins with `#` or a blank would be read as something else.
    let opens_well = line.starts_with(|c: char| c.is_alphanumeric() || c == '.');
    Some(if opens_well {
        line
    } else {
        format!("./{line}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> String {
        match read_target(text, text.as_bytes()) {
            Target::Paths(paths) => String::from_utf8_lossy(&paths[0]).into_owned(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn paths_urls_and_what_looks_like_either() {
        for (line, path) in [
            (" a/b.mp3\t", "a/b.mp3"),
            ("file:///a%20b.mp3", "/a b.mp3"),
            ("FILE://localhost/a.mp3", "/a.mp3"),
            ("file:/a.mp3", "/a.mp3"),
            ("file:///C:/a%20b.mp3", "C:/a b.mp3"),
            ("file://C:\\a.mp3", "C:\\a.mp3"),
            ("file://nas/a.mp3", "Url(\"file\")"),
            ("HTTP://x/y.mp3", "Url(\"http\")"),
            ("smb://x/y.mp3", "Url(\"smb\")"),
            ("Re:zero/a.mp3", "Re:zero/a.mp3"),
            ("x:\\Music\\a.mp3", "x:\\Music\\a.mp3"),
            ("100%25.mp3", "100%25.mp3"),
            ("other.M3U8", "Nested"),
            ("a\0b", "NotAPath"),
            ("file://", "Url(\"file\")"),
        ] {
            assert_eq!(first(line), path, "{line}");
        }
    }

    #[test]
    fn a_line_says_the_path_or_nothing() {
        let from = Some(Path::new("/music/lists"));
        for (path, folder, line) in [
            ("/music/a/b.mp3", None, Some("/music/a/b.mp3")),
            ("/music/a/b.mp3", from, Some("../a/b.mp3")),
            ("/music/lists/#1.mp3", from, Some("./#1.mp3")),
            ("/music/lists/ a.mp3", from, Some("./ a.mp3")),
            ("/other/b.mp3", from, Some("/other/b.mp3")),
            ("/a\nb.mp3 ", None, Some("file:///a%0Ab.mp3%20")),
            ("C:\\a.mp3", None, Some("C:\\a.mp3")),
            ("#relative", None, None),
            ("/a.m3u", None, None),
        ] {
            let got = write_target(path.as_bytes(), folder);
            assert_eq!(got.as_deref(), line, "{path:?}");
        }
        assert_eq!(
            write_target(b"/caf\xe9.mp3", None).as_deref(),
            Some("file:///caf%E9.mp3")
        );
    }
}
