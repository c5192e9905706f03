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
    /// The music folder of this user, as the desktop names it; it need not be there.
    pub music: Option<PathBuf>,
}

impl Places {
    /// The file that `STANDIN_CONFIG` names, else `config.toml` in its place.
    pub fn config_file(&self) -> PathBuf {
        let named = std::env::var_os("STANDIN_CONFIG").filter(|name| !name.is_empty());
        named.map_or_else(|| self.config.join("config.toml"), PathBuf::from)
    }

    /// Where systemd looks for this user's units.
    pub fn user_units() -> Option<PathBuf> {
        let xdg = etcetera::base_strategy::Xdg::new().ok()?;
        Some(xdg.config_dir().join("systemd/user"))
    }

    /// Everything below one folder, as `--home DIR` asks.
    pub fn under(home: &Path) -> Self {
        let place = |name: &str| home.join(name);
        Self {
            music: None,
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
            music: Some(music_folder(xdg.home_dir(), &xdg.config_dir())),
            state: state.join("standin"),
        })
    }
}

/// `XDG_MUSIC_DIR` of the environment or of `user-dirs.dirs`, else `~/Music`
/// (freedesktop.org, xdg-user-dirs).
fn music_folder(home: &Path, config: &Path) -> PathBuf {
    let from_environment = std::env::var_os("XDG_MUSIC_DIR").map(PathBuf::from);
    from_environment
        .or_else(|| {
            music_in(
                &std::fs::read_to_string(config.join("user-dirs.dirs")).ok()?,
                home,
            )
        })
        .unwrap_or_else(|| home.join("Music"))
}

/// The music folder that the text of `user-dirs.dirs` names: absolute, or `$HOME/…`.
fn music_in(text: &str, home: &Path) -> Option<PathBuf> {
    let line = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("XDG_MUSIC_DIR="))?;
    let value = line.trim().trim_matches('"');
    match value.strip_prefix("$HOME/") {
        Some(below) => Some(home.join(below)),
        None => value.starts_with('/').then(|| PathBuf::from(value)),
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

    #[test]
    fn the_music_folder_that_the_desktop_names() {
        let home = Path::new("/home/m");
        for (text, folder) in [
            (
                "# x\nXDG_MUSIC_DIR=\"$HOME/Musik\"\n",
                Some("/home/m/Musik"),
            ),
            ("XDG_MUSIC_DIR=\"/disk/m\"", Some("/disk/m")),
            ("XDG_MUSIC_DIR=\"Musik\"", None),
            ("XDG_VIDEOS_DIR=\"/v\"", None),
        ] {
            assert_eq!(music_in(text, home), folder.map(PathBuf::from), "{text}");
        }
    }
}
