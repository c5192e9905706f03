//! Scans take turns: whoever holds the lock beside the index scans, the others wait and can say so.

use super::report::Progress;
use crate::library::{Index, LibraryError};
use std::fs::{File, TryLockError};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// How often one who waits looks again, and listens to `stop`.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Waits for the turn, which lasts as long as the file is held; `None` where it was told to stop.
pub fn take(
    index: &Index,
    progress: &(dyn Fn(Progress) + Sync),
    stop: &AtomicBool,
) -> Result<Option<File>, LibraryError> {
    let path = index.path().with_extension("lock");
    let failed = |source| LibraryError::Lock {
        path: path.clone(),
        source,
    };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .map_err(failed)?;
    let mut has_told = false;
    while !stop.load(Ordering::Relaxed) {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
            Err(TryLockError::WouldBlock) => {}
        }
        if !std::mem::replace(&mut has_told, true) {
            progress(Progress::Waiting);
        }
        std::thread::sleep(LOOK_AGAIN);
    }
    Ok(None)
}
