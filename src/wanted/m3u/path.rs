//! The line for a path. It never sees names.

use crate::wanted::spelling::join;
use crate::wanted::target::{Target, file_url, plain, read_target, relative_to};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

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
        [plain(path), file_url(path)]
            .into_iter()
            .flatten()
            .find(|line| said(line).as_deref() == Some(path))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

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
