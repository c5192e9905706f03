//! Where standin keeps things. It names folders and never makes them.

use crate::library::adopt::Homes;
use etcetera::BaseStrategy;
use std::ffi::OsString;
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

/// One of them, for people.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What it is called.
    pub name: &'static str,
    /// Where it is.
    pub path: PathBuf,
    /// The option or the variable that says so; `None`: it is the usual place.
    pub from: Option<&'static str>,
}

impl Places {
    /// Each place, and why it is there. `home`: what named one folder for all of them; `variable`: what the environment says.
    pub fn told(
        &self,
        home: Option<&'static str>,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Vec<Place> {
        let says = |name: &str, path: &Path| {
            let value = variable(name).filter(|value| !value.is_empty());
            value.is_some_and(|value| path.starts_with(value))
        };
        let place = |name, path: &Path, by: &'static str| Place {
            name,
            path: path.to_owned(),
            from: home.or_else(|| says(by, path).then_some(by)),
        };
        let file = self.config_file();
        let named = says("STANDIN_CONFIG", &file).then_some("STANDIN_CONFIG");
        let config = Place {
            from: named.or(place("config", &file, "XDG_CONFIG_HOME").from),
            ..place("config", &file, "XDG_CONFIG_HOME")
        };
        let mut all = vec![
            config,
            place("data", &self.data, "XDG_DATA_HOME"),
            place("cache", &self.cache, "XDG_CACHE_HOME"),
            place("state", &self.state, "XDG_STATE_HOME"),
            place("runtime", &self.runtime, "XDG_RUNTIME_DIR"),
        ];
        if let Some(music) = &self.music {
            all.push(place("music", music, "XDG_MUSIC_DIR"));
        }
        all
    }

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

    /// Where this user's downloads go, as the desktop names it; it need not be there.
    pub fn downloads() -> Option<PathBuf> {
        let xdg = etcetera::base_strategy::Xdg::new().ok()?;
        Some(user_folder(&DOWNLOADS, xdg.home_dir(), &xdg.config_dir()))
    }

    /// Where other players of this user keep their things, wherever ours are.
    pub fn of_other_players() -> Option<Homes> {
        let xdg = etcetera::base_strategy::Xdg::new().ok()?;
        Some(Homes {
            home: xdg.home_dir().to_owned(),
            config: xdg.config_dir(),
            data: xdg.data_dir(),
            music: user_folder(&MUSIC, xdg.home_dir(), &xdg.config_dir()),
            with_system: true,
        })
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
            music: Some(user_folder(&MUSIC, xdg.home_dir(), &xdg.config_dir())),
            state: state.join("standin"),
        })
    }
}

/// A folder that a desktop knows of each user.
struct UserFolder {
    /// In the environment, and in `user-dirs.dirs`.
    variable: &'static str,
    /// In the home folder, where nobody says otherwise.
    usual: &'static str,
}

const MUSIC: UserFolder = UserFolder {
    variable: "XDG_MUSIC_DIR",
    usual: "Music",
};
const DOWNLOADS: UserFolder = UserFolder {
    variable: "XDG_DOWNLOAD_DIR",
    usual: "Downloads",
};

/// What the environment or `user-dirs.dirs` names, else the usual one (freedesktop.org, xdg-user-dirs).
fn user_folder(folder: &UserFolder, home: &Path, config: &Path) -> PathBuf {
    let from_environment = std::env::var_os(folder.variable).map(PathBuf::from);
    let from_file = || {
        named_in(
            &std::fs::read_to_string(config.join("user-dirs.dirs")).ok()?,
            folder.variable,
            home,
        )
    };
    from_environment
        .or_else(from_file)
        .unwrap_or_else(|| home.join(folder.usual))
}

/// The folder that the text of `user-dirs.dirs` names: absolute, or `$HOME/…`. The home folder itself stands for none.
fn named_in(text: &str, variable: &str, home: &Path) -> Option<PathBuf> {
    let value = text
        .lines()
        .find_map(|line| line.trim().strip_prefix(variable)?.strip_prefix('='))?;
    let value = value.trim().trim_matches('"');
    match value.strip_prefix("$HOME/") {
        Some("") => None,
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
    fn a_place_is_told_with_what_names_it() {
        let from = |home, variables: &[(&str, &str)]| -> Vec<Option<&'static str>> {
            let places = Places::under(Path::new("/stick"));
            let variable = |name: &str| {
                let found = variables.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| OsString::from(value))
            };
            let told = places.told(home, variable);
            told.iter().map(|place| place.from).collect()
        };
        assert_eq!(from(Some("--home"), &[]), [Some("--home"); 5]);
        assert_eq!(from(None, &[]), [None; 5]);
        let named = from(
            None,
            &[("XDG_DATA_HOME", "/stick"), ("XDG_CACHE_HOME", "/x")],
        );
        assert_eq!(named[1..3], [Some("XDG_DATA_HOME"), None]);
        let named = from(
            Some("--home"),
            &[("STANDIN_CONFIG", "/stick/config/config.toml")],
        );
        assert_eq!(named[..2], [Some("STANDIN_CONFIG"), Some("--home")]);
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
            ("XDG_MUSIC_DIR=\"$HOME/\"", None),
        ] {
            let named = named_in(text, MUSIC.variable, home);
            assert_eq!(named, folder.map(PathBuf::from), "{text}");
        }
    }
}
