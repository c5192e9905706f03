//! The words of a name as they are compared. It never erases a name: one without letters and digits is its own signs.

use crate::music::{fold, is_word, romanise};

/// So many characters of a name are looked at: a cell of an export may have megabytes.
const MAX_LETTERS: usize = 1_000;

/// The beginning of a text that is looked at, folded.
pub(super) fn folded(text: &str) -> String {
    if text.len() <= MAX_LETTERS {
        return fold(text);
    }
    match text.char_indices().nth(MAX_LETTERS) {
        Some((end, _)) => fold(&text[..end]),
        None => fold(text),
    }
}

/// The words of a folded text: `Rock ’n’ Roll & Don't` → `rock and roll and dont`.
///
/// A roman number before a full stop is an arabic one, as movements are numbered; `12"` is `12inch`.
pub(super) fn words(folded: &str) -> Vec<String> {
    let mut words = Words::default();
    let mut chars = folded.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        match c {
            c if is_word(c) => words.one.push(c),
            '$' if before.is_alphabetic() || next.is_alphabetic() => words.one.push('s'),
            '*' if before.is_alphabetic() || next.is_alphabetic() || !words.one.is_empty() => {
                words.one.push('*');
            }
            '\'' | '`' | '´' | '′' if !is_inches(&words.one, before, next) => {}
            '"' | '”' | '″' | '\'' if is_inches(&words.one, before, before) => {
                words.one.push_str("inch");
                words.end();
            }
            '.' if next.is_whitespace() => words.end_numbered(),
            '&' => words.push("and"),
            '+' if before.is_whitespace() && next.is_whitespace() => words.push("and"),
            _ => words.end(),
        }
        before = c;
    }
    words.end();
    words.all
}

/// The words without what stands between them: the key of a name. Where there are none, the signs.
pub(super) fn key(words: &[String], folded: &str) -> String {
    let key = words.concat();
    if key.is_empty() {
        return folded.split_whitespace().collect();
    }
    key
}

/// The key of the same name in Latin letters, where it is written in others.
pub(super) fn latin_key(folded: &str) -> Option<String> {
    if folded.is_ascii() {
        return None;
    }
    let latin = romanise(folded)?;
    Some(words(&latin).concat()).filter(|key| !key.is_empty())
}

/// The value of a roman number up to 39, as parts and movements are counted.
pub(super) fn roman(word: &str) -> Option<u32> {
    let mut value = 0;
    let mut rest = word;
    while let Some(after) = rest.strip_prefix('x') {
        (value, rest) = (value + 10, after);
    }
    let units = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
    let unit = units.iter().position(|unit| *unit == rest)?;
    let value = value + unit as u32;
    (1..40).contains(&value).then_some(value)
}

/// How many typing errors lie between two texts, swapped neighbours being one; `None`: more than `most`.
pub(super) fn errors(a: &str, b: &str, most: usize) -> Option<usize> {
    let lengths = (a.chars().count(), b.chars().count());
    if lengths.0.abs_diff(lengths.1) > most {
        return None;
    }
    Some(strsim::osa_distance(a, b)).filter(|distance| *distance <= most)
}

fn is_inches(word: &str, before: char, next: char) -> bool {
    matches!(word, "7" | "10" | "12")
        && before.is_ascii_digit()
        && (next.is_ascii_digit() || next == '\'')
}

#[derive(Default)]
struct Words {
    all: Vec<String>,
    one: String,
}

impl Words {
    fn end(&mut self) {
        match self.one.as_str() {
            "" => return,
            // `Rock 'n' Roll`, and not `T.N.T.`.
            "n" if self.all.last().is_some_and(|before| before.len() > 1) => {
                self.all.push("and".into());
            }
            _ => self.all.push(std::mem::take(&mut self.one)),
        }
        self.one.clear();
    }

    fn end_numbered(&mut self) {
        if let Some(number) = roman(&self.one) {
            self.one = number.to_string();
        }
        self.end();
    }

    fn push(&mut self, word: &str) {
        self.end();
        self.all.push(word.into());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> String {
        words(&folded(text)).join(" ")
    }

    #[test]
    fn words_as_they_are_compared() {
        for (text, words) in [
            ("Rock ’n’ Roll & Don't", "rock and roll and dont"),
            ("A$AP Ke$ha $", "asap kesha"),
            ("Sh*t F**k ***", "sh*t f**k"),
            ("X (12\" Mix)", "x 12inch mix"),
            ("X 12'' Mix", "x 12inch mix"),
            ("“Heroes”", "heroes"),
            ("Op. 67: I. Allegro", "op 67 1 allegro"),
            ("N.W.A", "n w a"),
            ("T.N.T.", "t n t"),
            ("アイドル", "アイドル"),
            ("???", ""),
        ] {
            assert_eq!(joined(text), words, "{text}");
        }
    }

    #[test]
    fn a_key_is_never_empty_where_there_is_a_name() {
        for text in ["???", "!!!", "アイドル", "Чумачечая", "🎵", "÷"] {
            let folded = folded(text);
            assert_ne!(key(&words(&folded), &folded), "", "{text}");
        }
        let of = |text: &str| key(&words(&folded(text)), &folded(text));
        assert_ne!(of("???"), of("!!!"));
        assert_eq!(latin_key(&folded("Кино")).as_deref(), Some("kino"));
    }

    #[test]
    fn roman_numbers_and_errors() {
        let of = |words: &[&str]| words.iter().map(|word| roman(word)).collect::<Vec<_>>();
        assert_eq!(
            of(&["i", "iv", "ix", "xiv", "xxxix"]),
            [Some(1), Some(4), Some(9), Some(14), Some(39)]
        );
        assert_eq!(of(&["", "iiii", "mix", "c", "xxxx"]), [None; 5]);
        assert_eq!(errors("firts light", "first light", 1), Some(1));
        assert_eq!(errors("love", "loveless", 1), None);
    }
}
