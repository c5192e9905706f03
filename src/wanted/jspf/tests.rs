//! What services write, and that everything written here comes back.

use super::*;
use crate::wanted::told::{dressed, told, whole_rows, with_places};
use crate::wanted::{
    Encoding, MAX_BYTES, MAX_LINE, MAX_ROWS, PlaylistFormat, Refused, WriteOptions,
};
use proptest::prelude::*;
use std::path::Path;

fn rows(tracks: &str) -> Vec<String> {
    let text = format!("{{\"playlist\":{{\"title\":\"x\",\"track\":[{tracks}]}}}}");
    told(&read(text.as_bytes()).unwrap())
}

#[test]
fn as_a_service_writes_it() {
    let text = r#"{"playlist":{"annotation":"a","creator":"me","date":"2024-01-01","title":"Road trip",
"extension":{"https://musicbrainz.org/doc/jspf#playlist":{"public":true}},
"track":[
 {"album":"Dawn","creator":"The Example Band","duration":187223,"title":"First Light",
  "identifier":["https://musicbrainz.org/recording/0b1c"],
  "extension":{"https://musicbrainz.org/doc/jspf#track":{"added_by":"me","additional_metadata":{"isrc":"USEX10300036"}}}},
 {"title":"Second","identifier":"https://musicbrainz.org/recording/0b1d","location":["file:///a%20b.mp3"]}
]}}"#;
    let playlist = read(text.as_bytes()).unwrap();
    assert_eq!(playlist.name.as_deref(), Some("Road trip"));
    assert_eq!(
        told(&playlist),
        [
            "The Example Band|First Light|Dawn|187223|",
            "|Second|||/a b.mp3"
        ]
    );
    let [first, second] = &playlist.rows[..] else {
        panic!("two rows");
    };
    assert_eq!((first.line, second.line), (4, 7));
    assert_eq!(first.wanted.isrc, "USEX10300036");
    assert_eq!(first.wanted.external[0].1, "0b1c");
    assert_eq!(second.wanted.external[0].1, "0b1d");
}

#[test]
fn every_line_end_and_charset() {
    let text = "{\n\"playlist\": {\n\"track\": [{\"title\": \"J\u{f3}ga\",\n\"location\": \"J\u{f3}ga.mp3\"}]}}";
    for bytes in dressed(text) {
        let playlist = read(&bytes).unwrap();
        assert_eq!(told(&playlist), ["|Jóga|||Jóga.mp3"]);
        assert_eq!(playlist.rows[0].line, 3);
    }
}

#[test]
fn other_shapes() {
    for (track, expected) in [
        (r#"{"title":"x","duration":"187223"}"#, "|x||187223|"),
        (r#"{"title":"x","duration":0}"#, "|x|||"),
        (r#"{"title":"x","duration":1e300}"#, "|x|||"),
        (r#"{"title":["x"],"creator":7}"#, "|x|||"),
        (r#"{"location":"C:\\Music\\a.mp3"}"#, "||||C:\\Music\\a.mp3"),
        (r#"{"location":["http://x/y","z.mp3"]}"#, "||||z.mp3"),
        (
            r#"{"title":"x","creator":"A","location":"http://x"}"#,
            "A|x|||",
        ),
        (r#"{"title":"a\nb\u0000"}"#, "|a b|||"),
    ] {
        assert_eq!(rows(track), [expected], "{track}");
    }
}

#[test]
fn a_track_of_another_shape_costs_no_other_its_row() {
    let deep = format!("{{\"title\":{}1{}}}", "[".repeat(1000), "]".repeat(1000));
    let text = format!(
        "{{\"playlist\":{{\"track\":[\n5,\nnull,\n{{}},\n{deep},\n{{\"location\":\"http://x\"}},\n{{\"title\":\"x\"}}]}}}}"
    );
    let playlist = read(text.as_bytes()).unwrap();
    assert_eq!(told(&playlist), ["|x|||"]);
    let lines: Vec<_> = playlist.notes.iter().map(|note| note.line).collect();
    assert_eq!((playlist.refused, lines), (5, vec![2, 3, 4, 5, 6]));
    assert_eq!(playlist.rows[0].line, 7);
}

#[test]
fn what_is_no_jspf_is_refused() {
    let format = PlaylistFormat::Jspf;
    for (text, refused) in [
        ("{}", Refused::OtherJson),
        ("[1]", Refused::OtherJson),
        ("{\"playlist\":7}", Refused::OtherJson),
        ("{\"playlist\":{\"track\":7}}", Refused::OtherJson),
        ("{\"playlist\":{\n\n", Refused::Damaged { format, line: 3 }),
    ] {
        assert_eq!(read(text.as_bytes()), Err(refused), "{text}");
    }
    assert_eq!(told(&read(b"{\"playlist\":{}}").unwrap()), [""; 0]);
}

#[test]
fn limits_hold() {
    let list = |track: &str, times: usize| {
        let tracks = vec![track; times].join(",");
        format!("{{\"playlist\":{{\"track\":[{tracks}]}}}}")
    };
    let playlist = read(list("{\"title\":\"x\"}", MAX_ROWS + 5).as_bytes()).unwrap();
    assert_eq!((playlist.rows.len(), playlist.refused), (MAX_ROWS, 1));
    let long = list(
        &format!("{{\"title\":\"{}\"}}", "a".repeat(MAX_LINE + 1)),
        2,
    );
    let playlist = read(long.as_bytes()).unwrap();
    assert_eq!((playlist.rows.len(), playlist.refused), (0, 2));
    let wide = list(&format!("{{\"x\":[0{}]}}", ",0".repeat(1 << 20)), 1);
    assert_eq!(read(wide.as_bytes()).unwrap().refused, 1);
    let deep = "[".repeat(1 << 20);
    assert!(read(format!("{{\"playlist\":{{\"x\":{deep}").as_bytes()).is_err());
    assert_eq!(
        read(&vec![b' '; MAX_BYTES + 1]),
        Err(Refused::TooBig(MAX_BYTES + 1))
    );
}

proptest! {
    #[test]
    fn any_bytes_end_well(bytes: Vec<u8>) {
        let _ = read(&bytes);
    }

    #[test]
    fn any_values_end_well(values in proptest::collection::vec("(\"\\PC{0,4}\"|-?[0-9]{1,9}|null|\\[\\]|\\{\\}|\\[\"x\",7\\]|\\[\\{\"isrc\":\"x\"\\}\\])", 7)) {
        let fields = ["title", "creator", "album", "duration", "location", "meta", "extension"];
        let track: Vec<String> = fields.iter().zip(values).map(|(field, value)| format!("\"{field}\":{value}")).collect();
        let text = format!("{{\"playlist\":{{\"track\":[{{{}}}]}}}}", track.join(","));
        if let Ok(playlist) = read(text.as_bytes()) {
            prop_assert_eq!(playlist.rows.len() + playlist.refused, 1);
        }
    }

    #[test]
    fn what_is_written_comes_back(rows in proptest::collection::vec(whole_rows(), 0..8), near: bool) {
        let folder = Path::new("/m/a");
        let options = WriteOptions { name: Some("Mix"), relative_to: near.then_some(folder) };
        let playlist = read(&write(&rows, options)).unwrap();
        prop_assert_eq!((playlist.encoding, playlist.refused, playlist.name.as_deref()), (Encoding::Utf8, 0, Some("Mix")));
        let back = playlist.wanted_at(&[folder], &mut |_| false);
        prop_assert_eq!(back, with_places(rows));
    }
}
