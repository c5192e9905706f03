//! What fits behind a queue that has been played is looked for by a thread, `more`, while its last song plays. By which rules is
//! the library's.

use super::running::Running;
use crate::library::{Library, LibraryError, Placed, Queued};
use crate::music::{EntryId, Song};
use crate::player::Event;
use crossbeam_channel::{Receiver, bounded};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// So many songs of the end of the queue are told to who chooses.
const TOLD: usize = 100;

/// Longer nobody waits for it who wants the next song now: the disk may hang.
const WITHIN: Duration = Duration::from_secs(3);

/// What comes, once it is found; `None`: nothing fits, or it could not be looked for.
pub(super) type Found = Receiver<Option<Placed>>;

/// Begins to look.
fn begin(library: Library, after: Arc<Song>, queued: Vec<Queued>) -> Found {
    let (finder, found) = bounded(1);
    let look = move || -> Result<Option<Placed>, LibraryError> {
        library.goes_on_with(&after, &queued, seed())
    };
    // What cannot be read fits nothing: the music ends as it would have. Nobody hears it where that has ended before.
    let life = move || drop(finder.send(look().unwrap_or_default()));
    std::thread::Builder::new()
        .name("more".into())
        .spawn(life)
        .ok();
    found
}

/// Another one each time.
fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_nanos() as u64)
}

impl Running {
    pub(super) fn look_for_more(&mut self, after: EntryId) {
        let entries = self.player.queue().entries();
        let Some(entry) = self.player.queue().entry(after) else {
            return;
        };
        let end = &entries[entries.len().saturating_sub(TOLD)..];
        let queued = end
            .iter()
            .map(|entry| (entry.song.clone(), entry.origin.clone()));
        let found = begin(self.library.clone(), entry.song.clone(), queued.collect());
        self.more = Some((after, found));
    }

    /// What leads out of the queue waits for what is to come behind it.
    pub(super) fn await_more_for(&mut self, event: &Event) {
        let leads_on = matches!(
            event,
            Event::Next
                | Event::WantsNext(_)
                | Event::Failed(_)
                | Event::Missing(_)
                | Event::Finished
        );
        if !leads_on || !self.player.awaits_more() {
            return;
        }
        if let Some((_, found)) = &self.more {
            let found = found.recv_timeout(WITHIN).ok().flatten();
            self.admit_more(found);
        }
    }

    pub(super) fn admit_more(&mut self, found: Option<Placed>) {
        let Some((after, _)) = self.more.take() else {
            return;
        };
        if let Some(Placed { song, origin, .. }) = found {
            let songs = vec![song];
            self.take_held(Event::More { after, songs }.whence(origin));
        }
    }
}
