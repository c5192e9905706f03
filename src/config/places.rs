//! Where standin keeps things. It names folders and never makes them.

use etcetera::BaseStrategy;
use std::path::{Path, PathBuf};

/// The folders that belong to standin, each absolute.
#[derive(Clone, Debug, PartialEq)]
pub struct Places {
    /// `config.toml`, which only people write.
    pub config: PathBuf,
    /// What the person made: `standin.db` and its copies.
    pub data: PathBuf,
    /// What can be made again: the index.
    pub cache: PathBuf,
    /// The queue and the position in it.
    pub state: PathBuf,
    /// The lock and the socket.
    pub runtime: PathBuf,
}

impl Places {
    /// Everything below one folder, as `--home DIR` asks.
    pub fn under(home: &Path) -> Self {
        let place = |name: &str| home.join(name);
        Self {
            config: place("config"),
            data: place("data"),
            cache: place("cache"),
            state: place("state"),
            runtime: place("run"),
        }
    }

    /// The places of this user; `None` where the environment names no home folder.
    pub fn of_this_user() -> Option<Self> {
        let xdg = etcetera::base_strategy::Xdg::new().ok()?;
        let state = xdg
            .state_dir()
            .unwrap_or_else(|| xdg.home_dir().join(".local/state"));
        let runtime = xdg
            .runtime_dir()
            .unwrap_or_else(|| state.join("standin").join("run"));
        Some(Self {
            config: xdg.config_dir().join("standin"),
            data: xdg.data_dir().join("standin"),
            cache: xdg.cache_dir().join("standin"),
            runtime: runtime.join("standin"),
            state: state.join("standin"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_home_holds_all_five() {
        let places = Places::under(Path::new("/stick"));
        for place in [
            &places.config,
            &places.data,
            &places.cache,
            &places.state,
            &places.runtime,
        ] {
            assert!(place.starts_with("/stick"));
        }
    }
}
