//! An outage, whole: a scripted client plays a tone on a private PulseAudio and shows itself on a private bus, its service is a
//! server on loopback that fails in some way, the client falls silent, and the guard of the built program steps in. What came out of
//! the sink is recorded: the tone, the silence, and our own music, a ramp that tells its place.

use crate::desktop::Bus;
use crate::devices::{places, ramp_of};
use crate::home::{Home, RATE, has};
use crate::knocking::{Client, Daemon};
use crate::pulse::{Pulse, Recording};
use crate::streamer::{Profile, SPOTIFY, Streamer, Tone};
use crate::zoo::{How, Zoo};
use lofty::config::WriteOptions;
use lofty::tag::{Accessor, Tag, TagExt, TagType};
use std::time::{Duration, Instant};

/// As long as a ramp can be whose samples tell their place.
const SONG_SECONDS: usize = 70;
/// Where in the song the client begins, in ms: it has played a while.
const BEGINS_AT_MS: u64 = 20_000;
/// The client's own tone is quieter than this, and the ramp is louder where it begins.
const TONE_HERTZ: f64 = 440.0;
/// Shorter silences are gaps of the sound server.
const A_SILENCE: usize = RATE as usize / 2;

/// A machine on which somebody listens to a stream.
struct Desk {
    home: Home,
    bus: Bus,
    pulse: Pulse,
    zoo: Zoo,
}

/// What an outage came to.
#[derive(Debug)]
struct Came {
    /// From the client's last sound to our first.
    silence_ms: u64,
    /// Where in the song our music began, before where the client stopped; negative: behind it.
    back_ms: i64,
}

impl Desk {
    /// `None`: something is missing here, which was said.
    fn new() -> Option<Self> {
        let home = Home::new();
        if !has("pacat") || !has("dbus-daemon") {
            return None;
        }
        let pulse = Pulse::start(&home)?;
        let song = ramp_of(&home, SONG_SECONDS);
        let mut tag = Tag::new(TagType::Id3v2);
        tag.set_artist("Some One".into());
        tag.set_title("First".into());
        tag.set_album("Some Tones".into());
        tag.save_to_path(&song, WriteOptions::default()).unwrap();
        home.run(&["scan", "Music"]).ended(0);
        let zoo = Zoo::plain(How::json("{}"));
        let config = format!(
            "[outage]\nlisten = true\n[[service]]\nname = 'Spotify'\nprobe = '{}'\nmpris = 'spotify'\n",
            zoo.url()
        );
        std::fs::create_dir_all(home.path("home/config")).unwrap();
        std::fs::write(home.path("home/config/config.toml"), config).unwrap();
        let bus = Bus::new();
        Some(Self {
            home,
            bus,
            pulse,
            zoo,
        })
    }

    fn guard(&self) -> Daemon {
        let mut command = self.home.command(&["guard", "--auto", "-v"]);
        command.env("PULSE_SERVER", &self.pulse.socket);
        command.env("DBUS_SESSION_BUS_ADDRESS", &self.bus.address);
        Daemon::of(&self.home, command)
    }

    fn client(&self, profile: Profile) -> (Streamer, Tone) {
        let client = Streamer::on(&self.bus.address, profile);
        let tone = Tone::start(&self.pulse, TONE_HERTZ, profile.identity);
        client.play_of("abc", "First", BEGINS_AT_MS, 1_000 * SONG_SECONDS as u64);
        (client, tone)
    }
}

/// Waits until the guard is in this state.
#[track_caller]
fn is(guard: &mut Client, state: &str) {
    guard.wait_until(|guard| guard.value("standin_guard", "guard_state") == state);
}

/// The client falls silent and the guard steps in; how its service behaves then, and whether the guard knew before.
fn outage(how: How, knows: bool) -> Option<Came> {
    let desk = Desk::new()?;
    let daemon = desk.guard();
    let mut guard = Client::at(&desk.home);
    let mut recording = desk.pulse.record("null");
    if knows {
        // The guard asks at the first song, and the client plays on from its cache.
        desk.zoo.set(how.clone());
    }
    let (client, tone) = desk.client(SPOTIFY);
    let began = Instant::now();
    recording.sound(2 * RATE as usize);
    if !knows {
        is(&mut guard, "watch");
        desk.zoo.set(how);
    } else {
        is(&mut guard, "ready");
    }
    client.stall(true);
    tone.starve();
    let stopped_at_ms = BEGINS_AT_MS + millis(began.elapsed());
    is(&mut guard, "take-over");
    client.hears("Pause");
    guard.wait_until(|guard| guard.value("status", "state") == "play");
    let came = measured(&mut recording, stopped_at_ms);
    drop(tone);
    let ran = daemon.end().ended(0);
    assert!(ran.err.contains("First"), "{ran:?}");
    Some(came)
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap()
}

/// What the recording tells, once a second of the ramp has been heard.
fn measured(recording: &mut Recording, stopped_at_ms: u64) -> Came {
    let gap = |samples: &[f32]| {
        let left: Vec<bool> = samples
            .chunks_exact(2)
            .map(|frame| frame[0] != 0.0)
            .collect();
        let mut silent = 0;
        let began = left.iter().position(|sounds| *sounds)?;
        for (at, sounds) in left.iter().enumerate().skip(began) {
            if *sounds && silent >= A_SILENCE {
                return Some((at - silent, at));
            }
            silent = if *sounds { 0 } else { silent + 1 };
        }
        None
    };
    let second = RATE as usize;
    let samples =
        recording.until(|all| gap(all).is_some_and(|(_, ours)| all.len() / 2 >= ours + second));
    let (last, ours) = gap(samples).unwrap();
    let heard = places(&samples[2 * ours..]);
    let (at, place) = heard[0];
    let frames_ms = |frames: usize| (frames * 1_000 / second) as u64;
    let began_at_ms = frames_ms(place.saturating_sub(at));
    Came {
        silence_ms: frames_ms(ours - last),
        back_ms: stopped_at_ms as i64 - began_at_ms as i64,
    }
}

#[test]
fn who_was_warned_goes_on_with_the_same_song_at_its_place() {
    let Some(came) = outage(How::Refuses, true) else {
        return;
    };
    println!("{came:?}");
    assert!((0..=4_000).contains(&came.back_ms), "{came:?}");
}

#[test]
fn a_silence_alone_is_noticed_and_the_same_song_goes_on() {
    let Some(came) = outage(How::Resets, false) else {
        return;
    };
    println!("{came:?}");
    assert!((0..=4_000).contains(&came.back_ms), "{came:?}");
}

/// Its name, whether the guard is warned, and how the service fails.
type Case = (&'static str, bool, fn() -> How);

#[test]
#[ignore = "takes minutes: for the release"]
fn how_long_it_is_silent() {
    let fine = || How::json("{}");
    let cases: [Case; 6] = [
        ("warned in time", true, || How::Refuses),
        ("refused", false, || How::Refuses),
        ("HTTP 502", false, || How::status(502)),
        ("hangs", false, || How::Hangs),
        ("black hole", false, || How::BlackHole),
        ("every probe is fine", false, fine),
    ];
    for (name, knows, how) in cases {
        let came: Vec<Came> = (0..TIMES).filter_map(|_| outage(how(), knows)).collect();
        let sorted = |of: fn(&Came) -> i64| {
            let mut all: Vec<i64> = came.iter().map(of).collect();
            all.sort_unstable();
            all
        };
        let silence = sorted(|came| came.silence_ms as i64);
        let back = sorted(|came| came.back_ms);
        println!("{name}: silence {silence:?} ms, {back:?} ms before the place");
    }
}

/// How often each case is tried for the release.
const TIMES: usize = 5;
