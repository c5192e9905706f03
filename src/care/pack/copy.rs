//! The bytes of a file on their way to the stick and back. It names nothing and removes nothing.

use super::PackError;
use crate::library::{Stamp, stamp_of};
use rustix::fs::{Advice, OFlags};
use std::fs::{File, FileTimes, Permissions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, UNIX_EPOCH};

const BLOCK_BYTES: usize = 1 << 20;

/// FAT keeps times to two seconds.
const EVEN_S: u64 = 2;

/// What a file is made of.
pub(super) enum Content<'a> {
    File(&'a Path),
    Bytes(&'a [u8]),
}

/// What is to be written where.
pub(super) struct Task<'a> {
    pub content: Content<'a>,
    pub to: &'a str,
    pub id: &'a str,
    pub runs: bool,
}

/// Why a file was not written, though others may be.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refused {
    #[error("it cannot be read: {}", .0.kind())]
    Source(std::io::Error),
    #[error("it changed while it was copied")]
    Changed,
    #[error("it is larger than this disk takes")]
    TooLarge,
    #[error("what was read back is not what was written")]
    Differs,
    #[error("another file or folder is in its place")]
    Taken,
    #[error("stopped")]
    Stopped,
    #[error(transparent)]
    All(#[from] PackError),
}

/// Copies all of it, synced; the hash of it.
pub(super) fn copy(
    from: &mut dyn Read,
    part: &Path,
    runs: bool,
    stop: &AtomicBool,
    wrote: &dyn Fn(u64),
) -> Result<String, Refused> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::FileTooLarge => Refused::TooLarge,
        _ => Refused::All(PackError::of_writing(part, error)),
    };
    let no_link = OFlags::NOFOLLOW.bits() as i32;
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    let mut to = options.custom_flags(no_link).open(part).map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        if stop.load(Relaxed) {
            return Err(Refused::Stopped);
        }
        let read = match from.read(&mut block) {
            Ok(0) => break,
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(Refused::Source(error)),
        };
        hasher.update(&block[..read]);
        to.write_all(&block[..read]).map_err(failed)?;
        wrote(read as u64);
    }
    if runs {
        // FAT has no such right, and needs none.
        to.set_permissions(Permissions::from_mode(0o755)).ok();
    }
    to.sync_all().map_err(failed)?;
    Ok(hasher.finalize().to_hex().to_string())
}

/// The hash of what the disk has of a file that was just synced.
pub(super) fn read_back(part: &Path, stop: &AtomicBool) -> Result<String, Refused> {
    let failed = |error| PackError::of_writing(part, error);
    let file = File::open(part).map_err(failed)?;
    // What is still in memory would tell nothing of the disk.
    rustix::fs::fadvise(&file, 0, None, Advice::DontNeed).ok();
    hash(&file, stop).map_err(failed)?.ok_or(Refused::Stopped)
}

/// Gives a file the time of its source, as far as FAT keeps it.
pub(super) fn date(part: &Path, source: Stamp) {
    let seconds = u64::try_from(source.mtime_ns / 1_000_000_000).unwrap_or(0);
    let time = UNIX_EPOCH + Duration::from_secs(seconds / EVEN_S * EVEN_S);
    let times = FileTimes::new().set_modified(time);
    // A time that the disk cannot keep is none that is needed.
    let _ = File::open(part).and_then(|file| file.set_times(times));
}

/// The hash of all that comes; `None`: stopped.
pub(super) fn hash(mut file: impl Read, stop: &AtomicBool) -> std::io::Result<Option<String>> {
    let mut hasher = blake3::Hasher::new();
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        if stop.load(Relaxed) {
            return Ok(None);
        }
        match file.read(&mut block) {
            Ok(0) => return Ok(Some(hasher.finalize().to_hex().to_string())),
            Ok(read) => drop(hasher.update(&block[..read])),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

pub(super) fn known(path: &Path) -> Result<Stamp, Refused> {
    stamp_of(path).map_err(|failure| Refused::Source(std::io::Error::other(failure)))
}
