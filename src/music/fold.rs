//! Text made comparable: width, case and diacritics folded. It never erases a title, whatever its script.

use deunicode::deunicode_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text with width, case and diacritics folded, in its own script.
///
/// `Björk` → `bjork`, `ＡＢＣ` → `abc`, `Ærø` → `aero`, `Ёлка` → `елка`. Marks are dropped from Latin, Greek,
/// Cyrillic, Hebrew and Arabic only: in Japanese and Indic scripts they are part of the letter.
pub fn fold(text: &str) -> String {
    let mut stripped = String::with_capacity(text.len());
    let mut base_loses_marks = false;
    for c in text.nfkd() {
        if is_combining_mark(c) {
            if !base_loses_marks {
                stripped.push(c);
            }
            continue;
        }
        base_loses_marks = loses_marks(c);
        push_folded(&mut stripped, c);
    }
    if stripped.is_ascii() {
        stripped
    } else {
        stripped.nfc().collect()
    }
}

fn push_folded(out: &mut String, c: char) {
    for lower in c.to_lowercase() {
        match lower {
            // Not a decomposition but a ligature or a stroke: æ, ø, ß, ł, đ, þ, ı.
            '\u{df}'..='\u{24f}' if lower.is_alphabetic() => {
                out.push_str(&deunicode_char(lower).unwrap_or_default().to_lowercase())
            }
            // The final form is a matter of position, not of spelling.
            'ς' => out.push('σ'),
            // Curly and straight apostrophes are typed for one another.
            '’' | '‘' | 'ʼ' => out.push('\''),
            '\u{300}'..='\u{36f}' => {}
            other => out.push(other),
        }
    }
}

fn loses_marks(c: char) -> bool {
    matches!(c, 'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{370}'..='\u{3ff}' | '\u{400}'..='\u{52f}' | '\u{590}'..='\u{5ff}' | '\u{600}'..='\u{6ff}')
}

/// The text in Latin letters, where that differs from [`fold`]: `Кино` → `kino`. Never a key of its own.
pub fn romanise(text: &str) -> Option<String> {
    let folded = fold(text);
    if folded.is_ascii() {
        return None;
    }
    let latin = deunicode::deunicode_with_tofu(&folded, " ").to_lowercase();
    (latin.chars().any(char::is_alphanumeric) && latin != folded).then_some(latin)
}

/// What a full-text index stores for a text: folded, romanised too, each CJK character a word of its own.
///
/// With every character a word, a phrase finds any substring of Japanese or Chinese, down to one character.
pub fn index_text(text: &str) -> String {
    let mut out = spaced(&fold(text));
    if let Some(latin) = romanise(text) {
        out.push(' ');
        out.push_str(&latin);
    }
    out
}

/// The words of a query, folded, each as [`index_text`] stores it; none is empty.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split_whitespace()
        .map(|word| spaced(word).trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

fn spaced(folded: &str) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let mut out = String::with_capacity(folded.len() * 2);
    for c in folded.chars() {
        if is_cjk(c) {
            out.push(' ');
            out.push(c);
            out.push(' ');
        } else {
            out.push(c);
        }
    }
    out
}

fn is_cjk(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type_meets_what_tags_say() {
        for (text, folded) in [
            ("Björk", "bjork"),
            ("Bjo\u{308}rk", "bjork"),
            ("Ærø", "aero"),
            ("Straße", "strasse"),
            ("Łódź", "lodz"),
            ("ＡＢＣ", "abc"),
            ("Ёлка", "елка"),
            ("Σίσυφος", "σισυφοσ"),
            ("Don’t", "don't"),
            ("が", "が"),
            ("!!!", "!!!"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn marks_that_are_letters_stay() {
        assert_ne!(fold("が"), fold("か"));
        assert_ne!(fold("हिन्दी"), fold("हन्द"));
        assert_eq!(fold("한국"), "한국");
    }

    #[test]
    fn a_cjk_substring_is_a_phrase() {
        assert_eq!(words("日本 夜"), ["日  本", "夜"]);
        assert!(index_text("東京日本").contains(&words("日本")[0]));
        assert!(index_text("Кино").contains("kino"));
        assert_eq!(romanise("Bjork"), None);
    }

    proptest::proptest! {
        #[test]
        fn a_name_with_letters_is_never_erased(text in "\\w{1,20}") {
            proptest::prop_assume!(text.chars().any(|c| c.is_alphanumeric() && !is_combining_mark(c)));
            proptest::prop_assert!(!fold(&text).is_empty());
        }

        #[test]
        fn folding_twice_changes_nothing(text in ".{0,30}") {
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
