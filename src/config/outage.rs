//! What `[outage]` and `[[service]]` in `config.toml` say: who is asked when a stream falls silent, and how far the guard may go.
//! It asks nobody and starts nothing.

use super::daemon::each;
use super::settings::{Key, put};
use crate::outage::probe::control_page;
use crate::outage::service::{Check, Host, MAX_CHECKS, Service, Target};
use crate::outage::{Mode, Profile};
use toml::de::{DeTable, DeValue};

/// More services than anybody listens to.
const MAX_SERVICES: usize = 64;

/// The longest name of one, in characters.
const MAX_NAME: usize = 128;

/// What the person has set for outages. `None`: nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outage {
    /// The page whose answer is known: "is it me?"
    pub control: Option<Target>,
    /// The services that the person uses, by name.
    pub used: Option<Vec<String>>,
    /// The person's own, and those in a built-in one's place.
    pub services: Vec<Service>,
    /// What the person knows of streaming clients; it goes before what is built in.
    pub clients: Vec<Profile>,
    /// How far the guard may go.
    pub guard: Option<Mode>,
    /// Whether the client goes on by itself once its service is back, at the end of a song.
    pub hand_back: Option<bool>,
    /// Whether it may be measured how loud the client's own stream is.
    pub listen: Option<bool>,
}

pub const KEYS: &[Key] = &[
    Key {
        name: "control",
        allowed: "an address that begins with http:// and answers 204, or 200 and a few words",
        take: |settings, value| {
            let page = value.as_str().and_then(control_page);
            put(&mut settings.outage.control, page)
        },
    },
    Key {
        name: "services",
        allowed: "a list of names, [\"Spotify\"]",
        take: |settings, value| {
            let names = each(value, name).filter(|names| names.len() <= MAX_SERVICES);
            put(&mut settings.outage.used, names)
        },
    },
    Key {
        name: "guard",
        allowed: "\"off\", \"dry-run\", \"ask\" or \"auto\"",
        take: |settings, value| {
            let mode = value.as_str().and_then(|text| text.parse().ok());
            put(&mut settings.outage.guard, mode)
        },
    },
    Key {
        name: "hand_back",
        allowed: "true or false",
        take: |settings, value| put(&mut settings.outage.hand_back, value.as_bool()),
    },
    Key {
        name: "listen",
        allowed: "true or false: whether the loudness of the client's own stream may be measured, never the microphone's",
        take: |settings, value| put(&mut settings.outage.listen, value.as_bool()),
    },
];

/// What a `[[service]]` may say.
pub const OF_SERVICE: &str = "name = \"…\", probe = [\"https://…\", \"tcp://HOST:PORT\", { url = \"https://…\", up = [200, \
                              401], json = \"a key\", connect = \"HOST:PORT\" }] and mpris = \"…\"";

/// A `[[service]]`; `None`: it is not as it should be.
pub(super) fn service(table: &DeTable<'_>) -> Option<Service> {
    let is_known = |key: &str| matches!(key, "name" | "probe" | "mpris");
    if !table.keys().all(|key| is_known(key.get_ref())) {
        return None;
    }
    let of = |key: &str| table.get(key).map(|value| value.get_ref());
    let checks = each(of("probe")?, check)?;
    let mpris = match of("mpris") {
        Some(value) => each(value, name)?,
        None => Vec::new(),
    };
    let is_right = (1..=MAX_CHECKS).contains(&checks.len()) && mpris.len() <= MAX_SERVICES;
    let service = Service {
        name: name(of("name")?)?,
        checks,
        mpris,
    };
    is_right.then_some(service)
}

pub(super) fn has_room(services: &[Service]) -> bool {
    services.len() < MAX_SERVICES
}

fn name(value: &DeValue<'_>) -> Option<String> {
    let name = value.as_str()?.trim();
    let is_name = !name.is_empty() && name.chars().count() <= MAX_NAME;
    is_name.then(|| name.to_owned())
}

/// An address alone, or a table with what its answer should be.
fn check(value: &DeValue<'_>) -> Option<Check> {
    let DeValue::Table(table) = value else {
        return Target::parse(value.as_str()?).map(Check::of);
    };
    let is_known = |key: &str| matches!(key, "url" | "up" | "json" | "connect");
    if !table.keys().all(|key| is_known(key.get_ref())) {
        return None;
    }
    let of = |key: &str| table.get(key).map(|value| value.get_ref());
    let text = |key: &str| match of(key) {
        Some(value) => value.as_str().map(|text| Some(text.to_owned())),
        None => Some(None),
    };
    let up = match of("up") {
        Some(value) => each(value, status)?,
        None => Vec::new(),
    };
    let connect = match text("connect")? {
        Some(text) => Some(Host::parse(&text)?),
        None => None,
    };
    Some(Check {
        up,
        json: text("json")?,
        connect,
        ..Check::of(Target::parse(of("url")?.as_str()?)?)
    })
}

fn status(value: &DeValue<'_>) -> Option<u16> {
    let DeValue::Integer(integer) = value else {
        return None;
    };
    let status = u16::from_str_radix(integer.as_str(), integer.radix()).ok();
    status.filter(|status| (100..=599).contains(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::read_text;

    fn read(text: &str) -> (Outage, Vec<String>) {
        let (settings, warnings) = read_text("c", text);
        (settings.outage, warnings)
    }

    #[test]
    fn everything_that_can_be_set() {
        let (outage, warnings) = read(
            "[outage]\ncontrol = 'http://check.example/'\nservices = ['Spotify', 'Mine']\n[[service]]\nname = 'Mine'\n\
             probe = ['https://a.example', { url = 'https://b.example/x', up = [200, 401], json = 'k', connect = 'c.example:443' }]\n\
             mpris = 'mine'\n[[service]]\nname = 'Other'\nprobe = 'tcp://d.example:1'\n",
        );
        assert_eq!(warnings, [""; 0]);
        assert_eq!(outage.control.unwrap().label(), "check.example");
        assert_eq!(outage.used.unwrap(), ["Spotify", "Mine"]);
        let [mine, other] = &outage.services[..] else {
            panic!("{:?}", outage.services);
        };
        assert_eq!(
            (mine.checks.len(), &*mine.mpris),
            (2, &["mine".to_owned()][..])
        );
        let check = &mine.checks[1];
        assert_eq!(
            (&*check.up, check.json.as_deref()),
            (&[200, 401][..], Some("k"))
        );
        assert_eq!(check.connect.as_ref().unwrap().to_string(), "c.example:443");
        assert_eq!(other.checks[0].target.label(), "d.example:1");
    }

    #[test]
    fn what_is_wrong_is_left_out_and_said() {
        for (text, warned) in [
            (
                "[outage]\ncontrol = 'https://x.example'",
                "c, line 2: control is an address",
            ),
            (
                "[outage]\ncontrol = 'x'",
                "c, line 2: control is an address",
            ),
            (
                "[outage]\nservices = [1]",
                "c, line 2: services is a list of names",
            ),
            (
                "[outage]\ncontrl = 'x'",
                "c, line 2: there is no setting contrl; control is one",
            ),
            (
                "[service]\nname = 'x'",
                "c, line 1: service is a list of tables: [[service]]",
            ),
            (
                "[[service]]\nname = 'x'",
                "c, line 1: a [[service]] has name",
            ),
            (
                "\n[[service]]\nname = 'x'\nprobe = []",
                "c, line 2: a [[service]] has name",
            ),
            (
                "[[service]]\nname = ''\nprobe = 'tcp://x:1'",
                "c, line 1: a [[service]] has",
            ),
            (
                "[[service]]\nname = 'x'\nprobe = 'ftp://x'",
                "c, line 1: a [[service]] has",
            ),
            (
                "[[service]]\nname = 'x'\nprobe = 'tcp://x:1'\nprob = 1",
                "c, line 1: a [[service]] has",
            ),
            (
                "[[service]]\nname = 'x'\nprobe = { url = 'http://x', up = [99] }",
                "c, line 1: a [[service]] has",
            ),
        ] {
            let (outage, warnings) = read(text);
            assert_eq!(outage, Outage::default(), "{text}");
            assert!(warnings[0].starts_with(warned), "{text}: {warnings:?}");
        }
    }
}
