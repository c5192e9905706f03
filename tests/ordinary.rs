//! Ordinary listening in real time, for the release: clients play songs, load, pause, jump, skip, quit, show advertisements and
//! fall silent for a moment, for hours, while their services are well. The guard of the built program must not step in, and
//! hardly ask. Nothing here fails; outages are made in `whole_outage`.

use crate::desktop::Bus;
use crate::devices::ramp_of;
use crate::dice::Dice;
use crate::home::Home;
use crate::knocking::{Client, Daemon};
use crate::pulse::Pulse;
use crate::streamer::{FIREFOX, Profile, SPOTIFY, SPOTIFYD, Streamer, Tone};
use crate::zoo::{How, Zoo};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long it takes, unless `STANDIN_MINUTES` says otherwise.
const MINUTES: u64 = 120;
/// The clock ticks of the system in a second, as `/proc` counts them.
const TICKS: f64 = 100.0;
/// A client that does not tell silence from a gap is silent for less than this, in ms.
const GAP_MS: u64 = 2_500;

/// A listener, and the guard beside him.
struct Listener {
    name: String,
    profile: Profile,
    client: Streamer,
    tone: Tone,
    dice: Dice,
    songs: u64,
    until: Instant,
}

impl Listener {
    fn listen(&mut self) {
        while Instant::now() < self.until {
            match self.dice.below(16) {
                0 => self.list_ends(),
                1 => self.quits(),
                2 => self.elsewhere(),
                3 => self.skips(),
                4 => self.ad(),
                _ => self.song(),
            }
        }
        self.client.be("Stopped");
    }

    fn song(&mut self) {
        let length = self.between(20_000, 200_000);
        self.begin(length);
        let end = Instant::now() + Duration::from_millis(length);
        while Instant::now() + Duration::from_secs(8) < end && Instant::now() < self.until {
            self.wait(2_000, 25_000);
            match self.dice.below(8) {
                0 => self.pauses(),
                1 => self.jumps(length),
                2 => self.is_quiet(),
                3 => self.loads(GAP_MS),
                _ => {}
            }
        }
        self.seam();
    }

    fn begin(&mut self, length_ms: u64) {
        self.songs += 1;
        let id = format!("{}{}", self.profile.identity.replace(' ', ""), self.songs);
        // The first of the library now and then: what is owned is where a guard is tempted.
        let title = if self.dice.below(3) == 0 {
            "First"
        } else {
            &id
        };
        self.client.play_of(&id, title, 0, length_ms);
        self.loads(1_500);
    }

    /// Zeros between two songs, and then some loading.
    fn seam(&mut self) {
        self.tone.silence();
        self.wait(0, 1_500);
        self.tone.sound();
    }

    fn pauses(&mut self) {
        self.client.be("Paused");
        self.tone.starve();
        self.wait(500, 60_000);
        self.client.be("Playing");
        self.loads(GAP_MS);
    }

    fn jumps(&mut self, length_ms: u64) {
        let to = self.dice.below(length_ms / 2);
        self.client.seek(to);
        self.loads(GAP_MS);
    }

    /// A passage of zeros while the song goes on.
    fn is_quiet(&mut self) {
        self.tone.silence();
        self.wait(500, 7_000);
        self.tone.sound();
    }

    /// Neither place nor sound move, for this long at most.
    fn loads(&mut self, most_ms: u64) {
        self.client.stall(true);
        self.tone.starve();
        self.wait(0, most_ms);
        self.client.stall(false);
        self.tone.sound();
    }

    fn skips(&mut self) {
        for _ in 0..self.between(2, 8) {
            self.begin(200_000);
            self.wait(200, 2_000);
        }
    }

    fn list_ends(&mut self) {
        self.client.be("Stopped");
        self.tone.starve();
        self.wait(1_000, 60_000);
        self.tone.sound();
    }

    /// The program is closed, and started again later.
    fn quits(&mut self) {
        self.client.be("Paused");
        self.tone.starve();
        self.wait(200, 2_000);
        self.client.vanish();
        self.wait(5_000, 60_000);
        self.client.come_back();
        self.tone.sound();
    }

    /// Another device takes the music over: here it is paused and silent.
    fn elsewhere(&mut self) {
        self.client.be("Paused");
        self.tone.starve();
        self.wait(10_000, 90_000);
        self.tone.sound();
    }

    fn ad(&mut self) {
        let id = format!("ad/{}", self.songs);
        self.client.play_of(&id, "Advertisement", 0, 30_000);
        self.wait(15_000, 30_000);
    }

    fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.dice.below(most - least)
    }

    fn wait(&mut self, least_ms: u64, most_ms: u64) {
        let time = Duration::from_millis(self.between(least_ms, most_ms));
        sleep(time.min(self.until.saturating_duration_since(Instant::now())));
    }
}

/// Seconds of processor time that a process has had.
fn processor_seconds(process: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap().split(' ').collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks / TICKS
}

/// A guard beside one listener for so long; what it did.
fn beside(name: &str, profile: Profile, listen: bool, seed: u64, minutes: u64) {
    let home = Home::lasting(Duration::from_secs(60 * (minutes + 5)));
    let Some(pulse) = Pulse::start(&home) else {
        return;
    };
    ramp_of(&home, 70);
    home.run(&["scan", "Music"]).ended(0);
    let zoo = Zoo::plain(How::json("{}"));
    let service = |name: &str, mpris: &str| {
        format!(
            "[[service]]\nname = '{name}'\nprobe = '{}'\nmpris = '{mpris}'\n",
            zoo.url()
        )
    };
    let services = service("Spotify", "spotify") + &service("YouTube Music", "youtube-music");
    std::fs::create_dir_all(home.path("home/config")).unwrap();
    let config = format!("[outage]\nlisten = {listen}\n{services}");
    std::fs::write(home.path("home/config/config.toml"), config).unwrap();
    let bus = Bus::new();
    let mut command = home.command(&["guard", "--auto", "-v"]);
    command.env("PULSE_SERVER", &pulse.socket);
    command.env("DBUS_SESSION_BUS_ADDRESS", &bus.address);
    let daemon = Daemon::of(&home, command);
    let process = daemon.running.child.id();
    let began = Instant::now();
    let cost = processor_seconds(process);
    let mut listener = Listener {
        name: name.into(),
        profile,
        client: Streamer::on(&bus.address, profile),
        tone: Tone::start(&pulse, 440.0, profile.identity),
        dice: Dice(seed),
        songs: 0,
        until: began + Duration::from_secs(60 * minutes),
    };
    listener.listen();
    let cost = (processor_seconds(process) - cost) / began.elapsed().as_secs_f64();
    let state = Client::at(&home).value("standin_guard", "guard_state");
    let stepped_in = home.run(&["outages", "--json"]).json()["outages"].clone();
    let asked = zoo.count();
    let ran = daemon.end();
    println!(
        "{}: {} songs in {minutes} min, {asked} requests, {:.2} % of a core, at last {state}, outages {stepped_in}\n{}",
        listener.name,
        listener.songs,
        100.0 * cost,
        ran.err
    );
    assert_eq!(stepped_in.as_array().map(Vec::len), Some(0), "{name}");
    assert!(asked as u64 <= listener.songs, "{name}: {asked} requests");
}

#[test]
#[ignore = "takes two hours: for the release"]
fn hours_of_ordinary_listening_are_left_alone() {
    let minutes = std::env::var("STANDIN_MINUTES").map_or(MINUTES, |text| text.parse().unwrap());
    let listeners = [
        ("Spotify, listened to", SPOTIFY, true),
        ("Spotify, not listened to", SPOTIFY, false),
        ("spotifyd, listened to", SPOTIFYD, true),
        ("Firefox, listened to", FIREFOX, true),
    ];
    let seed = Dice::thrown().0;
    let all = listeners.map(|(name, profile, listen)| {
        std::thread::spawn(move || beside(name, profile, listen, seed, minutes))
    });
    let ended = all.map(|one| one.join());
    assert!(ended.iter().all(Result::is_ok));
}
