//! Playlist files of every format, in and out of the built program.

use crate::home::{Home, RATE, as_floats, tone};
use serde_json::Value;
use std::fs;
use std::path::Path;

const HALF: usize = RATE as usize / 2;

/// Plays into a WAV file, and holds it against what it should be.
#[track_caller]
fn plays(home: &Home, what: &[&str], code: i32, expected: &[i16]) -> String {
    let ran = home
        .run(&[&["play", "--output", "wav:out.wav"], what].concat())
        .ended(code);
    let (samples, rate) = home.read_wav(&home.path("out.wav"));
    fs::remove_file(home.path("out.wav")).unwrap();
    assert_eq!((samples.len(), rate), (expected.len(), RATE), "{}", ran.err);
    assert!(samples == as_floats(expected), "{what:?}: other samples");
    ran.err
}

fn write(home: &Home, name: &str, text: impl AsRef<[u8]>) {
    fs::write(home.music().join(name), text).unwrap();
}

fn shown(home: &Home, name: &str, code: i32) -> Vec<Value> {
    let ran = home.run(&["playlist", "show", name, "--json"]).ended(code);
    ran.json()["rows"].as_array().unwrap().clone()
}

#[test]
fn a_list_of_each_format_plays_by_what_stands_in_it() {
    let home = Home::scanned(&["a/1 x.wav", "é.wav"]);
    let folder = home.music().to_str().unwrap().to_owned();
    let both = [tone(1, HALF), tone(0, HALF)].concat();
    let pls = "[Playlist]\r\nFile9=a/1 x.wav\r\nfile2=e\u{301}.wav\r\nNumberOfEntries=7\r\n";
    let xspf = format!(
        "<playlist><trackList><track><location>%C3%A9.wav</location></track>\
         <track><location>file://{folder}/a/1%20x.wav</location></track></trackList></playlist>"
    );
    let jspf = "{\"playlist\":{\"track\":[{\"location\":[\"e\u{301}.wav\"]},{\"location\":\"a\\\\1 x.wav\"}]}}";
    let m3u = b"\xe9.wav\rC:\\elsewhere\\a\\1 x.wav\r".to_vec();
    let utf_16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(pls.encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    for (name, bytes) in [
        ("mix.pls", pls.as_bytes().to_vec()),
        ("mix.xspf", xspf.clone().into_bytes()),
        ("mix.jspf", jspf.as_bytes().to_vec()),
        ("mix.m3u", m3u),
        // Names lie.
        ("wrong.m3u8", xspf.into_bytes()),
        ("wrong.txt", utf_16),
        ("noend", jspf.as_bytes().to_vec()),
    ] {
        write(&home, name, &bytes);
        plays(&home, &[&format!("Music/{name}")], 0, &both);
        let piped = home.pipe(&["playlist", "new", name, "-"], &bytes);
        assert_eq!(piped.code, Some(0), "{name}: {}", piped.err);
    }
}

#[test]
fn what_is_no_playlist_is_refused_in_a_sentence() {
    let home = Home::scanned(&["1.wav"]);
    for (name, bytes, said) in [
        ("s.m3u8", &b"#EXTM3U\n#EXT-X-VERSION:3\n"[..], "(HLS)"),
        (
            "l.xspf",
            b"<?xml version='1.0'?><plist/>",
            "a whole library",
        ),
        ("p.jspf", b"{\"playlist\":", "JSPF is damaged in line 1"),
        ("b.m3u", b"\0\x01\x02\x03\0\0\0\0", "no text"),
    ] {
        write(&home, name, bytes);
        let file = format!("Music/{name}");
        let ran = home.run(&["playlist", "check", &file]);
        let err = ran.ended(1).err;
        assert!(
            err.contains(said) && err.contains("is no playlist"),
            "{err}"
        );
    }
}

/// A disc image of three seconds in the music folder, and its sheet, which still calls it by another name.
fn disc(home: &Home) -> Vec<i16> {
    let whole = tone(5, 3 * RATE as usize);
    home.wav("disc/Disc.wav", &whole, RATE);
    write(
        home,
        "disc/Disc.cue",
        "PERFORMER \"The Band\"\r\nTITLE \"Disc\"\r\nFILE \"Disc.ape\" WAVE\r\n\
         TRACK 01 AUDIO\r\nTITLE \"One\"\r\nINDEX 01 00:00:00\r\n\
         TRACK 02 AUDIO\r\nTITLE \"Two\"\r\nPERFORMER \"Guest\"\r\nINDEX 00 00:01:00\r\nINDEX 01 00:01:15\r\n\
         TRACK 03 AUDIO\r\nTITLE \"Three\"\r\nINDEX 01 00:02:37\r\n",
    );
    whole
}

#[test]
fn a_cue_sheet_plays_its_tracks_to_the_sample() {
    let home = Home::new();
    let whole = disc(&home);
    // In no index first, then in one.
    plays(&home, &["Music/disc/Disc.cue"], 0, &whole);
    home.run(&["scan", "Music"]).ended(0);
    plays(&home, &["Music/disc/Disc.cue"], 0, &whole);

    home.run(&["playlist", "new", "d", "Music/disc/Disc.cue"])
        .ended(0);
    let rows = shown(&home, "d", 0);
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            let song = &row["song"];
            (
                song["title"].as_str().unwrap(),
                song["artists"][0].as_str().unwrap(),
                song["length_ms"].as_u64().unwrap(),
                song["span"]["start_frame"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("One", "The Band", 1200, 0),
            ("Two", "Guest", 1293, 90 * 588),
            ("Three", "The Band", 507, 187 * 588)
        ]
    );
    home.run(&["playlist", "rm", "d", "1", "3"]).ended(0);
    plays(&home, &["d"], 0, &whole[90 * 588 * 2..187 * 588 * 2]);
    // The image moves: its audio is known.
    fs::rename(
        home.music().join("disc/Disc.wav"),
        home.music().join("moved.wav"),
    )
    .unwrap();
    home.run(&["scan", "Music"]).ended(0);
    plays(&home, &["d"], 0, &whole[90 * 588 * 2..187 * 588 * 2]);
}

#[test]
fn a_track_whose_image_is_not_here_keeps_its_names_and_never_means_the_whole_disc() {
    let home = Home::scanned(&["1.wav"]);
    let whole = disc(&home);
    let image = home.music().join("disc/Disc.wav");
    fs::rename(&image, home.path("away.wav")).unwrap();
    home.run(&["playlist", "new", "d", "Music/disc/Disc.cue"])
        .ended(0);
    let rows = shown(&home, "d", 4);
    assert_eq!(rows.len(), 3);
    assert_eq!(rows[1]["wanted"]["title"], "Two");
    fs::rename(home.path("away.wav"), &image).unwrap();
    home.run(&["scan", "Music"]).ended(0);
    // The scan knows the tracks of the disc by their names.
    let rows = shown(&home, "d", 0);
    assert_eq!(rows[0]["song"]["span"]["start_frame"], 0);
    assert_eq!(rows[2]["song"]["span"]["start_frame"], 187 * 588);
    plays(&home, &["Music/disc/Disc.cue"], 0, &whole);
}

#[test]
fn a_playlist_in_a_playlist_stands_for_its_rows() {
    let home = Home::scanned(&["1.wav", "sub/2.wav", "3.wav"]);
    write(
        &home,
        "outer.m3u",
        "1.wav\nsub/inner.pls\n3.wav\ngone.xspf\nhttp://x/y.m3u\n",
    );
    write(
        &home,
        "sub/inner.pls",
        "[playlist]\nFile1=2.wav\nFile2=../outer.m3u\nFile3=inner.pls\n",
    );
    let expected = [tone(0, HALF), tone(1, HALF), tone(2, HALF)].concat();
    let err = plays(&home, &["Music/outer.m3u"], 0, &expected);
    for said in [
        "inner.pls, line 3: the playlist ../outer.m3u leads back to itself.",
        "inner.pls, line 4: the playlist inner.pls leads back to itself.",
        "outer.m3u, line 2: the playlist sub/inner.pls is followed; rows from there: 1.",
        "outer.m3u, line 4: the playlist gone.xspf is not here.",
        "outer.m3u, line 5: a http address is no file of yours.",
    ] {
        assert!(err.contains(said), "{said}\n{err}");
    }
}

#[test]
fn playlists_in_playlists_end() {
    let home = Home::scanned(&["1.wav"]);
    for depth in 0..12 {
        let next = depth + 1;
        write(
            &home,
            &format!("{depth}.m3u"),
            format!("1.wav\n{next}.m3u\n"),
        );
    }
    // Each names the next one many times.
    for depth in 0..8 {
        let line = format!("wide{}.m3u\n", depth + 1);
        write(&home, &format!("wide{depth}.m3u"), line.repeat(50));
    }
    write(&home, "wide8.m3u", "1.wav\n");
    let check = |name: &str| {
        let ran = home
            .run(&["playlist", "check", name, "--json"])
            .ended(4)
            .json();
        ran["playlists"][0].clone()
    };
    let deep = check("Music/0.m3u");
    assert_eq!(
        (&deep["found"], &deep["refused"]),
        (&9.into(), &1.into()),
        "{deep}"
    );
    let wide = check("Music/wide0.m3u");
    assert!(wide["found"].as_u64().unwrap() < 200, "{wide}");
    assert!(
        wide.to_string().contains("more than 200 files"),
        "{}",
        wide["notes"][0]
    );
}

#[test]
fn check_tells_everything_and_changes_nothing() {
    let home = Home::scanned(&["1.wav", "2.wav"]);
    let text = "#EXTM3U\n#EXTINF:1,Band - One\n1.wav\n#EXTINF:9,Band - Gone\ngone.flac\nhttp://x/y\n2.wav\n";
    write(&home, "mix.m3u8", text);
    write(&home, "whole.m3u8", "1.wav\n2.wav\n");
    let ran = home.run(&["playlist", "check", "Music/mix.m3u8"]).ended(4);
    let folder = home.music();
    let file = folder.join("mix.m3u8");
    let file = file.to_str().unwrap();
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!(lines.len(), 3, "{}", ran.out);
    assert_eq!(
        lines[0],
        "Music/mix.m3u8: M3U, UTF-8, rows 4 = 2 found + 1 missing + 1 refused"
    );
    assert!(lines[1].ends_with("mix.m3u8, line 6: a http address is no file of yours."));
    assert!(
        lines[2].contains("mix.m3u8, line 5: Band – Gone: no such file here."),
        "{}",
        lines[2]
    );
    let ran = home
        .run(&["playlist", "check", "Music/whole.m3u8"])
        .ended(0);
    assert_eq!(ran.out.lines().count(), 1);
    assert_eq!(home.run(&["playlist", "ls"]).ended(0).out, "");
    assert_eq!(fs::read_to_string(file).unwrap(), text);

    home.run(&["playlist", "new", "Kept", "Music/mix.m3u8"])
        .ended(0);
    let told = home
        .run(&["playlist", "check", "kept", "Music/whole.m3u8", "--json"])
        .ended(4)
        .json();
    let kept = &told["playlists"][0];
    assert_eq!(
        (
            &kept["name"],
            &kept["rows"],
            &kept["missing"],
            &kept["refused"]
        ),
        (&"Kept".into(), &3.into(), &1.into(), &0.into())
    );
    assert_eq!(kept["missing_rows"][0]["at"], "row 2");
    assert_eq!(told["playlists"][1]["format"], "M3U");
    home.run(&["playlist", "check", "nothing"]).ended(3);
}

#[test]
fn out_in_each_format_and_in_again_is_the_same_list() {
    let home = Home::scanned(&["a/1.wav", "ü #2.wav"]);
    write(
        &home,
        "in.jspf",
        r#"{"playlist":{"track":[
            {"location":"a/1.wav","title":"One","duration":500,"meta":[{"http://purl.org/ontology/mo/isrc":"USEX10300036"}]},
            {"location":"%C3%BC%20%232.wav"},
            {"location":"gone/<3>.mp3","title":"Three & <3>","album":"X","duration":61234,"creator":"A, B",
             "meta":[{"http://purl.org/dc/elements/1.1/creator":"A"},{"http://purl.org/dc/elements/1.1/creator":"B"}],
             "identifier":"https://musicbrainz.org/recording/0b1c"}]}}"#,
    );
    home.run(&["playlist", "new", "one", "Music/in.jspf"])
        .ended(0);
    let rows = |name: &str| -> Vec<Value> {
        let rows = shown(&home, name, 4);
        rows.iter()
            .map(|row| {
                let wanted = &row["wanted"];
                serde_json::json!([
                    row["verdict"],
                    row["file"],
                    wanted["title"],
                    wanted["artists"],
                    wanted["album"],
                    wanted["length_ms"],
                    wanted["isrc"],
                    Path::new(wanted["place"].as_str().unwrap())
                        .file_name()
                        .unwrap()
                        .to_str()
                ])
            })
            .collect()
    };
    let whole = rows("one");
    assert_eq!(whole[2][3], serde_json::json!(["A", "B"]));
    for (file, more) in [
        ("out.xspf", &["--relative"][..]),
        ("out.jspf", &[]),
        ("out.list", &["--format", "xspf"]),
    ] {
        let name = format!("from {file}");
        let file = format!("Music/{file}");
        home.run(&[&["playlist", "export", "one", &file], more].concat())
            .ended(4);
        home.run(&["playlist", "new", &name, &file]).ended(0);
        assert_eq!(rows(&name), whole, "{file}");
    }
    let xspf = fs::read_to_string(home.music().join("out.xspf")).unwrap();
    assert!(
        xspf.contains("<location>a/1.wav</location>")
            && xspf.contains("<duration>61234</duration>")
            && xspf.contains("https://musicbrainz.org/recording/0b1c"),
        "{xspf}"
    );
    let printed = home
        .run(&["playlist", "export", "one", "--format", "jspf"])
        .ended(4);
    let folder = home.music().to_str().unwrap().to_owned();
    assert_eq!(
        printed.json()["playlist"]["track"][0]["location"][0],
        format!("file://{folder}/a/1.wav")
    );
    let ran = home
        .run(&["playlist", "export", "one", "Music/out.doc"])
        .ended(2);
    assert!(ran.err.contains("--format"), "{}", ran.err);
}
