//! What fits, of a small library: each rule, what never comes, and what is told of it.

use super::*;
use crate::library::person::{Ban, Listening};
use crate::library::scan::ScanOptions;
use crate::library::scan::tests::write_wav;
use crate::library::worker::ReadIn;
use crate::music::Rating;
use crate::wanted::Banned;
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, ItemKey, Tag, TagExt, TagType};
use std::sync::atomic::AtomicBool;

/// Title, artist, date, genre.
type Row = (&'static str, &'static str, &'static str, &'static str);

const SONGS: &[Row] = &[
    ("One", "The Example Band", "1973", "Rock"),
    ("Two", "The Example Band", "1973", "Rock"),
    ("Three", "The Example Band", "1991", "Rock"),
    ("Four", "Somebody", "1979-05-01", "rock"),
    ("Five", "Somebody Else", "1979", "Jazz"),
    ("Six", "Another One", "2001", "Pop"),
    ("Seven", "One More", "2002", "Pop"),
    ("Eight", "One Too Many", "", ""),
];

struct Home {
    _dir: tempfile::TempDir,
    library: Library,
}

fn home() -> Home {
    let dir = tempfile::tempdir().unwrap();
    let music = dir.path().join("Music");
    std::fs::create_dir_all(&music).unwrap();
    for (number, (title, artist, date, genre)) in (1..).zip(SONGS) {
        let path = music.join(format!("{number}.wav"));
        write_wav(&path, number);
        let mut tag = Tag::new(TagType::Id3v2);
        tag.set_title((*title).into());
        tag.set_artist((*artist).into());
        if !date.is_empty() {
            tag.insert_text(ItemKey::RecordingDate, (*date).into());
            tag.set_genre((*genre).into());
        }
        tag.save_to_path(&path, WriteOptions::default()).unwrap();
    }
    let (data, cache) = (dir.path().join("data"), dir.path().join("cache"));
    let library = Library::new(&data, &cache, ReadIn::default());
    let roots = library.roots_to_scan(&[music], None, false).unwrap();
    let stop = AtomicBool::new(false);
    let how = ScanOptions::default();
    library.scan(&roots, how, &|_| {}, &stop).unwrap();
    Home { _dir: dir, library }
}

impl Home {
    fn song(&self, title: &str) -> Arc<Song> {
        let reader = self.library.reader().unwrap();
        let found = reader.songs("WHERE title = ?1", [title]).unwrap();
        Arc::new(found.into_iter().next().unwrap())
    }

    fn queued(&self, titles: &[&str]) -> Vec<Queued> {
        titles
            .iter()
            .map(|title| (self.song(title), None))
            .collect()
    }

    /// What may come behind these, whatever the dice say: each with the rule that it came by.
    fn come(&self, queued: &[Queued]) -> Vec<(String, String)> {
        let after = &queued.last().unwrap().0;
        let mut all: Vec<_> = (0..30)
            .filter_map(|seed| self.library.goes_on_with(after, queued, seed).unwrap())
            .map(|placed| {
                let told = placed.origin.unwrap().goes_on().unwrap();
                let begin = format!("goes on after {}: ", after.wanted().label());
                let rule = told.strip_prefix(&begin).unwrap().to_owned();
                (placed.song.title(), rule)
            })
            .collect();
        all.sort();
        all.dedup();
        all
    }

    fn come_behind(&self, titles: &[&str]) -> Vec<(String, String)> {
        self.come(&self.queued(titles))
    }

    fn hear(&self, titles: &[&str]) {
        let listenings: Vec<_> = (1..)
            .zip(titles)
            .map(|(at_ms, title)| Listening {
                at_ms,
                song: self.song(title).wanted(),
                to_the_end: true,
                origin: None,
            })
            .collect();
        self.library.person().unwrap().hear(&listenings).unwrap();
    }
}

fn told(all: &[(&str, &str)]) -> Vec<(String, String)> {
    let all = all.iter();
    all.map(|(title, rule)| ((*title).to_owned(), (*rule).to_owned()))
        .collect()
}

#[test]
fn the_same_artist_comes_first() {
    let home = home();
    let come = home.come_behind(&["One"]);
    assert_eq!(
        come,
        told(&[("Three", "same artist"), ("Two", "same artist")])
    );
    assert_eq!(
        home.library
            .goes_on_with(&home.song("One"), &[], 7)
            .unwrap(),
        home.library
            .goes_on_with(&home.song("One"), &[], 7)
            .unwrap(),
        "the same seed gives the same"
    );
}

#[test]
fn then_the_same_decade_and_genre() {
    let home = home();
    let come = home.come_behind(&["Three", "Two", "One"]);
    assert_eq!(come, told(&[("Four", "same decade and genre")]));
}

#[test]
fn so_many_of_one_artist_are_enough() {
    let home = home();
    let origin = Some(Arc::new(Origin::GoesOn("after X: same artist".into())));
    let came = (home.song("One"), origin);
    let queued = vec![came; MOST_OF_ARTIST];
    assert_eq!(
        home.come(&queued),
        told(&[("Four", "same decade and genre")])
    );
}

#[test]
fn then_what_is_loved_and_then_anything() {
    let home = home();
    let any = home.come_behind(&["Eight"]);
    assert!(
        any.len() > 3 && any.iter().all(|(_, rule)| rule == "by chance"),
        "{any:?}"
    );
    let mut person = home.library.person().unwrap();
    let rate = |person: &mut crate::library::person::Person, title: &str, halves| {
        let rating = Some(Rating::from_halves(halves));
        person.rate(&[home.song(title).wanted()], rating).unwrap();
    };
    rate(&mut person, "Six", 9);
    rate(&mut person, "Five", 2);
    assert_eq!(home.come_behind(&["Eight"]), told(&[("Six", "loved most")]));
}

#[test]
fn never_what_was_heard_lately_or_is_banned() {
    let home = home();
    home.hear(&["Two"]);
    assert_eq!(
        home.come_behind(&["One"]),
        told(&[("Three", "same artist")])
    );
    let ban = Ban::said(Banned::Song(home.song("Three").wanted()));
    home.library.person().unwrap().ban(&[ban]).unwrap();
    assert_eq!(
        home.come_behind(&["One"]),
        told(&[("Four", "same decade and genre")])
    );
    // Of a small library half may come again.
    home.hear(&["Two", "Four", "Five", "Six", "Seven", "Eight", "One"]);
    assert!(!home.come_behind(&["One"]).is_empty());
}
