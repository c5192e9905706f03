//! `-f FORMAT`: a song's line in the syntax of mpc(1). Pure: it is given a way to ask for values and makes bytes.
//!
//! `%name%` stands for a value. `[…]` vanishes when nothing that it names is set. `a|b` is `a` where something in it
//! is set, else `b`; `a&b` is both where both are set. `\n \t \\ \[ \]` and `#` before any character escape. What is
//! no name that is known stays as it is written. Values are asked for by name in lower case; the bytes made may
//! hold what the values held.

use std::str::FromStr;

/// Bytes of a format.
const MAX_LENGTH: usize = 4_096;

/// Groups inside groups.
const MAX_DEPTH: usize = 32;

/// A format, read once and used for each song.
#[derive(Clone, Debug, PartialEq)]
pub struct Format(Group);

#[derive(Clone, Debug, Default, PartialEq)]
struct Group {
    parts: Vec<Part>,
    /// Without its `]` a group does not vanish: so does mpc.
    closed: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Part {
    Text(String),
    /// A name in lower case, and how it was written.
    Value(String, String),
    Group(Group),
    Or,
    And,
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text.len() > MAX_LENGTH {
            return Err(format!("a format has at most {MAX_LENGTH} bytes"));
        }
        let mut rest = text;
        read(&mut rest, 0).map(Self)
    }
}

impl Format {
    /// The line for what `value` tells: the value of a name, empty where it is not set, `None` where there is no such
    /// name.
    pub fn render(&self, value: &dyn Fn(&str) -> Option<Vec<u8>>) -> Vec<u8> {
        self.0.render(value).unwrap_or_default()
    }
}

/// Reads parts up to the end of the group, and leaves what stands behind it.
fn read(rest: &mut &str, depth: usize) -> Result<Group, String> {
    if depth > MAX_DEPTH {
        return Err(format!(
            "a format has at most {MAX_DEPTH} groups inside each other"
        ));
    }
    let mut group = Group::default();
    while let Some(c) = rest.chars().next() {
        *rest = &rest[c.len_utf8()..];
        let part = match c {
            '[' => Part::Group(read(rest, depth + 1)?),
            ']' => {
                group.closed = true;
                break;
            }
            '|' => Part::Or,
            '&' => Part::And,
            '%' => value(rest),
            '#' => Part::Text(taken(rest).unwrap_or(c).into()),
            '\\' => Part::Text(escaped(rest)),
            c => Part::Text(c.into()),
        };
        match (group.parts.last_mut(), part) {
            (Some(Part::Text(before)), Part::Text(text)) => before.push_str(&text),
            (_, part) => group.parts.push(part),
        }
    }
    Ok(group)
}

fn taken(rest: &mut &str) -> Option<char> {
    let c = rest.chars().next()?;
    *rest = &rest[c.len_utf8()..];
    Some(c)
}

/// What stands behind a `%`.
fn value(rest: &mut &str) -> Part {
    let is_name = |c: char| c.is_ascii_alphabetic() || c == '_';
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    let (name, behind) = rest.split_at(end);
    match behind.strip_prefix('%') {
        Some(behind) => {
            *rest = behind;
            Part::Value(name.to_ascii_lowercase(), format!("%{name}%"))
        }
        None => Part::Text("%".into()),
    }
}

/// What a `\` and the letter behind it stand for; a letter that means nothing keeps its `\`.
fn escaped(rest: &mut &str) -> String {
    let before = *rest;
    let meant = match taken(rest) {
        Some('a') => '\x07',
        Some('b') => '\x08',
        Some('e') => '\x1b',
        Some('f') => '\x0c',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('v') => '\x0b',
        Some(c @ ('[' | ']' | '\\')) => c,
        _ => {
            *rest = before;
            '\\'
        }
    };
    meant.into()
}

impl Group {
    /// What it shows, or `None` where it vanishes.
    fn render(&self, value: &dyn Fn(&str) -> Option<Vec<u8>>) -> Option<Vec<u8>> {
        let mut shown: Option<Vec<u8>> = None;
        let mut found = false;
        let mut parts = self.parts.iter();
        while let Some(part) = parts.next() {
            match part {
                Part::Text(text) => shown.get_or_insert_default().extend(text.as_bytes()),
                Part::Value(name, written) => {
                    let value = value(name);
                    found |= value.as_ref().is_some_and(|value| !value.is_empty());
                    let value = value.unwrap_or_else(|| written.clone().into());
                    shown.get_or_insert_default().extend(value);
                }
                Part::Group(group) => {
                    if let Some(inner) = group.render(value) {
                        shown.get_or_insert_default().extend(inner);
                        found = true;
                    }
                }
                Part::Or if !found => shown = None,
                Part::And if found => found = false,
                Part::Or | Part::And => skip(&mut parts),
            }
        }
        shown.filter(|_| found || !self.closed)
    }
}

/// Leaves out what stands before the next operator.
fn skip(parts: &mut std::slice::Iter<Part>) {
    while !matches!(parts.as_slice().first(), None | Some(Part::Or | Part::And)) {
        parts.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAGGED: &[(&str, &str)] = &[
        ("artist", "Miles Davis"),
        ("title", "So What"),
        ("album", "Kind of Blue"),
        ("track", "3"),
        ("date", "1959-08-17"),
        ("time", "1:07"),
        ("file", "tagged.flac"),
    ];
    const DUO: &[(&str, &str)] = &[
        ("artist", "Two"),
        ("title", "Duo"),
        ("track", "4"),
        ("time", "0:01"),
        ("file", "duo.flac"),
    ];
    const BARE: &[(&str, &str)] = &[("time", "0:01"), ("file", "bare.flac")];
    const KNOWN: &[&str] = &[
        "artist",
        "title",
        "album",
        "albumartist",
        "track",
        "disc",
        "date",
        "time",
        "file",
        "performer",
        "name",
        "musicbrainz_trackid",
    ];

    /// Formats, and what mpc 0.34 prints for them with MPD 0.23.12 over three FLAC files with these tags.
    ///
    /// mpc asks MPD only for tags that it finds in the format, and does not look behind an `&`: there a tag is never
    /// set, unless it stands elsewhere too. Hence the `%title%%album%/` before the formats with `&`.
    const MEASURED: &[(&str, [&str; 3])] = &[
        (
            "%artist% - %title%",
            ["Miles Davis - So What", "Two - Duo", " - "],
        ),
        (
            "[%artist% - ]%title%",
            ["Miles Davis - So What", "Two - Duo", ""],
        ),
        (
            "[[%artist% - ]%title%]|[%file%]",
            ["Miles Davis - So What", "Two - Duo", "bare.flac"],
        ),
        ("%title%|%file%", ["So What", "Duo", "bare.flac"]),
        (
            "%nosuch% %title%",
            ["%nosuch% So What", "%nosuch% Duo", "%nosuch% "],
        ),
        ("%Title%", ["So What", "Duo", ""]),
        ("%TITLE% %albumArtist%", ["So What ", "Duo ", " "]),
        ("%performer%|none", ["none", "none", "none"]),
        ("100% %title%", ["100% So What", "100% Duo", "100% "]),
        ("#[%title%#]", ["[So What]", "[Duo]", "[]"]),
        ("\\[%title%\\]", ["[So What]", "[Duo]", "[]"]),
        ("a\\tb\\nd\\qe", ["a\tb\nd\\qe"; 3]),
        ("#%title#%", ["%title%"; 3]),
        (
            "%time% %track% %disc% %date%",
            ["1:07 3  1959-08-17", "0:01 4  ", "0:01   "],
        ),
        (
            "%title%%album%/[%title%&%album%]",
            ["So WhatKind of Blue/So WhatKind of Blue", "Duo/", "/"],
        ),
        (
            "%title%%album%/[%title% & %album%]|none",
            ["So WhatKind of Blue/So What  Kind of Blue", "Duo/", "none"],
        ),
        (
            "%title%%album%/[%album%&lit]",
            ["So WhatKind of Blue/", "Duo/", "/"],
        ),
        (
            "%title%%album%/[lit&%album%]",
            ["So WhatKind of Blue/", "Duo/", "/"],
        ),
        (
            "%title%%album%/[%title%&%album%|%file%]",
            [
                "So WhatKind of Blue/So WhatKind of Blue",
                "Duo/duo.flac",
                "/bare.flac",
            ],
        ),
        (
            "%title%%album%/[[%title%]&[%album%]]",
            ["So WhatKind of Blue/So WhatKind of Blue", "Duo/", "/"],
        ),
        (
            "%title%%album%/[%title%|%album%&%file%]",
            [
                "So WhatKind of Blue/So Whattagged.flac",
                "Duo/Duoduo.flac",
                "/",
            ],
        ),
        ("[lit]", [""; 3]),
        ("lit", ["lit"; 3]),
        ("[lit]|%file%", ["tagged.flac", "duo.flac", "bare.flac"]),
        ("[%title%", ["So What", "Duo", ""]),
        ("%title%]x", ["So What", "Duo", ""]),
        ("x|y", ["y"; 3]),
        ("%title%|y", ["So What", "Duo", "y"]),
        ("a]b", [""; 3]),
        ("%title%[ (%album%)]", ["So What (Kind of Blue)", "Duo", ""]),
        ("[%disc%.]%track%", ["3", "4", ""]),
        ("%albumartist%", [""; 3]),
        ("%title%#", ["So What#", "Duo#", "#"]),
        ("%title%\\", ["So What\\", "Duo\\", "\\"]),
        ("%title%\\e[1m", ["So What\x1b1m", "Duo\x1b1m", "\x1b1m"]),
        ("[%title%|%file%] z", ["So What z", "Duo z", "bare.flac z"]),
        ("[[[%title%]]]", ["So What", "Duo", ""]),
        ("%title%&lit", ["So Whatlit", "Duolit", ""]),
        ("%title%&[lit]", ["So What", "Duo", ""]),
        ("lit&%title%", ["lit"; 3]),
        ("[%title%|#|x]y", ["So Whaty", "Duoy", "y"]),
        ("[#]%title%]", ["]So What", "]Duo", ""]),
    ];

    fn render(format: &str, tags: &[(&str, &str)]) -> String {
        let value = |name: &str| {
            let tag = tags.iter().find(|(tag, _)| *tag == name);
            let value = tag.map(|(_, value)| value.as_bytes().to_vec());
            value.or_else(|| KNOWN.contains(&name).then(Vec::new))
        };
        String::from_utf8(format.parse::<Format>().unwrap().render(&value)).unwrap()
    }

    #[test]
    fn lines_are_those_of_mpc() {
        for (format, lines) in MEASURED {
            for (tags, line) in [TAGGED, DUO, BARE].into_iter().zip(lines) {
                assert_eq!(render(format, tags), *line, "{format}");
            }
        }
    }

    /// Where we go by mpc's manual page: mpc 0.34 itself prints both backslashes.
    #[test]
    fn a_backslash_escapes_itself() {
        assert_eq!(render("c\\\\n", BARE), "c\\n");
    }

    #[test]
    fn limits() {
        let nested = |depth: usize| format!("{}%title%{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(render(&nested(MAX_DEPTH), TAGGED), "So What");
        assert!(nested(MAX_DEPTH + 1).parse::<Format>().is_err());
        assert!("x".repeat(MAX_LENGTH + 1).parse::<Format>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn any_format_is_a_line(format in "([\\[\\]%|&#\\\\a-t]|\\PC){0,80}") {
            if let Ok(format) = format.parse::<Format>() {
                let line = format.render(&|name| (name.len() < 3).then(|| b"x".to_vec()));
                proptest::prop_assert!(line.len() <= MAX_LENGTH);
            }
        }
    }
}
