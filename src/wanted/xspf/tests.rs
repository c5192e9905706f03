//! What players write, and that everything written here comes back.

use super::*;
use crate::wanted::told::{dressed, told, whole_rows, with_places};
use crate::wanted::{Encoding, MAX_BYTES, MAX_LINE, MAX_ROWS, Oddity, Refused, WriteOptions};
use proptest::prelude::*;
use std::path::Path;

fn tracks(tracks: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<playlist version=\"1\" xmlns=\"http://xspf.org/ns/0/\">\n<title> Road trip </title>\n<creator>me</creator>\n\
         <trackList>\n{tracks}\n</trackList>\n</playlist>\n"
    )
}

fn rows(text: &str) -> Vec<String> {
    told(&read(tracks(text).as_bytes()).unwrap())
}

#[test]
fn names_lengths_and_paths() {
    let text = tracks(
        "<track><location>file:///a%20b/c.mp3</location><title>First Light</title><creator>The Example Band</creator>\
         <album>Dawn</album><duration>187223</duration><trackNum>2</trackNum>\n\
         <identifier>https://musicbrainz.org/recording/0b1c</identifier><link rel=\"x\">y</link>\n\
         <extension application=\"x\"><title>not this</title><vlc:id xmlns:vlc=\"v\">1</vlc:id></extension></track>\n\
         <track><location>x%20y.mp3</location></track><track><title>Names</title></track>",
    );
    let playlist = read(text.as_bytes()).unwrap();
    assert_eq!(playlist.name.as_deref(), Some("Road trip"));
    assert_eq!(
        told(&playlist),
        [
            "The Example Band|First Light|Dawn|187223|/a b/c.mp3",
            "||||x y.mp3",
            "|Names|||"
        ]
    );
    let row = &playlist.rows[0];
    let id = ("musicbrainz".to_owned(), "0b1c".to_owned());
    assert_eq!((row.line, row.wanted.external.as_slice()), (6, &[id][..]));
    assert_eq!(playlist.rows[1].paths[1], b"x%20y.mp3");
    assert_eq!((playlist.refused, playlist.notes.len()), (0, 0));
}

#[test]
fn every_line_end_and_charset() {
    let text =
        tracks("<track><title>J\u{f3}ga</title>\n<location>J\u{f3}ga.mp3</location></track>");
    for bytes in dressed(&text) {
        assert_eq!(told(&read(&bytes).unwrap()), ["|Jóga|||Jóga.mp3"]);
    }
    let stated = b"<?xml version='1.0' encoding='koi8-r'?><playlist><trackList><track><title>\xeb</title></track></trackList></playlist>";
    let playlist = read(stated).unwrap();
    assert_eq!(told(&playlist), ["|К|||"]);
    assert_eq!(playlist.encoding, Encoding::Stated("KOI8-R"));
}

#[test]
fn other_shapes_that_players_write() {
    for (text, expected) in [
        (
            "<track><location>C:\\Music\\a b.mp3</location></track>",
            "||||C:\\Music\\a b.mp3",
        ),
        (
            "<track><location>file:///C:/a%20b.mp3</location></track>",
            "||||C:/a b.mp3",
        ),
        (
            "<track><location>\n a.mp3 \n</location></track>",
            "||||a.mp3",
        ),
        (
            "<track><location/><title/><creator>A</creator></track>",
            "A||||",
        ),
        ("<TRACK><Title>x</Title></TRACK>", "|x|||"),
        (
            "<track><title>A &amp; B &#233;&#xe9;</title></track>",
            "|A & B éé|||",
        ),
        ("<track><title>A & B</title></track>", "|A & B|||"),
        (
            "<track><title>&nbsp;x&lol;</title></track>",
            "|&nbsp;x&lol;|||",
        ),
        (
            "<track><title><![CDATA[<a> & b]]></title></track>",
            "|<a> & b|||",
        ),
        ("<track><title>a<!-- not --> b</title></track>", "|a b|||"),
        (
            "<track><title>x</title><duration>-1</duration></track>",
            "|x|||",
        ),
        (
            "<track><location>http://x/y</location><location>y.mp3</location></track>",
            "||||y.mp3",
        ),
        (
            "<track><title>x</title><creator>A</creator><location>http://x/y</location></track>",
            "A|x|||",
        ),
    ] {
        assert_eq!(rows(text), [expected], "{text}");
    }
    let bare = b"<x:playlist xmlns:x=\"http://xspf.org/ns/0/\"><x:trackList><x:track><x:title>x</x:title></x:track></x:trackList></x:playlist>";
    assert_eq!(told(&read(bare).unwrap()), ["|x|||"]);
}

#[test]
fn addresses_nested_lists_and_empty_tracks() {
    let text = tracks(
        "<track><location>http://x/y</location></track>\n<track/>\n<track><location>more.m3u</location></track>",
    );
    let playlist = read(text.as_bytes()).unwrap();
    assert_eq!(told(&playlist), ["||||more.m3u"]);
    assert!(playlist.rows[0].is_playlist);
    let notes: Vec<_> = playlist.notes.iter().map(ToString::to_string).collect();
    assert_eq!(
        notes,
        [
            "line 6: a http address is no file of yours",
            "line 7: the row names no song"
        ]
    );
    assert_eq!(playlist.refused, 2);
}

#[test]
fn a_document_type_defines_nothing() {
    let text = "<?xml version=\"1.0\"?><!DOCTYPE playlist [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]>\
        <playlist><trackList><track><title>&b;&f;</title></track></trackList></playlist>";
    assert_eq!(told(&read(text.as_bytes()).unwrap()), ["|&b;&f;|||"]);
}

#[test]
fn a_damaged_file_keeps_the_rows_before() {
    let whole = tracks("<track><title>1</title></track>\n<track><title>2</title></track>");
    for (end, expected) in [
        ("</trackList>", vec!["|1|||", "|2|||"]),
        ("</title></track>\n</trackList>", vec!["|1|||"]),
        ("</title></track>\n<track><title>2", vec![]),
    ] {
        let cut = whole.find(end).unwrap();
        let playlist = read(&whole.as_bytes()[..cut]).unwrap();
        assert_eq!(told(&playlist), expected, "{end}");
        assert_eq!(playlist.notes.last().unwrap().what, Oddity::Damaged);
    }
    let wrong = whole.replacen("</track>", "</trick>", 1);
    assert_eq!(told(&read(wrong.as_bytes()).unwrap()), ["|1|||"]);
}

#[test]
fn limits_hold() {
    let deep = tracks(&"<track>".repeat(1_000_000));
    let playlist = read(deep.as_bytes()).unwrap();
    assert_eq!(playlist.notes.last().unwrap().what, Oddity::Damaged);

    let many = tracks(&"<track><title>x</title></track>".repeat(MAX_ROWS + 1));
    let playlist = read(many.as_bytes()).unwrap();
    assert_eq!((playlist.rows.len(), playlist.refused), (MAX_ROWS, 1));

    let long = "a".repeat(MAX_LINE + 1);
    let text = tracks(&format!(
        "<track><location>{long}</location></track><track><title>{long}</title><location>b</location></track>\
         <track><title>x</title><creator>A</creator><location>{long}</location></track>"
    ));
    let playlist = read(text.as_bytes()).unwrap();
    assert_eq!(told(&playlist), ["||||b", "A|x|||"]);
    assert_eq!((playlist.refused, playlist.notes.len()), (1, 3));
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
    fn any_elements_end_well(pieces in proptest::collection::vec("(</?(playlist|trackList|track|title|location|meta)( rel='x'| \\PC{0,4})?/?>)|&#?[x0-9a-z]{0,9};|<!\\[CDATA\\[|]]>|<!--|-->|\\PC{0,6}", 0..30)) {
        let text = format!("<playlist><trackList><track>{}", pieces.concat());
        let playlist = read(text.as_bytes()).unwrap();
        prop_assert!(playlist.rows.len() <= 31);
    }

    #[test]
    fn what_is_written_comes_back(rows in proptest::collection::vec(whole_rows(), 0..8), near: bool) {
        let folder = Path::new("/m/a");
        let options = WriteOptions { name: Some("Mix & Co"), relative_to: near.then_some(folder) };
        let playlist = read(&write(&rows, options)).unwrap();
        prop_assert_eq!((playlist.encoding, playlist.refused, playlist.name.as_deref()), (Encoding::Utf8, 0, Some("Mix & Co")));
        let back = playlist.wanted_at(&[folder], &mut |_| false);
        prop_assert_eq!(back, with_places(rows));
    }
}
