//! The sensors of an outage against scripted clients on a bus of the test's own and a private PulseAudio: what they tell of
//! clients that are honest, that lie, that flood and that vanish, and whether a stream sounds. Nothing here sleeps: each test
//! waits for what is to come.

use crate::desktop::Bus;
use crate::home::{HANG, Home, Signal, has};
use crate::pipewire;
use crate::pulse::Pulse;
use crate::streamer::{
    FIREFOX, Fields, Position, Profile, SPOTIFY, SPOTIFY_PLAYER, SPOTIFYD, Streamer, Tone,
};
use standin::desktop::Sensors;
use standin::outage::{
    Connectivity, Fact, Level, MAX_FIELDS, MAX_TEXT_BYTES, Noted, Shown, Value, inbox, trace_line,
};
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Instant;
use zbus::Variant;

/// Sensors in a process of their own, whose buses and sound server are the test's.
struct Sensing {
    process: Child,
    orders: Option<ChildStdin>,
    facts: Receiver<Noted>,
    words: Receiver<String>,
}

/// What they can see.
struct Seen<'a> {
    session: &'a str,
    system: &'a str,
    pulse: Option<&'a str>,
}

const NOWHERE: &str = "unix:path=/nowhere";

impl Sensing {
    fn of(seen: &Seen<'_>) -> Self {
        let mut process = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "--nocapture", "sensing::driven"])
            .env("DBUS_SESSION_BUS_ADDRESS", seen.session)
            .env("DBUS_SYSTEM_BUS_ADDRESS", seen.system)
            .env("PULSE_SERVER", seen.pulse.unwrap_or("unix:/nowhere"))
            .env(
                "STANDIN_SENSING",
                if seen.pulse.is_some() {
                    "listens"
                } else {
                    "deaf"
                },
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let ((fact, facts), (word, words)) = (channel(), channel());
        std::thread::spawn(move || {
            for line in stdout.lines().map_while(Result::ok) {
                // The test harness begins its own line before.
                let Some((_, line)) = line.split_once('@') else {
                    continue;
                };
                match line.strip_prefix('@') {
                    Some(said) => word.send(said.to_owned()).ok(),
                    None => fact.send(serde_json::from_str(line).unwrap()).ok(),
                };
            }
        });
        let sensing = Self {
            orders: process.stdin.take(),
            process,
            facts,
            words,
        };
        sensing.says("ready");
        sensing
    }

    /// On one bus.
    fn on(bus: &Bus) -> Self {
        Self::of(&Seen {
            session: &bus.address,
            system: NOWHERE,
            pulse: None,
        })
    }

    fn listening(bus: &Bus, pulse: &Pulse) -> Self {
        Self::of(&Seen {
            session: &bus.address,
            system: NOWHERE,
            pulse: Some(&pulse.socket),
        })
    }

    /// What is told until such a fact comes, with it.
    #[track_caller]
    fn until(&self, is_it: impl Fn(&Fact) -> bool) -> Vec<Noted> {
        let mut all: Vec<Noted> = Vec::new();
        loop {
            let Ok(noted) = self.facts.recv_timeout(HANG) else {
                panic!("it is never told; there was {all:#?}");
            };
            let is_it = is_it(&noted.fact);
            all.push(noted);
            if is_it {
                return all;
            }
        }
    }

    #[track_caller]
    fn shows(&self, client: &Streamer, is_it: impl Fn(&Shown) -> bool) -> Shown {
        let mut all = self.until(|fact| shown(fact, client).is_some_and(&is_it));
        shown(&all.pop().unwrap().fact, client).unwrap().clone()
    }

    #[track_caller]
    fn sounds(&self, client: &Streamer, level: Level) -> Vec<Noted> {
        self.until(|fact| {
            *fact
                == Fact::Sound {
                    client: client.name.clone(),
                    level,
                }
        })
    }

    #[track_caller]
    fn leaves(&self, client: &Streamer) -> Vec<Noted> {
        self.until(|fact| is_gone(fact, &client.name))
    }

    /// What it answers to an order.
    #[track_caller]
    fn told(&mut self, order: &str, answer: &str) {
        writeln!(self.orders.as_mut().unwrap(), "{order}").unwrap();
        self.says(answer);
    }

    #[track_caller]
    fn says(&self, what: &str) {
        let said = self.words.recv_timeout(HANG);
        assert_eq!(said.as_deref(), Ok(what));
    }
}

impl Drop for Sensing {
    fn drop(&mut self) {
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// The sensors that [`Sensing`] starts.
#[test]
#[ignore = "a part of other tests, which start it"]
fn driven() {
    let Ok(how) = std::env::var("STANDIN_SENSING") else {
        return;
    };
    let (facts, seen) = inbox(Instant::now());
    let sensors = Sensors::start(how == "listens", facts).unwrap();
    println!("@@ready");
    std::thread::spawn(move || {
        while seen.bell.recv().is_ok() {
            for noted in seen.take() {
                print!("@{}", trace_line(&noted));
            }
        }
    });
    for line in std::io::stdin().lines().map_while(Result::ok) {
        match line.split_once(' ') {
            Some(("pause", client)) => println!("@@paused {}", sensors.pause(client).is_obeyed()),
            Some(("play", client)) => println!("@@plays {}", sensors.play(client).is_obeyed()),
            _ => break,
        }
    }
    drop(sensors);
    println!("@@ended");
}

fn shown<'a>(fact: &'a Fact, of: &Streamer) -> Option<&'a Shown> {
    match fact {
        Fact::Client { client, shown } if *client == of.name => Some(shown),
        _ => None,
    }
}

fn title(shown: &Shown) -> &str {
    match shown.metadata.get("xesam:title") {
        Some(Value::Text(title)) => title,
        _ => "",
    }
}

fn is_gone(fact: &Fact, name: &str) -> bool {
    matches!(fact, Fact::ClientGone { client } if client == name)
}

fn positions(all: &[Noted], name: &str) -> Vec<Option<i64>> {
    let of_it = all.iter().filter_map(|noted| match &noted.fact {
        Fact::Position { client, us } if client == name => Some(*us),
        _ => None,
    });
    of_it.collect()
}

fn named(name: &'static str) -> Profile {
    Profile { name, ..SPOTIFY }
}

fn bus() -> Option<Bus> {
    has("dbus-daemon").then(Bus::new)
}

#[test]
fn a_client_is_told_as_it_comes_plays_seeks_pauses_and_goes() {
    let Some(bus) = bus() else { return };
    let sensing = Sensing::on(&bus);
    let spotify = Streamer::on(&bus.address, SPOTIFY);
    let stopped = sensing.shows(&spotify, |shown| shown.identity == "Spotify");
    assert_eq!(stopped.status, "Stopped");

    spotify.play("abc", "First", 30_000);
    let first = sensing.shows(&spotify, |shown| title(shown) == "First");
    let text = |text: &str| Value::Text(text.into());
    let wanted = BTreeMap::from([
        ("mpris:trackid", text("/com/spotify/track/abc")),
        ("mpris:length", Value::Whole(200_000_000)),
        ("xesam:album", text("Some Tones")),
        ("xesam:artist", Value::Texts(vec!["Some One".into()])),
        ("xesam:title", text("First")),
        ("xesam:url", text("https://open.spotify.com/track/abc")),
    ]);
    let wanted = wanted
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    assert_eq!(first.metadata, wanted.collect());
    assert_eq!(first.status, "Playing");

    let at = |fact: &Fact| matches!(fact, Fact::Position { us: Some(us), .. } if *us >= 30_000_000);
    sensing.until(at);
    spotify.seek(90_000);
    let jump = sensing.until(|fact| {
        matches!(
            fact,
            Fact::Position {
                us: Some(90_000_000),
                ..
            }
        )
    });
    assert!(
        jump.iter()
            .all(|noted| !is_gone(&noted.fact, &spotify.name))
    );
    spotify.be("Paused");
    sensing.shows(&spotify, |shown| shown.status == "Paused");
    // It says that something has changed, and has to be asked what.
    spotify.hide("Second");
    spotify.tell_that_it_changed();
    sensing.shows(&spotify, |shown| title(shown) == "Second");
    spotify.vanish();
    let end = sensing.leaves(&spotify);
    // One may have been asked for before.
    assert!(positions(&end, &spotify.name).len() <= 1, "{end:?}");
    // Whoever comes back is told anew, with all that it shows.
    spotify.come_back();
    let again = sensing.shows(&spotify, |shown| !shown.identity.is_empty());
    assert_eq!((&*again.status, title(&again)), ("Paused", "Second"));
}

#[test]
fn positions_are_told_as_they_are_given() {
    let Some(bus) = bus() else { return };
    let all = [
        ("real", Position::Real),
        ("wallclock", Position::WallClock),
        ("frozen", Position::Frozen),
        ("zero", Position::Zero),
        ("refused", Position::Refused),
        ("int32", Position::Int32),
        ("double", Position::Double),
        ("text", Position::Text),
    ];
    let start = |(name, position): (&'static str, Position)| {
        let profile = Profile {
            position,
            ..named(name)
        };
        let client = Streamer::on(&bus.address, profile);
        client.play("x", "Some Song", 1_000);
        client.stall(true);
        (client, position)
    };
    let clients = all.map(start);
    let sensing = Sensing::on(&bus);
    let mut seen = Vec::new();
    while clients
        .iter()
        .any(|(client, _)| positions(&seen, &client.name).len() < 2)
    {
        seen.extend(sensing.until(|fact| matches!(fact, Fact::Position { .. })));
    }
    for (client, position) in &clients {
        let told = positions(&seen, &client.name);
        let (first, second) = (told[0], told[1]);
        let is_right = match position {
            // They stall: where they are stands still.
            Position::Real | Position::Int32 | Position::Double => {
                first == second && first.is_some_and(|us| us >= 1_000_000)
            }
            Position::WallClock => first < second,
            Position::Frozen => first == second,
            Position::Zero => (first, second) == (Some(0), Some(0)),
            Position::Refused | Position::Text => (first, second) == (None, None),
        };
        assert!(is_right, "{position:?}: {told:?}");
    }
}

#[test]
fn profiles_show_what_they_show_and_two_play_side_by_side() {
    let Some(bus) = bus() else { return };
    let sensing = Sensing::on(&bus);
    for profile in [SPOTIFYD, SPOTIFY_PLAYER, FIREFOX] {
        let client = Streamer::on(&bus.address, profile);
        client.play("abc", "Theirs", 0);
        let shown = sensing.shows(&client, |shown| {
            title(shown) == "Theirs" && !shown.identity.is_empty()
        });
        assert_eq!(shown.identity, profile.identity);
    }
    let (one, other) = (
        Streamer::on(&bus.address, SPOTIFY),
        Streamer::on(&bus.address, FIREFOX),
    );
    one.play("a", "One", 0);
    other.play("b", "Other", 0);
    let is_other = |fact: &Fact| shown(fact, &other).is_some_and(|shown| title(shown) == "Other");
    let mut all = sensing.until(is_other);
    if !all
        .iter()
        .any(|noted| shown(&noted.fact, &one).is_some_and(|shown| title(shown) == "One"))
    {
        all.extend(
            sensing.until(|fact| shown(fact, &one).is_some_and(|shown| title(shown) == "One")),
        );
    }
    drop(one);
    sensing.until(|fact| is_gone(fact, "org.mpris.MediaPlayer2.spotify"));
}

#[test]
fn a_client_whose_metadata_is_nonsense_or_huge_is_told_within_limits() {
    let Some(bus) = bus() else { return };
    let sensing = Sensing::on(&bus);
    let client = Streamer::on(&bus.address, SPOTIFY);
    client.be("Playing");
    let empty = sensing.shows(&client, |shown| shown.status == "Playing");
    assert_eq!(empty.metadata, BTreeMap::new());

    client.show(|| {
        Fields::from([
            ("xesam:title".into(), Variant::from(7_u8)),
            ("xesam:artist".into(), Variant::from("alone")),
            ("mpris:length".into(), Variant::from(u64::MAX)),
            ("mpris:trackid".into(), Variant::from("spotify:track:x")),
            ("odd".into(), Variant::from((1_u8, vec!["x"]))),
        ])
    });
    let odd = sensing.shows(&client, |shown| !shown.metadata.is_empty());
    assert_eq!(odd.metadata["xesam:title"], Value::Whole(7));
    assert_eq!(odd.metadata["xesam:artist"], Value::Text("alone".into()));
    assert_eq!(odd.metadata["mpris:length"], Value::Whole(i64::MAX));
    assert!(!odd.metadata.contains_key("odd"));

    // 10 MB of text, many bytes and many fields; it is not listened to any more, but looked at.
    client.show(|| {
        let mut fields: Fields = (0..1_000)
            .map(|number| (format!("field {number:05}"), Variant::from("x".repeat(100))))
            .collect();
        fields.insert("a title".into(), Variant::from("ä".repeat(5 << 20)));
        fields.insert("art".into(), Variant::from(vec![7_u8; 10_000]));
        fields
    });
    let huge = sensing.shows(&client, |shown| shown.metadata.len() > 10);
    assert_eq!(huge.metadata.len(), MAX_FIELDS);
    let Value::Text(title) = &huge.metadata["a title"] else {
        panic!("{huge:?}");
    };
    assert_eq!(title.len(), MAX_TEXT_BYTES);
    client.be("Paused");
    sensing.shows(&client, |shown| shown.status == "Paused");
    let kb = memory_kb(sensing.process.id());
    // What a message of that size costs while it is there, and not more of it.
    assert!(kb < 200 << 10, "{kb} KB");
}

/// The most that a process has had in memory.
fn memory_kb(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn of_a_flood_little_is_told_and_the_last_of_it() {
    let Some(bus) = bus() else { return };
    let sensing = Sensing::on(&bus);
    let client = Streamer::on(&bus.address, SPOTIFY);
    let calm = Streamer::on(&bus.address, FIREFOX);
    client.play("x", "Before", 0);
    sensing.shows(&client, |shown| title(shown) == "Before");
    client.flood(5_000);
    calm.play("y", "Meanwhile", 0);
    let mut all =
        sensing.until(|fact| shown(fact, &calm).is_some_and(|shown| title(shown) == "Meanwhile"));
    let is_last =
        |fact: &Fact| shown(fact, &client).is_some_and(|shown| title(shown) == "Song 5000");
    if !all.iter().any(|noted| is_last(&noted.fact)) {
        all.extend(sensing.until(is_last));
    }
    let of_it = all
        .iter()
        .filter(|noted| shown(&noted.fact, &client).is_some());
    let times: Vec<u64> = of_it.map(|noted| noted.at_ms).collect();
    assert!(
        times.windows(2).all(|two| two[1] - two[0] >= 99),
        "{times:?}"
    );
}

#[test]
fn names_that_come_and_go_end_with_who_is_there_and_sixteen_are_watched() {
    let Some(bus) = bus() else { return };
    let sensing = Sensing::on(&bus);
    let client = Streamer::on(&bus.address, SPOTIFY);
    sensing.shows(&client, |_| true);
    for _ in 0..100 {
        client.vanish();
        client.come_back();
    }
    client.play("x", "After", 0);
    let all =
        sensing.until(|fact| shown(fact, &client).is_some_and(|shown| title(shown) == "After"));
    // Told to be there and gone in turn, whatever was left out.
    let mut is_there = true;
    for noted in &all {
        match &noted.fact {
            Fact::ClientGone { .. } => assert!(std::mem::replace(&mut is_there, false)),
            Fact::Client { .. } => is_there = true,
            _ => assert!(is_there, "{noted:?}"),
        }
    }

    let names: Vec<&'static str> = (0..18)
        .map(|number| &*format!("crowd{number}").leak())
        .collect();
    let crowd: Vec<Streamer> = names
        .iter()
        .map(|name| Streamer::on(&bus.address, named(name)))
        .collect();
    let mut told = std::collections::BTreeSet::new();
    while told.len() < 15 {
        let all = sensing.until(|fact| matches!(fact, Fact::Client { .. }));
        if let Fact::Client { client, .. } = &all.last().unwrap().fact {
            told.insert(client.clone());
        }
    }
    // A place becomes free: one who had none is found.
    client.vanish();
    sensing.leaves(&client);
    let is_new =
        |fact: &Fact| matches!(fact, Fact::Client { client, .. } if !told.contains(client));
    sensing.until(is_new);
    assert_eq!(crowd.len(), 18);
}

#[test]
fn one_client_with_two_names_is_one_and_we_are_none() {
    let Some(bus) = bus() else { return };
    let ours = Streamer::on(&bus.address, named("standin"));
    let second = Streamer::on(&bus.address, named("standin.instance7"));
    let client = Streamer::on(&bus.address, SPOTIFY);
    client.take_name("org.mpris.MediaPlayer2.spotify.instance9");
    let sensing = Sensing::on(&bus);
    client.play("x", "Song", 0);
    let mut all = sensing.until(|fact| matches!(fact, Fact::Position { .. }));
    // All that was there before has been looked at.
    let other = Streamer::on(&bus.address, FIREFOX);
    all.extend(sensing.until(|fact| shown(fact, &other).is_some()));
    let clients: std::collections::BTreeSet<&String> = all
        .iter()
        .filter_map(|noted| match &noted.fact {
            Fact::Client { client, .. } if *client != other.name => Some(client),
            _ => None,
        })
        .collect();
    assert_eq!(clients.len(), 1, "{clients:?}");
    assert!(
        clients
            .first()
            .unwrap()
            .starts_with("org.mpris.MediaPlayer2.spotify")
    );
    drop((ours, second));
}

#[test]
fn one_that_hangs_or_is_broken_holds_up_nobody_and_is_asked_again() {
    let Some(bus) = bus() else { return };
    let hangs = Streamer::on(&bus.address, named("hangs"));
    hangs.hang(true);
    let broken = Streamer::on(&bus.address, named("broken"));
    broken.break_down(true);
    let sensing = Sensing::on(&bus);
    let well = Streamer::on(&bus.address, SPOTIFY);
    well.play("x", "Song", 0);
    let all = sensing.until(|fact| matches!(fact, Fact::Position { us: Some(_), .. }));
    assert!(all.iter().all(|noted| shown(&noted.fact, &hangs).is_none()));
    hangs.hang(false);
    broken.break_down(false);
    let mut missing = vec![&hangs, &broken];
    while !missing.is_empty() {
        let all = sensing.until(|fact| missing.iter().any(|one| shown(fact, one).is_some()));
        missing.retain(|one| shown(&all.last().unwrap().fact, one).is_none());
    }
}

#[test]
fn orders_reach_the_client_and_one_that_hangs_is_not_waited_for() {
    let Some(bus) = bus() else { return };
    let mut sensing = Sensing::on(&bus);
    let client = Streamer::on(&bus.address, SPOTIFY);
    client.play("x", "Song", 0);
    sensing.shows(&client, |shown| shown.status == "Playing");
    let name = client.name.clone();
    sensing.told(&format!("pause {name}"), "paused true");
    client.hears("Pause");
    sensing.shows(&client, |shown| shown.status == "Paused");
    sensing.told(&format!("play {name}"), "plays true");
    client.hears("Play");
    sensing.shows(&client, |shown| shown.status == "Playing");
    client.hang(true);
    sensing.told(&format!("pause {name}"), "paused false");
    sensing.told("pause org.mpris.MediaPlayer2.nobody", "paused false");
    sensing.told("end", "ended");
}

#[test]
fn a_bus_that_dies_takes_everybody_with_it_and_is_found_again() {
    if !has("dbus-daemon") {
        return;
    }
    let home = Home::new();
    let socket = home.path("bus");
    let address = format!("unix:path={}", socket.display());
    let seen = Seen {
        session: &address,
        system: &address,
        pulse: None,
    };
    // It comes late.
    let mut sensing = Sensing::of(&seen);
    let bus = Bus::at(&socket);
    let client = Streamer::on(&bus.address, SPOTIFY);
    sensing.shows(&client, |_| true);
    bus.kill();
    sensing.leaves(&client);
    let bus = Bus::at(&socket);
    let client = Streamer::on(&bus.address, SPOTIFY);
    client.play("x", "Back", 0);
    let all = sensing.until(|fact| matches!(fact, Fact::Position { .. }));
    // Both buses are the same one: it is there once.
    let times = all
        .iter()
        .filter(|noted| shown(&noted.fact, &client).is_some_and(|shown| title(shown) == "Back"));
    assert!(times.count() <= 2, "{all:?}");
    drop(bus);
    sensing.told("end", "ended");
}

#[test]
fn without_a_bus_nothing_is_said_and_the_end_comes_at_once() {
    let mut sensing = Sensing::of(&Seen {
        session: NOWHERE,
        system: NOWHERE,
        pulse: Some("unix:/nowhere"),
    });
    sensing.told("end", "ended");
    assert!(sensing.facts.try_recv().is_err());
}

/// NetworkManager, as far as it is asked.
struct Manager(u32);

#[zbus::interface(name = "org.freedesktop.NetworkManager")]
impl Manager {
    #[zbus(property)]
    fn connectivity(&self) -> u32 {
        self.0
    }
}

#[test]
fn the_system_s_bus_tells_of_the_network_of_sleep_and_of_spotifyd() {
    let (Some(session), Some(system)) = (bus(), bus()) else {
        return;
    };
    let path = "/org/freedesktop/NetworkManager";
    let manager = zbus::connection::Builder::address(&*system.address)
        .serve_at(path, Manager(4))
        .name("org.freedesktop.NetworkManager")
        .name("org.freedesktop.login1");
    let manager = zbus::block_on(manager.build()).unwrap();
    let sensing = Sensing::of(&Seen {
        session: &session.address,
        system: &system.address,
        pulse: None,
    });
    let is = |wanted: Connectivity| move |fact: &Fact| matches!(fact, Fact::Network { connectivity } if *connectivity == wanted);
    sensing.until(is(Connectivity::Full));
    zbus::block_on(async {
        let server = manager.object_server();
        let object = server.interface::<_, Manager>(path).await.unwrap();
        object.get_mut().await.0 = 1;
        let emitter = object.signal_emitter();
        object
            .get()
            .await
            .connectivity_changed(emitter)
            .await
            .unwrap();
    });
    sensing.until(is(Connectivity::None));
    let sleeps = |sleeps: bool| {
        let (at, name) = ("/org/freedesktop/login1", "org.freedesktop.login1.Manager");
        let told = manager.emit_signal(None::<&str>, at, name, "PrepareForSleep", &sleeps);
        zbus::block_on(told).unwrap();
    };
    sleeps(true);
    sleeps(false);
    let woke = sensing.until(|fact| *fact == Fact::Woke);
    assert_eq!(woke.len(), 1, "{woke:?}");
    let spotifyd = Streamer::on(&system.address, SPOTIFYD);
    spotifyd.play("x", "Song", 0);
    sensing.until(|fact| matches!(fact, Fact::Position { client, .. } if *client == spotifyd.name));
    zbus::block_on(manager.close()).unwrap();
    sensing.until(is(Connectivity::Unknown));
}

/// A client that says that it plays, and whatever else a test of sound needs.
fn with_sound() -> Option<(Home, Bus, Pulse, Streamer)> {
    let bus = bus()?;
    if !has("pacat") {
        return None;
    }
    let home = Home::new();
    let pulse = Pulse::start(&home)?;
    let client = Streamer::on(&bus.address, SPOTIFY);
    Some((home, bus, pulse, client))
}

#[test]
fn a_stream_that_sounds_falls_silent_stalls_and_ends_is_told_so() {
    let Some((_home, bus, pulse, client)) = with_sound() else {
        return;
    };
    let sensing = Sensing::listening(&bus, &pulse);
    client.play("x", "Song", 0);
    sensing.sounds(&client, Level::Gone);
    let tone = Tone::start(&pulse, 440.0, "player");
    sensing.sounds(&client, Level::Sounds);
    tone.silence();
    sensing.sounds(&client, Level::Silent);
    tone.sound();
    sensing.sounds(&client, Level::Sounds);
    // It runs dry: the server says the same of it as before.
    tone.starve();
    sensing.sounds(&client, Level::Silent);
    tone.sound();
    sensing.sounds(&client, Level::Sounds);
    tone.signal("-STOP");
    sensing.sounds(&client, Level::Silent);
    tone.signal("-CONT");
    sensing.sounds(&client, Level::Sounds);
    drop(tone);
    sensing.sounds(&client, Level::Gone);
}

#[test]
fn only_the_client_s_own_stream_is_heard_while_it_plays_and_never_a_microphone() {
    let Some((_home, bus, pulse, client)) = with_sound() else {
        return;
    };
    pulse.hum();
    let sensing = Sensing::listening(&bus, &pulse);
    let tone = Tone::start(&pulse, 440.0, "player");
    // Another program's, which is nobody's below this process.
    let mut other = Command::new("setsid");
    other.args([
        "--fork",
        "sh",
        "-c",
        "exec pacat --playback --raw /dev/urandom >/dev/null 2>&1 & echo $!",
    ]);
    let other = other.env("PULSE_SERVER", &pulse.socket).output().unwrap();
    let other = String::from_utf8(other.stdout).unwrap();
    let outputs = || pulse.pactl(&["list", "source-outputs"]).unwrap();
    client.be("Paused");
    sensing.shows(&client, |shown| shown.status == "Paused");
    assert_eq!(outputs(), "", "nobody plays");

    client.be("Playing");
    sensing.sounds(&client, Level::Sounds);
    tone.silence();
    sensing.sounds(&client, Level::Silent);
    let sources = pulse.pactl(&["list", "short", "sources"]).unwrap();
    let monitor = sources
        .lines()
        .find(|line| line.contains("null.monitor"))
        .unwrap();
    let monitor = format!("Source: {}\n", monitor.split_whitespace().next().unwrap());
    let listened = outputs();
    assert_eq!(listened.matches("Source Output #").count(), 1, "{listened}");
    // PipeWire names another source here than the one that is recorded.
    if !pipewire::is_wanted() {
        assert!(listened.contains(&monitor), "{listened}");
    }
    client.be("Paused");
    let end =
        sensing.until(|fact| shown(fact, &client).is_some_and(|shown| shown.status == "Paused"));
    // The others go on: what is heard is this stream alone. On a busy machine it had run dry once before it fell silent.
    let mut levels = end.iter().filter_map(|noted| match &noted.fact {
        Fact::Sound { level, .. } => Some(*level),
        _ => None,
    });
    assert_eq!(
        levels.next_back().unwrap_or(Level::Silent),
        Level::Silent,
        "{end:?}"
    );
    let started = Instant::now();
    while !outputs().is_empty() {
        assert!(started.elapsed() < HANG, "it listens on");
    }
    Command::new("kill").arg(other.trim()).status().unwrap();
}

#[test]
fn nothing_is_listened_to_unless_it_is_wanted() {
    let Some((_home, bus, pulse, client)) = with_sound() else {
        return;
    };
    let sensing = Sensing::on(&bus);
    let _tone = Tone::start(&pulse, 440.0, "player");
    client.play("x", "Song", 0);
    let mut all = sensing.until(|fact| matches!(fact, Fact::Position { .. }));
    all.extend(sensing.until(|fact| matches!(fact, Fact::Position { .. })));
    assert!(
        !all.iter()
            .any(|noted| matches!(noted.fact, Fact::Sound { .. })),
        "{all:?}"
    );
}

#[test]
fn a_stream_that_its_own_program_halts_is_corked() {
    let Some((_home, bus, pulse, client)) = with_sound() else {
        return;
    };
    let sensing = Sensing::listening(&bus, &pulse);
    client.play("x", "Song", 0);
    let mut stream = crate::streamer::Halting::start(&pulse);
    sensing.sounds(&client, Level::Corked);
    stream.halt(false);
    sensing.sounds(&client, Level::Silent);
    stream.halt(true);
    sensing.sounds(&client, Level::Corked);
}

#[test]
fn a_sound_server_comes_late_dies_hangs_and_is_found_again() {
    let Some((home, bus, mut pulse, client)) = with_sound() else {
        return;
    };
    pulse.kill();
    let sensing = Sensing::listening(&bus, &pulse);
    client.play("x", "Song", 0);
    sensing.until(|fact| matches!(fact, Fact::Position { .. }));
    pulse.start_again();
    let tone = Tone::start(&pulse, 440.0, "player");
    sensing.sounds(&client, Level::Sounds);
    pulse.kill();
    sensing.sounds(&client, Level::Gone);
    drop(tone);
    pulse.start_again();
    let _tone = Tone::start(&pulse, 440.0, "player");
    sensing.sounds(&client, Level::Sounds);
    pulse.signal("-STOP");
    sensing.sounds(&client, Level::Gone);
    pulse.signal("-CONT");
    sensing.sounds(&client, Level::Sounds);
    drop(home);
}

#[test]
fn a_trace_is_recorded_line_by_line_until_it_is_ended() {
    let Some(bus) = bus() else { return };
    let home = Home::new();
    let file = home.path("trace.jsonl");
    let client = Streamer::on(&bus.address, SPOTIFY);
    client.play("abc", "Recorded", 0);
    let mut command = home.command(&["guard", "--record", file.to_str().unwrap()]);
    command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    let mut guard = crate::home::Running::of(command);
    guard.wait_for_warning("Ctrl-C ends it.");
    let read = || -> Vec<Noted> {
        let text = std::fs::read_to_string(&file).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let started = Instant::now();
    while positions(&read(), &client.name).is_empty() {
        assert!(started.elapsed() < HANG, "nothing is recorded");
    }
    guard.signal(Signal::INT);
    let ran = guard.end().ended(130);
    let facts = read().len();
    assert!(
        ran.err
            .contains(&format!("Recorded {facts} facts of 1 client in ")),
        "{}",
        ran.err
    );
    assert!(
        read().iter().any(
            |noted| shown(&noted.fact, &client).is_some_and(|shown| title(shown) == "Recorded")
        )
    );
    home.run(&["guard", "--record", file.to_str().unwrap()])
        .ended(1);
    assert_eq!(read().len(), facts, "it never writes over a file");
}
