//! Facts from bytes, for a guard: any order, any times, clients that lie.

use standin::outage::{
    Act, BUS, Connectivity, Fact, Guard, Level, Mode, Noted, Ours, Owned, Probed, Settings, Shown,
    State, Value, Verdict,
};

/// No clock goes further; a guard believes nothing later.
const LATEST_MS: u64 = 1 << 53;
/// The facts of one walk.
const MOST_FACTS: usize = 2_000;
const CLIENTS: [&str; 6] = [
    "spotify",
    "spotifyd.instance7",
    "firefox.instance_1_25",
    "vlc",
    "playerctld",
    "spotify_player",
];
const TEXTS: [&str; 8] = [
    "A",
    "B",
    "",
    "/com/spotify/track/4ExampleExampleExample",
    "/com/spotify/ad/1",
    "/",
    "https://open.spotify.com/episode/1",
    "https://open.spotify.com/track/4ExampleExampleExample",
];
const FIELDS: [&str; 6] = [
    "xesam:title",
    "mpris:trackid",
    "xesam:url",
    "xesam:artist",
    "mpris:length",
    "xesam:album",
];

/// Choices, until they run out.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        *first
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::from(self.byte()) % limit
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// A number of any size.
    fn number(&mut self) -> u64 {
        let shift = self.byte() % 64;
        u64::from(self.byte()).wrapping_shl(u32::from(shift))
    }
}

/// Tells a guard the facts, and wakes it as it wishes. Nothing panics, it never wants to be woken at once, its acts for one
/// fact are few, and a take-over is closed before the next.
pub fn walk(bytes: &[u8]) {
    let mut choices = Choices(bytes);
    let mode = choices.of(&[Mode::Auto, Mode::Ask, Mode::DryRun, Mode::Off]);
    let settings = Settings {
        mode,
        hands_back: choices.below(2) == 0,
        seed: choices.number(),
        ..Settings::default()
    };
    let mut guard = Guard::new(settings);
    let (mut now, mut last, mut is_open) = (0_u64, 0, false);
    for _ in 0..MOST_FACTS {
        if choices.0.is_empty() {
            break;
        }
        let fact = match guard.due().filter(|due| *due <= now) {
            Some(_) => Fact::Tick,
            None => fact(&mut choices),
        };
        let at_ms = now;
        last = at_ms.max(last);
        let acts = guard.handle(Noted { at_ms, fact });
        assert!(acts.len() <= 8, "{acts:?}");
        assert!(mode != Mode::Off || acts.is_empty());
        assert!(guard.due().is_none_or(|due| due > last), "it wakes at once");
        for act in &acts {
            match act {
                Act::TakeOver(_) => assert!(!std::mem::replace(&mut is_open, true)),
                Act::Close => assert!(std::mem::replace(&mut is_open, false)),
                _ => {}
            }
        }
        let stands = matches!(guard.state(), State::TakeOver | State::Recovering);
        assert_eq!(stands, is_open);
        now = time(&mut choices, now, &guard);
    }
}

fn time(choices: &mut Choices<'_>, now: u64, guard: &Guard) -> u64 {
    let next = match choices.below(8) {
        0 => now,
        1 => guard.due().unwrap_or(now),
        2 => now.saturating_add(choices.number()),
        3 => now.saturating_sub(u64::from(choices.byte())),
        _ => now.saturating_add(u64::from(choices.byte()) * 20),
    };
    next.min(LATEST_MS)
}

fn fact(choices: &mut Choices<'_>) -> Fact {
    let client = format!("{BUS}{}", choices.of(&CLIENTS));
    match choices.below(14) {
        0 | 1 => Fact::Client {
            client,
            shown: shown(choices),
        },
        2 | 3 => {
            let us = i64::from_ne_bytes(choices.number().to_ne_bytes());
            Fact::Position {
                client,
                us: (choices.below(4) > 0).then_some(us),
            }
        }
        4 => Fact::ClientGone { client },
        5 | 6 => Fact::Sound {
            client,
            level: choices.of(&[Level::Silent, Level::Sounds, Level::Corked, Level::Gone]),
        },
        7 => Fact::Route {
            is_there: choices.below(3) > 0,
        },
        8 => {
            use Connectivity::{Full, Limited, None, Portal, Unknown};
            Fact::Network {
                connectivity: choices.of(&[Full, Limited, None, Portal, Unknown]),
            }
        }
        9 => Fact::Probed(probed(choices)),
        10 => {
            use Ours::{Begun, Ended, Halted, SongEnded, Sounds};
            Fact::Ours {
                ours: choices.of(&[Sounds, SongEnded, Halted, Begun, Ended]),
            }
        }
        11 => {
            use Owned::{Later, Nothing, SilentThere, Song, StandIn};
            Fact::Prepared {
                number: u64::from(choices.byte()),
                owned: choices.of(&[Song, SilentThere, Later, StandIn, Nothing]),
            }
        }
        12 => Fact::Answer {
            yes: choices.below(2) == 0,
        },
        _ => Fact::Woke,
    }
}

fn shown(choices: &mut Choices<'_>) -> Shown {
    let mut shown = Shown {
        status: choices
            .of(&["Playing", "Playing", "Paused", "Stopped", ""])
            .to_owned(),
        ..Shown::default()
    };
    for _ in 0..choices.below(6) {
        let field = choices.of(&FIELDS).to_owned();
        let value = match choices.below(6) {
            0 => Value::Whole(i64::from_ne_bytes(choices.number().to_ne_bytes())),
            1 => Value::Float(f64::from_bits(choices.number())),
            2 => Value::Texts(vec![choices.of(&TEXTS).to_owned(); choices.below(3)]),
            _ => Value::Text(choices.of(&TEXTS).to_owned()),
        };
        shown.metadata.insert(field, value);
    }
    if choices.below(2) == 0 {
        shown.position_us = Some(i64::from_ne_bytes(choices.number().to_ne_bytes()));
    }
    shown
}

fn probed(choices: &mut Choices<'_>) -> Probed {
    use Verdict::{Dns, Limited, ServiceDown, Up};
    Probed {
        service: choices.of(&["Spotify", "Deezer", ""]).to_owned(),
        verdict: choices.of(&[Up, ServiceDown, Dns, Limited]),
        evidence: choices.of(&TEXTS).to_owned(),
        checks: 2,
        failed: u32::from(choices.byte()),
        took_ms: choices.number(),
        retry_after_ms: (choices.below(4) == 0).then(|| choices.number()),
    }
}
