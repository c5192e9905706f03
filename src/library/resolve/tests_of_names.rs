//! Rows that are found by codes and names, and what is told of those that are not.

use super::tests::{Shelf, at, resolve, song, told};
use super::*;
use crate::music::{Miss, Rung};
use crate::wanted::matcher::Failed;

fn named(artist: &str, title: &str, seconds: u64) -> Wanted {
    Wanted {
        title: title.into(),
        artists: vec![artist.into()],
        length_ms: Some(seconds * 1_000),
        ..Wanted::default()
    }
}

fn called(root: &str, path: &str, artist: &str, title: &str) -> Song {
    let mut song = song(root, path, 1);
    song.tags.title = title.into();
    song.tags.artists = vec![artist.into()];
    song
}

#[test]
fn another_version_is_offered_and_does_not_play() {
    let shelf = Shelf::of(&[
        called("m", "live", "A", "First Light (Live)"),
        called("m", "cover", "B", "First Light"),
    ]);
    let verdict = resolve(&shelf, &named("A", "First Light - Remastered 2011", 200));
    assert_eq!((verdict.word(), verdict.song()), ("substitute", None));
    assert_eq!(verdict.miss(), Some(Miss::OtherVersion));
    let offered = verdict.offered().unwrap().uri().to_string();
    assert_eq!(offered, "m/live");
    let unsure = Wanted {
        artists: vec!["B".into(), "C".into()],
        length_ms: None,
        ..named("B", "First Light", 0)
    };
    assert_eq!(resolve(&shelf, &unsure).word(), "ask");
    let elsewhere = Shelf::of(&[
        called("m", "live", "A", "First Light (Live)"),
        called("away", "studio", "A", "First Light"),
    ]);
    assert_eq!(
        told(&elsewhere, &named("A", "First Light", 200)),
        Err(Miss::RootAway)
    );
}

#[test]
fn what_has_another_artist_or_is_misspelt_is_found_by_less() {
    let shelf = Shelf::of(&[
        called("m", "1", "The Example Experience", "First Light"),
        called("m", "2", "A", "Enjoy the Silnece"),
    ]);
    let rung = |artist, title| told(&shelf, &named(artist, title, 201)).map(|(_, rung)| rung);
    assert_eq!(rung("Example", "First Light"), Ok(Rung::PartOfNames));
    assert_eq!(rung("A", "Enjoy the Silence"), Ok(Rung::Spelling));
    let longer = named("A", "Enjoy the Silence", 240);
    assert_eq!(told(&shelf, &longer), Err(Miss::NotHere));
}

#[test]
fn a_code_alone_is_enough() {
    let mut coded = song("m", "a", 1);
    coded.tags.isrc = "USEXA0700001".into();
    let code = |isrc: &str| Wanted {
        isrc: isrc.into(),
        ..Wanted::default()
    };
    let shelf = Shelf::of(&[coded]);
    let found = told(&shelf, &code("us-exa-07-00001"));
    assert_eq!(found, Ok(("m/a".into(), Rung::Isrc)));
    assert_eq!(told(&shelf, &code("USEXA0700002")), Err(Miss::NotHere));
}

#[test]
fn every_verdict_is_explained() {
    let studio = called("m", "studio", "A", "First Light");
    let live = called("m", "live", "A", "First Light (Live)");
    let explained = |songs: &[Song], wanted: &Wanted| {
        let shelf = Shelf::of(songs);
        let explained = explain(&shelf, wanted, &Said::default());
        let told = explained.told.iter();
        let told: Vec<_> = told
            .map(|(song, judged)| (song.uri().to_string(), judged.rung, judged.failed))
            .collect();
        (explained.verdict.word(), told, explained.margin)
    };
    let wanted = named("A", "First Light", 200);
    let of_live = (
        "m/live".to_owned(),
        Some(Rung::OtherVersion),
        Some(Failed::Version),
    );
    let of_studio = ("m/studio".to_owned(), Some(Rung::NamesAndLength), None);
    let (word, told, margin) = explained(&[live.clone(), studio.clone()], &wanted);
    assert_eq!((word, told), ("exact", vec![of_studio, of_live.clone()]));
    assert!(margin.unwrap() > 0);
    let (word, told, _) = explained(std::slice::from_ref(&live), &wanted);
    assert_eq!((word, told), ("substitute", vec![of_live]));
    // By its place alone, and what else is called that.
    let row = Wanted {
        title: "First Light".into(),
        artists: vec!["A".into()],
        ..at("m/live")
    };
    let (word, told, _) = explained(&[studio, live], &row);
    assert_eq!(
        (word, told[0].1, told.len()),
        ("exact", Some(Rung::Place), 2)
    );
}
