//! The one way to show text that somebody else wrote. It never lets a control character through.
//!
//! What it decides, by what a terminal would do (CWE-150):
//!
//! - **Replaced by `�`**: what steers. C0, DEL and C1 controls, line and paragraph separators, every control of the
//!   direction of text (UAX #9, with those that are deprecated), interlinear annotation, and noncharacters.
//! - **Left out**: what takes no place and means nothing on a terminal, and which terminals disagree on: the soft
//!   hyphen, zero-width space, word joiner, byte order mark, invisible operators, and the tag characters.
//! - **Cut**: of the marks on one letter the first [`MAX_MARKS`] are kept; more would run over the lines around them.
//! - **Kept**: everything else, joiners that scripts and emoji need among it. Private use and what Unicode has not
//!   assigned yet are a box or somebody's icon, and steer nothing.

use std::fmt::{self, Write};
use unicode_normalization::char::is_combining_mark;
use unicode_width::UnicodeWidthChar;

/// Marks kept on one letter. Tibetan stacks and pointed Hebrew need fewer.
pub const MAX_MARKS: usize = 8;

/// Foreign text, fit for a terminal, a log or a protocol line: a tag or a file name can neither move the cursor, nor
/// set the window's title, nor turn the text around, nor begin a line of its own.
#[derive(Clone, Copy)]
pub struct Printable<'a>(&'a str);

impl<'a> Printable<'a> {
    /// Wraps text for showing.
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The text itself, where it is so plain that nothing of it is shown in another way.
    pub fn as_it_is(&self) -> Option<&'a str> {
        let is_plain = self.0.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        is_plain.then_some(self.0)
    }

    /// Bytes of a path, shown: what is not UTF-8 and what is not printable becomes `�`.
    pub fn bytes(bytes: &[u8]) -> String {
        Printable(&String::from_utf8_lossy(bytes)).to_string()
    }

    /// A path, shown.
    pub fn path(path: &std::path::Path) -> String {
        use std::os::unix::ffi::OsStrExt;
        Self::bytes(path.as_os_str().as_bytes())
    }

    /// Whether a character is shown as it is. JSON spells out the others, so that its value stays exact.
    pub fn passes(c: char) -> bool {
        !is_harmful(c) && !is_unseen(c)
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Most text is plain, and a list of a whole library is full of it.
        if let Some(plain) = self.as_it_is() {
            return out.write_str(plain);
        }
        let mut marks = 0;
        // What is shown as it is goes on from here.
        let mut from = 0;
        for (at, c) in self.0.char_indices() {
            let passes = match c {
                c if stands_alone(c) => {
                    marks = 0;
                    true
                }
                c if is_unseen(c) => false,
                c if is_harmful(c) => {
                    marks = 0;
                    false
                }
                c => {
                    marks = if clings(c) { marks + 1 } else { 0 };
                    marks <= MAX_MARKS
                }
            };
            if !passes {
                out.write_str(&self.0[from..at])?;
                if is_harmful(c) {
                    out.write_char(char::REPLACEMENT_CHARACTER)?;
                }
                from = at + c.len_utf8();
            }
        }
        out.write_str(&self.0[from..])
    }
}

/// Letters that most texts are made of, asked about first: none steers, is unseen or clings.
fn stands_alone(c: char) -> bool {
    matches!(c,
        ' '..='~' | '\u{a0}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
        | '\u{3041}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
}

/// Whether a character steers the terminal or the direction of the text instead of being part of it.
fn is_harmful(c: char) -> bool {
    let steers = matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}');
    let is_none = matches!(c, '\u{fdd0}'..='\u{fdef}') || u32::from(c) & 0xfffe == 0xfffe;
    c.is_control() || steers || is_none
}

/// Whether a character shows nothing wherever it stands.
fn is_unseen(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

/// Whether a character has no place of its own and is drawn onto the one before it.
fn clings(c: char) -> bool {
    is_combining_mark(c) || c.width() == Some(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Printable::new(text).to_string()
    }

    #[test]
    fn escapes_become_harmless() {
        assert_eq!(shown("a\x1b]0;x\x07b\u{9b}c\u{202e}d\ne"), "a�]0;x�b�c�d�e");
        assert_eq!(
            shown("\u{61c}\u{200e}\u{2028}\u{2069}\u{206a}\u{fff9}\u{fffe}\u{10ffff}\x7f"),
            "�".repeat(9)
        );
        assert_eq!(Printable::bytes(b"caf\xe9\n"), "caf��");
    }

    #[test]
    fn what_shows_nothing_is_left_out() {
        assert_eq!(
            shown("\u{feff}so\u{ad}\u{200b}\u{2060}what\u{e0041}\u{e007f}"),
            "sowhat"
        );
    }

    #[test]
    fn names_of_every_script_stay_whole() {
        for text in [
            "Žluťoučký 日本 🎵",
            "e\u{301}\u{323}",
            "\u{1112}\u{1161}\u{11ab}",
            "👨\u{200d}👩\u{200d}👧",
            "🇨🇿",
            "❤\u{fe0f}",
            "می\u{200c}خواهم",
            "שָׁלוֹם",
            "ཧྐྵྨླྺྼྻྂ",
            "\u{e000}\u{1fffd}",
        ] {
            assert_eq!(shown(text), text);
        }
    }

    #[test]
    fn marks_on_one_letter_are_limited() {
        for mark in ["\u{301}", "\u{200d}", "\u{fe0f}", "\u{1161}"] {
            assert_eq!(
                shown(&format!("Z{}a{mark}", mark.repeat(10_000))),
                format!("Z{}a{mark}", mark.repeat(MAX_MARKS))
            );
        }
        // Nor do unseen characters in between begin anew.
        assert_eq!(
            shown(&format!("Z{}", "\u{301}\u{200b}".repeat(20))),
            format!("Z{}", "\u{301}".repeat(MAX_MARKS))
        );
    }

    #[test]
    fn letters_that_stand_alone_are_only_that() {
        let all = '\0'..=char::MAX;
        let is_other = |c: &char| is_harmful(*c) || is_unseen(*c) || clings(*c);
        let found: Vec<char> = all.filter(|c| stands_alone(*c) && is_other(c)).collect();
        assert_eq!(found, Vec::<char>::new());
    }

    proptest::proptest! {
        #[test]
        fn nothing_harmful_ever_passes(text in "\\PC*|[\\x00-\\u{2fff}\\u{e0000}-\\u{10ffff}]*") {
            let once = shown(&text);
            proptest::prop_assert!(once.chars().all(Printable::passes));
            proptest::prop_assert_eq!(shown(&once), once);
        }
    }
}
