//! Keys as people write them, and what each does: the table's own keys, changed by those of the config. It reads no terminal.

use super::action::{ACTIONS, Action};
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use std::collections::HashMap;
use std::fmt;

/// A key with those that are held down with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    code: KeyCode,
    held: KeyModifiers,
}

/// Why what is written is no key, or means nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Nothing that a keyboard has.
    #[error("“{0}” is no key: write a letter, or a name as in ctrl-d, space, f1, pgdown")]
    NoKey(String),
    /// Nothing that a key can do.
    #[error("“{0}” is nothing that a key can do: `standin tui --keys` lists what there is")]
    NoAction(String),
}

/// Keys that have names.
const NAMED: [(&str, KeyCode); 16] = [
    ("space", KeyCode::Char(' ')),
    ("enter", KeyCode::Enter),
    ("esc", KeyCode::Esc),
    ("tab", KeyCode::Tab),
    ("backtab", KeyCode::BackTab),
    ("backspace", KeyCode::Backspace),
    ("delete", KeyCode::Delete),
    ("insert", KeyCode::Insert),
    ("up", KeyCode::Up),
    ("down", KeyCode::Down),
    ("left", KeyCode::Left),
    ("right", KeyCode::Right),
    ("home", KeyCode::Home),
    ("end", KeyCode::End),
    ("pgup", KeyCode::PageUp),
    ("pgdown", KeyCode::PageDown),
];

/// Keys that are held down with others.
const HELD: [(&str, KeyModifiers); 3] = [
    ("ctrl-", KeyModifiers::CONTROL),
    ("alt-", KeyModifiers::ALT),
    ("shift-", KeyModifiers::SHIFT),
];

impl Key {
    /// As it is written: `q`, `ctrl-d`, `shift-left`, `space`, `f5`.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let (mut rest, mut held) = (text, KeyModifiers::NONE);
        while let Some((name, modifier)) = HELD.iter().find(|(name, _)| rest.starts_with(name)) {
            held |= *modifier;
            rest = &rest[name.len()..];
        }
        let named = NAMED.iter().find(|(name, _)| *name == rest);
        let mut letters = rest.chars();
        let code = match (named, letters.next(), letters.as_str()) {
            (Some((_, code)), ..) => *code,
            (None, Some(letter), "") => KeyCode::Char(letter),
            (None, Some('f'), number) => match number.parse() {
                Ok(number @ 1..=24) => KeyCode::F(number),
                _ => return Err(KeyError::NoKey(text.into())),
            },
            _ => return Err(KeyError::NoKey(text.into())),
        };
        Ok(Self { code, held })
    }
}

impl From<KeyEvent> for Key {
    fn from(event: KeyEvent) -> Self {
        let shift = KeyModifiers::SHIFT;
        // A letter says by itself that it is a large one.
        let held = match event.code {
            KeyCode::Char(_) | KeyCode::BackTab => event.modifiers - shift,
            _ => event.modifiers,
        };
        let known = KeyModifiers::CONTROL | KeyModifiers::ALT | shift;
        Self {
            code: event.code,
            held: held & known,
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, modifier) in HELD {
            if self.held.contains(modifier) {
                out.write_str(name)?;
            }
        }
        let named = NAMED.iter().find(|(_, code)| *code == self.code);
        match (named, self.code) {
            (Some((name, _)), _) => out.write_str(name),
            (None, KeyCode::Char(letter)) => write!(out, "{letter}"),
            (None, KeyCode::F(number)) => write!(out, "f{number}"),
            (None, _) => out.write_str("?"),
        }
    }
}

/// What each key does.
#[derive(Clone, Debug)]
pub struct Keymap {
    keys: HashMap<Key, Action>,
}

impl Keymap {
    /// The table's keys, then those of the config: a key and the name of an action, or `none`.
    pub fn new<'a>(own: impl IntoIterator<Item = (&'a str, &'a str)>) -> (Self, Vec<KeyError>) {
        let mut map = Self {
            keys: HashMap::new(),
        };
        let mut errors = Vec::new();
        for line in ACTIONS {
            for key in line.keys.split(' ') {
                errors.extend(map.set(key, line.name).err());
            }
        }
        for (key, action) in own {
            errors.extend(map.set(key, action).err());
        }
        (map, errors)
    }

    fn set(&mut self, key: &str, action: &str) -> Result<(), KeyError> {
        let key = Key::read(key)?;
        if action == "none" {
            self.keys.remove(&key);
            return Ok(());
        }
        let action = Action::named(action).ok_or_else(|| KeyError::NoAction(action.into()))?;
        self.keys.insert(key, action);
        Ok(())
    }

    /// What a key does.
    pub fn action(&self, key: Key) -> Option<Action> {
        self.keys.get(&key).copied()
    }

    /// The keys of an action, in the table's order and then those of the config.
    pub fn keys_of(&self, action: Action) -> Vec<String> {
        let line = ACTIONS.iter().find(|line| line.action == action);
        let table: Vec<&str> = line.map_or(Vec::new(), |line| line.keys.split(' ').collect());
        let of_action = self.keys.iter().filter(|(_, does)| **does == action);
        let mut keys: Vec<String> = of_action.map(|(key, _)| key.to_string()).collect();
        let place = |key: &String| table.iter().position(|known| known == key);
        keys.sort_by_key(|key| (place(key).unwrap_or(usize::MAX), key.clone()));
        keys
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_key_of_the_table_does_two_things() {
        let keys = ACTIONS.iter().flat_map(|line| line.keys.split(' '));
        let all: Vec<Key> = keys.map(|key| Key::read(key).unwrap()).collect();
        let once: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(once.len(), all.len());
        for key in &all {
            assert_eq!(Key::read(&key.to_string()), Ok(*key));
        }
    }

    #[test]
    fn keys_are_those_of_the_config() {
        let own = [
            ("ctrl-n", "next"),
            ("n", "none"),
            ("hyper-x", "stop"),
            ("x", "explode"),
        ];
        let (map, errors) = Keymap::new(own);
        assert_eq!(map.keys_of(Action::Next), [">", "ctrl-n"]);
        assert_eq!(map.action(Key::read("n").unwrap()), None);
        assert_eq!(
            errors,
            [
                KeyError::NoKey("hyper-x".into()),
                KeyError::NoAction("explode".into())
            ]
        );
        let pressed = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(map.action(pressed.into()), Some(Action::Bottom));
    }
}
