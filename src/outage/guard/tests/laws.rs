//! What holds whatever the facts are.

use super::super::*;
use super::deaths::auto;
use super::world::*;
use crate::outage::{Connectivity, Level, Noted, Shown, Value, Verdict, trace_line};

const NAMES: [&str; 6] = [
    "spotify",
    "spotifyd.instance7",
    "firefox.instance_1_25",
    "vlc",
    "playerctld",
    "spotify_player",
];
const STATUSES: [&str; 5] = ["Playing", "Playing", "Paused", "Stopped", "?"];

/// Any fact.
fn fact(dice: &mut Dice) -> Fact {
    let client = format!("{BUS}{}", NAMES[dice.below(6) as usize]);
    match dice.below(16) {
        0..=2 => Fact::Client {
            client,
            shown: shown(dice),
        },
        3..=6 => {
            let us = [
                None,
                Some(dice.below(300_000_000) as i64),
                Some(i64::MIN),
                Some(i64::MAX),
            ];
            Fact::Position {
                client,
                us: us[dice.below(4) as usize],
            }
        }
        7 => Fact::ClientGone { client },
        8..=9 => {
            let levels = [Level::Sounds, Level::Silent, Level::Corked, Level::Gone];
            Fact::Sound {
                client,
                level: levels[dice.below(4) as usize],
            }
        }
        10 => Fact::Route {
            is_there: !dice.one_in(3),
        },
        11 => {
            use Connectivity::{Full, Limited, None, Portal, Unknown};
            let connectivity = [Full, Unknown, Full, Limited, Portal, None][dice.below(6) as usize];
            Fact::Network { connectivity }
        }
        12 => {
            let verdicts = [
                Verdict::Up,
                Verdict::ServiceDown,
                Verdict::Dns,
                Verdict::Limited,
            ];
            Fact::Probed(Probed {
                service: if dice.one_in(5) {
                    "?".into()
                } else {
                    "Spotify".into()
                },
                verdict: verdicts[dice.below(4) as usize],
                evidence: format!("{}", dice.below(3)),
                checks: 2,
                failed: dice.below(3) as u32,
                took_ms: 1,
                retry_after_ms: dice.one_in(9).then_some(u64::MAX),
            })
        }
        13 => {
            let ours = [
                Ours::Sounds,
                Ours::SongEnded,
                Ours::Halted,
                Ours::Begun,
                Ours::Ended,
            ];
            Fact::Ours {
                ours: ours[dice.below(5) as usize],
            }
        }
        14 => {
            let owned = [
                Owned::Song,
                Owned::SilentThere,
                Owned::Later,
                Owned::StandIn,
                Owned::Nothing,
            ];
            Fact::Prepared {
                number: dice.below(9),
                owned: owned[dice.below(5) as usize],
            }
        }
        _ => match dice.below(8) {
            0 => Fact::Woke,
            1..=2 => Fact::Answer {
                yes: dice.one_in(2),
            },
            _ => Fact::Tick,
        },
    }
}

fn shown(dice: &mut Dice) -> Shown {
    let titles = ["A", "B", "", "Firefox is playing media"];
    let tracks = [
        "/com/spotify/track/1",
        "/com/spotify/ad/1",
        "/com/spotify/episode/1",
        "/",
    ];
    let text = |text: &str| Value::Text(text.to_owned());
    Shown {
        status: STATUSES[dice.below(5) as usize].into(),
        metadata: [
            (
                "xesam:title".to_owned(),
                text(titles[dice.below(4) as usize]),
            ),
            (
                "mpris:trackid".to_owned(),
                text(tracks[dice.below(4) as usize]),
            ),
            (
                "mpris:length".to_owned(),
                Value::Whole(dice.below(400_000_000) as i64),
            ),
        ]
        .into(),
        position_us: Some(dice.below(300_000_000) as i64),
        volume: dice.one_in(9).then_some(0.0),
        ..Shown::default()
    }
}

/// Random facts, with the guard woken when it wants to be; each act comes with the fact that brought it.
fn walk(seed: u64, settings: Settings, mut look: impl FnMut(&Guard, &Fact, &[Act])) {
    let mut dice = Dice(seed);
    let mut guard = Guard::new(settings);
    let mut now = 0_u64;
    for step in 0..400 {
        let wait = [1, 200, 1_000, 3_000, 60_000][dice.below(5) as usize];
        now += dice.below(wait);
        let due = guard.due().filter(|due| *due < now);
        let (at_ms, fact) = match due {
            Some(due) => (due, Fact::Tick),
            // A clock that jumps.
            None if dice.one_in(50) => (dice.below(now + 1), fact(&mut dice)),
            None => (now, fact(&mut dice)),
        };
        now = now.max(at_ms);
        let noted = Noted { at_ms, fact };
        let acts = guard.handle(noted.clone());
        assert!(
            acts.len() <= 8,
            "{seed} {step}: {} {acts:?}",
            trace_line(&noted)
        );
        assert!(
            guard.due().is_none_or(|due| due > guard.now),
            "{seed} {step}: wakes at once"
        );
        look(&guard, &noted.fact, &acts);
    }
}

fn takes(acts: &[Act]) -> Option<&TakeOver> {
    acts.iter().find_map(|act| match act {
        Act::TakeOver(take) => Some(take),
        _ => None,
    })
}

#[test]
fn a_clock_that_jumps_to_its_end_is_borne() {
    for end in [u64::MAX, u64::MAX - 1, u64::MAX / 2, 1 << 60] {
        let mut guard = Guard::new(auto(1));
        let mut dice = Dice(end);
        let client = || format!("{BUS}spotify");
        let us = Some(i64::MAX / 2);
        for at_ms in [0, 1_000, 2_000, end, end] {
            let shown = shown(&mut dice);
            for fact in [
                Fact::Client {
                    client: client(),
                    shown,
                },
                Fact::Position {
                    client: client(),
                    us: us.map(|us| us + at_ms as i64 % 5_000_000),
                },
                Fact::Position {
                    client: client(),
                    us,
                },
                Fact::Tick,
            ] {
                guard.handle(Noted { at_ms, fact });
            }
        }
        assert!(guard.now <= LATEST_MS);
    }
}

#[test]
fn nothing_is_done_in_off_mode() {
    for seed in 0..50 {
        walk(seed, Settings::default(), |guard, _, acts| {
            assert!(acts.is_empty() && guard.state() == State::Idle && guard.due().is_none());
        });
    }
}

#[test]
fn no_client_is_taken_over_from_that_is_paused_or_sounds() {
    let mut taken = 0;
    for seed in 0..400 {
        let mut settings = auto(seed);
        settings.mode = if seed % 2 == 0 { Mode::Auto } else { Mode::Ask };
        walk(seed, settings, |guard, _, acts| {
            let Some(take) = takes(acts) else {
                return;
            };
            taken += 1;
            let heard = guard.clients.get(&take.client).unwrap();
            assert_eq!(guard.state(), State::TakeOver, "{seed}");
            assert!(heard.is_playing(), "{seed}: {:?}", heard.claim);
            let silent = matches!(heard.voice(guard.now), Voice::Silent(..) | Voice::Quiet(_));
            assert!(silent, "{seed}: {:?}", heard.voice(guard.now));
            assert!(
                !guard.ours_plays && !guard.clients.others_sound(heard, guard.now),
                "{seed}"
            );
        });
    }
    assert!(taken > 20, "{taken}");
}

#[test]
fn every_take_over_ends_in_one_close_before_the_next() {
    for seed in 0..200 {
        let mut open = false;
        walk(seed, auto(seed), |_, _, acts| {
            for act in acts {
                match act {
                    Act::TakeOver(_) => assert!(!std::mem::replace(&mut open, true), "{seed}"),
                    Act::Close => assert!(std::mem::replace(&mut open, false), "{seed}"),
                    Act::GiveWay
                    | Act::HandBack { .. }
                    | Act::Correct { .. }
                    | Act::IsBack { .. } => {
                        assert!(open, "{seed}: {act:?}");
                    }
                    _ => {}
                }
            }
        });
    }
}

#[test]
fn a_thousand_changes_a_second_cost_no_more_than_their_facts() {
    let mut world = World::new(1, auto(1));
    for name in 0..200 {
        world.add(&format!("spotify.instance{name}"), Shows::Real);
    }
    for change in 0..10_000 {
        world.now += 1;
        let at = change % 200;
        world.clients[at]
            .metadata
            .insert("xesam:title".into(), Value::Text(format!("{change}")));
        world.clients[at].status = "Playing";
        world.show(at);
    }
    assert!(world.guard.clients.iter().count() <= MAX_CLIENTS);
    assert!(
        world.acts.len() < 200 && world.probes.len() <= 3,
        "{} acts",
        world.acts.len()
    );
    assert_eq!(world.took(), None);
}

/// A client that was taken over from, and everything that the person may do then.
fn taken() -> (World, usize) {
    let mut world = World::new(3, auto(3));
    let at = world.add("spotify", Shows::Real);
    world.song(at, 240_000);
    world.pass(60_000);
    world.answers = Answers::Fails(50);
    world.runs(at, false);
    world.pass(20_000);
    assert_eq!(world.guard.state(), State::TakeOver);
    (world, at)
}

#[test]
fn what_the_person_does_wins() {
    let (mut world, at) = taken();
    world.tell(Fact::Ours { ours: Ours::Halted });
    assert_eq!(
        (world.guard.state(), world.acts.last().unwrap().1.clone()),
        (State::Manual, Act::Close)
    );
    world.pass(MANUAL_MS - 1_000);
    assert_eq!(world.guard.state(), State::Manual);
    world.pass(2_000);
    assert_eq!(world.guard.state(), State::Idle);
    // The client is begun by hand, and sounds.
    let (mut world, _) = taken();
    world.tell(Fact::Ours { ours: Ours::Halted });
    world.pass(1_000);
    world.status(at, "Playing");
    world.pass(2_000);
    assert!(matches!(
        world.guard.state(),
        State::Watch | State::Suspect | State::Ready
    ));
    let (mut world, _) = taken();
    world.status(at, "Playing");
    world.pass(300);
    assert!(world.acts.iter().any(|(_, act)| *act == Act::GiveWay));
    assert_ne!(world.guard.state(), State::TakeOver);
}

#[test]
fn a_question_is_put_once_and_no_means_no() {
    let mut settings = auto(1);
    settings.mode = Mode::Ask;
    let mut world = World::new(1, settings);
    let at = world.add("spotify", Shows::Real);
    world.song(at, 240_000);
    world.pass(60_000);
    world.runs(at, false);
    world.pass(20_000);
    assert_eq!((world.asked(), world.took()), (1, None));
    world.tell(Fact::Answer { yes: false });
    world.pass(200_000);
    assert_eq!((world.asked(), world.took()), (1, None));
    // It sounds, and falls silent anew; then it sounds again before anybody answers.
    world.runs(at, true);
    world.pass(10_000);
    world.runs(at, false);
    world.pass(20_000);
    world.runs(at, true);
    world.pass(2_000);
    assert_eq!(world.asked(), 2);
    assert_eq!(world.acts.last().unwrap().1, Act::AskNoMore);
}

#[test]
fn a_second_outage_within_ten_minutes_stays_local_for_ten() {
    let mut settings = auto(1);
    settings.hands_back = true;
    let mut world = World::new(1, settings);
    let at = world.add("spotify", Shows::Real);
    world.song(at, 3_000_000);
    world.pass(60_000);
    let hand_backs = |world: &World| {
        let hands = |(_, act): &&(u64, Act)| matches!(act, Act::HandBack { .. });
        world.acts.iter().filter(hands).count()
    };
    for round in 0..2 {
        world.answers = Answers::Fails(50);
        world.runs(at, false);
        world.pass(15_000);
        assert_eq!(world.guard.state(), State::TakeOver, "{round}");
        world.answers = Answers::Well(50);
        world.pass(200_000);
        assert_eq!(world.guard.state(), State::Recovering, "{round}");
        world.tell(Fact::Ours {
            ours: Ours::SongEnded,
        });
        assert_eq!(hand_backs(&world), 1, "{round}");
        world.pass(5_000);
    }
    world.pass(LOCAL_MS);
    world.tell(Fact::Ours {
        ours: Ours::SongEnded,
    });
    assert_eq!(hand_backs(&world), 2);
}

#[test]
fn down_is_claimed_on_enough_evidence_alone_and_then_told() {
    let (mut world, _) = taken();
    let first = world.took().unwrap().1;
    assert_eq!(first.why.verdict, Verdict::Unreachable);
    world.pass(60_000);
    let corrects = world.acts.iter().find_map(|(_, act)| match act {
        Act::Correct { why } => Some(why.clone()),
        _ => None,
    });
    let why = corrects.unwrap();
    assert_eq!(why.verdict, Verdict::ServiceDown);
    assert!(why.evidence[0].starts_with("HTTP 502") && why.evidence[0].contains("times in"));
}
