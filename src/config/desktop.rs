//! What `[desktop]` in `config.toml` says. It shows nothing.

use super::key::{Key, Row, Taken, put};

pub(super) const KEYS: &[Key] = &[Key {
    row: Row {
        name: "notifications",
        allowed: "true or false",
        usual: "false",
        about: "Show a notification for each new song. Those of the guard are always shown.",
        example: "true",
        taken: Taken::AtOnce,
    },
    take: |settings, value| put(&mut settings.notifications, value.as_bool()),
}];
