//! Moving in from other players: their libraries, made here by the schemas that they have, and by beets and MPD themselves.

use crate::home::{Home, RATE, has, wait_until};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use rusqlite::Connection;
use serde_json::Value;
use standin::library::person::{About, Kept, Person};
use standin::music::{AudioKey, Rating};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

const FRAMES: usize = RATE as usize;

fn song(home: &Home, file: &str, number: usize, title: &str) -> PathBuf {
    let path = home.tone(file, number, FRAMES);
    let mut tag = Tag::new(TagType::Id3v2);
    tag.set_artist("The Example Band".into());
    tag.set_title(title.into());
    tag.set_album("Sample Days".into());
    tag.save_to_path(&path, WriteOptions::default()).unwrap();
    path
}

/// Owns the first two of three songs.
fn home() -> Home {
    let home = Home::new();
    song(&home, "a.wav", 1, "First Light");
    song(&home, "b.wav", 2, "Second Wind");
    home.run(&["scan", "Music"]).ended(0);
    home
}

fn database(file: &Path, sql: &str) -> Connection {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    let db = Connection::open(file).unwrap();
    db.execute_batch(sql).unwrap();
    db
}

fn url(file: &Path) -> String {
    standin::wanted::file_url(file.as_os_str().as_encoded_bytes()).unwrap()
}

/// Strawberry's tables, cut down to what they need to be.
fn strawberry(home: &Home) -> PathBuf {
    let file = home.path(".local/share/strawberry/strawberry/strawberry.db");
    let songs = "CREATE TABLE songs (title TEXT, album TEXT, artist TEXT, track INTEGER NOT NULL DEFAULT -1,
            disc INTEGER NOT NULL DEFAULT -1, length INTEGER NOT NULL DEFAULT 0, url TEXT NOT NULL, cue_path TEXT,
            playcount INTEGER NOT NULL DEFAULT 0, skipcount INTEGER NOT NULL DEFAULT 0,
            lastplayed INTEGER NOT NULL DEFAULT -1, rating INTEGER DEFAULT -1);
        CREATE TABLE playlists (name TEXT NOT NULL, dynamic_playlist_type INTEGER);
        CREATE TABLE playlist_items (playlist INTEGER NOT NULL, collection_id INTEGER, url TEXT NOT NULL,
            title TEXT, album TEXT, artist TEXT, track INTEGER, disc INTEGER, length INTEGER, cue_path TEXT);";
    let db = database(&file, songs);
    for (number, title, rating) in [
        (1, "First Light", 0.8),
        (2, "Second Wind", -1.0),
        (3, "Third Time", 1.0),
    ] {
        let path = home
            .music()
            .join(format!("{}.wav", ["a", "b", "c"][number - 1]));
        let sql = "INSERT INTO songs(title, artist, album, length, url, playcount, skipcount, lastplayed, rating)
            VALUES (?1, 'The Example Band', 'Sample Days', 1000000000, ?2, ?3, 1, 1700000000, ?4)";
        db.execute(
            sql,
            rusqlite::params![title, url(&path), number as i64, rating],
        )
        .unwrap();
    }
    let lists = "INSERT INTO playlists VALUES ('Evening', 0), ('Made anew', 2);
        INSERT INTO playlist_items(playlist, collection_id, url) VALUES (1, 3, ''), (1, 1, ''), (1, 1, ''), (2, 1, '');";
    db.execute_batch(lists).unwrap();
    file
}

fn adopt(home: &Home, args: &[&str], code: i32) -> Value {
    let all = [&["adopt"], args, &["--json"]].concat();
    home.run(&all).ended(code).json()
}

/// The only player of an answer.
fn player(answer: &Value) -> &Value {
    assert_eq!(answer["players"].as_array().unwrap().len(), 1, "{answer}");
    &answer["players"][0]
}

fn key(home: &Home, file: &str) -> AudioKey {
    let info = home.run(&["info", file, "--json"]).ended(0).json();
    AudioKey::from_hex(info["key"].as_str().unwrap()).unwrap()
}

fn person(home: &Home) -> Person {
    Person::open(&home.path("home/data")).unwrap()
}

fn about(home: &Home, file: &str) -> About {
    person(home)
        .about(key(home, file))
        .unwrap()
        .unwrap_or_default()
}

/// Every file below a folder, with what is in it and its time.
fn untouched(folder: &Path) -> Vec<(PathBuf, Vec<u8>, SystemTime)> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(untouched(&path));
        } else if path.is_file() {
            let time = fs::metadata(&path).unwrap().modified().unwrap();
            all.push((path.clone(), fs::read(&path).unwrap(), time));
        }
    }
    all.sort();
    all
}

#[test]
fn alone_it_tells_what_is_there_and_takes_nothing() {
    let home = home();
    let none = home.run(&["adopt"]).ended(3);
    assert!(
        none.err.contains("no library of another player"),
        "{}",
        none.err
    );
    strawberry(&home);
    let found = adopt(&home, &[], 0);
    let one = &found["found"][0];
    assert_eq!(
        (one["player"].as_str(), one["songs"].as_u64()),
        (Some("strawberry"), Some(3))
    );
    assert_eq!(
        (
            one["rated"].as_u64(),
            one["counted"].as_u64(),
            one["playlists"].as_u64()
        ),
        (Some(2), Some(3), Some(1))
    );
    assert_eq!(about(&home, "Music/a.wav"), About::default());
    assert!(person(&home).playlist("Evening").unwrap().is_none());
}

#[test]
fn what_a_player_keeps_comes_once_and_what_is_new_comes_again() {
    let home = home();
    let file = strawberry(&home);
    home.run(&["rate", "Music/b.wav", "2"]).ended(0);
    let before = untouched(&home.path(".local/share"));
    let told = adopt(&home, &["strawberry", "--dry-run"], 0);
    assert_eq!(player(&told)["rated"], 1);
    assert_eq!(about(&home, "Music/a.wav"), About::default());
    let told = adopt(&home, &["strawberry"], 0);
    let one = player(&told);
    for (field, number) in [
        ("here", 2),
        ("rated", 1),
        ("counted", 2),
        ("plays", 3),
        ("waiting", 1),
        ("rows", 3),
        ("rows_that_play", 2),
    ] {
        assert_eq!(one[field], number, "{field} of {one}");
    }
    let first = about(&home, "Music/a.wav");
    assert_eq!(
        (first.rating, first.plays, first.skips),
        (Some(Rating::from_halves(8)), 1, 1)
    );
    assert_eq!(first.played_at_ms, Some(1_700_000_000_000));
    // Own stars stay, and counts come.
    let second = about(&home, "Music/b.wav");
    assert_eq!((second.rating.unwrap().halves(), second.plays), (4, 2));

    let again = adopt(&home, &[file.to_str().unwrap()], 0);
    let one = player(&again);
    for field in ["rated", "counted", "plays", "dated"] {
        assert_eq!(one[field], 0, "{field} of {one}");
    }
    assert_eq!(
        (&one["same"], &one["playlists"][0]["added"]),
        (&2.into(), &0.into())
    );
    assert_eq!(about(&home, "Music/a.wav"), first);
    assert_eq!(untouched(&home.path(".local/share")), before);

    let db = Connection::open(&file).unwrap();
    db.execute_batch("UPDATE songs SET playcount = 5, rating = 0.2 WHERE title = 'First Light'")
        .unwrap();
    drop(db);
    let more = adopt(&home, &["strawberry"], 0);
    assert_eq!(
        (&player(&more)["plays"], &player(&more)["rated_here"]),
        (&4.into(), &1.into())
    );
    let now = about(&home, "Music/a.wav");
    assert_eq!((now.plays, now.rating), (5, first.rating));
}

#[test]
fn what_is_not_here_waits_for_its_file() {
    let home = home();
    strawberry(&home);
    adopt(&home, &["--all"], 0);
    song(&home, "c.wav", 3, "Third Time");
    home.run(&["scan"]).ended(0);
    let third = about(&home, "Music/c.wav");
    assert_eq!((third.rating.unwrap().halves(), third.plays), (10, 3));
    home.run(&["scan", "--full"]).ended(0);
    assert_eq!(about(&home, "Music/c.wav"), third);
    // And it is not counted again by the player itself.
    let again = adopt(&home, &["--all"], 0);
    assert_eq!(
        (&player(&again)["plays"], &player(&again)["waiting"]),
        (&0.into(), &0.into())
    );
}

/// Of two players the one with more tells how often: people carry counts from one to the next.
#[test]
fn two_players_do_not_count_twice() {
    let home = home();
    strawberry(&home);
    let folder = home.path(".local/share/rhythmbox");
    fs::create_dir_all(&folder).unwrap();
    let songs = format!(
        "<?xml version=\"1.0\"?><rhythmdb version=\"2.0\"><entry type=\"song\"><title>First Light</title><location>{}</location>
        <first-seen>1000000000</first-seen><rating>1</rating><play-count>4</play-count></entry></rhythmdb>",
        url(&home.music().join("a.wav"))
    );
    fs::write(folder.join("rhythmdb.xml"), songs).unwrap();
    adopt(&home, &["--all"], 0);
    adopt(&home, &["rhythmbox", "strawberry"], 0);
    let first = about(&home, "Music/a.wav");
    assert_eq!((first.plays, first.rating.unwrap().halves()), (4, 2));
    let added = person(&home).columns(&[Kept::Added]).unwrap();
    assert_eq!(
        added[0].get(key(&home, "Music/a.wav")),
        Some(1_000_000_000_000)
    );
}

#[test]
fn clementine_and_navidrome_by_their_files() {
    let home = home();
    let clementine = home.path("clementine.db");
    let path = url(&home.music().join("a.wav"));
    database(
        &clementine,
        &format!(
            "CREATE TABLE songs (title TEXT, album TEXT, artist TEXT, track INTEGER, disc INTEGER, length INTEGER,
                filename TEXT NOT NULL, playcount INTEGER NOT NULL DEFAULT 0, lastplayed INTEGER, rating INTEGER,
                skipcount INTEGER NOT NULL DEFAULT 0, cue_path TEXT);
            CREATE TABLE playlists (name TEXT NOT NULL, dynamic_playlist_type TEXT);
            CREATE TABLE playlist_items (playlist INTEGER NOT NULL, type TEXT NOT NULL, library_id INTEGER, url TEXT, title TEXT,
                artist TEXT, album TEXT, length INTEGER, cue_path TEXT, track INTEGER, disc INTEGER, filename TEXT);
            INSERT INTO songs VALUES ('First Light', 'Sample Days', 'The Example Band', 1, -1, 1000000000, '{path}', 6, -1, 0.6, 0, NULL);
            INSERT INTO playlists VALUES ('Morning', NULL);
            INSERT INTO playlist_items(playlist, type, library_id) VALUES (1, 'Library', 1);
            INSERT INTO playlist_items(playlist, type, filename, title) VALUES (1, 'File', 'file:///gone.mp3', 'Gone');"
        ),
    );
    let navidrome = home.path("navidrome_backup_2026.db");
    database(
        &navidrome,
        "CREATE TABLE user (id varchar PRIMARY KEY, user_name varchar, password varchar);
        CREATE TABLE library (id integer PRIMARY KEY, name text, path text);
        CREATE TABLE media_file (id varchar PRIMARY KEY, path varchar, title varchar, album varchar, artist varchar,
            track_number integer, disc_number integer, duration real, created_at datetime, library_id integer DEFAULT 1);
        CREATE TABLE annotation (user_id varchar, item_id varchar, item_type varchar, play_count integer, play_date datetime,
            rating integer, starred bool);
        CREATE TABLE playlist (id varchar PRIMARY KEY, name varchar, comment varchar, public bool, created_at datetime,
            owner_id varchar, rules varchar);
        CREATE TABLE playlist_tracks (id integer, playlist_id varchar, media_file_id varchar);
        INSERT INTO user VALUES ('u1', 'one', 'x'), ('u2', 'two', 'x');
        INSERT INTO library VALUES (1, 'Music', '/server/music');
        INSERT INTO media_file VALUES ('m1', 'x/b.wav', 'Second Wind', 'Sample Days', 'The Example Band', 0, 0, 1.0, '2020-01-02T03:04:05Z', 1),
            ('m2', 'x/c.wav', 'Third Time', 'Sample Days', 'The Example Band', 0, 0, 1.0, '2020-01-02 03:04:05+00:00', 1);
        INSERT INTO annotation VALUES ('u1', 'm1', 'media_file', 9, '2024-01-02T03:04:05.123456Z', 5, 1),
            ('u1', 'm2', 'media_file', 1, NULL, 0, 0), ('u2', 'm1', 'media_file', 50, NULL, 1, 0), ('u1', 'al', 'album', 99, NULL, 1, 0);
        INSERT INTO playlist VALUES ('p1', 'Radio', 'words', 0, '2020', 'u1', NULL), ('p2', 'Others', '', 0, '2020', 'u2', NULL),
            ('p3', 'Smart', '', 1, '2020', 'u1', '{\"all\":[]}');
        INSERT INTO playlist_tracks VALUES (2, 'p1', 'm1'), (1, 'p1', 'm2');",
    );
    let told = adopt(&home, &["clementine.db", "navidrome_backup_2026.db"], 0);
    let names: Vec<_> = told["players"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["player"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["clementine", "navidrome"]);
    let first = about(&home, "Music/a.wav");
    assert_eq!((first.rating.unwrap().halves(), first.plays), (6, 6));
    let second = about(&home, "Music/b.wav");
    assert_eq!((second.rating.unwrap().halves(), second.plays), (10, 9));
    assert_eq!(second.played_at_ms, Some(1_704_164_645_123));
    let lists = |at: usize| -> Vec<String> {
        let lists = told["players"][at]["playlists"].as_array().unwrap().iter();
        lists
            .map(|list| format!("{} {}", list["name"].as_str().unwrap(), list["rows"]))
            .collect()
    };
    assert_eq!(lists(0), ["Morning 2"]);
    assert_eq!(lists(1), ["Liked Songs 1", "Radio 2"]);
}

/// Stars of an album are no stars of a song, and the library is no playlist.
#[test]
fn itunes_by_its_library_xml() {
    let home = home();
    let song = |number: usize, title: &str, file: &str, more: &str| {
        format!(
            "<key>{number}</key><dict><key>Track ID</key><integer>{number}</integer><key>Name</key><string>{title}</string>
            <key>Artist</key><string>The Example Band</string><key>Play Count</key><integer>3</integer>
            <key>Play Date UTC</key><date>2024-01-02T03:04:05Z</date><key>Skip Count</key><integer>2</integer>
            <key>Date Added</key><date>2010-01-02T03:04:05Z</date><key>Rating</key><integer>80</integer>{more}
            <key>Location</key><string>{}</string></dict>",
            url(&home.music().join(file))
        )
    };
    let text = format!(
        "<?xml version=\"1.0\"?><plist version=\"1.0\"><dict><key>Tracks</key><dict>{}{}</dict><key>Playlists</key><array>
        <dict><key>Name</key><string>Library</string><key>Master</key><true/><key>Playlist Items</key><array><dict><key>Track ID</key><integer>1</integer></dict></array></dict>
        <dict><key>Name</key><string>Evening</string><key>Playlist Persistent ID</key><string>ABCD</string><key>Playlist Items</key><array><dict><key>Track ID</key><integer>2</integer></dict></array></dict>
        </array></dict></plist>",
        song(1, "First Light", "a.wav", ""),
        song(2, "Second Wind", "b.wav", "<key>Rating Computed</key><true/>")
    );
    fs::write(home.music().join("Library.xml"), text).unwrap();
    let told = adopt(&home, &["itunes"], 0);
    let one = player(&told);
    assert_eq!(
        (&one["songs"], &one["rated"], &one["plays"]),
        (&2.into(), &1.into(), &6.into()),
        "{one}"
    );
    assert_eq!(one["playlists"].as_array().unwrap().len(), 1, "{one}");
    let first = about(&home, "Music/a.wav");
    assert_eq!(
        (first.rating.unwrap().halves(), first.plays, first.skips),
        (8, 3, 2)
    );
    assert_eq!(first.played_at_ms, Some(1_704_164_645_000));
    assert_eq!(about(&home, "Music/b.wav").rating, None);
    let added = person(&home).columns(&[Kept::Added]).unwrap();
    assert_eq!(
        added[0].get(key(&home, "Music/b.wav")),
        Some(1_262_401_445_000)
    );
}

/// What was written last stands in a log beside the file: it is read, and neither of them is touched.
#[test]
fn a_log_beside_the_file_is_read_and_left() {
    let home = home();
    let file = strawberry(&home);
    let db = Connection::open(&file).unwrap();
    let mode: String = db
        .query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))
        .unwrap();
    assert_eq!(mode, "wal");
    db.execute_batch("UPDATE songs SET rating = 0.4 WHERE title = 'First Light'")
        .unwrap();
    let folder = file.parent().unwrap();
    let before = untouched(folder);
    assert!(
        before
            .iter()
            .any(|(path, bytes, _)| path.to_string_lossy().ends_with("-wal") && !bytes.is_empty())
    );
    adopt(&home, &["strawberry"], 0);
    assert_eq!(untouched(folder), before);
    assert_eq!(about(&home, "Music/a.wav").rating.unwrap().halves(), 4);
    drop(db);
}

#[test]
fn what_is_no_library_of_a_player_is_told() {
    let home = home();
    let told = home.run(&["adopt", "Music"]).ended(3);
    assert!(
        told.err
            .contains("there is no library of a player in Music"),
        "{}",
        told.err
    );
    let told = home.run(&["adopt", "winamp"]).ended(1);
    assert!(told.err.contains("players are mpd, beets"), "{}", told.err);
    let told = home.run(&["adopt", "cmus"]).ended(3);
    assert!(
        told.err
            .contains("no library of cmus is in its usual place"),
        "{}",
        told.err
    );
    // A database with a view where a table should be is nobody's.
    database(
        &home.path("view.db"),
        "CREATE VIEW sticker AS SELECT 'song' AS type, 'a' AS uri, 'rating' AS name, '1' AS value",
    );
    home.run(&["adopt", "view.db"]).ended(3);
}

#[test]
fn beets_itself() {
    if !has("beet") {
        return println!("skipped: beets is not installed");
    }
    let home = home();
    fs::create_dir_all(home.path(".config/beets")).unwrap();
    let settings = format!(
        "directory: {}\nimport: {{copy: no, write: no}}\nplugins: types\ntypes: {{rating: float, play_count: int}}\n",
        home.music().display()
    );
    fs::write(home.path(".config/beets/config.yaml"), settings).unwrap();
    let beet = |args: &[&str]| {
        let mut command = Command::new("beet");
        command
            .env("HOME", home.path(""))
            .env_remove("BEETSDIR")
            .env_remove("XDG_CONFIG_HOME");
        let ran = command.args(args).stdin(Stdio::null()).output().unwrap();
        assert!(
            ran.status.success(),
            "{}",
            String::from_utf8_lossy(&ran.stderr)
        );
    };
    beet(&["import", "-A", "-q", home.music().to_str().unwrap()]);
    beet(&[
        "modify",
        "-y",
        "-W",
        "title:First Light",
        "play_count=7",
        "rating=0.8",
        "last_played=1700000000",
    ]);
    let before = untouched(&home.path(".config/beets"));
    let told = adopt(&home, &["beets"], 0);
    let one = player(&told);
    assert_eq!(
        (&one["songs"], &one["here"], &one["rated"], &one["plays"]),
        (&2.into(), &2.into(), &1.into(), &7.into())
    );
    let first = about(&home, "Music/a.wav");
    assert_eq!(
        (first.rating.unwrap().halves(), first.played_at_ms),
        (8, Some(1_700_000_000_000))
    );
    assert_eq!(untouched(&home.path(".config/beets")), before);
}

#[test]
fn mpd_itself() {
    if !has("mpd") || !has("mpc") {
        return println!("skipped: mpd or mpc is not installed");
    }
    let home = home();
    let below = |name: &str| home.path(&format!(".config/mpd/{name}"));
    fs::create_dir_all(below("playlists")).unwrap();
    let conf = format!(
        "music_directory \"{}\"\nplaylist_directory \"~/.config/mpd/playlists\"\ndb_file \"{}\"\nsticker_file \"{}\"\nstate_file \"{}\"\nbind_to_address \"{}\"\naudio_output {{\n type \"null\"\n name \"null\"\n}}\n",
        home.music().display(),
        below("database").display(),
        below("sticker.sql").display(),
        below("state").display(),
        below("s").display()
    );
    fs::write(below("mpd.conf"), conf).unwrap();
    let mut mpd = Command::new("mpd");
    mpd.arg("--no-daemon")
        .arg(below("mpd.conf"))
        .env("HOME", home.path(""));
    let mut mpd = mpd
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    wait_until(|| std::os::unix::net::UnixStream::connect(below("s")).is_ok());
    for args in [
        &["-w", "update"][..],
        &["sticker", "a.wav", "set", "rating", "8"],
        &["sticker", "a.wav", "set", "playCount", "5"],
        &["sticker", "a.wav", "set", "mood", "calm"],
        &["add", "b.wav"],
        &["add", "a.wav"],
        &["save", "evening"],
    ] {
        let ran = Command::new("mpc")
            .env("MPD_HOST", below("s"))
            .args(args)
            .output()
            .unwrap();
        assert!(
            ran.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&ran.stderr)
        );
    }
    let id = rustix::process::Pid::from_child(&mpd);
    rustix::process::kill_process(id, rustix::process::Signal::TERM).unwrap();
    mpd.wait().unwrap();
    let before = untouched(&home.path(".config/mpd"));
    let told = adopt(&home, &["mpd"], 0);
    let one = player(&told);
    assert_eq!(
        (&one["rated"], &one["plays"], &one["stickers"]),
        (&1.into(), &5.into(), &1.into()),
        "{one}"
    );
    assert_eq!(
        (&one["rows"], &one["rows_that_play"]),
        (&4.into(), &4.into()),
        "{one}"
    );
    assert_eq!(about(&home, "Music/a.wav").rating.unwrap().halves(), 8);
    let mood = person(&home)
        .sticker(key(&home, "Music/a.wav"), "mood")
        .unwrap();
    assert_eq!(mood.as_deref(), Some("calm"));
    assert_eq!(untouched(&home.path(".config/mpd")), before);
}
