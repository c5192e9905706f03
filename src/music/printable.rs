//! The one way to show text that somebody else wrote. It never lets a control character through.

use std::fmt;

/// Foreign text, fit for a terminal, a log or a protocol line.
///
/// C0 and C1 controls, DEL, line and paragraph separators and bidirectional controls become `�` (CWE-150): a tag or a
/// file name can neither move the cursor, nor set the window's title, nor turn the text around.
#[derive(Clone, Copy)]
pub struct Printable<'a>(&'a str);

impl<'a> Printable<'a> {
    /// Wraps text for showing.
    pub fn new(text: &'a str) -> Self {
        Self(text)
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
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        self.0
            .chars()
            .try_for_each(|c| out.write_char(if is_harmful(c) { '\u{fffd}' } else { c }))
    }
}

/// Whether a character steers the terminal or the direction of the text instead of being part of it.
fn is_harmful(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_harmless() {
        assert_eq!(
            Printable::new("a\x1b]0;x\x07b\u{9b}c\u{202e}d").to_string(),
            "a�]0;x�b�c�d"
        );
        assert_eq!(
            Printable::new("Žluťoučký 日本 🎵").to_string(),
            "Žluťoučký 日本 🎵"
        );
        assert_eq!(Printable::bytes(b"caf\xe9\n"), "caf��");
    }

    proptest::proptest! {
        #[test]
        fn nothing_harmful_ever_passes(text in ".*") {
            proptest::prop_assert!(!Printable::new(&text).to_string().chars().any(is_harmful));
        }
    }
}
