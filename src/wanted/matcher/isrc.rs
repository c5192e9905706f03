//! International Standard Recording Codes as people and programs write them. It knows no registry.

/// The most codes that one field is believed to hold.
const MAX_CODES: usize = 8;

/// The codes of a field: upper case, without hyphens and blanks; several may be parted by `;`, `,`, `/`, `|` or NUL. What
/// is no code is left out.
pub fn isrcs(text: &str) -> Vec<String> {
    let mut codes = Vec::new();
    for piece in text
        .split([';', ',', '/', '|', '\0', '\u{1f}'])
        .take(MAX_CODES)
    {
        let code: String = piece
            .trim()
            .trim_start_matches("ISRC")
            .chars()
            .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '‐' | '–' | '.' | ':'))
            .map(|c| c.to_ascii_uppercase())
            .take(13)
            .collect();
        if is_code(&code) && !codes.contains(&code) {
            codes.push(code);
        }
    }
    codes
}

/// Two letters, three letters or digits, seven digits; and not a placeholder of zeros.
fn is_code(code: &str) -> bool {
    let bytes = code.as_bytes();
    bytes.len() == 12
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..5].iter().all(u8::is_ascii_alphanumeric)
        && bytes[5..].iter().all(u8::is_ascii_digit)
        && bytes[5..].iter().any(|b| *b != b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_as_they_are_written() {
        for (text, codes) in [
            ("usex10700001", &["USEX10700001"][..]),
            ("US-EXA-07-00001", &["USEXA0700001"]),
            (" us exa 07 00001 ", &["USEXA0700001"]),
            (
                "USEX10700001;usex10700002/USEX10700001",
                &["USEX10700001", "USEX10700002"],
            ),
            (
                "USEX10700001\0USEX10700002",
                &["USEX10700001", "USEX10700002"],
            ),
            ("ISRC USEX10700001", &["USEX10700001"]),
            ("", &[]),
            ("none", &[]),
            ("USEX10000000", &[]),
            ("123456789012", &[]),
            ("USEX1070000123", &[]),
        ] {
            assert_eq!(isrcs(text), codes, "{text:?}");
        }
    }
}
