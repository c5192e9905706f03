//! What counts as heard and as skipped, as stories: what happens, and what it comes to.

use super::*;
use crate::music::{AudioKey, EntryId, Origin, Song};
use std::sync::Arc;

/// What happens; songs by their position, times in ms.
enum Happens {
    /// Somebody asks for something.
    Asks(Event),
    /// Somebody plays this one.
    Plays(usize),
    /// The first frame of this one is heard, where it was asked for or begins by itself.
    Begins(usize),
    /// The device has come to there in this one.
    At(usize, u64),
    /// This one cannot be decoded on.
    BreaksOff(usize),
    /// This one is not there.
    IsMissing(usize),
    /// Everything was heard.
    Finishes,
}
use Happens::*;

/// Songs of 100 s, with keys.
fn songs(count: u8) -> Vec<Arc<Song>> {
    let song = |number: u8| {
        let mut song = Song::at(&format!("/m/{number}.flac"));
        song.key = Some(AudioKey::from_bytes([number; 16]));
        song.length_ms = Some(100_000);
        Arc::new(song)
    };
    (0..count).map(song).collect()
}

fn queue(songs: Vec<Arc<Song>>) -> Event {
    Event::Replace {
        songs,
        start: 0,
        at_ms: Some(0),
        paused: false,
    }
}

struct Stage {
    player: Player,
    ear: Ear,
    sounding: Option<Sounding>,
    listened: Vec<Listened>,
}

impl Stage {
    fn with(songs: Vec<Arc<Song>>) -> Self {
        let mut stage = Self {
            player: Player::new(1, 100),
            ear: Ear::default(),
            sounding: None,
            listened: Vec::new(),
        };
        stage.tell(queue(songs));
        stage
    }

    fn tell(&mut self, event: Event) {
        let told = self.ear.handle(&mut self.player, event, self.sounding);
        self.listened.extend(told.1);
    }

    fn id(&self, at: usize) -> EntryId {
        self.player.queue().entries()[at].id
    }

    fn go_on(&mut self, happens: Happens) {
        match happens {
            Asks(event) => {
                let sought = match (&event, self.sounding) {
                    (Event::Seek(ms), Some(sounding)) => Some((*ms, sounding)),
                    _ => None,
                };
                self.tell(event);
                // A seek shows at once.
                self.sounding = sought.map_or(self.sounding, |(ms, sounding)| {
                    let elapsed_ms = ms.min(100_000);
                    Some(Sounding {
                        elapsed_ms,
                        ..sounding
                    })
                });
            }
            Plays(at) => self.tell(Event::PlayEntry(self.id(at))),
            Begins(at) => {
                // What follows was asked for before it begins.
                if let Some(current) = self.player.current() {
                    self.tell(Event::WantsNext(current));
                }
                self.tell(Event::Heard(self.id(at)));
            }
            At(at, elapsed_ms) => {
                let entry = self.id(at);
                let song = &self.player.queue().entries()[at].song;
                self.sounding = Some(Sounding {
                    entry,
                    elapsed_ms,
                    length_ms: song.length_ms,
                });
                self.listened.extend(self.ear.listen(self.sounding));
            }
            BreaksOff(at) => {
                self.tell(Event::Failed(self.id(at)));
                self.tell(Event::WantsNext(self.id(at)));
            }
            IsMissing(at) => self.tell(Event::Missing(self.id(at))),
            Finishes => {
                let last = self.player.current().unwrap();
                self.tell(Event::WantsNext(last));
                self.sounding = None;
                self.tell(Event::Finished);
            }
        }
    }

    /// The songs by number: `+0` was played, `-1` was skipped.
    fn words(&self) -> String {
        let word = |listened: &Listened| {
            let sign = if listened.played { '+' } else { '-' };
            let number = listened.song.key.unwrap().as_bytes()[0];
            format!("{sign}{number}")
        };
        self.listened.iter().map(word).collect::<Vec<_>>().join(" ")
    }
}

#[track_caller]
fn holds_of(songs: Vec<Arc<Song>>, story: Vec<Happens>, comes_to: &str) {
    let mut stage = Stage::with(songs);
    story.into_iter().for_each(|happens| stage.go_on(happens));
    assert_eq!(stage.words(), comes_to);
}

#[track_caller]
fn holds(story: Vec<Happens>, comes_to: &str) {
    holds_of(songs(3), story, comes_to);
}

fn previous() -> Happens {
    Asks(Event::Previous { elapsed_ms: 2_500 })
}

#[test]
fn half_of_a_song_is_enough_and_counts_once_and_at_once() {
    holds(vec![Begins(0), At(0, 49_999)], "");
    holds(vec![Begins(0), At(0, 50_000)], "+0");
    holds(vec![Begins(0), At(0, 50_000), At(0, 99_000)], "+0");
    holds(vec![Begins(0), At(0, 60_000), Asks(Event::Next)], "+0");
    // Nobody looked before the key was pressed.
    let mut stage = Stage::with(songs(2));
    stage.go_on(Begins(0));
    stage.sounding = Some(Sounding {
        entry: stage.id(0),
        elapsed_ms: 70_000,
        length_ms: None,
    });
    stage.go_on(Asks(Event::Next));
    assert_eq!(stage.words(), "+0");
}

#[test]
fn what_is_due_is_told() {
    let mut stage = Stage::with(songs(1));
    assert_eq!(stage.ear.due_in_ms(), None);
    stage.go_on(Begins(0));
    assert_eq!(stage.ear.due_in_ms(), Some(50_000));
    stage.go_on(At(0, 20_000));
    assert_eq!(stage.ear.due_in_ms(), Some(30_000));
    stage.go_on(At(0, 50_000));
    assert_eq!(stage.ear.due_in_ms(), None);
}

#[test]
fn songs_that_nobody_looked_at_are_played_by_their_end() {
    holds(vec![Begins(0), Begins(1), Begins(2), Finishes], "+0 +1 +2");
    holds(vec![Begins(0), At(0, 30_000), At(1, 50), Begins(1)], "+0");
    // Told before it sounds: it has not ended with the song before it.
    holds(
        vec![
            Begins(0),
            At(0, 90_000),
            Begins(1),
            At(0, 99_900),
            At(1, 10),
        ],
        "+0",
    );
}

#[test]
fn four_minutes_of_a_long_song_are_enough() {
    let mut long = songs(2);
    Arc::make_mut(&mut long[0]).length_ms = Some(3_600_000);
    holds_of(long.clone(), vec![Begins(0), At(0, 239_999)], "");
    holds_of(long, vec![Begins(0), At(0, 240_000)], "+0");
}

#[test]
fn what_was_sought_over_was_not_heard() {
    let to = |ms| Asks(Event::Seek(ms));
    let near_end = || {
        vec![
            Begins(0),
            At(0, 1_000),
            to(90_000),
            Begins(0),
            At(0, 90_500),
        ]
    };
    holds([near_end(), vec![Begins(1), Begins(2)]].concat_all(), "+1");
    holds([near_end(), vec![Asks(Event::Next)]].concat_all(), "");
    let back = vec![to(10_000), Begins(0), At(0, 50_000)];
    holds([near_end(), back].concat_all(), "");
    let back = vec![to(10_000), Begins(0), At(0, 58_500)];
    holds([near_end(), back].concat_all(), "+0");
    // To the start is a seek too: no second listening.
    let again = vec![Begins(0), At(0, 60_000), to(0), Begins(0), At(0, 99_000)];
    holds(again, "+0");
    // Beyond the end, and nothing of it is heard.
    holds(
        vec![Begins(0), to(900_000), Begins(0), At(0, 100_000), Begins(1)],
        "",
    );
}

#[test]
fn what_a_person_leaves_for_another_song_is_skipped() {
    for leave in [
        || Asks(Event::Next),
        || Plays(2),
        || Asks(queue(songs(5)[4..].to_vec())),
    ] {
        holds(vec![Begins(0), At(0, 1_999), leave()], "");
        holds(vec![Begins(0), At(0, 2_000), leave()], "-0");
        holds(vec![Begins(0), At(0, 49_000), leave()], "-0");
    }
    holds(
        vec![Begins(0), Begins(1), At(1, 2_500), previous()],
        "+0 -1",
    );
    // While it is paused, too.
    let paused = vec![Begins(0), At(0, 9_000), Asks(Event::Pause), Plays(1)];
    holds(paused, "-0");
    // Those in between were not heard.
    let hurry = vec![
        Begins(0),
        At(0, 9_000),
        Asks(Event::Next),
        Asks(Event::Next),
    ];
    holds(hurry, "-0");
}

#[test]
fn nothing_else_is_a_skip() {
    let begun = || vec![Begins(0), At(0, 30_000)];
    holds([begun(), vec![Asks(Event::Stop)]].concat_all(), "");
    holds([begun(), vec![Asks(Event::Pause)]].concat_all(), "");
    holds([begun(), vec![Asks(queue(Vec::new()))]].concat_all(), "");
    holds([begun(), vec![BreaksOff(0), Begins(1)]].concat_all(), "");
    holds([begun(), vec![IsMissing(0), Begins(1)]].concat_all(), "");
    let stopped = vec![Asks(Event::Stop), Asks(Event::Next), Plays(1)];
    holds([begun(), stopped].concat_all(), "");
    // The same audio is no other song.
    holds([begun(), vec![Asks(queue(songs(1)))]].concat_all(), "");
    // The last song is left for none.
    let last = vec![Plays(2), Begins(2), At(2, 30_000), Asks(Event::Next)];
    holds(last, "");
    let asleep = vec![
        Asks(Event::Sleep(Some(20_000))),
        Asks(Event::Alarm),
        Asks(Event::Faded),
    ];
    let awake = vec![Plays(1)];
    holds([begun(), asleep, awake].concat_all(), "");
}

#[test]
fn what_broke_off_counts_as_far_as_it_was_heard() {
    holds(
        vec![Begins(0), BreaksOff(0), At(0, 55_000), Begins(1)],
        "+0",
    );
    holds(vec![Begins(0), BreaksOff(0), Begins(1), Begins(2)], "+1");
    // What was played from elsewhere and failed: what follows begins by itself.
    let failed = vec![Begins(0), At(0, 9_000), Plays(1), BreaksOff(1), Begins(2)];
    holds([failed, vec![At(2, 60_000)]].concat_all(), "-0 +2");
}

#[test]
fn a_song_that_repeats_counts_each_time() {
    let mut stage = Stage::with(songs(1));
    stage.go_on(Asks(Event::Repeat(true)));
    for _ in 0..3 {
        stage.go_on(Begins(0));
        stage.go_on(At(0, 60_000));
    }
    assert_eq!(stage.words(), "+0 +0 +0");
}

#[test]
fn from_its_start_again_is_a_new_listening() {
    let restart = || Asks(Event::Previous { elapsed_ms: 40_000 });
    let twice = |first, second| vec![Begins(0), At(0, first), restart(), Begins(0), At(0, second)];
    holds(twice(40_000, 40_000), "");
    holds(twice(60_000, 60_000), "+0 +0");
    holds(
        vec![Begins(0), At(0, 60_000), Plays(0), Begins(0), At(0, 60_000)],
        "+0 +0",
    );
}

#[test]
fn a_song_of_unknown_length_is_played_by_its_end() {
    let mut unknown = songs(2);
    for song in &mut unknown {
        Arc::make_mut(song).length_ms = None;
    }
    let holds = |story, comes_to| holds_of(unknown.clone(), story, comes_to);
    holds(vec![Begins(0), At(0, 239_000), Asks(Event::Stop)], "");
    holds(vec![Begins(0), At(0, 240_000), Asks(Event::Stop)], "+0");
    holds(vec![Begins(0), At(0, 30_000), Begins(1)], "+0");
    holds(vec![Begins(0), At(0, 30_000), BreaksOff(0), Begins(1)], "");
    let sought = vec![
        Begins(0),
        Asks(Event::Seek(90_000)),
        Begins(0),
        At(0, 95_000),
        Begins(1),
    ];
    holds(sought, "");
}

#[test]
fn a_song_without_a_key_is_not_listened_to() {
    let mut keyless = songs(2);
    Arc::make_mut(&mut keyless[0]).key = None;
    let story = vec![Begins(0), At(0, 90_000), Begins(1), At(1, 60_000)];
    holds_of(keyless, story, "+1");
}

#[test]
fn news_that_the_desk_takes_no_more_counts_nothing() {
    // Heard once; the second news of it is of a seek that another overtook.
    let story = vec![
        Begins(0),
        At(0, 30_000),
        Asks(Event::Seek(31_000)),
        Asks(Event::Seek(32_000)),
        Begins(0),
        Begins(0),
        At(0, 40_000),
        Finishes,
    ];
    holds(story, "");
}

/// Stories one after the other.
trait Together {
    fn concat_all(self) -> Vec<Happens>;
}

impl<const N: usize> Together for [Vec<Happens>; N] {
    fn concat_all(self) -> Vec<Happens> {
        self.into_iter().flatten().collect()
    }
}

#[test]
fn what_was_heard_tells_where_it_came_from() {
    let from = Arc::new(Origin::Playlist("Road trip".into()));
    let mut stage = Stage::with(songs(1));
    stage.tell(Event::Append(songs(3)[1..2].to_vec()).whence(Some(from.clone())));
    stage.tell(Event::Append(songs(3)[2..].to_vec()));
    // Known anew, it came from where it came from.
    stage.tell(Event::Renew(vec![(stage.id(1), songs(2)[1].clone())]));
    for happens in [
        Begins(0),
        At(0, 60_000),
        Begins(1),
        At(1, 3_000),
        Plays(2),
        Begins(2),
        At(2, 60_000),
    ] {
        stage.go_on(happens);
    }
    assert_eq!(stage.words(), "+0 -1 +2");
    let origins: Vec<_> = stage
        .listened
        .iter()
        .map(|one| one.origin.clone())
        .collect();
    assert_eq!(origins, [None, Some(from), None]);
}

#[test]
fn each_song_comes_from_where_it_is_said_to() {
    let origin = |name: &str| Some(Arc::new(Origin::Playlist(name.into())));
    let mut player = Player::new(1, 100);
    player.handle(queue(songs(2)).whence_each(vec![None, origin("a")]));
    let (before, behind) = (songs(1), songs(2));
    let surround = Event::Surround { before, behind };
    player.handle(surround.whence_each(vec![origin("b"), None, origin("c")]));
    player.handle(Event::Append(songs(1)));
    let entries = player.queue().entries();
    let origins: Vec<_> = entries.iter().map(|entry| entry.origin.clone()).collect();
    let (a, b, c) = (origin("a"), origin("b"), origin("c"));
    assert_eq!(origins, [b, None, a, None, c, None]);
}
