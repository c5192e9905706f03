//! The desk against a stand-in for the engine that keeps the engine's promises, and against a naive model of the queue.

use super::*;
use crate::music::{EntryId, Song};
use proptest::prelude::*;
use std::sync::Arc;

pub(super) fn songs(count: usize) -> Vec<Arc<Song>> {
    (0..count).map(song).collect()
}

fn song(number: usize) -> Arc<Song> {
    Arc::new(Song::at(&format!("/m/{number}.flac")))
}

pub(super) fn replace(count: usize) -> Event {
    Event::Replace {
        songs: songs(count),
        start: 0,
        at_ms: Some(0),
        paused: false,
    }
}

/// Carries effects out the way the engine promises to, without sound.
#[derive(Default)]
pub(super) struct Engine {
    pub(super) playing: Option<EntryId>,
    pub(super) next: Option<Option<EntryId>>,
    pub(super) paused: bool,
    pub(super) unplayable: Vec<EntryId>,
    /// Nothing of the unplayable is there.
    pub(super) away: bool,
    pub(super) fading: bool,
    pub(super) alarm: Option<Alarm>,
    pub(super) gave_up: Vec<usize>,
    pub(super) wanted: Vec<EntryId>,
    /// What was heard, in order.
    pub(super) heard: Vec<EntryId>,
}

impl Engine {
    pub(super) fn tell(&mut self, player: &mut Player, event: Event) {
        for effect in player.handle(event) {
            match effect {
                Effect::Play { entry, paused, .. } => {
                    (self.playing, self.next, self.paused) = (Some(entry), None, paused);
                    self.fading = false;
                    self.begin(player, entry);
                }
                Effect::Follow(next) => {
                    assert!(
                        self.playing.is_some(),
                        "what follows was told to an engine that plays nothing"
                    );
                    self.next = Some(next.map(|next| next.entry));
                }
                Effect::Stop => {
                    (self.playing, self.next, self.fading) = (None, None, false);
                }
                Effect::Pause => (self.paused, self.fading) = (true, false),
                Effect::Resume => (self.paused, self.fading) = (false, false),
                Effect::Fade { .. } => {
                    assert!(
                        self.playing.is_some() && !self.paused,
                        "silence does not fade"
                    );
                    self.fading = true;
                }
                Effect::Alarm(alarm) => self.alarm = alarm,
                Effect::GaveUp { missing } => self.gave_up.push(missing),
                Effect::WantsMore { after } => self.wanted.push(after),
                Effect::Volume(_)
                | Effect::Left(_)
                | Effect::GoesOn { .. }
                | Effect::Changed(_)
                | Effect::Queued { .. }
                | Effect::Refused(_) => {}
            }
        }
    }

    fn begin(&mut self, player: &mut Player, entry: EntryId) {
        if self.unplayable.contains(&entry) {
            let event = if self.away {
                Event::Missing
            } else {
                Event::Failed
            };
            self.tell(player, event(entry));
        } else {
            self.heard.push(entry);
            self.tell(player, Event::Heard(entry));
        }
    }

    /// Plays the song to its end and goes on as told; `false` once everything is finished.
    pub(super) fn play_on(&mut self, player: &mut Player) -> bool {
        let Some(mut after) = self.playing else {
            return false;
        };
        loop {
            if self.playing.is_none() {
                return false;
            }
            if self.next.is_none() {
                self.tell(player, Event::WantsNext(after));
            }
            match self.next.take().expect("the desk answers at once") {
                None => {
                    (self.playing, self.fading) = (None, false);
                    self.tell(player, Event::Finished);
                    return false;
                }
                Some(next) => {
                    self.playing = Some(next);
                    self.begin(player, next);
                    if !self.unplayable.contains(&next) {
                        return true;
                    }
                    after = next;
                }
            }
        }
    }
}

fn follow(entry: EntryId) -> Effect {
    Effect::Follow(Some(Follower {
        entry,
        crossfade_ms: 0,
        from_ms: 0,
    }))
}

pub(super) fn positions(player: &Player, ids: &[EntryId]) -> Vec<usize> {
    ids.iter()
        .map(|id| player.queue().position(*id).unwrap())
        .collect()
}

#[test]
fn a_queue_plays_in_order_and_ends() {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    engine.tell(&mut player, replace(3));
    while engine.play_on(&mut player) {}
    assert_eq!(positions(&player, &engine.heard), [0, 1, 2]);
    assert_eq!((player.state(), player.current()), (State::Stopped, None));
    engine.tell(&mut player, Event::Play);
    assert_eq!(
        positions(&player, &engine.heard),
        [0, 1, 2, 0],
        "after the end, play begins at the front"
    );
}

#[test]
fn current_changes_when_the_song_is_heard() {
    let mut player = Player::new(1, 100);
    player.handle(replace(2));
    let [first, second] = [0, 1].map(|at| player.queue().entries()[at].id);
    player.handle(Event::Heard(first));
    player.handle(Event::WantsNext(first));
    assert_eq!(player.current(), Some(first));
    player.handle(Event::Heard(second));
    assert_eq!(player.current(), Some(second));
    player.handle(Event::PlayEntry(first));
    assert_eq!(player.current(), Some(second), "asked for is not heard");
}

#[test]
fn what_cannot_be_played_is_stepped_over() {
    let (mut player, mut engine) = (
        Player::new(1, 100),
        Engine {
            unplayable: vec![EntryId(1), EntryId(3), EntryId(4)],
            ..Engine::default()
        },
    );
    engine.tell(&mut player, replace(5));
    while engine.play_on(&mut player) {}
    assert_eq!(engine.heard, [EntryId(2), EntryId(5)]);
}

#[test]
fn a_queue_of_which_nothing_plays_ends_even_when_it_repeats() {
    let (mut player, mut engine) = (
        Player::new(1, 100),
        Engine {
            unplayable: vec![EntryId(1), EntryId(2)],
            ..Engine::default()
        },
    );
    player.handle(Event::Repeat(true));
    engine.tell(&mut player, replace(2));
    assert!(!engine.play_on(&mut player));
    assert_eq!(player.state(), State::Stopped);
}

#[test]
fn one_song_repeats_although_it_was_asked_for_before_it_was_heard() {
    let mut player = Player::new(1, 100);
    player.handle(Event::Repeat(true));
    player.handle(replace(1));
    let id = player.queue().entries()[0].id;
    assert_eq!(player.handle(Event::WantsNext(id)), [follow(id)]);
    player.handle(Event::Heard(id));
    player.handle(Event::Heard(id));
    assert_eq!(player.handle(Event::WantsNext(id)), [follow(id)]);
}

#[test]
fn a_late_finish_does_not_stop_a_song_that_was_just_asked_for() {
    let mut player = Player::new(1, 100);
    player.handle(replace(1));
    let id = player.queue().entries()[0].id;
    player.handle(Event::Heard(id));
    player.handle(Event::WantsNext(id));
    player.handle(Event::Seek(0));
    assert!(player.handle(Event::Finished).is_empty());
    assert_eq!(player.state(), State::Playing);
}

#[test]
fn songs_that_come_late_are_told_to_an_engine_that_was_told_the_end() {
    let mut player = Player::new(1, 100);
    player.handle(replace(1));
    let id = player.queue().entries()[0].id;
    assert_eq!(player.handle(Event::WantsNext(id)), [Effect::Follow(None)]);
    let effects = player.handle(Event::Append(songs(1)));
    assert!(effects.contains(&follow(EntryId(2))), "{effects:?}");
}

#[test]
fn previous_goes_back_to_the_start_first() {
    let mut player = Player::new(1, 100);
    player.handle(Event::Replace {
        songs: songs(3),
        start: 1,
        at_ms: Some(0),
        paused: false,
    });
    player.handle(Event::Heard(EntryId(2)));
    let played = |effects: Vec<Effect>| match effects[0] {
        Effect::Play { entry, .. } => entry,
        ref other => panic!("{other:?}"),
    };
    assert_eq!(
        played(player.handle(Event::Previous { elapsed_ms: 10_000 })),
        EntryId(2)
    );
    assert_eq!(
        played(player.handle(Event::Previous { elapsed_ms: 500 })),
        EntryId(1)
    );
    assert_eq!(
        played(player.handle(Event::Previous { elapsed_ms: 500 })),
        EntryId(1),
        "there is none before the first"
    );
}

#[test]
fn stop_keeps_the_place_in_the_queue() {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    engine.tell(&mut player, replace(3));
    engine.tell(&mut player, Event::Next);
    engine.tell(&mut player, Event::Stop);
    assert_eq!(player.current(), None);
    engine.tell(&mut player, Event::Play);
    assert_eq!(positions(&player, &engine.heard), [0, 1, 1]);
}

#[test]
fn what_waits_is_resumed_in_place() {
    let mut player = Player::new(1, 100);
    let effects = player.handle(Event::Replace {
        songs: songs(2),
        start: 1,
        at_ms: Some(9_000),
        paused: true,
    });
    assert_eq!(
        effects[0],
        Effect::Play {
            entry: EntryId(2),
            at_ms: 9_000,
            paused: true
        }
    );
    assert_eq!(
        (player.state(), player.current()),
        (State::Paused, Some(EntryId(2)))
    );
    assert_eq!(player.handle(Event::Toggle)[0], Effect::Resume);
}

#[test]
fn an_empty_queue_is_silence_and_no_panic() {
    let mut player = Player::new(1, 100);
    for event in [
        replace(0),
        Event::Play,
        Event::Toggle,
        Event::Next,
        Event::Previous { elapsed_ms: 0 },
        Event::Seek(5),
        Event::Random(true),
        Event::Repeat(true),
        Event::Heard(EntryId(7)),
        Event::WantsNext(EntryId(7)),
        Event::Failed(EntryId(7)),
        Event::Finished,
    ] {
        player.handle(event);
        assert_eq!(player.state(), State::Stopped);
    }
}

proptest! {
    #[test]
    fn a_shuffled_round_plays_each_song_once_and_then_another_round(seed: u64, count in 2usize..30, start in 0usize..30) {
        let (mut player, mut engine) = (Player::new(seed, 100), Engine::default());
        player.handle(Event::Repeat(true));
        engine.tell(&mut player, Event::Replace { songs: songs(count), start: start % count, at_ms: Some(0), paused: false });
        engine.tell(&mut player, Event::Random(true));
        for _ in 0..3 * count - 1 {
            prop_assert!(engine.play_on(&mut player));
        }
        for round in engine.heard.chunks(count) {
            let mut sorted = positions(&player, round);
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..count).collect::<Vec<_>>());
        }
        prop_assert!(engine.heard.windows(2).all(|pair| pair[0] != pair[1]), "no song comes twice in a row");
    }

    #[test]
    fn random_walk(seed: u64, steps in prop::collection::vec((0u8..26, 0u64..40), 1..120)) {
        let (mut player, mut engine) = (Player::new(seed, 100), Engine::default());
        for (step, number) in steps {
            walk_one(&mut player, &mut engine, step, number);
            check(&player, &engine)?;
        }
    }
}

fn walk_one(player: &mut Player, engine: &mut Engine, step: u8, number: u64) {
    let some_id = player
        .queue()
        .entries()
        .get(number as usize % player.queue().len().max(1))
        .map(|entry| entry.id);
    match step {
        0 => engine.tell(
            player,
            Event::Replace {
                songs: songs(number as usize % 7),
                start: number as usize / 7,
                at_ms: Some(number),
                paused: number.is_multiple_of(2),
            },
        ),
        1 => engine.tell(player, Event::Append(songs(number as usize % 4))),
        2 => engine.tell(player, Event::Next),
        3 => engine.tell(
            player,
            Event::Previous {
                elapsed_ms: number * 200,
            },
        ),
        4 => engine.tell(player, Event::Toggle),
        5 => engine.tell(player, Event::Random(number.is_multiple_of(2))),
        6 => engine.tell(player, Event::Repeat(number.is_multiple_of(2))),
        7 => engine.tell(
            player,
            if number.is_multiple_of(4) {
                Event::Stop
            } else {
                Event::Seek(number)
            },
        ),
        8 => engine.tell(
            player,
            Event::WantsNext(engine.playing.unwrap_or(EntryId(number))),
        ),
        9 => engine
            .unplayable
            .extend(some_id.filter(|_| number.is_multiple_of(5))),
        11 => engine.tell(player, Event::Single(once(number))),
        12 => engine.tell(player, Event::Crossfade(number as u32 * 500)),
        13 => engine.tell(
            player,
            Event::Sleep(Some(number * 1_000).filter(|_| !number.is_multiple_of(3))),
        ),
        14 if engine.alarm.take().is_some() => engine.tell(player, Event::Alarm),
        15 => engine.away = number.is_multiple_of(2),
        16.. if step < 25 => edit_one(player, engine, step, number),
        10 => engine.tell(player, Event::PlayEntry(some_id.unwrap_or(EntryId(number)))),
        _ => {
            engine.play_on(player);
        }
    }
}

fn once(number: u64) -> Once {
    [Once::Off, Once::On, Once::Oneshot][number as usize % 3]
}

/// An edit of the queue, beside a plain list that is edited in the same way.
fn edit_one(player: &mut Player, engine: &mut Engine, step: u8, number: u64) {
    let mut model = ids(player);
    let len = model.len();
    let at = |salt: usize| (number as usize + salt) % (len + 1);
    let range = at(0).min(at(7))..at(0).max(at(7));
    let pick = |salt: usize| model.get(at(salt)).copied();
    let event = match step {
        16 => Event::Insert {
            songs: songs(number as usize % 4),
            at: at(3),
        },
        17 => Event::Delete(range.clone()),
        18 => Event::DeleteEntries(pick(0).into_iter().chain(pick(5)).collect()),
        19 => Event::Move {
            to: at(11).min(len - range.len()),
            range: range.clone(),
        },
        20 => Event::Swap(pick(0).unwrap_or(EntryId(0)), pick(5).unwrap_or(EntryId(0))),
        21 => Event::Shuffle(range.clone()),
        22 => Event::Priority(pick(0).into_iter().collect(), number as u8),
        23 => Event::Consume(once(number)),
        _ => Event::SeekEntry(pick(0).unwrap_or(EntryId(0)), number),
    };
    match &event {
        Event::Delete(range) => drop(model.drain(range.clone())),
        Event::DeleteEntries(gone) => model.retain(|id| !gone.contains(id)),
        Event::Move { range, to } => {
            let moved: Vec<EntryId> = model.drain(range.clone()).collect();
            model.splice(to..to, moved);
        }
        Event::Swap(one, other) => {
            let at = |id: &EntryId| model.iter().position(|other| other == id);
            if let (Some(one), Some(other)) = (at(one), at(other)) {
                model.swap(one, other);
            }
        }
        _ => {}
    }
    let version = player.queue().version();
    let before: Vec<Entry> = player.queue().entries().to_vec();
    engine.tell(player, event.clone());
    let now = ids(player);
    match &event {
        Event::Insert { songs, at } => {
            assert_eq!(now.len(), len + songs.len());
            let old = [&now[..*at], &now[at + songs.len()..]].concat();
            assert_eq!(old, model);
        }
        Event::Shuffle(range) => {
            let outside = |list: &[EntryId]| [&list[..range.start], &list[range.end..]].concat();
            assert_eq!(outside(&now), outside(&model));
            let sorted = |list: &[EntryId]| std::collections::BTreeSet::from_iter(list.to_vec());
            assert_eq!(sorted(&now), sorted(&model));
        }
        _ => assert_eq!(now, model, "{event:?}"),
    }
    for (at, entry) in player.queue().entries().iter().enumerate() {
        let is_as_before = before
            .get(at)
            .is_some_and(|old| (old.id, old.priority) == (entry.id, entry.priority));
        assert!(is_as_before || entry.version > version, "{event:?} at {at}");
    }
}

fn check(player: &Player, engine: &Engine) -> Result<(), TestCaseError> {
    let known = |id: &EntryId| player.queue().entry(*id).is_some();
    prop_assert!(player.current().iter().all(known));
    prop_assert!(
        engine.playing.iter().all(known),
        "the engine plays what is queued"
    );
    prop_assert_eq!(engine.playing.is_none(), player.state() == State::Stopped);
    prop_assert!(engine.playing.is_none() || engine.paused == (player.state() == State::Paused));
    if let Some(Some(next)) = engine.next {
        prop_assert!(known(&next) && !player.has_failed(next));
    }
    prop_assert!(
        !engine.fading || engine.alarm.is_some(),
        "a fade ends in a pause"
    );
    prop_assert!(!player.asleep() || player.state() != State::Playing);
    let ids: Vec<EntryId> = ids(player);
    let unique: std::collections::HashSet<_> = ids.iter().collect();
    prop_assert_eq!(unique.len(), ids.len());
    if player.single() != Once::Off {
        let heard_here = !player.place().is_some_and(|id| player.has_failed(id));
        let stays = player.single() == Once::On && player.repeat();
        let after = player.upcoming();
        prop_assert!(
            !heard_here
                || after
                    == player
                        .place()
                        .filter(|_| stays && player.consume_mode() == Once::Off)
        );
    } else if !player.random()
        && player.state() == State::Playing
        && engine.heard.last() == player.current().as_ref()
    {
        prop_assert_eq!(player.upcoming(), naive_next(player, engine));
    }
    Ok(())
}

/// What any listener would say comes next: the next position that has not failed, from the front again where it repeats.
fn naive_next(player: &Player, engine: &Engine) -> Option<EntryId> {
    let ids: Vec<EntryId> = player
        .queue()
        .entries()
        .iter()
        .map(|entry| entry.id)
        .collect();
    let at = player.queue().position(player.current()?)?;
    let mut ahead: Vec<EntryId> = ids[at + 1..].to_vec();
    if player.repeat() {
        let is_gone_by_then = player.consume_mode() != Once::Off;
        ahead.extend_from_slice(&ids[..if is_gone_by_then { at } else { at + 1 }]);
    }
    ahead
        .into_iter()
        .find(|id| !(engine.unplayable.contains(id) && player.has_failed(*id)))
}

#[test]
fn neighbours_are_those_of_the_order_of_playing() {
    let mut player = Player::new(7, 100);
    player.handle(replace(4));
    let id = |number: u64| Some(EntryId(number));
    let beside = |player: &Player, number| player.neighbours(EntryId(number));
    assert_eq!(beside(&player, 1), [None, id(2)]);
    assert_eq!(beside(&player, 3), [id(2), id(4)]);
    assert_eq!(beside(&player, 4), [id(3), None]);
    player.handle(Event::Failed(EntryId(3)));
    assert_eq!(beside(&player, 2), [id(1), id(4)]);
    player.handle(Event::Repeat(true));
    player.handle(Event::PlayEntry(EntryId(4)));
    assert_eq!(beside(&player, 1), [id(4), id(2)]);
    player.handle(replace(1));
    let only = player.current().unwrap();
    assert_eq!(player.neighbours(only), [None, None], "not beside itself");
}

#[test]
fn neighbours_in_shuffled_rounds_are_what_will_be_heard() {
    for seed in 0..20 {
        let mut player = Player::new(seed, 100);
        player.handle(replace(6));
        player.handle(Event::Random(true));
        player.handle(Event::Repeat(true));
        // Two rounds: what was told of the follower before it played comes true.
        let mut heard = vec![player.current().unwrap()];
        player.handle(Event::Heard(heard[0]));
        let mut told = Vec::new();
        for _ in 0..14 {
            let now = *heard.last().unwrap();
            let effects = player.handle(Event::WantsNext(now));
            let [Effect::Follow(Some(next))] = effects[..] else {
                panic!("{effects:?}");
            };
            let next = next.entry;
            told.push((next, player.neighbours(next)));
            player.handle(Event::Heard(next));
            heard.push(next);
        }
        for (at, (next, [before, after])) in told.iter().enumerate().take(13) {
            assert_eq!(*before, Some(heard[at]), "before {next:?}, seed {seed}");
            assert_eq!(*after, Some(heard[at + 2]), "after {next:?}, seed {seed}");
        }
    }
}

#[test]
fn the_rest_of_a_queue_joins_around_what_plays() {
    for random in [false, true] {
        let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
        player.handle(Event::Random(random));
        engine.tell(&mut player, replace(3));
        let current = player.current();
        let kept: Vec<EntryId> = ids(&player);
        assert!(player.is_at_edge(), "nothing is before the first");
        let [before, behind] = [songs(2), songs(4)];
        engine.tell(&mut player, Event::Surround { before, behind });
        let all = ids(&player);
        assert_eq!((all.len(), &all[2..5]), (9, &kept[..]));
        assert_eq!(
            (player.current(), player.state()),
            (current, State::Playing)
        );
        assert_eq!(player.is_at_edge(), random);
        let mut left = all.clone();
        while player.state() == State::Playing {
            left.retain(|id| Some(*id) != player.current());
            engine.tell(&mut player, Event::Next);
        }
        let never = if random { &[][..] } else { &all[..2] };
        assert_eq!(left, never, "each once; what was before is behind us");
    }
}

fn ids(player: &Player) -> Vec<EntryId> {
    let entries = player.queue().entries().iter();
    entries.map(|entry| entry.id).collect()
}
