//! How much room there is on a disk, and what a file takes of it.

use super::PackError;
use std::path::Path;

/// The room of a disk that does not tell it: more than any has.
const UNTOLD_BYTES: u64 = 1 << 60;

/// How much room there is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub free: u64,
    /// Each file takes a multiple of it.
    pub block: u64,
}

impl Room {
    /// What is free on the disk of this folder.
    pub fn on(dir: &Path) -> Result<Self, PackError> {
        let about = rustix::fs::statvfs(dir).map_err(|error| PackError::Stick {
            path: dir.to_owned(),
            source: error.into(),
        })?;
        Ok(Self {
            free: match about.f_blocks {
                // What is too much shows when it is written.
                0 => UNTOLD_BYTES,
                _ => about.f_bavail.saturating_mul(about.f_frsize),
            },
            block: about.f_frsize.max(1),
        })
    }

    /// What a file of so many bytes takes, with its place in a folder and in lists.
    pub fn of(&self, bytes: u64) -> u64 {
        bytes
            .div_ceil(self.block)
            .saturating_add(1)
            .saturating_mul(self.block)
    }
}
