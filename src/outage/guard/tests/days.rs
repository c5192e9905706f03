//! Days of ordinary listening: our music never steps in, and services are hardly asked.

use super::deaths::{CLIENTS, asked_for, auto};
use super::world::*;
use crate::outage::{Fact, Level, Verdict, trace_line};

const DAY_MS: u64 = 24 * 3_600_000;
/// Days of each client in the suite; `STANDIN_DAYS` asks for more.
const DAYS: u64 = 1;
/// The client that is followed, and the browser beside it.
const MAIN: usize = 0;
const OTHER: usize = 1;

/// A person who listens for a day.
struct Day {
    world: World,
    songs: u64,
    /// Whether the network never stumbles.
    is_smooth: bool,
    /// How often it did.
    stumbled: u64,
    /// Whether the network stumbles just now: nothing else is odd then that needs it.
    stumbles: bool,
}

impl Day {
    fn new(client: (&str, Shows, bool), seed: u64) -> Self {
        let (name, shows, listens) = client;
        let mut world = World::new(seed, auto(seed));
        world.listens = listens;
        world.owned = [
            Some(Owned::Song),
            Some(Owned::Later),
            Some(Owned::StandIn),
            None,
        ][world.dice.below(4) as usize];
        world.add(name, shows);
        world.add("firefox.instance_1_25", Shows::Nothing);
        Self {
            world,
            songs: 0,
            is_smooth: seed.is_multiple_of(2),
            stumbled: 0,
            stumbles: false,
        }
    }

    fn live(&mut self) {
        while self.world.now < DAY_MS {
            match self.world.dice.below(40) {
                0 => self.list_ends(),
                1 => self.suspend(),
                2 => self.elsewhere(),
                3 => self.video_alone(),
                4 => self.ad(),
                5 => self.episode(),
                6 => self.skips(),
                _ => self.song(),
            }
        }
    }

    fn song(&mut self) {
        let length = self.world.dice.between(60_000, 420_000);
        self.begin(length);
        let from = self.world.now;
        while self.world.now < from + length - 25_000 {
            let some = self.world.dice.between(1_000, 60_000);
            self.world
                .pass(some.min(from + length - 25_000 - self.world.now).max(1));
            match self.world.dice.below(24) {
                0 => self.pause(),
                1 if !self.stumbles => self.seek(),
                2 => self.quiet(),
                3 => self.stumble(),
                4 => self.video_beside(),
                5 if !self.stumbles => self.stutter(),
                _ => {}
            }
        }
        self.world.pass(20_000);
        self.seam();
    }

    fn begin(&mut self, length: u64) {
        self.songs += 1;
        self.world.song(MAIN, length);
    }

    /// The end of a song: zeros, then some loading.
    fn seam(&mut self) {
        let zeros = self
            .world
            .dice
            .below(if self.stumbles { 1_500 } else { 2_800 });
        self.world.quiet(MAIN, true);
        self.world.pass(zeros);
        if self.world.dice.one_in(3) {
            self.world.runs(MAIN, false);
            let loads = self
                .world
                .dice
                .below(if self.stumbles { 400 } else { 1_500 });
            self.world.pass(loads);
        }
    }

    fn pause(&mut self) {
        self.world.status(MAIN, "Paused");
        let most = if self.world.dice.one_in(10) {
            7_200_000
        } else {
            120_000
        };
        let pause = self.world.dice.between(500, most);
        self.world.pass(pause);
        self.world.status(MAIN, "Playing");
        // It loads.
        self.world.runs(MAIN, false);
        let loads = self.world.dice.below(2_500);
        self.world.pass(loads);
        self.world.runs(MAIN, true);
    }

    fn seek(&mut self) {
        let to = self.world.dice.below(60_000);
        self.world.runs(MAIN, false);
        self.world.seek(MAIN, to);
        let loads = self.world.dice.below(2_500);
        self.world.pass(loads);
        self.world.runs(MAIN, true);
    }

    /// A passage of zeros: long ones are known to be so by the own copy.
    fn quiet(&mut self) {
        let known = self.world.owned == Some(Owned::Song);
        let most = match (known, self.stumbles) {
            (true, true) => 20_000,
            (true, false) => 29_000,
            (false, true) => 1_800,
            (false, false) => 11_000,
        };
        self.world.quiet(MAIN, true);
        let long = self.world.dice.between(300, most);
        self.world.pass(long);
        self.world.quiet(MAIN, false);
    }

    /// The buffer runs dry for a moment.
    fn stutter(&mut self) {
        self.world.runs(MAIN, false);
        let long = self.world.dice.between(200, 7_000);
        self.world.pass(long);
        self.world.runs(MAIN, true);
    }

    /// The network goes for a while, and the cache is full.
    fn stumble(&mut self) {
        if self.is_smooth || std::mem::replace(&mut self.stumbles, true) {
            return;
        }
        self.stumbled += 1;
        let long = self.world.dice.between(500, 90_000);
        match self.world.dice.below(4) {
            0 => {
                self.world.route(false);
                self.world.pass(long);
                self.world.route(true);
            }
            1 => {
                self.world.network(crate::outage::Connectivity::Portal);
                self.world.pass(long);
                self.world.network(crate::outage::Connectivity::Full);
            }
            2 => {
                self.world.answers = Answers::Never;
                self.world.pass(long);
            }
            _ => {
                self.world.answers = Answers::Fails(300);
                self.world.pass(long);
                self.quiet();
            }
        }
        self.world.answers = Answers::Well(80);
        // What was found lasts for a minute after that.
        self.world.pass(1_000);
        self.stumbles = false;
    }

    fn video_beside(&mut self) {
        self.world.song(OTHER, 600_000);
        let long = self.world.dice.between(2_000, 100_000);
        self.world.pass(long);
        self.world.status(OTHER, "Paused");
    }

    fn video_alone(&mut self) {
        self.world.status(MAIN, "Paused");
        self.world.song(OTHER, 600_000);
        let long = self.world.dice.between(2_000, 600_000);
        self.world.pass(long);
        self.world.status(OTHER, "Stopped");
    }

    fn list_ends(&mut self) {
        self.world.runs(MAIN, false);
        let status = if self.world.dice.one_in(2) {
            "Stopped"
        } else {
            "Paused"
        };
        self.world.status(MAIN, status);
        let long = self.world.dice.between(10_000, 3_600_000);
        self.world.pass(long);
    }

    fn suspend(&mut self) {
        let long = self.world.dice.between(60_000, 8 * 3_600_000);
        self.world.sleep(long);
        self.world.route(false);
        self.world.runs(MAIN, false);
        self.world.pass(4_000);
        self.world.route(true);
        let finds_itself = self.world.dice.between(500, 9_000);
        self.world.pass(finds_itself);
        self.world.runs(MAIN, true);
        self.world.pass(5_000);
    }

    /// Another device plays.
    fn elsewhere(&mut self) {
        let long = self.world.dice.between(5_000, 1_800_000);
        if self.world.clients[MAIN].name.contains("spotifyd") {
            self.world.vanish(MAIN);
            return self.world.pass(long);
        }
        self.world.clients[MAIN].metadata.clear();
        self.world.clients[MAIN].runs = false;
        self.world.show(MAIN);
        self.world.level(MAIN, Level::Gone);
        self.world.pass(long);
    }

    /// The clients that have any say that they are.
    fn ad(&mut self) {
        let name = &self.world.clients[MAIN].name;
        if name.contains("_player") || !name.contains("spot") {
            return self.song();
        }
        let id = crate::outage::Value::Text("/com/spotify/ad/1".into());
        self.begin(30_000);
        self.world.clients[MAIN]
            .metadata
            .insert("mpris:trackid".into(), id);
        self.world.show(MAIN);
        self.world.pass(15_000);
        self.world.runs(MAIN, false);
        let long = self.world.dice.between(500, 20_000);
        self.world.pass(long);
    }

    fn episode(&mut self) {
        let url = crate::outage::Value::Text("https://open.spotify.com/episode/1".into());
        self.begin(1_800_000);
        self.world.clients[MAIN]
            .metadata
            .insert("xesam:url".into(), url);
        self.world.show(MAIN);
        self.world.pass(600_000);
        self.world.quiet(MAIN, true);
        self.world.pass(20_000);
    }

    fn skips(&mut self) {
        for _ in 0..self.world.dice.between(2, 15) {
            self.begin(200_000);
            let long = self.world.dice.between(200, 3_000);
            self.world.pass(long);
        }
    }
}

#[test]
fn days_of_ordinary_listening_have_no_take_over_and_few_probes() {
    let days = asked_for("STANDIN_DAYS", DAYS);
    for client in CLIENTS.iter().chain(&BROWSERS) {
        let (mut songs, mut probes, mut asked) = (0, 0, 0);
        for seed in 0..days {
            let mut day = Day::new(*client, seed);
            day.world.keeps_facts = true;
            day.live();
            let world = &day.world;
            if let Some((at, _)) = world.took() {
                let owned = world.owned;
                panic!(
                    "{client:?} {seed} {owned:?}: stepped in at {at}:\n{}",
                    story(world, at)
                );
            }
            let of_day = world.probes.len() as u64;
            // Each stumble is an outage that nobody hears; the last silences of a day are paid for by no song.
            let most = day.songs + 30 + 8 * day.stumbled;
            assert!(
                of_day <= most,
                "{client:?} {seed}: {of_day} probes, {} songs",
                day.songs
            );
            songs += day.songs;
            probes += of_day;
            asked += world.asked();
        }
        assert!(
            days < 10 || probes <= songs,
            "{client:?}: {probes} probes, {songs} songs"
        );
        let (name, shows, listens) = client;
        println!(
            "{name:22} {shows:9?} listened to: {listens:5}: {days} days, {songs} songs, {probes} probes, {asked} questions, 0 take-overs"
        );
    }
}

/// What led to it.
fn story(world: &World, at: u64) -> String {
    let is_near = |when: u64| when <= at && when + 60_000 > at;
    let looks = |fact: &Fact| matches!(fact, Fact::Position { .. } | Fact::Tick);
    let facts = world
        .facts
        .iter()
        .filter(|noted| is_near(noted.at_ms) && !looks(&noted.fact));
    let facts = facts.map(|noted| (noted.at_ms, trace_line(noted)));
    let told = world.told.iter().filter(|(when, _)| is_near(*when));
    let told = told.map(|(when, words)| (*when, format!("-> {when} {words}\n")));
    let mut all: Vec<(u64, String)> = facts.chain(told).collect();
    all.sort_by_key(|(when, _)| *when);
    all.into_iter().map(|(_, line)| line).collect()
}

const BROWSERS: [(&str, Shows, bool); 2] = [
    ("firefox.instance_1_25", Shows::Nothing, true),
    ("chromium.instance77", Shows::WallClock, true),
];

#[test]
fn an_hour_of_outage_costs_25_probes_at_most() {
    for seed in 0..40 {
        let mut world = World::new(seed, auto(seed));
        let at = world.add("spotify", Shows::Real);
        for _ in 0..20 {
            world.song(at, 200_000);
            world.pass(200_000);
        }
        let from = world.now;
        // It flaps: now it answers, now it does not.
        let flaps = seed % 2 == 0;
        world.answers = Answers::Fails(100);
        world.runs(at, false);
        while world.now < from + 3_600_000 {
            world.pass(45_000);
            if flaps {
                let well = world.dice.one_in(2);
                world.answers = if well {
                    Answers::Well(80)
                } else {
                    Answers::Fails(80)
                };
            }
        }
        let within = |at: &&u64| (from..from + 3_600_000).contains(*at);
        let count = world.probes.iter().filter(within).count();
        assert!((8..=25).contains(&count), "{count}");
        let took = world.took().unwrap().1;
        assert_eq!(took.why.verdict, Verdict::Unreachable);
    }
}
