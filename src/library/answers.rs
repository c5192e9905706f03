//! Whether a folder answers. A mount whose server is silent keeps whoever asks it waiting, for ever if need be, and no
//! signal ends that: so the question is put from a thread of its own, and after a while nobody waits for it any more. The
//! thread stays until the system lets it go; while it does, the folder is not asked again.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;
use std::sync::{Mutex, MutexGuard};
use std::thread::Builder;
use std::time::Duration;

/// How long a folder may take: a disk that sleeps turns after ten seconds.
const PATIENCE: Duration = Duration::from_secs(15);

/// Folders that have not answered yet, each with one thread that waits: so many at most as there are folders.
static SILENT: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// What a question about a folder comes to; `None`: it does not answer.
pub fn ask<T: Send + 'static>(
    folder: &Path,
    question: impl FnOnce(&Path) -> T + Send + 'static,
) -> Option<T> {
    ask_within(PATIENCE, folder, question)
}

fn ask_within<T: Send + 'static>(
    patience: Duration,
    folder: &Path,
    question: impl FnOnce(&Path) -> T + Send + 'static,
) -> Option<T> {
    if silent().contains(folder) {
        return None;
    }
    let (to, answer) = sync_channel(1);
    let asked = folder.to_owned();
    let ask = move || {
        // Nobody may be waiting any more.
        let _ = to.send(question(&asked));
        silent().remove(&asked);
    };
    let spawned = Builder::new().name("asks a folder".into()).spawn(ask);
    // A system that has no room for a thread is asked again at the next look.
    spawned.ok()?;
    answer.recv_timeout(patience).ok().or_else(|| {
        let mut silent = silent();
        // It may have come just now: then its thread takes nothing out any more.
        let late = answer.try_recv().ok();
        if late.is_none() {
            silent.insert(folder.to_owned());
        }
        late
    })
}

fn silent() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    SILENT
        .lock()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn a_folder_that_does_not_answer_is_not_waited_for_and_asked_again_when_it_has() {
        let folder = Path::new("/a/folder/of/this/test");
        let ask = |patience_ms, question: Box<dyn FnOnce() -> u8 + Send>| {
            ask_within(Duration::from_millis(patience_ms), folder, |_| question())
        };
        assert_eq!(ask(60_000, Box::new(|| 1)), Some(1));
        let (answer, silence) = channel();
        let waits = Box::new(move || silence.recv().unwrap());
        assert_eq!(ask(1, waits), None);
        // Nobody asks while the first question waits, however long one would.
        assert_eq!(ask(60_000, Box::new(|| unreachable!())), None);
        answer.send(2).unwrap();
        while silent().contains(folder) {
            std::thread::yield_now();
        }
        assert_eq!(ask(60_000, Box::new(|| 3)), Some(3));
    }
}
