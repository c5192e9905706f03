//! Containers, and what is wrong with them.

use super::fixtures::*;
use super::*;
use crate::wanted::export::NotTaken;
use std::io::Write;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in members {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn refusals(bytes: &[u8], limits: Limits) -> (All, Vec<(String, Option<NotTaken>)>) {
    let (all, reports) = gulp(&[("a.zip", bytes)], limits, None);
    let all_of = reports
        .into_iter()
        .map(|report| (report.file, report.refused));
    (all, all_of.collect())
}

#[test]
fn a_zip_and_a_zip_in_it_are_read_member_by_member() {
    let inner = zip(&[("tracks.json", APPLE_TRACKS.as_bytes())]);
    let outer = zip(&[
        ("Apple Music Activity/tracks.json.zip", &inner),
        (
            "Apple Music Activity/playlists.json",
            APPLE_PLAYLISTS.as_bytes(),
        ),
        ("__MACOSX/._playlists.json", b"\0\x05\x16\x07"),
        ("picture.jpg", b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01"),
    ]);
    let (all, reports) = refusals(&outer, Limits::default());
    let names: Vec<_> = reports
        .iter()
        .map(|(name, refused)| (name.as_str(), refused.is_some()))
        .collect();
    assert_eq!(
        names,
        [
            (
                "a.zip/Apple Music Activity/tracks.json.zip/tracks.json",
                false
            ),
            ("a.zip/Apple Music Activity/playlists.json", false),
            ("a.zip/picture.jpg", true),
        ]
    );
    let playlist = all
        .lists
        .iter()
        .find(|list| list.name == "Road Trip")
        .unwrap();
    assert_eq!(
        playlist.rows[0].wanted.title,
        "First Light (feat. Guest Singer)"
    );
}

#[test]
fn a_name_that_leads_out_of_the_zip_is_a_name() {
    let bytes = zip(&[
        ("../../etc/cron.d/mix.csv", ROON.as_bytes()),
        ("/etc/passwd.csv", ROON.as_bytes()),
    ]);
    let (all, _) = refusals(&bytes, Limits::default());
    let names: Vec<_> = all.lists.iter().map(|list| list.name.as_str()).collect();
    assert_eq!(names, ["mix", "passwd"]);
}

#[test]
fn two_members_of_a_name_are_two() {
    let mut bytes = zip(&[("a.csv", ROON.as_bytes()), ("b.csv", SOUNDIIZ.as_bytes())]);
    for at in 0..bytes.len() - 5 {
        if bytes[at..].starts_with(b"b.csv") {
            bytes[at] = b'a';
        }
    }
    let (all, _) = refusals(&bytes, Limits::default());
    assert_eq!(all.lists.len(), 2);
}

#[test]
fn a_bomb_is_told_and_not_followed() {
    let mut bomb = b"title,artist\n".to_vec();
    bomb.resize(40 << 20, b' ');
    let bytes = zip(&[("bomb.csv", &bomb), ("roon.csv", ROON.as_bytes())]);
    assert!(bytes.len() < 100_000);
    let (all, reports) = refusals(&bytes, Limits::default());
    assert_eq!(reports[0].1, Some(NotTaken::Bomb));
    assert_eq!(
        (
            reports[1].1.as_ref(),
            all.lists.last().unwrap().name.as_str()
        ),
        (None, "roon")
    );
    // Many small ones are one large one.
    let limits = Limits {
        bytes_out: 1000,
        ..Limits::default()
    };
    let bytes = zip(&[
        ("a.csv", CSV.repeat(3).as_bytes()),
        ("b.csv", CSV.repeat(6).as_bytes()),
        ("c.csv", CSV.repeat(7).as_bytes()),
    ]);
    let (_, reports) = refusals(&bytes, limits);
    assert_eq!(
        (&reports[0].1, &reports[2].1),
        (&None, &Some(NotTaken::Bomb))
    );
}

#[test]
fn too_many_members_and_too_deep() {
    let bytes = zip(&[("a.csv", ROON.as_bytes()), ("b.csv", ROON.as_bytes())]);
    let limits = Limits {
        members: 1,
        ..Limits::default()
    };
    assert_eq!(
        refusals(&bytes, limits).1[0].1,
        Some(NotTaken::TooManyMembers(2, 1))
    );
    let mut deep = zip(&[("a.csv", ROON.as_bytes())]);
    for _ in 0..10 {
        deep = zip(&[("in.zip", &deep)]);
    }
    let (all, reports) = refusals(&deep, Limits::default());
    assert_eq!(
        (all.lists.len(), reports.last().unwrap().1.clone()),
        (0, Some(NotTaken::TooDeep))
    );
    let limits = Limits {
        nested_bytes: 10,
        ..Limits::default()
    };
    assert_eq!(
        refusals(&zip(&[("in.zip", &bytes)]), limits).1[0].1,
        Some(NotTaken::TooDeep)
    );
}

#[test]
fn a_member_under_a_password_is_told() {
    let mut bytes = zip(&[("a.csv", ROON.as_bytes())]);
    let central = bytes
        .windows(4)
        .position(|four| four == b"PK\x01\x02")
        .unwrap();
    bytes[6] |= 1;
    bytes[central + 8] |= 1;
    assert_eq!(
        refusals(&bytes, Limits::default()).1[0].1,
        Some(NotTaken::Encrypted)
    );
}

#[test]
fn cut_and_spoilt_at_every_byte() {
    let whole = zip(&[
        ("a.csv", ROON.as_bytes()),
        ("b.json", SPOTIFY_PLAYLISTS.as_bytes()),
    ]);
    for at in 0..whole.len() {
        let (_, reports) = refusals(&whole[..at], Limits::default());
        assert!(reports.iter().any(|(_, refused)| refused.is_some()), "{at}");
        let mut spoilt = whole.clone();
        spoilt[at] ^= 0xff;
        refusals(&spoilt, Limits::default());
    }
}

/// A spreadsheet with one sheet; the cells of the first row are shared texts, the others stand in place.
fn spreadsheet(rows: &[&[&str]]) -> Vec<u8> {
    let shared: String = rows[0]
        .iter()
        .map(|cell| format!("<si><t>{cell}</t></si>"))
        .collect();
    let cell = |row: usize, at: usize, text: &str| {
        let name = format!("{}{}", char::from(b'A' + at as u8), row + 1);
        match (row, text) {
            (_, "") => String::new(),
            (0, _) => format!("<c r=\"{name}\" t=\"s\"><v>{at}</v></c>"),
            (_, text) if text.parse::<f64>().is_ok() => {
                format!("<c r=\"{name}\"><v>{text}</v></c>")
            }
            (_, text) => format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
        }
    };
    let rows: String = rows
        .iter()
        .enumerate()
        .map(|(row, cells)| {
            let cells: String = cells
                .iter()
                .enumerate()
                .map(|(at, text)| cell(row, at, text))
                .collect();
            format!("<row r=\"{}\">{cells}</row>", row + 1)
        })
        .collect();
    let sheet =
        format!("<?xml version=\"1.0\"?><worksheet><sheetData>{rows}</sheetData></worksheet>");
    zip(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
        (
            "xl/sharedStrings.xml",
            format!("<sst>{shared}</sst>").as_bytes(),
        ),
    ])
}

#[test]
fn deezers_spreadsheet_is_read_and_any_other_is_told() {
    let header = [
        "Song Title",
        "Artist",
        "ISRC",
        "Album Title",
        "IP Address",
        "Listening Time",
        "Platform Name",
        "Platform Model",
        "Date",
    ];
    let bytes = spreadsheet(&[
        &header,
        &[
            "First &amp; Light",
            "The Example Band",
            "USEX10300036",
            "Sample Days",
            "SECRET",
            "187",
            "SECRET",
            "SECRET",
            "2024-03-17 08:14:22",
        ],
        &["Second", "B", "", "", "SECRET", "3", "", "", "45368.5"],
        &["", "", "", "", "SECRET", "3", "", "", "45368.5"],
    ]);
    for (name, bytes) in [
        ("d.xlsx", bytes.clone()),
        ("d.zip", zip(&[("d.xlsx", &bytes)])),
    ] {
        let (all, report) = read(name, &bytes);
        assert_eq!(
            told_heard(&all),
            [
                "1710663262 187000 deezer: The Example Band|First & Light|Sample Days||.|USEX10300036|",
                "1710676800 3000 deezer: B|Second|||.||",
            ]
        );
        assert_eq!(
            (report.format, report.counts.unreadable),
            (Some(Format::Deezer), 1)
        );
        assert!(!format!("{all:?}{report:?}").contains("SECRET"));
    }
    let roon = spreadsheet(&[
        &["Title", "Artist", "Album"],
        &["First Light", "The Example Band", "Sample Days"],
    ]);
    let (all, report) = read("roon.xlsx", &roon);
    assert_eq!(
        (all.lists.len(), report.refused),
        (0, Some(NotTaken::Spreadsheet))
    );
    for at in (0..bytes.len()).step_by(3) {
        read("x", &bytes[..at]);
        let mut spoilt = bytes.clone();
        spoilt[at] ^= 0x55;
        read("x", &spoilt);
    }
}
