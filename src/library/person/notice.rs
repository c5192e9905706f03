//! Who is told when another program has edited what a person made. It asks nothing over and over: the system tells.

use super::{FILE, PersonError};
use crate::library::Library;
use notify::event::{AccessKind, AccessMode};
use notify::{Config, Event, EventKind, EventKindMask, RecommendedWatcher, RecursiveMode, Watcher};
use std::ffi::OsStr;

/// Listens for as long as it lives.
#[derive(Debug)]
pub struct Noticing(
    #[expect(dead_code, reason = "it listens until it is dropped")] RecommendedWatcher,
);

/// Why nobody can be told.
#[derive(Debug, thiserror::Error)]
#[error("cannot tell when playlists change: {0}")]
pub struct Unnoticed(#[from] notify::Error);

impl Library {
    /// From now on this is called whenever somebody has written to `standin.db`, be it what one does not look for; on a
    /// thread that it must not hold up.
    ///
    /// Who writes closes the file after all is kept: what is read then is new. An event of the writing itself would come
    /// before.
    pub fn notice_person(&self, on: impl Fn() + Send + 'static) -> Result<Noticing, Unnoticed> {
        let data = self.data();
        // Nothing can be heard in a folder that is not there; it is made where it can be.
        std::fs::create_dir_all(data).ok();
        let config = Config::default().with_event_kinds(EventKindMask::ACCESS_CLOSE);
        let is_written = EventKind::Access(AccessKind::Close(AccessMode::Write));
        let hear = move |event: notify::Result<Event>| {
            // Where events were lost, anything may have been written.
            let may_be = event.as_ref().map_or(true, |event| {
                let is_file =
                    |path: &std::path::PathBuf| path.file_name() == Some(OsStr::new(FILE));
                event.need_rescan() || event.kind == is_written && event.paths.iter().any(is_file)
            });
            if may_be {
                on();
            }
        };
        let mut watcher = RecommendedWatcher::new(hear, config)?;
        watcher.watch(data, RecursiveMode::NonRecursive)?;
        Ok(Noticing(watcher))
    }
}

impl super::Person {
    /// Another number whenever a list of playlists, or the hour of one, is another.
    pub fn state_of_playlists(&self) -> Result<u64, PersonError> {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        for head in self.playlists()? {
            (head.name, head.rows, head.changed_at_ms, head.query).hash(&mut hasher);
        }
        Ok(hasher.finish())
    }
}
