//! What the tests of all formats share: how they tell rows, and rows to write.

use super::encoding::one_line;
use super::{Playlist, Row, join};
use crate::music::{Uri, Wanted};
use proptest::prelude::*;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

/// One line a row: `artist+artist|title|album|ms|first path`.
pub fn told(playlist: &Playlist) -> Vec<String> {
    let one = |row: &Row| {
        let wanted = &row.wanted;
        let path = row.paths.first().map(|path| String::from_utf8_lossy(path));
        let ms = wanted.length_ms.map_or(String::new(), |ms| ms.to_string());
        format!(
            "{}|{}|{}|{ms}|{}",
            wanted.artists.join("+"),
            wanted.title,
            wanted.album,
            path.unwrap_or_default()
        )
    };
    playlist.rows.iter().map(one).collect()
}

/// The text in every way that a file may hold it: line ends, byte order marks, charsets.
pub fn dressed(text: &str) -> Vec<Vec<u8>> {
    let utf_16 = |mark: [u8; 2], order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        mark.into_iter()
            .chain(text.encode_utf16().flat_map(order))
            .collect()
    };
    vec![
        text.as_bytes().to_vec(),
        text.replace('\n', "\r\n").into_bytes(),
        text.replace('\n', "\r").into_bytes(),
        format!("\u{feff}{text}").into_bytes(),
        utf_16([0xff, 0xfe], u16::to_le_bytes),
        utf_16([0xfe, 0xff], u16::to_be_bytes),
        text.chars().map(|c| c as u8).collect(),
    ]
}

pub fn names() -> impl Strategy<Value = String> {
    prop_oneof![".{0,12}", "[ab -]{0,8}", Just(" - ".to_owned())]
}

pub fn paths() -> impl Strategy<Value = PathBuf> {
    let part = prop_oneof![
        proptest::collection::vec(1u8..=255, 1..8),
        "[ #%\\\\:a.-]{1,6}".prop_map(String::into_bytes),
    ];
    proptest::collection::vec(part, 1..4).prop_filter_map("a path", |parts| {
        let whole = [b"/m/", parts.join(&b'/').as_slice()].concat();
        join(Path::new("/"), &whole).filter(|path| path.starts_with("/m/"))
    })
}

/// A row as XSPF and JSPF can hold it.
pub fn whole_rows() -> impl Strategy<Value = (Wanted, Option<PathBuf>)> {
    let artists = proptest::collection::vec(names(), 0..4);
    let length = proptest::option::of(1u64..10_000_000);
    let isrc = prop_oneof![Just(String::new()), "[A-Z]{2}[A-Z0-9]{3}[0-9]{7}"];
    let recording = proptest::option::of("[0-9a-f]{8}-[0-9a-f]{4}");
    let path = proptest::option::of(paths());
    (names(), artists, names(), length, isrc, recording, path).prop_filter_map(
        "says something",
        |(title, artists, album, length_ms, isrc, recording, path)| {
            let artists = artists.iter().map(|artist| one_line(artist));
            let wanted = Wanted {
                title: one_line(&title),
                artists: artists.filter(|artist| !artist.is_empty()).collect(),
                album: one_line(&album),
                length_ms,
                isrc,
                external: recording
                    .map(|id| ("musicbrainz".into(), id))
                    .into_iter()
                    .collect(),
                ..Wanted::default()
            };
            let says = path.is_some() || !wanted.title.is_empty() || !wanted.artists.is_empty();
            says.then_some((wanted, path))
        },
    )
}

/// The rows as they must come back when no file is there.
pub fn with_places(rows: Vec<(Wanted, Option<PathBuf>)>) -> Vec<Wanted> {
    let row = |(wanted, path): (Wanted, Option<PathBuf>)| Wanted {
        place: path.map(|path| Uri::new(path.into_os_string().into_vec())),
        ..wanted
    };
    rows.into_iter().map(row).collect()
}
