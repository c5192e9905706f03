//! The orders in which songs come.

use super::*;

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
        assert_first(&reader, sort, &songs);
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
        assert_first(&reader, sort, &songs);
    }
}

/// The first so many are those that stand first where all are asked for.
fn assert_first(reader: &Reader, sort: &str, all: &[Song]) {
    let filter = Expression::All(Vec::new());
    for limit in 0..all.len() + 2 {
        let sort = Some(sort.parse().unwrap());
        let first = reader.first_matching(&filter, sort, Some(limit)).unwrap();
        assert_eq!(first, all[..limit.min(all.len())], "{sort:?} {limit}");
    }
}

#[test]
fn the_first_of_many_are_the_first_of_all() {
    let reader = random::random_shelf().reader();
    let filter = Expression::All(Vec::new());
    let by_address = reader.matching(&filter).unwrap();
    let first = reader.first_matching(&filter, None, Some(7)).unwrap();
    assert_eq!(first, by_address[..7]);
    for sort in [
        "title", "-title", "artist", "-album", "date", "length", "-length",
    ] {
        let mut songs = by_address.clone();
        reader.sort(&mut songs, sort.parse().unwrap()).unwrap();
        assert_first(&reader, sort, &songs);
    }
}
