//! `config.toml`, as each room's options. It is read and never written, and whatever is wrong in it is left out with a
//! warning: a slip in a file never stops the music.
//!
//! ```toml
//! [play]
//! output = "default"          # or "null", "wav:FILE", a name from `standin outputs`; "a,b": the first that opens
//! volume = 80                 # percent
//! replaygain = "auto"         # or "track", "album", "off"
//! preamp_db = -3.0
//! crossfade_s = 4.0
//! bit_perfect = false
//! on_output_loss = "pause"    # or "follow"
//!
//! [daemon]
//! listen = ["127.0.0.1:6600"] # beside the socket of this user
//! password = "…"              # or [{ password = "…", permissions = ["read", "add", "control", "admin"] }]
//! default_permissions = ["read"]
//! max_clients = 1024
//! timeout_s = 60
//! watch = true
//!
//! [hooks]
//! song = "notify-send \"$STANDIN_TITLE\"" # on each new song
//! [desktop]
//! notifications = false       # true: one for each song
//!
//! [tui]
//! mouse = true                # false: clicks and the wheel stay the terminal's
//! pictures = "auto"           # how covers are shown: or kitty, sixel, iterm2, blocks, none
//! start = false               # true: `standin` alone on a terminal opens the screen
//! [tui.keys]                  # a key and an action of `standin tui --keys`, or "none"
//! "ctrl-n" = "next"
//!
//! [outage]
//! guard = "off"               # or "dry-run", "ask", "auto": step in for a streaming client that falls silent
//! hand_back = false           # true: the client goes on at the end of a song, once its service is back
//! listen = false              # true: measure how loud the client's own stream is, and never the microphone
//! control = "http://…"        # "is it me?": a page that answers 204, or 200 and a few words; asked when a service is in doubt
//! services = ["Spotify"]      # those that `standin probe` asks
//!
//! [[service]]                 # one more, or in a built-in one's place
//! name = "Radio"
//! probe = ["https://…", "tcp://HOST:PORT", { url = "https://…", up = [200, 401], json = "KEY", connect = "HOST:PORT" }]
//! mpris = "radio"             # its client is org.mpris.MediaPlayer2.radio
//!
//! [[client]]                  # what is known of a streaming client: one more, or more of a built-in one
//! name = "Foo"
//! bus = "foo"                 # org.mpris.MediaPlayer2.foo, and with .instance… behind it
//! service = "Radio"
//! trusts = "progress"         # or "sound", "both", "nothing": what tells whether it sounds
//! ids = { "/foo/track/" = "spotify" } # how its track ids begin, and whose ids they are; more keys: see `client.rs`
//! ```

use super::client;
use super::daemon::{self, Daemon};
use super::outage::{self, Outage};
use super::suggest::nearest;
use super::tui::{self, Tui};
use crate::engine::{OnLoss, Output};
use crate::music::{Loudness, Printable};
use crate::outage::Profile;
use crate::player::MAX_CROSSFADE_MS;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A config larger than this is none. In bytes.
const MAX_BYTES: u64 = 1 << 20;

/// Warnings that are told of one file; more say nothing more.
const MAX_WARNINGS: usize = 10;

/// The widest preamp, in dB, in both directions.
const MAX_PREAMP_DB: f64 = 24.0;

/// What the person has set. `None`: nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// Where the sound goes: the first of these that opens.
    pub outputs: Option<Vec<Output>>,
    /// Loudness in percent.
    pub volume_percent: Option<u8>,
    /// Which gains are applied.
    pub loudness: Option<Loudness>,
    /// Added to every gain, in dB.
    pub preamp_db: Option<f32>,
    /// How long songs overlap that are not one piece of music, in ms.
    pub crossfade_ms: Option<u32>,
    /// Open the output at each song's rate and format, and touch no sample.
    pub bit_perfect: Option<bool>,
    /// What happens where the sound would come out of a device that nobody chose.
    pub on_loss: Option<OnLoss>,
    /// What runs on each new song, as a line of a shell.
    pub on_song: Option<String>,
    /// How clients reach the daemon.
    pub daemon: Daemon,
    /// Whether the desktop shows a notification for each song.
    pub notifications: Option<bool>,
    /// The screen.
    pub tui: Tui,
    /// Who is asked in an outage, and what is done.
    pub outage: Outage,
}

/// Something in the file that is left out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}: {what}", path.display(), line.map_or(String::new(), |line| format!(", line {line}")))]
pub struct Warning {
    /// The file.
    pub path: PathBuf,
    /// Where in it, from 1.
    pub line: Option<usize>,
    /// What is wrong, and what is allowed.
    pub what: String,
}

impl Settings {
    /// What the file says, and what is wrong in it. A file that is not there says nothing, and nothing is wrong.
    pub fn read(path: &Path) -> (Self, Vec<Warning>) {
        let warning = |what: String| Warning {
            path: path.to_owned(),
            line: None,
            what,
        };
        match text_of(path) {
            Ok(Some(text)) => Self::parse(path, &text),
            Ok(None) => (Self::default(), Vec::new()),
            Err(what) => (Self::default(), vec![warning(what)]),
        }
    }

    fn parse(path: &Path, text: &str) -> (Self, Vec<Warning>) {
        let (table, errors) = DeTable::parse_recoverable(text);
        let mut reader = Reader {
            path,
            text,
            settings: Self::default(),
            warnings: Vec::new(),
        };
        for error in errors {
            let at = error.span().map(|span| span.start);
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            reader.warn(at, format!("this is not TOML: {message}"));
        }
        reader.file(table.get_ref());
        reader.clients(table.get_ref());
        reader.keys(table.get_ref());
        (reader.settings, reader.warnings)
    }
}

fn text_of(path: &Path) -> Result<Option<String>, String> {
    use std::io::Read;
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let file = match std::fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Err("is not a file".into());
    }
    let mut bytes = Vec::new();
    let read = file.take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(unreadable)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(format!("has more than {MAX_BYTES} bytes"));
    }
    String::from_utf8(bytes)
        .map(Some)
        .map_err(|_| "is not text in UTF-8".into())
}

/// The tables of the file.
const TABLES: [(&str, &[Key]); 6] = [
    ("play", PLAY),
    ("daemon", daemon::KEYS),
    ("hooks", HOOKS),
    ("desktop", DESKTOP),
    (tui::TABLE, tui::KEYS),
    ("outage", outage::KEYS),
];

/// The tables of which there may be several.
const SERVICE: &str = "service";
const CLIENT: &str = "client";

const DESKTOP: &[Key] = &[Key {
    name: "notifications",
    allowed: "true or false",
    take: |settings, value| put(&mut settings.notifications, value.as_bool()),
}];

/// The table that a key of this name belongs to.
fn table_of(name: &str) -> Option<&'static str> {
    let has = |keys: &[Key]| keys.iter().any(|key| key.name == name);
    let table = TABLES.iter().find(|(_, keys)| has(keys));
    table.map(|(table, _)| *table)
}

/// One key: its name, what it may be, and how it is taken; `false`: not like that.
pub(super) struct Key {
    pub name: &'static str,
    pub allowed: &'static str,
    pub take: fn(&mut Settings, &DeValue<'_>) -> bool,
}

const PLAY: &[Key] = &[
    Key {
        name: "output",
        allowed: "\"default\", \"null\", \"wav:FILE\" or a name from `standin outputs`; \"a,b\" takes the first that opens",
        take: |settings, value| {
            let outputs = value.as_str().filter(|text| !text.is_empty()).map(outputs);
            put(&mut settings.outputs, outputs)
        },
    },
    Key {
        name: "volume",
        allowed: "a whole number from 0 to 100",
        take: |settings, value| {
            let percent = number(value).filter(|number| number.fract() == 0.0);
            let percent = percent.filter(|percent| (0.0..=100.0).contains(percent));
            put(
                &mut settings.volume_percent,
                percent.map(|percent| percent as u8),
            )
        },
    },
    Key {
        name: "replaygain",
        allowed: "\"auto\", \"track\", \"album\" or \"off\"",
        take: |settings, value| {
            let loudness = value.as_str().and_then(|text| match text {
                "auto" => Some(Loudness::Auto),
                "track" => Some(Loudness::Track),
                "album" => Some(Loudness::Album),
                "off" => Some(Loudness::Off),
                _ => None,
            });
            put(&mut settings.loudness, loudness)
        },
    },
    Key {
        name: "preamp_db",
        allowed: "a number of dB from -24 to 24",
        take: |settings, value| {
            let db = number(value).filter(|db| db.abs() <= MAX_PREAMP_DB);
            put(&mut settings.preamp_db, db.map(|db| db as f32))
        },
    },
    Key {
        name: "crossfade_s",
        allowed: "a number of seconds from 0 to 12",
        take: |settings, value| {
            let most_s = f64::from(MAX_CROSSFADE_MS) / 1_000.0;
            let seconds = number(value).filter(|seconds| (0.0..=most_s).contains(seconds));
            put(
                &mut settings.crossfade_ms,
                seconds.map(|seconds| (seconds * 1_000.0).round() as u32),
            )
        },
    },
    Key {
        name: "bit_perfect",
        allowed: "true or false",
        take: |settings, value| put(&mut settings.bit_perfect, value.as_bool()),
    },
    Key {
        name: "on_output_loss",
        allowed: "\"pause\" or \"follow\"",
        take: |settings, value| {
            let on_loss = value.as_str().and_then(|text| match text {
                "pause" => Some(OnLoss::Pause),
                "follow" => Some(OnLoss::Follow),
                _ => None,
            });
            put(&mut settings.on_loss, on_loss)
        },
    },
];

const HOOKS: &[Key] = &[Key {
    name: "song",
    allowed: "a command for `sh -c`, which finds the song in STANDIN_TITLE, STANDIN_ARTIST, STANDIN_FILE",
    take: |settings, value| {
        let line = value.as_str().filter(|line| !line.contains('\0'));
        put(&mut settings.on_song, line.map(str::to_owned))
    },
}];

pub(super) fn put<T>(place: &mut Option<T>, value: Option<T>) -> bool {
    let is_there = value.is_some();
    if is_there {
        *place = value;
    }
    is_there
}

/// A list of outputs as `--output` takes it.
fn outputs(text: &str) -> Vec<Output> {
    text.split(',')
        .filter_map(|name| name.trim().parse().ok())
        .collect()
}

/// Whole or not: nobody who writes `crossfade_s = 4` should be sent away for a point.
fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Integer(integer) => i32::from_str_radix(integer.as_str(), integer.radix())
            .ok()
            .map(f64::from),
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    };
    number.filter(|number: &f64| number.is_finite())
}

/// Reads a parsed file and notes what is wrong.
struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    settings: Settings,
    warnings: Vec<Warning>,
}

impl Reader<'_> {
    fn file(&mut self, file: &DeTable<'_>) {
        for (name, value) in file {
            let at = Some(name.span().start);
            let name: &str = name.get_ref();
            let keys = TABLES.iter().find(|(table, _)| *table == name);
            match (keys, value.get_ref()) {
                (None, DeValue::Array(tables)) if name == SERVICE => self.services(tables),
                // Behind everything else: they name services.
                (None, DeValue::Array(_)) if name == CLIENT => {}
                (None, _) if name == SERVICE || name == CLIENT => {
                    self.warn(at, format!("{name} is a list of tables: [[{name}]]"));
                }
                (Some((_, keys)), DeValue::Table(table)) => self.table(table, keys),
                (Some(_), _) => self.warn(at, format!("{name} is a table: [{name}]")),
                (None, _) => match table_of(name) {
                    Some(table) => self.warn(at, format!("{name} belongs below [{table}]")),
                    None => {
                        let mut known = TABLES.map(|(table, _)| table).to_vec();
                        known.extend([SERVICE, CLIENT]);
                        self.unknown(at, name, &known);
                    }
                },
            }
        }
    }

    /// Clients, once the services are known.
    fn clients(&mut self, file: &DeTable<'_>) {
        let Some(DeValue::Array(tables)) = file.get(CLIENT).map(Spanned::get_ref) else {
            return;
        };
        for value in tables {
            let client = match value.get_ref() {
                DeValue::Table(table) => self.client(table),
                _ => None,
            };
            let clients = &mut self.settings.outage.clients;
            match client.filter(|_| clients.len() < client::MAX_CLIENTS) {
                Some(client) => clients.push(client),
                None => {
                    let what = format!("a [[{CLIENT}]] has {}", client::MUST);
                    self.warn(Some(value.span().start), what);
                }
            }
        }
    }

    /// The keys of the screen, each by itself.
    fn keys(&mut self, file: &DeTable<'_>) {
        let Some(DeValue::Table(table)) = file.get(tui::TABLE).map(Spanned::get_ref) else {
            return;
        };
        let Some(DeValue::Table(own)) = table.get(tui::OWN).map(Spanned::get_ref) else {
            return;
        };
        for (key, value) in own {
            let bound = self.settings.tui.bind(key.get_ref(), value.get_ref());
            if let Err(what) = bound {
                self.warn(Some(key.span().start), what);
            }
        }
    }

    fn client(&mut self, table: &DeTable<'_>) -> Option<Profile> {
        let mut profile = client::named(table)?;
        for (name, value) in table {
            let key = client::KEYS.iter().find(|key| key.name == name.get_ref());
            match key {
                Some(key) if !(key.take)(&mut profile, value.get_ref()) => {
                    let what = format!("{} is {}", key.name, key.allowed);
                    self.warn(Some(value.span().start), what);
                }
                Some(_) => {}
                None => {
                    let known: Vec<&str> = client::KEYS.iter().map(|key| key.name).collect();
                    self.unknown(Some(name.span().start), name.get_ref(), &known);
                }
            }
        }
        client::settle(&mut profile, table);
        let service = client::service_named(&profile.service, &self.settings.outage.services);
        profile.service = service.unwrap_or_else(|| {
            let at = table.get("service").map(|value| value.span().start);
            let named = Printable::new(&profile.service);
            self.warn(
                at,
                format!("there is no service {named}; a [[{SERVICE}]] would tell how it is asked"),
            );
            String::new()
        });
        (!profile.bus.is_empty()).then_some(profile)
    }

    fn table(&mut self, table: &DeTable<'_>, keys: &[Key]) {
        for (name, value) in table {
            match keys.iter().find(|key| key.name == name.get_ref()) {
                Some(key) => self.take(key, value),
                None => {
                    let known: Vec<&str> = keys.iter().map(|key| key.name).collect();
                    self.unknown(Some(name.span().start), name.get_ref(), &known);
                }
            }
        }
    }

    fn services(&mut self, tables: &[Spanned<DeValue<'_>>]) {
        for value in tables {
            let service = match value.get_ref() {
                DeValue::Table(table) => outage::service(table),
                _ => None,
            };
            let services = &mut self.settings.outage.services;
            match service.filter(|_| outage::has_room(services)) {
                Some(service) => services.push(service),
                None => {
                    let what = format!("a [[{SERVICE}]] has {}", outage::OF_SERVICE);
                    self.warn(Some(value.span().start), what);
                }
            }
        }
    }

    fn take(&mut self, key: &Key, value: &Spanned<DeValue<'_>>) {
        if !(key.take)(&mut self.settings, value.get_ref()) {
            let what = format!("{} is {}", key.name, key.allowed);
            self.warn(Some(value.span().start), what);
        }
    }

    fn unknown(&mut self, at: Option<usize>, name: &str, known: &[&str]) {
        let what = match nearest(name, known) {
            Some(meant) => format!("there is no setting {name}; {meant} is one"),
            None => format!("there is no setting {name}; there are {}", known.join(", ")),
        };
        self.warn(at, what);
    }

    fn warn(&mut self, at: Option<usize>, what: String) {
        if self.warnings.len() < MAX_WARNINGS {
            let before = at.and_then(|at| self.text.get(..at));
            self.warnings.push(Warning {
                path: self.path.to_owned(),
                line: before.map(|before| before.matches('\n').count() + 1),
                what,
            });
        }
    }
}

/// What a text says and what is wrong with it, as told of the file `name`.
#[cfg(test)]
pub(super) fn read_text(name: &str, text: &str) -> (Settings, Vec<String>) {
    let (settings, warnings) = Settings::parse(Path::new(name), text);
    (settings, warnings.iter().map(ToString::to_string).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Settings, Vec<String>) {
        read_text("c.toml", text)
    }

    #[test]
    fn everything_that_can_be_set() {
        let (settings, warnings) = read(
            "# mine\n[play]\noutput = 'Desk DAC, null'\nvolume = 80\nreplaygain = \"album\"\npreamp_db = -3\n\
             crossfade_s = 4.5\nbit_perfect = true\non_output_loss = \"follow\"\n[hooks]\nsong = 'x \"$Y\"'\n[desktop]\nnotifications = true\n\
             [outage]\nguard = 'dry-run'\nhand_back = true\nlisten = true\n",
        );
        assert_eq!(warnings, [""; 0]);
        assert_eq!(
            settings,
            Settings {
                outputs: Some(vec![Output::Device(Some("Desk DAC".into())), Output::Null]),
                volume_percent: Some(80),
                loudness: Some(Loudness::Album),
                preamp_db: Some(-3.0),
                crossfade_ms: Some(4_500),
                bit_perfect: Some(true),
                on_loss: Some(OnLoss::Follow),
                on_song: Some("x \"$Y\"".into()),
                notifications: Some(true),
                outage: Outage {
                    guard: Some(crate::outage::Mode::DryRun),
                    hand_back: Some(true),
                    listen: Some(true),
                    ..Outage::default()
                },
                ..Settings::default()
            }
        );
    }

    #[test]
    fn what_is_wrong_is_named_and_the_rest_holds() {
        for (text, warned) in [
            (
                "[play]\nvolume = 101",
                "c.toml, line 2: volume is a whole number from 0 to 100",
            ),
            (
                "[play]\nvolume = 1.5",
                "c.toml, line 2: volume is a whole number from 0 to 100",
            ),
            (
                "[play]\n\nvolume = 'loud'",
                "c.toml, line 3: volume is a whole number from 0 to 100",
            ),
            (
                "[play]\nreplaygain = 'on'",
                "c.toml, line 2: replaygain is \"auto\", \"track\", \"album\" or \"off\"",
            ),
            (
                "[play]\npreamp_db = nan",
                "c.toml, line 2: preamp_db is a number of dB from -24 to 24",
            ),
            (
                "[play]\ncrossfade_s = -1",
                "c.toml, line 2: crossfade_s is a number of seconds from 0 to 12",
            ),
            (
                "[play]\nbit_perfect = 1",
                "c.toml, line 2: bit_perfect is true or false",
            ),
            (
                "[play]\non_output_loss = 'stop'",
                "c.toml, line 2: on_output_loss is \"pause\" or \"follow\"",
            ),
            (
                "[play]\nvolum = 3",
                "c.toml, line 2: there is no setting volum; volume is one",
            ),
            ("volume = 3", "c.toml, line 1: volume belongs below [play]"),
            (
                "[pley]\nvolume = 3",
                "c.toml, line 1: there is no setting pley; play is one",
            ),
            ("play = 3", "c.toml, line 1: play is a table: [play]"),
            (
                "[play]\nnotifications = true",
                "c.toml, line 2: there is no setting notifications; there are output, volume, replaygain, preamp_db, \
                 crossfade_s, bit_perfect, on_output_loss",
            ),
            (
                "notifications = true",
                "c.toml, line 1: notifications belongs below [desktop]",
            ),
            (
                "[outage]\nguard = true",
                "c.toml, line 2: guard is \"off\", \"dry-run\", \"ask\" or \"auto\"",
            ),
            (
                "[desktop]\nnotifications = 1",
                "c.toml, line 2: notifications is true or false",
            ),
        ] {
            let (settings, warnings) = read(text);
            assert_eq!(warnings, [warned], "{text}");
            assert_eq!(settings, Settings::default(), "{text}");
        }
        let (settings, warnings) = read("[play]\nwhatever = 3\nvolume = 40\n");
        assert_eq!(settings.volume_percent, Some(40));
        assert!(
            warnings[0].contains("there are output, volume"),
            "{warnings:?}"
        );
    }

    #[test]
    fn what_is_no_toml_is_named_with_its_line() {
        let (settings, warnings) = read("[play]\nvolume = 40\ncrossfade_s = = 3\n");
        assert!(
            warnings[0].starts_with("c.toml, line 3: this is not TOML: "),
            "{warnings:?}"
        );
        assert_eq!(settings.volume_percent, Some(40), "the rest holds");
    }

    #[test]
    fn a_file_that_is_not_there_says_nothing_and_one_that_is_none_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config.toml");
        assert_eq!(Settings::read(&file), (Settings::default(), Vec::new()));
        std::fs::write(&file, b"\xff\xfe").unwrap();
        assert_eq!(Settings::read(&file).1[0].what, "is not text in UTF-8");
        assert_eq!(Settings::read(dir.path()).1.len(), 1);
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC*|(\\[play\\]\n)?([a-z_]{1,9} = [-0-9a-z.\"']{1,9}\n){0,30}") {
            let (_, warnings) = read(&text);
            proptest::prop_assert!(warnings.len() <= MAX_WARNINGS);
        }
    }
}
