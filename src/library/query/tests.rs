//! Filters, words and lists over small libraries: tables, and the same answer by SQL and by looking at every song.

use super::figure::Figure;
use super::holds::{Facts, Ready, Seen};
use super::*;
use crate::library::Reader;
use crate::library::person::{About, Kept, Person, now_ms};
use crate::library::scan::tests::{Shelf, write_wav};
use crate::music::{Field, Format, Rating, Song, Uri};
use lofty::config::WriteOptions;
use lofty::tag::{ItemKey, Tag, TagExt, TagType};
use proptest::prelude::*;
use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::OnceLock;

const TITLE: ItemKey = ItemKey::TrackTitle;
const ARTIST: ItemKey = ItemKey::TrackArtist;
const ALBUM: ItemKey = ItemKey::AlbumTitle;

/// Files with tags, scanned.
fn shelf(rows: &[(&str, &[(ItemKey, &str)])]) -> Shelf {
    let shelf = Shelf::new();
    for (number, (path, tags)) in rows.iter().enumerate() {
        let path = shelf.path(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        write_wav(&path, number as u32 + 1);
        let mut tag = Tag::new(TagType::Id3v2);
        for (key, value) in *tags {
            tag.push(lofty::tag::TagItem::new(
                *key,
                lofty::tag::ItemValue::Text((*value).to_owned()),
            ));
        }
        tag.save_to_path(&path, WriteOptions::default()).unwrap();
    }
    shelf.scan();
    shelf
}

/// Their files' names without the ending.
fn names(songs: &[Song]) -> Vec<String> {
    let name = |song: &Song| song.place.file_name().trim_end_matches(".wav").to_owned();
    songs.iter().map(name).collect()
}

const ROWS: &[(&str, &[(ItemKey, &str)])] = &[
    (
        "Björk/army.wav",
        &[
            (TITLE, "Army of Me"),
            (ARTIST, "Björk"),
            (ALBUM, "Post"),
            (ItemKey::AlbumArtist, "Björk"),
            (ItemKey::Genre, "Electronic"),
            (ItemKey::RecordingDate, "1995-04-24"),
            (ItemKey::TrackNumber, "1"),
        ],
    ),
    (
        "Björk/hyper.wav",
        &[
            (TITLE, "Hyperballad"),
            (ARTIST, "BJÖRK"),
            (ALBUM, "post"),
            (ItemKey::Genre, "Pop"),
            (ItemKey::TrackNumber, "2"),
        ],
    ),
    (
        "classic/blue.wav",
        &[
            (TITLE, "Blue in Green"),
            (ARTIST, "Miles Davis"),
            (ItemKey::Composer, "Bill Evans"),
            (ItemKey::Conductor, "Herbert von Karajan"),
            (ItemKey::Label, "Columbia"),
            (ItemKey::TrackArtistSortOrder, "Davis, Miles"),
        ],
    ),
    (
        "classic/quote.wav",
        &[
            (TITLE, "foo'bar\""),
            (ARTIST, "foo'bar\""),
            (ALBUM, "back\\slash"),
        ],
    ),
    (
        "cjk/night.wav",
        &[
            (TITLE, "東京の夜"),
            (ARTIST, "椎名林檎"),
            (ALBUM, "방탄소년단"),
        ],
    ),
    (
        "cjk/thai.wav",
        &[(TITLE, "เพลงไทย"), (ARTIST, "القاهرة"), (ALBUM, "ירושלים")],
    ),
    ("cjk/kino.wav", &[(TITLE, "Группа крови"), (ARTIST, "Кино")]),
    ("bare.wav", &[]),
];

fn rows() -> &'static Shelf {
    static ROWS_SHELF: OnceLock<Shelf> = OnceLock::new();
    ROWS_SHELF.get_or_init(|| shelf(ROWS))
}

#[test]
fn filters_find_what_mpd_documents() {
    let reader = rows().reader();
    for (filter, case, wanted) in [
        ("(artist == 'Björk')", Case::Exact, &["army"][..]),
        ("(artist == 'Björk')", Case::Folded, &["army", "hyper"]),
        ("(artist == 'Bjo\u{308}rk')", Case::Exact, &["army"]),
        ("(ARTIST eq_ci 'bjork')", Case::Exact, &["army", "hyper"]),
        ("(artist eq_cs 'BJÖRK')", Case::Folded, &["hyper"]),
        (
            "(artist !eq_ci 'bjork')",
            Case::Exact,
            &["bare", "kino", "night", "thai", "blue", "quote"],
        ),
        (
            "(artist != 'Björk')",
            Case::Exact,
            &["hyper", "bare", "kino", "night", "thai", "blue", "quote"],
        ),
        ("(albumartist == 'BJÖRK')", Case::Exact, &["hyper"]),
        ("(albumartist == 'Björk')", Case::Exact, &["army"]),
        ("(artistsort == 'Davis, Miles')", Case::Exact, &["blue"]),
        ("(artistsort == 'Björk')", Case::Exact, &["army"]),
        ("(album contains 'os')", Case::Exact, &["army", "hyper"]),
        ("(album contains 'Po')", Case::Exact, &["army"]),
        ("(album contains_ci 'PO')", Case::Exact, &["army", "hyper"]),
        ("(title starts_with 'Blue')", Case::Exact, &["blue"]),
        ("(title starts_with 'blue')", Case::Exact, &[]),
        ("(title starts_with_ci 'BLUE')", Case::Exact, &["blue"]),
        ("(title starts_with 'in')", Case::Folded, &[]),
        ("(title =~ '^(Army|Blue) ')", Case::Exact, &["army", "blue"]),
        ("(title =~ '^army')", Case::Folded, &["army"]),
        // The name of a file stands for the title that it lacks.
        ("(title !~ '.')", Case::Exact, &[]),
        ("(title == 'bare')", Case::Exact, &["bare"]),
        (
            "(genre == '')",
            Case::Exact,
            &["bare", "kino", "night", "thai", "blue", "quote"],
        ),
        ("(genre != '')", Case::Exact, &["army", "hyper"]),
        ("(!(genre == ''))", Case::Exact, &["army", "hyper"]),
        ("(any == 'Bill Evans')", Case::Exact, &["blue"]),
        ("(any contains '2')", Case::Exact, &["army", "hyper"]),
        ("(conductor contains 'karajan')", Case::Folded, &["blue"]),
        ("(label == 'Columbia')", Case::Exact, &["blue"]),
        ("(track == '2')", Case::Exact, &["hyper"]),
        ("(date == '1995-04-24')", Case::Exact, &["army"]),
        ("(date starts_with '1995')", Case::Exact, &["army"]),
        (
            "((artist == 'Björk') AND (title contains 'Army'))",
            Case::Exact,
            &["army"],
        ),
        (
            "((artist == 'Björk') AND (!(title contains 'Army')))",
            Case::Exact,
            &[],
        ),
        ("(Artist == \"foo\\'bar\\\"\")", Case::Exact, &["quote"]),
        ("(album == 'back\\\\slash')", Case::Exact, &["quote"]),
        ("(file == 'Music/classic/blue.wav')", Case::Exact, &["blue"]),
        (
            "(file == 'music/CLASSIC/blue.wav')",
            Case::Folded,
            &["blue"],
        ),
        ("(file contains 'jörk/')", Case::Exact, &["army", "hyper"]),
        ("(base 'Music/Björk')", Case::Exact, &["army", "hyper"]),
        ("(base 'Music/classic/')", Case::Exact, &["blue", "quote"]),
        ("(base 'Music/cla')", Case::Exact, &[]),
        (
            "((base '') AND (title == 'Army of Me'))",
            Case::Exact,
            &["army"],
        ),
        ("(base 'Elsewhere')", Case::Exact, &[]),
        ("(title contains '夜')", Case::Folded, &["night"]),
        ("(album contains '소년')", Case::Folded, &["night"]),
        (
            "(codec == 'pcm') AND (base 'Music/Björk')",
            Case::Exact,
            &["army", "hyper"],
        ),
        (
            "(AudioFormat =~ '*:16:*') AND (title == 'Army of Me')",
            Case::Exact,
            &["army"],
        ),
        ("(AudioFormat == '44100:16:2')", Case::Exact, &[]),
        (
            "(AudioFormat == '8000:16:1') AND (track == '2')",
            Case::Exact,
            &["hyper"],
        ),
        ("(modified-since '2090-01-01')", Case::Exact, &[]),
        (
            "((modified-since '2001') AND (track == '1'))",
            Case::Exact,
            &["army"],
        ),
        ("(rating >= '0')", Case::Exact, &[]),
    ] {
        let expression = parse(filter, case).unwrap();
        assert_eq!(
            names(&reader.matching(&expression).unwrap()),
            wanted,
            "{filter} {case:?}"
        );
    }
    let below = format!("(base '{}')", rows().path("cjk").to_str().unwrap());
    let found = reader
        .matching(&parse(&below, Case::Exact).unwrap())
        .unwrap();
    assert_eq!(names(&found), ["kino", "night", "thai"]);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let deep = "(!".repeat(40) + "(artist == 'x')" + &")".repeat(40);
    let long = format!("(artist == '{}')", "x".repeat(5_000));
    let many = vec!["(artist == 'x')"; 300].join(" AND ");
    for (filter, at, said) in [
        ("", 1, "`(` is expected"),
        ("artist == 'x'", 1, "`(` is expected"),
        ("(artist == 'x'", 15, "`)` is expected"),
        ("(artist 'x')", 9, "`==`, `!=`"),
        ("(artist = 'x')", 9, "`==`, `!=`"),
        ("(artist == x)", 12, "in quotes"),
        ("(artist == 'x)", 12, "never closed"),
        ("(artist == 'x\\')", 12, "never closed"),
        ("(artst == 'x')", 2, "no field named “artst”"),
        ("( == 'x')", 3, "the name of a field"),
        ("()", 2, "the name of a field"),
        ("(artist == 'x') x", 17, "AND or the end"),
        ("((artist == 'x') x (album == 'y'))", 18, "AND or `)`"),
        ("((artist == 'x') OR (album == 'y'))", 18, "no OR"),
        ("((artist == 'x') AND )", 22, "`(` is expected"),
        ("(!artist == 'x')", 3, "`(` is expected"),
        ("(é == 'x')", 2, "the name of a field"),
        ("(artist == 'é') é", 17, "AND or the end"),
        (
            "(title =~ '(')",
            11,
            "the regular expression is wrong: unclosed group",
        ),
        ("(title =~ 'a{9999}{9999}')", 11, "too big"),
        ("(title =~ '(?=x)')", 11, "look-around"),
        ("(modified-since 'soon')", 17, "“soon” is no time"),
        ("(added-since 'lately')", 14, "“lately” is no time"),
        ("(rating < 'none')", 11, "== or !="),
        ("(last-played > 'never')", 16, "== or !="),
        ("(last-played == '30d')", 17, "an age is compared"),
        ("(plays since '3')", 8, "`==`, `!=`"),
        ("(last-played contains '3')", 14, "since or before"),
        ("(plays == 'many')", 11, "no number"),
        ("(prio >= 1)", 2, "priority"),
        ("(AudioFormat == '*:16:2')", 17, "no audio format"),
        ("(AudioFormat != '44100:16:2')", 14, "`==` or `=~`"),
        ("(rating == '7')", 12, "no rating"),
        ("(rating contains '4')", 9, "`==`, `!=`, `<`"),
        (&deep, 65, "32 deep"),
        (&long, 12, "4095 bytes"),
        (&many, 5_122, "256 tests"),
    ] {
        let error = parse(filter, Case::Exact).unwrap_err();
        assert!(error.problem.contains(said), "{filter}: {error}");
        assert_eq!(error.at, at, "{filter}: {error}");
    }
}

#[test]
fn words_of_any_script_are_found() {
    let reader = rows().reader();
    for (query, wanted) in [
        ("夜", &["night"][..]),
        ("京の", &["night"]),
        ("林", &["night"]),
        ("소", &["night"]),
        ("소년", &["night"]),
        ("ไ", &["thai"]),
        ("ไท", &["thai"]),
        ("ลงไท", &["thai"]),
        ("ق", &["thai"]),
        ("قاهرة", &["thai"]),
        ("רו", &["thai"]),
        ("ם", &["thai"]),
        ("kino", &["kino"]),
        ("КИНО кров", &["kino"]),
        ("bjork ARMY", &["army"]),
        ("ｂｊöｒｋ army", &["army"]),
        ("karajan", &["blue"]),
        ("columbia", &["blue"]),
        ("bill evans", &["blue"]),
        ("ไย", &[]),
        ("rmy", &[]),
    ] {
        assert_eq!(names(&reader.search(query, 9).unwrap()), wanted, "{query}");
    }
    let artist = reader.artist("椎名林檎").unwrap();
    assert_eq!(names(&artist), ["night"]);
}

#[test]
fn a_letter_of_typing_error_still_finds() {
    let reader = rows().reader();
    for (query, wanted, instead) in [
        ("bjrok", &["hyper", "army"][..], &["bjork"][..]),
        ("bjok", &["hyper", "army"], &["bjork"]),
        ("bjoerk", &["hyper", "army"], &["bjork"]),
        ("vjork", &["hyper", "army"], &["bjork"]),
        ("hiperballad björk", &["hyper"], &["hyperballad bjork"]),
        ("army bjrok", &["army"], &["army bjork"]),
        ("karajn", &["blue"], &["karajan"]),
        ("milse davsi", &["blue"], &["miles davis"]),
        ("група", &["kino"], &["группа"]),
        // As typed first, and what is nearly so after it; three letters are too few to tell.
        ("hyperballad", &["hyper"], &[]),
        ("kni", &[], &[]),
        ("bjxxrk", &[], &[]),
        ("1994", &[], &[]),
    ] {
        let near = reader.search_near(query, 9).unwrap();
        assert_eq!(names(&near.songs), wanted, "{query}");
        assert_eq!(near.instead, instead, "{query}");
    }
}

#[test]
fn what_fits_as_typed_comes_before_what_nearly_does() {
    let shelf = shelf(&[
        ("near.wav", &[(TITLE, "Lover"), (ARTIST, "A")]),
        ("exact.wav", &[(TITLE, "Lever"), (ARTIST, "B")]),
        ("other.wav", &[(TITLE, "Other"), (ARTIST, "C")]),
    ]);
    let near = shelf.reader().search_near("lever", 9).unwrap();
    assert_eq!(names(&near.songs), ["exact", "near"]);
    assert_eq!((near.exact, near.instead), (1, vec!["lover".to_owned()]));
    assert_eq!(
        shelf.reader().search_near("lever", 1).unwrap().songs.len(),
        1
    );
}

#[test]
fn many_hits_are_in_the_order_of_their_columns_too() {
    let mut tags: Vec<(String, [(ItemKey, &str); 3])> = Vec::new();
    for number in 0..310 {
        tags.push((
            format!("{number:03} begun.wav"),
            [(TITLE, "Homeward"), (ARTIST, "X"), (ALBUM, "Y")],
        ));
    }
    for (name, row) in [
        ("album", [(TITLE, "Z"), (ARTIST, "X"), (ALBUM, "At Home")]),
        ("artist", [(TITLE, "Z"), (ARTIST, "The Home"), (ALBUM, "Y")]),
        (
            "title",
            [(TITLE, "Home Again"), (ARTIST, "X"), (ALBUM, "Y")],
        ),
        ("exact", [(TITLE, "Home"), (ARTIST, "X"), (ALBUM, "Y")]),
    ] {
        tags.push((format!("{name}.wav"), row));
    }
    let rows: Vec<_> = tags
        .iter()
        .map(|(path, tags)| (path.as_str(), &tags[..]))
        .collect();
    let reader = shelf(&rows).reader();
    let found = names(&reader.search("home", 6).unwrap());
    assert_eq!(found[..4], ["exact", "title", "artist", "album"]);
    assert_eq!(found.len(), 6);
    assert_eq!(found, names(&reader.search("home", 6).unwrap()));
    assert_eq!(reader.search("home", 1_000).unwrap().len(), 314);
    assert_eq!(reader.search("home", usize::MAX).unwrap().len(), 314);
}

#[test]
fn values_are_listed_once_and_in_order() {
    let reader = rows().reader();
    let list = |args: &[&str]| {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        reader.listed(&Listing::read(&args).unwrap()).unwrap()
    };
    assert_eq!(list(&["genre"]), [[""], ["Electronic"], ["Pop"]]);
    assert_eq!(
        list(&["artist"]).concat(),
        [
            "",
            "BJÖRK",
            "Björk",
            "foo'bar\"",
            "Miles Davis",
            "Кино",
            "القاهرة",
            "椎名林檎"
        ]
    );
    assert_eq!(list(&["album", "artist", "Björk"]), [["Post"]]);
    assert_eq!(list(&["albumartist", "album", "post"]), [["BJÖRK"]]);
    assert_eq!(
        list(&[
            "title",
            "(artist eq_ci 'bjork')",
            "group",
            "albumartist",
            "group",
            "genre"
        ]),
        [
            ["BJÖRK", "Pop", "Hyperballad"],
            ["Björk", "Electronic", "Army of Me"]
        ]
    );
    assert!(list(&["title", "artist", "nobody"]).is_empty());
}

/// A song, its file's time and what is kept of it, as someone knows them who looks at all.
struct Known {
    song: Song,
    about: Option<About>,
    added_ms: Option<i64>,
}

impl Facts for Known {
    fn values(&self, field: Field, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        let values = self.song.tags.values(field);
        Seen::new((!values.is_empty()).then(|| values.iter().any(|value| is_it(value))))
    }

    fn all_values(&self, is_it: &mut dyn FnMut(&str) -> bool) -> Seen {
        let seen = Field::ALL.iter().map(|field| self.values(*field, is_it));
        seen.max().unwrap_or(Seen::Nothing)
    }

    fn uri(&self) -> Uri {
        self.song.place.uri()
    }

    fn file(&self) -> Vec<u8> {
        self.song.place.file().as_os_str().as_bytes().to_vec()
    }

    fn format(&self) -> Format {
        self.song.format
    }

    fn figure(&self, figure: Figure) -> Option<i64> {
        let modified = || {
            let file = std::fs::metadata(self.song.place.file()).unwrap();
            let since = file
                .modified()
                .unwrap()
                .duration_since(std::time::UNIX_EPOCH);
            Some(since.unwrap().as_millis() as i64)
        };
        let about = self.about.as_ref();
        match figure {
            Figure::Modified => modified(),
            Figure::Kept(Kept::Added) => self.added_ms.or_else(modified),
            Figure::Kept(Kept::Rating) => about
                .and_then(|about| about.rating)
                .or(self.song.tags.rating)
                .map(|rating| rating.halves().into()),
            Figure::Kept(Kept::Plays) => Some(about.map_or(0, |about| about.plays.into())),
            Figure::Kept(Kept::Skips) => Some(about.map_or(0, |about| about.skips.into())),
            Figure::Kept(Kept::LastPlayed) => about?.played_at_ms,
            Figure::Kept(Kept::LastSkipped) => about?.skipped_at_ms,
        }
    }
}

/// The folder of a shelf in which what a person made may lie.
fn data(shelf: &Shelf) -> &Path {
    shelf.index.path().parent().unwrap()
}

const DAY_MS: i64 = 86_400_000;

/// Keeps something of this song: half stars, plays and how many days ago the last was, skips and the same.
fn keep(
    data: &Path,
    song: &Song,
    halves: Option<u8>,
    (plays, played_days): (u32, Option<i64>),
    (skips, skipped_days): (u32, Option<i64>),
    added_days: Option<i64>,
) {
    let mut person = Person::open(data).unwrap();
    let ago = |days: i64| now_ms() - days * DAY_MS;
    person.put_about(About {
        song: song.wanted(),
        rating: halves.map(Rating::from_halves),
        plays,
        skips,
        played_at_ms: played_days.map(ago),
        skipped_at_ms: skipped_days.map(ago),
    });
    if let Some(days) = added_days {
        person
            .keep_added(&[(song.key.unwrap(), ago(days))])
            .unwrap();
    }
}

/// Gives stars to a song as if another player had left them in its file.
fn rate_in_file(shelf: &Shelf, song: &Song, halves: u8) {
    let index = rusqlite::Connection::open(shelf.index.path()).unwrap();
    let sql = "UPDATE song SET rating = ?2 WHERE id = ?1";
    index.execute(sql, (song.id.unwrap().0, halves)).unwrap();
}

/// Songs a to e: `a` was loved and is not forgotten, `b` was loved long ago, `c` is skipped, `d` has stars in its file, and of
/// `e` nothing is kept.
fn lived_with() -> (Shelf, Reader) {
    let titles = ["a", "b", "c", "d", "e"];
    let tags: Vec<_> = titles.iter().map(|title| [(TITLE, *title)]).collect();
    let paths: Vec<_> = titles.iter().map(|title| format!("{title}.wav")).collect();
    let rows: Vec<_> = paths
        .iter()
        .zip(&tags)
        .map(|(path, tags)| (path.as_str(), &tags[..]))
        .collect();
    let shelf = shelf(&rows);
    let song = |name: &str| shelf.song(format!("{name}.wav")).unwrap();
    let data = data(&shelf);
    keep(
        data,
        &song("a"),
        Some(10),
        (12, Some(3)),
        (0, None),
        Some(100),
    );
    keep(
        data,
        &song("b"),
        Some(9),
        (40, Some(500)),
        (1, Some(600)),
        Some(1_000),
    );
    keep(
        data,
        &song("c"),
        None,
        (1, Some(20)),
        (7, Some(2)),
        Some(10),
    );
    keep(data, &song("d"), None, (0, None), (0, None), Some(1));
    rate_in_file(&shelf, &song("d"), 8);
    rate_in_file(&shelf, &song("a"), 2);
    let reader = shelf.reader().with_data(data);
    (shelf, reader)
}

#[test]
fn what_a_person_made_is_asked_for() {
    let (_shelf, reader) = lived_with();
    for (args, wanted) in [
        (&["(rating >= '4')"][..], "abd"),
        (&["(rating == '5')"], "a"),
        (&["(rating != '5')"], "bcde"),
        (&["(rating == 'none')"], "ce"),
        (&["(rating != '')"], "abd"),
        (&["rating", "<=4.5"], "bd"),
        (&["rating", "4"], "d"),
        (&["(plays == '0')"], "de"),
        (&["plays", ">=12"], "ab"),
        (&["plays", "> 12"], "b"),
        (&["(skips > '0')"], "bc"),
        (&["skips", "7"], "c"),
        (&["(last-played since '30d')"], "ac"),
        (&["(last-played >= '30d')"], "ac"),
        (&["(last-played before '30d')"], "b"),
        (&["(last-played !since '30d')"], "bde"),
        (&["(last-played == 'never')"], "de"),
        (&["last-played", "never"], "de"),
        (&["last-played", "2w"], "a"),
        (&["(last-played < '2000-01-01')"], ""),
        (&["(last-skipped != 'never')"], "bc"),
        (&["(last-skipped since '1y')"], "c"),
        // Of the last one it is not kept when it came: its file was made just now.
        (&["(added-since '1y')"], "acde"),
        (&["added", "5d"], "de"),
        (&["(added < '2000')"], ""),
        (&["modified", "1d"], "abcde"),
        (&["((rating >= '4') AND (last-played !since '1y'))"], "bd"),
        (&["(!(rating >= '4'))"], "ce"),
        (&["rating", ">=4", "plays", ">20"], "b"),
    ] {
        let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
        let Asked::Filter(filter) = Asked::read(&args).unwrap() else {
            panic!("{args:?} are words");
        };
        let found = names(&reader.matching(&filter).unwrap()).concat();
        assert_eq!(found, wanted, "{args:?}");
    }
}

#[test]
fn songs_come_in_the_order_that_is_asked_for() {
    let (_shelf, reader) = lived_with();
    let all = Expression::All(Vec::new());
    for (sort, wanted) in [
        ("title", "abcde"),
        ("-title", "edcba"),
        ("rating", "dbace"),
        ("-rating", "abdce"),
        ("plays", "decab"),
        ("-plays", "bacde"),
        ("-skips", "cbade"),
        ("last-played", "bcade"),
        ("-last-played", "acbde"),
        ("-last-skipped", "cbade"),
        ("added", "bacde"),
        ("-added", "edcab"),
    ] {
        let mut songs = reader.matching(&all).unwrap();
        reader.sort(&mut songs, sort.parse().unwrap()).unwrap();
        assert_eq!(names(&songs).concat(), wanted, "{sort}");
    }
    let mut orders = std::collections::BTreeSet::new();
    for _ in 0..100 {
        let mut songs = reader.matching(&all).unwrap();
        reader.sort(&mut songs, "random".parse().unwrap()).unwrap();
        orders.insert(names(&songs).concat());
    }
    assert!(orders.len() > 10, "{orders:?}");
}

#[test]
fn albums_stay_whole_in_an_order_by_names_and_dates() {
    let row = |artist, album, date, track| {
        [
            (ARTIST, artist),
            (ItemKey::AlbumArtist, artist),
            (ALBUM, album),
            (ItemKey::RecordingDate, date),
            (ItemKey::TrackNumber, track),
        ]
    };
    let tags = [
        row("Zoe", "Live", "2001", "2"),
        row("Zoe", "Live", "2001", "1"),
        row("Ada", "Live", "2001", "1"),
        row("Ada", "Early", "1990", "1"),
        row("Ada", "Live", "2001", "2"),
    ];
    let paths: Vec<_> = (0..5).map(|number| format!("{number}.wav")).collect();
    let rows: Vec<_> = paths
        .iter()
        .zip(&tags)
        .map(|(path, tags)| (path.as_str(), &tags[..]))
        .collect();
    let reader = shelf(&rows).reader();
    for (sort, wanted) in [
        ("artist", "32410"),
        ("-artist", "10324"),
        ("album", "32410"),
        ("-album", "24103"),
        ("date", "32410"),
        ("-date", "24103"),
    ] {
        let mut songs = reader.matching(&Expression::All(Vec::new())).unwrap();
        reader.sort(&mut songs, sort.parse().unwrap()).unwrap();
        assert_eq!(names(&songs).concat(), wanted, "{sort}");
    }
}

/// Values that meet each other in parts, in case, in marks and in composition.
const VALUES: &[&str] = &[
    "Post",
    "post",
    "Po",
    "ost",
    "Björk",
    "Bjo\u{308}rk",
    "BJÖRK",
    "bjork",
    "o",
    "\u{308}",
    "東京の夜",
    "夜",
    "の",
    "が",
    "か",
    "Кино",
    "kino",
    "the the",
    "The",
    "!!!",
    "",
    "a b",
    "a",
    "b",
    "ไทย",
    "ท",
    "ß",
    "SS",
    "1995-04",
    "1995",
    "foo'bar\"",
    "back\\slash",
    "x",
    "İ",
    "i",
    "方\u{200b}位",
    "AC/DC",
    "'",
    "%",
    "_",
    "*",
];

fn random_shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        let mut seed = 1_u64;
        let mut next = |below: usize| {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % below
        };
        let keys = [
            TITLE,
            ARTIST,
            ALBUM,
            ItemKey::AlbumArtist,
            ItemKey::Genre,
            ItemKey::Composer,
            ItemKey::Conductor,
            ItemKey::AlbumTitleSortOrder,
            ItemKey::RecordingDate,
        ];
        let mut rows = Vec::new();
        for number in 0..60 {
            let folders = ["", "Post/", "post/", "Bjo\u{308}rk/", "a b/x/"];
            let path = format!("{}{number}.wav", folders[next(folders.len())]);
            let mut tags = Vec::new();
            for key in keys {
                for _ in 0..next(3) {
                    tags.push((key, VALUES[next(VALUES.len())]));
                }
            }
            rows.push((path, tags));
        }
        let rows: Vec<_> = rows
            .iter()
            .map(|(path, tags)| (path.as_str(), &tags[..]))
            .collect();
        let shelf = shelf(&rows);
        for song in shelf.reader().all_by_album().unwrap() {
            let mut some = |most: usize| next(2 * most).checked_sub(most);
            let halves = some(11).map(|halves| halves as u8);
            let mut heard = || match some(4) {
                None | Some(0) => (0, None),
                Some(times) => (times as u32, some(800).map(|days| days as i64)),
            };
            let (plays, skips) = (heard(), heard());
            let added = some(800).map(|days| days as i64);
            if next(3) > 0 {
                keep(data(&shelf), &song, halves, plays, skips, added);
            }
            if next(4) == 0 {
                rate_in_file(&shelf, &song, next(11) as u8);
            }
        }
        shelf
    })
}

/// Every song with what is kept of it, one question each.
fn known(reader: &Reader, data: &Path) -> Vec<Known> {
    let person = Person::look(data).unwrap();
    let added = person.columns(&[Kept::Added]).unwrap();
    let added: HashMap<_, _> = added[0].iter().collect();
    let all = reader.all_by_album().unwrap();
    let known = |song: Song| Known {
        about: person.about(song.key.unwrap()).unwrap(),
        added_ms: added.get(&song.key.unwrap()).copied(),
        song,
    };
    all.into_iter().map(known).collect()
}

fn tests() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "title",
        "artist",
        "album",
        "albumartist",
        "genre",
        "composer",
        "conductor",
        "albumsort",
        "artistsort",
        "date",
        "any",
        "file",
        "codec",
    ];
    const OPERATORS: &[&str] = &[
        "==",
        "!=",
        "contains",
        "!contains",
        "starts_with",
        "eq_cs",
        "eq_ci",
        "!eq_ci",
        "contains_cs",
        "contains_ci",
        "starts_with_ci",
    ];
    let quoted = |value: &str| value.replace('\\', "\\\\").replace('\'', "\\'");
    let text = (
        prop::sample::select(NAMES),
        prop::sample::select(OPERATORS),
        prop::sample::select(VALUES),
    )
        .prop_map(move |(name, operator, value)| {
            format!("({name} {operator} '{}')", quoted(value))
        });
    let folder = prop::sample::select(
        &[
            "",
            "Music",
            "Music/Post",
            "Music/post/",
            "Music/Björk",
            "Music/a b",
            "Music/P",
            "Other",
            "Music/1.wav",
        ][..],
    );
    prop_oneof![
        8 => text,
        1 => folder.prop_map(|folder| format!("(base '{folder}')")),
        2 => figures(),
        1 => prop::sample::select(&["(title =~ '^.o')", "(artist !~ 'o')", "(modified-since '2001')", "(AudioFormat =~ '*:16:*')", "(file == 'Music/1.wav')", "(rating != '3')"][..]).prop_map(str::to_owned),
    ]
}

fn figures() -> impl Strategy<Value = String> {
    const NAMES: &[&str] = &[
        "rating",
        "plays",
        "skips",
        "last-played",
        "last-skipped",
        "added",
        "modified",
    ];
    const ORDERS: &[&str] = &[
        "==", "!=", "<", "<=", ">", ">=", "since", "before", "!since", "!before",
    ];
    const BOUNDS: &[&str] = &[
        "0",
        "1",
        "3",
        "2.5",
        "4",
        "none",
        "",
        "never",
        "30d",
        "1y",
        "12h",
        "2000",
        "2020-05",
        "2090-01-01",
    ];
    let any = (
        prop::sample::select(NAMES),
        prop::sample::select(ORDERS),
        prop::sample::select(BOUNDS),
    );
    let text = any.prop_map(|(name, order, bound)| format!("({name} {order} '{bound}')"));
    text.prop_filter("not every bound is one of every figure", |text| {
        parse(text, Case::Exact).is_ok()
    })
}

fn filters() -> impl Strategy<Value = String> {
    tests().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("(!{inner})")),
            prop::collection::vec(inner, 1..4).prop_map(|all| format!("({})", all.join(" AND "))),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn sql_and_a_look_at_every_song_give_the_same(filter in filters(), minds_case: bool) {
        static ALL: OnceLock<Vec<Known>> = OnceLock::new();
        let data = data(random_shelf());
        let reader = random_shelf().reader().with_data(data);
        let all = ALL.get_or_init(|| known(&reader, data));
        let case = if minds_case { Case::Exact } else { Case::Folded };
        let expression = parse(&filter, case).unwrap();
        let ready = Ready::new(&expression, now_ms());
        let mut naive: Vec<Uri> = all.iter().filter(|known| ready.holds(*known)).map(Facts::uri).collect();
        naive.sort_by(|a, b| a.as_bytes().cmp(b.as_bytes()));
        let found: Vec<Uri> = reader.matching(&expression).unwrap().iter().map(|song| song.place.uri()).collect();
        prop_assert_eq!(found, naive, "{} {:?}", filter, case);
    }

    #[test]
    fn no_text_is_too_much_for_the_parser(text in "[()!='\"\\\\ a-zA-Z~*:.<>]{0,80}|.{0,40}") {
        let _ = parse(&text, Case::Exact);
        let _ = Asked::read(std::slice::from_ref(&text));
        let _ = Listing::read(&["album".to_owned(), text]);
    }

    #[test]
    fn nothing_broken_off_or_deep_is_too_much(filter in filters(), cut in 0..200_usize, depth in 0..2_000_usize) {
        let cut: String = filter.chars().take(cut).collect();
        let _ = parse(&cut, Case::Folded);
        let deep = format!("{}{filter}{}", "(".repeat(depth), ")".repeat(depth));
        let is_read = parse(&deep, Case::Folded).is_ok();
        prop_assert!(if depth < 20 { is_read } else { depth < expression::MAX_DEPTH || !is_read }, "{}", depth);
    }
}
