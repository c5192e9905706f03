//! The tables of `config.toml` with their keys: all that the program reads of it, and so all that there is to tell. It reads
//! nothing itself.

use super::key::{Key, Row, rows};
use super::suggest::nearest;
use super::{client, daemon, desktop, hooks, outage, play, service, tui};
use crate::outage::Profile;
use crate::outage::service::Service;

/// One table.
pub struct Table {
    /// As it is written.
    pub name: &'static str,
    /// What it is about, in a sentence.
    pub about: &'static str,
    pub(super) keys: Keys,
}

/// What the keys of a table are put into.
pub(super) enum Keys {
    Settings(&'static [Key]),
    Services(&'static [Key<Service>]),
    Clients(&'static [Key<Profile>]),
}

/// The tables, in the order in which they are told.
pub const TABLES: [Table; 8] = [
    Table {
        name: "play",
        about: "Where the sound goes, and how music sounds.",
        keys: Keys::Settings(play::KEYS),
    },
    Table {
        name: "daemon",
        about: "Where clients reach `standin daemon`, and what they may do.",
        keys: Keys::Settings(daemon::KEYS),
    },
    Table {
        name: "hooks",
        about: "Your own commands.",
        keys: Keys::Settings(hooks::KEYS),
    },
    Table {
        name: "desktop",
        about: "What the desktop shows.",
        keys: Keys::Settings(desktop::KEYS),
    },
    Table {
        name: tui::TABLE,
        about: "The screen.",
        keys: Keys::Settings(tui::KEYS),
    },
    Table {
        name: "outage",
        about: "What happens when a stream falls silent, and who is asked.",
        keys: Keys::Settings(outage::KEYS),
    },
    Table {
        name: "service",
        about: "A streaming service: one more, or one in a built-in one's place. There may be several.",
        keys: Keys::Services(service::KEYS),
    },
    Table {
        name: "client",
        about: "What is known of a streaming client: one more, or more of a built-in one. There may be several.",
        keys: Keys::Clients(client::KEYS),
    },
];

impl Table {
    /// Whether there may be several.
    pub fn is_list(&self) -> bool {
        !matches!(self.keys, Keys::Settings(_))
    }

    /// As it stands in the file: `[play]`, `[[service]]`.
    pub fn head(&self) -> String {
        match self.is_list() {
            true => format!("[[{}]]", self.name),
            false => format!("[{}]", self.name),
        }
    }

    /// What is told of its keys.
    pub fn rows(&self) -> Vec<Row> {
        match self.keys {
            Keys::Settings(keys) => rows(keys),
            Keys::Services(keys) => rows(keys),
            Keys::Clients(keys) => rows(keys),
        }
    }

    fn names(&self) -> Vec<&'static str> {
        self.rows().iter().map(|row| row.name).collect()
    }
}

/// The table of this name.
pub(super) fn table(name: &str) -> Option<&'static Table> {
    TABLES.iter().find(|table| table.name == name)
}

/// What is told of a key that is called so with its table: `play.volume`, `service.Radio.probe`, `tui.keys.x`.
pub fn row_of(key: &str) -> Option<Row> {
    let (name, rest) = key.split_once('.')?;
    let table = table(name)?;
    let name = match table.is_list() {
        true => rest.rsplit('.').next()?,
        false => rest.split('.').next()?,
    };
    table.rows().into_iter().find(|row| row.name == name)
}

/// What is said of a name that is none in this table, or, with `None`, above all tables: where it belongs, what may have been
/// meant, or what there is.
pub(super) fn no_such(name: &str, inside: Option<&str>) -> String {
    let homes = TABLES.iter().filter(|table| table.names().contains(&name));
    let homes: Vec<String> = homes.map(Table::head).collect();
    if !homes.is_empty() {
        return format!("{name} belongs below {}", homes.join(" or "));
    }
    let known = match inside.and_then(table) {
        Some(table) => table.names(),
        None => TABLES.iter().map(|table| table.name).collect(),
    };
    if let Some(meant) = nearest(name, &known) {
        return format!("there is no setting {name}; {meant} is one");
    }
    let elsewhere: Vec<&str> = TABLES.iter().flat_map(Table::names).collect();
    let meant = nearest(name, &elsewhere);
    let home = meant.and_then(|meant| TABLES.iter().find(|table| table.names().contains(&meant)));
    match (meant, home) {
        (Some(meant), Some(home)) => {
            let head = home.head();
            format!("there is no setting {name}; {meant} below {head} is one")
        }
        _ => format!("there is no setting {name}; there are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::{Settings, read_text};
    use crate::engine::{OnLoss, Output};
    use crate::music::Levelling;
    use crate::outage::Mode;
    use crate::tui::Pictures;

    #[test]
    fn every_key_is_told_in_full() {
        for table in &TABLES {
            for row in table.rows() {
                let name = format!("{}.{}", table.name, row.name);
                assert!(row.about.ends_with('.'), "{name}: {}", row.about);
                assert!(!row.allowed.ends_with('.'), "{name}: {}", row.allowed);
                assert!(!row.example.is_empty(), "{name}");
            }
        }
    }

    /// What one row says with this value; the lists need a name, and what else they must have.
    fn with(table: &Table, row: &Row, value: &str) -> Vec<String> {
        let (name, key) = (table.name, row.name);
        let needed: &[(&str, &str)] = match name {
            "service" => &[("name", "'x'"), ("probe", "'tcp://x.example:1'")],
            "client" => &[("name", "'x'"), ("bus", "'x'")],
            _ => &[],
        };
        let needed = needed.iter().filter(|(needed, _)| *needed != key);
        let needed: String = needed
            .map(|(key, value)| format!("{key} = {value}\n"))
            .collect();
        // The client of the example plays from a service of the example.
        let radio = match name {
            "client" => "[[service]]\nname = 'Radio'\nprobe = 'tcp://x.example:1'\n",
            _ => "",
        };
        read_text(
            "c",
            &format!("{radio}{}\n{needed}{key} = {value}\n", table.head()),
        )
        .1
    }

    #[test]
    fn what_is_told_of_a_key_is_taken() {
        for table in &TABLES {
            for row in table.rows() {
                let values = [row.usual, row.example];
                for value in values.into_iter().filter(|value| !value.is_empty()) {
                    let warnings = with(table, &row, value);
                    assert_eq!(warnings, [""; 0], "{} {} = {value}", table.head(), row.name);
                }
                let odd = with(table, &row, "1979-05-27");
                // A client without a name is none at all.
                let told = match (table.name, row.name) {
                    ("client", "name") => "a [[client]] has name = ".into(),
                    (_, name) => format!("{name} is "),
                };
                assert!(odd.iter().any(|odd| odd.contains(&told)), "{odd:?}");
            }
        }
    }

    /// Every key of a table that is no list, with its usual value.
    fn all_usual() -> String {
        let mut text = String::new();
        for table in TABLES.iter().filter(|table| !table.is_list()) {
            text.push_str(&format!("{}\n", table.head()));
            for row in table.rows().iter().filter(|row| !row.usual.is_empty()) {
                text.push_str(&format!("{} = {}\n", row.name, row.usual));
            }
        }
        text
    }

    #[test]
    fn what_is_told_as_usual_is_what_holds() {
        let (set, warnings) = read_text("c", &all_usual());
        assert_eq!(warnings, [""; 0]);
        let unset = Settings::default();
        assert_eq!(set.daemon.door(), unset.daemon.door());
        assert_eq!(set.daemon.listen, Some(Vec::new()));
        assert_eq!(set.loudness, Some(Levelling::default().how));
        assert_eq!(set.preamp_db, Some(Levelling::default().preamp_db));
        assert_eq!(set.on_loss, Some(OnLoss::default()));
        assert_eq!(set.outputs, Some(vec![Output::Device(None)]));
        assert_eq!(set.tui.pictures, Some(Pictures::default()));
        assert_eq!(set.outage.guard, Some(Mode::default()));
        let spoken = [
            set.bit_perfect,
            set.notifications,
            set.outage.hand_back,
            set.outage.listen,
            set.tui.starts,
        ];
        assert_eq!(spoken, [Some(false); 5]);
        assert_eq!(
            (set.tui.has_mouse, set.daemon.watches),
            (Some(true), Some(true))
        );
        assert_eq!((set.volume_percent, set.crossfade_ms), (Some(100), Some(0)));
    }

    #[test]
    fn a_name_that_is_none_is_sent_where_it_belongs() {
        for (name, inside, told) in [
            (
                "notifications",
                Some("play"),
                "notifications belongs below [desktop]",
            ),
            ("listen", None, "listen belongs below [daemon] or [outage]"),
            (
                "name",
                Some("play"),
                "name belongs below [[service]] or [[client]]",
            ),
            (
                "volum",
                Some("play"),
                "there is no setting volum; volume is one",
            ),
            (
                "volum",
                Some("tui"),
                "there is no setting volum; volume below [play] is one",
            ),
            ("pley", None, "there is no setting pley; play is one"),
            (
                "xyzzy",
                Some("hooks"),
                "there is no setting xyzzy; there are song",
            ),
        ] {
            assert_eq!(no_such(name, inside), told);
        }
    }
}
