//! A line that someone types: a command after `:`, or the words of a search. It edits text and completes words; what they mean is
//! said elsewhere.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

/// The longest line, in bytes.
const MAX_LINE: usize = 1_000;

/// A line with its cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    text: String,
    /// In bytes.
    at: usize,
}

/// What a key did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Typed {
    /// The line is another now.
    Changed,
    /// Nothing but the cursor moved, or nothing at all.
    Same,
    /// The line is meant.
    Meant,
    /// It is given up.
    GivenUp,
    /// A word is to be completed.
    Complete,
    /// A key that lines have no use for.
    Unknown,
}

impl Prompt {
    /// A line with this text, its cursor at the end.
    pub fn of(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            at: text.len(),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What stands before the cursor.
    pub fn before(&self) -> &str {
        &self.text[..self.at]
    }

    pub fn type_key(&mut self, key: KeyEvent) -> Typed {
        let held = key.modifiers;
        if held.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT) {
            return self.type_with_control(key.code);
        }
        match key.code {
            KeyCode::Char(letter) => self.insert(letter),
            KeyCode::Backspace if self.text.is_empty() => Typed::GivenUp,
            KeyCode::Backspace => self.cut(self.back()),
            KeyCode::Delete => {
                self.at = self.on();
                self.cut(self.back())
            }
            KeyCode::Left => self.go(self.back()),
            KeyCode::Right => self.go(self.on()),
            KeyCode::Home => self.go(0),
            KeyCode::End => self.go(self.text.len()),
            KeyCode::Enter => Typed::Meant,
            KeyCode::Esc => Typed::GivenUp,
            KeyCode::Tab => Typed::Complete,
            _ => Typed::Unknown,
        }
    }

    fn type_with_control(&mut self, code: KeyCode) -> Typed {
        match code {
            KeyCode::Char('a') => self.go(0),
            KeyCode::Char('e') => self.go(self.text.len()),
            KeyCode::Char('u') => self.cut(0),
            KeyCode::Char('k') => {
                self.text.truncate(self.at);
                Typed::Changed
            }
            KeyCode::Char('w') => {
                let word = self
                    .before()
                    .trim_end()
                    .rfind(' ')
                    .map_or(0, |space| space + 1);
                self.cut(word)
            }
            KeyCode::Char('c' | 'g') => Typed::GivenUp,
            KeyCode::Char('j' | 'm') => Typed::Meant,
            _ => Typed::Unknown,
        }
    }

    /// Text that was pasted: its first line.
    pub fn paste(&mut self, text: &str) -> Typed {
        let line = text.lines().next().unwrap_or("");
        line.chars().for_each(|letter| {
            self.insert(letter);
        });
        Typed::Changed
    }

    fn insert(&mut self, letter: char) -> Typed {
        if letter.is_control() || self.text.len() + letter.len_utf8() > MAX_LINE {
            return Typed::Same;
        }
        self.text.insert(self.at, letter);
        self.at += letter.len_utf8();
        Typed::Changed
    }

    fn cut(&mut self, from: usize) -> Typed {
        self.text.replace_range(from..self.at, "");
        self.at = from;
        Typed::Changed
    }

    fn go(&mut self, at: usize) -> Typed {
        self.at = at;
        Typed::Same
    }

    /// Before the letter on the left, with all its marks.
    fn back(&self) -> usize {
        let letter = self.before().graphemes(true).next_back();
        self.at - letter.map_or(0, str::len)
    }

    fn on(&self) -> usize {
        let letter = self.text[self.at..].graphemes(true).next();
        self.at + letter.map_or(0, str::len)
    }

    /// Completes the last word as far as all that begin like it agree; those that are left to choose from.
    pub fn complete<'a>(&mut self, known: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let word = self.before().rfind(' ').map_or(0, |space| space + 1);
        let begun = self.before()[word..].to_owned();
        let fits: Vec<&str> = known.filter(|name| name.starts_with(&begun)).collect();
        let Some(first) = fits.first() else {
            return fits;
        };
        let common = fits.iter().fold(first.len(), |common, name| {
            let same = first.bytes().zip(name.bytes()).take_while(|(a, b)| a == b);
            common.min(same.count())
        });
        // Not within a letter.
        let common = (0..=common).rev().find(|at| first.is_char_boundary(*at));
        let rest = &first[begun.len()..common.unwrap_or(0).max(begun.len())];
        rest.chars().for_each(|letter| {
            self.insert(letter);
        });
        if fits.len() == 1 {
            self.insert(' ');
        }
        fits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(prompt: &mut Prompt, code: KeyCode, held: KeyModifiers) -> Typed {
        prompt.type_key(KeyEvent::new(code, held))
    }

    #[test]
    fn a_line_is_edited_letter_by_letter() {
        let mut prompt = Prompt::default();
        prompt.paste("xe\u{301}y\nnot this");
        assert_eq!(prompt.text(), "xe\u{301}y");
        let none = KeyModifiers::NONE;
        typed(&mut prompt, KeyCode::Left, none);
        assert_eq!(typed(&mut prompt, KeyCode::Backspace, none), Typed::Changed);
        assert_eq!(prompt.text(), "xy");
        typed(&mut prompt, KeyCode::Delete, none);
        typed(&mut prompt, KeyCode::Char('w'), KeyModifiers::CONTROL);
        assert_eq!((prompt.text(), prompt.before()), ("", ""));
        assert_eq!(typed(&mut prompt, KeyCode::Backspace, none), Typed::GivenUp);
    }

    #[test]
    fn any_keys_leave_a_line() {
        let mut dice = fastrand::Rng::with_seed(3);
        let letters = ['a', ' ', 'é', '\u{301}', '日', '🎵', '\u{200d}', '\u{1b}'];
        let codes = [
            KeyCode::Left,
            KeyCode::Right,
            KeyCode::Home,
            KeyCode::End,
            KeyCode::Delete,
            KeyCode::Backspace,
        ];
        let mut prompt = Prompt::default();
        for _ in 0..20_000 {
            let held = [KeyModifiers::NONE, KeyModifiers::CONTROL][dice.usize(0..2)];
            let code = match dice.bool() {
                true => KeyCode::Char(letters[dice.usize(0..letters.len())]),
                false => codes[dice.usize(0..codes.len())],
            };
            typed(&mut prompt, code, held);
            prompt.complete(["a", "ab", "ábc"].into_iter());
            assert!(prompt.text.is_char_boundary(prompt.at) && prompt.text.len() <= MAX_LINE);
        }
    }

    #[test]
    fn words_are_completed_as_far_as_they_agree() {
        let known = ["random", "repeat", "replaygain"];
        let mut prompt = Prompt::of("re");
        assert_eq!(prompt.complete(known.into_iter()), ["repeat", "replaygain"]);
        assert_eq!(prompt.text(), "rep");
        prompt.paste("e");
        prompt.complete(known.into_iter());
        assert_eq!(prompt.text(), "repeat ");
    }
}
