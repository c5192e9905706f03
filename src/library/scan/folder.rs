//! The files of one folder that no root holds, for playing it as it is. It neither reads nor stores them.

use super::sniff::is_music;
use super::tree::{Met, walk_all};
use std::path::{Path, PathBuf};

/// Files below a folder that may be music, by path; what a scan passes over is passed over here too.
pub fn musical_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    walk_all(folder, &[], &mut |met| {
        match met {
            Met::File { path, is_sure, .. } if is_sure || is_music(&path) => files.push(path),
            _ => {}
        }
        true
    });
    files.sort();
    files
}
