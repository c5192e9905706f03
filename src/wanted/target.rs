//! What a playlist says of where a song lies, and how it is written: a path, a `file:` URL, or an address on a network.
//! It never sees names and never looks at the disk.

use super::spelling::{is_windows_absolute, join, percent_decode};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

/// Files that are playlists themselves.
const PLAYLISTS: [&str; 6] = [".m3u", ".m3u8", ".pls", ".xspf", ".jspf", ".cue"];

/// What a line without `#` is.
#[derive(Debug, PartialEq)]
pub(super) enum Target {
    /// The path in its readings, likeliest first.
    Paths(Vec<Vec<u8>>),
    /// An address on a network, by its scheme.
    Url(String),
    /// The path of a playlist, in its readings.
    Nested(Vec<Vec<u8>>),
    /// No file can have this name.
    NotAPath,
}

impl Target {
    /// Whether it can be a file of this machine.
    pub fn is_local(&self) -> bool {
        matches!(self, Self::Paths(_) | Self::Nested(_))
    }
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
    if paths.is_empty() {
        Target::NotAPath
    } else if is_playlist_name(text.as_bytes()) {
        Target::Nested(paths)
    } else {
        Target::Paths(paths)
    }
}

/// The readings of a `file:` URL or a path as a player's database has it; none for an address on a network.
pub fn paths_of_url(text: &[u8]) -> Vec<Vec<u8>> {
    match read_target(&String::from_utf8_lossy(text), text) {
        Target::Paths(paths) => paths,
        _ => Vec::new(),
    }
}

/// Reads the value of a format that wants URIs: what is no URL is taken for a relative one, and only then literally.
pub(super) fn read_uri(text: &str) -> Target {
    let decoded_first = |mut paths: Vec<Vec<u8>>| {
        let decoded = paths.first().map(|path| percent_decode(path));
        paths.splice(0..0, decoded.filter(|path| !path.contains(&0)));
        paths.dedup();
        paths
    };
    match read_target(text, text.as_bytes()) {
        target if scheme(text.trim_ascii()).is_some() => target,
        Target::Paths(paths) => Target::Paths(decoded_first(paths)),
        Target::Nested(paths) => Target::Nested(decoded_first(paths)),
        other => other,
    }
}

/// The URI for a path: relative to `folder` where both lie in one tree, else a `file:` URL, else, for a path that is not
/// absolute, the path in percent codes. `None` where [`read_uri`] would not read the same path.
pub(super) fn write_uri(path: &[u8], folder: Option<&Path>) -> Option<String> {
    let relative = folder.and_then(|folder| {
        let uri = coded(relative_to(path, folder)?.as_bytes(), b"/");
        let whole = join(folder, &percent_decode(uri.as_bytes()))?;
        (whole.as_os_str().as_bytes() == path).then_some(uri)
    });
    let uri = relative
        .or_else(|| file_url(path))
        .unwrap_or_else(|| coded(path, b"/"));
    // A song may be called like a playlist.
    let uri = match (read_uri(&uri), uri.rsplit_once('.')) {
        (Target::Nested(_), Some((stem, end))) => format!("{stem}%2E{end}"),
        _ => uri,
    };
    let Target::Paths(paths) = read_uri(&uri) else {
        return None;
    };
    let said = paths.first()?;
    let same = said == path
        || folder.is_some_and(|folder| {
            join(folder, said).is_some_and(|whole| whole.as_os_str().as_bytes() == path)
        });
    same.then_some(uri)
}

/// Whether a path is that of a playlist, by how its name ends.
pub fn is_playlist_name(path: &[u8]) -> bool {
    PLAYLISTS.iter().any(|end| {
        let from = path.len().saturating_sub(end.len());
        path[from..].eq_ignore_ascii_case(end.as_bytes())
    })
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

/// The path as it is, where it is text on one line.
pub(super) fn plain(path: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(path).ok()?;
    (!text.chars().any(char::is_control)).then(|| text.to_owned())
}

/// The `file:` URL of an absolute path.
pub fn file_url(path: &[u8]) -> Option<String> {
    let path = path.starts_with(b"/").then_some(path)?;
    Some(format!("file://{}", coded(path, b"/!$'()*,;=:@")))
}

/// The bytes with percent codes for all but letters, digits, `-._~` and what is `plain`.
fn coded(bytes: &[u8], plain: &[u8]) -> String {
    use std::fmt::Write;
    let mut out = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) || plain.contains(byte) {
            out.push(*byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// The path from `folder`, up and down; `None` where they share no folder below `/`, or it is not speakable.
pub(super) fn relative_to(path: &[u8], folder: &Path) -> Option<String> {
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
            (
                "other.M3U8",
                "Nested([[111, 116, 104, 101, 114, 46, 77, 51, 85, 56]])",
            ),
            ("a\0b", "NotAPath"),
            ("file://", "Url(\"file\")"),
        ] {
            assert_eq!(first(line), path, "{line}");
        }
    }

    #[test]
    fn a_uri_says_the_path() {
        let from = Some(Path::new("/m/lists"));
        for (path, folder, uri) in [
            ("/m/a b/c.mp3", None, "file:///m/a%20b/c.mp3"),
            ("/m/a b/c.mp3", from, "../a%20b/c.mp3"),
            ("/m/lists/100%25:1.mp3", from, "100%2525%3A1.mp3"),
            ("/m/lists/#1?.mp3", from, "./%231%3F.mp3"),
            ("/m/x.m3u", None, "file:///m/x%2Em3u"),
            ("C:\\a b.mp3", None, "C%3A%5Ca%20b.mp3"),
            ("Music/a\n.mp3 ", None, "Music/a%0A.mp3%20"),
            ("http://x/y", None, "http%3A//x/y"),
        ] {
            let got = write_uri(path.as_bytes(), folder);
            assert_eq!(got.as_deref(), Some(uri), "{path:?}");
        }
        assert_eq!(
            read_uri("a%20b.mp3"),
            Target::Paths(vec![b"a b.mp3".to_vec(), b"a%20b.mp3".to_vec()])
        );
    }
}
