//! How music ends: after this song, by the sleep timer, and because its files are away.

use super::tests::{Engine, positions, replace, songs};
use super::*;
use crate::music::EntryId;

fn playing(count: usize) -> (Player, Engine) {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    engine.tell(&mut player, replace(count));
    (player, engine)
}

#[test]
fn stop_after_this_song_ends_it_once_and_goes_on_with_the_next() {
    let (mut player, mut engine) = playing(3);
    engine.tell(&mut player, Event::Single(Once::Oneshot));
    assert_eq!(player.upcoming(), None);
    assert!(!engine.play_on(&mut player));
    assert_eq!(player.state(), State::Stopped);
    assert!(player.single() == Once::Off, "it is said once");
    assert_eq!(player.place(), Some(EntryId(2)));
    engine.tell(&mut player, Event::Play);
    while engine.play_on(&mut player) {}
    assert_eq!(positions(&player, &engine.heard), [0, 1, 2]);
}

#[test]
fn stop_after_is_obeyed_when_the_follower_was_told_already() {
    let (mut player, mut engine) = playing(2);
    engine.tell(&mut player, Event::WantsNext(EntryId(1)));
    assert_eq!(engine.next, Some(Some(EntryId(2))));
    engine.tell(&mut player, Event::Single(Once::Oneshot));
    assert_eq!(engine.next, Some(None));
    engine.tell(&mut player, Event::Single(Once::Off));
    assert_eq!(engine.next, Some(Some(EntryId(2))));
}

#[test]
fn stop_after_the_last_song_is_the_end_of_the_queue() {
    let (mut player, mut engine) = playing(1);
    engine.tell(&mut player, Event::Single(Once::Oneshot));
    assert!(!engine.play_on(&mut player));
    assert_eq!((player.state(), player.place()), (State::Stopped, None));
}

#[test]
fn stop_after_this_song_means_one_that_is_heard() {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    engine.unplayable = vec![EntryId(1)];
    player.handle(Event::Single(Once::Oneshot));
    engine.tell(&mut player, replace(3));
    while engine.play_on(&mut player) {}
    assert_eq!(positions(&player, &engine.heard), [1]);
}

/// The desk's answer came too late: the engine had begun with what it was told before, and says so.
#[test]
fn a_follower_that_was_heard_before_it_could_be_taken_back_is_what_plays() {
    let (mut player, mut engine) = playing(3);
    engine.tell(&mut player, Event::WantsNext(EntryId(1)));
    engine.tell(&mut player, Event::Single(Once::Oneshot));
    player.handle(Event::Heard(EntryId(2)));
    assert_eq!(player.current(), Some(EntryId(2)));
    assert_eq!(
        player.handle(Event::WantsNext(EntryId(2))),
        [Effect::Follow(None)],
        "it stops after the song that is heard"
    );
}

#[test]
fn sleep_fades_out_and_pauses_in_place() {
    let (mut player, mut engine) = playing(2);
    engine.tell(&mut player, Event::Sleep(Some(60_000)));
    let alarm = engine.alarm.take().unwrap();
    assert_eq!((alarm.in_ms, alarm.silent_in_ms), (50_000, 60_000));
    engine.tell(&mut player, Event::Alarm);
    assert!(engine.fading && player.state() == State::Playing);
    let alarm = engine.alarm.take().unwrap();
    assert!(alarm.in_ms > 10_000, "{alarm:?}");
    engine.tell(&mut player, Event::Faded);
    assert!(player.asleep() && engine.paused);
    assert_eq!(player.state(), State::Paused);
    assert_eq!(engine.alarm, None);
    engine.tell(&mut player, Event::Play);
    assert!(!player.asleep() && !engine.paused);
}

#[test]
fn an_engine_that_does_not_tell_of_its_silence_is_paused_all_the_same() {
    let (mut player, mut engine) = playing(1);
    engine.tell(&mut player, Event::Sleep(Some(60_000)));
    engine.tell(&mut player, Event::Alarm);
    engine.tell(&mut player, Event::Alarm);
    assert!(player.asleep() && engine.paused);
    assert!(player.handle(Event::Faded).is_empty(), "told late");
}

#[test]
fn what_is_not_heard_yet_fades_when_it_is() {
    let mut player = Player::new(1, 100);
    player.handle(replace(1));
    player.handle(Event::Sleep(Some(5_000)));
    let effects = player.handle(Event::Alarm);
    assert!(
        !effects.contains(&Effect::Fade { over_ms: 5_000 }),
        "{effects:?}"
    );
    let effects = player.handle(Event::Heard(EntryId(1)));
    assert!(
        effects.contains(&Effect::Fade { over_ms: 5_000 }),
        "{effects:?}"
    );
    player.handle(Event::Faded);
    assert!(player.asleep());
}

#[test]
fn where_nothing_is_ever_heard_it_sleeps_all_the_same() {
    let mut player = Player::new(1, 100);
    player.handle(replace(1));
    player.handle(Event::Sleep(Some(5_000)));
    player.handle(Event::Alarm);
    player.handle(Event::Alarm);
    assert!(player.asleep());
}

#[test]
fn who_presses_a_key_while_it_fades_is_awake() {
    for event in [
        Event::Next,
        Event::Seek(0),
        Event::Previous { elapsed_ms: 0 },
        Event::Sleep(None),
        Event::PlayEntry(EntryId(1)),
    ] {
        let (mut player, mut engine) = playing(2);
        engine.tell(&mut player, Event::Sleep(Some(60_000)));
        engine.tell(&mut player, Event::Alarm);
        assert!(engine.fading);
        engine.tell(&mut player, event.clone());
        assert!(!engine.fading && !engine.paused, "{event:?}");
        assert_eq!(engine.alarm, None, "{event:?}");
        assert_eq!(player.state(), State::Playing, "{event:?}");
    }
}

#[test]
fn a_timer_set_anew_while_it_fades_begins_anew() {
    let (mut player, mut engine) = playing(1);
    engine.tell(&mut player, Event::Sleep(Some(5_000)));
    assert_eq!(
        engine.alarm.take().unwrap().in_ms,
        0,
        "shorter than the fade"
    );
    engine.tell(&mut player, Event::Alarm);
    engine.tell(&mut player, Event::Sleep(Some(900_000)));
    assert!(!engine.fading);
    assert_eq!(engine.alarm.unwrap().in_ms, 890_000);
}

#[test]
fn a_timer_that_ends_in_a_pause_leaves_it_a_pause() {
    let (mut player, mut engine) = playing(1);
    engine.tell(&mut player, Event::Sleep(Some(60_000)));
    engine.tell(&mut player, Event::Pause);
    engine.tell(&mut player, Event::Alarm);
    assert!(player.asleep() && engine.paused && !engine.fading);
}

#[test]
fn ten_thousand_songs_that_are_away_are_not_tried_one_by_one() {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    engine.unplayable = (2..=10_000).map(EntryId).collect();
    engine.away = true;
    player.handle(Event::Repeat(true));
    engine.tell(&mut player, replace(10_000));
    assert!(!engine.play_on(&mut player));
    assert_eq!(engine.gave_up, [MAX_MISSING_IN_A_ROW]);
    assert_eq!(player.state(), State::Stopped);
    assert_eq!(
        player.place(),
        Some(EntryId(2)),
        "the first that was not there"
    );
    engine.unplayable.clear();
    engine.tell(&mut player, Event::Play);
    assert_eq!(player.current(), Some(EntryId(2)), "the folder is back");
    assert!(engine.play_on(&mut player));
    assert_eq!(player.current(), Some(EntryId(3)));
}

#[test]
fn a_song_between_missing_ones_begins_the_count_anew() {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    engine.away = true;
    engine.unplayable = (1..100).filter(|id| id % 9 != 0).map(EntryId).collect();
    engine.tell(&mut player, replace(99));
    while engine.play_on(&mut player) {}
    assert!(engine.gave_up.is_empty());
    assert_eq!(engine.heard.len(), 11);
}

#[test]
fn crossfade_is_told_with_the_follower_and_again_when_it_changes() {
    let (mut player, mut engine) = playing(2);
    player.handle(Event::Crossfade(5_000));
    let told = |effects: Vec<Effect>| match effects.last() {
        Some(Effect::Follow(Some(next))) => next.crossfade_ms,
        other => panic!("{other:?}"),
    };
    assert_eq!(told(player.handle(Event::WantsNext(EntryId(1)))), 5_000);
    assert_eq!(
        told(player.handle(Event::Crossfade(99_000))),
        MAX_CROSSFADE_MS
    );
    engine.tell(&mut player, replace(0));
    player.handle(Event::Repeat(true));
    player.handle(Event::Replace {
        songs: songs(1),
        start: 0,
        at_ms: Some(0),
        paused: false,
    });
    let id = player.queue().entries()[0].id;
    assert_eq!(told(player.handle(Event::WantsNext(id))), 0, "with itself");
}
