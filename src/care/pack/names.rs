//! Names that every file system of a stick takes, FAT's above all, and that no two files share there. Pure.
//!
//! FAT and its kin know no difference of case, no `"*/:<>?\|`, no name that ends in a dot or a blank, and Windows no file
//! that is called like a device. A place is always `Music/ARTIST/ALBUM/SONG`: no deeper, and with each part short enough
//! that all of it stays below the 260 characters that many programs take.

use crate::music::Printable;
use std::collections::{HashMap, HashSet};
use unicode_normalization::UnicodeNormalization;

/// UTF-16 units of a part of a path. FAT takes 255, other file systems 255 bytes, and each unit is 3 bytes at most.
const MOST_UNITS: usize = 80;

/// Characters of the end of a file's name behind the dot.
const MOST_OF_ENDING: usize = 8;

/// Files of one name that are told apart by a number.
const MOST_ALIKE: usize = 100_000;

/// Windows opens a device by these, whatever stands behind a dot.
const DEVICES: [&str; 9] = [
    "CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$", "COM", "LPT",
];

/// How a song would be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// The folders, from the outermost.
    pub folders: Vec<String>,
    /// The name without its ending.
    pub stem: String,
    /// The ending without its dot.
    pub ending: String,
}

impl Wish {
    /// That of a song, by what is known of it.
    pub fn of_song(artist: &str, album: &str, title: &str, number: &str, ending: &str) -> Self {
        let or = |text: &str, other: &str| match text.trim() {
            "" => other.to_owned(),
            text => text.to_owned(),
        };
        Self {
            folders: vec![or(artist, "Unknown artist"), or(album, "Unknown album")],
            stem: format!("{number}{}", or(title, "Unknown title")),
            ending: ending.to_owned(),
        }
    }
}

/// A part of a path that is safe everywhere, of so many UTF-16 units at most; `instead` where nothing is left of it.
pub fn part(text: &str, most_units: usize, instead: &str) -> String {
    let safe = |c: char| match c {
        '"' | '*' | '/' | ':' | '<' | '>' | '?' | '\\' | '|' => '_',
        c if c.is_control() || !Printable::passes(c) => '_',
        c => c,
    };
    let whole: String = text.nfc().map(safe).collect();
    let mut name = cut(whole.trim_start(), most_units);
    // What begins with a dot is hidden.
    if name.starts_with('.') || is_device(&name) {
        name = cut(&format!("_{name}"), most_units);
    }
    match name.is_empty() || name == "_" {
        true => instead.to_owned(),
        false => name,
    }
}

/// So many UTF-16 units of a text, without the dots and blanks at its end.
fn cut(text: &str, most_units: usize) -> String {
    let mut units = 0;
    let fits = |c: &char| {
        units += c.len_utf16();
        units <= most_units
    };
    let name: String = text.chars().take_while(fits).collect();
    let is_loose = |c: char| c == '.' || c.is_whitespace();
    name.trim_end_matches(is_loose).to_owned()
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    let stem = stem.to_uppercase();
    DEVICES.iter().any(|device| {
        let Some(rest) = stem.strip_prefix(device) else {
            return false;
        };
        match *device {
            "COM" | "LPT" => {
                let mut rest = rest.chars();
                let numbered = |c: char| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³');
                rest.next().is_some_and(numbered) && rest.next().is_none()
            }
            _ => rest.is_empty(),
        }
    })
}

/// By what FAT takes two paths for one.
pub(super) fn folded(path: &str) -> String {
    let upper: String = path.nfc().flat_map(char::to_uppercase).collect();
    upper.to_lowercase().nfc().collect()
}

/// The names that are given so far.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// The spelling of each folder.
    folders: HashMap<String, String>,
    files: HashSet<String>,
}

impl Names {
    /// The path of a file below `top`, which no other has. `is_free`: nothing of others lies there.
    pub fn give(
        &mut self,
        top: &str,
        wish: &Wish,
        is_free: &dyn Fn(&str) -> bool,
    ) -> Option<String> {
        let folder = self.folder(top, wish);
        (1..MOST_ALIKE)
            .map(|number| format!("{folder}/{}", file_name(wish, number)))
            .find(|path| !self.files.contains(&folded(path)) && is_free(path))
            .inspect(|path| {
                self.files.insert(folded(path));
            })
    }

    /// Gives the path that the file had before, where the wish would still lead to it. Those come first.
    pub fn keep(&mut self, top: &str, wish: &Wish, before: &str) -> bool {
        let Some((folder, name)) = before.rsplit_once('/') else {
            return false;
        };
        if folded(folder) != folded(&self.wished_folder(top, wish)) || !is_numbered(wish, name) {
            return false;
        }
        let mut upto = String::new();
        for part in folder.split('/') {
            upto = join(&upto, part);
            self.folders
                .entry(folded(&upto))
                .or_insert_with(|| upto.clone());
        }
        self.files.insert(folded(before))
    }

    fn wished_folder(&self, top: &str, wish: &Wish) -> String {
        let parts = wish.folders.iter().map(|name| part(name, MOST_UNITS, "_"));
        parts.fold(top.to_owned(), |folder, name| join(&folder, &name))
    }

    /// The folder in the spelling that it has already.
    fn folder(&mut self, top: &str, wish: &Wish) -> String {
        let mut folder = top.to_owned();
        for name in &wish.folders {
            let new = join(&folder, &part(name, MOST_UNITS, "_"));
            folder = self.folders.entry(folded(&new)).or_insert(new).clone();
        }
        folder
    }
}

fn join(folder: &str, name: &str) -> String {
    match folder {
        "" => name.to_owned(),
        folder => format!("{folder}/{name}"),
    }
}

/// The name with its ending; from the second on with a number.
fn file_name(wish: &Wish, number: usize) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric();
    let ending = wish.ending.chars().filter(is_plain).take(MOST_OF_ENDING);
    let ending = ending.collect::<String>().to_ascii_lowercase();
    let mut behind = match number {
        1 => String::new(),
        number => format!(" ({number})"),
    };
    if !ending.is_empty() {
        behind = format!("{behind}.{ending}");
    }
    let stem = part(&wish.stem, MOST_UNITS - behind.len(), "_");
    format!("{stem}{behind}")
}

/// Whether a name is that of the wish, with a number or without.
fn is_numbered(wish: &Wish, name: &str) -> bool {
    let number = name
        .rsplit_once(" (")
        .and_then(|(_, rest)| rest.split_once(')'))
        .and_then(|(digits, _)| digits.parse().ok())
        .filter(|number| (2..MOST_ALIKE).contains(number));
    let is = |number| folded(&file_name(wish, number)) == folded(name);
    is(1) || number.is_some_and(is)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn named(text: &str) -> String {
        part(text, MOST_UNITS, "_")
    }

    #[test]
    fn reserved_names_and_characters() {
        for (text, name) in [
            ("AC/DC", "AC_DC"),
            ("What?", "What_"),
            ("a\\b:c*d\"e<f>g|h", "a_b_c_d_e_f_g_h"),
            ("Vol. 4...", "Vol. 4"),
            (" . ", "_"),
            ("  padded  ", "padded"),
            ("...And Justice", "_...And Justice"),
            ("CON", "_CON"),
            ("nul.flac", "_nul.flac"),
            ("Aux .x", "_Aux .x"),
            ("com1", "_com1"),
            ("COM¹", "_COM¹"),
            ("Comfort", "Comfort"),
            ("LPT10", "LPT10"),
            ("a\x1b[31m\nb\u{202e}", "a_[31m_b_"),
            ("e\u{301}", "é"),
            ("", "_"),
        ] {
            assert_eq!(named(text), name, "{text:?}");
        }
        assert_eq!(named(&"𝄞".repeat(90)).encode_utf16().count(), MOST_UNITS);
        let cut = format!("{}.  x", "a".repeat(MOST_UNITS - 2));
        assert_eq!(named(&cut), "a".repeat(MOST_UNITS - 2));
    }

    fn wish(artist: &str, title: &str) -> Wish {
        Wish::of_song(artist, "A", title, "", "FLAC")
    }

    #[test]
    fn what_differs_in_case_alone_is_one_folder_and_two_files() {
        let mut names = Names::default();
        let mut give = |artist, title| names.give("Music", &wish(artist, title), &|_| true);
        let given = [
            give("Example", "One"),
            give("EXAMPLE", "one"),
            give("example", "ONE"),
            give("Exämple", "One"),
            give("Exa\u{308}mple", "ONE"),
        ];
        let expected = [
            "Music/Example/A/One.flac",
            "Music/Example/A/one (2).flac",
            "Music/Example/A/ONE (3).flac",
            "Music/Exämple/A/One.flac",
            "Music/Exämple/A/ONE (2).flac",
        ];
        assert_eq!(given.map(Option::unwrap), expected);
    }

    #[test]
    fn what_others_have_there_is_left_alone() {
        let mut names = Names::default();
        let taken = |path: &str| path != "Music/Example/A/One.flac";
        let given = names.give("Music", &wish("Example", "One"), &taken);
        assert_eq!(given.as_deref(), Some("Music/Example/A/One (2).flac"));
    }

    #[test]
    fn a_path_from_before_is_kept_while_it_is_the_same_song() {
        let mut names = Names::default();
        let before = "Music/example/A/One (2).flac";
        assert!(names.keep("Music", &wish("Example", "One"), before));
        assert!(
            !names.keep("Music", &wish("Example", "One"), before),
            "once"
        );
        assert!(!names.keep("Music", &wish("Example", "Two"), before));
        assert!(!names.keep("Music", &wish("Other", "One"), "Music/example/A/One.flac"));
        let given = names.give("Music", &wish("Example", "One"), &|_| true);
        assert_eq!(given.as_deref(), Some("Music/example/A/One.flac"));
    }

    proptest! {
        #[test]
        fn every_name_is_safe_and_no_two_are_one(texts in proptest::collection::vec("\\PC{0,100}|[a-bA-B.\\x00-\\u{2fff}]{0,12}", 1..20)) {
            let mut names = Names::default();
            let mut seen = HashSet::new();
            for text in &texts {
                let wish = Wish::of_song(text, text, text, "1 ", text);
                let path = names.give("Music", &wish, &|_| true).unwrap();
                prop_assert!(seen.insert(folded(&path)), "{path:?} twice");
                prop_assert!(path.encode_utf16().count() < 250);
                prop_assert_eq!(path.split('/').count(), 4);
                for part in path.split('/') {
                    prop_assert!(!part.is_empty() && part.len() <= 255 && !is_device(part), "{part:?}");
                    prop_assert!(!part.ends_with(['.', ' ']) && !part.starts_with(['.', ' ']));
                    prop_assert!(part.chars().all(|c| !c.is_control() && !"\"*/:<>?\\|".contains(c)));
                }
                prop_assert!(Names::default().keep("Music", &wish, &path));
            }
        }
    }
}
