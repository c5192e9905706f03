//! Filters, words and lists over small libraries: tables, and the same answer by SQL and by looking at every song. Here is
//! what they share: files with tags, and what is kept of songs.

use super::*;
use crate::library::Reader;
use crate::library::person::{About, Person, now_ms};
use crate::library::scan::tests::{Shelf, write_wav};
use crate::music::{Rating, Song};
use lofty::config::WriteOptions;
use lofty::tag::{ItemKey, Tag, TagExt, TagType};
use std::path::Path;
use std::sync::OnceLock;

mod figures;
mod filters;
mod lists;
mod orders;
mod random;
mod words;

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
    let reader = shelf.reader().with_data(data, None);
    (shelf, reader)
}
