//! JSON that does no harm where it is printed on a terminal: what [`Printable`] would change is spelled out in `\u`,
//! so that the text steers nothing and the value is exact. It never changes a value.

use crate::music::Printable;
use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;
use std::io::{self, Write};

/// Writes a value on one line.
pub fn write(out: impl Write, value: &impl Serialize) -> io::Result<()> {
    Ok(value.serialize(&mut Serializer::with_formatter(out, Harmless))?)
}

struct Harmless;

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        text: &str,
    ) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(|c| !Printable::passes(c)) {
            let (before, from) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            let mut chars = from.chars();
            for unit in chars.next().unwrap_or_default().encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = chars.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: &impl Serialize) -> String {
        let mut text = Vec::new();
        write(&mut text, value).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn what_steers_is_spelled_out() {
        assert_eq!(
            text(&"a\x1b\u{9b}\x7f\u{202e}é\u{e0041}\u{200b}"),
            r#""a\u001b\u009b\u007f\u202eé\udb40\udc41\u200b""#
        );
    }

    proptest::proptest! {
        #[test]
        fn values_stay_exact_and_harmless(value in "\\PC*|[\\x00-\\u{2fff}\\u{e0000}-\\u{10ffff}]*") {
            let json = text(&serde_json::json!({ &value: [&value] }));
            proptest::prop_assert!(json.chars().all(Printable::passes));
            let back: serde_json::Value = serde_json::from_str(&json).unwrap();
            proptest::prop_assert_eq!(back, serde_json::json!({ &value: [&value] }));
        }
    }
}
