//! Edits of the queue while it plays: what goes on, what is taken out, what comes first.

use super::tests::{Engine, positions, replace, songs};
use super::*;
use crate::music::EntryId;

fn begun(count: usize) -> (Player, Engine) {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    engine.tell(&mut player, replace(count));
    (player, engine)
}

fn numbers(player: &Player) -> Vec<u64> {
    let entries = player.queue().entries().iter();
    entries.map(|entry| entry.id.0).collect()
}

#[test]
fn what_plays_is_taken_out_and_the_next_plays() {
    let (mut player, mut engine) = begun(4);
    engine.tell(&mut player, Event::Delete(0..2));
    assert_eq!(engine.heard, [EntryId(1), EntryId(3)]);
    engine.tell(&mut player, Event::Pause);
    engine.tell(&mut player, Event::Delete(0..1));
    assert_eq!(player.state(), State::Stopped, "as in MPD");
    engine.tell(&mut player, Event::Play);
    assert_eq!(engine.heard.last(), Some(&EntryId(4)));
    engine.tell(&mut player, Event::Delete(0..usize::MAX));
    assert_eq!((player.state(), player.queue().len()), (State::Stopped, 0));
}

#[test]
fn a_follower_that_is_taken_out_after_the_engine_began_with_it_is_not_heard_out() {
    let (mut player, _) = begun(3);
    player.handle(Event::Heard(EntryId(1)));
    player.handle(Event::WantsNext(EntryId(1)));
    player.handle(Event::DeleteEntries(vec![EntryId(2)]));
    let effects = player.handle(Event::Heard(EntryId(2)));
    let plays = |entry| Effect::Play {
        entry: EntryId(entry),
        at_ms: 0,
        paused: false,
    };
    assert_eq!(effects[0], plays(3));
    let stale = player.handle(Event::Heard(EntryId(2)));
    assert!(stale.is_empty(), "{stale:?}");
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let (mut player, _) = begun(3);
    let version = player.queue().version();
    let nobody = EntryId(99);
    for (event, why) in [
        (
            Event::Insert {
                songs: songs(1),
                at: 4,
            },
            Refusal::NoPosition,
        ),
        (Event::Delete(4..5), Refusal::NoPosition),
        (
            Event::DeleteEntries(vec![EntryId(1), nobody]),
            Refusal::NoEntry,
        ),
        (Event::Move { range: 0..2, to: 2 }, Refusal::NoPosition),
        (Event::Move { range: 0..9, to: 0 }, Refusal::NoPosition),
        (Event::Swap(EntryId(1), nobody), Refusal::NoEntry),
        (Event::Priority(vec![nobody], 1), Refusal::NoEntry),
        (Event::PlayEntry(nobody), Refusal::NoEntry),
        (Event::SeekEntry(nobody, 0), Refusal::NoEntry),
    ] {
        assert_eq!(player.handle(event), [Effect::Refused(why)]);
    }
    assert_eq!(player.queue().version(), version);
    assert_eq!(numbers(&player), [1, 2, 3]);
}

#[test]
fn consumed_songs_leave_and_the_mode_can_hold_for_one() {
    let (mut player, mut engine) = begun(4);
    engine.tell(&mut player, Event::Consume(Once::On));
    assert!(engine.play_on(&mut player));
    assert_eq!(numbers(&player), [2, 3, 4], "played to its end");
    engine.tell(&mut player, Event::Next);
    assert_eq!(numbers(&player), [3, 4], "left by a person");
    engine.tell(&mut player, Event::Consume(Once::Oneshot));
    assert!(engine.play_on(&mut player));
    assert_eq!(
        (numbers(&player), player.consume_mode()),
        (vec![4], Once::Off)
    );
    engine.tell(&mut player, Event::Consume(Once::On));
    assert!(!engine.play_on(&mut player));
    assert!(player.queue().is_empty(), "and the last one");
}

#[test]
fn single_and_repeat_play_one_song_over_and_over() {
    let (mut player, mut engine) = begun(3);
    engine.tell(&mut player, Event::Repeat(true));
    engine.tell(&mut player, Event::Single(Once::On));
    for _ in 0..3 {
        assert!(engine.play_on(&mut player));
    }
    assert_eq!(positions(&player, &engine.heard), [0, 0, 0, 0]);
    engine.tell(&mut player, Event::Next);
    assert_eq!(positions(&player, &engine.heard)[4], 1, "who asks goes on");
    engine.tell(&mut player, Event::Repeat(false));
    assert!(!engine.play_on(&mut player), "alone, single stops");
    assert_eq!(
        player.place(),
        Some(EntryId(3)),
        "and waits before the next"
    );
}

#[test]
fn priority_comes_first_in_shuffled_rounds_and_brings_played_songs_again() {
    for seed in 0..20 {
        let (mut player, mut engine) = (Player::new(seed, 100), Engine::default());
        engine.tell(&mut player, replace(9));
        engine.tell(&mut player, Event::Random(true));
        let [high, low] = [(7, 200), (8, 100)];
        for (id, priority) in [low, high] {
            engine.tell(&mut player, Event::Priority(vec![EntryId(id)], priority));
        }
        engine.tell(&mut player, Event::Next);
        engine.tell(&mut player, Event::Next);
        assert_eq!(engine.heard[1..], [EntryId(7), EntryId(8)]);
        engine.tell(&mut player, Event::Priority(vec![EntryId(7)], 9));
        engine.tell(&mut player, Event::Append(songs(3)));
        engine.tell(&mut player, Event::Next);
        assert_eq!(engine.heard[3], EntryId(7), "once more");
    }
}
