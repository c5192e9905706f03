//! What is said of what was seen.

use super::judge::{judge, percent};
use super::seen::{Minutes, Seen};
use super::*;
use crate::care::doctor::{Area, State};
use crate::care::missing::Coverage;
use crate::outage::Mode;

const HOUR_MS: u64 = 3_600_000;

fn well() -> Seen {
    let coverage = Coverage {
        name: "Road Trip".into(),
        rows: 10,
        here: 9,
        away: 0,
    };
    Seen {
        now_ms: 1_000_000_000_000,
        has_output: true,
        lists: vec![ListReady {
            coverage: coverage.clone(),
            ..ListReady::default()
        }],
        all: coverage,
        songs: 100,
        songs_last_ms: 6 * HOUR_MS,
        listed: 9,
        listed_last_ms: HOUR_MS,
        tried: 9,
        measured: 100,
        imports: vec![("my_spotify_data.zip".into(), 1_000_000_000_000 - 1_000)],
        guard: Mode::Auto,
        listens: true,
        clients: Vec::new(),
        ..Seen::default()
    }
}

fn states(seen: &Seen) -> Vec<(Area, State)> {
    let found = judge(seen);
    let not_well = found.iter().filter(|one| one.state != State::Well);
    not_well.map(|one| (one.area, one.state)).collect()
}

#[test]
fn who_has_all_is_told_so() {
    assert_eq!(states(&well()), []);
    assert_eq!(percent(&well()), 90);
}

#[test]
fn each_shortfall_is_told_with_what_to_do() {
    type Change = fn(&mut Seen);
    let cases: [(Change, Area, State); 10] = [
        (|seen| seen.songs = 0, Area::Music, State::Wrong),
        (
            |seen| seen.songs_last_ms = HOUR_MS,
            Area::Music,
            State::Attention,
        ),
        (|seen| seen.all.here = 7, Area::Playlists, State::Attention),
        (
            |seen| {
                seen.year = Some(Minutes {
                    heard_ms: 100,
                    owned_ms: 79,
                })
            },
            Area::Playlists,
            State::Attention,
        ),
        (
            |seen| seen.failed.push(("/m/a.mp3".into(), "no music".into())),
            Area::Files,
            State::Attention,
        ),
        (
            |seen| seen.far.push(("NAS".into(), "nfs4".into(), 7)),
            Area::Network,
            State::Attention,
        ),
        (|seen| seen.measured = 99, Area::Loudness, State::Advice),
        (|seen| seen.imports[0].1 = 1, Area::Imports, State::Advice),
        (|seen| seen.guard = Mode::Off, Area::Guard, State::Advice),
        (|seen| seen.listens = false, Area::Guard, State::Advice),
    ];
    for (change, area, state) in cases {
        let mut seen = well();
        change(&mut seen);
        assert_eq!(states(&seen), [(area, state)]);
        let found = judge(&seen);
        assert!(
            found
                .iter()
                .all(|one| (one.state == State::Well) == one.to_do.is_none())
        );
    }
}

#[test]
fn without_sound_or_songs_nothing_is_ready_and_minutes_count_before_rows() {
    let with = |change: fn(&mut Seen)| {
        let mut seen = well();
        change(&mut seen);
        percent(&seen)
    };
    assert_eq!(with(|seen| seen.has_output = false), 0);
    assert_eq!(with(|seen| seen.songs = 0), 0);
    let heard = |seen: &mut Seen| {
        seen.year = Some(Minutes {
            heard_ms: 1_000,
            owned_ms: 619,
        });
    };
    assert_eq!(with(heard), 61);
    assert_eq!(with(|seen| seen.all = Coverage::default()), 100);
}
