//! A line as words: plain, or quoted with `"` and `\`. It knows no command.

use super::MAX_WORDS;

/// Why a line is no command; in MPD's words, which clients show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum WordsError {
    #[error("No command given")]
    Empty,
    #[error("Letter expected")]
    NoLetter,
    #[error("Invalid word character")]
    NoWord,
    #[error("Invalid unquoted character")]
    Unquoted,
    #[error("Missing closing '\"'")]
    NotClosed,
    #[error("Space expected after closing '\"'")]
    NoSpace,
    #[error("Too many arguments")]
    TooMany,
}

/// The command's name and its arguments, as bytes: paths need not be UTF-8.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Letters, digits and `_`.
    pub name: String,
    /// What follows it.
    pub args: Vec<Vec<u8>>,
}

impl Line {
    /// Reads a line without its end.
    pub fn read(line: &[u8]) -> Result<Self, WordsError> {
        let line = line.trim_ascii();
        let end = line.iter().position(|byte| is_space(*byte));
        let (name, mut rest) = line.split_at(end.unwrap_or(line.len()));
        match name {
            [] => return Err(WordsError::Empty),
            [first, ..] if !first.is_ascii_alphabetic() => return Err(WordsError::NoLetter),
            _ => {}
        }
        let is_of_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        let name = match name.iter().all(is_of_word) {
            true => String::from_utf8_lossy(name).into_owned(),
            false => return Err(WordsError::NoWord),
        };
        let mut args = Vec::new();
        loop {
            rest = rest.trim_ascii_start();
            if rest.is_empty() {
                return Ok(Self { name, args });
            }
            if args.len() == MAX_WORDS {
                return Err(WordsError::TooMany);
            }
            let (word, behind) = match rest {
                [b'"', quoted @ ..] => quoted_word(quoted)?,
                _ => plain_word(rest)?,
            };
            args.push(word);
            rest = behind;
        }
    }
}

fn is_space(byte: u8) -> bool {
    byte == b' ' || byte == b'\t'
}

fn plain_word(text: &[u8]) -> Result<(Vec<u8>, &[u8]), WordsError> {
    let end = text.iter().position(|byte| is_space(*byte));
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    let fits = |byte: &u8| *byte > b' ' && *byte != b'"' && *byte != b'\'';
    match word.iter().all(fits) {
        true => Ok((word.to_vec(), rest)),
        false => Err(WordsError::Unquoted),
    }
}

/// `text` begins behind the opening quote.
fn quoted_word(text: &[u8]) -> Result<(Vec<u8>, &[u8]), WordsError> {
    let mut word = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'"' => {
                let rest = &text[at + 1..];
                return match rest.first() {
                    Some(next) if !is_space(*next) => Err(WordsError::NoSpace),
                    _ => Ok((word, rest)),
                };
            }
            b'\\' => word.push(*bytes.next().ok_or(WordsError::NotClosed)?.1),
            _ => word.push(*byte),
        }
    }
    Err(WordsError::NotClosed)
}

/// A word as it is quoted on the wire.
pub fn quote(word: &[u8]) -> Vec<u8> {
    let mut quoted = vec![b'"'];
    for byte in word {
        if matches!(byte, b'"' | b'\\') {
            quoted.push(b'\\');
        }
        quoted.push(*byte);
    }
    quoted.push(b'"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<(String, Vec<String>), WordsError> {
        let line = Line::read(line.as_bytes())?;
        let args = line.args.into_iter();
        let args = args.map(|arg| String::from_utf8(arg).unwrap());
        Ok((line.name, args.collect()))
    }

    #[test]
    fn words_are_plain_or_quoted() {
        for (line, name, args) in [
            ("status", "status", &[][..]),
            ("  add \t a/b.flac  ", "add", &["a/b.flac"]),
            (r#"find "a \"b\" \\c" d"#, "find", &[r#"a "b" \c"#, "d"]),
            (r#"x "" "" "#, "x", &["", ""]),
            ("play_2 -1", "play_2", &["-1"]),
        ] {
            let args = args.iter().map(|arg| (*arg).to_owned()).collect();
            assert_eq!(read(line), Ok((name.to_owned(), args)), "{line}");
        }
        for (line, why) in [
            ("", WordsError::Empty),
            (" \t", WordsError::Empty),
            ("1play", WordsError::NoLetter),
            ("pl-ay", WordsError::NoWord),
            ("add it's", WordsError::Unquoted),
            ("add a\u{1}", WordsError::Unquoted),
            (r#"add "a"#, WordsError::NotClosed),
            (r#"add "a\"#, WordsError::NotClosed),
            (r#"add "a"b"#, WordsError::NoSpace),
        ] {
            assert_eq!(read(line), Err(why), "{line}");
        }
        let many = "x ".repeat(MAX_WORDS + 2);
        assert_eq!(read(&many), Err(WordsError::TooMany));
    }

    proptest::proptest! {
        #[test]
        fn no_bytes_are_too_much_and_what_is_quoted_is_read_back(bytes: Vec<u8>) {
            Line::read(&bytes).ok();
            let mut line = b"add ".to_vec();
            line.extend(quote(&bytes));
            proptest::prop_assert_eq!(Line::read(&line).unwrap().args, vec![bytes]);
        }
    }
}
