//! What is missing, over playlists that are lists.

use super::gain::{Row, State, report};
use super::*;

/// `artist/album/title` rows; one that begins with `+` is here, with `~` away.
fn rows(text: &[&str]) -> Vec<Row> {
    let row = |text: &&str| {
        let (state, names) = match text.split_at(1) {
            ("+", names) => (State::Here, names),
            ("~", names) => (State::Away, names),
            _ => (State::Missing, *text),
        };
        let names: Vec<&str> = names.split('/').collect();
        let wanted = Wanted {
            artists: vec![names[0].into()],
            album: names[1].into(),
            title: names[2].into(),
            ..Wanted::default()
        };
        Row {
            wanted,
            state,
            heard_ms: 0,
        }
    };
    text.iter().map(row).collect()
}

fn told(report: &MissingReport) -> Vec<(&'static str, &str, &str, usize, usize)> {
    let line = |offer: &'_ Offer| (offer.kind.word(), offer.songs, offer.rows);
    let offers = report.offers.iter();
    offers
        .map(|offer| {
            let (kind, songs, rows) = line(offer);
            (kind, &offer.artist[..], &offer.title[..], songs, rows)
        })
        .collect()
}

#[test]
fn albums_where_enough_is_missing_else_songs_and_the_most_first() {
    let trip = rows(&["A/x/1", "A/x/2", "+A/x/3", "B/y/4", "~C/z/5", "D//6"]);
    let sleep = rows(&["A/x/2", "B/y/4", "b/Y/4", "+E/e/7"]);
    let playlists = vec![("Trip".to_owned(), trip), ("Sleep".to_owned(), sleep)];
    let report = report(playlists, By::Album, false);
    let expected = [
        ("track", "B", "4", 1, 3),
        ("album", "A", "x", 2, 3),
        ("track", "D", "6", 1, 1),
    ];
    assert_eq!(told(&report), expected);
    let percents: Vec<_> = report.playlists.iter().map(Coverage::percent).collect();
    assert_eq!(percents, [33, 25]);
    let (playlists, all) = report.lifted(2);
    let percents: Vec<_> = playlists.iter().map(Coverage::percent).collect();
    assert_eq!((percents, all.percent()), (vec![83, 100], 90));
    let (_, all) = report.lifted(usize::MAX);
    assert_eq!((all.here + all.away, all.rows), (10, 10));
}

#[test]
fn songs_and_artists_are_told_where_they_are_asked_for() {
    let all = || vec![("L".to_owned(), rows(&["A/x/1", "A/x/2", "A/w/1", "/x/9"]))];
    let by_artist = report(all(), By::Artist, false);
    let expected = [("artist", "A", "", 2, 3), ("track", "", "9", 1, 1)];
    assert_eq!(told(&by_artist), expected);
    assert_eq!(told(&report(all(), By::Track, false)).len(), 3);
}

#[test]
fn what_was_heard_much_comes_first() {
    let mut all = rows(&["A/x/1", "A/x/2", "B/y/3"]);
    all[2].heard_ms = 3_600_000;
    let report = report(vec![("L".to_owned(), all)], By::Album, true);
    assert_eq!(report.offers[0].artist, "B");
}

#[test]
fn nothing_is_missing_of_nothing() {
    let report = report(vec![("L".to_owned(), Vec::new())], By::Album, false);
    assert_eq!(report.offers, []);
    assert_eq!(report.playlists[0].percent(), 100);
}
