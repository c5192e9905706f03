//! What clients show, and what is made of it.

use super::*;
use crate::outage::profile::built_in;

fn profile(name: &str) -> Profile {
    built_in()
        .into_iter()
        .find(|profile| profile.name == name)
        .unwrap()
}

fn shown(json: &str) -> Shown {
    serde_json::from_str(&format!(r#"{{"status":"Playing","metadata":{json}}}"#)).unwrap()
}

fn read(name: &str, json: &str) -> Claim {
    Claim::read(&shown(json), &profile(name))
}

const ID: &str = "4ExampleExampleExample";

#[test]
fn ids_are_those_of_imports_in_every_form() {
    for (name, json) in [
        (
            "Spotify",
            r#"{"xesam:title":"A","mpris:trackid":"spotify:track:4ExampleExampleExample"}"#,
        ),
        (
            "Spotify",
            r#"{"xesam:title":"A","mpris:trackid":"/com/spotify/track/4ExampleExampleExample"}"#,
        ),
        (
            "Spotify",
            r#"{"xesam:title":"A","mpris:trackid":7,"xesam:url":"https://open.spotify.com/track/4ExampleExampleExample?si=1"}"#,
        ),
        (
            "spotifyd",
            r#"{"xesam:title":"A","mpris:trackid":"/spotify/track/4ExampleExampleExample"}"#,
        ),
        (
            "Firefox",
            r#"{"xesam:title":"A","mpris:trackid":"/org/mpris/MediaPlayer2/firefox","xesam:url":"https://open.spotify.com/intl-de/track/4ExampleExampleExample"}"#,
        ),
    ] {
        let claim = read(name, json);
        assert_eq!(claim.kind, Kind::Song, "{json}");
        assert_eq!(
            claim.wanted.external,
            [("spotify".to_owned(), ID.to_owned())],
            "{json}"
        );
    }
}

#[test]
fn what_is_no_song() {
    for (name, json, kind) in [
        (
            "Spotify",
            r#"{"xesam:title":"Ad","mpris:trackid":"/com/spotify/ad/x"}"#,
            Kind::Ad,
        ),
        (
            "Spotify",
            r#"{"xesam:title":"Ad","mpris:trackid":"spotify:ad:x"}"#,
            Kind::Ad,
        ),
        (
            "Spotify",
            r#"{"xesam:title":"E","mpris:trackid":"/com/spotify/episode/x"}"#,
            Kind::Episode,
        ),
        (
            "Firefox",
            r#"{"xesam:title":"E","xesam:url":"https://open.spotify.com/episode/x"}"#,
            Kind::Episode,
        ),
        // Spotify Connect on another device.
        (
            "Spotify",
            r#"{"xesam:title":"","xesam:artist":[],"mpris:trackid":"/com/spotify/track/4ExampleExampleExample"}"#,
            Kind::Nothing,
        ),
        ("Spotify", "{}", Kind::Nothing),
        (
            "spotifyd",
            r#"{"xesam:title":"A","mpris:trackid":"/org/mpris/MediaPlayer2/TrackList/NoTrack"}"#,
            Kind::Nothing,
        ),
        (
            "Firefox",
            r#"{"xesam:title":"Firefox is playing media","xesam:artist":[""]}"#,
            Kind::Nothing,
        ),
    ] {
        let claim = read(name, json);
        assert_eq!(claim.kind, kind, "{json}");
        assert_eq!(claim.wanted, Wanted::default(), "{json}");
    }
}

#[test]
fn lengths_of_every_type_and_those_that_lie() {
    for (length, ms) in [
        ("204000000", Some(204_000)),
        ("204000000.0", Some(204_000)),
        (r#""204000000""#, Some(204_000)),
        ("0", None),
        ("-5", None),
        ("9223372036854775807", None),
        ("1e300", None),
        (r#"["204000000"]"#, None),
    ] {
        let claim = read(
            "Spotify",
            &format!(r#"{{"xesam:title":"A","mpris:length":{length}}}"#),
        );
        assert_eq!(claim.wanted.length_ms, ms, "{length}");
    }
}

#[test]
fn artists_are_split_only_where_the_client_joins_them() {
    let json = r#"{"xesam:title":"A","xesam:artist":["Earth, Wind & Fire"]}"#;
    assert_eq!(read("Spotify", json).wanted.artists, ["Earth, Wind & Fire"]);
    let json = r#"{"xesam:title":"A","xesam:artist":["A, B"]}"#;
    assert_eq!(read("spotify-player", json).wanted.artists, ["A", "B"]);
    let json = r#"{"xesam:title":"A","xesam:artist":"A"}"#;
    assert_eq!(read("Spotify", json).wanted.artists, ["A"]);
}

#[test]
fn values_of_every_wrong_type_and_size_are_borne() {
    let long = "x".repeat(10_000_000);
    let wrong = [
        Value::Whole(i64::MIN),
        Value::Float(f64::NAN),
        Value::Text(long),
        Value::Text("\u{1b}[2J\n".into()),
        Value::Texts(vec![]),
        Value::Texts(vec![String::new(); 10_000]),
    ];
    let names = [
        "mpris:trackid",
        "xesam:title",
        "xesam:artist",
        "xesam:album",
        "mpris:length",
        "xesam:url",
        "xesam:trackNumber",
    ];
    for value in &wrong {
        for name in names {
            let mut fields: BTreeMap<String, Value> =
                [("xesam:title".to_owned(), Value::Text("A".into()))].into();
            fields.insert(name.into(), value.clone());
            let shown = Shown {
                status: "pLaYiNg ".into(),
                metadata: fields,
                ..Shown::default()
            };
            for profile in built_in() {
                let claim = Claim::read(&shown, &profile);
                assert_eq!(claim.status, Status::Playing);
                assert!(
                    claim.wanted.title.chars().count() <= MAX_LETTERS
                        && claim.wanted.artists.len() <= MAX_ARTISTS
                );
                assert!(!claim.wanted.title.contains(char::is_control));
            }
        }
    }
}
