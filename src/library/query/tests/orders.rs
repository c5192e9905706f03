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
