//! A line of a cue sheet taken apart. It works on bytes, as a path must keep those that the disk has; quotes may be
//! missing at either end.

use super::{FRAMES_A_SECOND, MAX_MINUTES};

/// What stands behind a file's name; anything else belongs to the name, where that has no quotes.
const KINDS: [&str; 22] = [
    "WAVE", "WAV", "MP3", "AIFF", "AIF", "BINARY", "MOTOROLA", "FLAC", "APE", "OGG", "VORBIS",
    "OPUS", "AAC", "M4A", "MP4", "ALAC", "WV", "WAVPACK", "TTA", "TAK", "MPC", "WMA",
];

/// The first word and what follows it, without the blanks around.
pub fn first_word(line: &[u8]) -> (&[u8], &[u8]) {
    let line = line.trim_ascii();
    let end = line
        .iter()
        .position(u8::is_ascii_whitespace)
        .unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    (word, rest.trim_ascii())
}

/// A value without its quotes. Quotes inside stay.
pub fn unquoted(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    let Some(open) = value.strip_prefix(b"\"") else {
        return value;
    };
    open.strip_suffix(b"\"").unwrap_or(open).trim_ascii()
}

/// Name and kind of what follows `FILE`.
pub fn file_and_kind(value: &[u8]) -> (&[u8], String) {
    let value = value.trim_ascii();
    let opened = value.strip_prefix(b"\"");
    let closing = opened.and_then(|open| open.iter().rposition(|b| *b == b'"'));
    if let (Some(open), Some(at)) = (opened, closing) {
        let kind = open.get(at + 1..).unwrap_or_default();
        return (open[..at].trim_ascii(), upper(kind));
    }
    let value = opened.unwrap_or(value);
    let last = value
        .iter()
        .rposition(u8::is_ascii_whitespace)
        .map(|at| value.split_at(at));
    match last {
        Some((name, kind)) if KINDS.contains(&upper(kind).as_str()) => {
            (name.trim_ascii(), upper(kind))
        }
        _ => (value, String::new()),
    }
}

/// Word, upper case; what is not UTF-8 replaced.
pub fn upper(word: &[u8]) -> String {
    String::from_utf8_lossy(word.trim_ascii()).to_ascii_uppercase()
}

/// `mm:ss:ff` in frames; `None` where it is no time of a CD.
pub fn frames(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text.trim_ascii()).ok()?;
    let mut parts = text.split([':', '.']);
    let mut number = |below: u64| -> Option<u64> {
        let part = parts.next()?;
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let number = digits.then(|| part.parse::<u64>().ok())??;
        (number < below).then_some(number)
    };
    let (minutes, seconds, frames) = (number(MAX_MINUTES)?, number(60)?, number(FRAMES_A_SECOND)?);
    parts
        .next()
        .is_none()
        .then_some((minutes * 60 + seconds) * FRAMES_A_SECOND + frames)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_with_and_without_quotes() {
        for (value, name, kind) in [
            ("\"a b.wav\" WAVE", "a b.wav", "WAVE"),
            ("\"a b.wav\"wave", "a b.wav", "WAVE"),
            ("\"a \"b\".wav\" MP3", "a \"b\".wav", "MP3"),
            ("a b.wav WAVE", "a b.wav", "WAVE"),
            ("\"a b.wav WAVE", "a b.wav", "WAVE"),
            ("a b.wav", "a b.wav", ""),
            ("\"a b.wav\"", "a b.wav", ""),
            ("a wave.of sound", "a wave.of sound", ""),
            ("\"\" WAVE", "", "WAVE"),
            ("", "", ""),
            ("\"", "", ""),
        ] {
            let (got, got_kind) = file_and_kind(value.as_bytes());
            assert_eq!((got, got_kind.as_str()), (name.as_bytes(), kind), "{value}");
        }
    }

    #[test]
    fn values_with_missing_quotes() {
        for (value, text) in [
            ("\"A B\"", "A B"),
            ("\"A B", "A B"),
            ("A B", "A B"),
            ("\"Say \"hi\"\"", "Say \"hi\""),
            ("7\" mix", "7\" mix"),
            ("\"\"", ""),
            ("\"", ""),
        ] {
            assert_eq!(unquoted(value.as_bytes()), text.as_bytes(), "{value}");
        }
    }

    #[test]
    fn times_in_frames() {
        for (text, expected) in [
            ("00:00:00", Some(0)),
            ("00:02:74", Some(224)),
            (" 123:59:74 ", Some(557_999)),
            ("1:2:3", Some(4653)),
            ("00:00.37", Some(37)),
            ("00:00:75", None),
            ("00:60:00", None),
            ("-1:00:00", None),
            ("+1:00:00", None),
            ("1:00", None),
            ("1:00:00:00", None),
            ("99999999999999999999:00:00", None),
            ("144000:00:00", None),
            ("", None),
        ] {
            assert_eq!(frames(text.as_bytes()), expected, "{text}");
        }
    }
}
