//! The end of a queue: what is asked for, when, and what comes of the answer.

use super::tests::{Engine, replace, songs};
use super::*;
use crate::music::EntryId;

fn last(player: &Player) -> EntryId {
    player.queue().entries().last().unwrap().id
}

fn wanted(effects: &[Effect]) -> Vec<EntryId> {
    let wanted = effects.iter().filter_map(|effect| match effect {
        Effect::WantsMore { after } => Some(*after),
        _ => None,
    });
    wanted.collect()
}

fn more(player: &Player, count: usize) -> Event {
    Event::More {
        after: player.current().unwrap(),
        songs: songs(count),
    }
}

/// A desk that goes on, with so many songs, the first of which is heard.
fn going_on(count: usize) -> (Player, Engine) {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    player.handle(Event::AtEnd(AtEnd::GoOn));
    engine.tell(&mut player, replace(count));
    (player, engine)
}

#[test]
fn it_asks_as_soon_as_nothing_follows_and_once() {
    let (mut player, mut engine) = going_on(2);
    assert!(!player.awaits_more());
    assert!(engine.play_on(&mut player));
    assert!(player.awaits_more());
    assert_eq!(
        wanted(&player.handle(Event::Volume(30))),
        [],
        "it has asked"
    );
    assert_eq!(engine.wanted, [last(&player)]);
    let more = more(&player, 1);
    engine.tell(&mut player, more);
    assert!(!player.awaits_more());
    assert!(engine.play_on(&mut player), "no gap");
    assert_eq!(player.current(), Some(last(&player)));
    assert_eq!(engine.wanted.len(), 2, "it asks for the next one");
    assert!(!engine.play_on(&mut player), "nothing fitted");
    assert_eq!(player.state(), State::Stopped);
}

#[test]
fn next_leads_to_what_has_come() {
    let (mut player, mut engine) = going_on(1);
    let event = more(&player, 1);
    engine.tell(&mut player, event);
    engine.tell(&mut player, Event::Next);
    assert_eq!(player.current(), Some(last(&player)));
}

#[test]
fn what_comes_too_late_is_left_out() {
    let (mut player, mut engine) = going_on(1);
    let late = more(&player, 1);
    engine.tell(&mut player, Event::Append(songs(1)));
    engine.tell(&mut player, late.clone());
    assert_eq!(player.queue().len(), 2, "something else follows");
    engine.tell(&mut player, Event::Next);
    engine.tell(&mut player, late);
    assert_eq!(player.queue().len(), 2, "another song plays");
    let late = more(&player, 1);
    engine.tell(&mut player, Event::Stop);
    engine.tell(&mut player, late);
    assert_eq!(player.queue().len(), 2, "nothing plays");
}

#[test]
fn who_takes_out_what_came_is_asked_for_something_else() {
    let (mut player, mut engine) = going_on(1);
    let event = more(&player, 1);
    engine.tell(&mut player, event);
    let came = last(&player);
    engine.tell(&mut player, Event::DeleteEntries(vec![came]));
    assert_eq!(engine.wanted.len(), 2);
}

#[test]
fn modes_that_end_or_repeat_the_queue_win() {
    let (mut player, mut engine) = going_on(1);
    for (event, at_end, awaits) in [
        (Event::Single(Once::On), AtEnd::GoOn, false),
        (Event::Single(Once::Off), AtEnd::GoOn, true),
        (Event::Repeat(true), AtEnd::Repeat, false),
        (Event::Repeat(false), AtEnd::GoOn, true),
        (Event::AtEnd(AtEnd::Repeat), AtEnd::Repeat, false),
        (Event::AtEnd(AtEnd::Stop), AtEnd::Stop, false),
    ] {
        engine.tell(&mut player, event);
        assert_eq!((player.at_end(), player.awaits_more()), (at_end, awaits));
    }
    assert!(!player.repeat());
    assert!(!engine.play_on(&mut player));
}

#[test]
fn in_a_shuffle_it_comes_behind_the_round() {
    let (mut player, mut engine) = (Player::new(1, 100), Engine::default());
    player.handle(Event::Random(true));
    player.handle(Event::AtEnd(AtEnd::GoOn));
    engine.tell(&mut player, replace(3));
    assert!(engine.wanted.is_empty());
    (0..2).for_each(|_| assert!(engine.play_on(&mut player)));
    assert_eq!(engine.wanted.len(), 1);
    let event = more(&player, 1);
    engine.tell(&mut player, event);
    assert!(engine.play_on(&mut player));
    assert_eq!(player.current(), Some(last(&player)));
}

#[test]
fn one_that_steps_aside_takes_it_along() {
    let (mut player, _) = going_on(1);
    let own = player.step_aside();
    assert_eq!((player.at_end(), player.is_plain()), (AtEnd::Stop, true));
    player.come_back(own, &Default::default());
    assert_eq!(player.at_end(), AtEnd::GoOn);
    assert_eq!(wanted(&player.handle(Event::Volume(30))).len(), 1, "again");
}
