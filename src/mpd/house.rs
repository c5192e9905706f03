//! What every command can reach: the desk, the library, and who else is in the house.

use super::channels::Channels;
use super::client::Permissions;
use super::commands::pictures::Pictures;
use super::outputs::Outputs;
use super::shelf::Shelf;
use super::subsystem::{Stir, Subsystems};
use super::works::Works;
use crate::daemon::stepping::Switch;
use crate::daemon::{Desk, Librarian};
use crate::library::{Library, Lists, Readers};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How the door is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Connections at once; further ones are closed.
    pub max_clients: usize,
    /// A client that says nothing for so long, and does not wait in `idle`, is gone.
    pub timeout: Duration,
    /// Words that let somebody in, and what they may do then.
    pub passwords: Vec<(String, Permissions)>,
    /// What somebody may do without one.
    pub without_password: Permissions,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_clients: 1_024,
            timeout: Duration::from_secs(60),
            passwords: Vec::new(),
            without_password: Permissions::ALL,
        }
    }
}

/// Behind the door.
pub struct House {
    /// What plays.
    pub desk: Arc<Desk>,
    /// What is owned.
    pub library: Library,
    /// Those who read it, from one question to the next.
    pub readers: Readers,
    /// Playlists, resolved.
    pub lists: Lists,
    /// Who scans; `None`: nobody does.
    pub librarian: Option<Librarian>,
    /// Who steps in for a streaming client; `None`: this player has nobody for it.
    pub guard: Option<Arc<Switch>>,
    settings: Mutex<Arc<Settings>>,
    /// Keys of the person's config and their values, as they are used here.
    config: Mutex<Arc<Vec<(String, String)>>>,
    /// Where news are left.
    pub stir: Stir,
    /// Pictures on their way.
    pub(super) pictures: Pictures,
    /// What clients say to each other.
    pub channels: Arc<Channels>,
    /// Long work that clients do.
    pub works: Arc<Works>,
    /// Whether playlists have changed.
    pub shelf: Arc<Shelf>,
    /// Where the sound can go.
    pub outputs: Outputs,
    /// The stored playlist that was loaded last, until the queue is cleared.
    loaded: Mutex<Option<String>>,
    /// Since when.
    pub began: Instant,
}

impl House {
    /// A house whose news of the desk reach the clients.
    pub fn new(desk: Arc<Desk>, library: Library, settings: Settings) -> Self {
        let stir = Stir::default();
        let news = stir.clone();
        desk.wake_by(move |changes| news.tell(Subsystems::from(changes)));
        Self {
            desk,
            settings: Mutex::new(Arc::new(settings)),
            config: Mutex::default(),
            pictures: Pictures::default(),
            channels: Channels::new(stir.clone()),
            works: Works::new(stir.clone()),
            shelf: Shelf::new(library.clone(), stir.clone()),
            outputs: Outputs::default(),
            readers: Readers::new(library.clone()),
            lists: Lists::new(library.clone()),
            library,
            stir,
            librarian: None,
            guard: None,
            loaded: Mutex::default(),
            began: Instant::now(),
        }
    }

    /// Notes which stored playlist was loaded last.
    pub fn note_loaded(&self, name: Option<String>) {
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = name;
    }

    /// Which stored playlist was loaded last.
    pub fn loaded(&self) -> Option<String> {
        let loaded = self.loaded.lock();
        loaded.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How the door is kept now.
    pub fn settings(&self) -> Arc<Settings> {
        let settings = self.settings.lock();
        settings.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What of the person's config is used here. Nothing in it is a secret.
    pub fn config(&self) -> Arc<Vec<(String, String)>> {
        let config = self.config.lock();
        config.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// From now on that is told, which is news of options.
    pub fn tell_config(&self, pairs: Vec<(String, String)>) {
        *self.config.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(pairs);
        self.stir.tell(Subsystems::OPTIONS);
    }

    /// From now on the door is kept so; who is in stays in.
    pub fn keep_door(&self, settings: Settings) {
        let mut kept = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Arc::new(settings);
    }
}
