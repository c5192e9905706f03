//! A word as somebody typed it: a text for whoever looks for words, and the very bytes where it is a path, for names of files
//! need not be text. It opens nothing.

use std::borrow::Borrow;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::ops::Deref;
use std::path::PathBuf;

/// A word of a command line.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    text: String,
    bytes: OsString,
}

impl Typed {
    /// All of them as one path, with blanks between, as a shell parts a path that nobody quoted.
    pub fn path(words: &[Self]) -> PathBuf {
        let words: Vec<&OsStr> = words.iter().map(|word| word.bytes.as_os_str()).collect();
        words.join(OsStr::new(" ")).into()
    }

    /// Each of them as a text.
    pub fn texts(words: &[Self]) -> Vec<String> {
        words.iter().map(|word| word.text.clone()).collect()
    }
}

impl From<OsString> for Typed {
    fn from(bytes: OsString) -> Self {
        let text = bytes.to_string_lossy().into_owned();
        Self { text, bytes }
    }
}

impl Deref for Typed {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl Borrow<str> for Typed {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Typed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    #[test]
    fn a_path_keeps_its_bytes_and_words_are_text() {
        let words = [b"a".to_vec(), b"caf\xe9.wav".to_vec()];
        let words = words.map(|word| Typed::from(OsString::from_vec(word)));
        assert_eq!(Typed::path(&words).as_os_str().as_bytes(), b"a caf\xe9.wav");
        assert_eq!(words.join(" "), "a caf\u{fffd}.wav");
    }
}
