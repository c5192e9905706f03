//! What is read of formats that are not Spotify's.

use super::fixtures::*;
use super::*;
use crate::wanted::Encoding;

#[test]
fn converters() {
    let (all, _) = read("x.csv", TUNE_MY_MUSIC.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist spotify/ \"Road Trip\": Earth, Wind & Example|First Light|Sample Days||.|USEX10300036|spotify:4ExampleExampleExample; B|Third|C||.||",
            "liked spotify/ \"Liked videos\": The Example Band|First Light|||.||",
            "playlist spotify/ \"Other\": B|Second|C||.|USEX10300037|",
        ]
    );
    assert_eq!(all.albums[0].title, "Sample Days");
    let (all, report) = read("x.csv", SOUNDIIZ.as_bytes());
    assert_eq!(report.separator, Some(';'));
    assert_eq!(
        told_lists(&all),
        [
            "playlist / \"x\": The Example Band|First Light|Sample Days|225000|.|USEX10300036|deezer:77 @1710633600; B|Second|||.||"
        ]
    );
    let (all, _) = read("x.csv", ROON.as_bytes());
    assert_eq!(
        told_lists(&all),
        ["playlist / \"x\": The Example Band|First Light|Sample Days||.|USEX10300036|"]
    );
    let matched = "title,artist,album,isrc,platform,trackId,duration,addedDate,url\nT,A,L,,Spotify,4ExampleExampleExample,225,,\n";
    let (all, _) = read("x.csv", matched.as_bytes());
    assert_eq!(
        told_lists(&all),
        ["playlist / \"x\": A|T|L|225000|.||spotify:4ExampleExampleExample"]
    );
    let (all, _) = read("x.csv", b"name,artist,album\nT,A,L\n");
    assert_eq!(told_lists(&all), ["playlist / \"x\": A|T|L||.||"]);
    let (all, report) = read("x.csv", YANDEX.as_bytes());
    assert_eq!(
        told_lists(&all),
        ["playlist yandex/ \"x\": The Example Band|First Light|||.||yandex:123 @1710663262"]
    );
    assert_eq!(report.counts.other, 1);
}

#[test]
fn any_json_with_titles_and_artists() {
    let (all, report) = read("x.json", JSON_LIST.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist / \"Road Trip\": The Example Band+Guest Singer|First Light|Sample Days|225000|.|USEX10300036| @1710633600; B|Second||225000|.||spotify:4ExampleExampleExample"
        ]
    );
    assert_eq!((report.counts.rows(), report.counts.other), (3, 1));
    let one = "A|T|||.||";
    for (text, lists) in [
        (r#"[{"title":"T","artist":"A"}]"#, vec![("x", vec![one])]),
        // Each list within an object is one, whatever its name stands behind.
        (
            r#"{"playlists":[{"tracks":[{"title":"T","artist":"A"}],"name":"One"},{"title":"Two","tracks":[{"song":"T","artist_name":"A"}]}]}"#,
            vec![("One", vec![one]), ("Two", vec![one])],
        ),
        (
            r#"{"data":{"playlist":{"title":"P","tracks":[{"title":"T","artist":{"id":7,"name":"A"}}]}}}"#,
            vec![("P", vec![one])],
        ),
        (
            r#"[{"addedAt":1,"track":{"title":"T","artist":"A","track":3}},{"item":{"name":"T","artists":["A"]}}]"#,
            vec![("x", vec!["A|T|||.3||", one])],
        ),
        (
            r#"{"items":[{"track":"T","artist":"A","playlist":"L"},{"track":"T","artist":"A","playlist":"M"}]}"#,
            vec![("L", vec![one]), ("M", vec![one])],
        ),
        (
            r#"{"playlist":{"name":"N","songs":[{"Song Name":"T","Artist Name":"A"}]}}"#,
            vec![("N", vec![one])],
        ),
        (
            r#"{"title":"TIDAL","list":[{"title":"T","artist":"A","duration":225000},{"title":1979,"artist":"A"}]}"#,
            vec![("TIDAL", vec!["A|T||225000|.||", "A|1979|||.||"])],
        ),
    ] {
        let (all, report) = read("x.json", text.as_bytes());
        assert_eq!(report.refused, None, "{text}");
        let expected: Vec<_> = lists
            .iter()
            .map(|(name, rows)| format!("playlist / {name:?}: {}", rows.join("; ")))
            .collect();
        assert_eq!(told_lists(&all), expected, "{text}");
        assert_eq!(report.counts.unreadable, 0, "{text}");
    }
    // Neither a title without an artist, nor names that stand apart.
    for text in [
        r#"[{"title":"T"}]"#,
        r#"{"title":"T","artist":"A"}"#,
        r#"[{"title":"T","album":{"artist":"A"}}]"#,
    ] {
        assert!(
            read("x.json", text.as_bytes()).1.refused.is_some(),
            "{text}"
        );
    }
}

#[test]
fn tables_and_lines_that_people_write() {
    let (all, report) = read("home.csv", CSV.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist / \"home\": The Example Band+Guest Singer|First Light|Sample Days|187000|.||; B|Second||3723000|.||; C|Third|||.||"
        ]
    );
    assert_eq!(report.unreadable_at, [3]);
    let (all, _) = read("lines.txt", LINES.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist / \"lines\": The Example Band|First Light|||.||; B|Second - Live|||.||; C|Third|||.||"
        ]
    );
    let (_, report) = read("x.txt", b"title\tartist\r\"Heroes\"\tA\r");
    assert_eq!(report.separator, Some('\t'));
    let (_, report) = read("x.csv", b"title;artist\nCaf\xe9;A, B\n");
    assert_eq!(
        (report.separator, report.encoding),
        (Some(';'), Some(Encoding::Windows1252))
    );
    for (lengths, right) in [(["187223", "200000"], 187_223), (["187", "200"], 187_000)] {
        let text = format!(
            "title,artist,length\nT,A,{}\nT,A,{}\n",
            lengths[0], lengths[1]
        );
        let (all, _) = read("x.csv", text.as_bytes());
        assert_eq!(all.lists[0].rows[0].wanted.length_ms, Some(right));
    }
}

#[test]
fn links_and_lists_of_files() {
    let (all, _) = read("links.txt", LINKS.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist / \"links\": ||||.||spotify:4ExampleExampleExample; ||||.||spotify:6ExampleExampleExample; The Example Band|Demo||204000|.|| local"
        ]
    );
    let (all, _) = read("dir/a.m3u", M3U.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist / \"Road Trip\": The Example Band|First Light||203000|.|| local; B|Second|||.|| local"
        ]
    );
    assert_eq!(all.lists[0].rows[0].paths[0], b"Music/First%20Light.mp3");
    for (name, text) in [("a.pls", PLS), ("a.xspf", XSPF), ("a.jspf", JSPF)] {
        let (all, report) = read(name, text.as_bytes());
        assert_eq!((all.lists.len(), report.counts.tracks), (1, 1), "{name}");
    }
}

#[test]
fn apple() {
    let (all, _) = read("Library.xml", ITUNES_XML.as_bytes());
    let file = "The Example Band|First & Light|Sample Days|187223|1.2||itunes:ABCDEF0123456789 local @1710663262";
    assert_eq!(
        told_lists(&all),
        [
            format!("library itunes/ \"\": {file}; |Cloud|||.||; |Talk|||.|| episode"),
            format!(
                "playlist itunes/0123456789ABCDEF \"Road Trip\": |Cloud|||.||; {file}; |Cloud|||.||"
            ),
        ]
    );
    assert_eq!(
        all.lists[0].rows[0].paths[0],
        b"C:/Users/me/First Light.mp3"
    );
    let (all, report) = read("Road Trip.txt", ITUNES_TEXT.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "playlist / \"Road Trip\": The Example Band|\"Light\" (First)|Sample Days|187000|1.2|| local"
        ]
    );
    assert_eq!(report.separator, Some('\t'));
    let (all, report) = read("x", APPLE_TRACKS.as_bytes());
    assert_eq!(
        told_lists(&all),
        [
            "library apple/ \"\": The Example Band|First Light (feat. Guest Singer)|Sample Days|215346|1.2||apple:1000000001 apple-library:100000001; \
          |Talk|||.||apple-library:100000003 episode"
        ]
    );
    assert_eq!((report.counts.other, report.counts.episodes), (1, 1));
    let (all, report) = read("x", APPLE_ACTIVITY.as_bytes());
    assert_eq!(
        told_heard(&all),
        ["1710663262 120000 apple: The Example Band|First Light||187223|.||"]
    );
    assert_eq!(report.counts.other, 1);
    let (all, _) = read("x", APPLE_RECENT.as_bytes());
    assert_eq!(
        told_lists(&all),
        ["playlist / \"x\": The Example Band|First Light||187223|.||"]
    );
}

#[test]
fn histories_of_others() {
    let (all, _) = read("x", LISTENBRAINZ.as_bytes());
    assert_eq!(
        told_heard(&all),
        [
            "1700000000  listenbrainz: The Example Band|First Light|Sample Days|187223|.2|USEX10300036|musicbrainz:0b1c0b1c-0000 spotify:4ExampleExampleExample",
            "1700000100  listenbrainz: B|Nu ll NaN|||.||",
        ]
    );
    let (as_list, _) = read(
        "x",
        format!("[{}]", LISTENBRAINZ.lines().next().unwrap()).as_bytes(),
    );
    assert_eq!(told_heard(&as_list), told_heard(&all)[..1]);
    let first = "1698912840  lastfm: The Example Band|First Light|Sample Days||.||";
    for (text, right) in [
        (LAST_FM, first),
        (LAST_FM_HEADER, first),
        (LIBRE_FM, first),
        (
            LAST_FM_TIMES,
            "1698912840  lastfm: The Example Band|First Light|||.||",
        ),
    ] {
        let (all, _) = read("x", text.as_bytes());
        assert_eq!(told_heard(&all)[0], right, "{text}");
    }
    let (all, _) = read("x", SCROBBLER.as_bytes());
    assert_eq!(
        told_heard(&all),
        [
            "1698912840  : The Example Band|First Light|Sample Days|187000|.2||musicbrainz:0b1c0b1c-0000",
            "1698912940  : B|Second||100000|.|| skipped",
        ]
    );
}
