//! Where each player keeps its library, as its own documentation and its packages have it. It looks and reads nothing.

use super::{Found, Player, recognise};
use std::path::{Path, PathBuf};

/// The folders of a person that players keep their things below.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Homes {
    /// The home folder.
    pub home: PathBuf,
    /// `XDG_CONFIG_HOME`.
    pub config: PathBuf,
    /// `XDG_DATA_HOME`.
    pub data: PathBuf,
    /// The music folder.
    pub music: PathBuf,
    /// Whether what the whole machine uses is looked for, too.
    pub with_system: bool,
}

impl Homes {
    /// The libraries that are in their usual places, each once.
    pub fn look_around(&self) -> Vec<Found> {
        let mut all: Vec<Found> = Vec::new();
        for player in Player::ALL {
            let there = self.places(player).into_iter().filter(|path| path.exists());
            for path in there {
                let found = recognise(&path).into_iter();
                let of_player = found.filter(|found| found.player == player);
                for found in of_player {
                    if !all.contains(&found) {
                        all.push(found);
                    }
                }
            }
        }
        all
    }

    /// A path that a player's settings name: from `~`, or absolute.
    pub(super) fn expand(&self, path: &str) -> Option<PathBuf> {
        match path.strip_prefix("~/") {
            Some(below) => Some(self.home.join(below)),
            None => Some(PathBuf::from(path)).filter(|path| path.is_absolute()),
        }
    }

    fn places(&self, player: Player) -> Vec<PathBuf> {
        let Self {
            home,
            config,
            data,
            music,
            with_system,
        } = self;
        let system = |path: &str| with_system.then(|| PathBuf::from(path));
        let sandbox = |name: &str, below: &str| home.join(".var/app").join(name).join(below);
        match player {
            Player::Mpd => {
                let own = [
                    config.join("mpd/mpd.conf"),
                    home.join(".mpdconf"),
                    home.join(".mpd/mpd.conf"),
                ];
                own.into_iter().chain(system("/etc/mpd.conf")).collect()
            }
            Player::Beets => {
                let named = config.join("beets/config.yaml");
                let named = library_of(&named).and_then(|path| self.expand(&path));
                let usual = config.join("beets/library.db");
                named.into_iter().chain([usual]).collect()
            }
            Player::Rhythmbox => vec![
                data.join("rhythmbox"),
                sandbox("org.gnome.Rhythmbox3", "data/rhythmbox"),
            ],
            Player::Strawberry => {
                let file = "strawberry/strawberry/strawberry.db";
                let sandbox = sandbox("org.strawberrymusicplayer.strawberry", "data");
                vec![data.join(file), sandbox.join(file)]
            }
            Player::Clementine => {
                let file = "Clementine/clementine.db";
                let sandbox = sandbox("org.clementine_player.Clementine", "config");
                vec![config.join(file), sandbox.join(file)]
            }
            Player::QuodLibet => vec![
                config.join("quodlibet"),
                home.join(".quodlibet"),
                sandbox("io.github.quodlibet.QuodLibet", "config/quodlibet"),
            ],
            Player::Cmus => vec![config.join("cmus"), home.join(".cmus")],
            Player::Navidrome => {
                let own = data.join("navidrome/navidrome.db");
                let server = system("/var/lib/navidrome/navidrome.db");
                [own].into_iter().chain(server).collect()
            }
            Player::Itunes => {
                let below = |folder: &Path| {
                    let names = [
                        "iTunes/iTunes Library.xml",
                        "iTunes/iTunes Music Library.xml",
                    ];
                    let mut all: Vec<PathBuf> = names.map(|name| folder.join(name)).into();
                    all.push(folder.join("Library.xml"));
                    all
                };
                let mut all = below(music);
                all.extend(below(&home.join("Music")));
                all
            }
        }
    }
}

/// The largest file of settings that is looked into, in bytes.
const MAX_SETTINGS: u64 = 1 << 20;

/// The `library:` of beets' settings, where it stands on a line of its own.
fn library_of(settings: &Path) -> Option<String> {
    let is_small = std::fs::metadata(settings).ok()?.len() <= MAX_SETTINGS;
    let text = is_small.then(|| std::fs::read_to_string(settings).ok())??;
    let value = text
        .lines()
        .find_map(|line| line.strip_prefix("library:"))?;
    let value = value.trim().trim_matches(['"', '\'']);
    Some(value.to_owned()).filter(|value| !value.is_empty())
}
