//! `search`, `find` and `list` as people use them, and the same questions put to mpd.

use crate::home::{HANG, Home, has, sample_media};
use lofty::config::WriteOptions;
use lofty::file::{AudioFile, TaggedFileExt};
use lofty::tag::{ItemKey, ItemValue, Tag, TagItem, TagType};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

const TITLE: ItemKey = ItemKey::TrackTitle;
const ARTIST: ItemKey = ItemKey::TrackArtist;
const ALBUM: ItemKey = ItemKey::AlbumTitle;
const ALBUM_ARTIST: ItemKey = ItemKey::AlbumArtist;

/// A file and what its tags say.
pub type Tagged<'a> = (&'a str, &'a [(ItemKey, &'a str)]);

/// A home whose music folder holds these FLAC files, scanned.
pub fn tagged(rows: &[Tagged]) -> Home {
    tagged_as(Home::new(), &flac(&sample_media()), rows)
}

/// The same in this home, each a copy of this FLAC file.
pub fn tagged_as(home: Home, sound: &Path, rows: &[Tagged]) -> Home {
    for (file, tags) in rows {
        let path = home.music().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::copy(sound, &path).unwrap();
        let mut read = lofty::read_from_path(&path).unwrap();
        read.clear();
        let mut tag = Tag::new(TagType::VorbisComments);
        for (key, value) in *tags {
            tag.push(TagItem::new(*key, ItemValue::Text((*value).to_owned())));
        }
        read.insert_tag(tag);
        read.save_to_path(&path, WriteOptions::default()).unwrap();
    }
    home.run(&["scan", home.music().to_str().unwrap()]).ended(0);
    home
}

/// The first FLAC file of the sample media.
fn flac(folder: &Path) -> PathBuf {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "flac") {
                found.push(path);
            }
        }
    }
    found.into_iter().min().unwrap()
}

const ROWS: &[Tagged] = &[
    (
        "Björk/army.flac",
        &[
            (TITLE, "Army of Me"),
            (ARTIST, "Björk"),
            (ALBUM, "Post"),
            (ALBUM_ARTIST, "Björk"),
            (ItemKey::Genre, "Electronic"),
            (ItemKey::RecordingDate, "1995"),
            (ItemKey::TrackNumber, "1"),
        ],
    ),
    (
        "Björk/hyper.flac",
        &[
            (TITLE, "Hyperballad"),
            (ARTIST, "BJÖRK"),
            (ALBUM, "post"),
            (ItemKey::Genre, "Pop"),
            (ItemKey::TrackNumber, "2"),
        ],
    ),
    (
        "jazz/blue.flac",
        &[
            (TITLE, "Blue in Green"),
            (ARTIST, "Miles Davis"),
            (ARTIST, "Bill Evans"),
            (ALBUM, "Kind of Blue"),
            (ItemKey::Composer, "Bill Evans"),
            (ItemKey::RecordingDate, "1959"),
        ],
    ),
    (
        "jazz/nina.flac",
        &[
            (TITLE, "Sinnerman"),
            (ARTIST, "Nina Simone"),
            (ALBUM, "Pastel Blues"),
            (ItemKey::Genre, "Jazz"),
            (ItemKey::RecordingDate, "1965"),
        ],
    ),
    (
        "odd/quote.flac",
        &[
            (TITLE, "foo'bar\""),
            (ARTIST, "foo'bar\""),
            (ALBUM, "back\\slash"),
        ],
    ),
    (
        "odd/kino.flac",
        &[
            (TITLE, "Группа крови"),
            (ARTIST, "Кино"),
            (ALBUM, "Группа крови"),
        ],
    ),
    (
        "odd/夜.flac",
        &[
            (TITLE, "東京の夜"),
            (ARTIST, "椎名林檎"),
            (ALBUM_ARTIST, "Various"),
        ],
    ),
    ("bare.flac", &[]),
];

#[test]
fn words_pairs_and_filters() {
    let home = tagged(ROWS);
    let names = |args: &[&str]| -> Vec<String> {
        let ran = home.run(args).ended(0);
        ran.out
            .lines()
            .map(|line| {
                line.rsplit('/')
                    .next()
                    .unwrap()
                    .trim_end_matches(".flac")
                    .to_owned()
            })
            .collect()
    };
    for (args, wanted) in [
        (&["search", "bjork", "army"][..], &["army"][..]),
        (&["search", "artist", "bjork"], &["army", "hyper"]),
        (&["search", "artist", "bjork", "-n", "1"], &["army"]),
        (&["search", "(artist == 'BJORK')"], &["army", "hyper"]),
        (&["search", "any", "evans"], &["blue"]),
        (&["search", "blue green"], &["blue"]),
        (&["find", "artist", "Bill Evans"], &["blue"]),
        (&["find", "Bill", "Evans"], &["blue"]),
        (
            &["find", "albumartist", "Nina Simone", "date", "1965"],
            &["nina"],
        ),
        (
            &["find", "genre", "", "base", "Music/odd"],
            &["kino", "quote", "夜"],
        ),
        (&["find", "(artist == \"foo'bar\\\"\")"], &["quote"]),
        (
            &["find", "codec", "flac", "(base 'Music/jazz')"],
            &["blue", "nina"],
        ),
        (&["list", "file", "artist", "Кино"], &["kino"]),
    ] {
        assert_eq!(names(args), wanted, "{args:?}");
    }
    for (args, code, said) in [
        (&["find", "artist", "bjork"][..], 3, "nothing fits"),
        (&["search", "zzzz"], 3, "nothing fits"),
        (
            &["search", "artist", "nina", "simone"],
            3,
            "one argument: artist \"nina …\"",
        ),
        (&["list", "genre", "artist", "nobody"], 3, "nothing fits"),
        (&["find", "(artist = 'x')"], 2, "`==`, `!=`"),
        (&["find", "x", "(artist == 'x')"], 2, "neither"),
        (
            &["find", "(artst == 'x')"],
            2,
            "no field named “artst” (at character 2",
        ),
        (&["list", "colour"], 2, "no field named “colour”"),
        (&["list", "genre", "-0"], 2, "-0 is for paths"),
        (&["find"], 2, "required"),
    ] {
        let ran = home.run(args).ended(code);
        assert!(ran.err.contains(said), "{args:?}: {}", ran.err);
        assert_eq!(ran.out, "", "{args:?}");
    }
}

#[test]
fn a_typing_error_is_told_on_stderr() {
    let home = tagged(ROWS);
    let ran = home.run(&["search", "sinnermann"]).ended(0);
    assert!(ran.out.ends_with("jazz/nina.flac\n"), "{}", ran.out);
    assert!(
        ran.err
            .contains("Nothing fits “sinnermann”; showing what fits “sinnerman”."),
        "{}",
        ran.err
    );
    assert_eq!(home.run(&["search", "-q", "sinnermann"]).ended(0).err, "");
    // As typed, nothing is said.
    assert_eq!(home.run(&["search", "sinnerman"]).ended(0).err, "");
    // Words that look like a pair are words where no song has the values.
    let ran = home.run(&["search", "title", "bjork"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""));
}

#[test]
fn lists_are_lines_groups_have_tabs_and_json_has_names() {
    let home = tagged(ROWS);
    let out = |args: &[&str]| home.run(args).ended(0).out;
    assert_eq!(out(&["list", "genre"]), "Electronic\nJazz\nPop\n");
    assert_eq!(out(&["list", "genre", "-n", "1"]), "Electronic\n");
    assert_eq!(out(&["list", "album", "Nina Simone"]), "Pastel Blues\n");
    assert_eq!(
        out(&["list", "album", "(base 'Music/jazz')", "group", "date"]),
        "1959\tKind of Blue\n1965\tPastel Blues\n"
    );
    let json = home
        .run(&["list", "album", "date", "1959", "group", "artist", "--json"])
        .ended(0)
        .json();
    let values = serde_json::json!([
        { "artist": "Bill Evans", "album": "Kind of Blue" },
        { "artist": "Miles Davis", "album": "Kind of Blue" }
    ]);
    assert_eq!((&json["values"], &json["schema"]), (&values, &1.into()));
    let none = home
        .run(&["find", "artist", "nobody", "--json"])
        .ended(3)
        .json();
    assert_eq!(none["songs"], serde_json::json!([]));
    let paths = home
        .command(&["find", "-0", "base", "Music/jazz"])
        .output()
        .unwrap()
        .stdout;
    assert_eq!(paths.iter().filter(|byte| **byte == 0).count(), 2);
    assert!(!paths.contains(&b'\n'));
}

/// An mpd of its own over a music folder, on a socket beside it.
struct Mpd {
    child: Child,
    socket: PathBuf,
}

impl Mpd {
    fn start(home: &Home) -> Self {
        let (socket, conf) = (home.path("mpd.socket"), home.path("mpd.conf"));
        let at = |name: &str| home.path(name).display().to_string();
        let text = format!(
            "music_directory \"{}\"\ndb_file \"{}\"\nlog_file \"{}\"\nbind_to_address \"{}\"\nzeroconf_enabled \"no\"\n\
             audio_output {{\n type \"null\"\n name \"none\"\n}}\n",
            home.music().display(),
            at("mpd.db"),
            at("mpd.log"),
            socket.display()
        );
        std::fs::write(&conf, text).unwrap();
        let child = Command::new("mpd")
            .arg("--no-daemon")
            .arg(&conf)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut mpd = Self { child, socket };
        let started = Instant::now();
        while mpd.mpc(&["update", "--wait"]).is_none() {
            assert!(
                started.elapsed() < HANG && mpd.child.try_wait().unwrap().is_none(),
                "mpd does not answer"
            );
            std::thread::yield_now();
        }
        mpd
    }

    /// The lines that mpc prints; `None` where it fails.
    fn mpc(&self, args: &[&str]) -> Option<BTreeSet<String>> {
        let ran = Command::new("mpc")
            .arg("--host")
            .arg(&self.socket)
            .args(args)
            .env("LC_ALL", "C.UTF-8")
            .output()
            .unwrap();
        let out = String::from_utf8(ran.stdout).unwrap();
        ran.status.success().then(|| {
            out.lines()
                .filter(|line| !line.is_empty())
                .map(str::to_owned)
                .collect()
        })
    }
}

impl Drop for Mpd {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// What both answer alike. The folder is named otherwise: ours begins with the root's name.
const ALIKE: &[&[&str]] = &[
    &["find", "artist", "Björk"],
    &["find", "artist", "Björk", "album", "Post"],
    &["find", "artist", "Bill Evans"],
    &["find", "albumartist", "Nina Simone"],
    &["find", "albumartist", "椎名林檎"],
    &["find", "any", "Bill Evans"],
    &["find", "genre", ""],
    &["find", "track", "1"],
    &["search", "artist", "björk"],
    &["search", "title", "BLUE"],
    &["search", "title", "группа"],
    &["search", "title", "夜"],
    &["search", "any", "evans"],
    &["find", "(artist == 'Björk')"],
    &["find", "(artist != 'Björk')"],
    &["find", "(album contains 'Blue')"],
    &["find", "(album !contains 'Blue')"],
    &["find", "(album contains 'blue')"],
    &["search", "(album contains 'blue')"],
    &["search", "(album == 'POST')"],
    &["find", "(title =~ '^(Army|Blue)')"],
    &["find", "(title !~ '^(Army|Blue)')"],
    &["search", "(title =~ '^army')"],
    &["find", "(genre == '')"],
    &["find", "(genre != '')"],
    &["find", "(!(genre == ''))"],
    &["find", "((artist == 'Björk') AND (title contains 'Army'))"],
    &[
        "find",
        "((artist == 'Björk') AND (!(title contains 'Army')))",
    ],
    &[
        "find",
        "((!(artist == 'Björk')) AND (date != '') AND (any contains 'n'))",
    ],
    &["find", "(Artist == \"foo\\'bar\\\"\")"],
    &["find", "(album == 'back\\\\slash')"],
    &["find", "(albumartist == 'BJÖRK')"],
    &["find", "(albumartist == '')"],
    &["find", "(artistsort == 'Кино')"],
    &["find", "(albumsort == 'Post')"],
    &["find", "(any == 'Post')"],
    &["find", "(any != 'Post')"],
    &["find", "(modified-since '2001-01-01')"],
    &["find", "(modified-since '2090-01-01')"],
    &["find", "(AudioFormat =~ '*:*:*')"],
    &["find", "(AudioFormat =~ '8000:*:*')"],
    &["list", "artist"],
    &["list", "albumartist"],
    &["list", "album", "artist", "Björk"],
    &["list", "title", "(genre == 'Jazz')"],
];

/// Ours, mpd's, and why they differ: questions whose answers are not the same on purpose.
const OTHERWISE: &[(&[&str], &str)] = &[
    (
        &["search", "artist", "bjork"],
        "accents make no difference to us",
    ),
    (
        &["find", "artist", "Bjo\u{308}rk"],
        "nor does how letters are composed",
    ),
    (&["search", "title", "ＢＬＵＥ"], "nor does width"),
];

#[test]
fn mpd_finds_the_same() {
    if !has("mpd") || !has("mpc") {
        return;
    }
    let home = tagged(ROWS);
    let mpd = Mpd::start(&home);
    let music = format!("{}/", home.music().display());
    let ours = |args: &[&str]| -> BTreeSet<String> {
        let ran = home.run(args);
        assert!(matches!(ran.code, Some(0 | 3)), "{args:?}: {}", ran.err);
        ran.out
            .lines()
            .map(|line| line.strip_prefix(&music).unwrap_or(line).to_owned())
            .collect()
    };
    let theirs = |args: &[&str]| {
        mpd.mpc(args)
            .unwrap_or_else(|| panic!("mpc refuses {args:?}"))
    };
    for args in ALIKE {
        assert_eq!(ours(args), theirs(args), "{args:?}");
    }
    for (args, why) in OTHERWISE {
        assert_ne!(ours(args), theirs(args), "{args:?}: {why}");
    }
    for folder in ["Björk", "jazz", "odd"] {
        let base = format!("Music/{folder}");
        assert_eq!(
            ours(&["find", "base", &base]),
            theirs(&["find", "base", folder]),
            "{folder}"
        );
        let file = |root: &str| format!("((base '{root}{folder}') AND (file =~ 'e\\.flac$'))");
        assert_eq!(
            ours(&["find", &file("Music/")]),
            theirs(&["find", &file("")]),
            "{folder}"
        );
    }
}
