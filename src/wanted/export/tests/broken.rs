//! Every format on what is wrong with files. A file costs no more than its wrong rows, and no text that is taken is longer than
//! a line or has a control character.

use super::fixtures::*;
use super::*;
use crate::wanted::MAX_LINE;
use crate::wanted::export::NotTaken;

/// Reads it, and holds what must always hold.
fn held(name: &str, bytes: &[u8]) -> (All, FileReport) {
    let (all, report) = read(name, bytes);
    let rows = all
        .lists
        .iter()
        .flat_map(|list| &list.rows)
        .map(|row| &row.wanted);
    let heard = all.heard.iter().map(|heard| &heard.wanted);
    let known = all.known.iter().map(|known| &known.wanted);
    let listed = all
        .lists
        .iter()
        .map(|list| list.rows.len() as u64)
        .sum::<u64>();
    assert!(report.counts.rows() >= listed + all.heard.len() as u64);
    for wanted in rows.chain(heard).chain(known) {
        let texts = [&wanted.title, &wanted.album, &wanted.isrc]
            .into_iter()
            .chain(&wanted.artists);
        for text in texts.chain(wanted.external.iter().map(|(_, id)| id)) {
            assert!(text.len() <= MAX_LINE, "{name}: {} bytes", text.len());
            assert!(!text.contains(char::is_control), "{name}: {text:?}");
        }
    }
    (all, report)
}

#[test]
fn cut_at_every_byte() {
    for (name, text, _) in ALL {
        let (_, whole) = held(name, text.as_bytes());
        for end in 0..text.len() {
            let (_, cut) = held(name, &text.as_bytes()[..end]);
            assert!(
                cut.counts.tracks <= whole.counts.tracks + 1,
                "{name} at {end}"
            );
            assert!(
                cut.format.is_some() || cut.refused.is_some(),
                "{name} at {end}"
            );
        }
    }
}

#[test]
fn rows_before_a_cut_are_taken_and_the_cut_is_told() {
    for (text, at, tracks) in [
        (SPOTIFY_PLAYLISTS, "\"lastModifiedDate\"", 0),
        (
            SPOTIFY_PLAYLISTS,
            "{ \"track\" : null, \"episode\" : { \"epi",
            1,
        ),
        (SPOTIFY_EXTENDED, "{\"ts\":\"2024-03-17T09:00:00Z\"", 1),
        (APPLE_TRACKS, "{\"Content Type\":\"Podcast\"", 1),
        (ITUNES_XML, "<key>103</key>", 2),
    ] {
        let end = text.find(at).unwrap() + 3;
        let (_, report) = held("x", &text.as_bytes()[..end]);
        assert_eq!(
            (report.counts.tracks, report.ends_early),
            (tracks, true),
            "{at}"
        );
    }
}

#[test]
fn in_the_wrong_charset() {
    for (name, text, _) in ALL {
        let bytes = text.as_bytes();
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let half = bytes.len() / 2;
        let spoilt = [&bytes[..half], b"\xff\xfe\xe9", &bytes[half..]].concat();
        let marked = [b"\xff\xfe", bytes].concat();
        for wrong in [wide, spoilt, marked] {
            held(name, &wrong);
        }
    }
}

#[test]
fn with_a_head_and_nothing_else() {
    for (name, text, format) in ALL {
        let head = text
            .split_inclusive(['\n', '\r'])
            .next()
            .unwrap_or_default();
        let (_, report) = held(name, head.as_bytes());
        let is_told = report.refused.is_some() || report.format.is_some();
        assert!(is_told, "{name}");
        let by_labels = [
            Format::Exportify,
            Format::ExportifyNet,
            Format::TuneMyMusic,
            Format::Soundiiz,
            Format::Roon,
            Format::Csv,
            Format::AppleActivity,
            Format::AppleRecent,
            Format::Yandex,
        ];
        if by_labels.contains(format) {
            assert_eq!(
                (report.format, report.counts.rows()),
                (Some(*format), 0),
                "{name}"
            );
        }
    }
}

#[test]
fn with_a_value_that_never_ends() {
    for (name, text, _) in ALL {
        for word in ["First Light", "Second", "Third"] {
            let Some(at) = text.rfind(word) else {
                continue;
            };
            let long = "x".repeat(1 << 20);
            let text = [&text[..at], &long, &text[at..]].concat();
            held(name, text.as_bytes());
        }
    }
}

#[test]
fn a_cell_of_ten_megabytes_costs_its_row() {
    let long = "x".repeat(10 << 20);
    let row = |title: &str| format!("{title},A\n");
    let table = format!("title,artist\n{}{}{}", row("T"), row(&long), row("U"));
    let listen = |title: &str| {
        SPOTIFY_HISTORY
            .split('\n')
            .nth(1)
            .unwrap()
            .replace("First Light", title)
    };
    let history = format!("[{}{}{} 3]", listen("T"), listen(&long), listen("U"));
    let quoted = format!("title,artist\nT,A\nU,A\n\"{long}");
    for (text, tracks) in [(table, 2), (history, 2), (quoted, 2)] {
        let (_, report) = held("x", text.as_bytes());
        assert_eq!(report.counts.tracks, tracks);
        assert!(report.counts.unreadable >= 1);
    }
}

#[test]
fn a_row_without_end_ends_the_file() {
    let limits = Limits {
        piece: 1 << 20,
        ..Limits::default()
    };
    let text = format!("title,artist\nT,A\n\"{}", "x".repeat(4 << 20));
    let (all, reports) = gulp(&[("x", text.as_bytes())], limits, None);
    assert_eq!(all.lists[0].rows.len(), 1);
    assert!(reports[0].ends_early);
    let long = "x".repeat(4 << 20);
    let text = format!(
        "[{{\"endTime\":\"2024-01-01 00:00\",\"trackName\":\"T\",\"msPlayed\":1}},{{\"a\":\"{long}\"}},{{\"endTime\":\"2024-01-01 00:00\",\"trackName\":\"U\",\"msPlayed\":1}}]"
    );
    let (all, reports) = gulp(&[("x", text.as_bytes())], limits, None);
    assert_eq!(
        (
            all.heard.len(),
            reports[0].counts.unreadable,
            reports[0].ends_early
        ),
        (2, 1, false)
    );
}

#[test]
fn nested_ten_thousand_deep() {
    let depth = 10_000;
    let json = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    for (name, text, _) in ALL
        .iter()
        .filter(|(_, text, _)| text.starts_with(['{', '[']))
    {
        for deep in [&json, &objects, &"[{".repeat(depth)] {
            held(name, deep.as_bytes());
            // As the value of a field, and as a row.
            for at in ["\"First Light\"", "null", "{"] {
                held(name, text.replacen(at, deep, 2).as_bytes());
            }
        }
    }
    for element in ["dict", "array", "string", "playlist", "a"] {
        let deep = format!("<{element}>").repeat(depth);
        for before in [
            "<plist version=\"1.0\">",
            "<playlist><trackList>",
            "<plist><dict><key>Tracks</key>",
        ] {
            held("x", format!("{before}{deep}").as_bytes());
        }
    }
}

#[test]
fn entities_of_xml_stand_for_nothing() {
    let laughs: String = (1..10)
        .map(|n| {
            format!(
                "<!ENTITY lol{n} \"{}\">",
                format!("&lol{};", n - 1).repeat(10)
            )
        })
        .collect();
    let doctype = format!(
        "<!DOCTYPE plist [<!ENTITY lol0 \"lol\">{laughs}<!ENTITY out SYSTEM \"file:///etc/passwd\">]>"
    );
    let text = ITUNES_XML
        .replace("First &#38; Light", "&lol9;&out;")
        .replace("<!DOCTYPE plist PUBLIC \"-//Apple Computer//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">", &doctype);
    let (all, report) = held("x", text.as_bytes());
    assert_eq!(report.format, Some(Format::AppleXml));
    assert_eq!(all.lists[0].rows[0].wanted.title, "&lol9;&out;");
}

#[test]
fn with_bytes_that_are_zero() {
    for (name, text, _) in ALL {
        held(
            name,
            text.replace("First Light", "Fi\0rst Light").as_bytes(),
        );
        held(
            name,
            text.replace("First Light", "Fi\u{1b}[31mrst").as_bytes(),
        );
        held(name, text.replace(' ', "\0").as_bytes());
    }
    let (all, _) = held("x", ROON.replace("First Light", "Fi\0rst").as_bytes());
    assert_eq!(all.lists[0].rows[0].wanted.title, "Fi rst");
    assert_eq!(held("x", &[0; 5000]).1.refused, Some(NotTaken::Unknown));
}

#[test]
fn rows_that_say_half_and_rows_that_stand_there_twice() {
    let (all, report) = held(
        "x",
        b"title,artist,isrc\nT,,\n,A,\n,,USEX10300036\n,,nonsense\nT,,\nT,,\n",
    );
    let rows: Vec<_> = all.lists[0].rows.iter().map(told_row).collect();
    assert_eq!(
        rows,
        [
            "|T|||.||",
            "A||||.||",
            "||||.|USEX10300036|",
            "|T|||.||",
            "|T|||.||"
        ]
    );
    assert_eq!(report.unreadable_at, [4]);
}

proptest::proptest! {
    #[test]
    fn any_bytes_end_well(bytes: Vec<u8>, at in 0..ALL.len(), from in 0usize..2000) {
        held("x", &bytes);
        let (name, text, _) = ALL[at];
        let from = from.min(text.len());
        let spoilt = [&text.as_bytes()[..from], &bytes, &text.as_bytes()[from..]].concat();
        held(name, &spoilt);
    }
}
