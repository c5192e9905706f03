//! Exports of a streaming service, taken in by the built program: what it says, what is kept, and what plays.

use crate::home::{Home, RATE};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use serde_json::{Value, json};
use std::fs;
use std::io::Write;
use std::path::Path;
use zip::write::SimpleFileOptions;

const FRAMES: usize = RATE as usize;

fn song(home: &Home, file: &str, number: usize, artist: &str, title: &str) {
    let path = home.tone(file, number, FRAMES);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_artist(artist.into());
    tag.set_title(title.into());
    tag.set_album("Sample Days".into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
}

/// Owns two songs of the band, and a live version of a third.
fn home() -> Home {
    let home = Home::new();
    song(&home, "a.wav", 1, "The Example Band", "First Light");
    song(&home, "b.wav", 2, "The Example Band", "Second Wind");
    song(&home, "c.wav", 3, "The Example Band", "Third Time (Live)");
    home.run(&["scan", "Music"]).ended(0);
    home
}

fn item(title: &str, number: usize) -> Value {
    json!({
        "track": {
            "trackName": title, "artistName": "The Example Band", "albumName": "Sample Days",
            "trackUri": format!("spotify:track:{number:022}"),
        },
        "episode": null, "audiobook": null, "localTrack": null, "addedDate": "2024-03-17",
    })
}

fn playlists(items: Vec<Value>) -> String {
    let list = json!({
        "name": "Road Trip", "lastModifiedDate": "2024-03-17", "items": items,
        "description": null, "numberOfFollowers": 0,
    });
    json!({ "playlists": [list] }).to_string()
}

/// The zip as it comes: playlists, the library, and a year of listening.
fn account_data(path: &Path, items: Vec<Value>) {
    let library = json!({
        "tracks": [], "albums": [], "shows": [], "episodes": [], "artists": [], "bannedArtists": [], "other": [],
        "bannedTracks": [{ "artist": "The Example Band", "album": "Sample Days", "track": "Second Wind",
            "uri": "spotify:track:0000000000000000000002" }],
    });
    let heard = |title: &str, ms: u64| json!({ "endTime": "2026-11-02 08:14", "artistName": "The Example Band", "trackName": title, "msPlayed": ms });
    let history = json!([
        heard("First Light", 3_600_000),
        heard("Fifth Wheel", 1_200_000)
    ]);
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in [
        ("Spotify Account Data/Playlist1.json", playlists(items)),
        ("Spotify Account Data/YourLibrary.json", library.to_string()),
        (
            "Spotify Account Data/StreamingHistory_music_0.json",
            history.to_string(),
        ),
        (
            "Spotify Account Data/Read_Me_First.pdf",
            "%PDF-1.4".to_owned(),
        ),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

fn four() -> Vec<Value> {
    let episode = json!({
        "track": null, "episode": { "episodeName": "Talk", "showName": "Show", "episodeUri": "spotify:episode:1" },
        "audiobook": null, "localTrack": null, "addedDate": "2024-03-17",
    });
    vec![
        item("First Light - Remastered 2011", 1),
        item("Second Wind", 2),
        episode,
        item("Third Time", 3),
        item("Fourth Estate", 4),
    ]
}

#[test]
fn an_account_is_taken_in_told_and_played() {
    let home = home();
    account_data(&home.path("my_spotify_data.zip"), four());
    let rehearsed = home
        .run(&["import", "my_spotify_data.zip", "--dry-run", "--json"])
        .ended(0)
        .json();
    home.run(&["playlist", "show", "Road Trip"]).ended(3);
    let told = home
        .run(&["import", "my_spotify_data.zip", "--json"])
        .ended(0)
        .json();
    assert_eq!(rehearsed["playlists"], told["playlists"]);
    let list = &told["playlists"][0];
    let counts = ["rows", "added", "episodes", "missing", "substitute"]
        .map(|name| list[name].as_u64().unwrap());
    assert_eq!(counts, [4, 4, 1, 1, 1], "{list}");
    let playing = list["exact"].as_u64().unwrap() + list["likely"].as_u64().unwrap();
    assert_eq!(playing, 2, "{list}");
    assert_eq!(
        (told["heard"].as_u64(), told["banned"].as_u64()),
        (Some(2), Some(1))
    );
    // The counts of every file add up.
    for file in told["files"].as_array().unwrap() {
        let count = |name: &str| file[name].as_u64().unwrap();
        let parts = ["tracks", "episodes", "audiobooks", "other", "unreadable"].map(count);
        assert_eq!(count("rows"), parts.iter().sum::<u64>(), "{file}");
    }
    let shown = home
        .run(&["playlist", "show", "Road Trip", "--json"])
        .ended(4)
        .json();
    let verdicts: Vec<_> = shown["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts[2..], ["substitute", "missing"], "{shown}");
    let played = home
        .run(&["play", "Road Trip", "--output", "null:fast"])
        .ended(4);
    assert!(
        played.err.contains("Stepping over 2 of 4 rows"),
        "{}",
        played.err
    );
    // The service's ban holds where chance chooses.
    let by_chance = home
        .run(&["play", "Road Trip", "--shuffle", "--output", "null:fast"])
        .ended(4);
    assert!(
        by_chance.err.contains("Leaving out 1 song that is banned"),
        "{}",
        by_chance.err
    );
    let missing = home
        .run(&["missing", "--by", "track", "--json"])
        .ended(4)
        .json();
    assert_eq!(missing["weighed_by_listening"], true);
}

#[test]
fn importing_again_brings_up_to_date_and_forgets_nothing() {
    let home = home();
    fs::create_dir(home.path("Downloads")).unwrap();
    let data = home.path("Downloads/data.zip");
    account_data(&data, four());
    fs::write(home.path("Downloads/notes.txt"), [0, 159, 146, 150]).unwrap();
    home.run(&["import", "Downloads"]).ended(0);
    let again = home.run(&["import", "Downloads", "--json"]).ended(0).json();
    let list = |told: &Value| {
        let names = ["added", "moved", "removed_there"];
        names.map(|name| told["playlists"][0][name].as_u64().unwrap())
    };
    assert_eq!(list(&again), [0, 0, 0], "{again}");
    assert_eq!(
        (again["heard"].as_u64(), again["heard_before"].as_u64()),
        (Some(0), Some(2))
    );
    account_data(
        &data,
        vec![
            item("Fourth Estate", 4),
            item("First Light", 1),
            item("Sixth Sense", 6),
        ],
    );
    let changed = home.run(&["import", "Downloads", "--json"]).ended(0).json();
    assert_eq!(list(&changed), [1, 1, 2], "{changed}");
    let shown = home
        .run(&["playlist", "show", "Road Trip", "--json"])
        .ended(4)
        .json();
    assert_eq!(shown["rows"].as_array().unwrap().len(), 5, "{shown}");
}

#[test]
fn a_hole_fills_itself_when_its_file_arrives() {
    let home = home();
    fs::write(
        home.path("list.csv"),
        "title,artist\nFourth Estate,The Example Band\n",
    )
    .unwrap();
    home.run(&["import", "list.csv"]).ended(0);
    home.run(&["play", "list", "--output", "null:fast"])
        .ended(3);
    song(&home, "d.wav", 4, "The Example Band", "Fourth Estate");
    home.run(&["scan"]).ended(0);
    home.run(&["play", "list", "--output", "null:fast"])
        .ended(0);
}

#[test]
fn what_is_no_export_is_told_and_nothing_is_kept() {
    let home = home();
    fs::write(home.path("page.html"), "<html><body>hello</body></html>").unwrap();
    fs::write(
        home.path("stream.m3u8"),
        "#EXTM3U\n#EXT-X-VERSION:3\na.ts\n",
    )
    .unwrap();
    let told = home.run(&["import", "page.html"]).ended(3);
    assert!(
        told.err.contains("there is nothing to import in page.html"),
        "{}",
        told.err
    );
    let told = home.run(&["import", "stream.m3u8"]).ended(3);
    assert!(told.err.contains("not a music playlist"), "{}", told.err);
    assert_eq!(home.run(&["playlist", "ls"]).ended(0).out, "");
}

#[test]
fn ids_alone_resolve_once_another_import_names_them() {
    let home = home();
    let link = format!("https://open.spotify.com/track/{:022}?si=x\n", 1);
    fs::write(home.path("links.txt"), link).unwrap();
    home.run(&["import", "links.txt"]).ended(0);
    home.run(&["play", "links", "--output", "null:fast"])
        .ended(3);
    fs::write(home.path("Playlist1.json"), playlists(four())).unwrap();
    let told = home
        .run(&["import", "Playlist1.json", "--json"])
        .ended(0)
        .json();
    assert_eq!(told["rows_enriched"], 1);
    home.run(&["play", "links", "--output", "null:fast"])
        .ended(0);
}

/// A listening of Spotify's, which tells when it ended, and how long it sounded.
fn sounded(ts: &str, ms: u64, skipped: bool) -> Value {
    json!({
        "ts": ts, "ms_played": ms, "master_metadata_track_name": "First Light", "skipped": skipped, "offline": false,
        "master_metadata_album_artist_name": "The Example Band", "spotify_track_uri": "spotify:track:0000000000000000000001",
    })
}

#[test]
fn one_listening_that_two_services_tell_counts_once_in_whichever_order_they_come() {
    // Begun at 08:10:00 and at 08:20:00, 200 s each; a third one was heard elsewhere alone.
    let spotify = json!([
        sounded("2024-03-17T08:13:20Z", 200_000, false),
        sounded("2024-03-17T08:23:20Z", 200_000, false)
    ]);
    let began = [1_710_663_012, 1_710_663_580, 1_710_666_666];
    let scrobbles: String = began
        .iter()
        .map(|at| {
            let track = json!({ "track_name": "First Light", "artist_name": "The Example Band" });
            format!(
                "{}\n",
                json!({ "listened_at": at, "track_metadata": track })
            )
        })
        .collect();
    for first in ["a", "b"] {
        let home = home();
        let (one, other) = ("Streaming_History_Audio_2024_1.json", "listens.jsonl");
        fs::write(home.path(one), spotify.to_string()).unwrap();
        fs::write(home.path(other), &scrobbles).unwrap();
        let files = match first {
            "a" => [one, other],
            _ => [other, one],
        };
        home.run(&["import", files[0]]).ended(0);
        let told = home.run(&["import", files[1], "--dry-run"]).ended(0).err;
        assert!(
            told.contains("2 the same as another service tells"),
            "{told}"
        );
        let told = home.run(&["import", files[1], "--json"]).ended(0).json();
        let counts =
            ["heard", "heard_before", "heard_same"].map(|name| told[name].as_u64().unwrap());
        let new = if first == "a" { 1 } else { 0 };
        assert_eq!(counts, [new, 0, 2], "{told}");
        for file in files {
            let again = home.run(&["import", file, "--json"]).ended(0).json();
            assert_eq!(again["heard"], 0, "{again}");
        }
    }
}

#[test]
fn what_was_skipped_at_once_is_no_listening() {
    let home = home();
    let history = json!([
        sounded("2024-03-17T08:13:20Z", 4_000, true),
        sounded("2024-03-17T09:13:20Z", 180_000, true),
        sounded("2024-03-17T10:13:20Z", 200_000, false)
    ]);
    fs::write(home.path("history.json"), history.to_string()).unwrap();
    let told = home
        .run(&["import", "history.json", "--json"])
        .ended(0)
        .json();
    assert_eq!(
        (&told["heard"], &told["heard_skipped"]),
        (&2.into(), &1.into())
    );
    let told = home.run(&["import", "history.json"]).ended(0).err;
    assert!(
        told.contains("Left: 1 listening that you skipped within 30 s."),
        "{told}"
    );
}

#[test]
fn when_a_row_was_put_there_is_kept_and_told() {
    let home = home();
    account_data(&home.path("data.zip"), four());
    home.run(&["import", "data.zip"]).ended(0);
    let shown = home
        .run(&["playlist", "show", "Road Trip", "--json"])
        .ended(4)
        .json();
    for row in shown["rows"].as_array().unwrap() {
        assert_eq!(row["added_there_at_ms"], 1_710_633_600_000_i64, "{row}");
    }
    // Rows of one's own were never put there.
    home.run(&["playlist", "new", "Own", "Music/a.wav"])
        .ended(0);
    let own = home
        .run(&["playlist", "show", "Own", "--json"])
        .ended(0)
        .json();
    assert_eq!(own["rows"][0].get("added_there_at_ms"), None);
}
