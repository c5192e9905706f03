//! Long things: what remembers its place, where it begins, and what is told of the place when it is left.

use super::ear::{Ear, Sounding};
use super::*;
use crate::music::{AudioKey, EntryId, Song, Span, USUAL_LONG_MS, is_long};
use std::sync::Arc;

const MINUTE: u64 = 60_000;
const HOUR: u64 = 60 * MINUTE;

fn song(number: u8, length_ms: u64) -> Song {
    Song {
        key: Some(AudioKey::from_bytes([number; 16])),
        length_ms: Some(length_ms),
        ..Song::at(&format!("/m/{number}.flac"))
    }
}

/// Chapters of ten minutes each, in one file.
fn book(number: u8, chapters: u32) -> Vec<Song> {
    let chapter = |part: u32| {
        let mut song = song(number, 10 * MINUTE);
        let frame = |part: u32| u64::from(part) * 600 * 1_000;
        song.part = part + 1;
        song.span = Some(Span {
            start_frame: frame(part),
            end_frame: (part + 1 < chapters).then(|| frame(part + 1)),
        });
        song.format.rate = Some(1_000);
        song.tags.genres = vec!["Audiobook".into()];
        song
    };
    (0..chapters).map(chapter).collect()
}

struct Desk {
    player: Player,
    ear: Ear,
    heard: Option<Sounding>,
    told: Vec<Effect>,
}

impl Desk {
    fn new(songs: Vec<Song>, random: bool) -> Self {
        let mut player = Player::new(1, 100);
        player.remember_from(USUAL_LONG_MS, |song| song.key);
        player.handle(Event::Random(random));
        let mut desk = Self {
            player,
            ear: Ear::default(),
            heard: None,
            told: Vec::new(),
        };
        desk.replace(songs, None);
        desk
    }

    fn replace(&mut self, songs: Vec<Song>, at_ms: Option<u64>) {
        self.take(Event::Replace {
            songs: songs.into_iter().map(Arc::new).collect(),
            start: 0,
            at_ms,
            paused: false,
        });
    }

    /// As the daemon hands an event to the desk; what is played is heard at once.
    fn take(&mut self, event: Event) {
        if let Some(heard) = self.heard {
            self.player.observe(heard);
        }
        let (effects, _) = self.ear.handle(&mut self.player, event, self.heard);
        for effect in effects {
            match effect {
                Effect::Play { entry, at_ms, .. } => self.begin(entry, at_ms),
                Effect::Stop => self.heard = None,
                Effect::Left(_) | Effect::GoesOn { .. } => self.told.push(effect),
                _ => {}
            }
        }
    }

    fn begin(&mut self, entry: EntryId, at_ms: u64) {
        self.heard = Some(Sounding {
            entry,
            elapsed_ms: at_ms,
            length_ms: self.player.queue().entry(entry).unwrap().song.length_ms,
        });
        self.take(Event::Heard(entry));
    }

    fn listen(&mut self, ms: u64) {
        let heard = self.heard.as_mut().unwrap();
        heard.elapsed_ms += ms;
        self.player.observe(*heard);
    }

    /// What plays ends by itself.
    fn end(&mut self) {
        let entry = self.heard.unwrap().entry;
        let effects = self.player.handle(Event::WantsNext(entry));
        let [Effect::Follow(next)] = effects[..] else {
            panic!("{effects:?}")
        };
        match next {
            Some(next) => self.begin(next.entry, next.from_ms),
            None => self.take(Event::Finished),
        }
    }

    fn at(&self) -> (usize, u64) {
        let heard = self.heard.unwrap();
        let position = self.player.queue().position(heard.entry).unwrap();
        (position, heard.elapsed_ms)
    }

    fn left(&mut self) -> Vec<Option<u64>> {
        let told = std::mem::take(&mut self.told).into_iter();
        let left = told.filter_map(|effect| match effect {
            Effect::Left(left) => Some(left.at_ms),
            _ => None,
        });
        left.collect()
    }

    fn goes_on(&mut self) -> Vec<u64> {
        let told = std::mem::take(&mut self.told).into_iter();
        let at = told.filter_map(|effect| match effect {
            Effect::GoesOn { at_ms, .. } => Some(at_ms),
            _ => None,
        });
        at.collect()
    }
}

#[test]
fn what_is_long() {
    let whole = |minutes| song(1, minutes * MINUTE);
    assert!(is_long(&whole(20), USUAL_LONG_MS) && !is_long(&whole(19), USUAL_LONG_MS));
    assert!(is_long(&whole(5), 5 * MINUTE) && !is_long(&whole(90), 0));
    let part = Song {
        span: book(1, 2)[0].span,
        ..whole(90)
    };
    assert!(
        !is_long(&part, USUAL_LONG_MS),
        "a song of an album in one file"
    );
    let mut told = whole(3);
    told.tags.genres = vec!["Rock".into(), "Podcast".into()];
    assert!(is_long(&told, USUAL_LONG_MS) && !is_long(&told, 0));
    told.tags.genres = vec!["Hörbuch".into()];
    assert!(is_long(&told, USUAL_LONG_MS));
    let named = Song {
        length_ms: None,
        ..Song::at("/m/Book.M4B")
    };
    assert!(is_long(&named, USUAL_LONG_MS));
}

#[test]
fn it_goes_on_where_it_was_left_however_it_begins() {
    let mut desk = Desk::new(vec![song(1, HOUR), song(2, MINUTE)], false);
    assert_eq!((desk.at(), desk.left().len()), ((0, 0), 0));
    desk.listen(10 * MINUTE);
    desk.take(Event::Next);
    assert_eq!((desk.at(), desk.left()), ((1, 0), vec![Some(10 * MINUTE)]));
    desk.take(Event::Previous { elapsed_ms: 0 });
    let place = 10 * MINUTE - GOES_BACK_MS;
    assert_eq!((desk.at(), desk.goes_on()), ((0, place), vec![place]));
    desk.listen(10 * MINUTE);
    desk.take(Event::Stop);
    assert_eq!(desk.left(), [Some(20 * MINUTE - GOES_BACK_MS)]);
    desk.take(Event::Play);
    assert_eq!(desk.at(), (0, 20 * MINUTE - 2 * GOES_BACK_MS));
    // Another queue, and what follows by itself.
    desk.replace(vec![song(2, MINUTE), song(1, HOUR)], None);
    desk.end();
    let place = 20 * MINUTE - 3 * GOES_BACK_MS;
    assert_eq!(
        (desk.at(), desk.goes_on()),
        ((1, place), vec![place + GOES_BACK_MS, place])
    );
}

#[test]
fn who_says_where_is_obeyed() {
    let mut desk = Desk::new(vec![song(1, HOUR), song(2, MINUTE)], false);
    desk.player
        .learn_place(song(1, 0).key.unwrap(), Some(30 * MINUTE));
    let ids: Vec<_> = desk
        .player
        .queue()
        .entries()
        .iter()
        .map(|entry| entry.id)
        .collect();
    desk.take(Event::PlayEntry(ids[0]));
    assert_eq!(desk.at(), (0, 0), "its start, from within it");
    desk.take(Event::Seek(15 * MINUTE));
    assert_eq!(desk.at(), (0, 15 * MINUTE));
    desk.take(Event::Previous {
        elapsed_ms: 15 * MINUTE,
    });
    assert_eq!(desk.at(), (0, 0));
    desk.take(Event::Next);
    desk.take(Event::SeekEntry(ids[0], 7));
    assert_eq!(desk.at(), (0, 7));
    desk.replace(vec![song(1, HOUR)], Some(0));
    assert_eq!(desk.at(), (0, 0));
    assert_eq!(desk.goes_on(), [0; 0]);
}

#[test]
fn what_was_hardly_begun_or_heard_to_its_end_begins_at_its_start() {
    let mut desk = Desk::new(vec![song(1, HOUR), song(2, MINUTE)], false);
    desk.listen(LEAST_MS);
    desk.take(Event::Next);
    assert_eq!(desk.left(), [None]);
    for ms in [HOUR - LEAST_MS, HOUR - LEAST_MS + 1] {
        desk.take(Event::Previous { elapsed_ms: 0 });
        assert_eq!(desk.at(), (0, 0));
        desk.listen(ms);
        desk.take(Event::Next);
        assert_eq!(desk.left(), [None]);
    }
    // It ends by itself, be it that nobody looked how far it was for long.
    desk.take(Event::Previous { elapsed_ms: 0 });
    desk.listen(10 * MINUTE);
    desk.end();
    assert_eq!((desk.at(), desk.left()), ((1, 0), vec![None]));
    desk.replace(vec![song(1, HOUR)], None);
    desk.listen(10 * MINUTE);
    desk.end();
    assert_eq!(desk.left(), [None]);
    // One that broke off is not heard to its end.
    desk.replace(vec![song(1, HOUR)], None);
    desk.listen(10 * MINUTE);
    let entry = desk.heard.unwrap().entry;
    desk.take(Event::Failed(entry));
    desk.end();
    assert_eq!(desk.left(), [Some(10 * MINUTE)]);
}

#[test]
fn one_that_repeats_begins_at_its_start() {
    let mut desk = Desk::new(vec![song(1, HOUR)], false);
    desk.take(Event::Repeat(true));
    desk.listen(10 * MINUTE);
    desk.end();
    assert_eq!((desk.at(), desk.left()), ((0, 0), vec![None]));
}

#[test]
fn in_a_shuffle_too() {
    let mut desk = Desk::new(vec![song(2, MINUTE), song(1, HOUR), song(3, HOUR)], true);
    for number in [1, 3] {
        let key = song(number, 0).key.unwrap();
        desk.player.learn_place(key, Some(40 * MINUTE));
    }
    assert_eq!(desk.at(), (0, 0));
    for _ in 0..2 {
        desk.end();
        assert_eq!(desk.at().1, 40 * MINUTE - GOES_BACK_MS);
    }
}

#[test]
fn a_book_in_chapters_has_one_place() {
    let mut desk = Desk::new(book(1, 6), false);
    desk.listen(10 * MINUTE);
    desk.end();
    assert_eq!((desk.at(), desk.left()), ((1, 0), vec![]));
    desk.listen(9 * MINUTE);
    desk.take(Event::Next);
    desk.listen(3 * MINUTE);
    assert_eq!(desk.player.how_far().unwrap().at_ms, Some(23 * MINUTE));
    desk.replace(vec![song(2, MINUTE)], None);
    assert_eq!(desk.left(), [Some(23 * MINUTE)]);
    desk.replace(book(1, 6), None);
    assert_eq!(desk.at(), (2, 3 * MINUTE - GOES_BACK_MS));
    assert_eq!(desk.goes_on(), [23 * MINUTE - GOES_BACK_MS]);
    // A chapter that is named is what plays.
    desk.take(Event::Stop);
    let fourth = desk.player.queue().entries()[3].id;
    desk.take(Event::PlayEntry(fourth));
    assert_eq!(desk.at(), (3, 0));
    // Chapters in a shuffle are songs.
    let mut desk = Desk::new(vec![song(2, MINUTE)], true);
    desk.player
        .learn_place(song(1, 0).key.unwrap(), Some(23 * MINUTE));
    desk.replace(book(1, 6), None);
    assert_eq!(desk.at(), (0, 0));
}

#[test]
fn nothing_is_remembered_where_nobody_wants_it() {
    let mut desk = Desk::new(vec![song(1, HOUR), song(2, MINUTE)], false);
    desk.player.remember_from(0, |song| song.key);
    desk.listen(10 * MINUTE);
    desk.take(Event::Next);
    desk.take(Event::Previous { elapsed_ms: 0 });
    assert_eq!((desk.at(), desk.told.len()), ((0, 0), 0));
    assert_eq!(desk.player.unknown_place(&song(1, HOUR)), None);
}
