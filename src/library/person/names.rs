//! Which names a playlist may have, and which name was meant. Pure.

use crate::music::fold;

/// The longest name of a playlist, in bytes: with `.m3u8` it must still be a file's name.
pub const MAX_NAME_BYTES: usize = 250;

/// What is wrong with a playlist's name, if anything. It becomes a file's name and a word on the wire.
pub(super) fn fault(name: &str) -> Option<&'static str> {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if name.trim().is_empty() {
        Some("the name is empty")
    } else if name.contains('/') {
        Some("it has a slash in it")
    } else if name.chars().any(breaks) {
        Some("it has a control character in it")
    } else if name == "." || name == ".." {
        Some("it means a folder")
    } else if name.len() > MAX_NAME_BYTES {
        Some("it is longer than 250 bytes")
    } else {
        None
    }
}

/// The name among `names` that is the same but for case, width and accents, if only one is.
pub(super) fn only_folded<'n>(name: &str, names: &'n [String]) -> Option<&'n String> {
    let folded = fold(name);
    let mut same = names.iter().filter(|other| fold(other) == folded);
    same.next().filter(|_| same.next().is_none())
}

/// The name among `names` that may be meant: at most a third of it differs.
pub(super) fn nearest(name: &str, names: &[String]) -> Option<String> {
    let folded = fold(name);
    let distance = |other: &String| (strsim::osa_distance(&folded, &fold(other)), other.clone());
    let (distance, nearest) = names.iter().map(distance).min()?;
    let longest = folded.chars().count().max(nearest.chars().count());
    (distance <= longest.div_ceil(3)).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_break_nothing() {
        for name in ["Road trip", "日本", ".hidden", "a\\b", &"x".repeat(250)] {
            assert_eq!(fault(name), None, "{name}");
        }
        for name in ["", "  ", "a/b", "a\nb", "a\x1b[0m", "..", &"x".repeat(251)] {
            assert!(fault(name).is_some(), "{name:?}");
        }
        assert!(
            fault(&"x".repeat(251))
                .unwrap()
                .contains(&MAX_NAME_BYTES.to_string())
        );
    }

    #[test]
    fn the_name_that_was_meant() {
        let names = ["Road trip", "Sleep", "sleep", "Café"].map(String::from);
        assert_eq!(nearest("raod trip", &names).as_deref(), Some("Road trip"));
        assert_eq!(nearest("Workout", &names), None);
        assert_eq!(only_folded("cafe", &names), Some(&names[3]));
        assert_eq!(only_folded("SLEEP", &names), None, "two fit");
        assert_eq!(nearest("x", &[]), None);
    }
}
