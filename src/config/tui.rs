//! What `[tui]` in `config.toml` says: the screen's mouse and keys, and whether it opens by itself.

use super::key::{Key, Row, Taken, put};
use super::suggest::nearest;
use crate::tui::{ACTIONS, KeyError, Keymap, Pictures};
use toml::de::DeValue;

/// The table of keys, and the key that holds it.
pub(super) const TABLE: &str = "tui";
pub(super) const OWN: &str = "keys";

/// More keys than a keyboard has, with all that can be held down with them.
pub(super) const MAX_KEYS: usize = 1_024;

/// The action of a key that does nothing any more.
const NONE: &str = "none";

/// What the person has set for the screen. `None`: nothing is said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tui {
    /// Whether clicks and the wheel are the screen's, and not the terminal's.
    pub has_mouse: Option<bool>,
    /// How covers are shown.
    pub pictures: Option<Pictures>,
    /// Whether `standin` alone opens it.
    pub starts: Option<bool>,
    /// Keys and what they do: each is one that there is.
    keys: Vec<(String, String)>,
}

impl Tui {
    /// What each key does.
    pub fn keymap(&self) -> Keymap {
        let own = self.keys.iter();
        Keymap::new(own.map(|(key, action)| (key.as_str(), action.as_str()))).0
    }

    /// Binds one more key; or what is wrong with it.
    pub(super) fn bind(&mut self, key: &str, value: &DeValue<'_>) -> Result<(), String> {
        let action = value.as_str();
        let action =
            action.ok_or_else(|| format!("{key} is the name of an action, or \"{NONE}\""))?;
        let (_, errors) = Keymap::new([(key, action)]);
        match errors.into_iter().next() {
            Some(KeyError::NoAction(_)) => return Err(no_action(key, action)),
            Some(error) => return Err(error.to_string()),
            None => {}
        }
        if self.keys.len() >= MAX_KEYS {
            return Err(format!(
                "{key} is one key too many: there may be {MAX_KEYS}"
            ));
        }
        self.keys.push((key.to_owned(), action.to_owned()));
        Ok(())
    }
}

fn no_action(key: &str, action: &str) -> String {
    let mut known: Vec<&str> = ACTIONS.iter().map(|line| line.name).collect();
    known.push(NONE);
    match nearest(action, &known) {
        Some(meant) => format!("{key}: there is no action {action}; {meant} is one"),
        None => format!(
            "{key}: there is no action {action}; there are {}",
            known.join(", ")
        ),
    }
}

pub(super) const KEYS: &[Key] = &[
    Key {
        row: Row {
            name: "mouse",
            allowed: "true or false",
            usual: "true",
            about: "Clicks and the wheel are the screen's; with false they stay the terminal's.",
            example: "false",
            taken: Taken::EachTime,
        },
        take: |settings, value| put(&mut settings.tui.has_mouse, value.as_bool()),
    },
    Key {
        row: Row {
            name: "pictures",
            allowed: "auto, kitty, sixel, iterm2, blocks or none",
            usual: "\"auto\"",
            about: "How covers are shown. With \"auto\" the terminal is asked what it can.",
            example: "\"sixel\"",
            taken: Taken::EachTime,
        },
        take: |settings, value| {
            put(
                &mut settings.tui.pictures,
                value.as_str().and_then(pictures),
            )
        },
    },
    Key {
        row: Row {
            name: "start",
            allowed: "true or false: whether `standin` alone opens the screen",
            usual: "false",
            about: "Whether `standin` alone on a terminal opens the screen.",
            example: "true",
            taken: Taken::EachTime,
        },
        take: |settings, value| put(&mut settings.tui.starts, value.as_bool()),
    },
    Key {
        row: Row {
            name: OWN,
            allowed: "a table of keys and what they do: [tui.keys]",
            usual: "{}",
            about: "Keys of the screen and what they do, beside those that it has: actions are named by `standin tui --keys`, and \"none\" takes a key away.",
            example: "{ \"ctrl-n\" = \"next\", n = \"none\" }",
            taken: Taken::EachTime,
        },
        // Each of them is taken by itself, with its own line where it is wrong.
        take: |_, value| matches!(value, DeValue::Table(_)),
    },
];

fn pictures(name: &str) -> Option<Pictures> {
    let found = Pictures::ALL.iter().find(|(known, _)| *known == name);
    found.map(|(_, pictures)| *pictures)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::read_text;

    fn read(text: &str) -> (Tui, Vec<String>) {
        let (settings, warnings) = read_text("c", text);
        (settings.tui, warnings)
    }

    #[test]
    fn a_whole_table() {
        let (tui, warnings) = read(
            "[tui]\nmouse = false\npictures = 'sixel'\nstart = true\n[tui.keys]\n\"ctrl-n\" = 'next'\nn = 'none'\n\"?\" = 'stop'\n",
        );
        assert_eq!(warnings, [""; 0]);
        assert_eq!((tui.has_mouse, tui.starts), (Some(false), Some(true)));
        assert_eq!(tui.pictures, Some(Pictures::Sixel));
        let keys = tui.keymap();
        let of = |name: &str| {
            let line = ACTIONS.iter().find(|line| line.name == name);
            keys.keys_of(line.unwrap().action)
        };
        assert_eq!(of("next"), [">", "ctrl-n"]);
        assert_eq!(of("stop"), ["s", "?"]);
        assert_eq!(of("help"), ["f1"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_the_rest_holds() {
        for (text, warned) in [
            ("mouse = 1", "c, line 2: mouse is true or false"),
            (
                "pictures = 'ascii'",
                "c, line 2: pictures is auto, kitty, sixel, iterm2, blocks or none",
            ),
            (
                "start = 'yes'",
                "c, line 2: start is true or false: whether `standin` alone opens the screen",
            ),
            (
                "keys = 'vi'",
                "c, line 2: keys is a table of keys and what they do: [tui.keys]",
            ),
            (
                "mose = true",
                "c, line 2: there is no setting mose; mouse is one",
            ),
            (
                "[tui.keys]\nn = 'none'\nx = 'quite'",
                "c, line 4: x: there is no action quite; quit is one",
            ),
            (
                "[tui.keys]\nx = 7",
                "c, line 3: x is the name of an action, or \"none\"",
            ),
            (
                "[tui.keys]\n\"hyper-x\" = 'quit'",
                "c, line 3: “hyper-x” is no key: write a letter, or a name as in ctrl-d, space, f1, pgdown",
            ),
            (
                "[tui.keys]\nx = 'explode'\n",
                "c, line 3: x: there is no action explode; there are toggle, stop, next, ",
            ),
        ] {
            let (tui, warnings) = read(&format!("[tui]\n{text}"));
            assert_eq!(warnings.len(), 1, "{text}: {warnings:?}");
            assert!(warnings[0].starts_with(warned), "{text}: {warnings:?}");
            let holds = usize::from(text.contains("'none'"));
            assert_eq!(tui.keys.len(), holds, "{text}");
        }
        let (_, warnings) = read("[tui.keys]\nx = 'explode'\n");
        assert!(warnings[0].ends_with(", quit, none"), "{warnings:?}");
    }

    #[test]
    fn keys_have_an_end() {
        let lines: String = (0..=MAX_KEYS)
            .filter_map(|code| char::from_u32(0x4e00 + code as u32))
            .map(|key| format!("\"{key}\" = 'next'\n"))
            .collect();
        let (tui, warnings) = read(&format!("[tui.keys]\n{lines}"));
        assert_eq!((tui.keys.len(), warnings.len()), (MAX_KEYS, 1));
    }
}
