//! What `[[service]]` in `config.toml` says of a streaming service: one more, or one in a built-in one's place. It asks nobody.

use super::key::{Key, Row, Taken, each};
use crate::outage::service::{Check, Host, MAX_CHECKS, Service, Target};
use toml::de::{DeTable, DeValue};

/// More services than anybody listens to.
pub(super) const MAX_SERVICES: usize = 64;

/// The longest name of one, in characters.
const MAX_NAME: usize = 128;

/// What a `[[service]]` must say.
pub(super) const MUST: &str = "name = \"…\" and probe = [\"https://…\", …]";

/// The keys without which there is no service.
const NEEDED: [&str; 2] = ["name", "probe"];

pub(super) const KEYS: &[Key<Service>] = &[
    Key {
        row: Row {
            name: "name",
            allowed: "a name",
            usual: "",
            about: "As people know it. That of a built-in service puts this one in its place.",
            example: "\"Radio\"",
            taken: Taken::AtOnce,
        },
        take: |service, value| put(&mut service.name, name(value)),
    },
    Key {
        row: Row {
            name: "probe",
            allowed: "a list of addresses, [\"https://…\", \"tcp://HOST:PORT\", { url = \"https://…\", up = [200, 401], json = \"a key\", connect = \"HOST:PORT\" }]",
            usual: "",
            about: "How it is asked whether it is up: pages, ports, or a page with the answers that mean it is, a key that its JSON must have, and another host to connect to.",
            example: "[\"https://radio.example/\", \"tcp://radio.example:443\", { url = \"https://radio.example/api\", up = [200, 401], json = \"status\", connect = \"radio.example:443\" }]",
            taken: Taken::AtOnce,
        },
        take: |service, value| {
            let checks = each(value, check);
            let checks = checks.filter(|checks| (1..=MAX_CHECKS).contains(&checks.len()));
            put(&mut service.checks, checks)
        },
    },
    Key {
        row: Row {
            name: "mpris",
            allowed: "what its clients are called on the bus behind org.mpris.MediaPlayer2., a text or a list",
            usual: "[]",
            about: "Its clients, as they are called on the bus behind org.mpris.MediaPlayer2.",
            example: "\"radio\"",
            taken: Taken::AtOnce,
        },
        take: |service, value| {
            let names = each(value, name).filter(|names| names.len() <= MAX_SERVICES);
            put(&mut service.mpris, names)
        },
    },
];

/// One of which nothing is known yet.
pub(super) fn unnamed() -> Service {
    Service {
        name: String::new(),
        checks: Vec::new(),
        mpris: Vec::new(),
    }
}

/// Whether it says what it must; what it says wrongly is another matter.
pub(super) fn says_enough(table: &DeTable<'_>) -> bool {
    NEEDED.iter().all(|key| table.contains_key(*key))
}

/// Whether it can be asked by its name.
pub(super) fn is_whole(service: &Service) -> bool {
    !service.name.is_empty() && !service.checks.is_empty()
}

fn put<T>(place: &mut T, value: Option<T>) -> bool {
    let is_there = value.is_some();
    value.into_iter().for_each(|value| *place = value);
    is_there
}

pub(super) fn name(value: &DeValue<'_>) -> Option<String> {
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
