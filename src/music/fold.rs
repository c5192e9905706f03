//! Text made comparable: width, case and diacritics folded. It never erases a title, whatever its script.

use deunicode::deunicode_char;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The text with width, case and diacritics folded, in its own script.
///
/// `Björk` → `bjork`, `ＡＢＣ` → `abc`, `Ærø` → `aero`, `Ёлка` → `елка`. Marks are dropped from Latin, Greek,
/// Cyrillic, Hebrew and Arabic only: in Japanese and Indic scripts they are part of the letter.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut stripped = String::with_capacity(text.len());
    let mut base_loses_marks = false;
    let mut rest = text;
    while !rest.is_empty() {
        // ASCII decomposes into itself and nothing moves across it: only what lies between has to be looked at.
        let (ascii, after) = rest.split_at(ascii_length(rest));
        if let Some(last) = ascii.chars().next_back() {
            stripped.extend(ascii.chars().map(|c| c.to_ascii_lowercase()));
            base_loses_marks = loses_marks(last);
        }
        let (other, after) = after.split_at(other_length(after));
        rest = after;
        for c in other.nfkd().filter(|c| !is_invisible(*c)) {
            if is_combining_mark(c) {
                if !base_loses_marks {
                    stripped.push(c);
                }
                continue;
            }
            base_loses_marks = loses_marks(c);
            push_folded(&mut stripped, c);
        }
    }
    if stripped.is_empty() {
        // A name of such signs alone is still a name.
        text.to_owned()
    } else if stripped.is_ascii() || is_nfc_quick(stripped.chars()) == IsNormalized::Yes {
        stripped
    } else {
        stripped.nfc().collect()
    }
}

/// How many bytes of ASCII a text begins with.
fn ascii_length(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii).count()
}

/// How many bytes a text begins with that are none.
fn other_length(text: &str) -> usize {
    text.bytes().take_while(|byte| !byte.is_ascii()).count()
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
            // Arabic letters that are written for one another, Persian ones too, and the stroke that only stretches.
            'ى' | 'ی' => out.push('ي'),
            'ة' | 'ە' => out.push('ه'),
            'ک' => out.push('ك'),
            'ـ' => {}
            other => out.push(other),
        }
    }
}

/// What nobody sees: soft hyphen, joiners, marks of direction, the byte order mark.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
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

/// What a full-text index stores for a text: folded, romanised too, and cut so that any part of a word is found where a
/// script does not part its words, or where people look for the middle of them.
///
/// Each character of Japanese, Chinese and Korean is a word of its own, so a phrase finds any substring, down to one
/// character. Letters of [`Cut::Paired`] scripts are too few for that: there each letter goes with the one after it, and
/// the last one stands alone: `ไทย` → `ไท ทย ย`.
pub fn index_text(text: &str) -> String {
    let mut out = cut(&fold(text), true);
    if let Some(latin) = romanise(text) {
        out.push(' ');
        out.push_str(&latin);
    }
    out
}

/// The words of a query, folded, each as a phrase of what [`index_text`] stores, whose last word may go on; none is empty.
pub fn words(text: &str) -> Vec<String> {
    fold(text)
        .split_whitespace()
        .map(|word| cut(word, false).trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// A whole name as one phrase of what [`index_text`] stores.
pub fn phrase(text: &str) -> String {
    cut(&fold(text), true).trim().to_owned()
}

/// Whether a character is part of a word in the full-text index.
pub fn is_word(c: char) -> bool {
    c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{e000}'..='\u{f8ff}')
}

/// `ends`: whether the letter that ends the text is told to be the last of its word.
fn cut(folded: &str, ends: bool) -> String {
    if folded.is_ascii() {
        return folded.to_owned();
    }
    let mut out = String::with_capacity(folded.len() * 2);
    let mut chars = folded.chars().peekable();
    let mut before = Cut::Whole;
    while let Some(c) = chars.next() {
        let how = Cut::of(c);
        if how != Cut::Whole || before != Cut::Whole {
            out.push(' ');
        }
        out.push(c);
        if how == Cut::Paired {
            match chars.peek() {
                Some(next) if Cut::of(*next) == Cut::Paired => out.push(*next),
                None if !ends && before == Cut::Paired => {
                    out.pop();
                }
                _ => {}
            }
        }
        before = how;
    }
    out
}

/// How a script is cut into the words of the full-text index.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    /// At blanks and signs.
    Whole,
    /// Each character alone.
    Alone,
    /// Each letter with the one after it.
    Paired,
}

impl Cut {
    fn of(c: char) -> Self {
        match c {
            // Kana, Han, Hangul.
            '\u{3040}'..='\u{30ff}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{323af}' => Self::Alone,
            // Hebrew, Arabic, Syriac; Thai, Lao, Tibetan, Burmese; Khmer.
            '\u{590}'..='\u{77f}' | '\u{e00}'..='\u{109f}' | '\u{1780}'..='\u{17ff}'
                if is_word(c) =>
            {
                Self::Paired
            }
            _ => Self::Whole,
        }
    }
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
            ("ｶﾞｰﾙ", "ガール"),
            ("!!!", "!!!"),
            ("ẞ", "ss"),
            ("İstanbul IŞIK ışık", "istanbul isik isik"),
            ("Đường Việt", "duong viet"),
            ("Œuvre", "oeuvre"),
            ("مُحَمَّد", "محمد"),
            ("مـــحمد", "محمد"),
            ("أغنية", "اغنيه"),
            ("שָׁלוֹם", "שלום"),
            ("Zero\u{200b}Width\u{ad}", "zerowidth"),
            ("a\u{200d}\u{301}", "a"),
            ("ـ", "ـ"),
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

    /// Whether a query finds a text: its words follow each other in the index, and the last one may go on.
    fn finds(query: &str, text: &str) -> bool {
        let text = index_text(text);
        let tokens: Vec<&str> = text
            .split(|c| !is_word(c))
            .filter(|token| !token.is_empty())
            .collect();
        words(query).iter().all(|word| {
            let wanted: Vec<&str> = word
                .split(|c| !is_word(c))
                .filter(|token| !token.is_empty())
                .collect();
            tokens.windows(wanted.len()).any(|here| {
                let (last, before) = wanted.split_last().unwrap();
                here[..before.len()] == *before && here[before.len()].starts_with(last)
            })
        })
    }

    #[test]
    fn any_part_is_found_where_words_are_not_parted() {
        for (text, parts) in [
            ("東京日本", &["日", "京日", "東京日本", "本"][..]),
            ("さよならアンブレラ", &["な", "らア", "ｱﾝﾌﾞ"]),
            ("방탄소년단", &["소", "탄소", "소년단", "방탄"]),
            ("เพลงไทย", &["ง", "งไ", "ไทย", "ย", "เพลงไทย"]),
            ("القاهرة", &["ق", "قا", "قاهرة", "ة", "القاهره"]),
            ("ירושלים", &["ש", "של", "ים", "ם", "ירושלים"]),
            ("DJไทยMix", &["ไทยmix", "djไทย", "ย"]),
            ("မြန်မာ", &["န်", "မာ"]),
            ("夜のAgain", &["のagain", "夜"]),
            ("Кино", &["kino", "КИ"]),
        ] {
            for part in parts {
                assert!(
                    finds(part, text),
                    "{part} in {text}: {:?} in {:?}",
                    words(part),
                    index_text(text)
                );
            }
        }
        assert!(!finds("ino", "Кино") && !finds("京東", "東京日本") && !finds("ยไ", "เพลงไทย"));
        assert_eq!(romanise("Bjork"), None);
    }

    /// The same, without a difference between ASCII and other letters.
    fn folded_at_once(text: &str) -> String {
        let mut stripped = String::new();
        let mut base_loses_marks = false;
        for c in text.nfkd().filter(|c| !is_invisible(*c)) {
            if !is_combining_mark(c) {
                base_loses_marks = loses_marks(c);
                push_folded(&mut stripped, c);
            } else if !base_loses_marks {
                stripped.push(c);
            }
        }
        match stripped.is_empty() {
            true => text.to_owned(),
            false => stripped.nfc().collect(),
        }
    }

    proptest::proptest! {
        #[test]
        fn any_substring_of_such_scripts_is_found(text in "[日本東京가나다กขคงابتשלוםa ]{1,12}", from in 0..12usize, length in 1..6usize) {
            let part: String = text.chars().skip(from).take(length).collect();
            // Within a word of Latin letters only its beginning is.
            let is_inner = text.chars().nth(from.wrapping_sub(1)) == Some('a') && part.starts_with('a');
            proptest::prop_assume!(!part.trim().is_empty() && !is_inner);
            proptest::prop_assert!(finds(&part, &text), "{:?} in {:?}", words(&part), index_text(&text));
        }

        #[test]
        fn a_name_with_letters_is_never_erased(text in "\\w{1,20}") {
            proptest::prop_assume!(text.chars().any(|c| c.is_alphanumeric() && !is_combining_mark(c)));
            proptest::prop_assert!(!fold(&text).is_empty());
        }

        #[test]
        fn what_stands_before_and_behind_marks_matters_not_to_how_it_is_cut(text in "[aZ1 '\u{300}\u{323}\u{327}éßİＡｶﾞは\u{3099}アЙا\u{64e}\u{ad}]{0,12}") {
            proptest::prop_assert_eq!(fold(&text), folded_at_once(&text));
        }

        #[test]
        fn folding_twice_changes_nothing(text in ".{0,30}") {
            proptest::prop_assert_eq!(fold(&fold(&text)), fold(&text));
        }
    }
}
