//! `Artist - Title` and `#EXTINF:seconds attributes,Artist - Title`: taking it apart and putting it together. It never
//! sees a path.

use crate::music::Wanted;

/// The longest playing time that is believed, in seconds.
const MAX_SECONDS: f64 = 10_000_000.0;
/// What stands between artist and title.
const DASH: &str = " - ";

/// Length in ms, and the text after the comma, of what follows `#EXTINF:`. A length of 0 or below is unknown.
pub(super) fn parse_extinf(said: &str) -> (Option<u64>, &str) {
    let said = said.trim();
    let end = said
        .find(|c: char| !matches!(c, '0'..='9' | '.' | '-' | '+'))
        .unwrap_or(said.len());
    let (number, rest) = said.split_at(end);
    let length_ms = match number.parse::<f64>() {
        Ok(seconds) => believed_ms(seconds * 1000.0),
        Err(_) if number.is_empty() && rest.starts_with(',') => None,
        // No number: all of it is names.
        Err(_) => return (None, said),
    };
    (length_ms, after_attributes(rest).trim())
}

/// A playing time that may be true; 0 and below say that it is not known.
pub(super) fn believed_ms(ms: f64) -> Option<u64> {
    (ms > 0.0 && ms < MAX_SECONDS * 1000.0).then(|| ms.round() as u64)
}

/// Artist and title of `Artist - Title`, as a row has them.
pub(super) fn named(text: &str, artist: Option<&str>) -> Wanted {
    let (artist, title) = split_names(text, artist);
    Wanted {
        title: title.to_owned(),
        artists: Some(artist.to_owned())
            .filter(|artist| !artist.is_empty())
            .into_iter()
            .collect(),
        ..Wanted::default()
    }
}

/// What stands behind `attr="x, y"` and the comma; all of it where there is no comma.
fn after_attributes(rest: &str) -> &str {
    let mut quoted = false;
    for (at, c) in rest.char_indices() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => return &rest[at + 1..],
            _ => {}
        }
    }
    match rest.split_once(',') {
        Some((_, text)) => text,
        None if rest.contains('=') => "",
        None => rest,
    }
}

/// Artist and title of a text; `""` where it has none.
///
/// `artist` is what `#EXTART:` says. Where the text begins with it, it tells which dash is the one; where it is
/// there and empty, the whole text is the title.
pub(super) fn split_names<'t>(text: &'t str, artist: Option<&'t str>) -> (&'t str, &'t str) {
    let after = |artist: &str| text.strip_prefix(artist)?.strip_prefix(DASH);
    match (artist, text.split_once(DASH)) {
        (Some(""), _) => ("", text),
        (Some(artist), _) if after(artist).is_some() => {
            (artist, after(artist).unwrap_or_default().trim())
        }
        (_, Some((artist, title))) => (artist.trim(), title.trim()),
        (artist, None) => (artist.unwrap_or_default(), text),
    }
}

/// The text of artist and title, and whether `#EXTART:` must say how to take it apart.
pub(super) fn join_names(artist: &str, title: &str) -> (String, bool) {
    let text = match (artist.is_empty(), title.is_empty()) {
        (false, false) => format!("{artist}{DASH}{title}"),
        (true, _) => title.to_owned(),
        (false, true) => String::new(),
    };
    let doubt = split_names(&text, None) != (artist, title);
    (text, doubt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_players_write_after_extinf() {
        for (said, length_ms, text) in [
            ("203,First Light", Some(203_000), "First Light"),
            ("203, A - B ", Some(203_000), "A - B"),
            ("203.52,A - B", Some(203_520), "A - B"),
            ("-1,A - B", None, "A - B"),
            ("0,A - B", None, "A - B"),
            (",A - B", None, "A - B"),
            ("203", Some(203_000), ""),
            ("", None, ""),
            ("A - B", None, "A - B"),
            ("A, the First - B", None, "A, the First - B"),
            ("203 A - B", Some(203_000), "A - B"),
            ("-1 tvg-id=\"x, y\" group-title=\"z\",A - B", None, "A - B"),
            ("5 a=\"open,A - B", Some(5_000), "A - B"),
            ("5 a=b", Some(5_000), ""),
            ("203,Say \"Hi, you", Some(203_000), "Say \"Hi, you"),
            ("9e99,x", Some(9_000), "x"),
            ("99999999999999999999,x", None, "x"),
            ("1-2,x", None, "1-2,x"),
        ] {
            assert_eq!(parse_extinf(said), (length_ms, text), "{said}");
        }
    }

    #[test]
    fn the_first_dash_parts_unless_extart_says_otherwise() {
        assert_eq!(split_names("A - B - C", None), ("A", "B - C"));
        assert_eq!(split_names("A - B - C", Some("A - B")), ("A - B", "C"));
        assert_eq!(split_names("A - B", Some("")), ("", "A - B"));
        assert_eq!(split_names("A - B", Some("Various")), ("A", "B"));
        assert_eq!(split_names("B", Some("A")), ("A", "B"));
        assert_eq!(split_names("Jean-Luc", None), ("", "Jean-Luc"));
    }

    proptest::proptest! {
        #[test]
        fn names_come_back(artist in "[ -~]{0,12}", title in "[ -~]{0,12}") {
            let (artist, title) = (artist.trim(), title.trim());
            let (text, doubt) = join_names(artist, title);
            proptest::prop_assert_eq!(split_names(&text, doubt.then_some(artist)), (artist, title));
        }
    }
}
