//! What writing has in common in every format. It never writes a file.

use super::{PlaylistFormat, jspf, m3u, xspf};
use crate::music::Wanted;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// What may be asked of writing.
#[derive(Clone, Copy, Debug, Default)]
pub struct WriteOptions<'a> {
    /// The playlist's name.
    pub name: Option<&'a str>,
    /// The absolute folder that the file will lie in: paths in the same tree are written relative to it.
    pub relative_to: Option<&'a Path>,
}

/// The rows as a file of this format, each with the path of its file where that is known; `None` for a format that is
/// only read.
pub fn write_playlist(
    format: PlaylistFormat,
    rows: &[(Wanted, Option<PathBuf>)],
    options: WriteOptions,
) -> Option<Vec<u8>> {
    match format {
        PlaylistFormat::M3u => Some(m3u::write(rows, options)),
        PlaylistFormat::Xspf => Some(xspf::write(rows, options)),
        PlaylistFormat::Jspf => Some(jspf::write(rows, options)),
        PlaylistFormat::Pls | PlaylistFormat::Cue => None,
    }
}

/// The path to write for a row: its file's, else its last place.
pub(super) fn place_of<'a>(wanted: &'a Wanted, file: &'a Option<PathBuf>) -> Option<&'a [u8]> {
    match (file, &wanted.place) {
        (Some(file), _) => Some(file.as_os_str().as_bytes()),
        (None, place) => place.as_ref().map(|place| place.as_bytes()),
    }
}
