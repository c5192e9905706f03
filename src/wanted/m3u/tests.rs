//! What players write, and that everything written here comes back.

use super::*;
use crate::music::{Uri, Wanted};
use crate::wanted::told::{names, paths, told as tell};
use crate::wanted::{Encoding, MAX_LINE, MAX_NOTES, MAX_ROWS, Oddity, Refused, WriteOptions};
use proptest::prelude::*;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

fn told(bytes: &[u8]) -> Vec<String> {
    tell(&read(bytes).unwrap())
}

#[test]
fn names_paths_comments_and_directives() {
    let text = "#EXTM3U\n#PLAYLIST: Road trip \n\n# a comment: with a colon\n#EXTINF:203,The Example Band - First Light\n#EXTALB:Dawn\n#EXTGRP:x\na/b.mp3\n\
        #extinf:-1,Second\nc.mp3\nbare.mp3\n";
    let playlist = read(text.as_bytes()).unwrap();
    assert_eq!(playlist.name.as_deref(), Some("Road trip"));
    assert_eq!(
        tell(&playlist),
        [
            "The Example Band|First Light|Dawn|203000|a/b.mp3",
            "|Second|||c.mp3",
            "||||bare.mp3"
        ]
    );
    assert_eq!((playlist.encoding, playlist.refused), (Encoding::Utf8, 0));
}

#[test]
fn every_line_end_and_byte_order_mark() {
    let rows = ["A|B||1000|x.mp3", "||||y.mp3"];
    for text in [
        "#EXTM3U\n#EXTINF:1,A - B\nx.mp3\ny.mp3",
        "\u{feff}#EXTM3U\r\n#EXTINF:1,A - B\r\nx.mp3\r\ny.mp3\r\n",
        "#EXTM3U\r#EXTINF:1,A - B\rx.mp3\ry.mp3\r",
        "#EXTINF:1,A - B\r\nx.mp3\n\u{feff}#EXTM3U\ry.mp3",
    ] {
        assert_eq!(told(text.as_bytes()), rows, "{text:?}");
        let mut utf_16 = vec![0xff, 0xfe];
        let text = text.trim_start_matches('\u{feff}');
        utf_16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(told(&utf_16), rows, "{text:?}");
    }
}

#[test]
fn old_charsets_keep_the_bytes_of_the_name() {
    let playlist = read(b"#EXTINF:1,Bj\xf6rk - J\xf3ga\nBj\xf6rk/j.mp3\n").unwrap();
    assert_eq!(tell(&playlist), ["Björk|Jóga||1000|Björk/j.mp3"]);
    assert_eq!(playlist.encoding, Encoding::Windows1252);
    let on_disk = PathBuf::from(OsString::from_vec(b"/l/Bj\xf6rk/j.mp3".to_vec()));
    let found = playlist.wanted_at(&[Path::new("/l")], &mut |file| file == on_disk);
    let place = found[0].place.as_ref().unwrap();
    assert_eq!(place.absolute(), Some(on_disk));

    let stated = read(b"#EXTENC:windows-1251\n\xca\xe8\xed\xee.mp3").unwrap();
    assert_eq!(stated.encoding, Encoding::Stated("windows-1251"));
    assert_eq!(
        stated.rows[0].paths,
        [
            "Кино.mp3".as_bytes().to_vec(),
            b"\xca\xe8\xed\xee.mp3".to_vec()
        ]
    );
}

#[test]
fn a_row_takes_the_place_of_the_file_that_is_there() {
    let text = "a%20b.mp3\nC:\\Music\\c.mp3\ne\u{301}.mp3\nD:\\gone.mp3\ngone.mp3";
    let here = ["/l/a b.mp3", "/l/Music/c.mp3", "/l/é.mp3"].map(PathBuf::from);
    let rows = read(text.as_bytes())
        .unwrap()
        .wanted_at(&[Path::new("/l")], &mut |file| {
            here.iter().any(|h| h == file)
        });
    let places: Vec<String> = rows
        .iter()
        .map(|row| String::from_utf8_lossy(row.place.as_ref().unwrap().as_bytes()).into_owned())
        .collect();
    assert_eq!(
        places,
        [
            "/l/a b.mp3",
            "/l/Music/c.mp3",
            "/l/é.mp3",
            "D:\\gone.mp3",
            "/l/gone.mp3"
        ]
    );
}

#[test]
fn a_relative_path_may_start_from_a_root() {
    let folders = ["/lists", "/m"].map(Path::new);
    let place = |text: &str, here: &str| {
        let rows = read(text.as_bytes()).unwrap();
        let rows = rows.wanted_at(&folders, &mut |file| file == Path::new(here));
        rows[0].place.as_ref().unwrap().to_string()
    };
    assert_eq!(place("A/b.mp3", "/m/A/b.mp3"), "/m/A/b.mp3");
    assert_eq!(place("D:\\x\\A\\b.mp3", "/m/A/b.mp3"), "/m/A/b.mp3");
    assert_eq!(place("A/b.mp3", ""), "/lists/A/b.mp3");
}

#[test]
fn addresses_on_a_network_are_no_places() {
    let text = "#EXTINF:9,A - B\nhttps://x/1.mp3\n#EXTINF:-1,Radio\nhttp://x/2\nsmb://x/3.mp3\nother.m3u\nok.mp3";
    let playlist = read(text.as_bytes()).unwrap();
    assert_eq!(
        tell(&playlist),
        ["A|B||9000|", "||||other.m3u", "||||ok.mp3"]
    );
    let followed: Vec<_> = playlist.rows.iter().map(|row| row.is_playlist).collect();
    assert_eq!(followed, [false, true, false]);
    assert_eq!(playlist.refused, 2);
    let notes: Vec<_> = playlist.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "line 2: the https address is left out, the names are kept",
            "line 4: a http address is no file of yours",
            "line 5: a smb address is no file of yours",
        ]
    );
}

#[test]
fn a_stream_manifest_is_refused() {
    assert_eq!(
        read(b"#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:9,\ns.ts"),
        Err(Refused::Hls)
    );
}

#[test]
fn names_without_a_path_are_a_row() {
    let text = "#EXTINF:1,A - B\n#EXTINF:2,C - D\nd.mp3\n#EXTINF:-1,\n#EXTALB:Z\n#EXTINF:3,E - F\n# no file\n";
    assert_eq!(
        told(text.as_bytes()),
        ["A|B||1000|", "C|D||2000|d.mp3", "E|F||3000|"]
    );
}

#[test]
fn limits_hold() {
    let many = b"x\n".repeat(MAX_ROWS + 5);
    let playlist = read(&many).unwrap();
    assert_eq!(playlist.rows.len(), MAX_ROWS);
    assert_eq!(playlist.notes.last().unwrap().what, Oddity::TooManyRows);

    let long = [&b"a".repeat(MAX_LINE + 1)[..], b"\nok.mp3"].concat();
    assert_eq!(told(&long), ["||||ok.mp3"]);

    let noisy = b"http://x\n".repeat(MAX_NOTES * 2);
    let playlist = read(&noisy).unwrap();
    assert_eq!((playlist.notes.len(), playlist.refused), (MAX_NOTES, 200));

    let big = vec![b'\n'; crate::wanted::MAX_BYTES + 1];
    assert_eq!(read(&big), Err(Refused::TooBig(big.len())));
}

#[test]
fn a_written_playlist_reads_well_elsewhere_too() {
    let row = |title: &str, place: Option<&str>| Wanted {
        title: title.into(),
        artists: vec!["A".into(), "B".into()],
        album: "C\nD".into(),
        length_ms: Some(203_499),
        place: place.map(Uri::new),
        ..Wanted::default()
    };
    let rows = [
        (row("One", None), Some(PathBuf::from("/m/a/1.mp3"))),
        (row("Two", Some("/gone/2.mp3")), None),
        (row("Three", None), None),
    ];
    let options = WriteOptions {
        name: Some("Mix"),
        relative_to: Some(Path::new("/m/lists")),
    };
    assert_eq!(
        String::from_utf8(write(&rows, options)).unwrap(),
        "#EXTM3U\n#PLAYLIST:Mix\n#EXTINF:203,A, B - One\n#EXTALB:C D\n../a/1.mp3\n\
         #EXTINF:203,A, B - Two\n#EXTALB:C D\n/gone/2.mp3\n\
         #EXTINF:203,A, B - Three\n#EXTALB:C D\n# no file is known for this row\n"
    );
}

/// A row as M3U can hold it.
fn rows() -> impl Strategy<Value = (Wanted, Option<PathBuf>)> {
    let length = proptest::option::of(1u64..100_000);
    (
        names(),
        names(),
        names(),
        length,
        proptest::option::of(paths()),
    )
        .prop_filter_map("says something", |(artist, title, album, seconds, path)| {
            let clean = crate::wanted::encoding::one_line;
            let wanted = Wanted {
                artists: Some(clean(&artist))
                    .filter(|a| !a.is_empty())
                    .into_iter()
                    .collect(),
                title: clean(&title),
                album: clean(&album),
                length_ms: seconds.map(|seconds| seconds * 1000),
                ..Wanted::default()
            };
            let says = path.is_some() || !wanted.title.is_empty() || !wanted.artists.is_empty();
            says.then_some((wanted, path))
        })
}

proptest! {
    #[test]
    fn reading_any_bytes_ends_well(bytes: Vec<u8>) {
        if let Ok(playlist) = read(&bytes) {
            prop_assert!(playlist.rows.len() <= bytes.len());
            playlist.wanted_at(&[Path::new("/l")], &mut |_| false);
        }
    }

    #[test]
    fn reading_odd_lines_ends_well(lines in proptest::collection::vec("(#EXTINF:|#EXTART:|#EXTENC:|file:/|C:|%)?[-,\"=%0-9a-f/\\\\ \\PC]{0,10}", 0..12), utf_16: bool) {
        let text = lines.join("\r\n");
        let mut bytes = vec![0xfe, 0xff];
        bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        let playlist = read(if utf_16 { &bytes } else { text.as_bytes() }).unwrap();
        prop_assert!(playlist.rows.len() <= lines.len());
    }

    #[test]
    fn what_is_written_comes_back(rows in proptest::collection::vec(rows(), 0..8), near: bool) {
        let folder = Path::new("/m/a");
        let options = WriteOptions { name: None, relative_to: near.then_some(folder) };
        let playlist = read(&write(&rows, options)).unwrap();
        prop_assert_eq!((playlist.encoding, playlist.refused), (Encoding::Utf8, 0));
        let back = playlist.wanted_at(&[folder], &mut |_| false);
        let asked: Vec<Wanted> = rows.into_iter().map(|(wanted, path)| Wanted {
            place: path.map(|path| Uri::new(path.into_os_string().into_vec())),
            ..wanted
        }).collect();
        prop_assert_eq!(back, asked);
    }
}
