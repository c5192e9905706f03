//! What `[hooks]` in `config.toml` says: the person's own commands. It runs none.

use super::key::{Key, Row, Taken, put};

pub(super) const KEYS: &[Key] = &[Key {
    row: Row {
        name: "song",
        allowed: "a command for `sh -c`, which finds the song in STANDIN_TITLE, STANDIN_ARTIST, STANDIN_FILE",
        usual: "\"\"",
        about: "A command for `sh -c` on each new song, which it finds in STANDIN_TITLE, STANDIN_ARTIST, STANDIN_FILE and their like.",
        example: "\"notify-send \\\"$STANDIN_TITLE\\\"\"",
        taken: Taken::AtOnce,
    },
    take: |settings, value| {
        let line = value.as_str().filter(|line| !line.contains('\0'));
        put(&mut settings.on_song, line.map(str::to_owned))
    },
}];
