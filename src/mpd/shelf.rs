//! The stored playlists as clients wait for them: they are told when one has changed, whoever has changed it.

use super::subsystem::{Stir, Subsystems};
use crate::library::Library;
use std::sync::{Arc, Mutex, PoisonError};

/// Knows which playlists were there when it last looked.
pub struct Shelf {
    library: Library,
    stir: Stir,
    seen: Mutex<Option<u64>>,
}

impl Shelf {
    /// As it is now. News are left there.
    pub fn new(library: Library, stir: Stir) -> Arc<Self> {
        let shelf = Self {
            library,
            stir,
            seen: Mutex::default(),
        };
        shelf.look();
        shelf.stir.take();
        Arc::new(shelf)
    }

    /// Looks whether a playlist has changed, and tells each change once. What cannot be read has not changed.
    pub fn look(&self) {
        let person = self.library.person_reader().ok();
        let Some(now) = person.and_then(|person| person.state_of_playlists().ok()) else {
            return;
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.replace(now) != Some(now) {
            self.stir.tell(Subsystems::STORED_PLAYLIST);
        }
    }
}
