//! Every way in which a client behaves, with every way in which a service dies, as a table that people read:
//! `scripts.txt`. `STANDIN_BLESS=1` writes it anew, and a seed of the fuzzer's with it.

use super::super::*;
use super::world::*;
use crate::outage::{Level, Told, Value, read_trace, replay, trace_line};

const TABLE: &str = include_str!("scripts.txt");
/// When the service dies, in ms.
const DEATH_MS: u64 = 60_000;

const SCRIPTS: [&str; 9] = [
    "normal",
    "frozen position",
    "wall-clock position",
    "vanish",
    "empty metadata",
    "ad",
    "length as text",
    "paused then outage",
    "Connect elsewhere",
];
const DEATHS: [&str; 5] = [
    "logged out",
    "empty answers",
    "502",
    "audio only",
    "everything",
];

#[test]
fn each_script_with_each_death_goes_as_the_table_says() {
    let mut table = String::new();
    for script in SCRIPTS {
        for death in DEATHS {
            table += &format!("## {script}, {death}\n{}\n", run(script, death));
        }
    }
    if std::env::var_os("STANDIN_BLESS").is_some() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/src/outage/guard/tests/scripts.txt"
        );
        std::fs::write(path, &table).unwrap();
        let facts = lived("wall-clock position", "502").facts;
        let trace: String = facts.iter().map(trace_line).collect();
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/fuzz/corpus/trace/wall-clock-502.jsonl"
        );
        std::fs::write(path, trace).unwrap();
    }
    let differs = TABLE
        .lines()
        .zip(table.lines())
        .find(|(old, new)| old != new);
    assert_eq!((differs, TABLE.len()), (None, table.len()));
}

#[test]
fn what_was_recorded_is_told_again() {
    for script in SCRIPTS {
        for death in DEATHS {
            let world = lived(script, death);
            let lines: String = world.facts.iter().map(trace_line).collect();
            let told = replay(&read_trace(lines.as_bytes()).unwrap(), settings());
            let told = told.into_iter().map(|(at, told)| match told {
                Told::Act(act) => (at, words(&act)),
                Told::State(state) => (at, state.word().to_owned()),
            });
            assert_eq!(told.collect::<Vec<_>>(), world.told, "{script}, {death}");
        }
    }
}

fn settings() -> Settings {
    Settings {
        mode: Mode::Auto,
        hands_back: true,
        ..Settings::default()
    }
}

fn run(script: &str, death: &str) -> String {
    lines(&lived(script, death))
}

fn lived(script: &str, death: &str) -> World {
    let mut world = World::new(1, settings());
    world.keeps_facts = true;
    world.now = 0;
    world.listens = !matches!(script, "frozen position" | "vanish");
    let spotifyd = matches!(script, "wall-clock position" | "vanish");
    let at = match spotifyd {
        true => world.add("spotifyd.instance77", Shows::WallClock),
        false => world.add("spotify", Shows::Real),
    };
    world.song(at, 240_000);
    before(&mut world, at, script);
    world.pass(DEATH_MS - world.now);
    dies(&mut world, at, death, script);
    world.pass(60_000);
    world.answers = Answers::Well(80);
    world.route(true);
    // As long as probes take to come round, and then to the end of our song.
    world.pass(600_000);
    world.tell(Fact::Ours {
        ours: Ours::SongEnded,
    });
    world.pass(5_000);
    world
}

fn before(world: &mut World, at: usize, script: &str) {
    match script {
        "ad" => {
            world.pass(DEATH_MS - 10_000);
            let id = Value::Text("/com/spotify/ad/1".into());
            world.clients[at]
                .metadata
                .insert("mpris:trackid".into(), id);
            world.show(at);
        }
        "length as text" => {
            let length = Value::Text("240000000".into());
            world.clients[at]
                .metadata
                .insert("mpris:length".into(), length);
            world.show(at);
        }
        "paused then outage" => {
            world.pass(DEATH_MS - 10_000);
            world.status(at, "Paused");
        }
        "Connect elsewhere" => {
            world.pass(DEATH_MS - 20_000);
            world.clients[at].metadata.clear();
            world.clients[at].runs = false;
            world.show(at);
            world.level(at, Level::Gone);
        }
        _ => {}
    }
}

fn dies(world: &mut World, at: usize, death: &str, script: &str) {
    match death {
        "empty answers" | "502" => world.answers = Answers::Fails(120),
        "everything" => {
            world.answers = Answers::Never;
            world.route(false);
        }
        _ => {}
    }
    let plays = world.clients[at].status == "Playing";
    match script {
        "vanish" => return world.vanish(at),
        "empty metadata" => {
            world.clients[at].metadata.clear();
            world.show(at);
        }
        // The next song does not begin.
        _ if death == "logged out" && plays && !matches!(script, "ad" | "Connect elsewhere") => {
            world.song(at, 200_000);
        }
        _ => {}
    }
    world.runs(at, false);
}

/// What was told, with seconds from the beginning.
fn lines(world: &World) -> String {
    let mut lines = String::new();
    let mut last = None;
    for (at, words) in &world.told {
        let time = format!("{:3}.{}", at / 1_000, at % 1_000 / 100);
        match last == Some(at) {
            true => lines += &format!("; {words}"),
            false => lines += &format!("\n{time}  {words}"),
        }
        last = Some(at);
    }
    lines.trim_start_matches('\n').to_owned() + "\n"
}
