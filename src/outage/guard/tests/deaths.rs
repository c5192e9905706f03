//! Outages at chance moments: our music steps in within what was promised, whatever the client and however it dies.

use super::super::*;
use super::world::*;
use crate::outage::Verdict;

/// Seeds for each client and death in the suite; `STANDIN_SEEDS` asks for more.
const SEEDS: u64 = 8;

/// How many the person who tests asked for.
pub fn asked_for(name: &str, usual: u64) -> u64 {
    let asked = std::env::var(name)
        .ok()
        .and_then(|number| number.parse().ok());
    asked.unwrap_or(usual)
}

/// A client, what its position does, whether its stream is listened to.
pub const CLIENTS: [(&str, Shows, bool); 11] = [
    ("spotify", Shows::Real, true),
    ("spotify", Shows::Real, false),
    // What the official client shows in an outage is not known.
    ("spotify", Shows::WallClock, true),
    ("spotify.instance77", Shows::Zero, true),
    ("spotifyd.instance77", Shows::WallClock, true),
    ("spotify_player", Shows::Zero, true),
    ("ncspot.instance7", Shows::WallClock, true),
    ("cider", Shows::Real, false),
    ("tidal-hifi", Shows::Zero, true),
    ("Deezer", Shows::Zero, true),
    ("YoutubeMusic", Shows::Real, true),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Death {
    /// The route goes, and the cache plays on for a while.
    RouteThenCache,
    /// The service fails, the cache plays on into another song, whose probe tells.
    ServiceThenCache,
    /// The route and the sound go at once.
    RouteAtOnce,
    Refused,
    Hanging,
    Fine,
}

impl Death {
    /// What the issue promises, in ms from the last sound.
    fn limit_ms(self) -> u64 {
        match self {
            Self::RouteThenCache | Self::ServiceThenCache => 2_500,
            Self::RouteAtOnce | Self::Refused => 6_000,
            Self::Hanging => 8_000,
            Self::Fine => 14_000,
        }
    }
}

const DEATHS: [Death; 6] = [
    Death::RouteThenCache,
    Death::ServiceThenCache,
    Death::RouteAtOnce,
    Death::Refused,
    Death::Hanging,
    Death::Fine,
];

pub fn auto(seed: u64) -> Settings {
    Settings {
        mode: Mode::Auto,
        seed,
        ..Settings::default()
    }
}

/// Silence before our music, in ms, and what was taken over; `None`: it never stepped in.
fn silence(client: (&str, Shows, bool), death: Death, seed: u64) -> Option<(u64, TakeOver, u64)> {
    let (name, shows, listens) = client;
    let mut world = World::new(seed, auto(seed));
    world.listens = listens;
    let at = world.add(name, shows);
    world.song(at, 240_000);
    let first = world.dice.between(20_000, 200_000);
    world.pass(first);
    match death {
        Death::RouteThenCache => {
            world.route(false);
            world.answers = Answers::Never;
            let cache = world.dice.between(3_000, 30_000);
            world.pass(cache);
        }
        Death::ServiceThenCache => {
            world.answers = Answers::Fails(100);
            world.pass(240_000 - first);
            world.song(at, 240_000);
            let cache = world.dice.between(10_000, 200_000);
            world.pass(cache);
        }
        Death::RouteAtOnce => world.route(false),
        Death::Refused => world.answers = Answers::Fails(world.dice.between(5, 200)),
        Death::Hanging => {
            let late = Answers::Fails(world.dice.between(3_000, 5_000));
            world.answers = if world.dice.one_in(2) {
                Answers::Never
            } else {
                late
            };
        }
        Death::Fine => {}
    }
    assert_eq!(
        world.took(),
        None,
        "{client:?} {death:?} {seed}: while it sounded"
    );
    let (stopped, place) = (world.now, world.clients[at].place(world.now));
    world.runs(at, false);
    world.pass(40_000);
    world
        .took()
        .map(|(when, take)| (when - stopped, take, place))
}

#[test]
fn every_outage_is_taken_over_in_time() {
    let seeds = asked_for("STANDIN_SEEDS", SEEDS);
    println!("silence before our music in virtual ms, median / worst of {seeds}");
    for client in CLIENTS {
        for death in DEATHS {
            let mut times = Vec::new();
            for seed in 0..seeds {
                let found = silence(client, death, seed);
                // A position that runs on and the own copy, which sounds there: it is the service that decides.
                if client.1 == Shows::WallClock && client.0 == "spotify" && death == Death::Fine {
                    assert_eq!(found, None, "{client:?} {death:?} {seed}");
                    continue;
                }
                let Some((ms, take, place)) = found else {
                    panic!("{client:?} {death:?} {seed}: never");
                };
                let limit = match (client, death) {
                    // Nothing but its position lies, and that is found out by the own copy alone.
                    ((_, Shows::WallClock, _), Death::RouteThenCache | Death::ServiceThenCache)
                        if client.0 == "spotify" =>
                    {
                        6_000
                    }
                    _ => death.limit_ms(),
                };
                assert!(ms <= limit, "{client:?} {death:?} {seed}: {ms} ms");
                place_fits(client.1, &take, place);
                let is_fine = take.why.verdict == Verdict::ClientStall;
                assert_eq!(is_fine, death == Death::Fine, "{:?}", take.why);
                times.push(ms);
            }
            times.sort_unstable();
            if let (Some(median), Some(worst)) = (times.get(times.len() / 2), times.last()) {
                let (name, shows, listens) = client;
                let ear = if listens { "sound" } else { "deaf" };
                println!("{name:20} {shows:9?} {ear:6} {death:16?} {median:6} / {worst:6}");
            }
        }
    }
}

/// What is told of the place is where it stopped, to half a second, or nothing.
fn place_fits(shows: Shows, take: &TakeOver, place: u64) {
    match (shows, take.place_ms) {
        (Shows::Real | Shows::WallClock, Some(told)) => {
            assert!(told.abs_diff(place) <= 500, "{told} for {place}");
        }
        (Shows::Real | Shows::WallClock, None) => panic!("no place"),
        (_, told) => assert!(told.is_none_or(|told| told == 0), "{told:?}"),
    }
}

#[test]
fn a_name_that_vanishes_with_its_service_is_taken_over_and_one_that_goes_elsewhere_is_not() {
    for seed in 0..SEEDS {
        for answers in [Answers::Fails(50), Answers::Never, Answers::Well(50)] {
            let mut world = World::new(seed, auto(seed));
            world.listens = false;
            let at = world.add("spotifyd.instance77", Shows::WallClock);
            world.song(at, 240_000);
            world.pass(100_000);
            world.answers = answers;
            world.vanish(at);
            world.pass(60_000);
            let took = world.took().map(|(when, _)| when - 101_000);
            match answers {
                Answers::Well(_) => assert_eq!(took, None),
                _ => assert!(took.is_some_and(|ms| ms <= 8_000), "{took:?}"),
            }
        }
    }
}

#[test]
fn a_browser_is_asked_about_where_its_service_answers() {
    for seed in 0..SEEDS {
        for (name, shows) in [
            ("firefox.instance_1_25", Shows::Nothing),
            ("chromium.instance77", Shows::WallClock),
        ] {
            let mut world = World::new(seed, auto(seed));
            let at = world.add(name, shows);
            world.song(at, 240_000);
            world.pass(100_000);
            world.runs(at, false);
            world.pass(14_000);
            assert_eq!((world.took(), world.asked()), (None, 1));
            world.tell(Fact::Answer { yes: true });
            assert!(world.took().is_some());
        }
    }
}
