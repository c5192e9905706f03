//! What the index answers: search, lookups, albums, artists, folders and counts.

use super::browse::before;
use super::query::{Case, strictly};
use super::scan::tests::{Shelf, write_wav};
use super::{FolderEntry, Index};
use crate::music::{Codec, Song, Uri, Wanted};
use crate::wanted::artist::Aliases;
use crate::wanted::matcher::Keys;
use lofty::config::WriteOptions;
use lofty::tag::{ItemKey, Tag, TagExt, TagType};

/// Path, title, artist, album, album artist, track, date.
type Row<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str, u32, &'a str);

/// A shelf of these songs, scanned. Each has audio of its own.
fn shelf(rows: &[Row]) -> Shelf {
    let shelf = Shelf::new();
    for (n, (path, title, artist, album, album_artist, track, date)) in rows.iter().enumerate() {
        let path = shelf.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_wav(&path, n as u32 + 1);
        let mut tag = Tag::new(TagType::Id3v2);
        for (key, text) in [
            (ItemKey::TrackTitle, *title),
            (ItemKey::TrackArtist, artist),
            (ItemKey::AlbumTitle, album),
            (ItemKey::AlbumArtist, album_artist),
            (ItemKey::RecordingDate, date),
            (ItemKey::TrackNumber, &track.to_string()),
        ] {
            if !text.is_empty() && text != "0" {
                tag.insert_text(key, text.to_owned());
            }
        }
        tag.save_to_path(&path, WriteOptions::default()).unwrap();
    }
    shelf.scan();
    shelf
}

fn titles(songs: &[Song]) -> Vec<String> {
    songs.iter().map(Song::title).collect()
}

const ROWS: &[Row] = &[
    (
        "Björk/Post/02 Hyperballad.wav",
        "Hyperballad",
        "Björk",
        "Post",
        "Björk",
        2,
        "1995",
    ),
    (
        "Björk/Post/01 Army of Me.wav",
        "Army of Me",
        "Björk",
        "Post",
        "Björk",
        1,
        "1995-04-24",
    ),
    (
        "Björk/Debut/01 Human Behaviour.wav",
        "Human Behaviour",
        "Björk",
        "Debut",
        "Björk",
        1,
        "1993",
    ),
    (
        "Other/Post/1.wav",
        "Post It",
        "Nobody",
        "Post",
        "Nobody",
        1,
        "2001",
    ),
    (
        "Chk/1.wav",
        "Pardon My Freedom",
        "!!!",
        "Louden Up Now",
        "",
        1,
        "2004",
    ),
    ("VA/1.wav", "東京の夜", "AC/DC", "Sampler", "", 1, "1999"),
    (
        "VA/2.wav",
        "Кино",
        "Ærø \"Quoted\" OR",
        "Sampler",
        "",
        2,
        "1999",
    ),
    ("loose.wav", "", "", "", "", 0, ""),
];

#[test]
fn every_word_is_the_beginning_of_one_whatever_its_case_and_marks() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    for (query, wanted) in [
        ("hyperb", &["Hyperballad"][..]),
        ("BJORK army", &["Army of Me"]),
        ("bjö hum", &["Human Behaviour"]),
        ("björk 1993", &["Human Behaviour"]),
        ("acdc", &[]),
        ("ac/d", &["東京の夜"]),
        ("京の", &["東京の夜"]),
        ("kino", &["Кино"]),
        ("КИНО", &["Кино"]),
        ("aero", &["Кино"]),
        ("!!!", &["Pardon My Freedom"]),
        ("!!! pardon", &["Pardon My Freedom"]),
        ("loose", &["loose"]),
        ("yperballad", &[]),
        ("", &[]),
        ("   ", &[]),
    ] {
        assert_eq!(titles(&reader.search(query, 9).unwrap()), wanted, "{query}");
    }
}

#[test]
fn what_is_called_so_comes_first() {
    let shelf = shelf(&[
        ("1.wav", "Of Home", "Home Artist", "A", "", 1, ""),
        ("2.wav", "Homeward", "X", "Home", "", 1, ""),
        ("3.wav", "Home", "Y", "B", "", 1, ""),
        ("4.wav", "Other", "Z", "Going Home", "", 1, ""),
    ]);
    let found = titles(&shelf.reader().search("home", 9).unwrap());
    assert_eq!(found[..3], ["Home", "Homeward", "Of Home"]);
    assert_eq!(
        (found.len(), shelf.reader().search("home", 2).unwrap().len()),
        (4, 2)
    );
}

#[test]
fn no_query_is_a_syntax_error() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    for query in [
        "\"",
        "\"\"",
        "*",
        "a*",
        "NEAR(",
        "a NEAR/2 b",
        "title:post",
        "{title}:x",
        "-post",
        "^post",
        "post AND",
        "OR",
        "(",
        "a\0b",
        "'; DROP TABLE song",
        "\u{301}",
        "♥",
        "a\"b",
        ":",
        "+",
        "\\",
    ] {
        reader.search(query, 9).unwrap();
        reader.artist(query).unwrap();
        reader.album(query).unwrap();
    }
    assert_eq!(
        titles(&reader.search("\"quoted\" or", 9).unwrap()),
        ["Кино"]
    );
    let many = "post ".repeat(10_000);
    assert!(!reader.search(&many, 9).unwrap().is_empty());
}

#[test]
fn albums_of_one_name_stay_apart_and_samplers_together() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    assert_eq!(
        titles(&reader.album("POST").unwrap()),
        ["Army of Me", "Hyperballad", "Post It"]
    );
    assert_eq!(
        titles(&reader.artist("bjork").unwrap()),
        ["Human Behaviour", "Army of Me", "Hyperballad"]
    );
    assert_eq!(
        titles(&reader.artist("!!!").unwrap()),
        ["Pardon My Freedom"]
    );
    assert_eq!(titles(&reader.artist("AC/DC").unwrap()), ["東京の夜"]);
    assert!(reader.artist("AC").unwrap().is_empty());
    assert_eq!(reader.album_count().unwrap(), 5);
    let all = reader.all_by_album().unwrap();
    let mut albums: Vec<&str> = all.iter().map(|song| song.tags.album.as_str()).collect();
    albums.retain(|album| !album.is_empty());
    albums.dedup();
    // By artist, then date: of several artists, !!!, Björk twice, Nobody.
    assert_eq!(albums, ["Sampler", "Louden Up Now", "Debut", "Post"]);
    let artists: Vec<_> = all.iter().map(|song| song.tags.album_artist()).collect();
    assert!(artists.ends_with(&["Nobody".to_owned()]), "{artists:?}");
    let all = titles(&all);
    assert_eq!(all.len(), ROWS.len());
    let at = |title: &str| all.iter().position(|it| it == title).unwrap();
    assert!(at("Human Behaviour") < at("Army of Me") && at("Army of Me") < at("Hyperballad"));
}

#[test]
fn songs_are_found_by_their_names_and_their_audio() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    let by_names = |artist: &str, title: &str, length_ms| {
        let wanted = Wanted {
            title: title.into(),
            artists: vec![artist.into()],
            ..Wanted::default()
        };
        let keys = Keys::of_wanted(&wanted, &Aliases::default());
        reader
            .songs_by_match_keys(&keys.names, length_ms, 9)
            .unwrap()
    };
    let found = by_names("Bjork", "HYPERBALLAD - Remastered", None);
    assert_eq!(titles(&found), ["Hyperballad"]);
    let length_ms = found[0].length_ms.unwrap();
    let around = Some(length_ms..=length_ms);
    assert_eq!(by_names("Björk", "Hyperballad", around), found);
    let longer = Some(length_ms + 1..=length_ms + 9);
    assert!(by_names("Björk", "Hyperballad", longer).is_empty());
    assert!(by_names("Nobody", "Hyperballad", None).is_empty());
    assert_eq!(reader.songs_by_key(found[0].key.unwrap()).unwrap(), found);
    let uri = Uri::new("Music/Björk/Post/02 Hyperballad.wav");
    assert_eq!(reader.song_by_uri(&uri).unwrap().as_ref(), found.first());
    assert_eq!(
        reader.song_by_uri(&Uri::new("Elsewhere/x.wav")).unwrap(),
        None
    );
}

#[test]
fn pages_show_every_song_once_in_the_order_of_addresses() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    let below = |uri: &str, most: usize| {
        let mut seen = Vec::new();
        let mut pages = reader.pages_below(&Uri::new(uri));
        while seen.len() < most
            && pages
                .show(&mut |song| {
                    let path = String::from_utf8_lossy(song.path());
                    seen.push(format!("{}/{path}", song.root().name));
                    seen.len() < most
                })
                .unwrap()
        {}
        seen
    };
    let all = |uri: &str| {
        let songs = reader.songs_below(&Uri::new(uri)).unwrap().into_iter();
        songs.map(|song| song.uri().to_string()).collect::<Vec<_>>()
    };
    for uri in [
        "Music",
        "Music/",
        "Music/Björk/Post",
        "Music/loose.wav",
        "Music/no",
        "No",
    ] {
        assert_eq!(below(uri, usize::MAX), all(uri), "{uri}");
    }
    let whole = below("", usize::MAX);
    assert!(
        whole.len() == ROWS.len() && whole.len() > 3,
        "several pages"
    );
    assert_eq!(whole, all("Music"));
    assert_eq!(below("", 3), whole[..3]);
    let roots = reader.roots().to_vec();
    let mut left = 0;
    let none = reader.without(&roots);
    let mut pages = none.pages_below(&Uri::new(""));
    pages
        .show(&mut |_| {
            left += 1;
            true
        })
        .unwrap();
    assert_eq!(left, 0, "what is away is not shown");
}

#[test]
fn what_is_found_is_shown_by_address_however_much_it_is() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    for filter in [
        "(file != '')",
        "(album == 'Post')",
        "(title == 'loose')",
        "(title == 'no')",
    ] {
        let what = strictly(&[filter.to_owned()], Case::Exact).unwrap();
        let all: Vec<Uri> = reader
            .matching(&what)
            .unwrap()
            .iter()
            .map(Song::uri)
            .collect();
        for (start, end) in [
            (0, usize::MAX),
            (0, 1),
            (1, 3),
            (2, usize::MAX),
            (3, 3),
            (99, 100),
        ] {
            let mut shown = Vec::new();
            let mut pages = reader.pages_found(&what, None, start..end).unwrap();
            while pages
                .show(&mut |song| {
                    let root = song.root().name.as_bytes();
                    shown.push(Uri::new([root, b"/", song.path()].concat()));
                    true
                })
                .unwrap()
            {}
            let window: Vec<Uri> = all.iter().take(end).skip(start).cloned().collect();
            assert_eq!(shown, window, "{filter} {start}:{end}");
        }
    }
}

#[test]
fn a_file_is_found_by_its_address_however_it_is_composed() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    let one = "Music/Bj\u{f6}rk/Post/02 Hyperballad.wav";
    for address in [one, "Music/Bjo\u{308}rk/Post/02 Hyperballad.wav"] {
        let filter = strictly(&["file".to_owned(), address.to_owned()], Case::Exact).unwrap();
        let found = reader.matching(&filter).unwrap();
        assert_eq!(titles(&found), ["Hyperballad"], "{address}");
    }
}

#[test]
fn a_folder_is_looked_through_to_its_end_and_not_to_the_end_of_its_root() {
    let shelf = shelf(ROWS);
    let plan = |until: Option<Vec<u8>>| {
        let sql = format!(
            "EXPLAIN QUERY PLAN SELECT path FROM file WHERE root_id = ?1 AND path >= ?2 AND {} ORDER BY path",
            before(&until)
        );
        let reader = shelf.reader();
        reader
            .ask(|connection| {
                let values = rusqlite::params![1, b"a/", until];
                connection.query_row(&sql, values, |row| row.get::<_, String>(3))
            })
            .unwrap()
    };
    assert!(plan(Some(b"a0".to_vec())).contains("path>? AND path<?"));
    assert!(plan(None).contains("path>?"));
}

#[test]
fn folders_hold_folders_and_songs() {
    let shelf = shelf(ROWS);
    let reader = shelf.reader();
    let list = |uri: &str| -> Vec<String> {
        let entries = reader.folder(&Uri::new(uri)).unwrap();
        let name = |entry: FolderEntry| match entry {
            FolderEntry::Folder(uri) => format!("{uri}/"),
            FolderEntry::Song(song) => song.place.uri().to_string(),
        };
        entries.into_iter().map(name).collect()
    };
    assert_eq!(list(""), ["Music/"]);
    assert_eq!(
        list("Music"),
        [
            "Music/Björk/",
            "Music/Chk/",
            "Music/Other/",
            "Music/VA/",
            "Music/loose.wav"
        ]
    );
    assert_eq!(
        list("Music/Björk/"),
        ["Music/Björk/Debut/", "Music/Björk/Post/"]
    );
    assert_eq!(list("Music/VA"), ["Music/VA/1.wav", "Music/VA/2.wav"]);
    assert!(list("Music/V").is_empty() && list("Nowhere").is_empty());
    assert_eq!(
        reader.songs_below(&Uri::new("Music/Björk")).unwrap().len(),
        3
    );
    assert_eq!(
        reader.songs_below(&Uri::new("Music")).unwrap().len(),
        ROWS.len()
    );
    assert_eq!(
        reader
            .songs_below(&Uri::new("Music/loose.wav"))
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn counts_add_up() {
    let shelf = shelf(ROWS);
    std::fs::write(shelf.path("x.mp3"), "").unwrap();
    std::fs::remove_file(shelf.path("VA/2.wav")).unwrap();
    shelf.scan();
    let stats = shelf.reader().stats().unwrap();
    assert_eq!((stats.songs, stats.skipped, stats.gone), (7, 1, 1));
    assert_eq!(
        (stats.artists, stats.albums, stats.length_ms),
        (4, 5, 2_100)
    );
    assert_eq!(stats.by_codec, [(Codec::Pcm, 7)]);
    assert!(stats.size_bytes > 7 * 4_800);
}

#[test]
fn where_there_is_no_index_every_answer_is_empty() {
    let dir = tempfile::tempdir().unwrap();
    let reader = Index::at(dir.path().join("library.db"))
        .reader(&[])
        .unwrap();
    assert!(reader.search("x", 9).unwrap().is_empty());
    assert!(reader.album_count().unwrap() == 0 && reader.folder(&Uri::new("")).unwrap().is_empty());
    assert_eq!(reader.stats().unwrap(), Default::default());
    assert!(!dir.path().join("library.db").exists());
}

#[test]
fn a_root_that_is_removed_leaves_nothing_behind() {
    let shelf = shelf(ROWS);
    assert!(
        shelf
            .index
            .reader(&[])
            .unwrap()
            .all_by_album()
            .unwrap()
            .is_empty()
    );
    shelf.index.forget_root("Music").unwrap();
    assert!(shelf.reader().search("björk", 9).unwrap().is_empty());
    assert_eq!(shelf.scan().new, ROWS.len() as u64);
    assert_eq!(shelf.reader().search("björk", 9).unwrap().len(), 3);
}
