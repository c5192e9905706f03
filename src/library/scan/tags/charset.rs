//! Old text that a tag calls Latin-1 and that was written in whatever charset the tagger's system had. It guesses on
//! evidence and tells what it guessed; where there is little evidence, the text stays Latin-1.

use super::said::Said;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use std::borrow::Cow;

/// So many bytes of a file's tags are looked at.
const MOST_BYTES: usize = 16 << 10;
/// Fewer foreign letters than these decide nothing: one umlaut is Latin-1.
const FEWEST_LETTERS: usize = 3;

/// Reads old text anew where it is surely in another charset, and tells which; `None` where nothing had to be guessed.
pub fn settle(tags: &mut [Said]) -> Option<&'static str> {
    let bytes = gathered(tags);
    if bytes.is_ascii() {
        return None;
    }
    let charset = guess(&bytes)?;
    for text in tags.iter_mut().flat_map(Said::old_mut) {
        if let Some(bytes) = latin_1(text).filter(|bytes| !bytes.is_ascii()) {
            let (decoded, _) = charset.decode_without_bom_handling(&bytes);
            // A field of 30 bytes may end in half a letter.
            *text = Cow::Owned(decoded.trim_end_matches('\u{fffd}').to_owned());
        }
    }
    Some(charset.name())
}

/// The charset of file names that are not UTF-8.
pub fn charset_of_names(names: &[u8]) -> &'static Encoding {
    guess(names).unwrap_or(WINDOWS_1252)
}

fn gathered(tags: &mut [Said]) -> Vec<u8> {
    let mut all = Vec::new();
    for text in tags.iter_mut().flat_map(Said::old_mut) {
        if all.len() < MOST_BYTES && !text.is_ascii() {
            all.extend(latin_1(text).unwrap_or_default());
            all.push(b'\n');
        }
    }
    all
}

/// The bytes that Latin-1 was read from; `None` where the text cannot have been.
fn latin_1(text: &str) -> Option<Vec<u8>> {
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect()
}

/// The charset of these bytes, where it is not Latin-1.
fn guess(bytes: &[u8]) -> Option<&'static Encoding> {
    if std::str::from_utf8(bytes).is_ok() {
        return Some(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let charset = detector.guess(None, Utf8Detection::Deny);
    if charset == WINDOWS_1252 {
        // What Latin-1 has controls for are letters and quotes there.
        let has_more = bytes.iter().any(|byte| (0x80..0xa0).contains(byte));
        return has_more.then_some(WINDOWS_1252);
    }
    let (text, had_errors) = charset.decode_without_bom_handling(bytes);
    (!had_errors && is_evident(&text)).then_some(charset)
}

/// Whether foreign letters make up words of their own, as they do where the charset is right. A wrong one shows
/// single foreign letters among Latin ones.
fn is_evident(text: &str) -> bool {
    let (mut at_home, mut astray) = (0, 0);
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let foreign = word.chars().filter(|c| !c.is_ascii()).count();
        let is_latin = |c: char| c.is_ascii_alphabetic() || ('\u{c0}'..'\u{250}').contains(&c);
        if foreign > 0 && word.chars().any(is_latin) {
            astray += foreign;
        } else {
            at_home += foreign;
        }
    }
    at_home >= FEWEST_LETTERS && at_home > 4 * astray
}

#[cfg(test)]
mod tests {
    use super::super::said::Key;
    use super::*;

    /// What comes of a title whose bytes are taken for Latin-1.
    fn read(bytes: &[u8]) -> (String, Option<&'static str>) {
        let mut said = Said::default();
        said.add_old(
            Key::Title,
            bytes
                .iter()
                .map(|byte| char::from(*byte))
                .collect::<String>(),
        );
        let mut tags = [said];
        let guessed = settle(&mut tags);
        let title = tags[0].all(Key::Title).next().unwrap().to_owned();
        (title, guessed)
    }

    #[test]
    fn charsets_of_old_taggers() {
        for (text, label) in [
            ("Кино – Группа крови", "windows-1251"),
            ("Сплин – Выхода нет", "koi8-r"),
            ("椎名林檎 丸の内サディスティック", "shift_jis"),
            ("周杰倫 - 青花瓷", "big5"),
            ("邓丽君 月亮代表我的心", "gbk"),
            ("서태지와 아이들 난 알아요", "euc-kr"),
            ("Μίκης Θεοδωράκης", "windows-1253"),
        ] {
            let charset = Encoding::for_label(label.as_bytes()).unwrap();
            let (bytes, _, lossy) = charset.encode(text);
            let (read, guessed) = read(&bytes);
            assert!(!lossy || text.contains('–'), "{label}");
            if !lossy {
                assert_eq!(
                    (read.as_str(), guessed.is_some()),
                    (text, true),
                    "{label} {guessed:?}"
                );
            }
        }
        assert_eq!(
            read("Café Tacvba – Ingrata".as_bytes()),
            ("Café Tacvba – Ingrata".into(), Some("UTF-8"))
        );
    }

    #[test]
    fn latin_1_stays_what_it_is() {
        for text in [
            "Motörhead",
            "Björk Guðmundsdóttir",
            "Sigur Rós",
            "Édith Piaf – La Vie en rose",
            "Mägo de Oz",
            "Ænima",
            "Señor Coconut y su conjunto",
            "Die Ärzte: Männer sind Schweine",
            "Níl sé'n lá",
        ] {
            let bytes: Vec<u8> = text
                .chars()
                .filter_map(|c| u8::try_from(u32::from(c)).ok())
                .collect();
            let plain: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            assert_eq!(read(&bytes), (plain, None), "{text}");
        }
        assert_eq!(read(b"Don\x92t").0, "Don’t");
    }

    #[test]
    fn what_is_no_old_text_is_left_alone() {
        let mut said = Said::default();
        said.add(Key::Title, "Ã©");
        assert_eq!(settle(&mut [said]), None);
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_give_some_text(bytes: Vec<u8>) {
            read(&bytes);
        }
    }
}
