//! The files of one folder that no root holds, for playing it as it is. It neither reads nor stores them.

use super::walk::{has_known_extension, is_wanted};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

/// Files with a musical name below a folder, by path; what a scan passes over is passed over here too.
pub fn musical_files(folder: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter();
    let wanted = entries
        .filter_entry(|entry| is_wanted(entry, &[]))
        .filter_map(Result::ok);
    let files = wanted.filter(|entry| {
        !entry.file_type().is_dir() && has_known_extension(entry.file_name().as_bytes())
    });
    files.map(walkdir::DirEntry::into_path).collect()
}
